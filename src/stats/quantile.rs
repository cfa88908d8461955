//! Quantiles of independent numbers.

use super::binomial::{at_least, at_most};
use super::estimate::{Caveat, Estimate, Method, TAIL, Z};
use crate::random::normal_quantile;

/// Numbers in increasing order: at least one, none of them NaN.
#[derive(Clone, Debug, PartialEq)]
pub struct Sorted(Vec<f64>);

impl Sorted {
    /// Sorts the numbers; None if there are none or one is NaN. Infinities are allowed (a runway that never ends).
    pub fn new(mut numbers: Vec<f64>) -> Option<Self> {
        if numbers.is_empty() || numbers.iter().any(|x| x.is_nan()) {
            return None;
        }
        numbers.sort_unstable_by(f64::total_cmp);
        Some(Self(numbers))
    }

    /// The numbers, smallest first.
    pub fn as_slice(&self) -> &[f64] {
        &self.0
    }

    /// The quantile at `q` in (0, 1): the order statistic of rank `ceil(n q)`, between two others.
    ///
    /// The interval assumes independent numbers and nothing else: the count of numbers below the true quantile is
    /// binomial. It covers at [`LEVEL`](super::LEVEL) or more; an end is infinite where the sample is too small to bound
    /// it ([`Caveat::OpenInterval`]). There is no standard error.
    ///
    /// David and Nagaraja, "Order Statistics", 3rd ed. (2003), section 7.1.
    ///
    /// # Panics
    ///
    /// If `q` is not inside (0, 1).
    pub fn quantile(&self, q: f64) -> Estimate {
        let n = self.0.len() as u64;
        let ranks = interval_ranks(n, q);
        let low = ranks.0.map_or(f64::NEG_INFINITY, |rank| self.of_rank(rank));
        let high = ranks.1.map_or(f64::INFINITY, |rank| self.of_rank(rank));
        let open = ranks.0.is_none() || ranks.1.is_none();
        Estimate {
            value: self.at(q),
            low,
            high,
            standard_error: None,
            method: Method::OrderStatistics,
            caveat: open.then_some(Caveat::OpenInterval),
        }
    }

    /// The quantile at `q` in (0, 1) as a bare number, where no interval is asked for.
    ///
    /// # Panics
    ///
    /// If `q` is not inside (0, 1).
    pub fn at(&self, q: f64) -> f64 {
        self.of_rank(rank(self.0.len() as u64, q))
    }

    /// What a number contributes to the quantile at `q` in (0, 1), as a function of it: `v + s (F(v) - [x <= v])`, with
    /// the sparsity `s = 1/f(v)`. The mean of the contributions is the quantile `v`, and has its error.
    ///
    /// So the quantiles of two runs on common random numbers can be subtracted number by number. None where the sample does
    /// not reach far enough beyond the quantile to estimate the density there. It is misleading at an atom, where no
    /// single number moves the quantile.
    ///
    /// Bahadur, "A note on quantiles in large samples", Annals of Mathematical Statistics 37 (1966).
    ///
    /// # Panics
    ///
    /// If `q` is not inside (0, 1).
    pub fn contribution_to_quantile(&self, q: f64) -> Option<impl Fn(f64) -> f64 + use<>> {
        let (value, per) = (self.at(q), self.sparsity(q)?);
        let up_to = self.0.partition_point(|&x| x <= value) as f64 / self.0.len() as f64;
        Some(move |x: f64| value + per * (up_to - f64::from(u8::from(x <= value))))
    }

    /// Share of the numbers that equal the quantile at `q`: more than one number's where the distribution has an atom there.
    pub fn tied_at(&self, q: f64) -> f64 {
        let value = self.at(q);
        let (below, up_to) = (self.0.partition_point(|&x| x < value), self.0.partition_point(|&x| x <= value));
        (up_to - below) as f64 / self.0.len() as f64
    }

    /// What a number contributes to the mean of the worst `1 - q`, large being bad, as a function of it:
    /// `v + (x - v)+ / (1 - q)`. The mean of the contributions is that expected shortfall.
    ///
    /// The error of the quantile `v` adds nothing in first order (Rockafellar and Uryasev, Journal of Risk 2, 2000).
    ///
    /// # Panics
    ///
    /// If `q` is not inside (0, 1).
    pub fn contribution_to_shortfall(&self, q: f64) -> impl Fn(f64) -> f64 + use<> {
        let value = self.at(q);
        move |x| value + (x - value).max(0.0) / (1.0 - q)
    }

