//! What a run says: from its estimates to tables, figures and a page of text. Pure functions, nothing is printed.
//!
//! - [`summary_table`]: the rows of the summary; it has the columns `measure, subject, by, statistic, value, low, high, unit, method`.
//! - `monthly`, `draws`, `paths`: the other tables.
//! - `write`: which files there are.
//! - `headline`: the page of text; `figures`: the pictures.

mod draws;
#[cfg(feature = "plots")]
mod figures;
mod headline;
mod measures;
mod monthly;
mod paths;
mod table;
mod write;

pub use draws::draws_table;
#[cfg(feature = "plots")]
pub use figures::{Plans, figures};
pub use headline::{Block, Line, WIDTH, headline};
pub use measures::dictionary;
pub use monthly::monthly_table;
pub use paths::PathRows;
pub use table::summary_table;
pub use write::{PathFile, Report, ReportError, Written, digest};

#[cfg(test)]
mod tests;
