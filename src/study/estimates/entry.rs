//! A row of the summary.

use crate::model::Measure;

use super::super::estimand::Estimand;
use super::estimator::Answer;

/// One row of the summary.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What is estimated.
    pub estimand: Estimand,
    /// The estimate with its interval and method.
    pub answer: Answer,
}

/// Which measures are wanted; asked from any thread.
pub type Wanted<'a> = dyn Fn(Measure) -> bool + Sync + 'a;
