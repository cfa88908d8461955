//! The funding market: run-up, burst, freeze, reopening, regulation (docs/model.md, sections 5.2 and 6).

use crate::engine::Innovations;
use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::{exp, ln, max, min};

use super::constants::DT;
use super::funding::monthly;
use super::parameters::{Burst, Credit, Market, MarketProcess, Regulation, Reopening};
use super::state::{HISTORY, MarketState, note};
use super::workspace::{Dated, Workspace};

/// Run-up at which the hazard is `h1`: a rise of 50 % in two years, in logs.
pub const LN_1_5: f64 = 0.405_465_108_108_164_4;

/// A default raises the hazard for so many months (section 6).
const CONTAGIOUS: f64 = 12.0;

/// A burst within this many months of a run-up is a boom and bust (section 11).
const BUST_WITHIN: f64 = 24.0;

impl Market {
    /// Whether the market knows attainment without delay.
    #[inline(always)]
    pub fn learns_at_once(&self) -> bool {
        self.learning.is_infinite()
    }

    /// `y` this many months before the start: the run-up given is spread evenly over 24 months (section 6).
    pub fn before(&self, months: usize) -> f64 {
        self.start - (self.run_up - 2.0 * self.growth) * months as f64 / HISTORY as f64
    }
}

/// Annual hazard of a burst of an open market at this run-up (a log, net of the broad market) and this perceived
/// overvaluation (a log): section 6.
#[inline(always)]
pub fn burst_hazard(burst: &Burst, run_up: f64, perceived: f64) -> f64 {
    let log_ratio = burst.run_up_beta * (run_up - LN_1_5) + burst.level_beta * perceived;
    min(burst.hazard_max, burst.hazard * exp(log_ratio))
}

/// Section 6: the factor on the hazard in the twelve months after a default.
#[inline(always)]
fn scare<const B: usize>(burst: &Burst, state: &MarketState<B>, t: usize) -> Lanes<B> {
    if burst.contagion <= 0.0 {
        return Lanes::splat(1.0);
    }
    let factor = exp(burst.contagion);
    lanes!(i => select(t as f64 - state.last_failure[i] <= CONTAGIOUS, factor, 1.0))
}

/// Section 6: fall of `y` at a burst, a log. `excess` is perceived overvaluation beyond its mean, `z` the market's news.
#[inline(always)]
fn fall(burst: &Burst, excess: f64, z: f64) -> f64 {
    max(burst.fall + burst.fall_level * excess - burst.fall_sd * z, 0.0)
}

/// Run-up, a log: from `past` 24 months ago to `y`, and two years of the sector's `growth`, net of the broad market.
#[inline(always)]
fn rise(y: f64, past: f64, growth: f64) -> f64 {
    y - past + 2.0 * growth
}

/// 5.2, start of a month: an event restarts the block of strategic money; otherwise the block has one month less to run.
#[inline(always)]
pub fn regulate<const B: usize>(
    regulation: Option<&Regulation>,
    state: &mut MarketState<B>,
    dated: &Dated<B>,
    draws: &Innovations<B>,
) {
    state.blocked.update(|_, months| max(months - 1.0, 0.0));
    if let Some(regulation) = regulation {
        let chance = draws.uniform(regulation.slot);
        let probability = monthly(regulation.hazard);
        let duration = regulation.duration as f64;
        state.blocked.update(|i, months| select(chance[i] < probability, duration, months));
    }
    state.blocked.update(|i, months| select(dated.blocked[i] > 0.0, dated.blocked[i], months));
}

/// `U(t)` of section 6; records the month of a run-up of section 11.
#[inline(always)]
pub fn run_up<const B: usize>(market: &Market, state: &mut MarketState<B>, run_up: &mut Lanes<B>, t: usize) {
    let past = &state.history[t % HISTORY];
    run_up.set(|i| rise(state.overvaluation[i], past[i], market.growth));
    note(&mut state.ran_up, t, |i| run_up[i] >= std::f64::consts::LN_2);
    state.last_run_up.update(|i, last| select(run_up[i] >= std::f64::consts::LN_2, t as f64, last));
}

