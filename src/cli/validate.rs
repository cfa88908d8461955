//! `ouro validate`: problems with known answers, and the coverage of intervals.

use std::path::Path;
use std::process::ExitCode;

use super::args::ValidateArgs;
use super::exit::{Ended, UNMET, done};
use super::{output, scenario, terminal};
use crate::face::{Error, Extent, Scenario, validate, validate_problems};

/// Validates the program, or the problems of the reader.
///
/// # Errors
/// When a problem is refused, a run fails, or the result cannot be written or printed.
pub(super) fn run(args: &ValidateArgs) -> Ended {
    let overrides = args.overrides();
    let open = |file: &std::path::PathBuf| scenario::open(file, &overrides);
    let problems = args.problems.iter().map(open).collect::<Result<Vec<Scenario>, Error>>()?;
    let extent = if args.short { Extent::Short } else { Extent::Full };
    let options = args.options()?;
    let found = if problems.is_empty() { validate(extent, options)? } else { validate_problems(&problems, options)? };
    let name = args.problems.first().map_or(Path::new("validation"), |file| file.as_path());
    let written = found.write(output::place_of(args.output.out.as_deref(), name, found.digest_text(), "-validate"))?;
    let text = if args.output.json { found.json()? } else { terminal::page(&found.page(terminal::width())) };
    output::show(&text, &written)?;
    Ok(if found.passes() || found.is_interrupted() { done(found.is_interrupted()) } else { ExitCode::from(UNMET) })
}
