//! Floor 2: labs, contracts, market, entities, one month (docs/model.md).
//!
//! An equation is a pure function of one path's numbers; a stage applies it to the lanes of a block; [`month`] is the
//! timetable of stages, in the order of the page. The model knows no threads, seeds, estimators or files.

pub mod beyond_plan;
pub mod binding;
#[cfg(test)]
pub(crate) mod by_hand;
pub mod clearing;
mod conservation;
pub mod constants;
pub mod contract;
pub mod curve;
pub mod debt_rank;
pub mod debts;
pub mod dynamics;
pub mod entity;
pub mod events;
pub mod expansion;
pub mod first_passage;
pub mod funding;
pub mod id;
pub mod ledger;
pub mod market;
pub mod measure;
pub mod metric;
pub mod month;
pub mod network;
pub mod nodes;
pub mod operations;
pub mod outlook;
pub mod parameters;
pub mod plan;
pub mod plant;
pub mod process;
pub mod rivals;
pub mod settlement;
pub mod state;
mod tally;
pub mod totals;
pub mod tracing;
pub mod treasury;
pub mod twin;
pub mod valuation;
pub mod verdict;
mod warrants;
pub mod workspace;

pub use measure::{Asked, By, Derived, Kind, Measure, Metric, Prominence};
pub use metric::{MEASURES, catalogue, measure_named, rank};
pub use parameters::Parameters;
pub use twin::Twin;
