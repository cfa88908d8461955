//! `ouro paths`: how many paths and draws a question needs.

use std::process::ExitCode;

use super::args::{PathsArgs, options};
use super::exit::{Ended, UNMET, done};
use super::{scenario, terminal};
use crate::face::{Error, Options, Study};

/// Runs a pilot and prints what the questions need.
///
/// # Errors
/// When the scenario or a question is refused, the pilot fails, or the result cannot be printed.
pub(super) fn run(args: &PathsArgs) -> Ended {
    // The sizes are those of the pilot; the scenario keeps its own.
    let study = Study::of(scenario::open(&args.file, &args.overrides.set)?);
    let form = args.form.chosen();
    let options = Options {
        recalibrate: args.size.recalibrate(),
        ..args.size.sizes(options(args.size.threads(), args.quiet || form.is_some())?)
    };
    let needs = study.need(&args.questions, options)?;
    let text = match form {
        Some(write) => write(&needs.table()?).map_err(Error::io("cannot print"))?,
        None => terminal::page(&needs.page(terminal::width())),
    };
    terminal::print(&text)?;
    Ok(if needs.is_attainable() { done(false) } else { ExitCode::from(UNMET) })
}
