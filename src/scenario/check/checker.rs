//! Helpers shared by all checks.

use crate::language::problem::Problem;
use crate::language::quantity::{ByName, Quantity};
use crate::language::reader::Notes;
use crate::scenario::world::Scenario;

/// Another key of the same table.
pub(super) fn sibling(key: &str, name: &str) -> String {
    let table = key.rfind('.').map_or("", |at| &key[..=at]);
    format!("{table}{name}")
}

/// A scenario being checked.
pub(super) struct Checker<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) notes: &'a Notes,
    pub(super) found: Vec<Problem>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(scenario: &'a Scenario, notes: &'a Notes) -> Self {
        Self { scenario, notes, found: Vec::new() }
    }

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

    /// Adds a problem where `name` is not one of `names`.
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

    /// Adds a problem where shares can add up to more than one.
    pub(super) fn parts_of_one(&mut self, key: &str, what: &str, parts: &ByName) {
        const ROUNDING: f64 = 1e-9;
        let most: f64 = parts.iter().map(|(_, part)| self.range(part).1).sum();
        if most > 1.0 + ROUNDING {
            let found = if most.is_finite() { format!("{:.2} %", most * 100.0) } else { "no bound".to_owned() };
            let largest = if parts.iter().any(|(_, part)| part.is_uncertain()) { ", at worst" } else { "" };
            self.add(Problem::error(key, format!("{what} add up to more than 100 %{largest}")).found(found));
        }
    }
}
