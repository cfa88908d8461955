//! A JSON Schema (draft 7, which editors of TOML know) of the scenario language.
//!
//! It covers what an editor can check while a file is written: keys, forms, units, ranges of plain numbers, defaults and
//! required keys. Checks across keys need `ouro check`.

use serde_json::{Map, Value, json};

use super::outline::{Form, Outline, split, stem};
use crate::language::{Bounds, Declared, Distribution, Section, Shape};
use crate::units::Unit;

/// The schema of a scenario, of a file that extends one, and of a file of shared sources.
pub fn schema() -> Value {
    let outline = Outline::new();
    let mut schema = table(&outline, "");
    let extends = json!({ "required": ["extends"] });
    let only_sources = json!({ "required": ["sources"], "maxProperties": 1 });
    let about = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A scenario of Ouroborisk",
        "description": "Labs, their contracts, and the market that funds them. `ouro check` also checks across keys.",
        "anyOf": [extends, only_sources, complete(&outline, "").unwrap_or_default()],
        "definitions": definitions(),
    });
    join(&mut schema, about);
    schema
}

/// A table with its keys.
fn table(outline: &Outline, section: &str) -> Value {
    let mut properties = Map::new();
    for key in outline.keys_of(section) {
        properties.insert(split(&key.key).1.to_owned(), described(key));
    }
    for below in outline.below(section) {
        properties.insert(split(stem(&below.key)).1.to_owned(), tables(outline, below));
    }
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn tables(outline: &Outline, section: &Section) -> Value {
    let mut table = table(outline, &section.key);
    table["description"] = json!(section.about);
    match outline.form(&section.key) {
        Form::Numbered => json!({ "type": "array", "items": table }),
        Form::Single => table,
        Form::Named => json!({ "type": "object", "additionalProperties": table }),
        Form::List => {
            table["required"] = json!([split(&section.key).1.trim_matches(['<', '>'])]);
            json!({ "type": "array", "items": table })
        }
    }
}

/// The required keys of a file that extends no other; none where there are none.
fn complete(outline: &Outline, section: &str) -> Option<Value> {
    let required = outline.keys_of(section).filter(|key| key.default == "required");
    let mut required: Vec<&str> = required.map(|key| split(&key.key).1).collect();
    let mut properties = Map::new();
    for below in outline.below(section) {
        let Some(complete) = complete(outline, &below.key) else { continue };
        let name = split(stem(&below.key)).1;
        // A scenario needs a lab, whatever its name.
        if below.always || below.key == "lab.<name>" {
            required.push(name);
        }
        let complete = match outline.form(&below.key) {
            Form::Single => complete,
            Form::Named => json!({ "minProperties": 1, "additionalProperties": complete }),
            Form::List | Form::Numbered => json!({ "items": complete }),
        };
        properties.insert(name.to_owned(), complete);
    }
    let nothing = required.is_empty() && properties.is_empty();
    (!nothing).then(|| json!({ "required": required, "properties": properties }))
}

fn described(key: &Declared) -> Value {
    let mut schema = form(&key.shape);
    let default = match key.default.as_str() {
        "required" => "required".to_owned(),
        "none" => "none unless written".to_owned(),
        "derived" => "derived unless written".to_owned(),
        value => format!("{value} unless written"),
    };
    schema["description"] = json!(format!("{}\n\n{}\n\n{default}", key.meaning, key.form));
    schema
}

fn form(shape: &Shape) -> Value {
    let reference = |name: &str| json!({ "$ref": format!("#/definitions/{name}") });
    match shape {
        Shape::Number(bounds) => ranged(bounds),
        Shape::ByYear(bounds) => {
            let by_year = members("^[0-9]{4}$", &ranged(bounds));
            let one = (bounds.unit != Some(Unit::Money)).then(|| ranged(bounds));
            json!({ "anyOf": std::iter::once(by_year).chain(one).collect::<Vec<_>>() })
        }
        Shape::ByName(bounds) => members("", &ranged(bounds)),
        Shape::Parents => {
            let number = json!({ "allOf": [reference("number")], "exclusiveMinimum": -1, "exclusiveMaximum": 1 });
            json!({ "type": "object", "additionalProperties": members("", &number) })
        }
        Shape::Month => plainly(&json!({ "type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$" })),
        Shape::Span(_) => plainly(&json!({ "type": "string", "pattern": TIME })),
        Shape::Count(least) => plainly(&json!({ "type": "integer", "minimum": least })),
        Shape::Flag => plainly(&json!({ "type": "boolean" })),
        Shape::Word(words) => plainly(&json!({ "enum": words })),
        Shape::Text => plainly(&json!({ "type": "string" })),
        Shape::Date => plainly(&json!({ "type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$" })),
        Shape::AsOf => plainly(&json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$" })),
        Shape::Name => plainly(&json!({ "type": "string", "minLength": 1 })),
        Shape::Id => plainly(&json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]{1,100}$" })),
        Shape::Keys => json!({ "type": "array", "items": { "type": "string" } }),
        Shape::Values => json!({ "type": "array", "items": { "type": ["string", "number", "boolean"] } }),
    }
}

/// A number of a unit; the range applies to numbers without quotes.
fn ranged(bounds: &Bounds) -> Value {
    let name = bounds.unit.map_or("figure", unit_name);
    let mut schema = json!({ "allOf": [{ "$ref": format!("#/definitions/{name}") }] });
    let ends = [(bounds.low(), "minimum", "exclusiveMinimum"), (bounds.high(), "maximum", "exclusiveMaximum")];
    for (end, with, without) in ends {
        if let Some((value, belongs)) = end {
            schema[if belongs { with } else { without }] = json!(value);
        }
    }
    schema
}

fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Money => "money",
        Unit::Share => "share",
        Unit::Rate => "rate",
        Unit::Number => "number",
        Unit::Months => "time",
        Unit::Power => "power",
    }
}

