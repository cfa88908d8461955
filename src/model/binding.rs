//! When contracts become binding: by a verdict, with an investment, or in an expansion (docs/model.md, section 4).

use crate::engine::Innovations;
use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::min;

use super::contract::{Hinge, LONGEST_DELAY};
use super::operations::keep;
use super::parameters::{Lab, Parameters, planned_price};
use super::state::{ContractState, LabState, MarketState};
use super::workspace::{ContractMonth, LabMonth};

/// Decides which of the contracts whose decision falls in month `t` become binding, before the month's operations.
#[inline(always)]
pub fn decide<const B: usize>(
    p: &Parameters,
    lab: &Lab,
    state: &mut LabState<B>,
    m: &mut LabMonth<B>,
    market: &MarketState<B>,
    t: usize,
    draws: &Innovations<B>,
) {
    for ((contract, standing), c) in lab.contracts.iter().zip(&mut state.contracts).zip(&mut m.contracts) {
        let Some(hinge) = contract.hinge else { continue };
        c.signed = Lanes::default();
        if let Hinge::Verdict { month, odds, slot } = hinge
            && month == t
        {
            let verdict = draws.once(slot);
            let binding = lanes!(i => {
                let y = market.overvaluation[i] - p.market.start;
                state.alive[i] * flag(verdict[i] < odds.at(y, 1.0 - market.open[i]))
            });
            bind(contract.firm, standing, c, (&state.kept, &state.restructured), &binding);
        }
    }
}

/// Makes the contracts of an investment binding on the paths on which it has `closed` in month `t`.
#[inline(always)]
pub fn sign<const B: usize>(
    p: &Parameters,
    lab: &Lab,
    state: &mut LabState<B>,
    m: &mut LabMonth<B>,
    (investment, closed): (usize, &Lanes<B>),
    t: usize,
) {
    if !closed.any() {
        return;
    }
    let late = months_late(t as i32, lab.investments[investment].date);
    for ((contract, standing), c) in lab.contracts.iter().zip(&mut state.contracts).zip(&mut m.contracts) {
        if matches!(contract.hinge, Some(Hinge::Investment(index)) if index == investment) {
            let family = &p.families[contract.family];
            let begin = f64::from(contract.begin) + late;
            let price = planned_price(family.price.start, family.plan_decline, begin);
            standing.delay.update(|i, before| select(closed[i] > 0.0, late, before));
            standing.locked.update(|i, before| select(closed[i] > 0.0, price, before));
            bind(contract.firm, standing, c, (&state.kept, &state.restructured), closed);
        }
    }
}

/// Months by which an investment closes after its date, at most the longest delay of a contract.
#[inline(always)]
fn months_late(t: i32, date: i32) -> f64 {
    min(f64::from(t - date), LONGEST_DELAY as f64)
}

