//! Runs on the same shocks: their files, and their page.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::output;
use super::study_args::Runs;
use super::terminal::{self, BOLD, DIM, Meter};
use super::text;
use crate::engine::Tier;
use crate::human::{money, significant, thousands};
use crate::model::{Measure, Prominence, metric};
use crate::report::comparison::{Compared, comparison_table, flips_table};
use crate::report::evidence;
use crate::report::summary::{dictionary, digest};
use crate::report::{Build, Manifest, OutputDir, ScenarioRecord, Table, csv, json};
use crate::scenario::Scenario;
use crate::study::estimates::Results;
use crate::study::{Contrast, Effort, Statistic, Study, adjust, against_first, contrasts, flips, profiles};

/// Paths that are listed for each event and direction.
const MOST_FLIPS: usize = 1000;

/// Events that are drawn.
const DRAWN: [Measure; 2] = [metric::LIQUIDITY_EVENT, metric::DEFAULT];

/// Runs all studies and compares each with the first; `pair` says what the two are called and which is the base.
///
/// # Errors
/// As [`against_first`].
pub(crate) fn simulate(studies: &[Study], runs: &Runs, pair: impl Fn(usize) -> Pair) -> Result<Vec<Compared>> {
    let mut all = Vec::new();
    together(studies, runs, |number, first, other| {
        let pair = pair(number);
        let (base, variant) = if pair.first_is_base { (first, other) } else { (other, first) };
        all.push(compared(pair, base, variant));
    })?;
    adjust(all.iter_mut().flat_map(|compared: &mut Compared| &mut compared.contrasts));
    Ok(all)
}

/// Runs all studies with progress, and shows each but the first beside the first.
///
/// # Errors
/// As [`against_first`].
pub(crate) fn together(
    studies: &[Study],
    runs: &Runs,
    show: impl FnMut(usize, &Results<'_>, &Results<'_>),
) -> Result<()> {
    let meter = Meter::new(runs.quiet || runs.json);
    let draws = studies.iter().map(Study::draws).max().unwrap_or(1);
    let effort = Effort { draws, threads: runs.size.threads(), observed: 0 };
    let done = against_first(studies, effort, terminal::interrupt()?, &|at| meter.show(at), show);
    meter.finish();
    Ok(done?)
}

/// What two runs are called, and which of them is the base.
pub(crate) struct Pair {
    pub(crate) variant: String,
    pub(crate) against: String,
    pub(crate) first_is_base: bool,
}

fn compared(pair: Pair, base: &Results<'_>, variant: &Results<'_>) -> Compared {
    Compared {
        variant: pair.variant,
        against: pair.against,
        contrasts: contrasts(base, variant),
        flips: flips(base, variant, MOST_FLIPS),
        profiles: profiles(base, variant, &DRAWN),
    }
}

/// Where a comparison goes and what it came from.
pub(crate) struct Origin<'a> {
    pub(crate) file: &'a Path,
    pub(crate) scenario: &'a Scenario,
    pub(crate) overrides: &'a [String],
    /// Name of the command: `compare`, `twins`.
    pub(crate) command: &'static str,
    pub(crate) runs: &'a Runs,
    pub(crate) seconds: f64,
}

/// Writes a comparison, and gives its folder and its table.
///
/// # Errors
/// When a file cannot be written.
pub(crate) fn write(of: &Origin<'_>, all: &[Compared], more: &[Table]) -> Result<(PathBuf, Table)> {
    let suffix = format!("-{}", of.command);
    let dir = output::begin(output::place(of.runs.out.as_deref(), of.file, of.scenario, &suffix))?;
    let table = comparison_table(all)?;
    csv::save(&table, &dir.file(&format!("{}.csv", of.command))?)?;
    json::save(&table, &dir.file(&format!("{}.json", of.command))?)?;
    csv::save(&flips_table(all)?, &dir.file("flips.csv")?)?;
    for table in more {
        csv::save(table, &dir.file(&format!("{}.csv", table.name()))?)?;
    }
    draw(of, all, &dir)?;
    let place = dir.commit(manifest(of)).context("cannot write the comparison")?;
    Ok((place, table))
}

#[cfg(feature = "plots")]
fn draw(of: &Origin<'_>, all: &[Compared], dir: &OutputDir) -> Result<()> {
    let timeline = of.scenario.timeline();
    let months: Vec<f64> = (0..timeline.months).map(|t| timeline.mid(t as i32)).collect();
    let run = &of.scenario.run;
    let origin = crate::report::figure::origin(&of.scenario.about.name, run.seed, run.paths);
    for (name, figure) in crate::report::comparison::pictures(all, &months, &origin) {
        output::draw(&|file: &str| Ok(dir.file(&format!("figures/{file}"))?), &name, &figure)?;
    }
    Ok(())
}

