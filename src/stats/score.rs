//! Scores of forecasts once the outcome is known; smaller is better.

use super::estimate::Estimate;
use super::moments::Moments;
use super::nested::nested_proportion;
use super::proportion::{Hits, wilson};
use super::sample::{Sample, linearised};

/// Where an outcome falls among simulated values: uniform on (0, 1) if it comes from the same distribution (probability
/// integral transform).
///
/// `random` in (0, 1) picks a place among the values that equal the outcome, the outcome itself being one of them; so the
/// result is uniform exactly, for every number of values and with ties. None for a NaN.
///
/// Czado, Gneiting and Held, "Predictive model assessment for count data", Biometrics 65 (2009).
pub fn pit(values: &[f64], outcome: f64, random: f64) -> Option<f64> {
    let known = !outcome.is_nan() && !values.iter().any(|value| value.is_nan());
    let below = values.iter().filter(|&&value| value < outcome).count() as f64;
    let equal = values.iter().filter(|&&value| value <= outcome).count() as f64 - below;
    known.then(|| (below + random * (equal + 1.0)) / (values.len() as f64 + 1.0))
}

/// Continuous ranked probability score of one outcome, in its unit: `E|X - y| - E|X - X'|/2` for the distribution of
/// which the sample is one (the fair score), with the error of the sample.
///
/// For a forecast without spread it is the distance. None if a number is not finite or for a single replicate.
///
/// Gneiting and Raftery, "Strictly proper scoring rules, prediction, and estimation", JASA 102 (2007); Ferro, "Fair scores
/// for ensemble forecasts", Quarterly Journal of the Royal Meteorological Society 140 (2014).
pub fn crps(sample: &Sample<'_>, outcome: f64) -> Option<Estimate> {
    let values = sample.values();
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_unstable_by(|&i, &j| values[i].total_cmp(&values[j]));
    // Mean distance of each value from the others, from the sums of those below and above.
    let (n, whole) = (values.len() as f64, values.iter().sum::<f64>());
    let (mut below, mut spread) = (0.0, 0.0);
    let mut influence = vec![0.0; values.len()];
    for (rank, i) in order.into_iter().enumerate() {
        let (x, rank) = (values[i], rank as f64);
        let above = whole - below - x;
        let apart = (x * rank - below + above - x * (n - 1.0 - rank)) / (n - 1.0);
        influence[i] = (x - outcome).abs() - apart;
        spread += apart;
        below += x;
    }
    // The influence counts the spread twice as much as the score: each distance has two ends.
    let score = influence.iter().sum::<f64>() / n + 0.5 * spread / n;
    linearised(score, &influence, sample.draws())
}

/// Brier score of a probability: 0 if certain and right, 1 if certain and wrong (Brier, Monthly Weather Review 78, 1950).
pub fn brier(probability: f64, happened: bool) -> f64 {
    (probability - f64::from(u8::from(happened))).powi(2)
}

/// Logarithmic score of a probability: minus the logarithm of what it gave to what came (Good, JRSS B 14, 1952).
pub fn log_score(probability: f64, happened: bool) -> f64 {
    -(if happened { probability } else { 1.0 - probability }).ln()
}

/// Area under the curve of receiver operating characteristics, of weighted cases with their forecast and whether it
/// happened: the probability that a case that happened had the higher forecast, ties counting half. None unless some
/// happened and some did not (Hanley and `McNeil`, Radiology 143, 1982).
pub fn roc_area(cases: &[(f64, bool)], weights: &[f64]) -> Option<f64> {
    let weighed = |happened: bool| {
        cases.iter().zip(weights).filter(move |(case, _)| case.1 == happened).map(|(case, weight)| (case.0, *weight))
    };
    let (mut won, mut pairs) = (0.0, 0.0);
    for (high, a) in weighed(true) {
        for (low, b) in weighed(false) {
            let win = if high > low { 1.0 } else { 0.5 * f64::from(u8::from(high >= low)) };
            won += win * a * b;
            pairs += a * b;
        }
    }
    (pairs > 0.0).then(|| won / pairs)
}

/// How much of an interval on (0, 1) each of so many equal parts of (0, 1) has. An outcome of which only this much is known
/// counts in the parts of a histogram of probability integral transforms by these amounts (Czado, Gneiting and Held 2009).
pub fn spread_over(interval: [f64; 2], parts: usize) -> Vec<f64> {
    let [low, high] = interval;
    let of = |part: usize| {
        let [from, to] = [part, part + 1].map(|end| end as f64 / parts as f64);
        if high > low {
            (high.min(to) - low.max(from)).max(0.0) / (high - low)
        } else {
            f64::from(u8::from(from <= low && (low < to || part + 1 == parts)))
        }
    };
    (0..parts).map(of).collect()
}

