//! `ouro benchmark`: published figures beside ours, and what happened later.

use super::args::BenchmarkArgs;
use super::exit::{Ended, sound};
use super::{output, scenario, terminal};
use crate::face::Study;

/// Runs a scenario and sets its figures beside those of others.
///
/// # Errors
/// When the scenario is refused, the run fails, or the result cannot be written or printed.
pub(super) fn run(args: &BenchmarkArgs) -> Ended {
    let study = Study::of(scenario::of(&args.of)?);
    let found = study.benchmark(args.of.runs.options()?)?;
    let written =
        found.write(output::place(args.of.runs.shown.output.out.as_deref(), found.scenario(), "-benchmark"))?;
    let text =
        if args.of.runs.shown.output.json { found.json()? } else { terminal::page(&found.page(terminal::width())) };
    output::show(&text, &written)?;
    Ok(sound(found.is_sound(), found.is_interrupted()))
}
