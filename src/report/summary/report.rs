//! The output of a run: its tables, figures and record.

use std::collections::BTreeMap;

use crate::engine::{Stop, Tier};
use crate::model::Parameters;
use crate::model::dynamics::State;
#[cfg(feature = "plots")]
use crate::notation::thousands;
use crate::report::benchmarks::benchmark_table;
use crate::report::format::{About, COMPACT, OVERRIDDEN, PLAIN, TIDY, TableError};
use crate::report::joint::joint_table;
use crate::report::network::flows_table;
use crate::report::output::{Build, Deliverable, FigureFiles, Filed, Manifest};
use crate::report::sources::{Meter, sources_table};
use crate::report::tails::tails_table;
use crate::scenario::Scenario;
use crate::study::Soundness;
use crate::study::benchmarks::{Comparison, compare};
use crate::study::estimates::{Results, Summary};
use crate::study::joint_defaults::{JointDefault, joint_defaults};
use crate::study::joint_losses::{JointLoss, joint_losses};
use crate::study::network::{Cell, network};
use crate::study::tails::{Tail, tails};
use crate::study::{Residual, residuals};

use super::calibration::calibration_table;
use super::draws::draws_table;
use super::headlines::headlines_table;
use super::measures::dictionary;
use super::monthly::monthly_table;
use super::table::summary_table;

/// What a run says: its estimates, published figures beside them, and the tails of its losses.
#[derive(Clone, Debug)]
pub struct Findings {
    /// The rows of the summary.
    pub summary: Summary,
    /// Published figures beside ours.
    pub benchmarks: Vec<Comparison>,
    /// Tails of losses and of the funding gap.
    pub tails: Vec<Tail>,
    /// Which labs and entities default together.
    pub joint: Vec<JointDefault>,
    /// Which providers have their largest losses together.
    pub joint_losses: Vec<JointLoss>,
    /// Who pays, owes and owns whom; nothing where the run does not take it.
    pub network: Vec<Cell>,
    /// Default probabilities that volatilities are calibrated to, beside those of the run.
    pub residuals: Vec<Residual>,
    /// Whether its numbers are numbers.
    pub soundness: Soundness,
}

impl Findings {
    /// Everything that these results say.
    pub fn of(results: &Results<'_>, scenario: &Scenario) -> Self {
        Self {
            summary: Summary::of(results),
            benchmarks: compare(results, scenario),
            tails: tails(results),
            joint: joint_defaults(results),
            joint_losses: joint_losses(results),
            network: network(results),
            residuals: residuals(results, scenario),
            soundness: Soundness::of(results),
        }
    }
}

/// What the tables and figures of a run are made from.
#[derive(Clone, Copy, Debug)]
pub struct RunReport<'a> {
    /// What the run gave.
    pub results: &'a Results<'a>,
    /// The scenario that was run.
    pub scenario: &'a Scenario,
    /// The plan: uncertain numbers at their means, chance switched off.
    pub plan: &'a Parameters,
    /// The monthly states.
    pub states: &'a [State],
    /// What it says.
    pub findings: &'a Findings,
    /// The files in which figures are drawn.
    pub figures: FigureFiles,
    /// Whether the figures that judge the fit of tails are drawn too.
    pub diagnostics: bool,
}

