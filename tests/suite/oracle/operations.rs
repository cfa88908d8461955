//! A lab's month: operations (section 3).

use super::DT;
use super::contract::{Contract, Workload};
use super::expansion;
use super::input::{Family, Lab, Scenario};
use super::state::{Invoice, LabMonth, LabState, Supply, World};

/// What the month is for one lab.
pub(crate) struct Site<'a> {
    pub(crate) scenario: &'a Scenario,
    /// Index of the lab.
    pub(crate) lab: usize,
    pub(crate) t: i64,
}

impl<'a> Site<'a> {
    /// The lab as written.
    pub(crate) fn lab(&self) -> &'a Lab {
        &self.scenario.labs[self.lab]
    }

    /// The lab's contracts with their indices, in file order.
    pub(crate) fn contracts(&self) -> impl Iterator<Item = (usize, &'a Contract)> {
        let lab = self.lab;
        self.scenario.contracts.iter().enumerate().filter(move |(_, contract)| contract.lab == lab)
    }

    /// `Pbar_ref` of the month.
    pub(crate) fn reference_price(&self) -> f64 {
        self.scenario.families[self.scenario.reference].expected(self.t)
    }
}

/// Runs section 3: everything up to `ocf`; `part` is the lab's part of what all labs need on the plan.
pub(crate) fn operate(
    site: &Site<'_>,
    state: &mut LabState,
    world: &World,
    noise: f64,
    part: f64,
    month: &mut LabMonth,
) {
    need(site, state, world, month);
    supply(site, state, world, month);
    use_compute(site, state, world, part, month);
    sell(month);
    invoice(site, world, part, month);
    pay_costs(site, state, month);
    profit_and_tax(site, state, month);
    use_credits(site, state, month);
    month.noise = noise;
    month.ocf = month.profit - month.tax + noise + month.credits_used;
}

/// 3.1: units a year.
fn need(site: &Site<'_>, state: &LabState, world: &World, month: &mut LabMonth) {
    let (lab, t, price) = (site.lab(), site.t, site.reference_price());
    let share = state.plan.inference_share.at(t);
    month.need_inference = share * month.valuation.revenue_rate * state.z.exp() / price;
    let training = state.plan.training.at(t) * state.training_kept;
    month.planned_training =
        training * (lab.training_elasticity * state.x).exp() * expansion::followed(site, world) / price;
    month.need_extra = expansion::extra(site, state);
    let cut = match (&lab.austerity, state.austerity) {
        (Some(austerity), true) => austerity.training_cut,
        _ => 0.0,
    };
    month.need_training = month.planned_training * (1.0 - cut);
}

/// 3.2: rates and prices of the lab's contracts.
fn supply(site: &Site<'_>, state: &LabState, world: &World, month: &mut LabMonth) {
    month.supplies = vec![Supply::default(); site.scenario.contracts.len()];
    for (k, contract) in site.contracts() {
        let family = &site.scenario.families[contract.family];
        month.supplies[k].rate = contract.schedule(site.t) * contract.kept(state.n, state.r);
        month.supplies[k].price = contract.price(site.t, family, world.prices[contract.family]);
    }
}

/// What is left while units are being allotted (3.3).
struct Room {
    /// Of each family, under adoption.
    family: Vec<f64>,
    /// On demand, over all families.
    on_demand: f64,
    /// On demand of each family, under the limits of its sellers.
    sellers: Vec<f64>,
}

/// 3.3 and 3.4: inference first, then training.
fn use_compute(site: &Site<'_>, state: &LabState, world: &World, part: f64, month: &mut LabMonth) {
    let need = month.need_inference + month.need_training;
    month.on_demand = vec![0.0; site.scenario.families.len()];
    let mut room = Room {
        family: site.scenario.families.iter().map(|family| most(family, site, need)).collect(),
        on_demand: on_demand_capacity(site, state),
        sellers: (0..site.scenario.families.len()).map(|j| offered_units(site, world, part, j)).collect(),
    };
    month.unmet_inference = allot(site, world, Workload::Inference, month.need_inference, &mut room, month);
    if state.saves_on_demand {
        room.on_demand = 0.0;
    }
    month.unmet_training = allot(site, world, Workload::Training, month.need_training, &mut room, month);
    month.extra_run = month.need_extra - allot(site, world, Workload::Training, month.need_extra, &mut room, month);
}

/// Units of the family that can be used at most.
fn most(family: &Family, site: &Site<'_>, need: f64) -> f64 {
    family.adoption.as_ref().map_or(f64::INFINITY, |adoption| {
        let x = (site.scenario.calendar.mid(site.t) - adoption.midpoint) / adoption.width;
        need * adoption.max / (1.0 + (-x).exp())
    })
}

