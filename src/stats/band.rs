//! Bands: how a probability or a mean varies over parameter draws, Monte Carlo noise removed, each end with an interval.
//!
//! Each draw has its own probability (or mean), which its paths only estimate; quantiles of the estimates would make too
//! wide a band. Probabilities get a mixture fitted to the hits (`mixture`); means are moved towards their mean. Intervals
//! come from a bootstrap over draws, each with its paths, so that both sources of error are in them (Davison and Hinkley,
//! "Bootstrap Methods and their Application", 1997, section 3.8). Where noise is more than half of the spread no band is
//! given: the shape of what little is left would be assumed, not seen.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

use super::estimate::{Estimate, Method, student};
use super::mixture::{Family, LEVELS, fit};
use super::moments::Moments;
use super::nested::Nested;
use super::proportion::Hits;
use super::quantile::rank;

/// Bootstrap samples.
const SAMPLES: usize = 50;
/// Share of the noise in the variance over the draws above which a band is withheld.
const MOST_NOISE: f64 = 0.5;
/// Up to this share of noise the distribution is read from the draws themselves, if also the draw at the lower end has seen
/// as many as [`ENOUGH_HITS`].
const LITTLE_NOISE: f64 = 0.1;
/// Hits at the lower end from which a draw speaks for itself.
const ENOUGH_HITS: f64 = 5.0;

/// The band of a probability or mean over the draws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Band {
    /// The 5, 50 and 95 % quantiles over the draws.
    Told([Estimate; 3]),
    /// Noise is this share of the variance over the draws (1 if the draws do not differ at all), over half.
    Withheld {
        /// The share, 1 or more if nothing is left.
        noise: f64,
    },
}

/// The band of a probability; `nested` is what [`nested_proportion`](super::nested_proportion) says of the same counts.
/// None for a single draw or where some draw has a single path.
pub fn band_of_hits(counts: &[Hits], nested: &Nested) -> Option<Band> {
    Some(told(counts, nested, SAMPLES)?.map_or_else(|noise| Band::Withheld { noise }, Band::Told))
}

/// The two ends of that band without their intervals, for a month of a figure; none too where the band is withheld.
pub fn ends_of_hits(counts: &[Hits], nested: &Nested) -> Option<[f64; 2]> {
    let [low, _, high] = told(counts, nested, 0)?.ok()?;
    Some([low.value, high.value])
}

/// The band of a mean, from the moments of each draw.
pub fn band_of_means(draws: &[Moments], nested: &Nested) -> Option<Band> {
    let values: Vec<f64> = draws.iter().map(Moments::mean).collect::<Option<_>>()?;
    let noise: Vec<f64> =
        draws.iter().map(|draw| draw.standard_error().map(|error| error * error)).collect::<Option<_>>()?;
    Some(match noise_share(nested)? {
        share if share > MOST_NOISE => Band::Withheld { noise: share },
        _ => Band::Told(moved(&values, &noise, &resampled(values.len(), SAMPLES), nested)),
    })
}

/// Share of the noise in the variance over the draws; 1 where the draws do not differ.
fn noise_share(nested: &Nested) -> Option<f64> {
    let spread = nested.spread?;
    Some(if spread.raw_variance > 0.0 { spread.noise_variance / spread.raw_variance } else { 1.0 })
}

/// The band, or the share of the noise where it is too large.
fn told(counts: &[Hits], nested: &Nested, samples: usize) -> Option<Result<[Estimate; 3], f64>> {
    let share = noise_share(nested)?;
    if share > MOST_NOISE {
        return Some(Err(share));
    }
    let samples = resampled(counts.len(), samples);
    let values: Vec<f64> = counts.iter().map(|count| count.share()).collect();
    if share <= LITTLE_NOISE && hits_at_the_ends(counts) >= ENOUGH_HITS {
        let noise: Vec<f64> = counts.iter().map(|c| c.share() * (1.0 - c.share()) / (c.trials as f64 - 1.0)).collect();
        return Some(Ok(moved(&values, &noise, &samples, nested)));
    }
    let moments: Moments = values.iter().copied().collect();
    let Some(mixture) = fit(counts, moments.mean()?, nested.spread?.variance, &samples) else {
        return Some(Err(share));
    };
    let trials = counts.iter().map(|count| count.trials).sum::<u64>() as f64 / counts.len() as f64;
    let end = |at: usize| {
        let value = mixture.quantiles[at];
        let ends = mixture.resampled.iter().map(|ends| ends[at]);
        let (mut low, mut high) = around(value, ends, |p| (p / (1.0 - p)).ln(), |u| 1.0 / (1.0 + (-u).exp()));
        if let Some(rival) = &mixture.rival {
            (low, high) = (low.min(rival[at]), high.max(rival[at]));
        }
        // Of what a draw shows less than once, the grid knows only that it lies below.
        if value * trials < 1.0 {
            low = 0.0;
            high = if mixture.family == Family::Grid { high.max(1.0 / trials) } else { high };
        }
        let method = match mixture.family {
            Family::Beta => Method::BetaBinomial,
            Family::LogitNormal => Method::LogitNormalBinomial,
            Family::Grid => Method::MixtureOnGrid,
        };
        Estimate { value, low, high, standard_error: None, method, caveat: nested.total.caveat }
    };
    Some(Ok([end(0), end(1), end(2)]))
}

