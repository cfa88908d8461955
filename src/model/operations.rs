//! A lab's month of operations: need, allocation, invoices, costs, cash (docs/model.md, section 3).

use crate::engine::Innovations;
use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::{exp, max, min};

use super::contract::{Contract, Pricing, Workload};
use super::parameters::{DT, Lab, Parameters};
use super::state::{LabMonth, LabState, sum};

/// Prices closer than this are equal: file order decides.
const TIE: f64 = 1e-12;

/// Operations of one lab in month `t` at the spot prices `spot`.
#[inline(always)]
pub fn operate<const B: usize>(
    p: &Parameters,
    lab: &Lab,
    state: &mut LabState<B>,
    m: &mut LabMonth<B>,
    spot: &[Lanes<B>],
    t: usize,
    draws: &Innovations<B>,
) {
    need(p, lab, state, m, t);
    supply(p, lab, state, m, spot, t);
    allocate(p, lab, state, m, t);
    invoice(p, lab, m);
    account(p, lab, state, m, t, draws);
    take_credits(p, lab, state, m);
}

/// 3.1: what is needed, in units of the reference family a year.
#[inline(always)]
fn need<const B: usize>(p: &Parameters, lab: &Lab, state: &LabState<B>, m: &mut LabMonth<B>, t: usize) {
    let unit = p.families[p.reference].plan_price[t];
    let share = lab.inference_share[t] / unit;
    m.intensity.set(|i| exp(state.intensity[i]));
    m.need_inference.set(|i| share * m.revenue_rate[i] * m.intensity[i]);
    let training = lab.training[t] / unit;
    let eta = lab.training_elasticity;
    m.training_growth.set(|i| state.training_kept[i] * exp(eta * state.attainment[i]));
    m.planned_training.set(|i| state.alive[i] * training * m.training_growth[i]);
    let cut = lab.austerity.training_cut;
    m.need_training.set(|i| m.planned_training[i] * (1.0 - cut * state.austerity[i]));
}

/// 3.2: what contracts and families offer.
#[inline(always)]
fn supply<const B: usize>(
    p: &Parameters,
    lab: &Lab,
    state: &LabState<B>,
    m: &mut LabMonth<B>,
    spot: &[Lanes<B>],
    t: usize,
) {
    for (k, contract) in lab.contracts.iter().enumerate() {
        let delay = contract.delay.map(|_| &state.delays[k]);
        let scheduled = contract.tables.at(&contract.tables.rate, t as i32, delay);
        let ended = contract.tables.at(&contract.tables.ended, t as i32, delay);
        let plan_price = p.families[contract.family].plan_price[t];
        m.keep[k].set(|i| keep(contract.firm, state.kept[i], state.restructured[i]));
        m.rate[k].set(|i| state.alive[i] * scheduled[i] * m.keep[k][i]);
        m.price[k].set(|i| {
            let agreed = match contract.price {
                Pricing::Plan => plan_price,
                Pricing::Indexed => spot[contract.family][i],
                Pricing::Locked => state.locked[k][i],
            };
            select(ended[i] > 0.0, plan_price, agreed)
        });
        m.minimum[k].set(|i| contract.take_or_pay * (1.0 - ended[i]) * m.rate[k][i]);
        m.paid_left[k].set(|i| m.minimum[k][i] / m.price[k][i]);
        m.rest_left[k].set(|i| m.rate[k][i] / m.price[k][i] - m.paid_left[k][i]);
        m.used[k] = Lanes::default();
    }
    for (j, family) in p.families.iter().enumerate() {
        m.room[j].set(|i| family.adoption[t] * (m.need_inference[i] + m.need_training[i]));
        m.on_demand_price[j].set(|i| spot[j][i] * (1.0 + p.on_demand_premium));
        m.on_demand_used[j] = Lanes::default();
    }
}

/// Share of a contract's schedule that stands: `r (firm + (1 - firm) n)`, section 4.
#[inline(always)]
pub fn keep(firm: f64, kept: f64, restructured: f64) -> f64 {
    restructured * (firm + (1.0 - firm) * kept)
}

/// 3.3 and 3.4: inference first, then training; capacity paid in any case, the rest, on demand.
#[inline(always)]
fn allocate<const B: usize>(p: &Parameters, lab: &Lab, state: &LabState<B>, m: &mut LabMonth<B>, t: usize) {
    let unit = p.families[p.reference].plan_price[t];
    let capacity = lab.on_demand_capacity[t] / unit;
    let (inference, training) = (capacity * lab.inference_share[t] * lab.target[t], capacity * lab.training[t]);
    let mut on_demand_left = lanes!(i => inference + training * state.training_kept[i]);
    m.unmet_inference = m.need_inference;
    m.unmet_training = m.need_training;
    for workload in [Workload::Inference, Workload::Training] {
        let mut unmet = if workload == Workload::Inference { m.unmet_inference } else { m.unmet_training };
        use_paid(lab, m, &mut unmet, workload);
        if unmet.any() {
            use_rest(p, lab, m, &mut unmet, workload);
        }
        if capacity > 0.0 && unmet.any() {
            use_on_demand(p, m, &mut unmet, &mut on_demand_left);
        }
        match workload {
            Workload::Inference => m.unmet_inference = unmet,
            _ => m.unmet_training = unmet,
        }
    }
}

