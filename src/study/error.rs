//! Why a study has no result.

use crate::engine::RunError;
use crate::language::Problems;

/// Why a study has no result.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// A scenario, or the file of a sweep, is wrong.
    #[error(transparent)]
    Problems(#[from] Problems),
    /// What was asked cannot be answered.
    #[error("{0}")]
    Refused(String),
    /// It was interrupted before all runs had finished; a part of them compares nothing.
    #[error("interrupted before all runs had finished: there is nothing to report")]
    Interrupted,
    /// The engine failed.
    #[error(transparent)]
    Run(RunError),
    /// Finished results could not be stored.
    #[error(transparent)]
    Store(Box<dyn std::error::Error + Send + Sync>),
}

impl From<RunError> for StudyError {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Nothing => Self::Interrupted,
            error => Self::Run(error),
        }
    }
}
