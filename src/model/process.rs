//! The processes of docs/model.md, section 2: exact steps of a month.

use crate::engine::NormalSlot;
use crate::lanes::Lanes;
use crate::random::math::exp;

use super::constants::DT;

/// An Ornstein-Uhlenbeck process, or a Brownian motion with drift where the reversion is 0, stepped exactly.
#[derive(Clone, Debug)]
pub struct Reversion {
    /// `mu`, a year.
    pub drift: f64,
    /// `k`, a year.
    pub reversion: f64,
    /// `sigma`, per square root of a year.
    pub volatility: f64,
    /// The drift acts only before this time, in years from the start (only where the reversion is 0).
    pub until: f64,
    /// `a`: share of the old value that remains after a month.
    decay: f64,
    /// What the drift adds from month `t` to `t+1`.
    added: Vec<f64>,
    /// Standard deviation of a month.
    spread: f64,
    /// Its shock.
    pub shock: NormalSlot,
}

impl Reversion {
    /// The process over `months` steps. `drift`, `reversion`, `volatility` are annual, `until` is in years.
    pub fn new(drift: f64, reversion: f64, volatility: f64, until: f64, months: usize, shock: NormalSlot) -> Self {
        let decay = exp(-reversion * DT);
        let added = (0..months).map(|t| drift_between(drift, reversion, until, t as f64 * DT, DT)).collect();
        let variance = if reversion > 0.0 { (1.0 - decay * decay) / (2.0 * reversion) } else { DT };
        Self { drift, reversion, volatility, until, decay, added, spread: volatility * variance.sqrt(), shock }
    }

    /// Section 2: brings the value `x` of month `t` to month `t+1` by the shock `z`, before drags.
    #[inline(always)]
    pub fn step<const B: usize>(&self, x: &mut Lanes<B>, t: usize, z: &Lanes<B>) {
        let (decay, added, spread) = (self.decay, self.added[t], self.spread);
        x.update(|i, x| decay * x + added + spread * z[i]);
    }

    /// The median `years` after the start, where the value is 0.
    pub fn median(&self, years: f64) -> f64 {
        drift_between(self.drift, self.reversion, self.until, 0.0, years)
    }

    /// What the drift adds over `span` years from time `from`.
    pub fn drift_over(&self, from: f64, span: f64) -> f64 {
        drift_between(self.drift, self.reversion, self.until, from, span)
    }

    /// Half the variance that builds up in `span` years: the log of the mean of `exp(X)` over its median.
    pub fn convexity(&self, span: f64) -> f64 {
        let variance = if self.reversion > 0.0 {
            (1.0 - exp(-2.0 * self.reversion * span)) / (2.0 * self.reversion)
        } else {
            span
        };
        0.5 * self.volatility * self.volatility * variance
    }
}

/// What the drift adds to `X` in `span` years from time `from`: `theta (1 - e^(-k s))`; without reversion, `mu` times
/// the part of the span before `until`.
fn drift_between(drift: f64, reversion: f64, until: f64, from: f64, span: f64) -> f64 {
    if reversion > 0.0 {
        drift / reversion * (1.0 - exp(-reversion * span))
    } else {
        drift * ((from + span).min(until) - from.min(until))
    }
}

/// A geometric Brownian motion: prices and core assets.
#[derive(Clone, Copy, Debug)]
pub struct Growth {
    /// Value at the start.
    pub start: f64,
    /// Drift of the logarithm in a month: that of the mean less half the variance.
    pub drift: f64,
    /// Standard deviation of a month.
    pub spread: f64,
    /// Its shock.
    pub shock: NormalSlot,
}

impl Growth {
    /// From annual growth of the mean and annual volatility.
    pub fn new(start: f64, growth: f64, volatility: f64, shock: NormalSlot) -> Self {
        let drift = (growth - 0.5 * volatility * volatility) * DT;
        Self { start, drift, spread: volatility * DT.sqrt(), shock }
    }

