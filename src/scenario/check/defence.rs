//! The documentation that `--strict` requires: the state of knowledge, and a source for every number.

use std::collections::BTreeSet;

use super::checker::{Checker, sibling};
use super::magnitudes;
use crate::language::effective::Effective;
use crate::language::problem::{Problem, Severity};
use crate::language::quantity::Basis;
use crate::language::reader::Notes;
use crate::scenario::entity::Source;
use crate::scenario::world::Scenario;

/// Everything that is undocumented or contradicts the state of knowledge.
pub(crate) fn defend(scenario: &Scenario, notes: &Notes) -> Vec<Problem> {
    let mut found: Vec<Problem> = state_of_knowledge(scenario).into_iter().collect();
    found.extend(unsourced(scenario));
    found.extend(unused(scenario, notes));
    found.extend(from_the_future(scenario));
    found.extend(doubts(scenario, notes));
    found.retain(|problem| !notes.broken.contains(&problem.key));
    found
}

/// Numbers whose size suggests a slip of the unit, which are warnings otherwise.
fn doubts(scenario: &Scenario, notes: &Notes) -> Vec<Problem> {
    let mut checker = Checker::new(scenario, notes);
    magnitudes::check(&mut checker);
    let refused = |problem: Problem| Problem { severity: Severity::Error, ..problem };
    checker.found.into_iter().map(refused).collect()
}

fn state_of_knowledge(scenario: &Scenario) -> Option<Problem> {
    let problem = Problem::error("scenario.as_of", "`as_of` is missing");
    let problem = problem.expected("a day or a month, such as `as_of = \"2026-06-30\"`");
    scenario.about.as_of.is_none().then_some(problem)
}

fn unsourced(scenario: &Scenario) -> impl Iterator<Item = Problem> {
    let unsourced = |row: &&Effective| row.needs_basis() && row.provenance.basis == Basis::Unsaid;
    scenario.effective.iter().filter(unsourced).map(|row| {
        Problem::error(&row.key, "this number has no source, prior or assumption")
            .found(row.value.clone())
            .expected("`source` with an id of [sources], or `prior` or `assumed` with a reason")
    })
}

/// Sources of the file itself that are never cited; shared and extended files may serve other scenarios.
fn unused(scenario: &Scenario, notes: &Notes) -> Vec<Problem> {
    let used: BTreeSet<&str> = citations(scenario).map(|(_, id)| id).collect();
    let key = |source: &Source| format!("sources.{}", source.id);
    let own = |source: &&Source| notes.places.get(&key(source)).is_some_and(|place| place.text == 0);
    let unused = scenario.sources.iter().filter(own).filter(|source| !used.contains(source.id.as_str()));
    let told = |source: &Source| Problem::error(key(source), format!("source `{}` is never cited", source.id));
    unused.map(|source| told(source).help("remove it, or cite it where it is used")).collect()
}

/// Numbers from sources published after the state of knowledge; outcomes may have later sources.
fn from_the_future(scenario: &Scenario) -> Vec<Problem> {
    let Some(as_of) = &scenario.about.as_of else { return Vec::new() };
    let late = |(key, id): (String, &str)| {
        let source = scenario.sources.iter().find(|source| source.id == id)?;
        let date = source.date.as_deref().filter(|date| is_after(date, as_of))?;
        let message = format!("`{id}` was published after `as_of`, {as_of}");
        Some(Problem::error(key, message).found(date).help("use an earlier source, or move `as_of`"))
    };
    citations(scenario).filter(|(key, _)| !key.starts_with("outcome.")).filter_map(late).collect()
}

/// Every key that cites a source, with the id.
fn citations(scenario: &Scenario) -> impl Iterator<Item = (String, &str)> {
    let of_numbers = scenario.effective.iter().flat_map(|row| match &row.provenance.basis {
        Basis::Source(ids) => ids.iter().map(|id| (row.key.clone(), id.as_str())).collect(),
        _ => Vec::new(),
    });
    let of_benchmarks = scenario.benchmarks.iter().filter_map(|benchmark| {
        let source = benchmark.source.as_deref()?;
        let own = matches!(&benchmark.value.provenance.basis, Basis::Source(ids) if ids.iter().any(|id| id == source));
        (!own).then(|| (sibling(&benchmark.value.key, "source"), source))
    });
    of_numbers.chain(of_benchmarks)
}

/// Whether a date is after another to their common precision: "2026-07" is after "2026-06-30", "2026" is not.
fn is_after(date: &str, as_of: &str) -> bool {
    let known = date.len().min(as_of.len());
    date[..known] > as_of[..known]
}

#[cfg(test)]
mod tests {
    use super::is_after;

    #[test]
    fn dates_are_compared_to_their_common_precision() {
        let cases = [
            ("2026-07-01", "2026-06-30", true),
            ("2026-06-30", "2026-06-30", false),
            ("2026-07", "2026-06-30", true),
            ("2026-06", "2026-06-01", false),
            ("2026", "2026-01", false),
            ("2027", "2026-12", true),
            ("2026-06-30", "2026-06", false),
        ];
        for (date, as_of, after) in cases {
            assert_eq!(is_after(date, as_of), after, "{date} {as_of}");
        }
    }
}
