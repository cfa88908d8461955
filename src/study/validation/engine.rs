//! Scenarios with known answers, run through the engine and estimated as every run is.

use std::borrow::Cow;

use super::finding::{Finding, Found};
use super::step::Step;
use crate::engine::Stop;
use crate::language::{Basis, Problem, Quantity};
use crate::model::{Derived, Measure, measure_named};
use crate::scenario::{Reference, Scenario};
use crate::study::calibration::Calibrator;
use crate::study::conduct::Conduct;
use crate::study::error::StudyError;
use crate::study::estimand::{Estimand, Statistic};
use crate::study::estimates::{Answer, Results, Summary};
use crate::study::prepared::{Effort, Prepared, Simulated, worlds};

/// The numbers of a path are kept in single precision, which rounds by this part at most.
const ROUNDING: f64 = 6e-8;

/// Largest residual of an account, as a part of its turnover.
const RESIDUAL: f64 = 1e-9;

/// The topic of accounts.
const CONSERVATION: &str = "Conservation of money: the largest residual of any account on any path";

/// A finished run.
pub(super) struct Ran<'a> {
    pub(super) prepared: &'a Prepared,
    pub(super) results: &'a Results<'a>,
}

/// A scenario of the program with known answers.
pub(super) struct Case {
    pub(super) topic: &'static str,
    /// The name of its file.
    pub(super) file: &'static str,
    pub(super) text: Cow<'static, str>,
    /// Answers that are no row of the summary.
    pub(super) more: fn(&Ran<'_>) -> Vec<Finding>,
    /// Whether monthly states are kept for these.
    pub(super) observed: bool,
}

impl Case {
    pub(super) fn new(topic: &'static str, file: &'static str, text: impl Into<Cow<'static, str>>) -> Self {
        Self { topic, file, text: text.into(), more: |_| Vec::new(), observed: false }
    }

