//! Published figures beside ours, and outcomes once they are known.

use std::ops::Range;

use crate::calendar::Month;
use crate::model::Kind;
use crate::resolve::physical;
use crate::scenario::{BenchmarkKind, Scenario};
use crate::stats::{Hits, Sample, Sorted, crps, distance, nested_proportion, numbers_alone, percentile, pit};
use crate::units::Unit;

use super::estimates::{Answer, Banded, Results, more_left_out, probability};

/// A published figure and its place in the distribution over paths.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Its title.
    pub name: String,
    /// What it is.
    pub kind: BenchmarkKind,
    /// Its measure.
    pub measure: String,
    /// Of whom.
    pub subject: String,
    /// Its month.
    pub by: Month,
    /// The figure.
    pub value: f64,
    /// What it measures.
    pub unit: Unit,
    /// Where it was published: title, publisher, date.
    pub source: String,
    /// How its definition, date and horizon differ from ours, in words.
    pub note: String,
    /// For an amount, the share of paths below it; for an event, its probability in the run. None where the run has no such
    /// measure or date.
    pub ours: Option<Answer>,
    /// Our mean of an amount or probability of an event, with its band.
    pub level: Option<Banded>,
    /// For an amount, the range of 9 in 10 paths: a single figure is one future, to be compared with this range and not with
    /// the band of the mean.
    pub paths: Option<[f64; 2]>,
    /// How far it lies above ours: for an amount in standard deviations of the paths, for an event in standard deviations of
    /// its probability over the draws. None where ours does not vary, and of a base rate, which holds given its condition while
    /// ours is over all paths.
    pub distance: Option<f64>,
    /// Whether `ours` is a probability of the event itself.
    pub is_event: bool,
    /// Whether the figure is also an input, so that agreement is no evidence.
    pub is_input: bool,
    /// Of a swap, the physical probability at the highest and the lowest coverage of the entity, where they differ from it.
    pub physical: Option<[f64; 2]>,
}

/// An outcome against the distribution over paths.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// Its id.
    pub id: String,
    /// Its measure.
    pub measure: String,
    /// Of whom.
    pub subject: String,
    /// Its month.
    pub by: Month,
    /// What happened; 1 or 0 for an event.
    pub value: f64,
    /// What it measures.
    pub unit: Unit,
    /// When it became known.
    pub known: String,
    /// How its definition differs from ours.
    pub note: String,
    /// Our mean of an amount or probability of an event, with its band; none where the run has no such measure or date.
    pub level: Option<Banded>,
    /// For an amount, the range of 9 in 10 paths.
    pub paths: Option<[f64; 2]>,
    /// Its probability integral transform among the paths, from 0 to 1; none for an event.
    pub pit: Option<f64>,
    /// Continuous ranked probability score, in the unit of the measure; smaller is better.
    pub crps: Option<Answer>,
    /// Brier score, from 0, certain and right, to 1, certain and wrong; none for an amount.
    pub brier: Option<f64>,
    /// Whether it is an event.
    pub is_event: bool,
}

impl Score {
    /// Size of the miss, from 0 to 1: the distance of the forecast from the outcome, or of the percentile from the middle.
    pub fn miss(&self) -> f64 {
        let event = self.brier.map(f64::sqrt);
        let amount = self.pit.map(|pit| (2.0 * pit - 1.0).abs());
        event.or(amount).unwrap_or(0.0)
    }
}

/// Every published figure of the scenario, beside ours; uncertain ones at their mean.
pub fn compare(results: &Results<'_>, scenario: &Scenario) -> Vec<Comparison> {
    let means = scenario.means();
    let of = |benchmark: &crate::scenario::Benchmark| {
        let subject = results.subject(benchmark.subject.as_ref());
        let by = benchmark.by.unwrap_or_else(|| results.date(results.horizon()));
        let value = benchmark.value.at(&means);
        let place = Place::of(results, &benchmark.metric, &subject, by);
        let is_comparable = benchmark.kind != BenchmarkKind::BaseRate;
        Comparison {
            name: benchmark.name.clone(),
            kind: benchmark.kind,
            measure: benchmark.metric.clone(),
            subject,
            by,
            value,
            unit: benchmark.value.unit,
            source: benchmark.source.as_deref().map(|id| source(scenario, id)).unwrap_or_default(),
            note: benchmark.note.clone().unwrap_or_default(),
            is_input: benchmark.is_input,
            physical: of_swap(scenario, benchmark, value),
            is_event: place.as_ref().is_some_and(|place| place.is_event),
            ours: place.as_ref().and_then(|place| place.beside(value)),
            level: place.as_ref().and_then(|place| place.level(results)),
            paths: place.as_ref().and_then(Place::paths),
            distance: place.as_ref().filter(|_| is_comparable).and_then(|place| place.distance(value)),
        }
    };
    scenario.benchmarks.iter().map(of).collect()
}

