//! Keys: joining and splitting them, and finding the value at a key. Elements of lists are addressed by their names.

use super::document::{Content, Entry, Node};
use super::problem::{Place, Problem};

/// Why there is no value at a key.
pub(crate) struct Stop {
    /// Number of parts of the key that exist.
    depth: usize,
    reason: Reason,
    /// The names that exist there.
    names: Vec<String>,
}

enum Reason {
    /// There is no entry of this name.
    NoEntry,
    /// The part before it is a value, which has no keys.
    Value,
}

impl Stop {
    /// No entry has the name at this depth; these exist.
    pub(crate) fn no_entry(depth: usize, names: Vec<String>) -> Self {
        Self { depth, reason: Reason::NoEntry, names }
    }

    /// The problem to report at `key`.
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
                .help(format!("use `{before}`")),
        }
    }
}

/// The node at a path; a missing part at a depth for which `may_make` gives a place is created there.
///
/// # Errors
/// Where a part is missing and not created.
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

/// Removes the entry at a path from a document.
///
/// # Errors
/// When there is none.
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

/// The names of the entries of a node, in order.
fn names(node: &Node) -> Vec<Option<String>> {
    let entries = node.entries().iter().map(|entry| Some(entry.name.clone()));
    entries.chain(node.elements().iter().map(|element| element.own_name().map(str::to_owned))).collect()
}

/// The node one part of a key further down; created where missing if `made_at` is given.
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

/// Appends an empty table, to be filled or replaced.
fn made<'e>(entries: &'e mut Vec<Entry>, name: &str, place: Place) -> &'e mut Node {
    let node = Node { place: place.clone(), content: Content::Table(Vec::new()) };
    let at = entries.len();
    entries.push(Entry { name: name.to_owned(), place, node });
    &mut entries[at].node
}

/// A key below a table.
pub(crate) fn joined(table: &str, name: &str) -> String {
    if table.is_empty() { quoted(name) } else { format!("{table}.{}", quoted(name)) }
}

/// Quotes a part of a key where TOML needs it.
fn quoted(part: &str) -> String {
    let bare = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if bare { part.to_owned() } else { format!("{part:?}") }
}

/// The parts of a key such as `correlation."revenue.openai".market`.
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
