//! Expansion: new contracts that a lab signs while money is easy (docs/model.md, section 4).

use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::{exp, max};

use super::binding::bind;
use super::constants::DT;
use super::contract::{Contract, Hinge, Pricing, Workload};
use super::operations::keep;
use super::parameters::{Expansion, Family, Lab, Parameters};
use super::state::{ContractState, LabState, MarketState};
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

#[cfg(test)]
mod tests {
    use super::super::by_hand::{HALVES_IN_A_MONTH, World, assert_close, by_month, world};
    use super::super::contract::{ContractTables, Relet, Terms, at_capacity};
    use super::*;

    const GROWTH: Expansion = Expansion { share: 1.0, headroom: 0.0, min_runway: 12.0, ahead: 2, amount: 4.0 * UNIT };

    /// A contract at a rate of one [`UNIT`] from month `begin` for four months, and beyond them if it is renewed.
    fn contract(begin: i32, price: Pricing, hinge: Option<Hinge>) -> Contract {
        let terms = Terms {
            amounts: at_capacity(UNIT, 4, 0),
            begin,
            take_or_pay: 1.0,
            renew: true,
            margin: 0.0,
            capex: 0.0,
            lead: 1,
            discount_rate: 0.0,
            plant: None,
        };
        Contract {
            id: "cloud".to_owned(),
            provider: 0,
            family: 0,
            begin,
            take_or_pay: 1.0,
            firm: 1.0,
            price,
            workload: Workload::Any,
            pass_through: Vec::new(),
            orders: Vec::new(),
            capital: 0.0,
            step_in: 1.0,
            margin: 0.0,
            relet: Relet { share: 0.0, frozen: 1.0, depth: f64::INFINITY },
            delay: None,
            hinge,
            tables: ContractTables::new(&terms, terms.begin, 24),
        }
    }

    #[test]
    fn a_vintage_costs_what_the_plan_expects_when_its_capacity_is_reached() {
        // Halving every month, a price of 12 is 3 in two months; the spot price counts, not that of the plan.
        let World { mut p, .. } = world(|_| ());
        p.families[0].plan_decline = HALVES_IN_A_MONTH;
        assert_close(vintage(&p.families[0], &Lanes([12.0]), 2)[0], 3.0);
        assert_close(vintage(&p.families[0], &Lanes([12.0]), 1)[0], 6.0);
        p.families[0].plan_decline = 0.0;
        assert_close(vintage(&p.families[0], &Lanes([12.0]), 2)[0], 12.0);
    }

    #[test]
    fn what_is_missing_for_the_need_and_its_headroom_is_signed() {
        // Half of 1.2 * 100 - 60; nothing where there is enough, or at a headroom of -1.
        for (share, headroom, contracted, expected) in
            [(0.5, 0.2, 60.0, 30.0), (1.0, 0.0, 60.0, 40.0), (1.0, 0.0, 130.0, 0.0), (1.0, -1.0, 0.0, 0.0)]
        {
            assert_close(wanted(&Expansion { share, headroom, ..GROWTH }, 100.0, contracted), expected);
        }
        assert!(GROWTH.signs());
        assert!(!Expansion { headroom: -1.0, ..GROWTH }.signs() && !Expansion { share: 0.0, ..GROWTH }.signs());
    }

    #[test]
    fn the_need_is_that_of_the_plan_on_today_s_state_and_of_spare_cash() {
        // 0.5 * 40 at X = Z = ln 2 is 80; 9 of training, halved by an exchange and doubled by eta X; 3 of spare cash. The
        // plan's price is 2 from the fifth month on.
        let World { p, mut block, mut work, .. } = world(|p| {
            let lab = &mut p.labs[0];
            (lab.inference_share, lab.target, lab.training) = (by_month(0.5), by_month(40.0), by_month(9.0));
            lab.training_elasticity = 1.0;
            p.families[0].plan_price[5..].fill(2.0);
        });
        let (state, m) = (&mut block.labs[0], &mut work.labs[0]);
        let ln_2 = std::f64::consts::LN_2;
        (state.attainment, state.intensity, m.attained) = (Lanes([ln_2]), Lanes([ln_2]), Lanes([2.0]));
        (state.training_kept, m.extra_training) = (Lanes([0.5]), Lanes([3.0]));
        assert_close(need(&p, &p.labs[0], state, m, 4)[0], 92.0);
        assert_close(need(&p, &p.labs[0], state, m, 5)[0], 47.5);
    }

