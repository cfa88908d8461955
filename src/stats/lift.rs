//! Two events on the same paths: how much oftener they come together than independent events would.

use std::ops::Range;

use super::estimate::{Estimate, student_test};
use super::sample::{linearised, linearised_sums};

/// The paths of a draw, and how many of them have one event, the other, and both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    /// Paths.
    pub paths: u64,
    /// Those with the first event.
    pub one: u64,
    /// Those with the second.
    pub other: u64,
    /// Those with both.
    pub both: u64,
}

/// The lift of two events, `P(AB)` over what it would be were they independent, and the two factors that it is made of.
///
/// Draws that differ make events dependent over all paths even where chance joins them in none: in bad draws both are
/// likely. The first factor is what chance does once the parameters are known, the second what the draws do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lift {
    /// `P(AB)/(P(A) P(B))` over all paths.
    pub overall: Option<Estimate>,
    /// `P(AB)` over the mean of `p(A) p(B)` over the draws, with `p` the probabilities of a draw. That of all paths if there
    /// is but one draw; none where the draws hold too few paths to tell.
    pub within: Option<Estimate>,
    /// Mean of `p(A) p(B)` over the draws, over `P(A) P(B)`; none for a single draw.
    pub between: Option<Estimate>,
    /// Probability of a lift within draws at least as far from 1 if there were none: Student's test of its logarithm,
    /// two-sided.
    pub p_value: Option<f64>,
}

impl Pair {
    /// Number of paths that would have both were the events independent in this draw.
    ///
    /// Unbiased, as the product of the two shares is not: pairs of *different* paths, one with each event.
    pub fn independent(&self) -> f64 {
        let [paths, one, other, both] = [self.paths, self.one, self.other, self.both].map(|count| count as f64);
        if self.paths < 2 { f64::NAN } else { (one * other - both) / (paths - 1.0) }
    }
}

/// The lift of two events from the counts of each draw; what the paths do not give is None.
///
/// Intervals are symmetric in the logarithm, by the delta method with the draws as replicates (the paths of a single draw).
pub fn lift(draws: &[Pair]) -> Lift {
    let sum = |of: fn(&Pair) -> u64| draws.iter().map(of).sum::<u64>() as f64;
    let paths = sum(|draw| draw.paths);
    let [one, other, both] =
        [sum(|draw| draw.one), sum(|draw| draw.other), sum(|draw| draw.both)].map(|count| count / paths);
    let value = both / (one * other);
    if let [draw] = draws {
        let log = linearised(value.ln(), &contributions(draw, [one, other, both]), &[]);
        return Lift {
            overall: log.map(exponential),
            within: log.map(exponential),
            between: None,
            p_value: log.and_then(|log| student_test(&log, paths - 1.0)),
        };
    }
    let independent: Vec<f64> = draws.iter().map(Pair::independent).collect();
    let expected = independent.iter().sum::<f64>() / paths;
    let columns = columns(draws);
    let log = |ratio: f64, of_draw: &dyn Fn(&Pair, f64) -> f64| {
        let sums: Vec<f64> = draws.iter().zip(&independent).map(|(draw, &expected)| of_draw(draw, expected)).collect();
        linearised_sums(ratio.ln(), &sums, &columns)
    };
    let apart = |draw: &Pair| draw.one as f64 / one + draw.other as f64 / other;
    let within = log(both / expected, &|draw, of| draw.both as f64 / both - of / expected);
    Lift {
        overall: log(value, &|draw, _| draw.both as f64 / both - apart(draw)).map(exponential),
        within: within.map(exponential),
        between: log(expected / (one * other), &|draw, of| of / expected - apart(draw)).map(exponential),
        p_value: within.and_then(|log| student_test(&log, draws.len() as f64 - 1.0)),
    }
}

/// What each path of a single draw contributes to the logarithm of the lift, given the three probabilities.
fn contributions(draw: &Pair, [one, other, both]: [f64; 3]) -> Vec<f64> {
    let cells = [
        (draw.both, 1.0 / both - 1.0 / one - 1.0 / other),
        (draw.one - draw.both, -1.0 / one),
        (draw.other - draw.both, -1.0 / other),
        (draw.paths + draw.both - draw.one - draw.other, 0.0),
    ];
    cells.iter().flat_map(|&(count, value)| std::iter::repeat_n(value, count as usize)).collect()
}

/// The columns that the paths of each draw would have.
fn columns(draws: &[Pair]) -> Vec<Range<usize>> {
    let place = |end: &mut usize, draw: &Pair| {
        let start = *end;
        *end += draw.paths as usize;
        Some(start..*end)
    };
    draws.iter().scan(0, place).collect()
}

