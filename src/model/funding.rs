//! How a lab is funded, in the order of docs/model.md, section 5: investments, matching, warrants, IPO, round, facilities.

use crate::engine::Innovations;
use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::{exp, max, min};

use super::binding::sign;
use super::constants::{CENT, DT};
use super::outlook::{facility_room, look_ahead};
use super::parameters::{Conditions, Investment, Lab, Market, Parameters, Round};
use super::state::{EntityState, LabState, MarketState};
use super::warrants::vest;
use super::workspace::LabMonth;

/// 5.5: price of a share, over that of the last sale, from which a lab raises money whatever its runway.
const OPPORTUNITY: f64 = 1.25;

/// Probability that an event with this annual hazard happens in a month (section 1).
#[inline(always)]
pub fn monthly(hazard: f64) -> f64 {
    1.0 - exp(-hazard * DT)
}

/// What funding depends on besides the lab: regime and prices at the start of the month.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a, const B: usize> {
    /// The funding market.
    pub market: &'a MarketState<B>,
    /// The entities.
    pub entities: &'a [EntityState<B>],
    /// `P_ref/Pbar_ref`.
    pub ratio: &'a Lanes<B>,
    /// What is left in the purse of all labs, dollars; none: each has a supply of its own.
    pub purse: Option<&'a Lanes<B>>,
    /// The month.
    pub t: usize,
    /// Its random numbers.
    pub draws: &'a Innovations<B>,
}

/// Funds one lab for a month (section 5). Cash is negative afterwards where funding falls short.
#[inline(always)]
pub fn fund<const B: usize>(
    p: &Parameters,
    lab: &Lab,
    state: &mut LabState<B>,
    m: &mut LabMonth<B>,
    s: Setting<'_, B>,
) {
    m.issued = Lanes::splat(0.0);
    m.outside = Lanes::splat(0.0);
    m.strategic = Lanes::splat(0.0);
    for flows in &mut m.parties {
        flows.given = Lanes::default();
    }
    m.opening_cash = state.cash;
    state.cash.add(|i| m.ocf[i]);
    investments(p, lab, state, m, s);
    matchings(lab, state, m, s);
    vest(lab, state, m, s.entities, &s.market.blocked);
    repay_due(lab, state, m, s.t);
    m.outlook.cash_now = state.cash;
    look_ahead(lab, state, m, s.ratio, s.t);
    ipo(lab, state, m, s);
    round(p, lab, state, m, s);
    draw_facilities(lab, state, m, s);
    state.shares.add(|i| m.issued[i]);
}

/// 5.1: a dated investment whose conditions hold closes or is refused, once.
#[inline(always)]
fn investments<const B: usize>(
    p: &Parameters,
    lab: &Lab,
    state: &mut LabState<B>,
    m: &mut LabMonth<B>,
    s: Setting<'_, B>,
) {
    let t = s.t as i32;
    for (c, investment) in lab.investments.iter().enumerate() {
        m.investment[c] = Lanes::splat(0.0);
        if t < investment.date || !state.investments[c].pending.any() {
            continue;
        }
        if t > investment.deadline {
            state.investments[c].pending = Lanes::splat(0.0);
            continue;
        }
        let verdict = s.draws.once(investment.verdict);
        let blocked = flag(lab.strategic[investment.investor]);
        let group = group_spend(p, state, investment);
        let investor = &s.entities[investment.investor];
        let pending = &state.investments[c].pending;
        let asked = lanes!(i => conditions_hold(investment, |of| holds(of, state, m, s.market, &group, i)));
        let firm = investment.is_firm();
        let tried = lanes!(i => {
            let able = investor.alive[i] * (1.0 - blocked * flag(s.market.blocked[i] > 0.0));
            pending[i] * state.alive[i] * able * flag(firm || investor.gives[i] > 0.0) * asked[i]
        });
        let closes = lanes!(i => {
            let y = s.market.overvaluation[i] - p.market.start;
            let given = select(firm, 1.0, investor.gives[i]);
            flag(verdict[i] < given * investment.odds.at(y, 1.0 - s.market.open[i]))
        });
        m.investment[c].set(|i| tried[i] * closes[i] * investment.amount);
        state.investments[c].pending.update(|i, pending| pending * (1.0 - tried[i]));
        let amount = m.investment[c];
        let terms = if investment.contracted { Terms::Contracted } else { Terms::Certain };
        if investment.credits {
            state.investments[c].credits.add(|i| amount[i]);
            sell(lab, state, m, investment.investor, &amount, terms, Money::Credits);
        } else {
            sell(lab, state, m, investment.investor, &amount, terms, Money::Cash);
        }
        let closed = lanes!(i => tried[i] * closes[i]);
        sign(p, lab, state, m, (c, &closed), s.t);
    }
}

