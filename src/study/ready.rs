//! A scenario made ready, and its run.

use std::collections::BTreeSet;

use crate::engine::{self, Interrupt, Outcome, Plan, Progress, Pseudo, RunError, Sink, Tier, Uncertainty};
use crate::model::dynamics::{State, states};
use crate::model::{Asked, Metric, Parameters, Twin, catalogue};
use crate::resolve::Worlds;
use crate::scenario::Scenario;

use super::estimates::{Draw, Results};

/// A scenario of which every draw can be resolved: what a run needs, and what is known before it.
#[derive(Debug)]
pub struct Study {
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
    /// Draws of what is not known, among which the paths are divided; variants that are compared share the number.
    pub draws: u32,
    /// Threads; 0: as many as the machine has.
    pub threads: usize,
    /// Paths whose months are kept for the quantiles by month.
    pub observed: u64,
}

/// What a run gave.
#[derive(Debug)]
pub struct Run {
    /// The paths.
    pub outcome: Outcome,
    /// The draws that have paths, in the order of [`Outcome::draws`].
    pub draws: Vec<Draw>,
}

impl Study {
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

    /// The same study of which only these measures are asked; others come along where they cost nothing.
    #[must_use]
    pub fn asking(self, measures: &[String]) -> Self {
        let asked = Asked::of(measures.iter().map(String::as_str));
        let world = self.world.asking(asked);
        Self { catalogue: catalogue(&world), asked, world, ..self }
    }

    /// The scenario.
    pub fn scenario(&self) -> &Scenario {
        self.worlds.scenario()
    }

    /// Draws of what is not known: 1 where everything is.
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

    /// Names of everything that is measured or follows from it.
    pub fn measures(&self) -> Vec<&'static str> {
        let derived = ["default_given_burst", "default_given_no_burst", "entity_default_increment"];
        self.catalogue.iter().map(|metric| metric.measure).chain(derived).collect()
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
    pub fn run(
        &self,
        effort: Effort,
        interrupt: &Interrupt,
        progress: &(dyn Fn(Progress) + Sync),
        sink: &mut Sink<'_>,
    ) -> Result<Run, RunError> {
        let Effort { draws, threads, observed } = effort;
        let run = self.scenario().run.clone();
        let plan = Plan { paths: run.paths, draws, threads, tier: Tier::detect(), observed };
        let mut seen = BTreeSet::new();
        let outcome = engine::run(self, &Pseudo { seed: run.seed }, &plan, interrupt, progress, &mut |chunk| {
            seen.insert(chunk.draw);
            sink(chunk)
        })?;
        let draws = seen.into_iter().map(|number| Draw::of(&self.worlds, number)).collect();
        Ok(Run { outcome, draws })
    }

    /// The results of a run of this study.
    ///
    /// # Panics
    /// If it is a run of another.
    pub fn results<'a>(&'a self, run: &'a Run) -> Results<'a> {
        Results::new(&run.outcome, &self.catalogue, &self.world, &run.draws)
    }
}

impl Uncertainty for Study {
    type World = Parameters;

    fn world(&self, draw: u32) -> Parameters {
        self.twin.of(self.worlds.world(draw)).asking(self.asked)
    }
}
