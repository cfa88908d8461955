//! Samplers: where the random numbers of a block of paths come from.

use std::mem::swap;

use rand_distr::{Distribution, Gamma};

use crate::lanes::{Lanes, rows};
use crate::random::{PhiloxRng, Purpose, StreamId, normals4, uniforms4, words};

use super::address::{MONTHS, address};
use super::lineage::Lineage;
use super::slots::{Innovations, Slots};
use super::tilting::Tilting;

/// The largest number below one half: an event of probability one half happens.
const BELOW_HALF: f64 = 0.499_999_999_999_999_94;

/// Where random numbers come from. Matched once per month and block, so the choice costs nothing per path.
#[derive(Clone, Copy)]
pub enum Sampler<'a> {
    /// Plain Monte Carlo: every number is a function of its address (docs/model.md, section 1).
    PseudoRandom {
        /// Seed of the run.
        seed: u64,
    },
    /// The same, except for the numbers that a script sets.
    Scripted {
        /// The numbers that are set.
        script: &'a dyn Script,
        /// Seed of all other numbers.
        seed: u64,
    },
    /// Importance sampling: the numbers of an address under another distribution.
    Tilted {
        /// The distributions.
        tilting: Tilting<'a>,
        /// Seed of the run.
        seed: u64,
    },
    /// Splitting: paths that follow others up to a month. Path `n` is the `n`-th of these.
    Spliced {
        /// The paths.
        lineages: &'a [Lineage],
        /// Seed of the run.
        seed: u64,
    },
    /// Chance switched off (docs/model.md, section 12): normals and delays are 0, and an event happens if its
    /// probability is at least one half.
    Still,
}

/// Random numbers set by name, for tests and what-if stories; `None` leaves a number to chance.
pub trait Script: Sync {
    /// The correlated standard normal of a process in a month.
    fn normal(&self, name: &str, month: usize) -> Option<f64>;
    /// The uniform of an event in a month, in (0, 1); month 0 for events that are drawn once per path.
    fn uniform(&self, name: &str, month: usize) -> Option<f64>;
    /// The delay of a contract, whole months; the name is `delay.<contract>`.
    fn delay(&self, name: &str) -> Option<f64>;
}

/// The paths `first..first + B` of a draw being sampled, month after month.
#[derive(Clone)]
pub struct Sampling<'a, const B: usize> {
    sampler: Sampler<'a>,
    slots: &'a Slots,
    draw: u32,
    first: u32,
    /// Independent normals of four months: one row per slot.
    normals: [Vec<Lanes<B>>; MONTHS],
    /// Uniforms of four months: one row per slot.
    uniforms: [Vec<Lanes<B>>; MONTHS],
    now: Innovations<B>,
}

impl<'a, const B: usize> Sampling<'a, B> {
    /// Draws what is drawn once per path.
    pub fn new(sampler: Sampler<'a>, slots: &'a Slots, draw: u32, first: u32) -> Self {
        let mut sampling = Self {
            sampler,
            slots,
            draw,
            first,
            normals: [(); MONTHS].map(|()| rows(slots.normals.len())),
            uniforms: [(); MONTHS].map(|()| rows(slots.uniforms.len())),
            now: Innovations::new(slots),
        };
        match sampler {
            Sampler::PseudoRandom { seed } => sampling.draw_path(seed),
            Sampler::Scripted { script, seed } => {
                sampling.draw_path(seed);
                sampling.now.overwrite_path(slots, script);
            }
            Sampler::Tilted { tilting, seed } => {
                sampling.draw_path(seed);
                tilting.tilt_path(&mut sampling.now, first);
            }
            Sampler::Spliced { lineages, seed } => {
                sampling.draw_paths(seed, |lane| path_of(lineages, first, lane, 0));
            }
            Sampler::Still => sampling.now.hold_still(),
        }
        sampling
    }

