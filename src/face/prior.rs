//! What the prior of a scenario implies, beside what is plausible.

use super::error::Error;
use super::result::{Page, REPORT, result};
use crate::engine::Stop;
use crate::report::expectations::prior_table;
use crate::report::format::{TIDY, Table};
use crate::report::output::{Deliverable, Filed, Manifest};
use crate::report::page::{self, WIDTH, plain_text};
use crate::report::summary::{about, dictionary, manifest};
use crate::scenario::Scenario;
use crate::study::expectations::{Checked, Verdict, check};
use crate::study::{Prepared, Simulated, Soundness};

/// The expectations of a scenario beside what a run has.
#[derive(Debug)]
pub struct Prior {
    scenario: Scenario,
    manifest: Manifest,
    checked: Vec<Checked>,
    interrupted: bool,
    soundness: Soundness,
}

result!(Prior, "The table as JSON.");

impl Prior {
    pub(super) fn of(prepared: &Prepared, simulated: &Simulated) -> Self {
        let (results, scenario) = (prepared.results(simulated), prepared.scenario());
        let (outcome, soundness) = (&simulated.outcome, Soundness::of(&results));
        let manifest = Manifest {
            threads: outcome.threads,
            wall_seconds: outcome.seconds,
            residual: soundness.residual,
            failures: soundness.failures(),
            measures: dictionary(),
            ..manifest(scenario, "prior")
        };
        Self {
            checked: check(&results, scenario),
            scenario: scenario.clone(),
            manifest,
            interrupted: outcome.stop == Stop::Interrupted,
            soundness,
        }
    }

    /// The scenario as it was run.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
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
        self.interrupted
    }

    /// The page for people.
    pub fn page(&self, width: usize) -> Page {
        let page = page::prior(&self.scenario, &self.checked, width);
        page::warned(page, &self.soundness, width)
    }

    /// Whether every number of the run is finite that should be.
    pub fn is_sound(&self) -> bool {
        self.soundness.is_sound()
    }

    fn table(&self) -> Result<Table, Error> {
        Ok(prior_table(&self.checked)?)
    }

    fn deliverable(&self) -> Result<Deliverable, Error> {
        let tables = vec![Filed::new("prior", self.table()?, TIDY)];
        let page = (REPORT, plain_text(&self.page(WIDTH)));
        Ok(Deliverable::without_figures(tables, page, about(&self.scenario), self.manifest.clone()))
    }
}
