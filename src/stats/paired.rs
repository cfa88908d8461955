//! Two runs on common random numbers: what differs between them, path by path.
//!
//! Common random numbers make the paths of two runs move together, so the difference is estimated far more precisely than
//! either level. All errors here come from the pairs, never from the two runs separately. Quantiles and shortfalls are
//! paired by the contribution of each path to them ([`Sorted::contribution_to_quantile`](super::Sorted::contribution_to_quantile)).

use super::estimate::{Caveat, Estimate, Method, Z, student, student_test};
use super::moments::Moments;
use super::proportion::{Hits, wilson_interval};
use super::sample::{Sample, centred, linearised};

/// Two samples of the same paths in the same order, `a` and `b`, all numbers finite.
#[derive(Clone, Debug)]
pub struct Paired {
    difference: Option<Estimate>,
    means: [f64; 2],
    /// Of each, by replicate.
    deviations: [Vec<f64>; 2],
}

impl Paired {
    /// Pairs path with path; None if the two differ in paths or draws, have a single replicate, or hold an infinity.
    pub fn new(a: Sample<'_>, b: Sample<'_>) -> Option<Self> {
        let alike = a.values().len() == b.values().len() && a.draws() == b.draws() && a.replicates() > 1;
        let finite = |sample: &Sample| sample.values().iter().all(|value| value.is_finite());
        if !(alike && finite(&a) && finite(&b)) {
            return None;
        }
        let less: Vec<f64> = a.values().iter().zip(b.values()).map(|(a, b)| a - b).collect();
        let difference = Sample::new(&less, a.draws())?.mean();
        let [(mean_a, of_a), (mean_b, of_b)] = [a, b].map(|sample| centred(sample.values(), sample.draws()));
        Some(Self { difference, means: [mean_a, mean_b], deviations: [of_a, of_b] })
    }

    /// Mean of `a` less that of `b`, with Student's interval over the replicates of the difference.
    pub fn difference(&self) -> Option<Estimate> {
        self.difference
    }

    /// Probability of a mean difference at least as far from 0 if there were none: Student's test, two-sided.
    ///
    /// 1 if no pair differs, and 0 if all differ by the same. Assumes a nearly normal mean difference.
    pub fn p_value(&self) -> Option<f64> {
        student_test(&self.difference?, self.deviations[0].len() as f64 - 1.0)
    }

    /// Mean of `a` over that of `b`; None if that of `b` is 0.
    ///
    /// Fieller's interval: the ratios `r` at which `a - r b` is not distinguishable from 0. Where `b` itself is not, no
    /// interval bounds the ratio and both ends are infinite ([`Caveat::OpenInterval`]). The standard error is that of the
    /// delta method.
    ///
    /// Fieller, "Some problems in interval estimation", JRSS B 16 (1954).
    pub fn ratio(&self) -> Option<Estimate> {
        let [mean_a, mean_b] = self.means;
        let value = mean_a / mean_b;
        let [u, v] = &self.deviations;
        let count = u.len() as f64;
        let covariance = |x: &[f64], y: &[f64]| {
            x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>() / (count * (count - 1.0)) / (mean_b * mean_b)
        };
        let (aa, ab, bb) = (covariance(u, u), covariance(u, v), covariance(v, v));
        let t2 = student(count - 1.0).powi(2);
        // r solves (value - r)^2 = t^2 (aa - 2 r ab + r^2 bb), all variances in units of the mean of b.
        let (lead, middle) = (1.0 - t2 * bb, value - t2 * ab);
        let root = (middle * middle - lead * (value * value - t2 * aa)).max(0.0).sqrt();
        let bounded = lead > 0.0;
        let end = |sign: f64| if bounded { (middle + sign * root) / lead } else { sign * f64::INFINITY };
        let variance = aa - 2.0 * value * ab + value * value * bb;
        value.is_finite().then(|| Estimate {
            value,
            low: end(-1.0),
            high: end(1.0),
            standard_error: Some(variance.max(0.0).sqrt()),
            method: Method::Fieller,
            caveat: if bounded { None } else { Some(Caveat::OpenInterval) },
        })
    }

    /// Correlation of the two over the replicates: what the common random numbers achieve. None if either does not
    /// vary.
    ///
    /// Its error is linearised; the interval is taken on Fisher's scale, so that it stays within -1 and 1.
    pub fn correlation(&self) -> Option<Estimate> {
        let [u, v] = &self.deviations;
        let (aa, ab, bb) = products(u, v);
        let value = (ab / (aa * bb).sqrt()).clamp(-1.0, 1.0);
        let influence = |(u, v): (&f64, &f64)| u * v / (aa * bb).sqrt() - 0.5 * value * (u * u / aa + v * v / bb);
        let plain = linearised(value, &u.iter().zip(v).map(influence).collect::<Vec<_>>(), &[])?;
        let half = 0.5 * (plain.high - plain.low) / (1.0 - value * value);
        let end = |half: f64| if value.abs() < 1.0 { (value.atanh() + half).tanh() } else { value };
        Some(Estimate { low: end(-half), high: end(half), caveat: self.few().or(plain.caveat), ..plain })
    }

