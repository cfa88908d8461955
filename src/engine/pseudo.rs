//! Addressed pseudo-random draws: the plain Monte Carlo sampler.

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

/// Four months of independent numbers.
#[derive(Clone, Debug)]
pub struct FourMonths<const B: usize> {
    draw: u32,
    first: u32,
    normals: Vec<Lanes<B>>,
    uniforms: Vec<Lanes<B>>,
}

impl Pseudo {
    fn address(self, draw: u32, path: u32, stream: StreamId) -> Address {
        Address { seed: self.seed, layer: Layer::Aleatory, draw, path, stream }
    }

    /// Fills four rows, a month each, from one block of words a lane.
    #[inline(always)]
    fn fill<const B: usize>(
        self,
        (draw, first, block): (u32, u32, u32),
        stream: StreamId,
        purpose: Purpose,
        numbers: impl Fn([u64; 4]) -> [f64; 4],
        out: &mut [Lanes<B>],
    ) {
        let [a, b, c, d] = out else { return };
        for i in 0..B {
            let [x, y, z, w] = numbers(words(self.address(draw, first + i as u32, stream), purpose, block));
            a[i] = x;
            b[i] = y;
            c[i] = z;
            d[i] = w;
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
            normals: rows(MONTHS * slots.normals.len()),
            uniforms: rows(MONTHS * slots.uniforms.len()),
        }
    }

    #[inline(always)]
    fn month<const B: usize>(&self, slots: &Slots, ahead: &mut FourMonths<B>, t: usize, out: &mut Innovations<B>) {
        if t.is_multiple_of(MONTHS) {
            let place = (ahead.draw, ahead.first, (t / MONTHS) as u32);
            for (normal, rows) in slots.normals.iter().zip(ahead.normals.chunks_exact_mut(MONTHS)) {
                self.fill(place, normal.stream, Purpose::Normals, normals4, rows);
            }
            for ((_, stream), rows) in slots.uniforms.iter().zip(ahead.uniforms.chunks_exact_mut(MONTHS)) {
                self.fill(place, *stream, Purpose::Uniforms, uniforms4, rows);
            }
        }
        for (row, ahead) in out.normals.iter_mut().zip(ahead.normals.chunks_exact(MONTHS)) {
            *row = ahead[t % MONTHS];
        }
        for (row, ahead) in out.uniforms.iter_mut().zip(ahead.uniforms.chunks_exact(MONTHS)) {
            *row = ahead[t % MONTHS];
        }
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
