//! Published figures beside ours.

use crate::calendar::Month;
use crate::model::{By, Kind};
use crate::scenario::Scenario;
use crate::units::Unit;

use super::estimates::{Answer, Results, probability};

/// A published figure and what the paths say of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Its title.
    pub name: String,
    /// Its measure.
    pub measure: String,
    /// Of whom.
    pub subject: String,
    /// Month of which it speaks.
    pub by: Month,
    /// The figure.
    pub value: f64,
    /// What it measures.
    pub unit: Unit,
    /// Where it was published: title, publisher, date.
    pub source: String,
    /// How many paths lie below it, for an amount; the same probability by our paths, for an event. None where the run has
    /// no such measure or date.
    pub ours: Option<Answer>,
    /// Whether `ours` is a probability of the event itself.
    pub is_event: bool,
}

/// Every published figure of the scenario, beside ours; uncertain ones at their mean.
pub fn compare(results: &Results<'_>, scenario: &Scenario) -> Vec<Comparison> {
    let means = scenario.means();
    let of = |benchmark: &crate::scenario::Benchmark| {
        let subject = benchmark.subject.clone().or_else(|| results.labs.first().cloned()).unwrap_or_default();
        let by = benchmark.by.unwrap_or_else(|| results.date(results.horizon()));
        let value = benchmark.value.at(&means);
        let ours = ours(results, &benchmark.metric, &subject, by, value);
        Comparison {
            name: benchmark.name.clone(),
            measure: benchmark.metric.clone(),
            subject,
            by,
            value,
            unit: benchmark.value.unit,
            source: benchmark.source.as_deref().map(|id| source(scenario, id)).unwrap_or_default(),
            is_event: ours.as_ref().is_some_and(|(_, is_event)| *is_event),
            ours: ours.map(|(answer, _)| answer),
        }
    };
    scenario.benchmarks.iter().map(of).collect()
}

fn source(scenario: &Scenario, id: &str) -> String {
    let Some(source) = scenario.sources.iter().find(|source| source.id == id) else { return id.to_owned() };
    let parts = [Some(&source.title), source.publisher.as_ref(), source.date.as_ref()];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn ours(results: &Results<'_>, measure: &str, subject: &str, by: Month, value: f64) -> Option<(Answer, bool)> {
    let t = usize::try_from(results.timeline.index(by)).ok().filter(|&t| t <= results.horizon())?;
    let named = |subject: &str| results.find(measure, subject, By::Path);
    let once = named(subject).or_else(|| named(""));
    let row = results.find(measure, subject, By::Month(t)).or(once)?;
    let values = results.row(row);
    let metric = &results.catalogue[row];
    let counts = match metric.kind {
        Kind::FirstMonth => results.count_by(&values, t),
        _ if metric.by == By::Path && t != results.horizon() => return None,
        _ => results.count(|column| f64::from(values[column]) < value),
    };
    Some((probability(&counts)?.point, metric.kind == Kind::FirstMonth))
}
