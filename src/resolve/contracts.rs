//! Contracts, investments, matchings and facilities of a lab.

use crate::calendar::Timeline;
use crate::engine::{DelaySlot, Slots};
use crate::model::constants::DT;
use crate::model::contract::{
    Contract, ContractTables, Hinge, LONGEST_DELAY, Pricing, Relet, Terms, Workload, at_capacity, ramped,
};
use crate::model::id::EntityId;
use crate::model::outlook::ENDURANCE;
use crate::model::parameters::{Conditions, Facility, Investment, Matching, Tranche, Warrant};
use crate::model::plant::Plant;
use crate::model::verdict::Odds;

use super::draw::Draw;
use crate::language::{ByName, Quantity};
use crate::scenario;

/// The contracts of a lab: those of the file in its order, then those that come with investments.
pub(super) fn contracts(draw: &Draw<'_>, lab: &scenario::Lab, slots: &mut Slots) -> Vec<Contract> {
    let own = draw.scenario.contracts.iter().filter(|contract| contract.lab == lab.name);
    let mut contracts: Vec<Contract> =
        own.map(|contract| resolve(draw, &Written::own(draw, contract, slots))).collect();
    let investments = draw.scenario.investments.iter().filter(|investment| investment.lab == lab.name);
    for (index, investment) in investments.enumerate() {
        if let Some(commits) = &investment.commits {
            contracts.push(resolve(draw, &Written::coming(draw, (index, investment), commits)));
        }
    }
    contracts
}

/// The terms of a contract, whether it is written as one, as part of an investment or as an expansion.
pub(super) struct Written<'a> {
    pub(super) id: String,
    pub(super) provider: &'a str,
    pub(super) family: &'a str,
    pub(super) begin: i32,
    /// The last month in which a contract of these terms begins, delays aside.
    pub(super) latest: i32,
    pub(super) amounts: Vec<f64>,
    pub(super) firm: &'a Quantity,
    pub(super) take_or_pay: &'a Quantity,
    pub(super) price: Pricing,
    pub(super) workload: Workload,
    pub(super) pass_through: Vec<(EntityId, f64)>,
    pub(super) orders: Vec<(EntityId, f64)>,
    pub(super) margin: &'a Quantity,
    pub(super) capex: &'a Quantity,
    pub(super) lead: usize,
    pub(super) relet: Relet,
    pub(super) renew: bool,
    pub(super) delay: Option<DelaySlot>,
    pub(super) hinge: Option<Hinge>,
}

impl<'a> Written<'a> {
    /// A contract of the file.
    fn own(draw: &Draw<'_>, contract: &'a scenario::Contract, slots: &mut Slots) -> Self {
        let begin = draw.timeline.index(contract.start);
        let delay = contract.delay.as_ref().filter(|_| begin >= 0 && !draw.is_still());
        Self {
            id: contract.id.clone(),
            provider: &contract.provider,
            family: &contract.family,
            begin,
            latest: begin,
            amounts: amounts(draw, contract),
            firm: &contract.firm,
            take_or_pay: &contract.take_or_pay,
            price: contract.price,
            workload: contract.workload,
            pass_through: shares(draw, &contract.pass_through),
            orders: shares(draw, &contract.orders),
            margin: &contract.margin,
            capex: &contract.capex,
            lead: contract.lead.months() as usize,
            relet: relet(draw, &contract.reletting, &contract.family),
            renew: contract.renew,
            delay: delay
                .map(|delay| slots.delay(format!("delay.{}", contract.id), draw.at(&delay.mean), draw.at(&delay.cv))),
            hinge: verdict(draw, contract, slots),
        }
    }

