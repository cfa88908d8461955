//! Bands: how a probability or a mean varies over parameter draws, Monte Carlo noise removed, each end with an interval.
//!
//! Each draw has its own probability (or mean), which its paths only estimate; quantiles of the estimates would make the
//! band too wide. So a mixture is fitted to the hits or means (`mixture`). An amount that is 0 on most paths, such as a
//! loss, is as sparse within a draw as a rare event, so its mean is treated as a number of hits. Intervals come from a
//! bootstrap over draws, each with its paths, so they contain both sources of error (Davison and Hinkley, "Bootstrap
//! Methods and their Application", 1997, section 3.8). Where noise is more than half of the spread no band is given: its
//! shape would be an assumption, not an observation.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

use super::estimate::{Estimate, Method, student};
use super::mixture::{Family, LEVELS, OfMeans, fit};
use super::moments::Moments;
use super::nested::{Nested, nested_proportion};
use super::proportion::Hits;
use super::quantile::rank;

/// Bootstrap samples; of a distribution on a grid of means, which takes longer, fewer.
const SAMPLES: usize = 50;
const SAMPLES_OF_MEANS: usize = 25;
/// Share of the noise in the variance over the draws above which a band is withheld.
const MOST_NOISE: f64 = 0.5;
/// Up to this share of noise the hits of a draw are nearly normal about their mean, provided that the draw at the lower end
/// has at least [`ENOUGH_HITS`].
const LITTLE_NOISE: f64 = 0.1;
/// Up to this share the estimates of the draws are used without a fitted distribution.
const HARDLY_ANY_NOISE: f64 = 0.02;
/// Hits at the lower end from which the estimate of a draw is used without a fitted distribution.
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

/// The band of a probability; `nested` is the result of [`nested_proportion`](super::nested_proportion) for the same counts.
/// None for a single draw or where some draw has a single path.
pub fn band_of_hits(counts: &[Hits], nested: &Nested) -> Option<Band> {
    Some(told(counts, nested, SAMPLES)?.map_or_else(|noise| Band::Withheld { noise }, Band::Told))
}

/// The two ends of that band without their intervals, for a month of a figure; none too where the band is withheld.
pub fn ends_of_hits(counts: &[Hits], nested: &Nested) -> Option<[f64; 2]> {
    let [low, _, high] = told(counts, nested, 0)?.ok()?;
    Some([low.value, high.value])
}

/// The band of a mean, from the moments of each draw; `is_never_negative` of an amount that is 0 at least on every path.
pub fn band_of_means(draws: &[Moments], nested: &Nested, is_never_negative: bool) -> Option<Band> {
    let share = noise_share(nested)?;
    if share > MOST_NOISE {
        return Some(Band::Withheld { noise: share });
    }
    if is_never_negative && let Some((counts, unit)) = as_hits(draws) {
        let band = band_of_hits(&counts, &nested_proportion(&counts)?)?;
        let in_unit = |end: Estimate| Estimate {
            value: unit * end.value,
            low: unit * end.low,
            high: unit * end.high,
            caveat: nested.total.caveat,
            ..end
        };
        return Some(match band {
            Band::Told(ends) => Band::Told(ends.map(in_unit)),
            withheld @ Band::Withheld { .. } => withheld,
        });
    }
    let values: Vec<f64> = draws.iter().map(Moments::mean).collect::<Option<_>>()?;
    let noise: Vec<f64> =
        draws.iter().map(|draw| draw.standard_error().map(|error| error * error)).collect::<Option<_>>()?;
    Some(Band::Told(of_normals((&values, &noise), SAMPLES_OF_MEANS, nested, is_never_negative)))
}

