//! The result of a run, merged from finished paths: in the order of parameter draw and path, whatever came first.

use std::io;
use std::ops::Range;

use ndarray::{Array2, Array3, Axis, s};

use super::path_metrics::PathMetrics;
use super::plan::Plan;

/// Finished paths of one parameter draw.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// Parameter draw.
    pub draw: u32,
    /// Number of the first path within the draw.
    pub first: u64,
    /// One row per metric, one column per path.
    pub metrics: Array2<f64>,
    /// Monthly states of the first of these paths: path, month, state.
    pub states: Array3<f64>,
    /// Largest relative residual of any account on any of these paths.
    pub residual: f64,
}

/// The larger residual. NaN is kept, where `f64::max` would drop it.
pub(super) fn largest(a: f64, b: f64) -> f64 {
    if a.is_nan() || a > b { a } else { b }
}

/// The result of a run.
#[derive(Debug)]
pub struct Outcome {
    /// The metrics of all paths, in the order of parameter draw and path.
    pub sample: PathMetrics,
    /// The columns of the sample that belong to each draw.
    pub draws: Vec<Range<usize>>,
    /// Monthly states of the observed paths: state, month, path.
    pub states: Array3<f32>,
    /// Largest relative residual of any account on any path.
    pub residual: f64,
    /// Why the run stopped.
    pub stop: Stop,
    /// Wall time, seconds.
    pub seconds: f64,
    /// Threads used.
    pub threads: usize,
}

/// Why a run stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// All paths are finished.
    Paths,
    /// It was interrupted; the paths of the result are finished.
    Interrupted,
}

/// The chunks merged so far.
pub(super) struct Merged {
    outcome: Option<Outcome>,
    /// In the order in which they came.
    pieces: Vec<Piece>,
    observed_per_draw: usize,
    all_paths: usize,
    draws: usize,
}

/// Where the paths of a chunk belong.
#[derive(Clone, Copy, Debug)]
struct Piece {
    draw: usize,
    first: u64,
    paths: usize,
    observed: usize,
}

impl Merged {
    /// An empty result of a run of this size.
    pub(super) fn new(plan: &Plan) -> Self {
        let draws = plan.draw_count() as usize;
        Self {
            outcome: None,
            pieces: Vec::new(),
            observed_per_draw: plan.observed_per_draw() as usize,
            all_paths: plan.paths_per_draw() as usize * draws,
            draws,
        }
    }

    /// Adds a chunk. The chunks of a draw must come in order.
    ///
    /// # Errors
    /// If the metrics must be spooled to a temporary file and it cannot be written.
    pub(super) fn add(&mut self, chunk: &Chunk) -> io::Result<()> {
        let (metrics, count) = chunk.metrics.dim();
        let (observed, months, states) = chunk.states.dim();
        let outcome = match &mut self.outcome {
            Some(outcome) => outcome,
            none => none.insert(Outcome {
                sample: PathMetrics::new(metrics, self.all_paths)?,
                draws: Vec::new(),
                states: Array3::zeros((states, months, self.observed_per_draw * self.draws)),
                residual: 0.0,
                stop: Stop::Paths,
                seconds: 0.0,
                threads: 0,
            }),
        };
        outcome.sample.add(&chunk.metrics.view())?;
        let draw = chunk.draw as usize;
        let place = draw * self.observed_per_draw + chunk.first as usize;
        for i in 0..observed {
            let states_by_month = chunk.states.index_axis(Axis(0), i).reversed_axes().mapv(|value| value as f32);
            outcome.states.slice_mut(s![.., .., place + i]).assign(&states_by_month);
        }
        outcome.residual = largest(outcome.residual, chunk.residual);
        self.pieces.push(Piece { draw, first: chunk.first, paths: count, observed });
        Ok(())
    }

    /// The result, or `None` if no path was finished.
    pub(super) fn finish(self, seconds: f64, threads: usize) -> Option<Outcome> {
        let mut outcome = self.outcome?;
        let mut order: Vec<usize> = (0..self.pieces.len()).collect();
        order.sort_by_key(|&at| (self.pieces[at].draw, self.pieces[at].first));
        let (mut places, mut paths, mut observed) = (vec![0; order.len()], 0, Vec::new());
        let mut last = None;
        for at in order {
            let piece = self.pieces[at];
            places[at] = paths;
            if last != Some(piece.draw) {
                outcome.draws.push(paths..paths);
            }
            last = Some(piece.draw);
            paths += piece.paths;
            outcome.draws.last_mut()?.end = paths;
            let place = piece.draw * self.observed_per_draw + piece.first as usize;
            observed.extend(place..place + piece.observed);
        }
        let counts = self.pieces.iter().map(|piece| piece.paths);
        outcome.sample.put_in_order(places.into_iter().zip(counts).collect());
        if paths < self.all_paths {
            outcome.stop = Stop::Interrupted;
            outcome.states = outcome.states.select(Axis(2), &observed);
        }
        outcome.seconds = seconds;
        outcome.threads = threads;
        Some(outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::largest;

    #[test]
    fn a_residual_that_is_no_number_is_not_lost() {
        for (a, b) in [(f64::NAN, 1.0), (1.0, f64::NAN), (f64::NAN, f64::NAN)] {
            assert!(largest(a, b).is_nan(), "{a} {b}");
        }
        assert_eq!([(1.0, 2.0), (2.0, 1.0)].map(|(a, b)| largest(a, b).to_bits()), [2.0_f64.to_bits(); 2]);
    }
}
