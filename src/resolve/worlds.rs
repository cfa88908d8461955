//! The worlds of a run: one for each parameter draw (docs/model.md, section 10).

use crate::engine::Uncertainty;
use crate::model::Parameters;
use crate::random::{Address, Layer, StreamId, uniform_at};

use super::calibration::{self, Calibration, Law};
use super::draw::Chance;
use super::resolve::{constraints, resolve};
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

    /// The same worlds with volatilities from a calibration in place of those without exposures.
    #[must_use]
    pub fn calibrated(mut self, calibration: Calibration) -> Self {
        self.calibration.extend(calibration);
        self
    }

    /// How its volatilities follow from default probabilities.
    pub fn calibration(&self) -> &Calibration {
        &self.calibration
    }

    /// Everything that is wrong with a scenario: with its plan, with the world at the means of its uncertain numbers, and
    /// with any of its draws. A draw is resolved only as far as shows whether it is possible, without solving for
    /// volatilities; a run solves for these too before it begins.
    pub fn examine(scenario: &Scenario) -> Vec<Problem> {
        let mut found = Self::plan(scenario).err().unwrap_or_default();
        let seed = scenario.run.seed;
        let of_means = Self::at_means(scenario.clone(), seed).err().unwrap_or_default();
        let worlds = Self {
            scenario: scenario.clone(),
            seed,
            at_means: false,
            calibration: Calibration::default(),
            overvalued: Vec::new(),
        };
        let of_draw = |draw: u32| {
            let problems = constraints(scenario, &worlds.values(draw), &worlds.calibration);
            problems
                .into_iter()
                .map(move |problem| (draw, problem))
                .map(|(draw, problem)| worlds.of_draw(draw, problem))
                .collect::<Vec<_>>()
        };
        let of_draws = (0..worlds.draws()).map(of_draw).find(|problems| !problems.is_empty());
        for problem in of_means.into_iter().chain(of_draws.unwrap_or_default()) {
            if !found.iter().any(|known| known.key == problem.key && known.message == problem.message) {
                found.push(problem);
            }
        }
        found
    }

    /// A problem of a draw.
    fn of_draw(&self, draw: u32, problem: Problem) -> Problem {
        let help = format!("this happens in parameter draw {draw}; narrow the distributions");
        if self.at_means || self.scenario.uncertain.is_empty() { problem } else { problem.help(help) }
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
        resolve(&self.scenario, &values, Chance::On, &self.calibration)
            .map_err(|problems| problems.into_iter().map(|problem| self.of_draw(draw, problem)).collect())
    }

    /// Plan mode: the scenario at the means of its uncertain numbers, without chance.
    ///
    /// # Errors
    /// Its problems, where it cannot be resolved.
    pub fn plan(scenario: &Scenario) -> Result<Parameters, Vec<Problem>> {
        resolve(scenario, &scenario.means(), Chance::Off, &alone(scenario)?)
    }
}

/// Volatilities without exposures, constant in the target.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A lab with this valuation.
    fn valued(valuation: &str) -> Scenario {
        let text = format!(
            "[scenario]\nname = \"s\"\nstart = \"2026-01\"\n[run]\npaths = 50\ndraws = 50\n[lab.a]\ncash = \"10B USD\"\n\
             valuation = {valuation}\nrevenue.target = {{ 2026 = \"8B USD\" }}\n"
        );
        Scenario::parse("s.toml", &text, &[]).unwrap()
    }

    #[test]
    fn a_draw_that_a_run_refuses_is_found_without_a_run() {
        let uncertain = "{ dist = \"uniform\", low = \"5B USD\", high = \"30B USD\" }";
        let scenario = valued(uncertain);
        let refused = Worlds::new(scenario.clone(), scenario.run.seed).unwrap_err();
        let found = Worlds::examine(&scenario);
        let told = |problems: &[Problem]| -> Vec<String> {
            problems.iter().map(|problem| format!("{} {} {:?}", problem.key, problem.message, problem.help)).collect()
        };
        assert_eq!(told(&found), told(&refused));
        assert!(Worlds::examine(&valued("\"20B USD\"")).is_empty());
        assert_eq!(Worlds::examine(&valued("\"9B USD\"")).len(), 1);
    }
}
