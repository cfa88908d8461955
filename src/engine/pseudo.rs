//! Addressed pseudo-random draws: the plain Monte Carlo sampler.

use std::mem::swap;

use rand_distr::{Distribution, Gamma};

use crate::lanes::{Lanes, rows};
use crate::random::{Address, Layer, PhiloxRng, Purpose, StreamId, normals4, uniforms4, words};

use super::draws::{Innovations, Sampler, Slots};

/// Months that one block of words serves.
const MONTHS: usize = 4;

/// Draws every number from its address (docs/model.md, section 1).
#[derive(Clone, Copy, Debug)]
pub struct Pseudo {
    /// Seed of the run.
    pub seed: u64,
}

/// Four months of independent numbers: a row a slot.
#[derive(Clone, Debug)]
pub struct FourMonths<const B: usize> {
    draw: u32,
    first: u32,
    normals: [Vec<Lanes<B>>; MONTHS],
    uniforms: [Vec<Lanes<B>>; MONTHS],
}

impl Pseudo {
    fn address(self, draw: u32, path: u32, stream: StreamId) -> Address {
        Address { seed: self.seed, layer: Layer::Aleatory, draw, path, stream }
    }

    /// Fills a row of each of four months from one block of words a lane.
    ///
    /// Words first, numbers in a loop of their own: the short chains of both keep the processor busy where the long chain
    /// of one loop leaves it waiting (a fifth of the time of a normal).
    #[inline(always)]
    fn fill<const B: usize>(
        self,
        (draw, first, block): (u32, u32, u32),
        stream: StreamId,
        purpose: Purpose,
        numbers: impl Fn([u64; 4]) -> [f64; 4],
        [a, b, c, d]: [&mut Lanes<B>; MONTHS],
    ) {
        let mut word = [[0; B]; 4];
        #[expect(clippy::needless_range_loop, reason = "four rows by one lane")]
        for i in 0..B {
            let address = self.address(draw, first + i as u32, stream);
            [word[0][i], word[1][i], word[2][i], word[3][i]] = words(address, purpose, block);
        }
        for i in 0..B {
            [a[i], b[i], c[i], d[i]] = numbers([word[0][i], word[1][i], word[2][i], word[3][i]]);
        }
    }
}

impl Sampler for Pseudo {
    type Ahead<const B: usize> = FourMonths<B>;

    fn open<const B: usize>(&self, slots: &Slots, draw: u32, first: u32, out: &mut Innovations<B>) -> FourMonths<B> {
        for ((_, stream), row) in slots.once.iter().zip(&mut out.once) {
            row.set(|i| {
                let address = self.address(draw, first + i as u32, *stream);
                uniforms4(words(address, Purpose::Uniforms, 0))[0]
            });
        }
        for (delay, row) in slots.delays.iter().zip(&mut out.delays) {
            row.set(|i| {
                let address = self.address(draw, first + i as u32, delay.stream);
                gamma_months(delay.mean, delay.cv, &mut PhiloxRng::new(address))
            });
        }
        FourMonths {
            draw,
            first,
            normals: [(); MONTHS].map(|()| rows(slots.normals.len())),
            uniforms: [(); MONTHS].map(|()| rows(slots.uniforms.len())),
        }
    }

    #[inline(always)]
    fn month<const B: usize>(&self, slots: &Slots, ahead: &mut FourMonths<B>, t: usize, out: &mut Innovations<B>) {
        if t.is_multiple_of(MONTHS) {
            let place = (ahead.draw, ahead.first, (t / MONTHS) as u32);
            for (slot, normal) in slots.normals.iter().enumerate() {
                let rows = ahead.normals.each_mut().map(|month| &mut month[slot]);
                self.fill(place, normal.stream, Purpose::Normals, normals4, rows);
            }
            for (slot, (_, stream)) in slots.uniforms.iter().enumerate() {
                let rows = ahead.uniforms.each_mut().map(|month| &mut month[slot]);
                self.fill(place, *stream, Purpose::Uniforms, uniforms4, rows);
            }
        }
        swap(&mut out.normals, &mut ahead.normals[t % MONTHS]);
        swap(&mut out.uniforms, &mut ahead.uniforms[t % MONTHS]);
        out.correlate(slots);
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
