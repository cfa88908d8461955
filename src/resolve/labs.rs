//! Labs: their plan by month, their processes and their rules.

use crate::calendar::Month;
use crate::engine::Slots;
use crate::model::constants::DT;
use crate::model::contract::{Contract, Hinge};
use crate::model::outlook::ENDURANCE;
use crate::model::parameters::{
    Austerity, Ipo, Lab, MarketProcess, Parameters, Punctual, Resolution, RevenueShare, Round, ScaleBack,
};
use crate::model::plan::LabPlan;
use crate::model::process::Reversion;
use crate::model::valuation::{Fundamentals, Prospects};
use crate::random::math::{exp, ln};

use super::contracts;
use super::draw::Draw;
use super::expansions;
use crate::language::{ByName, Curve, Problem, Quantity};
use crate::scenario::{self, process};

/// The hazard of an event that happens at once; plan mode uses it in place of hazards.
const IMMEDIATE: f64 = f64::INFINITY;

/// A negative log premium down to this is a rounding error.
const ROUNDING: f64 = 1e-9;

/// 90 % point of the standard normal, as docs/model.md, section 2, has it.
const P90: f64 = 1.2816;

/// The labs, in file order.
pub(super) fn resolve(draw: &Draw<'_>, slots: &mut Slots, problems: &mut Vec<Problem>) -> Vec<Lab> {
    let mut labs: Vec<Lab> = draw.scenario.labs.iter().map(|lab| one(draw, lab, slots, problems)).collect();
    if draw.is_light() {
        return labs;
    }
    let need = |lab: &Lab, t: usize| lab.inference_share[t] * lab.target[t] + lab.training[t];
    let all: Vec<f64> = (0..=draw.timeline.months).map(|t| labs.iter().map(|lab| need(lab, t)).sum()).collect();
    for lab in &mut labs {
        lab.part_of_demand = all.iter().enumerate().map(|(t, all)| part(need(lab, t), *all)).collect();
    }
    labs
}

/// Share of `all`; 0 where `all` is 0.
fn part(of: f64, all: f64) -> f64 {
    if all > 0.0 { of / all } else { 0.0 }
}

fn one(draw: &Draw<'_>, lab: &scenario::Lab, slots: &mut Slots, problems: &mut Vec<Problem>) -> Lab {
    let attainment = attainment(draw, lab, slots);
    let plan = plan(draw, lab, problems);
    let elasticity = draw.at(&lab.compute.training_elasticity);
    let mut contracts = contracts::contracts(draw, lab, slots);
    if !draw.is_light() {
        contracts.extend(expansions::contracts(draw, lab));
    }
    let mut resolved = Lab {
        name: lab.name.clone(),
        cash: draw.at(&lab.cash),
        min_cash: draw.at(&lab.min_cash),
        cash_volatility: draw.risky(&lab.cash_volatility),
        tax_rate: draw.at(&lab.tax_rate),
        loss_carry_forward: draw.at(&lab.loss_carry_forward),
        target: plan.from_start(&plan.target),
        freeze_drag: draw.at(&lab.revenue.freeze_drag),
        training_drag: draw.at(&lab.revenue.training_drag),
        intensity: intensity(draw, lab, slots),
        inference_share: plan.from_start(&plan.inference_share),
        training: plan.from_start(&plan.training),
        training_elasticity: elasticity,
        booms: None,
        reinvestment: expansions::reinvestment(draw, lab),
        fixed: plan.from_start(&plan.fixed),
        of_revenue: plan.of_revenue,
        revenue_shares: revenue_shares(draw, lab, &plan),
        on_demand_capacity: shares_or(draw, draw.scenario.on_demand.capacity.as_ref().filter(|_| !draw.is_light()), 0),
        investments: contracts::investments(draw, lab, slots),
        matchings: contracts::matchings(draw, lab, &contracts),
        warrants: contracts::warrants(draw, lab),
        facilities: contracts::facilities(draw, lab),
        punctual: Punctual::new(&contracts, if draw.is_light() { 0 } else { draw.timeline.months + ENDURANCE + 1 }),
        contracts,
        expansions: expansions::expansions(draw, lab),
        part_of_demand: Vec::new(),
        target_runway: target_runway(draw, lab),
        round: round(draw, lab, slots),
        ipo: ipo(draw, lab, slots),
        austerity: austerity(draw, lab),
        scale_back: scale_back(draw, lab, slots),
        resolution: resolution(draw, lab, slots),
        fundamentals: fundamentals(draw, lab, &plan, &attainment, elasticity),
        attainment,
        implied_requirement: f64::INFINITY,
        market_beta: draw.at(&lab.market_beta),
        premium: 0.0,
        stakes: by_entity(draw, &lab.stakes),
        invested: by_entity(draw, &lab.invested),
        strategic: Vec::new(),
        gives: Vec::new(),
        outlook: plan.outlook(draw.months()),
        last_round: f64::from(draw.timeline.index(lab.last_round)),
        cash_shock: slots.normal(process::cash(&lab.name)),
    };
    resolved.gives = gives(&resolved, draw.names.entities.len());
    resolved.strategic = strategic(draw, &resolved, draw.names.entities.len());
    resolved
}

