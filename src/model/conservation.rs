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
    // Zero times what is not finite is not a number, which `max` would drop.
    largest.update(|i, so_far| max(so_far, residual[i]) + 0.0 * (so_far + residual[i]));
}