impl RunReport<'_> {
    /// All tables but that of the paths, which is written while the run goes on.
    ///
    /// # Errors
    /// If a number does not fit its table.
    pub fn tables(&self) -> Result<Vec<Filed>, TableError> {
        let Self { results, scenario, findings, .. } = self;
        let mut tables = vec![
            Filed::new("summary", summary_table(&findings.summary)?, TIDY),
            Filed::new("headlines", headlines_table(&findings.summary)?, PLAIN),
            Filed::new("monthly", monthly_table(results.outcome, results.timeline, self.states)?, PLAIN),
            Filed::new("draws", draws_table(results, scenario)?, COMPACT),
            Filed::new("sources", sources_table(scenario)?, PLAIN),
            Filed::new("tails", tails_table(&findings.tails)?, PLAIN),
            Filed::new("joint", joint_table(&findings.joint, &findings.joint_losses)?, PLAIN),
            Filed::new("calibration", calibration_table(&findings.residuals)?, PLAIN),
        ];
        if !findings.benchmarks.is_empty() {
            tables.push(Filed::new("benchmark", benchmark_table(&findings.benchmarks, &[])?, PLAIN));
        }
        if !findings.network.is_empty() {
            tables.push(Filed::new("flows", flows_table(&findings.network)?, PLAIN));
        }
        Ok(tables)
    }

    /// All figures, by the name of their file without its ending.
    #[cfg(feature = "plots")]
    pub fn figures(&self) -> Vec<(String, crate::report::figure::Figure)> {
        let Self { results, plan, states, findings, .. } = *self;
        if self.figures == FigureFiles::None {
            return Vec::new();
        }
        let origin = self.origin();
        let plans = super::Plans { plan, states, benchmarks: &findings.benchmarks, origin: &origin };
        let of_run = super::figures(results, &plans);
        let of_tails = crate::report::tails::pictures(&findings.tails, &origin, self.diagnostics);
        of_run.into_iter().chain(of_tails).collect()
    }

    /// Everything that is written.
    ///
    /// # Errors
    /// As [`RunReport::tables`].
    pub fn deliverable(&self) -> Result<Deliverable, TableError> {
        Ok(Deliverable {
            tables: self.tables()?,
            pages: Vec::new(),
            #[cfg(feature = "plots")]
            figures: self.figures(),
            figure_files: self.figures,
            about: about(self.scenario),
            manifest: self.manifest(),
        })
    }

    /// One line that identifies the run.
    #[cfg(feature = "plots")]
    fn origin(&self) -> String {
        let Self { results, scenario, .. } = self;
        let name = format!("{} ({})", scenario.about.name, &scenario.digest_text()[..8]);
        let interrupted = if results.outcome.stop == Stop::Interrupted { " · INTERRUPTED" } else { "" };
        let paths = thousands(results.paths() as f64);
        let draws = results.draws.len();
        let version = Build::current().version;
        let seed = scenario.run.seed;
        let overridden =
            scenario.overridden_in_short().map(|told| format!(" · overridden: {told}")).unwrap_or_default();
        format!("{name} · seed {seed} · {paths} paths of {draws} draws · ouroborisk {version}{interrupted}{overridden}")
    }

    fn manifest(&self) -> Manifest {
        let outcome = self.results.outcome;
        Manifest {
            threads: outcome.threads,
            paths: self.results.paths() as u64,
            draws: self.results.draws.len() as u64,
            wall_seconds: outcome.seconds,
            residual: self.findings.soundness.residual,
            failures: self.findings.soundness.failures(),
            measures: dictionary(),
            ..manifest(self.scenario, stop(outcome.stop))
        }
    }
}

/// The record of a result of this scenario; `stop` says why the run ended, or which command made it.
///
/// Sizes are those of the scenario; threads, time and residual are for the caller to fill in.
pub fn manifest(scenario: &Scenario, stop: &str) -> Manifest {
    let run = &scenario.run;
    Manifest {
        build: Build::current(),
        tier: Tier::detect().name().to_owned(),
        threads: 1,
        scenario: crate::report::sources::record(scenario),
        seed: run.seed,
        paths: run.paths,
        draws: run.draws,
        wall_seconds: 0.0,
        stop: stop.to_owned(),
        options: Vec::new(),
        residual: None,
        failures: BTreeMap::new(),
        provenance: Meter::of(scenario).shares(),
        measures: BTreeMap::new(),
        files: Vec::new(),
    }
}

/// What goes into files with room for it.
pub fn about(scenario: &Scenario) -> About {
    let build = Build::current();
    let overridden = Some(scenario.overridden().join("; ")).filter(|told| !told.is_empty());
    let mut about = BTreeMap::from([
        ("scenario".to_owned(), scenario.about.name.clone()),
        ("identity".to_owned(), scenario.identity_text()),
        ("digest".to_owned(), scenario.digest_text()),
        ("seed".to_owned(), scenario.run.seed.to_string()),
        ("start".to_owned(), scenario.about.start.to_string()),
        ("program".to_owned(), format!("{} {}", build.program, build.version)),
    ]);
    about.extend(overridden.map(|told| (OVERRIDDEN.to_owned(), told)));
    about
}

/// Why a run ended, in a word.
fn stop(stop: Stop) -> &'static str {
    match stop {
        Stop::Paths => "paths",
        Stop::Interrupted => "interrupted",
    }
}
