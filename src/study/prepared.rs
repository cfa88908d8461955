//! A scenario made ready, and its run.

use std::collections::BTreeSet;

use crate::engine::{Outcome, Plan, RunError, Sampler, Sink, Tier, Uncertainty};
use crate::language::{Problem, Problems, Severity};
use crate::model::dynamics::{State, states};
use crate::model::{Asked, Derived, MEASURES, Measure, Metric, Parameters, Twin, catalogue};
use crate::resolve::{Calibration, Worlds};
use crate::scenario::Scenario;
use crate::simulate::simulate;

use super::conduct::Conduct;
use super::estimates::{Draw, Results};
use super::kept_calibration::unused;

/// A scenario of which every parameter draw can be resolved: what a run needs, and what is known before it.
#[derive(Debug)]
pub struct Prepared {
    worlds: Worlds,
    twin: Twin,
    asked: Asked,
    /// The world of the first draw: names and months are those of all.
    world: Parameters,
    catalogue: Vec<Metric>,
    states: Vec<State>,
}

/// How much to run, where the scenario does not say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Parameter draws, among which the paths are divided; variants that are compared share the number.
    pub draws: u32,
    /// Paths whose months are kept for the quantiles by month.
    pub observed: u64,
}

/// The outcome of a run.
#[derive(Debug)]
pub struct Simulated {
    /// The paths.
    pub outcome: Outcome,
    /// The draws that have paths, in the order of [`Outcome::draws`].
    pub draws: Vec<Draw>,
}

/// The world of plan mode: uncertain numbers at their means.
///
/// # Errors
/// Problems that appear only month by month.
pub fn planned(scenario: &Scenario) -> Result<Parameters, Problems> {
    Worlds::plan(scenario).map_err(|found| placed(scenario, found))
}

/// The worlds of a run, or the single one where every uncertain number has its mean.
///
/// # Errors
/// Problems that appear only month by month.
pub fn worlds(scenario: &Scenario, at_means: bool, calibration: Calibration) -> Result<Worlds, Problems> {
    let which = (scenario.run.seed, at_means);
    Worlds::calibrated(scenario.clone(), which, calibration).map_err(|found| placed(scenario, found))
}

/// All problems of a scenario that could be read, including those that appear only month by month, and warnings.
pub fn examine(scenario: &Scenario) -> Problems {
    scenario.problems(Worlds::examine(scenario).into_iter().chain(unused(scenario)))
}

/// Only errors: the warnings came with the scenario.
fn placed(scenario: &Scenario, found: Vec<Problem>) -> Problems {
    let mut problems = scenario.problems(found);
    problems.list.retain(|problem| problem.severity == Severity::Error);
    problems
}

impl Prepared {
    /// The run of a scenario as it is given.
    pub fn new(worlds: Worlds) -> Self {
        Self::of_twin(worlds, Twin::AsGiven)
    }

    /// One of the three runs of docs/model.md, section 9.
    pub fn of_twin(worlds: Worlds, twin: Twin) -> Self {
        let world = twin.of(worlds.world(0));
        let asked = Asked::EVERYTHING;
        Self { catalogue: catalogue(&world), states: states(&world), worlds, twin, asked, world }
    }

    /// The same study with only these measures; measures without extra cost are always taken.
    #[must_use]
    pub fn asking(self, measures: &[Measure]) -> Self {
        self.taking(Asked::of(measures.iter().copied()))
    }

    /// The same study with the measures of the network too, which cost time (docs/model.md, section 8.5).
    #[must_use]
    pub fn with_network(self) -> Self {
        let asked = Asked { network: true, ..self.asked };
        self.taking(asked)
    }

    fn taking(self, asked: Asked) -> Self {
        let world = self.world.asking(asked);
        Self { catalogue: catalogue(&world), asked, world, ..self }
    }

    /// The worlds of its draws.
    pub fn worlds(&self) -> &Worlds {
        &self.worlds
    }

    /// The scenario.
    pub fn scenario(&self) -> &Scenario {
        self.worlds.scenario()
    }

    /// Parameter draws: 1 where nothing is uncertain.
    pub fn draws(&self) -> u32 {
        self.worlds.draws()
    }

    /// The world of the first draw.
    pub fn world(&self) -> &Parameters {
        &self.world
    }

    /// What is measured on a path, in the order of the rows of a sample.
    pub fn catalogue(&self) -> &[Metric] {
        &self.catalogue
    }

    /// The monthly states.
    pub fn states(&self) -> &[State] {
        &self.states
    }

    /// Everything that is measured or follows from it.
    pub fn measures(&self) -> Vec<Measure> {
        let is_taken = |measure: &Measure| {
            let taken = measure.derived.map_or(*measure, Derived::event);
            self.catalogue.iter().any(|metric| metric.measure == taken)
        };
        MEASURES.iter().copied().filter(is_taken).collect()
    }

    /// The months at whose ends something is measured.
    pub fn months(&self) -> Vec<String> {
        let timeline = self.world.timeline;
        self.world.dates.iter().map(|&t| timeline.month(t as i32).to_string()).collect()
    }

    /// Runs all paths of the scenario; `sink` gets those that are finished, in order.
    ///
    /// # Errors
    /// Where threads cannot be had, where `sink` refuses, or where it was interrupted before anything was done.
    pub fn run(&self, effort: Effort, conduct: Conduct<'_>, sink: &mut Sink<'_>) -> Result<Simulated, RunError> {
        let Effort { draws, observed } = effort;
        let run = self.scenario().run.clone();
        let plan = Plan { paths: run.paths, draws, threads: conduct.threads, tier: Tier::detect(), observed };
        let mut seen = BTreeSet::new();
        let sampler = Sampler::PseudoRandom { seed: run.seed };
        let outcome = simulate(self, sampler, &plan, conduct.interrupt, conduct.progress, &mut |chunk| {
            seen.insert(chunk.draw);
            sink(chunk)
        })?;
        let draws = seen.into_iter().map(|number| Draw::of(&self.worlds, number)).collect();
        Ok(Simulated { outcome, draws })
    }

    /// The results of a run of it.
    ///
    /// # Panics
    /// If it is a run of another.
    pub fn results<'a>(&'a self, run: &'a Simulated) -> Results<'a> {
        Results::new(&run.outcome, &self.catalogue, &self.world, &run.draws)
    }
}

impl Uncertainty for Prepared {
    type World = Parameters;

    fn world(&self, draw: u32) -> Parameters {
        self.twin.of(self.worlds.world(draw)).asking(self.asked)
    }
}
