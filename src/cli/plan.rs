//! `ouro plan`: the plan as written, by year, with its ledger (docs/model.md, section 12).

use super::args::PlanArgs;
use super::exit::{Ended, sound};
use super::text::legend;
use super::{output, scenario, terminal};
use crate::face::{Study, counted};

/// Computes, writes and prints a plan.
///
/// # Errors
/// When the scenario is refused, or the result cannot be written or printed.
pub(super) fn run(args: &PlanArgs) -> Ended {
    let plan = Study::of(scenario::open(&args.file, &args.overrides.set)?).plan()?;
    let place = plan.write(output::place(args.output.out.as_deref(), plan.scenario(), "-plan"))?.place;
    if args.output.json {
        terminal::print(&plan.json(Some(&place)))?;
        return Ok(sound(plan.is_sound(), false));
    }
    let months = counted(plan.ledger().rows(), "month");
    let accounts = counted(plan.ledger().columns().len() - 1, "account");
    let ledger = place.join("plan.csv");
    let tail =
        format!("\n{}", legend(&format!("The ledger, {months} of {accounts} in USD billions: {}", ledger.display())));
    terminal::print(&(terminal::page(&plan.page(terminal::width())) + &tail))?;
    Ok(sound(plan.is_sound(), false))
}