/// Numbers by name as numbers by entity.
fn by_entity(draw: &Draw<'_>, by_name: &ByName) -> Vec<f64> {
    let mut row = vec![0.0; draw.names.entities.len()];
    for (name, value) in by_name {
        row[draw.names.entity(name)] += draw.at(value);
    }
    row
}

fn intensity(draw: &Draw<'_>, lab: &scenario::Lab, slots: &mut Slots) -> Reversion {
    let intensity = &lab.compute.intensity;
    Reversion::new(
        draw.at(&intensity.drift),
        draw.at(&intensity.reversion),
        draw.risky(&intensity.volatility),
        f64::INFINITY,
        draw.months(),
        slots.normal(process::intensity(&lab.name)),
    )
}

fn austerity(draw: &Draw<'_>, lab: &scenario::Lab) -> Austerity {
    let of = |number: fn(&scenario::Austerity) -> &Quantity| {
        lab.austerity.as_ref().map_or(0.0, |austerity| draw.at(number(austerity)))
    };
    Austerity {
        runway: of(|austerity| &austerity.runway),
        training_cut: of(|austerity| &austerity.training_cut),
        on_demand_runway: of(|austerity| &austerity.on_demand_runway),
    }
}

/// Section 2: attainment by drift and volatility, or by its quantiles at a date.
fn attainment(draw: &Draw<'_>, lab: &scenario::Lab, slots: &mut Slots) -> Reversion {
    let revenue = &lab.revenue;
    let reversion = draw.at(&revenue.reversion);
    let shock = slots.normal(process::revenue(&lab.name));
    let (drift, volatility, until) = match &revenue.attainment {
        None => (draw.at(&revenue.drift), draw.risky(&revenue.volatility), f64::INFINITY),
        Some(belief) => {
            let (after, median) = (belief.after.years(), draw.at(&belief.median));
            let spread = ln(draw.at(&belief.p90) / median) / P90;
            let spread = if draw.is_still() { 0.0 } else { spread };
            if reversion > 0.0 {
                let drift = reversion * ln(median) / (1.0 - exp(-reversion * after));
                let scale = (2.0 * reversion / (1.0 - exp(-2.0 * reversion * after))).sqrt();
                (drift, spread * scale, f64::INFINITY)
            } else {
                (ln(median) / after, spread / after.sqrt(), after)
            }
        }
    };
    Reversion::new(drift, reversion, volatility, until, draw.months(), shock)
}

fn shares_or(draw: &Draw<'_>, curve: Option<&Curve>, from: i32) -> Vec<f64> {
    curve.map_or_else(|| vec![0.0; (draw.last() - from) as usize], |curve| draw.shares(curve, from))
}

fn totals_or(draw: &Draw<'_>, curve: Option<&Curve>, from: i32) -> Vec<f64> {
    curve.map_or_else(|| vec![0.0; (draw.last() - from) as usize], |curve| draw.totals(curve, from))
}

/// The plan by month, from January of the first year that any formula needs.
fn plan(draw: &Draw<'_>, lab: &scenario::Lab, problems: &mut Vec<Problem>) -> LabPlan {
    let start = draw.timeline.start.year();
    let burn_years = lab.opex.burn.iter().flat_map(|burn| burn.points.iter().map(|(year, _)| *year));
    let first_year = burn_years.chain([start, last_year(&lab.revenue.target)]).min().unwrap_or(start);
    let first = draw.timeline.index(Month::january(first_year)).min(0);
    let target = draw.totals(&lab.revenue.target, first);
    if target[-first as usize] <= 0.0 {
        let key = &lab.revenue.target.key;
        let message = "the planned revenue is zero in the first month".to_owned();
        problems.push(Problem::error(key, message).expected("a positive total for the first year"));
    }
    let shares = lab.revenue_share.iter().map(|line| {
        let until = line.until.map_or(i32::MAX, |until| draw.timeline.index(until));
        let by_month = draw.shares(&line.share, first).into_iter().zip(first..);
        let by_month = by_month.map(|(share, t)| if t <= until { share } else { 0.0 }).collect();
        (by_month, draw.or(line.cap.as_ref(), f64::INFINITY))
    });
    let mut plan = LabPlan {
        first,
        inference_share: draw.shares(&lab.compute.inference_share, first),
        training: totals_or(draw, lab.compute.training.as_ref(), first),
        of_revenue: draw.at(&lab.opex.of_revenue),
        fixed: totals_or(draw, lab.opex.fixed.as_ref(), first),
        shares: shares.collect(),
        target,
    };
    if let Some(burn) = &lab.opex.burn {
        match plan.fixed_from_burn(&burn.at(draw.values), draw.long_run_growth(), &draw.timeline) {
            Ok(fixed) => plan.fixed = fixed,
            Err((year, cost)) => problems.push(negative_fixed_cost(burn, year, cost)),
        }
    }
    plan
}

