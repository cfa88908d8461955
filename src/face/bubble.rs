//! Evidence of bubbles in a series and on simulated paths.

use std::path::Path;
use std::time::Instant;

use super::error::Error;
use super::options::Options;
use super::record::{Record, without_scenario};
use super::result::{Page, REPORT, result};
use crate::engine::{Progress, Stop};
use crate::hash::Fnv;
use crate::report::bubble::{backward_table, findings_table, tests_table};
use crate::report::format::{About, PLAIN, TIDY, Table};
use crate::report::output::{Deliverable, FigureFiles, Filed, Manifest, ScenarioRecord};
use crate::report::page::{self, WIDTH, plain_text};
use crate::report::summary::about;
use crate::study::bubble::{BubbleTest, Null, OnPaths, OnSeries, Series};
use crate::study::{Conduct, Effort, Prepared};

/// The seed where none is asked for and no scenario has one.
const SEED: u64 = 1;

/// Paths that are tested.
const TESTED: u64 = 10_000;

/// Tests for explosive growth (GSADF): of a series, or of the market on the paths of a scenario.
#[derive(Debug)]
pub struct Bubble {
    test: BubbleTest,
    evidence: Evidence,
    #[cfg_attr(not(feature = "plots"), expect(dead_code, reason = "there are no figures"))]
    figures: FigureFiles,
}

#[derive(Debug)]
enum Evidence {
    Series { series: Series, found: Box<OnSeries>, manifest: Box<Manifest>, interrupted: bool },
    Paths { record: Box<Record>, found: Box<OnPaths> },
}

result!(Bubble, "The first table as JSON.");

/// Tests a series for explosive growth: the text of a file with a date and a value in each line, under the name of the
/// file. Of the options, `seed`, `threads`, `progress`, `interrupt` and `figures` apply.
///
/// # Errors
/// [`Error::Problems`] with every problem of the file and its line; [`Error::Refused`] where the test is out of its
/// range, or the series has no noise; [`Error::Interrupted`] where it was ended before a hundred random walks.
pub fn bubble(file: &str, text: &str, test: &BubbleTest, options: Options) -> Result<Bubble, Error> {
    let begun = Instant::now();
    test.check()?;
    let series = Series::read(file, text, test)?;
    let (shape, statistics) = OnSeries::statistics(&series, test.log, test.lags)?;
    let seed = options.seed.unwrap_or(SEED);
    let pool = options.pool()?;
    let (found, interrupted) = pool.install(|| {
        let null = options.conduct(|conduct| Null::simulate(shape, seed, test.walks, conduct))?;
        Ok::<_, Error>((OnSeries::of(&series, &statistics, &null), null.interrupted))
    })?;
    let mut manifest = manifest(&series, test, seed);
    manifest.threads = pool.current_num_threads();
    manifest.paths = found.walks as u64;
    if interrupted {
        "interrupted".clone_into(&mut manifest.stop);
    }
    manifest.wall_seconds = begun.elapsed().as_secs_f64();
    let evidence = Evidence::Series { series, found: Box::new(found), manifest: Box::new(manifest), interrupted };
    Ok(Bubble { test: test.clone(), evidence, figures: options.figures })
}

/// The record of a test of a series.
fn manifest(series: &Series, test: &BubbleTest, seed: u64) -> Manifest {
    let BubbleTest { column: _, log, lags, walks } = test;
    let settings = format!("column={} log={log} lags={lags} walks={walks}", series.column);
    let identity = Fnv::new().with(series.text.as_bytes()).with(settings.as_bytes());
    let digest = identity.with(format!(" seed={seed}").as_bytes());
    let file = Path::new(&series.file).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let series_record = ScenarioRecord {
        file,
        identity: format!("{:016x}", identity.value()),
        digest: format!("{:016x}", digest.value()),
        overrides: settings.split(' ').map(str::to_owned).collect(),
        text: series.text.clone(),
        ..ScenarioRecord::default()
    };
    Manifest { seed, draws: 1, ..without_scenario(series_record, "bubble") }
}

