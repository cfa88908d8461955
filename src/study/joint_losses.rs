//! Tail dependence: which providers have their largest losses on the same paths (docs/tails.md).

use std::ops::Range;

use rayon::prelude::*;

use crate::calendar::Month;
use crate::model::{By, metric};
use crate::notation::{money, significant};
use crate::stats::{Lift, Pair, Sorted};

use super::estimates::{Answer, Results};
use super::joint_defaults::{Counts, Together, tested};

/// Levels beyond which two losses are compared.
pub const LEVELS: [f64; 2] = [0.95, 0.99];

/// Two providers, and their losses beyond the value at risk of each by the end of the run.
#[derive(Clone, Debug)]
pub struct JointLoss {
    /// The first, in the order of the file.
    pub one: String,
    /// The second.
    pub other: String,
    /// The end of the run.
    pub by: Month,
    /// Level of the value at risk, over all paths.
    pub level: f64,
    /// How many paths have both losses beyond it.
    pub paths: u64,
    /// What is known of them; what is withheld has a method that tells why.
    pub answers: Vec<(Together, Answer)>,
}

/// A loss on each path, and its value at risk.
struct Loss {
    provider: String,
    values: Vec<f32>,
    at_risk: [f64; LEVELS.len()],
}

/// Every pair of providers that lose anything, at each of [`LEVELS`]. The values at risk are those of the sample, and
/// their errors are not in the intervals.
pub fn joint_losses(results: &Results<'_>) -> Vec<JointLoss> {
    let losses = losses(results);
    let pairs: Vec<(usize, usize)> =
        (0..losses.len()).flat_map(|one| (one + 1..losses.len()).map(move |other| (one, other))).collect();
    let at_level = |place: usize| {
        let of = |&(one, other): &(usize, usize)| counts(results.ranges(), [&losses[one], &losses[other]], place);
        let counts: Vec<Counts> = pairs.par_iter().map(of).collect();
        let lifts: Vec<Option<Lift>> = counts.iter().map(Counts::lift).collect();
        let tests = tested(&lifts);
        let of_pair = |at: usize| {
            let [one, other] = [pairs[at].0, pairs[at].1].map(|of| &losses[of]);
            let over = [one, other].map(|loss| money(significant(loss.at_risk[place], 3)));
            let mut answers = counts[at].answers(lifts[at].as_ref(), tests[at]);
            for (_, answer) in &mut answers {
                answer.method += &["; losses over ", &*over[0], " and ", &*over[1], ", taken as given"].concat();
            }
            JointLoss {
                one: one.provider.clone(),
                other: other.provider.clone(),
                by: results.date(results.horizon()),
                level: LEVELS[place],
                paths: counts[at].all().both,
                answers,
            }
        };
        (0..pairs.len()).map(of_pair).collect::<Vec<_>>()
    };
    (0..LEVELS.len()).flat_map(at_level).collect()
}

/// The losses of providers that are not zero on all paths.
fn losses(results: &Results<'_>) -> Vec<Loss> {
    let last = results.horizon();
    let rows = results.catalogue.iter().enumerate().filter(|(_, metric)| metric.measure == metric::PROVIDER_LOSS);
    let at_the_end = rows.filter(|(_, metric)| matches!(metric.by, By::Path) || metric.by == By::Month(last));
    let loss = |(row, metric): (usize, &crate::model::Metric)| {
        let values = results.row(row).into_owned();
        let sorted = Sorted::new(values.iter().copied().filter(|value| !value.is_nan()).map(f64::from).collect())?;
        let moves = sorted.as_slice().iter().any(|&value| value != 0.0);
        let at_risk = LEVELS.map(|level| sorted.at(level));
        moves.then(|| Loss { provider: metric.subject.clone(), values, at_risk })
    };
    at_the_end.filter_map(loss).collect()
}

/// How many paths of each draw have one loss beyond its value at risk, the other, and both.
fn counts(draws: &[Range<usize>], [one, other]: [&Loss; 2], place: usize) -> Counts {
    let (mut pairs, mut left_out) = (Vec::new(), 0);
    for columns in draws {
        let mut pair = Pair::default();
        for (&a, &b) in one.values[columns.clone()].iter().zip(&other.values[columns.clone()]) {
            if a.is_nan() || b.is_nan() {
                left_out += 1;
                continue;
            }
            let [has_one, has_other] =
                [(a, one), (b, other)].map(|(value, loss)| f64::from(value) > loss.at_risk[place]);
            pair.paths += 1;
            pair.one += u64::from(has_one);
            pair.other += u64::from(has_other);
            pair.both += u64::from(has_one && has_other);
        }
        if pair.paths > 0 {
            pairs.push(pair);
        }
    }
    Counts::without_order(pairs, left_out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::Xoshiro256PlusPlus;
    use rand::{RngExt, SeedableRng};
    use rand_distr::{Distribution, StandardNormal};

    /// Losses of two providers on so many paths, and their counts beyond the values at risk.
    fn simulated(paths: usize, loss: impl Fn(&mut Xoshiro256PlusPlus) -> [f32; 2], place: usize) -> Counts {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(3);
        let both: Vec<[f32; 2]> = (0..paths).map(|_| loss(&mut rng)).collect();
        let of = |side: usize| {
            let values: Vec<f32> = both.iter().map(|pair| pair[side]).collect();
            let sorted = Sorted::new(values.iter().copied().map(f64::from).collect()).unwrap();
            Loss { provider: String::new(), values, at_risk: LEVELS.map(|level| sorted.at(level)) }
        };
        let draws: Vec<Range<usize>> = (0..paths / 100).map(|draw| 100 * draw..100 * (draw + 1)).collect();
        counts(&draws, [&of(0), &of(1)], place)
    }

    #[test]
    fn losses_of_a_gaussian_copula_exceed_together_as_often_as_known() {
        // Correlation 1/2: both beyond their 99 % with probability 1.2939e-3 (scipy's bivariate normal), a lift of
        // 12.94. 200,000 paths: the interval holds 95 %, doubled: false alarm 9e-5; seed fixed.
        let pair = |rng: &mut Xoshiro256PlusPlus| {
            let [a, b]: [f64; 2] = [(), ()].map(|()| StandardNormal.sample(rng));
            [a as f32, (0.5 * a + 0.75_f64.sqrt() * b) as f32]
        };
        let lift = simulated(200_000, pair, 1).lift().unwrap().overall.unwrap();
        let (log, half) = (lift.value().ln(), 0.5 * (lift.high() / lift.low()).ln());
        assert!((log - 12.939_f64.ln()).abs() < 2.0 * half, "{lift:?}");
    }

    #[test]
    fn independent_losses_have_a_lift_of_one() {
        // 100,000 paths at 95 %: 1 with 4 standard errors, false alarm 6e-5; seed fixed.
        let lift = simulated(100_000, |rng| [rng.random(), rng.random()], 0).lift().unwrap().within.unwrap();
        assert!((lift.value() - 1.0).abs() < 4.0 * lift.standard_error().unwrap(), "{lift:?}");
    }

    #[test]
    fn a_loss_at_its_value_at_risk_is_not_beyond_it() {
        // Nothing on 97 % of paths: the value at risk at 95 % is nothing, and beyond it are all that lose.
        let loss = |rng: &mut Xoshiro256PlusPlus| [if rng.random_bool(0.03) { 1.0 } else { 0.0 }, rng.random()];
        let all = simulated(10_000, loss, 0).all();
        assert!(all.one > 200 && all.one < 400 && all.other == 500, "{all:?}");
    }
}
