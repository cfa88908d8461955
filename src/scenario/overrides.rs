//! Overrides: `key.path=value`, put into the document before it is read, so that they are checked as the file is.
//! Entries of lists are addressed by what they are called: `contract.azure.take_or_pay=0.8`.

use super::document::{Content, Entry, Node, parse, shortened};
use super::problem::{Place, Problem};
use super::settle::split_key;

/// Tables and lists whose entries a file names; an override changes one of them and never makes another.
const NAMED: [&str; 8] = ["lab", "family", "entity", "sources", "contract", "investment", "matching", "facility"];

/// Applies overrides in their order; what cannot be applied is a problem, the rest stays.
pub(crate) fn apply(mut document: Node, overrides: &[String]) -> (Node, Vec<Problem>) {
    let mut problems = Vec::new();
    for (number, given) in overrides.iter().enumerate() {
        let place = Place { text: number + 1, span: 0..given.len() };
        if let Err(problem) = apply_one(&mut document, given, &place) {
            problems.push((*problem).at(&place));
        }
    }
    (document, problems)
}

fn apply_one(document: &mut Node, given: &str, place: &Place) -> Result<(), Box<Problem>> {
    let form = "`key.path=value`, such as `contract.azure.take_or_pay=0.8`";
    let Some(equals) = position_of_equals(given) else {
        return Err(Box::new(Problem::error("", "an override has no `=`").expected(form)));
    };
    let key = given[..equals].trim();
    let Some(path) = split_key(key) else {
        return Err(Box::new(Problem::error("", "an override begins with a key").found(shortened(key)).expected(form)));
    };
    let value = read_value(given, equals, place);
    let key_place = Place { text: place.text, span: 0..equals };
    put(document, &path, &key_place, value).map_err(|stop| Box::new(stop.problem(key, &path)))
}

/// The first `=` that is not within quotes.
fn position_of_equals(given: &str) -> Option<usize> {
    let mut quoted = false;
    given.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (c == '=' && !quoted).then_some(at)
    })
}

/// A value of TOML; what is none is a text, so that quotes can be left out: `38B USD`, `15mo`, `plan`.
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

/// Why an override could not be put where its key says.
struct Stop {
    /// How many parts of the key were there.
    depth: usize,
    reason: Reason,
    /// The names that would have been right.
    names: Vec<String>,
}

enum Reason {
    /// There is no entry of this name.
    NoEntry,
    /// A value has no keys.
    Value,
}

impl Stop {
    fn problem(&self, key: &str, path: &[String]) -> Problem {
        let before = path[..self.depth].join(".");
        let part = &path[self.depth];
        let names = || self.names.iter().map(String::as_str);
        match self.reason {
            Reason::NoEntry => Problem::error(key, format!("there is no `{part}` in `{before}`")).among(part, names()),
            Reason::Value => Problem::error(key, format!("`{before}` is a value and has no key `{part}`"))
                .help(format!("set it as a whole: `{before}=...`")),
        }
    }
}

/// Puts a value at a path, making the tables on the way.
fn put(document: &mut Node, path: &[String], place: &Place, value: Node) -> Result<(), Stop> {
    let named = path.len() > 1 && NAMED.contains(&path[0].as_str());
    if named && document.get(&path[0]).is_none() {
        return Err(Stop { depth: 1, reason: Reason::NoEntry, names: Vec::new() });
    }
    let mut node = document;
    for (depth, part) in path.iter().enumerate() {
        let may_make = !(named && depth == 1);
        node = below(node, part, may_make.then_some(place)).map_err(|(reason, names)| Stop { depth, reason, names })?;
    }
    *node = value;
    Ok(())
}

/// The node one part of a key further down; made at a place, if there is one.
fn below<'n>(node: &'n mut Node, part: &str, made_at: Option<&Place>) -> Result<&'n mut Node, (Reason, Vec<String>)> {
    match &mut node.content {
        Content::Table(entries) => {
            let at = entries.iter().position(|entry| entry.name == part);
            match (at, made_at) {
                (Some(at), _) => Ok(&mut entries[at].node),
                (None, Some(place)) => Ok(made(entries, part, place)),
                (None, None) => {
                    let names = entries.iter().map(|entry| entry.name.clone());
                    Err((Reason::NoEntry, names.collect()))
                }
            }
        }
        Content::List(elements) => {
            let names = elements.iter().filter_map(Node::own_name);
            let names = names.map(str::to_owned).collect();
            let mut elements = elements.iter_mut();
            let found = elements.find(|element| element.own_name() == Some(part));
            found.ok_or((Reason::NoEntry, names))
        }
        _ => Err((Reason::Value, Vec::new())),
    }
}

/// Adds an empty table, to be filled or replaced.
fn made<'e>(entries: &'e mut Vec<Entry>, name: &str, place: &Place) -> &'e mut Node {
    let node = Node { place: place.clone(), content: Content::Table(Vec::new()) };
    let entry = Entry { name: name.to_owned(), place: place.clone(), node };
    let at = entries.len();
    entries.push(entry);
    &mut entries[at].node
}
