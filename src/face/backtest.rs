//! Scenarios of many firms against what became of them.

use std::time::Instant;

use super::error::Error;
use super::options::Options;
use super::result::{Page, REPORT, result};
use crate::engine::Stop;
use crate::hash::Fnv;
use crate::report::backtest::{cases_table, scores_table};
use crate::report::format::{About, OVERRIDDEN, TIDY, Table};
use crate::report::output::{Deliverable, Filed, Manifest};
use crate::report::page::{self, WIDTH, plain_text};
use crate::report::summary::{about, dictionary, manifest};
use crate::scenario::Scenario;
use crate::study::backtest::{Case, Scored, Scores};
use crate::study::{Calibrator, Effort, Prepared, Soundness};

/// Probabilities of default of many firms, scored against what became of them.
#[derive(Debug)]
pub struct Backtest {
    scores: Scores,
    manifest: Manifest,
    about: About,
    soundness: Soundness,
}

result!(Backtest, "The table of scores as JSON.");

/// Runs scenarios that have one firm each and scores their probabilities of default against their `[[outcome]]`s.
///
/// # Errors
/// As [`Study::run`](super::Study::run); [`Error::Refused`] where there is no scenario, or one does not say what became of its
/// firm; [`Error::Interrupted`] where it was ended early, since a part scores nothing.
pub fn backtest(scenarios: &[Scenario], options: Options) -> Result<Backtest, Error> {
    if scenarios.is_empty() {
        return Err(Error::Refused("there is no scenario to score".to_owned()));
    }
    let begun = Instant::now();
    let scenarios = scenarios.iter().map(|of| options.sized(of)).collect::<Result<Vec<Scenario>, Error>>()?;
    let mut calibrator = options.calibrator();
    let scored = scenarios.iter().map(|of| scored(of, &options, &mut calibrator)).collect::<Result<Vec<_>, Error>>()?;
    let soundness = scored.iter().fold(Soundness::default(), |all, (_, one)| all.and(one));
    let scores = Scores::of(scored.into_iter().map(|(case, _)| case).collect());
    let manifest = record(&scenarios, &soundness, begun.elapsed().as_secs_f64(), options.threads);
    let about = About::from([("digest".to_owned(), manifest.scenario.digest.clone())]).into_iter();
    let of_all = ["program", "seed", OVERRIDDEN];
    let about = self::about(&scenarios[0]).into_iter().filter(|(key, _)| of_all.contains(&key.as_str())).chain(about);
    Ok(Backtest { scores, about: about.collect(), manifest, soundness })
}

/// The case of a scenario, and whether its run is sound.
fn scored(scenario: &Scenario, options: &Options, calibrator: &mut Calibrator) -> Result<(Case, Soundness), Error> {
    let prepared = Prepared::new(options.worlds(scenario, calibrator)?);
    let effort = Effort { draws: prepared.draws(), observed: 0 };
    let simulated = options.conduct(|conduct| prepared.run(effort, conduct, &mut |_| Ok(())))?;
    if simulated.outcome.stop == Stop::Interrupted {
        return Err(Error::Interrupted);
    }
    let results = prepared.results(&simulated);
    Ok((Case::of(&results, scenario)?, Soundness::of(&results)))
}

/// The record of all runs: that of the first, with the texts of all.
fn record(scenarios: &[Scenario], soundness: &Soundness, seconds: f64, threads: usize) -> Manifest {
    let mut manifest = manifest(&scenarios[0], "backtest");
    for other in &scenarios[1..] {
        let other = crate::report::sources::record(other);
        manifest.scenario.rests_on.insert(other.file, other.text);
        manifest.scenario.rests_on.extend(other.rests_on);
        manifest.scenario.sources.extend(other.sources);
    }
    let digests = scenarios.iter().fold(Fnv::new(), |hash, of| hash.with(of.digest_text().as_bytes()));
    manifest.scenario.digest = format!("{:016x}", digests.value());
    Manifest {
        threads,
        paths: scenarios.iter().map(|of| of.run.paths).sum(),
        wall_seconds: seconds,
        residual: soundness.residual,
        failures: soundness.failures(),
        measures: dictionary(),
        ..manifest
    }
}

impl Backtest {
    /// The firms, the worst misses first.
    pub fn cases(&self) -> &[Case] {
        &self.scores.cases
    }

    /// The scores.
    pub fn scores(&self) -> &[Scored] {
        &self.scores.scores
    }

    /// Whether the log score is better than that of cash over burn by more than one standard error; none where that has no
    /// error.
    pub fn passes(&self) -> Option<bool> {
        self.scores.passes
    }

    /// The digest of all scenarios together.
    pub fn digest_text(&self) -> &str {
        &self.manifest.scenario.digest
    }

    /// The page for people.
    pub fn page(&self, width: usize) -> Page {
        page::warned(page::backtest(&self.scores, width), &self.soundness, width)
    }

    /// Whether every number of the runs is finite that should be.
    pub fn is_sound(&self) -> bool {
        self.soundness.is_sound()
    }

    fn table(&self) -> Result<Table, Error> {
        Ok(scores_table(&self.scores.scores)?)
    }

    fn deliverable(&self) -> Result<Deliverable, Error> {
        let cases = cases_table(&self.scores.cases)?;
        let tables = vec![Filed::new("scores", self.table()?, TIDY), Filed::new("cases", cases, TIDY)];
        let page = (REPORT, plain_text(&self.page(WIDTH)));
        Ok(Deliverable::without_figures(tables, page, self.about.clone(), self.manifest.clone()))
    }
}
