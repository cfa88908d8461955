//! The source of a number, or of a table of numbers: `source`, `prior`, `assumed`, `note`.

use super::document::{Content, Entry, Node, shortened};
use super::problem::Problem;
use super::quantity::{Basis, Provenance};
use super::reader::{Citation, Reader};
use super::suggest;

/// Keys that say where a number comes from.
pub(crate) const PROVENANCE: [&str; 4] = ["source", "prior", "assumed", "note"];

/// Whether any of these keys gives a basis.
pub(crate) fn says_basis(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| PROVENANCE[..3].contains(&entry.name.as_str()))
}

/// The entries of a table of numbers, without those that say where the numbers come from.
pub(crate) fn members(node: &Node) -> impl Iterator<Item = &Entry> {
    let entries = node.entries().iter();
    entries.filter(|entry| !PROVENANCE.contains(&entry.name.as_str()))
}

/// Reads what a value, or a table of values, says about its source, and notes the problems and citations.
pub(crate) fn read_provenance(reader: &Reader<'_>, key: &str, node: &Node) -> Provenance {
    let mut problems = Vec::new();
    let provenance = provenance_of(key, node, &mut problems);
    reader.refuse_all(problems);
    cite(reader, key, node, &provenance);
    provenance
}

/// What a value says about its source; nothing where it is not a table.
pub(crate) fn provenance_of(key: &str, node: &Node, problems: &mut Vec<Problem>) -> Provenance {
    let said: Vec<&str> = PROVENANCE[..3].iter().copied().filter(|word| node.get(word).is_some()).collect();
    if said.len() > 1 {
        let problem = Problem::error(key, "give only one of `source`, `prior`, `assumed`");
        let problem = problem.found(suggest::listed(said.iter().copied())).help("move the others into `note`");
        problems.push(problem.at(&node.place));
    }
    let mut text = |word: &str| -> Option<String> {
        let given = node.get(word)?;
        if given.text().is_none_or(|text| text.trim().is_empty()) {
            let problem = Problem::error(key, format!("`{word}` must be a text that gives the reason"));
            problems.push(problem.found(found(given)).at(&given.place));
        }
        given.text().map(str::to_owned)
    };
    let prior = text("prior").map(Basis::Prior);
    let assumed = text("assumed").map(Basis::Assumed);
    let note = text("note");
    let source = node.get("source").map(|given| Basis::Source(source_ids(key, given, problems)));
    Provenance { basis: source.or(prior).or(assumed).unwrap_or_default(), note }
}

fn source_ids(key: &str, node: &Node, problems: &mut Vec<Problem>) -> Vec<String> {
    let parts = if node.is_list() { node.elements() } else { std::slice::from_ref(node) };
    let ids: Vec<String> = parts.iter().filter_map(|part| part.text().map(str::to_owned)).collect();
    if ids.len() < parts.len() || ids.is_empty() {
        let problem = Problem::error(key, "`source` must be an id of `[sources]`, or a list of ids");
        problems.push(problem.found(node.describe()).at(&node.place));
    }
    ids
}

/// Notes the sources that a value cites, to be looked up when all are read.
pub(crate) fn cite(reader: &Reader<'_>, key: &str, node: &Node, provenance: &Provenance) {
    if let Basis::Source(sources) = &provenance.basis {
        let place = node.get("source").map_or(&node.place, |node| &node.place);
        let citations =
            sources.iter().map(|source| Citation { key: key.to_owned(), source: source.clone(), place: place.clone() });
        reader.notes.borrow_mut().citations.extend(citations);
    }
}

/// A value as it is written, for a message.
pub(crate) fn found(node: &Node) -> String {
    match &node.content {
        Content::Text(text) => shortened(text),
        Content::Table(_) if node.entries().iter().all(|entry| entry.name.starts_with('p')) => {
            format!("{{ {} }}", describe_parameters(node))
        }
        _ => node.describe(),
    }
}

/// The parameters of a distribution as they are written, for a message.
pub(crate) fn describe_parameters(node: &Node) -> String {
    let parts: Vec<String> = members(node).map(|entry| format!("{} = {}", entry.name, found(&entry.node))).collect();
    parts.join(", ")
}
