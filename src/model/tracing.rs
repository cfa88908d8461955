//! Money tracing: a lab's cash by source, circular payments, Finn's cycling index (docs/model.md, section 8.3).

use crate::lanes::{Lanes, lanes, rows, select};
use crate::random::math::{max, min};

use super::constants::DT;
use super::parameters::{Entity, Lab, Parameters};
use super::state::{Block, CUSTOMERS, DEBT, LabState, OUTSIDE, sum};
use super::workspace::LabMonth;

/// Adds the month to what a lab has raised from each source, and to what each entity has invoiced.
#[inline(always)]
pub fn book<const B: usize>(lab: &Lab, state: &mut LabState<B>, m: &LabMonth<B>) {
    let lent = lent(lab, m);
    state.tally.lent.add(|i| lent[i]);
    state.tally.outside.add(|i| m.outside[i]);
    for (party, flows) in state.parties.iter_mut().zip(&m.parties) {
        for i in 0..B {
            party.given[i] += flows.given[i] + flows.credits_given[i];
            party.lent[i] += flows.lent[i];
            party.invoiced[i] += flows.invoiced[i];
        }
    }
}

/// Money borrowed this month, dollars: draws on facilities, and the shortfall that an exchange turns into debt.
#[inline(always)]
fn lent<const B: usize>(lab: &Lab, m: &LabMonth<B>) -> Lanes<B> {
    let mut lent = lanes!(i => m.exchange_flag[i] * m.beyond[i]);
    for (_, drawn) in lab.facilities.iter().zip(&m.draw) {
        lent.add(|i| drawn[i]);
    }
    lent
}

/// Updates a lab's pool of cash: inflows are added by source, outflows are taken pro rata, payments are traced to sources.
#[inline(always)]
pub fn trace<const B: usize>(p: &Parameters, lab: &Lab, state: &mut LabState<B>, m: &mut LabMonth<B>) {
    join(lab, state, m);
    pay(lab, state, m);
    let total = sum(state.sources());
    let inverse = lanes!(i => select(total[i] > 0.0, 1.0 / total[i], 0.0));
    for (e, entity) in p.entities.iter().enumerate() {
        let mut own = Lanes::<B>::default();
        let mut credits = Lanes::<B>::default();
        let group = |other: &Entity| other.group == entity.group;
        for (source, _) in p.entities.iter().enumerate().filter(|(_, other)| group(other)) {
            let (party, flows) = (&state.parties[source], &m.parties[source]);
            own.add(|i| party.pool[i]);
            credits.add(|i| flows.credits_given[i]);
        }
        let (party, flows) = (&mut state.parties[e], &m.parties[e]);
        for i in 0..B {
            // Credits of an outside giver in the place of the group (section 9) are not circular.
            let credits = min(flows.credits_taken[i], credits[i]);
            party.circular[i] += flows.paid[i] * own[i] * inverse[i] + credits;
            party.paid[i] += flows.paid[i] + flows.credits_taken[i];
            party.credits_used[i] += flows.credits_taken[i];
        }
    }
    let left = lanes!(i => state.cash[i] * inverse[i]);
    for source in &mut state.pool {
        source.update(|i, money| money * left[i]);
    }
    for party in &mut state.parties {
        party.pool.update(|i, money| money * left[i]);
    }
}

/// Adds the month's inflows to the pool. Positive noise counts as customers' money, a rescue as the sponsor's, a loan as its
/// lender's if that is an entity; other debt and exchanged debt are debt.
#[inline(always)]
fn join<const B: usize>(lab: &Lab, state: &mut LabState<B>, m: &LabMonth<B>) {
    let customers = lanes!(i => m.revenue[i] * DT + max(m.noise[i], 0.0));
    let mut lent = lent(lab, m);
    for flows in &m.parties {
        lent.add(|i| -flows.lent[i]);
    }
    for (source, money) in [(CUSTOMERS, &customers), (DEBT, &lent), (OUTSIDE, &m.outside)] {
        state.pool[source].add(|i| money[i]);
        state.tally.inflows.add(|i| money[i]);
    }
    for (party, flows) in state.parties.iter_mut().zip(&m.parties) {
        party.pool.add(|i| flows.given[i] + flows.lent[i]);
        state.tally.inflows.add(|i| flows.given[i] + flows.lent[i]);
    }
}

