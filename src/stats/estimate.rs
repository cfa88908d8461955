//! An estimate: a number with its error.

use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::random::normal_quantile;

/// Level of every interval: two-sided, so that either end is missed by 2.5 % of the repeats.
pub const LEVEL: f64 = 0.95;

/// Probability beyond either end of an interval.
pub(super) const TAIL: f64 = 0.5 * (1.0 - LEVEL);
/// Standard normal quantile at `1 - TAIL`.
pub(super) const Z: f64 = 1.959_963_984_540_054;
/// Fewer hits, misses or observations in a tail than this deserve a warning.
pub(crate) const FEW: u64 = 10;
/// Fewer replicates or draws than this deserve a warning: their variance is itself uncertain by a quarter.
pub(super) const FEW_REPLICATES: u64 = 30;

/// A number with its interval, its method and a caveat, if there is one.
///
/// Only the functions of this module can make one, from replicates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    pub(super) value: f64,
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) standard_error: Option<f64>,
    pub(super) method: Method,
    pub(super) caveat: Option<Caveat>,
}

impl Estimate {
    /// The best single number, in the unit of the observations (a probability has none).
    pub fn value(&self) -> f64 {
        self.value
    }

    /// Lower end of the interval at [`LEVEL`]; minus infinity if the sample cannot bound it.
    pub fn low(&self) -> f64 {
        self.low
    }

    /// Upper end of the interval at [`LEVEL`]; infinity if the sample cannot bound it.
    pub fn high(&self) -> f64 {
        self.high
    }

    /// Standard error of the value. None where the method has none (order statistics) or the sample
    /// cannot estimate it (no hit).
    pub fn standard_error(&self) -> Option<f64> {
        self.standard_error
    }

    /// How value and interval were made.
    pub fn method(&self) -> Method {
        self.method
    }

    /// The most serious caveat, if there is one.
    pub fn caveat(&self) -> Option<Caveat> {
        self.caveat
    }
}

/// How an [`Estimate`] was computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Wilson's score interval for a probability.
    Wilson,
    /// A mean with Student's t.
    Student,
    /// An order statistic between two others, without assumption on the distribution.
    OrderStatistics,
    /// A mean beyond a quantile, with a normal interval.
    ExpectedShortfall,
    /// Paths within draws, a probability: Wilson's interval at the effective number of paths.
    NestedWilson,
    /// Paths within draws, a mean: a ratio of sums over draws with Student's t.
    NestedStudent,
    /// An order statistic over draws, Monte Carlo noise removed, with a bootstrap over draws and their paths.
    NestedOrderStatistics,
    /// A quantile of the beta distribution fitted to the hits of the draws, with a bootstrap over draws and their paths.
    BetaBinomial,
    /// The same of a normal distribution of the logit.
    LogitNormalBinomial,
    /// The same of a distribution on a grid.
    MixtureOnGrid,
    /// A quantile of a distribution on a grid fitted to the means of the draws, their noise normal; with a bootstrap.
    NormalMixtureOnGrid,
    /// An order statistic between two others, of paths within draws: as many ranks apart as the draws are worth in
    /// independent paths.
    NestedRanks,
    /// A smooth function of means and quantiles, by what each replicate contributes to it, with Student's t.
    Linearised,
    /// Fieller's interval for a ratio of two means.
    Fieller,
    /// Maximum likelihood with the interval of the delta method.
    Likelihood,
    /// A bootstrap over clusters of cases, with Student's t.
    ClusterBootstrap,
}