/// Hits, or misses, of the draw at the lower and at the upper end, whichever are fewer.
fn hits_at_the_ends(counts: &[Hits]) -> f64 {
    let at = |of: &dyn Fn(&Hits) -> u64| {
        let mut all: Vec<u64> = counts.iter().map(of).collect();
        all.sort_unstable();
        all[rank(all.len() as u64, LEVELS[0]) as usize - 1] as f64
    };
    at(&|count| count.hits).min(at(&|count| count.trials - count.hits))
}

/// The draws moved towards their mean by `sqrt(corrected variance / raw variance)`, then quantiles.
///
/// Louis, "Estimating a population of parameter values using Bayes and empirical Bayes methods", JASA 79 (1984). Exact for
/// normal shapes and for many paths per draw.
fn moved(values: &[f64], noise: &[f64], samples: &[Vec<f64>], nested: &Nested) -> [Estimate; 3] {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_unstable_by(|&a, &b| values[a].total_cmp(&values[b]));
    let of = |weight: &dyn Fn(usize) -> f64| {
        let sum = |of: &dyn Fn(usize) -> f64| (0..values.len()).map(|draw| weight(draw) * of(draw)).sum::<f64>();
        let count = values.len() as f64;
        let mean = sum(&|draw| values[draw]) / count;
        let raw = sum(&|draw| (values[draw] - mean).powi(2)) / (count - 1.0);
        let shrink = (1.0 - sum(&|draw| noise[draw]) / count / raw).max(0.0).sqrt();
        LEVELS.map(|level| {
            let (mut below, mut at) = (0.0, 0);
            for (place, &draw) in order.iter().enumerate() {
                (below, at) = (below + weight(draw), place);
                if below >= level * count {
                    break;
                }
            }
            // Half of the draws lie on either side of the middle: the mean of two where one ends just there.
            let upper = if below <= level * count { order[(at + 1).min(order.len() - 1)] } else { order[at] };
            let quantile = 0.5 * (values[order[at]] + values[upper]);
            shrink.mul_add(quantile - mean, mean)
        })
    };
    let found = of(&|_| 1.0);
    let again: Vec<[f64; 3]> = samples.iter().map(|weights| of(&|draw| weights[draw])).collect();
    [0, 1, 2].map(|at| {
        let value = found[at];
        let (low, high) = around(value, again.iter().map(|ends| ends[at]), |x| x, |x| x);
        let method = Method::NestedOrderStatistics;
        Estimate { value, low, high, standard_error: None, method, caveat: nested.total.caveat }
    })
}

/// The interval about a value on a scale, from the standard deviation of the samples there.
fn around(
    value: f64,
    samples: impl Iterator<Item = f64>,
    to_scale: impl Fn(f64) -> f64,
    from_scale: impl Fn(f64) -> f64,
) -> (f64, f64) {
    let moments: Moments = samples.map(|sample| to_scale(sample.max(f64::MIN)).clamp(-1e300, 1e300)).collect();
    let half = moments.variance().map_or(0.0, |square| student(SAMPLES as f64 - 1.0) * square.sqrt());
    let middle = to_scale(value);
    (from_scale(middle - half), from_scale(middle + half))
}

