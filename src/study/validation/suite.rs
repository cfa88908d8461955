//! All steps of the validation, and their run.

use super::step::{Step, Validated};
use super::{contracts, defaults, directions, intervals, invariance, market, networks, processes, statistics, tails};
use crate::engine::Progress;
use crate::study::conduct::Conduct;
use crate::study::error::StudyError;

/// How much is validated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What takes less than a minute. It leaves steps out and makes none smaller: what it has is as in the full form.
    Short,
    /// Everything.
    Full,
}

/// The steps of an extent, group by group.
pub fn steps(extent: Extent) -> Vec<Step> {
    let groups = [
        market::steps(),
        processes::steps(),
        defaults::steps(),
        contracts::steps(),
        networks::steps(),
        tails::steps(),
        statistics::steps(),
        invariance::steps(),
        directions::steps(),
        intervals::steps(),
    ];
    let is_in = |step: &Step| extent == Extent::Full || step.is_short;
    groups.into_iter().flatten().filter(is_in).collect()
}

/// Runs steps in order. What is finished is kept where it is interrupted; then the second number is how many steps were.
///
/// # Errors
/// As a run; [`StudyError::Interrupted`] where not even the first step was finished.
pub fn validate(steps: &[Step], conduct: Conduct<'_>) -> Result<(Validated, usize), StudyError> {
    let all: u64 = steps.iter().map(|step| step.weight).sum();
    let (mut validated, mut before) = (Validated::default(), 0);
    for (number, step) in steps.iter().enumerate() {
        let within = |at: Progress| {
            let done = step.weight * at.done.min(at.paths) / at.paths.max(1);
            (conduct.progress)(Progress { done: before + done, paths: all });
        };
        match step.run(Conduct { progress: &within, ..conduct }) {
            Ok(found) => validated.add(found),
            Err(StudyError::Interrupted) if number > 0 => return Ok((validated, number)),
            Err(error) => return Err(error),
        }
        before += step.weight;
        (conduct.progress)(Progress { done: before, paths: all });
    }
    Ok((validated, steps.len()))
}
