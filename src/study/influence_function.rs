//! A statistic as a mean over paths: what each path contributes to it.
//!
//! To first order every statistic here is a mean of numbers of single paths (its influence function: Hampel, JASA 69,
//! 1974). So the difference of two runs on the same shocks is a mean of differences, and its error follows from them,
//! whatever the statistic; with nested draws the draws are the replicates, as everywhere.

use std::cell::LazyCell;
use std::ops::Range;

use super::estimates::{Results, burst_before, by_month};
use super::estimand::{Condition, Headline, Statistic};
use crate::model::{By, Kind};
use crate::stats::{Paired, Sample, Sorted};

/// A statistic of a run, and what each path contributes to it; the mean of the contributions is the value, to first order.
#[derive(Clone, Debug, PartialEq)]
pub struct Contributions {
    /// The statistic, in the unit of its headline.
    pub value: f64,
    /// One number a path, in the order of the draws.
    pub of_path: Vec<f64>,
}

impl Contributions {
    /// Those of each headline; none where the run does not have it or it is not finite.
    ///
    /// Each is made when it is asked for. The paths are sorted once for all headlines of one number that stand together.
    pub fn of_all<'a>(
        results: &'a Results<'_>,
        headlines: &'a [Headline],
    ) -> impl Iterator<Item = Option<Contributions>> + 'a {
        headlines.chunk_by(Headline::is_of_the_number_of).flat_map(move |group| {
            let amounts = LazyCell::new(move || Amounts::of(results, &group[0]));
            group.iter().map(move |headline| match headline.statistic {
                Statistic::Probability => indicator(results, headline).map(Self::mean),
                Statistic::Given(condition) => given(results, &headline.subject, headline.by, condition),
                Statistic::Increment => increment(results, &headline.subject, headline.by),
                Statistic::Mean => amounts.as_ref().map(Amounts::mean),
                Statistic::Quantile(level) => amounts.as_ref()?.quantile(level),
                Statistic::Shortfall(level) => amounts.as_ref().map(|amounts| amounts.shortfall(level)),
            })
        })
    }

    /// These less those of another run, path by path; none unless both ran the same paths.
    pub(super) fn less(&self, base: &Self, draws: &[Range<usize>]) -> Option<Paired> {
        Paired::new(Sample::new(&self.of_path, draws)?, Sample::new(&base.of_path, draws)?)
    }

    fn mean(of_path: Vec<f64>) -> Self {
        Self { value: of_path.iter().sum::<f64>() / of_path.len() as f64, of_path }
    }
}

/// The values of a metric, all of them finite.
struct Amounts {
    of_path: Vec<f64>,
    sorted: Sorted,
}

impl Amounts {
    /// Those of the number of a headline; none if there is no such metric or a value is not finite.
    fn of(results: &Results<'_>, headline: &Headline) -> Option<Self> {
        let row = results.find(headline.measure, &headline.subject, headline.by)?;
        let of_path: Vec<f64> = results.row(row).iter().map(|&value| f64::from(value)).collect();
        let finite = of_path.iter().all(|value| value.is_finite());
        let sorted = Sorted::new(of_path.clone()).filter(|_| finite)?;
        Some(Self { of_path, sorted })
    }

    fn mean(&self) -> Contributions {
        Contributions::mean(self.of_path.clone())
    }

    fn quantile(&self, level: f64) -> Option<Contributions> {
        let of_path = self.each(self.sorted.contribution_to_quantile(level)?);
        Some(Contributions { value: self.sorted.at(level), of_path })
    }

    fn shortfall(&self, level: f64) -> Contributions {
        Contributions::mean(self.each(self.sorted.contribution_to_shortfall(level)))
    }

    fn each(&self, contribution: impl Fn(f64) -> f64) -> Vec<f64> {
        self.of_path.iter().map(|&x| contribution(x)).collect()
    }
}

/// 1 on paths with the event by its date, or where the flag is up.
pub(super) fn indicator(results: &Results<'_>, headline: &Headline) -> Option<Vec<f64>> {
    let Headline { measure, subject, by, .. } = headline;
    if let (By::Month(t), Some(row)) = (*by, results.find(measure, subject, By::Path))
        && results.catalogue[row].kind == Kind::FirstMonth
    {
        return (t <= results.horizon()).then(|| results.row(row).iter().map(|&m| one_if(by_month(m, t))).collect());
    }
    let row = results.find(measure, subject, *by)?;
    Some(results.row(row).iter().map(|&value| one_if(value > 0.5)).collect())
}

/// A ratio `r` of the means of `y` and `x` contributes `r + (y - r x)/mean(x)`.
fn given(results: &Results<'_>, lab: &str, by: By, condition: Condition) -> Option<Contributions> {
    let By::Month(t) = by else { return None };
    let (burst, default) = (results.event("burst", "")?, results.event("default", lab)?);
    let counts = |i: usize| burst_before(burst[i], default[i], t) == (condition == Condition::Burst);
    let x: Vec<f64> = (0..burst.len()).map(|i| one_if(counts(i))).collect();
    let y: Vec<f64> = (0..burst.len()).map(|i| one_if(counts(i) && by_month(default[i], t))).collect();
    let share = x.iter().sum::<f64>() / x.len() as f64;
    let value = y.iter().sum::<f64>() / x.iter().sum::<f64>();
    let of_path = y.iter().zip(&x).map(|(y, x)| value + (y - value * x) / share).collect();
    value.is_finite().then_some(Contributions { value, of_path })
}

fn increment(results: &Results<'_>, entity: &str, by: By) -> Option<Contributions> {
    let By::Month(t) = by else { return None };
    let with = results.event("entity_default", entity)?;
    let alone = results.event("entity_default_alone", entity)?;
    let happened = |month: f32| one_if(by_month(month, t));
    let of_path = with.iter().zip(alone.iter()).map(|(&with, &alone)| happened(with) - happened(alone));
    Some(Contributions::mean(of_path.collect()))
}

fn one_if(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}
