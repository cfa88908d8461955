//! Prior-predictive checks, as a table.

use crate::study::expectations::Checked;

use super::format::{Column, Data, Table, TableError};

/// One row per expectation.
///
/// # Errors
/// If a number is not finite.
pub fn prior_table(checked: &[Checked]) -> Result<Table, TableError> {
    let text = |of: &dyn Fn(&Checked) -> String| Data::Text(checked.iter().map(of).collect());
    let number = |of: &dyn Fn(&Checked) -> Option<f64>| Data::Maybe(checked.iter().map(of).collect());
    let columns = [
        ("id", "id of the expectation", text(&|row| row.id.clone())),
        ("measure", "what is looked at", text(&|row| row.measure.clone())),
        ("subject", "of whom", text(&|row| row.subject.clone())),
        ("by", "month at whose end", text(&|row| row.by.to_string())),
        ("what", "statistic over the paths, or share of them", text(&|row| row.what.clone())),
        ("value", "what the run has", number(&|row| row.found.as_ref()?.value)),
        ("low", "lower end of its 95 % interval", number(&|row| row.found.as_ref()?.low)),
        ("high", "upper end", number(&|row| row.found.as_ref()?.high)),
        ("plausible_low", "least that was called plausible before the run", number(&|row| row.range[0])),
        ("plausible_high", "most that was called plausible before the run", number(&|row| row.range[1])),
        ("unit", "unit of all of these", text(&|row| row.unit.label().to_owned())),
        (
            "verdict",
            "within or outside, with the whole interval; else undecided; unknown where the run has no such number",
            text(&|row| row.verdict.word().to_owned()),
        ),
        ("note", "why the range is plausible", text(&|row| row.note.clone())),
    ];
    let column = |(name, meaning, data): (&str, &str, Data)| Column::new(name, "", meaning, data);
    Table::new("prior", columns.map(column).into())
}
