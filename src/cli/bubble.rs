//! `ouro bubble`: tests for explosive growth, of a series or of the market of a scenario.

use std::path::Path;

use super::args::BubbleArgs;
use super::exit::{Ended, sound};
use super::{output, scenario, terminal};
use crate::face::{Bubble, BubbleTest, Error, Options, Study, bubble};

/// Tests a series, or the market on the paths of a scenario.
///
/// # Errors
/// When the file is refused, a run fails, or the result cannot be written or printed.
pub(super) fn run(args: &BubbleArgs) -> Ended {
    let file = args.of.file.as_path();
    let found =
        if file.extension().is_some_and(|ending| ending == "toml") { of_paths(args)? } else { of_series(args, file)? };
    let out = &args.of.runs.shown.output;
    let written = found.write(output::place_of(out.out.as_deref(), file, found.digest_text(), "-bubble"))?;
    let text = if out.json { found.json()? } else { terminal::page(&found.page(terminal::width())) };
    output::show(&text, &written)?;
    Ok(sound(found.is_sound(), found.is_interrupted()))
}

fn of_paths(args: &BubbleArgs) -> Result<Bubble, Error> {
    if args.column.is_some() {
        return Err(Error::Refused("--column is for a series: a scenario has one market".to_owned()));
    }
    Study::of(scenario::of(&args.of)?).bubble(&test(args), args.of.runs.options()?)
}

fn of_series(args: &BubbleArgs, file: &Path) -> Result<Bubble, Error> {
    let size = &args.of.runs.size;
    let is_of_scenario = |change: &String| !change.starts_with("run.seed=");
    if args.of.overrides.and(size).iter().any(is_of_scenario) {
        let text = "--set, --paths and --draws change a scenario (a file .toml); a series has --walks";
        return Err(Error::Refused(text.to_owned()));
    }
    let text = std::fs::read_to_string(file).map_err(Error::io(format!("reading {}", file.display())))?;
    let options = Options { seed: size.seed(), ..args.of.runs.options()? };
    bubble(&file.display().to_string(), &text, &test(args), options)
}

fn test(args: &BubbleArgs) -> BubbleTest {
    let given = BubbleTest { column: args.column.clone(), log: args.log, lags: args.lags, ..BubbleTest::default() };
    args.walks.map_or_else(|| given.clone(), |walks| BubbleTest { walks, ..given.clone() })
}
