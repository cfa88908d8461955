//! Several scenarios on common random numbers.

use crate::engine::{Progress, Stop};

use super::conduct::{Conduct, of_all};
use super::error::StudyError;
use super::estimates::Results;
use super::prepared::{Effort, Prepared, Simulated};

/// Runs all scenarios and shows each but the first beside the first, whose paths are kept.
///
/// All must have the same seed, paths and first month, so that path `i` of draw `d` has the same shocks in each.
///
/// # Errors
/// As [`Prepared::run`]; [`StudyError::Interrupted`] where it was ended early.
pub fn against_first(
    all: &[Prepared],
    conduct: Conduct<'_>,
    mut show: impl FnMut(usize, &Results<'_>, &Results<'_>),
) -> Result<(), StudyError> {
    let draws = all.iter().map(Prepared::draws).max().unwrap_or(1);
    let one = |number: usize| -> Result<Simulated, StudyError> {
        let progress = |at: Progress| (conduct.progress)(of_all(at, number as u64, all.len() as u64));
        let conduct = Conduct { progress: &progress, ..conduct };
        let run = all[number].run(Effort { draws, observed: 0 }, conduct, &mut |_| Ok(()))?;
        match run.outcome.stop {
            Stop::Paths => Ok(run),
            Stop::Interrupted => Err(StudyError::Interrupted),
        }
    };
    let Some(first) = all.first() else { return Ok(()) };
    let kept = one(0)?;
    let base = first.results(&kept);
    for (number, other) in all.iter().enumerate().skip(1) {
        let run = one(number)?;
        show(number, &base, &other.results(&run));
    }
    Ok(())
}