/// Makes a contract binding, in whole or in the multiple `binding`, reduced by earlier scale-backs and restructurings.
/// Nothing is built for the part that they cut.
#[inline(always)]
pub(super) fn bind<const B: usize>(
    firm: f64,
    standing: &mut ContractState<B>,
    c: &mut ContractMonth<B>,
    (kept, restructured): (&Lanes<B>, &Lanes<B>),
    binding: &Lanes<B>,
) {
    let keep = lanes!(i => binding[i] * keep(firm, kept[i], restructured[i]));
    standing.in_force.add(|i| binding[i]);
    standing.build_kept.add(|i| keep[i]);
    c.signed.add(|i| flag(binding[i] > 0.0));
    c.keep.add(|i| keep[i]);
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{HALVES_IN_A_MONTH, World, assert_close, contract, dollar_a_month, investment, world};
    use super::super::contract::{Contract, Terms};
    use super::super::parameters::Investment;
    use super::super::verdict::Odds;
    use super::*;

    #[test]
    fn a_contract_begins_as_late_as_its_money_comes() {
        assert_close(months_late(9, 4), 5.0);
        assert_close(months_late(0, -3), 3.0);
        assert_close(months_late(400, 4), 240.0);
    }

    #[test]
    fn a_contract_becomes_binding_as_far_as_the_lab_still_keeps_to_it() {
        // Two fifths firm, half of the rest kept, four fifths left by restructurings: 0.8 (0.4 + 0.6/2). The second path
        // does not sign.
        let zero = Lanes::<2>::default();
        let (mut standing, mut c) = (ContractState::pending(), ContractMonth::default());
        bind(0.4, &mut standing, &mut c, (&Lanes([0.5; 2]), &Lanes([0.8; 2])), &Lanes([1.0, 0.0]));
        for (row, expected) in
            [(standing.in_force, 1.0), (standing.build_kept, 0.56), (c.signed, 1.0), (c.keep, 0.56), (c.cut, 0.0)]
        {
            assert_close(row[0], expected);
            assert_close(row[1], zero[1]);
        }
    }

    #[test]
    fn a_multiple_of_a_contract_is_signed_once() {
        // Three times a contract of which half stands: 3, and 1.5 of it built; it counts as signed, not as signed thrice.
        let (mut standing, mut c) = (ContractState::pending(), ContractMonth::default());
        bind(1.0, &mut standing, &mut c, (&Lanes([1.0]), &Lanes([0.5])), &Lanes([3.0]));
        for (row, expected) in [(standing.in_force, 3.0), (standing.build_kept, 1.5), (c.signed, 1.0), (c.keep, 1.5)] {
            assert_close(row[0], expected);
        }
    }

    #[test]
    fn a_contract_is_decided_in_its_month_by_its_verdict() {
        // The verdict is 0.4, below even odds; in a freeze they are 1 to e^2, or 0.119. In another month nothing happens.
        for (t, open, binding) in [(3, 1.0, 1.0), (3, 0.0, 0.0), (2, 1.0, 0.0)] {
            let World { p, mut block, mut work, mut draws } = world(|p| {
                let odds = Odds { probability: 0.5, close_beta: 1.0, close_freeze: 2.0 };
                let hinge = Some(Hinge::Verdict { month: 3, odds, slot: p.slots.once("verdict") });
                p.labs[0].contracts = vec![Contract { hinge, ..contract(&dollar_a_month()) }];
            });
            draws.once.fill(Lanes([0.4]));
            block.market.open = Lanes([open]);
            decide(&p, &p.labs[0], &mut block.labs[0], &mut work.labs[0], &block.market, t, &draws);
            assert_close(block.labs[0].contracts[0].in_force[0], binding);
            assert_close(work.labs[0].contracts[0].signed[0], binding);
        }
    }

    #[test]
    fn a_contract_that_comes_with_money_begins_after_it_at_that_month_s_planned_price() {
        // The price halves each month, from 2. Money on its date, two months later, and not at all.
        for (t, closed, delay, price) in [(1, 1.0, 0.0, 1.0), (3, 1.0, 2.0, 0.25), (3, 0.0, 0.0, 0.0)] {
            let World { p, mut block, mut work, .. } = world(|p| {
                let family = &mut p.families[0];
                (family.price.start, family.plan_decline) = (2.0, HALVES_IN_A_MONTH);
                let terms = Terms { begin: 1, ..dollar_a_month() };
                p.labs[0].contracts = vec![Contract { hinge: Some(Hinge::Investment(0)), ..contract(&terms) }];
                p.labs[0].investments = vec![Investment { date: 1, ..investment(&mut p.slots, 1.0) }];
            });
            sign(&p, &p.labs[0], &mut block.labs[0], &mut work.labs[0], (0, &Lanes([closed])), t);
            let standing = &block.labs[0].contracts[0];
            assert_close(standing.delay[0], delay);
            assert_close(standing.locked[0], price);
            assert_close(standing.in_force[0], closed);
        }
    }
}