    /// The numbers of the path and of the month drawn last.
    #[inline(always)]
    pub fn innovations(&self) -> &Innovations<B> {
        &self.now
    }

    /// Draws month `t`. Months must come in order, from 0.
    #[inline(always)]
    pub fn month(&mut self, t: usize) -> &Innovations<B> {
        // One call of `draw_month`, which is inlined.
        match self.sampler {
            Sampler::Still => return &self.now,
            Sampler::Spliced { lineages, seed } => self.splice_month(seed, lineages, t),
            Sampler::PseudoRandom { seed } | Sampler::Scripted { seed, .. } | Sampler::Tilted { seed, .. } => {
                self.draw_month(seed, t);
            }
        }
        if let Sampler::Tilted { tilting, .. } = self.sampler {
            tilting.tilt_month(&mut self.now, self.first, t);
        }
        self.now.correlate(self.slots);
        if let Sampler::Scripted { script, .. } = self.sampler {
            self.now.overwrite_month(self.slots, script, t);
        }
        &self.now
    }

    fn draw_path(&mut self, seed: u64) {
        let first = self.first;
        self.draw_paths(seed, |lane| first + lane as u32);
    }

    fn draw_paths(&mut self, seed: u64, path: impl Fn(usize) -> u32) {
        let Self { slots, draw, .. } = *self;
        let address = |lane: usize, stream| address(seed, draw, path(lane), stream);
        for ((_, stream), row) in slots.once.iter().zip(&mut self.now.once) {
            row.set(|i| uniforms4(words(address(i, *stream), Purpose::Uniforms, 0))[0]);
        }
        for (delay, row) in slots.delays.iter().zip(&mut self.now.delays) {
            row.set(|i| gamma_months(delay.mean, delay.cv, &mut PhiloxRng::new(address(i, delay.stream))));
        }
    }

    #[inline(always)]
    fn draw_month(&mut self, seed: u64, t: usize) {
        if t.is_multiple_of(MONTHS) {
            self.draw_four_months(seed, (t / MONTHS) as u32);
        }
        swap(&mut self.now.normals, &mut self.normals[t % MONTHS]);
        swap(&mut self.now.uniforms, &mut self.uniforms[t % MONTHS]);
    }

    /// The numbers of month `t`, of each lane at the address that it follows then.
    fn splice_month(&mut self, seed: u64, lineages: &[Lineage], t: usize) {
        if t.is_multiple_of(MONTHS) {
            self.splice_four_months(seed, lineages, t);
        }
        swap(&mut self.now.normals, &mut self.normals[t % MONTHS]);
        swap(&mut self.now.uniforms, &mut self.uniforms[t % MONTHS]);
    }

    /// Not inlined, so that the month has one copy of the drawing of numbers.
    #[inline(never)]
    fn splice_four_months(&mut self, seed: u64, lineages: &[Lineage], t: usize) {
        let Self { slots, draw, first, .. } = *self;
        let block = (t / MONTHS) as u32;
        for lane in 0..B {
            let paths: [u32; MONTHS] = std::array::from_fn(|month| path_of(lineages, first, lane, t + month));
            let take = |purpose, stream, numbers: fn([u64; 4]) -> [f64; 4], rows: [&mut Lanes<B>; MONTHS]| {
                let mut drawn = (paths[0], numbers(words(address(seed, draw, paths[0], stream), purpose, block)));
                for (month, row) in rows.into_iter().enumerate() {
                    if paths[month] != drawn.0 {
                        drawn =
                            (paths[month], numbers(words(address(seed, draw, paths[month], stream), purpose, block)));
                    }
                    row[lane] = drawn.1[month];
                }
            };
            for (slot, normal) in slots.normals.iter().enumerate() {
                let rows = self.normals.each_mut().map(|month| &mut month[slot]);
                take(Purpose::Normals, normal.stream, normals4, rows);
            }
            for (slot, (_, stream)) in slots.uniforms.iter().enumerate() {
                let rows = self.uniforms.each_mut().map(|month| &mut month[slot]);
                take(Purpose::Uniforms, *stream, uniforms4, rows);
            }
        }
    }

