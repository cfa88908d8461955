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
            lost[supplier].add(|i| margin * contract.unspent(cut[i], built[i]));
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

#[cfg(test)]
mod tests {
    use super::super::by_hand::{
        World, assert_close, balance, contract, dollar_a_month, investment, line_of_credit, world,
    };
    use super::super::contract::{Contract, Relet, Terms};
    use super::super::measure::Asked;
    use super::super::parameters::{Facility, Investment};
    use super::super::workspace::ContractMonth;
    use super::*;

    // The nodes of the small world.
    const ACME: usize = 0;
    const CLOUD: usize = 1;
    const BANK: usize = 2;
    const OF_CUSTOMERS: usize = 3;
    const OF_OUTSIDE: usize = 4;
    const OF_DEBT: usize = 5;

    fn one_contract(terms: &Terms, change: impl FnOnce(&mut Contract)) -> World {
        world(|p| {
            let mut contract = contract(terms);
            change(&mut contract);
            p.labs[0].contracts = vec![contract];
        })
    }

    #[test]
    fn what_is_paid_to_nobody_in_particular_is_the_rest_of_the_account() {
        // The cloud gives 4, one of them credits, is paid 6 and passes 2 on; the bank lends 1, is paid 3 in all, and 0.5 of
        // interest. Of inflows of 20 outsiders' shares bring 5 and debt 3, so customers 20 - 5 - 3 - (4 - 1) = 9. Of 3 of
        // opening cash and these 20, 8 are left and 6 + 1 + 0.5 - 1 went to the two: 8.5 went elsewhere.
        let World { p, mut block, .. } = world(|p| {
            (p.asked, p.labs[0].cash) = (Asked::NETWORK, 3.0);
            p.labs[0].contracts = vec![Contract { pass_through: vec![(1, 0.25)], ..contract(&dollar_a_month()) }];
        });
        block.network.served[0][1] = Lanes([0.5]);
        let state = &mut block.labs[0];
        (state.parties[0].given, state.parties[0].credits_used) = (Lanes([4.0]), Lanes([1.0]));
        (state.parties[0].paid, state.contracts[0].passed[0]) = (Lanes([6.0]), Lanes([2.0]));
        (state.parties[1].paid, state.parties[1].lent) = (Lanes([3.0]), Lanes([1.0]));
        (state.tally.inflows, state.tally.outside, state.tally.lent) = (Lanes([20.0]), Lanes([5.0]), Lanes([3.0]));
        state.cash = Lanes([8.0]);
        let paid = paid(&p, &block);
        for (from, to, dollars) in [
            (ACME, CLOUD, 6.0),
            (ACME, BANK, 1.5),
            (CLOUD, ACME, 4.0),
            (CLOUD, BANK, 2.0),
            (BANK, ACME, 1.0),
            (OF_CUSTOMERS, ACME, 9.0),
            (OF_OUTSIDE, ACME, 5.0),
            (OF_DEBT, ACME, 2.0),
            (ACME, OF_OUTSIDE, 8.5),
        ] {
            assert_close(paid[from][to][0], dollars);
        }
    }

    #[test]
    fn a_lab_owes_arrears_exchanged_debt_and_loans_and_an_entity_its_debt() {
        // 2 in arrears and 1 from an exchange to the cloud; a loan of 8 of the bank, and one of 4 of nobody known. The cloud's
        // own debt of 20, and 7 for its contracts.
        let World { p, mut block, .. } = world(|p| {
            let of_bank = Facility { lender: Some(1), drawn: 8.0, ..line_of_credit(9.0) };
            p.labs[0].facilities = vec![of_bank, Facility { drawn: 4.0, ..line_of_credit(9.0) }];
        });
        let party = &mut block.labs[0].parties[0];
        (party.arrears, party.exchanged) = (Lanes([2.0]), Lanes([1.0]));
        (block.entities[0].funds.debt, block.entities[0].build_debt) = (Lanes([20.0]), Lanes([7.0]));
        let owed = owed(&p, &block);
        for (from, to, dollars) in
            [(ACME, CLOUD, 3.0), (ACME, BANK, 8.0), (ACME, OF_DEBT, 4.0), (CLOUD, OF_DEBT, 27.0), (BANK, OF_DEBT, 0.0)]
        {
            assert_close(owed[from][to][0], dollars);
        }
    }

    #[test]
    fn a_stake_is_owned_at_the_price_of_a_share() {
        // A quarter and a twentieth at 40; at 20; of a lab that is gone nothing.
        for (price, alive, cloud, bank) in [(40.0, 1.0, 10.0, 2.0), (20.0, 1.0, 5.0, 1.0), (40.0, 0.0, 0.0, 0.0)] {
            let World { p, mut block, mut work, .. } = world(|_| ());
            let state = &mut block.labs[0];
            (state.parties[0].stake, state.parties[1].stake) = (Lanes([0.25]), Lanes([0.05]));
            (state.alive, work.labs[0].share_price) = (Lanes([alive]), Lanes([price]));
            let owned = owned(&p, &block, &work);
            assert_close(owned[CLOUD][ACME][0], cloud);
            assert_close(owned[BANK][ACME][0], bank);
        }
    }

