//! Distributions of uncertain numbers, drawn by inversion: one uniform gives one number, monotonically
//! (docs/model.md, section 10).

use statrs::distribution::{Continuous, ContinuousCDF, Normal};
use statrs::function::beta::{beta_reg, ln_beta};

use crate::random::normal_quantile;
use crate::units::Unit;

/// An uncertain number.
#[derive(Debug, Clone, PartialEq)]
pub struct Uncertain {
    /// The key at which it is written; the address of its random number.
    pub key: String,
    /// Its distribution before clipping.
    pub distribution: Distribution,
    /// Values below are clipped to this one.
    pub min: Option<f64>,
    /// Values above are clipped to this one.
    pub max: Option<f64>,
    /// Its unit.
    pub unit: Unit,
}

impl Uncertain {
    /// The value at the quantile level `u` in (0, 1), clipped.
    pub fn quantile(&self, u: f64) -> f64 {
        self.clip(self.distribution.quantile(u))
    }

    /// The value in plan mode: the mean of the unclipped distribution, clipped.
    pub fn mean(&self) -> f64 {
        self.clip(self.distribution.mean())
    }

    /// The smallest and the largest value.
    pub fn support(&self) -> (f64, f64) {
        let (low, high) = self.distribution.support();
        (self.clip(low), self.clip(high))
    }

    /// The distribution in words: "beta with mean 60 % and sd 15 %".
    pub fn describe(&self) -> String {
        let bound = |word: &str, bound: Option<f64>| bound.map(|value| format!(", {word} {}", self.unit.show(value)));
        let (min, max) = (bound("at least", self.min), bound("at most", self.max));
        format!("{}{}{}", self.distribution.describe(self.unit), min.unwrap_or_default(), max.unwrap_or_default())
    }

    /// Checks the parameters of the distribution and its bounds.
    ///
    /// # Errors
    /// The violated condition, as a sentence.
    pub fn check(&self) -> Result<(), String> {
        self.distribution.check()?;
        let (low, high) = self.distribution.support();
        let (min, max) = (self.min.unwrap_or(f64::NEG_INFINITY), self.max.unwrap_or(f64::INFINITY));
        ensure(min < max, "`min` must be below `max`")?;
        ensure(min < high, "`min` cuts off the whole distribution")?;
        ensure(max > low, "`max` cuts off the whole distribution")
    }

    fn clip(&self, value: f64) -> f64 {
        value.max(self.min.unwrap_or(f64::NEG_INFINITY)).min(self.max.unwrap_or(f64::INFINITY))
    }
}

/// A distribution, its parameters in the base of the unit.
#[derive(Debug, Clone, PartialEq)]
pub enum Distribution {
    /// Density rising linearly from `low` to `mode` and falling linearly to `high`.
    Triangular {
        /// Smallest value.
        low: f64,
        /// Mode.
        mode: f64,
        /// Largest value.
        high: f64,
    },
    /// Normal.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
    },
    /// Lognormal, by the moments of the number itself, not of its logarithm.
    Lognormal {
        /// Mean of the number.
        mean: f64,
        /// Standard deviation of the number.
        sd: f64,
    },
    /// Uniform.
    Uniform {
        /// Smallest value.
        low: f64,
        /// Largest value.
        high: f64,
    },
    /// PERT: the beta distribution on [low, high] with mean `(low + 4 mode + high)/6`.
    Pert {
        /// Smallest value.
        low: f64,
        /// Mode.
        mode: f64,
        /// Largest value.
        high: f64,
    },
    /// Beta on [0, 1], by mean and standard deviation.
    Beta {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
    },
    /// Quantiles as (level, value), ascending: linear interpolation in the normal score, extrapolated beyond both ends.
    Quantiles(Vec<(f64, f64)>),
}

/// The weight of the mode in a [`Distribution::Pert`].
const PERT_LAMBDA: f64 = 4.0;