/// Invoices of the investor's group so far, dollars; 0 where no condition needs them.
#[inline(always)]
fn group_spend<const B: usize>(p: &Parameters, state: &LabState<B>, investment: &Investment) -> Lanes<B> {
    let mut spend = Lanes::<B>::default();
    if investment.conditions().any(|conditions| conditions.min_group_spend > 0.0) {
        for (_, party) in p.entities.iter().zip(&state.parties).filter(|(entity, _)| entity.group == investment.group) {
            spend.add(|i| party.invoiced[i]);
        }
    }
    spend
}

/// 5.1: 1 where an investment's conditions hold, else 0: all of its own, at least one table of `any`, and no table of `not`.
/// `holds` evaluates one table.
#[inline(always)]
fn conditions_hold(investment: &Investment, holds: impl Fn(&Conditions) -> f64) -> f64 {
    let one = investment.any.iter().map(&holds).reduce(max).unwrap_or(1.0);
    let none = investment.not.iter().fold(1.0, |none, conditions| none * (1.0 - holds(conditions)));
    holds(&investment.all) * one * none
}

/// 1 where all conditions of a table hold, else 0.
#[inline(always)]
fn holds<const B: usize>(
    conditions: &Conditions,
    state: &LabState<B>,
    m: &LabMonth<B>,
    market: &MarketState<B>,
    group_spend: &Lanes<B>,
    i: usize,
) -> f64 {
    let mut families = 1.0;
    for &(family, least) in &conditions.min_family_share {
        families *= flag(state.family_share[family][i] >= least);
    }
    let open = select(conditions.market_open, market.open[i], 1.0);
    let listed = select(conditions.after_ipo, state.listed[i], 1.0);
    families
        * open
        * listed
        * flag(m.revenue_rate[i] >= conditions.min_revenue_rate)
        * flag(m.value[i] >= conditions.min_valuation)
        * flag(group_spend[i] >= conditions.min_group_spend)
}

/// 5.2: vendor financing of this month's invoices, reduced where the investor is under stress.
#[inline(always)]
fn matchings<const B: usize>(lab: &Lab, state: &mut LabState<B>, m: &mut LabMonth<B>, s: Setting<'_, B>) {
    for (c, matching) in lab.matchings.iter().enumerate() {
        let blocked = flag(lab.strategic[matching.investor]);
        let investor = &s.entities[matching.investor];
        let (invoice, matched) = (&m.contracts[matching.contract].invoice, &state.matched[c]);
        let amount = lanes!(i => {
            let able = state.alive[i] * investor.alive[i] * (1.0 - blocked * flag(s.market.blocked[i] > 0.0));
            let wanted = investor.gives[i] * (matching.ratio * invoice[i]);
            able * max(min(wanted, matching.cap - matched[i]), 0.0)
        });
        m.matching[c] = amount;
        state.matched[c].add(|i| amount[i]);
        sell(lab, state, m, matching.investor, &amount, Terms::Certain, Money::Cash);
    }
}

/// The value at which new shares are priced (section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terms {
    /// At the month's price: `a N/V`.
    Market,
    /// Committed money, paid at any price: `a N/max(V, a)`.
    Certain,
    /// Committed money at the opening price: `a/V(0)`.
    Contracted,
}

/// What is paid for new shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Money {
    /// Cash, now.
    Cash,
    /// Compute credits, which become cost basis when they are used.
    Credits,
}

/// Sells equity for `amount` (dollars) to an entity; counts it as strategic money if the entity is strategic.
#[inline(always)]
pub fn sell<const B: usize>(
    lab: &Lab,
    state: &mut LabState<B>,
    m: &mut LabMonth<B>,
    buyer: usize,
    amount: &Lanes<B>,
    terms: Terms,
    money: Money,
) {
    if !amount.any() {
        return;
    }
    let shares = if terms == Terms::Contracted {
        lanes!(i => shares_contracted(amount[i], state.tally.opening_value[i]))
    } else {
        lanes!(i => shares_for(m, amount[i], terms, i))
    };
    state.parties[buyer].stake.add(|i| shares[i]);
    m.issued.add(|i| shares[i]);
    if lab.strategic[buyer] {
        m.strategic.add(|i| amount[i]);
    }
    if money == Money::Cash {
        state.cash.add(|i| amount[i]);
        m.parties[buyer].given.add(|i| amount[i]);
    }
}