    #[test]
    fn capital_is_a_lab_s_value_and_an_entity_s_worth_above_its_barrier() {
        // A lab of 40; a worth of 30, and of 20, against a barrier of 25; after a default nothing. The bank has no balance
        // sheet.
        for (worth, alive, expected) in [(30.0, 1.0, 5.0), (20.0, 1.0, 0.0), (30.0, 0.0, 0.0)] {
            let World { p, mut block, mut work, .. } =
                world(|p| p.entities[0].balance = Some(balance(&mut p.slots, 30.0, 25.0)));
            work.labs[0].value = Lanes([40.0]);
            (block.entities[0].worth, block.entities[0].alive) = (Lanes([worth]), Lanes([alive]));
            for (found, expected) in capital(&p, &block, &work).iter().zip([40.0, expected, 0.0]) {
                assert_close(found[0], expected);
            }
        }
    }

    #[test]
    fn a_default_would_release_what_is_kept_of_each_contract() {
        // Half of one contract of 10 a year, and the fifth of another that stands at four fifths of 8; then only the first.
        let World { p, mut work, .. } =
            world(|p| p.labs[0].contracts = vec![contract(&dollar_a_month()), contract(&dollar_a_month())]);
        let month = |rate, keep| ContractMonth { rate: Lanes([rate]), keep: Lanes([keep]), ..ContractMonth::default() };
        work.labs[0].contracts = vec![month(10.0, 1.0), month(8.0, 0.8)];
        for (cut, rate) in [([0.5, 0.2], 7.0), ([0.5, 0.0], 5.0), ([1.0, 0.8], 18.0)] {
            assert_close(released::<1>(&p.labs[0], &work.labs[0], &|k| Lanes([cut[k]]))[0], rate);
        }
    }

    #[test]
    fn a_provider_would_lose_the_margin_that_is_not_relet_and_keep_what_is_not_built() {
        // A margin of a half on twelve dollars to come; half of it relet; a quarter of the contract kept by its lab.
        for (relet, restructured, lost) in [(0.0, 1.0, 6.0), (0.5, 1.0, 3.0), (0.0, 0.25, 1.5)] {
            let World { p, mut block, work, .. } = one_contract(&dollar_a_month(), |contract| {
                contract.relet = Relet { share: relet, frozen: 1.0, depth: f64::INFINITY };
            });
            block.labs[0].restructured = Lanes([restructured]);
            assert_close(contracts_lost(&p, &block, &work, 0, 11)[0][0], lost);
        }
    }

    #[test]
    fn what_is_not_yet_built_is_not_lost_but_its_orders_are() {
        // 24 dollars from month 2 on with 12 of capital, 6 in month 0 and 6 in month 1. At the end of month 0 a margin of 12 is
        // lost and 6 need not be spent; the bank, with 0.3 of a dollar ordered, loses 1.8. A month later all is built.
        for (t, cloud, bank) in [(0, 6.0, 1.8), (1, 12.0, 0.0), (2, 11.5, 0.0)] {
            let terms = Terms { begin: 2, capex: 0.5, lead: 2, ..dollar_a_month() };
            let World { p, block, work, .. } = one_contract(&terms, |contract| contract.orders = vec![(1, 0.3)]);
            let lost = contracts_lost(&p, &block, &work, 0, t);
            assert_close(lost[0][0], cloud);
            assert_close(lost[1][0], bank);
        }
    }

    #[test]
    fn who_is_exposed_would_lose_contracts_credit_stakes_and_promises() {
        // Three quarters of 2 in arrears and 2 exchanged, and a quarter of the shares at 40: 6 + 3 + 10 for the cloud. Three
        // quarters of a loan of 8 for the bank. The lab waits for a quarter of 4, while the cloud stands.
        for (alive, cloud, bank, promised) in [(1.0, 19.0, 6.0, 1.0), (0.0, 19.0, 6.0, 0.0)] {
            let World { p, mut block, mut work, .. } = world(|p| {
                let of_bank = Facility { lender: Some(1), drawn: 8.0, ..line_of_credit(9.0) };
                let money = Investment { amount: 4.0, ..investment(&mut p.slots, 0.25) };
                let lab = &mut p.labs[0];
                lab.resolution.lgd = 0.75;
                (lab.contracts, lab.facilities) = (vec![contract(&dollar_a_month())], vec![of_bank]);
                lab.investments = vec![money];
            });
            let party = &mut block.labs[0].parties[0];
            (party.arrears, party.exchanged, party.stake) = (Lanes([2.0]), Lanes([2.0]), Lanes([0.25]));
            (work.labs[0].share_price, block.entities[0].alive) = (Lanes([40.0]), Lanes([alive]));
            let exposures = exposures(&p, &block, &work, 11);
            assert_close(exposures[CLOUD][ACME][0], cloud);
            assert_close(exposures[BANK][ACME][0], bank);
            assert_close(exposures[ACME][CLOUD][0], promised);
        }
    }
}
