//! Tables: named columns with units, all of one length.

use std::collections::BTreeSet;

/// The values of a column, one per row.
///
/// A missing value is [`Data::Maybe`]'s `None`, never NaN or a sentinel.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// Numbers, all finite.
    Number(Vec<f64>),
    /// Finite numbers, some of them absent.
    Maybe(Vec<Option<f64>>),
    /// Whole numbers: counts, identities of paths and draws.
    Integer(Vec<i64>),
    /// Whole numbers, some of them absent.
    MaybeInteger(Vec<Option<i64>>),
    /// Words.
    Text(Vec<String>),
    /// Yes or no.
    Flag(Vec<bool>),
}

impl Data {
    /// Numbers of which those that are not finite count as absent.
    pub fn finite_or_absent(values: impl IntoIterator<Item = f64>) -> Self {
        Self::Maybe(values.into_iter().map(|v| v.is_finite().then_some(v)).collect())
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Number(v) => v.len(),
            Self::Maybe(v) => v.len(),
            Self::Integer(v) => v.len(),
            Self::MaybeInteger(v) => v.len(),
            Self::Text(v) => v.len(),
            Self::Flag(v) => v.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The kind as a word, as it stands in the metadata of files.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Number(_) => "number",
            Self::Maybe(_) => "number or absent",
            Self::Integer(_) => "integer",
            Self::MaybeInteger(_) => "integer or absent",
            Self::Text(_) => "text",
            Self::Flag(_) => "flag",
        }
    }

    fn first_not_finite(&self) -> Option<(usize, f64)> {
        let found = |(_, v): &(usize, f64)| !v.is_finite();
        match self {
            Self::Number(v) => v.iter().copied().enumerate().find(found),
            Self::Maybe(v) => v.iter().enumerate().filter_map(|(row, v)| v.map(|v| (row, v))).find(found),
            Self::Integer(_) | Self::MaybeInteger(_) | Self::Text(_) | Self::Flag(_) => None,
        }
    }
}

/// A column: its name, unit, meaning and values.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The name, unique in its table and stable from version to version.
    pub name: String,
    /// The unit, such as `USD bn`; empty for words and pure numbers.
    pub unit: String,
    /// One sentence that says what a value is.
    pub meaning: String,
    /// The values.
    pub data: Data,
}

impl Column {
    /// A column; `unit` may be empty.
    pub fn new(name: impl Into<String>, unit: impl Into<String>, meaning: impl Into<String>, data: Data) -> Self {
        Self { name: name.into(), unit: unit.into(), meaning: meaning.into(), data }
    }
}

/// Columns of equal length under one name.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    name: String,
    columns: Vec<Column>,
    decimals: Option<usize>,
}

/// Why columns do not make a table.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TableError {
    /// Two columns differ in length.
    #[error("table `{table}`: column `{column}` has {rows} rows, but the columns before it have {expected}")]
    UnequalLengths {
        /// The table.
        table: String,
        /// The first column that differs.
        column: String,
        /// Its rows.
        rows: usize,
        /// The rows of the columns before it.
        expected: usize,
    },
    /// Two columns have one name.
    #[error("table `{table}` has two columns called `{column}`")]
    DuplicateColumn {
        /// The table.
        table: String,
        /// The name.
        column: String,
    },
    /// A number is NaN or infinite; absent numbers are [`Data::Maybe`]'s `None`.
    #[error("table `{table}`: column `{column}` is {value} in row {row} (counted from 0)")]
    NotFinite {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The row, from 0.
        row: usize,
        /// NaN or an infinity.
        value: f64,
    },
}

impl Table {
    /// A table of `columns`.
    ///
    /// # Errors
    ///
    /// If the columns differ in length, share a name, or hold a number that is
    /// not finite.
    pub fn new(name: impl Into<String>, columns: Vec<Column>) -> Result<Self, TableError> {
        let table = Self { name: name.into(), columns, decimals: None };
        table.check_lengths()?;
        table.check_names()?;
        table.check_finite()?;
        Ok(table)
    }

    /// The same table, whose numbers have that many decimals where they are written as text.
    #[must_use]
    pub fn with_decimals(self, decimals: usize) -> Self {
        Self { decimals: Some(decimals), ..self }
    }

