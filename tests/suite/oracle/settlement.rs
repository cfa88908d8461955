//! Settlement, distress, resolution, endurance (section 7).

use super::funding::{
    Around, compute_need, issue, leases, minimum_payments, net_sales, next_minimum, receive, undrawn,
};
use super::operations::Site;
use super::state::{LabMonth, LabState, Valuation, Verdict, World};
use super::{CENT, DT, monthly};

/// Longest freeze that is looked at (7.5), and what a lab in default would earn (7.3).
const LONGEST: i64 = 120;

/// Runs 7.1, 7.2 and 7.4; `cash` is what section 5 left, `ends` says that a dated event ends the lab.
pub(crate) fn settle(
    site: &Site<'_>,
    state: &mut LabState,
    around: &Around<'_>,
    verdicts: &[Verdict],
    cash: f64,
    ends: bool,
    month: &mut LabMonth,
) {
    month.kept_before = (state.n, state.r);
    defer_or_repay(site, state, cash, month);
    state.months_in_arrears = if state.arrears() > CENT { state.months_in_arrears + 1.0 } else { 0.0 };
    if ends {
        default(site, state, around, month);
    } else if state.months_in_arrears > site.lab().resolution.grace || month.shortfall_beyond > 0.0 {
        resolve(site, state, around, month);
    }
    if state.alive {
        let runway = month.outlook.runway(state.cash);
        let austerity = site.lab().austerity.as_ref();
        state.austerity = austerity.is_some_and(|austerity| runway < austerity.runway);
        state.saves_on_demand = austerity.is_some_and(|austerity| runway < austerity.on_demand_runway);
        scale_back(site, state, around, verdicts, month);
    }
}

/// 7.1: a shortfall is deferred pro rata; cash above `min_cash` repays arrears pro rata.
fn defer_or_repay(site: &Site<'_>, state: &mut LabState, cash: f64, month: &mut LabMonth) {
    if cash < 0.0 {
        let invoices = month.cash_invoices();
        month.deferred = (-cash).min(invoices);
        month.shortfall_beyond = -cash - month.deferred;
        for invoice in &month.invoices {
            if invoices > 0.0 {
                let part = month.deferred * (invoice.amount - invoice.credits) / invoices;
                *state.arrears.entry(invoice.payee.clone()).or_default() += part;
            }
        }
        state.cash = 0.0;
        return;
    }
    let owed = state.arrears();
    let repaid = (cash - site.lab().min_cash).max(0.0).min(owed);
    state.cash = cash - repaid;
    month.arrears_repaid = repaid;
    if owed > 0.0 {
        state.arrears.values_mut().for_each(|part| *part *= 1.0 - repaid / owed);
    }
}

/// 7.2: rescue, else exchange, else payment default.
fn resolve(site: &Site<'_>, state: &mut LabState, around: &Around<'_>, month: &mut LabMonth) {
    if rescue(site, state, around, month) || exchange(site, state, around, month) {
        state.months_in_arrears = 0.0;
    } else {
        default(site, state, around, month);
    }
}

/// Payment default: what is owed is lost, and the cash goes to the estate.
fn default(site: &Site<'_>, state: &mut LabState, around: &Around<'_>, month: &mut LabMonth) {
    let lgd = site.lab().resolution.lgd;
    leave_unpaid(state, month);
    month.insolvent = earnings(site, state, around.world) + state.cash < state.debt() + state.arrears();
    month.claims_over_capital = claims_over_capital(site, state, around);
    for (payee, part) in state.arrears.iter().chain(&state.exchanged) {
        *month.credit_losses.entry(payee.clone()).or_default() += lgd * part;
    }
    for (facility, drawn) in site.scenario.facilities.iter().zip(&state.drawn) {
        *month.credit_losses.entry(facility.lender.clone()).or_default() += lgd * drawn;
    }
    month.payment_default = true;
    month.estate = std::mem::take(&mut state.cash);
    state.alive = false;
}

/// `G`: what its operations would earn after this month with the commitments that stand (7.3).
fn earnings(site: &Site<'_>, state: &LabState, world: &World) -> f64 {
    let (lab, first) = (site.lab(), site.t + 1);
    let r = lab.cost_of_capital;
    let earned = |i: i64| {
        let u = first + i;
        let need = leases(site, state.n, state.r, u) + compute_need(site, state, world, u);
        let compute = minimum_payments(site, state.n, state.r, u).max(need);
        let costs = compute + state.plan.fixed.at(u) * DT;
        (-r * (i as f64 + 0.5) * DT).exp() * (state.x.exp() * net_sales(site, state, u) - costs)
    };
    let after = state.x.exp() * state.plan.target.at(first + LONGEST) * lab.margin;
    (0..LONGEST).map(earned).sum::<f64>()
        + (-r * LONGEST as f64 * DT).exp() * after / (r - site.scenario.long_run_growth)
}

