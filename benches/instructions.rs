//! What only an optimised build can show, against its limits: `cargo bench --bench instructions`.
//!
//! - The month is compiled once for each tier.
//! - All tiers give the same bits.
//! - Instructions per path-month stay below a ceiling: one loop that the compiler stops vectorising costs a factor of two
//!   without a word. Valgrind counts the same on any machine and under any load; it knows AVX2, not AVX-512. The count is
//!   the difference of two runs, so that the start cancels. Without valgrind nothing is counted, and this says so.
//!
//! `cargo bench --bench instructions -- mechanisms` counts what each mechanism of the third edition adds where it is used.

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

/// A scenario, with more in it than its file says.
#[derive(Clone, Copy)]
struct Subject {
    file: &'static str,
    /// As after `--set`, separated by semicolons.
    set: &'static str,
}

const FIXTURE: Subject = Subject { file: "tests/fixtures/openai-2026-06.toml", set: "" };

/// Most instructions per path-month of the fixture: a twentieth above the count when it was set (docs/performance.md has
/// the history).
const CEILING: f64 = 1970.0;

/// Mechanisms of the third edition, each added to the fixture.
const MECHANISMS: [(&str, &str); 11] = [
    ("beliefs that lag", "market.learning=100%"),
    ("a hazard that follows the level", "market.burst.level_beta=2"),
    ("falls that follow the level", "market.burst.fall_level=50%"),
    ("defaults that frighten", "market.burst.contagion=1"),
    ("loans that freeze apart", "market.credit.hazard=3%;market.credit.joint=60%;market.credit.freeze_mean=12mo"),
    ("training that follows value", "lab.openai.compute.valuation_elasticity=0.5"),
    ("training for spare cash", "lab.openai.compute.reinvest=60%;lab.openai.compute.keep=6mo"),
    ("hardware that ages", "family.gpu.plant.life=5y;family.gpu.plant.ageing=15%"),
    ("a giver under stress", "entity.softbank.giving_elasticity=1"),
    ("sites that run on in part", "entity.oracle.step_in=80%"),
    ("an entity with cash and debt", "entity.softbank.treasury.cash=30B USD;entity.softbank.treasury.cash_flow=5B USD"),
];

/// Paths of the two runs.
const PATHS: [u64; 2] = [256, 1280];

fn main() -> ExitCode {
    if let Ok(paths) = std::env::var("OURO_COUNTED_PATHS") {
        let paths = paths.parse().unwrap_or_else(|_| panic!("{paths} is not a number of paths"));
        let asked = |name| std::env::var(name).unwrap_or_default();
        let worlds = worlds(&asked("OURO_COUNTED_FILE"), &asked("OURO_COUNTED_SET"));
        run(&worlds, paths, Tier::detect(), &mut |_| Ok(()));
        return ExitCode::SUCCESS;
    }
    count_kernels();
    compare_tiers();
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("skipped: valgrind is not installed, so instructions are not counted");
        return ExitCode::SUCCESS;
    }
    if std::env::args().any(|argument| argument == "mechanisms") {
        count_mechanisms();
        return ExitCode::SUCCESS;
    }
    let found = of_path_month(FIXTURE);
    println!("{found:.0} instructions per path-month on AVX2; the ceiling is {CEILING:.0}");
    if found > CEILING { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// What each mechanism adds to the fixture.
fn count_mechanisms() {
    let without = of_path_month(FIXTURE);
    println!("{without:6.0}  the fixture, instructions per path-month on AVX2");
    for (name, set) in MECHANISMS {
        println!("{:+6.0}  {name}: {set}", of_path_month(Subject { set, ..FIXTURE }) - without);
    }
}

/// Instructions per path-month.
fn of_path_month(subject: Subject) -> f64 {
    let [few, many] = PATHS.map(|paths| instructions(subject, paths));
    let months = worlds(subject.file, subject.set).world(0).months() as u64;
    (many - few) / ((PATHS[1] - PATHS[0]) * months) as f64
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

fn worlds(file: &str, set: &str) -> Worlds {
    let set: Vec<String> = set.split_terminator(';').map(str::to_owned).collect();
    let scenario = load(Path::new(file), &set).unwrap_or_else(|problems| panic!("{problems}"));
    Worlds::at_means(scenario, 1).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn run(worlds: &Worlds, paths: u64, tier: Tier, sink: &mut Sink<'_>) {
    let plan = Plan { paths, draws: 1, threads: 1, tier, observed: 0 };
    let sampler = Sampler::PseudoRandom { seed: 1 };
    simulate(worlds, sampler, &plan, &Interrupt::new(), &|_| (), sink).unwrap_or_else(|error| panic!("{error}"));
}

/// The bits of all metrics of all paths.
fn metrics(paths: u64, tier: Tier) -> Vec<u64> {
    let mut bits = Vec::new();
    run(&worlds(FIXTURE.file, FIXTURE.set), paths, tier, &mut |chunk| {
        bits.extend(chunk.metrics.iter().map(|value| value.to_bits()));
        Ok(())
    });
    bits
}

/// Instructions of this program with so many paths.
fn instructions(subject: Subject, paths: u64) -> f64 {
    let this = std::env::current_exe().unwrap_or_else(|error| panic!("{error}"));
    let done = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(this)
        .env("OURO_COUNTED_PATHS", paths.to_string())
        .env("OURO_COUNTED_FILE", subject.file)
        .env("OURO_COUNTED_SET", subject.set)
        .env("OURO_TIER", "avx2")
        .output()
        .unwrap_or_else(|error| panic!("valgrind does not start: {error}"));
    let said = String::from_utf8_lossy(&done.stderr);
    let counted = said.lines().find_map(|line| line.split_once("Collected : ")).map(|(_, count)| count.trim());
    counted.and_then(|count| count.parse().ok()).unwrap_or_else(|| panic!("valgrind did not count:\n{said}"))
}
