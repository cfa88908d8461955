//! Entities: groups, balance sheets, cloud revenue.

use crate::engine::{NormalSlot, Slots};
use crate::model::clearing::Recovery;
use crate::model::constants::DT;
use crate::model::contract::{Contract, Hinge};
use crate::model::id::EntityId;
use crate::model::parameters::{Balance, Clearing, DebtBetween, Entity, Lab, Parameters, Stress, Treasury};
use crate::model::process::Growth;
use crate::random::math::exp;

use super::calibration::{barrier, target};
use super::draw::Draw;
use crate::language::Problem;
use crate::scenario::{self, process};

/// All entities, in the order of the names.
pub(super) fn resolve(draw: &Draw<'_>, slots: &mut Slots) -> Vec<Entity> {
    (0..draw.names.entities.len())
        .map(|e| {
            let written = table(draw, e);
            let shock = slots.normal(process::assets(&draw.names.entities[e]));
            Entity {
                name: draw.names.entities[e].clone(),
                group: group(draw, e),
                balance: written.and_then(|entity| balance(draw, entity, shock)),
                treasury: written.and_then(|entity| treasury(draw, entity)),
                cloud_revenue: written
                    .and_then(|entity| entity.cloud_revenue.as_ref())
                    .filter(|_| !draw.is_light())
                    .map(|curve| draw.totals(curve, 0)),
            }
        })
        .collect()
}

fn table<'a>(draw: &'a Draw<'_>, e: EntityId) -> Option<&'a scenario::Entity> {
    draw.scenario.entities.iter().find(|entity| entity.name == draw.names.entities[e])
}

/// The first entity of the same group.
pub(super) fn group(draw: &Draw<'_>, e: EntityId) -> EntityId {
    let of = |e: EntityId| table(draw, e).map_or(draw.names.entities[e].as_str(), |entity| entity.group.as_str());
    (0..draw.names.entities.len()).find(|&other| of(other) == of(e)).unwrap_or(e)
}

fn balance(draw: &Draw<'_>, entity: &scenario::Entity, shock: NormalSlot) -> Option<Balance> {
    let assets = draw.at(entity.assets.as_ref()?);
    let barrier = barrier(entity, draw.values);
    let growth = draw.at(&entity.asset_growth);
    let burst_beta = draw.at(&entity.burst_beta);
    let target = target(entity, draw.values);
    let calibrated = || target.and_then(|target| draw.calibration.volatility(&entity.name, target)).unwrap_or(0.0);
    let volatility = match &entity.asset_volatility {
        _ if draw.is_still() => 0.0,
        Some(volatility) => draw.at(volatility),
        None => calibrated(),
    };
    let stress = stress(draw, entity);
    Some(Balance {
        assets,
        growth: Growth::new(1.0, growth, volatility, shock),
        burst_beta,
        barrier,
        stress,
        is_calibrated: target.is_some(),
    })
}

/// Section 5.1: how stress reduces its funding of labs, if it does.
fn stress(draw: &Draw<'_>, entity: &scenario::Entity) -> Option<Stress> {
    let stress = Stress {
        elasticity: draw.at(&entity.giving_elasticity),
        trend: draw.at(&entity.asset_growth),
        max_ltv: draw.or(entity.max_ltv.as_ref(), f64::INFINITY),
        debt: draw.or(entity.debt.as_ref(), 0.0),
    };
    (stress.elasticity > 0.0 || stress.max_ltv.is_finite()).then_some(stress)
}

/// Section 8.1: how debts between entities clear; none where there are none, or nothing is said of it.
pub(super) fn clearing(draw: &Draw<'_>) -> Option<Clearing> {
    let written = draw.scenario.clearing.as_ref().filter(|_| !draw.is_light())?;
    let between = draw.scenario.debts.iter().filter_map(|debt| {
        Some(DebtBetween {
            borrower: draw.names.find_entity(&debt.borrower)?,
            lender: draw.names.find_entity(debt.lender.as_ref()?)?,
            amount: draw.at(&debt.amount),
            maturity: draw.timeline.index(debt.maturity),
        })
    });
    let debts: Vec<DebtBetween> = between.collect();
    let recovery = Recovery { own: draw.at(&written.own), claims: draw.at(&written.claims) };
    (!debts.is_empty()).then_some(Clearing { recovery, debts })
}

