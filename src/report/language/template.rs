//! A scenario to begin with: what is required is written, everything else stands beside it as a comment.

use std::fmt::Write;
use std::path::Path;

use super::outline::{Form, Outline, split};
use crate::language::{Declared, Effective, Origin, Section, Shape};
use crate::scenario::Scenario;
use crate::units::Unit;

/// What is written in a first scenario, by key: a lab with a plan, and a contract.
const WRITTEN: [(&str, &str); 14] = [
    ("scenario.name", "\"My scenario\""),
    ("scenario.as_of", "\"2026-06-30\""),
    ("scenario.start", "\"2026-07\""),
    ("lab.<name>.cash", "{ value = \"10B USD\", assumed = \"replace with a source\" }"),
    (
        "lab.<name>.revenue.target",
        "{ 2025 = \"4B USD\", 2026 = \"8B USD\", 2030 = \"40B USD\", assumed = \"replace with a source\" }",
    ),
    (
        "lab.<name>.revenue.volatility",
        "{ value = \"25%\", prior = \"plans of young firms are missed by this much a year\" }",
    ),
    ("contract.<id>.id", "\"cloud\""),
    ("contract.<id>.lab", "\"acme\""),
    ("contract.<id>.provider", "\"nimbus\""),
    ("contract.<id>.amount", "{ value = \"30B USD\", source = \"announcement\" }"),
    ("contract.<id>.start", "{ value = \"2026-07\", source = \"announcement\" }"),
    ("contract.<id>.term", "{ value = \"5y\", source = \"announcement\" }"),
    ("sources.<name>.title", "\"Acme signs with Nimbus\""),
    ("sources.<name>.date", "\"2026-05\""),
];

/// What the named tables of a first scenario are called.
const NAMES: [(&str, &str); 3] = [("lab", "acme"), ("entity", "nimbus"), ("sources", "announcement")];

const INTRODUCTION: &str = "\
# A first scenario. Every key of the language is here: what is written holds; what stands as a comment has the default
# that is said, or none, and may be written as is said. `ouro check FILE` finds what is wrong, `ouro check FILE --strict` what cannot be defended, `ouro run FILE`
# simulates. Numbers say what they rest on: `source` (an id of [sources]), `prior` or `assumed` (with the reason).
";

/// A scenario with a lab and a contract, and every other key as a comment.
pub fn template() -> String {
    let outline = Outline::new();
    let mut file = INTRODUCTION.to_owned();
    for section in outline.sections.iter().filter(|section| !section.key.is_empty()) {
        file += &table(&outline, section);
    }
    file
}

fn table(outline: &Outline, section: &Section) -> String {
    let rows: Vec<String> = outline.keys_of(&section.key).map(row).collect();
    // A table of which nothing is written would switch a mechanism on.
    let is_written = rows.iter().any(|row| !row.starts_with('#')) || section.key == "entity.<name>";
    let mark = if is_written { "" } else { "# " };
    let mut text = format!("\n# {}\n{mark}{}\n", section.about, header(outline, section));
    text.extend(rows);
    text
}

fn header(outline: &Outline, section: &Section) -> String {
    let name = |stem: &str| NAMES.iter().find(|(key, _)| *key == stem).map_or("name", |(_, name)| *name);
    let parts = split_parts(&section.key);
    let called: Vec<&str> = parts
        .iter()
        .enumerate()
        .filter_map(|(at, part)| match (part.starts_with('<'), at.checked_sub(1)) {
            (false, _) => Some(*part),
            (true, Some(before)) if is_named(outline, &parts[..=at]) => Some(name(parts[before])),
            _ => None,
        })
        .collect();
    let called = called.join(".");
    if outline.form(&section.key) == Form::List { format!("[[{called}]]") } else { format!("[{called}]") }
}

fn split_parts(key: &str) -> Vec<&str> {
    key.split('.').collect()
}

fn is_named(outline: &Outline, parts: &[&str]) -> bool {
    outline.form(&parts.join(".")) == Form::Named
}

fn row(key: &Declared) -> String {
    let name = split(&key.key).1;
    match WRITTEN.iter().find(|(written, _)| *written == key.key) {
        Some((_, value)) => format!("{name} = {value}  # {}\n", key.meaning),
        None => format!("# {name} = {}  # {}\n", unwritten(key), key.meaning),
    }
}

/// The default as it would be written; where there is none, what may be written.
fn unwritten(key: &Declared) -> String {
    let default = key.default.as_str();
    match &key.shape {
        _ if ["none", "derived", "required"].contains(&default) => format!("({default}) {}", key.form),
        Shape::Count(_) | Shape::Flag => default.to_owned(),
        Shape::Number(bounds) if bounds.unit == Some(Unit::Number) => default.to_owned(),
        _ => format!("{default:?}"),
    }
}

/// A file that extends a scenario and changes nothing yet; `base` is the path of that scenario as seen from the file.
pub fn variant(scenario: &Scenario, base: &Path) -> String {
    let base = toml::Value::String(base.display().to_string());
    let name = toml::Value::String(format!("{}, changed", scenario.about.name));
    let mut file = format!(
        "# A variant: it says only what differs from the file that it extends. Tables merge key by key, entries of lists\n\
         # by their id; `remove = [\"contract.<id>\"]`, here above the tables, takes something out.\n\
         extends = {base}\n\n[scenario]\nname = {name}\n\n\
         # What holds, table by table. To change a value, write its table and the key with its new value:\n\
         #   [market]\n#   growth = {{ value = \"5%\", assumed = \"why\" }}\n"
    );
    let mut heading = "";
    for row in scenario.effective().iter().filter(|row| row.origin == Origin::Written) {
        let (table, name) = split(&row.key);
        if table != heading {
            heading = table;
            let _ = writeln!(file, "#\n# {table}");
        }
        let _ = writeln!(file, "#   {name}: {}", shown(row));
    }
    file
}

fn shown(row: &Effective) -> String {
    row.value.replace('\n', " ")
}
