//! What a run says: from its outcome to tables, figures and a page of text. Pure functions, nothing is printed.
//!
//! - [`Results`]: an outcome with the names of its metrics, months and draws.
//! - `clusters`: estimates whose replicates are the draws, or the paths of a single draw.
//! - `probabilities`, `amounts`, `derived`: the rows of the summary.
//! - [`Summary`]: those rows; its table has the columns `measure, subject, by, statistic, value, low, high, unit, method`.
//! - `monthly`, `draws`, `paths`: the other tables.
//! - `benchmarks`: published figures beside ours.
//! - `write`: which files there are.
//! - `headline`: the page of text; `figures`: the pictures.

mod amounts;
mod benchmarks;
mod clusters;
mod derived;
mod draws;
mod entry;
#[cfg(feature = "plots")]
mod figures;
mod headline;
mod influences;
mod measures;
mod monthly;
mod paths;
mod probabilities;
mod results;
mod write;

pub use benchmarks::{Comparison, compare};
pub use clusters::{Answer, Banded};
pub use draws::draws_table;
pub use entry::{Entry, Summary};
#[cfg(feature = "plots")]
pub use figures::{Plans, figures};
pub use headline::{Block, Line, WIDTH, headline};
pub use measures::dictionary;
pub use monthly::monthly_table;
pub use paths::PathRows;
pub use results::{Draw, Results};
pub use write::{PathFile, Report, ReportError, Written, digest};

#[cfg(test)]
mod tests;
