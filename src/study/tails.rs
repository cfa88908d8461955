//! The tails of losses: regimes, value at risk, shortfall, exceedance, and a Pareto tail where the paths support one.

use rayon::prelude::*;

use crate::calendar::Month;
use crate::model::{By, Measure, Metric, metric};
use crate::stats::{
    ChosenTail, Estimate, Exceedance, MOST_EXCEEDANCES, Moments, Refusal, Sample, Sorted, TailLevel, exceedance_curve,
    mean_excess, numbers_alone, share_between, tail_levels, threshold_stability,
};

use super::estimates::{Banded, Results, probability};
use super::regimes::{InRegime, regimes};

/// Levels of value at risk and expected shortfall.
pub const LEVELS: [f64; 3] = [0.95, 0.99, 0.999];

/// Period of a return level: one in this many paths exceeds it.
pub const PERIODS: [f64; 3] = [1_000.0, 10_000.0, 100_000.0];

/// Shares of the paths above the thresholds that are shown: from a fifth to a few in a thousand.
const FRACTIONS: [f64; 12] = [0.2, 0.15, 0.12, 0.1, 0.08, 0.06, 0.05, 0.04, 0.03, 0.02, 0.01, 0.005];

/// Points of an exceedance curve.
const POINTS: usize = 60;

/// The tail of a loss, or of the funding gap, at the end of the run.
#[derive(Clone, Debug)]
pub struct Tail {
    /// The measure.
    pub measure: Measure,
    /// Whose.
    pub subject: String,
    /// Month at whose end.
    pub by: Month,
    /// Paths that are left out because their value is no number.
    pub left_out: usize,
    /// The regimes that a loss is a mixture of; none of the funding gap, or where paths are left out.
    pub regimes: Vec<InRegime>,
    /// Value at risk and expected shortfall at [`LEVELS`].
    pub levels: Vec<TailLevel>,
    /// How the draws differ; none for a single draw.
    pub over_draws: Option<OverDraws>,
    /// The chance to exceed amounts, with a band for the whole curve.
    pub curve: Vec<Exceedance>,
    /// The fitted tail, or the reason why there is none.
    pub fit: Result<Fit, Refusal>,
    /// Shape above each of several thresholds, ascending, none where the fit fails: level above a good one. Empty where no
    /// tail is looked for.
    pub stability: Vec<(f64, Option<Estimate>)>,
    /// Mean excess above each of several thresholds, ascending: straight above a good one.
    pub mean_excess: Vec<(f64, Estimate)>,
}

/// How the parameter draws differ in a loss: what is not known, apart from chance.
#[derive(Clone, Debug)]
pub struct OverDraws {
    /// The mean, and its quantiles over the draws.
    pub mean: Banded,
    /// The share of the variance over all paths that is the draws'.
    pub share: Option<Estimate>,
    /// The probability to exceed the value at risk of each of [`LEVELS`], and its quantiles over the draws.
    pub beyond: Vec<Banded>,
}

/// A generalised Pareto distribution above a threshold.
#[derive(Clone, Debug)]
pub struct Fit {
    /// The threshold, dollars.
    pub threshold: f64,
    /// Paths above it.
    pub exceedances: usize,
    /// Shape: above 0 a heavy tail, below a tail that ends.
    pub shape: Estimate,
    /// Scale, dollars.
    pub scale: Estimate,
    /// The loss that one in [`PERIODS`] paths exceeds, or the reason why it is not given.
    pub returns: Vec<Result<Estimate, Refusal>>,
    /// The fitted chance to exceed amounts, from the threshold to the longest period that is told.
    pub curve: Vec<(f64, Estimate)>,
}