#[cfg(not(feature = "plots"))]
fn draw(_: &Origin<'_>, _: &[Compared], _: &OutputDir) -> Result<()> {
    Ok(())
}

pub(crate) fn manifest(of: &Origin<'_>) -> Manifest {
    let run = &of.scenario.run;
    Manifest {
        build: Build::current(),
        tier: Tier::detect().name().to_owned(),
        threads: of.runs.size.threads(),
        scenario: ScenarioRecord::of(of.scenario, of.file, of.overrides),
        seed: run.seed,
        paths: run.paths,
        draws: run.draws,
        wall_seconds: of.seconds,
        stop: of.command.to_owned(),
        residual: None,
        failures: std::collections::BTreeMap::new(),
        provenance: evidence::Meter::of(of.scenario).shares(),
        measures: dictionary(),
        files: Vec::new(),
    }
}

/// The page: what moved by the end, for each pair.
pub(crate) fn page(of: &Origin<'_>, all: &[Compared]) -> String {
    let run = &of.scenario.run;
    let mut page = String::new();
    let size = format!(
        "Given scenario \"{}\" (digest {}, seed {}), {} paths of each run, all with the same shocks.",
        of.scenario.about.name,
        digest(of.scenario),
        run.seed,
        thousands(run.paths as f64),
    );
    page += &text::legend(&size);
    for compared in all {
        let _ = writeln!(page, "\n{BOLD}{} less {}{BOLD:#}", compared.variant, compared.against);
        page += &moved(compared);
    }
    page += &text::legend(
        "Differences have paired 95 % intervals. r: correlation of the two estimates that the common shocks brought; saved: \
         how many times the paths independent runs would need. Flips: paths with the event in the first alone and in the \
         second alone, listed in flips.csv for `ouro replay`. p: chance of so large a difference, adjusted for all figures of \
         the table (Holm).",
    );
    page
}

/// Rows of the page: probabilities, means and the worst case by the end; what is the same on all paths is counted.
fn moved(compared: &Compared) -> String {
    let last = compared.contrasts.iter().map(|contrast| contrast.estimand.by).max();
    let told = |contrast: &&Contrast| {
        let statistic = contrast.estimand.statistic;
        let shown = matches!(statistic, Statistic::Probability | Statistic::Mean | Statistic::Shortfall(_));
        shown && Some(contrast.estimand.by) == last && contrast.estimand.measure.prominence == Prominence::Main
    };
    let (same, differ): (Vec<&Contrast>, Vec<&Contrast>) =
        compared.contrasts.iter().filter(told).partition(|contrast| !contrast.differs);
    let rows: Vec<Vec<String>> = differ.iter().map(|contrast| row(contrast)).collect();
    let heads = ["", "base", "variant", "difference", "95 % interval", "ratio", "r", "saved", "flips", "p"];
    let mut page = if rows.is_empty() { String::new() } else { text::numbers(&heads, &rows) };
    if !same.is_empty() {
        let _ = writeln!(page, " {DIM}{} are the same on every path{DIM:#}", text::counted(same.len(), "figure"));
    }
    page
}

fn row(contrast: &Contrast) -> Vec<String> {
    let estimand = &contrast.estimand;
    let statistic = match estimand.statistic {
        Statistic::Probability => String::new(),
        statistic => format!(", {}", statistic.name()),
    };
    let show = |value: f64| shown(value, estimand.unit());
    let maybe = |value: Option<f64>| value.map_or_else(|| "?".to_owned(), show);
    let [low, high] = [contrast.difference.low, contrast.difference.high].map(maybe);
    let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.2}"));
    let saved = contrast
        .saved
        .map_or_else(|| "-".to_owned(), |saved| format!("{}x", thousands(significant(saved, 2).max(1.0))));
    let flips = contrast.flipped.map_or_else(|| "-".to_owned(), |[only, other]| format!("+{only} -{other}"));
    vec![
        format!("{} {}{statistic}", estimand.measure.words(), estimand.subject),
        show(contrast.base),
        show(contrast.variant),
        maybe(contrast.difference.value),
        format!("{low} to {high}"),
        number(contrast.ratio.value),
        number(contrast.correlation),
        saved,
        flips,
        contrast.p_holm.map_or_else(|| "-".to_owned(), chance),
    ]
}

fn chance(p: f64) -> String {
    if p < 0.001 { "<0.001".to_owned() } else { format!("{p:.3}") }
}

/// A value in its unit: money in words, shares in percent, months as they are.
pub(crate) fn shown(value: f64, unit: &str) -> String {
    match unit {
        "USD" | "USD/year" => money(significant(value, 3)),
        "months" => format!("{value:.1}"),
        _ => {
            let percent = format!("{:.2} %", 100.0 * value.abs());
            if value < 0.0 && percent != "0.00 %" { format!("−{percent}") } else { percent }
        }
    }
}
