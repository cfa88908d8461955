//! The hazard of a burst fitted to how often industries crashed after a run-up (docs/model.md, section 6).

use crate::engine::{Kernel, Tier};
use crate::model::market::LN_1_5;
use crate::random::math::exp;
use crate::scenario;

/// Share of industries that crashed within two years of a run-up of 50 % and of 150 % in two years, net of the market.
/// Source: Greenwood, Shleifer and You (2019), "Bubbles for Fama", Journal of Financial Economics 131, table 2.
const CRASHED: (f64, f64) = (0.20, 0.80);

/// Years within which a crash counts.
const YEARS: f64 = 2.0;

/// Run-up of 150 % over one of 50 %, a log.
const STEP: f64 = 0.510_825_623_765_990_7;

/// Section 6: `h1` and `h_beta`, as written or fitted to the base rates.
pub(super) fn burst_rates(market: &scenario::Market, values: &[f64]) -> (f64, f64) {
    let burst = &market.burst;
    if burst.fit_base_rates {
        let law = Stationary {
            mean: market.mean.at(values),
            reversion: market.reversion.at(values),
            volatility: market.volatility.at(values),
            growth: market.growth.at(values),
        };
        return fit(burst.level_beta.at(values), law);
    }
    (burst.hazard.at(values), burst.run_up_beta.at(values))
}

/// The stationary law of `y`, and the growth that a run-up contains.
#[derive(Clone, Copy, Debug)]
struct Stationary {
    /// `ybar`.
    mean: f64,
    /// `kappa`, a year.
    reversion: f64,
    /// `sigma`, per square root of a year.
    volatility: f64,
    /// Growth of the sector's fundamentals, net of the broad market, a year.
    growth: f64,
}

/// `h1` and `h_beta` under which the crash rates are met on average over the level, whose distribution given the run-up
/// is normal.
fn fit(level_beta: f64, law: Stationary) -> (f64, f64) {
    let Stationary { mean, reversion, volatility, growth } = law;
    let spread = level_beta * level_given_run_up(reversion, volatility);
    let (low, high) = Tier::detect().run(Rates { spread });
    let run_up_beta = (high - low) / STEP - 0.5 * level_beta;
    let mean_level = mean + 0.5 * (LN_1_5 - 2.0 * growth);
    (exp(low - level_beta * mean_level), run_up_beta)
}

/// Standard deviation of `y` given the run-up, under the stationary law of `y`.
fn level_given_run_up(reversion: f64, volatility: f64) -> f64 {
    (volatility * volatility / (2.0 * reversion) * 0.5 * (1.0 + exp(-2.0 * reversion))).sqrt()
}

/// The log hazards of both rates.
struct Rates {
    spread: f64,
}

impl Kernel for Rates {
    type Output = (f64, f64);

    #[inline(always)]
    fn run(self) -> (f64, f64) {
        let nodes = Nodes::new(self.spread);
        (nodes.log_hazard(CRASHED.0), nodes.log_hazard(CRASHED.1))
    }
}

/// Nodes of the trapezoidal rule, which is all but exact for a normal density.
const NODES: usize = 57;
const WIDTH: f64 = 0.25;

/// Where the log hazard is normal with this standard deviation: its distance from its mean at each node, and the weight of
/// the node.
struct Nodes {
    distance: [f64; NODES],
    weight: [f64; NODES],
    total: f64,
}

impl Nodes {
    #[inline(always)]
    fn new(spread: f64) -> Self {
        let mut nodes = Self { distance: [0.0; NODES], weight: [0.0; NODES], total: 0.0 };
        for i in 0..NODES {
            let z = WIDTH * (i as f64 - (NODES / 2) as f64);
            nodes.distance[i] = spread * z;
            nodes.weight[i] = exp(-0.5 * z * z);
        }
        nodes.total = nodes.weight.iter().sum();
        nodes
    }

    /// The `L` at which `1 - exp(-2 e^(L + spread z))` is `wanted` on average over a standard normal `z`: by bisection.
    #[inline(always)]
    fn log_hazard(&self, wanted: f64) -> f64 {
        let (mut low, mut high) = (-8.0, 4.0);
        for _ in 0..50 {
            let middle = 0.5 * (low + high);
            if self.crashed(middle) < wanted { low = middle } else { high = middle }
        }
        0.5 * (low + high)
    }

    /// Share that crashes where the log hazard has this mean.
    #[inline(always)]
    fn crashed(&self, mean: f64) -> f64 {
        let mut crashed = [0.0; NODES];
        for (crashed, (weight, distance)) in crashed.iter_mut().zip(self.weight.iter().zip(&self.distance)) {
            *crashed = weight * (1.0 - exp(-YEARS * exp(mean + distance)));
        }
        crashed.iter().sum::<f64>() / self.total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAW: Stationary = Stationary { mean: 0.0, reversion: 0.25, volatility: 0.25, growth: 0.07 };

    #[test]
    fn without_the_level_the_rates_follow_in_closed_form() {
        // -ln(0.8)/2 = 0.1116, and ln(ln 5/-ln 0.8)/ln(5/3) = 3.8679.
        let (hazard, run_up_beta) = fit(0.0, LAW);
        assert!((hazard - 0.111_572).abs() < 1e-6 && (run_up_beta - 3.8679).abs() < 1e-4, "{hazard} {run_up_beta}");
    }

    #[test]
    fn a_level_that_counts_takes_from_the_run_up_and_from_the_base() {
        // Beside a hazard and a slope of 0.077 and 3.37 that a fit to all three rates gives at a beta of 2.
        let (hazard, run_up_beta) = fit(2.0, LAW);
        assert!((hazard - 0.077).abs() < 0.004 && (run_up_beta - 3.37).abs() < 0.15, "{hazard} {run_up_beta}");
    }

    #[test]
    fn a_market_that_is_dear_on_average_has_a_lower_base() {
        // The same share of industries crashes although all of them are dearer by 0.1: h1 is lower by e^(-2 * 0.1).
        let ((base, slope), (dear, same)) = (fit(2.0, LAW), fit(2.0, Stationary { mean: 0.1, ..LAW }));
        assert!((dear / base - 0.818_731).abs() < 1e-6 && (slope - same).abs() < 1e-12, "{dear} {base}");
    }

    #[test]
    fn the_spread_of_the_level_given_the_run_up_is_that_of_the_stationary_law() {
        // 0.0625/0.5 (1 + e^-0.5)/2 = 0.1004.
        assert!((level_given_run_up(0.25, 0.25) - 0.316_88).abs() < 1e-4);
    }
}
