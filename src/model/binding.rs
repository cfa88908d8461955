//! When contracts become binding: by a verdict, with an investment, or in an expansion (docs/model.md, section 4).

use crate::engine::Innovations;
use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::min;

use super::contract::{Hinge, LONGEST_DELAY};
use super::operations::keep;
use super::parameters::{Lab, Parameters, planned_price};
use super::state::{ContractState, LabState, MarketState};
use super::workspace::{ContractMonth, LabMonth};

/// The contracts that are decided in month `t` become binding or not, before the month's operations.
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

/// The contracts that come with an investment become binding where it has `closed` in month `t`.
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

/// Months after its date at which an investment closes, as far as a contract can be late.
#[inline(always)]
fn months_late(t: i32, date: i32) -> f64 {
    min(f64::from(t - date), LONGEST_DELAY as f64)
}

/// A contract becomes binding, in whole or in the multiple `binding`, as far as the lab still keeps and what restructurings
/// left; of the rest nothing is built.
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
    use super::super::by_hand::assert_close;
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
}
