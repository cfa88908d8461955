//! The time of each part of the month: `cargo bench --bench month`.
//!
//! Blocks of 64 paths on the widest vector instructions of the machine, one thread, a stopwatch between the parts; the
//! median over blocks, which other processes on the machine disturb little.

#![allow(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use ouroborisk::engine::{Dynamics, Kernel, Row, Sampler, Sampling, Tier, Uncertainty};
use ouroborisk::model::Parameters;
use ouroborisk::model::month::{Laps, month};
use ouroborisk::resolve::Worlds;
use ouroborisk::scenario::load;

const SCENARIO: &str = "tests/fixtures/openai-2026-06.toml";
const LANES: usize = 64;
const BLOCKS: usize = 200;

/// Time since the last lap, by part, of one block.
struct Stopwatch {
    last: Instant,
    parts: BTreeMap<&'static str, Duration>,
}

impl Laps for Stopwatch {
    fn lap(&mut self, part: &'static str) {
        let now = Instant::now();
        *self.parts.entry(part).or_default() += now - self.last;
        self.last = now;
    }
}

/// One block of paths, timed.
struct Timed<'a> {
    world: &'a Parameters,
    first: u32,
    watch: &'a mut Stopwatch,
}

impl Kernel for Timed<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let world = self.world;
        self.watch.last = Instant::now();
        let sampler = Sampler::PseudoRandom { seed: 1 };
        let mut sampling = Sampling::<LANES>::new(sampler, world.slots(), 0, self.first);
        let (mut block, mut work) = world.begin(sampling.innovations());
        self.watch.lap("opening");
        for t in 0..world.months() {
            let draws = sampling.month(t);
            self.watch.lap("drivers");
            month(world, &mut block, &mut work, t, draws, self.watch);
        }
        let mut row = Row::default();
        world.measure(&block, &mut row);
        self.watch.lap("metrics");
    }
}

/// Median time of each part, nanoseconds per path-month.
fn times(world: &Parameters, tier: Tier) -> BTreeMap<&'static str, f64> {
    let mut blocks: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
    for block in 0..BLOCKS {
        let mut watch = Stopwatch { last: Instant::now(), parts: BTreeMap::new() };
        tier.run(Timed { world, first: (block * LANES) as u32, watch: &mut watch });
        for (part, time) in watch.parts {
            blocks.entry(part).or_default().push(1e9 * time.as_secs_f64() / (LANES * world.months()) as f64);
        }
    }
    let median = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    blocks.into_iter().map(|(part, times)| (part, median(times))).collect()
}

fn main() {
    let scenario = load(Path::new(SCENARIO), &[]).unwrap_or_else(|problems| panic!("{problems}"));
    let world = Worlds::at_means(scenario, 1).unwrap_or_else(|problems| panic!("{problems:?}")).world(0);
    let tier = Tier::detect();
    let mut parts: Vec<_> = times(&world, tier).into_iter().collect();
    let all: f64 = parts.iter().map(|(_, ns)| ns).sum();
    parts.sort_by(|a, b| b.1.total_cmp(&a.1));
    println!("{} tier, {LANES} lanes, one thread", tier.name());
    println!("{:>12}  {:>8}  {:>6}", "part", "ns", "share");
    for (part, ns) in parts {
        println!("{part:>12}  {ns:8.1}  {:5.1} %", 100.0 * ns / all);
    }
    println!("{:>12}  {all:8.1}  per path-month", "all");
}
