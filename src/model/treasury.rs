//! An entity's cash: what it earns, invests, owes and can borrow, and whether it can pay (docs/model.md, section 8.1).

use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::{max, min};

use super::constants::{CENT, DT};
use super::parameters::{Balance, Treasury};
use super::state::{EntityState, Funds};

/// What a month brings to an entity's cash besides its own business, and what it is worth.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a, const B: usize> {
    /// Cash with the labs, dollars.
    pub exposures: &'a Lanes<B>,
    /// Core assets had none been sold, dollars.
    pub core: &'a Lanes<B>,
    /// All other worth, dollars, but for the proceeds of sales.
    pub rest: &'a Lanes<B>,
    /// Part of planned capital expenditure that it still spends.
    pub spending: &'a Lanes<B>,
    /// Whether credit is open.
    pub open: &'a Lanes<B>,
}

/// What the month's end finds of an entity with a treasury.
pub(super) struct Test<const B: usize> {
    /// Flag: it is short of cash.
    pub short: Lanes<B>,
    /// The same, and its worth, without its exposures.
    pub alone: Position<B>,
}

/// Worth (dollars) and a flag of being short of cash.
pub struct Position<const B: usize> {
    /// Worth, after any sale.
    pub worth: Lanes<B>,
    /// Flag: short of cash.
    pub short: Lanes<B>,
}

/// End of month `t`: the cash of an entity with its exposures to the labs, of which its worth follows, and without.
#[inline(always)]
pub(super) fn settle<const B: usize>(
    treasury: &Treasury,
    balance: &Balance,
    state: &mut EntityState<B>,
    (open, carried): (&Lanes<B>, f64),
    t: usize,
) -> Test<B> {
    state.spending.update(|i, spending| still_spent(treasury, spending, open[i]));
    let exposures = state.cash_of_exposures();
    let core = lanes!(i => state.core_start[i] * state.growth[i]);
    let rest = lanes!(i => state.account[i] + state.contracts_net[i] + state.stake_mark[i]);
    let none = Lanes::splat(0.0);
    let alone = lanes!(i => balance.assets * state.growth[i]);
    let spending = &state.spending;
    let exposed = Circumstances { exposures: &exposures, core: &core, rest: &rest, spending, open };
    let with = month(treasury, &mut state.funds, exposed, carried, t);
    let unexposed = Circumstances { exposures: &none, core: &alone, rest: &none, ..exposed };
    let alone = month(treasury, &mut state.funds_alone, unexposed, carried, t);
    state.worth = with.worth;
    Test { short: with.short, alone }
}

/// Part of planned capital expenditure that is spent this month, from that of the month before.
#[inline(always)]
pub fn still_spent(treasury: &Treasury, before: f64, open: f64) -> f64 {
    select(open > 0.0, 1.0, before * treasury.capex_kept)
}

/// A month of cash; `carried` is a month's growth of money at the discount rate.
#[inline(always)]
pub fn month<const B: usize>(
    treasury: &Treasury,
    funds: &mut Funds<B>,
    of: Circumstances<'_, B>,
    carried: f64,
    t: usize,
) -> Position<B> {
    let (due, interest, capex) = (treasury.due[t], treasury.interest[t], treasury.capex[t] * DT);
    let mut worth = Lanes::<B>::default();
    let mut short = Lanes::<B>::default();
    for i in 0..B {
        funds.proceeds[i] *= carried;
        let earned = treasury.cash_flow[t] * (1.0 - funds.sold[i]) * DT;
        let paid = of.spending[i] * capex + interest + treasury.rate * funds.borrowed[i] * DT + due;
        let cash = funds.cash[i] + earned + of.exposures[i] - paid;
        let unsold = of.core[i] * (1.0 - funds.sold[i]);
        let before = unsold + of.rest[i] + funds.proceeds[i];
        let room = room(treasury, before - treasury.debt, funds.debt[i] - due);
        let wanted =
            select(of.open[i] > 0.0, max(treasury.min_cash - cash, 0.0), min(max(-cash, 0.0), treasury.rolled * due));
        let borrowed = min(wanted, room);
        let saleable = max(treasury.saleable - funds.sold[i], 0.0) * of.core[i];
        let sale = sale(cash + borrowed, saleable, treasury.discount);
        let proceeds = (1.0 - treasury.discount) * sale;
        funds.sold[i] += select(sale > 0.0, sale / of.core[i], 0.0);
        funds.proceeds[i] += proceeds;
        funds.cash[i] = cash + borrowed + proceeds;
        funds.debt[i] += borrowed - due;
        funds.borrowed[i] += borrowed;
        worth[i] = before - treasury.discount * sale;
        short[i] = flag(funds.cash[i] < -CENT);
    }
    Position { worth, short }
}

/// What can be borrowed beside this `debt`, dollars. Debt is measured against debt and `equity`, since it buys assets.
#[inline(always)]
fn room(treasury: &Treasury, equity: f64, debt: f64) -> f64 {
    let most = treasury.debt_ceiling / (1.0 - treasury.debt_ceiling) * max(equity, 0.0);
    max(most - debt, 0.0)
}