    /// Share of the variance that pairing saved, `1 - Var(a - b) / (Var a + Var b)`: 1 is everything, 0 what two runs with
    /// independent random numbers would give, below 0 worse. None if neither varies.
    pub fn variance_saved(&self) -> Option<Estimate> {
        let [u, v] = &self.deviations;
        let (aa, ab, bb) = products(u, v);
        let value = 2.0 * ab / (aa + bb);
        let influence = |(u, v): (&f64, &f64)| (2.0 * u * v - value * (u * u + v * v)) / (aa + bb);
        let plain = linearised(value, &u.iter().zip(v).map(influence).collect::<Vec<_>>(), &[])?;
        Some(Estimate { caveat: self.few().or(plain.caveat), ..plain })
    }

    /// The caveat of few draws.
    fn few(&self) -> Option<Caveat> {
        self.difference?.caveat()
    }
}

/// A difference of two probabilities on the same paths, `A` less `B`, from the paths with `A` alone and those with `B` alone,
/// by draw; None without draws or paths.
///
/// Newcombe's square-and-add of Wilson's intervals of the two sides (Statistics in Medicine 17, 1998), which stays within -1
/// and 1 and is never a point, at the number of independent paths that all are worth: the binomial variance over that of the
/// ratio over draws, of the difference or of the sum, whichever leaves fewer; at most all paths, at least the draws, and just
/// the draws where no path tells the two apart. Student's quantile for the draws.
pub fn paired_proportions(only_a: &[Hits], only_b: &[Hits]) -> Option<Estimate> {
    let sum = |counts: &[Hits]| counts.iter().map(|count| count.hits).sum::<u64>() as f64;
    let paths = only_a.iter().map(|count| count.trials).sum::<u64>() as f64;
    let draws = only_a.len() as f64;
    let [share_a, share_b] = [only_a, only_b].map(|counts| sum(counts) / paths);
    let value = share_a - share_b;
    let over_draws = |sign: f64| {
        let of_draw = |(a, b): (&Hits, &Hits)| {
            let seen = a.hits as f64 + sign * b.hits as f64;
            (seen - a.trials as f64 * sign.mul_add(share_b, share_a)).powi(2)
        };
        draws / (draws - 1.0) * only_a.iter().zip(only_b).map(of_draw).sum::<f64>() / paths.powi(2)
    };
    let worth = |binomial: f64, variance: f64| if variance > 0.0 { binomial / variance } else { paths };
    let apart = share_a + share_b;
    let (size, quantile) = match only_a.len() {
        0 => return None,
        1 => (paths, Z),
        _ if apart <= 0.0 => (draws, student(draws - 1.0)),
        _ => {
            let size =
                worth(apart - value * value, over_draws(-1.0)).min(worth(apart * (1.0 - apart), over_draws(1.0)));
            (size.min(paths).max(draws), student(draws - 1.0))
        }
    };
    let ([low_a, high_a], [low_b, high_b]) = (ends(share_a, size, quantile), ends(share_b, size, quantile));
    (paths > 0.0).then(|| Estimate {
        value,
        low: value - (share_a - low_a).hypot(high_b - share_b),
        high: value + (high_a - share_a).hypot(share_b - low_b),
        standard_error: None,
        method: Method::NestedWilson,
        caveat: None,
    })
}

fn ends(share: f64, size: f64, quantile: f64) -> [f64; 2] {
    let (low, high) = wilson_interval(share, size, quantile);
    [low, high]
}

/// Mean products of two series that average to nothing.
fn products(u: &[f64], v: &[f64]) -> (f64, f64, f64) {
    let mean = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).collect::<Moments>().mean();
    let product = |x, y| mean(x, y).unwrap_or(f64::NAN);
    (product(u, u), product(u, v), product(v, v))
}

#[cfg(test)]
mod tests {
    use super::super::Sorted;
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::Xoshiro256PlusPlus;
    use rand_distr::{Distribution, StandardNormal};
    use std::ops::Range;

    fn holds(estimate: &Estimate, truth: f64) -> u32 {
        u32::from(estimate.low() <= truth && truth <= estimate.high())
    }

    fn assert_near(value: f64, reference: f64, tolerance: f64) {
        assert!((value - reference).abs() < tolerance, "{value} should be {reference}");
    }