/// Cash received by each entity this month, including pass-through, dollars.
#[inline(always)]
fn pay<const B: usize>(lab: &Lab, state: &mut LabState<B>, m: &mut LabMonth<B>) {
    for party in &mut m.parties {
        for i in 0..B {
            let bills = party.invoiced[i] - party.credits_taken[i] - party.deferred[i];
            party.compute[i] = bills + party.repaid[i];
            party.paid[i] = bills + party.repaid[i];
        }
    }
    for (line, share) in lab.revenue_shares.iter().zip(&m.revenue_share) {
        m.parties[line.to].paid.add(|i| share[i]);
    }
    for ((contract, c), standing) in lab.contracts.iter().zip(&m.contracts).zip(&mut state.contracts) {
        for (&(to, share), passed) in contract.pass_through.iter().zip(&mut standing.passed) {
            let provider = &m.parties[contract.provider];
            let money = lanes!(i => {
                let part = c.invoice[i] / provider.invoiced[i] * provider.compute[i];
                share * select(provider.invoiced[i] > 0.0, part, 0.0)
            });
            passed.add(|i| money[i]);
            m.parties[to].paid.add(|i| money[i]);
        }
    }
}

/// 8.3: lower and upper bound of the payments to an entity's group that were funded by that group, dollars.
#[inline(always)]
pub fn circular_bounds<const B: usize>(
    p: &Parameters,
    lab: &Lab,
    state: &LabState<B>,
    e: usize,
) -> (Lanes<B>, Lanes<B>) {
    let mut given = Lanes::<B>::default();
    let (mut credits, mut paid) = (Lanes::<B>::default(), Lanes::<B>::default());
    let group = p.entities[e].group;
    for (party, _) in state.parties.iter().zip(&p.entities).filter(|(_, entity)| entity.group == group) {
        given.add(|i| party.given[i] + party.lent[i]);
        credits.add(|i| party.credits_used[i]);
        paid.add(|i| party.paid[i]);
    }
    let inflows = &state.tally.inflows;
    let lower = lanes!(i => {
        let elsewhere = inflows[i] - (given[i] - credits[i]) + lab.cash;
        least_returned(given[i], credits[i], paid[i], elsewhere)
    });
    (lower, lanes!(i => min(given[i], paid[i])))
}

/// 8.3: the lower bound, dollars: `credits` used, plus the part of `paid` that exceeds all money from `elsewhere` (opening
/// cash included); at most `given`.
#[inline(always)]
fn least_returned(given: f64, credits: f64, paid: f64, elsewhere: f64) -> f64 {
    min(credits + max(paid - credits - elsewhere, 0.0), given)
}

/// Finn's cycling index of flows, from 0 to 1: the share of all throughflow that returns to a node it has passed.
///
/// Nodes are the labs and the entities; a node's throughflow is the larger of what it receives and what it pays.
/// Finn (1976); Allesina and Ulanowicz (2004) for the definition by node.
#[inline(always)]
pub fn finn_index<const B: usize>(flows: &Flows<B>) -> Lanes<B> {
    let received = |j: usize| sum(flows.iter().map(|row| &row[j]));
    let through: Vec<Lanes<B>> = flows
        .iter()
        .enumerate()
        .map(|(i, row)| {
            let (paid, received) = (sum(row), received(i));
            lanes!(i => max(paid[i], received[i]))
        })
        .collect();
    finn_of(flows, &through)
}

