//! Floor 3: the scenario language, from a TOML file to a [`Scenario`] whose every number has a unit and an origin.

mod contract;
mod distribution;
mod entity;
mod file;
mod lab;
mod quantity;
mod section;

pub use contract::{Contract, Delay, Facility, Form, Investment, Matching, Price, Status, Workload};
pub use distribution::{Distribution, Uncertain};
pub use entity::{Benchmark, Correlation, Entity, Source};
pub use file::{
    About, Adoption, Burst, ByName, Economy, Family, Market, OnDemand, Overvalued, Process, Regulation, Run, Scenario,
};
pub use lab::{
    Attainment, Austerity, Compute, Fundamental, Intensity, Ipo, Lab, Opex, Resolution, Revenue, RevenueShare, Round,
    ScaleBack,
};
pub use quantity::{Basis, Curve, Origin, Provenance, Quantity, Value};
