//! Published figures and outcomes beside the results of a run.

use super::error::Error;
use super::record::Record;
use super::result::{Page, REPORT, result};
use crate::report::benchmarks::benchmark_table;
use crate::report::format::{TIDY, Table};
use crate::report::output::{Deliverable, Filed};
use crate::report::page::{self, WIDTH, plain_text};
use crate::report::summary::about;
use crate::scenario::Scenario;
use crate::study::benchmarks::{Comparison as Figure, Score, compare, scores};
use crate::study::{Prepared, Simulated};

/// Published figures, and what happened later, beside ours.
#[derive(Debug)]
pub struct Benchmark {
    record: Record,
    figures: Vec<Figure>,
    outcomes: Vec<Score>,
}

result!(Benchmark, "The table as JSON.");

impl Benchmark {
    pub(super) fn of(prepared: &Prepared, simulated: &Simulated, recorded: Vec<String>) -> Self {
        let (results, scenario) = (prepared.results(simulated), prepared.scenario());
        Self {
            figures: compare(&results, scenario),
            outcomes: scores(&results, scenario),
            record: Record::of(&results, scenario, ("benchmark", recorded)),
        }
    }

    /// The scenario as it was run.
    pub fn scenario(&self) -> &Scenario {
        &self.record.scenario
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
        self.record.interrupted
    }

    /// The page for people.
    pub fn page(&self, width: usize) -> Page {
        let page = page::benchmark(&self.record.scenario, &self.figures, &self.outcomes, width);
        page::warned(page, &self.record.soundness, width)
    }

    /// Whether every number of the run is finite that should be.
    pub fn is_sound(&self) -> bool {
        self.record.soundness.is_sound()
    }

    fn table(&self) -> Result<Table, Error> {
        Ok(benchmark_table(&self.figures, &self.outcomes)?)
    }

    fn deliverable(&self) -> Result<Deliverable, Error> {
        let tables = vec![Filed::new("benchmark", self.table()?, TIDY)];
        let page = (REPORT, plain_text(&self.page(WIDTH)));
        Ok(Deliverable::without_figures(tables, page, about(&self.record.scenario), self.record.manifest.clone()))
    }
}
