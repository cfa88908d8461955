//! `ouro twins`: the effect of circular money (docs/model.md, section 9).

use super::args::TwinsArgs;
use super::compare::show;
use super::exit::Ended;
use super::{output, scenario};
use crate::face::Study;

/// Makes the three runs and tells the effects.
///
/// # Errors
/// When the scenario is refused, a run fails, or the result cannot be written or printed.
pub(super) fn run(args: &TwinsArgs) -> Ended {
    let study = Study::of(scenario::of(&args.of)?);
    let found = study.twins(args.of.runs.options()?)?;
    let place = output::place(args.of.runs.shown.output.out.as_deref(), found.scenario(), "-twins");
    show(&found, &place, args.of.runs.shown.output.json)
}
