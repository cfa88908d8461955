//! The probability of a rare event.

use super::error::Error;
use super::result::{Page, REPORT, result};
use crate::report::format::{TIDY, Table};
use crate::report::output::{Deliverable, Filed};
use crate::report::page::{self, WIDTH, plain_text};
use crate::report::rare::{drivers_table, rare_table};
use crate::report::summary::{about, manifest};
use crate::scenario::Scenario;
use crate::study::rare::{Rare, Verdict};

/// The probability of a rare event by two routes, on the same parameter draws.
#[derive(Debug)]
pub struct RareEvent {
    scenario: Scenario,
    found: Rare,
}

result!(RareEvent, "The table as JSON.");

impl RareEvent {
    pub(super) fn new(scenario: Scenario, found: Rare) -> Self {
        Self { scenario, found }
    }

    /// The scenario as it was run.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The probability by importance sampling, a pure number, and the ends of its 95 % interval.
    pub fn probability(&self) -> [f64; 3] {
        let probability = &self.found.importance.probability;
        [probability.value(), probability.low(), probability.high()]
    }

    /// Whether both routes agree and neither has a warning.
    pub fn is_reliable(&self) -> bool {
        self.found.verdict() == Verdict::Agree
    }

    /// Whether it was ended early.
    pub fn is_interrupted(&self) -> bool {
        self.found.interrupted
    }

    /// The page for people.
    pub fn page(&self, width: usize) -> Page {
        page::rare(&self.scenario, &self.found, width)
    }

    fn table(&self) -> Result<Table, Error> {
        Ok(rare_table(&self.found)?)
    }

    fn deliverable(&self) -> Result<Deliverable, Error> {
        let tables = vec![
            Filed::new("rare", self.table()?, TIDY),
            Filed::new("rare-drivers", drivers_table(&self.found)?, TIDY),
        ];
        let page = (REPORT, plain_text(&self.page(WIDTH)));
        let command = format!("rare {}", self.found.event.text());
        Ok(Deliverable::without_figures(tables, page, about(&self.scenario), manifest(&self.scenario, &command)))
    }
}
