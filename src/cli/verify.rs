//! `ouro verify`: a result held against its manifest and a second run.

use std::process::ExitCode;

use super::args::{VerifyArgs, options};
use super::exit::{DIFFERENT, Ended, WRONG, done};
use super::terminal;
use crate::face::{Error, verify};

/// Verifies a result and prints what became of every file.
///
/// # Errors
/// When there is no manifest, the second run fails, or the result cannot be printed.
pub(super) fn run(args: &VerifyArgs) -> Ended {
    let form = args.form.chosen();
    let options = options(args.threads.unwrap_or(0), args.quiet || form.is_some())?;
    let found = verify(&args.folder, !args.checksums, options)?;
    let text = match form {
        Some(write) => write(&found.table()?).map_err(Error::io("cannot print"))?,
        None => terminal::page(&found.page(terminal::width())),
    };
    terminal::print(&text)?;
    Ok(match found.second_run {
        _ if !found.is_sound() => ExitCode::from(DIFFERENT),
        Err(_) if !args.checksums => ExitCode::from(WRONG),
        _ => done(false),
    })
}