/// A table of numbers whose names match a pattern, with their common source.
fn members(pattern: &str, number: &Value) -> Value {
    let mut patterns = Map::new();
    patterns.insert(pattern.to_owned(), number.clone());
    let mut schema = json!({ "type": "object", "properties": words(), "not": { "required": ["value"] } });
    if pattern.is_empty() {
        schema["additionalProperties"] = number.clone();
    } else {
        schema["patternProperties"] = Value::Object(patterns);
        schema["additionalProperties"] = json!(false);
    }
    schema
}

/// A value that cannot be uncertain, plain or with its source.
fn plainly(value: &Value) -> Value {
    json!({ "anyOf": [value, said(json!({ "value": value }), &["value"])] })
}

/// A table with these properties and a source.
fn said(properties: Value, required: &[&str]) -> Value {
    let mut all = words();
    join(&mut all, properties);
    json!({ "type": "object", "properties": all, "required": required, "additionalProperties": false })
}

fn words() -> Value {
    let text = json!({ "type": "string", "minLength": 1 });
    json!({
        "source": { "anyOf": [text, { "type": "array", "items": text, "minItems": 1 }] },
        "prior": text,
        "assumed": text,
        "note": text,
    })
}

const SCALE: &str = "([kKmMbBtT]|[mM]n|[bB]n|[tT]n|[mM]illion|[bB]illion|[tT]rillion)";
const DIGITS: &str = "[-+]?[0-9.]+([eE][-+]?[0-9]+)?";
const TIME: &str = "^ *[0-9.]+([eE][-+]?[0-9]+)? *(mo|months?|y|yr|years?) *$";

fn definitions() -> Value {
    let text = |pattern: String| json!({ "type": "string", "pattern": pattern });
    let bare = json!({ "type": "number" });
    let money = text(format!("^ *\\$? *{DIGITS} *{SCALE}? *([uU][sS][dD])? *$"));
    let percent = text(format!("^ *{DIGITS} *%? *$"));
    let a_year = text(format!("^ *{DIGITS} *(%? *(/ *y|/ *year|p\\.a\\.|a year|per year)|%)? *$"));
    let time = text(TIME.to_owned());
    let power = text(format!("^ *{DIGITS} *([gG]|[mM])[wW] *$"));
    json!({
        "money": quantity(&json!({ "anyOf": [bare, money] })),
        "share": quantity(&json!({ "anyOf": [bare, percent] })),
        "rate": quantity(&json!({ "anyOf": [bare, a_year] })),
        "number": quantity(&bare),
        "time": quantity(&time),
        "power": quantity(&power),
        "figure": quantity(&json!({ "anyOf": [bare, money, percent, a_year, time, power] })),
    })
}

/// A number in all its forms: plain, with its source, as a distribution, or tied to another.
fn quantity(plain: &Value) -> Value {
    let drawn = |name: &str, parameters: &[&str]| {
        let mut properties = json!({ "dist": { "const": name }, "min": plain, "max": plain });
        for parameter in parameters {
            properties[*parameter] = plain.clone();
        }
        let required: Vec<&str> = std::iter::once("dist").chain(parameters.iter().copied()).collect();
        said(properties, &required)
    };
    let levels =
        json!({ "type": "object", "patternProperties": { "^p[0-9.]+$": plain }, "additionalProperties": false });
    let forms = json!([
        plain,
        said(json!({ "value": plain }), &["value"]),
        said(json!({ "quantiles": levels, "min": plain, "max": plain }), &["quantiles"]),
        said(
            json!({ "same_as": { "type": "string" }, "times": { "type": "number", "exclusiveMinimum": 0 } }),
            &["same_as"]
        ),
    ]);
    let mut forms = forms.as_array().cloned().unwrap_or_default();
    forms.extend(Distribution::FAMILIES.map(|(name, parameters)| drawn(name, parameters)));
    json!({ "anyOf": forms })
}

fn join(into: &mut Value, more: Value) {
    if let (Value::Object(into), Value::Object(more)) = (into, more) {
        into.extend(more);
    }
}
