//! Ouroborisk: a Monte Carlo simulator of circular AI financing risk.
//!
//! A scenario file describes what AI labs have, plan, have signed and may be given; the library simulates many futures
//! of their cash against the vendors' compute and measures who is short, who defaults and who loses.
//!
//! ```
//! use ouroborisk::engine::{Interrupt, Plan, Pseudo, Tier, run};
//! use ouroborisk::model::catalogue;
//! use ouroborisk::resolve::Worlds;
//! use ouroborisk::scenario::Scenario;
//!
//! let scenario = Scenario::parse("minimal", include_str!("../scenarios/minimal.toml"), &[])?;
//! let seed = scenario.run.seed;
//! let worlds = Worlds::new(scenario, seed).expect("every draw can be resolved");
//! let metrics = catalogue(&worlds.resolve(0).expect("the first draw"));
//! let plan = Plan { paths: 640, draws: 1, threads: 0, tier: Tier::detect(), observed: 0 };
//! let outcome = run(&worlds, &Pseudo { seed }, &plan, &Interrupt::new(), &|_| (), &mut |_| Ok(()))?;
//! assert_eq!((outcome.sample.metrics(), outcome.sample.paths()), (metrics.len(), 640));
//! assert!(outcome.residual < 1e-9, "money is conserved on every path");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The floors, lowest first: [`units`], [`calendar`], [`lanes`], [`random`], [`stats`], [`human`]; [`engine`];
//! [`language`]; [`model`]; [`scenario`]; [`resolve`]; [`study`]; [`report`]; [`cli`]. Nobody looks up (ARCHITECTURE.md).

pub mod calendar;
#[cfg(feature = "cli")]
pub mod cli;
pub mod engine;
pub mod human;
pub mod lanes;
pub mod language;
pub mod model;
pub mod random;
pub mod report;
pub mod resolve;
pub mod scenario;
pub mod stats;
pub mod study;
pub mod units;