/// Finn's cycling index where the throughflow of each node is known (with inputs from and exports to the outside).
#[inline(always)]
pub fn finn_of<const B: usize>(flows: &Flows<B>, through: &[Lanes<B>]) -> Lanes<B> {
    let mut system: Flows<B> = flows
        .iter()
        .zip(through)
        .map(|(row, through)| {
            let inverse = lanes!(i => select(through[i] > 0.0, 1.0 / through[i], 0.0));
            row.iter().map(|flow| lanes!(i => -flow[i] * inverse[i])).collect()
        })
        .collect();
    for (i, row) in system.iter_mut().enumerate() {
        row[i].add(|_| 1.0);
    }
    invert(&mut system);
    let mut cycled = Lanes::<B>::default();
    for (i, (row, through)) in system.iter().zip(through).enumerate() {
        let returns = &row[i];
        cycled.add(|i| through[i] * (1.0 - 1.0 / returns[i]));
    }
    let total = sum(through);
    lanes!(i => select(total[i] > 0.0, cycled[i] / total[i], 0.0))
}

/// Gauss-Jordan inversion in place of `I - G`. Its pivots stay positive, since the rows of `G` sum to at most 1; a ring
/// that nothing leaves would make one zero, so pivots have a floor.
#[inline(always)]
fn invert<const B: usize>(system: &mut Flows<B>) {
    for pivot in 0..system.len() {
        let own = system[pivot][pivot];
        let scale = lanes!(i => 1.0 / max(own[i], 1e-12));
        system[pivot][pivot] = Lanes::splat(1.0);
        for value in &mut system[pivot] {
            value.update(|i, value| value * scale[i]);
        }
        let of_pivot = system[pivot].clone();
        for (_, row) in system.iter_mut().enumerate().filter(|&(i, _)| i != pivot) {
            let factor = row[pivot];
            row[pivot] = Lanes::default();
            for (value, of_pivot) in row.iter_mut().zip(&of_pivot) {
                value.add(|i| -factor[i] * of_pivot[i]);
            }
        }
    }
}

/// Money between nodes, dollars: one row per payer, one column per receiver.
pub type Flows<const B: usize> = Vec<Vec<Lanes<B>>>;

