//! Volatilities that meet default probabilities with exposures and under the simulated market (docs/model.md, 8.1).

use ndarray::ArrayView2;
use rayon::prelude::*;

use super::conduct::Conduct;
use super::error::StudyError;
use super::estimates::Results;
use crate::calendar::Month;
use crate::engine::{Kernel, Outcome, Plan, Sampler, Tier, Uncertainty};
use crate::lanes::{Lanes, flag, lanes, select};
use crate::language::Problem;
use crate::model::constants::DT;
use crate::model::dynamics::BOOKS;
use crate::model::id::EntityId;
use crate::model::parameters::Balance;
use crate::model::{Asked, Parameters, metric};
use crate::random::math::{exp, ln};
use crate::resolve::{Calibration, FIVE_YEARS, Law, Worlds, shortened, target};
use crate::scenario::{Entity, Scenario};
use crate::simulate::simulate;
use crate::stats::{Estimate, nested_proportion};

/// Seed of the shocks of the calibration. The parameter draws are those of the file, so a volatility is a property of a
/// scenario and not of a run.
const SEED: u64 = 0x0b5e_55ed;

/// How a calibration is simulated: how many paths, and which factors on the volatility are tried on them.
struct Round {
    /// Paths that are simulated.
    paths: u64,
    /// The factors are powers of this.
    step: f64,
    /// Powers up to this and down to its negative.
    powers: i32,
}

/// First with the volatility of the assets alone, from a wide choice: it finds how the volatility depends on the target.
const COARSE: Round = Round { paths: 5_000, step: 1.2, powers: 8 };

/// Then with the volatility so found in each draw: it finds the factor on all of them that meets the mean target.
const FINE: Round = Round { paths: 20_000, step: 1.1, powers: 4 };

/// Makes calibrations; that of each base is made once.
#[derive(Debug, Default)]
pub struct Calibrator {
    /// Whether every scenario has a calibration of its own.
    anew: bool,
    /// Those of bases, by the identity of the base.
    bases: Vec<(String, Calibration)>,
}

impl Calibrator {
    /// `anew`: every scenario has a calibration of its own, in place of that of its base.
    pub fn new(anew: bool) -> Self {
        Self { anew, bases: Vec::new() }
    }

    /// The calibration of a scenario: that of its base, and its own of entities that the base lacks.
    ///
    /// # Errors
    /// Where no volatility meets a target, and those of a run.
    pub fn of(&mut self, scenario: &Scenario, conduct: Conduct<'_>) -> Result<Calibration, StudyError> {
        if calibrated(scenario).next().is_none() {
            return Ok(Calibration::default());
        }
        let mut calibration = if self.anew { Calibration::default() } else { self.of_base(scenario, conduct)? };
        simulated(scenario, &mut calibration, conduct)?;
        let problems = unreached(scenario, &calibration);
        if problems.is_empty() { Ok(calibration) } else { Err(scenario.problems(problems).into()) }
    }

    /// The calibration of the base; empty where the file of the base is complete only with its variant.
    fn of_base(&mut self, scenario: &Scenario, conduct: Conduct<'_>) -> Result<Calibration, StudyError> {
        let Ok(base) = scenario.base() else { return Ok(Calibration::default()) };
        let identity = base.identity_text();
        if let Some((_, known)) = self.bases.iter().find(|(known, _)| *known == identity) {
            return Ok(known.clone());
        }
        let mut calibration = Calibration::default();
        simulated(&base, &mut calibration, conduct)?;
        self.bases.push((identity, calibration.clone()));
        Ok(calibration)
    }
}

