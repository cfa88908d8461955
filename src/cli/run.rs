//! `ouro run`: many paths.

use std::process::ExitCode;

use super::args::RunArgs;
use super::dispatch::INTERRUPTED;
use super::scenario;
use super::terminal::{self, Meter};
use crate::engine::{Plan, Pseudo, Stop, Tier, run as simulate};
use crate::report::human::thousands;

/// Simulates, and says how many paths were finished.
///
/// # Errors
/// When the scenario is refused, or there are no threads.
pub(crate) fn run(args: &RunArgs) -> anyhow::Result<ExitCode> {
    let scenario = scenario::open(&args.file, &args.overrides())?;
    let worlds = scenario::worlds(&scenario, args.means)?;
    let plan = Plan {
        paths: scenario.run.paths,
        draws: worlds.draws(),
        threads: args.threads.unwrap_or(0) as usize,
        tier: Tier::detect(),
        observed: 0,
    };
    let sampler = Pseudo { seed: scenario.run.seed };
    let interrupt = terminal::listen()?;
    let meter = Meter::new(args.quiet);
    let outcome = simulate(&worlds, &sampler, &plan, interrupt, &|progress| meter.show(progress), &mut |_| Ok(()));
    meter.finish();
    let outcome = outcome?;
    let paths = thousands(outcome.sample.ncols() as f64);
    terminal::print(&format!("{paths} paths in {:.1} s\n", outcome.seconds))?;
    Ok(match outcome.stop {
        Stop::Paths => ExitCode::SUCCESS,
        Stop::Interrupted => ExitCode::from(INTERRUPTED),
    })
}
