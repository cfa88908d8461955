//! What runs are compared by: every number of the summary that is a statistic of paths.

use crate::model::{Derived, Kind, MEASURES, Measure, Metric, Prominence, rank};

use super::estimand::{Estimand, Statistic};
use super::estimates::Results;

/// Levels at which amounts are compared: their quantile shift.
const LEVELS: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// Level beyond which losses are averaged.
const WORST: f64 = 0.95;

/// Every estimand of a run by which it can be compared with another, in the order of the summary.
pub fn comparable(results: &Results<'_>) -> Vec<Estimand> {
    let mut all: Vec<Estimand> = results
        .catalogue
        .iter()
        .filter(|metric| !metric.measure.is_cell())
        .flat_map(|metric| of_metric(results, metric))
        .collect();
    let derived = MEASURES.iter().filter(|measure| measure.prominence != Prominence::Detail);
    let derived = derived.filter_map(|measure| Some((*measure, measure.derived?)));
    all.extend(derived.flat_map(|(measure, from)| of_derived(results, measure, from)));
    all.sort_by_cached_key(|estimand| rank(estimand.measure));
    all
}

fn of_metric(results: &Results<'_>, metric: &Metric) -> Vec<Estimand> {
    let of = |statistic| Estimand {
        measure: metric.measure,
        subject: metric.subject.clone(),
        by: results.by(metric.by),
        statistic,
    };
    match metric.measure.kind {
        Kind::FirstMonth => by_date(results, metric.measure, &metric.subject),
        Kind::Flag => vec![of(Statistic::Probability)],
        _ if metric.measure.is_per_draw => Vec::new(),
        _ => {
            let shortfall = metric.measure.is_loss.then_some(Statistic::Shortfall(WORST));
            let quantiles = LEVELS.map(Statistic::Quantile);
            std::iter::once(Statistic::Mean).chain(quantiles).chain(shortfall).map(of).collect()
        }
    }
}

fn of_derived(results: &Results<'_>, measure: Measure, from: Derived) -> Vec<Estimand> {
    let events = results.catalogue.iter().filter(|metric| metric.measure == from.event());
    events.flat_map(|metric| by_date(results, measure, &metric.subject)).collect()
}

fn by_date(results: &Results<'_>, measure: Measure, subject: &str) -> Vec<Estimand> {
    let of = |&date: &usize| Estimand {
        measure,
        subject: subject.to_owned(),
        by: results.date(date),
        statistic: Statistic::Probability,
    };
    results.dates.iter().map(of).collect()
}
