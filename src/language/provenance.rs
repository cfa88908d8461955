//! Where a number, or a table of numbers, says it comes from.

use super::document::{Entry, Node};
use super::number::found as shown;
use super::problem::Problem;
use super::quantity::{Basis, Provenance};
use super::suggest;

/// Keys that say where a number comes from.
pub(crate) const PROVENANCE: [&str; 4] = ["source", "prior", "assumed", "note"];

/// Whether any of these keys says what a number rests on.
pub(crate) fn says_basis(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| PROVENANCE[..3].contains(&entry.name.as_str()))
}

/// The entries of a table of numbers: all but those that say where the numbers come from.
pub(crate) fn members(node: &Node) -> impl Iterator<Item = &Entry> {
    let entries = node.entries().iter();
    entries.filter(|entry| !PROVENANCE.contains(&entry.name.as_str()))
}

/// Reads what a number, or a curve, says about its origin.
pub(crate) fn read_provenance(key: &str, node: &Node, problems: &mut Vec<Problem>) -> Provenance {
    let said: Vec<&str> = PROVENANCE[..3].iter().copied().filter(|word| node.get(word).is_some()).collect();
    if said.len() > 1 {
        let message = format!("a number rests on one thing, not on {}", suggest::listed(said.iter().copied()));
        let help = "keep the one that carries the weight, and put the rest into `note`";
        problems.push(Problem::error(key, message).help(help).at(&node.place));
    }
    let mut text = |word: &str| -> Option<String> {
        let found = node.get(word)?;
        if found.text().is_none_or(|text| text.trim().is_empty()) {
            let problem = Problem::error(key, format!("`{word}` is a text that says why"));
            problems.push(problem.found(shown(found)).at(&found.place));
        }
        found.text().map(str::to_owned)
    };
    let prior = text("prior").map(Basis::Prior);
    let assumed = text("assumed").map(Basis::Assumed);
    let note = text("note");
    let source = node.get("source").map(|found| Basis::Source(source_ids(key, found, problems)));
    Provenance { basis: source.or(prior).or(assumed).unwrap_or_default(), note }
}

fn source_ids(key: &str, node: &Node, problems: &mut Vec<Problem>) -> Vec<String> {
    let parts = if node.is_list() { node.elements() } else { std::slice::from_ref(node) };
    let ids: Vec<String> = parts.iter().filter_map(|part| part.text().map(str::to_owned)).collect();
    if ids.len() < parts.len() || ids.is_empty() {
        let problem = Problem::error(key, "`source` is an id of `[sources]`, or a list of ids");
        problems.push(problem.found(node.describe()).at(&node.place));
    }
    ids
}
