//! The ledger in the columns and units of the fixtures.

use super::Ledger;
use super::input::{Balance, Scenario};
use super::pool::{CUSTOMERS, DEBT, OPENING, OUTSIDE};
use super::rivals;
use super::state::{CapitalDebt, EntityState, LabMonth, LabState, World};
use super::treasury::Debt;

/// Stands for an infinite runway.
const INFINITE: f64 = 1_000_000.0;
const BILLION: f64 = 1e9;

/// A row while it is written.
#[derive(Default)]
pub(crate) struct Row {
    cells: Vec<(String, f64)>,
    prefix: String,
}

impl Row {
    fn put(&mut self, name: &str, value: f64) {
        self.cells.push((format!("{}{name}", self.prefix), value));
    }

    fn money(&mut self, name: &str, dollars: f64) {
        self.put(name, dollars / BILLION);
    }

    fn flag(&mut self, name: &str, flag: bool) {
        self.put(name, f64::from(u8::from(flag)));
    }
}

/// Adds a row; the first one names the columns.
pub(crate) fn record(ledger: &mut Ledger, month: String, row: Row) {
    if ledger.columns.is_empty() {
        ledger.columns = row.cells.iter().map(|(name, _)| name.clone()).collect();
    }
    ledger.months.push(month);
    ledger.rows.push(row.cells.into_iter().map(|(_, value)| value).collect());
}

/// The row of month `t`.
pub(crate) fn row(
    scenario: &Scenario,
    t: i64,
    world: &World,
    labs: &[LabState],
    months: &[LabMonth],
    (debts, entities): (&[CapitalDebt], &[EntityState]),
) -> Row {
    let mut row = Row::default();
    row.put("market.y", world.y(t));
    row.put("market.run_up", world.run_up(t, scenario.market.growth));
    row.flag("market.open", world.open);
    if let Some(credit) = &world.credit {
        row.flag("market.credit_open", credit.open);
    }
    for (family, price) in scenario.families.iter().zip(&world.prices) {
        row.put(&format!("price.{}.spot", family.name), *price);
        row.put(&format!("price.{}.plan", family.name), family.expected(t));
    }
    for i in 0..labs.len() {
        row.prefix = format!("{}.", scenario.labs[i].name);
        start_of_month(&mut row, &months[i]);
        compute(&mut row, scenario, i, &months[i]);
        hardware(&mut row, scenario, i, t, world, debts);
        operations(&mut row, scenario, i, &months[i], &labs[i]);
        funding(&mut row, scenario, i, &months[i], &labs[i]);
        settlement(&mut row, &months[i], &labs[i]);
        balances(&mut row, scenario, i, &months[i], &labs[i]);
        if scenario.rivals.inherit > 0.0 {
            row.put("customers_gained", rivals::inherited(&labs[i], t));
        }
    }
    row.prefix.clear();
    row.put("market.circular", world.circular);
    if scenario.market.one_purse {
        row.money("market.raised", rivals::raised(world, t));
    }
    for (entity, state) in scenario.entities.iter().zip(entities) {
        row.prefix = format!("entity.{}.", entity.name);
        entity_columns(&mut row, entity.balance.as_ref(), state);
        let owes = |debt: &Debt| debt.borrower == entity.name && debt.lender.is_some();
        if scenario.clearing.is_some() && scenario.debts.iter().any(owes) {
            row.money("cleared_owed", state.cleared.0);
            row.money("cleared_paid", state.cleared.1);
        }
    }
    row
}

fn start_of_month(row: &mut Row, month: &LabMonth) {
    let value = month.valuation;
    row.put("X", month.x);
    row.put("Z", month.z);
    row.money("revenue_rate_before_lost_sales", value.revenue_rate);
    row.money("fundamental_value", value.fundamental);
    row.money("equity_value", value.equity);
    row.put("share_count", value.share_count);
    row.money("share_price", value.share_price);
}