/// Why an [`Estimate`] should not be trusted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Caveat {
    /// The event was never observed: all that is known is an upper bound of its probability.
    NoHits {
        /// How often it could have been seen.
        trials: u64,
    },
    /// The event was observed every time: all that is known is an upper bound of the probability of its absence.
    NoMisses {
        /// How often it could have failed to appear.
        trials: u64,
    },
    /// The event was observed so rarely that the relative error exceeds a third.
    FewHits {
        /// How often it was seen.
        hits: u64,
    },
    /// The event failed to appear so rarely that the relative error of that exceeds a third.
    FewMisses {
        /// How often it failed to appear.
        misses: u64,
    },
    /// The variance comes from so few replicates that a skewed distribution may be missed.
    FewReplicates {
        /// Number of replicates.
        replicates: u64,
    },
    /// The sample is too small to bound the number on one side at least.
    OpenInterval,
    /// Too few observations beyond the quantile.
    FewBeyond {
        /// How many there are.
        observations: u64,
    },
    /// One observation makes up most of the variance: the tail may be so heavy that the standard error is meaningless.
    OneDominates {
        /// Its share in the sum of squares, from 1/2 to 1.
        share: f64,
    },
    /// There are so few parameter draws that the spread over them is poorly estimated.
    FewDraws {
        /// Number of draws.
        draws: u64,
    },
}

/// Student's t quantile at `1 - TAIL` with `freedom` degrees of freedom (at least 1).
pub(super) fn student(freedom: f64) -> f64 {
    if freedom >= NEARLY_NORMAL { expanded(Z, freedom) } else { inverse_student(freedom, TAIL) }
}

/// Student's t quantile at `1 - tail` with `freedom` degrees of freedom (at least 1; infinite for the normal quantile).
pub(super) fn student_beyond(freedom: f64, tail: f64) -> f64 {
    if freedom >= NEARLY_NORMAL {
        expanded(normal_quantile(1.0 - tail), freedom)
    } else {
        inverse_student(freedom, tail)
    }
}

/// From here Fisher's expansion about the normal quantile is good to 1e-6 at the levels in use.
const NEARLY_NORMAL: f64 = 200.0;

fn expanded(z: f64, freedom: f64) -> f64 {
    let first = (z.powi(3) + z) / 4.0;
    let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
    z + first / freedom + second / (freedom * freedom)
}

fn inverse_student(freedom: f64, tail: f64) -> f64 {
    StudentsT::new(0.0, 1.0, freedom).map_or(f64::INFINITY, |t| t.inverse_cdf(1.0 - tail))
}

/// Probability of an estimate at least as far from 0 if the truth were 0: Student's test, two-sided; 1 where it is 0 without
/// error.
pub(super) fn student_test(estimate: &Estimate, freedom: f64) -> Option<f64> {
    let error = estimate.standard_error?;
    if error == 0.0 {
        return Some(if estimate.value == 0.0 { 1.0 } else { 0.0 });
    }
    let student = StudentsT::new(0.0, 1.0, freedom).ok()?;
    Some(2.0 * student.sf((estimate.value / error).abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn student_agrees_with_tables() {
        // scipy.stats.t.ppf(0.975, freedom)
        for (freedom, quantile) in [
            (1.0, 12.706_204_736_174_7),
            (2.0, 4.302_652_729_749_46),
            (5.0, 2.570_581_835_636_31),
            (29.0, 2.045_229_642_132_7),
            (199.0, 1.971_956_544_249_39),
            (200.0, 1.971_896_224_179_67),
            (1e3, 1.962_339_080_826_4),
            (1e9, 1.959_963_986_912_29),
        ] {
            assert!((student(freedom) - quantile).abs() < 1e-6, "{freedom}: {}", student(freedom));
            assert!((student_beyond(freedom, TAIL) - student(freedom)).abs() < 1e-9, "{freedom}");
        }
        // One of seven looks: by numerical integration of the density.
        for (freedom, quantile) in
            [(49.0, 2.807_737_199_750_7), (300.0, 2.708_693_286_815_5), (f64::INFINITY, 2.690_109_527_158_9)]
        {
            let found = student_beyond(freedom, TAIL / 7.0);
            assert!((found - quantile).abs() < 1e-5, "{freedom}: {found}");
        }
    }
}