/// Sells equity for `amount` (dollars) in cash to outside investors.
#[inline(always)]
pub fn sell_outside<const B: usize>(state: &mut LabState<B>, m: &mut LabMonth<B>, amount: &Lanes<B>, terms: Terms) {
    if !amount.any() {
        return;
    }
    let shares = lanes!(i => shares_for(m, amount[i], terms, i));
    m.issued.add(|i| shares[i]);
    m.outside.add(|i| amount[i]);
    state.cash.add(|i| amount[i]);
}

/// Shares that `amount` dollars buy, at the number of shares and the value at the start of the month.
#[inline(always)]
fn shares_for<const B: usize>(m: &LabMonth<B>, amount: f64, terms: Terms, i: usize) -> f64 {
    let value = select(terms == Terms::Market, m.value[i], max(m.value[i], amount));
    select(amount > 0.0, amount * m.share_count[i] / value, 0.0)
}

/// Shares that `amount` dollars buy at the price of the start, when there was one share.
#[inline(always)]
fn shares_contracted(amount: f64, opening_value: f64) -> f64 {
    select(amount > 0.0, amount / opening_value, 0.0)
}

/// Pays the principal of matured facilities (5.6) and the fee of a renegotiation (7.4).
#[inline(always)]
fn repay_due<const B: usize>(lab: &Lab, state: &mut LabState<B>, m: &mut LabMonth<B>, t: usize) {
    for (f, facility) in lab.facilities.iter().enumerate() {
        m.principal[f] = Lanes::splat(0.0);
        if facility.maturity.is_some_and(|maturity| t as i32 >= maturity) {
            m.principal[f] = state.balances[f];
            let due = m.principal[f];
            if let Some(lender) = facility.lender {
                m.parties[lender].served.add(|i| due[i]);
            }
            state.cash.add(|i| -due[i]);
            state.balances[f] = Lanes::splat(0.0);
        }
    }
    m.fee = state.fee_due;
    state.cash.add(|i| -m.fee[i]);
    state.fee_due = Lanes::splat(0.0);
}

/// 5.4: the IPO, once per path: outside money for `float` of the value, as far as the purse goes.
#[inline(always)]
fn ipo<const B: usize>(lab: &Lab, state: &mut LabState<B>, m: &mut LabMonth<B>, s: Setting<'_, B>) {
    m.ipo = Lanes::splat(0.0);
    let Some(ipo) = &lab.ipo else { return };
    if (s.t as i32) < ipo.earliest {
        return;
    }
    let chance = s.draws.uniform(ipo.slot);
    let probability = monthly(ipo.rate);
    let mut offered = lanes!(i => ipo.float * m.value[i]);
    if let Some(purse) = s.purse {
        offered.update(|i, offered| min(offered, purse[i]));
    }
    let listed = lanes!(i => {
        state.alive[i]
            * (1.0 - state.listed[i])
            * s.market.open[i]
            * flag(m.revenue_rate[i] >= ipo.min_revenue_rate)
            * flag(m.value[i] >= ipo.min_valuation)
            * flag(offered[i] > CENT)
            * flag(chance[i] < probability)
    });
    m.ipo.set(|i| listed[i] * offered[i]);
    state.listed.add(|i| listed[i]);
    mark_sale(state, m, s.t, &listed);
    let raised = m.ipo;
    sell_outside(state, m, &raised, Terms::Market);
}

/// Records a sale of equity, with whose price later rounds are compared.
#[inline(always)]
fn mark_sale<const B: usize>(state: &mut LabState<B>, m: &LabMonth<B>, t: usize, sold: &Lanes<B>) {
    state.last_price.update(|i, last| select(sold[i] > 0.0, m.share_price[i], last));
    state.last_sale.update(|i, last| select(sold[i] > 0.0, t as f64, last));
}

