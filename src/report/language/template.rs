//! A first scenario, with required keys written and all others as comments.

use std::fmt::Write;
use std::path::Path;

use super::outline::{Form, Outline, split};
use crate::language::{Declared, Effective, Origin, Section, Shape};
use crate::scenario::Scenario;
use crate::units::Unit;

/// The keys written in a first scenario: a lab with a plan, and a contract.
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
        "{ value = \"25%\", prior = \"typical annual deviation of young firms from plan\" }",
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

/// The names of the named tables of a first scenario.
const NAMES: [(&str, &str); 3] = [("lab", "acme"), ("entity", "nimbus"), ("sources", "announcement")];

const INTRODUCTION: &str = "\
# A first scenario with every key of the language; commented keys show their default, or in parentheses that they have
# none, and how to write them. `ouro check FILE` reports problems, `ouro check FILE --strict` also what is undocumented,
# `ouro run FILE` simulates. Every number has a basis: `source` (an id of [sources]), or `prior` or `assumed` with the
# reason.
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
    // An empty table would switch its mechanism on.
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
    let is_list = matches!(outline.form(&section.key), Form::List | Form::Numbered);
    if is_list { format!("[[{called}]]") } else { format!("[{called}]") }
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

/// The default as it would be written, else the form of the key.
fn unwritten(key: &Declared) -> String {
    let default = key.default.as_str();
    match &key.shape {
        _ if ["none", "derived", "required"].contains(&default) => format!("({default}) {}", key.form),
        Shape::Count(_) | Shape::Flag => default.to_owned(),
        Shape::Number(bounds) if bounds.unit == Some(Unit::Number) => default.to_owned(),
        _ => format!("{default:?}"),
    }
}

/// A file that extends a scenario and changes nothing yet; `base` is the path of that scenario relative to the file.
pub fn variant(scenario: &Scenario, base: &Path) -> String {
    let base = toml::Value::String(base.display().to_string());
    let name = toml::Value::String(format!("{}, changed", scenario.about.name));
    let mut file = format!(
        "# A variant: only differences from the file that it extends. Tables merge key by key, lists of tables by id;\n\
         # `remove = [\"contract.<id>\"]`, above all tables, removes entries.\n\
         extends = {base}\n\n[scenario]\nname = {name}\n\n\
         # The values in effect, by table. To change one, write its table and the key with the new value:\n\
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
