//! A part of the validation that is run by itself.

use super::coverage::{Coverage, Trial};
use super::finding::{Finding, Verdict};
use crate::study::conduct::Conduct;
use crate::study::error::StudyError;

/// What was found so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Validated {
    /// Estimates where the answer is known.
    pub findings: Vec<Finding>,
    /// Coverage of intervals.
    pub coverage: Vec<Coverage>,
}

/// A part of the validation that is run by itself.
pub struct Step {
    /// Its name, unlike that of any other.
    pub name: String,
    /// Whether the short form has it too.
    pub is_short: bool,
    /// How long it takes against the others, in milliseconds of a fast core: progress is counted in these.
    pub weight: u64,
    work: Work,
}

/// The problems of a step.
type Findings = dyn Fn(Conduct<'_>) -> Result<Vec<Finding>, StudyError> + Send + Sync;

/// The intervals of a step.
type Coverages = dyn Fn(Conduct<'_>) -> Result<Vec<Coverage>, StudyError> + Send + Sync;

/// What a step does.
enum Work {
    Findings(Box<Findings>),
    Coverage(Box<Coverages>),
}

impl Step {
    /// Problems with known answers.
    pub(super) fn findings(
        name: impl Into<String>,
        weight: u64,
        work: impl Fn(Conduct<'_>) -> Result<Vec<Finding>, StudyError> + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), is_short: true, weight, work: Work::Findings(Box::new(work)) }
    }

    /// Intervals of runs of the engine.
    pub(super) fn coverage(
        name: impl Into<String>,
        weight: u64,
        work: impl Fn(Conduct<'_>) -> Result<Vec<Coverage>, StudyError> + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), is_short: true, weight, work: Work::Coverage(Box::new(work)) }
    }

    /// Intervals of many samples of a kind.
    pub(super) fn trial(trial: Trial, weight: u64) -> Self {
        let name = format!("{}: {}", trial.kind, trial.regime);
        let run = move |conduct: Conduct<'_>| Ok(vec![trial.run(conduct.interrupt).ok_or(StudyError::Interrupted)?]);
        Self::coverage(name, weight, run)
    }

    /// The same, for the full form alone.
    #[must_use]
    pub(super) fn only_in_full(self) -> Self {
        Self { is_short: false, ..self }
    }

    /// Runs it.
    ///
    /// # Errors
    /// As a run; [`StudyError::Interrupted`] where it was ended early.
    pub fn run(&self, conduct: Conduct<'_>) -> Result<Validated, StudyError> {
        Ok(match &self.work {
            Work::Findings(work) => Validated { findings: work(conduct)?, coverage: Vec::new() },
            Work::Coverage(work) => Validated { findings: Vec::new(), coverage: work(conduct)? },
        })
    }
}

impl Validated {
    /// Adds what another step found.
    pub fn add(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.coverage.extend(other.coverage);
    }

    /// How many problems and intervals have this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        let findings = self.findings.iter().filter(|finding| finding.verdict() == verdict).count();
        findings + self.coverage.iter().filter(|coverage| coverage.verdict() == verdict).count()
    }

    /// Whether nothing fails and everything is given.
    pub fn passes(&self) -> bool {
        self.count(Verdict::Fails) == 0 && self.findings.iter().all(|finding| finding.verdict() == Verdict::Passes)
    }
}