    /// The same with answers that are no row of the summary.
    pub(super) fn with(self, more: fn(&Ran<'_>) -> Vec<Finding>) -> Self {
        Self { more, ..self }
    }

    /// The same with monthly states.
    pub(super) fn observed(self) -> Self {
        Self { observed: true, ..self }
    }

    /// As a step of the validation.
    pub(super) fn step(self, weight: u64) -> Step {
        Step::findings(self.file, weight, move |conduct| {
            let scenario = Scenario::parse(self.file, &self.text, &[])?;
            findings(self.topic, &scenario, self.observed, conduct, self.more)
        })
    }
}

/// The `[[reference]]`s of a scenario as a step.
pub fn problems_of(scenario: Scenario) -> Step {
    Step::findings(scenario.file_name(), 1000, move |conduct| of_scenario(&scenario, conduct))
}

/// The `[[reference]]`s of a scenario beside the estimates of its run, and the residual of its accounts.
///
/// # Errors
/// [`StudyError::Refused`] where it has none; [`StudyError::Problems`] where one names a subject that the run does not have;
/// those of a run; [`StudyError::Interrupted`] where it was ended early.
fn of_scenario(scenario: &Scenario, conduct: Conduct<'_>) -> Result<Vec<Finding>, StudyError> {
    if scenario.references.is_empty() {
        let text = "the scenario has no [[reference]]: add one for each known answer, with `id`, `measure`, `statistic` \
                    and `value` (docs/validate.md has an example)";
        return Err(StudyError::Refused(text.to_owned()));
    }
    findings("Problems of the reader", scenario, false, conduct, |_| Vec::new())
}

fn findings(
    topic: &'static str,
    scenario: &Scenario,
    observed: bool,
    conduct: Conduct<'_>,
    more: fn(&Ran<'_>) -> Vec<Finding>,
) -> Result<Vec<Finding>, StudyError> {
    let measures: Vec<Measure> = scenario.references.iter().filter_map(|known| measure_named(&known.measure)).collect();
    let prepared = prepared(scenario, conduct)?.asking(&measures);
    let unknown: Vec<Problem> = scenario.references.iter().filter_map(|known| unknown(&prepared, known)).collect();
    if !unknown.is_empty() {
        return Err(scenario.problems(unknown).into());
    }
    let simulated = run(&prepared, observed, conduct)?;
    let results = prepared.results(&simulated);
    let summary = Summary::of_measures(&results, &|measure| measures.contains(&measure));
    let mut found: Vec<Finding> =
        scenario.references.iter().map(|known| finding(topic, scenario, known, &results, &summary)).collect();
    found.extend(more(&Ran { prepared: &prepared, results: &results }));
    found.push(conservation(scenario, results.outcome.residual));
    Ok(found)
}

/// A scenario made ready, its volatilities calibrated.
pub(super) fn prepared(scenario: &Scenario, conduct: Conduct<'_>) -> Result<Prepared, StudyError> {
    let calibration = Calibrator::new(false).of(scenario, conduct)?;
    Ok(Prepared::new(worlds(scenario, false, calibration)?))
}

/// A whole run.
pub(super) fn run(prepared: &Prepared, observed: bool, conduct: Conduct<'_>) -> Result<Simulated, StudyError> {
    let observed = if observed { prepared.scenario().run.paths } else { 0 };
    let simulated = prepared.run(Effort { draws: prepared.draws(), observed }, conduct, &mut |_| Ok(()))?;
    match simulated.outcome.stop {
        Stop::Paths => Ok(simulated),
        Stop::Interrupted => Err(StudyError::Interrupted),
    }
}

/// The problem of a reference whose subject has no such measure.
fn unknown(prepared: &Prepared, known: &Reference) -> Option<Problem> {
    let first = prepared.scenario().labs.first().map(|lab| lab.name.as_str());
    let subject = known.subject.as_deref().or(first).unwrap_or_default();
    let measure = prepared.measures().into_iter().find(|measure| measure.name == known.measure);
    let taken = measure.map(|measure| measure.derived.map_or(measure, Derived::event));
    let of_it = prepared.catalogue().iter().filter(|metric| Some(metric.measure) == taken);
    let subjects: Vec<&str> = of_it.map(|metric| metric.subject.as_str()).collect();
    if subjects.iter().any(|of| *of == subject || of.is_empty()) {
        return None;
    }
    let key = format!("reference.{}.subject", known.id);
    let problem = Problem::error(key, format!("the run has no `{}` of `{subject}`", known.measure));
    Some(problem.among(subject, subjects))
}

/// A reference beside its estimate.
fn finding(
    topic: &'static str,
    scenario: &Scenario,
    known: &Reference,
    results: &Results<'_>,
    summary: &Summary,
) -> Finding {
    let subject = results.subject(known.subject.as_ref());
    let by = known.by.unwrap_or_else(|| results.date(results.horizon()));
    let entry = Statistic::parse(known.statistic.name()).and_then(|statistic| {
        let is_it = |of: &Estimand| {
            let is_of_it = of.subject == subject || of.subject.is_empty();
            of.measure.name == known.measure && is_of_it && of.by == by && of.statistic == statistic
        };
        summary.entries.iter().find(|entry| is_it(&entry.estimand))
    });
    let (estimate, of) =
        (entry.map(|entry| &entry.answer), entry.map_or(subject.as_str(), |entry| entry.estimand.subject.as_str()));
    let number = |quantity: &Quantity| quantity.at(&[]);
    let value = number(&known.value);
    let error = known.error.as_ref().map_or(0.0, number) + ROUNDING * value.abs();
    let whose = if of.is_empty() { String::new() } else { format!(" of {of}") };
    let what = format!("{} of {}{whose} by {by}", known.statistic.name(), known.measure.replace('_', " "));
    let note = known.note.clone().or_else(|| without(estimate)).unwrap_or_default();
    Finding::new(topic, known.id.clone(), what, source(scenario, &known.value))
        .known(value, error)
        .found(estimate.and_then(Found::of_answer))
        .note(note)
}

/// Why there is no estimate.
fn without(estimate: Option<&Answer>) -> Option<String> {
    match estimate {
        None => Some("the run has no such number by that date".to_owned()),
        Some(answer) if answer.value.is_none() => Some(answer.method.clone()),
        Some(_) => None,
    }
}

/// Where a known value comes from, in words.
fn source(scenario: &Scenario, value: &Quantity) -> String {
    let of = |id: &String| scenario.sources.iter().find(|source| source.id == *id);
    match &value.provenance.basis {
        Basis::Source(ids) => {
            let parts = ids.iter().filter_map(of).map(|source| {
                let parts = [source.publisher.as_deref(), source.date.as_deref(), Some(source.title.as_str())];
                parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
            });
            parts.collect::<Vec<_>>().join("; ")
        }
        Basis::Prior(text) | Basis::Assumed(text) => text.clone(),
        Basis::Unsaid => String::new(),
    }
}

/// No account of any path may gain or lose money.
fn conservation(scenario: &Scenario, residual: f64) -> Finding {
    let what = scenario.about.name.clone();
    let id = format!("residual-{}", scenario.file_name().trim_end_matches(".toml"));
    let source = "What leaves one account arrives in another (docs/model.md, section 12)";
    Finding::new(CONSERVATION, id, what, source).known(0.0, RESIDUAL).found(Found::exact(residual))
}
