//! Tables, and the formats in which they are written.
//!
//! A format is one file with one constant of type [`Format`]; whatever is saved in it carries the unit and the meaning of
//! every column where the format has room for them.

use std::collections::BTreeMap;
use std::path::Path;

use super::output::WriteError;

pub mod csv;
pub mod json;
#[cfg(feature = "parquet")]
pub mod parquet;
mod table;

pub use table::{Column, Data, Table, TableError};

#[cfg(test)]
pub(super) use table::sample;

/// Keys and values that a file carries beside its table: scenario, digest, seed, program.
pub type About = BTreeMap<String, String>;

/// The key of what overrides changed.
pub const OVERRIDDEN: &str = "overridden";

/// A way to write a table to a file.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// The ending of its files, without the dot.
    pub ending: &'static str,
    /// Writes a table to a new file.
    pub save: fn(&Table, &Path, &About) -> Result<(), WriteError>,
}

/// Comma-separated values alone: tables for people and spreadsheets.
pub const PLAIN: &[Format] = &[csv::FORMAT];

/// Comma-separated values and JSON: the results that scripts read.
pub const TIDY: &[Format] = &[csv::FORMAT, json::FORMAT];

/// The smallest format there is: large tables.
pub const COMPACT: &[Format] = &[
    #[cfg(feature = "parquet")]
    parquet::FORMAT,
    #[cfg(not(feature = "parquet"))]
    csv::FORMAT,
];

/// Comma-separated values, and the compact format where it is another.
pub const LARGE: &[Format] = &[
    csv::FORMAT,
    #[cfg(feature = "parquet")]
    parquet::FORMAT,
];
