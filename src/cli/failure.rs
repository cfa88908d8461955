//! What is said of an error, and how the process ends for it.

use std::io::ErrorKind;
use std::process::ExitCode;

use super::exit::{INTERRUPTED, SYSTEM, WRONG};
use super::terminal::{self, BAD};
use crate::face::Error;

/// Says what went wrong, and how the process ends for it.
pub(super) fn failed(error: &Error) -> ExitCode {
    if is_closed_pipe(error) {
        return ExitCode::SUCCESS;
    }
    match error {
        Error::Problems(problems) => terminal::note(&terminal::problems(problems)),
        error => terminal::note(&format!("{BAD}error:{BAD:#} {error}")),
    }
    ExitCode::from(exit_code(error))
}

/// Whoever reads the output has seen enough, as `head` does.
fn is_closed_pipe(error: &Error) -> bool {
    matches!(error, Error::Io { source, .. } if source.kind() == ErrorKind::BrokenPipe)
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
    use std::io;

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

    #[test]
    fn a_closed_pipe_is_nobodys_fault() {
        let closed = |kind: ErrorKind| is_closed_pipe(&Error::io("printing")(io::Error::from(kind)));
        assert!(closed(ErrorKind::BrokenPipe) && !closed(ErrorKind::StorageFull));
    }
}
