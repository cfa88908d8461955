//! The funding market: run-up, burst, freeze, reopening, regulation (docs/model.md, sections 5.2 and 6).

use crate::engine::Innovations;
use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::{exp, ln, max, min};

use super::funding::monthly;
use super::parameters::{Burst, DT, Market, MarketProcess, Regulation, Reopening};
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
    state.history[t % HISTORY] = state.overvaluation;
    let rational = matches!(market.process, MarketProcess::Rational { .. });
    let y = state.overvaluation;
    let burst = lanes!(i => {
        let hazard = if rational { market.burst.hazard } else { burst_hazard(&market.burst, run_up[i]) };
        state.open[i] * max(lab_defaulted[i], flag(chance[i] < monthly(hazard)))
    });
    let fall = lanes!(i => {
        let drop = if rational { y[i] } else { max(market.burst.fall + market.burst.fall_sd * z[i], 0.0) };
        burst[i] * drop
    });
    state.overvaluation =
        lanes!(i => select(burst[i] > 0.0, y[i] - fall[i], drift(market.process, y[i], circular[i], z[i])));
    let frozen = lanes!(i => state.frozen_months[i] + 1.0);
    let thaws = lanes!(i => {
        let thaws = match market.reopening {
            Reopening::Hazard(hazard) => flag(reopens[i] < monthly(hazard)),
            Reopening::After(months) => flag(frozen[i] >= months),
        };
        (1.0 - state.open[i]) * thaws
    });
    state.frozen_months.set(|i| frozen[i] * (1.0 - max(state.open[i], thaws[i])));
    state.open.update(|i, open| select(open > 0.0, 1.0 - burst[i], thaws[i]));
    note(&mut state.burst, t, |i| burst[i] > 0.0);
    let last_run_up = state.last_run_up;
    note(&mut state.boom_and_bust, t, |i| burst[i] > 0.0 && t as f64 - last_run_up[i] <= BUST_WITHIN);
    fall
}

/// `y` a month later where nothing bursts.
#[inline(always)]
fn drift(process: MarketProcess, y: f64, circular: f64, z: f64) -> f64 {
    match process {
        MarketProcess::Mispricing { mean, reversion, volatility, feedback } => {
            y + (reversion * (mean - y) + feedback * circular) * DT + volatility * DT.sqrt() * z
        }
        MarketProcess::Rational { growth } => ln(1.0 + (exp(y) - 1.0) * exp(growth * DT)),
    }
}
