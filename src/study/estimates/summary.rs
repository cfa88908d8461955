//! The rows of the summary.

use crate::calendar::Month;

use super::estimator::Answer;
use super::results::Results;
use super::{amounts, derived, probabilities};

/// One row of the summary.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Stable name of the measure.
    pub measure: &'static str,
    /// A lab, entity, contract or part of one; empty for the market.
    pub subject: String,
    /// Month at whose end it holds; none for a row that has no date.
    pub by: Option<Month>,
    /// `probability`, `mean`, `p05` ... `p99`, `es95`, `es99`, `band_p05`, `band_p50`, `band_p95`.
    pub statistic: &'static str,
    /// The estimate with its interval and method.
    pub answer: Answer,
    /// Unit; `1` for probabilities and other pure numbers.
    pub unit: &'static str,
}

/// Which measures are wanted; asked from any thread.
pub type Wanted<'a> = dyn Fn(&str) -> bool + Sync + 'a;

/// Everything that a run says in numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// The rows, in the order of docs/model.md, section 11, as far as it has one.
    pub entries: Vec<Entry>,
}

/// Order in which measures are told (docs/model.md, section 11); others follow.
const ORDER: [&str; 32] = [
    "funding_gap",
    "freeze_endurance",
    "liquidity_event",
    "scale_back",
    "rescue",
    "distressed_exchange",
    "renegotiation",
    "payment_default",
    "default",
    "burst",
    "default_given_burst",
    "default_given_no_burst",
    "overpaid",
    "overvalued",
    "run_up",
    "boom_and_bust",
    "implied_requirement",
    "overvaluation",
    "operating_cash_flow",
    "revenue",
    "cash",
    "value",
    "raised",
    "spend",
    "circular_share",
    "circular_returned",
    "cloud_growth",
    "cloud_share",
    "provider_loss",
    "entity_default",
    "entity_default_increment",
    "finn_index",
];

/// The place of a measure in the order in which they are told.
pub fn place(measure: &str) -> usize {
    ORDER.iter().position(|known| *known == measure).unwrap_or(ORDER.len())
}

impl Summary {
    /// Everything that these results say.
    pub fn of(results: &Results<'_>) -> Self {
        Self::of_measures(results, &|_| true)
    }

    /// What these results say of the measures that are wanted.
    pub fn of_measures(results: &Results<'_>, wanted: &Wanted<'_>) -> Self {
        let mut entries = probabilities::entries(results, wanted);
        entries.extend(amounts::entries(results, wanted));
        entries.extend(derived::entries(results).into_iter().filter(|entry| wanted(entry.measure)));
        entries.sort_by_key(|entry| place(entry.measure));
        Self { entries }
    }

    /// A row.
    pub fn find(&self, measure: &str, subject: &str, by: Month, statistic: &str) -> Option<&Answer> {
        let is_it = |entry: &&Entry| {
            entry.measure == measure && entry.subject == subject && entry.by == Some(by) && entry.statistic == statistic
        };
        self.entries.iter().find(is_it).map(|entry| &entry.answer)
    }
}
