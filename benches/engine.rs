//! Path-months a second of the real model: `cargo bench --bench engine`.
//!
//! Variants run in turn, round after round, in CPU time of the process; read the ratios, not the absolute values.

#![allow(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::path::Path;
use std::time::Instant;

use ouroborisk::engine::{Dynamics, Interrupt, Plan, Pseudo, Tier, Uncertainty, run};
use ouroborisk::scenario::{Worlds, load};

const SCENARIO: &str = "tests/fixtures/openai-2026-06.toml";
const PATHS: u64 = 16_384;
const ROUNDS: usize = 5;

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() {
    let scenario = load(Path::new(SCENARIO), &[]).unwrap_or_else(|problems| panic!("{problems}"));
    let worlds = Worlds::at_means(scenario, 1).unwrap_or_else(|problems| panic!("{problems:?}"));
    let months = worlds.world(0).months() as f64;
    let tiers = [Tier::Portable, Tier::Avx2, Tier::Avx512];
    let variants: Vec<(Tier, usize)> = tiers.iter().map(|&tier| (tier, 1)).chain([(Tier::detect(), 2)]).collect();
    let mut times = vec![Vec::new(); variants.len()];
    for _ in 0..ROUNDS {
        for ((tier, threads), times) in variants.iter().zip(&mut times) {
            let plan = Plan { paths: PATHS, draws: 1, threads: *threads, tier: *tier, observed: 0 };
            let begun = Instant::now();
            run(&worlds, &Pseudo { seed: 1 }, &plan, &Interrupt::new(), &|_| (), &mut |_| Ok(()))
                .unwrap_or_else(|error| panic!("{error}"));
            times.push(begun.elapsed().as_secs_f64());
        }
    }
    for ((tier, threads), times) in variants.iter().zip(times) {
        let seconds = median(times);
        let rate = PATHS as f64 * months / seconds / 1e6;
        println!(
            "{:>8} {threads} thread(s): {rate:6.2} M path-months/s, {:6.1} ns a path-month",
            tier.name(),
            1e9 * seconds / (PATHS as f64 * months)
        );
    }
}
