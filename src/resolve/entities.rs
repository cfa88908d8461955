//! Entities: groups, balance sheets, cloud revenue.

use crate::engine::{NormalSlot, Slots};
use crate::model::contract::Contract;
use crate::model::first_passage::Assets;
use crate::model::id::EntityId;
use crate::model::parameters::{Balance, Entity, Parameters};
use crate::model::process::Growth;
use crate::random::math::ln;

use super::draw::Draw;
use crate::language::{Problem, Quantity};
use crate::scenario::{self, process};

/// All entities, in the order of the names.
pub(super) fn resolve(draw: &Draw<'_>, slots: &mut Slots, problems: &mut Vec<Problem>) -> Vec<Entity> {
    (0..draw.names.entities.len())
        .map(|e| {
            let written = table(draw, e);
            let shock = slots.normal(process::assets(&draw.names.entities[e]));
            Entity {
                name: draw.names.entities[e].clone(),
                group: group(draw, e),
                balance: written.and_then(|entity| balance(draw, entity, shock, problems)),
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

fn balance(
    draw: &Draw<'_>,
    entity: &scenario::Entity,
    shock: NormalSlot,
    problems: &mut Vec<Problem>,
) -> Option<Balance> {
    let assets = draw.at(entity.assets.as_ref()?);
    let barrier = draw.or(entity.barrier.as_ref(), 0.0);
    let growth = draw.at(&entity.asset_growth);
    let burst_beta = draw.at(&entity.burst_beta);
    let volatility = match (&entity.asset_volatility, &entity.pd5) {
        _ if draw.is_still() => 0.0,
        (Some(volatility), _) => draw.at(volatility),
        (None, Some(pd5)) => implied(draw, entity, pd5, (assets, barrier), problems),
        (None, None) => 0.0,
    };
    Some(Balance { assets, growth: Growth::new(1.0, growth, volatility, shock), burst_beta, barrier })
}

fn implied(
    draw: &Draw<'_>,
    entity: &scenario::Entity,
    pd5: &Quantity,
    (assets, barrier): (f64, f64),
    problems: &mut Vec<Problem>,
) -> f64 {
    let burst = &draw.scenario.market.burst;
    let walk = Assets {
        distance: if barrier > 0.0 { ln(assets / barrier) } else { f64::INFINITY },
        growth: draw.at(&entity.asset_growth),
        jump: draw.at(&entity.burst_beta) * draw.at(&burst.fall),
        hazard: draw.at(&burst.hazard),
    };
    // Where the assets are above the barrier, whether a volatility exists is costly to find out.
    if draw.is_light() && walk.distance > 0.0 {
        return 0.0;
    }
    draw.volatilities.implied(&walk, draw.at(pd5)).unwrap_or_else(|| {
        let message = "no volatility from 1 % to 300 % implies this probability of default".to_owned();
        problems.push(
            Problem::error(&pd5.key, message)
                .found(format!("assets of {:.3} times the barrier", assets / barrier))
                .expected("assets above the barrier, and a probability above that of default by bursts alone"),
        );
        0.0
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
                at(&tables.present) - at(&tables.build_debt)
            })
            .sum();
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

/// `V(0)`.
fn opening_value(parameters: &Parameters, lab: &crate::model::parameters::Lab) -> f64 {
    let premium = lab.market_beta * parameters.market.start + lab.premium;
    let fundamental = lab.fundamentals.value(0, 0.0, lab.target[0]);
    crate::model::valuation::equity_value(fundamental, premium, lab.cash, 0.0, 0.0)
}

/// The contracts of all labs.
fn contracts(parameters: &Parameters) -> impl Iterator<Item = &Contract> {
    parameters.labs.iter().flat_map(|lab| &lab.contracts)
}
