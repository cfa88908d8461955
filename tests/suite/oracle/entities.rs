//! Entities: contracts' value and capital debt, worth, losses, default (8.1, 8.2).

use super::DT;
use super::contract::Contract;
use super::input::{Balance, Entity, Scenario};
use super::state::{CapitalDebt, EntityState, LabMonth, LabState, World};
use super::treasury::{Position, Treasury};

/// The spending before month `t` as though `kept` of it had been built.
fn built_before(contract: &Contract, t: i64, kept: f64) -> Vec<(i64, f64)> {
    let begin = contract.begin();
    (begin - contract.lead..begin.min(t)).map(|u| (u, kept * spending(contract))).collect()
}

/// What is spent in a month of the lead if all is kept.
fn spending(contract: &Contract) -> f64 {
    contract.take_or_pay * contract.capex * contract.amount() / contract.lead as f64
}

/// `D` at the end of month `t` (8.1): before the begin the value of all the spending, past as built
/// and to come as kept; from then on falling evenly.
fn capital_debt(contract: &Contract, debt: &CapitalDebt, t: i64, kept: f64, rate: f64) -> f64 {
    let begin = contract.begin();
    let at = t.min(begin - 1);
    let worth = |u: i64, dollars: f64| dollars * (rate * (at - u) as f64 * DT).exp();
    let past: f64 = debt.built.iter().map(|(u, dollars)| worth(*u, *dollars)).sum();
    let next = debt.built.last().map_or(begin - contract.lead, |(u, _)| u + 1);
    let to_come: f64 = (next..begin).map(|u| worth(u, kept * spending(contract))).sum();
    let run = (t + 1 - begin).clamp(0, contract.term());
    (past + to_come) * (contract.term() - run) as f64 / contract.term() as f64
}

/// The share of a contract that stands: none of a lab that is gone.
fn standing(contract: &Contract, state: &LabState) -> f64 {
    if state.alive { contract.kept(state.n, state.r) } else { 0.0 }
}

/// The entities at the start; what their core assets are is known at the end of month 0.
pub(crate) fn opening(scenario: &Scenario) -> Vec<EntityState> {
    let assets = |entity: &Entity| entity.balance.as_ref().map_or(0.0, |balance| balance.assets);
    let treasury = |entity: &Entity| {
        let balance = entity.balance.as_ref()?;
        balance.treasury.as_ref().map(|terms| Treasury::opening(terms, balance.debt))
    };
    let entities = scenario.entities.iter();
    entities
        .map(|entity| (assets(entity), treasury(entity), treasury(entity)))
        .map(|(assets, treasury, alone)| EntityState {
            treasury,
            alone,
            default_month: None,
            insolvent: false,
            illiquid: false,
            cleared: (0.0, 0.0),
            gives: 1.0,
            default_alone: None,
            unpaid: 0.0,
            carried: None,
            exposures: 0.0,
            lost_orders: 0.0,
            core_assets: assets,
            opening_assets: assets,
            account: 0.0,
            worth: assets,
            contracts_net: 0.0,
            stake_mark: 0.0,
            defaulted: false,
            margin_received: 0.0,
            capital_repaid: 0.0,
            invested: 0.0,
            loss: 0.0,
            basis_lost: 0.0,
        })
        .collect()
}

/// `A(0)`: assets beyond the contracts that are binding at the end of month 0, and the loans and stakes of the start.
pub(crate) fn set_core_assets(
    scenario: &Scenario,
    labs: &[LabState],
    debts: &mut [CapitalDebt],
    entities: &mut [EntityState],
) {
    let rate = scenario.discount_rate;
    for (contract, debt) in scenario.contracts.iter().zip(debts).filter(|(contract, _)| contract.is_binding()) {
        let kept = contract.kept(1.0, 1.0);
        debt.counted = true;
        debt.built = built_before(contract, 0, 1.0);
        debt.debt = capital_debt(contract, debt, -1, kept, rate);
        let net = kept * contract.margin_value(0, rate) - capital_debt(contract, debt, 0, kept, rate);
        entities[place(scenario, &contract.provider)].core_assets -= net;
    }
    for line in &scenario.facilities {
        if let Some(lender) = scenario.entity(&line.lender) {
            entities[lender].core_assets -= line.drawn;
        }
    }
    for (lab, state) in scenario.labs.iter().zip(labs) {
        for (name, stake) in &lab.stakes {
            entities[place(scenario, name)].core_assets -= stake * state.opening_price;
        }
    }
    for (entity, state) in scenario.entities.iter().zip(entities) {
        assert!(entity.balance.is_none() || state.core_assets > 0.0, "{} has no core assets", entity.name);
        state.opening_assets = state.core_assets;
    }
}

