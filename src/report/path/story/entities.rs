//! What entities owe and cannot pay, their losses and defaults (`docs/model.md`, section 8).

use crate::model::constants::CENT;
use crate::model::contract::Contract;
use crate::model::debts::{cleared, owed_by};
use crate::model::parameters::{Clearing, Treasury};
use crate::model::state::EntityState;
use crate::notation::{money, percent};

use super::event::Kind;
use super::moment::{LabMoment, Moment, Told, happens_now};

/// Losses of a month below this are not told, dollars.
const TOLD: f64 = 1e8;

pub(super) fn tell(moment: &Moment<'_>, told: &mut Told) {
    for (e, entity) in moment.world.entities.iter().enumerate() {
        if let Some(treasury) = entity.treasury.as_ref().filter(|_| moment.before.entities[e].alive[0] > 0.0) {
            let cash = Cash::of(moment, e, treasury);
            tell_due(told, &entity.name, &cash, treasury, moment.month);
            tell_sale(told, &entity.name, &cash, treasury);
        }
    }
    tell_losses(moment, told);
    for (e, entity) in moment.world.entities.iter().enumerate() {
        let (before, after) = (&moment.before.entities[e], &moment.after.entities[e]);
        if let Some(balance) = entity.balance.filter(|_| before.alive[0] > 0.0 && after.alive[0] <= 0.0) {
            told.tell(Kind::EntityDefault, &entity.name, why(after, balance.barrier));
        }
        if let Some(clearing) = &moment.world.clearing {
            tell_clearing(moment, told, clearing, e);
        }
    }
    for at in moment.labs().filter(|at| at.after.alive[0] > 0.0) {
        tell_stopped_sites(moment, &at, told);
    }
}

/// A month of an entity's cash, dollars.
struct Cash<'a> {
    before: &'a EntityState<1>,
    after: &'a EntityState<1>,
    /// Principal due.
    due: f64,
    /// Borrowed.
    borrowed: f64,
    /// Core assets sold, at their value.
    sold: f64,
    /// Whether loans can be had.
    open: bool,
}

impl<'a> Cash<'a> {
    fn of(moment: &Moment<'a>, e: usize, treasury: &Treasury) -> Self {
        let (before, after) = (&moment.before.entities[e], &moment.after.entities[e]);
        Self {
            before,
            after,
            due: treasury.due[moment.month],
            borrowed: after.funds.borrowed[0] - before.funds.borrowed[0],
            sold: (after.funds.sold[0] - before.funds.sold[0]) * after.core_start[0] * before.growth[0],
            open: moment.before.market.credit_open[0] > 0.0,
        }
    }
}

/// Debt that falls due: the first time, while loans are frozen, and where it leaves less than the least cash.
fn tell_due(told: &mut Told, name: &str, cash: &Cash<'_>, treasury: &Treasury, month: usize) {
    let is_refinanced = cash.borrowed >= cash.due - CENT;
    let is_first = treasury.due[..month].iter().all(|due| *due <= CENT);
    let is_easy = cash.open && cash.after.funds.cash[0] >= treasury.min_cash - CENT;
    if cash.due <= CENT || (is_easy && !is_first) {
        return;
    }
    let when = if cash.open { "" } else { " while loans are frozen" };
    let rest = cash.due - cash.borrowed;
    let how = match () {
        () if is_refinanced => " and is refinanced".to_owned(),
        () if cash.borrowed > CENT => {
            format!(": {} is refinanced, {} is {}", money(cash.borrowed), money(rest), paid(cash))
        }
        () => format!(": it is {}", paid(cash)),
    };
    told.tell_of(Kind::Funding, name, cash.due, format!("{} of debt falls due{when}{how}", money(cash.due)));
}

