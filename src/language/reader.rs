//! What is collected while a document is read: problems, effective values, declared keys, places.
//!
//! Reading never stops at the first problem. Reading a key declares its kind, range, default and meaning; a key of the file
//! that is not declared is reported at the end of its table.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use super::address::joined;
use super::declared::{Declared, Section};
use super::distribution::Uncertain;
use super::document::Node;
use super::effective::Effective;
use super::problem::{Place, Places, Problem};
use super::suggest;
use crate::calendar::Month;
use crate::units::Unit;

/// The reading of one document.
pub(crate) struct Reader<'a> {
    pub(crate) document: &'a Node,
    pub(crate) notes: RefCell<Notes>,
    /// The month from which others are counted, once it is read.
    pub(crate) start: Cell<Month>,
    /// Names on which later defaults depend, by what they are the name of.
    remembered: RefCell<BTreeMap<&'static str, String>>,
}

/// What is collected while reading.
#[derive(Default)]
pub(crate) struct Notes {
    pub(crate) problems: Vec<Problem>,
    /// Keys whose value could not be read; checks that depend on them are skipped.
    pub(crate) broken: BTreeSet<String>,
    pub(crate) effective: Vec<Effective>,
    pub(crate) uncertain: Vec<Uncertain>,
    /// The index of each uncertain number, by its key.
    pub(crate) drawn: BTreeMap<String, usize>,
    /// Every number by its key.
    pub(crate) numbers: BTreeMap<String, Unit>,
    /// Numbers written without a unit.
    pub(crate) bare: BTreeSet<String>,
    /// Numbers tied to others by `same_as`.
    pub(crate) ties: Vec<Tie>,
    /// Sources cited by numbers.
    pub(crate) citations: Vec<Citation>,
    pub(crate) places: Places,
    pub(crate) declared: Vec<Declared>,
    pub(crate) sections: Vec<Section>,
    pub(crate) unknown: Vec<Unknown>,
}

/// A number tied to another by `same_as`.
pub(crate) struct Tie {
    pub(crate) key: String,
    pub(crate) target: String,
    pub(crate) unit: Unit,
    pub(crate) place: Place,
}

/// A source cited by a number.
pub(crate) struct Citation {
    pub(crate) key: String,
    pub(crate) source: String,
    pub(crate) place: Place,
}

/// A key that is not declared.
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
            remembered: RefCell::default(),
        }
    }

    /// Notes a problem, and that the value at its key must not be used.
    pub(crate) fn refuse(&self, problem: Problem) {
        self.mark_broken(&problem.key);
        self.notes.borrow_mut().problems.push(problem);
    }

    /// Notes several problems.
    pub(crate) fn refuse_all(&self, problems: Vec<Problem>) {
        for problem in problems {
            self.refuse(problem);
        }
    }

    /// Notes that the value at a key must not be used; the reason is reported elsewhere.
    pub(crate) fn mark_broken(&self, key: &str) {
        self.notes.borrow_mut().broken.insert(key.to_owned());
    }

    /// Keeps a name on which later defaults depend.
    pub(crate) fn remember(&self, what: &'static str, name: &str) {
        self.remembered.borrow_mut().insert(what, name.to_owned());
    }

    /// The name kept under `what`; empty where there is none.
    pub(crate) fn remembered(&self, what: &str) -> String {
        self.remembered.borrow().get(what).cloned().unwrap_or_default()
    }

    /// Notes where a key is written; the first place counts.
    pub(crate) fn locate(&self, key: &str, place: &Place) {
        self.notes.borrow_mut().places.entry(key.to_owned()).or_insert_with(|| place.clone());
    }

    /// Reports undeclared keys and values of `same_as` that name no number.
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
                return Some(format!("`{}` belongs above all tables", self.name));
            }
            let ending = format!(".{}", self.name);
            language.iter().find(|key| key.key.ends_with(&ending)).map(|key| format!("there is a key `{}`", key.key))
        };
        let near = suggest::did_you_mean(&self.name, self.known.iter().copied());
        let expected = near.is_none().then(|| format!("one of {}", suggest::listed(self.known.iter().copied())));
        let table = if self.table.is_empty() { "the file".to_owned() } else { format!("`{}`", self.table) };
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
            None => format!("`{}` is not a number", self.target),
            Some(unit) if self.unit.agrees_with(unit) => return None,
            Some(unit) => format!("`{}` is {unit}, but this is {}", self.target, self.unit),
        };
        Some(Problem::error(&self.key, message).expected(format!("the key of {}", self.unit)).at(&self.place))
    }
}
