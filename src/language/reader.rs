//! Reads a document table by table and collects everything: problems, effective values, declared keys, places.
//!
//! It never stops at the first problem. Whoever reads a key says its kind, range, default and meaning; a key that is
//! in the file and that nobody declared is refused at the end of its table.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use super::declared::{Declared, Section};
use super::distribution::Uncertain;
use super::document::{Node, quoted};
use super::effective::Effective;
use super::problem::{Place, Places, Problem};
use super::suggest;
use super::table::{Mode, Table};
use crate::calendar::Month;
use crate::units::Unit;

/// The reading of one document.
pub(crate) struct Reader<'a> {
    pub(crate) document: &'a Node,
    pub(crate) notes: RefCell<Notes>,
    /// First month of the run, once it is read.
    pub(crate) start: Cell<Month>,
    /// Family of contracts that name none, once the families are read.
    pub(crate) reference_family: RefCell<String>,
}

/// What is collected while reading.
#[derive(Default)]
pub(crate) struct Notes {
    pub(crate) problems: Vec<Problem>,
    /// Keys whose value could not be read; checks that rest on them are left out.
    pub(crate) broken: BTreeSet<String>,
    pub(crate) effective: Vec<Effective>,
    pub(crate) uncertain: Vec<Uncertain>,
    /// The index of each uncertain number, by its key.
    pub(crate) drawn: BTreeMap<String, usize>,
    /// Every number by its key.
    pub(crate) numbers: BTreeMap<String, Unit>,
    /// Numbers that are the same as others.
    pub(crate) ties: Vec<Tie>,
    /// Sources named by numbers.
    pub(crate) citations: Vec<Citation>,
    pub(crate) places: Places,
    pub(crate) declared: Vec<Declared>,
    pub(crate) sections: Vec<Section>,
    pub(crate) unknown: Vec<Unknown>,
}

/// A number that is the same as another.
pub(crate) struct Tie {
    pub(crate) key: String,
    pub(crate) target: String,
    pub(crate) unit: Unit,
    pub(crate) place: Place,
}

/// A source named by a number.
pub(crate) struct Citation {
    pub(crate) key: String,
    pub(crate) source: String,
    pub(crate) place: Place,
}

/// A key that nobody declared.
pub(crate) struct Unknown {
    pub(crate) table: String,
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) known: Vec<&'static str>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(document: &'a Node) -> Self {
        Self {
            document,
            notes: RefCell::default(),
            start: Cell::new(Month::january(2000)),
            reference_family: RefCell::default(),
        }
    }

    /// The whole document as a table.
    pub(crate) fn root(&self, mode: Mode) -> Table<'_> {
        Table::root(self, mode)
    }

    /// Notes a problem, and that the value at its key is not to be used.
    pub(crate) fn refuse(&self, problem: Problem) {
        let mut notes = self.notes.borrow_mut();
        notes.broken.insert(problem.key.clone());
        notes.problems.push(problem);
    }

    /// Notes where a key is written; the first place counts.
    pub(crate) fn locate(&self, key: &str, place: &Place) {
        self.notes.borrow_mut().places.entry(key.to_owned()).or_insert_with(|| place.clone());
    }

    /// Adds the keys that are not of the language and the ties that lead nowhere to the problems.
    pub(crate) fn finish(self, language: &[Declared]) -> Notes {
        let mut notes = self.notes.into_inner();
        let unknown: Vec<Problem> = notes.unknown.iter().map(|unknown| unknown.problem(language)).collect();
        let loose: Vec<Problem> = notes.ties.iter().filter_map(|tie| tie.problem(&notes)).collect();
        notes.problems.extend(unknown);
        notes.problems.extend(loose);
        notes
    }
}

impl Unknown {
    fn problem(&self, language: &[Declared]) -> Problem {
        let elsewhere = || {
            if language.iter().any(|key| key.key == self.name) {
                return Some(format!("`{}` stands above all tables", self.name));
            }
            let ending = format!(".{}", self.name);
            language.iter().find(|key| key.key.ends_with(&ending)).map(|key| format!("there is a key `{}`", key.key))
        };
        let near = suggest::did_you_mean(&self.name, self.known.iter().copied());
        let expected = near.is_none().then(|| format!("one of {}", suggest::listed(self.known.iter().copied())));
        let table = if self.table.is_empty() { "a scenario".to_owned() } else { format!("`{}`", self.table) };
        Problem::error(joined(&self.table, &self.name), format!("{table} has no key `{}`", self.name))
            .expected_if(expected)
            .help_if(near.or_else(elsewhere))
            .at(&self.place)
    }
}

impl Tie {
    fn problem(&self, notes: &Notes) -> Option<Problem> {
        let unit = notes.numbers.get(&self.target).copied();
        let message = match unit {
            None if notes.broken.contains(&self.target) => return None,
            None => format!("`{}` is not a number of the scenario", self.target),
            Some(unit) if self.unit.agrees_with(unit) => return None,
            Some(unit) => format!("`{}` is {unit}, but this is {}", self.target, self.unit),
        };
        Some(Problem::error(&self.key, message).expected(format!("the key of {}", self.unit)).at(&self.place))
    }
}

/// A key below a table.
pub(crate) fn joined(table: &str, name: &str) -> String {
    if table.is_empty() { quoted(name) } else { format!("{table}.{}", quoted(name)) }
}
