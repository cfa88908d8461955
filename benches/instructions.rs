//! Instructions a path-month, against a ceiling: `cargo bench --bench instructions`.
//!
//! One loop that the compiler stops turning into vectors costs a factor of two in silence. Valgrind counts the same on any
//! machine and under any load; it knows AVX2, not AVX-512. The difference of two runs, so that the start cancels. Where
//! valgrind is missing, nothing is counted and that is said.

#![allow(clippy::print_stdout, reason = "a benchmark prints its result")]

use std::path::Path;
use std::process::{Command, ExitCode};

use ouroborisk::engine::{Dynamics, Interrupt, Plan, Pseudo, Tier, Uncertainty, run};
use ouroborisk::resolve::Worlds;
use ouroborisk::scenario::load;

const SCENARIO: &str = "tests/fixtures/openai-2026-06.toml";

/// Most instructions a path-month: a tenth above what was counted when it was set (docs/performance.md has the history).
const CEILING: f64 = 2300.0;

/// Paths of the two runs.
const PATHS: [u64; 2] = [256, 1280];

fn main() -> ExitCode {
    if let Ok(paths) = std::env::var("OURO_COUNTED_PATHS") {
        simulate(paths.parse().unwrap_or_else(|_| panic!("{paths} is not a number of paths")));
        return ExitCode::SUCCESS;
    }
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("skipped: valgrind is not installed, so instructions are not counted");
        return ExitCode::SUCCESS;
    }
    let [few, many] = PATHS.map(count);
    let found = (many - few) / ((PATHS[1] - PATHS[0]) * months()) as f64;
    println!("{found:.0} instructions a path-month on AVX2; the ceiling is {CEILING:.0}");
    if found > CEILING { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn worlds() -> Worlds {
    let scenario = load(Path::new(SCENARIO), &[]).unwrap_or_else(|problems| panic!("{problems}"));
    Worlds::at_means(scenario, 1).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn months() -> u64 {
    worlds().world(0).months() as u64
}

fn simulate(paths: u64) {
    let plan = Plan { paths, draws: 1, threads: 1, tier: Tier::detect(), observed: 0 };
    run(&worlds(), &Pseudo { seed: 1 }, &plan, &Interrupt::new(), &|_| (), &mut |_| Ok(()))
        .unwrap_or_else(|error| panic!("{error}"));
}

/// Instructions of this program with so many paths.
fn count(paths: u64) -> f64 {
    let this = std::env::current_exe().unwrap_or_else(|error| panic!("{error}"));
    let done = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(this)
        .env("OURO_COUNTED_PATHS", paths.to_string())
        .env("OURO_TIER", "avx2")
        .output()
        .unwrap_or_else(|error| panic!("valgrind does not start: {error}"));
    let said = String::from_utf8_lossy(&done.stderr);
    let counted = said.lines().find_map(|line| line.split_once("Collected : ")).map(|(_, count)| count.trim());
    counted.and_then(|count| count.parse().ok()).unwrap_or_else(|| panic!("valgrind did not count:\n{said}"))
}
