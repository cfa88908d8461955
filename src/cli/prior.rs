//! `ouro prior`: prior-predictive checks.

use std::process::ExitCode;

use super::args::PriorArgs;
use super::exit::{Ended, UNMET, sound};
use super::{output, scenario, terminal};
use crate::face::Study;

/// Runs a scenario and compares its expectations with the results.
///
/// # Errors
/// When the scenario is refused, the run fails, or the result cannot be written or printed.
pub(super) fn run(args: &PriorArgs) -> Ended {
    let study = Study::of(scenario::of(&args.of)?);
    let found = study.prior(args.of.runs.options()?)?;
    let written = found.write(output::place(args.of.runs.shown.output.out.as_deref(), found.scenario(), "-prior"))?;
    let text =
        if args.of.runs.shown.output.json { found.json()? } else { terminal::page(&found.page(terminal::width())) };
    output::show(&text, &written)?;
    if found.is_sound() && !found.is_met() {
        return Ok(ExitCode::from(UNMET));
    }
    Ok(sound(found.is_sound(), found.is_interrupted()))
}
