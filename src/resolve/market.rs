//! The market, its regulation and the families of chips.

use super::base_rates::burst_rates;
use super::draw::Draw;
use crate::engine::Slots;
use crate::language::ByName;
use crate::model::constants::DT;
use crate::model::id::EntityId;
use crate::model::parameters::{Burst, Credit, Family, Market, MarketProcess, Regulation, Reopening, planned_price};
use crate::model::process::Growth;
use crate::random::math::{exp, ln};
use crate::scenario::{self, process};

pub(super) fn families(draw: &Draw<'_>, slots: &mut Slots) -> Vec<Family> {
    draw.scenario
        .families
        .iter()
        .map(|family| {
            let decline = draw.at(&family.price_decline);
            let plan_decline = draw.at(&family.plan_decline);
            let start = draw.at(&family.relative_price);
            let shock = slots.normal(process::price(&family.name));
            Family {
                name: family.name.clone(),
                plan_decline,
                price: Growth::new(start, -decline, draw.risky(&family.volatility), shock),
                plan_price: (0..if draw.is_light() { 1 } else { draw.last() })
                    .map(|t| planned_price(start, plan_decline, f64::from(t)))
                    .collect(),
                adoption: adoption(draw, family.adoption.as_ref()),
                is_limited: family.adoption.is_some(),
                on_demand: in_proportion(draw, &family.on_demand),
                on_demand_limits: on_demand_limits(draw, family),
            }
        })
        .collect()
}

/// Weights by name as shares by index that add up to 1 (section 3.3: billed in proportion).
fn in_proportion(draw: &Draw<'_>, weights: &ByName) -> Vec<(EntityId, f64)> {
    let total: f64 = weights.iter().map(|(_, weight)| draw.at(weight)).sum();
    let part = |weight| if total > 0.0 { draw.at(weight) / total } else { 0.0 };
    weights.iter().map(|(name, weight)| (draw.names.entity(name), part(weight))).collect()
}

/// Section 3.3: limits of the sellers of the family by month; empty where no seller has one. A seller of several families
/// divides its limit among them in proportion to its weights.
fn on_demand_limits(draw: &Draw<'_>, family: &scenario::Family) -> Vec<Option<Vec<f64>>> {
    if draw.is_light() {
        return Vec::new();
    }
    let weight_in = |family: &scenario::Family, name: &str| -> f64 {
        family.on_demand.iter().filter(|(seller, _)| seller == name).map(|(_, weight)| draw.at(weight)).sum()
    };
    let limit = |name: &str| {
        let curve = draw.scenario.entities.iter().find(|entity| entity.name == name)?.on_demand_limit.as_ref()?;
        let all: f64 = draw.scenario.families.iter().map(|family| weight_in(family, name)).sum();
        let part = if all > 0.0 { weight_in(family, name) / all } else { 0.0 };
        Some(draw.totals(curve, 0).into_iter().map(|most| part * most).collect())
    };
    let limits: Vec<Option<Vec<f64>>> = family.on_demand.iter().map(|(name, _)| limit(name)).collect();
    if limits.iter().any(Option::is_some) { limits } else { Vec::new() }
}

/// Section 3.3: a logistic curve in the middle of the month; 1 where none is given.
fn adoption(draw: &Draw<'_>, adoption: Option<&scenario::Adoption>) -> Vec<f64> {
    let Some(adoption) = adoption else { return vec![1.0; draw.months() + 1] };
    let (most, width) = (draw.at(&adoption.max), draw.at(&adoption.width) * DT);
    let share = |t: usize| {
        let years = draw.timeline.mid(t as i32) - adoption.midpoint.mid();
        most / (1.0 + exp(-years / width))
    };
    (0..=draw.months()).map(share).collect()
}

pub(super) fn market(draw: &Draw<'_>, slots: &mut Slots) -> Market {
    let market = &draw.scenario.market;
    let growth = draw.at(&market.growth);
    // What holds at the start does not depend on it.
    let (fitted, run_up_beta) = if draw.is_light() { (0.0, 0.0) } else { burst_rates(market, draw.values) };
    let hazard = if draw.is_still() { 0.0 } else { fitted };
    let process = match market.process {
        scenario::MarketProcess::Mispricing => MarketProcess::Mispricing {
            mean: draw.at(&market.mean),
            reversion: draw.at(&market.reversion),
            volatility: draw.risky(&market.volatility),
            feedback: draw.at(&market.feedback),
        },
        scenario::MarketProcess::Rational => {
            let required = draw.at(&draw.scenario.labs[0].fundamental.cost_of_capital);
            MarketProcess::Rational { growth: required + hazard }
        }
    };
    let freeze = draw.at(&market.freeze_mean);
    Market {
        start: draw.at(&market.mean),
        process,
        growth,
        run_up: draw.at(&market.run_up),
        burst: Burst {
            hazard,
            run_up_beta,
            level_beta: draw.at(&market.burst.level_beta),
            hazard_max: draw.at(&market.burst.hazard_max),
            fall: draw.at(&market.burst.fall),
            fall_sd: draw.risky(&market.burst.fall_sd),
            fall_level: draw.at(&market.burst.fall_level),
            contagion: draw.at(&market.burst.contagion),
        },
        reopening: reopening(draw, freeze),
        credit: market.credit.as_ref().map(|credit| self::credit(draw, credit, freeze, slots)),
        learning: draw.or(market.learning.as_ref(), f64::INFINITY),
        supply: market.supply.as_ref().filter(|_| !draw.is_light()).map(|curve| draw.totals(curve, 0)),
        one_purse: market.one_purse && market.supply.is_some(),
        supply_beta: draw.at(&market.supply_beta),
        frozen_supply: draw.at(&market.frozen_supply),
        overvalued_log: ln(draw.at(&market.overvalued.threshold)),
        overvalued_months: market.overvalued.months as usize,
        shock: slots.normal(process::MARKET),
        burst_slot: slots.uniform("burst"),
        reopen_slot: slots.uniform("reopen"),
    }
}

/// How a freeze of so many months on average ends.
fn reopening(draw: &Draw<'_>, mean: f64) -> Reopening {
    if draw.is_still() { Reopening::After(mean.round()) } else { Reopening::Hazard(12.0 / mean) }
}

/// Section 6: the market for loans, which freezes for as long as the market if it says nothing else.
fn credit(draw: &Draw<'_>, credit: &scenario::Credit, freeze: f64, slots: &mut Slots) -> Credit {
    let joint = draw.at(&credit.joint);
    Credit {
        joint: if draw.is_still() { f64::from(u8::from(joint >= 0.5)) } else { joint },
        hazard: draw.risky(&credit.hazard),
        reopening: reopening(draw, draw.or(credit.freeze_mean.as_ref(), freeze)),
        joint_slot: slots.uniform("credit"),
        freeze_slot: slots.uniform("credit-freeze"),
    }
}

pub(super) fn regulation(draw: &Draw<'_>, slots: &mut Slots) -> Option<Regulation> {
    let regulation = &draw.scenario.regulation;
    let hazard = draw.risky(&regulation.hazard);
    let slot = slots.uniform("regulation");
    (hazard > 0.0).then(|| Regulation { hazard, duration: regulation.duration.months() as usize, slot })
}