/// Adds the laws of the entities of a scenario that are not known yet.
fn simulated(scenario: &Scenario, known: &mut Calibration, conduct: Conduct<'_>) -> Result<(), StudyError> {
    let unknown: Vec<&str> =
        calibrated(scenario).map(|entity| entity.name.as_str()).filter(|name| !known.knows(name)).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let is_unknown = |trial: &Trial| unknown.contains(&trial.entity.as_str());
    let worlds = Worlds::calibrated(scenario.clone(), (scenario.run.seed, false), known.clone());
    let worlds = worlds.map_err(|found| scenario.problems(found))?;
    for trial in trials(&worlds, &COARSE, conduct)?.into_iter().filter(is_unknown) {
        known.insert(trial.entity, trial.by_factor.scaled(trial.volatility));
    }
    let worlds = worlds.recalibrated(known.clone());
    for trial in trials(&worlds, &FINE, conduct)?.into_iter().filter(is_unknown) {
        known.scale(&trial.entity, trial.by_factor.at(trial.target));
    }
    Ok(())
}

/// What a round tells of an entity.
struct Trial {
    entity: String,
    /// Its annual volatility in the first draw; before the first round, in all draws.
    volatility: f64,
    /// Its five-year default probability, on average over the draws.
    target: f64,
    /// From a default probability to the factor on the volatilities of the round.
    by_factor: Law,
}

/// Simulates all calibrated entities with the volatilities of these worlds.
fn trials(worlds: &Worlds, round: &Round, conduct: Conduct<'_>) -> Result<Vec<Trial>, StudyError> {
    let scenario = worlds.scenario();
    let draws = (scenario.run.draws as u32).min(round.paths as u32);
    let plan =
        Plan { paths: round.paths, draws, threads: conduct.threads, tier: Tier::detect(), observed: round.paths };
    let sampler = Sampler::PseudoRandom { seed: SEED };
    let outcome = simulate(&Books(worlds), sampler, &plan, conduct.interrupt, &|_| (), &mut |_| Ok(()))?;
    if conduct.interrupt.is_raised() {
        return Err(StudyError::Interrupted);
    }
    let balances: Vec<_> = (0..draws).into_par_iter().map(|draw| worlds.balances(draw)).collect();
    let world = worlds.world(0);
    let trial = |(place, e): (usize, EntityId)| {
        let of_draws: Vec<Balance> = balances.iter().filter_map(|balances| balances[e]).collect();
        let targets = (0..draws).filter_map(|draw| target(&scenario.entities[e], &worlds.values(draw)));
        Trial {
            entity: world.entities[e].name.clone(),
            volatility: of_draws[0].growth.spread / DT.sqrt(),
            target: targets.sum::<f64>() / f64::from(draws),
            by_factor: Record::new(&outcome, &of_draws, place).law(round),
        }
    };
    Ok(places(&world).enumerate().map(trial).collect())
}

/// The entities whose volatility is calibrated.
fn calibrated(scenario: &Scenario) -> impl Iterator<Item = &Entity> {
    let values = scenario.means();
    scenario.entities.iter().filter(move |entity| target(entity, &values).is_some())
}

/// The same in a world, in the order in which their books are observed.
fn places(world: &Parameters) -> impl Iterator<Item = EntityId> + '_ {
    (0..world.entities.len()).filter(|e| world.entities[*e].is_calibrated())
}

/// Targets that no volatility of the law meets, at the mean of the uncertain numbers.
fn unreached(scenario: &Scenario, calibration: &Calibration) -> Vec<Problem> {
    let values = scenario.means();
    let is_unmet =
        |entity: &&Entity| target(entity, &values).is_some_and(|target| !calibration.reaches(&entity.name, target));
    let unmet = scenario.entities.iter().filter(is_unmet).map(|entity| {
        let message = "no volatility meets this probability of default with the entity's exposures".to_owned();
        Problem::error(format!("entity.{}.pd5", entity.name), message)
            .expected("a probability that its exposures and the bursts leave possible, or `asset_volatility`")
    });
    unmet.collect()
}

/// A target default probability and that of a run.
#[derive(Clone, Debug)]
pub struct Residual {
    /// The entity.
    pub entity: String,
    /// Month at whose end: of five years, or the last of a shorter run.
    pub by: Month,
    /// The target, on average over the draws.
    pub target: f64,
    /// That of the run, with its Monte Carlo error over paths and draws.
    pub found: Estimate,
}