/// 5.5: a round, if runway is short or the price has risen.
#[inline(always)]
fn round<const B: usize>(p: &Parameters, lab: &Lab, state: &mut LabState<B>, m: &mut LabMonth<B>, s: Setting<'_, B>) {
    m.round = Lanes::splat(0.0);
    let Some(round) = &lab.round else { return };
    let chance = s.draws.uniform(round.slot);
    let succeeds = monthly(round.down_round);
    let since = lanes!(i => s.t as f64 - state.last_sale[i]);
    let wanted = lanes!(i => {
        let rising = s.market.open[i] * flag(m.share_price[i] >= OPPORTUNITY * state.last_price[i]);
        let short = flag(m.outlook.runway[i] < round.trigger);
        state.alive[i] * flag(m.ipo[i] <= 0.0) * flag(since[i] >= round.gap) * flag(m.value[i] > 0.0) * max(rising, short)
    });
    if !wanted.any() {
        m.round_by.fill(Lanes::default());
        return;
    }
    let supply = s.purse.copied().unwrap_or_else(|| supply(&p.market, s.market, &since, s.t));
    let whole = lanes!(i => {
        let wanted = lab.target_runway * m.outlook.burn[i] - m.outlook.cash_now[i];
        round.raised * round_size(wanted, round.max_share * m.value[i], supply[i])
    });
    let absent = absent(lab, round, s);
    let size = lanes!(i => whole[i] * (1.0 - absent[i]));
    let sold = lanes!(i => {
        let level = flag(m.share_price[i] >= state.last_price[i]);
        wanted[i] * flag(size[i] > CENT) * max(level, flag(chance[i] < succeeds))
    });
    m.round.set(|i| select(sold[i] > 0.0, size[i], 0.0));
    mark_sale(state, m, s.t, &sold);
    let mut outside = m.round;
    for (c, &(buyer, weight)) in round.participants.iter().enumerate() {
        let part = lanes!(i => taking(lab, buyer, s, i));
        let amount = lanes!(i => select(sold[i] > 0.0, weight * part[i] * whole[i], 0.0));
        m.round_by[c] = amount;
        outside.add(|i| -amount[i]);
        sell(lab, state, m, buyer, &amount, Terms::Market, Money::Cash);
    }
    sell_outside(state, m, &outside, Terms::Market);
}

/// 5.5: the share of its part that a participant takes: 0 in default or while blocked (5.2), reduced under stress (5.1).
#[inline(always)]
fn taking<const B: usize>(lab: &Lab, buyer: usize, s: Setting<'_, B>, i: usize) -> f64 {
    let buyers = &s.entities[buyer];
    let blocked = flag(lab.strategic[buyer]) * flag(s.market.blocked[i] > 0.0);
    buyers.alive[i] * buyers.gives[i] * (1.0 - blocked)
}

/// 5.5: the share of a round that is not raised because participants not in default are blocked or under stress.
#[inline(always)]
fn absent<const B: usize>(lab: &Lab, round: &Round, s: Setting<'_, B>) -> Lanes<B> {
    let mut absent = Lanes::<B>::default();
    for &(buyer, weight) in &round.participants {
        absent.add(|i| weight * (s.entities[buyer].alive[i] - taking(lab, buyer, s, i)));
    }
    absent
}

/// 5.5: size of a round, dollars: the amount that restores the target runway, limited by the largest share of the value and
/// by the market's supply.
#[inline(always)]
fn round_size(wanted: f64, most: f64, supply: f64) -> f64 {
    max(min(min(wanted, most), supply), 0.0)
}

/// 5.5: dollars that the market supplies `since` so many months: to one lab after its last sale, to all labs in a year.
#[inline(always)]
pub fn supply<const B: usize>(market: &Market, state: &MarketState<B>, since: &Lanes<B>, t: usize) -> Lanes<B> {
    let Some(curve) = &market.supply else { return Lanes::splat(f64::INFINITY) };
    let most = curve[t] / 12.0;
    lanes!(i => {
        let regime = state.open[i] + (1.0 - state.open[i]) * market.frozen_supply;
        supplied(most, market.supply_beta * (state.overvaluation[i] - market.start), regime, since[i])
    })
}

/// 5.5: supply accumulated since the last sale, dollars, at most that of a year. `rate` in dollars a month at the start's
/// overvaluation, `elasticity` the log of what today's adds, `regime` the factor of a freeze, `since` in months.
#[inline(always)]
fn supplied(rate: f64, elasticity: f64, regime: f64, since: f64) -> f64 {
    rate * exp(elasticity) * regime * min(since, 12.0)
}

