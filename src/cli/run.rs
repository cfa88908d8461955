//! `ouro run`: from a scenario to its results.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow};

use super::args::RunArgs;
use super::dispatch::INTERRUPTED;
use super::terminal::{self, BOLD, DIM, Meter};
use super::{output, scenario};
use crate::engine::{Stop, Tier};
use crate::human::thousands;
use crate::report::summary::{Block, Line, PathFile, Report, digest, headline};
use crate::report::{Build, OutputDir, ScenarioRecord};
use crate::study::estimates::Results;
use crate::study::{Effort, Run, Study};

/// Paths whose months are kept for the quantiles by month.
const OBSERVED: u64 = 10_000;

/// Simulates a scenario, writes the results, and prints them.
///
/// # Errors
/// Where the scenario is refused, a thread cannot be had, or a file cannot be written.
pub(crate) fn run(args: &RunArgs) -> Result<ExitCode> {
    let overrides = args.overrides.and(&args.size);
    let scenario = scenario::open(&args.file, &overrides)?;
    let plan = scenario::planned(&scenario)?;
    let study = Study::new(scenario::worlds(&scenario, args.means)?);
    let dir = output::begin(output::place(args.out.as_deref(), &args.file, study.scenario(), ""))?;
    let run = simulate(&study, args, &dir)?;
    let results = study.results(&run);
    let origin = origin(&study, &results);
    let about = about(&study);
    let report = Report {
        results: &results,
        scenario: study.scenario(),
        plan: &plan,
        states: study.states(),
        origin: &origin,
        about: &about,
    };
    let written = report.write(&dir)?;
    let record = ScenarioRecord::of(study.scenario(), &args.file, &overrides);
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
    let interrupted = run.outcome.stop == Stop::Interrupted;
    Ok(if interrupted { ExitCode::from(INTERRUPTED) } else { ExitCode::SUCCESS })
}

/// Runs all paths. Those that are finished go into a file of the folder at once, if they are wanted.
fn simulate(study: &Study, args: &RunArgs, dir: &OutputDir) -> Result<Run> {
    let mut file = if args.no_paths {
        None
    } else {
        Some(PathFile::create(dir, study.catalogue(), study.world(), &about(study))?)
    };
    let meter = Meter::new(args.quiet || args.json);
    let effort = Effort { draws: study.draws(), threads: args.size.threads(), observed: OBSERVED };
    let run = study.run(effort, terminal::listen()?, &|progress| meter.show(progress), &mut |chunk| {
        file.as_mut().map_or(Ok(()), |file| file.add(chunk))
    });
    meter.finish();
    let run = run?;
    file.map(PathFile::finish).transpose().map_err(|error| anyhow!(error))?;
    Ok(run)
}

/// One line that says what repeats the run.
fn origin(study: &Study, results: &Results<'_>) -> String {
    let scenario = study.scenario();
    let name = format!("{} ({})", scenario.about.name, &digest(scenario)[..8]);
    let interrupted = if results.outcome.stop == Stop::Interrupted { " · INTERRUPTED" } else { "" };
    let paths = thousands(results.paths() as f64);
    let draws = results.draws.len();
    let version = Build::current().version;
    let seed = scenario.run.seed;
    format!("{name} · seed {seed} · {paths} paths of {draws} draws · ouroborisk {version}{interrupted}")
}

/// What goes into files with room for it.
fn about(study: &Study) -> BTreeMap<String, String> {
    let (scenario, build) = (study.scenario(), Build::current());
    BTreeMap::from([
        ("scenario".to_owned(), scenario.about.name.clone()),
        ("digest".to_owned(), digest(scenario)),
        ("seed".to_owned(), scenario.run.seed.to_string()),
        ("start".to_owned(), scenario.about.start.to_string()),
        ("program".to_owned(), format!("{} {}", build.program, build.version)),
    ])
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