fn compute(row: &mut Row, scenario: &Scenario, i: usize, month: &LabMonth) {
    row.money("need_inference_units", month.need_inference);
    row.money("need_training_units", month.need_training);
    row.money("planned_training_units", month.planned_training);
    row.money("unmet_inference_units", month.unmet_inference);
    row.money("unmet_training_units", month.unmet_training);
    if scenario.labs[i].reinvest > 0.0 {
        row.money("extra_training_units", month.extra_run);
    }
    row.put("training_shortfall", month.training_shortfall);
    for (k, contract) in scenario.contracts.iter().enumerate().filter(|(_, contract)| contract.lab == i) {
        let supply = month.supplies.get(k).copied().unwrap_or_default();
        let name = format!("contract.{}", contract.id);
        row.money(&format!("{name}.rate"), supply.rate);
        row.put(&format!("{name}.price"), supply.price);
        row.money(&format!("{name}.used_units"), supply.used);
        row.money(&format!("{name}.idle"), supply.idle);
    }
    for (j, family) in scenario.families.iter().enumerate() {
        let units = month.on_demand.get(j).copied().unwrap_or(0.0);
        row.money(&format!("on_demand.{}.used_units", family.name), units);
    }
}

/// What ages (8.2): age and rent of the units, and what was let again of this month's cuts.
fn hardware(row: &mut Row, scenario: &Scenario, i: usize, t: i64, world: &World, debts: &[CapitalDebt]) {
    for (contract, debt) in scenario.contracts.iter().zip(debts).filter(|(contract, _)| contract.lab == i) {
        let family = &scenario.families[contract.family];
        let Some(plant) = &family.plant else { continue };
        let runs = contract.is_binding()
            && contract.amount() > 0.0
            && (contract.begin()..contract.begin() + contract.term()).contains(&t);
        let age = if runs { contract.age(t) } else { 0.0 };
        let earns = runs && age < plant.life - 1e-9;
        let rent = if earns { world.prices[contract.family] * (-plant.ageing * age).exp() } else { 0.0 };
        row.put(&format!("contract.{}.hardware_age", contract.id), age);
        row.put(&format!("contract.{}.rent", contract.id), rent);
        row.money(&format!("contract.{}.relet", contract.id), debt.relet_now);
    }
}

/// The lines of a lab's invoices: its contracts, then the families' providers on demand.
fn lines(scenario: &Scenario, i: usize) -> Vec<String> {
    let contracts = scenario.contracts.iter().filter(|contract| contract.lab == i).map(|contract| contract.id.clone());
    let on_demand = scenario.families.iter().flat_map(|family| {
        family.on_demand.iter().map(|(provider, _)| format!("on-demand.{}.{provider}", family.name))
    });
    contracts.chain(on_demand).collect()
}

fn operations(row: &mut Row, scenario: &Scenario, i: usize, month: &LabMonth, state: &LabState) {
    row.money("revenue", month.revenue);
    for line in lines(scenario, i) {
        let amount = month.invoices.iter().filter(|invoice| invoice.line == line).map(|invoice| invoice.amount).sum();
        row.money(&format!("invoice.{line}"), amount);
    }
    for (k, share) in scenario.labs[i].shares.iter().enumerate() {
        row.money(&format!("revenue_share.{}", share.to), month.shares.get(k).copied().unwrap_or(0.0));
    }
    row.money("opex", month.opex);
    row.money("interest", month.interest);
    row.money("profit", month.profit);
    row.money("tax", month.tax);
    row.money("loss_carry_forward", state.loss_carry_forward);
    row.money("cash_noise", month.noise);
    row.money("credits_used", month.credits_used);
    row.money("ocf", month.ocf);
}

