//! Settlement and distress: deferral, arrears, resolution, austerity, scale-back (docs/model.md, section 7).

use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::{max, min};

use super::constants::CENT;
use super::funding::{Money, Setting, Terms, monthly, sell, sell_outside};
use super::outlook::{facility_room, minimum_payments, runway};
use super::parameters::Lab;
use super::state::{LabState, note};
use super::workspace::LabMonth;

/// 7.1: defers what cash does not cover, pro rata over the month's cash invoices, and repays arrears from cash above
/// `min_cash`.
#[inline(always)]
pub fn settle<const B: usize>(lab: &Lab, state: &mut LabState<B>, m: &mut LabMonth<B>, t: usize) {
    m.opening_arrears = state.total_arrears();
    note(&mut state.tally.first.liquidity, t, |i| state.cash[i] < 0.0);
    let owed = m.opening_arrears;
    let short = lanes!(i => max(-state.cash[i], 0.0));
    let bills = lanes!(i => m.invoices[i] - m.credits_used[i]);
    let repaid = lanes!(i => repayable(state.cash[i], lab.min_cash, owed[i]));
    m.deferred.set(|i| min(short[i], bills[i]));
    m.beyond.set(|i| short[i] - m.deferred[i]);
    state.cash.update(|i, cash| max(cash, 0.0) - repaid[i]);
    if m.deferred.any() || owed.any() {
        let deferral = lanes!(i => select(bills[i] > 0.0, m.deferred[i] / bills[i], 0.0));
        let repayment = lanes!(i => select(owed[i] > 0.0, repaid[i] / owed[i], 0.0));
        for (party, flows) in state.parties.iter_mut().zip(&mut m.parties) {
            flows.repaid.set(|i| repayment[i] * party.arrears[i]);
            flows.deferred.set(|i| deferral[i] * (flows.invoiced[i] - flows.credits_taken[i]));
            party.arrears.add(|i| flows.deferred[i] - flows.repaid[i]);
        }
    } else {
        for flows in &mut m.parties {
            flows.repaid = Lanes::default();
            flows.deferred = Lanes::default();
        }
    }
    let owed = state.total_arrears();
    state.months_in_arrears.update(|i, months| select(owed[i] > CENT, months + 1.0, 0.0));
}

/// 7.1: arrears that are repaid, dollars: as far as cash is above `min_cash`.
#[inline(always)]
fn repayable(cash: f64, min_cash: f64, owed: f64) -> f64 {
    min(max(cash - min_cash, 0.0), owed)
}

/// 7.2: rescue, else distressed exchange, else payment default of a lab whose arrears have outlasted the grace, or
/// whose shortfall exceeds its invoices.
#[inline(always)]
pub fn resolve<const B: usize>(lab: &Lab, state: &mut LabState<B>, m: &mut LabMonth<B>, s: Setting<'_, B>) {
    for row in
        [&mut m.rescue, &mut m.rescued, &mut m.exchanged, &mut m.exchange_flag, &mut m.default_flag, &mut m.estate]
    {
        *row = Lanes::splat(0.0);
    }
    for flows in &mut m.parties {
        flows.credit_loss = Lanes::default();
        flows.ended = Lanes::default();
    }
    let grace = lab.resolution.grace;
    let doomed = lanes!(i => m.doomed[i] * state.alive[i]);
    let called = lanes!(i => {
        (1.0 - doomed[i]) * flag(state.months_in_arrears[i] > grace || m.beyond[i] > 0.0)
    });
    let mut failed = doomed;
    if called.any() {
        let called = rescue(lab, state, m, s, &called);
        let called = exchange(lab, state, m, s, &called);
        failed.add(|i| called[i]);
    }
    if failed.any() {
        default_on_payment(lab, state, m, s.t, &failed);
    }
}