    /// The contract that comes with an investment: it begins `lead` months after `date`, or later if the money is late.
    fn coming(
        draw: &Draw<'_>,
        (index, investment): (usize, &'a scenario::Investment),
        commits: &'a scenario::Commits,
    ) -> Self {
        let amount = draw.at(&commits.multiple) * draw.at(&investment.amount);
        let lead = commits.lead.months();
        let begin = draw.timeline.index(investment.date) + lead as i32;
        Self {
            id: investment.contract_id(),
            provider: commits.provider(investment),
            family: &commits.family,
            begin,
            latest: begin,
            amounts: ramped(amount, commits.term.months() as usize, commits.ramp.months() as usize),
            firm: &commits.firm,
            take_or_pay: &commits.take_or_pay,
            price: commits.price,
            workload: commits.workload,
            pass_through: Vec::new(),
            orders: Vec::new(),
            margin: &commits.margin,
            capex: &commits.capex,
            lead: lead as usize,
            relet: relet(draw, &commits.reletting, &commits.family),
            renew: commits.renew,
            delay: None,
            hinge: Some(Hinge::Investment(index)),
        }
    }
}

/// Section 8.2: where the hardware of a family ages, its price, age and vacancy stand in for the share that is relet.
pub(super) fn relet(draw: &Draw<'_>, written: &scenario::Reletting, family: &str) -> Relet {
    let share = if draw.scenario.family(family).plant.is_some() { 1.0 } else { scenario::RELET };
    Relet {
        share: draw.or(written.relet.as_ref(), share),
        frozen: draw.at(&written.relet_frozen),
        depth: draw.or(written.relet_depth.as_ref(), f64::INFINITY),
    }
}

/// How the hardware of a family ages under a contract that is so priced, if it does.
fn plant(draw: &Draw<'_>, family: &str, price: Pricing) -> Option<Plant> {
    let family = draw.scenario.family(family);
    let plant = family.plant.as_ref().filter(|_| !draw.is_light())?;
    let decline = draw.at(&family.price_decline);
    Some(Plant {
        life: DT * draw.at(&plant.life),
        ageing: draw.at(&plant.ageing),
        vacancy: DT * draw.at(&plant.vacancy),
        vacancy_frozen: DT * draw.at(&plant.vacancy_frozen),
        decline,
        own_decline: match price {
            Pricing::Plan => draw.at(&family.plan_decline),
            Pricing::Indexed => decline,
            Pricing::Locked => 0.0,
        },
    })
}

/// The verdict on a contract that is not yet binding; none on one that is.
fn verdict(draw: &Draw<'_>, contract: &scenario::Contract, slots: &mut Slots) -> Option<Hinge> {
    let month = usize::try_from(draw.timeline.index(contract.decided)).unwrap_or(0);
    let odds = odds(draw, &contract.probability, &contract.close_beta, &contract.close_freeze);
    let is_open = odds.probability < 1.0 || month > 0;
    is_open.then(|| Hinge::Verdict { month, odds, slot: slots.once(format!("contract.{}", contract.id)) })
}

/// Odds; in plan mode they depend on nothing.
fn odds(draw: &Draw<'_>, probability: &Quantity, close_beta: &Quantity, close_freeze: &Quantity) -> Odds {
    let [close_beta, close_freeze] = [close_beta, close_freeze].map(|number| draw.risky(number));
    Odds { probability: draw.at(probability), close_beta, close_freeze }
}

pub(super) fn resolve(draw: &Draw<'_>, written: &Written<'_>) -> Contract {
    let terms = Terms {
        amounts: written.amounts.clone(),
        begin: written.begin,
        take_or_pay: draw.at(written.take_or_pay),
        // A lease has no capacity that could remain available.
        renew: written.renew && written.workload != Workload::None,
        margin: draw.at(written.margin),
        capex: draw.at(written.capex),
        lead: written.lead.max(1),
        discount_rate: draw.at(&draw.scenario.economy.discount_rate),
        plant: plant(draw, written.family, written.price),
    };
    let is_shifted =
        !draw.is_light() && (written.delay.is_some() || matches!(written.hinge, Some(Hinge::Investment(_))));
    let latest = if is_shifted { written.begin + LONGEST_DELAY as i32 } else { written.latest };
    Contract {
        id: written.id.clone(),
        provider: draw.names.entity(written.provider),
        family: draw.names.family(written.family),
        begin: written.begin,
        take_or_pay: terms.take_or_pay,
        firm: draw.at(written.firm),
        price: written.price,
        workload: written.workload,
        pass_through: written.pass_through.clone(),
        orders: written.orders.clone(),
        capital: terms.capital(),
        step_in: step_in(draw, written.provider),
        margin: terms.margin,
        relet: written.relet,
        delay: written.delay,
        hinge: written.hinge,
        tables: ContractTables::new(&terms, latest, if draw.is_light() { 1 } else { contract_months(&draw.timeline) }),
    }
}

/// Section 8.1: the part of its contracts that keeps running once a provider is in default.
fn step_in(draw: &Draw<'_>, provider: &str) -> f64 {
    let written = draw.scenario.entities.iter().find(|entity| entity.name == provider);
    written.map_or(1.0, |entity| draw.at(&entity.step_in))
}

/// Dollars per month of the term: an amount or a capacity with its ramp, or a schedule spread evenly over the months of
/// each year.
fn amounts(draw: &Draw<'_>, contract: &scenario::Contract) -> Vec<f64> {
    let (term, ramp) = (contract.term.months() as usize, contract.ramp.months() as usize);
    if let (Some(capacity), Some(price)) = (&contract.capacity, &contract.price_per_gw_year) {
        return at_capacity(draw.at(capacity) * draw.at(price), term, ramp);
    }
    let Some(schedule) = &contract.schedule else {
        return ramped(draw.or(contract.amount.as_ref(), 0.0), term, ramp);
    };
    let years: Vec<i32> = (0..term as i32).map(|i| contract.start.shifted(i).year()).collect();
    years
        .iter()
        .map(|year| {
            let months = years.iter().filter(|other| *other == year).count();
            draw.or(schedule.year(*year), 0.0) / months as f64
        })
        .collect()
}

/// Shares by name as shares by index.
pub(super) fn shares(draw: &Draw<'_>, by_name: &ByName) -> Vec<(EntityId, f64)> {
    by_name.iter().map(|(name, share)| (draw.names.entity(name), draw.at(share))).collect()
}

/// The dated investments of a lab, in file order.
pub(super) fn investments(draw: &Draw<'_>, lab: &scenario::Lab, slots: &mut Slots) -> Vec<Investment> {
    let own = draw.scenario.investments.iter().filter(|investment| investment.lab == lab.name);
    own.map(|investment| {
        let all = |tables: &[scenario::Conditions]| tables.iter().map(|table| conditions(draw, table)).collect();
        Investment {
            id: investment.id.clone(),
            investor: draw.names.entity(&investment.investor),
            group: super::entities::group(draw, draw.names.entity(&investment.investor)),
            amount: draw.at(&investment.amount),
            date: draw.timeline.index(investment.date),
            deadline: investment.deadline.map_or(i32::MAX, |month| draw.timeline.index(month)),
            odds: odds(draw, &investment.probability, &investment.close_beta, &investment.close_freeze),
            all: conditions(draw, &investment.all),
            any: all(&investment.any),
            not: all(&investment.not),
            credits: investment.form == scenario::Form::Credits,
            contracted: investment.pricing == scenario::SharePrice::Contracted,
            verdict: slots.once(format!("investment.{}", investment.id)),
        }
    })
    .collect()
}

fn conditions(draw: &Draw<'_>, conditions: &scenario::Conditions) -> Conditions {
    let shares = conditions.min_family_share.iter();
    Conditions {
        market_open: conditions.market_open,
        after_ipo: conditions.after_ipo,
        min_revenue_rate: draw.or(conditions.min_revenue_rate.as_ref(), 0.0),
        min_valuation: draw.or(conditions.min_valuation.as_ref(), 0.0),
        min_family_share: shares.map(|(family, share)| (draw.names.family(family), draw.at(share))).collect(),
        min_group_spend: draw.or(conditions.min_group_spend.as_ref(), 0.0),
    }
}

/// The vendor financing of a lab; `contracts` are the lab's.
pub(super) fn matchings(draw: &Draw<'_>, lab: &scenario::Lab, contracts: &[Contract]) -> Vec<Matching> {
    let own = draw.scenario.matchings.iter().filter(|matching| matching.lab == lab.name);
    own.filter_map(|matching| {
        Some(Matching {
            id: matching.id.clone(),
            investor: draw.names.entity(&matching.investor),
            contract: contracts.iter().position(|contract| contract.id == matching.contract)?,
            ratio: draw.at(&matching.ratio),
            cap: draw.or(matching.cap.as_ref(), f64::INFINITY),
        })
    })
    .collect()
}

/// The warrants of a lab, in file order.
pub(super) fn warrants(draw: &Draw<'_>, lab: &scenario::Lab) -> Vec<Warrant> {
    let own = draw.scenario.warrants.iter().filter(|warrant| warrant.lab == lab.name);
    own.map(|warrant| {
        let vendor = draw.names.entity(&warrant.vendor);
        let group = super::entities::group(draw, vendor);
        Warrant {
            id: warrant.id.clone(),
            giver: vendor,
            stock: vendor,
            sellers: (0..draw.names.entities.len()).filter(|&e| super::entities::group(draw, e) == group).collect(),
            shares: draw.at(&warrant.shares),
            price: draw.at(&warrant.price),
            strike: draw.at(&warrant.strike),
            tranches: warrant
                .tranches
                .iter()
                .map(|tranche| Tranche {
                    part: draw.at(&tranche.part),
                    spend: draw.at(&tranche.spend),
                    price: draw.at(&tranche.price),
                })
                .collect(),
        }
    })
    .collect()
}

/// The debt of a lab, in file order.
pub(super) fn facilities(draw: &Draw<'_>, lab: &scenario::Lab) -> Vec<Facility> {
    let own = draw.scenario.facilities.iter().filter(|facility| facility.lab == lab.name);
    own.map(|facility| Facility {
        id: facility.id.clone(),
        lender: draw.names.find_entity(&facility.lender),
        limit: draw.at(&facility.limit),
        drawn: draw.at(&facility.drawn),
        rate: draw.at(&facility.rate),
        ltv: draw.or(facility.ltv.as_ref(), f64::INFINITY),
        committed: facility.committed,
        maturity: facility.maturity.map(|month| draw.timeline.index(month)),
    })
    .collect()
}

/// The number of months of a contract's tables: the horizon, the months that endurance looks ahead, and a year more.
fn contract_months(timeline: &Timeline) -> usize {
    timeline.months + ENDURANCE + 14
}
