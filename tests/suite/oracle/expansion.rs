//! What a lab signs while money is easy (4), plans that follow values, and cash that is spent (3.1).

use super::DT;
use super::contract::{self, Contract, Workload};
use super::input::{Family, Reader, Scenario, lab_index};
use super::operations::Site;
use super::state::{LabState, World};

/// An expansion as written, with a contract for every month in which it is tried.
pub(crate) struct Expansion {
    lab: usize,
    lead: i64,
    ramp: i64,
    headroom: f64,
    share: f64,
    min_runway: f64,
    /// Months and contracts.
    windows: Vec<(i64, usize)>,
}

impl Expansion {
    /// The months in which it is tried, and the contracts that may be signed then.
    pub(crate) fn windows(&self) -> impl Iterator<Item = (i64, usize)> {
        self.windows.iter().copied()
    }
}

/// Reads one and adds its contracts.
pub(crate) fn read(
    reader: &Reader<'_>,
    labs: &[&str],
    families: &[Family],
    reference: usize,
    horizon: i64,
    contracts: &mut Vec<Contract>,
) -> Expansion {
    let lab = lab_index(reader, labs);
    let (headroom, share) = (reader.or("headroom", 0.0), reader.or("share", 1.0));
    let ramp = reader.or("ramp", 12.0);
    let first = reader.date("first").unwrap_or(12);
    let every = reader.or("every", 12.0) as usize;
    let never = share <= 0.0 || headroom <= -1.0;
    let mut windows = Vec::new();
    for t in (first..horizon).step_by(every) {
        windows.push((t, contracts.len()));
        contracts.push(contract::read_window(reader, lab, t, never, families, reference));
    }
    Expansion {
        lab,
        lead: reader.or("lead", 12.0) as i64,
        ramp: ramp as i64,
        headroom,
        share,
        min_runway: reader.or("min_runway", 12.0),
        windows,
    }
}

/// The expansions that are tried in month `t`, before the labs' operations.
pub(crate) fn sign(scenario: &Scenario, world: &World, labs: &[LabState], t: i64) {
    for expansion in &scenario.expansions {
        let Some((_, k)) = expansion.windows.iter().find(|(month, _)| *month == t) else {
            continue;
        };
        let lab = &labs[expansion.lab];
        if !world.open || !lab.alive || lab.austerity || lab.last_runway < expansion.min_runway {
            continue;
        }
        let contract = &scenario.contracts[*k];
        let ahead = t + expansion.lead + expansion.ramp;
        let site = Site { scenario, lab: expansion.lab, t: ahead };
        let missing = (1.0 + expansion.headroom) * expected_need(&site, lab) - capacity(&site, lab);
        let units = expansion.share * missing.max(0.0);
        let years = (expansion.lead + expansion.ramp) as f64 * DT;
        let family = &scenario.families[contract.family];
        let price = world.prices[contract.family] * (-family.plan_decline * years).exp();
        if units > 0.0 {
            contract.sign(units * price / 1e9, price);
        }
    }
}

/// `N`: units needed in the month of `site` on today's `X` and `Z`, and what idle cash bought last month.
fn expected_need(site: &Site<'_>, lab: &LabState) -> f64 {
    let (plan, s) = (&lab.plan, site.t);
    let inference = plan.inference_share.at(s) * plan.target.at(s) * (lab.x + lab.z).exp();
    let elastic = (site.lab().training_elasticity * lab.x).exp();
    (inference + plan.training.at(s) * elastic * lab.training_kept) / site.reference_price() + lab.extra
}

/// `C`: units that the lab's contracts, as they stand, supply in the month of `site`.
fn capacity(site: &Site<'_>, lab: &LabState) -> f64 {
    let supply = site.contracts().filter(|(_, contract)| contract.workload != Workload::None).map(|(_, contract)| {
        let family = &site.scenario.families[contract.family];
        let price = contract.price(site.t, family, family.expected(site.t));
        contract.schedule(site.t) * contract.kept(lab.n, lab.r) / price
    });
    supply.sum()
}

/// How far the plan follows values: `exp(eta_V b (y - E[y]))`, with what the market was expected to be.
pub(crate) fn followed(site: &Site<'_>, world: &World) -> f64 {
    let expected = expected_y(site.scenario, world, site.t);
    (site.lab().valuation_elasticity * site.scenario.beta(site.lab) * (world.y(site.t) - expected)).exp()
}

/// What `y` of month `t` was expected to be: without shocks, bursts and feedback.
fn expected_y(scenario: &Scenario, world: &World, t: i64) -> f64 {
    let market = &scenario.market;
    (0..t).fold(world.y(0), |y, _| {
        if market.rational { scenario.bubble(y) } else { y + market.reversion * (market.mean - y) * DT }
    })
}

/// `U_extra`: units a year for which there is cash beyond what is kept.
pub(crate) fn extra(site: &Site<'_>, state: &LabState) -> f64 {
    let lab = site.lab();
    let idle = state.last_costs.map_or(0.0, |costs| (state.cash - lab.keep * costs).max(0.0));
    lab.reinvest * idle / site.reference_price()
}
