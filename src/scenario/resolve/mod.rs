//! From a scenario and one draw of its uncertain numbers to the [`Parameters`](crate::model::Parameters) of the model:
//! names become positions, curves become months. The last place that can say no.

mod contracts;
mod entities;
mod labs;
mod names;
mod world;
mod worlds;

pub use worlds::Worlds;
