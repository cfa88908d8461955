//! `ouro calibrate`: volatilities from default probabilities, kept beside the scenario.

use std::sync::Arc;

use super::args::CalibrateArgs;
use super::exit::{Ended, done};
use super::scenario;
use super::terminal::{self, Meter};
use crate::face::{Options, Study};

/// Solves the volatilities of a scenario's base, keeps and prints them.
///
/// # Errors
/// When the scenario is refused, nothing is calibrated, or the file cannot be written.
pub(super) fn run(args: &CalibrateArgs) -> Ended {
    let study = Study::of(scenario::open(&args.file, &[])?);
    let meter = Meter::new(args.quiet || args.json);
    let found = study.calibrate(Options {
        threads: args.threads.unwrap_or(0),
        interrupt: Some(terminal::interrupt()?),
        progress: Some(Arc::new(move |at| meter.show(at))),
        ..Options::default()
    })?;
    let kept = found.keep()?;
    terminal::print(&if args.json { found.json()? } else { terminal::page(&found.page(terminal::width())) })?;
    terminal::note(&format!("kept in {}", kept.display()));
    Ok(done(false))
}
