//! Consistency of expectations and references, with which a run is compared (docs/model.md, section 11).

use super::checker::{Checker, sibling};
use crate::language::problem::Problem;
use crate::model::{Kind, MEASURES, Measure};
use crate::scenario::entity::Expectation;
use crate::scenario::reference::Reference;

pub(super) fn check(checker: &mut Checker<'_>) {
    for expected in &checker.scenario.expectations {
        range(checker, expected);
        measures(checker, expected);
        date(checker, expected);
    }
    for known in &checker.scenario.references {
        reference(checker, known);
    }
}

/// The measure of a reference must exist and have the statistic, its date lie within the run, and its value be certain.
fn reference(checker: &mut Checker<'_>, known: &Reference) {
    let key = |name: &str| format!("reference.{}.{name}", known.id);
    let timeline = checker.scenario.timeline();
    let measure = MEASURES.iter().find(|measure| measure.name == known.measure);
    match measure {
        None if known.measure.is_empty() => {}
        None => {
            let problem = Problem::error(key("measure"), format!("there is no measure `{}`", known.measure));
            checker.add(problem.among(&known.measure, MEASURES.iter().map(|measure| measure.name)));
        }
        Some(measure) => {
            let (is_amount, is_probability) = (measure.is_amount(), known.statistic.name() == "probability");
            let is_band = known.statistic.name().starts_with("band");
            if is_amount == is_probability && !is_band {
                let has =
                    if is_amount { "an amount: it has a mean and quantiles" } else { "an event: it has a probability" };
                let problem = Problem::error(key("statistic"), format!("`{}` is {has}", known.measure));
                let expected = if is_amount { "`mean`, `p05` to `p99`, `es95`, `es99`" } else { "`probability`" };
                checker.add(problem.found(known.statistic.name()).expected(expected));
            }
        }
    }
    if let Some(by) = known.by.filter(|by| *by < timeline.start.shifted(-1) || *by > timeline.last()) {
        let message = format!("{by} is outside the run, {} to {}", timeline.start, timeline.last());
        checker.add(Problem::error(key("by"), message));
    }
    for number in [Some(&known.value), known.error.as_ref()].into_iter().flatten() {
        if number.is_uncertain() {
            checker.add(Problem::error(&number.key, "a known value is a number and no distribution"));
        }
    }
    if let Some(error) = known.error.as_ref().filter(|error| !error.unit.agrees_with(known.value.unit)) {
        let message = format!("the value is {} and its error {}", known.value.unit, error.unit);
        checker.add(Problem::error(&error.key, message).expected(known.value.unit.form()));
    }
}

fn key(expected: &Expectation, key: &str) -> String {
    format!("expectation.{}.{key}", expected.id)
}

fn range(checker: &mut Checker<'_>, expected: &Expectation) {
    match (&expected.low, &expected.high) {
        (None, None) => {
            let problem = Problem::error(key(expected, "low"), "an expectation needs a range");
            checker.add(problem.expected("`low`, `high`, or both"));
        }
        (Some(low), Some(high)) if checker.range(low).0 > checker.range(high).1 => {
            let problem = Problem::error(&low.key, "the least that is plausible is more than the most");
            let (least, most) = (checker.range(low).0, checker.range(high).1);
            let found = format!("{} and {}", low.unit.show(least), high.unit.show(most));
            checker.add(problem.found(found).help("swap `low` and `high`"));
        }
        _ => {}
    }
}

/// The measure and event of an expectation must exist and be measured on single paths.
fn measures(checker: &mut Checker<'_>, expected: &Expectation) {
    let on_path = || MEASURES.iter().filter(|measure| measure.derived.is_none());
    let is_event = |measure: &&Measure| measure.kind == Kind::FirstMonth;
    if !expected.measure.is_empty() && !on_path().any(|measure| measure.name == expected.measure) {
        let problem = Problem::error(key(expected, "measure"), format!("there is no measure `{}`", expected.measure));
        checker.add(problem.among(&expected.measure, on_path().map(|measure| measure.name)));
    }
    let events = || on_path().filter(is_event).map(|measure| measure.name);
    if let Some(given) = expected.given.as_ref().filter(|given| !events().any(|event| event == given.as_str())) {
        let problem = Problem::error(key(expected, "given"), format!("there is no event `{given}`"));
        checker.add(problem.among(given, events()));
    }
    if let Some(above) = expected.above.as_ref().filter(|_| events().any(|event| event == expected.measure)) {
        let problem = Problem::error(&above.key, format!("`{}` is an event and is above nothing", expected.measure));
        checker.add(problem.help("drop `above`: an event has its probability"));
    }
}

fn date(checker: &mut Checker<'_>, expected: &Expectation) {
    let timeline = checker.scenario.timeline();
    // The month before the start is the start itself.
    if let Some(by) = expected.by.filter(|by| *by < timeline.start.shifted(-1) || *by > timeline.last()) {
        let message = format!("{by} is outside the run, {} to {}", timeline.start, timeline.last());
        let end = expected.low.as_ref().or(expected.high.as_ref());
        let key = end.map_or_else(|| key(expected, "by"), |end| sibling(&end.key, "by"));
        checker.add(Problem::warning(key, message));
    }
}
