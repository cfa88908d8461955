//! `ouro twins`: what circular money does (docs/model.md, section 9).

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;

use super::paired::{self, Origin, Pair};
use super::study_args::TwinsArgs;
use super::{scenario, terminal};
use crate::model::Twin;
use crate::report::json;
use crate::study::Study;

/// What the runs are called, in the order in which they are made.
const RUNS: [(&str, Twin); 3] = [
    ("as given", Twin::AsGiven),
    ("without strategic money", Twin::WithoutStrategicMoney),
    ("without ties", Twin::WithoutTies),
];

/// Makes the three runs and tells the effects.
///
/// # Errors
/// When the scenario is refused, a run fails, or the result cannot be written or printed.
pub(crate) fn run(args: &TwinsArgs) -> Result<ExitCode> {
    let begun = Instant::now();
    let overrides = args.overrides.and(&args.runs.size);
    let scenario = scenario::open(&args.file, &overrides)?;
    let studies = RUNS.map(|(_, twin)| Ok(Study::of_twin(scenario::worlds(&scenario, false)?, twin)));
    let studies = studies.into_iter().collect::<Result<Vec<Study>>>()?;
    let against = |number: usize| Pair {
        variant: RUNS[0].0.to_owned(),
        against: RUNS[number].0.to_owned(),
        first_is_base: false,
    };
    let all = paired::simulate(&studies, &args.runs, against)?;
    let origin = Origin {
        file: &args.file,
        scenario: &scenario,
        overrides: &overrides,
        command: "twins",
        runs: &args.runs,
        seconds: begun.elapsed().as_secs_f64(),
    };
    let (place, table) = paired::write(&origin, &all, &[])?;
    terminal::print(&if args.runs.json { json::text(&table)? } else { paired::page(&origin, &all) })?;
    terminal::note(&format!("results in {}", place.display()));
    Ok(ExitCode::SUCCESS)
}