/// How well a run meets the default probabilities to which its volatilities are calibrated.
pub fn residuals(results: &Results<'_>, scenario: &Scenario) -> Vec<Residual> {
    let last = results.horizon().min(FIVE_YEARS - 1);
    let one = |entity: &Entity| {
        let targets = results.draws.iter().map(|draw| target(entity, &draw.values));
        let five_years = targets.sum::<Option<f64>>()? / results.draws.len() as f64;
        let target = shortened(five_years, (last + 1) as f64 / FIVE_YEARS as f64);
        let first = results.event(metric::ENTITY_DEFAULT, &entity.name)?;
        let found = nested_proportion(&results.count_by(&first, last))?.total;
        Some(Residual { entity: entity.name.clone(), by: results.date(last), target, found })
    };
    scenario.entities.iter().filter_map(one).collect()
}

/// The worlds of the calibration: five years, observed by the books of entities.
struct Books<'a>(&'a Worlds);

impl Uncertainty for Books<'_> {
    type World = Parameters;

    fn world(&self, draw: u32) -> Parameters {
        let mut world = self.0.world(draw);
        world.timeline.months = world.timeline.months.min(FIVE_YEARS);
        let last = world.timeline.months;
        world.dates.retain(|&t| t < last);
        world.year_ends.retain(|&t| t < last);
        world.asking(Asked::BOOKS)
    }
}

/// The components of an entity's worth on every path.
struct Record<'a> {
    /// Fall of the market so far, at the end of the month: month, path.
    fallen: ArrayView2<'a, f32>,
    /// Core assets over those at the start, at the end of the month: month, path.
    growth: ArrayView2<'a, f32>,
    /// Worth besides core assets, dollars: month, path.
    rest: ArrayView2<'a, f32>,
    /// First month in which it could not pay what was due, infinite for never: path.
    illiquid: Vec<f32>,
    /// Its balance sheet by path.
    balances: Vec<Balance>,
    /// Core assets at the start by path, dollars.
    core: Vec<f64>,
}

impl<'a> Record<'a> {
    /// Of the entity that is observed at `place`, with its balance sheets by draw.
    fn new(outcome: &'a Outcome, of_draws: &[Balance], place: usize) -> Self {
        let state = |number: usize| outcome.states.index_axis(ndarray::Axis(0), number);
        let [growth, rest, core, illiquid] = [1, 2, 3, 4].map(|what| state(BOOKS * place + what));
        let paths = outcome.draws.iter().zip(of_draws);
        Self {
            fallen: state(0),
            growth,
            rest,
            illiquid: illiquid.row(illiquid.nrows() - 1).to_vec(),
            balances: paths.flat_map(|(columns, balance)| std::iter::repeat_n(*balance, columns.len())).collect(),
            core: core.row(0).iter().map(|&core| f64::from(core)).collect(),
        }
    }

    /// The probability of default at the factors of a round on the volatilities of the simulation.
    fn law(&self, round: &Round) -> Law {
        let (paths, tier) = (self.core.len(), Tier::detect());
        let factors: Vec<f64> = (-round.powers..=round.powers).map(|power| round.step.powi(power)).collect();
        let none = || vec![0; factors.len()];
        let block = |first: usize| tier.run(Tried { record: self, first, factors: &factors });
        let add = |sum: Vec<u32>, other: Vec<u32>| sum.iter().zip(other).map(|(a, b)| a + b).collect();
        let defaults = (0..paths.div_ceil(BLOCK)).into_par_iter().map(|at| block(at * BLOCK)).reduce(none, add);
        let share = |count: u32| f64::from(count) / paths as f64;
        Law::new(factors.iter().copied().zip(defaults.into_iter().map(share)), paths, self.rest.nrows())
    }

    /// One number of every path of a block; of the last path again where the record ends.
    #[inline(always)]
    fn lanes(&self, first: usize, of: impl Fn(usize) -> f64) -> Lanes<BLOCK> {
        let mut lanes = Lanes::default();
        lanes.set(|lane| of((first + lane).min(self.core.len() - 1)));
        lanes
    }
}

/// Paths that are followed side by side.
const BLOCK: usize = 64;

/// On how many paths of a block an entity would have defaulted at each factor on its volatility: the same shocks, falls and
/// exposures, and the same want of cash.
struct Tried<'a, 'r> {
    record: &'a Record<'r>,
    first: usize,
    factors: &'a [f64],
}

