//! `ouro compare`: scenarios on the same shocks.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;

use super::dispatch::Wrong;
use super::paired::{self, Origin, Pair};
use super::study_args::CompareArgs;
use super::terminal::BOLD;
use super::{scenario, terminal, text};
use crate::report::comparison::attribution_table;
use crate::report::json;
use crate::scenario::Scenario;
use crate::study::Study;
use crate::study::attribution::{self, Changed, MOST_ALONE, Part, changed, sets};
use crate::study::estimates::Answer;

/// A scenario that is compared.
struct Arm {
    name: String,
    file: PathBuf,
    overrides: Vec<String>,
}

/// Runs all scenarios and tells the differences.
///
/// # Errors
/// When a scenario is refused or cannot be compared, a run fails, or the result cannot be written or printed.
pub(crate) fn run(args: &CompareArgs) -> Result<ExitCode> {
    let begun = Instant::now();
    let arms = arms(args)?;
    let scenarios = on_the_same_shocks(&arms)?;
    let studies = scenarios.iter().map(|scenario| Ok(Study::new(scenario::worlds(scenario, false)?)));
    let studies = studies.collect::<Result<Vec<Study>>>()?;
    let pair =
        |number: usize| Pair { variant: arms[number].name.clone(), against: arms[0].name.clone(), first_is_base: true };
    let all = paired::simulate(&studies, &args.runs, pair)?;
    let origin = Origin {
        file: &arms[0].file,
        scenario: &scenarios[0],
        overrides: &arms[0].overrides,
        command: "compare",
        runs: &args.runs,
        seconds: begun.elapsed().as_secs_f64(),
    };
    let parts = attributed(args, &arms, &scenarios)?;
    let (place, table) = paired::write(&origin, &all, &[attribution_table(&parts)?])?;
    let page = || paired::page(&origin, &all) + &explanation(&parts);
    terminal::print(&if args.runs.json { json::text(&table)? } else { page() })?;
    terminal::note(&format!("results in {}", place.display()));
    Ok(ExitCode::SUCCESS)
}

/// What is compared, the base first.
fn arms(args: &CompareArgs) -> Result<Vec<Arm>> {
    let common = [args.with.clone(), args.runs.size.overrides()].concat();
    let arm = |name: String, file: &Path, own: Option<&String>| Arm {
        name,
        file: file.to_owned(),
        overrides: common.iter().chain(own).cloned().collect(),
    };
    let stem = |file: &PathBuf| file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut arms: Vec<Arm> = match args.files.as_slice() {
        [file] => {
            let variants = args.set.iter().map(|own| arm(own.clone(), file, Some(own)));
            std::iter::once(arm("base".to_owned(), file, None)).chain(variants).collect()
        }
        files if args.set.is_empty() => files.iter().map(|file| arm(stem(file), file, None)).collect(),
        _ => return Err(wrong("--set makes variants of one file; with several, use --with to change all of them")),
    };
    if arms.len() < 2 {
        return Err(wrong("there is nothing to compare with: name a second file, or a variant with --set KEY=VALUE"));
    }
    for (at, one) in arms.iter().enumerate() {
        if arms[..at].iter().any(|other| other.name == one.name) {
            return Err(wrong(&format!(
                "two scenarios are called `{}`; their differences could not be told apart",
                one.name
            )));
        }
    }
    if let Some(name) = &args.against {
        let at = arms.iter().position(|arm| arm.name == *name).ok_or_else(|| {
            let names: Vec<String> = arms.iter().map(|arm| format!("`{}`", arm.name)).collect();
            wrong(&format!("no scenario is called `{name}`; there are {}", names.join(", ")))
        })?;
        arms[..=at].rotate_right(1);
    }
    Ok(arms)
}

