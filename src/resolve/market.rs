//! The market, the families and what holds the parts together.

use crate::calendar::Timeline;
use crate::engine::Slots;
use crate::model::contract::Contract;
use crate::model::parameters::{
    BEYOND, Burst, DT, EntityId, Family, Market, MarketProcess, Parameters, Regulation, Reopening,
};
use crate::model::process::Growth;
use crate::model::{Asked, curve};

use super::names::Names;
use super::worlds::{Chance, Volatilities};
use super::{entities, labs};
use crate::language::{ByName, Curve, Problem, Quantity};
use crate::scenario::{Adoption, Process, Scenario};

/// What resolving works on: one draw of a scenario.
#[derive(Debug)]
pub(super) struct Draw<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) values: &'a [f64],
    pub(super) chance: Chance,
    pub(super) timeline: Timeline,
    pub(super) names: Names,
    pub(super) volatilities: &'a Volatilities,
}

impl Draw<'_> {
    /// A number of this draw.
    pub(super) fn at(&self, quantity: &Quantity) -> f64 {
        quantity.at(self.values)
    }

    /// A number, or another where none is written.
    pub(super) fn or(&self, quantity: Option<&Quantity>, otherwise: f64) -> f64 {
        quantity.map_or(otherwise, |quantity| self.at(quantity))
    }

    /// A number that is 0 in plan mode: volatilities and hazards.
    pub(super) fn risky(&self, quantity: &Quantity) -> f64 {
        if self.is_still() { 0.0 } else { self.at(quantity) }
    }

    /// Whether chance is switched off.
    pub(super) fn is_still(&self) -> bool {
        self.chance == Chance::Off
    }

    /// Months from the start to one past the last that any formula asks for.
    pub(super) fn last(&self) -> i32 {
        (self.timeline.months + BEYOND + 1) as i32
    }

    /// `gL`.
    pub(super) fn long_run_growth(&self) -> f64 {
        self.at(&self.scenario.economy.long_run_growth)
    }

    /// Totals by month from `from`.
    pub(super) fn totals(&self, curve: &Curve, from: i32) -> Vec<f64> {
        curve::totals(&curve.at(self.values), self.long_run_growth(), &self.timeline, from, self.last())
    }

    /// Shares by month from `from`.
    pub(super) fn shares(&self, curve: &Curve, from: i32) -> Vec<f64> {
        curve::shares(&curve.at(self.values), &self.timeline, from, self.last())
    }
}

/// The parameters of one draw.
///
/// # Errors
/// What only months can show to be wrong: a negative fixed cost, core assets that are not positive, a zero target at the
/// start, a valuation below the cash.
pub(super) fn resolve(
    scenario: &Scenario,
    values: &[f64],
    chance: Chance,
    volatilities: &Volatilities,
) -> Result<Parameters, Vec<Problem>> {
    let draw =
        Draw { scenario, values, chance, timeline: scenario.timeline(), names: Names::of(scenario), volatilities };
    let mut slots = Slots::default();
    let families = families(&draw, &mut slots);
    let market = market(&draw, &mut slots);
    let regulation = regulation(&draw, &mut slots);
    let reference = scenario.families.iter().position(|family| family.reference).unwrap_or(0);
    let mut problems = Vec::new();
    let labs = labs::resolve(&draw, &mut slots, &mut problems);
    let entities = entities::resolve(&draw, &mut slots, &mut problems);
    for correlation in &scenario.correlations {
        slots.correlate(&correlation.child, &correlation.parent, draw.at(&correlation.value));
    }
    let mut parameters = Parameters {
        timeline: draw.timeline,
        discount_rate: draw.at(&scenario.economy.discount_rate),
        market,
        regulation,
        families,
        reference,
        on_demand_premium: draw.at(&scenario.on_demand.premium),
        labs,
        entities,
        dates: dates(scenario),
        year_ends: year_ends(&draw.timeline),
        asked: Asked::EVERYTHING,
        metrics: 0,
        slots,
    };
    labs::price(&draw, &mut parameters, &mut problems);
    entities::check_core(&parameters, &mut problems);
    if let Some((a, b)) = parameters.slots.collision() {
        let message = format!("`{a}` and `{b}` happen to have the same random numbers");
        problems.push(Problem::error(a, message).expected("another name for one of them"));
    }
    let parameters = parameters.counted();
    if problems.is_empty() { Ok(parameters) } else { Err(problems) }
}

/// The months that end a calendar year.
fn year_ends(timeline: &Timeline) -> Vec<usize> {
    (0..timeline.months).filter(|&t| timeline.month(t as i32).month() == 12).collect()
}

