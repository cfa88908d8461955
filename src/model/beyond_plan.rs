//! Training beyond the plan: where a lab is dearer than was expected, and for cash that it does not need (docs/model.md,
//! section 3.1).

use crate::lanes::{Lanes, lanes};
use crate::random::math::{exp, max};

use super::parameters::{Lab, Parameters};
use super::state::LabState;
use super::workspace::LabMonth;

/// Section 3.1: factor on planned training, `exp(eta_V b (y - E[y]))`; 1 where it does not follow the lab's value.
#[inline(always)]
pub fn boom<const B: usize>(lab: &Lab, m: &LabMonth<B>, t: usize) -> Lanes<B> {
    match &lab.booms {
        None => Lanes::splat(1.0),
        Some(booms) => lanes!(i => exp(booms.elasticity * (m.log_premium[i] - booms.expected[t]))),
    }
}

/// Section 3.1: `U_extra`, training wanted for spare cash, units a year; it looks at the outlook of the month before.
#[inline(always)]
pub fn extra<const B: usize>(p: &Parameters, lab: &Lab, state: &LabState<B>, m: &LabMonth<B>, t: usize) -> Lanes<B> {
    let Some(terms) = lab.reinvestment.filter(|_| t > 0) else { return Lanes::default() };
    let unit = p.families[p.reference].plan_price[t];
    lanes!(i => terms.rate * spare(state.cash[i], terms.keep, m.outlook.costs[i]) / unit)
}

/// Section 3.1: cash beyond `keep` months of costs, dollars.
#[inline(always)]
fn spare(cash: f64, keep: f64, costs: f64) -> f64 {
    max(cash - keep * costs, 0.0)
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{World, assert_close, world};
    use super::super::parameters::{Booms, Reinvestment};
    use super::*;

    #[test]
    fn training_follows_the_value_beyond_what_was_expected() {
        // At twice the value that was expected: with an elasticity of 1 twice the training, of 2 four times, of 1/2 a root.
        let World { mut p, mut work, .. } = world(|_| ());
        let ln_2 = std::f64::consts::LN_2;
        work.labs[0].log_premium = Lanes([0.3 + ln_2]);
        assert_close(boom(&p.labs[0], &work.labs[0], 1)[0], 1.0);
        for (elasticity, factor) in [(1.0, 2.0), (2.0, 4.0), (0.5, 2.0_f64.sqrt())] {
            p.labs[0].booms = Some(Booms { elasticity, expected: vec![0.0, 0.3] });
            assert_close(boom(&p.labs[0], &work.labs[0], 1)[0], factor);
        }
    }

    #[test]
    fn cash_beyond_the_costs_that_it_is_kept_for_is_spent() {
        // 100 less two months of 20 are 60, 50 less them 10: half of it a year, at 2 a unit. Nothing in month 0, or below 40.
        for (cash, left) in [(100.0, 60.0), (50.0, 10.0), (39.0, 0.0)] {
            assert_close(spare(cash, 2.0, 20.0), left);
        }
        let World { mut p, mut block, mut work, .. } = world(|p| p.families[0].plan_price.fill(2.0));
        let (state, m) = (&mut block.labs[0], &mut work.labs[0]);
        (state.cash, m.outlook.costs) = (Lanes([100.0]), Lanes([20.0]));
        assert_close(extra(&p, &p.labs[0], state, m, 1)[0], 0.0);
        p.labs[0].reinvestment = Some(Reinvestment { rate: 0.5, keep: 2.0 });
        assert_close(extra(&p, &p.labs[0], state, m, 1)[0], 15.0);
        assert_close(extra(&p, &p.labs[0], state, m, 0)[0], 0.0);
        for (cash, units) in [(50.0, 2.5), (39.0, 0.0)] {
            state.cash = Lanes([cash]);
            assert_close(extra(&p, &p.labs[0], state, m, 1)[0], units);
        }
    }
}
