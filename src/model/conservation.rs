//! Conservation of money: what leaves one account arrives in another, in every month of every path (docs/model.md,
//! section 12).

use crate::lanes::{Lanes, lanes};
use crate::random::math::max;

use super::constants::DT;
use super::state::{LabState, sum};
use super::workspace::LabMonth;

/// Raises `largest` to the month's largest residual of a lab's accounts, relative to its turnover.
///
/// Cash: inflows less outflows, item by item, against the balance after settlement. Pool: the sources of cash against
/// cash, if they are `traced`. Arrears: what was deferred, repaid and lost against what is owed.
#[inline(always)]
pub(super) fn check<const B: usize>(state: &LabState<B>, m: &LabMonth<B>, traced: bool, largest: &mut Lanes<B>) {
    let pool = if traced { sum(state.sources()) } else { state.cash };
    let owed = state.total_arrears();
    let (mut deferred, mut repaid, mut given) = (Lanes::<B>::default(), Lanes::<B>::default(), Lanes::<B>::default());
    for flows in &m.parties {
        for i in 0..B {
            deferred[i] += flows.deferred[i];
            repaid[i] += flows.repaid[i];
            given[i] += flows.given[i];
        }
    }
    let (drawn, due, shares) = (sum(&m.draw), sum(&m.principal), sum(&m.revenue_share));
    let residual = lanes!(i => {
        let lent = drawn[i] + m.exchange_flag[i] * m.beyond[i];
        let received = m.revenue[i] * DT + m.noise[i] + given[i] + m.outside[i] + lent;
        let bills = m.invoices[i] - m.credits_used[i] - deferred[i] + repaid[i];
        let others = shares[i] + m.opex[i] + m.interest[i] + m.tax[i] + due[i] + m.fee[i];
        let unpaid = m.default_flag[i] * m.beyond[i];
        let closing = m.opening_cash[i] + received - bills - others + unpaid - m.estate[i];
        let (stock, raised) = (m.opening_cash[i] + m.opening_arrears[i], lent + given[i] + m.outside[i]);
        let turnover = 1.0 + stock + raised + m.revenue[i] * DT + m.noise[i].abs() + m.invoices[i] + others;
        let gone = max(m.exchange_flag[i], m.default_flag[i]);
        let still_owed = (m.opening_arrears[i] + deferred[i] - repaid[i]) * (1.0 - gone);
        let cash = max((closing - state.cash[i]).abs(), (pool[i] - state.cash[i]).abs());
        max(cash, (still_owed - owed[i]).abs()) / turnover
    });
    // Zero times a number that is not finite is NaN, which `max` alone would drop.
    largest.update(|i, so_far| max(so_far, residual[i]) + 0.0 * (so_far + residual[i] + state.cash[i] + owed[i]));
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{World, assert_close, world};
    use super::*;

    /// Twelve dollars a year come in, two are invoiced, a half goes to other costs: 10 + 1 - 2 - 0.5 = 8.5 are left. The
    /// turnover is 1 + 10 + 1 + 2 + 0.5 = 14.5.
    fn residual(traced: bool, change: impl FnOnce(&mut LabState<1>, &mut LabMonth<1>)) -> f64 {
        let World { mut block, mut work, .. } = world(|_| ());
        let (state, m) = (&mut block.labs[0], &mut work.labs[0]);
        m.opening_cash = Lanes([10.0]);
        m.revenue = Lanes([12.0]);
        m.invoices = Lanes([2.0]);
        m.opex = Lanes([0.5]);
        state.cash = Lanes([8.5]);
        state.pool[0] = Lanes([8.5]);
        change(state, m);
        let mut largest = Lanes([0.0]);
        check(state, m, traced, &mut largest);
        largest[0]
    }

    #[test]
    fn a_month_whose_accounts_balance_leaves_nothing() {
        assert_close(residual(true, |_, _| ()), 0.0);
        // Deferred invoices stay in cash and are owed.
        let deferred = residual(true, |state, m| {
            m.parties[0].deferred = Lanes([2.0]);
            state.parties[0].arrears = Lanes([2.0]);
            state.cash = Lanes([10.5]);
            state.pool[0] = Lanes([10.5]);
        });
        assert_close(deferred, 0.0);
    }

    #[test]
    fn what_is_missing_is_told_over_the_turnover() {
        // A dollar too much of cash; sources that lack two dollars; an arrear of three that nobody noted.
        let cash = |state: &mut LabState<1>, _: &mut LabMonth<1>| state.cash = Lanes([9.5]);
        let pool = |state: &mut LabState<1>, _: &mut LabMonth<1>| state.pool[0] = Lanes([6.5]);
        let owed = |state: &mut LabState<1>, _: &mut LabMonth<1>| state.parties[1].arrears = Lanes([3.0]);
        assert_close(residual(false, cash), 0.068_966);
        assert_close(residual(true, pool), 0.137_931);
        assert_close(residual(false, pool), 0.0);
        assert_close(residual(true, owed), 0.206_897);
    }

    #[test]
    fn accounts_that_are_no_numbers_stay_the_largest_residual() {
        assert!(residual(false, |state, _| state.cash = Lanes([f64::NAN])).is_nan());
        assert!(residual(false, |_, m| m.revenue = Lanes([f64::INFINITY])).is_nan());
    }
}
