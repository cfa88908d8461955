//! Reading scenarios for the commands: accepted, or all problems.

use std::path::Path;

use super::args::OneFile;
use super::terminal;
use crate::face::{Error, Scenario};

/// A scenario that was accepted; its warnings go to standard error.
///
/// # Errors
/// All its problems.
pub(super) fn open(file: &Path, overrides: &[String]) -> Result<Scenario, Error> {
    let scenario = Scenario::load_with(file, overrides)?;
    if !scenario.warnings().list.is_empty() {
        terminal::note(&terminal::problems(scenario.warnings()));
    }
    Ok(scenario)
}

/// The scenario of a command that changes one and runs it.
///
/// # Errors
/// All its problems.
pub(super) fn of(args: &OneFile) -> Result<Scenario, Error> {
    open(&args.file, &args.overrides.and(&args.runs.size))
}
