//! Ouroborisk: a Monte Carlo simulator of circular AI financing risk.

pub mod calendar;
pub mod engine;
pub mod model;
pub mod random;
pub mod report;
pub mod scenario;
pub mod stats;
pub mod lanes;
pub mod units;
#[cfg(feature = "cli")]
pub mod cli;
