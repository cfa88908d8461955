//! `ouro replay`: one path of a run alone, told as a story.

use super::args::ReplayArgs;
use super::exit::{Ended, sound};
use super::text::legend;
use super::{output, scenario, terminal};
use crate::face::{Options, Study};

/// Recomputes, writes if asked to, and prints one path.
///
/// # Errors
/// When the scenario is refused, there is no such path, or the result cannot be written or printed.
pub(super) fn run(args: &ReplayArgs) -> Ended {
    let study = Study::of(scenario::open(&args.file, &args.overrides())?);
    let options = Options { at_means: args.means, ..Options::default() };
    let replay = study.replay(args.draw, args.path, options)?.showing(args.months.unwrap_or_default());
    let place = if args.ledger || args.output.out.is_some() {
        let (draw, path) = replay.address();
        let suffix = format!("-path-{draw}-{path}");
        Some(replay.write(output::place(args.output.out.as_deref(), replay.scenario(), &suffix))?.place)
    } else {
        None
    };
    if args.output.json {
        terminal::print(&replay.json(place.as_deref()))?;
        return Ok(sound(replay.is_sound(), false));
    }
    let tail = match place {
        Some(place) => format!("The ledger, in USD billions: {}", place.join("ledger.csv").display()),
        None => "With --ledger, every account of every month is written to a file.".to_owned(),
    };
    let tail = format!("\n{}", legend(&tail));
    terminal::print(&(terminal::page(&replay.page(terminal::width())) + &tail))?;
    Ok(sound(replay.is_sound(), false))
}
