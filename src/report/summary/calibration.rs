//! Default probabilities that volatilities are calibrated to, beside those of the run.

use crate::report::format::{Column, Data, Table, TableError};
use crate::study::Residual;

/// One row per entity with a default probability as its target.
///
/// # Errors
/// If a number is not finite.
pub(super) fn calibration_table(residuals: &[Residual]) -> Result<Table, TableError> {
    let text = |of: &dyn Fn(&Residual) -> String| Data::Text(residuals.iter().map(of).collect());
    let number = |of: &dyn Fn(&Residual) -> f64| Data::Maybe(residuals.iter().map(|row| Some(of(row))).collect());
    let columns = [
        ("entity", "whose default", text(&|row| row.entity.clone())),
        ("by", "month at whose end", text(&|row| row.by.to_string())),
        ("target", "physical probability of default asked for, on average over the draws", number(&|row| row.target)),
        ("value", "that of the run, with exposures and under the simulated market", number(&|row| row.found.value())),
        ("low", "lower end of its 95 % Monte Carlo interval", number(&|row| row.found.low())),
        ("high", "upper end", number(&|row| row.found.high())),
        ("residual", "value less target", number(&|row| row.value())),
        (
            "error",
            "its standard error: of the run's paths and of the calibration's",
            number(&|row| row.standard_error()),
        ),
    ];
    let column = |(name, meaning, data): (&str, &str, Data)| Column::new(name, "", meaning, data);
    Table::new("calibration", columns.map(column).into())
}
