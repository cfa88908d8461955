//! Checks that need more than one key; each has its own message.

use super::file::Scenario;
use super::problem::Problem;
use super::reader::Notes;

/// Everything that is wrong between the parts of a scenario.
pub(crate) fn check(_scenario: &Scenario, _notes: &Notes) -> Vec<Problem> {
    Vec::new()
}
