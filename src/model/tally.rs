//! What a month adds to what is measured on a path (docs/model.md, sections 8.4 and 11).

use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::{exp, max};

use super::outlook;
use super::parameters::{DT, Lab, Parameters};
use super::state::{Block, Dated, LabMonth, LabState, LabTally, Standing, Workspace, note};

/// Folds the month into every lab's tally.
#[inline(always)]
pub(super) fn close<const B: usize>(
    p: &Parameters,
    block: &mut Block<B>,
    work: &Workspace<B>,
    ratio: &Lanes<B>,
    t: usize,
) {
    for ((lab, state), m) in p.labs.iter().zip(&mut block.labs).zip(&work.labs) {
        fold(p, lab, &mut state.tally, m, t);
        share_by_family(lab, state, m);
        for (date, dated) in p.dates.iter().zip(0..) {
            if *date == t {
                state.tally.dated[dated] = record(state, m);
            }
        }
        if let Some(year) = p.year_ends.iter().position(|&end| end == t) {
            state.tally.endurance[year + 1] = outlook::endurance(p, lab, state, m, ratio, t + 1);
        }
    }
}

/// Share of the month's invoices by family: what conditions look at next month (section 5.1).
#[inline(always)]
fn share_by_family<const B: usize>(lab: &Lab, state: &mut LabState<B>, m: &LabMonth<B>) {
    for (j, share) in state.family_share.iter_mut().enumerate() {
        let mut spend = m.on_demand_invoice[j];
        for (contract, invoice) in lab.contracts.iter().zip(&m.invoice) {
            if contract.family == j {
                spend.add(|i| invoice[i]);
            }
        }
        share.set(|i| select(m.invoices[i] > 0.0, spend[i] / m.invoices[i], 0.0));
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
        overvaluation: lanes!(i => exp(m.log_premium[i])),
    }
}

#[inline(always)]
fn fold<const B: usize>(p: &Parameters, lab: &Lab, tally: &mut LabTally<B>, m: &LabMonth<B>, t: usize) {
    for (c, investment) in lab.investments.iter().enumerate() {
        if !investment.credits {
            tally.invested.add(|i| m.investment[c][i]);
        }
    }
    for matching in &m.matching {
        tally.invested.add(|i| matching[i]);
    }
    let discount = exp(-lab.fundamentals.cost_of_capital * (t as f64 + 0.5) * DT);
    tally.operating.add(|i| m.ocf[i]);
    tally.revenue.add(|i| m.revenue[i] * DT);
    tally.discounted.add(|i| discount * (m.ocf[i] + m.interest[i]));
    let gap = lanes!(i => funding_gap(tally.operating[i], lab.cash, tally.invested[i]));
    tally.funding_gap.update(|i, largest| max(largest, gap[i]));
    tally.overvalued_run.update(|i, run| {
        let above = m.alive[i] * flag(m.log_premium[i] >= p.market.overvalued_log);
        above * (run + 1.0)
    });
    let run = tally.overvalued_run;
    note(&mut tally.first.overvalued, t, |i| run[i] >= p.market.overvalued_months as f64);
    for (spend, invoice) in tally.contract_spend.iter_mut().zip(&m.invoice) {
        spend.add(|i| invoice[i]);
    }
    for (spend, invoice) in tally.on_demand_spend.iter_mut().zip(&m.on_demand_invoice) {
        spend.add(|i| invoice[i]);
    }
    if t == 11 {
        keep(&mut tally.first_year, &tally.paid_to, &tally.circular);
    }
    if t + 13 == p.timeline.months {
        keep(&mut tally.before_last_year, &tally.paid_to, &tally.circular);
    }
}

/// 8.4: what operations have cost beyond opening cash and the investments received, dollars.
#[inline(always)]
pub(super) fn funding_gap(operating: f64, opening_cash: f64, invested: f64) -> f64 {
    -operating - opening_cash - invested
}

#[inline(always)]
fn keep<const B: usize>(standing: &mut Standing<B>, paid: &[Lanes<B>], circular: &[Lanes<B>]) {
    standing.paid.copy_from_slice(paid);
    standing.circular.copy_from_slice(circular);
}
