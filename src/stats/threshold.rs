//! The threshold above which a tail is Pareto's, if the losses support one.

use super::estimate::Estimate;
use super::goodness::forward_stop;
use super::pareto::{ENOUGH, MOST_EXCEEDANCES, ParetoTail, Refusal};
use super::quantile::Sorted;
use super::sample::Sample;
use super::tail::value_at_risk;

/// Tail fractions at whose thresholds a fit is tried, the lowest threshold first.
const FRACTIONS: [f64; 10] = [0.2, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02, 0.01, 0.005, 0.002];
/// Level of the tests of fit.
const LEVEL_OF_FIT: f64 = 0.05;
/// A single high threshold with few losses above it is easily passed.
const LEAST_PASSES: usize = 3;
/// Paths beyond the rarest loss that is reported.
const PATHS_BEYOND: f64 = 30.0;

/// A tail above a threshold that the losses support, and what higher thresholds say.
///
/// Tried are the thresholds with 20, 15, 10, 7, 5, 3, 2, 1, 0.5 and 0.2 % of the losses above, but for those with more than
/// 20,000 and those with too few. A threshold whose likelihood has no regular maximum has failed. Chosen is
/// the lowest one that `ForwardStop` leaves (see `goodness.rs`) and from which on every fit passes Anderson and
/// Darling's test at 5 %; at least three must pass. Then the fit must agree with the losses: its quantile must lie in the
/// interval of the empirical one at the longest reported period, and at 1,000 where that is shorter. The efficient
/// estimate has the smaller error, so a true fit fails each in 5 % of the repeats at most (Hausman, "Specification tests in
/// econometrics", Econometrica 46, 1978). No period beyond a thirtieth of the losses is reported.
///
/// Intervals of what does not depend on the threshold are widened to the estimates at all higher thresholds with at least
/// 150 losses above.
#[derive(Clone, Debug)]
pub struct ChosenTail<'a> {
    fit: ParetoTail<'a>,
    higher: Vec<ParetoTail<'a>>,
    longest: f64,
}

impl<'a> ChosenTail<'a> {
    /// The tail above the lowest threshold that the losses support.
    ///
    /// # Errors
    ///
    /// [`Refusal`] where they support none.
    pub fn choose(sample: Sample<'a>) -> Result<Self, Refusal> {
        let sorted = Sorted::new(sample.values().to_vec()).ok_or(Refusal::NotFinite)?;
        let tried = tried(sample, &sorted)?;
        let first = first_passing(&tried.iter().map(|(_, p)| *p).collect::<Vec<_>>());
        let mut passing = tried.into_iter().skip(first).filter_map(|(fit, _)| fit);
        let fit = passing.next().ok_or(Refusal::PoorFit)?;
        let higher: Vec<ParetoTail<'a>> = passing.collect();
        if higher.len() + 1 < LEAST_PASSES {
            return Err(Refusal::PoorFit);
        }
        if fit.shape().high() < 0.0 {
            return Err(Refusal::Bounded);
        }
        let longest = sample.values().len() as f64 / PATHS_BEYOND;
        let higher = higher.into_iter().filter(|fit| fit.exceedances() >= ENOUGH).collect();
        let chosen = Self { fit, higher, longest };
        for period in [longest, 1000.0].into_iter().filter(|&period| period <= longest) {
            chosen.agrees_at(period, &value_at_risk(&sample, &sorted, 1.0 - 1.0 / period))?;
        }
        Ok(chosen)
    }

    fn agrees_at(&self, period: f64, counted: &Estimate) -> Result<(), Refusal> {
        let fitted = self.return_level(period)?.value();
        let (low, high) = (counted.low(), counted.high());
        if !(low.is_finite() && high.is_finite()) {
            return Err(Refusal::OpenQuantile);
        }
        let agrees = (low..=high).contains(&fitted);
        agrees.then_some(()).ok_or(Refusal::Contradicted { period, by: fitted / counted.value() })
    }

    /// Where the tail begins, in the unit of the losses.
    pub fn threshold(&self) -> f64 {
        self.fit.threshold()
    }

    /// How many losses lie above.
    pub fn exceedances(&self) -> usize {
        self.fit.exceedances()
    }

