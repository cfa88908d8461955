//! Settlement and distress: deferral, arrears, resolution, austerity, scale-back (docs/model.md, section 7).

use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::{max, min};

use super::constants::{CENT, DT};
use super::funding::{Money, Setting, Terms, monthly, sell, sell_outside};
use super::outlook::{earnings, facility_room, minimum_payments, runway};
use super::parameters::{Lab, Parameters};
use super::state::{LabState, note, sum};
use super::workspace::LabMonth;

/// 7.1: defers what cash does not cover, pro rata over the month's cash invoices, and repays arrears from cash above
/// `min_cash`.
#[inline(always)]
pub fn settle<const B: usize>(lab: &Lab, state: &mut LabState<B>, m: &mut LabMonth<B>, t: usize) {
    note(&mut state.tally.first.liquidity, t, |i| state.cash[i] < 0.0);
    let owed = &m.opening_arrears;
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

/// 7.1: arrears that are repaid, dollars, from cash above `min_cash`.
#[inline(always)]
fn repayable(cash: f64, min_cash: f64, owed: f64) -> f64 {
    min(max(cash - min_cash, 0.0), owed)
}

/// 7.2: rescue, else distressed exchange, else payment default of a lab whose arrears have outlasted the grace, or
/// whose shortfall exceeds its invoices.
#[inline(always)]
pub fn resolve<const B: usize>(
    p: &Parameters,
    lab: &Lab,
    state: &mut LabState<B>,
    m: &mut LabMonth<B>,
    s: Setting<'_, B>,
) {
    for row in
        [&mut m.rescue, &mut m.rescued, &mut m.exchanged, &mut m.exchange_flag, &mut m.default_flag, &mut m.estate]
    {
        *row = Lanes::splat(0.0);
    }
    (m.insolvent, m.claims_over_capital) = (Lanes::default(), Lanes::default());
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
        leave_unpaid(lab, state, m, &failed);
        judge(p, lab, state, m, s, &failed);
        weigh(p, lab, state, m, s, &failed);
        default_on_payment(lab, state, m, s.t, &failed);
    }
}

