//! Funding (section 5), in its order.

use super::contract::Workload;
use super::input::Conditions;
use super::operations::Site;
use super::rivals;
use super::state::{EntityState, LabMonth, LabState, Outlook, Verdict, World};
use super::{CENT, Chance, DT, monthly};

/// What funding looks at beside the lab.
pub(crate) struct Around<'a> {
    pub(crate) world: &'a World,
    pub(crate) entities: &'a [EntityState],
    pub(crate) chance: Chance<'a>,
}

impl Around<'_> {
    /// Is the entity in default?
    pub(crate) fn in_default(&self, site: &Site<'_>, name: &str) -> bool {
        let place = site.scenario.entities.iter().position(|entity| entity.name == name);
        place.is_some_and(|i| self.entities[i].defaulted)
    }

    /// Strategic and blocked by regulation (5.2).
    fn blocked(&self, site: &Site<'_>, name: &str) -> bool {
        site.t <= self.world.blocked_until && site.scenario.is_strategic(name, site.lab)
    }

    /// In default or blocked.
    fn barred(&self, site: &Site<'_>, name: &str) -> bool {
        self.blocked(site, name) || self.in_default(site, name)
    }

    /// Is its debt within `max_ltv` of its worth (5.1)?
    fn can_give(&self, site: &Site<'_>, name: &str) -> bool {
        let Some(i) = site.scenario.entity(name) else { return true };
        let Some(balance) = &site.scenario.entities[i].balance else { return true };
        let entity = &self.entities[i];
        let beyond = |most: f64| match &entity.treasury {
            Some(treasury) => treasury.is_beyond(most, entity.worth),
            None => balance.debt > most * entity.worth,
        };
        !balance.max_ltv.is_some_and(beyond)
    }

    /// `w`: the part that a giver still gives (5.1).
    pub(crate) fn given(&self, site: &Site<'_>, name: &str) -> f64 {
        let Some(i) = site.scenario.entity(name) else { return 1.0 };
        let Some(balance) = &site.scenario.entities[i].balance else { return 1.0 };
        let entity = &self.entities[i];
        if !self.can_give(site, name) {
            return 0.0;
        }
        let expected = entity.opening_assets * (balance.growth * site.t as f64 * DT).exp();
        let left = entity.treasury.as_ref().map_or(entity.core_assets, |own| own.core_assets(entity.core_assets));
        (left / expected).min(1.0).powf(balance.giving_elasticity)
    }
}

/// Runs section 5; returns the cash before settlement.
pub(crate) fn fund(
    site: &Site<'_>,
    state: &mut LabState,
    around: &Around<'_>,
    verdicts: &mut [Verdict],
    month: &mut LabMonth,
) -> f64 {
    state.strategic.push(0.0);
    invest(site, state, around, verdicts, month);
    match_invoices(site, state, around, month);
    earn_warrants(site, state, around, month);
    month.principal_of = principal_due(site, state);
    month.principal = month.principal_of.iter().sum();
    month.fee = std::mem::take(&mut state.fee_due);
    let received = cash_received(site, month);
    let cash_now = state.cash + received + month.ocf - month.principal - month.fee;
    month.outlook = outlook(site, state, around.world, cash_now, month);
    ipo(site, state, around, month);
    round(site, state, around, month);
    draw_facilities(site, state, around.world, cash_now + month.ipo + month.round, month)
}

/// Investments in cash, matching and warrants of the month.
pub(crate) fn cash_received(site: &Site<'_>, month: &LabMonth) -> f64 {
    let cash = site.scenario.investments.iter().zip(&month.investments).filter(|(item, _)| !item.credits);
    let others = month.matchings.iter().chain(&month.warrants);
    cash.map(|(_, amount)| amount).sum::<f64>() + others.sum::<f64>()
}

/// Shares for `amount` from an entity or outsiders at the month's price; under 1, 2 and a rescue at
/// no less than the amount itself (end of section 5).
pub(crate) fn issue(state: &mut LabState, month: &LabMonth, holder: Option<&str>, amount: f64, value: f64) {
    hand_over(state, holder, amount * month.valuation.share_count / value);
}

/// New shares.
fn hand_over(state: &mut LabState, holder: Option<&str>, shares: f64) {
    state.share_count += shares;
    if let Some(name) = holder {
        *state.holdings.entry(name.to_string()).or_default() += shares;
    }
}

/// An entity's cash comes in.
pub(crate) fn receive(site: &Site<'_>, state: &mut LabState, month: &mut LabMonth, name: &str, amount: f64) {
    *month.from_entities.entry(name.to_string()).or_default() += amount;
    *state.basis.entry(name.to_string()).or_default() += amount;
    note_strategic(site, state, name, amount);
}

