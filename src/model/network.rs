//! The ring as a network: who pays, owes and owns whom, and who would lose what (docs/model.md, section 8.5).

use crate::lanes::{Lanes, lanes, rows};
use crate::random::math::max;

use super::entity::{Month, released_rate, relet};
use super::nodes::{CUSTOMERS, DEBT, Matrix, OUTSIDE, Snapshot, dates, matrix, outsider};
use super::operations::keep;
use super::parameters::{Lab, Parameters};
use super::state::{Block, sum};
use super::tracing::flows;
use super::workspace::{LabMonth, Workspace};

/// Adds a month to the network, if that is asked; at its dates it is written down.
#[inline(always)]
pub fn close<const B: usize>(p: &Parameters, block: &mut Block<B>, work: &Workspace<B>, t: usize) {
    if !p.asked.network {
        return;
    }
    for (served, m) in block.network.served.iter_mut().zip(&work.labs) {
        for (served, flows) in served.iter_mut().zip(&m.parties) {
            served.add(|i| flows.served[i]);
        }
    }
    if let Some(place) = dates(p).iter().position(|&date| date == t) {
        block.network.dates[place] = snapshot(p, block, work, t);
    }
}

fn snapshot<const B: usize>(p: &Parameters, block: &Block<B>, work: &Workspace<B>, t: usize) -> Snapshot<B> {
    Snapshot {
        paid: paid(p, block),
        owed: owed(p, block),
        owned: owned(p, block, work),
        exposures: exposures(p, block, work, t),
        capital: capital(p, block, work),
    }
}

/// Money paid so far. What a lab pays to nobody in particular is the rest of its account.
fn paid<const B: usize>(p: &Parameters, block: &Block<B>) -> Matrix<B> {
    let labs = p.labs.len();
    let mut paid = matrix(p);
    for (row, flows) in paid.iter_mut().zip(flows(p, block)) {
        row[..flows.len()].copy_from_slice(&flows);
    }
    for (l, (lab, state)) in p.labs.iter().zip(&block.labs).enumerate() {
        for (e, served) in block.network.served[l].iter().enumerate() {
            paid[l][labs + e].add(|i| served[i]);
        }
        let tally = &state.tally;
        let credits = sum(state.parties.iter().map(|party| &party.credits_used));
        let given = sum(state.parties.iter().map(|party| &party.given));
        let lent = sum(state.parties.iter().map(|party| &party.lent));
        let bills = sum(&paid[l]);
        paid[outsider(p, OUTSIDE)][l] = tally.outside;
        paid[outsider(p, DEBT)][l] = lanes!(i => tally.lent[i] - lent[i]);
        paid[outsider(p, CUSTOMERS)][l] =
            lanes!(i => tally.inflows[i] - tally.outside[i] - tally.lent[i] - (given[i] - credits[i]));
        paid[l][outsider(p, OUTSIDE)] =
            lanes!(i => lab.cash + tally.inflows[i] - state.cash[i] - (bills[i] - credits[i]));
    }
    paid
}

/// Arrears, debt from exchanges and balances of loans; the debt of entities with a treasury, and that for their contracts.
fn owed<const B: usize>(p: &Parameters, block: &Block<B>) -> Matrix<B> {
    let labs = p.labs.len();
    let mut owed = matrix(p);
    for (l, (lab, state)) in p.labs.iter().zip(&block.labs).enumerate() {
        for (e, party) in state.parties.iter().enumerate() {
            owed[l][labs + e] = lanes!(i => party.arrears[i] + party.exchanged[i]);
        }
        for (facility, balance) in lab.facilities.iter().zip(&state.balances) {
            let lender = facility.lender.map_or_else(|| outsider(p, DEBT), |lender| labs + lender);
            owed[l][lender].add(|i| balance[i]);
        }
    }
    for (e, state) in block.entities.iter().enumerate() {
        owed[labs + e][outsider(p, DEBT)] = lanes!(i => state.funds.debt[i] + state.build_debt[i]);
    }
    owed
}

/// The value of stakes at the month's price of a share.
fn owned<const B: usize>(p: &Parameters, block: &Block<B>, work: &Workspace<B>) -> Matrix<B> {
    let mut owned = matrix(p);
    for (l, (state, m)) in block.labs.iter().zip(&work.labs).enumerate() {
        for (e, party) in state.parties.iter().enumerate() {
            owned[p.labs.len() + e][l] = lanes!(i => state.alive[i] * party.stake[i] * m.share_price[i]);
        }
    }
    owned
}

