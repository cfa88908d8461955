//! Worlds written as text, what comes out of them, and the statistics by which it is judged.

use std::ops::Range;

use ouroborisk::engine::{Interrupt, Outcome, Plan, Sampler, Script, Tier};
use ouroborisk::model::dynamics::{State, states};
use ouroborisk::model::state::Block;
use ouroborisk::model::workspace::Workspace;
use ouroborisk::model::{By, Metric, Parameters, catalogue};
use ouroborisk::resolve::Worlds;
use ouroborisk::scenario::Scenario;
use ouroborisk::simulate::{simulate, simulate_one};

/// Standard errors within which an estimate must lie: two-sided false alarm 6.3e-5 for each comparison, and none in
/// practice, since every seed is fixed.
pub(crate) const ERRORS: f64 = 4.0;

/// A scenario from its text.
pub(crate) fn scenario(text: &str, overrides: &[&str]) -> Scenario {
    let overrides: Vec<String> = overrides.iter().map(|&one| one.to_owned()).collect();
    Scenario::parse("test", text, &overrides).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The worlds of a scenario.
pub(crate) fn worlds(text: &str, overrides: &[&str]) -> Worlds {
    Worlds::new(scenario(text, overrides), 1).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// The world of a scenario in which everything is known.
pub(crate) fn world(text: &str, overrides: &[&str]) -> Parameters {
    worlds(text, overrides).resolve(0).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// Chance, except for some numbers that a test sets.
#[derive(Clone, Debug)]
pub(crate) struct Luck {
    seed: u64,
    /// Name of a monthly uniform or normal, months, and its value in them.
    set: Vec<(String, Range<usize>, f64)>,
}

impl Luck {
    pub(crate) fn of(seed: u64) -> Self {
        Self { seed, set: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &str, months: Range<usize>, value: f64) -> Self {
        self.set.push((name.to_owned(), months, value));
        self
    }

    pub(crate) fn sampler(&self) -> Sampler<'_> {
        let seed = self.seed;
        if self.set.is_empty() { Sampler::PseudoRandom { seed } } else { Sampler::Scripted { script: self, seed } }
    }
}

impl Script for Luck {
    fn normal(&self, name: &str, month: usize) -> Option<f64> {
        let set = self.set.iter().find(|(known, months, _)| known == name && months.contains(&month));
        set.map(|(.., value)| *value)
    }

    fn uniform(&self, name: &str, month: usize) -> Option<f64> {
        self.normal(name, month)
    }

    fn delay(&self, _: &str) -> Option<f64> {
        None
    }
}

/// A finished run and the names of what it measured.
pub(crate) struct Ran {
    pub(crate) metrics: Vec<Metric>,
    states: Vec<State>,
    pub(crate) outcome: Outcome,
}

/// Runs a scenario; monthly states are kept where `observed`.
pub(crate) fn ran(worlds: &Worlds, luck: &Luck, paths: u64, observed: bool) -> Ran {
    let plan = Plan {
        paths,
        draws: worlds.draws(),
        threads: 0,
        tier: Tier::detect(),
        observed: if observed { paths } else { 0 },
    };
    let outcome = simulate(worlds, luck.sampler(), &plan, &Interrupt::new(), &|_| (), &mut |_| Ok(())).unwrap();
    let world = worlds.resolve(0).unwrap_or_else(|problems| panic!("{problems:?}"));
    Ran { metrics: catalogue(&world), states: states(&world), outcome }
}

impl Ran {
    /// The column of a metric, path by path.
    pub(crate) fn column(&self, measure: &str, subject: &str) -> Vec<f64> {
        self.rows(|metric| metric.measure.name == measure && metric.subject == subject)
    }

    /// The same before month 0 or at the end of a month.
    pub(crate) fn column_by(&self, measure: &str, subject: &str, by: By) -> Vec<f64> {
        self.rows(|metric| metric.measure.name == measure && metric.subject == subject && metric.by == by)
    }

    fn rows(&self, wanted: impl Fn(&Metric) -> bool) -> Vec<f64> {
        let row = self.metrics.iter().position(wanted).unwrap_or_else(|| panic!("no such metric: {:?}", self.metrics));
        self.outcome.sample.row(row).iter().map(|&value| f64::from(value)).collect()
    }

    /// Paths on which an event has happened by the end of month `last`.
    pub(crate) fn hits(&self, event: &str, subject: &str, last: usize) -> usize {
        self.column(event, subject).iter().filter(|&&month| month <= last as f64).count()
    }

    /// A monthly state in month `t`, path by path.
    pub(crate) fn state(&self, name: &str, t: usize) -> Vec<f64> {
        let state = self.states.iter().position(|state| state.name == name);
        let state = state.unwrap_or_else(|| panic!("no such state: {:?}", self.states));
        self.outcome.states.slice(ndarray::s![state, t, ..]).iter().map(|&value| f64::from(value)).collect()
    }
}

/// Simulates paths of the first draw and shows every month of each.
pub(crate) fn watch(
    world: &Parameters,
    luck: &Luck,
    paths: u32,
    mut see: impl FnMut(usize, &Block<1>, &Block<1>, &Workspace<1>),
) {
    for path in 0..paths {
        simulate_one(world, luck.sampler(), 0, path, &mut see);
    }
}

/// `hits` of `paths` independent paths against a probability, the error taken at the reference.
pub(crate) fn assert_probability(what: &str, hits: usize, paths: usize, reference: f64) {
    let (found, n) = (hits as f64 / paths as f64, paths as f64);
    let error = (reference * (1.0 - reference) / n).sqrt();
    let off = (found - reference) / error;
    assert!(off.abs() <= ERRORS, "{what}: {found:.6} against {reference:.6}, {off:.2} standard errors of {error:.6}");
}

/// Mean and standard deviation.
pub(crate) fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (n - 1.0);
    (mean, variance.sqrt())
}

/// The mean of independent values against a reference; `slack` is what is known to be missing from the reference.
pub(crate) fn assert_mean(what: &str, values: &[f64], reference: f64, slack: f64) {
    let (mean, sd) = moments(values);
    let error = sd / (values.len() as f64).sqrt();
    let off = (mean - reference).abs();
    assert!(
        off <= ERRORS * error + slack,
        "{what}: {mean:.6} against {reference:.6}, {:.2} standard errors of {error:.2e} and {slack:.1e}",
        off / error
    );
}

/// The standard deviation of independent normal values against a reference.
pub(crate) fn assert_deviation(what: &str, values: &[f64], reference: f64) {
    let (_, sd) = moments(values);
    let error = reference / (2.0 * values.len() as f64).sqrt();
    let off = (sd - reference) / error;
    assert!(off.abs() <= ERRORS, "{what}: {sd:.6} against {reference:.6}, {off:.2} standard errors of {error:.6}");
}