/// The tails of all losses that are not zero on all paths, and of the funding gaps, at the last month.
pub fn tails(results: &Results<'_>) -> Vec<Tail> {
    let last = results.horizon();
    let at_the_end = |by: By| matches!(by, By::Path) || by == By::Month(last);
    let rows = results.catalogue.iter().enumerate();
    let losses = rows.filter(|(_, metric)| metric.measure.is_loss && at_the_end(metric.by));
    let of = |(row, metric): (usize, &Metric)| {
        let values: Vec<f64> = results.row(row).iter().map(|&value| f64::from(value)).collect();
        let moves = values.iter().any(|&value| value != 0.0);
        let (numbers, ranges, left_out) = numbers_alone(&values, results.ranges());
        let sample = Sample::new(&numbers, &ranges).filter(|_| moves)?;
        let of_regimes = || regimes(results, metric.measure, &metric.subject, &values).unwrap_or_default();
        let regimes = if left_out == 0 { of_regimes() } else { Vec::new() };
        let tail = tail(&sample, (metric.measure, &metric.subject, results.date(last)))?;
        let over_draws = over_draws(results, row, &tail.levels, &sample);
        Some(Tail { left_out, regimes, over_draws, ..tail })
    };
    losses.collect::<Vec<_>>().into_par_iter().filter_map(of).collect()
}

fn over_draws(results: &Results<'_>, row: usize, levels: &[TailLevel], sample: &Sample<'_>) -> Option<OverDraws> {
    if sample.draws().is_empty() {
        return None;
    }
    let of_draw = |columns: &std::ops::Range<usize>| sample.values()[columns.clone()].iter().copied().collect();
    let moments: Vec<Moments> = sample.draws().iter().map(of_draw).collect();
    let values = results.row(row);
    let beyond = |level: &TailLevel| {
        let at_risk = level.at_risk.value();
        probability(&results.count_where(&values, |value| f64::from(value) > at_risk))
    };
    Some(OverDraws {
        mean: results.clusters(row).mean(),
        share: share_between(&moments),
        beyond: levels.iter().map(beyond).collect::<Option<_>>()?,
    })
}

fn tail(sample: &Sample<'_>, (measure, subject, by): (Measure, &str, Month)) -> Option<Tail> {
    let sorted = Sorted::new(sample.values().to_vec())?;
    let most = MOST_EXCEEDANCES as f64 / sample.values().len() as f64;
    let fractions = FRACTIONS.iter().filter(|&&fraction| fraction <= most);
    let mut thresholds: Vec<f64> = fractions.map(|fraction| sorted.at(1.0 - fraction)).collect();
    thresholds.dedup();
    let mut amounts: Vec<f64> = (0..=POINTS).map(|k| 10f64.powf(-4.0 * k as f64 / POINTS as f64)).collect();
    amounts = amounts.iter().map(|beyond| sorted.at((1.0 - beyond).clamp(1e-9, 1.0 - 1e-9))).collect();
    amounts.dedup();
    let means = mean_excess(sample, &thresholds);
    Some(Tail {
        measure,
        subject: subject.to_owned(),
        by,
        left_out: 0,
        regimes: Vec::new(),
        levels: tail_levels(sample, &LEVELS)?,
        over_draws: None,
        curve: exceedance_curve(sample, &amounts)?,
        fit: if is_bounded(measure) {
            Err(Refusal::Mixture)
        } else {
            ChosenTail::choose(*sample).map(|fit| fitted(&fit))
        },
        stability: if is_bounded(measure) { Vec::new() } else { stability(sample, &thresholds) },
        mean_excess: thresholds.iter().copied().zip(means).filter_map(|(u, e)| Some((u, e?))).collect(),
    })
}

/// Nobody can lose more than what was sold, lent or invested.
fn is_bounded(measure: Measure) -> bool {
    [metric::PROVIDER_LOSS, metric::BASIS_LOST].contains(&measure)
}

fn stability(sample: &Sample<'_>, thresholds: &[f64]) -> Vec<(f64, Option<Estimate>)> {
    let fits = threshold_stability(sample, thresholds).into_iter();
    fits.map(|(threshold, fit)| (threshold, fit.ok().map(|fit| fit.shape()))).collect()
}

fn fitted(tail: &ChosenTail<'_>) -> Fit {
    let end = tail.return_level(tail.longest()).map_or(tail.threshold(), |level| level.value());
    let amount = |k: usize| tail.threshold() + (end - tail.threshold()) * k as f64 / POINTS as f64;
    let point = |k: usize| tail.exceedance(amount(k)).map(|probability| (amount(k), probability));
    Fit {
        threshold: tail.threshold(),
        exceedances: tail.exceedances(),
        shape: tail.shape(),
        scale: tail.scale(),
        returns: PERIODS.iter().map(|&period| tail.return_level(period)).collect(),
        curve: (1..=POINTS).filter_map(point).collect(),
    }
}
