//! What a lab buys beyond its plan: new contracts while money is easy, training that follows values, and training for
//! spare cash (docs/model.md, sections 3.1 and 4).

use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::{exp, max};

use super::binding::bind;
use super::constants::DT;
use super::contract::{Contract, Hinge, Pricing, Workload};
use super::market::drift;
use super::operations::keep;
use super::parameters::{Expansion, Family, Lab, MarketProcess, Parameters};
use super::state::{ContractState, LabState, MarketState, sum};
use super::workspace::LabMonth;

/// Rate at full capacity of the contract of which a path signs a multiple, dollars a year.
pub const UNIT: f64 = 1e9;

/// The market as a lab that may sign finds it.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a, const B: usize> {
    /// The funding market.
    pub market: &'a MarketState<B>,
    /// Spot prices by family, dollars a unit.
    pub spot: &'a [Lanes<B>],
    /// The month.
    pub t: usize,
}

/// Section 4: the expansions that are tried in this month, in file order, before the month's operations.
#[inline(always)]
pub fn expand<const B: usize>(
    p: &Parameters,
    lab: &Lab,
    state: &mut LabState<B>,
    m: &mut LabMonth<B>,
    s: Setting<'_, B>,
) {
    if lab.expansions.is_empty() {
        return;
    }
    for (k, contract) in lab.contracts.iter().enumerate() {
        let Some(Hinge::Window { month, expansion }) = contract.hinge else { continue };
        if month == s.t {
            let terms = &lab.expansions[expansion];
            let price = vintage(&p.families[contract.family], &s.spot[contract.family], terms.ahead);
            let capacity = gap(p, lab, state, m, terms, s.t + terms.ahead);
            let runway = &m.outlook.runway;
            let signed = lanes!(i => {
                let may = state.alive[i] * s.market.open[i] * (1.0 - state.austerity[i]);
                may * flag(runway[i] >= terms.min_runway) * capacity[i] * price[i] / UNIT
            });
            sign(terms, contract, (k, &price, &signed), state, m);
        }
    }
}

/// Section 4: the price of a vintage, dollars a unit: today's, less what the plan expects it to fall until the capacity
/// is reached, `ahead` months from now.
#[inline(always)]
fn vintage<const B: usize>(family: &Family, spot: &Lanes<B>, ahead: usize) -> Lanes<B> {
    let decline = exp(-family.plan_decline * ahead as f64 * DT);
    lanes!(i => spot[i] * decline)
}

/// Section 4: `q`, units a year, of the need `N` and the capacity `C` in month `s`.
#[inline(always)]
fn gap<const B: usize>(
    p: &Parameters,
    lab: &Lab,
    state: &LabState<B>,
    m: &LabMonth<B>,
    terms: &Expansion,
    s: usize,
) -> Lanes<B> {
    let need = need(p, lab, state, m, s);
    let contracted = contracted(p, lab, state, s);
    lanes!(i => wanted(terms, need[i], contracted[i]))
}

/// Section 4: `q` of the need and what is contracted, units a year.
#[inline(always)]
fn wanted(terms: &Expansion, need: f64, contracted: f64) -> f64 {
    terms.share * max((1.0 + terms.headroom) * need - contracted, 0.0)
}

/// Section 4: `N`, the need of month `s` on today's `X` and `Z`, and what is run for spare cash, units a year.
#[inline(always)]
fn need<const B: usize>(p: &Parameters, lab: &Lab, state: &LabState<B>, m: &LabMonth<B>, s: usize) -> Lanes<B> {
    let unit = p.families[p.reference].plan_price[s];
    let (inference, training) = (lab.inference_share[s] * lab.target[s] / unit, lab.training[s] / unit);
    let eta = lab.training_elasticity;
    lanes!(i => {
        let planned = state.training_kept[i] * exp(eta * state.attainment[i]);
        inference * m.attained[i] * exp(state.intensity[i]) + training * planned + m.extra_training[i]
    })
}

