//! What follows from several events, or from the parameter draws alone.

use crate::model::{By, Derived, MEASURES, Measure, metric};
use crate::stats::Hits;

use super::super::estimand::Statistic;
use super::entry::{Entry, Wanted};
use super::estimator::{Banded, conditional, difference, probability};
use super::probabilities::rows;
use super::results::{Results, burst_before, by_month};

/// What follows from several events, or from the draws alone.
pub(super) fn entries(results: &Results<'_>, wanted: &Wanted<'_>) -> Vec<Entry> {
    let derived = MEASURES.iter().filter_map(|measure| Some((*measure, measure.derived?)));
    let derived: Vec<(Measure, Derived)> = derived.filter(|(measure, _)| wanted(*measure)).collect();
    let mut entries = Vec::new();
    for subject in subjects(results, &derived) {
        for &date in results.dates {
            for &(measure, from) in &derived {
                let answer = estimate(results, from, subject, date);
                entries.extend(rows(measure, subject, results.date(date), Statistic::Probability, answer));
            }
        }
    }
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
        return difference(&only(&with, &without), &only(&without, &with));
    }
    let share = share(results, from, subject, date)?;
    let hits = results.count(|path| share(path) == Some(true));
    let among = results.count(|path| share(path).is_some());
    let counts: Vec<Hits> =
        hits.iter().zip(&among).map(|(hits, among)| Hits { hits: hits.hits, trials: among.hits }).collect();
    if matches!(from, Derived::BurstBefore(_)) { probability(&counts) } else { conditional(&counts) }
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
    let condition = match from {
        Derived::Given(_, condition) => results.event(*condition, subject)?,
        Derived::Less(..) => return None,
        Derived::GivenBurst(_) | Derived::GivenNoBurst(_) | Derived::BurstBefore(_) => {
            results.event(metric::BURST, "")?
        }
    };
    Some(move |path: usize| {
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
