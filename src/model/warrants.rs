//! Warrants: shares of a vendor that a lab earns by buying from it, and sells (docs/model.md, section 5.2).

use crate::lanes::{Lanes, flag, lanes};
use crate::random::math::max;

use super::parameters::{Lab, Warrant};
use super::state::{EntityState, LabState, sum};
use super::workspace::LabMonth;

/// Tranches vest; what they bring joins the lab's cash as money given by the vendor. `blocked` is for how many months
/// regulation blocks strategic money.
#[inline(always)]
pub(super) fn vest<const B: usize>(
    lab: &Lab,
    state: &mut LabState<B>,
    m: &mut LabMonth<B>,
    entities: &[EntityState<B>],
    blocked: &Lanes<B>,
) {
    for (w, warrant) in lab.warrants.iter().enumerate() {
        let (giver, stock) = (&entities[warrant.giver], &entities[warrant.stock]);
        let price = lanes!(i => warrant.price * stock.growth[i]);
        let strategic = flag(lab.strategic[warrant.giver]);
        let able = lanes!(i => state.alive[i] * giver.alive[i] * (1.0 - strategic * flag(blocked[i] > 0.0)));
        let earned = earned(warrant, state, w, &price, &able);
        let amount = lanes!(i => earned[i] * warrant.shares * max(price[i] - warrant.strike, 0.0));
        m.warrant[w] = amount;
        state.cash.add(|i| amount[i]);
        m.parties[warrant.giver].given.add(|i| amount[i]);
        state.parties[warrant.giver].rebated.add(|i| amount[i]);
        if lab.strategic[warrant.giver] {
            m.strategic.add(|i| amount[i]);
        }
    }
}

/// The part of warrant `w` that vests this month where the vendor is `able` to give (1 or 0).
#[inline(always)]
fn earned<const B: usize>(
    warrant: &Warrant,
    state: &mut LabState<B>,
    w: usize,
    price: &Lanes<B>,
    able: &Lanes<B>,
) -> Lanes<B> {
    let spend = sum(warrant.sellers.iter().map(|&seller| &state.parties[seller].invoiced));
    let mut earned = Lanes::<B>::default();
    for (tranche, left) in warrant.tranches.iter().zip(&mut state.warrants[w]) {
        let vests = lanes!(i => left[i] * able[i] * flag(spend[i] >= tranche.spend) * flag(price[i] >= tranche.price));
        left.add(|i| -vests[i]);
        earned.add(|i| tranche.part * vests[i]);
    }
    earned
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{World, assert_close, world};
    use super::super::parameters::Tranche;
    use super::*;

    /// A hundred shares of the cloud at 2 dollars against 0.5: half of them at a spend of 10, the rest at a price of 3.
    fn hundred_shares() -> World {
        world(|p| {
            let tranche = |spend, price| Tranche { part: 0.5, spend, price };
            p.labs[0].warrants = vec![Warrant {
                id: "chips".to_owned(),
                giver: 0,
                stock: 0,
                sellers: vec![0],
                shares: 100.0,
                price: 2.0,
                strike: 0.5,
                tranches: vec![tranche(10.0, 0.0), tranche(0.0, 3.0)],
            }];
            p.labs[0].strategic[0] = true;
        })
    }

    #[test]
    fn a_tranche_vests_once_and_brings_what_its_shares_are_worth_beyond_the_strike() {
        // Nothing yet; half of the shares at 2; then the other half at 2 * 1.6; all at once.
        for (steps, cash) in [
            (&[(9.0, 1.0)][..], 0.0),
            (&[(10.0, 1.0), (10.0, 1.2)], 75.0),
            (&[(10.0, 1.0), (10.0, 1.6), (10.0, 2.0)], 75.0 + 50.0 * 2.7),
            (&[(12.0, 2.0), (20.0, 5.0)], 100.0 * 3.5),
        ] {
            let mut all = hundred_shares();
            let opening = all.block.labs[0].cash[0];
            for &(spend, growth) in steps {
                all.block.labs[0].parties[0].invoiced = Lanes([spend]);
                all.block.entities[0].growth = Lanes([growth]);
                all.fund(0, |p, state, m, s| vest(&p.labs[0], state, m, s.entities, &s.market.blocked));
            }
            assert_close(all.block.labs[0].cash[0] - opening, cash);
            assert_close(all.block.labs[0].parties[0].rebated[0], cash);
        }
    }

    #[test]
    fn nothing_vests_from_a_vendor_in_default_or_blocked_or_for_a_lab_that_is_gone() {
        for (vendor, blocked, lab, cash) in
            [(1.0, 0.0, 1.0, 75.0), (0.0, 0.0, 1.0, 0.0), (1.0, 1.0, 1.0, 0.0), (1.0, 0.0, 0.0, 0.0)]
        {
            let mut all = hundred_shares();
            all.block.labs[0].parties[0].invoiced = Lanes([10.0]);
            (all.block.entities[0].alive, all.block.market.blocked) = (Lanes([vendor]), Lanes([blocked]));
            all.block.labs[0].alive = Lanes([lab]);
            all.fund(0, |p, state, m, s| vest(&p.labs[0], state, m, s.entities, &s.market.blocked));
            assert_close(all.work.labs[0].warrant[0][0], cash);
            assert_close(all.work.labs[0].parties[0].given[0], cash);
            assert_close(all.work.labs[0].strategic[0], cash);
        }
    }

    #[test]
    fn a_tranche_is_earned_at_its_spend_and_its_price() {
        // Half of the shares at a spend of 10, half at a price of 3; nothing where the vendor cannot give.
        for (spend, price, able, part) in
            [(9.0, 2.0, 1.0, 0.0), (10.0, 2.0, 1.0, 0.5), (10.0, 3.0, 1.0, 1.0), (10.0, 3.0, 0.0, 0.0)]
        {
            let World { p, mut block, .. } = hundred_shares();
            let state = &mut block.labs[0];
            state.parties[0].invoiced = Lanes([spend]);
            let (price, able) = (Lanes([price]), Lanes([able]));
            assert_close(earned(&p.labs[0].warrants[0], state, 0, &price, &able)[0], part);
        }
    }
}
