//! How a lab is funded, in the order of docs/model.md, section 5: investments, matching, IPO, round, facilities.

use crate::engine::Innovations;
use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::{exp, max, min};

use super::binding::sign;
use super::constants::{CENT, DT};
use super::outlook::{facility_room, look_ahead};
use super::parameters::{Conditions, Investment, Lab, Market, Parameters, Round};
use super::state::{EntityState, LabState, MarketState};
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

/// 5.1: 1 where an investment's conditions hold, else 0: all of its own, those of one table of `any`, and those of none of
/// `not`. `holds` says it of one table.
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

/// 5.2: vendor financing of this month's invoices, less from a giver under stress.
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
    /// Committed money, which comes at any price: `a N/max(V, a)`.
    Certain,
    /// Committed money at the opening price: `a/V(0)`.
    Contracted,
}

/// What is paid for new shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Money {
    /// Cash, now.
    Cash,
    /// Compute credits, which count when they are used.
    Credits,
}

/// Sells equity for `amount` (dollars) to an entity; counts it as strategic money where it is.
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

/// 5.5: the part of what it agreed to that a participant takes: nothing in default or while blocked (5.2), less under
/// stress (5.1).
#[inline(always)]
fn taking<const B: usize>(lab: &Lab, buyer: usize, s: Setting<'_, B>, i: usize) -> f64 {
    let buyers = &s.entities[buyer];
    let blocked = flag(lab.strategic[buyer]) * flag(s.market.blocked[i] > 0.0);
    buyers.alive[i] * buyers.gives[i] * (1.0 - blocked)
}

/// 5.5: the part of a round that is not raised, since participants who are alive are blocked or under stress.
#[inline(always)]
fn absent<const B: usize>(lab: &Lab, round: &Round, s: Setting<'_, B>) -> Lanes<B> {
    let mut absent = Lanes::<B>::default();
    for &(buyer, weight) in &round.participants {
        absent.add(|i| weight * (s.entities[buyer].alive[i] - taking(lab, buyer, s, i)));
    }
    absent
}

/// 5.5: what a round raises, dollars: what restores the target runway, at most the share of the value that may be sold
/// and what the market supplies.
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

/// 5.5: supply gathered since the last sale, dollars, at most that of a year. `rate` in dollars a month at the start's
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
        let drawn = lanes!(i => {
            let wanted = max(lab.min_cash - state.cash[i], 0.0);
            state.alive[i] * max(committed, s.market.open[i]) * min(room[i], wanted)
        });
        m.draw[f] = drawn;
        if let Some(lender) = facility.lender {
            m.parties[lender].lent.add(|i| drawn[i]);
        }
        state.balances[f].add(|i| drawn[i]);
        state.cash.add(|i| drawn[i]);
    }
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{HALVES_IN_A_MONTH, World, assert_close, line_of_credit, world};
    use super::super::parameters::{Facility, Matching};
    use super::super::verdict::Odds;
    use super::super::workspace::ContractMonth;
    use super::*;
    use crate::engine::Slots;

    fn investment(probability: f64) -> Investment {
        Investment {
            id: "money".to_owned(),
            investor: 0,
            group: 0,
            amount: 1.0,
            date: 0,
            deadline: i32::MAX,
            odds: Odds { probability, close_beta: 1.0, close_freeze: 2.0 },
            all: Conditions::default(),
            any: Vec::new(),
            not: Vec::new(),
            credits: false,
            contracted: false,
            verdict: Slots::default().once("test"),
        }
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
            let asked = Investment { all: table(all), any: tables(any), not: tables(not), ..investment(1.0) };
            assert_close(conditions_hold(&asked, holds), expected);
        }
    }

    #[test]
    fn only_certain_money_without_any_condition_is_firm() {
        assert!(investment(1.0).is_firm() && !investment(0.9).is_firm());
        let open = || vec![Conditions { market_open: true, ..Conditions::default() }];
        assert!(!Investment { any: open(), ..investment(1.0) }.is_firm());
        assert!(!Investment { not: open(), ..investment(1.0) }.is_firm());
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
            let World { p, mut block, mut work, draws } = world(|p| {
                let matching = Matching { id: "m".to_owned(), investor: 0, contract: 0, ratio: 0.25, cap: 5.0 };
                p.labs[0].matchings.push(matching);
            });
            let m = &mut work.labs[0];
            m.contracts.push(ContractMonth { invoice: Lanes([8.0]), ..ContractMonth::default() });
            m.matching = vec![Lanes::default()];
            (m.value, m.share_count) = (Lanes([50.0]), Lanes([1.0]));
            block.labs[0].matched[0] = Lanes([given]);
            block.entities[0].gives = Lanes([gives]);
            let ratio = Lanes([1.0]);
            let setting = Setting {
                market: &block.market,
                entities: &block.entities,
                ratio: &ratio,
                purse: None,
                t: 0,
                draws: &draws,
            };
            matchings(&p.labs[0], &mut block.labs[0], m, setting);
            assert_close(m.matching[0][0], amount);
            assert_close(block.labs[0].cash[0], amount);
        }
    }

    #[test]
    fn a_facility_is_drawn_as_far_as_cash_is_below_its_least() {
        // Cash of 2 and a least of 5: 3 of a line of 10, 1 of a line of 1, and nothing of an open line in a freeze.
        for (limit, committed, drawn) in [(10.0, true, 3.0), (1.0, true, 1.0), (10.0, false, 0.0)] {
            let World { p, mut block, mut work, draws } = world(|p| {
                p.labs[0].min_cash = 5.0;
                p.labs[0].facilities.push(Facility { committed, ..line_of_credit(limit) });
            });
            block.market.open = Lanes([0.0]);
            block.labs[0].cash = Lanes([2.0]);
            let ratio = Lanes([1.0]);
            let setting = Setting {
                market: &block.market,
                entities: &block.entities,
                ratio: &ratio,
                purse: None,
                t: 0,
                draws: &draws,
            };
            draw_facilities(&p.labs[0], &mut block.labs[0], &mut work.labs[0], setting);
            assert_close(work.labs[0].draw[0][0], drawn);
            assert_close(block.labs[0].cash[0], 2.0 + drawn);
        }
    }
}