/// The entities' month, after the labs have settled; those that a dated event `ends` default.
#[expect(clippy::too_many_arguments, reason = "entities look at everybody")]
pub(crate) fn close(
    scenario: &Scenario,
    t: i64,
    world: &World,
    labs: &mut [LabState],
    months: &[LabMonth],
    debts: &mut [CapitalDebt],
    ends: &[&str],
    entities: &mut [EntityState],
) {
    let growth = (scenario.discount_rate * DT).exp();
    for entity in entities.iter_mut() {
        entity.account *= growth;
        entity.exposures = 0.0;
        entity.unpaid = 0.0;
        entity.cleared = (0.0, 0.0);
        entity.contracts_net = 0.0;
        entity.stake_mark = 0.0;
    }
    for (k, debt) in debts.iter_mut().enumerate() {
        debt.relet_now = 0.0;
        close_contract(scenario, t, k, world, labs, months, debt, entities);
    }
    for (lab, month) in labs.iter_mut().zip(months) {
        close_lab(scenario, lab, month, entities);
        close_loans(scenario, lab, month, entities);
    }
    for (entity, state) in scenario.entities.iter().zip(entities.iter_mut()) {
        state.worth = state.core_assets + state.account + state.contracts_net + state.stake_mark;
        let Some(balance) = &entity.balance else { continue };
        close_treasury(scenario, &entity.name, balance, t, world, state);
        state.insolvent = state.worth < balance.barrier;
        let ends = ends.contains(&entity.name.as_str());
        if !state.defaulted && (state.insolvent || state.is_illiquid() || ends) {
            state.defaulted = true;
            state.default_month = Some(t);
        }
        let assets = balance.assets * state.growth();
        let alone = state.alone.as_ref().map_or(assets, |alone| alone.core_assets(assets) + alone.proceeds);
        let illiquid = state.alone.as_ref().is_some_and(Treasury::is_illiquid);
        if alone < balance.barrier || illiquid || ends {
            state.default_alone.get_or_insert(t);
        }
    }
}

/// Of the contracts of an entity that defaulted in month `t`, lenders keep a part running.
pub(crate) fn step_in(scenario: &Scenario, t: i64, entities: &[EntityState]) {
    for contract in &scenario.contracts {
        let provider = place(scenario, &contract.provider);
        if entities[provider].default_month == Some(t) {
            contract.step_in(scenario.entities[provider].step_in);
        }
    }
}

/// The entity's cash, with its exposures and without; sales change its worth.
fn close_treasury(scenario: &Scenario, name: &str, balance: &Balance, t: i64, world: &World, state: &mut EntityState) {
    let Some(terms) = &balance.treasury else { return };
    let credit_open = world.credit_open();
    if let Some(treasury) = &mut state.treasury {
        let at = Position {
            t,
            exposures: state.exposures,
            all_assets: state.core_assets,
            growth: balance.growth,
            beside: state.account + state.contracts_net + state.stake_mark,
            credit_open,
        };
        treasury.close(scenario, name, terms, &at);
        state.illiquid |= treasury.is_illiquid();
        state.worth = treasury.worth(&at);
    }
    let growth = state.growth();
    if let Some(alone) = &mut state.alone {
        let at = Position {
            t,
            exposures: 0.0,
            all_assets: balance.assets * growth,
            growth: balance.growth,
            beside: 0.0,
            credit_open,
        };
        alone.close(scenario, name, terms, &at);
    }
}

/// When entities defaulted without their exposures.
pub(crate) fn alone(scenario: &Scenario, entities: &[EntityState]) -> Vec<(String, Option<i64>)> {
    let with_balance = scenario.entities.iter().zip(entities).filter(|(entity, _)| entity.balance.is_some());
    with_balance.map(|(entity, state)| (entity.name.clone(), state.default_alone)).collect()
}

/// Margin received, capital paid, `W - D`, and what is lost of `W`.
#[expect(clippy::too_many_arguments, reason = "one contract looks at everybody")]
fn close_contract(
    scenario: &Scenario,
    t: i64,
    k: usize,
    world: &World,
    labs: &[LabState],
    months: &[LabMonth],
    debt: &mut CapitalDebt,
    entities: &mut [EntityState],
) {
    let (contract, rate) = (&scenario.contracts[k], scenario.discount_rate);
    if !contract.is_binding() {
        return;
    }
    let provider = place(scenario, &contract.provider);
    let (lab, month) = (&labs[contract.lab], &months[contract.lab]);
    let was_there = lab.alive || month.payment_default;
    let before = if was_there { contract.kept(month.kept_before.0, month.kept_before.1) } else { 0.0 };
    let after = standing(contract, lab);

    let is_new = !debt.counted;
    if is_new {
        debt.counted = true;
        debt.built = built_before(contract, t, before);
        debt.debt = capital_debt(contract, debt, t - 1, before, rate);
    }
    if (contract.begin() - contract.lead..contract.begin()).contains(&t) {
        debt.built.push((t, before * spending(contract)));
    }
    let now = capital_debt(contract, debt, t, after, rate);
    // A signature changes the worth of the provider by `W - D` and by nothing else (4).
    let paid = if t >= contract.begin() && !is_new { debt.debt * (rate * DT).exp() - now } else { 0.0 };
    debt.debt = now;
    let margin = contract.margin * contract.minimum(t) * before;
    let value = contract.margin_value(t, rate);
    let fall = (before - after) * value;
    let relet = relet(scenario, t, k, world, labs, month);

    let entity = &mut entities[provider];
    entity.margin_received += margin;
    entity.capital_repaid += paid;
    entity.loss += (1.0 - relet) * fall;
    entity.account += margin - paid + relet * fall;
    // What is let again brings its margin from the next month on.
    entity.exposures += margin - paid + contract.margin * contract.minimum(t) * debt.relet;
    debt.relet += relet * (before - after);
    debt.relet_now = relet * fall;
    entity.contracts_net += after * value - now;
    lose_orders(scenario, t, k, before - after, entities);
}

