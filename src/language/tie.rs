//! Following `same_as` from one number to the number that is meant.

use super::address::{joined, split_key};
use super::document::{Content, Node};
use super::problem::{Place, Problem};
use super::reader::{Reader, Tie};
use super::suggest;
use crate::units::Unit;

/// The number that `target` names, through others that are tied to it in turn: its key, what is written there, and how many
/// times it the last of these others is. Notes the tie, whose unit is checked once every number is read.
///
/// # Errors
/// Where the key names no number, or the references form a cycle.
pub(crate) fn tied_to<'r>(
    reader: &Reader<'r>,
    (key, unit): (&str, Unit),
    target: &str,
    place: &Place,
) -> Result<(String, &'r Node, f64), Box<Problem>> {
    let (target, node, factor) = follow(reader, key, target)?;
    let tie = Tie { key: key.to_owned(), target: target.clone(), unit, place: place.clone() };
    reader.notes.borrow_mut().ties.push(tie);
    Ok((target, node, factor))
}

/// The factor of a tie: 1 where none is written.
///
/// # Errors
/// Where it is not a number above zero.
pub(crate) fn times(key: &str, tie: &Node) -> Result<f64, Box<Problem>> {
    let Some(written) = tie.get("times") else { return Ok(1.0) };
    let factor = match written.content {
        Content::Integer(number) => number as f64,
        Content::Float(number) => number,
        _ => f64::NAN,
    };
    if factor > 0.0 && factor.is_finite() {
        return Ok(factor);
    }
    let problem = Problem::error(key, "`times` is a number above zero").found(written.describe());
    Err(Box::new(problem.expected("a factor without a unit, such as 1.5").at(&written.place)))
}

fn follow<'r>(reader: &Reader<'r>, key: &str, target: &str) -> Result<(String, &'r Node, f64), Box<Problem>> {
    let mut way = vec![key.to_owned()];
    let (mut target, mut factor) = (target.to_owned(), 1.0);
    while !way.contains(&target) {
        let Some(node) = split_key(&target).and_then(|path| reader.document.find(&path)) else {
            return Err(Box::new(unknown_target(reader, key, &target)));
        };
        match node.get("same_as").and_then(Node::text) {
            None => return Ok((target, node, factor)),
            Some(next) => {
                // A wrong factor is reported where it is written.
                factor *= times(&target, node).unwrap_or(1.0);
                way.push(std::mem::replace(&mut target, next.to_owned()));
            }
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
