//! Subset simulation: a rare event as the last of a row of events, each one in ten of the one before.
//!
//! Au and Beck, "Estimation of small failure probabilities in high dimensions by subset simulation", Probabilistic
//! Engineering Mechanics 16 (2001), with the adaptive conditional sampling of Papaioannou, Betz, Zwirglmaier and Straub,
//! "MCMC algorithms for subset simulation", Probabilistic Engineering Mechanics 41 (2015). The estimate of a single run has
//! a bias of the order of one over its samples, which is far below its error; errors are those of independent runs.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use statrs::function::erf::erfc;

use super::function::Function;

/// Share of the samples that go on to the next level.
const SHARE: f64 = 0.1;
/// Levels after which a run ends without the event: a probability below 1e-20.
const LEVELS: usize = 20;
/// The rate at which moves should be accepted.
const ACCEPTED: f64 = 0.44;
/// Chains after which the moves are adapted.
const ADAPT: usize = 10;

/// A point of the space of normals and how near it comes to the event.
#[derive(Clone, Debug)]
struct Point {
    z: Vec<f64>,
    level: f64,
}

impl<F: Fn(&[f64], &[f64]) -> f64> Function<F> {
    /// The probability by one run of this many samples at each level; 0 if the levels do not reach the event.
    pub fn subset(&self, samples: usize, seed: u64) -> f64 {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let fresh = |random: &mut Xoshiro256PlusPlus| -> Vec<f64> {
            (0..self.normals + self.uniforms).map(|_| StandardNormal.sample(random)).collect()
        };
        let mut points: Vec<Point> = (0..samples).map(|_| self.point(fresh(&mut random))).collect();
        let (mut probability, mut step) = (1.0, 0.6);
        let kept = (SHARE * samples as f64) as usize;
        for _ in 0..LEVELS {
            points.sort_by(|a, b| b.level.total_cmp(&a.level));
            let level = points[kept].level;
            let beyond = points.iter().filter(|point| point.level > level).count();
            if level == f64::INFINITY || beyond == 0 {
                let hits = points.iter().filter(|point| point.level == f64::INFINITY).count();
                return probability * hits as f64 / samples as f64;
            }
            probability *= beyond as f64 / samples as f64;
            points.truncate(beyond);
            points = self.chains(points, level, samples, &mut step, &mut random);
        }
        0.0
    }

    /// Markov chains from the points beyond a level, of as many points as `samples` in all.
    fn chains(
        &self,
        seeds: Vec<Point>,
        level: f64,
        samples: usize,
        step: &mut f64,
        random: &mut Xoshiro256PlusPlus,
    ) -> Vec<Point> {
        let (count, mut all) = (seeds.len(), Vec::with_capacity(samples));
        let (mut accepted, mut moves, mut batches) = (0.0, 0.0, 0.0);
        let mut order: Vec<Point> = seeds;
        // A random order, so that the moves are adapted to all.
        for i in (1..count).rev() {
            order.swap(i, random.random_range(0..=i));
        }
        for (number, seed) in order.into_iter().enumerate() {
            let length = samples / count + usize::from(number < samples % count);
            let mut now = seed;
            for _ in 0..length {
                let next = self.point(
                    now.z
                        .iter()
                        .map(|z| {
                            let noise: f64 = StandardNormal.sample(random);
                            (1.0 - *step * *step).sqrt() * z + *step * noise
                        })
                        .collect(),
                );
                moves += 1.0;
                if next.level > level {
                    accepted += 1.0;
                    now = next;
                }
                all.push(now.clone());
            }
            if (number + 1) % ADAPT == 0 {
                batches += 1.0;
                *step = (step.ln() + (accepted / moves - ACCEPTED) / f64::sqrt(batches)).exp().clamp(1e-3, 1.0);
                (accepted, moves) = (0.0, 0.0);
            }
        }
        all
    }

    fn point(&self, z: Vec<f64>) -> Point {
        let uniforms: Vec<f64> =
            z[self.normals..].iter().map(|z| 0.5 * erfc(-z * std::f64::consts::FRAC_1_SQRT_2)).collect();
        let level = (self.level)(&z[..self.normals], &uniforms);
        Point { z, level }
    }
}
