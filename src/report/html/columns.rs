//! The tables of a folder as columns.

use std::collections::BTreeMap;
use std::io;

use serde::{Serialize, Serializer};

/// Columns of equal length.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Columns {
    rows: usize,
    columns: Vec<Column>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
enum Column {
    /// Of numbers, with gaps.
    Numbers { name: String, numbers: Vec<Number> },
    /// Of words: the different ones, and for each row the place of its word among them.
    Words { name: String, words: Vec<String>, rows: Vec<usize> },
}

/// A number or a gap. Whole numbers are written without a point.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Number(Option<f64>);

/// Whole numbers up to here are exact.
const WHOLE: f64 = 9e15;

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(value) if value.fract() == 0.0 && value.abs() < WHOLE => serializer.serialize_i64(value as i64),
            value => value.serialize(serializer),
        }
    }
}

impl Columns {
    /// The columns of comma-separated values with a head.
    ///
    /// # Errors
    /// If the text is not of that form.
    pub(super) fn read(text: &str) -> io::Result<Self> {
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        let names: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
        let records = reader.records().collect::<Result<Vec<_>, _>>()?;
        let cells = |at: usize| records.iter().map(|record| &record[at]).collect::<Vec<&str>>();
        let columns = names.into_iter().enumerate().map(|(at, name)| column(name, &cells(at))).collect();
        Ok(Self { rows: records.len(), columns })
    }
}

fn column(name: String, cells: &[&str]) -> Column {
    let numbers: Option<Vec<Number>> = cells.iter().map(|cell| number(cell)).collect();
    match numbers.filter(|numbers| numbers.iter().any(|number| number.0.is_some())) {
        Some(numbers) => Column::Numbers { name, numbers },
        None => words(name, cells),
    }
}

/// A number, or a gap for an empty cell; none for a word.
fn number(cell: &str) -> Option<Number> {
    if cell.is_empty() {
        return Some(Number(None));
    }
    let is_plain = cell.chars().all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
    cell.parse().ok().filter(|value: &f64| is_plain && value.is_finite()).map(|value| Number(Some(value)))
}

fn words(name: String, cells: &[&str]) -> Column {
    let (mut words, mut places) = (Vec::new(), BTreeMap::new());
    let rows = cells.iter().map(|cell| {
        *places.entry(*cell).or_insert_with(|| {
            words.push((*cell).to_owned());
            words.len() - 1
        })
    });
    let rows = rows.collect();
    Column::Words { name, words, rows }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> String {
        serde_json::to_string(&Columns::read(text).unwrap()).unwrap()
    }

    #[test]
    fn a_column_is_of_numbers_with_gaps_or_of_words() {
        insta::assert_snapshot!(
            json("by,value,note\n2030-12,0.25,a\n2030-12,,\"b, c\"\n2031-12,-3e21,a\n"),
            @r#"{"rows":3,"columns":[{"name":"by","words":["2030-12","2031-12"],"rows":[0,0,1]},{"name":"value","numbers":[0.25,null,-3e+21]},{"name":"note","words":["a","b, c"],"rows":[0,1,0]}]}"#
        );
    }

    #[test]
    fn whole_numbers_have_no_point_and_names_that_look_like_infinity_are_words() {
        assert_eq!(
            json("paths,who,none\n100000,inf,\n7,nan,\n"),
            r#"{"rows":2,"columns":[{"name":"paths","numbers":[100000,7]},{"name":"who","words":["inf","nan"],"rows":[0,1]},{"name":"none","words":[""],"rows":[0,0]}]}"#
        );
    }

    #[test]
    fn a_table_without_rows_keeps_its_heads_and_a_torn_one_is_refused() {
        assert_eq!(json("a\n"), r#"{"rows":0,"columns":[{"name":"a","words":[],"rows":[]}]}"#);
        assert!(Columns::read("a,b\n1\n").is_err());
    }
}
