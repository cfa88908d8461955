//! Floor 3: the scenario language, from a TOML file to a [`Scenario`] whose every number has a unit and an origin.

mod check;
mod contract;
mod distribution;
mod document;
mod effective;
mod entity;
mod field;
mod file;
mod lab;
mod load;
mod number;
mod numeric;
mod overrides;
mod problem;
mod quantity;
mod range;
mod reader;
mod resolve;
mod section;
mod suggest;

pub use contract::{Contract, Delay, Facility, Form, Investment, Matching, Price, Status, Workload};
pub use distribution::{Distribution, Uncertain};
pub use effective::Effective;
pub use entity::{Benchmark, Correlation, Entity, Source};
pub use file::{
    About, Adoption, Burst, ByName, Economy, Family, Market, OnDemand, Overvalued, Process, Regulation, Run, Scenario,
};
pub use lab::{
    Attainment, Austerity, Compute, Fundamental, Intensity, Ipo, Lab, Opex, Resolution, Revenue, RevenueShare, Round,
    ScaleBack,
};
pub use load::{keys, load};
pub use problem::{Place, Problem, Problems, Severity, Text};
pub use quantity::{Basis, Curve, Origin, Provenance, Quantity, Value};
pub use reader::Declared;
pub use resolve::{Chance, Worlds, resolve};
