//! The tidy table of the summary.

use crate::report::format::{Column, Data, Table, TableError};
use crate::study::estimates::{Answer, Entry, Summary};

/// The tidy table.
///
/// # Errors
/// Never: all columns have one entry per row.
pub fn summary_table(summary: &Summary) -> Result<Table, TableError> {
    let text = |of: fn(&Entry) -> String| Data::Text(summary.entries.iter().map(of).collect());
    let number =
        |of: fn(&Answer) -> Option<f64>| Data::Maybe(summary.entries.iter().map(|entry| of(&entry.answer)).collect());
    let columns = [
        (
            "measure",
            "what is measured; the manifest defines each",
            text(|entry| entry.estimand.measure.name.to_owned()),
        ),
        (
            "subject",
            "a lab, entity, contract, or provider and family; empty: the market",
            text(|e| e.estimand.subject.clone()),
        ),
        (
            "by",
            "month at whose end it holds; the last one is the horizon; empty: no date",
            text(|entry| entry.estimand.by.to_string()),
        ),
        (
            "statistic",
            "probability, mean, quantile, shortfall, or band over the draws",
            text(|e| e.estimand.statistic.name()),
        ),
        ("value", "the estimate; absent where the sample has none", number(|answer| answer.value)),
        (
            "low",
            "lower end of the 95 % Monte Carlo interval; absent where the sample cannot bound it",
            number(|a| a.low),
        ),
        ("high", "upper end of that interval", number(|answer| answer.high)),
        ("unit", "unit of value, low and high; 1: a pure number", text(|entry| entry.estimand.unit().to_owned())),
        ("method", "how estimate and interval were made, and why not to trust them", text(|e| e.answer.method.clone())),
    ];
    let column = |(name, meaning, data): (&str, &str, Data)| Column::new(name, "", meaning, data);
    Table::new("summary", columns.map(column).into())
}
