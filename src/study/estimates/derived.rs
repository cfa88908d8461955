//! What follows from several metrics, or from the draws alone.

use std::borrow::Cow;

use crate::model::By;
use crate::stats::Hits;

use super::estimator::{Clusters, conditional, difference, probability};
use super::summary::Entry;
use super::probabilities::told;
use super::results::{Results, burst_before, by_month};

/// What follows from several metrics, or from the draws alone.
pub(super) fn entries(results: &Results<'_>) -> Vec<Entry> {
    let labs = results.labs.iter().enumerate();
    let mut entries: Vec<Entry> = labs.flat_map(|(lab, name)| of_lab(results, lab, name)).collect();
    entries.extend(increments(results));
    entries
}

fn of_lab(results: &Results<'_>, lab: usize, name: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    for &date in results.dates {
        entries.extend(given_burst(results, name, date, "default", DEFAULT));
        entries.extend(given_burst(results, name, date, "liquidity_event", LIQUIDITY));
        entries.extend(given_liquidity(results, name, date));
    }
    entries.extend(overvalued_at_start(results, lab, name));
    entries.extend(requirement(results, name));
    entries
}

/// Names of the shares of an event among the paths with and without a burst before it, and of those with one.
type Names = [&'static str; 3];
const DEFAULT: Names = ["default_given_burst", "default_given_no_burst", "burst_before_default"];
const LIQUIDITY: Names =
    ["liquidity_event_given_burst", "liquidity_event_given_no_burst", "burst_before_liquidity_event"];

/// The share of paths with the event by `date` among those whose market had burst by then and before the event, and among
/// the others; and the share of the former, so that the two can be put together again.
fn given_burst(results: &Results<'_>, lab: &str, date: usize, event: &str, names: Names) -> Vec<Entry> {
    let (Some(burst), Some(event)) = (results.event("burst", ""), results.event(event, lab)) else {
        return Vec::new();
    };
    let before = |column: usize| burst_before(burst[column], event[column], date);
    let split = results.count(before);
    let with = results.count(|column| before(column) && by_month(event[column], date));
    let without = results.count(|column| !before(column) && by_month(event[column], date));
    let shares = |hits: &[Hits], trials: fn(&Hits) -> u64| {
        let of = |(hits, split): (&Hits, &Hits)| Hits { hits: hits.hits, trials: trials(split) };
        hits.iter().zip(&split).map(of).collect::<Vec<_>>()
    };
    let by = results.date(date);
    let told = |name, answer| told(name, lab, by, "probability", "1", answer);
    let mut entries = told(names[0], conditional(&shares(&with, |split| split.hits)));
    entries.extend(told(names[1], conditional(&shares(&without, |split| split.trials - split.hits))));
    entries.extend(told(names[2], probability(&split)));
    entries
}

/// The share of paths in default by `date` among those with a liquidity event by then.
fn given_liquidity(results: &Results<'_>, lab: &str, date: usize) -> Vec<Entry> {
    let (Some(event), Some(default)) = (results.event("liquidity_event", lab), results.event("default", lab)) else {
        return Vec::new();
    };
    let events = results.count_by(&event, date);
    let both = results.count(|column| by_month(event[column], date) && by_month(default[column], date));
    let counts: Vec<Hits> =
        both.iter().zip(&events).map(|(both, events)| Hits { hits: both.hits, trials: events.hits }).collect();
    told("default_given_liquidity_event", lab, results.date(date), "probability", "1", conditional(&counts))
}

/// *Overvalued* for month 0: the share of the draws, at the end of the month before the start.
fn overvalued_at_start(results: &Results<'_>, lab: usize, name: &str) -> Vec<Entry> {
    let hits = results.draws.iter().filter(|draw| draw.overvalued.get(lab) == Some(&true)).count() as u64;
    let counts = Hits { hits, trials: results.draws.len() as u64 };
    let mut answer = probability(&[counts]);
    if let Some(answer) = &mut answer {
        let draws = results.draws.len();
        let point = &mut answer.point;
        let single = "the one set of parameters";
        point.method = if draws > 1 { format!("share of {draws} draws, Wilson") } else { single.to_owned() };
    }
    told("overvalued", name, results.by(By::Start), "probability", "1", answer)
}

/// The implied requirement over the draws: every path of a draw has the same.
fn requirement(results: &Results<'_>, lab: &str) -> Vec<Entry> {
    let Some(row) = results.find("implied_requirement", lab, By::Start) else { return Vec::new() };
    let row = results.row(row);
    let values: Vec<f32> = results.ranges().iter().filter_map(|columns| row.get(columns.start)).copied().collect();
    let all = 0..values.len();
    let clusters = Clusters::new(Cow::Owned(values), Cow::Owned(vec![all]));
    let sorted = clusters.sorted();
    let statistics = [(0.05, "p05"), (0.25, "p25"), (0.5, "p50"), (0.75, "p75"), (0.95, "p95")];
    let answers = clusters.quantiles(&sorted, &statistics.map(|(level, _)| level));
    let by = results.by(By::Start);
    let of_draws = |method: String| method.replace(" paths", " draws");
    let mut entries = told("implied_requirement", lab, by, "mean", "1", Some(clusters.mean()));
    entries.extend(statistics.into_iter().zip(answers).map(|((_, statistic), answer)| Entry {
        measure: "implied_requirement",
        subject: lab.to_owned(),
        by: Some(by),
        statistic,
        answer,
        unit: "1",
    }));
    for entry in &mut entries {
        entry.answer.method = of_draws(std::mem::take(&mut entry.answer.method));
    }
    entries
}

/// What the exposures to the labs add to an entity's probability of default, on the same shocks.
fn increments(results: &Results<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for metric in results.catalogue.iter().filter(|metric| metric.measure == "entity_default") {
        let events = results.event("entity_default", &metric.subject);
        let Some((with, alone)) = events.zip(results.event("entity_default_alone", &metric.subject)) else { continue };
        for &date in results.dates {
            let only = |a: &[f32], b: &[f32]| results.count(|i| by_month(a[i], date) && !by_month(b[i], date));
            let answer = difference(&only(&with, &alone), &only(&alone, &with));
            let by = results.date(date);
            entries.extend(told("entity_default_increment", &metric.subject, by, "probability", "1", answer));
        }
    }
    entries
}
