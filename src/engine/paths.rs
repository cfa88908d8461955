//! The kernel: some paths of one world, from the first month to the last.

use ndarray::{Array2, Array3, ArrayView1, ArrayViewMut2, ArrayViewMut3, s};

use super::dynamics::{Dynamics, Row};
use super::outcome::largest;
use super::sampler::{Sampler, Sampling};
use crate::tier::Kernel;

/// Paths advanced side by side with vector instructions.
pub(super) const LANES: usize = 64;

/// Called with every month of `B` paths: its number, the state before and after it, and its flows.
pub type Watch<'a, W, const B: usize> =
    dyn FnMut(usize, &<W as Dynamics>::Block<B>, &<W as Dynamics>::Block<B>, &<W as Dynamics>::Workspace<B>) + 'a;

/// At most [`LANES`] paths to simulate, and the room for their results.
pub(super) struct Paths<'a, W> {
    pub(super) world: &'a W,
    pub(super) sampler: Sampler<'a>,
    pub(super) draw: u32,
    pub(super) first: u32,
    /// One row per metric, one column per path.
    pub(super) metrics: ArrayViewMut2<'a, f64>,
    /// Monthly states of the first of these paths: path, month, state.
    pub(super) states: ArrayViewMut3<'a, f64>,
}

/// Simulates the paths and gives the largest relative residual of their accounts.
impl<W: Dynamics> Kernel for Paths<'_, W> {
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        simulate::<W, LANES>(self, None)
    }

    /// On x86-64, side by side gains little without vector instructions (docs/performance.md) and costs another copy of
    /// the month: only one path at a time is compiled.
    #[cfg(target_arch = "x86_64")]
    fn run_portable(mut self) -> f64 {
        let count = self.metrics.ncols();
        (0..count).map(|lane| simulate_alone(self.only(lane), None)).fold(0.0, largest)
    }
}

impl<W> Paths<'_, W> {
    /// One of these paths.
    #[cfg(target_arch = "x86_64")]
    fn only(&mut self, lane: usize) -> Paths<'_, W> {
        let observed = self.states.dim().0;
        Paths {
            world: self.world,
            sampler: self.sampler,
            draw: self.draw,
            first: self.first + lane as u32,
            metrics: self.metrics.slice_mut(s![.., lane..=lane]),
            states: self.states.slice_mut(s![lane.min(observed)..(lane + 1).min(observed), .., ..]),
        }
    }
}

/// Simulates one path with the bits that it has in any run, shows each month to `watch`, and returns its metrics.
pub fn one_path<W: Dynamics>(
    world: &W,
    sampler: Sampler<'_>,
    draw: u32,
    path: u32,
    watch: &mut Watch<'_, W, 1>,
) -> Vec<f64> {
    let mut metrics = Array2::zeros((world.metrics(), 1));
    let mut no_states = Array3::zeros((0, world.months(), world.states()));
    let paths = Paths { world, sampler, draw, first: path, metrics: metrics.view_mut(), states: no_states.view_mut() };
    simulate_alone(paths, Some(watch));
    metrics.into_raw_vec_and_offset().0
}

/// Never inlined, so that all callers share one copy of the month.
#[inline(never)]
fn simulate_alone<W: Dynamics>(paths: Paths<'_, W>, watch: Option<&mut Watch<'_, W, 1>>) -> f64 {
    simulate::<W, 1>(paths, watch)
}

/// Becomes part of its caller, with the vector instructions of the caller.
#[inline(always)]
fn simulate<W: Dynamics, const B: usize>(paths: Paths<'_, W>, mut watch: Option<&mut Watch<'_, W, B>>) -> f64 {
    let Paths { world, sampler, draw, first, mut metrics, mut states } = paths;
    let (count, observed) = (metrics.ncols(), states.dim().0);
    let mut sampling = Sampling::<B>::new(sampler, world.slots(), draw, first);
    let (mut block, mut work) = world.begin(sampling.innovations());
    let mut row = Row::<B>::default();
    for t in 0..world.months() {
        let before = watch.is_some().then(|| block.clone());
        world.step(&mut block, &mut work, t, sampling.month(t));
        if let (Some(watch), Some(before)) = (&mut watch, &before) {
            watch(t, before, &block, &work);
        }
        if observed > 0 {
            row.values.clear();
            world.observe(&block, &work, &mut row);
            for (state, lanes) in row.values.iter().enumerate() {
                for i in 0..observed {
                    states[[i, t, state]] = lanes[i];
                }
            }
        }
    }
    row.values.clear();
    row.values.reserve(world.metrics());
    world.measure(&block, &mut row);
    debug_assert_eq!(row.values.len(), world.metrics(), "every metric is measured, in order");
    for (mut metric, lanes) in metrics.rows_mut().into_iter().zip(&row.values) {
        metric.assign(&ArrayView1::from(&lanes.0[..count]));
    }
    world.residual(&block).0[..count].iter().copied().fold(0.0, largest)
}