/// 5.6: draws on facilities in file order, as far as cash is below `min_cash`.
#[inline(always)]
fn draw_facilities<const B: usize>(lab: &Lab, state: &mut LabState<B>, m: &mut LabMonth<B>, s: Setting<'_, B>) {
    for (f, facility) in lab.facilities.iter().enumerate() {
        let room = facility_room(facility, f, &state.balances, &state.exchanged_debt, &m.value, s.t);
        let committed = flag(facility.committed);
        let drawn = &mut m.draw[f];
        drawn.set(|i| {
            let wanted = max(lab.min_cash - state.cash[i], 0.0);
            state.alive[i] * max(committed, s.market.credit_open[i]) * min(room[i], wanted)
        });
        if let Some(lender) = facility.lender {
            m.parties[lender].lent.add(|i| drawn[i]);
        }
        state.balances[f].add(|i| drawn[i]);
        state.cash.add(|i| drawn[i]);
    }
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{HALVES_IN_A_MONTH, World, assert_close, investment, line_of_credit, world};
    use super::super::parameters::{Facility, Ipo, Matching};
    use super::super::verdict::Odds;
    use super::super::workspace::ContractMonth;
    use super::*;
    use crate::engine::Slots;

    fn money(probability: f64) -> Investment {
        investment(&mut Slots::default(), probability)
    }

    #[test]
    fn a_hazard_is_a_probability_of_a_month() {
        assert_close(monthly(0.0), 0.0);
        assert_close(monthly(1.2), 0.095_163); // 1 - e^-0.1
        assert_close(monthly(HALVES_IN_A_MONTH), 0.5);
    }

    #[test]
    fn conditions_hold_if_all_one_and_none_do() {
        // Conditions are told apart by their least valuation: 1 and 2 hold, 3 and 4 do not.
        let table = |least| Conditions { min_valuation: least, ..Conditions::default() };
        let holds = |conditions: &Conditions| flag(conditions.min_valuation < 2.5);
        let tables = |all: &[f64]| all.iter().map(|&least| table(least)).collect::<Vec<_>>();
        let cases: [(f64, &[f64], &[f64], f64); 7] = [
            (1.0, &[], &[], 1.0),
            (3.0, &[], &[], 0.0),
            (1.0, &[3.0, 2.0], &[], 1.0),
            (1.0, &[3.0, 4.0], &[], 0.0),
            (1.0, &[], &[3.0, 4.0], 1.0),
            (1.0, &[], &[3.0, 2.0], 0.0),
            (3.0, &[2.0], &[4.0], 0.0),
        ];
        for (all, any, not, expected) in cases {
            let asked = Investment { all: table(all), any: tables(any), not: tables(not), ..money(1.0) };
            assert_close(conditions_hold(&asked, holds), expected);
        }
    }

    #[test]
    fn only_certain_money_without_any_condition_is_firm() {
        assert!(money(1.0).is_firm() && !money(0.9).is_firm());
        let open = || vec![Conditions { market_open: true, ..Conditions::default() }];
        assert!(!Investment { any: open(), ..money(1.0) }.is_firm());
        assert!(!Investment { not: open(), ..money(1.0) }.is_firm());
    }

    #[test]
    fn contracted_money_buys_shares_at_the_opening_price() {
        assert_close(shares_contracted(3.9, 78.0), 0.05);
        assert_close(shares_contracted(0.0, 0.0), 0.0);
    }

    #[test]
    fn money_buys_shares_at_the_month_s_price() {
        // Section 14: 2.4/78 of one share. Money that comes at any price is at most all of the value after it.
        let at =
            |value, count| LabMonth::<1> { value: Lanes([value]), share_count: Lanes([count]), ..LabMonth::default() };
        assert_close(shares_for(&at(78.0, 1.0), 2.4, Terms::Market, 0), 0.030_769);
        assert_close(shares_for(&at(78.0, 1.5), 3.9, Terms::Certain, 0), 0.075);
        assert_close(shares_for(&at(1.0, 2.0), 4.0, Terms::Certain, 0), 2.0);
        assert_close(shares_for(&at(0.0, 2.0), 0.0, Terms::Market, 0), 0.0);
    }

    #[test]
    fn a_round_is_the_least_of_what_is_wanted_allowed_and_supplied() {
        // Section 14: min(24 * 0.25 - 3.435, 7.8, 2.4); then 2.565 wanted, 1 allowed, and nothing where runway is long.
        assert_close(round_size(2.565, 7.8, 2.4), 2.4);
        assert_close(round_size(2.565, 7.8, f64::INFINITY), 2.565);
        assert_close(round_size(2.565, 1.0, 2.4), 1.0);
        assert_close(round_size(-3.0, 7.8, 2.4), 0.0);
    }

    #[test]
    fn the_market_supplies_what_has_gathered_since_the_last_sale() {
        // 2.4 a year; a half after six months; twice that at beta 1 and y - y(0) = ln 2; a fifth of it in a freeze.
        assert_close(supplied(0.2, 0.0, 1.0, 30.0), 2.4);
        assert_close(supplied(0.2, 0.0, 1.0, 6.0), 1.2);
        assert_close(supplied(0.2, std::f64::consts::LN_2, 1.0, 6.0), 2.4);
        assert_close(supplied(0.2, std::f64::consts::LN_2, 0.2, 6.0), 0.48);
    }

    #[test]
    fn vendor_financing_is_a_part_of_the_invoice_within_its_cap() {
        // A quarter of 8; of which the cap leaves 1.5; nothing once it is reached; a half under stress.
        for (given, gives, amount) in [(0.0, 1.0, 2.0), (3.5, 1.0, 1.5), (5.0, 1.0, 0.0), (0.0, 0.5, 1.0)] {
            let mut all = world(|p| {
                let matching = Matching { id: "m".to_owned(), investor: 0, contract: 0, ratio: 0.25, cap: 5.0 };
                p.labs[0].matchings.push(matching);
            });
            let m = &mut all.work.labs[0];
            m.contracts.push(ContractMonth { invoice: Lanes([8.0]), ..ContractMonth::default() });
            m.matching = vec![Lanes::default()];
            (m.value, m.share_count) = (Lanes([50.0]), Lanes([1.0]));
            all.block.labs[0].matched[0] = Lanes([given]);
            all.block.entities[0].gives = Lanes([gives]);
            all.fund(0, |p, state, m, s| matchings(&p.labs[0], state, m, s));
            assert_close(all.work.labs[0].matching[0][0], amount);
            assert_close(all.block.labs[0].cash[0], amount);
        }
    }

    #[test]
    fn a_facility_is_drawn_as_far_as_cash_is_below_its_least() {
        // Cash of 2 and a least of 5: 3 of a line of 10, 1 of a line of 1, and nothing of an open line in a freeze.
        for (limit, committed, drawn) in [(10.0, true, 3.0), (1.0, true, 1.0), (10.0, false, 0.0)] {
            let mut all = world(|p| {
                p.labs[0].min_cash = 5.0;
                p.labs[0].facilities.push(Facility { committed, ..line_of_credit(limit) });
            });
            all.block.market.credit_open = Lanes([0.0]);
            all.block.labs[0].cash = Lanes([2.0]);
            all.fund(0, |p, state, m, s| draw_facilities(&p.labs[0], state, m, s));
            assert_close(all.work.labs[0].draw[0][0], drawn);
            assert_close(all.block.labs[0].cash[0], 2.0 + drawn);
        }
    }

    #[test]
    fn a_table_of_conditions_holds_from_its_least_amounts_on() {
        // Revenue of 10, a value of 50, spend of 4 with the group and 30 % with the family, frozen and not listed.
        let World { mut block, mut work, .. } = world(|_| ());
        let (state, m) = (&mut block.labs[0], &mut work.labs[0]);
        state.family_share[0] = Lanes([0.3]);
        (m.revenue_rate, m.value) = (Lanes([10.0]), Lanes([50.0]));
        block.market.open = Lanes([0.0]);
        let none = Conditions::default;
        for (conditions, expected) in [
            (none(), 1.0),
            (Conditions { min_revenue_rate: 10.0, ..none() }, 1.0),
            (Conditions { min_revenue_rate: 10.1, ..none() }, 0.0),
            (Conditions { min_valuation: 50.0, ..none() }, 1.0),
            (Conditions { min_valuation: 50.1, ..none() }, 0.0),
            (Conditions { min_group_spend: 4.0, ..none() }, 1.0),
            (Conditions { min_group_spend: 4.1, ..none() }, 0.0),
            (Conditions { min_family_share: vec![(0, 0.3)], ..none() }, 1.0),
            (Conditions { min_family_share: vec![(0, 0.31)], ..none() }, 0.0),
            (Conditions { market_open: true, ..none() }, 0.0),
            (Conditions { after_ipo: true, ..none() }, 0.0),
        ] {
            assert_close(holds(&conditions, state, m, &block.market, &Lanes([4.0]), 0), expected);
        }
    }

    #[test]
    fn a_condition_on_spend_counts_the_investor_s_group() {
        // 3 to the cloud and 4 to the bank: alone, as one group, and not asked for.
        for (least, group_of_bank, spend) in [(1.0, 1, 3.0), (1.0, 0, 7.0), (0.0, 0, 0.0)] {
            let World { mut p, mut block, .. } = world(|p| p.entities[1].group = group_of_bank);
            let all = Conditions { min_group_spend: least, ..Conditions::default() };
            let investment = Investment { all, ..investment(&mut p.slots, 1.0) };
            for (party, invoiced) in block.labs[0].parties.iter_mut().zip([3.0, 4.0]) {
                party.invoiced = Lanes([invoiced]);
            }
            assert_close(group_spend(&p, &block.labs[0], &investment)[0], spend);
        }
    }

    #[test]
    fn an_investment_is_tried_once_and_waits_for_its_conditions() {
        // The verdict is 0.4. A probability of 0.6 suffices, of 0.3 does not, and half of 0.6 does not; certain money comes
        // from a giver under stress, but waits for one that is blocked; it waits for an open market, and lapses.
        struct Case {
            probability: f64,
            gives: f64,
            blocked: f64,
            market_open: bool,
            deadline: i32,
            money: f64,
            pending: f64,
        }
        let easy = || Case {
            probability: 0.6,
            gives: 1.0,
            blocked: 0.0,
            market_open: false,
            deadline: 9,
            money: 5.0,
            pending: 0.0,
        };
        for case in [
            easy(),
            Case { probability: 0.3, money: 0.0, ..easy() },
            Case { gives: 0.5, money: 0.0, ..easy() },
            Case { gives: 0.0, money: 0.0, pending: 1.0, ..easy() },
            Case { probability: 1.0, gives: 0.0, ..easy() },
            Case { probability: 1.0, blocked: 3.0, money: 0.0, pending: 1.0, ..easy() },
            Case { probability: 1.0, market_open: true, money: 0.0, pending: 1.0, ..easy() },
            Case { probability: 1.0, deadline: 4, money: 0.0, ..easy() },
        ] {
            let mut all = world(|p| {
                let all = Conditions { market_open: case.market_open, ..Conditions::default() };
                let odds = Odds { probability: case.probability, close_beta: 0.0, close_freeze: 0.0 };
                let (amount, deadline) = (5.0, case.deadline);
                let money = Investment { amount, deadline, odds, all, ..investment(&mut p.slots, 1.0) };
                p.labs[0].investments.push(money);
                p.labs[0].strategic[0] = true;
            });
            all.draws.once.fill(Lanes([0.4]));
            (all.block.market.open, all.block.market.blocked) = (Lanes([0.0]), Lanes([case.blocked]));
            all.block.entities[0].gives = Lanes([case.gives]);
            (all.work.labs[0].value, all.work.labs[0].share_count) = (Lanes([50.0]), Lanes([1.0]));
            all.fund(5, |p, state, m, s| investments(p, &p.labs[0], state, m, s));
            let state = &all.block.labs[0];
            assert_close(all.work.labs[0].investment[0][0], case.money);
            assert_close(state.cash[0], case.money);
            assert_close(state.parties[0].stake[0], case.money / 50.0);
            assert_close(state.investments[0].pending[0], case.pending);
        }
    }

    #[test]
    fn an_ipo_sells_its_float_once_in_an_open_market() {
        // A tenth of 80 by 0.2 new shares beside two; not in a freeze, before its month, below its least value, a second
        // time, or on the half of months that the hazard leaves.
        struct Case {
            t: usize,
            open: f64,
            value: f64,
            listed: f64,
            chance: f64,
            raised: f64,
        }
        let easy = || Case { t: 6, open: 1.0, value: 80.0, listed: 0.0, chance: 0.49, raised: 8.0 };
        for case in [
            easy(),
            Case { value: 160.0, raised: 16.0, ..easy() },
            Case { open: 0.0, raised: 0.0, ..easy() },
            Case { t: 5, raised: 0.0, ..easy() },
            Case { value: 69.0, raised: 0.0, ..easy() },
            Case { listed: 1.0, raised: 0.0, ..easy() },
            Case { chance: 0.51, raised: 0.0, ..easy() },
        ] {
            let mut all = world(|p| {
                let slot = p.slots.uniform("ipo");
                let (rate, float) = (HALVES_IN_A_MONTH, 0.1);
                p.labs[0].ipo =
                    Some(Ipo { earliest: 6, rate, float, min_revenue_rate: 10.0, min_valuation: 70.0, slot });
            });
            all.draws.uniforms.fill(Lanes([case.chance]));
            all.block.market.open = Lanes([case.open]);
            all.block.labs[0].listed = Lanes([case.listed]);
            let m = &mut all.work.labs[0];
            (m.revenue_rate, m.value) = (Lanes([10.0]), Lanes([case.value]));
            (m.share_count, m.share_price) = (Lanes([2.0]), Lanes([case.value / 2.0]));
            all.fund(case.t, |p, state, m, s| ipo(&p.labs[0], state, m, s));
            let (state, m) = (&all.block.labs[0], &all.work.labs[0]);
            let sold = flag(case.raised > 0.0);
            for (found, expected) in [
                (m.ipo, case.raised),
                (m.outside, case.raised),
                (state.cash, case.raised),
                (m.issued, 0.2 * sold),
                (state.listed, f64::max(case.listed, sold)),
                (state.last_price, sold * case.value / 2.0),
            ] {
                assert_close(found[0], expected);
            }
        }
    }

    #[test]
    fn a_round_is_sold_to_its_participants_and_to_outsiders() {
        // A tenth of 80. The bank takes a quarter of it; under stress it takes half of that, which nobody else does; in
        // default outsiders take its part. At a lower price a round succeeds in half of the months (the chance is 0.6);
        // within its gap there is none; a price of 1.25 times the last needs no short runway.
        struct Case {
            runway: f64,
            last_sale: f64,
            last_price: f64,
            gives: f64,
            alive: f64,
            by_bank: f64,
            outside: f64,
        }
        let easy = || Case {
            runway: 6.0,
            last_sale: -6.0,
            last_price: 40.0,
            gives: 1.0,
            alive: 1.0,
            by_bank: 2.0,
            outside: 6.0,
        };
        let none = || Case { by_bank: 0.0, outside: 0.0, ..easy() };
        for case in [
            easy(),
            Case { gives: 0.5, by_bank: 1.0, ..easy() },
            Case { alive: 0.0, by_bank: 0.0, outside: 8.0, ..easy() },
            Case { last_price: 41.0, ..none() },
            Case { last_sale: -5.0, ..none() },
            Case { runway: 13.0, ..none() },
            Case { runway: 13.0, last_price: 32.0, ..easy() },
        ] {
            let mut all = world(|p| {
                let slot = p.slots.uniform("round");
                let (down_round, participants) = (HALVES_IN_A_MONTH, vec![(1, 0.25)]);
                p.labs[0].target_runway = 24.0;
                p.labs[0].round = Some(Round {
                    trigger: 12.0,
                    gap: 6.0,
                    max_share: 0.1,
                    raised: 1.0,
                    down_round,
                    participants,
                    slot,
                });
            });
            all.draws.uniforms.fill(Lanes([0.6]));
            let bank = &mut all.block.entities[1];
            (bank.gives, bank.alive) = (Lanes([case.gives]), Lanes([case.alive]));
            let state = &mut all.block.labs[0];
            (state.last_sale, state.last_price) = (Lanes([case.last_sale]), Lanes([case.last_price]));
            let m = &mut all.work.labs[0];
            (m.value, m.share_count, m.share_price) = (Lanes([80.0]), Lanes([2.0]), Lanes([40.0]));
            (m.outlook.burn, m.outlook.cash_now, m.outlook.runway) =
                (Lanes([2.0]), Lanes([12.0]), Lanes([case.runway]));
            all.fund(0, |p, state, m, s| round(p, &p.labs[0], state, m, s));
            let m = &all.work.labs[0];
            assert_close(m.round_by[0][0], case.by_bank);
            assert_close(m.outside[0], case.outside);
            assert_close(m.round[0], case.by_bank + case.outside);
            assert_close(all.block.labs[0].cash[0], case.by_bank + case.outside);
            assert_close(m.issued[0], (case.by_bank + case.outside) / 40.0);
        }
    }

    #[test]
    fn a_loan_falls_due_at_its_maturity_and_a_fee_when_it_is_owed() {
        // A loan of 10 that matures in month 3, and a fee.
        for (t, fee, paid, left) in [(2, 0.0, 0.0, 10.0), (3, 0.0, 10.0, 0.0), (3, 0.5, 10.5, 0.0)] {
            let mut all = world(|p| {
                p.labs[0].facilities.push(Facility { lender: Some(1), maturity: Some(3), ..line_of_credit(20.0) });
            });
            (all.block.labs[0].balances[0], all.block.labs[0].fee_due) = (Lanes([10.0]), Lanes([fee]));
            repay_due(&all.p.labs[0], &mut all.block.labs[0], &mut all.work.labs[0], t);
            assert_close(all.block.labs[0].cash[0], -paid);
            assert_close(all.block.labs[0].balances[0][0], left);
            assert_close(all.work.labs[0].parties[1].served[0], 10.0 - left);
            assert_close(all.block.labs[0].fee_due[0], 0.0);
        }
    }
}