/// The largest of what it owes an entity over the worth of that entity less its barrier (8.2).
fn claims_over_capital(site: &Site<'_>, state: &LabState, around: &Around<'_>) -> f64 {
    let mut largest: f64 = 0.0;
    for (entity, books) in site.scenario.entities.iter().zip(around.entities) {
        let Some(balance) = entity.balance.as_ref().filter(|_| !books.defaulted) else { continue };
        let owed = |parts: &std::collections::BTreeMap<String, f64>| parts.get(&entity.name).copied().unwrap_or(0.0);
        let lines = site.scenario.facilities.iter().zip(&state.drawn);
        let lent: f64 = lines.filter(|(line, _)| line.lender == entity.name).map(|(_, drawn)| drawn).sum();
        let capital = books.worth - balance.barrier;
        if capital > 0.0 {
            largest = largest.max((owed(&state.arrears) + owed(&state.exchanged) + lent) / capital);
        }
    }
    largest
}

/// What a payment default leaves unpaid is interest and principal first, pro rata; it stays owed.
fn leave_unpaid(state: &mut LabState, month: &mut LabMonth) {
    let due = month.interest + month.principal;
    if due <= 0.0 {
        return;
    }
    let unpaid = (month.shortfall_beyond / due).min(1.0);
    let service = month.interest_of.iter_mut().zip(&mut month.principal_of);
    for ((interest, principal), drawn) in service.zip(&mut state.drawn) {
        *drawn += unpaid * (*interest + *principal);
        *interest *= 1.0 - unpaid;
        *principal *= 1.0 - unpaid;
    }
}

fn rescue(site: &Site<'_>, state: &mut LabState, around: &Around<'_>, month: &mut LabMonth) -> bool {
    let terms = &site.lab().resolution;
    let Some(sponsor) = &terms.sponsor else {
        return false;
    };
    let frozen = if around.world.frozen() { terms.rescue_frozen } else { 1.0 };
    let p = terms.rescue * frozen;
    if state.rescued || around.in_default(site, sponsor) || month.shortfall_beyond > terms.capacity {
        return false;
    }
    if !around.chance.happens(&format!("rescue.{}", site.lab().name), site.t, p, p >= 0.5) {
        return false;
    }
    let owed = state.arrears();
    let sum = (owed + month.shortfall_beyond + terms.rescue_runway * month.outlook.burn).min(terms.capacity);
    let repaid = (sum - month.shortfall_beyond).min(owed);
    state.rescued = true;
    month.rescued = true;
    month.rescue_money = sum;
    month.arrears_repaid += repaid;
    if owed > 0.0 {
        state.arrears.values_mut().for_each(|part| *part *= 1.0 - repaid / owed);
    }
    state.cash += sum - month.shortfall_beyond - repaid;
    issue(state, month, Some(sponsor), sum, month.valuation.equity.max(sum));
    receive(site, state, month, sponsor, sum);
    true
}

fn exchange(site: &Site<'_>, state: &mut LabState, around: &Around<'_>, month: &mut LabMonth) -> bool {
    let terms = &site.lab().resolution;
    let name = format!("exchange.{}", site.lab().name);
    if state.exchanges >= terms.max_exchanges
        || !around.chance.happens(&name, site.t, terms.exchange, terms.exchange >= 0.5)
    {
        return false;
    }
    state.exchanges += 1.0;
    state.r *= 1.0 - terms.haircut;
    state.training_kept *= 1.0 - terms.haircut;
    month.exchanged = true;
    let owed = state.arrears();
    month.exchanged_debt = (1.0 - terms.haircut) * owed + month.shortfall_beyond;
    for (payee, part) in std::mem::take(&mut state.arrears) {
        if owed > 0.0 {
            *state.exchanged.entry(payee.clone()).or_default() += month.exchanged_debt * part / owed;
        }
        *month.credit_losses.entry(payee).or_default() += terms.haircut * part;
    }
    true
}

