//! The funding market: run-up, burst, freeze, reopening, regulation (docs/model.md, sections 5.2 and 6).

use crate::engine::Innovations;
use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::{exp, ln, max, min};

use super::constants::DT;
use super::funding::monthly;
use super::parameters::{Burst, Market, MarketProcess, Regulation, Reopening};
use super::state::{HISTORY, MarketState, note};

/// Run-up at which the hazard is `h1`: 50 % in two years.
const LN_1_5: f64 = 0.405_465_108_108_164_4;

/// Months after a run-up within which a burst makes it boom and bust.
const BUST_WITHIN: f64 = 24.0;

impl Market {
    /// `y` this many months before the start: the run-up is taken as even.
    pub fn before(&self, months: usize) -> f64 {
        self.start - (self.run_up - 2.0 * self.growth) * months as f64 / HISTORY as f64
    }
}

/// Hazard a year that an open market bursts at this run-up (log, net of the broad market): section 6.
#[inline(always)]
pub fn burst_hazard(burst: &Burst, run_up: f64) -> f64 {
    min(burst.hazard_max, burst.hazard * exp(burst.run_up_beta * (run_up - LN_1_5)))
}

/// Start of a month: strategic money is blocked by an event, or a little less long.
#[inline(always)]
pub fn regulate<const B: usize>(regulation: Option<&Regulation>, state: &mut MarketState<B>, draws: &Innovations<B>) {
    state.blocked.update(|_, months| max(months - 1.0, 0.0));
    if let Some(regulation) = regulation {
        let chance = draws.uniform(regulation.slot);
        let probability = monthly(regulation.hazard);
        let duration = regulation.duration as f64;
        state.blocked.update(|i, months| select(chance[i] < probability, duration, months));
    }
}

/// `U(t)`: log rise of `y` in 24 months, with the growth of fundamentals.
#[inline(always)]
pub fn run_up<const B: usize>(market: &Market, state: &mut MarketState<B>, t: usize) -> Lanes<B> {
    let past = &state.history[t % HISTORY];
    let run_up = lanes!(i => state.overvaluation[i] - past[i] + 2.0 * market.growth);
    note(&mut state.ran_up, t, |i| run_up[i] >= std::f64::consts::LN_2);
    state.last_run_up.update(|i, last| select(run_up[i] >= std::f64::consts::LN_2, t as f64, last));
    run_up
}

/// End of a month: the market bursts, by itself or by a lab's default, or drifts; a frozen one may reopen. Returns the
/// fall of `y` at a burst, else 0.
#[inline(always)]
pub fn turn<const B: usize>(
    market: &Market,
    state: &mut MarketState<B>,
    run_up: &Lanes<B>,
    circular: &Lanes<B>,
    lab_defaulted: &Lanes<B>,
    t: usize,
    draws: &Innovations<B>,
) -> Lanes<B> {
    let (chance, reopens, z) =
        (draws.uniform(market.burst_slot), draws.uniform(market.reopen_slot), draws.normal(market.shock));
    let y = state.overvaluation;
    state.history[t % HISTORY] = y;
    let hazard = match market.process {
        MarketProcess::Rational { .. } => Lanes::splat(market.burst.hazard),
        MarketProcess::Mispricing { .. } => lanes!(i => burst_hazard(&market.burst, run_up[i])),
    };
    let burst = lanes!(i => state.open[i] * max(lab_defaulted[i], flag(chance[i] < monthly(hazard[i]))));
    let drop = match market.process {
        MarketProcess::Rational { .. } => y,
        MarketProcess::Mispricing { .. } => lanes!(i => max(market.burst.fall + market.burst.fall_sd * z[i], 0.0)),
    };
    let fall = lanes!(i => burst[i] * drop[i]);
    let drifted = drift(market.process, &y, circular, z);
    state.overvaluation = lanes!(i => select(burst[i] > 0.0, y[i] - fall[i], drifted[i]));
    let frozen = lanes!(i => state.frozen_months[i] + 1.0);
    let thaws = thaws(market.reopening, &frozen, reopens);
    let thaws = lanes!(i => (1.0 - state.open[i]) * thaws[i]);
    state.frozen_months.set(|i| frozen[i] * (1.0 - max(state.open[i], thaws[i])));
    state.open.update(|i, open| select(open > 0.0, 1.0 - burst[i], thaws[i]));
    note(&mut state.burst, t, |i| burst[i] > 0.0);
    let last_run_up = state.last_run_up;
    note(&mut state.boom_and_bust, t, |i| burst[i] > 0.0 && t as f64 - last_run_up[i] <= BUST_WITHIN);
    fall
}

/// 1 where a market would reopen that has been frozen for so many months, this one included.
#[inline(always)]
fn thaws<const B: usize>(reopening: Reopening, frozen: &Lanes<B>, chance: &Lanes<B>) -> Lanes<B> {
    match reopening {
        Reopening::Hazard(hazard) => {
            let probability = monthly(hazard);
            lanes!(i => flag(chance[i] < probability))
        }
        Reopening::After(months) => lanes!(i => flag(frozen[i] >= months)),
    }
}

/// `y` a month later where nothing bursts.
#[inline(always)]
fn drift<const B: usize>(process: MarketProcess, y: &Lanes<B>, circular: &Lanes<B>, z: &Lanes<B>) -> Lanes<B> {
    match process {
        MarketProcess::Mispricing { mean, reversion, volatility, feedback } => {
            let spread = volatility * DT.sqrt();
            lanes!(i => y[i] + (reversion * (mean - y[i]) + feedback * circular[i]) * DT + spread * z[i])
        }
        MarketProcess::Rational { growth } => {
            let growth = exp(growth * DT);
            lanes!(i => ln(1.0 + (exp(y[i]) - 1.0) * growth))
        }
    }
}
