//! Errors.

use std::io;

use crate::engine::RunError;
use crate::language::Problems;
use crate::report::format::TableError;
use crate::report::output::WriteError;
use crate::report::sweep::FolderError;
use crate::study::StudyError;

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A scenario or the file of a sweep is wrong: every problem with file, line, key, what was found and what would be
    /// right.
    #[error(transparent)]
    Problems(#[from] Problems),
    /// The request cannot be answered for this scenario; the text says why and what to do.
    #[error("{0}")]
    Refused(String),
    /// It was interrupted before there was anything to report.
    #[error("interrupted before anything was finished: there is nothing to report")]
    Interrupted,
    /// The simulation failed: threads cannot be had, or the paths fit neither memory nor a temporary file.
    #[error(transparent)]
    Run(RunError),
    /// A file could not be read or written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A result contains a number that is not valid in its table: a fault of the program.
    #[error("the results do not fit their table: {0}")]
    Table(#[from] TableError),
    /// Something could not be printed or read.
    #[error("{doing}: {source}")]
    Io {
        /// What was being done.
        doing: String,
        /// The system's own words.
        source: io::Error,
    },
}

impl Error {
    /// For `map_err`: an error of the system, and what was being done.
    pub fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }
}

impl From<RunError> for Error {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Nothing => Self::Interrupted,
            RunError::Sink(cause) => from_cause(cause),
            error => Self::Run(error),
        }
    }
}

impl From<StudyError> for Error {
    fn from(error: StudyError) -> Self {
        match error {
            StudyError::Problems(problems) => Self::Problems(problems),
            StudyError::Refused(text) => Self::Refused(text),
            StudyError::Interrupted => Self::Interrupted,
            StudyError::Run(error) => error.into(),
            StudyError::Store(cause) => from_cause(cause),
        }
    }
}

impl From<FolderError> for Error {
    fn from(error: FolderError) -> Self {
        match error {
            FolderError::Write(error) => Self::Write(error),
            FolderError::Refused(text) => Self::Refused(text),
        }
    }
}

/// What kept finished paths or points from being written.
fn from_cause(cause: Box<dyn std::error::Error + Send + Sync>) -> Error {
    match cause.downcast::<WriteError>() {
        Ok(error) => Error::Write(*error),
        Err(cause) => Error::Io { doing: "keeping what is finished".to_owned(), source: io::Error::other(cause) },
    }
}
