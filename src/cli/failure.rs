//! Error messages and the exit codes that follow from them.

use std::process::ExitCode;

use super::exit::{INTERRUPTED, SYSTEM, WRONG};
use super::terminal::{self, BAD};
use crate::face::Error;

/// Prints the error, and returns the exit code.
pub(super) fn failed(error: &Error) -> ExitCode {
    match error {
        Error::Problems(problems) => terminal::note(&terminal::problems(problems)),
        error => terminal::note(&format!("{BAD}error:{BAD:#} {error}")),
    }
    ExitCode::from(exit_code(error))
}

fn exit_code(error: &Error) -> u8 {
    match error {
        Error::Problems(_) | Error::Refused(_) => WRONG,
        Error::Interrupted => INTERRUPTED,
        _ => SYSTEM,
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;
    use crate::face::Problems;

    #[test]
    fn the_exit_code_says_whose_fault_it_is() {
        let full = Error::io("printing")(ErrorKind::StorageFull.into());
        assert_eq!(exit_code(&full), SYSTEM);
        assert_eq!(exit_code(&Problems::default().into()), WRONG);
        assert_eq!(exit_code(&Error::Refused("there is no draw 7".into())), WRONG);
        assert_eq!(exit_code(&Error::Interrupted), INTERRUPTED);
    }
}