impl Distribution {
    /// The families that `dist` can name, each with its parameters in the order of [`Distribution::of_family`].
    pub const FAMILIES: [(&'static str, &'static [&'static str]); 6] = [
        ("triangular", &["low", "mode", "high"]),
        ("normal", &["mean", "sd"]),
        ("lognormal", &["mean", "sd"]),
        ("uniform", &["low", "high"]),
        ("pert", &["low", "mode", "high"]),
        ("beta", &["mean", "sd"]),
    ];

    /// The distribution of a family with these parameters, unchecked; none where there is no such family or the number
    /// of parameters is wrong.
    pub fn of_family(name: &str, parameters: &[f64]) -> Option<Self> {
        Some(match (name, parameters) {
            ("triangular", &[low, mode, high]) => Self::Triangular { low, mode, high },
            ("normal", &[mean, sd]) => Self::Normal { mean, sd },
            ("lognormal", &[mean, sd]) => Self::Lognormal { mean, sd },
            ("uniform", &[low, high]) => Self::Uniform { low, high },
            ("pert", &[low, mode, high]) => Self::Pert { low, mode, high },
            ("beta", &[mean, sd]) => Self::Beta { mean, sd },
            _ => return None,
        })
    }

    /// The value at the quantile level `u` in (0, 1).
    pub fn quantile(&self, u: f64) -> f64 {
        let u = u.clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON / 2.0);
        match *self {
            Self::Triangular { low, mode, high } => triangular_quantile(low, mode, high, u),
            Self::Normal { mean, sd } => mean + sd * normal_quantile(u),
            Self::Lognormal { mean, sd } => {
                let (mu, sigma) = log_moments(mean, sd);
                (mu + sigma * normal_quantile(u)).exp()
            }
            Self::Uniform { low, high } => low + (high - low) * u,
            Self::Pert { low, mode, high } => {
                let (a, b) = pert_shapes(low, mode, high);
                low + (high - low) * beta_quantile(a, b, u)
            }
            Self::Beta { mean, sd } => {
                let (a, b) = beta_shapes(mean, sd);
                beta_quantile(a, b, u)
            }
            Self::Quantiles(ref points) => interpolate(points, normal_quantile(u)),
        }
    }

    /// The mean, in closed form.
    pub fn mean(&self) -> f64 {
        match *self {
            Self::Triangular { low, mode, high } => (low + mode + high) / 3.0,
            Self::Normal { mean, .. } | Self::Lognormal { mean, .. } | Self::Beta { mean, .. } => mean,
            Self::Uniform { low, high } => f64::midpoint(low, high),
            Self::Pert { low, mode, high } => (low + PERT_LAMBDA * mode + high) / (PERT_LAMBDA + 2.0),
            Self::Quantiles(ref points) => interpolated_mean(points),
        }
    }

    /// The ends of the support; infinite where it is unbounded.
    pub fn support(&self) -> (f64, f64) {
        match *self {
            Self::Triangular { low, high, .. } | Self::Uniform { low, high } | Self::Pert { low, high, .. } => {
                (low, high)
            }
            Self::Normal { .. } | Self::Quantiles(_) => (f64::NEG_INFINITY, f64::INFINITY),
            Self::Lognormal { .. } => (0.0, f64::INFINITY),
            Self::Beta { .. } => (0.0, 1.0),
        }
    }

    /// Name and parameters, in words.
    fn describe(&self, unit: Unit) -> String {
        let show = |value| unit.show(value);
        let moments = |name: &str, mean, sd| format!("{name} with mean {} and sd {}", show(mean), show(sd));
        let peaked = |name: &str, low, mode, high| format!("{name} {}, {}, {}", show(low), show(mode), show(high));
        match *self {
            Self::Triangular { low, mode, high } => peaked("triangular", low, mode, high),
            Self::Pert { low, mode, high } => peaked("pert", low, mode, high),
            Self::Normal { mean, sd } => moments("normal", mean, sd),
            Self::Lognormal { mean, sd } => moments("lognormal", mean, sd),
            Self::Beta { mean, sd } => moments("beta", mean, sd),
            Self::Uniform { low, high } => format!("uniform from {} to {}", show(low), show(high)),
            Self::Quantiles(ref points) => {
                let points = points.iter().map(|(level, value)| format!("p{} {}", level * 100.0, show(*value)));
                format!("quantiles {}", points.collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// Checks the parameters.
    ///
    /// # Errors
    /// The violated condition, as a sentence.
    pub fn check(&self) -> Result<(), String> {
        match *self {
            Self::Triangular { low, mode, high } | Self::Pert { low, mode, high } => {
                ensure(low < high, "`low` must be below `high`")?;
                ensure(low <= mode && mode <= high, "`mode` must lie between `low` and `high`")
            }
            Self::Uniform { low, high } => ensure(low < high, "`low` must be below `high`"),
            Self::Normal { sd, .. } => ensure(sd > 0.0, "`sd` must be above zero"),
            Self::Lognormal { mean, sd } => {
                ensure(mean > 0.0, "`mean` must be above zero")?;
                ensure(sd > 0.0, "`sd` must be above zero")?;
                let wide = "`sd` must be below 1000 times `mean`";
                ensure(sd < 1000.0 * mean, wide)
            }
            Self::Beta { mean, sd } => check_beta(mean, sd),
            Self::Quantiles(ref points) => check_quantiles(points),
        }
    }
}

fn ensure(holds: bool, condition: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(condition.to_owned()) }
}

fn check_beta(mean: f64, sd: f64) -> Result<(), String> {
    ensure(0.0 < mean && mean < 1.0, "`mean` must lie between 0 and 1")?;
    let narrow = "`sd` must be at least 1e-6";
    ensure(sd >= 1e-6, narrow)?;
    let widest = (mean * (1.0 - mean)).sqrt();
    ensure(sd < widest, &format!("`sd` must be below {widest:.4}, the largest possible on [0, 1] with this mean"))
}

fn check_quantiles(points: &[(f64, f64)]) -> Result<(), String> {
    ensure(points.len() >= 2, "at least two quantiles are needed")?;
    let increasing = points.windows(2).all(|pair| pair[0].1 < pair[1].1);
    let distinct = points.windows(2).all(|pair| pair[0].0 < pair[1].0);
    ensure(distinct, "one level is given twice")?;
    ensure(increasing, "quantiles must increase with their level")
}

fn triangular_quantile(low: f64, mode: f64, high: f64, u: f64) -> f64 {
    let width = high - low;
    if u * width < mode - low {
        low + (u * width * (mode - low)).sqrt()
    } else {
        high - ((1.0 - u) * width * (high - mode)).sqrt()
    }
}

/// Mean and standard deviation of the logarithm, from those of the number.
fn log_moments(mean: f64, sd: f64) -> (f64, f64) {
    let variance = (sd / mean).powi(2).ln_1p();
    (mean.ln() - variance / 2.0, variance.sqrt())
}

fn pert_shapes(low: f64, mode: f64, high: f64) -> (f64, f64) {
    let width = high - low;
    (1.0 + PERT_LAMBDA * (mode - low) / width, 1.0 + PERT_LAMBDA * (high - mode) / width)
}

fn beta_shapes(mean: f64, sd: f64) -> (f64, f64) {
    let size = mean * (1.0 - mean) / (sd * sd) - 1.0;
    (mean * size, (1.0 - mean) * size)
}

/// The quantile of a beta distribution: Newton's method on its distribution function, within a bracket that a step which
/// leaves it halves. Called for each uncertain number of each parameter draw.
fn beta_quantile(a: f64, b: f64, u: f64) -> f64 {
    const STEPS: u32 = 200;
    let log_scale = ln_beta(a, b);
    let density = |x: f64| ((a - 1.0) * x.ln() + (b - 1.0) * (-x).ln_1p() - log_scale).exp();
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    let mut x = a / (a + b);
    for _ in 0..STEPS {
        let miss = beta_reg(a, b, x) - u;
        if miss < 0.0 {
            low = x;
        } else {
            high = x;
        }
        let step = miss / density(x);
        if step.abs() <= f64::EPSILON * x {
            return x;
        }
        let newton = x - step;
        let next = if low < newton && newton < high { newton } else { f64::midpoint(low, high) };
        if next <= low || next >= high {
            // Neighbours: no number lies between them.
            return x;
        }
        x = next;
    }
    x
}

/// Linear interpolation between the two points beside the normal score `z`; extrapolation beyond the ends.
fn interpolate(points: &[(f64, f64)], z: f64) -> f64 {
    let scored: Vec<(f64, f64)> = points.iter().map(|&(level, value)| (normal_quantile(level), value)).collect();
    let last = scored.len().saturating_sub(2);
    let at = scored.iter().skip(1).position(|&(score, _)| z <= score).unwrap_or(last).min(last);
    let (intercept, slope) = line(scored[at], scored[at + 1]);
    intercept + slope * z
}

fn line((z0, x0): (f64, f64), (z1, x1): (f64, f64)) -> (f64, f64) {
    let slope = (x1 - x0) / (z1 - z0);
    (x0 - slope * z0, slope)
}

/// The mean of a function that is piecewise linear in a standard normal: on each piece
/// `intercept (Phi(z1) - Phi(z0)) + slope (phi(z0) - phi(z1))`.
fn interpolated_mean(points: &[(f64, f64)]) -> f64 {
    let normal = Normal::standard();
    let scored: Vec<(f64, f64)> = points.iter().map(|&(level, value)| (normal_quantile(level), value)).collect();
    let pieces = scored.len() - 1;
    let edge = |at: usize| match at {
        0 => (0.0, 0.0),
        at if at == pieces => (1.0, 0.0),
        at => (normal.cdf(scored[at].0), normal.pdf(scored[at].0)),
    };
    (0..pieces)
        .map(|at| {
            let (intercept, slope) = line(scored[at], scored[at + 1]);
            let ((below, left), (above, right)) = (edge(at), edge(at + 1));
            intercept * (above - below) + slope * (left - right)
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Distribution> {
        vec![
            Distribution::Triangular { low: 0.2, mode: 0.45, high: 0.7 },
            Distribution::Triangular { low: 0.0, mode: 0.0, high: 1.0 },
            Distribution::Normal { mean: 0.2, sd: 0.08 },
            Distribution::Lognormal { mean: 30.0, sd: 18.0 },
            Distribution::Uniform { low: 0.09, high: 0.15 },
            Distribution::Pert { low: 0.55, mode: 0.65, high: 0.85 },
            Distribution::Beta { mean: 0.2, sd: 0.12 },
            Distribution::Beta { mean: 0.85, sd: 0.3 },
            Distribution::Quantiles(vec![(0.1, 1.0), (0.5, 2.0), (0.9, 5.0)]),
        ]
    }

    /// The mean of `f(quantile(u))` over the midpoints of many equal parts of (0, 1).
    fn average(distribution: &Distribution, f: impl Fn(f64) -> f64) -> f64 {
        const PARTS: u32 = 40_000;
        let levels = (0..PARTS).map(|part| (f64::from(part) + 0.5) / f64::from(PARTS));
        levels.map(|u| f(distribution.quantile(u))).sum::<f64>() / f64::from(PARTS)
    }

    #[test]
    fn the_mean_is_the_mean_of_the_quantile_function() {
        for distribution in all() {
            let (drawn, mean) = (average(&distribution, |x| x), distribution.mean());
            assert!((drawn - mean).abs() < 2e-3 * mean.abs(), "{distribution:?}: {drawn} is not {mean}");
        }
    }

    #[test]
    fn sd_is_the_standard_deviation_of_the_number_itself() {
        let cases = [
            (Distribution::Normal { mean: 0.2, sd: 0.08 }, 0.08),
            (Distribution::Lognormal { mean: 30.0, sd: 18.0 }, 18.0),
            (Distribution::Beta { mean: 0.6, sd: 0.15 }, 0.15),
        ];
        for (distribution, sd) in cases {
            let mean = distribution.mean();
            let drawn = average(&distribution, |x| (x - mean).powi(2)).sqrt();
            assert!((drawn - sd).abs() < 5e-3 * sd, "{distribution:?}: {drawn} is not {sd}");
        }
    }

    #[test]
    fn quantiles_rise_and_stay_within_the_support() {
        for distribution in all() {
            let (low, high) = distribution.support();
            let mut before = f64::NEG_INFINITY;
            for level in [0.0, 1e-12, 1e-6, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1.0 - 1e-9, 1.0] {
                let value = distribution.quantile(level);
                assert!(
                    value.is_finite() && value >= before && value >= low && value <= high,
                    "{distribution:?} {level}"
                );
                before = value;
            }
        }
    }

    #[test]
    fn given_quantiles_are_reproduced() {
        let points = vec![(0.1, 1.0), (0.5, 2.0), (0.9, 5.0)];
        let distribution = Distribution::Quantiles(points.clone());
        for (level, value) in points {
            assert!((distribution.quantile(level) - value).abs() < 1e-9);
        }
        assert!(distribution.quantile(0.99) > 5.0, "extrapolated beyond the last point");
    }

    #[test]
    fn a_beta_quantile_inverts_its_distribution_function() {
        for (a, b) in [(0.5, 0.5), (2.0, 5.0), (30.0, 3.0)] {
            for u in [0.001, 0.1, 0.5, 0.9, 0.999] {
                assert!((beta_reg(a, b, beta_quantile(a, b, u)) - u).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn narrow_and_skewed_distributions_stay_near_their_mean() {
        let cases = [(0.5, 1e-6), (1e-5, 1e-6), (0.999, 1e-5), (0.5, 0.4999), (0.001, 0.03)];
        for (mean, sd) in cases {
            let distribution = Distribution::Beta { mean, sd };
            assert_eq!(distribution.check(), Ok(()));
            for u in [1e-9, 0.5, 1.0 - 1e-9] {
                let value = distribution.quantile(u);
                assert!((0.0..=1.0).contains(&value), "{distribution:?} at {u}: {value}");
            }
            let middle = distribution.quantile(0.5);
            assert!((middle - mean).abs() <= sd, "{distribution:?}: {middle}");
        }
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "a clipped value is the bound itself")]
    fn the_mean_is_clipped_after_it_is_taken() {
        let distribution = Distribution::Normal { mean: 0.2, sd: 0.08 };
        let key = "family.gpu.price_decline".to_owned();
        let number = Uncertain { key, distribution, min: Some(0.25), max: Some(0.3), unit: Unit::Rate };
        assert_eq!(number.mean(), 0.25);
        assert_eq!((number.quantile(0.01), number.quantile(0.99)), (0.25, 0.3));
        assert_eq!(number.support(), (0.25, 0.3));
        assert_eq!(
            number.describe(),
            "normal with mean 20 % a year and sd 8 % a year, at least 25 % a year, at most 30 % a year"
        );
    }
}
