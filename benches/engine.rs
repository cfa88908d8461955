//! The real model's speed by vector instructions, block and threads, its own floor, and the mini-model beside it:
//! `cargo bench --bench engine`.
//!
//! Variants run in turn, round after round, single blocks of paths so short that other processes disturb few of them;
//! the lower quartile over all blocks. Read the ratios, not the absolute values.

#![allow(clippy::print_stdout, reason = "a benchmark prints its table")]

#[path = "peers/model.rs"]
mod mini;

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use ouroborisk::engine::{Dynamics, Interrupt, Kernel, Plan, Row, Sampler, Sampling, Tier, Uncertainty};
use ouroborisk::lanes::Lanes;
use ouroborisk::model::metric::DEFAULT;
use ouroborisk::model::{Asked, Parameters};
use ouroborisk::random::math::exp;
use ouroborisk::resolve::Worlds;
use ouroborisk::scenario::load;
use ouroborisk::simulate::simulate;

const SCENARIO: &str = "tests/fixtures/openai-2026-06.toml";
const SAMPLER: Sampler<'static> = Sampler::PseudoRandom { seed: 1 };
const ROUNDS: usize = 25;
/// Paths of a block, and paths that a variant simulates in a round.
const LANES: usize = 64;
const PATHS: usize = 512;

/// Whole paths in blocks of `B`. Compiled here for every `B` and tier, of which a program has one each.
struct Blocks<'a, D, const B: usize> {
    world: &'a D,
    first: u32,
}

impl<D: Dynamics, const B: usize> Kernel for Blocks<'_, D, B> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let world = self.world;
        let mut sampling = Sampling::<B>::new(SAMPLER, world.slots(), 0, self.first);
        let (mut block, mut work) = world.begin(sampling.innovations());
        for t in 0..world.months() {
            world.step(&mut block, &mut work, t, sampling.month(t));
        }
        let mut row = Row::<B>::default();
        world.measure(&block, &mut row);
        black_box(row);
    }
}

/// The random numbers alone, correlated, as the engine draws them.
struct Drivers<'a> {
    world: &'a Parameters,
    first: u32,
}

impl Kernel for Drivers<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let mut sampling = Sampling::<LANES>::new(SAMPLER, self.world.slots(), 0, self.first);
        for t in 0..self.world.months() {
            black_box(sampling.month(t));
        }
    }
}

/// The exponentials of the months alone.
struct Exponentials {
    months: usize,
    each: usize,
}

impl Kernel for Exponentials {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let mut rows = vec![Lanes::<LANES>::splat(0.3); self.each];
        for _ in 0..self.months {
            for row in &mut rows {
                row.update(|_, x| exp(-x));
            }
            black_box(&mut rows);
        }
    }
}

/// Exponentials of a month: attainment, use, training, price and supply of each lab; hazard and probability of a burst;
/// one price per family; core assets of each entity that has a balance.
fn exponentials(world: &Parameters) -> usize {
    let balances = world.entities.iter().filter(|entity| entity.balance.is_some()).count();
    5 * world.labs.len() + 2 + world.families.len() + balances
}

/// A variant and the times of its blocks, nanoseconds per path-month.
struct Variant<'a> {
    name: String,
    block: Box<dyn Fn(u32) + 'a>,
    lanes: usize,
    months: usize,
    times: Vec<f64>,
}

impl<'a> Variant<'a> {
    fn of<D: Dynamics, const B: usize>(name: &str, world: &'a D, tier: Tier) -> Self {
        let block = move |first| tier.run(Blocks::<D, B> { world, first });
        let name = format!("{name}, {} of {B}", tier.name());
        Self { name, block: Box::new(block), lanes: B, months: world.months(), times: Vec::new() }
    }

    fn round(&mut self, round: usize) {
        for block in 0..PATHS / self.lanes {
            let begun = Instant::now();
            (self.block)((round * PATHS + block * self.lanes) as u32);
            self.times.push(1e9 * begun.elapsed().as_secs_f64() / (self.lanes * self.months) as f64);
        }
    }