/// A share of what the plan needs at `X = Z = 0`.
fn on_demand_capacity(site: &Site<'_>, state: &LabState) -> f64 {
    let (plan, t) = (&state.plan, site.t);
    let dollars = plan.inference_share.at(t) * plan.target.at(t) + plan.training.at(t) * state.training_kept;
    let capacity = site.scenario.on_demand_capacity.as_ref();
    capacity.map_or(0.0, |share| share.share(site.scenario.calendar.mid(t))) * dollars / site.reference_price()
}

/// Dollars a year that the lab can have of each seller of family `j` (3.3): its part of the seller's
/// limit, which is divided among the seller's families by its weights.
fn limits(site: &Site<'_>, part: f64, j: usize) -> Vec<f64> {
    let families = &site.scenario.families;
    let limit = |name: &str, weight: f64| {
        let entity = site.scenario.entity(name).map(|i| &site.scenario.entities[i])?;
        let all: f64 = families
            .iter()
            .flat_map(|family| &family.on_demand)
            .filter(|(other, _)| other == name)
            .map(|(_, w)| w)
            .sum();
        Some(entity.on_demand_limit.as_ref()?.at(site.t) * part * weight / all)
    };
    families[j].on_demand.iter().map(|(name, weight)| limit(name, *weight).unwrap_or(f64::INFINITY)).collect()
}

/// Units of family `j` that its sellers together have for the lab.
fn offered_units(site: &Site<'_>, world: &World, part: f64, j: usize) -> f64 {
    limits(site, part, j).iter().sum::<f64>() / on_demand_price(site, world, j)
}

/// Price of a unit of family `j` on demand.
fn on_demand_price(site: &Site<'_>, world: &World, j: usize) -> f64 {
    world.prices[j] * (1.0 + site.scenario.premium)
}

/// What each seller bills of a total: by weight, and what is beyond its limit by the others' weights.
pub(crate) fn shared_out(total: f64, weights: &[f64], limits: &[f64]) -> Vec<f64> {
    let mut bills = vec![0.0; weights.len()];
    let mut open: Vec<usize> = (0..weights.len()).filter(|&i| weights[i] > 0.0).collect();
    let mut left = total;
    loop {
        let sum: f64 = open.iter().map(|&i| weights[i]).sum();
        let (full, rest): (Vec<usize>, Vec<usize>) =
            open.iter().copied().partition(|&i| left * weights[i] / sum > limits[i]);
        if full.is_empty() {
            for i in open {
                bills[i] = left * weights[i] / sum;
            }
            return bills;
        }
        for i in full {
            bills[i] = limits[i];
            left -= limits[i];
        }
        open = rest;
    }
}

/// One workload: paid capacity in file order, the rest by price, on demand by price. What is left is unmet.
fn allot(site: &Site<'_>, world: &World, workload: Workload, need: f64, room: &mut Room, month: &mut LabMonth) -> f64 {
    let mut left = need;
    let mine: Vec<usize> = site.contracts().filter(|(_, contract)| contract.serves(workload)).map(|(k, _)| k).collect();
    for &k in &mine {
        let share = site.scenario.contracts[k].paid_share(site.t);
        draw_contract(site, k, share, &mut left, room, month);
    }
    let prices: Vec<f64> = mine.iter().map(|&k| month.supplies[k].price).collect();
    for i in cheapest_first(&prices) {
        draw_contract(site, mine[i], 1.0, &mut left, room, month);
    }
    for family in cheapest_first(&world.prices) {
        draw_on_demand(site, family, &mut left, room, month);
    }
    left
}

/// Uses a contract up to a share of its capacity.
fn draw_contract(site: &Site<'_>, k: usize, share: f64, left: &mut f64, room: &mut Room, month: &mut LabMonth) {
    let supply = &mut month.supplies[k];
    let family = site.scenario.contracts[k].family;
    let capacity = share * supply.rate / supply.price - supply.used;
    let units = capacity.min(*left).min(room.family[family]).max(0.0);
    supply.used += units;
    room.family[family] -= units;
    *left -= units;
}

/// Uses what a family offers on demand.
fn draw_on_demand(site: &Site<'_>, family: usize, left: &mut f64, room: &mut Room, month: &mut LabMonth) {
    if site.scenario.families[family].on_demand.is_empty() {
        return;
    }
    let units = left.min(room.family[family]).min(room.on_demand).min(room.sellers[family]).max(0.0);
    month.on_demand[family] += units;
    room.family[family] -= units;
    room.on_demand -= units;
    room.sellers[family] -= units;
    *left -= units;
}

