//! Prior-predictive checks of a scenario.

use super::error::Error;
use super::record::Record;
use super::result::{Page, REPORT, result};
use crate::report::expectations::prior_table;
use crate::report::format::{TIDY, Table};
use crate::report::output::{Deliverable, Filed};
use crate::report::page::{self, WIDTH, plain_text};
use crate::report::summary::about;
use crate::scenario::Scenario;
use crate::study::expectations::{Checked, Verdict, check};
use crate::study::{Prepared, Simulated};

/// The expectations of a scenario and the results of a run.
#[derive(Debug)]
pub struct Prior {
    record: Record,
    checked: Vec<Checked>,
}

result!(Prior, "The table as JSON.");

impl Prior {
    pub(super) fn of(prepared: &Prepared, simulated: &Simulated, recorded: Vec<String>) -> Self {
        let (results, scenario) = (prepared.results(simulated), prepared.scenario());
        Self { checked: check(&results, scenario), record: Record::of(&results, scenario, ("prior", recorded)) }
    }

    /// The scenario as it was run.
    pub fn scenario(&self) -> &Scenario {
        &self.record.scenario
    }

    /// The expectations, in the order of the file.
    pub fn checked(&self) -> &[Checked] {
        &self.checked
    }

    /// Whether no expectation is missed.
    pub fn is_met(&self) -> bool {
        self.checked.iter().all(|row| row.verdict != Verdict::Outside)
    }

    /// Whether the run was ended early.
    pub fn is_interrupted(&self) -> bool {
        self.record.interrupted
    }

    /// The page for people.
    pub fn page(&self, width: usize) -> Page {
        let page = page::prior(&self.record.scenario, &self.checked, width);
        page::warned(page, &self.record.soundness, width)
    }

    /// Whether every number of the run is finite that should be.
    pub fn is_sound(&self) -> bool {
        self.record.soundness.is_sound()
    }

    fn table(&self) -> Result<Table, Error> {
        Ok(prior_table(&self.checked)?)
    }

    fn deliverable(&self) -> Result<Deliverable, Error> {
        let tables = vec![Filed::new("prior", self.table()?, TIDY)];
        let page = (REPORT, plain_text(&self.page(WIDTH)));
        Ok(Deliverable::without_figures(tables, page, about(&self.record.scenario), self.record.manifest.clone()))
    }
}