/// Core assets that are sold, dollars: what covers a lack of `cash` after the `discount`, as far as they are `saleable`.
#[inline(always)]
fn sale(cash: f64, saleable: f64, discount: f64) -> f64 {
    min(max(-cash, 0.0) / (1.0 - discount), saleable)
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::assert_close;
    use super::*;

    /// A treasury with 5 in cash, 60 of debt of which 10 are due in month 0, and the right to borrow half of its worth.
    fn treasury() -> Treasury {
        Treasury {
            cash: 5.0,
            debt: 60.0,
            leases: 0.0,
            cash_flow: vec![12.0; 3],
            capex: vec![24.0; 3],
            capex_kept: 0.5,
            due: vec![10.0, 0.0, 0.0],
            interest: vec![0.6, 0.0, 0.0],
            min_cash: 5.0,
            rate: 0.12,
            debt_ceiling: 0.5,
            rolled: 0.25,
            saleable: 0.1,
            discount: 0.2,
        }
    }

    /// The first month: core assets of 100, other worth of 20, 1 earned with the labs.
    fn first_month(treasury: &Treasury, open: f64, spending: f64) -> (Funds<1>, f64, f64) {
        let mut funds = Funds::new(Some(treasury));
        let lanes = [1.0, 100.0, 20.0, spending, open].map(|value| Lanes([value]));
        let [exposures, core, rest, spending, open] = &lanes;
        let of = Circumstances { exposures, core, rest, spending, open };
        let Position { worth, short } = month(treasury, &mut funds, of, 1.0, 0);
        (funds, worth[0], short[0])
    }

    #[test]
    fn while_credit_is_open_it_borrows_back_to_its_least_cash() {
        // 5 + 1 + 1 - 2 - 0.6 - 10 = -5.6: it borrows 10.6. At a ceiling of one half debt is at most the
        // equity of 120 - 60, so that 10 can be added to 50.
        let (funds, worth, short) = first_month(&Treasury { debt_ceiling: 0.6, ..treasury() }, 1.0, 1.0);
        assert_close(funds.cash[0], 5.0);
        assert_close(funds.borrowed[0], 10.6);
        assert_close(funds.debt[0], 60.6);
        assert_close(worth, 120.0);
        assert_close(short, 0.0);
        let (funds, ..) = first_month(&treasury(), 1.0, 1.0);
        assert_close(funds.borrowed[0], 10.0);
        assert_close(funds.cash[0], 4.4);
    }

    #[test]
    fn in_frozen_credit_it_rolls_a_part_and_sells_at_a_discount() {
        // -5.6 + half of the capital expenditure saved (1) = -4.6; 2.5 is rolled; 2.1/0.8 = 2.625 of core assets is sold.
        let (funds, worth, short) = first_month(&treasury(), 0.0, 0.5);
        assert_close(funds.borrowed[0], 2.5);
        assert_close(funds.sold[0], 0.026_25);
        assert_close(funds.proceeds[0], 2.1);
        assert_close(funds.cash[0], 0.0);
        assert_close(worth, 120.0 - 0.2 * 2.625);
        assert_close(short, 0.0);
    }

    #[test]
    fn it_is_short_once_nothing_is_left_to_sell() {
        // 1 % of core assets brings 0.8: 2.1 - 0.8 is missing.
        let (funds, worth, short) = first_month(&Treasury { saleable: 0.01, ..treasury() }, 0.0, 0.5);
        assert_close(funds.cash[0], -1.3);
        assert_close(worth, 119.8);
        assert_close(short, 1.0);
    }

    #[test]
    fn what_was_borrowed_bears_interest_and_proceeds_grow() {
        // The second month of the first test: 5 + 1 + 1 - 2 - 0.106 - 0 = 4.894, and 0.106 is borrowed. Proceeds double.
        let treasury = Treasury { debt_ceiling: 0.6, ..treasury() };
        let (mut funds, ..) = first_month(&treasury, 1.0, 1.0);
        funds.proceeds = Lanes([3.0]);
        let lanes = [1.0, 100.0, 20.0, 1.0, 1.0].map(|value| Lanes([value]));
        let [exposures, core, rest, spending, open] = &lanes;
        let of = Circumstances { exposures, core, rest, spending, open };
        let Position { worth, .. } = month(&treasury, &mut funds, of, 2.0, 1);
        assert_close(funds.borrowed[0], 10.706);
        assert_close(worth[0], 126.0);
    }

    #[test]
    fn a_sale_covers_what_is_missing() {
        assert_close(sale(-4.0, 10.0, 0.2), 5.0);
        assert_close(sale(-4.0, 3.0, 0.2), 3.0);
        assert_close(sale(2.0, 10.0, 0.5), 0.0);
    }

    #[test]
    fn what_can_be_borrowed_keeps_debt_below_its_ceiling() {
        // Half of debt and equity: as much debt as equity, 60 against 50; three fifths: 90; nothing on no equity.
        for (debt_ceiling, equity, left) in [(0.5, 60.0, 10.0), (0.6, 60.0, 40.0), (0.5, -5.0, 0.0)] {
            assert_close(room(&Treasury { debt_ceiling, ..treasury() }, equity, 50.0), left);
        }
    }
}
