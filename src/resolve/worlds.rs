//! The worlds of a run: one for each parameter draw (docs/model.md, section 10).

use crate::engine::Uncertainty;
use crate::model::Parameters;
use crate::random::{Address, Layer, StreamId, uniform_at};

use super::calibration::{self, Calibration, Law};
use super::draw::Chance;
use super::resolve::resolve;
use crate::language::{Problem, Uncertain};
use crate::scenario::Scenario;

/// A scenario and a seed, which determine the world of every parameter draw.
#[derive(Debug)]
pub struct Worlds {
    scenario: Scenario,
    seed: u64,
    at_means: bool,
    calibration: Calibration,
    /// Whether each lab is overvalued at the start, by draw.
    overvalued: Vec<Vec<bool>>,
}

impl Worlds {
    /// The worlds of a scenario under a seed. Every draw is resolved once, so that one that cannot be resolved is refused
    /// before the run.
    ///
    /// # Errors
    /// The problems of the first draw that cannot be resolved.
    pub fn new(scenario: Scenario, seed: u64) -> Result<Self, Vec<Problem>> {
        Self::checked(scenario, seed, false)
    }

    /// The single world in which every uncertain number is at its mean, with chance at work.
    ///
    /// # Errors
    /// Its problems, where it cannot be resolved.
    pub fn at_means(scenario: Scenario, seed: u64) -> Result<Self, Vec<Problem>> {
        Self::checked(scenario, seed, true)
    }

    fn checked(scenario: Scenario, seed: u64, at_means: bool) -> Result<Self, Vec<Problem>> {
        let calibration = alone(&scenario)?;
        let mut worlds = Self { scenario, seed, at_means, calibration, overvalued: Vec::new() };
        let starts = (0..worlds.draws()).map(|draw| worlds.resolve(draw).map(|world| world.overvalued()));
        worlds.overvalued = starts.collect::<Result<_, _>>()?;
        Ok(worlds)
    }

    /// The same worlds with volatilities from a calibration in place of those of the assets alone.
    #[must_use]
    pub fn calibrated(mut self, calibration: Calibration) -> Self {
        self.calibration.extend(calibration);
        self
    }

    /// How its volatilities follow from default probabilities.
    pub fn calibration(&self) -> &Calibration {
        &self.calibration
    }

    /// Whether each lab is overvalued at the start in a draw.
    pub fn overvalued(&self, draw: u32) -> &[bool] {
        self.overvalued.get(draw as usize).map_or(&[], Vec::as_slice)
    }

    /// The scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The number of parameter draws; 1 where nothing is uncertain.
    pub fn draws(&self) -> u32 {
        if self.at_means || self.scenario.uncertain.is_empty() { 1 } else { self.scenario.run.draws as u32 }
    }

    /// The uncertain numbers of a draw by index, each by inversion of the uniform at its own address.
    pub fn values(&self, draw: u32) -> Vec<f64> {
        if self.at_means {
            return self.scenario.means();
        }
        let value = |uncertain: &Uncertain| {
            let stream = StreamId::of(&uncertain.key);
            let address = Address { seed: self.seed, layer: Layer::Epistemic, draw, path: 0, stream };
            uncertain.quantile(uniform_at(address, 0))
        };
        self.scenario.uncertain.iter().map(value).collect()
    }

    /// The parameters of a draw.
    ///
    /// # Errors
    /// The problems of the draw, where it cannot be resolved.
    pub fn resolve(&self, draw: u32) -> Result<Parameters, Vec<Problem>> {
        let values = self.values(draw);
        resolve(&self.scenario, &values, Chance::On, &self.calibration).map_err(|problems| {
            let of_draw = |problem: Problem| {
                let help = format!("this happens in parameter draw {draw}; narrow the distributions");
                if self.at_means || self.scenario.uncertain.is_empty() { problem } else { problem.help(help) }
            };
            problems.into_iter().map(of_draw).collect()
        })
    }

    /// Plan mode: the scenario at the means of its uncertain numbers, without chance.
    ///
    /// # Errors
    /// Its problems, where it cannot be resolved.
    pub fn plan(scenario: &Scenario) -> Result<Parameters, Vec<Problem>> {
        resolve(scenario, &scenario.means(), Chance::Off, &alone(scenario)?)
    }
}

/// The volatilities of the assets alone, whatever the target.
fn alone(scenario: &Scenario) -> Result<Calibration, Vec<Problem>> {
    let (mut calibration, mut problems) = (Calibration::default(), Vec::new());
    for entity in &scenario.entities {
        match calibration::alone(scenario, entity) {
            Some(Ok(volatility)) => calibration.insert(entity.name.clone(), Law::constant(volatility)),
            Some(Err(problem)) => problems.push(problem),
            None => (),
        }
    }
    if problems.is_empty() { Ok(calibration) } else { Err(problems) }
}

impl Uncertainty for Worlds {
    type World = Parameters;

    fn world(&self, draw: u32) -> Parameters {
        match self.resolve(draw) {
            Ok(parameters) => parameters,
            Err(problems) => unreachable!("draw {draw} was resolved before the run: {problems:?}"),
        }
    }
}
