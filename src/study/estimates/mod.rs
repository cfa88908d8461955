//! From an outcome to estimates with their errors.
//!
//! - [`Results`]: an outcome with the names of its metrics, months and draws.
//! - `estimator`: estimates whose replicates are the parameter draws, or the paths of a single draw.
//! - `probabilities`, `amounts`, `derived`: the rows of the summary.
//! - `ordered`: bands of events in the order of the events.
//! - [`Summary`]: those rows.
//! - `sensitivity`: on which uncertain numbers a result depends most.

mod amounts;
mod derived;
mod entry;
mod estimator;
mod ordered;
mod probabilities;
mod results;
mod sensitivity;
mod summary;

pub(in crate::study) use derived::share;
pub use entry::{Entry, Wanted};
pub use estimator::{
    Answer, Banded, Clusters, conditional, difference, more_left_out, probability, probability_alone,
    probability_and_ends, with_caveat,
};
pub use ordered::{falling, in_order};
pub use results::{Draw, Exposure, Results, burst_before, by_month};
pub use sensitivity::{Influence, influences};
pub use summary::Summary;

#[cfg(test)]
pub(crate) mod tests;