fn serves(contract: &Contract, workload: Workload) -> bool {
    contract.workload == Workload::Any || contract.workload == workload
}

/// (i) Capacity paid in any case, contracts in file order.
#[inline(always)]
fn use_paid<const B: usize>(lab: &Lab, m: &mut LabMonth<B>, unmet: &mut Lanes<B>, workload: Workload) {
    for (k, contract) in lab.contracts.iter().enumerate() {
        if serves(contract, workload) {
            let room = &mut m.room[contract.family];
            let taken = lanes!(i => min(min(m.paid_left[k][i], room[i]), unmet[i]));
            m.paid_left[k].add(|i| -taken[i]);
            m.used[k].add(|i| taken[i]);
            room.add(|i| -taken[i]);
            unmet.add(|i| -taken[i]);
        }
    }
}

/// (ii) The rest of the committed capacity, lowest price first.
#[inline(always)]
fn use_rest<const B: usize>(p: &Parameters, lab: &Lab, m: &mut LabMonth<B>, unmet: &mut Lanes<B>, workload: Workload) {
    let serving = |k: usize| serves(&lab.contracts[k], workload);
    let contracts = || (0..lab.contracts.len()).filter(|&k| serving(k));
    for k in contracts() {
        let family = lab.contracts[k].family;
        m.offered[k] = m.rest_left[k];
        if p.families[family].is_limited {
            // What a contract can give is what its family has room for after its own cheaper contracts.
            let mut cheaper = Lanes::<B>::default();
            for j in contracts().filter(|&j| j != k && lab.contracts[j].family == family) {
                cheaper.add(|i| first(m.price[j][i], j, m.price[k][i], k) * m.rest_left[j][i]);
            }
            m.offered[k].update(|i, rest| min(rest, max(m.room[family][i] - cheaper[i], 0.0)));
        }
    }
    take_cheapest(serving, &m.price, &m.offered, unmet, &mut m.taken);
    for k in contracts() {
        let room = &mut m.room[lab.contracts[k].family];
        let taken = &m.taken[k];
        m.rest_left[k].add(|i| -taken[i]);
        m.used[k].add(|i| taken[i]);
        room.add(|i| -taken[i]);
        unmet.add(|i| -taken[i]);
    }
    unmet.update(|_, left| max(left, 0.0));
}

/// (iii) On demand, cheapest family first, up to what can be had over all of them.
#[inline(always)]
fn use_on_demand<const B: usize>(p: &Parameters, m: &mut LabMonth<B>, unmet: &mut Lanes<B>, left: &mut Lanes<B>) {
    let sold = |j: usize| !p.families[j].on_demand.is_empty();
    let wanted = lanes!(i => min(unmet[i], left[i]));
    for j in (0..p.families.len()).filter(|&j| sold(j)) {
        let room = &m.room[j];
        m.offered[j].set(|i| max(room[i], 0.0));
    }
    take_cheapest(sold, &m.on_demand_price, &m.offered, &wanted, &mut m.taken);
    for j in (0..p.families.len()).filter(|&j| sold(j)) {
        let taken = &m.taken[j];
        m.on_demand_used[j].add(|i| taken[i]);
        m.room[j].add(|i| -taken[i]);
        unmet.add(|i| -taken[i]);
        left.add(|i| -taken[i]);
    }
    unmet.update(|_, short| max(short, 0.0));
}

/// Takes `wanted` in order of price: each offer gives what is still wanted when all cheaper ones are exhausted.
#[inline(always)]
fn take_cheapest<const B: usize>(
    serving: impl Fn(usize) -> bool,
    price: &[Lanes<B>],
    offered: &[Lanes<B>],
    wanted: &Lanes<B>,
    taken: &mut [Lanes<B>],
) {
    let offers = || (0..price.len()).filter(|&k| serving(k));
    for k in offers() {
        let mut cheaper = Lanes::<B>::default();
        for j in offers().filter(|&j| j != k) {
            cheaper.add(|i| first(price[j][i], j, price[k][i], k) * offered[j][i]);
        }
        taken[k].set(|i| min(offered[k][i], max(wanted[i] - cheaper[i], 0.0)));
    }
}

