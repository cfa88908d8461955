//! What questions need, from a pilot.

use std::time::Instant;

use rayon::prelude::*;

use super::error::Error;
use super::options::Options;
use super::result::Page;
use crate::engine::{Stop, Uncertainty};
use crate::report::format::Table;
use crate::report::page;
use crate::report::precision::needs_table;
use crate::scenario::Scenario;
use crate::stats::Cost;
use crate::study::precision::{Need, Pilot, Question, RunSize, need, questions};
use crate::study::{Effort, Prepared, worlds};

/// The size of a pilot where nothing else is said: two blocks of paths in each draw.
const PATHS: u64 = 25_600;
const DRAWS: u64 = 200;

/// What questions need, from a pilot.
#[derive(Debug)]
pub struct Needs {
    scenario: Scenario,
    all: Vec<Need>,
    seconds: f64,
}

impl Needs {
    pub(super) fn of(scenario: &Scenario, texts: &[String], options: &Options) -> Result<Self, Error> {
        let (paths, draws) = (options.paths.or(Some(PATHS)), options.draws.or(Some(DRAWS)));
        let size = Options { paths, draws, ..options.clone() };
        let sized = size.sized(scenario)?;
        let calibration = options.conduct(|conduct| options.calibrator().of(&sized, conduct))?;
        let begun = Instant::now();
        let prepared = Prepared::new(worlds(&sized, options.at_means, calibration)?);
        let asked = questions(texts, &prepared, false).map_err(Error::Refused)?;
        let pool = options.pool()?;
        pool.install(|| {
            (0..prepared.draws()).into_par_iter().for_each(|draw| drop(Uncertainty::world(&prepared, draw)));
        });
        let setting_up = begun.elapsed().as_secs_f64();
        let effort = Effort { draws: prepared.draws(), observed: 0 };
        let simulated = options.conduct(|conduct| prepared.run(effort, conduct, &mut |_| Ok(())))?;
        if simulated.outcome.stop == Stop::Interrupted {
            return Err(Error::Interrupted);
        }
        let results = prepared.results(&simulated);
        let draws = f64::from(prepared.draws());
        let paths = results.paths() as f64;
        let draw = setting_up / draws;
        // The worlds are resolved once more in the run, which takes about half of what was set up before.
        let path = (simulated.outcome.seconds - 0.5 * setting_up).max(0.1 * simulated.outcome.seconds) / paths;
        let size = RunSize { paths: results.paths() as u64, draws: u64::from(prepared.draws()) };
        let of = |question: &Question| {
            let refused = |text: &str| {
                Error::Refused(format!("`{text}`: it has no finite value on some paths, so it has no mean"))
            };
            let observed = question.observed(&results).ok_or_else(|| refused(&question.text))?;
            let pilot = Pilot { observed, size, cost: Cost { draw, path }, draws: scenario.run.draws };
            need(question, &pilot).ok_or_else(|| refused(&question.text))
        };
        let all = pool.install(|| asked.par_iter().map(of).collect::<Result<Vec<Need>, Error>>())?;
        Ok(Self { scenario: scenario.clone(), all, seconds: setting_up + simulated.outcome.seconds })
    }

    /// What each question needs, in their order.
    pub fn needs(&self) -> &[Need] {
        &self.all
    }

    /// Whether there is a size for every question's own estimate.
    pub fn is_attainable(&self) -> bool {
        self.all.iter().all(|need| need.rows.first().is_some_and(|row| row.sizes.is_ok()))
    }

    /// The page for people.
    pub fn page(&self, width: usize) -> Page {
        page::needs(&self.all, (self.scenario.file(), self.seconds), width)
    }

    /// One row per question and number.
    ///
    /// # Errors
    /// If a number does not fit the table, which is a fault of the program.
    pub fn table(&self) -> Result<Table, Error> {
        Ok(needs_table(&self.all)?)
    }
}
