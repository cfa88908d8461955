//! A statistic as a mean over paths: the contribution of each path.
//!
//! To first order every statistic here is a mean of numbers of single paths (its influence function: Hampel, JASA 69,
//! 1974). So the difference of two runs on common random numbers is a mean of differences, and its error follows
//! from them, whatever the statistic; with nested draws the draws are the replicates, as everywhere.

use std::cell::LazyCell;
use std::ops::Range;

use super::estimand::{Estimand, Statistic};
use super::estimates::{Results, by_month, share};
use crate::model::{Derived, Kind};
use crate::stats::{Paired, Sample, Sorted};

/// Share of the paths at a quantile from which it counts as an atom. There a quantile is constant or jumps, and there is no
/// density by which an error follows from that of probabilities (amounts in whole months consist of atoms).
pub(super) const MOST_TIED: f64 = 0.005;

/// A statistic of a run and what each path contributes to it: to first order, the mean of the contributions is the value.
#[derive(Clone, Debug, PartialEq)]
pub struct Contributions {
    /// The statistic, in the unit of its estimand.
    pub value: f64,
    /// One number per path, in the order of the draws; of a quantile at an atom, to which no path contributes anything, the
    /// values themselves, to tell whether two runs differ.
    pub of_path: Vec<f64>,
    /// Share of the paths that have the very value of a quantile; 0 of other statistics.
    pub tied: f64,
}

impl Contributions {
    /// Those of each estimand; none where the run does not have it or it is not finite.
    ///
    /// Each is made when it is asked for. The paths are sorted once for all neighbouring estimands of one number.
    pub fn of_all<'a>(
        results: &'a Results<'_>,
        estimands: &'a [Estimand],
    ) -> impl Iterator<Item = Option<Contributions>> + 'a {
        estimands.chunk_by(Estimand::is_of_the_number_of).flat_map(move |group| {
            let amounts = LazyCell::new(move || Amounts::of(results, &group[0]));
            group.iter().map(move |estimand| match (estimand.measure.derived, estimand.statistic) {
                (Some(derived), _) => of_derived(results, estimand, derived),
                (None, Statistic::Probability) => indicator(results, estimand).map(Self::mean),
                (None, Statistic::Mean) => amounts.as_ref().map(Amounts::mean),
                (None, Statistic::Quantile(level)) => amounts.as_ref()?.quantile(level),
                (None, Statistic::Shortfall(level)) => amounts.as_ref().map(|amounts| amounts.shortfall(level)),
                _ => None,
            })
        })
    }

    /// These less those of another run, path by path; none unless both ran the same paths.
    pub(super) fn less(&self, base: &Self, draws: &[Range<usize>]) -> Option<Paired> {
        Paired::new(Sample::new(&self.of_path, draws)?, Sample::new(&base.of_path, draws)?)
    }

    fn mean(of_path: Vec<f64>) -> Self {
        Self { value: of_path.iter().sum::<f64>() / of_path.len() as f64, of_path, tied: 0.0 }
    }
}

/// The values of a metric, finite or not defined on a path.
struct Amounts {
    /// Not a number where the metric is not defined.
    of_path: Vec<f64>,
    /// Those that are defined.
    sorted: Sorted,
}

impl Amounts {
    /// Those of the number of an estimand; none if there is no such metric or a value is not finite that should be.
    fn of(results: &Results<'_>, estimand: &Estimand) -> Option<Self> {
        let row = results.row_by(estimand.measure, &estimand.subject, estimand.by)?;
        let of_path: Vec<f64> = results.row(row).iter().map(|&value| f64::from(value)).collect();
        let may_be_undefined = estimand.measure.may_be_undefined;
        let is_sound = |value: &f64| value.is_finite() || (may_be_undefined && value.is_nan());
        let sound = of_path.iter().all(is_sound);
        let defined = of_path.iter().copied().filter(|value| !value.is_nan()).collect();
        let sorted = Sorted::new(defined).filter(|_| sound)?;
        Some(Self { of_path, sorted })
    }

    fn mean(&self) -> Contributions {
        over_defined(self.of_path.clone())
    }