    /// Decimals of its numbers in text; none: as many as read back as the same number.
    pub fn decimals(&self) -> Option<usize> {
        self.decimals
    }

    /// The table's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The columns in their order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }

    /// The number of rows; 0 if there are no columns.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |c| c.data.len())
    }

    fn check_lengths(&self) -> Result<(), TableError> {
        let expected = self.rows();
        match self.columns.iter().find(|c| c.data.len() != expected) {
            None => Ok(()),
            Some(odd) => Err(TableError::UnequalLengths {
                table: self.name.clone(),
                column: odd.name.clone(),
                rows: odd.data.len(),
                expected,
            }),
        }
    }

    fn check_names(&self) -> Result<(), TableError> {
        let mut seen = BTreeSet::new();
        match self.columns.iter().find(|c| !seen.insert(&c.name)) {
            None => Ok(()),
            Some(twice) => Err(TableError::DuplicateColumn { table: self.name.clone(), column: twice.name.clone() }),
        }
    }

    fn check_finite(&self) -> Result<(), TableError> {
        for column in &self.columns {
            if let Some((row, value)) = column.data.first_not_finite() {
                return Err(TableError::NotFinite {
                    table: self.name.clone(),
                    column: column.name.clone(),
                    row,
                    value,
                });
            }
        }
        Ok(())
    }
}

/// A table with a column of every kind, for the tests of the writers.
#[cfg(test)]
pub(crate) fn sample() -> Table {
    Table::new(
        "sample",
        vec![
            Column::new("path", "", "number of the path", Data::Integer(vec![0, 1, -2])),
            Column::new(
                "burst",
                "month",
                "month of the burst; absent if there was none",
                Data::MaybeInteger(vec![Some(3), None, Some(0)]),
            ),
            Column::new("cash", "USD bn", "cash at the end", Data::Number(vec![0.1, -2.5e-8, 1e21])),
            Column::new(
                "endurance",
                "months",
                "months survived; absent if never tested",
                Data::Maybe(vec![None, Some(7.0), Some(1.0 / 3.0)]),
            ),
            Column::new("lab", "", "who", Data::Text(["acme", "a \"b\", c", "Ä\n<&>"].map(String::from).to_vec())),
            Column::new("default", "", "whether it failed", Data::Flag(vec![true, false, false])),
        ],
    )
    .expect("the sample is a table")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(name: &str, values: &[f64]) -> Column {
        Column::new(name, "USD", "", Data::Number(values.to_vec()))
    }

    #[test]
    fn columns_of_unequal_length_are_refused_by_name() {
        let error = Table::new("t", vec![number("a", &[1.0, 2.0]), number("b", &[1.0])]).unwrap_err();
        assert_eq!(error.to_string(), "table `t`: column `b` has 1 rows, but the columns before it have 2");
    }

    #[test]
    fn a_name_may_stand_once() {
        let error = Table::new("t", vec![number("a", &[1.0]), number("a", &[1.0])]).unwrap_err();
        assert_eq!(error.to_string(), "table `t` has two columns called `a`");
    }

    #[test]
    fn nan_and_infinity_do_not_stand_for_unknown() {
        let error = Table::new("t", vec![number("a", &[1.0, f64::NAN])]).unwrap_err();
        assert_eq!(error.to_string(), "table `t`: column `a` is NaN in row 1 (counted from 0)");
        let infinite = Column::new("b", "", "", Data::Maybe(vec![None, Some(f64::INFINITY)]));
        assert!(matches!(Table::new("t", vec![infinite]), Err(TableError::NotFinite { row: 1, .. })));
    }

    #[test]
    fn what_is_not_finite_can_be_said_to_be_absent() {
        assert_eq!(Data::finite_or_absent([1.0, f64::INFINITY, f64::NAN]), Data::Maybe(vec![Some(1.0), None, None]));
    }

    #[test]
    fn a_table_knows_its_rows_and_columns() {
        let table = sample();
        assert_eq!((table.rows(), table.columns().len()), (3, 6));
        assert_eq!(table.column("endurance").map(|c| c.unit.as_str()), Some("months"));
        assert_eq!(table.column("nothing"), None);
        assert_eq!(Table::new("empty", vec![]).map(|t| t.rows()), Ok(0));
    }
}
