//! The contribution of a month to the totals of a path (docs/model.md, sections 8.4 and 11).

use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::{exp, max};

use super::constants::DT;
use super::outlook;
use super::parameters::{Lab, Parameters};
use super::state::{Block, LabState, Standing, note};
use super::totals::{Dated, LabTally};
use super::workspace::{LabMonth, Workspace};

/// Adds the month to the totals of every lab.
#[inline(always)]
pub(super) fn close<const B: usize>(
    p: &Parameters,
    block: &mut Block<B>,
    work: &mut Workspace<B>,
    ratio: &Lanes<B>,
    t: usize,
) {
    for ((lab, state), m) in p.labs.iter().zip(&mut block.labs).zip(&mut work.labs) {
        fold(p, lab, &mut state.tally, m, t);
        for (standing, c) in state.contracts.iter_mut().zip(&m.contracts) {
            standing.spend.add(|i| c.invoice[i]);
        }
        stand(p, state, t);
        share_by_family(lab, state, m);
        for (date, dated) in p.dates.iter().zip(0..) {
            if *date == t {
                state.tally.dated[dated] = record(state, m);
            }
        }
        if let Some(end) = p.endurance_ends.iter().position(|&end| end == t && p.asked.endurance) {
            state.tally.endurance[end + 1] = outlook::endurance(p, lab, state, m, ratio, t + 1);
        }
    }
}

/// Share of the month's invoices by family, which the conditions of the next month use (section 5.1).
#[inline(always)]
fn share_by_family<const B: usize>(lab: &Lab, state: &mut LabState<B>, m: &LabMonth<B>) {
    let inverse = lanes!(i => select(m.invoices[i] > 0.0, 1.0 / m.invoices[i], 0.0));
    for (j, (share, family)) in state.family_share.iter_mut().zip(&m.families).enumerate() {
        let mut spend = family.invoice;
        for (_, c) in lab.contracts.iter().zip(&m.contracts).filter(|(contract, _)| contract.family == j) {
            spend.add(|i| c.invoice[i]);
        }
        share.set(|i| spend[i] * inverse[i]);
    }
}

#[inline(always)]
fn record<const B: usize>(state: &LabState<B>, m: &LabMonth<B>) -> Dated<B> {
    Dated {
        funding_gap: state.tally.funding_gap,
        operating: state.tally.operating,
        revenue: m.revenue,
        cash: state.cash,
        value: m.value,
        drawdown: state.tally.drawdown,
        signed: state.tally.signed,
        overvaluation: lanes!(i => exp(m.log_premium[i] + m.belief_gap[i])),
    }
}

#[inline(always)]
fn fold<const B: usize>(p: &Parameters, lab: &Lab, tally: &mut LabTally<B>, m: &LabMonth<B>, t: usize) {
    for (_, amount) in lab.investments.iter().zip(&m.investment).filter(|(investment, _)| !investment.credits) {
        tally.invested.add(|i| amount[i]);
    }
    for money in m.matching.iter().chain(&m.warrant) {
        tally.invested.add(|i| money[i]);
    }
    let discount = exp(-lab.fundamentals.cost_of_capital * (t as f64 + 0.5) * DT);
    for i in 0..B {
        let operating = tally.operating[i] + m.ocf[i];
        tally.operating[i] = operating;
        tally.revenue[i] += m.revenue[i] * DT;
        tally.discounted[i] += discount * (m.ocf[i] + m.interest[i]);
        tally.funding_gap[i] = max(tally.funding_gap[i], funding_gap(operating, lab.cash, tally.invested[i]));
    }
    for i in 0..B {
        tally.peak[i] = max(tally.peak[i], m.share_price[i]);
        tally.drawdown[i] = max(tally.drawdown[i], fallen(m.share_price[i], tally.peak[i]));
    }
    tally.overvalued_run.update(|i, run| {
        let above = m.alive[i] * flag(m.log_premium[i] + m.belief_gap[i] >= p.market.overvalued_log);
        above * (run + 1.0)
    });
    let run = &tally.overvalued_run;
    note(&mut tally.first.overvalued, t, |i| run[i] >= p.market.overvalued_months as f64);
    for (spend, family) in tally.on_demand_spend.iter_mut().zip(&m.families) {
        for (spend, billed) in spend.iter_mut().zip(&family.billed) {
            spend.add(|i| billed[i]);
        }
    }
}

/// Section 11: fall of a price from its peak, as a share of the peak.
#[inline(always)]
fn fallen(price: f64, peak: f64) -> f64 {
    select(peak > 0.0, 1.0 - price / peak, 0.0)
}

/// 8.4: cumulative operating outflow beyond opening cash and the investments received, dollars.
#[inline(always)]
pub(super) fn funding_gap(operating: f64, opening_cash: f64, invested: f64) -> f64 {
    -operating - opening_cash - invested
}