fn last_year(target: &Curve) -> i32 {
    target.points.last().map_or(0, |(year, _)| *year)
}

fn negative_fixed_cost(burn: &Curve, year: i32, cost: f64) -> Problem {
    let short = crate::units::Unit::Money.show(-cost);
    Problem::error(format!("{}.{year}", burn.key), format!("the burn of {year} implies negative fixed costs"))
        .found(format!("burn plus planned revenue less its shares, proportional costs and compute is -{short}"))
        .expected(format!("a burn that is higher by {short} or more, or less planned compute in {year}"))
}

fn fundamentals(
    draw: &Draw<'_>,
    lab: &scenario::Lab,
    plan: &LabPlan,
    attainment: &Reversion,
    elasticity: f64,
) -> Fundamentals {
    let long_run_margin = draw.at(&lab.fundamental.margin);
    let fade = (long_run_margin, draw.at(&lab.fundamental.margin_half_life) * DT);
    let margin = plan.margins(&draw.timeline, attainment, elasticity, last_year(&lab.revenue.target), fade);
    Fundamentals::new(&Prospects {
        target: &plan.from_start(&plan.target),
        margin: &margin,
        long_run_margin,
        cost_of_capital: draw.at(&lab.fundamental.cost_of_capital),
        long_run_growth: draw.long_run_growth(),
        attainment,
        months: draw.months(),
    })
}

fn revenue_shares(draw: &Draw<'_>, lab: &scenario::Lab, plan: &LabPlan) -> Vec<RevenueShare> {
    let lines = lab.revenue_share.iter().zip(&plan.shares);
    lines
        .map(|(line, (share, cap))| RevenueShare {
            to: draw.names.entity(&line.to),
            share: plan.from_start(share),
            cap: *cap,
        })
        .collect()
}

fn round(draw: &Draw<'_>, lab: &scenario::Lab, slots: &mut Slots) -> Option<Round> {
    let slot = slots.uniform(format!("round.{}", lab.name));
    lab.round.as_ref().map(|round| Round {
        trigger: draw.at(&round.trigger),
        gap: f64::from(round.gap.months()),
        max_share: draw.at(&round.max_share),
        raised: 1.0,
        down_round: if draw.is_still() { IMMEDIATE } else { draw.at(&round.down_round) },
        participants: contracts::shares(draw, &round.participants),
        slot,
    })
}

fn ipo(draw: &Draw<'_>, lab: &scenario::Lab, slots: &mut Slots) -> Option<Ipo> {
    let slot = slots.uniform(format!("ipo.{}", lab.name));
    lab.ipo.as_ref().map(|ipo| {
        let rate = draw.at(&ipo.rate);
        Ipo {
            earliest: draw.timeline.index(ipo.earliest),
            rate: if draw.is_still() && rate > 0.0 { IMMEDIATE } else { rate },
            float: draw.at(&ipo.float),
            min_revenue_rate: draw.at(&ipo.min_revenue_rate),
            min_valuation: draw.at(&ipo.min_valuation),
            slot,
        }
    })
}

fn scale_back(draw: &Draw<'_>, lab: &scenario::Lab, slots: &mut Slots) -> ScaleBack {
    ScaleBack {
        renegotiate: draw.risky(&lab.scale_back.renegotiate),
        cut: draw.at(&lab.scale_back.renegotiate_cut),
        fee: draw.at(&lab.scale_back.renegotiate_fee),
        slot: slots.uniform(format!("renegotiate.{}", lab.name)),
    }
}

/// Runway that a round restores, months.
fn target_runway(draw: &Draw<'_>, lab: &scenario::Lab) -> f64 {
    lab.round.as_ref().map_or(12.0, |round| draw.at(&round.target_runway))
}

fn resolution(draw: &Draw<'_>, lab: &scenario::Lab, slots: &mut Slots) -> Resolution {
    let resolution = &lab.resolution;
    Resolution {
        grace: f64::from(resolution.grace.months()),
        sponsor: resolution.sponsor.as_ref().map(|name| draw.names.entity(name)),
        capacity: draw.or(resolution.capacity.as_ref(), f64::INFINITY),
        rescue_runway: draw.or(resolution.rescue_runway.as_ref(), target_runway(draw, lab)),
        rescue: draw.at(&resolution.rescue),
        rescue_frozen: draw.at(&resolution.rescue_frozen),
        exchange: draw.at(&resolution.exchange),
        max_exchanges: resolution.max_exchanges as f64,
        haircut: draw.at(&resolution.haircut),
        lgd: draw.at(&resolution.lgd),
        rescue_slot: slots.uniform(format!("rescue.{}", lab.name)),
        exchange_slot: slots.uniform(format!("exchange.{}", lab.name)),
    }
}

