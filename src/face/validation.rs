//! Validation: problems with known answers, and the coverage of intervals.

use std::time::Instant;

use super::error::Error;
use super::options::Options;
use super::record::without_scenario;
use super::result::{Page, REPORT, result};
use crate::hash::Fnv;
use crate::report::format::{About, TIDY, Table};
use crate::report::output::{Build, Deliverable, Filed, Manifest, ScenarioRecord};
use crate::report::page::{self, WIDTH, plain_text};
use crate::report::validation::{coverage_table, findings_table, markdown};
use crate::scenario::Scenario;
use crate::study::validation::{self, Coverage, Extent, Finding, Step, Validated};

/// Problems with known answers beside the estimates of the product, and the coverage of its intervals.
#[derive(Debug)]
pub struct Validation {
    validated: Validated,
    /// What was not finished, in a sentence.
    missing: Option<String>,
    manifest: Manifest,
}

result!(Validation, "The table of problems as JSON.");

/// Validates the program: all problems and intervals, or those of the short form.
///
/// # Errors
/// [`Error::Interrupted`] where it was ended before anything was finished; those of a run.
pub fn validate(extent: Extent, options: Options) -> Result<Validation, Error> {
    run(&validation::steps(extent), "ouro validate", options)
}

/// The `[[reference]]`s of scenarios beside their runs.
///
/// # Errors
/// [`Error::Refused`] where a scenario has none, [`Error::Problems`] where one is of nobody in it; otherwise as [`validate`].
pub fn validate_problems(scenarios: &[Scenario], options: Options) -> Result<Validation, Error> {
    let sized = scenarios.iter().map(|of| options.sized(of)).collect::<Result<Vec<Scenario>, Error>>()?;
    let name = sized.first().map(Scenario::file_name).unwrap_or_default();
    run(&sized.into_iter().map(validation::problems_of).collect::<Vec<_>>(), &name, options)
}

fn run(steps: &[Step], name: &str, options: Options) -> Result<Validation, Error> {
    let begun = Instant::now();
    let pool = options.pool()?;
    let (validated, finished) = options.conduct(|conduct| pool.install(|| validation::validate(steps, conduct)))?;
    let missing = steps.get(finished).map(|next| {
        format!("Interrupted: {finished} of {} parts are finished; the next one is `{}`.", steps.len(), next.name)
    });
    let manifest = record(steps, name, missing.is_some(), (begun.elapsed().as_secs_f64(), options.threads));
    Ok(Validation { validated, missing, manifest })
}

/// The record of a validation: what it ran is part of the program, or named by it.
fn record(steps: &[Step], name: &str, interrupted: bool, (seconds, threads): (f64, usize)) -> Manifest {
    let digest = steps.iter().fold(Fnv::new(), |hash, step| hash.with(step.name.as_bytes()));
    let digest = format!("{:016x}", digest.value());
    let problems = ScenarioRecord {
        file: name.to_owned(),
        identity: digest.clone(),
        digest,
        text: steps.iter().map(|step| step.name.clone() + "\n").collect(),
        ..ScenarioRecord::default()
    };
    let stop = if interrupted { "interrupted" } else { "validate" };
    Manifest { threads, wall_seconds: seconds, ..without_scenario(problems, stop) }
}

impl Validation {
    /// The problems.
    pub fn findings(&self) -> &[Finding] {
        &self.validated.findings
    }

    /// The kinds of intervals in their regimes.
    pub fn coverage(&self) -> &[Coverage] {
        &self.validated.coverage
    }

    /// Whether nothing fails.
    pub fn passes(&self) -> bool {
        self.validated.passes()
    }

    /// Whether it was ended early.
    pub fn is_interrupted(&self) -> bool {
        self.missing.is_some()
    }

    /// The digest of what was validated.
    pub fn digest_text(&self) -> &str {
        &self.manifest.scenario.digest
    }

    /// The page for people.
    pub fn page(&self, width: usize) -> Page {
        page::validation(&self.validated, self.missing.as_deref(), width)
    }

    /// The page of documentation, as Markdown: docs/validation.md is that of the full form.
    pub fn markdown(&self) -> String {
        markdown(&self.validated, self.missing.as_deref())
    }

    fn table(&self) -> Result<Table, Error> {
        Ok(findings_table(&self.validated.findings)?)
    }

    fn deliverable(&self) -> Result<Deliverable, Error> {
        let mut tables = vec![Filed::new("validation", self.table()?, TIDY)];
        if !self.coverage().is_empty() {
            tables.push(Filed::new("coverage", coverage_table(self.coverage())?, TIDY));
        }
        let build = Build::current();
        let about = About::from([
            ("program".to_owned(), format!("{} {}", build.program, build.version)),
            ("digest".to_owned(), self.digest_text().to_owned()),
        ]);
        let page = (REPORT, plain_text(&self.page(WIDTH)));
        let mut all = Deliverable::without_figures(tables, page, about, self.manifest.clone());
        all.pages.push(("validation.md", self.markdown()));
        Ok(all)
    }
}
