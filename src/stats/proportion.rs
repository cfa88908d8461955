//! Probabilities from counts: never "0 %".

use super::estimate::{Caveat, Estimate, FEW, Method, Z};

/// Hits and trials of an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// Hits, at most `trials`.
    pub hits: u64,
    /// Trials.
    pub trials: u64,
}

impl Hits {
    /// Share of hits; NaN without trials.
    pub(super) fn share(self) -> f64 {
        self.hits as f64 / self.trials as f64
    }

    /// The caveat of the share.
    pub(super) fn caveat(self) -> Option<Caveat> {
        let Self { hits, trials } = self;
        let misses = trials - hits;
        match (hits, misses) {
            (0, _) => Some(Caveat::NoHits { trials }),
            (_, 0) => Some(Caveat::NoMisses { trials }),
            (1..FEW, _) => Some(Caveat::FewHits { hits }),
            (_, 1..FEW) => Some(Caveat::FewMisses { misses }),
            _ => None,
        }
    }

    /// Estimate with the given interval. Without hits or without misses there is no standard error.
    fn estimate(self, (low, high): (f64, f64), method: Method) -> Estimate {
        let value = self.share();
        let standard_error = (value > 0.0 && value < 1.0).then(|| (value * (1.0 - value) / self.trials as f64).sqrt());
        Estimate { value, low, high, standard_error, method, caveat: self.caveat() }
    }
}

/// A probability from independent trials, with Wilson's score interval; None without trials.
///
/// The interval of every reported probability (docs/model.md, section 11). Its coverage is close to the level on
/// average, a little below or above it for single probabilities.
///
/// Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927); recommended by
/// Brown, Cai and `DasGupta`, "Interval estimation for a binomial proportion", Statistical Science 16 (2001).
///
/// # Panics
///
/// If there are more hits than trials.
pub fn wilson(counts: Hits) -> Option<Estimate> {
    assert!(counts.hits <= counts.trials, "more hits than trials: {counts:?}");
    let interval = || wilson_interval(counts.share(), counts.trials as f64, Z);
    (counts.trials > 0).then(|| counts.estimate(interval(), Method::Wilson))
}

/// The p-value of a statistic by simulation, from how many of the simulated ones are at least as large; None without
/// any.
///
/// The value counts the statistic itself as one of them, `(hits + 1)/(trials + 1)`, so that a test at a level errs no
/// oftener than it says; the interval is Wilson's of the simulation. Davison and Hinkley, "Bootstrap Methods and their
/// Application" (1997), section 4.2.
///
/// # Panics
///
/// If there are more hits than trials.
pub fn simulated_p_value(at_least: Hits) -> Option<Estimate> {
    let Hits { hits, trials } = at_least;
    Some(Estimate { value: (hits + 1) as f64 / (trials + 1) as f64, ..wilson(at_least)? })
}

/// Wilson's interval for a share `p` of `n` trials (which need not be whole) with the quantile `z`.
pub(super) fn wilson_interval(p: f64, n: f64, z: f64) -> (f64, f64) {
    let z2 = z * z / n;
    let centre = p + 0.5 * z2;
    let half = z * (p * (1.0 - p) / n + 0.25 * z2 / n).sqrt();
    let low = if p > 0.0 { (centre - half) / (1.0 + z2) } else { 0.0 };
    let high = if p < 1.0 { (centre + half) / (1.0 + z2) } else { 1.0 };
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::super::estimate::LEVEL;
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::Xoshiro256PlusPlus;
    use rand_distr::{Binomial, Distribution};
    use statrs::distribution::Discrete;

    fn interval(estimate: Option<Estimate>) -> [f64; 2] {
        let estimate = estimate.unwrap();
        [estimate.low(), estimate.high()]
    }

    fn hits(hits: u64, trials: u64) -> Hits {
        Hits { hits, trials }
    }

    fn assert_close(found: [f64; 2], expected: [f64; 2]) {
        for (f, e) in found.into_iter().zip(expected) {
            assert!((f - e).abs() <= 5e-6 * e, "{found:?} should be {expected:?}");
        }
    }

    #[test]
    fn wilson_agrees_with_published_values() {
        for (counts, expected) in [
            (hits(0, 100), [0.0, 0.036_993_5]),
            (hits(3, 1000), [0.001_020_78, 0.008_783_01]),
            (hits(27, 10_000), [0.001_856_33, 0.003_925_59]),
        ] {
            assert_close(interval(wilson(counts)), expected);
        }
    }

    #[test]
    fn no_hit_is_not_zero_percent() {
        let never = wilson(hits(0, 1000)).unwrap();
        assert_eq!(never.caveat(), Some(Caveat::NoHits { trials: 1000 }));
        assert_eq!(never.standard_error(), None);
        assert_eq!(interval(wilson(hits(0, 1000)))[0].to_bits(), 0);
        assert_eq!(wilson(hits(0, 0)), None);
    }

    #[test]
    fn a_simulated_p_value_is_never_zero_and_lies_in_its_interval() {
        for at_least in [hits(0, 999), hits(49, 999), hits(999, 999)] {
            let p = simulated_p_value(at_least).unwrap();
            assert!((p.value() - (at_least.hits as f64 + 1.0) / 1000.0).abs() < 1e-15);
            assert!(p.low() <= p.value() && p.value() <= p.high(), "{p:?}");
        }
        assert_eq!(simulated_p_value(hits(0, 0)), None);
    }

    #[test]
    fn few_hits_and_few_misses_are_said() {
        assert_eq!(wilson(hits(9, 1000)).unwrap().caveat(), Some(Caveat::FewHits { hits: 9 }));
        assert_eq!(wilson(hits(10, 1000)).unwrap().caveat(), None);
        assert_eq!(wilson(hits(996, 1000)).unwrap().caveat(), Some(Caveat::FewMisses { misses: 4 }));
        assert_eq!(wilson(hits(7, 7)).unwrap().caveat(), Some(Caveat::NoMisses { trials: 7 }));
    }

    /// Exact coverage: the probability of the counts whose interval holds `p`.
    fn coverage(p: f64, trials: u64) -> f64 {
        let counts = statrs::distribution::Binomial::new(p, trials).unwrap();
        (0..=trials)
            .filter(|&k| {
                let [low, high] = interval(wilson(hits(k, trials)));
                low <= p && p <= high
            })
            .map(|k| counts.pmf(k))
            .sum()
    }

    #[test]
    fn wilson_covers_at_its_level_on_average() {
        let probabilities: Vec<f64> = (1..20).map(|k| f64::from(k) / 20.0).collect();
        let mean = probabilities.iter().map(|&p| coverage(p, 200)).sum::<f64>() / 19.0;
        assert!((mean - LEVEL).abs() < 0.005, "{mean}");
        assert!(probabilities.iter().all(|&p| coverage(p, 200) > 0.92));
    }

    #[test]
    fn wilson_covers_in_repeated_simulation() {
        // 2000 repeats of 10,000 paths at p = 0.03, true coverage 0.9490; 4 sigmas: false alarm 6e-5, seed fixed.
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(7);
        let paths = Binomial::new(10_000, 0.03).unwrap();
        let covered = (0..2000)
            .filter(|_| {
                let [low, high] = interval(wilson(hits(paths.sample(&mut rng), 10_000)));
                low <= 0.03 && 0.03 <= high
            })
            .count();
        assert!((f64::from(covered as u32) / 2000.0 - LEVEL).abs() < 0.02, "{covered}");
    }
}