/// Strategic money of the month, credits when they are granted (section 6).
fn note_strategic(site: &Site<'_>, state: &mut LabState, name: &str, amount: f64) {
    if site.scenario.is_strategic(name, site.lab) {
        *state.strategic.last_mut().expect("this month") += amount;
    }
}

/// 5.1: dated investments.
fn invest(site: &Site<'_>, state: &mut LabState, around: &Around<'_>, verdicts: &mut [Verdict], month: &mut LabMonth) {
    month.investments = vec![0.0; site.scenario.investments.len()];
    for (i, item) in site.scenario.investments.iter().enumerate() {
        let due = item.lab == site.lab && (item.date..=item.deadline).contains(&site.t);
        if !due || verdicts[i] != Verdict::Waiting || !conditions_hold(site, state, around, i, month) {
            continue;
        }
        if !closes(site, around, i) {
            verdicts[i] = Verdict::Refused;
            continue;
        }
        verdicts[i] = Verdict::Closed;
        if item.amount < CENT {
            continue;
        }
        if let Some(k) = item.commits {
            site.scenario.contracts[k].bind_with(item.date, site.t);
        }
        month.investments[i] = item.amount;
        if item.contracted {
            let shares = item.amount / state.opening_price;
            hand_over(state, Some(&item.investor), shares);
        } else {
            issue(state, month, Some(&item.investor), item.amount, month.valuation.equity.max(item.amount));
        }
        if item.credits {
            state.credits[i] += item.amount;
            note_strategic(site, state, &item.investor, item.amount);
        } else {
            receive(site, state, month, &item.investor, item.amount);
        }
    }
}

fn conditions_hold(site: &Site<'_>, state: &LabState, around: &Around<'_>, i: usize, month: &LabMonth) -> bool {
    let item = &site.scenario.investments[i];
    let hold = |conditions: &Conditions| all_hold(site, state, around, &item.investor, conditions, month);
    !around.barred(site, &item.investor)
        && (item.is_firm() || around.can_give(site, &item.investor))
        && hold(&item.conditions)
        && (item.any.is_empty() || item.any.iter().any(hold))
        && !item.not.iter().any(hold)
}

/// Do all conditions of a table hold?
fn all_hold(
    site: &Site<'_>,
    state: &LabState,
    around: &Around<'_>,
    investor: &str,
    conditions: &Conditions,
    month: &LabMonth,
) -> bool {
    let spend: f64 = state.last_spend.iter().sum();
    let family_share = |family: usize| {
        if spend > 0.0 { state.last_spend[family] / spend } else { 0.0 }
    };
    let group = site.scenario.group(investor);
    let group_spend = state.group_spend.get(group).copied().unwrap_or(0.0);
    (!conditions.market_open || around.world.open)
        && (!conditions.after_ipo || state.ipo_done)
        && month.valuation.revenue_rate >= conditions.min_revenue_rate
        && month.valuation.equity >= conditions.min_valuation
        && conditions.min_family_share.iter().all(|(family, least)| family_share(*family) >= *least)
        && group_spend >= conditions.min_group_spend
}

/// The one verdict on an investment; one that is not firm is less likely from a giver under stress.
fn closes(site: &Site<'_>, around: &Around<'_>, i: usize) -> bool {
    let item = &site.scenario.investments[i];
    let given = if item.is_firm() { 1.0 } else { around.given(site, &item.investor) };
    let p = item.probability;
    let closing = closing(p, item.close_beta, item.close_freeze, around.world, site.t);
    around.chance.happens(&format!("investment.{}", item.id), 0, given * closing, given * p >= 0.5)
}

/// The probability of a closing in month `t` (5.1).
pub(crate) fn closing(p: f64, close_beta: f64, close_freeze: f64, world: &World, t: i64) -> f64 {
    if p <= 0.0 || p >= 1.0 {
        return p;
    }
    let frozen = if world.frozen() { close_freeze } else { 0.0 };
    let odds = (p / (1.0 - p)).ln() + close_beta * (world.y(t) - world.y(0)) - frozen;
    1.0 / (1.0 + (-odds).exp())
}

/// 5.2: vendor financing, as far as the giver still gives.
fn match_invoices(site: &Site<'_>, state: &mut LabState, around: &Around<'_>, month: &mut LabMonth) {
    month.matchings = vec![0.0; site.scenario.matchings.len()];
    for (i, item) in site.scenario.matchings.iter().enumerate() {
        if item.lab != site.lab || around.barred(site, &item.investor) {
            continue;
        }
        let id = &site.scenario.contracts[item.contract].id;
        let invoice: f64 = month.invoices.iter().filter(|line| line.line == *id).map(|line| line.amount).sum();
        let left = item.cap - state.matched[i];
        let amount = (around.given(site, &item.investor) * item.ratio * invoice).min(left);
        if amount < CENT {
            continue;
        }
        month.matchings[i] = amount;
        state.matched[i] += amount;
        issue(state, month, Some(&item.investor), amount, month.valuation.equity.max(amount));
        receive(site, state, month, &item.investor, amount);
    }
}