/// Year-ends, dates of benchmarks and outcomes, and the last month.
fn dates(scenario: &Scenario) -> Vec<usize> {
    let timeline = scenario.timeline();
    let benchmarks = scenario.benchmarks.iter().filter_map(|benchmark| benchmark.by);
    let evidence = benchmarks.chain(scenario.outcomes.iter().map(|outcome| outcome.by));
    let evidence = evidence.filter_map(|month| usize::try_from(timeline.index(month)).ok());
    let mut dates: Vec<usize> = year_ends(&timeline).into_iter().chain(evidence).collect();
    dates.push(timeline.months - 1);
    dates.retain(|&t| t < timeline.months);
    dates.sort_unstable();
    dates.dedup();
    dates
}

fn families(draw: &Draw<'_>, slots: &mut Slots) -> Vec<Family> {
    draw.scenario
        .families
        .iter()
        .map(|family| {
            let decline = draw.at(&family.price_decline);
            let start = draw.at(&family.relative_price);
            let shock = slots.normal(format!("price.{}", family.name));
            Family {
                name: family.name.clone(),
                decline,
                price: Growth::new(start, -decline, draw.risky(&family.volatility), shock),
                plan_price: (0..draw.last()).map(|t| expected_price(start, decline, t)).collect(),
                adoption: adoption(draw, family.adoption.as_ref()),
                is_limited: family.adoption.is_some(),
                on_demand: in_proportion(draw, &family.on_demand),
            }
        })
        .collect()
}

/// Weights by name as shares by position that add up to 1 (section 3.3: billed in proportion).
fn in_proportion(draw: &Draw<'_>, weights: &ByName) -> Vec<(EntityId, f64)> {
    let total: f64 = weights.iter().map(|(_, weight)| draw.at(weight)).sum();
    let part = |weight| if total > 0.0 { draw.at(weight) / total } else { 0.0 };
    weights.iter().map(|(name, weight)| (draw.names.entity(name), part(weight))).collect()
}

/// `Pbar(t) = P(0) exp(-decline t dt)`.
fn expected_price(start: f64, decline: f64, t: i32) -> f64 {
    start * crate::random::math::exp(-decline * f64::from(t) * DT)
}

/// Section 3.3: a logistic curve in the middle of the month; 1 where none is given.
fn adoption(draw: &Draw<'_>, adoption: Option<&Adoption>) -> Vec<f64> {
    let Some(adoption) = adoption else { return vec![1.0; draw.timeline.months + 1] };
    let (most, width) = (draw.at(&adoption.max), draw.at(&adoption.width) * DT);
    let share = |t: usize| {
        let years = draw.timeline.mid(t as i32) - adoption.midpoint.mid();
        most / (1.0 + crate::random::math::exp(-years / width))
    };
    (0..=draw.timeline.months).map(share).collect()
}

fn market(draw: &Draw<'_>, slots: &mut Slots) -> Market {
    let market = &draw.scenario.market;
    let growth = draw.at(&market.growth);
    let hazard = draw.risky(&market.burst.hazard);
    let process = match market.process {
        Process::Mispricing => MarketProcess::Mispricing {
            mean: draw.at(&market.mean),
            reversion: draw.at(&market.reversion),
            volatility: draw.risky(&market.volatility),
            feedback: draw.at(&market.feedback),
        },
        Process::Rational => {
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
            run_up_beta: draw.at(&market.burst.run_up_beta),
            hazard_max: draw.at(&market.burst.hazard_max),
            fall: draw.at(&market.burst.fall),
            fall_sd: draw.risky(&market.burst.fall_sd),
        },
        reopening: if draw.is_still() { Reopening::After(freeze.round()) } else { Reopening::Hazard(12.0 / freeze) },
        supply: market.supply.as_ref().map(|curve| draw.totals(curve, 0)),
        supply_beta: draw.at(&market.supply_beta),
        frozen_supply: draw.at(&market.frozen_supply),
        overvalued_log: crate::random::math::ln(draw.at(&market.overvalued.threshold)),
        overvalued_months: market.overvalued.months as usize,
        shock: slots.normal("market"),
        burst_slot: slots.uniform("burst"),
        reopen_slot: slots.uniform("reopen"),
    }
}

fn regulation(draw: &Draw<'_>, slots: &mut Slots) -> Option<Regulation> {
    let regulation = &draw.scenario.regulation;
    let hazard = draw.risky(&regulation.hazard);
    let slot = slots.uniform("regulation");
    (hazard > 0.0).then(|| Regulation { hazard, duration: regulation.duration.months() as usize, slot })
}

/// Months that a contract's tables must reach: the horizon, what endurance looks ahead, and a year more.
pub(super) fn contract_months(timeline: &Timeline) -> usize {
    timeline.months + crate::model::outlook::ENDURANCE + 14
}

/// The contracts of all labs.
pub(super) fn contracts(parameters: &Parameters) -> impl Iterator<Item = &Contract> {
    parameters.labs.iter().flat_map(|lab| &lab.contracts)
}
