//! Whose money it was: the pool of a lab's cash, circular payments, Finn's cycling index (docs/model.md, section 8.3).

use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::{max, min};

use super::parameters::DT;
use super::parameters::{Lab, Parameters};
use super::state::{Block, CUSTOMERS, DEBT, LabMonth, LabState, LabTally, OUTSIDE, SOURCES, sum};

/// A lab's month in its pool: inflows join, outflows draw pro rata, payments are traced to their sources.
#[inline(always)]
pub fn trace<const B: usize>(p: &Parameters, lab: &Lab, state: &mut LabState<B>, m: &mut LabMonth<B>) {
    join(lab, state, m);
    let total = sum(&state.pool);
    for e in 0..p.entities.len() {
        let paid = cash_paid(lab, m, e);
        let mut own = Lanes::<B>::default();
        let mut credits = Lanes::<B>::default();
        for (source, other) in p.entities.iter().enumerate() {
            if other.group == p.entities[e].group {
                let money = &state.pool[SOURCES + source];
                own.add(|i| money[i]);
                credits.add(|i| m.credits_given[source][i]);
            }
        }
        state.tally.circular[e].add(|i| {
            // Credits of an outsider in the place of the group (section 9) are not circular.
            let credits = min(m.credits_taken[e][i], credits[i]);
            select(total[i] > 0.0, paid[i] * own[i] / total[i], 0.0) + credits
        });
        state.tally.paid_to[e].add(|i| paid[i] + m.credits_taken[e][i]);
        state.tally.from_entity[e].add(|i| m.from_entity[e][i] + m.credits_given[e][i]);
        state.tally.credits_used[e].add(|i| m.credits_taken[e][i]);
        state.spent[e].add(|i| m.invoiced_by[e][i]);
    }
    pass_on(lab, state, m);
    let closing = state.cash;
    for source in &mut state.pool {
        source.update(|i, money| select(total[i] > 0.0, money * (closing[i] / total[i]), 0.0));
    }
}

/// The month's inflows join the pool: positive noise is customers' money, a rescue the sponsor's, exchanged debt debt.
#[inline(always)]
fn join<const B: usize>(lab: &Lab, state: &mut LabState<B>, m: &LabMonth<B>) {
    let customers = lanes!(i => m.revenue[i] * DT + max(m.noise[i], 0.0));
    let mut lent = lanes!(i => m.exchange_flag[i] * m.beyond[i]);
    for f in 0..lab.facilities.len() {
        lent.add(|i| m.draw[f][i]);
    }
    for (source, money) in [(CUSTOMERS, &customers), (DEBT, &lent), (OUTSIDE, &m.outside)] {
        state.pool[source].add(|i| money[i]);
        state.tally.raised[source].add(|i| money[i]);
        state.tally.inflows.add(|i| money[i]);
    }
    for (e, given) in m.from_entity.iter().enumerate() {
        state.pool[SOURCES + e].add(|i| given[i]);
        state.tally.raised[SOURCES + e].add(|i| given[i] + m.credits_given[e][i]);
        state.tally.inflows.add(|i| given[i]);
    }
}

/// Cash that reaches an entity this month: invoices less credits and deferral, arrears repaid, revenue shares, and
/// what others pass on to it.
#[inline(always)]
fn cash_paid<const B: usize>(lab: &Lab, m: &LabMonth<B>, e: usize) -> Lanes<B> {
    let mut paid = direct(m, e);
    for (line, share) in lab.revenue_shares.iter().zip(&m.revenue_share) {
        if line.to == e {
            paid.add(|i| share[i]);
        }
    }
    for (contract, invoice) in lab.contracts.iter().zip(&m.invoice) {
        for &(to, share) in &contract.pass_through {
            if to == e {
                let provider = direct(m, contract.provider);
                paid.add(|i| share * part(m, contract.provider, invoice, &provider, i));
            }
        }
    }
    paid
}

/// Cash paid to a provider for compute this month.
#[inline(always)]
fn direct<const B: usize>(m: &LabMonth<B>, e: usize) -> Lanes<B> {
    lanes!(i => m.invoiced_by[e][i] - m.credits_taken[e][i] - m.deferred_by[e][i] + m.repaid[e][i])
}

/// The part of what a provider was paid that one contract's invoice stands for.
#[inline(always)]
fn part<const B: usize>(m: &LabMonth<B>, e: usize, invoice: &Lanes<B>, paid: &Lanes<B>, i: usize) -> f64 {
    select(m.invoiced_by[e][i] > 0.0, invoice[i] / m.invoiced_by[e][i] * paid[i], 0.0)
}

