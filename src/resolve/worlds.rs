//! The worlds of a run: one for each parameter draw (docs/model.md, section 10).

use rayon::prelude::*;

use crate::engine::Uncertainty;
use crate::model::Parameters;
use crate::model::parameters::Balance;
use crate::random::{Address, Layer, StreamId, uniform_at};

use super::calibration::{self, Calibration, Law};
use super::draw::{Chance, Depth};
use super::names::Names;
use super::resolve::{balances, resolve};
use crate::language::{Problem, Uncertain};
use crate::scenario::Scenario;

/// A scenario and a seed, which determine the world of every parameter draw.
#[derive(Debug)]
pub struct Worlds {
    scenario: Scenario,
    names: Names,
    seed: u64,
    at_means: bool,
    calibration: Calibration,
    starts: Vec<Start>,
}

/// What is known of a draw before it is run.
#[derive(Debug)]
struct Start {
    /// The uncertain numbers.
    values: Vec<f64>,
    /// Whether each lab is overvalued.
    overvalued: Vec<bool>,
}

impl Worlds {
    /// The worlds of a scenario under a seed, with volatilities of the assets alone.
    ///
    /// # Errors
    /// The problems of the first draw that cannot be resolved.
    pub fn new(scenario: Scenario, seed: u64) -> Result<Self, Vec<Problem>> {
        Self::calibrated(scenario, (seed, false), Calibration::default())
    }

    /// The single world in which every uncertain number is at its mean, with chance at work.
    ///
    /// # Errors
    /// Its problems, where it cannot be resolved.
    pub fn at_means(scenario: Scenario, seed: u64) -> Result<Self, Vec<Problem>> {
        Self::calibrated(scenario, (seed, true), Calibration::default())
    }

    /// The worlds under a seed, or the single one at the means, with volatilities of a calibration and of the assets alone
    /// where it has none. The start of every draw is resolved, so that one that is impossible is refused before the run.
    ///
    /// # Errors
    /// The problems of the first draw that cannot be resolved.
    pub fn calibrated(
        scenario: Scenario,
        (seed, at_means): (u64, bool),
        mut calibration: Calibration,
    ) -> Result<Self, Vec<Problem>> {
        let alone = missing(&scenario, &calibration)?;
        calibration.extend(alone);
        let mut worlds = Self::of(scenario, (seed, at_means), calibration);
        let starts: Vec<_> = (0..worlds.draws()).into_par_iter().map(|draw| worlds.start(draw)).collect();
        worlds.starts = starts.into_iter().collect::<Result<_, _>>()?;
        Ok(worlds)
    }

    fn of(scenario: Scenario, (seed, at_means): (u64, bool), calibration: Calibration) -> Self {
        let names = Names::of(&scenario);
        Self { scenario, names, seed, at_means, calibration, starts: Vec::new() }
    }

    fn start(&self, draw: u32) -> Result<Start, Vec<Problem>> {
        let values = self.values(draw);
        let overvalued = self.resolved(draw, &values, Depth::Start)?.overvalued();
        Ok(Start { values, overvalued })
    }

    /// The same worlds with the volatilities of another calibration, which has all that this one has.
    #[must_use]
    pub fn recalibrated(self, calibration: Calibration) -> Self {
        Self { calibration, ..self }
    }

    /// How its volatilities follow from default probabilities.
    pub fn calibration(&self) -> &Calibration {
        &self.calibration
    }

    /// Everything that is wrong with a scenario: with its plan, with the world at the means of its uncertain numbers, and
    /// with any of its draws. The volatilities are not solved for; a run does that before it begins.
    pub fn examine(scenario: &Scenario) -> Vec<Problem> {
        let worlds = |at_means| Self::of(scenario.clone(), (scenario.run.seed, at_means), Calibration::default());
        let (of_means, of_draws) = (worlds(true), worlds(false));
        let mut found = unsolvable(scenario);
        if found.is_empty() {
            found = of_means.planned(Depth::Start).err().unwrap_or_default();
            add_new(&mut found, of_means.start(0).err());
        }
        let first = (0..of_draws.draws()).into_par_iter().find_map_first(|draw| of_draws.start(draw).err());
        add_new(&mut found, first);
        found
    }

    /// A problem of a draw.
    fn of_draw(&self, draw: u32, problem: Problem) -> Problem {
        let help = format!("this happens in parameter draw {draw}; narrow the distributions");
        if self.at_means || self.scenario.uncertain.is_empty() { problem } else { problem.help(help) }
    }

    /// Whether each lab is overvalued at the start in a draw.
    pub fn overvalued(&self, draw: u32) -> &[bool] {
        self.starts.get(draw as usize).map_or(&[], |start| &start.overvalued)
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
        if let Some(start) = self.starts.get(draw as usize) {
            return start.values.clone();
        }
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
        self.resolved(draw, &self.values(draw), Depth::Run)
    }

    /// The balance sheets of a draw by entity.
    pub fn balances(&self, draw: u32) -> Vec<Option<Balance>> {
        balances((&self.scenario, &self.names), &self.values(draw), &self.calibration)
    }

    fn resolved(&self, draw: u32, values: &[f64], depth: Depth) -> Result<Parameters, Vec<Problem>> {
        resolve((&self.scenario, &self.names), values, (Chance::On, depth), &self.calibration)
            .map_err(|problems| problems.into_iter().map(|problem| self.of_draw(draw, problem)).collect())
    }

    /// Plan mode: the scenario at the means of its uncertain numbers, without chance.
    ///
    /// # Errors
    /// Its problems, where it cannot be resolved.
    pub fn plan(scenario: &Scenario) -> Result<Parameters, Vec<Problem>> {
        let problems = unsolvable(scenario);
        if !problems.is_empty() {
            return Err(problems);
        }
        Self::of(scenario.clone(), (scenario.run.seed, true), Calibration::default()).planned(Depth::Run)
    }