/// What others lose of the capital that a cut of a `part` of contract `k` leaves unspent (8.2).
fn lose_orders(scenario: &Scenario, t: i64, k: usize, part: f64, entities: &mut [EntityState]) {
    let contract = &scenario.contracts[k];
    let value = |u: i64| (-scenario.discount_rate * (u - t) as f64 * DT).exp();
    let all: f64 = (contract.begin() - contract.lead..contract.begin()).map(value).sum();
    let to_come: f64 = (contract.begin() - contract.lead..contract.begin()).filter(|u| *u > t).map(value).sum();
    if to_come <= 0.0 {
        return;
    }
    let unspent = contract.take_or_pay * contract.capex * contract.amount() * part * to_come / all;
    for (name, loss) in &contract.orders {
        let entity = &mut entities[place(scenario, name)];
        entity.lost_orders += loss * unspent;
        entity.loss += loss * unspent;
        entity.account -= loss * unspent;
    }
}

/// The share of a released contract that is let again (8.2).
fn relet(scenario: &Scenario, t: i64, k: usize, world: &World, labs: &[LabState], month: &LabMonth) -> f64 {
    let contract = &scenario.contracts[k];
    let lab = &labs[contract.lab];
    let left = scenario.rivals.left(labs, contract.lab, t);
    let mine = scenario.contracts.iter().filter(|other| other.lab == contract.lab);
    let released: f64 = mine
        .map(|other| {
            let before = other.kept(month.kept_before.0, month.kept_before.1);
            other.schedule(t) * (before - standing(other, lab))
        })
        .sum();
    let (family, spot) = (&scenario.families[contract.family], world.prices[contract.family]);
    let offered = contract.offered(t, family, spot, world.frozen(), scenario.discount_rate);
    let most = contract.relet.unwrap_or(if family.plant.is_some() { 1.0 } else { 0.7 });
    let frozen = if world.frozen() { contract.relet_frozen } else { 1.0 };
    (most * offered * (-released / contract.relet_depth).exp() * frozen * left).clamp(0.0, 1.0)
}

/// Investments paid, losses on arrears and debt, cost basis lost, and the mark of stakes.
fn close_lab(scenario: &Scenario, lab: &mut LabState, month: &LabMonth, entities: &mut [EntityState]) {
    for (name, paid) in month.from_entities.iter().chain(&month.credits_from) {
        let entity = &mut entities[place(scenario, name)];
        entity.invested += paid;
        entity.account -= paid;
        entity.exposures -= paid;
    }
    for (name, brought) in &month.in_shares {
        // In its own shares: no cost of the firm.
        let entity = &mut entities[place(scenario, name)];
        entity.account += brought;
        entity.exposures += brought;
    }
    for (name, lost) in &month.credit_losses {
        if let Some(i) = scenario.entity(name) {
            entities[i].loss += lost;
            entities[i].account -= lost;
            entities[i].exposures -= lost;
        }
    }
    if month.payment_default {
        for (name, basis) in std::mem::take(&mut lab.basis) {
            entities[place(scenario, &name)].basis_lost += basis;
        }
    }
    if lab.alive {
        for (name, shares) in &lab.holdings {
            entities[place(scenario, name)].stake_mark += shares * month.valuation.share_price;
        }
    }
}

/// Loans of entities, an asset at par (8.1). In a payment default the balance goes to the account, from
/// which `lgd` of it has been taken as a loss.
fn close_loans(scenario: &Scenario, lab: &LabState, month: &LabMonth, entities: &mut [EntityState]) {
    let of = |amounts: &[f64], i: usize| amounts.get(i).copied().unwrap_or(0.0);
    for (i, line) in scenario.facilities.iter().enumerate() {
        let Some(lender) = scenario.entity(&line.lender) else { continue };
        let entity = &mut entities[lender];
        let received = of(&month.interest_of, i) + of(&month.principal_of, i) - of(&month.draws, i);
        entity.account += received;
        entity.exposures += received;
        if lab.alive {
            entity.contracts_net += lab.drawn[i];
        } else if month.payment_default {
            entity.account += lab.drawn[i];
            entity.exposures += lab.drawn[i];
        }
    }
}

fn place(scenario: &Scenario, name: &str) -> usize {
    scenario.entity(name).unwrap_or_else(|| panic!("no entity {name}"))
}
