//! The results of a run: from its estimates to tables and figures. Pure functions; nothing is printed.
//!
//! - [`Findings`]: the estimates; [`RunReport`]: everything that a run leaves.
//! - [`summary_table`]: the rows of the summary, with the columns `measure, subject, by, statistic, value, low, high, unit,
//!   method`; `monthly`, `draws`, `paths`: the other tables; `path_file`: the table of paths as a file that grows.
//! - `figures`: the pictures; `measures`: what each measure means.

mod calibration;
mod draws;
#[cfg(feature = "plots")]
mod figures;
mod headlines;
mod measures;
mod monthly;
#[cfg(feature = "parquet")]
mod path_file;
mod paths;
mod report;
mod table;

pub use draws::draws_table;
#[cfg(feature = "plots")]
pub use figures::{Plans, figures};
pub use headlines::headlines_table;
pub use measures::dictionary;
pub use monthly::monthly_table;
#[cfg(feature = "parquet")]
pub use path_file::PathFile;
pub use paths::PathRows;
pub use report::{Findings, RunReport, about, manifest};
pub use table::summary_table;

#[cfg(test)]
mod tests;