/// 7.2: the sponsor pays what is owed and restores the target runway, once per path. Returns 1 where the lab is still
/// to be resolved.
#[inline(always)]
fn rescue<const B: usize>(
    lab: &Lab,
    state: &mut LabState<B>,
    m: &mut LabMonth<B>,
    s: Setting<'_, B>,
    called: &Lanes<B>,
) -> Lanes<B> {
    let terms = &lab.resolution;
    let chance = s.draws.uniform(terms.rescue_slot);
    let owed = state.total_arrears();
    let rescued = lanes!(i => {
        let open = s.market.open[i];
        let probability = terms.rescue * (open + (1.0 - open) * terms.rescue_frozen);
        let cost = owed[i] + m.beyond[i] + lab.target_runway * m.outlook.burn[i];
        let able = terms.sponsor.is_none_or(|sponsor| s.entities[sponsor].alive[i] > 0.0) && cost <= terms.capacity;
        called[i] * flag(able && state.rescued[i] == 0.0 && chance[i] < probability)
    });
    let restored = lanes!(i => rescued[i] * lab.target_runway * m.outlook.burn[i]);
    m.rescue.set(|i| rescued[i] * (owed[i] + m.beyond[i]) + restored[i]);
    for (flows, party) in m.parties.iter_mut().zip(&mut state.parties) {
        flows.repaid.add(|i| rescued[i] * party.arrears[i]);
        party.arrears.update(|i, owed| owed * (1.0 - rescued[i]));
    }
    let paid = m.rescue;
    let before = m.issued;
    match terms.sponsor {
        Some(sponsor) => sell(lab, state, m, sponsor, &paid, Terms::Certain, Money::Cash),
        None => sell_outside(state, m, &paid, Terms::Certain),
    }
    state.shares.add(|i| m.issued[i] - before[i]);
    state.cash.add(|i| restored[i] - paid[i]);
    m.rescued = rescued;
    state.rescued.add(|i| rescued[i]);
    note(&mut state.tally.first.rescue, s.t, |i| rescued[i] > 0.0);
    cured(state, called, &rescued)
}

/// 7.2: creditors take debt for arrears; contracts and planned training shrink. Returns 1 where the lab is still to be
/// resolved.
#[inline(always)]
fn exchange<const B: usize>(
    lab: &Lab,
    state: &mut LabState<B>,
    m: &mut LabMonth<B>,
    s: Setting<'_, B>,
    called: &Lanes<B>,
) -> Lanes<B> {
    let terms = &lab.resolution;
    let chance = s.draws.uniform(terms.exchange_slot);
    m.exchange_flag.set(|i| called[i] * flag(state.exchanges[i] < terms.max_exchanges && chance[i] < terms.exchange));
    let done = m.exchange_flag;
    let owed = state.total_arrears();
    m.exchanged.set(|i| done[i] * ((1.0 - terms.haircut) * owed[i] + m.beyond[i]));
    state.exchanged_debt.add(|i| m.exchanged[i]);
    for (flows, party) in m.parties.iter_mut().zip(&mut state.parties) {
        flows.credit_loss.set(|i| done[i] * terms.haircut * party.arrears[i]);
        let share = |i: usize| select(owed[i] > 0.0, party.arrears[i] / owed[i], 0.0);
        party.exchanged.add(|i| share(i) * m.exchanged[i]);
        party.arrears.update(|i, owed| owed * (1.0 - done[i]));
    }
    let left = |i: usize, value: f64| value * (1.0 - done[i] * terms.haircut);
    state.restructured.update(left);
    state.training_kept.update(left);
    state.exchanges.add(|i| done[i]);
    note(&mut state.tally.first.exchange, s.t, |i| done[i] > 0.0);
    cured(state, called, &done)
}

/// Restarts the count of months in arrears where the lab was `helped`. Returns 1 where it is still to be resolved.
#[inline(always)]
fn cured<const B: usize>(state: &mut LabState<B>, called: &Lanes<B>, helped: &Lanes<B>) -> Lanes<B> {
    state.months_in_arrears.update(|i, months| months * (1.0 - helped[i]));
    lanes!(i => called[i] * (1.0 - helped[i]))
}

/// 7.2: the lab is gone from the next month on; its cash goes to the estate, its creditors lose `lgd`.
#[inline(always)]
fn default_on_payment<const B: usize>(
    lab: &Lab,
    state: &mut LabState<B>,
    m: &mut LabMonth<B>,
    t: usize,
    called: &Lanes<B>,
) {
    let lgd = lab.resolution.lgd;
    m.default_flag = *called;
    let survives = |i: usize, value: f64| value * (1.0 - called[i]);
    for (flows, party) in m.parties.iter_mut().zip(&mut state.parties) {
        flows.credit_loss.add(|i| lgd * called[i] * (party.arrears[i] + party.exchanged[i]));
        party.arrears.update(survives);
        party.exchanged.update(survives);
    }
    for (facility, balance) in lab.facilities.iter().zip(&mut state.balances) {
        if let Some(lender) = facility.lender {
            m.parties[lender].credit_loss.add(|i| lgd * called[i] * balance[i]);
            m.parties[lender].ended.add(|i| called[i] * balance[i]);
        }
        balance.update(survives);
    }
    m.estate.set(|i| called[i] * state.cash[i]);
    state.cash.update(survives);
    state.exchanged_debt.update(survives);
    state.alive.update(survives);
    state.months_in_arrears.update(survives);
    note(&mut state.tally.first.payment_default, t, |i| called[i] > 0.0);
}

