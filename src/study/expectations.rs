//! Prior-predictive checks: ranges written before a run, compared with its results.
//!
//! Source: Gabry, Simpson, Vehtari, Betancourt and Gelman (2019), "Visualization in Bayesian workflow", Journal of the
//! Royal Statistical Society A 182.

use std::borrow::Cow;
use std::ops::Range;

use crate::calendar::Month;
use crate::model::{Kind, measure_named};
use crate::scenario::{Expectation, Look, Scenario};
use crate::units::Unit;

use super::estimates::{Answer, Clusters, Results, conditional};

/// The result of a check against the range that was written before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Inside, with its interval.
    Within,
    /// Its interval contains an end of the range.
    Undecided,
    /// Outside, with its interval.
    Outside,
    /// The run has no such measure, date, or path.
    Unknown,
}

impl Verdict {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Within => "within",
            Self::Undecided => "undecided",
            Self::Outside => "outside",
            Self::Unknown => "unknown",
        }
    }

    fn of(answer: &Answer, low: f64, high: f64) -> Self {
        let Some(value) = answer.value else { return Self::Unknown };
        let (from, to) = (answer.low.unwrap_or(value), answer.high.unwrap_or(value));
        if from >= low && to <= high {
            Self::Within
        } else if to < low || from > high {
            Self::Outside
        } else {
            Self::Undecided
        }
    }
}

/// An expectation and the estimate of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// Its id.
    pub id: String,
    /// Its measure.
    pub measure: String,
    /// Of whom.
    pub subject: String,
    /// Its month.
    pub by: Month,
    /// The statistic, or the share above an amount, and the paths it is taken over.
    pub what: String,
    /// The estimate of the run; none where it has no such measure, date or path.
    pub found: Option<Answer>,
    /// The range that was written before.
    pub range: [Option<f64>; 2],
    /// Unit of both.
    pub unit: Unit,
    /// The result.
    pub verdict: Verdict,
    /// Why.
    pub note: String,
}

/// Every expectation of the scenario beside what the run has.
pub fn check(results: &Results<'_>, scenario: &Scenario) -> Vec<Checked> {
    let means = scenario.means();
    scenario.expectations.iter().map(|expected| one(results, expected, &means)).collect()
}

fn one(results: &Results<'_>, expected: &Expectation, means: &[f64]) -> Checked {
    let subject = results.subject(expected.subject.as_ref());
    let by = expected.by.unwrap_or_else(|| results.date(results.horizon()));
    let above = expected.above.as_ref().map(|amount| amount.at(means));
    let end = |end: &Option<crate::language::Quantity>| end.as_ref().map(|end| end.at(means));
    let range = [end(&expected.low), end(&expected.high)];
    let found = Looked::at(results, expected, &subject, by).and_then(|looked| looked.answer(results, expected, above));
    let verdict = found.as_ref().map_or(Verdict::Unknown, |found| {
        Verdict::of(found, range[0].unwrap_or(f64::NEG_INFINITY), range[1].unwrap_or(f64::INFINITY))
    });
    let is_event = measure_named(&expected.measure).is_some_and(|measure| measure.kind == Kind::FirstMonth);
    let what = match &expected.above {
        Some(amount) => format!("share above {}", amount.unit.show(amount.at(means))),
        None if is_event => "probability".to_owned(),
        None => expected.statistic.name().to_owned(),
    };
    let given = expected.given.as_ref().map_or_else(String::new, |event| format!(" given {}", event.replace('_', " ")));
    let unit = [&expected.low, &expected.high].into_iter().flatten().next().map_or(Unit::Number, |end| end.unit);
    Checked {
        id: expected.id.clone(),
        measure: expected.measure.clone(),
        subject,
        by,
        what: what + &given,
        found,
        range,
        unit,
        verdict,
        note: expected.note.clone().unwrap_or_default(),
    }
}

/// The values that are looked at, and the paths that count.
struct Looked<'a> {
    values: Cow<'a, [f32]>,
    counts: Option<Cow<'a, [f32]>>,
    is_event: bool,
    t: i32,
}

impl<'a> Looked<'a> {
    fn at(results: &'a Results<'a>, expected: &Expectation, subject: &str, by: Month) -> Option<Self> {
        let t = results.timeline.index(by);
        let find = |name: &str| {
            let (measure, row) = results.named(name, subject, by)?;
            Some((measure, results.row(row)))
        };
        let (measure, values) = find(&expected.measure)?;
        let counts = match &expected.given {
            Some(event) => Some(find(event)?.1),
            None => None,
        };
        Some(Self { values, counts, is_event: measure.kind == Kind::FirstMonth, t })
    }

    /// Whether a path counts.
    fn counts(&self, path: usize) -> bool {
        self.counts.as_ref().is_none_or(|first| first[path] <= self.t as f32)
    }

    fn answer(&self, results: &Results<'_>, expected: &Expectation, above: Option<f64>) -> Option<Answer> {
        let month = self.t as f32;
        if let Some(amount) = above {
            return self.share(results, |path| f64::from(self.values[path]) > amount);
        }
        if self.is_event {
            return self.share(results, |path| self.values[path] <= month);
        }
        let clusters = self.clusters(results);
        let level = match expected.statistic {
            Look::Mean => return Some(clusters.mean().point),
            Look::Low => 0.05,
            Look::Median => 0.5,
            Look::High => 0.95,
        };
        clusters.quantiles(&clusters.sorted(), &[level]).into_iter().next()
    }

    /// The share of the paths that count on which something holds.
    fn share(&self, results: &Results<'_>, holds: impl Fn(usize) -> bool) -> Option<Answer> {
        let all = results.count(|path| self.counts(path));
        let hits = results.count(|path| self.counts(path) && holds(path));
        let of = all.iter().zip(&hits).map(|(all, hits)| crate::stats::Hits { hits: hits.hits, trials: all.hits });
        conditional(&of.collect::<Vec<_>>()).map(|share| share.point)
    }

    /// The values of the paths that count, by draw.
    fn clusters(&self, results: &Results<'_>) -> Clusters<'_> {
        let (mut values, mut draws): (Vec<f32>, Vec<Range<usize>>) = (Vec::new(), Vec::new());
        for draw in results.ranges() {
            let first = values.len();
            values.extend(draw.clone().filter(|&path| self.counts(path)).map(|path| self.values[path]));
            if values.len() > first {
                draws.push(first..values.len());
            }
        }
        Clusters::new(Cow::Owned(values), Cow::Owned(draws))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_is_within_only_with_its_whole_interval() {
        let answer =
            |value, low, high| Answer { value: Some(value), low: Some(low), high: Some(high), method: String::new() };
        for (found, verdict) in [
            (answer(0.5, 0.4, 0.6), Verdict::Within),
            (answer(0.5, 0.2, 0.6), Verdict::Undecided),
            (answer(0.2, 0.1, 0.4), Verdict::Undecided),
            (answer(0.1, 0.05, 0.2), Verdict::Outside),
            (answer(0.9, 0.85, 0.95), Verdict::Outside),
        ] {
            assert_eq!(Verdict::of(&found, 0.3, 0.7), verdict, "{found:?}");
        }
    }
}