/// Records cumulative payments to each entity after the first twelve months and before the last twelve.
#[inline(always)]
fn stand<const B: usize>(p: &Parameters, state: &mut LabState<B>, t: usize) {
    let (first, last) = (t == 11, t + 13 == p.timeline.months);
    if !first && !last {
        return;
    }
    for party in &mut state.parties {
        let standing = Standing { paid: party.paid, circular: party.circular };
        if first {
            party.first_year = standing;
        }
        if last {
            party.before_last_year = standing;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{HALVES_IN_A_MONTH, World, assert_close, by_month, world};
    use super::super::valuation::{Fundamentals, Prospects};
    use super::*;

    #[test]
    fn the_gap_is_what_operations_cost_beyond_cash_and_investments() {
        assert_close(funding_gap(-50.0, 20.0, 10.0), 20.0);
        assert_close(funding_gap(-20.0, 20.0, 10.0), -10.0);
        assert_close(funding_gap(5.0, 0.0, 0.0), -5.0);
    }

    #[test]
    fn operating_cash_flow_before_interest_is_discounted_from_the_middle_of_its_month() {
        // A discount of one half a month: 3 dollars are worth 3/sqrt(2), then half of that, then a quarter.
        let World { mut p, mut block, mut work, .. } = world(|_| ());
        let attainment = p.labs[0].attainment.clone();
        p.labs[0].fundamentals = Fundamentals::new(&Prospects {
            target: &by_month(0.0),
            margin: &by_month(0.0),
            long_run_margin: 0.0,
            cost_of_capital: HALVES_IN_A_MONTH,
            long_run_growth: 0.0,
            attainment: &attainment,
            months: 0,
        });
        let m = &mut work.labs[0];
        (m.ocf, m.interest) = (Lanes([2.0]), Lanes([1.0]));
        for (t, expected) in [(0, 2.121_320), (1, 3.181_981), (2, 3.712_311)] {
            fold(&p, &p.labs[0], &mut block.labs[0].tally, m, t);
            assert_close(block.labs[0].tally.discounted[0], expected);
        }
        assert_close(block.labs[0].tally.operating[0], 6.0);
    }

    #[test]
    fn a_path_is_overvalued_after_its_months_on_end() {
        let World { p, mut block, mut work, .. } = world(|p| p.market.overvalued_months = 3);
        let above = [1.0, 1.0, 0.9, 1.0, 1.2, 1.1];
        for (t, log_premium) in above.into_iter().enumerate() {
            work.labs[0].alive = Lanes([1.0]);
            work.labs[0].log_premium = Lanes([log_premium]);
            fold(&p, &p.labs[0], &mut block.labs[0].tally, &work.labs[0], t);
        }
        assert_close(block.labs[0].tally.first.overvalued[0], 5.0);
    }

    #[test]
    fn a_family_has_its_part_of_the_month_s_invoices() {
        let World { p, mut block, mut work, .. } = world(|_| ());
        for (on_demand, invoices, share) in [(4.0, 10.0, 0.4), (2.0, 2.0, 1.0), (0.0, 0.0, 0.0)] {
            work.labs[0].families[0].invoice = Lanes([on_demand]);
            work.labs[0].invoices = Lanes([invoices]);
            share_by_family(&p.labs[0], &mut block.labs[0], &work.labs[0]);
            assert_close(block.labs[0].family_share[0][0], share);
        }
    }

    #[test]
    fn a_drawdown_is_a_share_of_the_peak() {
        assert_close(fallen(75.0, 100.0), 0.25);
        assert_close(fallen(100.0, 100.0), 0.0);
        assert_close(fallen(0.0, 80.0), 1.0);
    }

    #[test]
    fn the_recorded_overvaluation_is_price_over_the_true_value() {
        // A premium of ln 2 on a belief at, twice and half of the truth.
        let ln_2 = std::f64::consts::LN_2;
        for (gap, expected) in [(0.0, 2.0), (ln_2, 4.0), (-ln_2, 1.0)] {
            let World { block, mut work, .. } = world(|_| ());
            (work.labs[0].log_premium, work.labs[0].belief_gap) = (Lanes([ln_2]), Lanes([gap]));
            assert_close(record(&block.labs[0], &work.labs[0]).overvaluation[0], expected);
        }
    }

    #[test]
    fn payments_stand_after_the_first_year_and_before_the_last() {
        // Of 24 months: the twelfth ends both; of 36 the last year begins after month 23.
        for (months, t, first, last) in [(24, 11, 7.0, 7.0), (36, 11, 7.0, 0.0), (36, 23, 0.0, 7.0), (36, 12, 0.0, 0.0)]
        {
            let World { p, mut block, .. } = world(|p| p.timeline.months = months);
            block.labs[0].parties[0].paid = Lanes([7.0]);
            stand(&p, &mut block.labs[0], t);
            assert_close(block.labs[0].parties[0].first_year.paid[0], first);
            assert_close(block.labs[0].parties[0].before_last_year.paid[0], last);
        }
    }
}
