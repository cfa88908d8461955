//! Finding a value of a document by its key; entries of lists are addressed by what they are called.

use super::document::{Content, Entry, Node};
use super::problem::{Place, Problem};

/// Why a key leads nowhere.
pub(crate) struct Stop {
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
    /// There is no entry of the name at this depth, but there are these.
    pub(crate) fn no_entry(depth: usize, names: Vec<String>) -> Self {
        Self { depth, reason: Reason::NoEntry, names }
    }

    /// The same as a problem of a key.
    pub(crate) fn problem(&self, key: &str, path: &[String]) -> Problem {
        let before = path[..self.depth].join(".");
        let part = &path[self.depth];
        let names = || self.names.iter().map(String::as_str);
        match self.reason {
            Reason::NoEntry if before.is_empty() => {
                Problem::error(key, format!("there is no `{part}`")).among(part, names())
            }
            Reason::NoEntry => Problem::error(key, format!("there is no `{part}` in `{before}`")).among(part, names()),
            Reason::Value => Problem::error(key, format!("`{before}` is a value and has no key `{part}`"))
                .help(format!("it can only be meant as a whole: `{before}`")),
        }
    }
}

/// The node at a path, of which the parts from `may_make` on are made at a place where they are not written.
///
/// # Errors
/// Where the path ends too early.
pub(crate) fn reach<'n>(
    document: &'n mut Node,
    path: &[String],
    may_make: impl Fn(usize) -> Option<Place>,
) -> Result<&'n mut Node, Stop> {
    let mut node = document;
    for (depth, part) in path.iter().enumerate() {
        node = below(node, part, may_make(depth)).map_err(|(reason, names)| Stop { depth, reason, names })?;
    }
    Ok(node)
}

/// Takes the entry at a path out of a document.
///
/// # Errors
/// When it is not there.
pub(crate) fn take_out(document: &mut Node, path: &[String]) -> Result<(), Stop> {
    let Some((last, way)) = path.split_last() else { return Ok(()) };
    let node = reach(document, way, |_| None)?;
    let names = names(node);
    let at = names.iter().position(|name| name.as_deref() == Some(last));
    match (&mut node.content, at) {
        (Content::Table(entries), Some(at)) => drop(entries.remove(at)),
        (Content::List(elements), Some(at)) => drop(elements.remove(at)),
        (Content::Table(_) | Content::List(_), None) => {
            return Err(Stop::no_entry(way.len(), names.into_iter().flatten().collect()));
        }
        _ => return Err(Stop { depth: way.len(), reason: Reason::Value, names: Vec::new() }),
    }
    Ok(())
}

/// What the entries of a node are called, one by one.
fn names(node: &Node) -> Vec<Option<String>> {
    let entries = node.entries().iter().map(|entry| Some(entry.name.clone()));
    entries.chain(node.elements().iter().map(|element| element.own_name().map(str::to_owned))).collect()
}

/// The node one part of a key further down; made at a place, if there is one.
fn below<'n>(node: &'n mut Node, part: &str, made_at: Option<Place>) -> Result<&'n mut Node, (Reason, Vec<String>)> {
    let names = names(node);
    let at = names.iter().position(|name| name.as_deref() == Some(part));
    match (&mut node.content, at, made_at) {
        (Content::Table(entries), Some(at), _) => Ok(&mut entries[at].node),
        (Content::Table(entries), None, Some(place)) => Ok(made(entries, part, place)),
        (Content::List(elements), Some(at), _) => Ok(&mut elements[at]),
        (Content::Table(_) | Content::List(_), None, _) => {
            Err((Reason::NoEntry, names.into_iter().flatten().collect()))
        }
        _ => Err((Reason::Value, Vec::new())),
    }
}

/// Adds an empty table, to be filled or replaced.
fn made<'e>(entries: &'e mut Vec<Entry>, name: &str, place: Place) -> &'e mut Node {
    let node = Node { place: place.clone(), content: Content::Table(Vec::new()) };
    let at = entries.len();
    entries.push(Entry { name: name.to_owned(), place, node });
    &mut entries[at].node
}

/// A key taken apart: `correlation."revenue.openai".market`.
pub(crate) fn split_key(key: &str) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    let mut rest = key;
    loop {
        let (part, after) = if let Some(inner) = rest.strip_prefix('"') {
            inner.split_once('"')?
        } else {
            rest.split_at(rest.find('.').unwrap_or(rest.len()))
        };
        if part.is_empty() {
            return None;
        }
        parts.push(part.to_owned());
        match after.strip_prefix('.') {
            Some(next) => rest = next,
            None if after.is_empty() => return Some(parts),
            None => return None,
        }
    }
}
