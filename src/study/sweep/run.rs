//! All points of a sweep, those of the design first, then those of the refinement.

use std::collections::BTreeSet;

use crate::engine::Progress;

use super::super::conduct::{Conduct, of_all};
use super::super::error::StudyError;
use super::design::SweepPoint;
use super::plan::{Base, SweepPlan};
use super::point::{PointResult, Shard};

/// Where finished points are kept, so that a sweep that is ended early loses at most the point being run.
pub trait PointStore {
    /// The finished points, in their order.
    fn finished(&self) -> Vec<PointResult>;
    /// Keeps a finished point.
    ///
    /// # Errors
    /// If it cannot be kept.
    fn save(&self, point: &PointResult) -> Result<(), Box<dyn std::error::Error + Send + Sync>>;
}

/// Runs the points that are not finished: all of them, or those of a shard, which is not refined.
///
/// # Errors
/// Where it is interrupted, a point cannot be resolved, the engine fails, or a point cannot be kept.
pub fn run(
    plan: &SweepPlan,
    shard: Option<Shard>,
    store: &impl PointStore,
    conduct: Conduct<'_>,
) -> Result<(), StudyError> {
    let done: BTreeSet<u64> = store.finished().iter().map(|point| point.number).collect();
    let numbered = plan.points().iter().enumerate().map(|(number, point)| (number as u64, point.clone()));
    let own = numbered.filter(|(number, _)| shard.is_none_or(|shard| shard.holds(*number)));
    let missing: Vec<(u64, SweepPoint)> = own.filter(|(number, _)| !done.contains(number)).collect();
    let mut runner = Runner { plan, store, conduct, base: None };
    runner.run(&missing)?;
    if shard.is_some() {
        return Ok(());
    }
    let halvings = plan.file().refine.as_ref().map_or(0, |refine| refine.halvings);
    let mut known = plan.points().len() as u64;
    for _ in 0..halvings {
        // Each round sees what was there before it, also when it is resumed.
        let finished = store.finished();
        let seen: Vec<_> = finished.iter().filter(|point| point.number < known).cloned().collect();
        let more = plan.refined(&seen);
        let numbered = more.iter().zip(known..).map(|(point, number)| (number, point.clone()));
        let missing: Vec<_> =
            numbered.filter(|(number, _)| finished.iter().all(|done| done.number != *number)).collect();
        runner.run(&missing)?;
        known += more.len() as u64;
    }
    Ok(())
}

/// Runs points one after another, and keeps each.
struct Runner<'a, S> {
    plan: &'a SweepPlan,
    store: &'a S,
    conduct: Conduct<'a>,
    base: Option<Base>,
}

impl<S: PointStore> Runner<'_, S> {
    fn run(&mut self, points: &[(u64, SweepPoint)]) -> Result<(), StudyError> {
        if points.is_empty() {
            return Ok(());
        }
        let before = u64::from(self.base.is_none());
        let runs = points.len() as u64 + before;
        let base = match self.base.take() {
            Some(base) => base,
            None => self.counted(0, runs, |conduct| self.plan.base(conduct))?,
        };
        for (at, (number, point)) in points.iter().enumerate() {
            let result =
                self.counted(before + at as u64, runs, |conduct| self.plan.run((*number, point), &base, conduct))?;
            self.store.save(&result).map_err(StudyError::Store)?;
        }
        self.base = Some(base);
        Ok(())
    }

    /// Something that runs once, its progress counted as that of one of `runs`.
    fn counted<T>(&self, number: u64, runs: u64, run: impl FnOnce(Conduct<'_>) -> T) -> T {
        let progress = |at: Progress| (self.conduct.progress)(of_all(at, number, runs));
        run(Conduct { progress: &progress, ..self.conduct })
    }
}