    fn quartile(&mut self) -> f64 {
        self.times.sort_by(f64::total_cmp);
        self.times[self.times.len() / 4]
    }
}

fn main() {
    let scenario = load(Path::new(SCENARIO), &[]).unwrap_or_else(|problems| panic!("{problems}"));
    let worlds = Worlds::at_means(scenario, 1).unwrap_or_else(|problems| panic!("{problems:?}"));
    let (world, small) = (worlds.world(0), mini::Mini::default());
    let events = worlds.world(0).asking(Asked::of([DEFAULT]));
    let (world, events) = (&world, &events);
    let best = Tier::detect();
    let tiers: Vec<Tier> =
        [Tier::Portable, Tier::Avx2, Tier::Avx512].into_iter().filter(|tier| *tier <= best).collect();
    let mut variants = Vec::new();
    for &tier in &tiers {
        let (months, each) = (world.months(), exponentials(world));
        variants.push(Variant::of::<_, 1>("model", world, tier));
        variants.push(Variant::of::<_, 8>("model", world, tier));
        variants.push(Variant::of::<_, 64>("model", world, tier));
        variants.push(Variant::of::<_, 64>("defaults alone", events, tier));
        variants.push(Variant::of::<_, 64>("mini-model", &small, tier));
        let drivers = move |first| tier.run(Drivers { world, first });
        let exponentials = move |_| tier.run(Exponentials { months, each });
        for (name, block) in [("drivers", Box::new(drivers) as Box<dyn Fn(u32)>), ("exps", Box::new(exponentials))] {
            let name = format!("{name}, {}", tier.name());
            variants.push(Variant { name, block, lanes: LANES, months, times: Vec::new() });
        }
    }
    for round in 0..ROUNDS {
        for variant in &mut variants {
            variant.round(round);
        }
    }
    println!("{:<24} {:>8} {:>12}", "", "ns", "M a second");
    let times: Vec<f64> = variants.iter_mut().map(Variant::quartile).collect();
    for (variant, ns) in variants.iter().zip(&times) {
        println!("{:<24} {ns:8.1} {:12.2}", variant.name, 1e3 / ns);
    }
    for (tier, times) in tiers.iter().zip(times.chunks(7)) {
        let [one, eight, many, events, mini, drivers, exps] = *times else { unreachable!("seven variants a tier") };
        println!(
            "{}: blocks of 64 are {:.1} times, of 8 {:.1} times as fast as paths one by one; {:.0} % of the floor; \
             {:.2} of the mini-model's steps, asked for defaults alone {:.2}",
            tier.name(),
            one / many,
            one / eight,
            100.0 * (drivers + exps) / many,
            mini / many,
            mini / events
        );
    }
    threads(&worlds, world.months());
}

/// Wall time of one and of two threads, in turn.
fn threads(worlds: &Worlds, months: usize) {
    const PATHS: u64 = 16_384;
    let mut times = [const { Vec::new() }; 2];
    for _ in 0..5 {
        for (threads, times) in [1, 2].into_iter().zip(&mut times) {
            let plan = Plan { paths: PATHS, draws: 1, threads, tier: Tier::detect(), observed: 0 };
            let begun = Instant::now();
            simulate(worlds, SAMPLER, &plan, &Interrupt::new(), &|_| (), &mut |_| Ok(()))
                .unwrap_or_else(|error| panic!("{error}"));
            times.push(begun.elapsed().as_secs_f64());
        }
    }
    let [one, two] = times.map(|times| times.into_iter().fold(f64::INFINITY, f64::min));
    let rate = |seconds: f64| PATHS as f64 * months as f64 / seconds / 1e6;
    println!(
        "runs: one thread {:.2}, two threads {:.2} million path-months a second ({:.2} times)",
        rate(one),
        rate(two),
        one / two
    );
}
