//! `ouro benchmark`: published figures beside ours, and what happened later.

use std::path::{Path, PathBuf};

use super::args::BenchmarkArgs;
use super::exit::{Ended, sound};
use super::{output, scenario, terminal};
use crate::face::{Error, Scenario, Study, backtest};

/// Runs a scenario and sets its figures beside those of others; of a folder, scores all scenarios in it together.
///
/// # Errors
/// When a scenario is refused, a run fails, or the result cannot be written or printed.
pub(super) fn run(args: &BenchmarkArgs) -> Ended {
    if args.of.file.is_dir() {
        return run_folder(args);
    }
    let study = Study::of(scenario::of(&args.of)?);
    let found = study.benchmark(args.of.runs.options()?)?;
    let written =
        found.write(output::place(args.of.runs.shown.output.out.as_deref(), found.scenario(), "-benchmark"))?;
    let text =
        if args.of.runs.shown.output.json { found.json()? } else { terminal::page(&found.page(terminal::width())) };
    output::show(&text, &written)?;
    Ok(sound(found.is_sound(), found.is_interrupted()))
}

fn run_folder(args: &BenchmarkArgs) -> Ended {
    let (folder, out) = (args.of.file.as_path(), &args.of.runs.shown.output);
    let overrides = args.of.overrides.and(&args.of.runs.size);
    let scenarios: Vec<Scenario> =
        scenarios_in(folder)?.iter().map(|file| scenario::open(file, &overrides)).collect::<Result<_, Error>>()?;
    let found = backtest(&scenarios, args.of.runs.options()?)?;
    let written = found.write(output::place_of(out.out.as_deref(), folder, found.digest_text(), "-backtest"))?;
    let text = if out.json { found.json()? } else { terminal::page(&found.page(terminal::width())) };
    output::show(&text, &written)?;
    Ok(sound(found.is_sound(), false))
}

/// The scenario files of a folder, by name; those of folders in it are not among them.
fn scenarios_in(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let reading = || Error::io(format!("reading {}", folder.display()));
    let entries = std::fs::read_dir(folder).map_err(reading())?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, _>>().map_err(reading())?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    if files.is_empty() {
        let text =
            format!("{} holds no scenario: a backtest needs a file `*.toml` for each firm and date", folder.display());
        return Err(Error::Refused(text));
    }
    Ok(files)
}
