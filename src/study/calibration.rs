//! Volatilities that meet default probabilities with exposures and under the simulated market (docs/model.md, 8.1).

use std::ops::Range;

use ndarray::ArrayView2;
use rayon::prelude::*;

use super::conduct::Conduct;
use super::error::StudyError;
use super::estimates::Results;
use super::kept_calibration::kept;
use crate::calendar::Month;
use crate::engine::{Kernel, Outcome, Plan, Sampler, Tier, Uncertainty};
use crate::lanes::{Lanes, flag, lanes};
use crate::language::Problem;
use crate::model::constants::DT;
use crate::model::dynamics::{BOOKS, SURROUNDINGS};
use crate::model::id::EntityId;
use crate::model::parameters::{Balance, Entity as Firm};
use crate::model::state::Funds;
use crate::model::treasury::{Circumstances, month, still_spent};
use crate::model::{Asked, Parameters, metric};
use crate::random::math::{exp, ln, max};
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
const FINE: Round = Round { paths: 40_000, step: 1.1, powers: 4 };

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
        let mut calibration = kept(&base).unwrap_or_default();
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
    for trial in trials(scenario, known, &COARSE, conduct)?.into_iter().filter(is_unknown) {
        known.insert(trial.entity, trial.by_factor.scaled(trial.volatility));
    }
    for trial in trials(scenario, known, &FINE, conduct)?.into_iter().filter(is_unknown) {
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

/// Simulates all calibrated entities with the volatilities that are `known`, and of the assets alone where none is.
fn trials(
    scenario: &Scenario,
    known: &Calibration,
    round: &Round,
    conduct: Conduct<'_>,
) -> Result<Vec<Trial>, StudyError> {
    let worlds = Worlds::calibrated(scenario.clone(), (scenario.run.seed, false), known.clone());
    let worlds = worlds.map_err(|found| scenario.problems(found))?;
    let draws = (scenario.run.draws as u32).min(round.paths as u32);
    let plan =
        Plan { paths: round.paths, draws, threads: conduct.threads, tier: Tier::detect(), observed: round.paths };
    let sampler = Sampler::PseudoRandom { seed: SEED };
    let outcome = simulate(&Books(&worlds), sampler, &plan, conduct.interrupt, conduct.progress, &mut |_| Ok(()))?;
    if conduct.interrupt.is_raised() {
        return Err(StudyError::Interrupted);
    }
    let trial = |(place, e): (usize, EntityId)| {
        let record = Record::new(&outcome, &worlds, (place, e));
        let targets = (0..draws).filter_map(|draw| target(&scenario.entities[e], &worlds.values(draw)));
        Trial {
            entity: record.draws[0].firm.name.clone(),
            volatility: record.draws[0].balance.growth.spread / DT.sqrt(),
            target: targets.sum::<f64>() / f64::from(draws),
            by_factor: record.law(round),
        }
    };
    Ok(places(&worlds).enumerate().map(trial).collect())
}

/// The entities whose volatility is calibrated.
fn calibrated(scenario: &Scenario) -> impl Iterator<Item = &Entity> {
    let values = scenario.means();
    scenario.entities.iter().filter(move |entity| target(entity, &values).is_some())
}

/// The same by number, in the order in which their books are observed.
fn places(worlds: &Worlds) -> impl Iterator<Item = EntityId> + '_ {
    let (entities, _) = worlds.entities(0);
    (0..entities.len()).filter(|e| entities[*e].is_calibrated())
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

/// The standard error of a default probability that a calibration meets: that of its paths.
pub(super) fn standard_error(target: f64) -> f64 {
    (target * (1.0 - target) / FINE.paths as f64).sqrt()
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
    /// That of the run, with the Monte Carlo error of its paths.
    pub found: Estimate,
}

impl Residual {
    /// What is found less the target.
    pub fn value(&self) -> f64 {
        self.found.value() - self.target
    }

    /// Its standard error: of the paths of the run and of those of the calibration.
    pub fn standard_error(&self) -> f64 {
        self.found.standard_error().unwrap_or(0.0).hypot(standard_error(self.target))
    }
}

/// How well a run meets the default probabilities to which its volatilities are calibrated.
pub fn residuals(results: &Results<'_>, scenario: &Scenario) -> Vec<Residual> {
    let last = results.horizon().min(FIVE_YEARS - 1);
    let one = |entity: &Entity| {
        let targets = results.draws.iter().map(|draw| target(entity, &draw.values));
        let five_years = targets.sum::<Option<f64>>()? / results.draws.len() as f64;
        let target = shortened(five_years, (last + 1) as f64 / FIVE_YEARS as f64);
        let first = results.event(metric::ENTITY_DEFAULT, &entity.name)?;
        let found = nested_proportion(&results.count_by(&first, last))?.monte_carlo;
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

/// The components of an entity's worth and cash on every path.
struct Record<'a> {
    /// Fall of the market so far, at the end of the month: month, path.
    fallen: ArrayView2<'a, f32>,
    /// Whether credit is open in the next month: month, path.
    open: ArrayView2<'a, f32>,
    /// Core assets over those at the start, at the end of the month: month, path.
    growth: ArrayView2<'a, f32>,
    /// Worth besides core assets, dollars: month, path.
    rest: ArrayView2<'a, f32>,
    /// Core assets at the start, dollars: month, path.
    core: ArrayView2<'a, f32>,
    /// Cash from exposures in the month, dollars: month, path.
    exposures: ArrayView2<'a, f32>,
    /// Its paths by draw.
    draws: Vec<Drawn<'a>>,
}

/// An entity in a parameter draw.
struct Drawn<'a> {
    firm: &'a Firm,
    balance: Balance,
    /// Growth of a month of money that is carried forward.
    carried: f64,
    /// The paths of the draw.
    paths: Range<usize>,
}

impl<'a> Record<'a> {
    /// Of the entity with this number that is observed at `place`.
    fn new(outcome: &'a Outcome, worlds: &'a Worlds, (place, e): (usize, EntityId)) -> Self {
        let state = |number: usize| outcome.states.index_axis(ndarray::Axis(0), number);
        let [growth, rest, core, exposures] = [0, 1, 2, 3].map(|what| state(SURROUNDINGS + BOOKS * place + what));
        let drawn = |(draw, paths): (u32, &Range<usize>)| {
            let (entities, discount_rate) = worlds.entities(draw);
            let firm = &entities[e];
            Some(Drawn { firm, balance: firm.balance?, carried: exp(discount_rate * DT), paths: paths.clone() })
        };
        let draws = (0..).zip(&outcome.draws).filter_map(drawn).collect();
        Self { fallen: state(0), open: state(1), growth, rest, core, exposures, draws }
    }

    /// The probability of default at the factors of a round on the volatilities of the simulation.
    fn law(&self, round: &Round) -> Law {
        let (paths, tier) = (self.core.ncols(), Tier::detect());
        let factors: Vec<f64> = (-round.powers..=round.powers).map(|power| round.step.powi(power)).collect();
        let none = || vec![0; factors.len()];
        let block = |(drawn, first)| tier.run(Tried { record: self, drawn, first, factors: &factors });
        let add = |sum: Vec<u32>, other: Vec<u32>| sum.iter().zip(other).map(|(a, b)| a + b).collect();
        let of_draw = |drawn| blocks(drawn).map(block).fold(none(), add);
        let defaults = self.draws.par_iter().map(of_draw).reduce(none, add);
        let share = |count: u32| f64::from(count) / paths as f64;
        Law::new(factors.iter().copied().zip(defaults.into_iter().map(share)), paths, self.rest.nrows())
    }
}

/// Paths that are followed side by side.
const BLOCK: usize = 32;

/// The first paths of the blocks of a draw.
fn blocks<'a>(drawn: &'a Drawn<'a>) -> impl Iterator<Item = (&'a Drawn<'a>, usize)> {
    drawn.paths.clone().step_by(BLOCK).map(move |first| (drawn, first))
}

