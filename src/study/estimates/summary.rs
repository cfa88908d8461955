//! The summary of a run: every estimand with its estimate.

use crate::calendar::Month;
use crate::model::{Measure, rank};

use super::super::estimand::Statistic;
use super::entry::{Entry, Wanted};
use super::estimator::Answer;
use super::results::Results;
use super::{amounts, derived, ordered, probabilities};

/// All estimates of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// The rows, in the order of docs/model.md, section 11, as far as it has one.
    pub entries: Vec<Entry>,
}

impl Summary {
    /// All estimates of these results.
    pub fn of(results: &Results<'_>) -> Self {
        Self::of_measures(results, &|_| true)
    }

    /// The estimates of the wanted measures.
    pub fn of_measures(results: &Results<'_>, wanted: &Wanted<'_>) -> Self {
        let mut entries = probabilities::entries(results, wanted);
        entries.extend(amounts::entries(results, wanted));
        entries.extend(derived::entries(results, wanted));
        ordered::put_in_order(&mut entries);
        entries.sort_by_cached_key(|entry| rank(entry.estimand.measure));
        Self { entries }
    }

    /// The estimate of a statistic.
    pub fn find(&self, measure: Measure, subject: &str, by: Month, statistic: Statistic) -> Option<&Answer> {
        let is_it = |entry: &&Entry| {
            let of = &entry.estimand;
            of.measure == measure && of.subject == subject && of.by == by && of.statistic == statistic
        };
        self.entries.iter().find(is_it).map(|entry| &entry.answer)
    }
}
