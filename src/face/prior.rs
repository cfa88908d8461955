//! What the prior of a scenario implies, beside what is plausible.

use super::error::Error;
use super::result::{Page, REPORT, result};
use crate::engine::Stop;
use crate::report::expectations::prior_table;
use crate::report::format::{TIDY, Table, json};
use crate::report::output::{Deliverable, FigureFiles, Filed, Manifest, OutputDir, Written};
use crate::report::page::{self, WIDTH, plain_text};
use crate::report::summary::{about, dictionary, manifest};
use crate::scenario::Scenario;
use crate::study::expectations::{Checked, Verdict, check};
use crate::study::{Prepared, Simulated};

/// The expectations of a scenario beside what a run has.
#[derive(Debug)]
pub struct Prior {
    scenario: Scenario,
    manifest: Manifest,
    checked: Vec<Checked>,
    interrupted: bool,
}

result!(Prior);

impl Prior {
    pub(super) fn of(prepared: &Prepared, simulated: &Simulated) -> Self {
        let (results, scenario) = (prepared.results(simulated), prepared.scenario());
        let outcome = &simulated.outcome;
        let manifest = Manifest {
            threads: outcome.threads,
            wall_seconds: outcome.seconds,
            residual: Some(outcome.residual),
            measures: dictionary(),
            ..manifest(scenario, "prior")
        };
        let interrupted = outcome.stop == Stop::Interrupted;
        Self { checked: check(&results, scenario), scenario: scenario.clone(), manifest, interrupted }
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
        page::prior(&self.scenario, &self.checked, width)
    }

    /// The table as JSON.
    ///
    /// # Errors
    /// If a number does not fit the table.
    pub fn json(&self) -> Result<String, Error> {
        json::text(&self.table()?).map_err(Error::io("making the JSON"))
    }

    /// As [`Prior::write`], into a folder that has been opened.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn write_into(&self, folder: OutputDir) -> Result<Written, Error> {
        Ok(self.deliverable()?.write(folder)?)
    }

    fn table(&self) -> Result<Table, Error> {
        Ok(prior_table(&self.checked)?)
    }

    fn deliverable(&self) -> Result<Deliverable, Error> {
        Ok(Deliverable {
            tables: vec![Filed::new("prior", self.table()?, TIDY)],
            pages: vec![(REPORT, plain_text(&self.page(WIDTH)))],
            #[cfg(feature = "plots")]
            figures: Vec::new(),
            figure_files: FigureFiles::None,
            about: about(&self.scenario),
            manifest: self.manifest.clone(),
        })
    }
}