/// On how many paths of a block an entity would have defaulted at each factor on its volatility: the same shocks, falls and
/// exposures.
struct Tried<'a, 'r> {
    record: &'a Record<'r>,
    drawn: &'a Drawn<'a>,
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
    /// Cash from exposures in the month, dollars.
    exposures: Lanes<BLOCK>,
    /// Whether credit is open.
    open: Lanes<BLOCK>,
    /// Part of planned capital expenditure that is still spent.
    spending: Lanes<BLOCK>,
}

impl Tried<'_, '_> {
    /// A month's number of every path of the block; of the draw's last path again where it ends.
    #[inline(always)]
    fn lanes(&self, of: &ArrayView2<'_, f32>, t: usize) -> Lanes<BLOCK> {
        let mut lanes = Lanes::default();
        lanes.set(|lane| f64::from(of[[t, (self.first + lane).min(self.drawn.paths.end - 1)]]));
        lanes
    }

    /// The month `t`, with the capital expenditure `before` it.
    #[inline(always)]
    fn held(&self, t: usize, before: &Lanes<BLOCK>) -> Held {
        const B: usize = BLOCK;
        let Self { record, drawn, .. } = self;
        let (mut shocks, mut fell, mut open) = (Lanes::default(), Lanes::default(), Lanes::splat(1.0));
        if t > 0 {
            let (fallen, growth) = (self.lanes(&record.fallen, t - 1), self.lanes(&record.growth, t - 1));
            fell = lanes!(i => drawn.balance.burst_beta * fallen[i]);
            shocks = lanes!(i => ln(growth[i]) - drawn.balance.growth.drift * t as f64 + fell[i]);
            open = self.lanes(&record.open, t - 1);
        }
        let kept = |i: usize| drawn.firm.treasury.as_ref().map_or(1.0, |known| still_spent(known, before[i], open[i]));
        let (rest, exposures) = (self.lanes(&record.rest, t), self.lanes(&record.exposures, t));
        Held { shocks, fell, rest, exposures, open, spending: lanes!(i => kept(i)) }
    }

