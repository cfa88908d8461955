//! One number per path, and the independent replicates: paths, or draws with all their paths.

use std::ops::Range;

use super::estimate::{Caveat, Estimate, FEW_REPLICATES, Method};
use super::moments::Moments;

/// A number for every path, and which paths share a parameter draw.
///
/// With one draw every path is a replicate. With several the draws are, for the paths of a draw share its parameters; draws
/// are weighted by their paths.
#[derive(Clone, Copy, Debug)]
pub struct Sample<'a> {
    values: &'a [f64],
    draws: &'a [Range<usize>],
}

impl<'a> Sample<'a> {
    /// Values in the order of the draws, and the columns of each draw; no draws at all mean a single one.
    ///
    /// None without values, with a NaN, or if the draws do not divide all values among them, in order, at least one each.
    /// Infinities are allowed (a runway that never ends); means are then None.
    pub fn new(values: &'a [f64], draws: &'a [Range<usize>]) -> Option<Self> {
        let divided = draws.iter().try_fold(0, |start, draw| {
            let follows = draw.start == start && draw.end > start;
            follows.then_some(draw.end)
        });
        let whole = draws.is_empty() || divided == Some(values.len());
        let sound = whole && !values.is_empty() && !values.iter().any(|value| value.is_nan());
        sound.then_some(Self { values, draws })
    }

    /// The values, one per path.
    pub fn values(&self) -> &'a [f64] {
        self.values
    }

    /// The columns of each draw; none if there is but one.
    pub fn draws(&self) -> &'a [Range<usize>] {
        if self.draws.len() > 1 { self.draws } else { &[] }
    }

    /// Number of independent replicates: draws if there are several, else paths.
    pub fn replicates(&self) -> usize {
        if self.draws.len() > 1 { self.draws.len() } else { self.values.len() }
    }

    /// The mean over all paths, with Student's interval over the replicates; None for a single replicate or where a value
    /// is infinite.
    ///
    /// With several draws it is the ratio of sums over draws (Cochran, "Sampling Techniques", 3rd ed., 1977, section 6.3).
    pub fn mean(&self) -> Option<Estimate> {
        let (mean, deviations) = centred(self.values, self.draws);
        let nested = !self.draws().is_empty();
        let method = if nested { Method::NestedStudent } else { Method::Student };
        Some(Estimate { method, ..around(mean, deviations, self.draws)? })
    }
}

/// The values that are numbers, the columns of each draw that has one, and how many were left out.
pub fn numbers_alone(values: &[f64], draws: &[Range<usize>]) -> (Vec<f64>, Vec<Range<usize>>, usize) {
    let (mut kept, mut ranges) = (Vec::with_capacity(values.len()), Vec::with_capacity(draws.len()));
    for columns in draws {
        let start = kept.len();
        kept.extend(values[columns.clone()].iter().filter(|value| !value.is_nan()));
        ranges.extend((kept.len() > start).then_some(start..kept.len()));
    }
    let left_out = values.len() - kept.len();
    (kept, ranges, left_out)
}

/// The mean of `values` over all paths, and replicates of it that are independent of each other and average to nothing:
/// the deviation of each path, or that of each draw, weighed by its paths.
///
/// The variance of the replicates over their number is that of the mean.
pub(super) fn centred(values: &[f64], draws: &[Range<usize>]) -> (f64, Vec<f64>) {
    let mean = values.iter().copied().collect::<Moments>().mean().unwrap_or(f64::NAN);
    if draws.len() < 2 {
        return (mean, values.iter().map(|value| value - mean).collect());
    }
    let weight = draws.len() as f64 / values.len() as f64;
    let of_draw = |draw: &Range<usize>| weight * values[draw.clone()].iter().map(|value| value - mean).sum::<f64>();
    (mean, draws.iter().map(of_draw).collect())
}

/// A value whose error is that of the mean of what each path contributes to it (its influence, up to a constant), with
/// Student's interval; None for a single replicate or where a number is not finite.
///
/// Good for every smooth function of means and quantiles while the sample is large: the delta method, path by path. Woodruff
/// and Binder's linearisation; Deville, "Variance estimation for complex statistics and estimators", Survey Methodology 25
/// (1999).
pub(super) fn linearised(value: f64, influence: &[f64], draws: &[Range<usize>]) -> Option<Estimate> {
    around(value, centred(influence, draws).1, draws)
}

/// As [`linearised`], where of several draws only the sum of what their paths contribute is known.
pub(super) fn linearised_sums(value: f64, sums: &[f64], draws: &[Range<usize>]) -> Option<Estimate> {
    let paths = draws.iter().map(ExactSizeIterator::len).sum::<usize>() as f64;
    let (mean, weight) = (sums.iter().sum::<f64>() / paths, draws.len() as f64 / paths);
    let deviations = sums.iter().zip(draws).map(|(sum, draw)| weight * (sum - draw.len() as f64 * mean)).collect();
    around(value, deviations, draws)
}

/// A value with the error of the mean of these deviations.
fn around(value: f64, deviations: Vec<f64>, draws: &[Range<usize>]) -> Option<Estimate> {
    let count = deviations.len() as u64;
    let around = deviations.into_iter().collect::<Moments>().estimate()?;
    let few = (count < FEW_REPLICATES).then_some(match draws.len() {
        0 | 1 => Caveat::FewReplicates { replicates: count },
        _ => Caveat::FewDraws { draws: count },
    });
    let half = 0.5 * (around.high - around.low);
    (value.is_finite() && half.is_finite()).then_some(Estimate {
        value,
        low: value - half,
        high: value + half,
        standard_error: around.standard_error,
        method: Method::Linearised,
        caveat: few,
    })
}

#[cfg(test)]
mod tests {
    use super::super::nested_mean;
    use super::*;

    #[test]
    #[expect(clippy::single_range_in_vec_init, reason = "a single draw")]
    fn draws_that_do_not_divide_the_paths_are_refused() {
        let values = [1.0, 2.0, 3.0];
        for draws in [&[][..], &[0..3], &[0..1, 1..3]] {
            assert!(Sample::new(&values, draws).is_some(), "{draws:?}");
        }
        for draws in [&[0..2][..], &[0..1, 2..3], &[0..1, 1..1, 1..3], &[1..3, 0..1], &[0..4]] {
            assert!(Sample::new(&values, draws).is_none(), "{draws:?}");
        }
        assert!(Sample::new(&[], &[]).is_none() && Sample::new(&[f64::NAN], &[]).is_none());
    }

    #[test]
    fn a_mean_over_draws_agrees_with_the_nested_mean() {
        let values: Vec<f64> = (0..90).map(|i| f64::from(i * i % 37)).collect();
        let draws = [0..10, 10..40, 40..45, 45..90];
        let moments: Vec<Moments> = draws.iter().map(|draw| values[draw.clone()].iter().copied().collect()).collect();
        let (ours, theirs) =
            (Sample::new(&values, &draws).unwrap().mean().unwrap(), nested_mean(&moments).unwrap().total);
        for (a, b) in [(ours.value(), theirs.value()), (ours.low(), theirs.low()), (ours.high(), theirs.high())] {
            assert!((a - b).abs() < 1e-12, "{a} {b}");
        }
        assert_eq!((ours.method(), ours.caveat()), (theirs.method(), theirs.caveat()));
    }

    #[test]
    fn infinite_values_and_single_paths_have_no_mean() {
        assert_eq!(Sample::new(&[1.0, f64::INFINITY], &[]).unwrap().mean(), None);
        assert_eq!(Sample::new(&[1.0], &[]).unwrap().mean(), None);
    }
}