/// From what principal is paid that is not refinanced.
fn paid(cash: &Cash<'_>) -> &'static str {
    match () {
        () if cash.after.funds.cash[0] < -CENT => "more than cash and sales of assets can pay",
        () if cash.sold > CENT => "paid from cash and sales of assets",
        () => "paid from cash",
    }
}

/// The first sale of core assets, and the one after which nothing is left to sell: others come month by month.
fn tell_sale(told: &mut Told, name: &str, cash: &Cash<'_>, treasury: &Treasury) {
    let is_last = cash.after.funds.sold[0] >= treasury.saleable * (1.0 - 1e-9);
    if cash.sold <= CENT || (cash.before.funds.sold[0] > 0.0 && !is_last) {
        return;
    }
    let brings = (1.0 - treasury.discount) * cash.sold;
    let last = if is_last { "; nothing is left that it could sell" } else { "" };
    let what = format!(
        "sells assets worth {} for {}, a discount of {}, to pay its bills{last}",
        money(cash.sold),
        money(brings),
        percent(treasury.discount)
    );
    told.tell_of(Kind::Distress, name, brings, what);
}

/// Why an entity defaults.
fn why(entity: &EntityState<1>, barrier: f64) -> String {
    let against = format!("{} against a barrier of {}", money(entity.worth[0]), money(barrier));
    match () {
        () if entity.illiquid[0].is_finite() => {
            format!("defaults: it lacks {} of what is due, with a worth of {against}", money(-entity.funds.cash[0]))
        }
        () if entity.carried[0].is_finite() => {
            format!("defaults: what others in default do not pay leaves it a worth of {against}")
        }
        () if entity.worth[0] < barrier => format!("defaults: its worth is {against}"),
        () => format!("defaults by decree, with a worth of {against}"),
    }
}

/// What an entity in default owes other entities and pays of it.
fn tell_clearing(moment: &Moment<'_>, told: &mut Told, clearing: &Clearing, e: usize) {
    let (owed, paid) = cleared(clearing, e, &moment.after.entities[e], moment.month);
    if owed <= CENT {
        return;
    }
    let part = 1.0 - paid / owed;
    let loses = |lender: usize, amount: f64| format!("{} loses {}", moment.world.entities[lender].name, money(amount));
    let lost: Vec<String> = owed_by(clearing, e, moment.month)
        .map(|debt| (debt.lender, part * debt.amount))
        .filter(|of| of.1 > CENT)
        .map(|of| loses(of.0, of.1))
        .collect();
    let who = if lost.is_empty() { String::new() } else { format!(": {}", lost.join(", ")) };
    let what = format!("pays {} of the {} that it owes other entities{who}", percent(paid / owed), money(owed));
    told.tell_of(Kind::Loss, &moment.world.entities[e].name, owed - paid, what);
}

/// What a lab no longer has of providers that default in the month.
fn tell_stopped_sites(moment: &Moment<'_>, at: &LabMoment<'_>, told: &mut Told) {
    for (e, provider) in moment.world.entities.iter().enumerate() {
        let fails = happens_now(moment.after.entities[e].default[0], moment.month);
        let stops = |contract: &&Contract| contract.provider == e && contract.step_in < 1.0;
        let binds = |k: usize| at.before.contracts[k].in_force[0] > at.after.contracts[k].in_force[0];
        let stopping = at.lab.contracts.iter().enumerate().filter(|(k, contract)| stops(contract) && binds(*k));
        let stopping: Vec<(usize, &Contract)> = stopping.filter(|_| fails).collect();
        let Some((_, first)) = stopping.first() else { continue };
        let rate: f64 =
            stopping.iter().map(|(k, contract)| at.flows.contracts[*k].rate[0] * (1.0 - contract.step_in)).sum();
        let runs = percent(first.step_in);
        let what = format!(
            "{runs} of the sites of {} run on without it{}",
            provider.name,
            if rate > 0.0 { format!(": {} a year of compute stops", money(rate)) } else { String::new() }
        );
        told.tell_of(Kind::Contract, &at.lab.name, rate, what);
    }
}

/// Losses of the month: on contracts and credit, of orders, and of what was paid for stakes.
fn tell_losses(moment: &Moment<'_>, told: &mut Told) {
    let (orders, claims) = (lost_orders(moment), lost_claims(moment));
    let rise = |figure: fn(&EntityState<1>) -> f64, e: usize| {
        figure(&moment.after.entities[e]) - figure(&moment.before.entities[e])
    };
    let of = |who, deed, loss: &dyn Fn(usize) -> f64, told: &mut Told| {
        let entities = moment.world.entities.iter().enumerate();
        tell_loss(told, who, deed, entities.map(|(e, entity)| (entity.name.as_str(), loss(e))).collect());
    };
    let contracts = |e: usize| rise(|entity| entity.loss[0], e) - orders[e] - claims[e];
    of("providers", "lose on contracts and credit", &contracts, told);
    of("suppliers", "lose orders for what will not be built", &|e| orders[e], told);
    of("investors", "lose what they paid for their stakes", &|e| rise(|entity| entity.basis_lost[0], e), told);
}

/// What each entity lost of its orders in the month, dollars (section 8.2).
fn lost_orders(moment: &Moment<'_>) -> Vec<f64> {
    let mut lost = vec![0.0; moment.world.entities.len()];
    for at in moment.labs() {
        for (k, contract) in at.lab.contracts.iter().enumerate() {
            let delay = contract.shift(&at.after.contracts[k].delay);
            let built = contract.tables.at(&contract.tables.built, at.month as i32, delay)[0];
            let unspent = contract.unspent(at.flows.contracts[k].cut[0], built);
            contract.orders.iter().for_each(|&(supplier, margin)| lost[supplier] += margin * unspent);
        }
    }
    lost
}

/// What each entity lost of its claims on others as debts cleared, dollars (section 8.1).
fn lost_claims(moment: &Moment<'_>) -> Vec<f64> {
    let mut lost = vec![0.0; moment.world.entities.len()];
    let month = moment.month;
    for debt in moment.world.clearing.iter().flat_map(|clearing| &clearing.debts) {
        let borrower = &moment.after.entities[debt.borrower];
        if debt.maturity >= month as i32 && happens_now(borrower.default[0], month) {
            lost[debt.lender] += (1.0 - borrower.pays[0]) * debt.amount;
        }
    }
    lost
}

/// Tells the losses that are worth it, the largest first.
fn tell_loss(told: &mut Told, who: &str, deed: &str, mut losses: Vec<(&str, f64)>) {
    losses.retain(|(_, loss)| *loss >= TOLD);
    losses.sort_by(|a, b| b.1.total_cmp(&a.1));
    if losses.is_empty() {
        return;
    }
    let all = losses.iter().map(|(_, loss)| loss).sum();
    let parts: Vec<String> = losses.into_iter().map(|(name, loss)| format!("{name} {}", money(loss))).collect();
    told.tell_of(Kind::Loss, who, all, format!("{deed}: {}", parts.join(", ")));
}
