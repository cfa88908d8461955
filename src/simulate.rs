//! Floor 3: the entry point to the simulation of the model.
//!
//! The engine is generic over what it simulates, and every crate that hands it the model would compile the month anew,
//! once for each tier: most of the program's code. The functions here are not generic, so there is one copy for each
//! tier; `tests/suite/kernels.rs` counts them.

use std::ops::Range;

use crate::engine::{self, Chunk, Interrupt, Outcome, Plan, Progress, RunError, Sampler, Sink, Uncertainty};
use crate::model::Parameters;
use crate::model::state::Block;
use crate::model::workspace::Workspace;

/// Called with every month of one path: its number, the state before and after it, and its flows.
pub type Watch<'a> = dyn FnMut(usize, &Block<1>, &Block<1>, &Workspace<1>) + 'a;

/// Simulates all paths of all parameter draws. `sink` receives finished paths in order; `progress` is called from any
/// thread.
///
/// # Errors
/// If threads cannot be started, metrics cannot be spooled, `sink` fails, or the run is interrupted before any path is
/// finished.
pub fn simulate(
    worlds: &dyn Uncertainty<World = Parameters>,
    sampler: Sampler<'_>,
    plan: &Plan,
    interrupt: &Interrupt,
    progress: &(dyn Fn(Progress) + Sync),
    sink: &mut Sink<'_>,
) -> Result<Outcome, RunError> {
    engine::run(worlds, sampler, plan, interrupt, progress, sink)
}

/// Simulates one path with the bits that it has in any run, shows each month to `watch`, and returns its metrics in the
/// order of the catalogue.
pub fn simulate_one(world: &Parameters, sampler: Sampler<'_>, draw: u32, path: u32, watch: &mut Watch<'_>) -> Vec<f64> {
    engine::one_path(world, sampler, draw, path, watch)
}

/// Simulates some paths of one world on this thread: those numbered `paths`, with the monthly states of all of them.
pub fn simulate_some(world: &Parameters, sampler: Sampler<'_>, draw: u32, paths: Range<u64>) -> Chunk {
    engine::some_paths(world, sampler, draw, paths)
}