    fn quantile(&self, level: f64) -> Option<Contributions> {
        let tied = self.sorted.tied_at(level);
        let of_path = if tied > MOST_TIED {
            self.of_path.clone()
        } else {
            over_defined(self.each(self.sorted.contribution_to_quantile(level)?)).of_path
        };
        Some(Contributions { value: self.sorted.at(level), of_path, tied })
    }

    fn shortfall(&self, level: f64) -> Contributions {
        over_defined(self.each(self.sorted.contribution_to_shortfall(level)))
    }

    fn each(&self, contribution: impl Fn(f64) -> f64) -> Vec<f64> {
        self.of_path.iter().map(|&x| if x.is_nan() { x } else { contribution(x) }).collect()
    }
}

/// The mean over the paths with a number, and what each path contributes to it: a ratio of the means of the number, 0
/// where there is none, and of whether there is one.
fn over_defined(of_path: Vec<f64>) -> Contributions {
    let defined = of_path.iter().filter(|value| !value.is_nan()).count();
    if defined == of_path.len() {
        return Contributions::mean(of_path);
    }
    let value = of_path.iter().filter(|value| !value.is_nan()).sum::<f64>() / defined as f64;
    let share = defined as f64 / of_path.len() as f64;
    let contribution = |x: f64| if x.is_nan() { value } else { value + (x - value) / share };
    Contributions { value, of_path: of_path.into_iter().map(contribution).collect(), tied: 0.0 }
}

/// 1 on paths with the event by its date, or where the flag is up.
pub(super) fn indicator(results: &Results<'_>, estimand: &Estimand) -> Option<Vec<f64>> {
    let Estimand { measure, subject, by, .. } = estimand;
    let row = results.row_by(*measure, subject, *by)?;
    let t = usize::try_from(results.timeline.index(*by)).ok()?;
    let holds = |value: f32| if measure.kind == Kind::FirstMonth { by_month(value, t) } else { value > 0.5 };
    Some(results.row(row).iter().map(|&value| one_if(holds(value))).collect())
}

fn of_derived(results: &Results<'_>, estimand: &Estimand, from: Derived) -> Option<Contributions> {
    let t = usize::try_from(results.timeline.index(estimand.by)).ok().filter(|&t| t <= results.horizon())?;
    if let Derived::Less(with, without) = from {
        let (with, without) = (results.event(*with, &estimand.subject)?, results.event(*without, &estimand.subject)?);
        let happened = |month: f32| one_if(by_month(month, t));
        let of_path = with.iter().zip(without.iter()).map(|(&with, &without)| happened(with) - happened(without));
        return Some(Contributions::mean(of_path.collect()));
    }
    let share = share(results, from, &estimand.subject, t)?;
    ratio((0..results.paths()).map(share))
}

/// A ratio `r` of the means of `y` and `x` contributes `r + (y - r x)/mean(x)`: `x` is 1 on the paths that count, `y` on
/// the hits among them.
fn ratio(of_path: impl Iterator<Item = Option<bool>>) -> Option<Contributions> {
    let (x, y): (Vec<f64>, Vec<f64>) = of_path.map(|hit| (one_if(hit.is_some()), one_if(hit == Some(true)))).unzip();
    let share = x.iter().sum::<f64>() / x.len() as f64;
    let value = y.iter().sum::<f64>() / x.iter().sum::<f64>();
    let of_path = y.iter().zip(&x).map(|(y, x)| value + (y - value * x) / share).collect();
    value.is_finite().then_some(Contributions { value, of_path, tied: 0.0 })
}

fn one_if(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_without_a_number_contributes_the_mean() {
        // Of 2, 4 and 6 with a path without a number: 4, and 4 +- 2/(3/4).
        let found = over_defined(vec![2.0, f64::NAN, 4.0, 6.0]);
        assert!((found.value - 4.0).abs() < 1e-12);
        for (of_path, expected) in found.of_path.iter().zip([4.0 - 8.0 / 3.0, 4.0, 4.0, 4.0 + 8.0 / 3.0]) {
            assert!((of_path - expected).abs() < 1e-12, "{found:?}");
        }
        assert_eq!(over_defined(vec![1.0, 3.0]).of_path, [1.0, 3.0]);
    }
}