/// 1 if offer `a` at price `pa` comes before offer `b` at `pb`, else 0; file order decides a tie.
#[inline(always)]
fn first(pa: f64, a: usize, pb: f64, b: usize) -> f64 {
    flag(if a < b { pa <= pb + TIE } else { pa < pb - TIE })
}

/// 3.6: take-or-pay minima, what is used beyond them, and on demand; by contract, family and entity.
#[inline(always)]
fn invoice<const B: usize>(p: &Parameters, lab: &Lab, m: &mut LabMonth<B>) {
    for row in &mut m.invoiced_by {
        *row = Lanes::default();
    }
    for (k, contract) in lab.contracts.iter().enumerate() {
        m.invoice[k].set(|i| {
            let beyond = m.used[k][i] - m.minimum[k][i] / m.price[k][i];
            DT * (m.minimum[k][i] + max(beyond, 0.0) * m.price[k][i])
        });
        let invoice = &m.invoice[k];
        m.invoiced_by[contract.provider].add(|i| invoice[i]);
    }
    for (j, family) in p.families.iter().enumerate() {
        m.on_demand_invoice[j].set(|i| DT * m.on_demand_used[j][i] * m.on_demand_price[j][i]);
        let invoice = &m.on_demand_invoice[j];
        for &(provider, share) in &family.on_demand {
            m.invoiced_by[provider].add(|i| share * invoice[i]);
        }
    }
    m.invoices = sum(&m.invoiced_by);
}

/// 3.5, 3.7 and 3.8: revenue, costs, profit and tax; 3.9 without the credits, which follow.
#[inline(always)]
fn account<const B: usize>(
    p: &Parameters,
    lab: &Lab,
    state: &mut LabState<B>,
    m: &mut LabMonth<B>,
    t: usize,
    draws: &Innovations<B>,
) {
    m.revenue.set(|i| {
        let unmet = select(m.need_inference[i] > 0.0, m.unmet_inference[i] / m.need_inference[i], 0.0);
        m.revenue_rate[i] * (1.0 - unmet)
    });
    m.shortfall.set(|i| {
        let run = m.need_training[i] - m.unmet_training[i];
        select(m.planned_training[i] > 0.0, 1.0 - run / m.planned_training[i], 0.0)
    });
    let mut shares = Lanes::<B>::default();
    for (s, line) in lab.revenue_shares.iter().enumerate() {
        let share = line.share[t] * DT;
        m.revenue_share[s].set(|i| min(share * m.revenue[i], max(line.cap - state.shared[s][i], 0.0)));
        let paid = &m.revenue_share[s];
        state.shared[s].add(|i| paid[i]);
        shares.add(|i| paid[i]);
    }
    m.opex.set(|i| state.alive[i] * lab.fixed[t] * DT + lab.of_revenue * m.revenue[i] * DT);
    m.interest.set(|i| p.discount_rate * state.exchanged_debt[i] * DT);
    for (facility, balance) in lab.facilities.iter().zip(&state.balances) {
        m.interest.add(|i| facility.rate * balance[i] * DT);
    }
    m.profit.set(|i| m.revenue[i] * DT - shares[i] - m.invoices[i] - m.opex[i] - m.interest[i]);
    m.tax.set(|i| lab.tax_rate * max(m.profit[i] - state.carry_forward[i], 0.0));
    state.carry_forward.update(|i, losses| select(state.alive[i] > 0.0, max(losses - m.profit[i], 0.0), losses));
    let noise = draws.normal(lab.cash_shock);
    m.noise.set(|i| state.alive[i] * lab.cash_volatility * DT.sqrt() * noise[i]);
}

/// 3.9: credits held with a provider's group pay its invoices first, in file order.
#[inline(always)]
fn take_credits<const B: usize>(p: &Parameters, lab: &Lab, state: &mut LabState<B>, m: &mut LabMonth<B>) {
    for row in m.credits_taken.iter_mut().chain(&mut m.credits_given) {
        *row = Lanes::default();
    }
    for (c, investment) in lab.investments.iter().enumerate().filter(|(_, investment)| investment.credits) {
        if !state.credits[c].any() {
            continue;
        }
        for (e, _) in p.entities.iter().enumerate().filter(|(_, entity)| entity.group == investment.group) {
            let taken = &mut m.credits_taken[e];
            let used = lanes!(i => min(state.credits[c][i], m.invoiced_by[e][i] - taken[i]));
            state.credits[c].add(|i| -used[i]);
            taken.add(|i| used[i]);
            m.credits_given[investment.investor].add(|i| used[i]);
        }
    }
    m.credits_used = sum(&m.credits_taken);
    m.ocf.set(|i| m.profit[i] - m.tax[i] + m.noise[i] + m.credits_used[i]);
}
