//! Following `same_as` from one number to the number that is meant.

use super::address::{joined, split_key};
use super::document::{Content, Node};
use super::problem::{Place, Problem};
use super::reader::{Reader, Tie};
use super::suggest;
use crate::units::Unit;

/// The number that `target` names, through others that are tied to it in turn: its key and what is written there. Notes
/// the tie, whose unit is checked once every number is read.
///
/// # Errors
/// Where the key names no number, or the references form a cycle.
pub(crate) fn tied_to<'r>(
    reader: &Reader<'r>,
    (key, unit): (&str, Unit),
    target: &str,
    place: &Place,
) -> Result<(String, &'r Node), Box<Problem>> {
    let (target, node) = follow(reader, key, target)?;
    let tie = Tie { key: key.to_owned(), target: target.clone(), unit, place: place.clone() };
    reader.notes.borrow_mut().ties.push(tie);
    Ok((target, node))
}

fn follow<'r>(reader: &Reader<'r>, key: &str, target: &str) -> Result<(String, &'r Node), Box<Problem>> {
    let mut way = vec![key.to_owned()];
    let mut target = target.to_owned();
    while !way.contains(&target) {
        let Some(node) = split_key(&target).and_then(|path| reader.document.find(&path)) else {
            return Err(Box::new(unknown_target(reader, key, &target)));
        };
        match node.get("same_as").and_then(Node::text) {
            None => return Ok((target, node)),
            Some(next) => way.push(std::mem::replace(&mut target, next.to_owned())),
        }
    }
    way.push(target);
    Err(Box::new(Problem::error(key, "`same_as` is circular").found(way.join(" -> "))))
}

fn unknown_target(reader: &Reader<'_>, key: &str, target: &str) -> Problem {
    let mut keys = Vec::new();
    number_keys(reader.document, "", &mut keys);
    Problem::error(key, format!("`same_as` names `{target}`, which this file does not set"))
        .expected("the key of a number in this file, such as \"family.gpu.price_decline\"")
        .help_if(suggest::did_you_mean(target, keys.iter().map(String::as_str)))
}

/// The keys of everything in the document that looks like a number.
fn number_keys(node: &Node, key: &str, into: &mut Vec<String>) {
    match &node.content {
        Content::Table(entries) if !node.is_number_table() => {
            for entry in entries {
                number_keys(&entry.node, &joined(key, &entry.name), into);
            }
        }
        Content::List(elements) => {
            for element in elements.iter().filter(|element| element.is_table()) {
                number_keys(element, &joined(key, element.own_name().unwrap_or_default()), into);
            }
        }
        _ => into.push(key.to_owned()),
    }
}
