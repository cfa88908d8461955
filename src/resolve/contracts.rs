//! Contracts, investments, matchings and facilities of a lab.

use crate::calendar::Timeline;
use crate::engine::Slots;
use crate::model::contract::{Contract, ContractTables, Relet, Terms, ramped};
use crate::model::id::EntityId;
use crate::model::outlook::ENDURANCE;
use crate::model::parameters::{Facility, Investment, Matching};

use super::draw::Draw;
use crate::language::{ByName, Quantity};
use crate::scenario;

/// The contracts of a lab, in file order.
pub(super) fn contracts(draw: &Draw<'_>, lab: &scenario::Lab, slots: &mut Slots) -> Vec<Contract> {
    let own = draw.scenario.contracts.iter().filter(|contract| contract.lab == lab.name);
    own.map(|contract| resolve(draw, contract, slots)).collect()
}

fn resolve(draw: &Draw<'_>, contract: &scenario::Contract, slots: &mut Slots) -> Contract {
    let begin = draw.timeline.index(contract.start);
    let terms = Terms {
        amounts: amounts(draw, contract),
        begin,
        take_or_pay: draw.at(&contract.take_or_pay),
        renew: contract.renew,
        margin: draw.at(&contract.margin),
        capex: draw.at(&contract.capex),
        lead: (contract.lead.months() as usize).max(1),
        discount_rate: draw.at(&draw.scenario.economy.discount_rate),
    };
    let delay = contract.delay.as_ref().filter(|_| begin >= 0 && !draw.is_still());
    Contract {
        id: contract.id.clone(),
        provider: draw.names.entity(&contract.provider),
        family: draw.names.family(&contract.family),
        begin,
        take_or_pay: terms.take_or_pay,
        firm: draw.at(&contract.firm),
        price: contract.price,
        workload: contract.workload,
        pass_through: shares(draw, &contract.pass_through),
        margin: terms.margin,
        relet: Relet {
            share: draw.at(&contract.relet),
            frozen: draw.at(&contract.relet_frozen),
            depth: draw.or(contract.relet_depth.as_ref(), f64::INFINITY),
        },
        delay: delay
            .map(|delay| slots.delay(format!("delay.{}", contract.id), draw.at(&delay.mean), draw.at(&delay.cv))),
        tables: ContractTables::new(
            &terms,
            delay.is_some(),
            if draw.is_light() { 1 } else { contract_months(&draw.timeline) },
        ),
    }
}

/// Dollars per month of the term: an amount with its ramp, or a schedule spread evenly over the months of each year.
fn amounts(draw: &Draw<'_>, contract: &scenario::Contract) -> Vec<f64> {
    let term = contract.term.months() as usize;
    let Some(schedule) = &contract.schedule else {
        let amount = draw.or(contract.amount.as_ref(), 0.0);
        return ramped(amount, term, contract.ramp.months() as usize);
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
        let conditional = |quantity: &Quantity| if draw.is_still() { 0.0 } else { draw.at(quantity) };
        Investment {
            id: investment.id.clone(),
            investor: draw.names.entity(&investment.investor),
            group: super::entities::group(draw, draw.names.entity(&investment.investor)),
            amount: draw.at(&investment.amount),
            date: draw.timeline.index(investment.date),
            deadline: investment.deadline.map_or(i32::MAX, |month| draw.timeline.index(month)),
            probability: draw.at(&investment.probability),
            close_beta: conditional(&investment.close_beta),
            close_freeze: conditional(&investment.close_freeze),
            market_open: investment.market_open,
            after_ipo: investment.after_ipo,
            min_revenue_rate: draw.or(investment.min_revenue_rate.as_ref(), 0.0),
            min_valuation: draw.or(investment.min_valuation.as_ref(), 0.0),
            min_family_share: investment
                .min_family_share
                .iter()
                .map(|(family, share)| (draw.names.family(family), draw.at(share)))
                .collect(),
            min_group_spend: draw.or(investment.min_group_spend.as_ref(), 0.0),
            credits: investment.form == scenario::Form::Credits,
            verdict: slots.once(format!("investment.{}", investment.id)),
        }
    })
    .collect()
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

/// The debt of a lab, in file order.
pub(super) fn facilities(draw: &Draw<'_>, lab: &scenario::Lab) -> Vec<Facility> {
    let own = draw.scenario.facilities.iter().filter(|facility| facility.lab == lab.name);
    own.map(|facility| Facility {
        id: facility.id.clone(),
        lender: draw.names.find_entity(&facility.lender),
        limit: draw.at(&facility.limit),
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
