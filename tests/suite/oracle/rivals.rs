//! What labs do to each other: demand and shares (2), a leaver's customers, one purse (5.5), who is
//! left to rent (8.2).

use super::input::Reader;
use super::operations::Site;
use super::state::{LabMonth, LabState, World};
use super::{Chance, DT};

/// The table `rivals`.
pub(crate) struct Rivals {
    demand_volatility: f64,
    share_volatility: f64,
    /// The part of a leaver's revenue that goes to the others.
    pub(crate) inherit: f64,
    relet_alone: f64,
}

impl Rivals {
    /// Reads the table; without it nothing joins the labs.
    pub(crate) fn read(reader: &Reader<'_>) -> Self {
        Rivals {
            demand_volatility: reader.chance("rivals.demand_volatility"),
            share_volatility: reader.chance("rivals.share_volatility"),
            inherit: reader.or("rivals.inherit", 0.0),
            relet_alone: reader.or("rivals.relet_alone", 1.0),
        }
    }

    /// What the common shock and those of shares add to every lab's `X` in the step of month `t`.
    pub(crate) fn shocks(&self, chance: Chance<'_>, weights: &[f64], names: &[&str], t: i64) -> Vec<f64> {
        let z: Vec<f64> = names.iter().map(|name| chance.normal(&format!("share.{name}"), t)).collect();
        let mean: f64 = weights.iter().zip(&z).map(|(w, z)| w * z).sum();
        let squares: f64 = weights.iter().map(|w| w * w).sum();
        let (demand, share) = (self.demand_volatility, self.share_volatility);
        let common = demand * DT.sqrt() * chance.normal("demand", t) - demand.powi(2) * DT / 2.0;
        let own = weights
            .iter()
            .zip(&z)
            .map(|(w, z)| share * DT.sqrt() * (z - mean) - share.powi(2) * DT / 2.0 * (1.0 - 2.0 * w + squares));
        own.map(|own| common + own).collect()
    }

    /// The customers of the labs that defaulted in month `t` go to those alive after it.
    pub(crate) fn hand_on(&self, labs: &mut [LabState], months: &[LabMonth], t: i64) {
        let alive = labs.iter().zip(months).filter(|(lab, _)| lab.alive);
        let all: f64 = alive.map(|(_, month)| month.valuation.revenue_rate).sum();
        if all <= 0.0 {
            return;
        }
        let leavers = months.iter().filter(|month| month.payment_default);
        let left: f64 = leavers.map(|month| month.valuation.revenue_rate).sum();
        if left > 0.0 {
            let rise = (self.inherit * left / all).ln_1p() / 12.0;
            labs.iter_mut().filter(|lab| lab.alive).for_each(|lab| lab.inherited.push((t + 11, rise)));
        }
    }

    /// By how much `relet` is less because some of the other labs are gone (8.2).
    pub(crate) fn left(&self, labs: &[LabState], lab: usize, t: i64) -> f64 {
        let compute = |state: &LabState| {
            let plan = &state.plan;
            plan.inference_share.at(t) * plan.target.at(t) + plan.training.at(t)
        };
        let others = || labs.iter().enumerate().filter(|(i, _)| *i != lab).map(|(_, state)| state);
        let all: f64 = others().map(compute).sum();
        let here: f64 = others().filter(|state| state.alive).map(compute).sum();
        let part = if all > 0.0 { here / all } else { 1.0 };
        self.relet_alone + (1.0 - self.relet_alone) * part
    }
}

/// `w`: every lab's part of what the labs that are `present` plan to sell in month `t`.
pub(crate) fn weights(labs: &[LabState], present: &[bool], t: i64) -> Vec<f64> {
    let planned: Vec<f64> =
        labs.iter().zip(present).map(|(lab, here)| if *here { lab.plan.target.at(t) } else { 0.0 }).collect();
    let all: f64 = planned.iter().sum();
    planned.iter().map(|one| if all > 0.0 { one / all } else { 0.0 }).collect()
}

/// What customers of labs that are gone add to `X` in the step of month `t`.
pub(crate) fn inherited(lab: &LabState, t: i64) -> f64 {
    lab.inherited.iter().filter(|(last, _)| t <= *last).map(|(_, rise)| rise).sum()
}

/// What all labs raised in the last twelve months, month `t` so far included.
pub(crate) fn raised(world: &World, t: i64) -> f64 {
    world.raised[(t - 11).max(0) as usize..].iter().sum()
}

/// What the market still has for all labs together (5.5); infinite where each has a supply of its own.
pub(crate) fn purse(site: &Site<'_>, world: &World) -> f64 {
    let market = &site.scenario.market;
    let Some(curve) = market.supply.as_ref().filter(|_| market.one_purse) else {
        return f64::INFINITY;
    };
    let frozen = if world.frozen() { market.frozen_supply } else { 1.0 };
    let rise = world.y(site.t) - world.y(0);
    (curve.at(site.t) * (market.supply_beta * rise).exp() * frozen - raised(world, site.t)).max(0.0)
}
