//! Floor 1: draws, paths and estimators. Threads live here and nowhere else; no finance, no files, no clock but the
//! run's own.
//!
//! - [`Dynamics`]: what is simulated, seen from here; the model implements it, tests bring toys with known answers.
//! - [`Innovations`]: the random numbers of a block of paths for a month, and where they come from.
//! - [`run`](run()): blocks of paths in parallel, merged in order.

mod draws;
mod dynamics;
mod path_metrics;
mod plan;
mod pseudo;
mod run;
mod scripted;
mod tier;

pub use draws::{DelaySlot, Innovations, NormalSlot, OnceSlot, Sampler, Slots, UniformSlot};
pub use dynamics::{Dynamics, Row};
pub use path_metrics::PathMetrics;
pub use plan::{Interrupt, Plan};
pub use pseudo::Pseudo;
pub use run::{Chunk, Outcome, Progress, RunError, Sink, Stop, Uncertainty, replay, run};
pub use scripted::{Scripted, Still};
pub use tier::{Kernel, Tier};
