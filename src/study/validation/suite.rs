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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use super::super::finding::{Finding, Found};
    use super::*;
    use crate::engine::Interrupt;

    #[test]
    fn the_short_form_leaves_out_and_names_are_told_apart() {
        let names = |extent| steps(extent).into_iter().map(|step| step.name).collect::<Vec<String>>();
        let (full, short) = (names(Extent::Full), names(Extent::Short));
        let all: BTreeSet<&String> = full.iter().collect();
        assert_eq!(all.len(), full.len(), "every step has a name of its own");
        assert!(short.len() < full.len() && short.iter().all(|name| all.contains(name)));
    }

    #[test]
    fn what_is_finished_is_kept_where_it_is_interrupted() {
        let interrupt = Arc::new(Interrupt::new());
        let raised = Arc::clone(&interrupt);
        let finding = || Finding::new("Topic", "one", "what", "hand").known(1.0, 0.0).found(Found::exact(1.0));
        let first = Step::findings("first", 3, move |_| {
            raised.raise();
            Ok(vec![finding()])
        });
        let second = Step::findings("second", 1, |conduct| {
            if conduct.interrupt.is_raised() { Err(StudyError::Interrupted) } else { Ok(Vec::new()) }
        });
        let conduct = Conduct { threads: 1, interrupt: &interrupt, progress: &|_| () };
        let (found, finished) = validate(&[first, second], conduct).unwrap();
        assert_eq!((found.findings.len(), finished), (1, 1));
        assert!(found.passes());
    }
}
