//! Whether all numbers of a run are finite.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{Kind, Measure, Metric};
use crate::notation::thousands;

use super::estimates::Results;

/// Whether accounts balance and measures are finite, over one run or several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Soundness {
    /// Largest relative residual of any account on any path; none where accounts are not finite numbers.
    pub residual: Option<f64>,
    /// Values that are not finite and should be, by the name of their measure.
    pub not_finite: BTreeMap<String, u64>,
}

impl Default for Soundness {
    /// Nothing was run.
    fn default() -> Self {
        Self { residual: Some(0.0), not_finite: BTreeMap::new() }
    }
}

impl Soundness {
    /// Of a run.
    pub fn of(results: &Results<'_>) -> Self {
        let rows = results.catalogue.iter().enumerate().map(|(row, metric)| {
            let values = results.row(row);
            let count = values.iter().filter(|value| !may_be(metric.measure, f64::from(**value))).count();
            (metric.measure, count as u64)
        });
        Self::new(results.outcome.residual, rows)
    }

    /// Of a single path.
    pub fn of_path(residual: f64, metrics: &[(Metric, f64)]) -> Self {
        let rows = metrics.iter().map(|(metric, value)| (metric.measure, u64::from(!may_be(metric.measure, *value))));
        Self::new(residual, rows)
    }

    fn new(residual: f64, rows: impl Iterator<Item = (Measure, u64)>) -> Self {
        let mut not_finite = BTreeMap::new();
        for (measure, count) in rows.filter(|(_, count)| *count > 0) {
            *not_finite.entry(measure.name.to_owned()).or_default() += count;
        }
        Self { residual: Some(residual).filter(|residual| residual.is_finite()), not_finite }
    }

    /// That of both together: the larger residual, and all values that are not finite.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.residual = self.residual.zip(other.residual).map(|(one, other)| one.max(other));
        for (measure, count) in &other.not_finite {
            *self.not_finite.entry(measure.clone()).or_default() += count;
        }
        self
    }

    /// Whether every number is finite.
    pub fn is_sound(&self) -> bool {
        self.residual.is_some() && self.not_finite.is_empty()
    }

    /// The counts for the record of a result: all of them, and by measure.
    pub fn failures(&self) -> BTreeMap<String, u64> {
        let by_measure = self.not_finite.iter().map(|(measure, count)| (format!("not finite: {measure}"), *count));
        by_measure.chain([("not finite".to_owned(), self.not_finite.values().sum())]).collect()
    }

    /// The warning about numbers that are not finite; none where all are.
    pub fn told(&self) -> Option<String> {
        if self.is_sound() {
            return None;
        }
        let accounts = self.residual.is_none().then(|| "the accounts of some paths are not finite".to_owned());
        let of = |(measure, count): (&String, &u64)| format!("{} of {measure}", thousands(*count as f64));
        let counts: Vec<String> = self.not_finite.iter().map(of).collect();
        let values = (!counts.is_empty()).then(|| format!("values that are not finite: {}", counts.join(", ")));
        let both = accounts.into_iter().chain(values).collect::<Vec<_>>().join("; ");
        Some(format!("NOT FINITE: {both}. They are missing from every mean and quantile; do not use this result."))
    }
}

/// Whether a value is valid for a measure: an event that never happens is infinite, and a measure may be undefined on a path.
fn may_be(measure: Measure, value: f64) -> bool {
    let is_unbounded = measure.kind == Kind::FirstMonth || measure.is_per_draw;
    value.is_finite() || (is_unbounded && value == f64::INFINITY) || (measure.may_be_undefined && value.is_nan())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::By;
    use crate::model::metric::{CASH, CIRCULAR_RETURNED, DEFAULT, IMPLIED_REQUIREMENT};

    fn of(measure: Measure, value: f64) -> Soundness {
        Soundness::of_path(1e-15, &[(Metric { measure, subject: "acme".to_owned(), by: By::Path }, value)])
    }

    #[test]
    fn what_never_happens_or_is_not_defined_is_no_fault() {
        for (measure, value) in [
            (CASH, -3.0),
            (DEFAULT, f64::INFINITY),
            (IMPLIED_REQUIREMENT, f64::INFINITY),
            (CIRCULAR_RETURNED, f64::NAN),
        ] {
            assert!(of(measure, value).is_sound() && of(measure, value).told().is_none(), "{measure} {value}");
        }
        for (measure, value) in [
            (CASH, f64::INFINITY),
            (CASH, f64::NAN),
            (DEFAULT, f64::NAN),
            (CIRCULAR_RETURNED, f64::INFINITY),
            (CIRCULAR_RETURNED, f64::NEG_INFINITY),
        ] {
            assert!(!of(measure, value).is_sound(), "{measure} {value}");
        }
    }

    #[test]
    fn values_that_are_not_finite_are_counted_and_said() {
        let both = of(CASH, f64::NAN).and(&of(CASH, f64::INFINITY)).and(&of(DEFAULT, 3.0));
        assert_eq!(both.not_finite, BTreeMap::from([("cash".to_owned(), 2)]));
        assert_eq!(both.failures()["not finite"], 2);
        assert!(both.told().is_some_and(|told| told.contains("2 of cash")));
        let lost = Soundness::of_path(f64::NAN, &[]);
        assert!(!lost.is_sound() && !lost.clone().and(&Soundness::default()).is_sound());
        assert!(lost.told().is_some_and(|told| told.contains("accounts")));
        assert_eq!(Soundness::default().failures(), BTreeMap::from([("not finite".to_owned(), 0)]));
    }
}
