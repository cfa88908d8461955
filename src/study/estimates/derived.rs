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
    let of = |subject: &str| by_date(results, &derived, subject);
    let mut entries: Vec<Entry> = subjects(results, &derived).into_par_iter().flat_map_iter(of).collect();
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

/// What follows from the events of a subject, by date. The events of a measure are read once for all dates.
fn by_date(results: &Results<'_>, derived: &[(Measure, Derived)], subject: &str) -> Vec<Entry> {
    let of_measure = |&(measure, from): &(Measure, Derived)| -> Vec<Vec<Entry>> {
        let Some(events) = Events::of(results, from, subject) else { return Vec::new() };
        let of_date = |&date: &usize| {
            let answer = estimate(results, &events, date);
            let mut entries = rows(measure, subject, results.date(date), Statistic::Probability, answer);
            entries.extend(hazards(results, &events, (measure, subject), date));
            entries
        };
        results.dates.iter().map(of_date).collect()
    };
    let mut by_measure: Vec<_> = derived.iter().map(|measure| of_measure(measure).into_iter()).collect();
    let next = |_: &usize| by_measure.iter_mut().filter_map(Iterator::next).flatten().collect::<Vec<_>>();
    results.dates.iter().flat_map(next).collect()
}

/// The two events from which a probability follows, by path, and the paths on which one of them is no number.
struct Events<'a> {
    from: Derived,
    event: Cow<'a, [f32]>,
    /// The condition of a share, or the event that is subtracted.
    other: Cow<'a, [f32]>,
    left_out: usize,
}

impl<'a> Events<'a> {
    fn of(results: &'a Results<'_>, from: Derived, subject: &str) -> Option<Self> {
        let event = results.event(from.event(), subject)?;
        let other = match from {
            Derived::Given(_, other) | Derived::Less(_, other) => results.event(*other, subject),
            Derived::GivenBurst(_) | Derived::GivenNoBurst(_) | Derived::BurstBefore(_) => {
                results.event(metric::BURST, "")
            }
        }?;
        let left_out = left_out(&[&event, &other]);
        Some(Self { from, event, other, left_out })
    }

    /// Whether a path is a hit of a share; none for one that is not among those that count.
    fn is_hit(&self, path: usize, date: usize) -> Option<bool> {
        let (event, condition) = (self.event[path], self.other[path]);
        if event.is_nan() || condition.is_nan() {
            return None;
        }
        let happened = by_month(event, date);
        let after_burst = || burst_before(condition, event, date);
        match self.from {
            Derived::GivenBurst(_) => after_burst().then_some(happened),
            Derived::GivenNoBurst(_) => (!after_burst()).then_some(happened),
            Derived::BurstBefore(_) => Some(after_burst()),
            Derived::Given(..) => by_month(condition, date).then_some(happened),
            Derived::Less(..) => None,
        }
    }
}

fn estimate(results: &Results<'_>, events: &Events<'_>, date: usize) -> Option<Banded> {
    if let Derived::Less(..) = events.from {
        let (with, without) = (&events.event, &events.other);
        let only = |a: &[f32], b: &[f32]| results.count(|i| by_month(a[i], date) && !by_month(b[i], date));
        let answer = difference(&only(with, without), &only(without, with))?;
        return Some(answer.leaving_out(events.left_out));
    }
    let hits = results.count(|path| events.is_hit(path, date) == Some(true));
    let among = results.count(|path| events.is_hit(path, date).is_some());
    let counts: Vec<Hits> =
        hits.iter().zip(&among).map(|(hits, among)| Hits { hits: hits.hits, trials: among.hits }).collect();
    Some(conditional(&counts)?.leaving_out(events.left_out))
}

/// Beside a share given a burst or none, the hazard of the event after or before it; beside the first also their ratio.
///
/// The share depends on the time since the burst; the hazard does not.
fn hazards(results: &Results<'_>, events: &Events<'_>, (measure, subject): (Measure, &str), date: usize) -> Vec<Entry> {
    let is_after = match events.from {
        Derived::GivenBurst(_) => true,
        Derived::GivenNoBurst(_) => false,
        _ => return Vec::new(),
    };
    let [before, after] = around_a_burst(events, date);
    let entry = |statistic, mut answer: Answer| {
        answer.method += &more_left_out(events.left_out as u64);
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
fn around_a_burst(events: &Events<'_>, date: usize) -> [AtRisk; 2] {
    let (mut before, mut after) = (AtRisk::default(), AtRisk::default());
    for (&event, &burst) in events.event.iter().zip(events.other.iter()) {
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
    [before, after]
}

/// A share as a function of the path: whether it is a hit; none for a path that is not among those that count. No share
/// at all where the run lacks an event, or for a difference.
pub(in crate::study) fn share<'a>(
    results: &'a Results<'_>,
    from: Derived,
    subject: &str,
    date: usize,
) -> Option<impl Fn(usize) -> Option<bool> + 'a> {
    let events = Events::of(results, from, subject).filter(|_| !matches!(from, Derived::Less(..)))?;
    Some(move |path: usize| events.is_hit(path, date))
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
