//! `ouro report`: the report of a result, or of what changed between two, from their files.

use super::args::ReportArgs;
use super::exit::{Ended, done};
use super::terminal;
use crate::face::{Error, Report};

/// Makes the report, and says where it is.
///
/// # Errors
/// When a folder holds no result, or the report cannot be written.
pub(super) fn run(args: &ReportArgs) -> Ended {
    if args.json && args.folders.len() < 2 {
        return Err(Error::Refused("--json prints what changed between two runs: name two folders".to_owned()));
    }
    let report = match args.folders.as_slice() {
        [before, after] => Report::of_change(before, after)?,
        folders => Report::of(&folders[0])?,
    };
    let place = report.write(args.out.as_deref())?;
    if args.json {
        terminal::print(&report.json()?)?;
    }
    terminal::note(&format!("report in {}", place.display()));
    Ok(done(false))
}
