//! Which files a result has.

use std::collections::BTreeMap;
use std::error::Error;

use crate::engine::{Chunk, Stop};
use crate::model::dynamics::State;
use crate::model::{Metric, Parameters};
use crate::scenario::Scenario;

use super::super::evidence::{Meter, evidence_table};
use super::super::tails::tails_table;
use super::super::{Build, Manifest, OutputDir, ScenarioRecord, Table, TableError, WriteError, csv, json};
use super::draws::draws_table;
use super::measures::dictionary;
use super::monthly::monthly_table;
use super::paths::PathRows;
use super::table::summary_table;
use crate::study::benchmarks::{Comparison, compare};
use crate::study::estimates::{Results, Summary};
use crate::study::tails::{Tail, tails};

/// Why the files of a result could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The model gave something that no table can hold.
    #[error("the results do not fit their table: {0}")]
    Table(#[from] TableError),
}

/// `paths.parquet`, which grows as paths are finished.
pub struct PathFile {
    rows: PathRows,
    #[cfg(feature = "parquet")]
    sink: super::super::parquet::ParquetSink,
}

impl PathFile {
    /// Its name.
    pub const NAME: &'static str = "paths.parquet";

    /// The file for the metrics of this world; `about` is written into it.
    ///
    /// # Errors
    /// If it cannot be created.
    #[cfg_attr(not(feature = "parquet"), expect(unused_variables, reason = "there is no file without the feature"))]
    pub fn create(
        dir: &OutputDir,
        catalogue: &[Metric],
        world: &Parameters,
        about: &BTreeMap<String, String>,
    ) -> Result<Self, WriteError> {
        let rows = PathRows::new(catalogue, world.timeline);
        Ok(Self {
            #[cfg(feature = "parquet")]
            sink: super::super::parquet::ParquetSink::create(&dir.file(Self::NAME)?, rows.columns(), about)?,
            rows,
        })
    }

    /// Takes in finished paths.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn add(&mut self, chunk: &Chunk) -> Result<(), Box<dyn Error + Send + Sync>> {
        match self.rows.add(chunk)? {
            Some(table) => Ok(self.write(&table)?),
            None => Ok(()),
        }
    }

    /// Writes what is waiting and the end of the file.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn finish(mut self) -> Result<(), ReportError> {
        let table = self.rows.take()?;
        self.write(&table)?;
        #[cfg(feature = "parquet")]
        self.sink.finish()?;
        Ok(())
    }

    #[cfg(feature = "parquet")]
    fn write(&mut self, table: &Table) -> Result<(), WriteError> {
        self.sink.write(table)
    }

    #[cfg(not(feature = "parquet"))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "there is no file without the feature")]
    fn write(&mut self, _: &Table) -> Result<(), WriteError> {
        Ok(())
    }
}

/// What the tables and figures of a run are made from.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// What the run gave.
    pub results: &'a Results<'a>,
    /// The scenario that was run.
    pub scenario: &'a Scenario,
    /// The plan: uncertain numbers at their means, chance switched off.
    pub plan: &'a Parameters,
    /// The monthly states.
    pub states: &'a [State],
    /// One line that says what repeats the run.
    pub origin: &'a str,
    /// Keys and values that go into files with room for them.
    pub about: &'a BTreeMap<String, String>,
}

/// What was written.
#[derive(Clone, Debug)]
pub struct Written {
    /// The rows of the summary.
    pub summary: Summary,
    /// Published figures beside ours.
    pub benchmarks: Vec<Comparison>,
    /// Tails of losses and of the funding gap.
    pub tails: Vec<Tail>,
    /// Pictures that could not be drawn, and why.
    pub not_drawn: Vec<String>,
}

