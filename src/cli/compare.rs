//! `ouro compare`: scenarios on the same shocks.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;

use super::args::CompareArgs;
use super::dispatch::Wrong;
use super::paired::{self, Origin, Pair};
use super::{scenario, terminal};
use crate::scenario::Scenario;
use crate::study::Study;

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
    let (place, json) = paired::write(&origin, &all, &[])?;
    terminal::print(&if args.runs.json { json } else { paired::page(&origin, &all) })?;
    terminal::note(&format!("results in {}", place.display()));
    Ok(ExitCode::SUCCESS)
}

/// What is compared, the base first.
fn arms(args: &CompareArgs) -> Result<Vec<Arm>> {
    let common = [args.with.clone(), args.runs.overrides()].concat();
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
    let run = &first.run;
    let written = draws.iter().chain([&first]).map(|scenario| scenario.run.draws).max().unwrap_or(1);
    let sizes = [format!("run.seed={}", run.seed), format!("run.paths={}", run.paths), format!("run.draws={written}")];
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

fn wrong(what: &str) -> anyhow::Error {
    Wrong(what.to_owned()).into()
}