    /// Pairs of standard normals with correlation `rho` on the paths, `common` of the variance between draws.
    fn pairs(rng: &mut Xoshiro256PlusPlus, draws: &[Range<usize>], rho: f64, common: f64) -> [Vec<f64>; 2] {
        let mut pair = || -> [f64; 2] {
            let (x, y): (f64, f64) = (StandardNormal.sample(rng), StandardNormal.sample(rng));
            [x, rho * x + (1.0 - rho * rho).sqrt() * y]
        };
        let [mut a, mut b] = [vec![], vec![]];
        for draw in draws {
            let level = pair();
            for own in draw.clone().map(|_| pair()) {
                let [x, y] = [0, 1].map(|i| common.sqrt() * level[i] + (1.0 - common).sqrt() * own[i]);
                a.push(x);
                b.push(y);
            }
        }
        [a, b]
    }

    fn equal_draws(draws: usize, paths: usize) -> Vec<Range<usize>> {
        (0..draws).map(|draw| paths * draw..paths * (draw + 1)).collect()
    }

    fn paired(a: &[f64], b: &[f64], draws: &[Range<usize>]) -> Paired {
        Paired::new(Sample::new(a, draws).unwrap(), Sample::new(b, draws).unwrap()).unwrap()
    }

    /// What each path contributes to a quantile.
    fn to_quantile(values: &[f64], q: f64) -> Vec<f64> {
        let of = Sorted::new(values.to_vec()).unwrap().contribution_to_quantile(q).unwrap();
        values.iter().map(|&x| of(x)).collect()
    }

    /// What each path contributes to a shortfall.
    fn to_shortfall(values: &[f64], q: f64) -> Vec<f64> {
        let of = Sorted::new(values.to_vec()).unwrap().contribution_to_shortfall(q);
        values.iter().map(|&x| of(x)).collect()
    }

    #[test]
    fn common_shocks_are_worth_eight_times_the_paths() {
        // Z < -1.9 less Z < -2: difference 0.005966428, sd of a path paired 0.0770119, apart 0.2238850.
        let n = 1_000_000;
        let below = |limit: f64| {
            let z = |i: u32| crate::random::normal_quantile((f64::from(i) + 0.5) / f64::from(n));
            (0..n).map(|i| f64::from(u8::from(z(i) < limit))).collect::<Vec<_>>()
        };
        let (a, b) = (below(-1.9), below(-2.0));
        let pair = paired(&a, &b, &[]);
        let difference = pair.difference().unwrap();
        assert_near(difference.value(), 0.005_966_428, 1e-6);
        assert_near(difference.standard_error().unwrap() * 1000.0, 0.077_011_9, 1e-5);
        assert_near(pair.variance_saved().unwrap().value(), 1.0 - 1.0 / 8.45, 1e-3);
    }

    #[test]
    fn a_ratio_agrees_with_fiellers_interval_by_hand() {
        // Means 3 and 2, variances of the means 0.04 and 0.01, covariance 0.01; t(9) = 2.262157: the roots of
        // (3 - 2 r)^2 = t^2 (0.04 - 0.02 r + 0.01 r^2).
        let z = [-1.5, -1.0, -0.5, -0.25, -0.1, 0.1, 0.25, 0.5, 1.0, 1.5];
        let y = [1.0, -1.0, 0.5, -0.5, 0.0, 0.0, -0.5, 0.5, -1.0, 1.0];
        let scale = |x: &[f64; 10]| (90.0 / x.iter().map(|x| x * x).sum::<f64>()).sqrt();
        let (of_z, of_y) = (scale(&z), scale(&y));
        let b: Vec<f64> = z.iter().map(|z| 2.0 + 0.1 * of_z * z).collect();
        let a: Vec<f64> = (0..10).map(|i| 3.0 + 0.1 * of_z * z[i] + 0.03f64.sqrt() * of_y * y[i]).collect();
        let ratio = paired(&a, &b, &[]).ratio().unwrap();
        let t2 = 2.262_157_162_f64.powi(2);
        let (lead, middle, last) = (4.0 - 0.01 * t2, 6.0 - 0.01 * t2, 9.0 - 0.04 * t2);
        let root = (middle * middle - lead * last).sqrt();
        assert_near(ratio.value(), 1.5, 1e-12);
        assert_near(ratio.low(), (middle - root) / lead, 1e-6);
        assert_near(ratio.high(), (middle + root) / lead, 1e-6);
        let nothing: Vec<f64> = z.iter().map(|z| 0.1 + z).collect();
        let open = paired(&a, &nothing, &[]).ratio().unwrap();
        assert_eq!(
            (open.low(), open.high(), open.caveat()),
            (f64::NEG_INFINITY, f64::INFINITY, Some(Caveat::OpenInterval))
        );
    }