/// 5.2: tranches of warrants that vest; their shares are sold at once, and the vendor gets none of the lab for them.
fn earn_warrants(site: &Site<'_>, state: &mut LabState, around: &Around<'_>, month: &mut LabMonth) {
    month.warrants = vec![0.0; site.scenario.warrants.len()];
    for (i, item) in site.scenario.warrants.iter().enumerate() {
        if item.lab != site.lab || !state.alive || around.barred(site, &item.vendor) {
            continue;
        }
        let vendor = &around.entities[site.scenario.entity(&item.vendor).expect("a vendor")];
        let price = item.price * vendor.core_assets / vendor.opening_assets;
        let spend = state.group_spend.get(site.scenario.group(&item.vendor)).copied().unwrap_or(0.0);
        for (k, tranche) in item.tranches.iter().enumerate() {
            if spend >= tranche.spend && price >= tranche.price && state.vested.insert((i, k)) {
                month.warrants[i] += tranche.part * item.shares * (price - item.strike).max(0.0);
            }
        }
        let brought = month.warrants[i];
        *month.from_entities.entry(item.vendor.clone()).or_default() += brought;
        *month.in_shares.entry(item.vendor.clone()).or_default() += brought;
        note_strategic(site, state, &item.vendor, brought);
    }
}

/// Balances due in the month of their maturity, by facility (5.6).
fn principal_due(site: &Site<'_>, state: &mut LabState) -> Vec<f64> {
    let lines = site.scenario.facilities.iter().zip(&mut state.drawn);
    lines.map(|(line, drawn)| if line.maturity <= site.t { std::mem::take(drawn) } else { 0.0 }).collect()
}

/// Revenue net of shares and of-revenue costs in month `u` of the plan, dollars of the month; shares
/// through `until`, without those whose cap this path has reached (5.3).
pub(crate) fn net_sales(site: &Site<'_>, state: &LabState, u: i64) -> f64 {
    let lab = site.lab();
    let shares: f64 = lab
        .shares
        .iter()
        .zip(&state.shares_paid)
        .filter(|(share, paid)| u <= share.until && share.cap - **paid > CENT)
        .map(|(share, _)| share.share.share(site.scenario.calendar.mid(u)))
        .sum();
    DT * state.plan.target.at(u) * (1.0 - lab.of_revenue - shares)
}

/// Minimum payments of month `u` as the contracts stand on this path.
pub(crate) fn minimum_payments(site: &Site<'_>, n: f64, r: f64, u: i64) -> f64 {
    site.contracts().map(|(_, contract)| contract.minimum(u) * contract.kept(n, r)).sum()
}

/// The part of them that is for leases.
pub(crate) fn leases(site: &Site<'_>, n: f64, r: f64, u: i64) -> f64 {
    let leases = site.contracts().filter(|(_, contract)| contract.workload == Workload::None);
    leases.map(|(_, contract)| contract.minimum(u) * contract.kept(n, r)).sum()
}

/// `M12`.
pub(crate) fn next_minimum(site: &Site<'_>, n: f64, r: f64) -> f64 {
    (site.t + 1..=site.t + 12).map(|u| minimum_payments(site, n, r, u)).sum()
}

/// Compute of month `u` at today's `X, Z, P`, dollars of the month.
pub(crate) fn compute_need(site: &Site<'_>, state: &LabState, world: &World, u: i64) -> f64 {
    let (plan, reference) = (&state.plan, site.scenario.reference);
    let surprise = world.prices[reference] / site.scenario.families[reference].expected(site.t);
    let inference = plan.inference_share.at(u) * plan.target.at(u) * (state.x + state.z).exp();
    let elastic = (site.lab().training_elasticity * state.x).exp();
    surprise * DT * (inference + elastic * plan.training.at(u) * state.training_kept)
}

/// 5.3: the outlook over the next twelve months.
fn outlook(site: &Site<'_>, state: &LabState, world: &World, cash_now: f64, month: &LabMonth) -> Outlook {
    let months = || site.t + 1..=site.t + 12;
    let sales = state.x.exp() * months().map(|u| net_sales(site, state, u)).sum::<f64>();
    let need: f64 = months().map(|u| compute_need(site, state, world, u)).sum();
    let fixed: f64 = months().map(|u| DT * state.plan.fixed.at(u)).sum();
    let interest = month.interest / DT;
    let leased: f64 = months().map(|u| leases(site, state.n, state.r, u)).sum();
    let compute = next_minimum(site, state.n, state.r).max(leased + need);
    let costs = compute + fixed + interest;
    Outlook { sales, fixed, interest, costs, burn: (costs - sales).max(0.0) / 12.0, cash_now }
}

