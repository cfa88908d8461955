//! How often an interval holds the truth, over many samples of a model whose truth is known.

use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use rayon::prelude::*;

use super::finding::Verdict;
use crate::engine::Interrupt;
use crate::hash::Fnv;
use crate::stats::{Estimate, Hits, LEVEL, at_most, wilson};

/// Probability that an interval with exactly its level is refused.
const FALSE_ALARM: f64 = 1e-4;

/// Draws a sample and says whether its interval holds the truth.
type Sampled = dyn Fn(&mut Xoshiro256PlusPlus) -> Option<bool> + Send + Sync;

/// A kind of interval in one regime, to be drawn many times.
pub(super) struct Trial {
    /// The kind of interval: `probability, Wilson`.
    pub(super) kind: &'static str,
    /// Sizes and law: `1,000 paths, P = 1 %`.
    pub(super) regime: String,
    /// Samples.
    pub(super) repeats: u32,
    /// What to know where it is short of its level.
    pub(super) note: &'static str,
    /// Draws a sample and says whether its interval holds the truth; none where the product withholds the interval.
    pub(super) holds: Box<Sampled>,
}

/// How many intervals of a kind held the truth.
#[derive(Clone, Debug, PartialEq)]
pub struct Coverage {
    /// The kind of interval.
    pub kind: &'static str,
    /// Sizes and law.
    pub regime: String,
    /// Samples.
    pub repeats: u64,
    /// Those for which the product gave no interval.
    pub withheld: u64,
    /// Those whose interval held the truth.
    pub covered: u64,
    /// What to know where it is short of its level.
    pub note: &'static str,
}

impl Trial {
    /// Draws all samples, each from a seed of its own, so that the result is the same for any number of threads; none where
    /// it was interrupted.
    pub(super) fn run(&self, interrupt: &Interrupt) -> Option<Coverage> {
        let seed = Fnv::new().with(self.kind.as_bytes()).with(self.regime.as_bytes()).value();
        let one = |repeat: u32| {
            let mut random = Xoshiro256PlusPlus::seed_from_u64(seed.wrapping_add(u64::from(repeat)));
            (!interrupt.is_raised()).then(|| (self.holds)(&mut random))
        };
        let all: Vec<Option<bool>> = (0..self.repeats).into_par_iter().map(one).collect::<Option<_>>()?;
        Some(Coverage::of((self.kind, &self.regime), &all, self.note))
    }
}

impl Coverage {
    /// Of intervals, each of which held the truth or not, or was withheld.
    pub(super) fn of((kind, regime): (&'static str, &str), all: &[Option<bool>], note: &'static str) -> Self {
        let count = |held: Option<bool>| all.iter().filter(|&&one| one == held).count() as u64;
        Self {
            kind,
            regime: regime.to_owned(),
            repeats: all.len() as u64,
            withheld: count(None),
            covered: count(Some(true)),
            note,
        }
    }

    /// Intervals that were given.
    pub fn given(&self) -> u64 {
        self.repeats - self.withheld
    }

    /// The share of those that held the truth, with its own 95 % interval; none where none was given.
    pub fn share(&self) -> Option<Estimate> {
        wilson(Hits { hits: self.covered, trials: self.given() })
    }

    /// Probability of so few hits, or fewer, at the nominal level.
    pub fn p_value(&self) -> f64 {
        if self.given() == 0 { 1.0 } else { at_most(self.covered, self.given(), LEVEL) }
    }

    /// Whether the interval holds the truth as often as it claims: an exact binomial test. One that holds it more often is
    /// wide, and no failure.
    pub fn verdict(&self) -> Verdict {
        match () {
            () if self.given() == 0 => Verdict::NotGiven,
            () if self.p_value() < FALSE_ALARM => Verdict::Fails,
            () => Verdict::Passes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::RngExt;

    fn trial(level: f64) -> Coverage {
        let holds = move |random: &mut Xoshiro256PlusPlus| {
            let given = random.random::<f64>() < 0.9;
            given.then(|| random.random::<f64>() < level)
        };
        let regime = "a test".to_owned();
        Trial { kind: "toy", regime, repeats: 2000, note: "", holds: Box::new(holds) }.run(&Interrupt::new()).unwrap()
    }

    #[test]
    fn a_level_is_told_from_one_that_is_too_low() {
        // 1800 intervals of 95 % and of 90 %: the second has a power of 1 less 1e-9; seeds fixed.
        assert_eq!(trial(0.95).verdict(), Verdict::Passes);
        assert_eq!(trial(0.99).verdict(), Verdict::Passes, "wide is no failure");
        assert_eq!(trial(0.90).verdict(), Verdict::Fails);
        assert!((1700..1900).contains(&trial(0.95).given()));
    }

    #[test]
    fn what_is_interrupted_has_no_coverage() {
        let interrupt = Interrupt::new();
        interrupt.raise();
        let holds = |_: &mut Xoshiro256PlusPlus| Some(true);
        let trial = Trial { kind: "toy", regime: String::new(), repeats: 9, note: "", holds: Box::new(holds) };
        assert_eq!(trial.run(&interrupt), None);
    }
}
