//! The processes of docs/model.md, section 2: exact steps of a month.

use crate::engine::NormalSlot;
use crate::lanes::{Lanes, lanes};
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
    /// What of the old value stays after a month.
    decay: f64,
    /// What the drift adds from month `t` to `t+1`.
    added: Vec<f64>,
    /// Standard deviation of a month.
    spread: f64,
    /// Its innovation.
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

    /// The value a month later, before drags.
    #[inline(always)]
    pub fn step<const B: usize>(&self, x: &Lanes<B>, t: usize, z: &Lanes<B>) -> Lanes<B> {
        let (decay, added, spread) = (self.decay, self.added[t], self.spread);
        lanes!(i => decay * x[i] + added + spread * z[i])
    }

    /// The median at `years` from a start at 0.
    pub fn median(&self, years: f64) -> f64 {
        drift_between(self.drift, self.reversion, self.until, 0.0, years)
    }

    /// What the drift adds over `span` years from time `from`.
    pub fn drift_over(&self, from: f64, span: f64) -> f64 {
        drift_between(self.drift, self.reversion, self.until, from, span)
    }

    /// Half the variance that `span` years add: what the mean of `exp(X)` gains on its median.
    pub fn convexity(&self, span: f64) -> f64 {
        let variance = if self.reversion > 0.0 {
            (1.0 - exp(-2.0 * self.reversion * span)) / (2.0 * self.reversion)
        } else {
            span
        };
        0.5 * self.volatility * self.volatility * variance
    }
}

/// What the drift adds to `X` over `span` years from time `from`: `theta (1 - e^(-k s))`, or `mu` times the part of
/// the span before `until`.
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
    /// Log drift of a month, convexity taken off.
    pub drift: f64,
    /// Standard deviation of a month.
    pub spread: f64,
    /// Its innovation.
    pub shock: NormalSlot,
}

impl Growth {
    /// From annual growth of the mean and annual volatility.
    pub fn new(start: f64, growth: f64, volatility: f64, shock: NormalSlot) -> Self {
        let drift = (growth - 0.5 * volatility * volatility) * DT;
        Self { start, drift, spread: volatility * DT.sqrt(), shock }
    }

    /// The value a month later, where its logarithm `falls` by so much besides.
    #[inline(always)]
    pub fn step(&self, value: f64, z: f64, falls: f64) -> f64 {
        value * exp(self.drift + self.spread * z - falls)
    }
}
