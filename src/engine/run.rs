//! Many paths in parallel, merged in order: the result depends on neither the number of threads nor their timing.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use ndarray::{Array2, Array3, s};
use rayon::prelude::*;
use thiserror::Error;

use super::dynamics::Dynamics;
use super::outcome::{Chunk, Merged, Outcome, largest};
use super::paths::{LANES, Paths};
use super::plan::{Interrupt, Plan};
use super::sampler::Sampler;
use super::tier::Tier;

/// Paths that one thread takes at a time.
const TASK: u64 = 1024;

/// Tasks per thread that are under way or waiting to be merged.
const WAVE: usize = 8;

/// The worlds of a run: one for each parameter draw.
pub trait Uncertainty: Sync {
    /// What is simulated.
    type World;
    /// The world of parameter draw `draw`.
    fn world(&self, draw: u32) -> Self::World;
}

/// How far a run has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Paths finished.
    pub done: u64,
    /// Paths in all.
    pub paths: u64,
}

/// Why a run has no result.
#[derive(Debug, Error)]
pub enum RunError {
    /// The thread pool could not be made.
    #[error("cannot start {threads} threads: {source}")]
    Threads {
        /// Threads asked for.
        threads: usize,
        /// The reason.
        source: rayon::ThreadPoolBuildError,
    },
    /// The metrics are too large for memory and the temporary file failed.
    #[error("the metrics of the paths do not fit into memory and cannot be spooled to a temporary file: {0}")]
    Spool(#[from] std::io::Error),
    /// Even one metric of all paths does not fit into memory.
    #[error("{paths} paths need at least {} GB of memory, which cannot be had; run fewer", bytes / 1_000_000_000)]
    Memory {
        /// Paths asked for.
        paths: u64,
        /// Bytes that they need at least.
        bytes: u64,
    },
    /// The receiver of finished paths failed.
    #[error(transparent)]
    Sink(Box<dyn std::error::Error + Send + Sync>),
    /// Interrupted before any path was finished.
    #[error("interrupted before any path was finished: there is nothing to report")]
    Nothing,
}

/// Receives finished paths in the order of parameter draw and path.
pub type Sink<'a> = dyn FnMut(&Chunk) -> Result<(), Box<dyn std::error::Error + Send + Sync>> + 'a;

/// Simulates all paths of all parameter draws. `sink` receives finished paths in order; `progress` is called from any
/// thread.
///
/// # Errors
/// If threads cannot be started, metrics cannot be spooled, `sink` fails, or the run is interrupted before any path is
/// finished.
pub fn run<W: Dynamics + Send>(
    worlds: &dyn Uncertainty<World = W>,
    sampler: Sampler<'_>,
    plan: &Plan,
    interrupt: &Interrupt,
    progress: &(dyn Fn(Progress) + Sync),
    sink: &mut Sink<'_>,
) -> Result<Outcome, RunError> {
    let begun = Instant::now();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(plan.threads)
        .build()
        .map_err(|source| RunError::Threads { threads: plan.threads, source })?;
    let threads = pool.current_num_threads();
    check_memory(plan)?;
    let tasks = tasks(plan);
    let paths = tasks.iter().map(Task::count).sum();
    let done = AtomicU64::new(0);
    let mut known: Option<(u32, Arc<W>)> = None;
    let mut simulate = |wave: &[Task]| -> Vec<Chunk> {
        let world_of = worlds_of(worlds, wave, known.as_ref());
        let chunk_of = |task: &Task| {
            let (_, world) = world_of.iter().find(|(draw, _)| *draw == task.draw)?;
            let chunk = task.simulate(world.as_ref(), sampler, plan.tier, interrupt)?;
            progress(Progress { done: done.fetch_add(task.count(), Ordering::Relaxed) + task.count(), paths });
            Some(chunk)
        };
        let chunks = wave.par_iter().filter_map(chunk_of).collect();
        known = world_of.into_iter().next_back();
        chunks
    };
    let mut merged = Merged::new(plan);
    let mut hand_on = |chunks: Vec<Chunk>| -> Result<(), RunError> {
        chunks.iter().try_for_each(|chunk| {
            sink(chunk).map_err(RunError::Sink)?;
            Ok(merged.add(chunk)?)
        })
    };
    let mut finished = Vec::new();
    for wave in tasks.chunks(WAVE * threads) {
        let mut next = Vec::new();
        // This thread, which is not one of the pool, hands one wave on while the next is simulated.
        pool.in_place_scope(|scope| {
            scope.spawn(|_| next = simulate(wave));
            hand_on(std::mem::take(&mut finished))
        })?;
        finished = next;
        if interrupt.is_raised() {
            break;
        }
    }
    hand_on(finished)?;
    merged.finish(begun.elapsed().as_secs_f64(), threads).ok_or(RunError::Nothing)
}

/// What an estimate needs of a path: one metric as it is kept, and as a double.
const PER_PATH: u64 = 4 + 8;

/// Refuses before the first path what memory cannot hold.
fn check_memory(plan: &Plan) -> Result<(), RunError> {
    let paths = plan.paths_per_draw().saturating_mul(u64::from(plan.draw_count()));
    let bytes = paths.saturating_mul(PER_PATH);
    let mut room: Vec<u8> = Vec::new();
    let had = usize::try_from(bytes).is_ok_and(|bytes| room.try_reserve_exact(bytes).is_ok());
    // Without this the compiler may leave out memory that is never used.
    std::hint::black_box(&room);
    if had { Ok(()) } else { Err(RunError::Memory { paths, bytes }) }
}

/// Paths of one parameter draw, for one thread.
#[derive(Clone, Debug)]
struct Task {
    draw: u32,
    paths: Range<u64>,
    /// Number of these paths, the first, whose monthly states are kept.
    observed: u64,
}

/// All tasks of a run, in the order in which their paths are handed on.
fn tasks(plan: &Plan) -> Vec<Task> {
    let (paths, observed) = (plan.paths_per_draw(), plan.observed_per_draw());
    let of_draw = |draw: u32| {
        (0..paths.div_ceil(TASK)).map(move |k| {
            let range = k * TASK..((k + 1) * TASK).min(paths);
            let observed = observed.saturating_sub(range.start).min(range.end - range.start);
            Task { draw, paths: range, observed }
        })
    };
    (0..plan.draw_count()).flat_map(of_draw).collect()
}

/// The worlds that a wave needs, each resolved once; `known` is the last one of the wave before.
fn worlds_of<W: Send + Sync>(
    worlds: &dyn Uncertainty<World = W>,
    wave: &[Task],
    known: Option<&(u32, Arc<W>)>,
) -> Vec<(u32, Arc<W>)> {
    let mut draws: Vec<u32> = wave.iter().map(|task| task.draw).collect();
    draws.dedup();
    draws
        .into_par_iter()
        .map(|draw| match known {
            Some((last, world)) if *last == draw => (draw, Arc::clone(world)),
            _ => (draw, Arc::new(worlds.world(draw))),
        })
        .collect()
}

impl Task {
    fn count(&self) -> u64 {
        self.paths.end - self.paths.start
    }

    /// Simulates its paths; `None` if the run is interrupted first.
    fn simulate<W: Dynamics>(
        &self,
        world: &W,
        sampler: Sampler<'_>,
        tier: Tier,
        interrupt: &Interrupt,
    ) -> Option<Chunk> {
        let (count, observed) = (self.count() as usize, self.observed as usize);
        let mut chunk = Chunk {
            draw: self.draw,
            first: self.paths.start,
            metrics: Array2::zeros((world.metrics(), count)),
            states: Array3::zeros((observed, world.months(), world.states())),
            residual: 0.0,
        };
        for offset in (0..count).step_by(LANES) {
            if interrupt.is_raised() {
                return None;
            }
            let end = (offset + LANES).min(count);
            let residual = tier.run(Paths {
                world,
                sampler,
                draw: self.draw,
                first: (self.paths.start + offset as u64) as u32,
                metrics: chunk.metrics.slice_mut(s![.., offset..end]),
                states: chunk.states.slice_mut(s![offset.min(observed)..end.min(observed), .., ..]),
            });
            chunk.residual = largest(chunk.residual, residual);
        }
        Some(chunk)
    }
}
