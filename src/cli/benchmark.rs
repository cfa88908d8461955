//! `ouro benchmark`: published figures beside ours, and what happened later.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};

use super::dispatch::{INTERRUPTED, Wrong};
use super::paired::{self, Origin};
use super::study_args::BenchmarkArgs;
use super::terminal::{self, BOLD, Meter};
use super::{output, scenario, text};
use crate::engine::Stop;
use crate::human::{chance, money, percent, significant};
use crate::report::benchmarks::benchmark_table;
use crate::report::{csv, json};
use crate::study::benchmarks::{Comparison, Score, compare, scores};
use crate::study::estimates::Banded;
use crate::study::{Effort, Study};
use crate::units::Unit;

/// Runs a scenario and sets its figures beside those of others.
///
/// # Errors
/// When the scenario is refused, the run fails, or the result cannot be written or printed.
pub(crate) fn run(args: &BenchmarkArgs) -> Result<ExitCode> {
    let begun = Instant::now();
    let overrides = args.overrides.and(&args.runs.size);
    let scenario = scenario::open(&args.file, &overrides)?;
    if scenario.benchmarks.is_empty() && scenario.outcomes.is_empty() {
        let text = "the scenario has neither [[benchmark]] nor [[outcome]]: there is nothing to compare with";
        return Err(Wrong(text.to_owned()).into());
    }
    let study = Study::new(scenario::worlds(&scenario, false)?);
    let meter = Meter::new(args.runs.quiet || args.runs.json);
    let effort = Effort { draws: study.draws(), threads: args.runs.size.threads(), observed: 0 };
    let run = study.run(effort, terminal::listen()?, &|at| meter.show(at), &mut |_| Ok(()));
    meter.finish();
    let run = run?;
    let results = study.results(&run);
    let (figures, outcomes) = (compare(&results, &scenario), scores(&results, &scenario));
    let table = benchmark_table(&figures, &outcomes)?;
    let origin = Origin {
        file: &args.file,
        scenario: &scenario,
        overrides: &overrides,
        command: "benchmark",
        runs: &args.runs,
        seconds: begun.elapsed().as_secs_f64(),
    };
    let dir = output::begin(output::place(args.runs.out.as_deref(), &args.file, &scenario, "-benchmark"))?;
    csv::save(&table, &dir.file("benchmark.csv")?)?;
    json::save(&table, &dir.file("benchmark.json")?)?;
    let place = dir.commit(paired::manifest(&origin)).context("cannot write the comparison")?;
    terminal::print(&if args.runs.json { json::text(&table)? } else { page(&figures, &outcomes) })?;
    terminal::note(&format!("results in {}", place.display()));
    let interrupted = run.outcome.stop == Stop::Interrupted;
    Ok(if interrupted { ExitCode::from(INTERRUPTED) } else { ExitCode::SUCCESS })
}

/// Misses first, then the figures.
fn page(figures: &[Comparison], outcomes: &[Score]) -> String {
    let mut page = String::new();
    if !outcomes.is_empty() {
        let _ = writeln!(page, "{BOLD}What happened later, the worst misses first{BOLD:#}");
        page.extend(outcomes.iter().map(outcome));
    }
    if !figures.is_empty() {
        let _ =
            writeln!(page, "{}{BOLD}Published figures beside ours{BOLD:#}", if page.is_empty() { "" } else { "\n" });
        page.extend(figures.iter().map(figure));
    }
    page += &text::legend(
        "Percentile: how many of our paths lie at or below the figure. sd: distance from our mean in standard deviations of \
         our paths, for an event in those of its probability over the draws. A scenario is no forecast; that two numbers \
         agree does not make either right.",
    );
    page
}

fn outcome(score: &Score) -> String {
    let Score { id, measure, subject, by, known, .. } = score;
    let head = format!("{id}: {} of {subject} by {by} (known {known})", measure.replace('_', " "));
    let verdict = match (&score.level, score.is_event) {
        (None, _) => "This run has no such measure at that date.".to_owned(),
        (Some(level), true) => {
            let happened = if score.value > 0.5 { "It happened" } else { "It did not happen" };
            let brier = score.brier.map_or_else(String::new, |brier| format!("; Brier {brier:.3}"));
            format!("{happened}; ours gave it {}{brier}.", banded(level, chance))
        }
        (Some(level), false) => {
            let show = |value| shown(value, score.unit);
            let pit = score.pit.map_or_else(|| "?".to_owned(), percent);
            let crps = score.crps.as_ref().and_then(|crps| crps.value).map_or_else(|| "?".to_owned(), show);
            format!("It was {}; ours {}: percentile {pit}, CRPS {crps}.", show(score.value), banded(level, show))
        }
    };
    paragraphs(&head, &[&verdict, &score.note])
}

fn figure(comparison: &Comparison) -> String {
    let Comparison { name, measure, subject, by, unit, value, .. } = comparison;
    let show = |value| shown(value, *unit);
    let head = format!("{name}: {}", show(*value));
    let distance = comparison
        .distance
        .map_or_else(String::new, |sd| format!(", {} sd from ours", significant(sd, 2).to_string().replace('-', "−")));
    let verdict = match (&comparison.level, &comparison.ours) {
        (Some(level), Some(_)) if comparison.is_event => {
            format!("Ours by {by}, {} of {subject}: {}{distance}.", measure.replace('_', " "), banded(level, show))
        }
        (Some(level), Some(ours)) => {
            let percentile = ours.value.map_or_else(|| "?".to_owned(), percent);
            let mean = banded(level, show);
            format!(
                "Ours by {by}, {} of {subject}: {mean}; percentile {percentile}{distance}.",
                measure.replace('_', " ")
            )
        }
        _ => format!("This run has no `{measure}` of {subject} by {by}."),
    };
    let note = if comparison.note.is_empty() { String::new() } else { format!("What differs: {}.", comparison.note) };
    paragraphs(&head, &[&verdict, &note, comparison.kind.caveat(), &comparison.source])
}

/// The band first, then the middle.
fn banded(level: &Banded, show: impl Fn(f64) -> String) -> String {
    let middle = level.point.value.map_or_else(|| "?".to_owned(), &show);
    let ends = level.band.as_ref().and_then(|[low, _, high]| low.value.zip(high.value));
    ends.map_or_else(
        || middle.clone(),
        |(low, high)| format!("between {} and {}, {middle} over all", show(low), show(high)),
    )
}

fn paragraphs(head: &str, lines: &[&str]) -> String {
    let mut text = format!("\n {BOLD}{head}{BOLD:#}\n");
    for line in lines.iter().filter(|line| !line.is_empty()) {
        text += &text::legend(line);
    }
    text
}

fn shown(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Money => money(significant(value, 2)),
        Unit::Share => percent(value),
        unit => unit.show(significant(value, 3)),
    }
}