/// Section 6, end of a month: the market bursts by its hazard, by a lab's default or by a dated event; otherwise it drifts.
/// A frozen market may reopen. Returns the fall of `y` at a burst or a dated fall, else 0.
#[inline(always)]
pub fn turn<const B: usize>(
    market: &Market,
    state: &mut MarketState<B>,
    work: &Workspace<B>,
    t: usize,
    draws: &Innovations<B>,
) -> Lanes<B> {
    let Workspace { run_up, perceived, circular, lab_defaulted, dated, .. } = work;
    let (chance, reopens, z) =
        (draws.uniform(market.burst_slot), draws.uniform(market.reopen_slot), draws.normal(market.shock));
    state.history[t % HISTORY] = state.overvaluation;
    let y = &state.history[t % HISTORY];
    let hazard = match market.process {
        MarketProcess::Rational { .. } => Lanes::splat(market.burst.hazard),
        MarketProcess::Mispricing { .. } => {
            let scare = scare(&market.burst, state, t);
            lanes!(i => {
                let burst = Burst { hazard: market.burst.hazard * scare[i], ..market.burst };
                burst_hazard(&burst, run_up[i], perceived[i])
            })
        }
    };
    let forced = lanes!(i => max(lab_defaulted[i], dated.burst[i]));
    let burst = lanes!(i => state.open[i] * max(forced[i], flag(chance[i] < monthly(hazard[i]))));
    let drop = match market.process {
        MarketProcess::Rational { .. } => *y,
        MarketProcess::Mispricing { mean, .. } => lanes!(i => fall(&market.burst, perceived[i] - mean, z[i])),
    };
    let fall = lanes!(i => burst[i] * select(dated.is_sized[i] > 0.0, dated.size[i], drop[i]));
    let drifted = drift(market.process, y, circular, z);
    state.overvaluation.set(|i| select(burst[i] > 0.0, y[i] - fall[i], drifted[i]) - dated.fall[i]);
    let freezes = lanes!(i => max(burst[i], dated.freeze[i]));
    turn_regime((&mut state.open, &mut state.frozen_months), market.reopening, (&freezes, &dated.freeze), reopens);
    match &market.credit {
        Some(credit) => turn_credit(credit, state, (&freezes, &dated.credit_freeze), reopens, draws),
        None => state.credit_open = state.open,
    }
    if market.burst.contagion > 0.0 {
        state.last_failure.update(|i, last| select(work.failed[i] > 0.0, t as f64, last));
    }
    note(&mut state.burst, t, |i| burst[i] > 0.0);
    let last_run_up = &state.last_run_up;
    note(&mut state.boom_and_bust, t, |i| burst[i] > 0.0 && t as f64 - last_run_up[i] <= BUST_WITHIN);
    lanes!(i => fall[i] + dated.fall[i])
}

/// Section 6, end of a month of a regime, open or frozen for so many months: it freezes where it `freezes`; frozen, it may
/// reopen unless it is `held`.
#[inline(always)]
fn turn_regime<const B: usize>(
    (open, frozen_months): (&mut Lanes<B>, &mut Lanes<B>),
    reopening: Reopening,
    (freezes, held): (&Lanes<B>, &Lanes<B>),
    reopens: &Lanes<B>,
) {
    let frozen = lanes!(i => frozen_months[i] + 1.0);
    let thaws = thaws(reopening, &frozen, reopens);
    let was_open = *open;
    open.set(|i| select(was_open[i] > 0.0, 1.0 - freezes[i], thaws[i] * (1.0 - held[i])));
    frozen_months.set(|i| (1.0 - was_open[i]) * frozen[i] * (1.0 - open[i]));
}

/// Section 6: credit freezes with the market that `froze`, by itself or by a dated event, and reopens against the number of
/// the market.
#[inline(always)]
fn turn_credit<const B: usize>(
    credit: &Credit,
    state: &mut MarketState<B>,
    (froze, dated): (&Lanes<B>, &Lanes<B>),
    reopens: &Lanes<B>,
    draws: &Innovations<B>,
) {
    let (joint, own) = (draws.uniform(credit.joint_slot), draws.uniform(credit.freeze_slot));
    let by_itself = monthly(credit.hazard);
    let held = lanes!(i => max(froze[i] * flag(joint[i] < credit.joint), dated[i]));
    let freezes = lanes!(i => max(held[i], flag(own[i] < by_itself)));
    let regime = (&mut state.credit_open, &mut state.credit_frozen_months);
    turn_regime(regime, credit.reopening, (&freezes, &held), reopens);
}

/// 1 where a market reopens at the end of a month, else 0. `frozen` counts the months of the freeze, this one included.
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

/// `y` a month later without a burst (section 6). `circular` is strategic money over value.
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

