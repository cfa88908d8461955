//! Floor 3: the tables of a scenario and their checks, from a TOML file to a [`Scenario`].
//!
//! `load` reads a file with its overrides, or reports all their problems at once. The tables are declared by `section!`
//! in `world`, `lab`, `deals` and `entity`, each key with its kind, range, default and meaning; `check` has the checks
//! across keys. A type as written here and its counterpart in the model share a name, and are told apart by their room:
//! `scenario::Lab`, `model::parameters::Lab`; where both are needed, one of them is qualified.
//!
//! ```
//! use ouroborisk::scenario::Scenario;
//!
//! let text = r#"
//!     scenario = { name = "One lab", start = "2026-01" }
//!     [lab.acme]
//!     cash = "10B EUR"
//!     revenue.target = { 2026 = "8B USD" }
//! "#;
//! let problems = Scenario::parse("one.toml", text, &[]).unwrap_err();
//! assert!(problems.to_string().starts_with("one.toml:4:12: error[lab.acme.cash]: this is not an amount of money"));
//!
//! let overrides = ["lab.acme.cash=10B USD".to_owned()];
//! let scenario = Scenario::parse("one.toml", text, &overrides).unwrap();
//! assert_eq!(scenario.labs[0].cash.at(&scenario.means()), 10e9);
//! ```

mod check;
mod correlation;
mod deals;
mod difference;
mod entity;
mod expansion;
mod lab;
mod load;
mod origin;
mod overridden;
pub(crate) mod process;
mod reference;
mod sweep;
mod unanswerable;
mod warrant;
mod world;

pub use correlation::Correlation;
pub(crate) use deals::RELET;
pub use deals::{
    Commits, Conditions, Contract, Delay, Facility, Form, Investment, Matching, Reletting, SharePrice, Status,
};
pub use difference::{Change, Difference, differences};
pub(crate) use entity::BARRIER_OVER_DEBT;
pub use entity::{Benchmark, BenchmarkKind, Clearing, Debt, Entity, Expectation, Look, Outcome, Source, Treasury};
pub use expansion::Expansion;
pub use lab::{
    Attainment, Austerity, Compute, Fundamental, Intensity, Ipo, Lab, Opex, Resolution, Revenue, RevenueShare, Round,
    ScaleBack,
};
pub use load::{keys, load, load_sources, load_strict, sections};
pub use overridden::in_short;
pub use reference::{Known, Reference};
pub use sweep::{Axis, Design, MOST_POINTS, Point, Policy, Refine, Spacing, Sweep, SweepFile, sweep_keys};
pub use warrant::{Tranche, Warrant};
pub use world::{
    About, Adoption, Burst, Credit, Economy, Event, EventKind, Family, Market, MarketProcess, OnDemand, Overvalued,
    Plant, Regulation, Rivals, Run, Scenario,
};