/// What can be lost before a default: a lab's value, an entity's worth above its barrier; 0 of those in default, and of
/// entities without a balance sheet.
fn capital<const B: usize>(p: &Parameters, block: &Block<B>, work: &Workspace<B>) -> Vec<Lanes<B>> {
    let labs = block.labs.iter().zip(&work.labs).map(|(state, m)| lanes!(i => state.alive[i] * m.value[i]));
    let entities = p.entities.iter().zip(&block.entities).map(|(entity, state)| {
        entity.balance.map_or_else(
            Lanes::default,
            |balance| lanes!(i => state.alive[i] * max(state.worth[i] - balance.barrier, 0.0)),
        )
    });
    labs.chain(entities).collect()
}

/// What each would lose were another to default now: by how much an entity's worth would fall at a payment default of a lab
/// (8.2), and what a lab was promised by an entity and would not get.
fn exposures<const B: usize>(p: &Parameters, block: &Block<B>, work: &Workspace<B>, t: usize) -> Matrix<B> {
    let labs = p.labs.len();
    let mut exposures = matrix(p);
    let marks = owned(p, block, work);
    for (l, (lab, state)) in p.labs.iter().zip(&block.labs).enumerate() {
        let mut lost = contracts_lost(p, block, work, l, t);
        for (lost, party) in lost.iter_mut().zip(&state.parties) {
            lost.add(|i| lab.resolution.lgd * (party.arrears[i] + party.exchanged[i]));
        }
        for (facility, balance) in lab.facilities.iter().zip(&state.balances) {
            if let Some(lender) = facility.lender {
                lost[lender].add(|i| lab.resolution.lgd * balance[i]);
            }
        }
        for (e, lost) in lost.iter().enumerate() {
            let mark = &marks[labs + e][l];
            exposures[labs + e][l] = lanes!(i => max(state.alive[i] * lost[i] + mark[i], 0.0));
        }
        for (investment, standing) in lab.investments.iter().zip(&state.investments) {
            if investment.deadline > t as i32 {
                let promised = investment.odds.probability * investment.amount;
                let alive = &block.entities[investment.investor].alive;
                exposures[l][labs + investment.investor]
                    .add(|i| state.alive[i] * alive[i] * standing.pending[i] * promised);
            }
        }
    }
    exposures
}

/// By how much the worth of each entity would fall by its contracts were a lab to default on payments now (8.2): what is not
/// relet of their value, less the debt for what is not built and never will be; and the orders that suppliers lose.
fn contracts_lost<const B: usize>(
    p: &Parameters,
    block: &Block<B>,
    work: &Workspace<B>,
    l: usize,
    t: usize,
) -> Vec<Lanes<B>> {
    let (lab, state, m) = (&p.labs[l], &block.labs[l], &work.labs[l]);
    let kept = |k: usize| {
        let (contract, standing) = (&lab.contracts[k], &state.contracts[k]);
        lanes!(i => keep(contract.firm, state.kept[i], state.restructured[i]) * standing.in_force[i])
    };
    let released = released(lab, m, &kept);
    let market = Month { spot: &block.spot, open: &work.open, t };
    let mut lost: Vec<Lanes<B>> = rows(p.entities.len());
    for (k, (contract, standing)) in lab.contracts.iter().zip(&state.contracts).enumerate() {
        let (tables, cut) = (&contract.tables, kept(k));
        let at = |table| tables.at(table, t as i32, contract.shift(&standing.delay));
        let (present, debt, built) = (at(&tables.present), at(&tables.build_debt), at(&tables.built));
        let relet = relet(p, contract, standing, (&m.relet_factor, &released), market);
        lost[contract.provider].add(|i| cut[i] * ((1.0 - relet[i]) * present[i] - (1.0 - built[i]) * debt[i]));
        for &(supplier, margin) in &contract.orders {
            lost[supplier].add(|i| margin * contract.capital * cut[i] * (1.0 - built[i]));
        }
    }
    lost
}

/// Contract rates that the default would release, dollars a year.
fn released<const B: usize>(lab: &Lab, m: &LabMonth<B>, kept: &impl Fn(usize) -> Lanes<B>) -> Lanes<B> {
    let mut released = Lanes::<B>::default();
    for (k, (_, c)) in lab.contracts.iter().zip(&m.contracts).enumerate() {
        let cut = kept(k);
        released.add(|i| released_rate(c.rate[i], c.keep[i], cut[i]));
    }
    released
}
