//! The worlds of a run: one for each draw of what is not known (docs/model.md, section 10).

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::engine::Uncertainty;
use crate::model::Parameters;
use crate::model::first_passage::{Assets, implied_volatility};
use crate::random::{Address, Layer, StreamId, uniform_at};

use super::market::resolve;
use crate::language::{Problem, Uncertain};
use crate::scenario::Scenario;

/// Whether chance is at work (docs/model.md, section 12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chance {
    /// As the scenario says.
    On,
    /// Plan mode.
    Off,
}

/// A scenario and a seed, from which the world of any draw follows.
#[derive(Debug)]
pub struct Worlds {
    scenario: Scenario,
    seed: u64,
    at_means: bool,
    volatilities: Volatilities,
    /// Of each draw, whether each lab is overvalued at the start.
    overvalued: Vec<Vec<bool>>,
}

/// Volatilities implied by default probabilities, solved once for each set of numbers.
#[derive(Debug, Default)]
pub(super) struct Volatilities(Mutex<BTreeMap<[u64; 5], Option<f64>>>);

/// Months over which `pd5` is a probability.
const FIVE_YEARS: usize = 60;

impl Volatilities {
    /// The volatility at which these assets are below the barrier at one of the first 60 month-ends with probability
    /// `pd5`; none where there is none.
    pub(super) fn implied(&self, assets: &Assets, pd5: f64) -> Option<f64> {
        let key = [assets.distance, assets.growth, assets.jump, assets.hazard, pd5].map(f64::to_bits);
        if let Some(known) = self.0.lock().ok().and_then(|known| known.get(&key).copied()) {
            return known;
        }
        let solved = implied_volatility(assets, pd5, FIVE_YEARS);
        if let Ok(mut known) = self.0.lock() {
            known.insert(key, solved);
        }
        solved
    }
}

impl Worlds {
    /// The worlds of a scenario under a seed. Every draw is resolved once, so that a draw which cannot be is refused
    /// before a run and not in it.
    ///
    /// # Errors
    /// What is wrong with the first draw that cannot be resolved.
    pub fn new(scenario: Scenario, seed: u64) -> Result<Self, Vec<Problem>> {
        Self::checked(scenario, seed, false)
    }

    /// The one world in which every uncertain number is its mean, with chance at work.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn at_means(scenario: Scenario, seed: u64) -> Result<Self, Vec<Problem>> {
        Self::checked(scenario, seed, true)
    }

    fn checked(scenario: Scenario, seed: u64, at_means: bool) -> Result<Self, Vec<Problem>> {
        let volatilities = Volatilities::default();
        let mut worlds = Self { scenario, seed, at_means, volatilities, overvalued: Vec::new() };
        let starts = (0..worlds.draws()).map(|draw| worlds.resolve(draw).map(|world| world.overvalued()));
        worlds.overvalued = starts.collect::<Result<_, _>>()?;
        Ok(worlds)
    }

    /// Whether each lab is overvalued at the start in a draw.
    pub fn overvalued(&self, draw: u32) -> &[bool] {
        self.overvalued.get(draw as usize).map_or(&[], Vec::as_slice)
    }

    /// The scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Draws of what is not known: 1 where everything is.
    pub fn draws(&self) -> u32 {
        if self.at_means || self.scenario.uncertain.is_empty() { 1 } else { self.scenario.run.draws as u32 }
    }

    /// The uncertain numbers of a draw, each by inversion of the uniform at its own address.
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
    /// What is wrong with them.
    pub fn resolve(&self, draw: u32) -> Result<Parameters, Vec<Problem>> {
        let values = self.values(draw);
        resolve(&self.scenario, &values, Chance::On, &self.volatilities).map_err(|problems| {
            let of_draw = |problem: Problem| {
                let help = format!("draw {draw} of the uncertain numbers does this; narrow their distributions");
                if self.at_means || self.scenario.uncertain.is_empty() { problem } else { problem.help(help) }
            };
            problems.into_iter().map(of_draw).collect()
        })
    }

    /// Plan mode: the scenario at the means of its uncertain numbers, chance switched off.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn plan(scenario: &Scenario) -> Result<Parameters, Vec<Problem>> {
        resolve(scenario, &scenario.means(), Chance::Off, &Volatilities::default())
    }
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