/// Section 3.1: `E[y]` by month, what `y` would be without shocks, bursts and feedback.
pub fn expected(process: MarketProcess, start: f64, months: usize) -> Vec<f64> {
    let (mut y, none) = (Lanes([start]), Lanes::<1>::default());
    let step = |_| {
        let today = y;
        y = drift(process, &today, &none, &none);
        today[0]
    };
    (0..months).map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{HALVES_IN_A_MONTH, World, assert_close, world};
    use super::*;
    use crate::engine::Slots;

    const BURST: Burst = Burst {
        hazard: 0.112,
        run_up_beta: 3.9,
        level_beta: 0.0,
        hazard_max: 0.9,
        fall: 0.8,
        fall_sd: 0.0,
        fall_level: 0.0,
        contagion: 0.0,
    };

    #[test]
    fn the_hazard_of_a_burst_rises_with_the_run_up() {
        // h1 at a run-up of 50 %; 0.112 e^(3.9 (0.6 - 0.405465)); the ceiling.
        assert_close(burst_hazard(&BURST, LN_1_5, 0.3), 0.112);
        assert_close(burst_hazard(&BURST, 0.6, 0.3), 0.239_172);
        assert_close(burst_hazard(&BURST, 2.0, 0.3), 0.9);
    }

    #[test]
    fn the_hazard_of_a_burst_rises_with_what_is_paid_beyond_the_truth() {
        // e^(2 * 0.5) and e^(2 * -0.25) times the hazard without it.
        let burst = Burst { level_beta: 2.0, ..BURST };
        assert_close(burst_hazard(&burst, LN_1_5, 0.0), 0.112);
        assert_close(burst_hazard(&burst, LN_1_5, 0.5), 0.304_448);
        assert_close(burst_hazard(&burst, LN_1_5, -0.25), 0.067_931);
    }

    #[test]
    fn a_fall_is_deeper_from_a_dear_market_and_in_a_month_of_bad_news() {
        let burst = Burst { fall_level: 0.5, fall_sd: 0.3, ..BURST };
        assert_close(fall(&burst, 0.0, 0.0), 0.8);
        assert_close(fall(&burst, 0.4, -1.0), 1.3);
        assert_close(fall(&burst, -0.4, 2.5), 0.0);
    }

    #[test]
    fn two_years_of_a_run_up_burst_as_often_as_the_page_says() {
        for (run_up, often) in [(1.5_f64, 0.20), (2.0, 0.50), (2.5, 0.81)] {
            let bursts = 1.0 - f64::exp(-2.0 * burst_hazard(&BURST, run_up.ln(), 0.0));
            assert!((bursts - often).abs() < 0.005, "{bursts} at {run_up}");
        }
    }

    #[test]
    fn the_run_up_is_the_rise_in_24_months_and_the_growth_of_two_years() {
        assert_close(rise(0.7, 0.1, 0.0), 0.6);
        assert_close(rise(0.7, 0.7, 0.06), 0.12);
        assert_close(rise(-0.3, 0.2, 0.05), -0.4);
    }

    #[test]
    fn the_run_up_before_the_start_is_spread_evenly() {
        let mut slots = Slots::default();
        let mut market = |growth| Market {
            start: 0.7,
            process: MarketProcess::Rational { growth: 0.0 },
            growth,
            run_up: 0.6,
            burst: BURST,
            reopening: Reopening::After(24.0),
            credit: None,
            learning: f64::INFINITY,
            supply: None,
            one_purse: false,
            supply_beta: 0.0,
            frozen_supply: 0.0,
            overvalued_log: 0.0,
            overvalued_months: 6,
            shock: slots.normal("market"),
            burst_slot: slots.uniform("burst"),
            reopen_slot: slots.uniform("reopen"),
        };
        let (flat, growing) = (market(0.0), market(0.06));
        assert_close(flat.before(24), 0.1);
        assert_close(flat.before(6), 0.55);
        assert_close(growing.before(24), 0.22);
    }

    #[test]
    fn overvaluation_reverts_rises_with_strategic_money_and_wanders() {
        // Section 14: 0.693151 + (-0.2 * 0.693151 + 2 * 0.019231)/12; without the feedback; with a shock of 0.1 a
        // month.
        let after = |feedback, volatility, z| {
            let process = MarketProcess::Mispricing { mean: 0.0, reversion: 0.2, volatility, feedback };
            drift(process, &Lanes([0.693_151]), &Lanes([0.019_231]), &Lanes([z]))[0]
        };
        assert_close(after(2.0, 0.0, 0.0), 0.684_804);
        assert_close(after(0.0, 0.0, 0.0), 0.681_598);
        assert_close(after(0.0, 0.346_410_162, -1.0), 0.581_598);
    }

    #[test]
    fn what_is_expected_of_the_market_is_its_drift() {
        // Halfway to the mean of 1 each month, whatever volatility and feedback; a bubble of 1 that doubles.
        let process = MarketProcess::Mispricing { mean: 1.0, reversion: 6.0, volatility: 0.3, feedback: 2.0 };
        for (found, y) in expected(process, 3.0, 3).into_iter().zip([3.0, 2.0, 1.5]) {
            assert_close(found, y);
        }
        let process = MarketProcess::Rational { growth: HALVES_IN_A_MONTH };
        for (found, ratio) in expected(process, 2.0_f64.ln(), 3).into_iter().zip([2.0_f64, 3.0, 5.0]) {
            assert_close(found, ratio.ln());
        }
    }

    #[test]
    fn a_rational_bubble_grows_at_its_rate() {
        // B = e^y - 1 doubles in a month: 0 stays, 1 becomes 2, 3 becomes 6.
        let process = MarketProcess::Rational { growth: HALVES_IN_A_MONTH };
        let (y, none) = (Lanes([0.0, 2.0_f64.ln(), 4.0_f64.ln()]), Lanes([0.0; 3]));
        let after = drift(process, &y, &none, &none);
        for (found, expected) in after.0.into_iter().zip([0.0, 1.098_612, 1.945_910]) {
            assert_close(found, expected);
        }
    }

    #[test]
    fn a_frozen_market_reopens_by_its_hazard_or_after_its_months() {
        let by_chance = thaws(Reopening::Hazard(HALVES_IN_A_MONTH), &Lanes([1.0; 3]), &Lanes([0.0, 0.49, 0.51]));
        let in_time = thaws(Reopening::After(3.0), &Lanes([4.0, 3.0, 2.0]), &Lanes([0.5; 3]));
        for (found, expected) in by_chance.0.into_iter().chain(in_time.0).zip([1.0, 1.0, 0.0, 1.0, 1.0, 0.0]) {
            assert_close(found, expected);
        }
    }

    #[test]
    fn a_burst_takes_the_mean_fall_and_its_deviation() {
        // 0.8 - 0.2 z of a market at 0.7; a fall is never below zero. The uniform of zero makes every burst happen.
        for (z, fall) in [(0.0, 0.8), (1.0, 0.6), (5.0, 0.0)] {
            let World { p, mut block, work, mut draws } = world(|p| p.market.burst = Burst { fall_sd: 0.2, ..BURST });
            block.market.overvaluation = Lanes([0.7]);
            draws.normals.fill(Lanes([z]));
            let fell = turn(&p.market, &mut block.market, &work, 0, &draws);
            assert_close(fell[0], fall);
            assert_close(block.market.overvaluation[0], 0.7 - fall);
            assert_close(block.market.open[0], 0.0);
        }
    }

    #[test]
    fn a_block_runs_its_months_and_an_event_begins_it_anew() {
        // Without regulation a block has one month less to run; an event sets it to its length.
        for (before, hazard, after) in [(3.0, 0.0, 2.0), (0.0, 0.0, 0.0), (3.0, 0.5, 18.0)] {
            let World { p, mut block, work, draws } = world(|p| {
                let slot = p.slots.uniform("regulation");
                p.regulation = Some(Regulation { hazard, duration: 18, slot });
            });
            block.market.blocked = Lanes([before]);
            regulate(p.regulation.as_ref(), &mut block.market, &work.dated, &draws);
            assert_close(block.market.blocked[0], after);
        }
    }

    #[test]
    fn a_dated_event_bursts_lowers_or_freezes_the_market() {
        // From 0.7: a burst of 0.3; a fall of 0.2 that freezes nothing; a freeze without a fall; none in a frozen market.
        for (open, burst, fall, freeze, fell, after) in [
            (1.0, 1.0, 0.0, 0.0, 0.3, 0.0),
            (1.0, 0.0, 0.2, 0.0, 0.2, 1.0),
            (1.0, 0.0, 0.0, 1.0, 0.0, 0.0),
            (0.0, 1.0, 0.2, 1.0, 0.2, 0.0),
        ] {
            let World { p, mut block, mut work, draws } = world(|p| p.market.reopening = Reopening::After(1.0));
            (block.market.overvaluation, block.market.open) = (Lanes([0.7]), Lanes([open]));
            let dated = &mut work.dated;
            (dated.burst, dated.is_sized, dated.size) = (Lanes([burst]), Lanes([burst]), Lanes([0.3 * burst]));
            (dated.fall, dated.freeze) = (Lanes([fall]), Lanes([freeze]));
            assert_close(turn(&p.market, &mut block.market, &work, 0, &draws)[0], fell);
            assert_close(block.market.overvaluation[0], 0.7 - fell);
            assert_close(block.market.open[0], after);
        }
    }

    #[test]
    fn a_market_has_run_up_once_it_has_doubled_in_24_months() {
        // From 0 to ln 2; a month's growth short of it; and with the growth of two years on top.
        let ln_2 = std::f64::consts::LN_2;
        for (y, growth, found, month) in
            [(ln_2, 0.0, ln_2, 5.0), (0.69, 0.0, 0.69, f64::INFINITY), (0.69, 0.01, 0.71, 5.0)]
        {
            let World { p, mut block, .. } = world(|p| p.market.growth = growth);
            block.market.history.fill(Lanes([0.0]));
            block.market.overvaluation = Lanes([y]);
            let mut rise = Lanes([0.0]);
            run_up(&p.market, &mut block.market, &mut rise, 5);
            assert_close(rise[0], found);
            assert_eq!(block.market.ran_up[0].to_bits(), f64::to_bits(month));
        }
    }

    #[test]
    fn a_dated_block_counts_from_its_month_on() {
        for (before, dated, after) in [(0.0, 6.0, 6.0), (18.0, 6.0, 6.0), (18.0, 0.0, 17.0)] {
            let World { mut block, mut work, draws, .. } = world(|_| ());
            (block.market.blocked, work.dated.blocked) = (Lanes([before]), Lanes([dated]));
            regulate(None, &mut block.market, &work.dated, &draws);
            assert_close(block.market.blocked[0], after);
        }
    }

    /// The rise of the log hazard with `y(0)`: its level counts `level_beta`, and `y` falls from `past` to `now` in 24
    /// months, both as multiples of `y(0)`.
    fn slope(level_beta: f64, past: f64, now: f64) -> f64 {
        let burst = Burst { level_beta, hazard_max: f64::INFINITY, ..BURST };
        let log_hazard = |start: f64| burst_hazard(&burst, rise(start * now, start * past, 0.07), start * now).ln();
        (log_hazard(0.8) - log_hazard(0.3)) / 0.5
    }

    #[test]
    fn a_dearer_start_raises_the_hazard_if_and_only_if_the_level_outweighs_the_run_up() {
        // Section 6: y(t) = y(0) e^(-kappa t) without noise, so the slope is e^(-kappa t) (l_beta - h_beta (e^(2 kappa) - 1)).
        for kappa in [0.1, 0.25, 0.6] {
            let balance = BURST.run_up_beta * (f64::exp(2.0 * kappa) - 1.0);
            for (level_beta, sign) in [(0.5 * balance, -1.0), (balance, 0.0), (2.0 * balance, 1.0)] {
                for t in [2.0, 3.5, 8.0] {
                    let (past, now) = (f64::exp(-kappa * (t - 2.0)), f64::exp(-kappa * t));
                    let found = slope(level_beta, past, now);
                    assert!(
                        (found - now * (level_beta - balance)).abs() < 1e-12,
                        "{found} at {kappa} and {level_beta}"
                    );
                    assert!(sign == 0.0 || found * sign > 0.0, "{found} at {kappa} and {level_beta}");
                }
            }
        }
    }

    #[test]
    fn by_months_the_same_holds_of_the_factor_of_a_month() {
        // y' = (1 - kappa/12) y without noise: in 24 months (1 - kappa/12)^-24 stands for e^(2 kappa).
        let process = MarketProcess::Mispricing { mean: 0.0, reversion: 0.25, volatility: 0.0, feedback: 0.0 };
        let none = Lanes([0.0]);
        let path: Vec<f64> = std::iter::successors(Some(1.0), |y| Some(drift(process, &Lanes([*y]), &none, &none)[0]))
            .take(61)
            .collect();
        let balance = BURST.run_up_beta * ((1.0_f64 - 0.25 / 12.0).powi(-24) - 1.0);
        for (level_beta, t) in [(0.5 * balance, 24), (balance, 36), (2.0 * balance, 60)] {
            let found = slope(level_beta, path[t - 24], path[t]);
            assert!((found - path[t] * (level_beta - balance)).abs() < 1e-12, "{found} at {level_beta}");
        }
    }
}
