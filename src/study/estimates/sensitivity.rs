//! Sensitivity of a result to the uncertain numbers, from the parameter draws of the run itself.

use crate::language::Uncertain;
use crate::stats::{Estimate, Moments, mean_ranks, resampled};

use super::results::Draw;

/// An uncertain number, and how a result moves with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Influence {
    /// Its key.
    pub key: String,
    /// Spearman's rank correlation with the result over the draws.
    pub correlation: f64,
    /// Mean result in the fifth of the draws in which the number is lowest: about the result at its 10th percentile.
    pub at_low: Estimate,
    /// The same where it is highest: about the result at its 90th percentile.
    pub at_high: Estimate,
    /// Rank, 0 for the strongest; equal where the draws do not distinguish them.
    pub place: usize,
}

/// With fewer draws than this no number is reported.
const LEAST_DRAWS: usize = 50;

/// Standard errors of a rank correlation below which it may be chance: about one in a thousand for one number.
const SURE: f64 = 3.3;

/// The numbers with which `results`, one per draw, move most, the strongest first; only those that are
/// unlikely to be chance.
///
/// Two share a place where in more than a twentieth of the bootstrap samples of the draws the weaker is at least as strong as
/// the first of that place. Contrasts of the strongest are a little inflated, being those that were chosen.
///
/// Rank correlation over the draws sees monotone effects only, and of numbers that act together each alone.
pub fn influences(draws: &[Draw], uncertain: &[Uncertain], results: &[f64]) -> Vec<Influence> {
    let count = draws.len();
    if count < LEAST_DRAWS || results.len() != count {
        return Vec::new();
    }
    let ranks_of_results = mean_ranks(results);
    let of = |(place, number): (usize, &Uncertain)| {
        let values: Vec<f64> = draws.iter().map(|draw| draw.values.get(place).copied().unwrap_or(0.0)).collect();
        let ranks = mean_ranks(&values);
        let correlation = correlation(&ranks, &ranks_of_results, &vec![1.0; count]);
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        let fifth = count / 5;
        let mean = |of: &[usize]| of.iter().map(|&draw| results[draw]).collect::<Moments>().estimate();
        let (at_low, at_high) = (mean(&order[..fifth])?, mean(&order[count - fifth..])?);
        Some((ranks, Influence { key: number.key.clone(), correlation, at_low, at_high, place: 0 }))
    };
    let least = SURE / ((count - 1) as f64).sqrt();
    let mut found: Vec<(Vec<f64>, Influence)> = uncertain.iter().enumerate().filter_map(of).collect();
    found.retain(|(_, influence)| influence.correlation.abs() >= least);
    found.sort_by(|(_, a), (_, b)| b.correlation.abs().total_cmp(&a.correlation.abs()));
    let (ranks, mut influences): (Vec<Vec<f64>>, Vec<Influence>) = found.into_iter().unzip();
    for (influence, place) in influences.iter_mut().zip(places(&ranks, &ranks_of_results)) {
        influence.place = place;
    }
    influences
}

/// Bootstrap samples.
const SAMPLES: usize = 200;
/// Share of them in which the weaker may be at least as strong before the two are told apart.
const LUCK: f64 = 0.05;

/// The place of each number, the strongest first.
fn places(ranks: &[Vec<f64>], results: &[f64]) -> Vec<usize> {
    let samples = resampled(results.len(), SAMPLES);
    let strength = |ranks: &Vec<f64>| -> Vec<f64> {
        samples.iter().map(|weights| correlation(ranks, results, weights).abs()).collect()
    };
    let strengths: Vec<Vec<f64>> = ranks.iter().map(strength).collect();
    let (mut places, mut first) = (Vec::new(), 0);
    for (at, own) in strengths.iter().enumerate() {
        let as_strong = own.iter().zip(&strengths[first]).filter(|(own, first)| own >= first).count();
        if as_strong as f64 <= LUCK * SAMPLES as f64 {
            first = at;
        }
        let place = places.last().map_or(0, |&last| if first == at { last + 1 } else { last });
        places.push(place);
    }
    places
}

/// Pearson's correlation of numbers of these weights; 0 where one of the two does not vary.
fn correlation(a: &[f64], b: &[f64], weights: &[f64]) -> f64 {
    let whole: f64 = weights.iter().sum();
    let mean = |x: &[f64]| x.iter().zip(weights).map(|(x, w)| w * x).sum::<f64>() / whole;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let sum = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
        a.iter().zip(b).zip(weights).map(|((x, y), w)| w * of(x - mean_a, y - mean_b)).sum()
    };
    let scale = (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt();
    if scale > 0.0 { sum(&|x, y| x * y) / scale } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Distribution;
    use crate::units::Unit;

    fn uncertain(key: &str) -> Uncertain {
        let distribution = Distribution::Uniform { low: 0.0, high: 1.0 };
        Uncertain { key: key.to_owned(), distribution, min: None, max: None, unit: Unit::Number }
    }

    #[test]
    fn equal_values_share_their_ranks() {
        let expected = [2.5, 0.0, 2.5, 1.0];
        let same = mean_ranks(&[3.0, -1.0, 3.0, 0.0]).iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12);
        assert!(same);
    }

    #[test]
    fn what_moves_the_result_is_found_and_what_does_not_is_not() {
        // 100 draws; the result is the first number cubed, the second one runs against it in a pattern of period 7.
        let draw = |i: u32| Draw {
            number: i,
            values: vec![f64::from(i * 37 % 100), f64::from(i % 7)],
            overvalued: Vec::new(),
        };
        let draws: Vec<Draw> = (0..100).map(draw).collect();
        let results: Vec<f64> = draws.iter().map(|draw| draw.values[0].powi(3)).collect();
        let found = influences(&draws, &[uncertain("a"), uncertain("b")], &results);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].key, "a");
        assert!((found[0].correlation - 1.0).abs() < 1e-12);
        // Means of i^3 over 0..20 and 80..100: (19 * 20 / 2)^2 / 20 and ((99 * 100)^2 - (79 * 80)^2) / 80.
        assert!((found[0].at_low.value() - 1805.0).abs() < 1e-9, "{:?}", found[0].at_low);
        assert!((found[0].at_high.value() - 725_845.0).abs() < 1e-6, "{:?}", found[0].at_high);
        assert_eq!(influences(&draws[..49], &[uncertain("a")], &results[..49]), []);
    }

    #[test]
    fn what_the_draws_cannot_tell_apart_shares_a_place() {
        // 200 draws; the result is the sum of two numbers that weigh nearly the same, and three times a third one.
        let part = |i: u32, stride: u32| f64::from(i * stride % 199) / 199.0;
        let draws: Vec<Draw> = (0..200)
            .map(|i| Draw { number: i, values: [37, 61, 83].map(|s| part(i, s)).into(), overvalued: Vec::new() })
            .collect();
        let results: Vec<f64> = draws.iter().map(|d| 1.02 * d.values[0] + d.values[1] + 3.0 * d.values[2]).collect();
        let found = influences(&draws, &["a", "b", "c"].map(uncertain), &results);
        let places: Vec<(&str, usize)> = found.iter().map(|of| (of.key.as_str(), of.place)).collect();
        assert_eq!(places[0], ("c", 0));
        assert_eq!(places[1..].iter().map(|(_, place)| *place).collect::<Vec<_>>(), [1, 1], "{places:?}");
    }
}
