//! Volatilities solved from default probabilities, as a table.

use super::format::{Column, Data, Table, TableError};
use crate::study::Solved;

/// One row per entity.
///
/// # Errors
/// If a number is not finite.
pub fn calibrated_table(solved: &[Solved]) -> Result<Table, TableError> {
    let number = |of: &dyn Fn(&Solved) -> f64| Data::Maybe(solved.iter().map(|row| Some(of(row))).collect());
    let entities = Data::Text(solved.iter().map(|row| row.entity.clone()).collect());
    let columns = [
        ("entity", "", "whose core assets", entities),
        (
            "target",
            "share",
            "physical five-year default probability, on average over the draws",
            number(&|row| row.target),
        ),
        (
            "volatility",
            "1/sqrt(year)",
            "volatility that meets it, on average over the draws",
            number(&|row| row.volatility),
        ),
        ("low", "1/sqrt(year)", "lower end of its 95 % Monte Carlo interval", number(&|row| row.low)),
        ("high", "1/sqrt(year)", "upper end", number(&|row| row.high)),
    ];
    let column = |(name, unit, meaning, data): (&str, &str, &str, Data)| Column::new(name, unit, meaning, data);
    Table::new("calibrated", columns.map(column).into())
}
