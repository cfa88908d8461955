//! The differences between two scenarios, as a table.

use super::format::{Column, Data, Table, TableError};
use super::sources::{kind, says};
use crate::language::Effective;
use crate::scenario::Difference;

/// One row per key in which two scenarios differ; a value that one of them lacks is empty.
///
/// # Errors
/// Never: the columns are of one length and hold words.
pub fn difference_table(differences: &[Difference]) -> Result<Table, TableError> {
    let words = |name: String, meaning: &str, of: &dyn Fn(&Difference) -> String| {
        Column::new(name, "", meaning, Data::Text(differences.iter().map(of).collect()))
    };
    let mut columns = vec![
        words("key".to_owned(), "key in which they differ", &|of| of.key.clone()),
        words("change".to_owned(), "value, basis, added or removed", &|of| of.change.name().to_owned()),
    ];
    for side in ["a", "b"] {
        let part = |of: &Difference, part: fn(&Effective) -> String| {
            let row = if side == "a" { &of.first } else { &of.second };
            row.as_ref().map(part).unwrap_or_default()
        };
        columns.extend([
            words(format!("value_{side}"), "the value, as it is said", &|of| part(of, |row| row.value.clone())),
            words(format!("unit_{side}"), "its unit", &|of| part(of, |row| row.unit.to_owned())),
            words(format!("origin_{side}"), "written, default or derived", &|of| {
                part(of, |row| row.origin.name().to_owned())
            }),
            words(format!("kind_{side}"), "source, prior, assumed or unsourced", &|of| {
                part(of, |row| kind(&row.provenance.basis).to_owned())
            }),
            words(format!("says_{side}"), "ids of its sources, or the reason", &|of| {
                part(of, |row| says(&row.provenance.basis))
            }),
        ]);
    }
    Table::new("difference", columns)
}