/// What providers pass on, for the cycling index.
#[inline(always)]
fn pass_on<const B: usize>(lab: &Lab, state: &mut LabState<B>, m: &LabMonth<B>) {
    for (k, contract) in lab.contracts.iter().enumerate() {
        for (line, &(_, share)) in contract.pass_through.iter().enumerate() {
            let provider = direct(m, contract.provider);
            state.tally.passed[k][line].add(|i| share * part(m, contract.provider, &m.invoice[k], &provider, i));
        }
    }
}

/// Bounds of the money that went to an entity's group and came from it: lower and upper, dollars.
///
/// Lower: credits used, and what could not have been paid from anything else, at most what came in; upper: all of it.
#[inline(always)]
pub fn circular_bounds<const B: usize>(
    p: &Parameters,
    lab: &Lab,
    tally: &LabTally<B>,
    e: usize,
) -> (Lanes<B>, Lanes<B>) {
    let mut given = Lanes::<B>::default();
    let (mut credits, mut paid) = (Lanes::<B>::default(), Lanes::<B>::default());
    for (other, entity) in p.entities.iter().enumerate() {
        let same = flag(entity.group == p.entities[e].group);
        given.add(|i| same * tally.from_entity[other][i]);
        credits.add(|i| same * tally.credits_used[other][i]);
        paid.add(|i| same * tally.paid_to[other][i]);
    }
    let lower = lanes!(i => {
        let elsewhere = tally.inflows[i] - (given[i] - credits[i]) + lab.cash;
        min(credits[i] + max(paid[i] - credits[i] - elsewhere, 0.0), given[i])
    });
    (lower, lanes!(i => min(given[i], paid[i])))
}

/// Finn's cycling index of a path's flows: the share of all throughflow that returns to where it was.
///
/// Nodes are the labs and the entities; a node's throughflow is the larger of what it receives and what it pays.
/// Finn (1976); Allesina and Ulanowicz (2004) for the definition by node.
pub fn finn_index(flows: &[Vec<f64>]) -> f64 {
    let n = flows.len();
    let received = |j: usize| (0..n).map(|i| flows[i][j]).sum::<f64>();
    let paid = |i: usize| flows[i].iter().sum::<f64>();
    let through: Vec<f64> = (0..n).map(|i| received(i).max(paid(i))).collect();
    finn_of(flows, &through)
}

/// Finn's cycling index where the throughflow of each node is known (with inputs from and exports to the outside).
pub fn finn_of(flows: &[Vec<f64>], through: &[f64]) -> f64 {
    let n = flows.len();
    let mut system: Vec<Vec<f64>> = (0..n)
        .map(|i| {
            let from = |j: usize| if through[i] > 0.0 { flows[i][j] / through[i] } else { 0.0 };
            let left = (0..n).map(|j| f64::from(u8::from(i == j)) - from(j));
            let right = (0..n).map(|j| f64::from(u8::from(i == j)));
            left.chain(right).collect()
        })
        .collect();
    eliminate(&mut system);
    let total: f64 = through.iter().sum();
    let cycled: f64 = (0..n).map(|i| through[i] * (1.0 - 1.0 / system[i][n + i])).sum();
    if total > 0.0 { cycled / total } else { 0.0 }
}

/// Gauss-Jordan elimination of `[I - G | I]`, whose pivots stay positive since rows of `G` sum to at most 1; a ring
/// that nothing leaves is cut at the smallest pivot.
fn eliminate(system: &mut [Vec<f64>]) {
    let n = system.len();
    for pivot in 0..n {
        let scale = 1.0 / system[pivot][pivot].max(1e-12);
        for value in &mut system[pivot] {
            *value *= scale;
        }
        let row = system[pivot].clone();
        for (_, other) in system.iter_mut().enumerate().filter(|&(i, _)| i != pivot) {
            let factor = other[pivot];
            for (value, of_pivot) in other.iter_mut().zip(&row) {
                *value -= factor * of_pivot;
            }
        }
    }
}

/// The flows of one path between labs and entities: money given, paid and passed on, dollars.
pub fn flows<const B: usize>(p: &Parameters, block: &Block<B>, lane: usize) -> Vec<Vec<f64>> {
    let labs = p.labs.len();
    let n = labs + p.entities.len();
    let mut flows = vec![vec![0.0; n]; n];
    for (l, (lab, state)) in p.labs.iter().zip(&block.labs).enumerate() {
        let tally = &state.tally;
        for e in 0..p.entities.len() {
            flows[labs + e][l] += tally.from_entity[e][lane];
            flows[l][labs + e] += tally.paid_to[e][lane];
        }
        for (contract, lines) in lab.contracts.iter().zip(&tally.passed) {
            for (&(to, _), passed) in contract.pass_through.iter().zip(lines) {
                flows[l][labs + to] -= passed[lane];
                flows[labs + contract.provider][labs + to] += passed[lane];
            }
        }
    }
    flows
}
