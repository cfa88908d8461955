//! The mini-model on this engine, and the floor beneath it. `run.py` starts it; README.md says what it is for.
//!
//! `mini <what> <paths> <threads> <seed>`, where what is
//! - `run`: the model through the engine, as any scenario runs;
//! - `scalar`: the same equations in plain Rust, path after path: a peer;
//! - `lone`: its paths one by one, the same bits, without vectors;
//! - `drivers`: its random numbers alone, as the engine draws them;
//! - `functions`: the 11 exponentials and 1 logarithm of its months alone.
//!
//! `OURO_TIER` forces the vector instructions. Prints one line of JSON.

#![allow(clippy::print_stdout, reason = "a benchmark prints its result")]

mod model;
mod scalar;

use std::hint::black_box;
use std::time::Instant;

use model::{METRICS, MONTHS, Mini};
use ouroborisk::engine::{Dynamics, Interrupt, Kernel, Plan, Row, Sampler, Sampling, Tier, run};
use ouroborisk::lanes::Lanes;
use ouroborisk::random::math::{exp, ln};
use ouroborisk::random::{Address, Layer, Purpose, StreamId, normals4, uniforms4, words};

const LANES: usize = 64;

/// Streams of the drivers; which they are costs no time.
const NORMALS: [StreamId; 10] = [StreamId::of("driver"); 10];
const UNIFORMS: [StreamId; 3] = [StreamId::of("event"); 3];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize, default: u64| match arguments.get(place) {
        Some(text) => text.parse().unwrap_or_else(|_| panic!("{text} is not a whole number")),
        None => default,
    };
    let (paths, threads, seed) = (number(1, 100_000), number(2, 1) as usize, number(3, 1));
    let (world, tier) = (Mini::default(), Tier::detect());
    let begun = Instant::now();
    let means = match arguments.first().map_or("run", String::as_str) {
        "run" => simulate(&world, paths, threads, seed),
        "lone" => mean(paths, |path| {
            let row = tier.run(Lone { world: &world, seed, path: path as u32 });
            std::array::from_fn(|metric| row.values[metric][0])
        }),
        "scalar" => mean(paths, |path| scalar::path(&world, seed, path)),
        "drivers" => blocks(paths, |first| tier.run(Drivers { seed, first })),
        "functions" => blocks(paths, |_| tier.run(Functions)),
        other => panic!("{other} is none of run, scalar, lone, drivers, functions"),
    };
    let (seconds, tier) = (begun.elapsed().as_secs_f64(), tier.name());
    let [pd, months, loss] = means;
    let mean_month = months / pd;
    println!(
        "{{\"tier\": \"{tier}\", \"paths\": {paths}, \"s\": {seconds:.4}, \
         \"pd\": {pd:.5}, \"mean_month\": {mean_month:.3}, \"loss\": {loss:.4}}}"
    );
}

/// Means of the metrics over the paths of a run.
fn simulate(world: &Mini, paths: u64, threads: usize, seed: u64) -> [f64; METRICS] {
    let plan = Plan { paths, draws: 1, threads, tier: Tier::detect(), observed: 0 };
    let outcome = run(world, Sampler::PseudoRandom { seed }, &plan, &Interrupt::new(), &|_| (), &mut |_| Ok(()))
        .unwrap_or_else(|error| panic!("{error}"));
    let sum = |metric: usize| outcome.sample.row(metric).iter().map(|&value| f64::from(value)).sum::<f64>();
    std::array::from_fn(|metric| sum(metric) / paths as f64)
}

/// Means of the metrics over paths taken one by one.
fn mean(paths: u64, path: impl Fn(u64) -> [f64; METRICS]) -> [f64; METRICS] {
    let mut sums = [0.0; METRICS];
    for number in 0..paths {
        for (sum, value) in sums.iter_mut().zip(path(number)) {
            *sum += value;
        }
    }
    sums.map(|sum| sum / paths as f64)
}

/// Runs something that measures nothing for each block of paths.
fn blocks(paths: u64, block: impl Fn(u32)) -> [f64; METRICS] {
    (0..paths).step_by(LANES).for_each(|first| block(first as u32));
    [0.0; METRICS]
}

/// One path from start to end.
struct Lone<'a> {
    world: &'a Mini,
    seed: u64,
    path: u32,
}

impl Kernel for Lone<'_> {
    type Output = Row<1>;

    #[inline(always)]
    fn run(self) -> Row<1> {
        let (world, sampler) = (self.world, Sampler::PseudoRandom { seed: self.seed });
        let mut sampling = Sampling::<1>::new(sampler, world.slots(), 0, self.path);
        let (mut block, mut work) = world.begin(sampling.innovations());
        for t in 0..world.months() {
            world.step(&mut block, &mut work, t, sampling.month(t));
        }
        let mut row = Row::default();
        world.measure(&block, &mut row);
        row
    }
}

/// The random numbers of a block of paths: a block of words a stream and four months, and what is made of them.
struct Drivers {
    seed: u64,
    first: u32,
}

impl Kernel for Drivers {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for block in 0..MONTHS as u32 / 4 {
            for stream in NORMALS {
                self.fill(stream, Purpose::Normals, block, normals4);
            }
            for stream in UNIFORMS {
                self.fill(stream, Purpose::Uniforms, block, uniforms4);
            }
        }
    }
}

impl Drivers {
    #[inline(always)]
    fn fill(&self, stream: StreamId, purpose: Purpose, block: u32, numbers: impl Fn([u64; 4]) -> [f64; 4]) {
        let (mut word, mut out) = ([[0; LANES]; 4], [[0.0; LANES]; 4]);
        #[expect(clippy::needless_range_loop, reason = "four rows by one lane")]
        for i in 0..LANES {
            let address =
                Address { seed: self.seed, layer: Layer::Aleatory, draw: 0, path: self.first + i as u32, stream };
            [word[0][i], word[1][i], word[2][i], word[3][i]] = words(address, purpose, block);
        }
        for i in 0..LANES {
            [out[0][i], out[1][i], out[2][i], out[3][i]] = numbers([word[0][i], word[1][i], word[2][i], word[3][i]]);
        }
        black_box(&out);
    }
}

/// The exponentials and the logarithm of a block of paths.
struct Functions;

impl Kernel for Functions {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let argument = black_box(Lanes::<LANES>(std::array::from_fn(|i| (i as f64 + 0.5) / LANES as f64)));
        for _ in 0..MONTHS {
            for _ in 0..11 {
                let mut out = argument;
                out.update(|_, x| exp(x));
                black_box(&out);
            }
            let mut out = argument;
            out.update(|_, x| ln(x));
            black_box(&out);
        }
    }
}