    /// By how much the quantile moves per unit of probability: the inverse of the density there, from the spacing of
    /// the order statistics around it (Siddiqui). None where the sample does not reach far enough beyond.
    ///
    /// Bandwidth of Hall and Sheather, "On the distribution of a Studentized quantile", JRSS B 50 (1988).
    fn sparsity(&self, q: f64) -> Option<f64> {
        let n = self.0.len() as f64;
        let z = normal_quantile(q);
        let density = (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt();
        let width = (Z * Z * 1.5 * density * density / (2.0 * z * z + 1.0) / n).cbrt();
        let (low, high) = ((n * (q - width)).floor(), (n * (q + width)).ceil());
        let inside = low >= 1.0 && high <= n;
        inside.then(|| (self.of_rank(high as u64) - self.of_rank(low as u64)) * n / (high - low))
    }

    /// The number of rank 1 to n.
    fn of_rank(&self, rank: u64) -> f64 {
        self.0[rank as usize - 1]
    }
}

/// Rank of the quantile of `n` numbers, from 1: `ceil(n q)`; a product that should be whole but for rounding is taken as
/// whole.
pub(crate) fn rank(n: u64, q: f64) -> u64 {
    assert!(q > 0.0 && q < 1.0, "a quantile is asked for at {q}, which is not between 0 and 1");
    let product = n as f64 * q;
    let exact = (product * (1.0 - 4.0 * f64::EPSILON)).ceil() as u64;
    exact.clamp(1, n)
}

/// Ranks of the two order statistics around the quantile, each end missed with probability 2.5 % or less; None where the
/// sample has no such rank.
///
/// With `K` of `n` numbers below the quantile, rank `l` lies above it if `K < l`, rank `u` at or below it if `K >= u`.
pub(super) fn interval_ranks(n: u64, q: f64) -> (Option<u64>, Option<u64>) {
    let low = first(n, |k| at_most(k, n, q) > TAIL);
    let high = first(n, |k| at_least(k + 1, n, q) <= TAIL) + 1;
    ((low > 0).then_some(low), (high <= n).then_some(high))
}

/// Smallest `k` up to `n` with a property that holds from some `k` on, and at `n`.
fn first(n: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "order statistics are exact")]
mod tests {
    use super::*;
    use rand::rngs::Xoshiro256PlusPlus;
    use rand::{RngExt, SeedableRng};

    /// A sample of `n` without randomness: quantiles at the midpoints of equal classes.
    fn midpoints(n: u32, quantile: impl Fn(f64) -> f64) -> Sorted {
        Sorted::new((0..n).map(|i| quantile((f64::from(i) + 0.5) / f64::from(n))).collect()).unwrap()
    }

    fn pareto(u: f64) -> f64 {
        (1.0 - u).powf(-1.0 / 2.5)
    }

    #[test]
    fn the_interval_of_a_thousand_at_99_percent_has_ranks_983_and_997() {
        assert_eq!(interval_ranks(1000, 0.99), (Some(983), Some(997)));
        let coverage = at_most(996, 1000, 0.99) - at_most(982, 1000, 0.99);
        assert!((coverage - 0.9761).abs() < 5e-5, "{coverage}");
        let estimate = midpoints(1000, |u| 1000.0 * u + 0.5).quantile(0.99);
        assert_eq!([estimate.value(), estimate.low(), estimate.high()].map(f64::round), [990.0, 983.0, 997.0]);
        assert_eq!((estimate.standard_error(), estimate.caveat()), (None, None));
    }

    #[test]
    fn the_interval_of_wilks_needs_its_numbers() {
        // The largest of n lies above the quantile except with probability q^n. At 5 % that needs the 59 and 299 of Wilks
        // (95/95, 99/95), at our 2.5 % an end 72 and 368.
        for (q, enough) in [(0.95, 59), (0.99, 299)] {
            assert!(at_least(enough, enough, q) <= 0.05 && at_least(enough - 1, enough - 1, q) > 0.05);
        }
        for (q, enough) in [(0.95, 72), (0.99, 368)] {
            assert_eq!(interval_ranks(enough, q).1, Some(enough));
            assert_eq!(interval_ranks(enough - 1, q).1, None);
        }
        let small = midpoints(100, |u| u).quantile(0.99);
        assert_eq!((small.high(), small.caveat()), (f64::INFINITY, Some(Caveat::OpenInterval)));
    }

