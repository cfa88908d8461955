//! `[correlation]` as written: processes and their parents (docs/model.md, section 2).

use crate::language::address::joined;
use crate::language::declared::Shape;
use crate::language::document::Entry;
use crate::language::kinds_numeric::read_member;
use crate::language::problem::Problem;
use crate::language::provenance::{members, read_provenance};
use crate::language::quantity::Quantity;
use crate::language::range::Range;
use crate::language::reader::Reader;
use crate::language::requirement::Requirement;
use crate::language::suggest;
use crate::language::table::Table;
use crate::units::Unit;

/// One entry of `[correlation]`: a process and its parent.
#[derive(Debug, Clone, PartialEq)]
pub struct Correlation {
    /// The process.
    pub child: String,
    /// Its parent.
    pub parent: String,
    /// Correlation of their innovations.
    pub value: Quantity,
}

impl Table<'_> {
    /// Processes, each with its parent and the correlation of the two.
    pub(crate) fn correlations(&self, name: &'static str, meaning: &'static str) -> Vec<Correlation> {
        let slot = self.slot(name, meaning);
        let requirement =
            Requirement { noun: Some("a correlation"), ..Requirement::of(Unit::Number, Range::CORRELATION) };
        let form = || ("{ parent = correlation } for each process".to_owned(), Shape::Parents);
        slot.declare(form, || "none".to_owned());
        let Some(node) = slot.node() else {
            return Vec::new();
        };
        let key = slot.key();
        node.entries().iter().filter_map(|entry| read_parent(self.reader, &key, entry, &requirement)).collect()
    }
}

/// Reads one process and its parent.
fn read_parent(reader: &Reader<'_>, key: &str, entry: &Entry, requirement: &Requirement) -> Option<Correlation> {
    let child = joined(key, &entry.name);
    reader.locate(&child, &entry.node.place);
    let all = read_provenance(reader, &child, &entry.node);
    let parents: Vec<&Entry> = members(&entry.node).collect();
    if let [parent] = parents.as_slice() {
        let value = read_member(reader, &child, parent, requirement, &all)?;
        return Some(Correlation { child: entry.name.clone(), parent: parent.name.clone(), value });
    }
    let name = &entry.name;
    let problem = if parents.is_empty() {
        Problem::error(child, format!("`{name}` has no parent")).found(entry.node.describe())
    } else {
        let names = suggest::listed(parents.iter().map(|parent| parent.name.as_str()));
        Problem::error(child, format!("`{name}` has several parents"))
            .found(names)
            .help("correlations form a tree: make one of the parents the parent of the other")
    };
    reader.refuse(problem.expected("one parent, such as { market = 0.6 }").at(&entry.node.place));
    None
}