/// 7.4: austerity next month; scale-back and renegotiation if the next twelve months do not balance.
#[inline(always)]
pub fn retrench<const B: usize>(lab: &Lab, state: &mut LabState<B>, m: &mut LabMonth<B>, s: Setting<'_, B>) {
    state.austerity.set(|i| state.alive[i] * flag(runway(state.cash[i], m.outlook.burn[i]) < lab.austerity.runway));
    if m.exchange_flag.any() {
        minimum_payments(lab, state, m, s.t);
    }
    let liquid = liquidity(lab, state, m, s.t);
    let chance = s.draws.uniform(lab.scale_back.slot);
    let succeeds = monthly(lab.scale_back.renegotiate);
    let (firm, soft, kept) = (m.outlook.minimum_firm, m.outlook.minimum_soft, state.kept);
    let before = lanes!(i => liquid[i] - firm[i] - soft[i] * kept[i]);
    m.dropped.set(|i| state.alive[i] * flag(before[i] < 0.0) * flag(soft[i] > 0.0) * flag(kept[i] > 0.0));
    m.renegotiated = Lanes::splat(0.0);
    state.fee_due = Lanes::splat(0.0);
    let deficit: Lanes<B> = lanes!(i => flag(before[i] < 0.0));
    if !deficit.any() {
        return;
    }
    let keeps = lanes!(i => {
        let left = kept_after(kept[i], before[i], select(soft[i] > 0.0, soft[i], 1.0));
        select(m.dropped[i] > 0.0, left, kept[i])
    });
    let minimum = lanes!(i => firm[i] + soft[i] * keeps[i]);
    // Dropping closes a deficit up to rounding, which must not count as one.
    let short = lanes!(i => state.alive[i] * flag(liquid[i] - minimum[i] < -CENT));
    m.renegotiated.set(|i| short[i] * flag(minimum[i] > 0.0) * flag(chance[i] < succeeds));
    state.kept = keeps;
    state.fee_due.set(|i| m.renegotiated[i] * lab.scale_back.fee * lab.scale_back.cut * minimum[i]);
    state.restructured.update(|i, left| left * (1.0 - m.renegotiated[i] * lab.scale_back.cut));
    note(&mut state.tally.first.scale_back, s.t, |i| m.dropped[i] > 0.0);
    note(&mut state.tally.first.renegotiation, s.t, |i| m.renegotiated[i] > 0.0);
}

/// 7.4: `n` after a scale-back: as far below `kept` as closes the deficit (a negative `balance`, dollars), or 0. `soft`
/// is the part of `M12` that can be dropped, at `n = 1`, dollars.
#[inline(always)]
fn kept_after(kept: f64, balance: f64, soft: f64) -> f64 {
    max(kept + balance / soft, 0.0)
}

/// 7.4: what minimum payments are tested against, dollars: cash, firm investments due within twelve months, undrawn
/// committed facilities and a year's revenue, less fixed costs and interest.
#[inline(always)]
fn liquidity<const B: usize>(lab: &Lab, state: &LabState<B>, m: &LabMonth<B>, t: usize) -> Lanes<B> {
    let mut liquid = lanes!(i => {
        state.cash[i] + m.outlook.revenue[i] - m.outlook.fixed[i] - m.outlook.interest[i]
    });
    for (investment, standing) in lab.investments.iter().zip(&state.investments) {
        let next = t as i32 + 1;
        if investment.is_firm() && investment.date < next + 12 && investment.deadline >= next.max(investment.date) {
            liquid.add(|i| standing.pending[i] * investment.amount);
        }
    }
    for (f, facility) in lab.facilities.iter().enumerate().filter(|(_, facility)| facility.committed) {
        let room = facility_room(facility, f, &state.balances, &state.exchanged_debt, &m.value, t);
        liquid.add(|i| room[i]);
    }
    liquid
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::assert_close;
    use super::*;

    #[test]
    fn arrears_are_repaid_from_cash_above_the_least() {
        assert_close(repayable(5.0, 3.0, 10.0), 2.0);
        assert_close(repayable(5.0, 3.0, 1.0), 1.0);
        assert_close(repayable(-4.0, 0.0, 1.0), 0.0);
    }

    #[test]
    fn commitments_are_dropped_just_as_far_as_balances_the_year() {
        // A deficit of 2 is a fifth of the 10 that can be dropped; one of 12 is more than is kept.
        assert_close(kept_after(1.0, -2.0, 10.0), 0.8);
        assert_close(kept_after(0.5, -2.0, 10.0), 0.3);
        assert_close(kept_after(1.0, -12.0, 10.0), 0.0);
    }
}
