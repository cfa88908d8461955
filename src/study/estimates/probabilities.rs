//! Probabilities of events by date, and of what holds for a path as a whole.

use rayon::prelude::*;

use crate::model::{Kind, Metric};

use super::estimator::{Banded, probability};
use super::summary::{Entry, Wanted};
use super::results::Results;
use crate::calendar::Month;

/// Statistics of a band over the draws.
const BAND: [&str; 3] = ["band_p05", "band_p50", "band_p95"];

/// `P(first month <= date)` for every event and date, and the share of paths on which a flag is up.
pub(super) fn entries(results: &Results<'_>, wanted: &Wanted<'_>) -> Vec<Entry> {
    let of = |(row, metric): (usize, &Metric)| match metric.kind {
        _ if !wanted(metric.measure) => Vec::new(),
        Kind::FirstMonth => event(results, row, metric),
        Kind::Flag => flag(results, row, metric),
        _ => Vec::new(),
    };
    results.catalogue.par_iter().enumerate().flat_map_iter(of).collect()
}

fn event(results: &Results<'_>, row: usize, metric: &Metric) -> Vec<Entry> {
    let first = results.row(row);
    let by_date = |&date: &usize| {
        let answer = probability(&results.count_by(&first, date));
        told(metric.measure, &metric.subject, results.date(date), "probability", "1", answer)
    };
    results.dates.iter().flat_map(by_date).collect()
}

fn flag(results: &Results<'_>, row: usize, metric: &Metric) -> Vec<Entry> {
    let up = results.row(row);
    let answer = probability(&results.count(|column| up[column] > 0.5));
    told(metric.measure, &metric.subject, results.by(metric.by), "probability", "1", answer)
}

/// The rows of an estimate and of its band.
pub(super) fn told(
    measure: &'static str,
    subject: &str,
    by: Month,
    statistic: &'static str,
    unit: &'static str,
    answer: Option<Banded>,
) -> Vec<Entry> {
    let Some(Banded { point, band }) = answer else { return Vec::new() };
    let row =
        |(statistic, answer)| Entry { measure, subject: subject.to_owned(), by: Some(by), statistic, answer, unit };
    let band = BAND.into_iter().zip(band.into_iter().flatten());
    std::iter::once((statistic, point)).chain(band).map(row).collect()
}