    #[inline(always)]
    fn draw_four_months(&mut self, seed: u64, block: u32) {
        let place = (seed, self.draw, self.first, block);
        for (slot, normal) in self.slots.normals.iter().enumerate() {
            let rows = self.normals.each_mut().map(|month| &mut month[slot]);
            fill(place, normal.stream, Purpose::Normals, normals4, rows);
        }
        for (slot, (_, stream)) in self.slots.uniforms.iter().enumerate() {
            let rows = self.uniforms.each_mut().map(|month| &mut month[slot]);
            fill(place, *stream, Purpose::Uniforms, uniforms4, rows);
        }
    }
}

impl<const B: usize> Innovations<B> {
    /// Chance switched off, for all months.
    fn hold_still(&mut self) {
        self.once.fill(Lanes::splat(BELOW_HALF));
        self.delays.fill(Lanes::splat(0.0));
        self.normals.fill(Lanes::splat(0.0));
        self.uniforms.fill(Lanes::splat(BELOW_HALF));
    }

    /// Sets what a script says of the path.
    fn overwrite_path(&mut self, slots: &Slots, script: &dyn Script) {
        for ((name, _), row) in slots.once.iter().zip(&mut self.once) {
            overwrite(row, script.uniform(name, 0));
        }
        for (delay, row) in slots.delays.iter().zip(&mut self.delays) {
            overwrite(row, script.delay(&delay.name));
        }
    }

    /// Sets what a script says of month `t`.
    fn overwrite_month(&mut self, slots: &Slots, script: &dyn Script, t: usize) {
        for (normal, row) in slots.normals.iter().zip(&mut self.normals) {
            overwrite(row, script.normal(&normal.name, t));
        }
        for ((name, _), row) in slots.uniforms.iter().zip(&mut self.uniforms) {
            overwrite(row, script.uniform(name, t));
        }
    }
}

/// The path whose numbers a lane has in month `t`; lanes beyond the last are not used.
fn path_of(lineages: &[Lineage], first: u32, lane: usize, t: usize) -> u32 {
    lineages.get(first as usize + lane).map_or(0, |lineage| lineage.path(t))
}

fn overwrite<const B: usize>(row: &mut Lanes<B>, value: Option<f64>) {
    if let Some(value) = value {
        *row = Lanes::splat(value);
    }
}

/// Fills a row of each of four months from one block of words per lane.
///
/// Words are made in a first loop, numbers in a second: a single loop has a long chain of dependencies, on which the
/// processor waits a fifth of the time of a normal.
#[inline(always)]
fn fill<const B: usize>(
    (seed, draw, first, block): (u64, u32, u32, u32),
    stream: StreamId,
    purpose: Purpose,
    numbers: impl Fn([u64; 4]) -> [f64; 4],
    [a, b, c, d]: [&mut Lanes<B>; MONTHS],
) {
    // Four rows and not one array of them: the compiler would clear that byte by byte.
    let (mut k, mut l, mut m, mut n) = ([0; B], [0; B], [0; B], [0; B]);
    for i in 0..B {
        let address = address(seed, draw, first + i as u32, stream);
        [k[i], l[i], m[i], n[i]] = words(address, purpose, block);
    }
    for i in 0..B {
        [a[i], b[i], c[i], d[i]] = numbers([k[i], l[i], m[i], n[i]]);
    }
}

/// `round(Gamma(mean, cv))` months: section 2 of docs/model.md.
fn gamma_months(mean: f64, cv: f64, generator: &mut PhiloxRng) -> f64 {
    let shape = 1.0 / (cv * cv);
    match Gamma::new(shape, mean / shape) {
        Ok(gamma) => gamma.sample(generator).round(),
        Err(_) => mean.round(),
    }
}