/// Whether each entity may give the lab money.
fn gives(lab: &Lab, entities: usize) -> Vec<bool> {
    let mut gives = vec![false; entities];
    let investors = lab.investments.iter().map(|investment| investment.investor);
    let matching = lab.matchings.iter().map(|matching| matching.investor);
    let warrants = lab.warrants.iter().map(|warrant| warrant.giver);
    let round = lab.round.iter().flat_map(|round| round.participants.iter().map(|(entity, _)| *entity));
    let sponsor = lab.resolution.sponsor.into_iter().filter(|_| lab.resolution.rescue > 0.0);
    for entity in investors.chain(matching).chain(warrants).chain(round).chain(sponsor) {
        gives[entity] = true;
    }
    gives
}

/// Whether a contract can ever supply anything: not one that comes with money for a multiple of 0, or in an expansion that
/// signs nothing.
fn may_bind(lab: &Lab, contract: &Contract) -> bool {
    match contract.hinge {
        Some(Hinge::Investment(_)) => !contract.tables.is_empty(),
        Some(Hinge::Window { expansion, .. }) => lab.expansions[expansion].signs(),
        _ => true,
    }
}

/// Section 5.2: whether the group of each entity sells to the lab, by contract or on demand, or receives its pass-through.
fn strategic(draw: &Draw<'_>, lab: &Lab, entities: usize) -> Vec<bool> {
    let mut sells = vec![false; entities];
    if draw.is_light() {
        return sells;
    }
    let binds = |contract: &&Contract| may_bind(lab, contract);
    for contract in lab.contracts.iter().filter(binds) {
        sells[contract.provider] = true;
        contract.pass_through.iter().for_each(|(entity, _)| sells[*entity] = true);
    }
    if draw.scenario.on_demand.capacity.is_some() {
        let sellers = draw.scenario.families.iter().flat_map(|family| &family.on_demand);
        sellers.for_each(|(name, _)| sells[draw.names.entity(name)] = true);
    }
    let groups: Vec<usize> = (0..entities).map(|entity| super::entities::group(draw, entity)).collect();
    groups.iter().map(|of| (0..entities).any(|other| sells[other] && groups[other] == *of)).collect()
}

/// Section 6: the valuation of the first lab fixes `y(0)`, those of the others their `c`; without one, `y(0)` is the mean.
pub(super) fn price(draw: &Draw<'_>, parameters: &mut Parameters, problems: &mut Vec<Problem>) {
    for (i, lab) in draw.scenario.labs.iter().enumerate() {
        let resolved = &mut parameters.labs[i];
        let target = resolved.target[0];
        let fundamental = resolved.fundamentals.value(0, 0.0, target);
        let start = parameters.market.start;
        let mut operations = fundamental * exp(resolved.market_beta * start);
        if let Some(valuation) = &lab.valuation {
            operations = draw.at(valuation) - resolved.cash + resolved.opening_debt();
            if operations <= 0.0 {
                problems.push(not_above_cash(valuation, resolved.cash));
                continue;
            }
            let log_premium = ln(operations / fundamental);
            if i == 0 {
                parameters.market.start = log_premium;
            } else {
                resolved.premium = log_premium - resolved.market_beta * start;
            }
        }
        if draw.is_light() {
            continue;
        }
        resolved.implied_requirement =
            resolved.fundamentals.implied_attainment(target, operations).unwrap_or(f64::INFINITY);
    }
    let rational = matches!(parameters.market.process, MarketProcess::Rational { .. });
    if rational && parameters.market.start < -ROUNDING {
        problems.push(below_fundamental(parameters.market.start));
    }
}

fn below_fundamental(log_premium: f64) -> Problem {
    Problem::error("market.process", "a rational bubble cannot be negative".to_owned())
        .found(format!("the first lab valued at {:.3} times its fundamental value", exp(log_premium)))
        .expected("a `valuation` (or a `market.mean`) of at least 1 times".to_owned())
}

fn not_above_cash(valuation: &Quantity, cash: f64) -> Problem {
    let shown = crate::units::Unit::Money.show(cash);
    Problem::error(&valuation.key, "the valuation does not exceed the opening cash".to_owned())
        .found(format!("opening cash of {shown}"))
        .expected(format!("more than {shown}: the valuation includes the opening cash, and opening debt is off it"))
}
