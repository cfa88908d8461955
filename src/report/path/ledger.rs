//! The ledger of a path as a table: one row per month, money in billions.

use crate::calendar::Timeline;
use crate::model::ledger::{Cell, Unit};

use crate::report::format::{Column, Data, Table, TableError};

/// Decimals of a ledger: of a billion dollars, nine are a dollar.
const DECIMALS: usize = 9;

/// The rows of a path's ledger, as they come.
#[derive(Debug, Clone)]
pub struct Ledger {
    timeline: Timeline,
    columns: Vec<(String, Unit)>,
    rows: Vec<Vec<f64>>,
}

impl Ledger {
    /// A ledger without a row yet.
    pub fn new(timeline: Timeline) -> Self {
        Self { timeline, columns: Vec::new(), rows: Vec::new() }
    }

    /// Adds the row of the next month.
    pub fn push(&mut self, row: Vec<Cell>) {
        self.rows.push(row.iter().map(|cell| cell.value).collect());
        if self.columns.is_empty() {
            let named = row.into_iter().map(|cell| (cell.column, cell.unit));
            self.columns = named.collect();
        }
    }

    /// The months for which `keep` says yes: first the column `month`, then one
    /// for each account.
    ///
    /// # Errors
    ///
    /// If two accounts have one name.
    pub fn table(&self, keep: impl Fn(usize) -> bool) -> Result<Table, TableError> {
        let kept: Vec<usize> = (0..self.rows.len()).filter(|t| keep(*t)).collect();
        let months = kept.iter().map(|t| self.timeline.month(*t as i32).to_string());
        let month = Data::Text(months.collect());
        let month = Column::new("month", "", "calendar month", month);
        let accounts = self.columns.iter().enumerate().map(|(c, (name, unit))| {
            let values = Data::finite_or_absent(kept.iter().map(|t| self.rows[*t][c]));
            Column::new(name, unit.name(), "", values)
        });
        Table::new("ledger", std::iter::once(month).chain(accounts).collect())
            .map(|table| table.with_decimals(DECIMALS))
    }
}
