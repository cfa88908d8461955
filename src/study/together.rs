//! Several studies on the same shocks.

use crate::engine::{Interrupt, Progress, RunError, Stop};

use super::estimates::Results;
use super::ready::{Effort, Run, Study};

/// A study of several runs was ended early; a part of it compares nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("interrupted: some paths of some runs compare nothing, so there is nothing to report")]
pub struct Interrupted;

/// Runs all studies and shows each but the first beside the first, whose paths are kept.
///
/// All must have the same seed, paths and first month, so that path `i` of draw `d` has the same shocks in each.
///
/// # Errors
/// As [`Study::run`]; [`Interrupted`] as a [`RunError::Sink`] where it was interrupted.
pub fn against_first(
    studies: &[Study],
    effort: Effort,
    interrupt: &Interrupt,
    progress: &(dyn Fn(Progress) + Sync),
    mut show: impl FnMut(usize, &Results<'_>, &Results<'_>),
) -> Result<(), RunError> {
    let one = |number: usize| -> Result<Run, RunError> {
        let of_all = |progress_of_one: Progress| {
            let Progress { done, paths } = progress_of_one;
            progress(Progress { done: number as u64 * paths + done, paths: studies.len() as u64 * paths });
        };
        let run = studies[number].run(effort, interrupt, &of_all, &mut |_| Ok(()))?;
        match run.outcome.stop {
            Stop::Paths => Ok(run),
            Stop::Interrupted => Err(RunError::Sink(Box::new(Interrupted))),
        }
    };
    let Some(first) = studies.first() else { return Ok(()) };
    let kept = one(0)?;
    let base = first.results(&kept);
    for (number, study) in studies.iter().enumerate().skip(1) {
        let run = one(number)?;
        show(number, &base, &study.results(&run));
    }
    Ok(())
}