/// Section 4: `C`, the capacity of month `s` of the lab's contracts as they stand, units a year.
#[inline(always)]
fn contracted<const B: usize>(p: &Parameters, lab: &Lab, state: &LabState<B>, s: usize) -> Lanes<B> {
    let mut all = Lanes::<B>::default();
    for (contract, standing) in lab.contracts.iter().zip(&state.contracts) {
        if contract.workload != Workload::None && standing.in_force.any() {
            let (rate, price) = (rate(contract, standing, state, s), price(p, contract, standing, s));
            all.add(|i| rate[i] / price[i]);
        }
    }
    all
}

/// `c_k(s)` as the contract stands today, dollars a year.
#[inline(always)]
fn rate<const B: usize>(contract: &Contract, standing: &ContractState<B>, state: &LabState<B>, s: usize) -> Lanes<B> {
    let scheduled = contract.tables.at(&contract.tables.rate, s as i32, contract.shift(&standing.delay));
    lanes!(i => {
        scheduled[i] * keep(contract.firm, state.kept[i], state.restructured[i]) * standing.in_force[i]
    })
}

/// What is expected to be paid in month `s`, dollars a unit: a locked price in its term, else that of the plan.
#[inline(always)]
fn price<const B: usize>(p: &Parameters, contract: &Contract, standing: &ContractState<B>, s: usize) -> Lanes<B> {
    let planned = p.families[contract.family].plan_price[s];
    if contract.price != Pricing::Locked {
        return Lanes::splat(planned);
    }
    let ended = contract.tables.at(&contract.tables.ended, s as i32, contract.shift(&standing.delay));
    lanes!(i => select(ended[i] > 0.0, planned, standing.locked[i]))
}

/// The contract of this month becomes binding at its price, in the multiple that is `signed`; 0 where nothing is.
#[inline(always)]
fn sign<const B: usize>(
    terms: &Expansion,
    contract: &Contract,
    (k, price, signed): (usize, &Lanes<B>, &Lanes<B>),
    state: &mut LabState<B>,
    m: &mut LabMonth<B>,
) {
    if !signed.any() {
        return;
    }
    let (standing, c) = (&mut state.contracts[k], &mut m.contracts[k]);
    standing.locked.update(|i, before| select(signed[i] > 0.0, price[i], before));
    bind(contract.firm, standing, c, (&state.kept, &state.restructured), signed);
    state.tally.signed.add(|i| terms.amount * c.keep[i]);
}

/// Section 3.1: factor on planned training, `exp(eta_V b (y - E[y]))`; 1 where it does not follow the lab's value.
#[inline(always)]
pub fn boom<const B: usize>(lab: &Lab, m: &LabMonth<B>, t: usize) -> Lanes<B> {
    match &lab.booms {
        None => Lanes::splat(1.0),
        Some(booms) => lanes!(i => exp(booms.elasticity * (m.log_premium[i] - booms.expected[t]))),
    }
}

/// Section 3.1: `E[y]` by month, what `y` would be without shocks, bursts and feedback.
pub fn expected(process: MarketProcess, start: f64, months: usize) -> Vec<f64> {
    let (mut y, none) = (Lanes([start]), Lanes::<1>::default());
    let step = |_| {
        let today = y;
        y = drift(process, &today, &none, &none);
        today[0]
    };
    (0..months).map(step).collect()
}

/// Section 3.1: `U_extra`, training wanted for spare cash, units a year; it looks at the costs of the month before.
#[inline(always)]
pub fn extra<const B: usize>(p: &Parameters, lab: &Lab, state: &LabState<B>, m: &LabMonth<B>, t: usize) -> Lanes<B> {
    let Some(terms) = lab.reinvestment.filter(|_| t > 0) else { return Lanes::default() };
    let unit = p.families[p.reference].plan_price[t];
    let shares = sum(&m.revenue_share);
    lanes!(i => {
        let costs = m.invoices[i] + m.opex[i] + shares[i] + m.interest[i];
        terms.rate * spare(state.cash[i], terms.keep, costs) / unit
    })
}

/// Section 3.1: cash beyond `keep` months of costs, dollars.
#[inline(always)]
fn spare(cash: f64, keep: f64, costs: f64) -> f64 {
    max(cash - keep * costs, 0.0)
}
