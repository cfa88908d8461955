//! `ouro run`: from a scenario to its results.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow};

use super::args::RunArgs;
use super::dispatch::INTERRUPTED;
use super::terminal::{self, BOLD, DIM, Meter};
use super::{output, scenario};
use crate::engine::{self, Outcome, Plan, Pseudo, Stop, Tier, Uncertainty};
use crate::model::dynamics::{State, states};
use crate::model::{Metric, Parameters, catalogue};
use crate::report::human::thousands;
use crate::report::summary::{Block, Draw, Line, PathFile, Report, Results, digest, headline};
use crate::report::{Build, OutputDir, ScenarioRecord};
use crate::scenario::{Scenario, Worlds};

/// Paths whose months are kept for the quantiles by month.
const OBSERVED: u64 = 10_000;

/// Simulates a scenario, writes the results, and prints them.
///
/// # Errors
/// Where the scenario is refused, a thread cannot be had, or a file cannot be written.
pub(crate) fn run(args: &RunArgs) -> Result<ExitCode> {
    let scenario = scenario::open(&args.file, &args.overrides())?;
    let study = Study::new(&scenario, args.means)?;
    let dir = output::begin(output::place(args.out.as_deref(), &args.file, study.scenario(), ""))?;
    let (outcome, draws) = study.simulate(args, &dir)?;
    let results = Results::new(&outcome, &study.catalogue, &study.world, &draws);
    let origin = study.origin(&results);
    let about = study.about();
    let report = Report {
        results: &results,
        scenario: study.scenario(),
        plan: &study.plan,
        states: &study.states,
        origin: &origin,
        about: &about,
    };
    let written = report.write(&dir)?;
    let record = ScenarioRecord::of(study.scenario(), &args.file, &args.overrides());
    let name = record.file.clone();
    let manifest = report.manifest(record, Tier::detect().name());
    let summary = dir.file("summary.json")?;
    let summary =
        if args.json { std::fs::read_to_string(&summary).context("reading the summary back")? } else { String::new() };
    let place = dir.commit(manifest)?;
    if args.json {
        terminal::print(&summary)?;
    } else if !args.quiet {
        show(&headline(&report, &written, &name))?;
    }
    written.not_drawn.iter().for_each(|why| terminal::note(&format!("not drawn: {why}")));
    terminal::note(&format!("results in {}", place.display()));
    let interrupted = outcome.stop == Stop::Interrupted;
    Ok(if interrupted { ExitCode::from(INTERRUPTED) } else { ExitCode::SUCCESS })
}

/// A scenario made ready.
struct Study {
    worlds: Worlds,
    /// The world of the first draw: names and months are those of all.
    world: Parameters,
    plan: Parameters,
    catalogue: Vec<Metric>,
    states: Vec<State>,
}

impl Study {
    fn new(scenario: &Scenario, at_means: bool) -> Result<Self> {
        let plan = scenario::planned(scenario)?;
        let worlds = scenario::worlds(scenario, at_means)?;
        let world = worlds.world(0);
        Ok(Self { catalogue: catalogue(&world), states: states(&world), worlds, world, plan })
    }

    fn scenario(&self) -> &Scenario {
        self.worlds.scenario()
    }

    /// Runs all paths. Those that are finished go into a file of the folder at once, if they are wanted.
    fn simulate(&self, args: &RunArgs, dir: &OutputDir) -> Result<(Outcome, Vec<Draw>)> {
        let plan = Plan {
            paths: self.scenario().run.paths,
            draws: self.worlds.draws(),
            threads: args.threads.map_or(0, |threads| threads as usize),
            tier: Tier::detect(),
            observed: OBSERVED,
        };
        let mut file = if args.no_paths {
            None
        } else {
            Some(PathFile::create(dir, &self.catalogue, &self.world, &self.about())?)
        };
        let meter = Meter::new(args.quiet || args.json);
        let mut draws = BTreeSet::new();
        let outcome = engine::run(
            &self.worlds,
            &Pseudo { seed: self.scenario().run.seed },
            &plan,
            terminal::listen()?,
            &|progress| meter.show(progress),
            &mut |chunk| {
                draws.insert(chunk.draw);
                file.as_mut().map_or(Ok(()), |file| file.add(chunk))
            },
        );
        meter.finish();
        let outcome = outcome?;
        file.map(PathFile::finish).transpose().map_err(|error| anyhow!(error))?;
        Ok((outcome, draws.into_iter().map(|number| Draw::of(&self.worlds, number)).collect()))
    }

    /// One line that says what repeats the run.
    fn origin(&self, results: &Results<'_>) -> String {
        let scenario = self.scenario();
        let name = format!("{} ({})", scenario.about.name, &digest(scenario)[..8]);
        let interrupted = if results.outcome.stop == Stop::Interrupted { " · INTERRUPTED" } else { "" };
        let paths = thousands(results.paths() as f64);
        let draws = results.draws.len();
        let version = Build::current().version;
        let seed = scenario.run.seed;
        format!("{name} · seed {seed} · {paths} paths of {draws} draws · ouroborisk {version}{interrupted}")
    }

    /// What goes into files with room for it.
    fn about(&self) -> BTreeMap<String, String> {
        let (scenario, build) = (self.scenario(), Build::current());
        BTreeMap::from([
            ("scenario".to_owned(), scenario.about.name.clone()),
            ("digest".to_owned(), digest(scenario)),
            ("seed".to_owned(), scenario.run.seed.to_string()),
            ("start".to_owned(), scenario.about.start.to_string()),
            ("program".to_owned(), format!("{} {}", build.program, build.version)),
        ])
    }
}

/// Prints the page of text.
fn show(blocks: &[Block]) -> Result<()> {
    let mut page = String::new();
    for block in blocks {
        let _ = writeln!(page, "\n{BOLD}{}{BOLD:#}", block.title);
        for line in &block.lines {
            let _ = match line {
                Line::Heads(text) | Line::Aside(text) => writeln!(page, "{DIM}{text}{DIM:#}"),
                Line::Plain(text) => writeln!(page, "{text}"),
            };
        }
    }
    terminal::print(&page)
}