/// What a month holds whatever the volatility, by path.
struct Held {
    /// Sum of the shocks to log core assets so far, at the spread of the simulation.
    shocks: Lanes<BLOCK>,
    /// Fall of log core assets so far, in bursts.
    fell: Lanes<BLOCK>,
    /// Worth besides core assets, dollars.
    rest: Lanes<BLOCK>,
}

impl Tried<'_, '_> {
    #[inline(always)]
    fn held(&self, t: usize) -> Held {
        const B: usize = BLOCK;
        let record = self.record;
        let rest = record.lanes(self.first, |path| f64::from(record.rest[[t, path]]));
        if t == 0 {
            return Held { shocks: Lanes::default(), fell: Lanes::default(), rest };
        }
        let burst_beta = record.lanes(self.first, |path| record.balances[path].burst_beta);
        let drift = record.lanes(self.first, |path| record.balances[path].growth.drift);
        let fallen = record.lanes(self.first, |path| f64::from(record.fallen[[t - 1, path]]));
        let growth = record.lanes(self.first, |path| f64::from(record.growth[[t - 1, path]]));
        let fell: Lanes<B> = lanes!(i => burst_beta[i] * fallen[i]);
        let shocks = lanes!(i => ln(growth[i]) - drift[i] * t as f64 + fell[i]);
        Held { shocks, fell, rest }
    }
}

impl Kernel for Tried<'_, '_> {
    type Output = Vec<u32>;

    #[inline(always)]
    fn run(self) -> Vec<u32> {
        const B: usize = BLOCK;
        let record = self.record;
        let months: Vec<Held> = (0..record.rest.nrows()).map(|t| self.held(t)).collect();
        let spread = record.lanes(self.first, |path| record.balances[path].growth.spread);
        let drift = record.lanes(self.first, |path| record.balances[path].growth.drift);
        let start = Start {
            core: record.lanes(self.first, |path| record.core[path]),
            barrier: record.lanes(self.first, |path| record.balances[path].barrier),
            mean: lanes!(i => drift[i] + 0.5 * spread[i] * spread[i]),
            spread,
            illiquid: record.lanes(self.first, |path| flag(record.illiquid[path].is_finite())),
        };
        let paths = BLOCK.min(record.core.len() - self.first);
        let mut defaults = vec![0; self.factors.len()];
        // A loop and not an iterator's `map`, which would leave the function that is compiled for the tier.
        for (found, &factor) in defaults.iter_mut().zip(self.factors) {
            *found = start.defaulted(&months, factor).0[..paths].iter().sum::<f64>() as u32;
        }
        defaults
    }
}

/// What the paths of a block begin with.
struct Start {
    /// Core assets, dollars.
    core: Lanes<BLOCK>,
    /// Worth below which the entity defaults, dollars.
    barrier: Lanes<BLOCK>,
    /// Monthly drift of log core assets before half of their variance.
    mean: Lanes<BLOCK>,
    /// Monthly spread of log core assets in the simulation.
    spread: Lanes<BLOCK>,
    /// Whether it could not pay what was due in some month.
    illiquid: Lanes<BLOCK>,
}

impl Start {
    /// Which paths default within the `months` at a factor on the volatility.
    #[inline(always)]
    fn defaulted(&self, months: &[Held], factor: f64) -> Lanes<BLOCK> {
        const B: usize = BLOCK;
        let Self { core, barrier, mean, spread, illiquid } = self;
        let drift: Lanes<B> = lanes!(i => mean[i] - 0.5 * (factor * spread[i]) * (factor * spread[i]));
        let mut defaulted = *illiquid;
        for (t, Held { shocks, fell, rest }) in months.iter().enumerate() {
            let core: Lanes<B> = lanes!(i => core[i] * exp(drift[i] * t as f64 + factor * shocks[i] - fell[i]));
            defaulted = lanes!(i => select(core[i] + rest[i] < barrier[i], 1.0, defaulted[i]));
        }
        defaulted
    }
}
