//! Events that are a function of independent normals and uniforms, and both estimates of their probability.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};

use super::cross_entropy::{Found, Round, Stuck, search};
use super::importance::Weights;
use super::tilt::{BLOCK, Mixture, Tilt, Trace};

/// A function of independent standard normals and uniforms.
#[derive(Clone, Copy, Debug)]
pub struct Function<F> {
    /// Number of normals.
    pub normals: usize,
    /// Number of uniforms.
    pub uniforms: usize,
    /// How near the numbers come to the event: infinite if it happens, else finite and larger the nearer.
    pub level: F,
}

impl<F: Fn(&[f64], &[f64]) -> f64> Function<F> {
    /// A mixture under which the event is not rare, from `samples` in each round.
    ///
    /// # Errors
    /// If none is found.
    pub fn search(&self, parts: usize, samples: usize, seed: u64) -> Result<Found, Stuck> {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        search(Mixture::none(self.normals, self.uniforms), parts, seed, |mixture, _| {
            Some(Samples((0..samples as u64).map(|at| self.sample(mixture.tilt_of(at), &mut random)).collect()))
        })
    }

    /// The weights of this many blocks of samples of a mixture.
    pub fn importance(&self, mixture: &Mixture, blocks: usize, seed: u64) -> Weights {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut weights = Weights::default();
        for _ in 0..blocks {
            let samples = (0..BLOCK as u64).map(|number| self.sample(mixture.tilt_of(number), &mut random));
            let hits = samples.filter(|(level, _)| *level == f64::INFINITY).map(|(_, trace)| mixture.weight(&trace));
            weights.add(&hits.collect::<Vec<f64>>());
        }
        weights
    }

    fn sample(&self, tilt: &Tilt, random: &mut Xoshiro256PlusPlus) -> (f64, Trace) {
        let normal = |shift: &f64| {
            let z: f64 = StandardNormal.sample(random);
            z + shift
        };
        let normals: Vec<f64> = tilt.shifts.iter().map(normal).collect();
        let uniforms: Vec<f64> = (0..self.uniforms).map(|group| tilt.uniform(group, random.random())).collect();
        let mut trace = Trace::new(self.normals, self.uniforms);
        normals.iter().enumerate().for_each(|(group, &z)| trace.normal(group, z));
        uniforms.iter().enumerate().for_each(|(group, &u)| trace.uniform(group, u));
        ((self.level)(&normals, &uniforms), trace)
    }
}

/// Level and trace of each sample of a round.
struct Samples(Vec<(f64, Trace)>);

impl Round for Samples {
    fn levels(&self) -> Vec<f64> {
        self.0.iter().map(|(level, _)| *level).collect()
    }

    fn traces(&self, _: &Mixture, places: &[usize]) -> Vec<Trace> {
        places.iter().map(|&place| self.0[place].1.clone()).collect()
    }
}
