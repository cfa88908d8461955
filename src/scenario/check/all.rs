//! All checks.

use super::checker::Checker;
use super::{
    correlations, dates, deals, entities, events, evidence, expansions, labs, magnitudes, market, names, rivals,
    warrants,
};
use crate::language::problem::Problem;
use crate::language::reader::Notes;
use crate::scenario::world::Scenario;

/// Everything that is wrong between the keys of a scenario. Keys that could not be read are skipped: they have a problem
/// of their own.
pub(crate) fn check(scenario: &Scenario, notes: &Notes) -> Vec<Problem> {
    let mut checker = Checker::new(scenario, notes);
    let subjects = [names::check, dates::check, labs::check, deals::check, entities::check, correlations::check];
    let of_the_rest: [fn(&mut Checker<'_>); 7] = [
        warrants::check,
        expansions::check,
        events::check,
        market::check,
        rivals::check,
        evidence::check,
        magnitudes::check,
    ];
    for subject in subjects.into_iter().chain(of_the_rest) {
        subject(&mut checker);
    }
    checker.found
}
