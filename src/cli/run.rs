//! `ouro run`: from a scenario to its results.

use super::args::RunArgs;
use super::exit::{Ended, sound};
use super::{output, scenario, terminal};
use crate::face::{Options, OutputDir, Study};

/// Simulates a scenario, writes the results, and prints them.
///
/// # Errors
/// Where the scenario is refused, a thread cannot be had, or a file cannot be written.
pub(super) fn run(args: &RunArgs) -> Ended {
    let study = Study::of(scenario::open(&args.file, &args.overrides.and(&args.size))?);
    let folder = OutputDir::create(output::place(args.shown.output.out.as_deref(), study.scenario(), ""))?;
    let options = Options {
        at_means: args.means,
        keep_paths: !args.no_paths,
        diagnostics: args.diagnostics,
        network: args.network,
        scratch: Some(folder.scratch()?),
        recalibrate: args.size.recalibrate(),
        ..args.shown.options(args.size.threads())?
    };
    let run = study.run(options)?;
    let written = run.write_into(folder)?;
    let text = match (args.shown.output.json, args.shown.quiet) {
        (true, _) => run.json()?,
        (_, true) => String::new(),
        _ => terminal::page(&run.page(terminal::width())),
    };
    output::show(&text, &written)?;
    Ok(sound(run.is_sound(), run.is_interrupted()))
}
