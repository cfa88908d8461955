//! A lab's cash by where it came from (8.3).

use std::collections::BTreeMap;

/// A source that is not an entity.
pub(crate) const OPENING: &str = "opening";
pub(crate) const CUSTOMERS: &str = "customers";
pub(crate) const DEBT: &str = "debt";
pub(crate) const OUTSIDE: &str = "outside";

/// Cash by source.
pub(crate) struct Pool {
    cash: BTreeMap<String, f64>,
}

impl Pool {
    /// Nothing but the opening balance.
    pub(crate) fn opening(cash: f64) -> Self {
        Pool { cash: BTreeMap::from([(OPENING.to_string(), cash)]) }
    }

    /// An inflow joins.
    pub(crate) fn join(&mut self, source: &str, amount: f64) {
        *self.cash.entry(source.to_string()).or_default() += amount;
    }

    /// Outflows draw pro rata.
    pub(crate) fn draw(&mut self, amount: f64) {
        let total: f64 = self.cash.values().sum();
        if total > 0.0 {
            let left = (1.0 - amount / total).max(0.0);
            self.cash.values_mut().for_each(|cash| *cash *= left);
        }
    }

    /// Everything goes to the estate.
    pub(crate) fn empty(&mut self) {
        self.cash.values_mut().for_each(|cash| *cash = 0.0);
    }

    /// The cash of one source.
    pub(crate) fn of(&self, source: &str) -> f64 {
        self.cash.get(source).copied().unwrap_or(0.0)
    }
}
