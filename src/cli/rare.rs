//! `ouro rare`: the probability of a rare event.

use std::process::ExitCode;

use super::args::RareArgs;
use super::exit::{Ended, UNMET, done};
use super::{output, scenario, terminal};
use crate::face::Study;

/// Estimates the probability by two routes.
///
/// # Errors
/// When the scenario or the question is refused, the event is not rare or never reached, or the result cannot be written or
/// printed.
pub(super) fn run(args: &RareArgs) -> Ended {
    let study = Study::of(scenario::of(&args.of)?);
    let shown = &args.of.runs.shown.output;
    let found = study.rare(&args.event, args.of.runs.options()?)?;
    let written = found.write(output::place(shown.out.as_deref(), found.scenario(), "-rare"))?;
    let text = if shown.json { found.json()? } else { terminal::page(&found.page(terminal::width())) };
    output::show(&text, &written)?;
    if !found.is_reliable() && !found.is_interrupted() {
        return Ok(ExitCode::from(UNMET));
    }
    Ok(done(found.is_interrupted()))
}
