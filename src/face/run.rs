//! The result of a run.

use std::sync::{Arc, OnceLock};

use rayon::ThreadPool;

use super::error::Error;
use super::options::Options;
use super::paths::KeptPaths;
use super::result::{PRECISION, Page, REPORT, result};
use super::told;
use crate::engine::Stop;
use crate::model::{By, Parameters, measure_named};
use crate::report::format::{TIDY, Table, json};
use crate::report::output::{Deliverable, FigureFiles, Filed, OutputDir, Written};
use crate::report::page::{self, WIDTH, headline, plain_text};
use crate::report::precision::{Precision, Stopped, precision_table};
use crate::report::summary::{Findings, RunReport, summary_table};
use crate::scenario::Scenario;
use crate::study::estimates::{Entry, Results};
use crate::study::{Effort, Prepared, Simulated, planned};

/// Paths whose months are kept for the quantiles by month.
const OBSERVED: u64 = 10_000;

/// The paths of a scenario and everything that is estimated from them.
#[derive(Debug)]
pub struct Run {
    pub(super) prepared: Prepared,
    pub(super) simulated: Simulated,
    pub(super) plan: Parameters,
    pub(super) paths: Option<KeptPaths>,
    pub(super) pool: Arc<ThreadPool>,
    pub(super) findings: OnceLock<Findings>,
    pub(super) figures: FigureFiles,
    pub(super) diagnostics: bool,
    /// Options that the manifest records.
    pub(super) recorded: Vec<String>,
    pub(super) precision: Option<Precision>,
}

result!(Run, "The summary as JSON: the file `summary.json`.", put);

impl Run {
    /// The run of a scenario that is ready.
    pub(super) fn of(prepared: Prepared, options: &Options) -> Result<Self, Error> {
        let plan = planned(prepared.scenario())?;
        let kept = options.keep_paths.then(|| KeptPaths::begin(&prepared, options.scratch.as_deref()));
        let mut kept = kept.transpose()?;
        let effort = Effort { draws: prepared.draws(), observed: OBSERVED };
        let simulated = options.conduct(|conduct| {
            prepared.run(effort, conduct, &mut |chunk| match &mut kept {
                Some(paths) => Ok(paths.add(chunk)?),
                None => Ok(()),
            })
        })?;
        let paths = kept.map(KeptPaths::finish).transpose()?;
        let pool = options.pool()?;
        let &Options { figures, diagnostics, .. } = options;
        let (findings, recorded, precision) = (OnceLock::new(), options.recorded(), None);
        Ok(Self { prepared, simulated, plan, paths, pool, findings, figures, diagnostics, recorded, precision })
    }

    /// The scenario as it was run.
    pub fn scenario(&self) -> &Scenario {
        self.prepared.scenario()
    }

    /// Paths that were finished.
    pub fn paths(&self) -> usize {
        self.results().paths()
    }

    /// Whether it was ended early; what is there is finished, and marked.
    pub fn is_interrupted(&self) -> bool {
        let is_before_its_end = self.precision.as_ref().is_some_and(|of| of.stopped == Stopped::Interrupted);
        is_before_its_end || self.simulated.outcome.stop == Stop::Interrupted
    }

    /// What the looks of a run said that was made as large as its questions need; none of another run.
    pub fn precision(&self) -> Option<&Precision> {
        self.precision.as_ref()
    }

    /// The answers to the questions of the run, for people; nothing where none were asked.
    pub fn answers(&self, width: usize) -> Page {
        self.precision.as_ref().map_or_else(Page::new, |of| page::precision(of, width))
    }

    /// The looks of the run as JSON; the summary where none were taken.
    ///
    /// # Errors
    /// If a number does not fit the table.
    pub fn answers_json(&self) -> Result<String, Error> {
        match &self.precision {
            Some(of) if of.is_asked() => json::text(&precision_table(of)?).map_err(Error::io("making the JSON")),
            _ => self.json(),
        }
    }

    /// Whether every number of the run is finite that should be; else the scenario drives some beyond what can be computed.
    pub fn is_sound(&self) -> bool {
        self.findings().soundness.is_sound()
    }

    /// Every estimate with its 95 % Monte Carlo interval, and the bands over the parameter draws.
    pub fn summary(&self) -> &[Entry] {
        &self.findings().summary.entries
    }

    /// The estimates of a measure of a lab, entity or contract, by date and statistic; the subject of the market is empty.
    pub fn metric(&self, measure: &str, subject: &str) -> Vec<&Entry> {
        self.summary()
            .iter()
            .filter(|entry| entry.estimand.measure.name == measure && entry.estimand.subject == subject)
            .collect()
    }

    /// The values of a metric, one per path in the order of the draws; none if there is no such metric. An event has the
    /// first month in which it happens, infinite where it never does.
    pub fn path_values(&self, measure: &str, subject: &str, by: By) -> Option<Vec<f32>> {
        let results = self.results();
        results.find(measure_named(measure)?, subject, by).map(|row| results.row(row).into_owned())
    }

    /// The page for people; at 100 columns it is the file `report.txt`.
    pub fn page(&self, width: usize) -> Page {
        let (results, findings) = (self.results(), self.findings());
        let of = page::Page::new(
            &results,
            &findings.summary,
            self.scenario(),
            (&findings.benchmarks, &findings.residuals),
            (&findings.joint, &findings.network),
            width,
        );
        page::warned(self.pool.install(|| headline(&of)), &findings.soundness, width)
    }

    /// The page as plain text.
    pub fn text(&self, width: usize) -> String {
        plain_text(&self.page(width))
    }

    /// Puts the file of the paths into the folder, and writes the rest with the threads of the study.
    fn put(&self, deliverable: Deliverable, folder: OutputDir) -> Result<Written, Error> {
        if let Some(paths) = &self.paths {
            paths.link(&folder)?;
        }
        Ok(self.pool.install(|| deliverable.write(folder))?)
    }

    fn table(&self) -> Result<Table, Error> {
        Ok(summary_table(&self.findings().summary)?)
    }

    fn deliverable(&self) -> Result<Deliverable, Error> {
        let report = RunReport {
            results: &self.results(),
            scenario: self.scenario(),
            plan: &self.plan,
            states: self.prepared.states(),
            findings: self.findings(),
            figures: self.figures,
            diagnostics: self.diagnostics,
        };
        let mut deliverable = self.pool.install(|| report.deliverable())?;
        deliverable.tables.extend(told::tables(&self.prepared, &self.results(), &self.plan)?);
        deliverable.pages.push((REPORT, self.text(WIDTH)));
        deliverable.manifest.options.clone_from(&self.recorded);
        if let Some(of) = &self.precision {
            deliverable.pages.push((PRECISION, plain_text(&self.answers(WIDTH))));
            if self.simulated.outcome.stop == Stop::Paths {
                of.stopped.word().clone_into(&mut deliverable.manifest.stop);
            }
            if of.is_asked() {
                deliverable.tables.push(Filed::new("precision", precision_table(of)?, TIDY));
            }
        }
        Ok(deliverable)
    }

    pub(super) fn results(&self) -> Results<'_> {
        self.prepared.results(&self.simulated)
    }

    fn findings(&self) -> &Findings {
        self.findings.get_or_init(|| self.pool.install(|| Findings::of(&self.results(), self.scenario())))
    }
}
