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
    let Some(first) = all.first() else { return Ok(()) };
    let kept = one(all, 0, conduct)?;
    let base = first.results(&kept);
    for (number, other) in all.iter().enumerate().skip(1) {
        let run = one(all, number, conduct)?;
        show(number, &base, &other.results(&run));
    }
    Ok(())
}

/// Runs all scenarios, keeps all their paths, and shows pairs of them by their places.
///
/// # Errors
/// As [`against_first`].
pub fn in_pairs(
    all: &[Prepared],
    pairs: &[(usize, usize)],
    conduct: Conduct<'_>,
    mut show: impl FnMut(usize, &Results<'_>, &Results<'_>),
) -> Result<(), StudyError> {
    let kept = (0..all.len()).map(|number| one(all, number, conduct)).collect::<Result<Vec<Simulated>, _>>()?;
    for (number, &(base, other)) in pairs.iter().enumerate() {
        show(number, &all[base].results(&kept[base]), &all[other].results(&kept[other]));
    }
    Ok(())
}

/// Runs one of them.
fn one(all: &[Prepared], number: usize, conduct: Conduct<'_>) -> Result<Simulated, StudyError> {
    let draws = all.iter().map(Prepared::draws).max().unwrap_or(1);
    let progress = |at: Progress| (conduct.progress)(of_all(at, number as u64, all.len() as u64));
    let conduct = Conduct { progress: &progress, ..conduct };
    let run = all[number].run(Effort { draws, observed: 0 }, conduct, &mut |_| Ok(()))?;
    match run.outcome.stop {
        Stop::Paths => Ok(run),
        Stop::Interrupted => Err(StudyError::Interrupted),
    }
}