    #[test]
    fn intervals_of_pairs_cover_for_paths_and_for_draws() {
        // 1000 repeats at 95 %: 300 paths, and 60 draws by 10 paths with half of the variance between draws; correlation
        // 0.8, means 5 and 4, standard deviations 1. Median and 90 % both shift by 1, the shortfalls too. 4 sigmas 0.028,
        // and 0.02 for what the linearised ones are known to lose; false alarm 6e-5 each, seed fixed.
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(67);
        let (one, many) = (equal_draws(1, 300), equal_draws(60, 10));
        let mut covered = [[0; 7]; 2];
        for _ in 0..1000 {
            for (draws, counts) in [&one, &many].into_iter().zip(&mut covered) {
                let [mut a, mut b] = pairs(&mut rng, draws, 0.8, if draws.len() > 1 { 0.5 } else { 0.0 });
                for (x, y) in a.iter_mut().zip(&mut b) {
                    (*x, *y) = (*x + 5.0, *y + 4.0);
                }
                let pair = paired(&a, &b, draws);
                let quantiles = |q: f64| paired(&to_quantile(&a, q), &to_quantile(&b, q), draws).difference();
                let shortfalls = |q: f64| paired(&to_shortfall(&a, q), &to_shortfall(&b, q), draws).difference();
                let found = [
                    (pair.difference(), 1.0),
                    (pair.ratio(), 1.25),
                    (quantiles(0.5), 1.0),
                    (quantiles(0.9), 1.0),
                    (shortfalls(0.9), 1.0),
                    (pair.correlation(), 0.8),
                    (pair.variance_saved(), 0.8),
                ];
                counts
                    .iter_mut()
                    .zip(found)
                    .for_each(|(count, (estimate, truth))| *count += holds(&estimate.unwrap(), truth));
            }
        }
        let exact = covered.iter().flat_map(|counts| &counts[..2]).all(|&count| (922..=978).contains(&count));
        let near = covered.iter().flatten().all(|&count| (902..=985).contains(&count));
        assert!(exact && near, "{covered:?}");
    }

    #[test]
    fn pairing_narrows_the_shift_of_a_quantile() {
        // Correlation 0.95: the median of a normal pair shifts with sd sqrt(2 (pi/2 - asin(rho) ...)); here only that the
        // paired error is below half of that of two independent samples, sqrt(2 * pi/2 / n).
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(71);
        let [a, b] = pairs(&mut rng, &equal_draws(1, 4000), 0.95, 0.0);
        let shift = paired(&to_quantile(&a, 0.5), &to_quantile(&b, 0.5), &[]).difference().unwrap();
        // Concordance of a normal pair: P(both below 0) = 1/4 + asin(rho) / tau.
        let together = 0.25 + 0.95f64.asin() / std::f64::consts::TAU;
        let expected = (std::f64::consts::TAU * 2.0 * (0.5 - together) / 4000.0).sqrt();
        assert!((shift.standard_error().unwrap() / expected - 1.0).abs() < 0.15, "{shift:?} {expected}");
    }

    #[test]
    fn tests_of_no_difference_refuse_at_their_level() {
        // 4000 repeats at 5 %, 4 sigmas 0.0138: false alarm 6e-5, seed fixed.
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(73);
        let draws = equal_draws(20, 3);
        let mut refused = 0;
        for _ in 0..4000 {
            let [a, b] = pairs(&mut rng, &draws, 0.5, 0.5);
            refused += u32::from(paired(&a, &b, &draws).p_value().unwrap() <= 0.05);
        }
        assert!((f64::from(refused) / 4000.0 - 0.05).abs() < 0.0138, "{refused}");
    }

    #[test]
    fn samples_that_do_not_match_or_say_nothing_are_refused() {
        let (two, three) = ([1.0, 2.0], [1.0, 2.0, 3.0]);
        let sample = |values, draws| Sample::new(values, draws).unwrap();
        assert!(Paired::new(sample(&two[..], &[][..]), sample(&three, &[])).is_none());
        assert!(Paired::new(sample(&three, &[0..1, 1..3]), sample(&three, &[0..2, 2..3])).is_none());
        assert!(Paired::new(sample(&two[..1], &[]), sample(&two[..1], &[])).is_none());
        assert!(Paired::new(sample(&[1.0, f64::INFINITY], &[]), sample(&two, &[])).is_none());
        let same = paired(&three, &three, &[]);
        assert_eq!((same.p_value(), same.difference().unwrap().value()), (Some(1.0), 0.0));
        assert_eq!(paired(&[1.0; 3], &[1.0; 3], &[]).correlation(), None);
    }
}