    /// Section 2: the value a month later from `value` and the shock `z`; its logarithm also `falls`, at a burst.
    #[inline(always)]
    pub fn step(&self, value: f64, z: f64, falls: f64) -> f64 {
        value * exp(self.drift + self.spread * z - falls)
    }
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{HALVES_IN_A_MONTH, assert_close};
    use super::*;
    use crate::engine::Slots;

    fn shock() -> NormalSlot {
        Slots::default().normal("test")
    }

    /// The process one month after it was at `x` at the start of month `t`.
    fn after(process: &Reversion, x: f64, t: usize, z: f64) -> f64 {
        let mut x = Lanes([x]);
        process.step(&mut x, t, &Lanes([z]));
        x[0]
    }

    #[test]
    fn without_reversion_a_month_adds_a_twelfth_of_the_drift_and_the_shock() {
        // 0.12/12 = 0.01, and a volatility of 0.1 sqrt(12) is 0.1 a month.
        let walk = Reversion::new(0.12, 0.0, 0.346_410_162, f64::INFINITY, 1, shock());
        assert_close(after(&walk, 1.0, 0, 0.0), 1.01);
        assert_close(after(&walk, 1.0, 0, 0.5), 1.06);
        assert_close(after(&walk, -2.0, 0, -1.0), -2.09);
    }

    #[test]
    fn a_belief_about_a_date_drifts_only_until_then() {
        let walk = Reversion::new(0.12, 0.0, 0.0, 1.5 / 12.0, 3, shock());
        for (month, added) in [(0, 0.01), (1, 0.005), (2, 0.0)] {
            assert_close(after(&walk, 0.0, month, 0.0), added);
        }
        assert_close(walk.median(10.0), 0.015);
    }

    #[test]
    fn with_reversion_a_month_closes_its_share_of_the_way_to_the_mean() {
        // a = 1/2, theta = mu/k = 2; s = 1 takes sigma^2 = 2 k/(1 - 1/4) = 22.180710.
        let k = HALVES_IN_A_MONTH;
        let reverting = Reversion::new(2.0 * k, k, 4.709_640_1, f64::INFINITY, 1, shock());
        assert_close(after(&reverting, 3.0, 0, 0.0), 2.5);
        assert_close(after(&reverting, 3.0, 0, -1.0), 1.5);
        assert_close(after(&reverting, 2.0, 0, 0.0), 2.0);
    }

    #[test]
    fn the_median_from_zero_follows_the_drift() {
        let walk = Reversion::new(0.1, 0.0, 0.3, f64::INFINITY, 0, shock());
        assert_close(walk.median(3.0), 0.3);
        // theta = 2; in ln(2) years at k = 1 half of the way is gone, in the end all of it.
        let reverting = Reversion::new(2.0, 1.0, 0.3, f64::INFINITY, 0, shock());
        assert_close(reverting.median(std::f64::consts::LN_2), 1.0);
        assert_close(reverting.median(100.0), 2.0);
    }

    #[test]
    fn the_mean_gains_half_the_variance_on_the_median() {
        // sigma^2 s/2 = 0.04 * 3/2; sigma^2 (1 - 1/2)/(4 k) = 0.04 * 0.5/2; sigma^2/(4 k) = 0.04/2.
        let walk = Reversion::new(0.0, 0.0, 0.2, f64::INFINITY, 0, shock());
        assert_close(walk.convexity(3.0), 0.06);
        let reverting = Reversion::new(0.0, 0.5, 0.2, f64::INFINITY, 0, shock());
        assert_close(reverting.convexity(std::f64::consts::LN_2), 0.01);
        assert_close(reverting.convexity(1000.0), 0.02);
    }

    #[test]
    fn a_price_moves_by_its_drift_less_half_its_variance() {
        // sigma^2 = 0.12: a month spreads by 0.1, and half the variance is 0.005 a month.
        let grows = |growth| Growth::new(100.0, growth, 0.346_410_162, shock());
        assert_close(grows(0.06).step(100.0, 1.0, 0.0), 110.517_092); // e^0.1
        assert_close(grows(0.18).step(100.0, 0.0, 0.0), 101.005_017); // e^0.01
        assert_close(grows(0.06).step(100.0, -1.0, 0.1), 81.873_075); // e^-0.2
    }
}
