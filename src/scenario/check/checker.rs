//! All checks in a row, and what they share.

use super::{correlations, dates, deals, entities, labs, names};
use crate::language::problem::Problem;
use crate::language::quantity::{ByName, Quantity};
use crate::language::reader::Notes;
use crate::scenario::world::Scenario;

/// Everything that is wrong between the parts of a scenario. What could not be read is left out: it has its own
/// problem already.
pub(crate) fn check(scenario: &Scenario, notes: &Notes) -> Vec<Problem> {
    let mut checker = Checker { scenario, notes, found: Vec::new() };
    for subject in [names::check, dates::check, labs::check, deals::check, entities::check, correlations::check] {
        subject(&mut checker);
    }
    checker.found
}

/// Another key of the same table.
pub(super) fn sibling(key: &str, name: &str) -> String {
    let table = key.rfind('.').map_or("", |at| &key[..=at]);
    format!("{table}{name}")
}

/// A scenario being checked.
pub(super) struct Checker<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) notes: &'a Notes,
    found: Vec<Problem>,
}

impl Checker<'_> {
    /// Adds a problem, unless its key has one already.
    pub(super) fn add(&mut self, problem: Problem) {
        if self.sound(&[&problem.key]) {
            self.found.push(problem);
        }
    }

    /// Whether all these keys could be read.
    pub(super) fn sound(&self, keys: &[&str]) -> bool {
        !keys.iter().any(|key| self.notes.broken.contains(*key))
    }

    /// Adds a problem where `name` is none of the names that could be meant.
    pub(super) fn look_up(&mut self, key: &str, what: &str, name: &str, names: &[&str]) {
        if !name.is_empty() && !names.contains(&name) {
            let problem = Problem::error(key, format!("there is no {what} `{name}`"));
            self.add(problem.among(name, names.iter().copied()));
        }
    }

    /// The smallest and the largest value of a number.
    pub(super) fn range(&self, quantity: &Quantity) -> (f64, f64) {
        quantity.range(&self.scenario.uncertain)
    }

    /// Adds a problem where parts of a whole can add up to more than the whole.
    pub(super) fn parts_of_one(&mut self, key: &str, what: &str, parts: &ByName) {
        const ROUNDING: f64 = 1e-9;
        let most: f64 = parts.iter().map(|(_, part)| self.range(part).1).sum();
        if most > 1.0 + ROUNDING {
            let found = if most.is_finite() { format!("{:.2} %", most * 100.0) } else { "no bound".to_owned() };
            let largest = if parts.iter().any(|(_, part)| part.is_uncertain()) { " at their largest" } else { "" };
            self.add(Problem::error(key, format!("{what} add up to more than the whole{largest}")).found(found));
        }
    }
}
