//! Means, quantiles and shortfalls of amounts.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::model::Metric;

use super::super::estimand::{Estimand, Statistic};
use super::entry::{Entry, Wanted};
use super::estimator::{Answer, Clusters};
use super::probabilities::rows;
use super::results::Results;

/// Levels of the quantiles over paths.
const QUANTILES: [f64; 6] = [0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

/// Levels of the quantiles over parameter draws, which are fewer.
const QUANTILES_OF_DRAWS: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// Levels of the expected shortfall of losses.
const SHORTFALLS: [f64; 2] = [0.95, 0.99];

/// Mean with band, quantiles and shortfalls of every amount.
pub(super) fn entries(results: &Results<'_>, wanted: &Wanted<'_>) -> Vec<Entry> {
    let metrics = results.catalogue.par_iter().enumerate();
    let amounts =
        metrics.filter(|(_, metric)| metric.measure.is_amount() && !metric.measure.is_cell() && wanted(metric.measure));
    let of = |(row, metric): (usize, &Metric)| {
        if metric.measure.is_per_draw { per_draw(results, row, metric) } else { per_path(results, row, metric) }
    };
    amounts.flat_map_iter(of).collect()
}

fn per_path(results: &Results<'_>, row: usize, metric: &Metric) -> Vec<Entry> {
    let clusters = results.clusters(row);
    let sorted = clusters.sorted();
    let mut entries = of_clusters(results, metric, &clusters, &sorted, &QUANTILES);
    if metric.measure.is_loss {
        let shortfall = |level| entry(results, metric, Statistic::Shortfall(level), clusters.shortfall(&sorted, level));
        entries.extend(SHORTFALLS.map(shortfall));
    }
    entries
}

/// Every path of a draw has the same value: the draws are the observations.
fn per_draw(results: &Results<'_>, row: usize, metric: &Metric) -> Vec<Entry> {
    let row = results.row(row);
    let values: Vec<f32> = results.ranges().iter().filter_map(|columns| row.get(columns.start)).copied().collect();
    let all = 0..values.len();
    let clusters = Clusters::new(Cow::Owned(values), Cow::Owned(vec![all]));
    let mut entries = of_clusters(results, metric, &clusters, &clusters.sorted(), &QUANTILES_OF_DRAWS);
    for Entry { answer, .. } in &mut entries {
        answer.method = answer.method.replace(" path", " draw");
    }
    entries
}

fn of_clusters(
    results: &Results<'_>,
    metric: &Metric,
    clusters: &Clusters<'_>,
    sorted: &[f32],
    levels: &[f64],
) -> Vec<Entry> {
    let by = results.by(metric.by);
    let mut entries = rows(metric.measure, &metric.subject, by, Statistic::Mean, Some(clusters.mean()));
    let quantiles = levels.iter().zip(clusters.quantiles(sorted, levels));
    entries.extend(quantiles.map(|(&level, answer)| entry(results, metric, Statistic::Quantile(level), answer)));
    entries
}

fn entry(results: &Results<'_>, metric: &Metric, statistic: Statistic, answer: Answer) -> Entry {
    let Metric { measure, subject, by } = metric;
    Entry { estimand: Estimand { measure: *measure, subject: subject.clone(), by: results.by(*by), statistic }, answer }
}