/// Share of the paths at or below a published figure, with Wilson's interval over the replicates.
pub fn percentile(sample: &Sample<'_>, figure: f64) -> Option<Estimate> {
    share(sample, |value| value <= figure)
}

/// Share of the paths with a property, with Wilson's interval over the replicates.
pub(super) fn share(sample: &Sample<'_>, has: impl Fn(f64) -> bool) -> Option<Estimate> {
    let count = |values: &[f64]| Hits {
        hits: values.iter().filter(|&&value| has(value)).count() as u64,
        trials: values.len() as u64,
    };
    if sample.draws().is_empty() {
        return wilson(count(sample.values()));
    }
    let counts: Vec<Hits> = sample.draws().iter().map(|draw| count(&sample.values()[draw.clone()])).collect();
    nested_proportion(&counts).map(|nested| nested.total)
}

/// How far a published figure lies above the mean of the paths, in their standard deviations (draws and paths together).
///
/// None for a single replicate or if the values are not finite or do not vary.
pub fn distance(sample: &Sample<'_>, figure: f64) -> Option<Estimate> {
    let moments: Moments = sample.values().iter().copied().collect();
    let (mean, deviation) = (moments.mean()?, moments.variance()?.sqrt());
    let value = (figure - mean) / deviation;
    let influence = |x: &f64| {
        let z = (x - mean) / deviation;
        -z - 0.5 * value * z * z
    };
    linearised(value, &sample.values().iter().map(influence).collect::<Vec<_>>(), sample.draws())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{normal_cdf, normal_quantile};
    use rand::rngs::Xoshiro256PlusPlus;
    use rand::{RngExt, SeedableRng};
    use rand_distr::{Distribution, StandardNormal};

    fn holds(estimate: &Estimate, truth: f64) -> u32 {
        u32::from(estimate.low() <= truth && truth <= estimate.high())
    }

    fn normals(rng: &mut Xoshiro256PlusPlus, n: usize) -> Vec<f64> {
        (0..n).map(|_| StandardNormal.sample(rng)).collect()
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "sums of halves and quarters are exact")]
    fn scores_of_a_probability_are_those_of_the_textbook() {
        // Brier: certain and wrong 1, half 1/4. Logarithm: half ln 2, a quarter for what came ln 4.
        assert_eq!([brier(1.0, false), brier(0.5, true), brier(0.0, false)], [1.0, 0.25, 0.0]);
        assert!((log_score(0.5, false) - 2f64.ln()).abs() < 1e-15);
        assert!((log_score(0.25, true) - 4f64.ln()).abs() < 1e-15);
        assert!((log_score(0.25, false) - (4.0f64 / 3.0).ln()).abs() < 1e-15);
    }

    #[test]
    fn the_area_is_that_of_the_radiologists() {
        // Hanley and McNeil 1982, table I: 109 images rated 1 to 5, 58 normal and 51 abnormal; the area is 0.893.
        let (normal, abnormal) = ([33.0, 6.0, 6.0, 11.0, 2.0], [3.0, 2.0, 2.0, 11.0, 33.0]);
        let cases: Vec<(f64, bool)> = (0..10).map(|i| (f64::from(i % 5), i >= 5)).collect();
        let weights = [normal, abnormal].concat();
        assert!((roc_area(&cases, &weights).unwrap() - 0.893).abs() < 5e-4);
        assert_eq!(roc_area(&[(0.9, true), (0.1, false), (0.5, true)], &[1.0; 3]), Some(1.0));
        assert_eq!(roc_area(&[(0.5, true), (0.5, false)], &[1.0; 2]), Some(0.5));
        assert_eq!(roc_area(&[(0.5, true), (0.7, true)], &[1.0; 2]), None);
    }

    #[test]
    fn an_interval_is_spread_over_the_parts_that_it_covers() {
        assert_eq!(spread_over([0.5, 1.0], 4), [0.0, 0.0, 0.5, 0.5]);
        assert_eq!(spread_over([0.125, 0.375], 4), [0.5, 0.5, 0.0, 0.0]);
        assert_eq!(spread_over([0.3, 0.3], 4), [0.0, 1.0, 0.0, 0.0]);
        assert_eq!(spread_over([1.0, 1.0], 2), [0.0, 1.0]);
    }

    #[test]
    fn the_score_of_a_standard_normal_agrees_with_its_closed_form() {
        // 0.2336950 at 0 and 0.6024414 at 1.
        let n = 20_000;
        let values: Vec<f64> = (0..n).map(|i| normal_quantile((f64::from(i) + 0.5) / f64::from(n))).collect();
        for (outcome, score) in [(0.0, 0.233_695_0), (1.0, 0.602_441_4), (-1.0, 0.602_441_4)] {
            let ours = crps(&Sample::new(&values, &[]).unwrap(), outcome).unwrap();
            assert!((ours.value() - score).abs() < 1e-4, "{outcome}: {}", ours.value());
        }
    }

    #[test]
    fn the_score_agrees_with_its_definition() {
        let values: [f64; 6] = [3.0, -1.0, 4.0, 1.0, 5.0, 1.0];
        let apart: f64 = values.iter().flat_map(|x| values.map(|y| (x - y).abs())).sum();
        let expected = values.iter().map(|x| (x - 2.0).abs()).sum::<f64>() / 6.0 - apart / (2.0 * 6.0 * 5.0);
        let ours = crps(&Sample::new(&values, &[]).unwrap(), 2.0).unwrap().value();
        assert!((ours - expected).abs() < 1e-14, "{ours} {expected}");
        let certain = crps(&Sample::new(&[2.0; 4], &[]).unwrap(), 5.0).unwrap();
        assert!((certain.value() - 3.0).abs() < 1e-14);
    }

    #[test]
    fn scores_of_few_values_are_fair_and_their_intervals_cover() {
        // 2000 repeats; 4 sigmas. The mean over forecasts of five values is that of the distribution itself.
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(31);
        let truth = 0.602_441_4;
        let few: Moments =
            (0..2000).map(|_| crps(&Sample::new(&normals(&mut rng, 5), &[]).unwrap(), 1.0).unwrap().value()).collect();
        assert!((few.mean().unwrap() - truth).abs() < 4.0 * few.standard_error().unwrap());
        let (mut plain, mut nested) = (0, 0);
        let draws: Vec<_> = (0..60).map(|draw| 5 * draw..5 * draw + 5).collect();
        for _ in 0..2000 {
            plain += holds(&crps(&Sample::new(&normals(&mut rng, 200), &[]).unwrap(), 1.0).unwrap(), truth);
            let levels = normals(&mut rng, 60);
            let values: Vec<f64> =
                levels.iter().flat_map(|l| normals(&mut rng, 5).into_iter().map(move |z| 0.8 * l + 0.6 * z)).collect();
            nested += holds(&crps(&Sample::new(&values, &draws).unwrap(), 1.0).unwrap(), truth);
        }
        for covered in [plain, nested] {
            assert!((f64::from(covered) / 2000.0 - 0.945).abs() < 0.022, "{plain} {nested}");
        }
    }

    #[test]
    fn the_transform_is_uniform_with_ties_and_few_values() {
        // Dice: outcome and nine values. Chi-squared of ten classes, 4000 repeats: below 33.7 (false alarm 1e-4).
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(37);
        let mut classes = [0u32; 10];
        for _ in 0..4000 {
            let [outcome, values @ ..]: [f64; 10] = std::array::from_fn(|_| f64::from(rng.random_range(1..=6)));
            classes[(10.0 * pit(&values, outcome, rng.random()).unwrap()) as usize] += 1;
        }
        let squared: f64 = classes.iter().map(|&count| (f64::from(count) - 400.0).powi(2) / 400.0).sum();
        assert!(squared < 33.7, "{squared}");
        assert_eq!(pit(&[1.0, f64::NAN], 1.0, 0.5), None);
    }

    #[test]
    fn percentile_and_distance_of_a_figure_cover_at_their_level() {
        // The figure 1 in a standard normal: 0.841345, one deviation. 2000 repeats of 40 draws by 5 paths, 4 sigmas and
        // 0.01 for the estimated number of effective paths; false alarm 6e-5 each, seed fixed.
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(47);
        let draws: Vec<_> = (0..40).map(|draw| 5 * draw..5 * draw + 5).collect();
        let mut covered = [0; 4];
        for _ in 0..2000 {
            let levels = normals(&mut rng, 40);
            let nested: Vec<f64> =
                levels.iter().flat_map(|l| normals(&mut rng, 5).into_iter().map(move |z| 0.6 * l + 0.8 * z)).collect();
            let plain = normals(&mut rng, 200);
            for (i, (values, draws)) in [(&plain, &[][..]), (&nested, &draws[..])].into_iter().enumerate() {
                let sample = Sample::new(values, draws).unwrap();
                covered[2 * i] += holds(&percentile(&sample, 1.0).unwrap(), normal_cdf(1.0));
                covered[2 * i + 1] += holds(&distance(&sample, 1.0).unwrap(), 1.0);
            }
        }
        assert!(covered.iter().all(|&count| (f64::from(count) / 2000.0 - 0.945).abs() < 0.03), "{covered:?}");
        assert_eq!(distance(&Sample::new(&[1.0; 5], &[]).unwrap(), 2.0), None);
    }
}
