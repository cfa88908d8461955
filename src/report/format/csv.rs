//! Comma-separated values: a header of names, then one line per row.
//!
//! Numbers are the shortest text that reads back as the same number, or have a
//! fixed number of decimals (ledgers); what is absent is empty; flags are `true`
//! and `false`. Units and meanings do not fit into this format and stand in
//! `manifest.json` and in the other formats. Where the scenario was overridden, a
//! last column says so in every row: a file that is passed on alone must not be
//! taken for the scenario as it is written.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::{About, Data, Format, OVERRIDDEN, Table};
use crate::report::output::WriteError;

/// The format.
pub const FORMAT: Format = Format { ending: "csv", save };

/// Writes `table` to the new file `path`; `about` may say what overrides changed.
///
/// # Errors
///
/// If the file cannot be created or written.
pub fn save(table: &Table, path: &Path, about: &About) -> Result<(), WriteError> {
    let file = File::create(path).map_err(WriteError::at(path, "creating"))?;
    let overridden = about.get(OVERRIDDEN).map(String::as_str);
    write_beside(table, overridden, BufWriter::new(file)).map_err(WriteError::at(path, "writing"))
}

/// Writes `table` to `out` and flushes it.
///
/// # Errors
///
/// If `out` fails.
pub fn write<W: Write>(table: &Table, out: W) -> io::Result<()> {
    write_beside(table, None, out)
}

/// The table, and beside each row what was overridden, if anything was.
fn write_beside<W: Write>(table: &Table, overridden: Option<&str>, out: W) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    let number = |value| table.decimals().map_or_else(|| shortest(value), |decimals| fixed(value, decimals));
    let names = table.columns().iter().map(|c| c.name.as_str());
    writer.write_record(names.chain(overridden.map(|_| OVERRIDDEN)))?;
    for row in 0..table.rows() {
        let cells = table.columns().iter().map(|column| cell(&column.data, row, number));
        writer.write_record(cells.chain(overridden.map(str::to_owned)))?;
    }
    writer.flush()
}

/// What [`write()`] writes, as a text.
///
/// # Errors
///
/// As [`write()`]; memory gives none of its own.
pub fn text(table: &Table) -> io::Result<String> {
    let mut out = Vec::new();
    write(table, &mut out)?;
    String::from_utf8(out).map_err(io::Error::other)
}

fn cell(data: &Data, row: usize, number: impl Fn(f64) -> String) -> String {
    match data {
        Data::Number(values) => number(values[row]),
        Data::Maybe(values) => values[row].map_or_else(String::new, number),
        Data::Integer(values) => values[row].to_string(),
        Data::MaybeInteger(values) => values[row].map_or_else(String::new, |value| value.to_string()),
        Data::Text(values) => values[row].clone(),
        Data::Flag(values) => values[row].to_string(),
    }
}

/// The shortest digits that read back as `value`, with an exponent where the
/// plain form would be a row of zeros.
fn shortest(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude != 0.0 && !(1e-5..1e16).contains(&magnitude) { format!("{value:e}") } else { value.to_string() }
}

/// So many decimals, and no zero with a sign.
fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(zero) if zero.bytes().all(|byte| b"0.".contains(&byte)) => zero.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::{Column, sample};
    use super::*;

    #[test]
    fn every_kind_of_column_has_its_form() {
        insta::assert_snapshot!(text(&sample()).unwrap(), @r#"
        path,burst,cash,endurance,lab,default
        0,3,0.1,,acme,true
        1,,-2.5e-8,7,"a ""b"", c",false
        -2,0,1e21,0.3333333333333333,"Ä
        <&>",false
        "#);
    }

    #[test]
    fn a_ledger_has_fixed_decimals_and_no_negative_zero() {
        let shown = [24.0, -1e-12, -1.25, 0.0].map(|value| fixed(value, 3));
        assert_eq!(shown, ["24.000", "0.000", "-1.250", "0.000"]);
    }

    #[test]
    fn numbers_read_back_as_the_same_bits() {
        let values = [0.1 + 0.2, 1e-300, -0.0, f64::MAX, f64::MIN_POSITIVE, 123_456_789.123, 1e15, 1e22];
        for value in values {
            assert_eq!(shortest(value).parse::<f64>().unwrap().to_bits(), value.to_bits());
        }
        assert_eq!(shortest(0.000_25), "0.00025");
        assert_eq!(shortest(38e9), "38000000000");
    }

    #[test]
    fn what_was_overridden_stands_in_every_row() {
        let table = Table::new("t", vec![Column::new("a", "", "", Data::Number(vec![1.0, 2.0]))]).unwrap();
        let mut out = Vec::new();
        write_beside(&table, Some("lab.acme.cash = 2 instead of 1"), &mut out).unwrap();
        let told = "lab.acme.cash = 2 instead of 1";
        assert_eq!(String::from_utf8(out).unwrap(), format!("a,overridden\n1,{told}\n2,{told}\n"));
    }

    #[test]
    fn a_lonely_absent_value_is_not_an_empty_line() {
        let column = Column::new("a", "", "", Data::Maybe(vec![None, Some(1.0)]));
        let table = Table::new("t", vec![column]).unwrap();
        assert_eq!(text(&table).unwrap(), "a\n\"\"\n1\n");
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error_with_the_path() {
        let error = save(&sample(), Path::new("nowhere/at/all.csv"), &About::new()).unwrap_err();
        assert!(error.to_string().starts_with("creating `nowhere/at/all.csv` failed"), "{error}");
    }
}
