//! `ouro run`: from a scenario to its results.

use std::process::ExitCode;

use super::args::RunArgs;
use super::exit::{Ended, UNMET, sound};
use super::{output, scenario, terminal};
use crate::face::{Aim, Error, Options, OutputDir, Run, Study};

/// Simulates a scenario, writes the results, and prints them.
///
/// # Errors
/// Where the scenario or a question is refused, a thread cannot be had, or a file cannot be written.
pub(super) fn run(args: &RunArgs) -> Ended {
    let aim = aim(args);
    // With an aim the paths are the most, and the scenario keeps its own.
    let size = if aim.is_some() { args.size.without_paths() } else { args.size.clone() };
    let study = Study::of(scenario::open(&args.file, &args.overrides.and(&size))?);
    let suffix = if aim.is_some() { "-precision" } else { "" };
    let folder = OutputDir::create(output::place(args.shown.output.out.as_deref(), study.scenario(), suffix))?;
    let options = Options {
        at_means: args.means,
        keep_paths: !args.no_paths,
        diagnostics: args.diagnostics,
        network: args.network,
        scratch: Some(folder.scratch()?),
        recalibrate: args.size.recalibrate(),
        ..args.shown.options(args.size.threads())?
    };
    let run = match &aim {
        Some(aim) => study.run_until(aim, options)?,
        None => study.run(options)?,
    };
    let written = run.write_into(folder)?;
    output::show(&text(args, &run)?, &written)?;
    let is_open = run.precision().is_some_and(|of| !of.is_answered());
    if is_open && run.is_sound() && !run.is_interrupted() {
        return Ok(ExitCode::from(UNMET));
    }
    Ok(sound(run.is_sound(), run.is_interrupted()))
}

/// What the run is to answer and how long it may take; none for a run of a fixed size.
fn aim(args: &RunArgs) -> Option<Aim> {
    let aim = Aim { questions: args.precision.clone(), seconds: args.time, paths: args.size.paths() };
    (!aim.questions.is_empty() || aim.seconds.is_some()).then_some(aim)
}

fn text(args: &RunArgs, run: &Run) -> Result<String, Error> {
    let width = terminal::width();
    match (args.shown.output.json, args.shown.quiet) {
        (true, _) => run.answers_json(),
        (_, true) => Ok(String::new()),
        _ => Ok(terminal::page(&[run.page(width), run.answers(width)].concat())),
    }
}