/// The means of an amount that is never negative and 0 on most paths, expressed as hits. The amount of one hit is the sum of
/// the squares over the sum of the values, so that mean and variance over the paths are those of hits. None where a path
/// has more than a fifth of a hit on average.
///
/// Quasi-likelihood: Wedderburn, "Quasi-likelihood functions, generalized linear models, and the Gauss-Newton method",
/// Biometrika 61 (1974).
fn as_hits(draws: &[Moments]) -> Option<(Vec<Hits>, f64)> {
    const RARE: f64 = 0.2;
    let sum = |draw: &Moments| Some(draw.count() as f64 * draw.mean()?);
    let squares = |draw: &Moments| {
        let count = draw.count() as f64;
        Some((count - 1.0).mul_add(draw.variance()?, count * draw.mean()?.powi(2)))
    };
    let total: f64 = draws.iter().map(sum).sum::<Option<f64>>()?;
    let unit = draws.iter().map(squares).sum::<Option<f64>>()? / total;
    let paths: u64 = draws.iter().map(Moments::count).sum();
    let is_rare = total > 0.0 && total / unit < RARE * paths as f64;
    let hits = |draw: &Moments| {
        let hits = (sum(draw)? / unit).round() as u64;
        (hits < draw.count()).then_some(Hits { hits, trials: draw.count() })
    };
    Some((draws.iter().map(hits).collect::<Option<_>>()?, unit)).filter(|_| is_rare)
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
    let values: Vec<f64> = counts.iter().map(|count| count.share()).collect();
    if share <= LITTLE_NOISE && hits_at_the_ends(counts) >= ENOUGH_HITS {
        let noise: Vec<f64> = counts.iter().map(|c| c.share() * (1.0 - c.share()) / (c.trials as f64 - 1.0)).collect();
        let samples = samples.min(SAMPLES_OF_MEANS);
        return Some(Ok(of_normals((&values, &noise), samples, nested, true)));
    }
    let samples = resampled(counts.len(), samples);
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
        // Below one hit per draw the grid bounds a value only from above.
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

/// The band of values with normal noise of these variances.
fn of_normals(
    (values, noise): (&[f64], &[f64]),
    samples: usize,
    nested: &Nested,
    is_never_negative: bool,
) -> [Estimate; 3] {
    let samples = resampled(values.len(), samples);
    let grid = OfMeans::of(values, noise, is_never_negative);
    let Some(grid) = grid.filter(|_| noise_share(nested).is_some_and(|share| share > HARDLY_ANY_NOISE)) else {
        return moved(values, noise, &samples, nested);
    };
    let again: Vec<[f64; 3]> = samples.iter().map(|weights| grid.quantiles(Some(weights))).collect();
    ends(grid.quantiles(None), &again, Method::NormalMixtureOnGrid, nested, is_never_negative)
}

/// Ends with intervals from samples.
fn ends(
    found: [f64; 3],
    again: &[[f64; 3]],
    method: Method,
    nested: &Nested,
    is_never_negative: bool,
) -> [Estimate; 3] {
    [0, 1, 2].map(|at| {
        let value = found[at];
        let (low, high) = around(value, again.iter().map(|ends| ends[at]), |x| x, |x| x);
        let low = if is_never_negative { low.max(0.0) } else { low };
        Estimate { value, low, high, standard_error: None, method, caveat: nested.total.caveat }
    })
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
    ends(found, &again, Method::NestedOrderStatistics, nested, false)
}

/// The interval about a value on a scale, from the standard deviation of the samples there.
fn around(
    value: f64,
    samples: impl Iterator<Item = f64>,
    to_scale: impl Fn(f64) -> f64,
    from_scale: impl Fn(f64) -> f64,
) -> (f64, f64) {
    let moments: Moments = samples.map(|sample| to_scale(sample.max(f64::MIN)).clamp(-1e300, 1e300)).collect();
    let half = moments.variance().map_or(0.0, |square| student(moments.count() as f64 - 1.0) * square.sqrt());
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
    fn where_a_band_is_barely_told_its_ends_cover_less() {
        // What the test above leaves out: rare events at 100 paths a draw, whose band is told on few of 400 samples, and two
        // regimes there. At least 0.6 is claimed, as docs/results.md says; less 4 sigmas of 60 told ones (0.25), seed fixed.
        let mut random = Xoshiro256PlusPlus::seed_from_u64(10);
        let beta = |a: f64, b: f64| {
            let beta = Beta::new(a, b).unwrap();
            move |random: &mut Xoshiro256PlusPlus| beta.sample(random)
        };
        let (rare, few) = (beta(0.5, 100.0), beta(1.0, 250.0));
        let skewed = |random: &mut _| logit_normal(random, -6.0, 1.0);
        let two = |random: &mut Xoshiro256PlusPlus| {
            let z: f64 = StandardNormal.sample(random);
            if random.random_bool(0.7) { 0.001 * (0.5 * z).exp() } else { 0.08 * (0.5 * z).exp() }
        };
        let humps = |random: &mut Xoshiro256PlusPlus| {
            let z: f64 = StandardNormal.sample(random);
            if random.random_bool(0.6) { 0.05 + 0.005 * z } else { 0.2 + 0.01 * z }
        };
        let regimes: [(&str, u64, Draw<'_>); 6] = [
            ("rare", 100, &rare),
            ("few", 100, &few),
            ("skewed", 100, &skewed),
            ("two regimes", 100, &two),
            ("two humps", 100, &humps),
            ("two humps", 500, &humps),
        ];
        for (name, paths, draw) in regimes {
            let truth = truth(&mut random, draw);
            let (mut covered, mut told) = ([0_u32; 3], 0_u32);
            for _ in 0..400 {
                let Band::Told(ends) = band(&hits(&mut random, paths, draw)) else { continue };
                told += 1;
                for (count, (end, truth)) in covered.iter_mut().zip(ends.iter().zip(truth)) {
                    *count += u32::from(end.low <= truth && truth <= end.high);
                }
                if told == 60 {
                    break;
                }
            }
            let coverage = covered.map(|count| f64::from(count) / f64::from(told));
            println!("barely, {name}, {paths} paths: told {told}, coverage {coverage:.2?}");
            assert!(told < 60 || coverage.iter().all(|&share| share > 0.35), "{name} {paths}: {coverage:?}");
        }
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
        let two_paths = band_of_means(&draws, &nested_mean(&draws).unwrap(), false).unwrap();
        assert!(matches!(two_paths, Band::Withheld { noise } if noise > 0.5), "{two_paths:?}");
    }

    /// Moments of `paths` paths of each of 200 draws, whose mean and paths these give.
    fn moments(
        random: &mut Xoshiro256PlusPlus,
        paths: usize,
        mean: Draw<'_>,
        path: &dyn Fn(&mut Xoshiro256PlusPlus, f64) -> f64,
    ) -> Vec<Moments> {
        let of_draw = |_| {
            let mean = mean(random);
            (0..paths).map(|_| path(random, mean)).collect()
        };
        (0..DRAWS).map(of_draw).collect()
    }

    /// How often each end is covered, of the bands that are told among 100.
    fn coverage(
        random: &mut Xoshiro256PlusPlus,
        truth: [f64; 3],
        is_never_negative: bool,
        draws: &dyn Fn(&mut Xoshiro256PlusPlus) -> Vec<Moments>,
    ) -> (u32, [f64; 3]) {
        let (mut covered, mut told) = ([0_u32; 3], 0_u32);
        for _ in 0..100 {
            let draws = draws(random);
            let band = band_of_means(&draws, &nested_mean(&draws).unwrap(), is_never_negative).unwrap();
            let Band::Told(ends) = band else { continue };
            told += 1;
            for (count, (end, truth)) in covered.iter_mut().zip(ends.iter().zip(truth)) {
                *count += u32::from(end.low <= truth && truth <= end.high);
            }
        }
        (told, covered.map(|count| f64::from(count) / f64::from(told)))
    }

    #[test]
    fn bands_of_means_cover_whatever_the_shape_over_the_draws() {
        // 100 samples each of 200 draws by 50 paths, noise 2, 10, 30 or 45 % of the variance over the draws. At least 0.8 is
        // claimed of every end, 0.75 of the lower one of a long tail; below 0.8 less 4 sigmas (0.16) once in 30,000 tests of an
        // end that covers so, seed fixed.
        // Draws moved to their mean cover 0.07 and 0.15 of two humps, and nothing of the lower end of the lognormal.
        let mut random = Xoshiro256PlusPlus::seed_from_u64(6);
        let standard = |random: &mut Xoshiro256PlusPlus| -> f64 { StandardNormal.sample(random) };
        let normal = |random: &mut _| 10.0 + standard(random);
        let skewed = |random: &mut _| (0.5 * standard(random)).exp();
        let long = |random: &mut _| standard(random).exp();
        let two = |random: &mut Xoshiro256PlusPlus| {
            if random.random_bool(0.7) { -1.0 + 0.3 * standard(random) } else { 2.0 + 0.3 * standard(random) }
        };
        let shapes: [(&str, Draw<'_>, &[f64]); 4] = [
            ("normal", &normal, &[0.02, 0.1, 0.3, 0.45]),
            ("skewed", &skewed, &[0.02, 0.1, 0.3, 0.45]),
            ("long", &long, &[0.02, 0.1]),
            ("two humps", &two, &[0.02, 0.1, 0.3]),
        ];
        for (name, draw, noises) in shapes {
            let spread = (0..200_000).map(|_| draw(&mut random)).collect::<Moments>().variance().unwrap();
            let truth = truth(&mut random, draw);
            for noise in noises {
                let deviation = (50.0 * spread * noise / (1.0 - noise)).sqrt();
                let path = |random: &mut _, mean: f64| deviation.mul_add(standard(random), mean);
                let draws = |random: &mut _| moments(random, 50, draw, &path);
                let (told, coverage) = coverage(&mut random, truth, false, &draws);
                println!("{name}, noise {noise}: told {told} of 100, coverage {coverage:.2?}");
                assert!(told >= 60 && coverage.iter().all(|&share| share > 0.64), "{name} {noise}: {coverage:?}");
            }
        }
    }

    #[test]
    fn bands_of_rare_losses_cover() {
        // 100 samples of 200 draws by 500 or 100 paths; a path loses exp(0.7 z) times what its draw says with a probability
        // about 0.03 to 0.1, else nothing. Claims and false alarms as above.
        let mut random = Xoshiro256PlusPlus::seed_from_u64(9);
        let beta = |a: f64, b: f64| {
            let beta = Beta::new(a, b).unwrap();
            move |random: &mut Xoshiro256PlusPlus| beta.sample(random)
        };
        let (few, some) = (beta(1.0, 30.0), beta(2.0, 18.0));
        let broad = |random: &mut _| logit_normal(random, -3.5, 1.0);
        let two = |random: &mut Xoshiro256PlusPlus| {
            let z: f64 = StandardNormal.sample(random);
            (0.5 * z).exp() * if random.random_bool(0.7) { 0.002 } else { 0.05 }
        };
        let regimes: [(&str, usize, Draw<'_>); 7] = [
            ("few", 500, &few),
            ("few", 100, &few),
            ("some", 500, &some),
            ("some", 100, &some),
            ("broad", 500, &broad),
            ("broad", 100, &broad),
            ("two", 500, &two),
        ];
        let size = 40.0 * (0.5_f64 * 0.49).exp();
        for (name, paths, draw) in regimes {
            let truth = truth(&mut random, draw).map(|p| p * size);
            let path = |random: &mut Xoshiro256PlusPlus, p: f64| {
                let z: f64 = StandardNormal.sample(random);
                if random.random_bool(p.min(1.0)) { 40.0 * (0.7 * z).exp() } else { 0.0 }
            };
            let draws = |random: &mut _| moments(random, paths, draw, &path);
            let (told, coverage) = coverage(&mut random, truth, true, &draws);
            println!("{name}, {paths} paths: told {told} of 100, coverage {coverage:.2?}");
            assert!(told >= 60 && coverage.iter().all(|&share| share > 0.64), "{name} {paths}: {coverage:?}");
        }
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
        // Means 0.2 to 0.8; noise is a third of the variance. So they move by sqrt(2/3).
        let draws: Vec<Moments> =
            [2, 4, 6, 8].map(|hits| (0..10).map(|i| f64::from(u8::from(i < hits))).collect()).into();
        let nested = nested_mean(&draws).unwrap();
        let values: Vec<f64> = draws.iter().filter_map(Moments::mean).collect();
        let noise: Vec<f64> = draws.iter().filter_map(|draw| draw.variance().map(|square| square / 10.0)).collect();
        let [low, _, high] = moved(&values, &noise, &[], &nested);
        assert!((low.value - (0.5 - 0.3 * (2.0 / 3.0_f64).sqrt())).abs() < 1e-12);
        assert!((high.value - (0.5 + 0.3 * (2.0 / 3.0_f64).sqrt())).abs() < 1e-12);
    }

    #[test]
    fn a_rare_loss_is_worth_hits_of_the_same_mean_and_variance() {
        // 3 of 100 paths lose 10 and 20 and 30: squares 1400 over 60 make a unit of 23 1/3, of which 60 are 2.57.
        let one: Moments = (0..100).map(|path| if path < 3 { f64::from(10 * (path + 1)) } else { 0.0 }).collect();
        let none: Moments = (0..100).map(|_| 0.0).collect();
        let (hits, unit) = as_hits(&[one, none]).unwrap();
        assert!((unit - 70.0 / 3.0).abs() < 1e-9);
        assert_eq!(hits, [Hits { hits: 3, trials: 100 }, Hits { hits: 0, trials: 100 }]);
        let common: Moments = (0..100).map(f64::from).collect();
        assert_eq!(as_hits(&[common]), None, "most paths have some");
        assert_eq!(as_hits(&[none]), None);
    }
}
