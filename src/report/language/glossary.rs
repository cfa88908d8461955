//! The glossary: every key with its form, range, default and meaning, as a page of Markdown.

use std::fmt::Write;

use super::outline::{Outline, split};
use crate::calendar::Span;
use crate::language::{Bounds, Declared, Section, Shape};
use crate::units::Unit;

const INTRODUCTION: &str = "\
# Glossary of the scenario language

Every key as the program declares it; `ouro schema --glossary` writes this page. The form of values and the checks
across keys are described in [the language](language.md), their effect in [the model](model.md).

*Default*: **required** means that the file is refused without the key if its table is written or always applies; none
that the key is optional and has no default; derived that the default is computed from other keys, as the meaning says.
";

/// The page.
pub fn glossary() -> String {
    let outline = Outline::new();
    let mut page = INTRODUCTION.to_owned();
    for section in &outline.sections {
        let keys: Vec<&Declared> = outline.keys_of(&section.key).filter(|key| key.shape != Shape::Parents).collect();
        let (heading, about) = titled(section);
        let _ = write!(page, "\n## {heading}\n\n{about}\n");
        if !keys.is_empty() {
            page += "\n| key | written as | range | default | meaning |\n|---|---|---|---|---|\n";
        }
        for key in keys {
            page += &row(key);
        }
    }
    page + CORRELATION
}

const CORRELATION: &str = "
## `[correlation]`

One line per process with a parent: `\"assets.oracle\" = { market = 0.6 }`. Correlations lie strictly between -1 and 1.
";

/// Heading and first sentence: \"`[market]`\", \"The market that funds the labs.\"
fn titled(section: &Section) -> (&str, String) {
    let (heading, about) = section.about.split_once(": ").unwrap_or(("Above all tables", section.about));
    let mut letters = about.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    (heading, first + letters.as_str())
}

fn row(key: &Declared) -> String {
    let default = if key.default == "required" { "**required**" } else { &key.default };
    let (written, range) = (written(&key.shape), range(&key.shape));
    format!("| `{}` | {written} | {range} | {default} | {} |\n", split(&key.key).1, key.meaning)
}

fn written(shape: &Shape) -> String {
    match shape {
        Shape::Number(bounds) => unit(bounds).to_owned(),
        Shape::ByYear(bounds) => format!("{} by year", unit(bounds)),
        Shape::ByName(bounds) => format!("{} by name", unit(bounds)),
        Shape::Parents => "process = { parent = correlation }".to_owned(),
        Shape::Month => "month".to_owned(),
        Shape::Span(_) => "whole months".to_owned(),
        Shape::Count(_) => "whole number".to_owned(),
        Shape::Flag => "true, false".to_owned(),
        Shape::Word(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        Shape::Text => "text".to_owned(),
        Shape::Date => "date".to_owned(),
        Shape::AsOf => "day or month".to_owned(),
        Shape::Name | Shape::Id => "name".to_owned(),
        Shape::Keys => "list of keys".to_owned(),
        Shape::Values => "list of values".to_owned(),
    }
}

fn unit(bounds: &Bounds) -> &'static str {
    match bounds.unit {
        Some(Unit::Money) => "money",
        Some(Unit::Share) => "share",
        Some(Unit::Rate) => "rate",
        Some(Unit::Number) => "number",
        Some(Unit::Months) => "time",
        Some(Unit::Power) => "power",
        None => "any number",
    }
}

fn range(shape: &Shape) -> String {
    match shape {
        Shape::Number(bounds) | Shape::ByYear(bounds) | Shape::ByName(bounds) => interval(bounds),
        Shape::Span(least) => format!("from {}", Span::of_months(*least)),
        Shape::Count(least) => format!("from {least}"),
        _ => String::new(),
    }
}

fn interval(bounds: &Bounds) -> String {
    let show = |value: f64| bounds.unit.unwrap_or(Unit::Number).show(value);
    let end = |(value, belongs): (f64, bool)| show(value) + if belongs { "" } else { " (excluded)" };
    match (bounds.low(), bounds.high()) {
        (None, None) => "any".to_owned(),
        (Some((low, true)), None) => format!("from {}", show(low)),
        (Some((low, false)), None) => format!("above {}", show(low)),
        (None, Some((high, true))) => format!("to {}", show(high)),
        (None, Some((high, false))) => format!("below {}", show(high)),
        (Some(low), Some(high)) => format!("{} to {}", end(low), end(high)),
    }
}
