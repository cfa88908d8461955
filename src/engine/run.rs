//! Blocks of paths in parallel, merged in order: the result depends on neither threads nor timing.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use ndarray::{Array2, Array3, ArrayView1, s};
use rayon::prelude::*;
use thiserror::Error;

use super::draws::{Innovations, Sampler};
use super::dynamics::{Dynamics, Row};
use super::path_metrics::PathMetrics;
use super::plan::{Interrupt, Plan};
use super::tier::{Kernel, Tier};

/// Paths of a block: the lanes of the vectorised loops.
const LANES: usize = 64;

/// Paths that one thread takes at a time.
const TASK: u64 = 1024;

/// Tasks that are under way or waiting to be merged, for each thread.
const WAVE: usize = 8;

/// The worlds of a run: one for each draw of what is not known.
pub trait Uncertainty: Sync {
    /// A world.
    type World: Dynamics + Send;
    /// The world of draw `draw`.
    fn world(&self, draw: u32) -> Self::World;
}

/// Some finished paths of one draw.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// Draw of the uncertain numbers.
    pub draw: u32,
    /// Number of the first path within the draw.
    pub first: u64,
    /// A row a metric, a column a path.
    pub metrics: Array2<f64>,
    /// Monthly states of the first of them: path, month, state.
    pub states: Array3<f64>,
    /// Largest residual of the accounts.
    pub residual: f64,
}

/// What a run gives.
#[derive(Debug)]
pub struct Outcome {
    /// The metrics of all paths, in order of draw and path.
    pub sample: PathMetrics,
    /// Columns of each draw.
    pub draws: Vec<Range<usize>>,
    /// Monthly states of the observed paths: state, month, path.
    pub states: Array3<f32>,
    /// Largest relative residual of any account on any path.
    pub residual: f64,
    /// Why it stopped.
    pub stop: Stop,
    /// Time it took, seconds.
    pub seconds: f64,
    /// Threads it used.
    pub threads: usize,
}

/// Why a run stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// All paths are done.
    Paths,
    /// It was interrupted; what is there is finished.
    Interrupted,
}

/// How far a run is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Paths done.
    pub done: u64,
    /// Paths in all.
    pub paths: u64,
}