/// 7.4: what is not firm is dropped, then contracts are renegotiated.
fn scale_back(site: &Site<'_>, state: &mut LabState, around: &Around<'_>, verdicts: &[Verdict], month: &mut LabMonth) {
    let means = means_without_minimum(site, state, verdicts, month);
    let minimum = |n: f64, r: f64| next_minimum(site, n, r);
    if means - minimum(state.n, state.r) >= 0.0 {
        return;
    }
    let droppable = minimum(1.0, state.r) - minimum(0.0, state.r);
    if droppable > 0.0 && state.n > 0.0 {
        let kept = (means - minimum(0.0, state.r)) / droppable;
        state.n = kept.clamp(0.0, state.n);
        month.dropped = true;
    }
    let left = minimum(state.n, state.r);
    let lab = site.lab();
    // What `n` was chosen to make zero is zero, whatever the last digit says.
    let short = means - left < -CENT;
    let name = format!("renegotiate.{}", lab.name);
    if short && around.chance.happens(&name, site.t, monthly(lab.renegotiate), false) {
        state.r *= 1.0 - lab.renegotiate_cut;
        state.fee_due = lab.renegotiate_fee * lab.renegotiate_cut * left;
        month.renegotiated = true;
    }
}

/// Cash, firm investments, committed facilities and the year's earnings before minimum payments.
fn means_without_minimum(site: &Site<'_>, state: &LabState, verdicts: &[Verdict], month: &LabMonth) -> f64 {
    let firm: f64 = (site.t + 1..=site.t + 12).map(|u| firm_investments(site, verdicts, site.t + 1, u)).sum();
    let facilities: f64 = site
        .scenario
        .facilities
        .iter()
        .enumerate()
        .filter(|(_, facility)| facility.lab == site.lab && facility.committed && site.t < facility.maturity)
        .map(|(i, _)| undrawn(site, state, i, month.valuation.equity))
        .sum();
    state.cash + firm + facilities + month.outlook.sales - month.outlook.fixed - month.outlook.interest
}

/// Firm investments that fall due in month `u`; those overdue in the `first` month looked at.
fn firm_investments(site: &Site<'_>, verdicts: &[Verdict], first: i64, u: i64) -> f64 {
    let items = site.scenario.investments.iter().zip(verdicts);
    items
        .filter(|(item, verdict)| item.lab == site.lab && item.is_firm() && **verdict == Verdict::Waiting)
        .filter(|(item, _)| item.date.max(first) == u && u <= item.deadline)
        .map(|(item, _)| item.amount)
        .sum()
}

/// 7.5: months, from `first` on, that end with cash not below zero were the market closed.
pub(crate) fn endurance(
    site: &Site<'_>,
    state: &LabState,
    world: &World,
    verdicts: &[Verdict],
    value: Valuation,
    first: i64,
) -> f64 {
    let mut cash = state.cash;
    let mut drawn = state.drawn.clone();
    let exchanged: f64 = state.exchanged.values().sum();
    for u in first..first + LONGEST {
        let interest: f64 = site.scenario.facilities.iter().zip(&drawn).map(|(line, drawn)| line.rate * drawn).sum();
        let due: f64 = repay(site, &mut drawn, u);
        cash += state.x.exp() * net_sales(site, state, u)
            - minimum_payments(site, state.n, state.r, u)
                .max(leases(site, state.n, state.r, u) + compute_need(site, state, world, u))
            - state.plan.fixed.at(u) * DT
            - (interest + site.scenario.discount_rate * exchanged) * DT
            + firm_investments(site, verdicts, first, u)
            - due;
        for (i, facility) in site.scenario.facilities.iter().enumerate() {
            if cash < 0.0 && facility.lab == site.lab && facility.committed && u < facility.maturity {
                let debt = drawn.iter().sum::<f64>() + exchanged;
                let by_value = facility.ltv.map_or(f64::INFINITY, |ltv| ltv * value.equity - debt);
                let amount = (-cash).min(facility.limit - drawn[i]).min(by_value).max(0.0);
                drawn[i] += amount;
                cash += amount;
            }
        }
        // A scale-back leaves nothing after twelve months; that it is nothing the last digit need not say.
        if cash < -CENT {
            return (u - first) as f64;
        }
    }
    LONGEST as f64
}

fn repay(site: &Site<'_>, drawn: &mut [f64], u: i64) -> f64 {
    let lines = site.scenario.facilities.iter().zip(drawn);
    lines.filter(|(line, _)| line.maturity <= u).map(|(_, drawn)| std::mem::take(drawn)).sum()
}