/// 7.2: the sponsor pays what is owed and restores some runway, within its capacity, once per path. Returns 1 where the lab
/// is still to be resolved.
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
        let alive = terms.sponsor.is_none_or(|sponsor| s.entities[sponsor].alive[i] > 0.0);
        let able = alive && m.beyond[i] <= terms.capacity;
        called[i] * flag(able && state.rescued[i] == 0.0 && chance[i] < probability)
    });
    let cleared = lanes!(i => rescued[i] * cleared(owed[i], terms.capacity - m.beyond[i]));
    let restored = lanes!(i => {
        let left = terms.capacity - m.beyond[i] - owed[i];
        rescued[i] * restored(terms.rescue_runway * m.outlook.burn[i], left)
    });
    m.rescue.set(|i| cleared[i] * owed[i] + rescued[i] * m.beyond[i] + restored[i]);
    for (flows, party) in m.parties.iter_mut().zip(&mut state.parties) {
        flows.repaid.add(|i| cleared[i] * party.arrears[i]);
        party.arrears.update(|i, owed| owed * (1.0 - cleared[i]));
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

/// 7.2: arrears become debt; contracts and planned training shrink. Returns 1 where the lab is still to be resolved.
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

/// 7.2: share of what is `owed` that a rescue with this much `left` (both in dollars) pays off.
#[inline(always)]
fn cleared(owed: f64, left: f64) -> f64 {
    let left = max(left, 0.0);
    select(owed > left, left / owed, 1.0)
}

/// 7.2: cash that a rescue adds, dollars: what is `wanted`, at most what is `left` of its capacity.
#[inline(always)]
fn restored(wanted: f64, left: f64) -> f64 {
    max(min(wanted, left), 0.0)
}

/// Restarts the count of months in arrears where the lab was `helped`. Returns 1 where it is still to be resolved.
#[inline(always)]
fn cured<const B: usize>(state: &mut LabState<B>, called: &Lanes<B>, helped: &Lanes<B>) -> Lanes<B> {
    state.months_in_arrears.update(|i, months| months * (1.0 - helped[i]));
    lanes!(i => called[i] * (1.0 - helped[i]))
}

/// 7.2: the unpaid part of a payment default is first interest and principal, pro rata, which remain owed.
#[inline(always)]
fn leave_unpaid<const B: usize>(lab: &Lab, state: &mut LabState<B>, m: &mut LabMonth<B>, called: &Lanes<B>) {
    let principal = sum(&m.principal);
    let unpaid = lanes!(i => {
        let due = m.interest[i] + principal[i];
        called[i] * select(due > 0.0, min(m.beyond[i] / due, 1.0), 0.0)
    });
    if !unpaid.any() {
        return;
    }
    for (f, facility) in lab.facilities.iter().enumerate() {
        let (balance, principal, draw) = (&mut state.balances[f], &m.principal[f], &m.draw[f]);
        let left = lanes!(i => {
            let opening = balance[i] + principal[i] - draw[i];
            unpaid[i] * (facility.rate * DT * opening + principal[i])
        });
        balance.add(|i| left[i]);
        if let Some(lender) = facility.lender {
            m.parties[lender].served.add(|i| -left[i]);
        }
    }
}

/// 7.3: whether a lab in payment default is insolvent, or only illiquid.
#[inline(always)]
fn judge<const B: usize>(
    p: &Parameters,
    lab: &Lab,
    state: &mut LabState<B>,
    m: &mut LabMonth<B>,
    s: Setting<'_, B>,
    called: &Lanes<B>,
) {
    let (debt, arrears) = (state.debt(), state.total_arrears());
    let earnings = earnings(p, lab, state, m, (s.ratio, called), s.t);
    m.insolvent.set(|i| called[i] * flag(earnings[i] + state.cash[i] < debt[i] + arrears[i]));
    note(&mut state.tally.first.insolvent, s.t, |i| m.insolvent[i] > 0.0);
}

/// 8.2: what a lab in payment default owes each entity, against the capital of that entity.
#[inline(always)]
fn weigh<const B: usize>(
    p: &Parameters,
    lab: &Lab,
    state: &mut LabState<B>,
    m: &mut LabMonth<B>,
    s: Setting<'_, B>,
    called: &Lanes<B>,
) {
    for (e, (known, books)) in p.entities.iter().zip(s.entities).enumerate() {
        let (Some(balance), party) = (&known.balance, &state.parties[e]) else { continue };
        let mut claims = lanes!(i => party.arrears[i] + party.exchanged[i]);
        for (_, drawn) in lab.facilities.iter().zip(&state.balances).filter(|(line, _)| line.lender == Some(e)) {
            claims.add(|i| drawn[i]);
        }
        m.claims_over_capital.update(|i, largest| {
            let capital = books.alive[i] * (books.worth[i] - balance.barrier);
            max(largest, called[i] * over_capital(claims[i], capital))
        });
    }
    let ratio = &m.claims_over_capital;
    state.tally.claims_over_capital.update(|i, known| select(called[i] > 0.0, ratio[i], known));
    note(&mut state.tally.first.claims_exceed, s.t, |i| ratio[i] > 1.0);
}

/// 8.2: claims over capital; 0 where there is no capital that they could use up.
#[inline(always)]
fn over_capital(claims: f64, capital: f64) -> f64 {
    select(capital > 0.0, claims / capital, 0.0)
}

/// 7.2: the lab ceases to exist from the next month on; its cash goes to the estate and its creditors lose `lgd`.
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
    if lab.austerity.on_demand_runway > 0.0 {
        let least = lab.austerity.on_demand_runway;
        state.spares_demand.set(|i| state.alive[i] * flag(runway(state.cash[i], m.outlook.burn[i]) < least));
    }
    if m.exchange_flag.any() {
        minimum_payments(lab, state, m, s.t);
    }
    let liquid = liquidity(lab, state, m, s.t);
    let chance = s.draws.uniform(lab.scale_back.slot);
    let succeeds = monthly(lab.scale_back.renegotiate);
    let (firm, soft, kept) = (&m.outlook.minimum_firm, &m.outlook.minimum_soft, &state.kept);
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

/// 7.4: `n` after a scale-back that closes the deficit (a negative `balance`, dollars), at least 0. `soft` is the part of
/// `M12` that can be dropped, at `n = 1`, dollars.
#[inline(always)]
fn kept_after(kept: f64, balance: f64, soft: f64) -> f64 {
    max(kept + balance / soft, 0.0)
}

/// 7.4: funds against which minimum payments are tested, dollars: cash, firm investments due within twelve months, undrawn
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
    use super::super::by_hand::{World, assert_close, balance, line_of_credit, world};
    use super::super::outlook::ENDURANCE;
    use super::super::parameters::{Facility, ScaleBack};
    use super::*;

    #[test]
    fn arrears_are_repaid_from_cash_above_the_least() {
        assert_close(repayable(5.0, 3.0, 10.0), 2.0);
        assert_close(repayable(5.0, 3.0, 1.0), 1.0);
        assert_close(repayable(-4.0, 0.0, 1.0), 0.0);
    }

    #[test]
    fn a_rescue_pays_arrears_before_it_leaves_cash() {
        // Of 10 with 3 beyond the invoices: all of 4 owed and 3 of a wanted 5; of 2 with 1 beyond, a quarter of 4.
        assert_close(cleared(4.0, 10.0 - 3.0), 1.0);
        assert_close(restored(5.0, 10.0 - 3.0 - 4.0), 3.0);
        assert_close(cleared(4.0, 2.0 - 1.0), 0.25);
        assert_close(restored(5.0, 2.0 - 1.0 - 4.0), 0.0);
        assert_close(cleared(0.0, f64::INFINITY), 1.0);
        assert_close(restored(5.0, f64::INFINITY), 5.0);
    }

    #[test]
    fn claims_are_set_against_capital_where_there_is_some() {
        for (claims, capital, ratio) in [(3.0, 2.0, 1.5), (3.0, 12.0, 0.25), (3.0, 0.0, 0.0), (3.0, -1.0, 0.0)] {
            assert_close(over_capital(claims, capital), ratio);
        }
    }

    #[test]
    fn a_lab_in_payment_default_is_insolvent_if_it_is_worth_less_than_it_owes() {
        // Arrears of 5 and a loan of 10 of the bank, whose capital is 20 above its barrier, against cash of 2: operations that
        // earn 12 are too few, those that earn 14 enough.
        for (beyond, insolvent) in [(12.0, 1.0), (14.0, 0.0)] {
            let mut all = distressed(5.0, 0.0, 0.0, |lab| {
                lab.facilities = vec![Facility { lender: Some(1), committed: false, ..line_of_credit(10.0) }];
                lab.target[1 + ENDURANCE] = 1.0;
                (lab.fundamentals.cost_of_capital, lab.fundamentals.beyond) = (0.0, beyond);
            });
            all.p.entities[1].balance = Some(balance(&mut all.p.slots, 50.0, 30.0));
            all.block.entities[1].worth = Lanes([50.0]);
            all.block.labs[0].balances[0] = Lanes([10.0]);
            (all.block.labs[0].cash, all.work.labs[0].attained) = (Lanes([2.0]), Lanes([1.0]));
            let all = resolved(all, 1.0);
            assert_close(all.work.labs[0].insolvent[0], insolvent);
            assert_close(all.work.labs[0].claims_over_capital[0], 0.5);
            let first = &all.block.labs[0].tally.first;
            assert_eq!((first.insolvent[0].is_finite(), first.claims_exceed[0].is_finite()), (insolvent > 0.0, false));
        }
    }

    #[test]
    fn commitments_are_dropped_just_as_far_as_balances_the_year() {
        // A deficit of 2 is a fifth of the 10 that can be dropped; one of 12 is more than is kept.
        assert_close(kept_after(1.0, -2.0, 10.0), 0.8);
        assert_close(kept_after(0.5, -2.0, 10.0), 0.3);
        assert_close(kept_after(1.0, -12.0, 10.0), 0.0);
    }

    /// A month that ends with these arrears to the cloud, invoices that exceed cash by `beyond`, and this burn; a rescue
    /// restores twelve months of it.
    fn distressed(arrears: f64, beyond: f64, burn: f64, terms: impl FnOnce(&mut Lab)) -> World {
        let mut all = world(|p| {
            p.labs[0].resolution.rescue_runway = 12.0;
            terms(&mut p.labs[0]);
        });
        let (state, m) = (&mut all.block.labs[0], &mut all.work.labs[0]);
        state.parties[0].arrears = Lanes([arrears]);
        state.months_in_arrears = Lanes([1.0]);
        (m.beyond, m.outlook.burn) = (Lanes([beyond]), Lanes([burn]));
        (m.value, m.share_count) = (Lanes([100.0]), Lanes([1.0]));
        all
    }

    /// The world after its lab was resolved in an open or frozen market.
    fn resolved(mut all: World, open: f64) -> World {
        all.block.market.open = Lanes([open]);
        let World { p, block, work, draws } = &mut all;
        let (ratio, t) = (Lanes([1.0]), 0);
        let (market, entities) = (&block.market, &block.entities);
        let setting = Setting { market, entities, ratio: &ratio, purse: None, t, draws };
        resolve(p, &p.labs[0], &mut block.labs[0], &mut work.labs[0], setting);
        all
    }

    #[test]
    fn a_rescue_costs_what_is_owed_and_the_runway_that_it_restores() {
        // 3 + 1 + 12 * 0.5; 2 + 12 * 0.25; 4 beyond the invoices, without burn.
        for (arrears, beyond, burn, cost) in [(3.0, 1.0, 0.5, 10.0), (2.0, 0.0, 0.25, 5.0), (0.0, 4.0, 0.0, 4.0)] {
            let at = |capacity| {
                resolved(
                    distressed(arrears, beyond, burn, |lab| {
                        lab.resolution.rescue = 0.5;
                        lab.resolution.capacity = capacity;
                    }),
                    1.0,
                )
            };
            let all = at(cost);
            assert_close(all.work.labs[0].rescue[0], cost);
            assert_close(all.block.labs[0].cash[0], 12.0 * burn);
            assert_close(all.block.labs[0].total_arrears()[0], 0.0);
            // With a little less it pays in part, unless that does not cover the shortfall beyond the invoices.
            let paid = if beyond < cost { cost - 0.01 } else { 0.0 };
            let part = at(cost - 0.01);
            assert_close(part.work.labs[0].rescue[0], paid);
            assert_close(part.work.labs[0].default_flag[0], f64::from(u8::from(paid == 0.0)));
        }
    }

    #[test]
    fn a_rescue_is_rarer_in_a_freeze() {
        // Uniforms of zero: whatever is possible happens.
        for (frozen, rescued) in [(0.5, 1.0), (0.01, 1.0), (0.0, 0.0)] {
            let all = distressed(3.0, 0.0, 0.0, |lab| {
                lab.resolution.rescue = 0.5;
                lab.resolution.rescue_frozen = frozen;
            });
            assert_close(resolved(all, 0.0).work.labs[0].rescued[0], rescued);
        }
    }

    #[test]
    fn an_exchange_turns_arrears_into_debt_less_the_haircut() {
        // (1 - 0.4) 5 + 1, a loss of 0.4 * 5; then without a haircut, and all of it.
        for (haircut, debt, loss) in [(0.4, 4.0, 2.0), (0.0, 6.0, 0.0), (1.0, 1.0, 5.0)] {
            let all = resolved(
                distressed(5.0, 1.0, 0.0, |lab| {
                    lab.resolution.exchange = 1.0;
                    lab.resolution.haircut = haircut;
                }),
                1.0,
            );
            let (state, m) = (&all.block.labs[0], &all.work.labs[0]);
            assert_close(m.exchanged[0], debt);
            assert_close(state.exchanged_debt[0], debt);
            assert_close(m.parties[0].credit_loss[0], loss);
            assert_close(state.restructured[0], 1.0 - haircut);
        }
    }

    #[test]
    fn creditors_lose_their_part_in_a_payment_default() {
        // 60 % of arrears of 5 and exchanged debt of 3, and of a loan of 10; nothing at no loss; all at a full one.
        for (lgd, of_cloud, of_bank) in [(0.6, 4.8, 6.0), (0.0, 0.0, 0.0), (1.0, 8.0, 10.0)] {
            let mut all = distressed(5.0, 0.0, 0.0, |lab| {
                lab.resolution.lgd = lgd;
                let line = |lender| Facility { lender, committed: false, ..line_of_credit(10.0) };
                lab.facilities = vec![line(Some(1))];
            });
            all.block.labs[0].parties[0].exchanged = Lanes([3.0]);
            all.block.labs[0].balances[0] = Lanes([10.0]);
            all.block.labs[0].cash = Lanes([2.0]);
            let all = resolved(all, 1.0);
            let m = &all.work.labs[0];
            assert_close(m.parties[0].credit_loss[0], of_cloud);
            assert_close(m.parties[1].credit_loss[0], of_bank);
            assert_close(m.estate[0], 2.0);
            assert_close(all.block.labs[0].alive[0], 0.0);
        }
    }

    #[test]
    fn a_lender_receives_what_a_payment_default_leaves_of_interest_and_principal() {
        // A loan of 10 at a tenth a month falls due: 11. Of it 0, 5.5 and all 11 are unpaid, and 60 % of that is lost.
        for (beyond, served, ended, lost) in [(0.0, 11.0, 0.0, 0.0), (5.5, 5.5, 5.5, 3.3), (20.0, 0.0, 11.0, 6.6)] {
            let mut all = distressed(1.0, beyond, 0.0, |lab| {
                lab.resolution.lgd = 0.6;
                lab.facilities =
                    vec![Facility { lender: Some(1), rate: 1.2, committed: false, ..line_of_credit(10.0) }];
            });
            all.block.labs[0].months_in_arrears = Lanes([100.0]);
            let m = &mut all.work.labs[0];
            (m.principal[0], m.interest, m.parties[1].served) = (Lanes([10.0]), Lanes([1.0]), Lanes([11.0]));
            let all = resolved(all, 1.0);
            let bank = &all.work.labs[0].parties[1];
            assert_close(bank.served[0], served);
            assert_close(bank.ended[0], ended);
            assert_close(bank.credit_loss[0], lost);
        }
    }

    #[test]
    fn invoices_are_deferred_as_far_as_cash_is_short_and_pro_rata() {
        // Invoices of 3 to the cloud and 1 to the bank.
        for (cash, to_cloud, to_bank, beyond) in [(-2.0, 1.5, 0.5, 0.0), (-4.0, 3.0, 1.0, 0.0), (-6.0, 3.0, 1.0, 2.0)] {
            let World { p, mut block, mut work, .. } = world(|_| ());
            let (state, m) = (&mut block.labs[0], &mut work.labs[0]);
            (m.parties[0].invoiced, m.parties[1].invoiced, m.invoices) = (Lanes([3.0]), Lanes([1.0]), Lanes([4.0]));
            state.cash = Lanes([cash]);
            settle(&p.labs[0], state, m, 0);
            assert_close(state.parties[0].arrears[0], to_cloud);
            assert_close(state.parties[1].arrears[0], to_bank);
            assert_close(m.beyond[0], beyond);
            assert_close(state.cash[0], 0.0);
        }
    }

    #[test]
    fn a_renegotiation_cuts_all_commitments_and_costs_a_part_of_what_it_cuts() {
        // A tenth of the fifth that is cut of 30 a year: 0.6; then a half of a third; nothing where the year balances.
        for (fee, cut, cash, due) in [(0.1, 0.2, 20.0, 0.6), (0.5, 1.0 / 3.0, 20.0, 5.0), (0.1, 0.2, 30.0, 0.0)] {
            let World { p, mut block, mut work, draws } = world(|p| {
                let slot = p.labs[0].scale_back.slot;
                p.labs[0].scale_back = ScaleBack { renegotiate: 12.0, cut, fee, slot };
            });
            let (state, m) = (&mut block.labs[0], &mut work.labs[0]);
            (state.cash, m.outlook.minimum_firm) = (Lanes([cash]), Lanes([30.0]));
            let ratio = Lanes([1.0]);
            let setting = Setting {
                market: &block.market,
                entities: &block.entities,
                ratio: &ratio,
                purse: None,
                t: 0,
                draws: &draws,
            };
            retrench(&p.labs[0], state, m, setting);
            assert_close(state.fee_due[0], due);
            assert_close(state.restructured[0], if due > 0.0 { 1.0 - cut } else { 1.0 });
        }
    }

    #[test]
    fn minimum_payments_are_tested_against_cash_a_year_s_earnings_and_what_can_be_drawn() {
        // 5 + 10 - 3 - 1 = 11; a committed line of 6 with 2 drawn adds 4, one that is not committed nothing.
        for (committed, drawn, expected) in [(None, 0.0, 11.0), (Some(true), 2.0, 15.0), (Some(false), 0.0, 11.0)] {
            let World { p, mut block, mut work, .. } = world(|p| {
                p.labs[0].facilities.extend(committed.map(|committed| Facility { committed, ..line_of_credit(6.0) }));
            });
            let (state, m) = (&mut block.labs[0], &mut work.labs[0]);
            state.cash = Lanes([5.0]);
            state.balances.iter_mut().for_each(|balance| *balance = Lanes([drawn]));
            (m.outlook.revenue, m.outlook.fixed, m.outlook.interest) = (Lanes([10.0]), Lanes([3.0]), Lanes([1.0]));
            assert_close(liquidity(&p.labs[0], state, m, 0)[0], expected);
        }
    }

    #[test]
    fn a_lab_that_an_event_fails_is_neither_rescued_nor_exchanges() {
        for (doomed, defaults, rescued) in [(1.0, 1.0, 0.0), (0.0, 0.0, 1.0)] {
            let mut all = distressed(3.0, 0.0, 0.0, |lab| lab.resolution.rescue = 1.0);
            all.work.labs[0].doomed = Lanes([doomed]);
            let all = resolved(all, 1.0);
            let m = &all.work.labs[0];
            assert_close(m.default_flag[0], defaults);
            assert_close(m.rescued[0], rescued);
        }
    }

    #[test]
    fn a_lab_saves_while_its_runway_is_short() {
        // Cash of 10 at a burn of 2: five months. Training is cut below six, and none is bought on demand below four.
        for (cash, austerity, spares) in [(10.0, 1.0, 0.0), (12.0, 0.0, 0.0), (6.0, 1.0, 1.0)] {
            let mut all = world(|p| {
                let lab = &mut p.labs[0];
                (lab.austerity.runway, lab.austerity.on_demand_runway) = (6.0, 4.0);
            });
            (all.block.labs[0].cash, all.work.labs[0].outlook.burn) = (Lanes([cash]), Lanes([2.0]));
            all.fund(0, |p, state, m, s| retrench(&p.labs[0], state, m, s));
            assert_close(all.block.labs[0].austerity[0], austerity);
            assert_close(all.block.labs[0].spares_demand[0], spares);
        }
    }

    #[test]
    fn arrears_are_repaid_pro_rata_and_their_months_counted() {
        // Arrears of 3 to the cloud and 1 to the bank; cash of 2, 4 and none above the least.
        for (cash, to_cloud, to_bank, months) in [(2.0, 1.5, 0.5, 3.0), (4.0, 0.0, 0.0, 0.0), (0.0, 3.0, 1.0, 3.0)] {
            let World { p, mut block, mut work, .. } = world(|p| p.labs[0].min_cash = 1.0);
            let (state, m) = (&mut block.labs[0], &mut work.labs[0]);
            (state.parties[0].arrears, state.parties[1].arrears) = (Lanes([3.0]), Lanes([1.0]));
            m.opening_arrears = Lanes([4.0]);
            (state.cash, state.months_in_arrears) = (Lanes([1.0 + cash]), Lanes([2.0]));
            settle(&p.labs[0], state, m, 0);
            assert_close(state.parties[0].arrears[0], to_cloud);
            assert_close(state.parties[1].arrears[0], to_bank);
            assert_close(state.months_in_arrears[0], months);
        }
    }
}