    /// The longest reported period: a thirtieth of the losses.
    pub fn longest(&self) -> f64 {
        self.longest
    }

    /// Shape, see [`ParetoTail::shape`].
    pub fn shape(&self) -> Estimate {
        self.widened(self.fit.shape(), |fit| Some(fit.shape()))
    }

    /// Scale of the excesses over the chosen threshold, in the unit of the losses.
    pub fn scale(&self) -> Estimate {
        self.fit.scale()
    }

    /// The loss that one of `period` losses exceeds on average.
    ///
    /// # Errors
    ///
    /// [`Refusal::BeyondReach`] for a period longer than [`ChosenTail::longest`]; [`Refusal::BelowThreshold`] for one whose
    /// level lies below the threshold.
    pub fn return_level(&self, period: f64) -> Result<Estimate, Refusal> {
        if period > self.longest {
            return Err(Refusal::BeyondReach { longest: self.longest });
        }
        Ok(self.widened(self.fit.return_level(period)?, |fit| fit.return_level(period).ok()))
    }

    /// The probability to lie above an amount, which must lie above the threshold.
    pub fn exceedance(&self, amount: f64) -> Option<Estimate> {
        let of_higher = |fit: &ParetoTail<'a>| fit.exceedance(amount);
        self.fit.exceedance(amount).map(|estimate| self.widened(estimate, of_higher))
    }

    fn widened(&self, estimate: Estimate, of: impl Fn(&ParetoTail<'a>) -> Option<Estimate>) -> Estimate {
        let others = || self.higher.iter().filter_map(&of).map(|other| other.value());
        Estimate {
            low: others().fold(estimate.low, f64::min),
            high: others().fold(estimate.high, f64::max),
            ..estimate
        }
    }
}

/// Fits and their p-values, the lowest threshold first; a failed fit has 0. Thresholds that leave too little are not tried.
fn tried<'a>(sample: Sample<'a>, sorted: &Sorted) -> Result<Vec<(Option<ParetoTail<'a>>, f64)>, Refusal> {
    let most = MOST_EXCEEDANCES as f64 / sample.values().len() as f64;
    let mut thresholds: Vec<f64> = FRACTIONS.iter().filter(|&&f| f <= most).map(|f| sorted.at(1.0 - f)).collect();
    thresholds.dedup();
    let fits: Vec<_> = thresholds.iter().map(|&threshold| ParetoTail::fit(sample, threshold)).collect();
    let lowest = fits.first().and_then(|fit| fit.as_ref().err().copied()).unwrap_or(Refusal::NoMaximum);
    let outcome = |fit: Result<ParetoTail<'a>, Refusal>| match fit {
        Ok(fit) => Some((fit.p_value(), Some(fit))),
        Err(Refusal::NoMaximum | Refusal::NoSpread) => Some((0.0, None)),
        Err(_) => None,
    };
    let tried: Vec<_> = fits.into_iter().filter_map(outcome).map(|(p, fit)| (fit, p)).collect();
    if tried.iter().all(|(fit, _)| fit.is_none()) { Err(lowest) } else { Ok(tried) }
}