/// The flows between labs and entities over a path, labs first: money given, paid and passed on, dollars.
#[inline(always)]
pub fn flows<const B: usize>(p: &Parameters, block: &Block<B>) -> Flows<B> {
    let labs = p.labs.len();
    let n = labs + p.entities.len();
    let mut flows = vec![rows(n); n];
    for (l, (lab, state)) in p.labs.iter().zip(&block.labs).enumerate() {
        for (e, party) in state.parties.iter().enumerate() {
            flows[labs + e][l].add(|i| party.given[i] + party.lent[i]);
            flows[l][labs + e].add(|i| party.paid[i]);
        }
        for (contract, standing) in lab.contracts.iter().zip(&state.contracts) {
            for (&(to, _), passed) in contract.pass_through.iter().zip(&standing.passed) {
                flows[l][labs + to].add(|i| -passed[i]);
                flows[labs + contract.provider][labs + to].add(|i| passed[i]);
            }
        }
    }
    flows
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{World, assert_close, by_month, contract, dollar_a_month, line_of_credit, world};
    use super::super::contract::Contract;
    use super::super::parameters::RevenueShare;
    use super::*;

    fn finn(flows: &[&[f64]]) -> f64 {
        let flows: Flows<1> = flows.iter().map(|row| row.iter().map(|&flow| Lanes([flow])).collect()).collect();
        finn_index(&flows)[0]
    }

    #[test]
    fn money_that_returns_has_cycled() {
        // 10 out and 5 back: half of what each of the two turns over (10) returns, 1 - 1/2 of it.
        assert_close(finn(&[&[0.0, 10.0], &[5.0, 0.0]]), 0.5);
        // A chain returns nothing; a ring that nothing leaves returns all.
        assert_close(finn(&[&[0.0, 10.0, 0.0], &[0.0, 0.0, 10.0], &[0.0, 0.0, 0.0]]), 0.0);
        assert_close(finn(&[&[0.0, 7.0, 0.0], &[0.0, 0.0, 7.0], &[7.0, 0.0, 0.0]]), 1.0);
    }

    #[test]
    fn the_lower_bound_is_what_nothing_else_could_have_paid() {
        // From the group 5, to it 8, from others 6: at least 2 of the 8 were its own, at most 5.
        assert_close(least_returned(5.0, 0.0, 8.0, 6.0), 2.0);
        // 1 of the 5 came as credits: those count, and 1 of the other 7 that 6 cannot have paid.
        assert_close(least_returned(5.0, 1.0, 8.0, 6.0), 2.0);
        assert_close(least_returned(5.0, 1.0, 3.0, 6.0), 1.0);
        assert_close(least_returned(5.0, 0.0, 30.0, 6.0), 5.0);
    }

    #[test]
    fn a_payment_is_traced_pro_rata_to_the_money_in_the_pool() {
        // The cloud gave 4 of a pool of 10: of 5 paid to it 2 are its own, 5 of the cash are left. Credits of 1 count
        // whole. Of nothing given, nothing returns.
        for (given, credits, circular) in [(4.0, 0.0, 2.0), (4.0, 1.0, 3.0), (0.0, 0.0, 0.0)] {
            let World { p, mut block, mut work, .. } = world(|_| ());
            let (state, m) = (&mut block.labs[0], &mut work.labs[0]);
            state.pool[CUSTOMERS] = Lanes([10.0 - given]);
            m.parties[0].given = Lanes([given]);
            m.parties[0].invoiced = Lanes([5.0 + credits]);
            (m.parties[0].credits_taken, m.parties[0].credits_given) = (Lanes([credits]), Lanes([credits]));
            state.cash = Lanes([5.0]);
            trace(&p, &p.labs[0], state, m);
            assert_close(state.parties[0].circular[0], circular);
            assert_close(state.parties[0].paid[0], 5.0 + credits);
            assert_close(state.parties[0].pool[0], given / 2.0);
        }
    }

    #[test]
    fn no_more_returns_than_was_given_or_paid() {
        for (given, paid, most) in [(5.0, 8.0, 5.0), (8.0, 5.0, 5.0), (0.0, 5.0, 0.0)] {
            let World { p, mut block, .. } = world(|_| ());
            let state = &mut block.labs[0];
            (state.parties[0].given, state.parties[0].paid) = (Lanes([given]), Lanes([paid]));
            assert_close(circular_bounds(&p, &p.labs[0], state, 0).1[0], most);
        }
    }

    #[test]
    fn inflows_join_the_pool_by_where_they_came_from() {
        // Revenue of 2 a month; noise counts where it is positive. 3 are drawn, 1 of them of the bank, which lends it; an
        // exchange turns 4 more into debt. The cloud gives 5, outsiders 6.
        for (noise, exchanged, customers, debt) in [(0.5, 0.0, 2.5, 2.0), (-0.5, 0.0, 2.0, 2.0), (0.0, 1.0, 2.0, 6.0)] {
            let World { p, mut block, mut work, .. } = world(|p| p.labs[0].facilities.push(line_of_credit(10.0)));
            let (state, m) = (&mut block.labs[0], &mut work.labs[0]);
            (m.revenue, m.noise, m.outside) = (Lanes([24.0]), Lanes([noise]), Lanes([6.0]));
            (m.draw[0], m.parties[1].lent, m.parties[0].given) = (Lanes([3.0]), Lanes([1.0]), Lanes([5.0]));
            (m.beyond, m.exchange_flag) = (Lanes([4.0]), Lanes([exchanged]));
            join(&p.labs[0], state, m);
            let parties = [&state.parties[0].pool, &state.parties[1].pool];
            let found = [&state.pool[CUSTOMERS], &state.pool[DEBT], &state.pool[OUTSIDE]].into_iter().chain(parties);
            for (found, expected) in found.zip([customers, debt, 6.0, 5.0, 1.0]) {
                assert_close(found[0], expected);
            }
            assert_close(state.tally.inflows[0], customers + debt + 12.0);
        }
    }

    #[test]
    fn an_entity_is_paid_what_is_neither_credited_nor_deferred_and_what_is_passed_on() {
        // 6 invoiced less 1 of credits and 2 deferred, and 0.5 of arrears; a share of revenue of 0.7 and a quarter of what
        // the contract's half of the invoices brings reach the bank.
        for (deferred, repaid, cloud, bank) in
            [(2.0, 0.5, 3.5, 0.7 + 0.25 * 1.75), (0.0, 0.0, 5.0, 0.7 + 0.25 * 2.5), (5.0, 0.0, 0.0, 0.7)]
        {
            let World { p, mut block, mut work, .. } = world(|p| {
                let pass_through = vec![(1, 0.25)];
                p.labs[0].contracts = vec![Contract { pass_through, ..contract(&dollar_a_month()) }];
                p.labs[0].revenue_shares = vec![RevenueShare { to: 1, share: by_month(0.1), cap: f64::INFINITY }];
            });
            let m = &mut work.labs[0];
            let flows = &mut m.parties[0];
            (flows.invoiced, flows.credits_taken) = (Lanes([6.0]), Lanes([1.0]));
            (flows.deferred, flows.repaid) = (Lanes([deferred]), Lanes([repaid]));
            (m.contracts[0].invoice, m.revenue_share[0]) = (Lanes([3.0]), Lanes([0.7]));
            pay(&p.labs[0], &mut block.labs[0], m);
            assert_close(m.parties[0].paid[0], cloud);
            assert_close(m.parties[1].paid[0], bank);
            assert_close(block.labs[0].contracts[0].passed[0][0], bank - 0.7);
        }
    }

    #[test]
    fn money_flows_between_nodes_as_given_paid_and_passed_on() {
        // The cloud gives 4 and lends 1, is paid 6 and passes on 2 of them; 3 reach the bank.
        let World { p, mut block, .. } = world(|p| {
            let pass_through = vec![(1, 0.25)];
            p.labs[0].contracts = vec![Contract { pass_through, ..contract(&dollar_a_month()) }];
        });
        let state = &mut block.labs[0];
        let cloud = &mut state.parties[0];
        (cloud.given, cloud.lent, cloud.paid) = (Lanes([4.0]), Lanes([1.0]), Lanes([6.0]));
        (state.parties[1].paid, state.contracts[0].passed[0]) = (Lanes([3.0]), Lanes([2.0]));
        let flows = flows(&p, &block);
        for ((from, to), expected) in [((1, 0), 5.0), ((0, 1), 6.0), ((0, 2), 1.0), ((1, 2), 2.0), ((2, 0), 0.0)] {
            assert_close(flows[from][to][0], expected);
        }
    }

    #[test]
    fn a_cycle_counts_by_the_throughflow_of_its_nodes() {
        // 10 out and 5 back. Where the first node turns over 20, half of each throughflow goes on: a dollar returns with
        // probability 1/4. Where the second does, a quarter of its 20 comes back; where both do, 1/8.
        let flows: Flows<1> = [[0.0, 10.0], [5.0, 0.0]].map(|row| row.map(|flow| Lanes([flow])).to_vec()).to_vec();
        for (through, expected) in [([20.0, 10.0], 0.25), ([10.0, 20.0], 0.25), ([20.0, 20.0], 0.125)] {
            assert_close(finn_of(&flows, &through.map(|money| Lanes([money])))[0], expected);
        }
    }
}
