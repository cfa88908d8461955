//! The size of a simulation, its threads, and who receives its progress.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::error::Error;
use crate::engine::{Interrupt, Progress, RunError};
use crate::report::output::FigureFiles;
use crate::resolve::Worlds;
use crate::scenario::Scenario;
use crate::study::{Calibrator, Conduct, Prepared, worlds};

/// How the manifest names `at_means` and `recalibrate`.
pub(super) const MEANS: &str = "means";
pub(super) const RECALIBRATE: &str = "recalibrate";

/// Receives the progress of a simulation, from any thread.
pub type Watcher = Arc<dyn Fn(Progress) + Send + Sync>;

/// How to simulate. The default takes everything from the scenario and all threads of the machine.
///
/// Only `paths`, `draws`, `seed`, `at_means` and `recalibrate` change numbers; for the same values of these the results are
/// the same bits.
#[derive(Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct Options {
    /// Paths in all, divided among the draws and rounded up; none: as the scenario says.
    pub paths: Option<u64>,
    /// Parameter draws; none: as the scenario says.
    pub draws: Option<u64>,
    /// Seed of every random number; none: as the scenario says.
    pub seed: Option<u64>,
    /// Whether uncertain numbers are held at their means, so that there is a single draw.
    pub at_means: bool,
    /// Whether volatilities are calibrated to default probabilities anew for every variant, in place of keeping those of the
    /// base.
    pub recalibrate: bool,
    /// Threads; 0: as many as the machine has.
    pub threads: usize,
    /// Receives the progress of the simulation.
    pub progress: Option<Watcher>,
    /// Raise it to end the simulation early; what is finished is kept and marked.
    pub interrupt: Option<Arc<Interrupt>>,
    /// Whether every path with all its metrics is kept for `paths.parquet`, which takes about a fifth of the time of a run.
    pub keep_paths: bool,
    /// Whether who pays, owes and owns whom is taken too, for `flows.csv` and DebtRank.
    pub network: bool,
    /// The files in which figures are drawn.
    pub figures: FigureFiles,
    /// Whether the figures that judge the fit of tails are drawn too.
    pub diagnostics: bool,
    /// Folder for temporary files; none: that of the system.
    pub scratch: Option<PathBuf>,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("paths", &self.paths)
            .field("draws", &self.draws)
            .field("seed", &self.seed)
            .field("at_means", &self.at_means)
            .field("recalibrate", &self.recalibrate)
            .field("threads", &self.threads)
            .field("keep_paths", &self.keep_paths)
            .field("network", &self.network)
            .finish_non_exhaustive()
    }
}

impl Options {
    /// The scenario with these sizes.
    pub(super) fn sized(&self, scenario: &Scenario) -> Result<Scenario, Error> {
        let sizes = [("paths", self.paths), ("draws", self.draws), ("seed", self.seed)];
        let overrides: Vec<String> =
            sizes.into_iter().filter_map(|(key, size)| Some(format!("run.{key}={}", size?))).collect();
        if overrides.is_empty() { Ok(scenario.clone()) } else { Ok(scenario.set(overrides)?) }
    }

    /// The worlds of a scenario, with its volatilities calibrated.
    pub(super) fn worlds(&self, scenario: &Scenario, calibrator: &mut Calibrator) -> Result<Worlds, Error> {
        let calibration = self.conduct(|conduct| calibrator.of(scenario, conduct))?;
        Ok(worlds(scenario, self.at_means, calibration)?)
    }

    /// A scenario that is ready to run, with what is measured on its paths.
    pub(super) fn prepared(&self, scenario: &Scenario, calibrator: &mut Calibrator) -> Result<Prepared, Error> {
        let prepared = Prepared::new(self.worlds(scenario, calibrator)?);
        Ok(if self.network { prepared.with_network() } else { prepared })
    }

    /// Makes calibrations.
    pub(super) fn calibrator(&self) -> Calibrator {
        Calibrator::new(self.recalibrate)
    }

    /// What of them changes numbers and is not in the scenario, for the manifest.
    pub(super) fn recorded(&self) -> Vec<String> {
        let all = [(MEANS, self.at_means), (RECALIBRATE, self.recalibrate)];
        all.into_iter().filter(|(_, is_set)| *is_set).map(|(name, _)| name.to_owned()).collect()
    }

    /// The conduct of a study's runs.
    pub(super) fn conduct<T>(&self, study: impl FnOnce(Conduct<'_>) -> T) -> T {
        let never = Interrupt::new();
        let interrupt = self.interrupt.as_deref().unwrap_or(&never);
        let progress = |at: Progress| {
            if let Some(watch) = &self.progress {
                watch(at);
            }
        };
        study(Conduct { threads: self.threads, interrupt, progress: &progress })
    }

    /// The threads for what follows a simulation: estimates, tails, figures.
    pub(super) fn pool(&self) -> Result<Arc<ThreadPool>, Error> {
        let threads = self.threads;
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        Ok(Arc::new(pool.map_err(|source| RunError::Threads { threads, source })?))
    }
}
