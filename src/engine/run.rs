//! Many paths in parallel, merged in order: the result depends on neither the number of threads nor their timing.
//!
//! All parameter draws advance together, a task each before the next task of any, so that a run that is ended early has all
//! of them, about equally far.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
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
use crate::tier::Tier;

/// Most paths that one thread takes at a time.
const TASK: u64 = 1024;

/// Rounds in which the parameter draws advance, at least, where each has that many blocks of paths.
const ROUNDS: u64 = 8;

/// Most draws whose worlds are held through the run: those of the largest scenarios take over a megabyte each. Worlds of
/// more draws are resolved anew in every round, so these have as few rounds as tasks allow.
const HELD: u32 = 256;

/// Tasks per thread that are under way or waiting to be merged.
const WAVE: usize = 8;

/// The worlds of a run: one for each parameter draw.
pub trait Uncertainty: Sync {
    /// What is simulated.
    type World;
    /// The world of parameter draw `draw`.
    fn world(&self, draw: u32) -> Self::World;
}

/// Progress of a run.
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
    #[error("{paths} paths need at least {} GB of memory, which is not available; run fewer", bytes / 1_000_000_000)]
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

/// Receives finished paths, in the same order in every run: the first task of every parameter draw, then the second.
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
    let held = plan.draw_count() <= HELD;
    let mut known = BTreeMap::new();
    let mut simulate = |wave: &[Task]| -> Vec<Chunk> {
        resolve(worlds, wave, held, &mut known);
        let chunk_of = |task: &Task| {
            let world: &W = known.get(&task.draw)?;
            let chunk = task.simulate(world, sampler, plan.tier, interrupt)?;
            progress(Progress { done: done.fetch_add(task.count(), Ordering::Relaxed) + task.count(), paths });
            Some(chunk)
        };
        let chunks: Vec<Option<Chunk>> = wave.par_iter().map(chunk_of).collect();
        equally_far(wave, chunks)
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

/// Some paths of one world, on this thread: those numbered `paths`, with the monthly states of all of them.
pub fn some_paths<W: Dynamics>(world: &W, sampler: Sampler<'_>, draw: u32, paths: Range<u64>) -> Chunk {
    let observed = paths.end - paths.start;
    let chunk = Task { draw, paths, observed }.simulate(world, sampler, Tier::detect(), &Interrupt::new());
    chunk.expect("nothing interrupts it")
}

/// Bytes per path that an estimate needs: one metric as it is stored, and as a double.
const PER_PATH: u64 = 4 + 8;

/// Refuses a run that memory cannot hold, before the first path.
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

/// Paths of each draw in a round: whole blocks.
fn round(plan: &Plan) -> u64 {
    let rounds = if plan.draw_count() <= HELD { ROUNDS } else { 1 };
    plan.paths_per_draw().div_ceil(rounds).next_multiple_of(LANES as u64).min(TASK)
}

/// All tasks of a run, in the order in which their paths are handed on: the first of every draw, then the second.
fn tasks(plan: &Plan) -> Vec<Task> {
    let (round, paths, observed) = (round(plan), plan.paths_per_draw(), plan.observed_per_draw());
    let of_round = |number: u64| {
        let range = number * round..((number + 1) * round).min(paths);
        let observed = observed.saturating_sub(range.start).min(range.end - range.start);
        (0..plan.draw_count()).map(move |draw| Task { draw, paths: range.clone(), observed })
    };
    (0..paths.div_ceil(round)).flat_map(of_round).collect()
}

/// The chunks of a wave that were finished. Where one was not, those of later rounds are left out, so that no draw is two
/// tasks ahead of another.
fn equally_far(wave: &[Task], chunks: Vec<Option<Chunk>>) -> Vec<Chunk> {
    let mut tasks = wave.iter().zip(&chunks);
    let unfinished = tasks.find(|(_, chunk)| chunk.is_none()).map_or(u64::MAX, |(task, _)| task.paths.start);
    chunks.into_iter().flatten().filter(|chunk| chunk.first <= unfinished).collect()
}

/// Resolves the worlds that a wave needs and that are not known. Those of earlier waves are dropped unless they are `held`.
fn resolve<W: Send>(worlds: &dyn Uncertainty<World = W>, wave: &[Task], held: bool, known: &mut BTreeMap<u32, W>) {
    let needed: BTreeSet<u32> = wave.iter().map(|task| task.draw).collect();
    known.retain(|draw, _| held || needed.contains(draw));
    let missing: Vec<u32> = needed.into_iter().filter(|draw| !known.contains_key(draw)).collect();
    known.par_extend(missing.into_par_iter().map(|draw| (draw, worlds.world(draw))));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(draws: u32, paths_per_draw: u64) -> Plan {
        Plan { paths: paths_per_draw * u64::from(draws), draws, threads: 1, tier: Tier::detect(), observed: 0 }
    }

    fn chunk(task: &Task) -> Chunk {
        Chunk {
            draw: task.draw,
            first: task.paths.start,
            metrics: Array2::zeros((1, task.count() as usize)),
            states: Array3::zeros((0, 0, 0)),
            residual: 0.0,
        }
    }

    #[test]
    fn every_draw_has_its_first_task_before_any_has_its_second() {
        let tasks = tasks(&plan(3, ROUNDS * TASK + 1));
        let order: Vec<(u32, u64)> = tasks.iter().map(|task| (task.draw, task.paths.start / TASK)).collect();
        assert_eq!(order[..6], [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1)]);
        assert_eq!(tasks.last().map(Task::count), Some(1));
    }

    #[test]
    fn the_draws_of_an_ordinary_run_advance_in_rounds_of_a_block() {
        // 100,000 paths of 200 draws. Their worlds are held; those of too many draws are not, and are resolved once.
        let starts = |draws| tasks(&plan(draws, 500)).iter().map(|task| task.paths.start).collect::<BTreeSet<u64>>();
        assert_eq!(starts(200), (0..8).map(|round| round * 64).collect());
        assert_eq!(starts(HELD + 1), BTreeSet::from([0]));
    }

    #[test]
    fn wherever_a_wave_breaks_off_no_draw_is_two_tasks_ahead() {
        // Every set of finished tasks of a wave of six that begins within a round of four draws.
        let tasks = tasks(&plan(4, 3 * TASK));
        let wave = &tasks[2..8];
        for finished in 0..64_u32 {
            let chunks = wave.iter().enumerate().map(|(at, task)| (finished >> at & 1 == 1).then(|| chunk(task)));
            let mut done = [1_u64, 1, 0, 0];
            for chunk in equally_far(wave, chunks.collect()) {
                done[chunk.draw as usize] += 1;
            }
            let (least, most) = (done.iter().min().unwrap(), done.iter().max().unwrap());
            assert!(most - least <= 1, "{finished:b}: {done:?}");
        }
    }
}
