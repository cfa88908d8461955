//! Exit codes.

use std::process::ExitCode;

use crate::face::Error;

/// The scenario, the request or a number of the result is wrong.
pub(super) const WRONG: u8 = 1;
/// A system error: a file, a disk, a thread.
pub(super) const SYSTEM: u8 = 3;
/// Two scenarios differ, or a result and its files.
pub(super) const DIFFERENT: u8 = 4;
/// A run is not what its scenario says it must be, or does not answer what was asked.
pub(super) const UNMET: u8 = 5;
/// Interrupted.
pub(super) const INTERRUPTED: u8 = 130;

/// How a command ends.
pub(super) type Ended = Result<ExitCode, Error>;

/// Ends as interrupted or well, but with an error where numbers are not finite.
pub(super) fn sound(is_sound: bool, interrupted: bool) -> ExitCode {
    if is_sound { done(interrupted) } else { ExitCode::from(WRONG) }
}

/// Ends well, or as interrupted.
pub(super) fn done(interrupted: bool) -> ExitCode {
    if interrupted { ExitCode::from(INTERRUPTED) } else { ExitCode::SUCCESS }
}