    /// All months.
    #[inline(always)]
    fn months(&self) -> Vec<Held> {
        let mut months = Vec::with_capacity(self.record.rest.nrows());
        let mut spending = Lanes::splat(1.0);
        for t in 0..self.record.rest.nrows() {
            let held = self.held(t, &spending);
            spending = held.spending;
            months.push(held);
        }
        months
    }

    /// Which paths default within the `months` at a factor on the volatility.
    #[inline(always)]
    fn defaulted(&self, months: &[Held], core: &Lanes<BLOCK>, factor: f64) -> Lanes<BLOCK> {
        const B: usize = BLOCK;
        let Drawn { firm, balance, carried, .. } = self.drawn;
        let spread = balance.growth.spread;
        let drift = balance.growth.drift + 0.5 * spread * spread * (1.0 - factor * factor);
        let mut funds = Funds::new(firm.treasury.as_ref());
        let mut defaulted = Lanes::default();
        for (t, Held { shocks, fell, rest, exposures, open, spending }) in months.iter().enumerate() {
            let core: Lanes<B> = lanes!(i => core[i] * exp(drift * t as f64 + factor * shocks[i] - fell[i]));
            let mut worth: Lanes<B> = lanes!(i => core[i] + rest[i]);
            if let Some(treasury) = &firm.treasury {
                let of = Circumstances { exposures, core: &core, rest, spending, open };
                let position = month(treasury, &mut funds, of, *carried, t);
                worth = position.worth;
                defaulted.update(|i, defaulted| max(defaulted, position.short[i]));
            }
            defaulted.update(|i, defaulted| max(defaulted, flag(worth[i] < balance.barrier)));
        }
        defaulted
    }
}

impl Kernel for Tried<'_, '_> {
    type Output = Vec<u32>;

