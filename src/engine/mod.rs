//! Floor 1: samplers, blocks of paths, threads. The only place with threads; no finance, no files, and no clock but
//! the timing of a run.
//!
//! - [`Dynamics`]: what is simulated, as the engine sees it; implemented by the model, and in tests by toys with known
//!   answers.
//! - [`Sampler`], [`Innovations`]: where random numbers come from, and those of a block of paths for one month.
//! - [`run`](run()): many paths of many parameter draws in parallel, merged in order; [`one_path`]: one path, month by
//!   month.

mod address;
mod dynamics;
mod lineage;
mod outcome;
mod path_metrics;
mod paths;
mod plan;
mod run;
mod sampler;
mod slots;
mod tilting;

pub use crate::tier::{Kernel, Tier};
pub use dynamics::{Dynamics, Row};
pub use lineage::Lineage;
pub use outcome::{Chunk, Outcome, Stop};
pub use path_metrics::PathMetrics;
pub use paths::{Watch, one_path};
pub use plan::{Interrupt, Plan};
pub use run::{Progress, RunError, Sink, Uncertainty, run, some_paths};
pub use sampler::{Sampler, Sampling, Script};
pub use slots::{DelaySlot, Innovations, NormalSlot, OnceSlot, Slots, UniformSlot};
pub use tilting::{Of, Tilting};
