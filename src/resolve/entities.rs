//! Entities: groups, balance sheets, cloud revenue.

use crate::engine::Slots;
use crate::model::first_passage::Assets;
use crate::model::parameters::{Balance, Entity, EntityId, Parameters};
use crate::model::process::Growth;
use crate::random::math::ln;

use super::market::{Draw, contracts};
use crate::language::{Problem, Quantity};
use crate::scenario;

/// The barrier of an entity with debt and nothing else said (docs/model.md, section 8.1).
const BARRIER_OF_DEBT: f64 = 0.66;

/// Everybody, in the order of the names.
pub(super) fn resolve(draw: &Draw<'_>, slots: &mut Slots, problems: &mut Vec<Problem>) -> Vec<Entity> {
    (0..draw.names.entities.len())
        .map(|e| {
            let written = table(draw, e);
            let shock = slots.normal(format!("assets.{}", draw.names.entities[e]));
            Entity {
                name: draw.names.entities[e].clone(),
                group: group(draw, e),
                balance: written.and_then(|entity| balance(draw, entity, shock, problems)),
                cloud_revenue: written
                    .and_then(|entity| entity.cloud_revenue.as_ref())
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
    shock: crate::engine::NormalSlot,
    problems: &mut Vec<Problem>,
) -> Option<Balance> {
    let assets = draw.at(entity.assets.as_ref()?);
    let debt = entity.debt.as_ref().map(|debt| BARRIER_OF_DEBT * draw.at(debt));
    let barrier = draw.or(entity.barrier.as_ref(), debt.unwrap_or(0.0));
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
    draw.volatilities.implied(&walk, draw.at(pd5)).unwrap_or_else(|| {
        let message = "no volatility between 1 % and 300 % gives this probability of default".to_owned();
        problems.push(
            Problem::error(&pd5.key, message)
                .found(format!("assets {:.3} times the barrier", assets / barrier))
                .expected("assets above the barrier, and a probability that bursts alone do not exceed"),
        );
        0.0
    })
}

/// Refuses core assets that are not positive at the start: what an entity has beside its contracts and stakes.
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
            let message = format!("contracts and stakes in the labs are worth more than all assets of {}", entity.name);
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