    #[inline(always)]
    fn run(self) -> Vec<u32> {
        let months = self.months();
        let core = self.lanes(&self.record.core, 0);
        let paths = BLOCK.min(self.drawn.paths.end - self.first);
        let mut defaults = vec![0; self.factors.len()];
        // A loop and not an iterator's `map`, which would leave the function that is compiled for the tier.
        for (found, &factor) in defaults.iter_mut().zip(self.factors) {
            *found = self.defaulted(&months, &core, factor).0[..paths].iter().sum::<f64>() as u32;
        }
        defaults
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::engine::Interrupt;
    use crate::model::{Metric, catalogue};

    fn with_conduct<T>(of: impl FnOnce(Conduct<'_>) -> T) -> T {
        let interrupt = Interrupt::new();
        of(Conduct { threads: 0, interrupt: &interrupt, progress: &|_| () })
    }

    /// A scenario, and its calibration.
    fn calibrated(file: &str) -> (Scenario, Calibration) {
        let scenario = crate::scenario::load(Path::new(file), &[]).unwrap_or_else(|problems| panic!("{problems}"));
        let calibration = with_conduct(|conduct| Calibrator::new(false).of(&scenario, conduct)).unwrap();
        (scenario, calibration)
    }

    /// The share of paths on which the entities of `trials` default within five years.
    fn defaults(
        scenario: &Scenario,
        calibration: &Calibration,
        trials: &[Trial],
        (seed, paths): (u64, u64),
    ) -> Vec<f64> {
        let calibration = calibration.clone();
        let worlds = Worlds::calibrated(scenario.clone(), (scenario.run.seed, false), calibration).unwrap();
        let metrics = catalogue(&worlds.world(0));
        let column = |trial: &Trial| {
            let is_default = |of: &Metric| of.measure.name == metric::ENTITY_DEFAULT.name && of.subject == trial.entity;
            metrics.iter().position(is_default).unwrap()
        };
        let columns: Vec<usize> = trials.iter().map(column).collect();
        let plan = Plan { paths, draws: scenario.run.draws as u32, threads: 0, tier: Tier::detect(), observed: 0 };
        let mut counts = vec![0; columns.len()];
        with_conduct(|conduct| {
            simulate(&worlds, Sampler::PseudoRandom { seed }, &plan, conduct.interrupt, &|_| (), &mut |chunk| {
                for (count, &column) in counts.iter_mut().zip(&columns) {
                    let months = chunk.metrics.row(column);
                    *count += months.iter().filter(|&&month| month < FIVE_YEARS as f64).count();
                }
                Ok(())
            })
        })
        .unwrap();
        counts.into_iter().map(|count| count as f64 / paths as f64).collect()
    }

    #[test]
    fn at_the_volatility_of_the_simulation_the_record_counts_the_defaults_of_the_simulation() {
        let (scenario, calibration) = calibrated("scenarios/teaching.toml");
        let trials = with_conduct(|conduct| trials(&scenario, &calibration, &FINE, conduct)).unwrap();
        let share = defaults(&scenario, &calibration, &trials, (SEED, FINE.paths))[0];
        // One default more or fewer would move the factor by more.
        let factor = trials[0].by_factor.at(share);
        assert!((factor - 1.0).abs() < 1e-6, "{share} at a factor of {factor}");
        // What the last factor changes in exposures moves the share by less than half of its sampling error: with it the
        // whole error is at most an eighth larger.
        let target = trials[0].target;
        let error = (target * (1.0 - target) / FINE.paths as f64).sqrt();
        assert!((share - target).abs() < 0.5 * error, "{share} for {target}, ± {error}");
    }

    /// Within two standard errors, of the shocks of the calibration and of the fresh ones. So of three entities one or more
    /// would miss its target on at most 13 % of seeds; the seed is fixed.
    #[test]
    fn targets_are_met_on_fresh_shocks() {
        const PATHS: u64 = 20_000;
        for file in ["scenarios/openai-2026-06.toml", "scenarios/teaching.toml"] {
            let (scenario, calibration) = calibrated(file);
            let trials = with_conduct(|conduct| trials(&scenario, &calibration, &COARSE, conduct)).unwrap();
            let found = defaults(&scenario, &calibration, &trials, (1, PATHS));
            for (trial, found) in trials.iter().zip(found) {
                let Trial { entity, target, .. } = trial;
                let one = target * (1.0 - target);
                let error = (one / FINE.paths as f64 + one / PATHS as f64).sqrt();
                assert!((found - target).abs() < 2.0 * error, "{entity}: {found} for {target}, ± {error}");
            }
        }
    }
}
