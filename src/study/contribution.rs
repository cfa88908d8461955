//! A statistic as a mean over paths: what each path contributes to it.
//!
//! To first order every statistic here is a mean of numbers of single paths (its influence function: Hampel, JASA 69,
//! 1974). So the difference of two runs on the same shocks is a mean of differences, and its error follows from them,
//! whatever the statistic; with nested draws the draws are the replicates, as everywhere.

use super::estimates::{Results, by_month};
use super::headline::{Condition, Headline, Statistic};
use crate::model::{By, Kind};
use crate::stats::{Sorted, sparsity};

/// A statistic of a run, and what each path contributes to it; the mean of the contributions is the value, to first order.
#[derive(Clone, Debug, PartialEq)]
pub struct Contributions {
    /// The statistic, in the unit of its headline.
    pub value: f64,
    /// One number a path, in the order of the draws.
    pub of_path: Vec<f64>,
}

impl Contributions {
    /// Those of a headline; none where the run does not have it or it is not finite.
    pub fn of(results: &Results<'_>, headline: &Headline) -> Option<Self> {
        let Headline { measure, subject, by, statistic, .. } = headline;
        match statistic {
            Statistic::Probability => Some(Self::mean(indicator(results, headline)?)),
            Statistic::Given(condition) => given(results, subject, *by, *condition),
            Statistic::Increment => increment(results, subject, *by),
            Statistic::Mean => finite(results, measure, subject, *by).map(Self::mean),
            Statistic::Quantile(level) => finite(results, measure, subject, *by)?.quantile(*level),
            Statistic::Shortfall(level) => finite(results, measure, subject, *by)?.shortfall(*level),
        }
    }

    fn mean(of_path: Vec<f64>) -> Self {
        Self { value: of_path.iter().sum::<f64>() / of_path.len() as f64, of_path }
    }
}

/// Statistics of a sample.
trait Sample {
    fn quantile(self, level: f64) -> Option<Contributions>;
    fn shortfall(self, level: f64) -> Option<Contributions>;
}

impl Sample for Vec<f64> {
    /// An order statistic `q` contributes `q - s 1{x <= q}` up to a constant, with the sparsity `s = 1/f(q)`; none where the
    /// sample does not tell it.
    fn quantile(self, level: f64) -> Option<Contributions> {
        let sorted = Sorted::new(self.clone())?;
        let (value, per) = (sorted.quantile(level).value(), sparsity(&sorted, level)?);
        let up_to = self.iter().filter(|&&x| x <= value).count() as f64 / self.len() as f64;
        let of_path = self.iter().map(|&x| value + per * (up_to - f64::from(u8::from(x <= value)))).collect();
        Some(Contributions { value, of_path })
    }

    /// `v + (x - v)+/(1 - level)`: the quantile's own error adds nothing in first order (Rockafellar and Uryasev 2000).
    fn shortfall(self, level: f64) -> Option<Contributions> {
        let at_risk = Sorted::new(self.clone())?.quantile(level).value();
        let beyond = |x: f64| at_risk + (x - at_risk).max(0.0) / (1.0 - level);
        Some(Contributions::mean(self.into_iter().map(beyond).collect()))
    }
}

/// The values of a metric, if there is one and every one of them is a number.
fn finite(results: &Results<'_>, measure: &str, subject: &str, by: By) -> Option<Vec<f64>> {
    let row = results.find(measure, subject, by)?;
    let values: Vec<f64> = results.row(row).iter().map(|&value| f64::from(value)).collect();
    (!values.is_empty() && values.iter().all(|value| value.is_finite())).then_some(values)
}

/// 1 on paths with the event by its date, or where the flag is up.
pub(super) fn indicator(results: &Results<'_>, headline: &Headline) -> Option<Vec<f64>> {
    let Headline { measure, subject, by, .. } = headline;
    let flag = |holds: bool| f64::from(u8::from(holds));
    if let (By::Month(t), Some(row)) = (*by, results.find(measure, subject, By::Path))
        && results.catalogue[row].kind == Kind::FirstMonth
    {
        return (t <= results.horizon()).then(|| results.row(row).iter().map(|&m| flag(by_month(m, t))).collect());
    }
    let row = results.find(measure, subject, *by)?;
    Some(results.row(row).iter().map(|&value| flag(value > 0.5)).collect())
}

/// A ratio `r` of the means of `y` and `x` contributes `r + (y - r x)/mean(x)`.
fn given(results: &Results<'_>, lab: &str, by: By, condition: Condition) -> Option<Contributions> {
    let By::Month(t) = by else { return None };
    let (burst, default) = (results.event("burst", "")?, results.event("default", lab)?);
    let counts = |i: usize| {
        let burst_before = by_month(burst[i], t) && burst[i] < default[i];
        burst_before == (condition == Condition::Burst)
    };
    let flag = |holds: bool| f64::from(u8::from(holds));
    let x: Vec<f64> = (0..burst.len()).map(|i| flag(counts(i))).collect();
    let y: Vec<f64> = (0..burst.len()).map(|i| flag(counts(i) && by_month(default[i], t))).collect();
    let share = x.iter().sum::<f64>() / x.len() as f64;
    let value = y.iter().sum::<f64>() / x.iter().sum::<f64>();
    let of_path = y.iter().zip(&x).map(|(y, x)| value + (y - value * x) / share).collect();
    value.is_finite().then_some(Contributions { value, of_path })
}

fn increment(results: &Results<'_>, entity: &str, by: By) -> Option<Contributions> {
    let By::Month(t) = by else { return None };
    let with = results.event("entity_default", entity)?;
    let alone = results.event("entity_default_alone", entity)?;
    let flag = |month: f32| f64::from(u8::from(by_month(month, t)));
    Some(Contributions::mean(with.iter().zip(alone.iter()).map(|(&with, &alone)| flag(with) - flag(alone)).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contributions_average_to_the_statistic() {
        let sample: Vec<f64> = (1..=1000).map(f64::from).collect();
        let shortfall = sample.clone().shortfall(0.9).unwrap();
        assert!((shortfall.value - 950.5).abs() < 1e-9, "{}", shortfall.value);
        let quantile = sample.quantile(0.9).unwrap();
        assert_eq!(quantile.value.to_bits(), 900f64.to_bits());
        let mean = quantile.of_path.iter().sum::<f64>() / 1000.0;
        assert!((mean - 900.0).abs() < 1e-9, "{mean}");
    }

    #[test]
    fn a_quantile_at_an_atom_does_not_move() {
        let mut sample = vec![0.0; 900];
        sample.extend((0..100).map(f64::from));
        let median = sample.quantile(0.5).unwrap();
        assert!(median.value == 0.0 && median.of_path.iter().all(|&path| path == 0.0));
    }
}
