//! What is compared between runs: every number of the summary that is a statistic of paths.

use crate::calendar::Month;
use crate::model::{By, Kind, Metric};

use super::estimates::{LOSSES, OF_DRAW, Results, place};

/// A number of a run that can be compared with that of another.
#[derive(Clone, Debug, PartialEq)]
pub struct Headline {
    /// Stable name of the measure.
    pub measure: &'static str,
    /// A lab, entity, contract or part of one; empty for the market.
    pub subject: String,
    /// When it is taken; an event has the month by whose end it has happened.
    pub by: By,
    /// What is told of it.
    pub statistic: Statistic,
    /// Its unit.
    pub unit: &'static str,
}

/// What is told of a measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Statistic {
    /// Share of paths with an event, or on which something holds.
    Probability,
    /// Share of paths with the event among those with another before it, or without.
    Given(Condition),
    /// How much likelier an entity's default is with its exposures than without, on the same shocks.
    Increment,
    /// Mean over the paths.
    Mean,
    /// Quantile at this level.
    Quantile(f64),
    /// Mean of the worst part beyond this level.
    Shortfall(f64),
}

/// The paths among which an event is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The market burst by then and before the event.
    Burst,
    /// It did not.
    NoBurst,
}

impl Statistic {
    /// Its name in the summary.
    pub fn name(self) -> String {
        match self {
            Self::Probability | Self::Given(_) | Self::Increment => "probability".to_owned(),
            Self::Mean => "mean".to_owned(),
            Self::Quantile(level) => format!("p{:02.0}", 100.0 * level),
            Self::Shortfall(level) => format!("es{:.0}", 100.0 * level),
        }
    }
}

impl Headline {
    /// The calendar month at whose end it is taken.
    pub fn month(&self, results: &Results<'_>) -> Month {
        results.by(self.by)
    }

    /// Whether it tells of the same number of a path, perhaps another statistic.
    pub(super) fn is_of_the_number_of(&self, other: &Self) -> bool {
        (self.measure, &self.subject, self.by) == (other.measure, &other.subject, other.by)
    }
}

/// Levels at which amounts are compared: their quantile shift.
const LEVELS: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// Level beyond which what is lost or missing is averaged.
const WORST: f64 = 0.95;

/// Every headline of a run, in the order of the summary.
pub fn headlines(results: &Results<'_>) -> Vec<Headline> {
    let mut all: Vec<Headline> = results.catalogue.iter().flat_map(|metric| of_metric(results, metric)).collect();
    all.sort_by_key(|headline| place(headline.measure));
    all
}

fn of_metric(results: &Results<'_>, metric: &Metric) -> Vec<Headline> {
    let of = |measure: &'static str, by: By, statistic: Statistic, unit: &'static str| Headline {
        measure,
        subject: metric.subject.clone(),
        by,
        statistic,
        unit,
    };
    match metric.kind {
        Kind::FirstMonth => {
            let by_date =
                |&t: &usize| of_event(metric.measure).into_iter().map(move |(m, s)| of(m, By::Month(t), s, "1"));
            results.dates.iter().flat_map(by_date).collect()
        }
        Kind::Flag => vec![of(metric.measure, metric.by, Statistic::Probability, "1")],
        _ if OF_DRAW.contains(&metric.measure) => Vec::new(),
        kind => {
            let shortfall = LOSSES.contains(&metric.measure).then_some(Statistic::Shortfall(WORST));
            let quantiles = LEVELS.map(Statistic::Quantile);
            let told = std::iter::once(Statistic::Mean).chain(quantiles).chain(shortfall);
            told.map(|statistic| of(metric.measure, metric.by, statistic, kind.unit())).collect()
        }
    }
}

/// What is told of an event besides its probability.
fn of_event(measure: &'static str) -> Vec<(&'static str, Statistic)> {
    let mut told = vec![(measure, Statistic::Probability)];
    match measure {
        "default" => told.extend([
            ("default_given_burst", Statistic::Given(Condition::Burst)),
            ("default_given_no_burst", Statistic::Given(Condition::NoBurst)),
        ]),
        "entity_default" => told.push(("entity_default_increment", Statistic::Increment)),
        _ => {}
    }
    told
}