/// 5.4: the IPO.
fn ipo(site: &Site<'_>, state: &mut LabState, around: &Around<'_>, month: &mut LabMonth) {
    let Some(ipo) = &site.lab().ipo else { return };
    let value = month.valuation;
    let eligible = !state.ipo_done
        && site.t >= ipo.earliest
        && around.world.open
        && value.revenue_rate >= ipo.min_revenue_rate
        && value.equity >= ipo.min_valuation;
    let float = ipo.float * value.equity;
    let amount = float.min(rivals::purse(site, around.world));
    let name = format!("ipo.{}", site.lab().name);
    if !eligible || amount < CENT || !around.chance.happens(&name, site.t, monthly(ipo.rate), ipo.rate > 0.0) {
        return;
    }
    state.ipo_done = true;
    month.ipo = amount;
    month.purse_bound = amount < float;
    month.outside_equity += amount;
    sold(site, state, month);
    issue(state, month, None, amount, value.equity);
}

/// Only 4 and 5 set the price of the last sale.
fn sold(site: &Site<'_>, state: &mut LabState, month: &LabMonth) {
    state.last_sale = site.t;
    state.last_sale_price = month.valuation.share_price;
}

/// 5.5: the round.
fn round(site: &Site<'_>, state: &mut LabState, around: &Around<'_>, month: &mut LabMonth) {
    let Some(round) = &site.lab().round else {
        return;
    };
    let value = month.valuation;
    let since = site.t - state.last_sale;
    let short = month.outlook.runway(month.outlook.cash_now) < round.trigger;
    let dear = around.world.open && value.share_price >= 1.25 * state.last_sale_price;
    if month.ipo > 0.0 || since < round.gap || !(short || dear) {
        return;
    }
    let wanted = round.target_runway * month.outlook.burn - month.outlook.cash_now;
    let wanted = wanted.min(round.max_share * value.equity);
    let size = wanted.min(offered(site, around.world, since));
    month.purse_bound = site.scenario.market.one_purse && size < wanted;
    if size < CENT {
        return;
    }
    let down = value.share_price < state.last_sale_price;
    let name = format!("round.{}", site.lab().name);
    if down && !around.chance.happens(&name, site.t, monthly(round.down_round), true) {
        return;
    }
    let mut outside = size;
    for (i, (participant, weight)) in round.participants.iter().enumerate() {
        if !around.in_default(site, participant) {
            outside -= weight * size;
            let given = if around.blocked(site, participant) { 0.0 } else { around.given(site, participant) };
            month.participants[i] = given * weight * size;
        }
    }
    let raised = outside + month.participants.iter().sum::<f64>();
    if raised < CENT {
        month.participants.fill(0.0);
        return;
    }
    month.round = raised;
    sold(site, state, month);
    for (i, (participant, _)) in round.participants.iter().enumerate() {
        let amount = month.participants[i];
        if amount > 0.0 {
            issue(state, month, Some(participant), amount, value.equity);
            receive(site, state, month, participant, amount);
        }
    }
    month.outside_equity += outside;
    issue(state, month, None, outside, value.equity);
}

/// What the market offers to one lab (5.5).
fn offered(site: &Site<'_>, world: &World, since: i64) -> f64 {
    let market = &site.scenario.market;
    if market.one_purse {
        return rivals::purse(site, world);
    }
    let Some(curve) = &market.supply else {
        return f64::INFINITY;
    };
    let frozen = if world.frozen() { market.frozen_supply } else { 1.0 };
    let rise = world.y(site.t) - world.y(0);
    curve.at(site.t) * (market.supply_beta * rise).exp() * frozen * since.min(12) as f64 / 12.0
}

/// 5.6: facilities, up to `min_cash`; returns the cash.
fn draw_facilities(site: &Site<'_>, state: &mut LabState, world: &World, cash: f64, month: &mut LabMonth) -> f64 {
    month.draws = vec![0.0; site.scenario.facilities.len()];
    let mut cash = cash;
    for (i, facility) in site.scenario.facilities.iter().enumerate() {
        let usable =
            facility.lab == site.lab && site.t < facility.maturity && (facility.committed || world.credit_open());
        if usable {
            let wanted = site.lab().min_cash - cash;
            let amount = wanted.min(undrawn(site, state, i, month.valuation.equity)).max(0.0);
            state.drawn[i] += amount;
            month.draws[i] = amount;
            cash += amount;
        }
    }
    cash
}

/// What a facility still offers: its limit less the balance, `ltv V` less all debt.
pub(crate) fn undrawn(site: &Site<'_>, state: &LabState, i: usize, equity: f64) -> f64 {
    let facility = &site.scenario.facilities[i];
    let by_value = facility.ltv.map_or(f64::INFINITY, |ltv| ltv * equity - state.debt());
    (facility.limit - state.drawn[i]).min(by_value).max(0.0)
}