impl Report<'_> {
    /// Writes all tables and figures into a folder. `paths.parquet` is written while the run goes on.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn write(&self, dir: &OutputDir) -> Result<Written, ReportError> {
        let summary = Summary::of(self.results);
        let table = summary_table(&summary)?;
        csv::save(&table, &dir.file("summary.csv")?)?;
        json::save(&table, &dir.file("summary.json")?)?;
        let outcome = self.results.outcome;
        let monthly = monthly_table(outcome, self.results.timeline, self.states)?;
        csv::save(&monthly, &dir.file("monthly.csv")?)?;
        self.write_draws(dir)?;
        csv::save(&evidence_table(self.scenario)?, &dir.file("sources.csv")?)?;
        let benchmarks = compare(self.results, self.scenario);
        let tails = tails(self.results);
        csv::save(&tails_table(&tails)?, &dir.file("tails.csv")?)?;
        let not_drawn = self.draw(dir, &benchmarks, &tails)?;
        Ok(Written { summary, benchmarks, tails, not_drawn })
    }

    #[cfg(feature = "parquet")]
    fn write_draws(&self, dir: &OutputDir) -> Result<(), ReportError> {
        let draws = draws_table(self.results, self.scenario)?;
        Ok(super::super::parquet::save(&draws, &dir.file("draws.parquet")?, self.about)?)
    }

    #[cfg(not(feature = "parquet"))]
    fn write_draws(&self, dir: &OutputDir) -> Result<(), ReportError> {
        let draws = draws_table(self.results, self.scenario)?;
        Ok(csv::save(&draws, &dir.file("draws.csv")?)?)
    }

    #[cfg(feature = "plots")]
    fn draw(&self, dir: &OutputDir, benchmarks: &[Comparison], tails: &[Tail]) -> Result<Vec<String>, WriteError> {
        use rayon::prelude::*;

        use super::super::figure;
        let Self { plan, states, origin, .. } = *self;
        let of_run = super::figures(self.results, &super::Plans { plan, states, benchmarks, origin });
        let of_tails = super::super::tails::pictures(tails, origin);
        let drawn = |(name, picture): (String, figure::Figure)| {
            let drawn = figure::svg(&picture).and_then(|svg| Ok((figure::png(&svg)?, svg)));
            (name, drawn)
        };
        let pictures: Vec<_> = of_run.into_iter().chain(of_tails).collect();
        let pictures: Vec<_> = pictures.into_par_iter().map(drawn).collect();
        let mut not_drawn = Vec::new();
        for (name, drawn) in pictures {
            match drawn {
                Ok((png, svg)) => {
                    save(dir, &format!("figures/{name}.svg"), svg.as_bytes())?;
                    save(dir, &format!("figures/{name}.png"), &png)?;
                }
                Err(error) => not_drawn.push(format!("{name}: {error}")),
            }
        }
        Ok(not_drawn)
    }

    #[cfg(not(feature = "plots"))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "there is no picture without the feature")]
    fn draw(&self, _: &OutputDir, _: &[Comparison], _: &[Tail]) -> Result<Vec<String>, WriteError> {
        Ok(Vec::new())
    }

    /// Where the result comes from; `scenario` is its record of the file.
    pub fn manifest(&self, scenario: ScenarioRecord, tier: &str) -> Manifest {
        let outcome = self.results.outcome;
        Manifest {
            build: Build::current(),
            tier: tier.to_owned(),
            threads: outcome.threads,
            scenario,
            seed: self.scenario.run.seed,
            paths: self.results.paths() as u64,
            draws: self.results.draws.len() as u64,
            wall_seconds: outcome.seconds,
            stop: stop(outcome.stop).to_owned(),
            residual: Some(outcome.residual),
            failures: failures(self.results),
            provenance: Meter::of(self.scenario).shares(),
            measures: dictionary(),
            files: Vec::new(),
        }
    }
}

#[cfg(feature = "plots")]
fn save(dir: &OutputDir, name: &str, bytes: &[u8]) -> Result<(), WriteError> {
    let path = dir.file(name)?;
    std::fs::write(&path, bytes).map_err(|error| WriteError::new(&path, "writing", error))
}

/// The digest of a scenario as it stands in names and sentences.
pub fn digest(scenario: &Scenario) -> String {
    format!("{:016x}", scenario.digest)
}

/// Why a run ended, in a word.
fn stop(stop: Stop) -> &'static str {
    match stop {
        Stop::Paths => "paths",
        Stop::Interrupted => "interrupted",
    }
}

/// Numerical trouble: numbers of a path that are no number, by measure. What never happens, or has no end, is infinite and
/// no trouble.
fn failures(results: &Results<'_>) -> BTreeMap<String, u64> {
    let mut failures = BTreeMap::from([("not a number".to_owned(), 0)]);
    for (row, metric) in results.catalogue.iter().enumerate() {
        let count = results.row(row).iter().filter(|value| value.is_nan()).count() as u64;
        if count > 0 {
            *failures.entry("not a number".to_owned()).or_default() += count;
            *failures.entry(format!("not a number: {}", metric.measure)).or_default() += count;
        }
    }
    failures
}
