//! All checks.

use super::checker::Checker;
use super::{correlations, dates, deals, entities, events, labs, magnitudes, names};
use crate::language::problem::Problem;
use crate::language::reader::Notes;
use crate::scenario::world::Scenario;

/// Everything that is wrong between the keys of a scenario. Keys that could not be read are skipped: they have a problem
/// of their own.
pub(crate) fn check(scenario: &Scenario, notes: &Notes) -> Vec<Problem> {
    let mut checker = Checker::new(scenario, notes);
    let subjects = [names::check, dates::check, labs::check, deals::check, entities::check, correlations::check];
    for subject in subjects.into_iter().chain([events::check, magnitudes::check as fn(&mut Checker<'_>)]) {
        subject(&mut checker);
    }
    checker.found
}
