//! Means, quantiles and shortfalls of amounts.

use rayon::prelude::*;

use crate::model::{Kind, Metric};

use super::summary::{Entry, Wanted};
use super::probabilities::told;
use super::results::Results;

/// Levels at which quantiles are told.
const QUANTILES: [(f64, &str); 6] =
    [(0.05, "p05"), (0.25, "p25"), (0.5, "p50"), (0.75, "p75"), (0.95, "p95"), (0.99, "p99")];

/// Levels at which the shortfall of what is lost or missing is told.
const SHORTFALLS: [(f64, &str); 2] = [(0.95, "es95"), (0.99, "es99")];

/// Measures that are bad where they are large.
pub const LOSSES: [&str; 3] = ["funding_gap", "provider_loss", "basis_lost"];

/// What is the same on all paths of a draw: a draw has one value, which a table of draws shows best.
pub const OF_DRAW: [&str; 1] = ["implied_requirement"];

/// Mean with band, quantiles and shortfalls of every amount.
pub(super) fn entries(results: &Results<'_>, wanted: &Wanted<'_>) -> Vec<Entry> {
    let is_amount =
        |metric: &Metric| !matches!(metric.kind, Kind::FirstMonth | Kind::Flag) && !OF_DRAW.contains(&metric.measure);
    let rows = results.catalogue.par_iter().enumerate();
    rows.filter(|(_, metric)| is_amount(metric) && wanted(metric.measure))
        .flat_map_iter(|(row, metric)| amount(results, row, metric))
        .collect()
}

fn amount(results: &Results<'_>, row: usize, metric: &Metric) -> Vec<Entry> {
    let (unit, by) = (metric.kind.unit(), results.by(metric.by));
    let clusters = results.clusters(row);
    let sorted = clusters.sorted();
    let mut entries = told(metric.measure, &metric.subject, by, "mean", unit, Some(clusters.mean()));
    let entry = |(statistic, answer)| Entry {
        measure: metric.measure,
        subject: metric.subject.clone(),
        by: Some(by),
        statistic,
        answer,
        unit,
    };
    let answers = clusters.quantiles(&sorted, &QUANTILES.map(|(level, _)| level));
    entries.extend(QUANTILES.iter().map(|(_, statistic)| *statistic).zip(answers).map(entry));
    if LOSSES.contains(&metric.measure) {
        let shortfalls = SHORTFALLS.map(|(level, statistic)| (statistic, clusters.shortfall(&sorted, level)));
        entries.extend(shortfalls.map(entry));
    }
    entries
}
