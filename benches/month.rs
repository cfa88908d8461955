//! The time of each part of the month: `cargo bench --bench month`.
//!
//! Blocks of 64 paths on the widest vector instructions of the machine, one thread, a stopwatch between the parts. Read
//! the shares; the absolute values move with the load of the machine.

#![allow(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use ouroborisk::engine::{Dynamics, Innovations, Kernel, Pseudo, Sampler, Tier, Uncertainty};
use ouroborisk::model::Parameters;
use ouroborisk::model::month::{Laps, month};
use ouroborisk::scenario::{Worlds, load};

const SCENARIO: &str = "tests/fixtures/openai-2026-06.toml";
const LANES: usize = 64;
const BLOCKS: usize = 200;

/// Time since the last lap, by part.
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
        let (world, slots) = (self.world, self.world.slots());
        let sampler = Pseudo { seed: 1 };
        let mut draws = Innovations::<LANES>::new(slots);
        self.watch.last = Instant::now();
        let mut ahead = sampler.open(slots, 0, self.first, &mut draws);
        let (mut block, mut work) = world.begin(&draws);
        self.watch.lap("opening");
        for t in 0..world.months() {
            sampler.month(slots, &mut ahead, t, &mut draws);
            self.watch.lap("drivers");
            month(world, &mut block, &mut work, t, &draws, self.watch);
        }
        let mut row = ouroborisk::engine::Row::default();
        world.measure(&block, &mut row);
        self.watch.lap("metrics");
    }
}

fn main() {
    let scenario = load(Path::new(SCENARIO), &[]).unwrap_or_else(|problems| panic!("{problems}"));
    let world = Worlds::at_means(scenario, 1).unwrap_or_else(|problems| panic!("{problems:?}")).world(0);
    let mut watch = Stopwatch { last: Instant::now(), parts: BTreeMap::new() };
    let tier = Tier::detect();
    for block in 0..BLOCKS {
        tier.run(Timed { world: &world, first: (block * LANES) as u32, watch: &mut watch });
    }
    let path_months = (BLOCKS * LANES * world.months()) as f64;
    let total: Duration = watch.parts.values().sum();
    let mut parts: Vec<_> = watch.parts.into_iter().collect();
    parts.sort_by_key(|(_, time)| std::cmp::Reverse(*time));
    println!("{} tier, {LANES} lanes, one thread", tier.name());
    println!("{:>12}  {:>8}  {:>6}", "part", "ns", "share");
    for (part, time) in parts {
        let (ns, share) = (1e9 * time.as_secs_f64() / path_months, 100.0 * time.as_secs_f64() / total.as_secs_f64());
        println!("{part:>12}  {ns:8.1}  {share:5.1} %");
    }
    println!("{:>12}  {:8.1}  a path-month", "all", 1e9 * total.as_secs_f64() / path_months);
}