fn funding(row: &mut Row, scenario: &Scenario, i: usize, month: &LabMonth, state: &LabState) {
    let of = |amounts: &[f64], k: usize| amounts.get(k).copied().unwrap_or(0.0);
    for (k, item) in scenario.investments.iter().enumerate().filter(|(_, item)| item.lab == i) {
        row.money(&format!("investment.{}", item.id), of(&month.investments, k));
    }
    for (k, item) in scenario.matchings.iter().enumerate().filter(|(_, item)| item.lab == i) {
        row.money(&format!("matching.{}", item.id), of(&month.matchings, k));
    }
    for (k, item) in scenario.warrants.iter().enumerate().filter(|(_, item)| item.lab == i) {
        row.money(&format!("warrant.{}", item.id), of(&month.warrants, k));
    }
    row.money("principal_due", month.principal);
    row.money("restructuring_fee", month.fee);
    row.money("outlook_burn", month.outlook.burn);
    let runway = month.outlook.runway(month.outlook.cash_now);
    row.put("runway_months", if runway.is_finite() { runway } else { INFINITE });
    let participants = scenario.labs[i].round.iter().flat_map(|round| &round.participants);
    for (k, (name, _)) in participants.enumerate() {
        row.money(&format!("round.{name}"), of(&month.participants, k));
    }
    row.money("round", month.round);
    for (k, item) in scenario.facilities.iter().enumerate().filter(|(_, item)| item.lab == i) {
        row.money(&format!("draw.{}", item.id), of(&month.draws, k));
    }
    row.money("ipo", month.ipo);
    row.money("outside_equity", month.outside_equity);
    row.money("funding_gap", state.funding_gap);
}

fn settlement(row: &mut Row, month: &LabMonth, state: &LabState) {
    let here = state.alive || month.payment_default;
    row.money("deferred", month.deferred);
    row.money("arrears_repaid", month.arrears_repaid);
    row.money("arrears", if here { state.arrears() } else { 0.0 });
    row.put("months_in_arrears", if here { state.months_in_arrears } else { 0.0 });
    row.money("shortfall_beyond_invoices", month.shortfall_beyond);
    row.money("rescue_money", month.rescue_money);
    row.money("exchanged_debt", month.exchanged_debt);
    row.flag("rescued", month.rescued);
    row.flag("exchanged", month.exchanged);
    row.flag("payment_default", month.payment_default);
    row.flag("insolvent", month.insolvent);
    row.put("claims_over_capital", month.claims_over_capital);
    row.flag("dropped", month.dropped);
    row.flag("renegotiated", month.renegotiated);
    row.put("kept_n", state.n);
    row.put("kept_r", state.r);
    row.put("planned_training_kept", state.training_kept);
}

fn balances(row: &mut Row, scenario: &Scenario, i: usize, month: &LabMonth, state: &LabState) {
    let here = state.alive || month.payment_default;
    row.flag("austerity_next", state.alive && state.austerity);
    row.money("cash", state.cash);
    row.money("debt", if here { state.debt() } else { 0.0 });
    row.money("estate", month.estate);
    for group in credit_groups(scenario, i) {
        let given = scenario.investments.iter().zip(&state.credits);
        let held = given.filter(|(item, _)| scenario.group(&item.investor) == group);
        row.money(&format!("credits.{group}"), held.map(|(_, balance)| balance).sum());
    }
    for source in [OPENING, CUSTOMERS, DEBT, OUTSIDE] {
        row.money(&format!("cash_from.{source}"), state.pool.of(source));
    }
    for entity in &scenario.entities {
        row.money(&format!("cash_from.{}", entity.name), state.pool.of(&entity.name));
    }
}

/// The groups that may give the lab credits, in file order.
fn credit_groups(scenario: &Scenario, i: usize) -> Vec<&str> {
    let mut groups = Vec::new();
    for item in scenario.investments.iter().filter(|item| item.lab == i && item.credits) {
        let group = scenario.group(&item.investor);
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    groups
}

fn entity_columns(row: &mut Row, balance: Option<&Balance>, state: &EntityState) {
    if balance.is_some() {
        row.money("core_assets", state.core_assets);
        row.money("worth", state.worth);
        row.money("contracts_net", state.contracts_net);
        row.money("stake_mark", state.stake_mark);
        row.flag("defaulted", state.defaulted);
    }
    if balance.is_some_and(|balance| balance.giving_elasticity > 0.0 || balance.max_ltv.is_some()) {
        row.put("gives", state.gives);
    }
    if let Some(treasury) = &state.treasury {
        row.money("cash", treasury.cash);
        row.money("debt", treasury.debt);
        row.money("borrowed", treasury.borrowed);
        row.put("sold", treasury.sold);
        row.flag("illiquid", state.illiquid);
    }
    row.money("margin_received", state.margin_received);
    row.money("capital_repaid", state.capital_repaid);
    row.money("invested", state.invested);
    row.money("loss", state.loss);
    row.money("basis_lost", state.basis_lost);
}