    #[test]
    fn what_is_contracted_stands_as_it_will_at_the_price_that_will_be_paid() {
        // At a price of 2 in the plan: half a billion units of a contract at the plan's price, a billion of one locked at
        // 1 in its term (months 0 to 3) and half as much as it renews; nothing before it begins; three quarters kept.
        let World { p, mut block, .. } = world(|p| {
            p.families[0].plan_price = by_month(2.0);
            p.labs[0].contracts = vec![contract(1, Pricing::Plan, None), contract(0, Pricing::Locked, None)];
        });
        let state = &mut block.labs[0];
        state.contracts[1].locked = Lanes([1.0]);
        for (s, billions) in [(0, 1.0), (2, 1.5), (6, 1.0)] {
            assert_close(contracted(&p, &p.labs[0], state, s)[0] / UNIT, billions);
        }
        state.restructured = Lanes([0.75]);
        assert_close(contracted(&p, &p.labs[0], state, 2)[0] / UNIT, 1.125);
        state.contracts[1].in_force = Lanes([0.0]);
        assert_close(contracted(&p, &p.labs[0], state, 2)[0] / UNIT, 0.375);
    }

    #[test]
    fn a_lab_signs_in_its_month_while_money_is_easy() {
        // A need of 6 billion units at a price of 0.5: three contracts of a billion a year, 12 over the four months' term.
        for (alive, open, austerity, runway, t, multiple) in [
            (1.0, 1.0, 0.0, 12.0, 3, 3.0),
            (0.0, 1.0, 0.0, 12.0, 3, 0.0),
            (1.0, 0.0, 0.0, 12.0, 3, 0.0),
            (1.0, 1.0, 1.0, 12.0, 3, 0.0),
            (1.0, 1.0, 0.0, 11.9, 3, 0.0),
            (1.0, 1.0, 0.0, f64::INFINITY, 2, 0.0),
        ] {
            let World { p, mut block, mut work, .. } = world(|p| {
                let lab = &mut p.labs[0];
                (lab.inference_share, lab.target) = (by_month(1.0), by_month(6.0 * UNIT));
                lab.expansions = vec![GROWTH];
                lab.contracts = vec![contract(4, Pricing::Locked, Some(Hinge::Window { month: 3, expansion: 0 }))];
            });
            let (state, m) = (&mut block.labs[0], &mut work.labs[0]);
            (state.alive, state.austerity, block.market.open) = (Lanes([alive]), Lanes([austerity]), Lanes([open]));
            (m.attained, m.outlook.runway) = (Lanes([1.0]), Lanes([runway]));
            let spot = [Lanes([0.5])];
            expand(&p, &p.labs[0], state, m, Setting { market: &block.market, spot: &spot, t });
            assert_close(state.contracts[0].in_force[0], multiple);
            assert_close(state.contracts[0].locked[0], if multiple > 0.0 { 0.5 } else { 0.0 });
            assert_close(state.tally.signed[0] / UNIT, 4.0 * multiple);
        }
    }

    #[test]
    fn a_contract_supplies_its_rate_as_far_as_it_stands() {
        // A billion a year from month 1 on, of which a restructuring leaves three quarters, and what is not firm is halved.
        for (s, firm, restructured, billions) in
            [(0, 1.0, 1.0, 0.0), (2, 1.0, 1.0, 1.0), (2, 1.0, 0.75, 0.75), (2, 0.5, 0.75, 0.5625)]
        {
            let World { p, mut block, .. } =
                world(|p| p.labs[0].contracts = vec![Contract { firm, ..contract(1, Pricing::Plan, None) }]);
            let state = &mut block.labs[0];
            (state.restructured, state.kept) = (Lanes([restructured]), Lanes([0.5]));
            assert_close(rate(&p.labs[0].contracts[0], &state.contracts[0], state, s)[0] / UNIT, billions);
        }
    }

    #[test]
    fn the_gap_is_what_contracts_leave_of_the_need() {
        // A need of 6 billion units, of which a contract covers one: 5; half of 1.5 * 6 - 1; before it begins all 6.
        for (s, share, headroom, billions) in [(2, 1.0, 0.0, 5.0), (2, 0.5, 0.5, 4.0), (0, 1.0, 0.0, 6.0)] {
            let World { p, block, mut work, .. } = world(|p| {
                (p.labs[0].inference_share, p.labs[0].target) = (by_month(1.0), by_month(6.0 * UNIT));
                p.labs[0].contracts = vec![contract(1, Pricing::Plan, None)];
            });
            work.labs[0].attained = Lanes([1.0]);
            let terms = Expansion { share, headroom, ..GROWTH };
            assert_close(gap(&p, &p.labs[0], &block.labs[0], &work.labs[0], &terms, s)[0] / UNIT, billions);
        }
    }
}
