//! Published figures and outcomes beside the results of a run.

use super::error::Error;
use super::result::{Page, REPORT, result};
use crate::engine::Stop;
use crate::report::benchmarks::benchmark_table;
use crate::report::format::{TIDY, Table, json};
use crate::report::output::{Deliverable, FigureFiles, Filed, Manifest, OutputDir, Written};
use crate::report::page::{self, WIDTH, plain_text};
use crate::report::summary::{about, dictionary, manifest};
use crate::scenario::Scenario;
use crate::study::benchmarks::{Comparison as Figure, Score, compare, scores};
use crate::study::{Prepared, Simulated};

/// Published figures, and what happened later, beside ours.
#[derive(Debug)]
pub struct Benchmark {
    scenario: Scenario,
    manifest: Manifest,
    figures: Vec<Figure>,
    outcomes: Vec<Score>,
    interrupted: bool,
}

result!(Benchmark);

impl Benchmark {
    pub(super) fn of(prepared: &Prepared, simulated: &Simulated) -> Self {
        let (results, scenario) = (prepared.results(simulated), prepared.scenario());
        let outcome = &simulated.outcome;
        let manifest = Manifest {
            threads: outcome.threads,
            wall_seconds: outcome.seconds,
            residual: Some(outcome.residual),
            measures: dictionary(),
            ..manifest(scenario, "benchmark")
        };
        Self {
            figures: compare(&results, scenario),
            outcomes: scores(&results, scenario),
            scenario: scenario.clone(),
            manifest,
            interrupted: outcome.stop == Stop::Interrupted,
        }
    }

    /// The scenario as it was run.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Published figures beside ours.
    pub fn figures(&self) -> &[Figure] {
        &self.figures
    }

    /// What happened later, the worst misses first.
    pub fn outcomes(&self) -> &[Score] {
        &self.outcomes
    }

    /// Whether the run was ended early.
    pub fn is_interrupted(&self) -> bool {
        self.interrupted
    }

    /// The page for people.
    pub fn page(&self, width: usize) -> Page {
        page::benchmark(&self.scenario, &self.figures, &self.outcomes, width)
    }

    /// The table as JSON.
    ///
    /// # Errors
    /// If a number does not fit the table.
    pub fn json(&self) -> Result<String, Error> {
        json::text(&self.table()?).map_err(Error::io("making the JSON"))
    }

    /// As [`Benchmark::write`], into a folder that has been opened.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn write_into(&self, folder: OutputDir) -> Result<Written, Error> {
        Ok(self.deliverable()?.write(folder)?)
    }

    fn table(&self) -> Result<Table, Error> {
        Ok(benchmark_table(&self.figures, &self.outcomes)?)
    }

    fn deliverable(&self) -> Result<Deliverable, Error> {
        Ok(Deliverable {
            tables: vec![Filed::new("benchmark", self.table()?, TIDY)],
            pages: vec![(REPORT, plain_text(&self.page(WIDTH)))],
            #[cfg(feature = "plots")]
            figures: Vec::new(),
            figure_files: FigureFiles::None,
            about: about(&self.scenario),
            manifest: self.manifest.clone(),
        })
    }
}