/// How often each draw stands in each of so many bootstrap samples: for the same number of draws always the same, so that
/// rows of one run move together and a run can be repeated.
pub(crate) fn resampled(draws: usize, samples: usize) -> Vec<Vec<f64>> {
    const SEED: u64 = 0x0b00_7572_a9b4_4d5e;
    let mut random = Xoshiro256PlusPlus::seed_from_u64(SEED ^ draws as u64);
    let mut sample = || {
        let mut weights = vec![0.0; draws];
        (0..draws).for_each(|_| weights[random.random_range(0..draws)] += 1.0);
        weights
    };
    (0..samples).map(|_| sample()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::nested::{nested_mean, nested_proportion};
    use super::*;
    use rand_distr::{Beta, Binomial, Distribution, Normal, StandardNormal};

    type Draw<'a> = &'a dyn Fn(&mut Xoshiro256PlusPlus) -> f64;

    const DRAWS: usize = 200;

    fn logit_normal(random: &mut Xoshiro256PlusPlus, mean: f64, deviation: f64) -> f64 {
        let z: f64 = StandardNormal.sample(random);
        1.0 / (1.0 + (-mean - deviation * z).exp())
    }

    fn hits(random: &mut Xoshiro256PlusPlus, trials: u64, probability: Draw<'_>) -> Vec<Hits> {
        let count = |p: f64, random: &mut _| Binomial::new(trials, p).unwrap().sample(random);
        (0..DRAWS)
            .map(|_| {
                let p = probability(random);
                Hits { hits: count(p, random), trials }
            })
            .collect()
    }

    fn band(counts: &[Hits]) -> Band {
        band_of_hits(counts, &nested_proportion(counts).unwrap()).unwrap()
    }

    /// Quantiles of what is drawn, from 200,000 of them.
    fn truth(random: &mut Xoshiro256PlusPlus, probability: Draw<'_>) -> [f64; 3] {
        let mut all: Vec<f64> = (0..200_000).map(|_| probability(random)).collect();
        all.sort_by(f64::total_cmp);
        LEVELS.map(|level| all[(level * 200_000.0) as usize])
    }

    #[test]
    fn intervals_of_the_ends_cover_in_the_regimes_of_the_reference() {
        // 200 draws, 100 or 500 paths each, probabilities from 0.0002 to 0.2; 150 samples each. At least 0.83 is claimed of
        // every end, 0.93 of the middle of a regime of this kind; below 0.83 - 4 sigmas (0.12) once in 30,000 tests of an end
        // that covers so.
        let mut random = Xoshiro256PlusPlus::seed_from_u64(7);
        let beta = |a: f64, b: f64| {
            let beta = Beta::new(a, b).unwrap();
            move |random: &mut Xoshiro256PlusPlus| beta.sample(random)
        };
        let logit = |mean: f64, deviation: f64| move |random: &mut _| logit_normal(random, mean, deviation);
        let (rare, few, some, many) = (beta(0.5, 100.0), beta(1.0, 250.0), beta(2.0, 38.0), beta(4.0, 36.0));
        let (skewed, wide, broad) = (logit(-6.0, 1.0), logit(-5.0, 1.0), logit(-3.5, 1.0));
        let two = |random: &mut Xoshiro256PlusPlus| {
            let z: f64 = StandardNormal.sample(random);
            if random.random_bool(0.7) { 0.001 * (0.5 * z).exp() } else { 0.08 * (0.5 * z).exp() }
        };
        let regimes: [(&str, u64, Draw<'_>); 12] = [
            ("rare", 500, &rare),
            ("few", 500, &few),
            ("some", 100, &some),
            ("some", 500, &some),
            ("many", 100, &many),
            ("many", 500, &many),
            ("skewed", 500, &skewed),
            ("wide", 100, &wide),
            ("wide", 500, &wide),
            ("broad", 100, &broad),
            ("broad", 500, &broad),
            ("two regimes", 500, &two),
        ];
        let mut all = Moments::default();
        for (name, paths, draw) in regimes {
            let truth = truth(&mut random, draw);
            let (mut covered, mut told) = ([0_u32; 3], 0_u32);
            for _ in 0..150 {
                let Band::Told(ends) = band(&hits(&mut random, paths, draw)) else { continue };
                told += 1;
                for (count, (end, truth)) in covered.iter_mut().zip(ends.iter().zip(truth)) {
                    *count += u32::from(end.low <= truth && truth <= end.high);
                }
            }
            let coverage = covered.map(|count| f64::from(count) / f64::from(told));
            println!("{name}, {paths} paths: told {told} of 150, coverage {coverage:.2?}");
            assert!(told >= 100 && coverage.iter().all(|&share| share > 0.71), "{name} {paths}: {coverage:?}");
            all.extend(coverage);
        }
        assert!(all.mean().unwrap() > 0.9, "{all:?}");
    }

    #[test]
    fn the_lower_end_of_a_rare_event_is_not_moved_towards_the_mean() {
        // Beta(0.5, 100): a twentieth of the draws lie below 0.00002, where moving to the mean would put 0.002.
        let mut random = Xoshiro256PlusPlus::seed_from_u64(4);
        let beta = Beta::new(0.5, 100.0).unwrap();
        let Band::Told([low, ..]) = band(&hits(&mut random, 500, &|random| beta.sample(random))) else { panic!() };
        assert!(low.value < 0.000_5 && low.low == 0.0 && low.high > low.value, "{low:?}");
    }

    #[test]
    fn noise_over_half_of_the_spread_gives_no_band() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(8);
        let equal = band(&hits(&mut random, 50, &|_| 0.2));
        assert!(matches!(equal, Band::Withheld { noise } if noise > 0.7), "{equal:?}");
        assert_eq!(band(&[Hits { hits: 0, trials: 50 }; 20]), Band::Withheld { noise: 1.0 });
        let draws: Vec<Moments> = (0..200)
            .map(|_| {
                let mean = 10.0 + Normal::new(0.0, 1.0).unwrap().sample(&mut random);
                (0..2).map(|_| mean + Normal::new(0.0, 3.0).unwrap().sample(&mut random)).collect()
            })
            .collect();
        let two_paths = band_of_means(&draws, &nested_mean(&draws).unwrap()).unwrap();
        assert!(matches!(two_paths, Band::Withheld { noise } if noise > 0.5), "{two_paths:?}");
    }

    #[test]
    fn a_band_of_means_covers_where_the_draws_are_normal() {
        // 300 samples of 200 draws N(10, 2), 20 paths N(mean, 6): noise is 31 % of the raw variance. 4 sigmas of 0.95 are
        // 0.05, and 0.03 for a bootstrap of quantiles; false alarm below 1e-4, seed fixed.
        let mut random = Xoshiro256PlusPlus::seed_from_u64(6);
        let mut covered = [0_u32; 3];
        for _ in 0..300 {
            let draws: Vec<Moments> = (0..DRAWS)
                .map(|_| {
                    let z: f64 = StandardNormal.sample(&mut random);
                    let paths = Normal::new(10.0 + 2.0 * z, 6.0).unwrap();
                    (0..20).map(|_| paths.sample(&mut random)).collect()
                })
                .collect();
            let Some(Band::Told(ends)) = band_of_means(&draws, &nested_mean(&draws).unwrap()) else { panic!() };
            for (count, (end, z)) in covered.iter_mut().zip(ends.iter().zip([-1.644_854, 0.0, 1.644_854])) {
                *count += u32::from(end.low <= 10.0 + 2.0 * z && 10.0 + 2.0 * z <= end.high);
            }
        }
        assert!(covered.iter().all(|&count| (261..=300).contains(&count)), "{covered:?} of 300");
    }

    #[test]
    fn the_same_draws_give_the_same_band_and_its_ends() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(5);
        let beta = Beta::new(2.0, 38.0).unwrap();
        let counts = hits(&mut random, 100, &|random| beta.sample(random));
        let Band::Told(ends) = band(&counts) else { panic!() };
        assert_eq!(band(&counts), Band::Told(ends));
        let nested = nested_proportion(&counts).unwrap();
        assert_eq!(ends_of_hits(&counts, &nested), Some([ends[0].value, ends[2].value]));
    }

    #[test]
    fn four_draws_by_hand() {
        // Shares 0.2 to 0.8 of ten paths each: noise is a third of the variance. So the means move by sqrt(2/3).
        let draws: Vec<Moments> =
            [2, 4, 6, 8].map(|hits| (0..10).map(|i| f64::from(u8::from(i < hits))).collect()).into();
        let Some(Band::Told([low, _, high])) = band_of_means(&draws, &nested_mean(&draws).unwrap()) else { panic!() };
        assert!((low.value - (0.5 - 0.3 * (2.0 / 3.0_f64).sqrt())).abs() < 1e-12);
        assert!((high.value - (0.5 + 0.3 * (2.0 / 3.0_f64).sqrt())).abs() < 1e-12);
    }
}