/// The first threshold that is left, and from which on all tests pass.
fn first_passing(p_values: &[f64]) -> usize {
    let after_last_failure = p_values.iter().rposition(|&p| p < LEVEL_OF_FIT).map_or(0, |last| last + 1);
    forward_stop(p_values, LEVEL_OF_FIT).max(after_last_failure)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::Xoshiro256PlusPlus;
    use rand::{RngExt, SeedableRng};
    use statrs::distribution::{ContinuousCDF, StudentsT};

    fn choose(losses: &[f64]) -> Result<ChosenTail<'_>, Refusal> {
        ChosenTail::choose(Sample::new(losses, &[]).unwrap())
    }

    fn pareto(u: f64, shape: f64) -> f64 {
        (-shape * (-u).ln_1p()).exp_m1() / shape
    }

    /// What a provider loses: nothing on 85 % of paths, then scale-backs up to 88, exchanges about 38, and payment defaults
    /// from 28 to 127 about 90, as in the reference scenario.
    fn mixture(rng: &mut Xoshiro256PlusPlus) -> f64 {
        let bump: f64 = (0..3).map(|_| rng.random::<f64>()).sum::<f64>() / 3.0;
        match rng.random::<f64>() {
            kind if kind < 0.85 => 0.0,
            kind if kind < 0.966 => 88.0 * rng.random::<f64>().powi(3),
            kind if kind < 0.974 => 20.0 + 36.0 * bump,
            _ => 40.0 + 100.0 * bump,
        }
    }

    #[test]
    fn a_true_pareto_tail_is_accepted_and_its_levels_covered() {
        // 200 repeats of 30,000 Pareto losses, shape 0.3. A true tail fails either check of agreement in 5 % and the highest
        // test of fit in 5 %: 0.8 are accepted at least, 4 sigmas 0.11. Of those 0.93 of the intervals cover, 4 sigmas
        // 0.075: false alarms 6e-5, seed fixed. Student's tail with 3 degrees of freedom is Pareto's only in the limit.
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(89);
        let student = StudentsT::new(0.0, 1.0, 3.0).unwrap();
        let quantiles: [&dyn Fn(f64) -> f64; 2] = [&|u| pareto(u, 0.3), &|u| student.inverse_cdf(0.5 + 0.5 * u)];
        for quantile in quantiles {
            let (mut accepted, mut covered) = (0, 0);
            for _ in 0..200 {
                let losses: Vec<f64> = (0..30_000).map(|_| quantile(rng.random())).collect();
                if let Ok(tail) = choose(&losses) {
                    accepted += 1;
                    let level = tail.return_level(1000.0).unwrap();
                    covered += u32::from(level.low() <= quantile(0.999) && quantile(0.999) <= level.high());
                    assert!(matches!(tail.return_level(1001.0), Err(Refusal::BeyondReach { .. })));
                }
            }
            assert!(accepted > 138, "{accepted}");
            assert!(f64::from(covered) > 0.855 * f64::from(accepted), "{covered} of {accepted}");
        }
    }

    #[test]
    fn a_mixture_of_regimes_is_refused() {
        // 40 repeats: each is refused.
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(101);
        for _ in 0..40 {
            let losses: Vec<f64> = (0..20_000).map(|_| mixture(&mut rng)).collect();
            let refusal = choose(&losses).unwrap_err();
            assert!(matches!(refusal, Refusal::PoorFit | Refusal::Bounded), "{refusal}");
        }
    }

    #[test]
    fn a_tail_that_ends_in_an_atom_is_refused() {
        // 20 repeats of a Pareto tail cut off at its 99.5 % quantile, where a contract ends, so that 100 of 20,000 paths are
        // equal: each is refused.
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(107);
        let cap = pareto(0.995, 0.3);
        for _ in 0..20 {
            let losses: Vec<f64> = (0..20_000).map(|_| pareto(rng.random(), 0.3).min(cap)).collect();
            assert!(choose(&losses).is_err());
        }
    }

    #[test]
    fn the_threshold_lies_above_what_is_not_pareto() {
        // Exponential losses with a heavy worst twentieth: never below that.
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(103);
        let mixed = |u: f64| if u < 0.95 { pareto(u, 1e-9) } else { 3.0 + 30.0 * pareto((u - 0.95) / 0.05, 0.5) };
        let mut accepted = 0;
        for _ in 0..20 {
            let losses: Vec<f64> = (0..20_000).map(|_| mixed(rng.random())).collect();
            let chosen = choose(&losses).map(|tail| tail.exceedances());
            assert!(chosen.is_err() || chosen.is_ok_and(|count| count <= 1010), "{chosen:?}");
            accepted += u32::from(chosen.is_ok());
        }
        assert!(accepted > 8, "{accepted}");
    }

    #[test]
    fn the_danish_fires_have_a_tail() {
        let lines = include_str!("../../tests/data/danish-fire.csv").lines();
        let losses: Vec<f64> =
            lines.filter(|line| !line.starts_with('#')).skip(1).map(|line| line.parse().unwrap()).collect();
        let tail = choose(&losses).unwrap();
        assert!((0.4..0.8).contains(&tail.shape().value()), "{:?}", tail.shape());
        assert!((tail.longest() - 2167.0 / 30.0).abs() < 1e-9);
    }
}