/// Every outcome of the scenario against its paths, the worst misses first.
pub fn scores(results: &Results<'_>, scenario: &Scenario) -> Vec<Score> {
    let means = scenario.means();
    let of = |outcome: &crate::scenario::Outcome| {
        let subject = results.subject(outcome.subject.as_ref());
        let value = outcome.value.at(&means);
        let place = Place::of(results, &outcome.measure, &subject, outcome.by);
        let amount = place.as_ref().filter(|place| !place.is_event).map(|place| &place.values);
        let sample = place.as_ref().filter(|place| !place.is_event).and_then(Place::sample);
        let level = place.as_ref().and_then(|place| place.level(results));
        let is_event = place.as_ref().is_some_and(|place| place.is_event);
        let forecast = level.as_ref().and_then(|level| level.point.value).filter(|_| is_event);
        Score {
            id: outcome.id.clone(),
            measure: outcome.measure.clone(),
            subject,
            by: outcome.by,
            value,
            unit: outcome.value.unit,
            known: outcome.known.clone(),
            note: outcome.note.clone().unwrap_or_default(),
            // The middle of the ties with the outcome, in place of a random one.
            pit: amount.and_then(|values| pit(values, value, 0.5)),
            crps: sample.and_then(|sample| crps(&sample, value)).map(|score| Answer::with_method(&score, "fair CRPS")),
            paths: place.as_ref().and_then(Place::paths),
            brier: forecast.map(|forecast| (forecast - value).powi(2)),
            level,
            is_event,
        }
    };
    let mut scores: Vec<Score> = scenario.outcomes.iter().map(of).collect();
    scores.sort_by(|a, b| b.miss().total_cmp(&a.miss()));
    scores
}

/// The physical probabilities of a swap's risk-neutral one, at the ends of the coverage of its entity.
fn of_swap(scenario: &Scenario, benchmark: &crate::scenario::Benchmark, value: f64) -> Option<[f64; 2]> {
    let is_its = |entity: &&crate::scenario::Entity| Some(&entity.name) == benchmark.subject.as_ref();
    let entity = scenario.entities.iter().find(is_its).filter(|_| benchmark.kind == BenchmarkKind::Swap)?;
    let (low, high) = entity.coverage.value.range(&scenario.uncertain);
    (high > 1.0).then(|| [physical(value, high), physical(value, low)])
}

fn source(scenario: &Scenario, id: &str) -> String {
    let Some(source) = scenario.sources.iter().find(|source| source.id == id) else { return id.to_owned() };
    let parts = [Some(&source.title), source.publisher.as_ref(), source.date.as_ref()];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// A measure at a month: its number on every path where it is one, 1 or 0 for an event.
struct Place {
    row: usize,
    is_event: bool,
    values: Vec<f64>,
    /// Columns of each draw.
    draws: Vec<Range<usize>>,
    /// Paths whose value is NaN.
    left_out: usize,
}

impl Place {
    fn of(results: &Results<'_>, measure: &str, subject: &str, by: Month) -> Option<Self> {
        let t = usize::try_from(results.timeline.index(by)).ok()?;
        let (measure, row) = results.named(measure, subject, by)?;
        let is_event = measure.kind == Kind::FirstMonth;
        let happened = |value: f32| f64::from(u8::from(value <= t as f32));
        let of = |&value: &f32| if is_event && !value.is_nan() { happened(value) } else { f64::from(value) };
        let values: Vec<f64> = results.row(row).iter().map(of).collect();
        let (values, draws, left_out) = numbers_alone(&values, results.ranges());
        Some(Self { row, is_event, values, draws, left_out })
    }

    fn sample(&self) -> Option<Sample<'_>> {
        Sample::new(&self.values, &self.draws)
    }

    /// How many paths of each draw have seen the event.
    fn hits(&self) -> Vec<Hits> {
        let of_draw = |columns: &Range<usize>| Hits {
            hits: self.values[columns.clone()].iter().filter(|&&value| value > 0.5).count() as u64,
            trials: columns.len() as u64,
        };
        self.draws.iter().map(of_draw).collect()
    }

    /// The method, and how many paths it leaves out.
    fn said(&self, mut answer: Answer) -> Answer {
        answer.method += &more_left_out(self.left_out as u64);
        answer
    }

    /// The percentile of a figure, or the probability of the event.
    fn beside(&self, figure: f64) -> Option<Answer> {
        if self.is_event {
            return Some(self.said(probability(&self.hits())?.point));
        }
        let share = percentile(&self.sample()?, figure)?;
        Some(self.said(Answer::with_method(&share, "share of the paths at or below, Wilson")))
    }

    /// The 5 and 95 % quantiles of an amount over the paths.
    fn paths(&self) -> Option<[f64; 2]> {
        let sorted = Sorted::new(self.values.clone()).filter(|_| !self.is_event)?;
        Some([sorted.at(0.05), sorted.at(0.95)])
    }

    fn level(&self, results: &Results<'_>) -> Option<Banded> {
        if self.is_event {
            let Banded { point, band } = probability(&self.hits())?;
            return Some(Banded { point: self.said(point), band });
        }
        Some(results.clusters(self.row).mean())
    }

    fn distance(&self, figure: f64) -> Option<f64> {
        if self.is_event {
            let nested = nested_proportion(&self.hits())?;
            let deviation = nested.spread?.variance.sqrt();
            return (deviation > 0.0).then(|| (figure - nested.total.value()) / deviation);
        }
        distance(&self.sample()?, figure).map(|distance| distance.value())
    }
}