    #[test]
    fn intervals_of_small_samples_miss_by_no_more_than_their_level() {
        for n in [1, 2, 10, 50, 200, 1000, 12_345] {
            for q in [0.001, 0.05, 0.5, 0.9, 0.999] {
                let (low, high) = interval_ranks(n, q);
                let missed_below = low.map_or(0.0, |rank| at_most(rank - 1, n, q));
                let missed_above = high.map_or(0.0, |rank| at_least(rank, n, q));
                assert!(missed_below <= TAIL && missed_above <= TAIL, "{n} {q}");
                assert!(low.is_none_or(|low| low <= rank(n, q)), "{n} {q}");
                assert!(high.is_none_or(|high| high >= rank(n, q)), "{n} {q}");
            }
        }
    }

    #[test]
    fn ranks_of_large_samples_agree_with_scipy() {
        // binom.ppf(0.025), binom.isf(0.025) + 1
        for (n, q, low, high) in [
            (1_000_000, 0.001, 939, 1063),
            (1_000_000, 0.5, 499_020, 500_981),
            (1_000_000, 0.999, 998_938, 999_062),
            (100_000_000, 0.05, 4_995_729, 5_004_273),
            (100_000_000, 0.5, 49_990_200, 50_009_801),
            (100_000_000, 0.999, 99_899_380, 99_900_620),
        ] {
            assert_eq!(interval_ranks(n, q), (Some(low), Some(high)), "{n} {q}");
        }
    }

    #[test]
    fn ranks_are_not_shifted_by_rounding() {
        for (n, q, expected) in
            [(1000, 0.99, 990), (100, 0.07, 7), (10, 0.3, 3), (1, 0.5, 1), (3, 0.01, 1), (200, 0.05, 10)]
        {
            assert_eq!(rank(n, q), expected, "{n} {q}");
        }
    }

    #[test]
    fn intervals_cover_in_repeated_simulation() {
        // 2000 repeats of 2000 Pareto losses at 95 %; 4 sigmas: false alarm 6e-5, seed fixed. Ranks 1881 and 1920 cover
        // with 0.9545.
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
        let at_risk = pareto(0.95);
        let mut covered = 0;
        for _ in 0..2000 {
            let estimate = Sorted::new((0..2000).map(|_| pareto(rng.random())).collect()).unwrap().quantile(0.95);
            covered += u32::from(estimate.low() <= at_risk && at_risk <= estimate.high());
        }
        assert!((f64::from(covered) / 2000.0 - 0.954).abs() < 0.019, "{covered}");
    }

    #[test]
    fn nan_is_refused_and_infinity_welcome() {
        assert_eq!(Sorted::new(vec![]), None);
        assert_eq!(Sorted::new(vec![1.0, f64::NAN]), None);
        let endless = Sorted::new(vec![1.0, f64::INFINITY, 2.0]).unwrap();
        assert_eq!(endless.quantile(0.9).value(), f64::INFINITY);
    }

    #[test]
    fn contributions_average_to_the_statistic() {
        let numbers: Vec<f64> = (1..=1000).map(f64::from).collect();
        let sorted = Sorted::new(numbers.clone()).unwrap();
        let mean = |of: &dyn Fn(f64) -> f64| numbers.iter().map(|&x| of(x)).sum::<f64>() / 1000.0;
        let shortfall = mean(&sorted.contribution_to_shortfall(0.9));
        assert!((shortfall - 950.5).abs() < 1e-9, "{shortfall}");
        assert_eq!(sorted.quantile(0.9).value(), 900.0);
        let quantile = mean(&sorted.contribution_to_quantile(0.9).unwrap());
        assert!((quantile - 900.0).abs() < 1e-9, "{quantile}");
    }

    #[test]
    fn a_quantile_at_an_atom_does_not_move() {
        let mut numbers = vec![0.0; 900];
        numbers.extend((0..100).map(f64::from));
        let sorted = Sorted::new(numbers.clone()).unwrap();
        assert!((sorted.tied_at(0.5) - 0.901).abs() < 1e-12 && (sorted.tied_at(0.95) - 0.001).abs() < 1e-12);
        let median = sorted.contribution_to_quantile(0.5).unwrap();
        assert!(numbers.into_iter().all(|x| median(x) == 0.0));
    }

    #[test]
    fn a_sample_that_ends_before_the_quantile_does_not_tell_what_moves_it() {
        let three = Sorted::new(vec![1.0, 2.0, 3.0]).unwrap();
        assert!(three.contribution_to_quantile(0.999).is_none());
    }
}