/// What can go wrong in a run.
#[derive(Debug, Error)]
pub enum RunError {
    /// The thread pool could not be made.
    #[error("cannot start {threads} threads: {source}")]
    Threads {
        /// How many were asked for.
        threads: usize,
        /// Why not.
        source: rayon::ThreadPoolBuildError,
    },
    /// The sample is too large for memory and cannot be kept on disk.
    #[error("the metrics of the paths do not fit into memory and cannot be kept in a temporary file: {0}")]
    Spool(#[from] std::io::Error),
    /// Finished paths could not be handed on.
    #[error(transparent)]
    Sink(Box<dyn std::error::Error + Send + Sync>),
    /// Interrupted before any path was done.
    #[error("interrupted before the first {TASK} paths were done: there is nothing to report")]
    Nothing,
}

/// What takes finished paths, in order.
pub type Sink<'a> = dyn FnMut(&Chunk) -> Result<(), Box<dyn std::error::Error + Send + Sync>> + 'a;

/// Simulates all paths of all draws. `sink` gets finished paths in order; `progress` is called from any thread.
///
/// # Errors
/// Where threads cannot be had, where `sink` refuses, or where it was interrupted before anything was done.
pub fn run<U: Uncertainty, S: Sampler>(
    worlds: &U,
    sampler: &S,
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
    let tasks = tasks(plan);
    let total: u64 = tasks.iter().map(|task| task.paths.end - task.paths.start).sum();
    let done = AtomicU64::new(0);
    let mut merged = Merged::new(plan, total);
    let mut known: Option<(u32, Arc<U::World>)> = None;
    let mut simulate = |wave: &[Task]| -> Vec<Chunk> {
        let world_of = worlds_of(worlds, wave, known.as_ref());
        let chunk_of = |task: &Task| {
            let (_, world) = world_of.iter().find(|(draw, _)| *draw == task.draw)?;
            let chunk = task.simulate(world.as_ref(), sampler, plan.tier, interrupt)?;
            let paths = task.paths.end - task.paths.start;
            progress(Progress { done: done.fetch_add(paths, Ordering::Relaxed) + paths, paths: total });
            Some(chunk)
        };
        let chunks = wave.par_iter().filter_map(chunk_of).collect();
        known = world_of.into_iter().next_back();
        chunks
    };
    let mut hand_on = |chunks: Vec<Chunk>| -> Result<(), RunError> {
        chunks.iter().try_for_each(|chunk| {
            sink(chunk).map_err(RunError::Sink)?;
            merged.add(chunk)
        })
    };
    let mut finished = Vec::new();
    for wave in tasks.chunks(WAVE * threads) {
        let mut next = Vec::new();
        // This thread, which is none of the pool, hands one wave on while the next is simulated.
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
    merged.finish(begun.elapsed().as_secs_f64(), threads, total)
}

/// Some paths of one draw for one thread.
#[derive(Clone, Debug)]
struct Task {
    draw: u32,
    paths: Range<u64>,
    /// How many of them, the first, have their monthly states kept.
    observed: u64,
}

fn tasks(plan: &Plan) -> Vec<Task> {
    let paths = plan.paths_a_draw();
    let observed = plan.observed.div_ceil(u64::from(plan.draws.max(1)));
    let of_draw = |draw: u32| {
        (0..paths.div_ceil(TASK)).map(move |k| {
            let range = k * TASK..((k + 1) * TASK).min(paths);
            let observed = observed.saturating_sub(range.start).min(range.end - range.start);
            Task { draw, paths: range, observed }
        })
    };
    (0..plan.draws.max(1)).flat_map(of_draw).collect()
}

/// The worlds that a wave needs, each made once.
fn worlds_of<U: Uncertainty>(
    worlds: &U,
    wave: &[Task],
    known: Option<&(u32, Arc<U::World>)>,
) -> Vec<(u32, Arc<U::World>)> {
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
    /// Simulates its paths, or nothing where the run is interrupted first.
    fn simulate<W: Dynamics, S: Sampler>(
        &self,
        world: &W,
        sampler: &S,
        tier: Tier,
        interrupt: &Interrupt,
    ) -> Option<Chunk> {
        let count = (self.paths.end - self.paths.start) as usize;
        let mut chunk = Chunk {
            draw: self.draw,
            first: self.paths.start,
            metrics: Array2::zeros((world.metrics(), count)),
            states: Array3::zeros((self.observed as usize, world.months(), world.states())),
            residual: 0.0,
        };
        for offset in (0..count).step_by(LANES) {
            if interrupt.is_raised() {
                return None;
            }
            let lanes = LANES.min(count - offset);
            let observed = (self.observed as usize).saturating_sub(offset).min(lanes);
            let first = (self.paths.start + offset as u64) as u32;
            tier.run(OneBlock::<W, S, LANES> {
                world,
                sampler,
                draw: self.draw,
                first,
                offset,
                lanes,
                observed,
                into: &mut chunk,
            });
        }
        Some(chunk)
    }
}

/// One block of paths from start to end.
struct OneBlock<'a, W, S, const B: usize> {
    world: &'a W,
    sampler: &'a S,
    draw: u32,
    first: u32,
    offset: usize,
    lanes: usize,
    observed: usize,
    into: &'a mut Chunk,
}

impl<W: Dynamics, S: Sampler, const B: usize> Kernel for OneBlock<'_, W, S, B> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let slots = self.world.slots();
        let mut draws = Innovations::<B>::new(slots);
        let mut ahead = self.sampler.open(slots, self.draw, self.first, &mut draws);
        let (mut block, mut work) = self.world.begin(&draws);
        let mut row = Row::<B>::default();
        for t in 0..self.world.months() {
            self.sampler.month(slots, &mut ahead, t, &mut draws);
            self.world.step(&mut block, &mut work, t, &draws);
            if self.observed > 0 {
                row.values.clear();
                self.world.observe(&block, &work, &mut row);
                for (state, lanes) in row.values.iter().enumerate() {
                    for i in 0..self.observed {
                        self.into.states[[self.offset + i, t, state]] = lanes[i];
                    }
                }
            }
        }
        row.values.clear();
        self.world.measure(&block, &mut row);
        debug_assert_eq!(row.values.len(), self.world.metrics(), "every metric is measured, in order");
        let columns = s![.., self.offset..self.offset + self.lanes];
        for (mut metric, lanes) in self.into.metrics.slice_mut(columns).rows_mut().into_iter().zip(&row.values) {
            metric.assign(&ArrayView1::from(&lanes.0[..self.lanes]));
        }
        let residual = self.world.residual(&block);
        for i in 0..self.lanes {
            self.into.residual = self.into.residual.max(residual[i]);
        }
    }
}

