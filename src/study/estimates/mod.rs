//! From an outcome to estimates with their errors.
//!
//! - [`Results`]: an outcome with the names of its metrics, months and draws.
//! - `clusters`: estimates whose replicates are the draws, or the paths of a single draw.
//! - `probabilities`, `amounts`, `derived`: the rows of the summary.
//! - [`Summary`]: those rows.
//! - `influences`: on which of the numbers that are not known a result depends most.

mod amounts;
mod estimator;
mod derived;
mod summary;
mod sensitivity;
mod probabilities;
mod results;

pub use amounts::{LOSSES, OF_DRAW};
pub use estimator::{Answer, Banded, Clusters, difference, probability};
pub use summary::{Entry, Summary, Wanted, place};
pub use sensitivity::{Influence, influences};
pub use results::{Draw, Results, burst_before, by_month};

#[cfg(test)]
pub(crate) mod tests;