/// Section 8.1: its cash, and the debt that is due at a date.
fn treasury(draw: &Draw<'_>, entity: &scenario::Entity) -> Option<Treasury> {
    let written = entity.treasury.as_ref()?;
    let months = draw.timeline.months;
    let (mut due, mut interest) = (vec![0.0; months], vec![0.0; months]);
    for debt in draw.scenario.debts.iter().filter(|debt| debt.borrower == entity.name) {
        let (amount, maturity) = (draw.at(&debt.amount), draw.timeline.index(debt.maturity));
        let paid = DT * draw.at(&debt.rate) * amount;
        interest.iter_mut().zip(0..=maturity).for_each(|(interest, _)| *interest += paid);
        if let Some(due) = usize::try_from(maturity).ok().and_then(|maturity| due.get_mut(maturity)) {
            *due += amount;
        }
    }
    let (cash_flow, growth) = (draw.at(&written.cash_flow), draw.at(&entity.asset_growth));
    let credit = draw.scenario.market.credit.as_ref();
    Some(Treasury {
        cash: draw.at(&written.cash),
        debt: draw.or(entity.debt.as_ref(), 0.0),
        leases: draw.at(&entity.leases),
        cash_flow: (0..months).map(|t| cash_flow * exp(growth * t as f64 * DT)).collect(),
        capex: written.capex.as_ref().map_or_else(|| vec![0.0; months], |curve| draw.totals(curve, 0)),
        capex_kept: exp(-1.0 / draw.at(&written.capex_cut)),
        due,
        interest,
        min_cash: draw.at(&written.min_cash),
        rate: draw.at(&written.rate),
        debt_ceiling: draw.at(&written.debt_ceiling),
        rolled: credit.map_or(0.0, |credit| draw.at(&credit.rolled)),
        saleable: draw.at(&written.saleable),
        discount: draw.at(&written.discount),
    })
}

/// Refuses core assets, those other than contracts and stakes, that are not positive at the start.
pub(super) fn check_core(parameters: &Parameters, problems: &mut Vec<Problem>) {
    for (e, entity) in parameters.entities.iter().enumerate() {
        let Some(balance) = &entity.balance else { continue };
        let net: f64 = contracts(parameters)
            .filter(|contract| contract.provider == e)
            .map(|contract| {
                let tables = &contract.tables;
                let at = |table| tables.at::<1>(table, 0, None)[0];
                let net = at(&tables.present) - at(&tables.build_debt);
                may_stand_at_start(parameters, contract, net)
            })
            .sum();
        let lent: f64 = parameters.labs.iter().map(|lab| lent(lab, e)).sum();
        let net = net + lent;
        let stakes: f64 = parameters.labs.iter().map(|lab| lab.stakes[e] * opening_value(parameters, lab)).sum();
        let core = balance.assets - net - stakes;
        if core <= 0.0 {
            let show = |value: f64| crate::units::Unit::Money.show(value);
            let key = format!("entity.{}.assets", entity.name);
            let message = format!("contracts and stakes in labs are worth at least all assets of `{}`", entity.name);
            problems.push(
                Problem::error(key, message)
                    .found(format!("assets {}, contracts {}, stakes {}", show(balance.assets), show(net), show(stakes)))
                    .expected(format!("more than {}", show(net + stakes))),
            );
        }
    }
}

/// The largest possible value of a contract at the end of month 0: one that is not yet binding may become so by then.
fn may_stand_at_start(parameters: &Parameters, contract: &Contract, net: f64) -> f64 {
    let closes_at_once = |index: usize| {
        let lab = parameters.labs.iter().find(|lab| lab.contracts.iter().any(|other| std::ptr::eq(other, contract)));
        lab.is_some_and(|lab| lab.investments[index].date <= 0)
    };
    match contract.hinge {
        None => net,
        Some(Hinge::Verdict { month: 0, .. }) => net.max(0.0),
        Some(Hinge::Investment(index)) if closes_at_once(index) => net.max(0.0),
        Some(_) => 0.0,
    }
}

/// What an entity has lent to a lab at the start.
fn lent(lab: &Lab, entity: EntityId) -> f64 {
    let own = lab.facilities.iter().filter(|facility| facility.lender == Some(entity));
    own.map(|facility| facility.drawn).sum()
}

/// `V(0)`.
fn opening_value(parameters: &Parameters, lab: &Lab) -> f64 {
    let premium = lab.log_premium(parameters.market.start);
    let fundamental = lab.fundamentals.value(0, 0.0, lab.target[0]);
    crate::model::valuation::equity_value(fundamental, premium, lab.cash, lab.opening_debt(), 0.0)
}

/// The contracts of all labs.
fn contracts(parameters: &Parameters) -> impl Iterator<Item = &Contract> {
    parameters.labs.iter().flat_map(|lab| &lab.contracts)
}