/// What is merged so far.
struct Merged {
    outcome: Option<Outcome>,
    paths: usize,
    observed: usize,
    total: usize,
    most_observed: usize,
}

impl Merged {
    fn new(plan: &Plan, total: u64) -> Self {
        let most_observed = tasks(plan).iter().map(|task| task.observed).sum::<u64>() as usize;
        Self { outcome: None, paths: 0, observed: 0, total: total as usize, most_observed }
    }

    fn add(&mut self, chunk: &Chunk) -> Result<(), RunError> {
        let (metrics, count) = chunk.metrics.dim();
        let (seen, months, states) = chunk.states.dim();
        let outcome = match &mut self.outcome {
            Some(outcome) => outcome,
            none => none.insert(Outcome {
                sample: PathMetrics::new(metrics, self.total)?,
                draws: Vec::new(),
                states: Array3::zeros((states, months, self.most_observed)),
                residual: 0.0,
                stop: Stop::Paths,
                seconds: 0.0,
                threads: 0,
            }),
        };
        let to = self.paths + count;
        outcome.sample.add(&chunk.metrics.view())?;
        for i in 0..seen {
            let path = chunk.states.index_axis(ndarray::Axis(0), i);
            let column = path.t().mapv(|value| value as f32);
            outcome.states.slice_mut(s![.., .., self.observed + i]).assign(&column);
        }
        let draw = chunk.draw as usize;
        outcome.draws.resize(outcome.draws.len().max(draw + 1), self.paths..self.paths);
        outcome.draws[draw].end = to;
        outcome.residual = outcome.residual.max(chunk.residual);
        self.paths = to;
        self.observed += seen;
        Ok(())
    }

    fn finish(self, seconds: f64, threads: usize, total: u64) -> Result<Outcome, RunError> {
        let mut outcome = self.outcome.ok_or(RunError::Nothing)?;
        if (self.paths as u64) < total {
            outcome.stop = Stop::Interrupted;
            outcome.states = outcome.states.slice(s![.., .., ..self.observed]).to_owned();
        }
        outcome.draws.retain(|columns| !columns.is_empty());
        outcome.seconds = seconds;
        outcome.threads = threads;
        Ok(outcome)
    }
}

/// Runs one path alone, with the bits it has in any run, and shows every month to `watch`: the state before it, the state
/// after it and what it left.
#[inline(always)]
pub fn replay<W: Dynamics, S: Sampler>(
    world: &W,
    sampler: &S,
    draw: u32,
    path: u32,
    mut watch: impl FnMut(usize, &W::Block<1>, &W::Block<1>, &W::Workspace<1>),
) -> Row<1> {
    let slots = world.slots();
    let mut draws = Innovations::<1>::new(slots);
    let mut ahead = sampler.open(slots, draw, path, &mut draws);
    let (mut block, mut work) = world.begin(&draws);
    for t in 0..world.months() {
        let before = block.clone();
        sampler.month(slots, &mut ahead, t, &mut draws);
        world.step(&mut block, &mut work, t, &draws);
        watch(t, &before, &block, &work);
    }
    let mut row = Row::default();
    world.measure(&block, &mut row);
    row
}
