//! What only an optimised build can show, against its limits: `cargo bench --bench instructions`.
//!
//! - The month is compiled once for each tier.
//! - All tiers give the same bits.
//! - Instructions per path-month stay below a ceiling: one loop that the compiler stops vectorising costs a factor of two
//!   without a word. Valgrind counts the same on any machine and under any load; it knows AVX2, not AVX-512. The count is
//!   the difference of two runs, so that the start cancels. Without valgrind nothing is counted, and this says so.

#![allow(clippy::print_stdout, reason = "a benchmark prints its result")]

#[cfg(target_arch = "x86_64")]
#[path = "../tests/suite/kernels.rs"]
mod kernels;

use std::path::Path;
use std::process::{Command, ExitCode};

use ouroborisk::engine::{Dynamics, Interrupt, Plan, Sampler, Sink, Tier, Uncertainty};
use ouroborisk::resolve::Worlds;
use ouroborisk::scenario::load;
use ouroborisk::simulate::simulate;

const SCENARIO: &str = "tests/fixtures/openai-2026-06.toml";

/// Most instructions per path-month: a tenth above the count when it was set (docs/performance.md has the history).
const CEILING: f64 = 2300.0;

/// Paths of the two runs.
const PATHS: [u64; 2] = [256, 1280];

fn main() -> ExitCode {
    if let Ok(paths) = std::env::var("OURO_COUNTED_PATHS") {
        let paths = paths.parse().unwrap_or_else(|_| panic!("{paths} is not a number of paths"));
        run(paths, Tier::detect(), &mut |_| Ok(()));
        return ExitCode::SUCCESS;
    }
    count_kernels();
    compare_tiers();
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("skipped: valgrind is not installed, so instructions are not counted");
        return ExitCode::SUCCESS;
    }
    let [few, many] = PATHS.map(instructions);
    let found = (many - few) / ((PATHS[1] - PATHS[0]) * months()) as f64;
    println!("{found:.0} instructions per path-month on AVX2; the ceiling is {CEILING:.0}");
    if found > CEILING { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn count_kernels() {
    #[cfg(target_arch = "x86_64")]
    if let Some(program) = option_env!("CARGO_BIN_EXE_ouro") {
        let found = kernels::copies(Path::new(program));
        assert_eq!(found, kernels::COPIES, "copies of the month in {program}");
        println!("{found} copies of the month in the program");
    }
}

fn compare_tiers() {
    let portable = metrics(100, Tier::Portable);
    for tier in [Tier::Avx2, Tier::Avx512] {
        assert!(metrics(100, tier) == portable, "{} has other bits than the portable tier", tier.name());
    }
    println!("the same bits on all tiers up to {}", Tier::detect().name());
}

fn worlds() -> Worlds {
    let scenario = load(Path::new(SCENARIO), &[]).unwrap_or_else(|problems| panic!("{problems}"));
    Worlds::at_means(scenario, 1).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn months() -> u64 {
    worlds().world(0).months() as u64
}

fn run(paths: u64, tier: Tier, sink: &mut Sink<'_>) {
    let plan = Plan { paths, draws: 1, threads: 1, tier, observed: 0 };
    let sampler = Sampler::PseudoRandom { seed: 1 };
    simulate(&worlds(), sampler, &plan, &Interrupt::new(), &|_| (), sink).unwrap_or_else(|error| panic!("{error}"));
}

/// The bits of all metrics of all paths.
fn metrics(paths: u64, tier: Tier) -> Vec<u64> {
    let mut bits = Vec::new();
    run(paths, tier, &mut |chunk| {
        bits.extend(chunk.metrics.iter().map(|value| value.to_bits()));
        Ok(())
    });
    bits
}

/// Instructions of this program with so many paths.
fn instructions(paths: u64) -> f64 {
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