/// The number whose logarithm is estimated.
fn exponential(log: Estimate) -> Estimate {
    let value = log.value.exp();
    let standard_error = log.standard_error.map(|error| value * error);
    Estimate { value, low: log.low.exp(), high: log.high.exp(), standard_error, ..log }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::Xoshiro256PlusPlus;
    use rand::{RngExt, SeedableRng};
    use rand_distr::{Beta, Distribution};

    fn pair([paths, one, other, both]: [u64; 4]) -> Pair {
        Pair { paths, one, other, both }
    }

    fn close(value: f64, reference: f64) {
        assert!((value - reference).abs() < 1e-9, "{value} should be {reference}");
    }

    #[test]
    fn one_draw_by_hand() {
        // 0.05/(0.2 * 0.1). Contributions 5, -5, -10 and 0 on 5, 15, 5 and 75 paths: mean -1, variance 9 of the paths.
        let of = lift(&[pair([100, 20, 10, 5])]);
        let [overall, within] = [of.overall, of.within].map(Option::unwrap);
        close(overall.value(), 2.5);
        close(overall.standard_error().unwrap(), 2.5 * (9.0f64 / 99.0).sqrt());
        assert_eq!((overall, of.between), (within, None));
        assert!((overall.low() * overall.high() - 2.5 * 2.5).abs() < 1e-9, "symmetric in the logarithm");
    }

    #[test]
    fn draws_that_differ_lift_events_that_chance_does_not_join() {
        // 10 * 10 and 30 * 30 in 100: 1 and 9 together, as were they independent in each draw; over both draws 10 of 200
        // where 40 * 40 in 200 would be 8.
        let of = lift(&[pair([100, 10, 10, 1]), pair([100, 30, 30, 9])]);
        let [overall, within, between] = [of.overall, of.within, of.between].map(|of| of.unwrap().value());
        close(overall, 1.25);
        close(within, 1.0);
        close(between, 1.25);
        close(of.p_value.unwrap(), 1.0);
    }

    #[test]
    fn the_lift_is_the_product_of_its_two_parts() {
        let of = lift(&[pair([80, 8, 20, 6]), pair([100, 30, 10, 7]), pair([90, 2, 9, 1])]);
        let [overall, within, between] = [of.overall, of.within, of.between].map(|of| of.unwrap().value());
        close(overall, within * between);
    }

    #[test]
    fn what_the_paths_do_not_tell_is_not_told() {
        assert_eq!(lift(&[pair([100, 20, 10, 0])]).overall, None);
        // Together on the only path of each draw that has either: nothing is known of chance within a draw.
        let once = lift(&[pair([50, 1, 1, 1]), pair([50, 0, 0, 0]), pair([50, 1, 1, 1])]);
        assert!(once.within.is_none() && once.overall.is_some());
        let single = lift(&[pair([1, 1, 1, 1]), pair([1, 0, 1, 0]), pair([1, 1, 0, 0])]);
        assert!(single.within.is_none() && single.overall.is_some());
    }

    #[test]
    fn what_always_happens_lifts_nothing() {
        let always = lift(&[pair([50, 50, 10, 10]), pair([50, 50, 20, 20])]);
        close(always.overall.unwrap().value(), 1.0);
        close(always.within.unwrap().value(), 1.0);
        close(always.p_value.unwrap(), 1.0);
    }

    /// Draws of two events that come with a beta-distributed probability; with probability `common` by the same chance.
    fn simulated(rng: &mut Xoshiro256PlusPlus, draws: usize, common: f64) -> Vec<Pair> {
        let beta = Beta::new(2.0, 8.0).unwrap();
        let draw = |_| {
            let p = beta.sample(rng);
            let mut counts = Pair { paths: 200, ..Pair::default() };
            for _ in 0..counts.paths {
                let one = rng.random_bool(p);
                let other = if rng.random_bool(common) { one } else { rng.random_bool(p) };
                counts.one += u64::from(one);
                counts.other += u64::from(other);
                counts.both += u64::from(one && other);
            }
            counts
        };
        (0..draws).map(draw).collect()
    }

    #[test]
    fn the_intervals_cover_at_their_level_and_the_test_errs_at_its() {
        // E p = 0.2 and E p^2 = 6/110. 1,000 repeats of 100 draws, seed fixed: 0.95 with 4 sigmas (false alarm 6e-5) is
        // 0.922 to 0.978; of the test at 5 % of 1,000 at most 78 reject.
        let (mean, square) = (0.2, 6.0 / 110.0);
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(41);
        for common in [0.0, 0.2] {
            let both = common * mean + (1.0 - common) * square;
            let truths = [both / (mean * mean), both / square, square / (mean * mean)];
            let (mut covered, mut rejected) = ([0; 3], 0);
            for _ in 0..1000 {
                let of = lift(&simulated(&mut rng, 100, common));
                for ((count, estimate), truth) in
                    covered.iter_mut().zip([of.overall, of.within, of.between]).zip(truths)
                {
                    let estimate = estimate.unwrap();
                    *count += i32::from(estimate.low() <= truth && truth <= estimate.high());
                }
                rejected += i32::from(of.p_value.unwrap() < 0.05);
            }
            assert!(covered.iter().all(|count| (922..=978).contains(count)), "{common}: {covered:?}");
            assert!(if common > 0.0 { rejected == 1000 } else { rejected <= 78 }, "{common}: {rejected}");
        }
    }
}