    fn planned(&self, depth: Depth) -> Result<Parameters, Vec<Problem>> {
        resolve((&self.scenario, &self.names), &self.scenario.means(), (Chance::Off, depth), &self.calibration)
    }
}

/// Adds the problems that are not known yet.
fn add_new(known: &mut Vec<Problem>, found: Option<Vec<Problem>>) {
    for problem in found.unwrap_or_default() {
        if !known.iter().any(|known| known.key == problem.key && known.message == problem.message) {
            known.push(problem);
        }
    }
}

/// The volatilities of the assets alone, whatever the target, of the entities of which a calibration has none.
///
/// # Errors
/// Where no volatility meets the target of an entity.
fn missing(scenario: &Scenario, known: &Calibration) -> Result<Calibration, Vec<Problem>> {
    let problems = unsolvable(scenario);
    if !problems.is_empty() {
        return Err(problems);
    }
    let unknown = scenario.entities.par_iter().filter(|entity| !known.knows(&entity.name));
    let solved: Vec<_> = unknown
        .filter_map(|entity| Some((entity.name.clone(), calibration::alone(scenario, entity)?.volatility()?)))
        .collect();
    let mut calibration = Calibration::default();
    for (name, volatility) in solved {
        calibration.insert(name, Law::constant(volatility));
    }
    Ok(calibration)
}

/// Entities whose target no volatility meets.
fn unsolvable(scenario: &Scenario) -> Vec<Problem> {
    scenario.entities.iter().filter_map(|entity| calibration::alone(scenario, entity)?.problem()).collect()
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A lab with this valuation.
    fn valued(valuation: &str) -> Scenario {
        let text = format!(
            "[scenario]\nname = \"s\"\nstart = \"2026-01\"\n[run]\npaths = 50\ndraws = 50\n[lab.a]\ncash = \"10B USD\"\n\
             valuation = {valuation}\nrevenue.target = {{ 2026 = \"8B USD\" }}\n"
        );
        Scenario::parse("s.toml", &text, &[]).unwrap()
    }

    /// What is wrong in words.
    fn told(problems: &[Problem]) -> Vec<String> {
        problems.iter().map(|problem| format!("{} {} {:?}", problem.key, problem.message, problem.help)).collect()
    }

    #[test]
    fn a_start_has_the_problems_prices_and_balances_of_a_run() {
        // Fixed costs below zero where the burn is small, stakes above the assets where they are, in 2060 as in 2026.
        let text = "[scenario]\nname = \"s\"\nstart = \"2026-01\"\nhorizon = \"6y\"\n[run]\npaths = 64\ndraws = 64\n\
            [market]\nreversion = \"25%\"\nvolatility = \"20%\"\n[market.burst]\nfit_base_rates = true\n[lab.a]\ncash = \"10B USD\"\n\
            valuation = { dist = \"uniform\", low = \"5B USD\", high = \"30B USD\" }\nstakes = { p = 0.5 }\n\
            revenue.target = { 2026 = \"8B USD\", 2031 = \"20B USD\", 2060 = \"30B USD\" }\n\
            opex.burn = { 2026 = { dist = \"uniform\", low = \"-20B USD\", high = \"5B USD\" } }\n\
            [[contract]]\nid = \"c\"\nlab = \"a\"\nprovider = \"p\"\namount = \"9B USD\"\nstart = \"2026-06\"\nterm = \"5y\"\n\
            [contract.delay]\nmean = \"6mo\"\ncv = 0.5\n\
            [entity.p]\nassets = { dist = \"uniform\", low = \"8B USD\", high = \"40B USD\" }\n\
            barrier = \"4B USD\"\nasset_volatility = \"25%\"\n";
        let scenario = Scenario::parse("s.toml", text, &[]).unwrap_or_else(|problems| panic!("{problems}"));
        let worlds = Worlds::of(scenario, (1, false), Calibration::default());
        let (mut refused, mut runs) = (BTreeSet::new(), 0);
        for draw in 0..64 {
            let of = |depth| worlds.resolved(draw, &worlds.values(draw), depth);
            match (of(Depth::Start), of(Depth::Run)) {
                (Ok(start), Ok(run)) => {
                    runs += 1;
                    assert_eq!(start.overvalued(), run.overvalued());
                    let balances = |world: &Parameters| format!("{:?}", world.entities[0].balance.map(|b| b.growth));
                    assert_eq!(balances(&start), balances(&run));
                    assert_eq!(start.market.start.to_bits(), run.market.start.to_bits());
                }
                (Err(start), Err(run)) => {
                    assert_eq!(told(&start), told(&run), "draw {draw}");
                    refused.extend(start.into_iter().map(|problem| problem.key));
                }
                (start, run) => panic!("draw {draw}: {:?}, {:?}", start.err(), run.err()),
            }
        }
        assert_eq!(Vec::from_iter(refused), ["entity.p.assets", "lab.a.opex.burn.2026", "lab.a.valuation"]);
        assert!(runs > 0);
    }

    #[test]
    fn a_draw_that_a_run_refuses_is_found_without_a_run() {
        let uncertain = "{ dist = \"uniform\", low = \"5B USD\", high = \"30B USD\" }";
        let scenario = valued(uncertain);
        let refused = Worlds::new(scenario.clone(), scenario.run.seed).unwrap_err();
        let found = Worlds::examine(&scenario);
        assert_eq!(told(&found), told(&refused));
        assert!(Worlds::examine(&valued("\"20B USD\"")).is_empty());
        assert_eq!(Worlds::examine(&valued("\"9B USD\"")).len(), 1);
    }
}
