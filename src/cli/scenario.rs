//! Scenarios as the commands get them: accepted, or all that is wrong.

use std::path::Path;

use super::terminal;
use crate::language::{Problem, Problems, Severity};
use crate::model::Parameters;
use crate::resolve::Worlds;
use crate::scenario::{Scenario, load};

/// A scenario that can be computed; its warnings go to standard error.
///
/// # Errors
/// Everything that is wrong with it.
pub(crate) fn open(file: &Path, overrides: &[String]) -> Result<Scenario, Problems> {
    let scenario = load(file, overrides)?;
    if !scenario.warnings().list.is_empty() {
        terminal::note(&terminal::problems(scenario.warnings()));
    }
    Ok(scenario)
}

/// The world of plan mode.
///
/// # Errors
/// What only the months show to be wrong.
pub(crate) fn planned(scenario: &Scenario) -> Result<Parameters, Problems> {
    Worlds::plan(scenario).map_err(|found| placed(scenario, found))
}

/// The worlds of a run, or the one where nothing is uncertain.
///
/// # Errors
/// What only the months show to be wrong.
pub(crate) fn worlds(scenario: &Scenario, at_means: bool) -> Result<Worlds, Problems> {
    let make = if at_means { Worlds::at_means } else { Worlds::new };
    make(scenario.clone(), scenario.run.seed).map_err(|found| placed(scenario, found))
}

/// All that is wrong with a scenario that could be read, also what only the months show; warnings among it.
pub(crate) fn examined(scenario: &Scenario) -> Problems {
    let of_plan = Worlds::plan(scenario).err().unwrap_or_default();
    let of_draws = Worlds::new(scenario.clone(), scenario.run.seed).err().unwrap_or_default();
    let mut found: Vec<Problem> = of_plan;
    for problem in of_draws {
        let known = |other: &Problem| other.key == problem.key && other.message == problem.message;
        if !found.iter().any(known) {
            found.push(problem);
        }
    }
    scenario.problems(found)
}

/// Only errors: the warnings have been said.
fn placed(scenario: &Scenario, found: Vec<Problem>) -> Problems {
    let mut problems = scenario.problems(found);
    problems.list.retain(|problem| problem.severity == Severity::Error);
    problems
}
