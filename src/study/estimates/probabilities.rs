//! Probabilities of events by date, and of what holds for a path as a whole.

use rayon::prelude::*;

use crate::calendar::Month;
use crate::model::{Kind, MEASURES, Measure, Metric};

use super::super::estimand::{Estimand, Statistic};
use super::entry::{Entry, Wanted};
use super::estimator::{Banded, Wider, probability, probability_by};
use super::results::{Results, left_out};

/// Levels of a band over the parameter draws.
const BAND: [f64; 3] = [0.05, 0.5, 0.95];

/// `P(first month <= date)` for every event and date, and the share of paths on which a flag is up.
pub(super) fn entries(results: &Results<'_>, wanted: &Wanted<'_>) -> Vec<Entry> {
    let of = |(row, metric): (usize, &Metric)| match metric.measure.kind {
        _ if !wanted(metric.measure) => Vec::new(),
        Kind::FirstMonth => event(results, row, metric),
        Kind::Flag => flag(results, row, metric),
        _ => Vec::new(),
    };
    results.catalogue.par_iter().enumerate().flat_map_iter(of).collect()
}

fn event(results: &Results<'_>, row: usize, metric: &Metric) -> Vec<Entry> {
    let first = results.row(row);
    let by_date = |first: &[f32]| results.dates.iter().map(|&date| results.count_by(first, date)).collect::<Vec<_>>();
    let is_wider = |wide: &&Measure| **wide != metric.measure && metric.measure.is_within(wide);
    let of_wider = |wide: &Measure| Some((wide.words(), by_date(&results.event(*wide, &metric.subject)?)));
    let wider: Vec<Wider> = MEASURES.iter().filter(is_wider).filter_map(of_wider).collect();
    let left_out = left_out(&[&first]);
    let of_date = |(&date, answer): (&usize, Banded)| {
        let answer = Some(answer.leaving_out(left_out));
        rows(metric.measure, &metric.subject, results.date(date), Statistic::Probability, answer)
    };
    results.dates.iter().zip(probability_by(&by_date(&first), &wider).into_iter().flatten()).flat_map(of_date).collect()
}

fn flag(results: &Results<'_>, row: usize, metric: &Metric) -> Vec<Entry> {
    let up = results.row(row);
    let answer = probability(&results.count_where(&up, |up| up > 0.5));
    let answer = answer.map(|answer| answer.leaving_out(left_out(&[&up])));
    rows(metric.measure, &metric.subject, results.by(metric.by), Statistic::Probability, answer)
}

/// The rows of an estimate and of its band.
pub(super) fn rows(
    measure: Measure,
    subject: &str,
    by: Month,
    statistic: Statistic,
    answer: Option<Banded>,
) -> Vec<Entry> {
    let Some(Banded { point, band }) = answer else { return Vec::new() };
    let row = |(statistic, answer)| Entry {
        estimand: Estimand { measure, subject: subject.to_owned(), by, statistic },
        answer,
    };
    let band = BAND.map(Statistic::Band).into_iter().zip(band.into_iter().flatten());
    std::iter::once((statistic, point)).chain(band).map(row).collect()
}