impl Bubble {
    /// Tests the market of a scenario on its paths; `prepared` is its run.
    pub(super) fn on_paths(prepared: &Prepared, test: &BubbleTest, options: &Options) -> Result<Self, Error> {
        test.check()?;
        let scenario = prepared.scenario();
        let (walks, paths) = (test.walks, scenario.run.paths);
        let shape = test.shape(prepared.world().timeline.months)?;
        let pool = options.pool()?;
        let null = options.conduct(|conduct| {
            let progress = |at: Progress| (conduct.progress)(Progress { paths: walks + paths, ..at });
            let conduct = Conduct { progress: &progress, ..conduct };
            pool.install(|| Null::simulate(shape, scenario.run.seed, walks, conduct))
        })?;
        let effort = Effort { draws: prepared.draws(), observed: TESTED };
        let simulated = options.conduct(|conduct| {
            let progress =
                |at: Progress| (conduct.progress)(Progress { done: walks + at.done, paths: walks + at.paths });
            prepared.run(effort, Conduct { progress: &progress, ..conduct }, &mut |_| Ok(()))
        })?;
        let found = pool.install(|| OnPaths::of(prepared, &simulated, &null, test.log))?;
        let mut record = Record::of(&prepared.results(&simulated), scenario, ("bubble", options.recorded()));
        record.interrupted |= null.interrupted || simulated.outcome.stop == Stop::Interrupted;
        let evidence = Evidence::Paths { record: Box::new(record), found: Box::new(found) };
        Ok(Self { test: test.clone(), evidence, figures: FigureFiles::None })
    }

    /// The digest of what was tested, and how.
    pub fn digest_text(&self) -> &str {
        &self.manifest().scenario.digest
    }

    /// Whether it was ended early; what is there is finished, and marked.
    pub fn is_interrupted(&self) -> bool {
        match &self.evidence {
            Evidence::Series { interrupted, .. } => *interrupted,
            Evidence::Paths { record, .. } => record.interrupted,
        }
    }

    /// Whether every number of the run is finite that should be.
    pub fn is_sound(&self) -> bool {
        match &self.evidence {
            Evidence::Series { .. } => true,
            Evidence::Paths { record, .. } => record.soundness.is_sound(),
        }
    }

    /// The page for people.
    pub fn page(&self, width: usize) -> Page {
        match &self.evidence {
            Evidence::Series { series, found, .. } => page::bubble_in_series(series, found, self.test.log, width),
            Evidence::Paths { record, found } => {
                let page = page::bubble_on_paths(&record.scenario, found, self.test.log, width);
                page::warned(page, &record.soundness, width)
            }
        }
    }

    fn manifest(&self) -> &Manifest {
        match &self.evidence {
            Evidence::Series { manifest, .. } => manifest,
            Evidence::Paths { record, .. } => &record.manifest,
        }
    }

    fn table(&self) -> Result<Table, Error> {
        match &self.evidence {
            Evidence::Series { found, .. } => Ok(tests_table(found)?),
            Evidence::Paths { found, .. } => Ok(findings_table(found)?),
        }
    }

    fn about(&self) -> About {
        match &self.evidence {
            Evidence::Series { series, manifest, .. } => About::from([
                ("series".to_owned(), format!("{} of {}", series.column, manifest.scenario.file)),
                ("digest".to_owned(), manifest.scenario.digest.clone()),
                ("seed".to_owned(), manifest.seed.to_string()),
                ("program".to_owned(), format!("{} {}", manifest.build.program, manifest.build.version)),
            ]),
            Evidence::Paths { record, .. } => about(&record.scenario),
        }
    }

    fn deliverable(&self) -> Result<Deliverable, Error> {
        let mut tables = vec![Filed::new("bubble", self.table()?, TIDY)];
        let page = (REPORT, plain_text(&self.page(WIDTH)));
        if let Evidence::Series { series, found, .. } = &self.evidence {
            tables.push(Filed::new("bsadf", backward_table(series, found)?, PLAIN));
        }
        let deliverable = Deliverable::without_figures(tables, page, self.about(), self.manifest().clone());
        #[cfg(feature = "plots")]
        if let Evidence::Series { series, found, .. } = &self.evidence {
            let figures = vec![("bsadf".to_owned(), crate::report::bubble::picture(series, found))];
            return Ok(Deliverable { figures, figure_files: self.figures, ..deliverable });
        }
        Ok(deliverable)
    }
}
