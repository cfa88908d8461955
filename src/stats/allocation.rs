//! How many parameter draws, and how many paths in each, an answer needs, from the variances that a pilot shows.
//!
//! The mean over `D` draws of `M` paths has the variance `(B + W / M) / D`: `B` between the draws, `W` within them. With a
//! cost `c` of a draw and `p` of a path the cost of a variance is least at `M = sqrt(W c / (B p))`, whatever the precision.
//! Cochran, "Sampling Techniques", 3rd ed. (1977), section 10.6; for simulations under uncertain inputs, Sun, Apley and Staum,
//! "Efficient nested simulation for estimating the variance of a conditional expectation", Operations Research 59 (2011).

use super::nested::Nested;

/// Variances of an observation, in its squared unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Components {
    /// Between the draws: epistemic.
    pub between: f64,
    /// Between the paths of a draw: aleatory.
    pub within: f64,
}

/// What simulating costs, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// To set up a parameter draw.
    pub draw: f64,
    /// Of a path.
    pub path: f64,
}

impl Components {
    /// The components of a pilot with so many paths in each draw; None for a single draw.
    pub fn of(nested: &Nested, paths_per_draw: f64) -> Option<Self> {
        let spread = nested.spread?;
        Some(Self { between: spread.variance, within: spread.noise_variance * paths_per_draw })
    }

    /// The variance of the mean times the number of draws, with so many paths in each.
    pub fn of_mean(&self, paths: f64) -> f64 {
        self.between + self.within / paths
    }

    /// The same of an end of the band, `normal` standard deviations from the middle, where the draws are nearly normal and
    /// the noise of the paths is taken out of their variance; infinite where they do not differ.
    ///
    /// Of mean and standard deviation `m + z s` with `s^2 = S^2 - W / M`, by the delta method: the variance of `S^2` is
    /// `2 S^4 / D`, so that of `s` is `S^4 / (2 B D)`.
    pub fn of_end(&self, paths: f64, normal: f64) -> f64 {
        let raw = self.of_mean(paths);
        raw + normal * normal * raw * raw / (2.0 * self.between)
    }
}

impl Cost {
    /// Of so many draws with so many paths in each.
    pub fn of(&self, draws: f64, paths_per_draw: f64) -> f64 {
        draws * self.path.mul_add(paths_per_draw, self.draw)
    }

    /// The paths per draw, a multiple of `block` and at most `most`, at which `variance` (of one draw with so many paths)
    /// costs least; of those within 2 % of the least, the fewest.
    pub fn best_paths(&self, (block, most): (u64, u64), variance: impl Fn(f64) -> f64) -> u64 {
        const NEARLY: f64 = 1.02;
        let price = |paths: u64| self.of(1.0, paths as f64) * variance(paths as f64);
        let choices = || (1..=(most / block).max(1)).map(|blocks| blocks * block);
        let least = choices().map(price).fold(f64::INFINITY, f64::min);
        choices().find(|&paths| price(paths) <= NEARLY * least).unwrap_or(block)
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::Xoshiro256PlusPlus;
    use rand_distr::{Distribution, Normal, StandardNormal};

    use super::super::moments::Moments;
    use super::*;
    use crate::random::normal_quantile;

    #[test]
    fn the_best_number_of_paths_is_the_square_root_of_the_ratios() {
        // W = 0.09, B = 0.0009, a draw costs 100 paths: sqrt(100 x 100) = 100 paths.
        let components = Components { between: 9e-4, within: 0.09 };
        let cost = Cost { draw: 1e-3, path: 1e-5 };
        let price = |paths: u64| cost.of(1.0, paths as f64) * components.of_mean(paths as f64);
        let best = cost.best_paths((1, 10_000), |paths| components.of_mean(paths));
        assert!(price(best) <= 1.02 * price(100) && price(best - 1) > 1.02 * price(100), "{best}");
        assert!((70..=100).contains(&best), "{best}");
        assert_eq!(cost.best_paths((64, 10_000), |paths| components.of_mean(paths)), 128);
        // Draws that cost nothing beyond their paths need one block.
        assert_eq!(Cost { draw: 0.0, ..cost }.best_paths((64, 10_000), |paths| components.of_mean(paths)), 64);
        // An end of a band needs the noise taken out, hence more paths than the mean.
        let of_end = |paths| components.of_end(paths, normal_quantile(0.95));
        assert!(cost.best_paths((1, 10_000), of_end) > best);
    }

    #[test]
    fn the_variances_are_those_of_repeated_pilots() {
        // 2000 repeats of 100 draws N(0, 1) of 10 paths with standard deviation 3; the variance of a variance over 2000 normal
        // numbers has a relative error of 3.2 %: 4 standard errors are 13 % (false alarm 6e-5), and the delta method leaves
        // out terms of the order 1 / 100.
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(21);
        let components = Components { between: 1.0, within: 9.0 };
        let z = normal_quantile(0.95);
        let (mut middles, mut ends) = (Moments::default(), Moments::default());
        for _ in 0..2000 {
            let draws: Moments = (0..100)
                .map(|_| {
                    let mean: f64 = StandardNormal.sample(&mut rng);
                    let paths = Normal::new(mean, 3.0).unwrap();
                    (0..10).map(|_| paths.sample(&mut rng)).collect::<Moments>().mean().unwrap()
                })
                .collect();
            let mean = draws.mean().unwrap();
            middles.add(mean);
            ends.add(mean + z * (draws.variance().unwrap() - 0.9).max(0.0).sqrt());
        }
        for (found, expected) in [(middles, components.of_mean(10.0)), (ends, components.of_end(10.0, z))] {
            let ratio = found.variance().unwrap() * 100.0 / expected;
            assert!((ratio - 1.0).abs() < 0.15, "{ratio}");
        }
    }
}