/// The scenarios with the seed, paths and draws of the first, which must begin in the same month.
fn on_the_same_shocks(arms: &[Arm]) -> Result<Vec<Scenario>> {
    let first = scenario::open(&arms[0].file, &arms[0].overrides)?;
    let draws =
        arms.iter().skip(1).map(|arm| scenario::open(&arm.file, &arm.overrides)).collect::<Result<Vec<_>, _>>()?;
    let written = draws.iter().chain([&first]).map(|scenario| scenario.run.draws).max().unwrap_or(1);
    let sizes = sizes(&first, written);
    let mut scenarios = Vec::new();
    for (arm, opened) in arms.iter().zip(std::iter::once(&first).chain(&draws)) {
        if opened.about.start != first.about.start {
            return Err(wrong(&format!(
                "`{}` begins in {} and `{}` in {}: their months do not have the same shocks",
                arm.name, opened.about.start, arms[0].name, first.about.start
            )));
        }
        let overrides: Vec<String> = arm.overrides.iter().chain(&sizes).cloned().collect();
        scenarios.push(crate::scenario::load(&arm.file, &overrides)?);
    }
    Ok(scenarios)
}

/// Which changed value explains how much, for every variant with more than one.
fn attributed(args: &CompareArgs, arms: &[Arm], scenarios: &[Scenario]) -> Result<Vec<(String, Vec<Part>)>> {
    let mut all = Vec::new();
    for (arm, scenario) in arms.iter().zip(scenarios).skip(1).filter(|_| !args.no_attribution) {
        let (changes, others) = changed(&scenarios[0], scenario);
        if changes.len() + others < 2 || changes.is_empty() {
            continue;
        }
        if changes.len() > MOST_ALONE {
            let text = format!("{}: {} values differ, too many to tell what each does", arm.name, changes.len());
            terminal::note(&text);
            continue;
        }
        all.push((arm.name.clone(), parts_of(args, &arms[0], (&scenarios[0], scenario), &changes)?));
    }
    Ok(all)
}

/// Runs the sets of changes of one variant.
fn parts_of(
    args: &CompareArgs,
    base: &Arm,
    (first, last): (&Scenario, &Scenario),
    changes: &[Changed],
) -> Result<Vec<Part>> {
    let sizes = sizes(first, first.run.draws.max(last.run.draws));
    let between = sets(changes.len()).into_iter().skip(1).map(|set| {
        let made =
            changes.iter().enumerate().filter(|(bit, _)| set >> bit & 1 == 1).map(|(_, change)| change.set.clone());
        let overrides: Vec<String> = base.overrides.iter().cloned().chain(made).chain(sizes.iter().cloned()).collect();
        Ok(Study::new(scenario::worlds(&crate::scenario::load(&base.file, &overrides)?, false)?))
    });
    let mut studies = vec![Study::new(scenario::worlds(first, false)?)];
    studies.extend(between.collect::<Result<Vec<Study>>>()?);
    studies.push(Study::new(scenario::worlds(last, false)?));
    let mut explained = Vec::new();
    let mut runs: Vec<attribution::Arm> = Vec::new();
    let mut parts = Vec::new();
    paired::together(&studies, &args.runs, |number, base, other| {
        if number == 1 {
            explained = attribution::explained(base);
            runs.push(attribution::Arm::of(base, &explained));
        }
        let arm = attribution::Arm::of(other, &explained);
        if number + 1 == studies.len() {
            parts = attribution::parts(base, &explained, changes, &runs, &arm);
        } else {
            runs.push(arm);
        }
    })?;
    Ok(parts)
}

/// What each change is worth, for every headline that is taken apart.
fn explanation(all: &[(String, Vec<Part>)]) -> String {
    let mut page = String::new();
    for (name, parts) in all {
        let _ = writeln!(page, "\n{BOLD}What explains {name}{BOLD:#}");
        let row = |part: &Part| {
            let show = |value: Option<f64>| {
                value.map_or_else(|| "?".to_owned(), |value| paired::shown(value, part.estimand.unit()))
            };
            let of = format!("{} {}", part.estimand.measure.words(), part.estimand.subject);
            let Answer { value, low, high, .. } = &part.part;
            vec![of, part.key.clone(), show(*value), format!("{} to {}", show(*low), show(*high))]
        };
        let rows: Vec<Vec<String>> = parts.iter().map(row).collect();
        page += &text::numbers(&["", "changed", "part", "95 % interval"], &rows);
    }
    page
}

/// The sizes of the first scenario, as overrides.
fn sizes(first: &Scenario, draws: u64) -> [String; 3] {
    let run = &first.run;
    [format!("run.seed={}", run.seed), format!("run.paths={}", run.paths), format!("run.draws={draws}")]
}

fn wrong(what: &str) -> anyhow::Error {
    Wrong(what.to_owned()).into()
}
