//! The worlds and the paths of both routes.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::event::Event;
use crate::engine::{Progress, Uncertainty};
use crate::hash::Fnv;
use crate::model::Parameters;
use crate::study::conduct::Conduct;
use crate::study::prepared::Prepared;

/// Paths of a task.
const TASK: u64 = 512;

/// The paths on which an event may happen.
pub(super) struct Paths<'a> {
    pub(super) event: &'a Event,
    /// The world of every parameter draw, which ends with the last date of the event.
    pub(super) worlds: Vec<Parameters>,
    seed: u64,
    conduct: Conduct<'a>,
    done: AtomicU64,
}

/// Some paths of a draw.
pub(super) type Task = (u32, Range<u64>);

impl<'a> Paths<'a> {
    pub(super) fn new(prepared: &Prepared, event: &'a Event, conduct: Conduct<'a>) -> Self {
        let world = |draw| event.shortened(Uncertainty::world(prepared, draw));
        let worlds = (0..prepared.draws()).into_par_iter().map(world).collect();
        Self { event, worlds, seed: prepared.scenario().run.seed, conduct, done: AtomicU64::new(0) }
    }

    /// The seed of a part of the study: parts share no random numbers with each other or with a run.
    pub(super) fn seed(&self, part: &str, number: usize) -> u64 {
        let hash = Fnv::new().with(&self.seed.to_le_bytes()).with(part.as_bytes());
        hash.with(&(number as u64).to_le_bytes()).value()
    }

    /// Paths so far.
    pub(super) fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    pub(super) fn is_interrupted(&self) -> bool {
        self.conduct.interrupt.is_raised()
    }

    /// The same paths of every draw, in tasks.
    pub(super) fn of_all_draws(&self, paths: &Range<u64>) -> Vec<Task> {
        let starts = || paths.clone().step_by(TASK as usize);
        let of_draw = |draw| starts().map(move |start| (draw, start..(start + TASK).min(paths.end)));
        (0..self.worlds.len() as u32).flat_map(of_draw).collect()
    }

    /// What `take` makes of each task, in their order; none if interrupted. Progress is told of the paths expected in all.
    pub(super) fn take<T: Send>(
        &self,
        tasks: Vec<Task>,
        expected: u64,
        take: impl Fn(u32, Range<u64>) -> T + Sync,
    ) -> Option<Vec<T>> {
        let one = |(draw, range): Task| {
            if self.is_interrupted() {
                return None;
            }
            let count = range.end - range.start;
            let taken = take(draw, range);
            let done = self.done.fetch_add(count, Ordering::Relaxed) + count;
            (self.conduct.progress)(Progress { done, paths: expected.max(done + 1) });
            Some(taken)
        };
        tasks.into_par_iter().map(one).collect()
    }
}
