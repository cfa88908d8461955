//! What follows from several events, or from the parameter draws alone.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::model::{By, Derived, MEASURES, Measure, metric};
use crate::stats::{AtRisk, Hits};

use super::super::estimand::{Estimand, Statistic};
use super::entry::{Entry, Wanted};
use super::estimator::{Answer, Banded, conditional, difference, more_left_out, probability};
use super::probabilities::rows;
use super::results::{Results, burst_before, by_month, left_out};

/// What follows from several events, or from the draws alone.
pub(super) fn entries(results: &Results<'_>, wanted: &Wanted<'_>) -> Vec<Entry> {
    let derived = MEASURES.iter().filter_map(|measure| Some((*measure, measure.derived?)));
    let derived: Vec<(Measure, Derived)> = derived.filter(|(measure, _)| wanted(*measure)).collect();
    let dates = |subject| results.dates.iter().map(move |&date| (subject, date));
    let cells: Vec<(&str, usize)> = subjects(results, &derived).into_iter().flat_map(dates).collect();
    let of = |(subject, date): (&str, usize)| -> Vec<Entry> {
        let of_measure = |&(measure, from): &(Measure, Derived)| {
            let answer = estimate(results, from, subject, date);
            let mut entries = rows(measure, subject, results.date(date), Statistic::Probability, answer);
            entries.extend(hazards(results, (measure, from), subject, date));
            entries
        };
        derived.iter().flat_map(of_measure).collect()
    };
    let mut entries: Vec<Entry> = cells.into_par_iter().flat_map_iter(of).collect();
    if wanted(metric::OVERVALUED) {
        let labs = results.labs.iter().enumerate();
        entries.extend(labs.flat_map(|(lab, name)| overvalued_at_start(results, lab, name)));
    }
    entries
}

/// Whose events these measures follow from, in the order of the catalogue.
fn subjects<'a>(results: &Results<'a>, derived: &[(Measure, Derived)]) -> Vec<&'a str> {
    let mut subjects = Vec::new();
    for metric in results.catalogue {
        let has_derived = derived.iter().any(|(_, from)| from.event() == metric.measure);
        if has_derived && !subjects.contains(&metric.subject.as_str()) {
            subjects.push(metric.subject.as_str());
        }
    }
    subjects
}

fn estimate(results: &Results<'_>, from: Derived, subject: &str, date: usize) -> Option<Banded> {
    if let Derived::Less(with, without) = from {
        let (with, without) = (results.event(*with, subject)?, results.event(*without, subject)?);
        let only = |a: &[f32], b: &[f32]| results.count(|i| by_month(a[i], date) && !by_month(b[i], date));
        let left_out = left_out(&[&with, &without]);
        let answer = difference(&only(&with, &without), &only(&without, &with))?;
        return Some(answer.leaving_out(left_out));
    }
    let share = share(results, from, subject, date)?;
    let hits = results.count(|path| share(path) == Some(true));
    let among = results.count(|path| share(path).is_some());
    let counts: Vec<Hits> =
        hits.iter().zip(&among).map(|(hits, among)| Hits { hits: hits.hits, trials: among.hits }).collect();
    let answer = conditional(&counts)?;
    let (event, condition) = (results.event(from.event(), subject)?, condition(results, from, subject)?);
    Some(answer.leaving_out(left_out(&[&event, &condition])))
}

/// The event on which a share is conditional.
fn condition<'a>(results: &'a Results<'_>, from: Derived, subject: &str) -> Option<Cow<'a, [f32]>> {
    match from {
        Derived::Given(_, condition) => results.event(*condition, subject),
        Derived::Less(..) => None,
        Derived::GivenBurst(_) | Derived::GivenNoBurst(_) | Derived::BurstBefore(_) => results.event(metric::BURST, ""),
    }
}

/// Beside a share given a burst or none, the hazard of the event after or before it; beside the first also their ratio.
///
/// The share depends on the time since the burst; the hazard does not.
fn hazards(results: &Results<'_>, (measure, from): (Measure, Derived), subject: &str, date: usize) -> Vec<Entry> {
    let is_after = match from {
        Derived::GivenBurst(_) => true,
        Derived::GivenNoBurst(_) => false,
        _ => return Vec::new(),
    };
    let Some(([before, after], left_out)) = around_a_burst(results, from.event(), subject, date) else {
        return Vec::new();
    };
    let entry = |statistic, mut answer: Answer| {
        answer.method += &more_left_out(left_out as u64);
        let (subject, by) = (subject.to_owned(), results.date(date));
        Entry { estimand: Estimand { measure, subject, by, statistic }, answer }
    };
    let own = if is_after { &after } else { &before };
    let mut entries = vec![entry(Statistic::Hazard, Answer::rate(own, results.ranges()))];
    if is_after {
        entries.push(entry(Statistic::HazardRatio, Answer::rate_ratio(&after, &before, results.ranges())));
    }
    entries
}

/// Events and years at risk before and after a burst by the end of a month. A path leaves at the event; the month of the burst
/// counts as before, since an event in it is no consequence.
fn around_a_burst(results: &Results<'_>, event: Measure, subject: &str, date: usize) -> Option<([AtRisk; 2], usize)> {
    let (event, burst) = (results.event(event, subject)?, results.event(metric::BURST, "")?);
    let (mut before, mut after) = (AtRisk::default(), AtRisk::default());
    for (&event, &burst) in event.iter().zip(burst.iter()) {
        if event.is_nan() || burst.is_nan() {
            // A path without time at risk is kept, so that the draws keep their columns.
            before.add(false, 0.0);
            after.add(false, 0.0);
            continue;
        }
        let happened = by_month(event, date);
        let is_after = burst_before(burst, event, date);
        let last = f64::from(event.min(date as f32));
        let months_before = f64::from(burst).min(last) + 1.0;
        before.add(happened && !is_after, months_before / 12.0);
        after.add(happened && is_after, (last + 1.0 - months_before) / 12.0);
    }
    Some(([before, after], left_out(&[&event, &burst])))
}

/// A share as a function of the path: whether it is a hit; none for a path that is not among those that count. No share
/// at all where the run lacks an event, or for a difference.
pub(in crate::study) fn share<'a>(
    results: &'a Results<'_>,
    from: Derived,
    subject: &str,
    date: usize,
) -> Option<impl Fn(usize) -> Option<bool> + 'a> {
    let event = results.event(from.event(), subject)?;
    let condition = condition(results, from, subject)?;
    Some(move |path: usize| {
        if event[path].is_nan() || condition[path].is_nan() {
            return None;
        }
        let happened = by_month(event[path], date);
        let after_burst = || burst_before(condition[path], event[path], date);
        match from {
            Derived::GivenBurst(_) => after_burst().then_some(happened),
            Derived::GivenNoBurst(_) => (!after_burst()).then_some(happened),
            Derived::BurstBefore(_) => Some(after_burst()),
            Derived::Given(..) => by_month(condition[path], date).then_some(happened),
            Derived::Less(..) => None,
        }
    })
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
    rows(metric::OVERVALUED, name, results.by(By::Start), Statistic::Probability, answer)
}
