//! Overrides: `key.path=value`, set in the document before it is read, so that they are checked like the file.
//! Elements of lists are addressed by name: `contract.azure.take_or_pay=0.8`.

use super::address::{Stop, reach, split_key};
use super::assembly::ABOVE;
use super::declared::Section;
use super::document::{Content, Node, parse, shortened};
use super::merge::hand_down;
use super::problem::{Place, Problem};

/// Applies overrides in order; their texts are numbered from `first`. An override that cannot be applied is a problem and
/// changes nothing. Where the tables of `sections` have names that a file chooses, an override changes one of them and
/// never creates another.
pub(crate) fn apply(
    mut document: Node,
    overrides: &[String],
    first: usize,
    sections: &[Section],
) -> (Node, Vec<Problem>) {
    let named: Vec<&str> = sections.iter().filter_map(Section::named).collect();
    let mut problems = Vec::new();
    for (number, given) in overrides.iter().enumerate() {
        let place = Place { text: first + number, span: 0..given.len() };
        if let Err(problem) = apply_one(&mut document, given, &place, &named) {
            problems.push((*problem).at(&place));
        }
    }
    (document, problems)
}

fn apply_one(document: &mut Node, given: &str, place: &Place, named: &[&str]) -> Result<(), Box<Problem>> {
    let form = "`key.path=value`, such as `contract.azure.take_or_pay=0.8`";
    let Some(equals) = position_of_equals(given) else {
        return Err(Box::new(Problem::error("", "an override has no `=`").expected(form)));
    };
    let key = given[..equals].trim();
    let Some(path) = split_key(key) else {
        return Err(Box::new(
            Problem::error("", "an override needs a key before `=`").found(shortened(key)).expected(form),
        ));
    };
    if ABOVE.contains(&path[0].as_str()) {
        let message = format!("`{}` cannot be overridden: it is read before any override", path[0]);
        return Err(Box::new(Problem::error(key, message).help("write a small file with `extends` instead")));
    }
    let value = read_value(given, equals, place);
    let key_place = Place { text: place.text, span: 0..equals };
    put(document, &path, &key_place, value, named).map_err(|stop| Box::new(stop.problem(key, &path)))
}

/// The first `=` that is not within quotes.
fn position_of_equals(given: &str) -> Option<usize> {
    let mut quoted = false;
    given.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (c == '=' && !quoted).then_some(at)
    })
}

/// A TOML value; anything else is a text, so that quotes can be left out: `38B USD`, `15mo`, `plan`.
fn read_value(given: &str, equals: usize, place: &Place) -> Node {
    let written = &given[equals + 1..];
    let padding = " ".repeat(equals.saturating_sub(1));
    let as_toml = parse(&format!("v{padding}={written}"), place.text).ok();
    let only = as_toml.filter(|table| table.entries().len() == 1).and_then(|table| table.get("v").cloned());
    only.unwrap_or_else(|| {
        let start = equals + 1 + written.len() - written.trim_start().len();
        let span = start..start + written.trim().len();
        Node { place: Place { text: place.text, span }, content: Content::Text(written.trim().to_owned()) }
    })
}

/// Sets the value at a path, creating missing tables on the way.
fn put(document: &mut Node, path: &[String], place: &Place, value: Node, named: &[&str]) -> Result<(), Stop> {
    let named = path.len() > 1 && named.contains(&path[0].as_str());
    if named && document.get(&path[0]).is_none() {
        return Err(Stop::no_entry(1, Vec::new()));
    }
    let may_make = |depth: usize| (!(named && depth == 1)).then(|| place.clone());
    if let [way @ .., _] = path
        && path.len() > 2
    {
        hand_down(reach(document, way, may_make)?);
    }
    *reach(document, path, may_make)? = value;
    Ok(())
}