/// Places in order of price; within 1e-12 the order stays.
fn cheapest_first(prices: &[f64]) -> Vec<usize> {
    let mut left: Vec<usize> = (0..prices.len()).collect();
    let mut order = Vec::new();
    while !left.is_empty() {
        let mut best = 0;
        for i in 1..left.len() {
            if prices[left[i]] < prices[left[best]] - 1e-12 {
                best = i;
            }
        }
        order.push(left.remove(best));
    }
    order
}

/// 3.5: revenue after lost sales, and the training that was not run.
fn sell(month: &mut LabMonth) {
    let lost = if month.need_inference > 0.0 { month.unmet_inference / month.need_inference } else { 0.0 };
    month.revenue = month.valuation.revenue_rate * (1.0 - lost) * DT;
    let run = month.need_training - month.unmet_training + month.extra_run;
    month.training_shortfall =
        if month.planned_training > 0.0 { (1.0 - run / month.planned_training).max(0.0) } else { 0.0 };
}

/// 3.6: invoices of contracts and on demand, and what was paid for and not used (of a lease nothing can be).
fn invoice(site: &Site<'_>, world: &World, part: f64, month: &mut LabMonth) {
    for (k, contract) in site.contracts() {
        let supply = &mut month.supplies[k];
        let paid = contract.paid_share(site.t) * supply.rate;
        let used = supply.used * supply.price;
        supply.idle = if contract.workload == Workload::None { 0.0 } else { DT * (paid - used).max(0.0) };
        month.invoices.push(Invoice {
            line: contract.id.clone(),
            payee: contract.provider.clone(),
            family: contract.family,
            amount: DT * (paid + (used - paid).max(0.0)),
            credits: 0.0,
        });
    }
    for (j, family) in site.scenario.families.iter().enumerate() {
        let weights: Vec<f64> = family.on_demand.iter().map(|(_, weight)| *weight).collect();
        let total = month.on_demand[j] * on_demand_price(site, world, j);
        let bills = shared_out(total, &weights, &limits(site, part, j));
        for ((provider, _), bill) in family.on_demand.iter().zip(bills) {
            month.invoices.push(Invoice {
                line: format!("on-demand.{}.{provider}", family.name),
                payee: provider.clone(),
                family: j,
                amount: DT * bill,
                credits: 0.0,
            });
        }
    }
}

/// 3.7: opex, revenue shares, interest.
fn pay_costs(site: &Site<'_>, state: &mut LabState, month: &mut LabMonth) {
    let (lab, t) = (site.lab(), site.t);
    month.opex = state.plan.fixed.at(t) * DT + lab.of_revenue * month.revenue;
    for (share, paid) in lab.shares.iter().zip(&mut state.shares_paid) {
        let rate = if t <= share.until { share.share.share(site.scenario.calendar.mid(t)) } else { 0.0 };
        let due = (rate * month.revenue).min(share.cap - *paid).max(0.0);
        *paid += due;
        month.shares.push(due);
    }
    let lines = site.scenario.facilities.iter().zip(&state.drawn);
    month.interest_of = lines.map(|(line, drawn)| line.rate * drawn * DT).collect();
    let exchanged = site.scenario.discount_rate * state.exchanged.values().sum::<f64>() * DT;
    month.interest = month.interest_of.iter().sum::<f64>() + exchanged;
}

/// 3.8: profit, tax, and the loss carried forward.
fn profit_and_tax(site: &Site<'_>, state: &mut LabState, month: &mut LabMonth) {
    let shares: f64 = month.shares.iter().sum();
    let invoices: f64 = month.invoices.iter().map(|invoice| invoice.amount).sum();
    month.profit = month.revenue - shares - invoices - month.opex - month.interest;
    month.tax = site.lab().tax_rate * (month.profit - state.loss_carry_forward).max(0.0);
    state.loss_carry_forward = (state.loss_carry_forward - month.profit).max(0.0);
}

/// 3.9: credits held with a provider's group pay its invoices first, in file order.
fn use_credits(site: &Site<'_>, state: &mut LabState, month: &mut LabMonth) {
    for invoice in &mut month.invoices {
        let group = site.scenario.group(&invoice.payee);
        for (item, balance) in site.scenario.investments.iter().zip(&mut state.credits) {
            let giver = &item.investor;
            if site.scenario.group(giver) != group {
                continue;
            }
            let used = balance.min(invoice.amount - invoice.credits);
            *balance -= used;
            invoice.credits += used;
            month.credits_used += used;
            *month.credits_from.entry(giver.clone()).or_default() += used;
            *state.basis.entry(giver.clone()).or_default() += used;
        }
    }
}
