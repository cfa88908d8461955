//! Entities' books: contracts, stakes, losses, worth and default (docs/model.md, sections 8.1 and 8.2).

use crate::engine::Innovations;
use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::{exp, ln, min};

use super::constants::DT;
use super::contract::Contract;
use super::operations::keep;
use super::parameters::{Lab, Parameters, Stress};
use super::state::{Block, EntityState, LabState, note};
use super::workspace::{ContractMonth, LabMonth, Workspace};

/// Month 0: core assets are total assets less stakes, loans and contracts as they stand at the end of the month without a
/// cut (section 8.1).
#[inline(always)]
pub fn begin<const B: usize>(p: &Parameters, block: &mut Block<B>, work: &Workspace<B>) {
    for (e, entity) in p.entities.iter().enumerate() {
        let assets = entity.balance.map_or(0.0, |balance| balance.assets);
        block.entities[e].core_start = Lanes::splat(assets);
    }
    for ((lab, state), m) in p.labs.iter().zip(&block.labs).zip(&work.labs) {
        for (contract, standing) in lab.contracts.iter().zip(&state.contracts) {
            let (delay, binding) = (contract.shift(&standing.delay), &standing.in_force);
            let present = contract.tables.at(&contract.tables.present, 0, delay);
            let debt = contract.tables.at(&contract.tables.build_debt, 0, delay);
            let before = contract.tables.at(&contract.tables.build_debt, -1, delay);
            let provider = &mut block.entities[contract.provider];
            provider.core_start.add(|i| (debt[i] - present[i]) * binding[i]);
            provider.build_debt.add(|i| before[i] * binding[i]);
        }
        for facility in &lab.facilities {
            if let Some(lender) = facility.lender {
                block.entities[lender].core_start.add(|_| -facility.drawn);
            }
        }
        for (entity, stake) in block.entities.iter_mut().zip(&lab.stakes) {
            entity.core_start.add(|i| -stake * m.value[i]);
        }
    }
}

/// Start of a month: the part of what it agreed to give that a giver under stress still gives (section 5.1).
#[inline(always)]
pub fn give<const B: usize>(p: &Parameters, entities: &mut [EntityState<B>], t: usize) {
    for (entity, state) in p.entities.iter().zip(entities) {
        if let Some(stress) = entity.balance.and_then(|balance| balance.stress) {
            let trend = exp(stress.trend * t as f64 * DT);
            state.gives.set(|i| given(&stress, state.growth[i] / trend, state.worth[i]));
        }
    }
}

/// 5.1: the part that is given, from core assets over their trend and from worth (dollars).
#[inline(always)]
fn given(stress: &Stress, assets: f64, worth: f64) -> f64 {
    let affordable = flag(stress.debt <= stress.max_ltv * worth);
    affordable * exp(stress.elasticity * min(ln(assets), 0.0))
}

/// The regime and prices of a month.
#[derive(Clone, Copy, Debug)]
struct Month<'a, const B: usize> {
    spot: &'a [Lanes<B>],
    open: &'a Lanes<B>,
    t: usize,
}

/// End of a month: margins, capital, losses and worth; an entity below its barrier defaults.
#[inline(always)]
pub fn close<const B: usize>(p: &Parameters, block: &mut Block<B>, work: &mut Workspace<B>, t: usize) {
    let carried = exp(p.discount_rate * DT);
    for entity in &mut block.entities {
        for i in 0..B {
            let owed = entity.build_debt[i] * carried;
            entity.account[i] = entity.account[i] * carried - owed;
            entity.capital_repaid[i] += owed;
        }
        entity.contracts_net = Lanes::splat(0.0);
        entity.stake_mark = Lanes::splat(0.0);
        entity.build_debt = Lanes::splat(0.0);
    }
    let market = Month { spot: &block.spot, open: &work.open, t };
    for ((lab, state), m) in p.labs.iter().zip(&mut block.labs).zip(&mut work.labs) {
        contracts(p, lab, state, m, market, &mut block.entities);
        claims(lab, state, m, &mut block.entities);
    }
    for (e, entity) in p.entities.iter().enumerate() {
        if let Some(balance) = &entity.balance {
            let state = &mut block.entities[e];
            state.worth.set(|i| {
                let core = state.core_start[i] * state.growth[i];
                core + state.account[i] + state.contracts_net[i] + state.stake_mark[i]
            });
            state.alive.update(|i, alive| alive * flag(state.worth[i] >= balance.barrier));
            note(&mut state.default, t, |i| state.worth[i] < balance.barrier);
            note(&mut state.default_alone, t, |i| balance.assets * state.growth[i] < balance.barrier);
        }
    }
}

/// A lab's contracts in its providers' books: margin, capital, cuts and what is relet of them.
#[inline(always)]
fn contracts<const B: usize>(
    p: &Parameters,
    lab: &Lab,
    state: &mut LabState<B>,
    m: &mut LabMonth<B>,
    market: Month<'_, B>,
    entities: &mut [EntityState<B>],
) {
    let (alive, kept, restructured) = (&state.alive, &state.kept, &state.restructured);
    for ((contract, c), standing) in lab.contracts.iter().zip(&mut m.contracts).zip(&state.contracts) {
        let binding = &standing.in_force;
        c.cut.set(|i| {
            m.alive[i] * (c.keep[i] - alive[i] * (keep(contract.firm, kept[i], restructured[i]) * binding[i]))
        });
    }
    let released = released(&m.contracts);
    let t = market.t as i32;
    for ((contract, c), standing) in lab.contracts.iter().zip(&m.contracts).zip(&mut state.contracts) {
        let tables = &contract.tables;
        let delay = contract.shift(&standing.delay).copied();
        let present = tables.at(&tables.present, t, delay.as_ref());
        let debt = tables.at(&tables.build_debt, t, delay.as_ref());
        let provider = &mut entities[contract.provider];
        let kept = &mut standing.build_kept;
        let mut owed = lanes!(i => debt[i] * kept[i]);
        let mut left = owed;
        if c.cut.any() {
            let built = tables.at(&tables.built, t, delay.as_ref());
            kept.update(|i, kept| kept - c.cut[i] * (1.0 - built[i]));
            left = lanes!(i => debt[i] * kept[i]);
            let fall = lanes!(i => present[i] * c.cut[i]);
            relet(p, contract, provider, (&fall, &m.relet_factor), &released, market);
        }
        let worth = lanes!(i => present[i] * (c.keep[i] * m.alive[i] - c.cut[i]));
        if t > 0 && contract.hinge.is_some() {
            owed.update(|i, owed| owed * (1.0 - c.signed[i]));
        }
        enter(provider, contract.margin * DT, &c.minimum, (&owed, &left), &worth);
    }
}

/// Enters a contract's month in its provider's books: `margin` for each dollar a year of the minimum payment, the
/// capital debt before a cut (`owed`; none of what was signed this month) and after it (`left`), and the present value of later margins (`worth`), dollars.
#[inline(always)]
fn enter<const B: usize>(
    provider: &mut EntityState<B>,
    margin: f64,
    minimum: &Lanes<B>,
    (owed, left): (&Lanes<B>, &Lanes<B>),
    worth: &Lanes<B>,
) {
    for i in 0..B {
        let received = margin * minimum[i];
        provider.account[i] += received + owed[i];
        provider.margin_received[i] += received;
        provider.capital_repaid[i] -= owed[i];
        provider.build_debt[i] += left[i];
        provider.contracts_net[i] += worth[i] - left[i];
    }
}

/// 8.2: what this month's cuts take from the rates of this month, dollars a year.
#[inline(always)]
fn released<const B: usize>(contracts: &[ContractMonth<B>]) -> Lanes<B> {
    let mut released = Lanes::<B>::default();
    for c in contracts.iter().filter(|c| c.cut.any()) {
        released.add(|i| select(c.keep[i] > 0.0, c.rate[i] * c.cut[i] / c.keep[i], 0.0));
    }
    released
}

/// 8.2: what a fall of `W` (dollars) costs the provider after reletting; `tenants` is the factor for who is left.
#[inline(always)]
fn relet<const B: usize>(
    p: &Parameters,
    contract: &Contract,
    provider: &mut EntityState<B>,
    (fall, tenants): (&Lanes<B>, &Lanes<B>),
    released: &Lanes<B>,
    market: Month<'_, B>,
) {
    let plan_price = p.families[contract.family].plan_price[market.t];
    let price = &market.spot[contract.family];
    let relet = lanes!(i => {
        contract.relet.times(tenants[i]).kept(price[i], plan_price, released[i], market.open[i])
    });
    provider.account.add(|i| relet[i] * fall[i]);
    provider.loss.add(|i| (1.0 - relet[i]) * fall[i]);
}

/// Money given to a lab, credit losses, and the mark of the stakes in it.
#[inline(always)]
fn claims<const B: usize>(lab: &Lab, state: &LabState<B>, m: &LabMonth<B>, entities: &mut [EntityState<B>]) {
    loans(lab, state, m, entities);
    let defaults = m.default_flag.any();
    for (e, ((entity, party), flows)) in entities.iter_mut().zip(&state.parties).zip(&m.parties).enumerate() {
        if lab.gives[e] {
            let given = lanes!(i => flows.given[i] + flows.credits_given[i]);
            entity.account.add(|i| -given[i]);
            entity.invested.add(|i| given[i]);
        }
        if party.stake.any() {
            entity.stake_mark.add(|i| state.alive[i] * party.stake[i] * m.share_price[i]);
        }
        if flows.credit_loss.any() {
            entity.account.add(|i| -flows.credit_loss[i]);
            entity.loss.add(|i| flows.credit_loss[i]);
        }
        if defaults {
            entity.basis_lost.add(|i| m.default_flag[i] * (lab.invested[e] + party.given[i]));
        }
    }
}

/// Loans are assets at par: what is drawn leaves the lender's account, interest, principal and the balance that a default
/// ends enter it (its loss of them is a credit loss).
#[inline(always)]
fn loans<const B: usize>(lab: &Lab, state: &LabState<B>, m: &LabMonth<B>, entities: &mut [EntityState<B>]) {
    for (f, facility) in lab.facilities.iter().enumerate() {
        let Some(lender) = facility.lender else { continue };
        let (entity, flows) = (&mut entities[lender], &m.parties[lender]);
        // Flows are by lender: with its first facility all are booked.
        if lab.facilities[..f].iter().all(|other| other.lender != Some(lender)) {
            entity.account.add(|i| flows.served[i] + flows.ended[i] - flows.lent[i]);
        }
        entity.contracts_net.add(|i| state.balances[f][i]);
    }
}

/// Steps core assets after the market has moved; at a burst they fall by `burst_beta` times its fall, in logs.
#[inline(always)]
pub fn grow<const B: usize>(p: &Parameters, block: &mut Block<B>, fall: &Lanes<B>, draws: &Innovations<B>) {
    for (entity, state) in p.entities.iter().zip(&mut block.entities) {
        if let Some(balance) = &entity.balance {
            let z = draws.normal(balance.growth.shock);
            state.growth.update(|i, growth| balance.growth.step(growth, z[i], balance.burst_beta * fall[i]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{HALVES_IN_A_MONTH, World, assert_close, world};
    use super::super::parameters::Balance;
    use super::super::process::Growth;
    use super::*;

    #[test]
    fn a_giver_gives_less_when_its_assets_fall_and_nothing_beyond_its_ceiling() {
        // A quarter less at elasticity 2: 0.75^2; assets above their trend do not add; 35 of debt on 100 is the ceiling.
        let stress = Stress { elasticity: 2.0, trend: 0.0, max_ltv: 0.35, debt: 35.0 };
        assert_close(given(&stress, 0.75, 100.0), 0.5625);
        assert_close(given(&stress, 1.5, 100.0), 1.0);
        assert_close(given(&stress, 1.5, 99.0), 0.0);
        assert_close(given(&Stress { elasticity: 0.0, max_ltv: f64::INFINITY, ..stress }, 0.1, 1.0), 1.0);
    }

    #[test]
    fn what_a_cut_releases_is_its_part_of_this_month_s_rate() {
        // A fifth of the whole is cut where four fifths stood: a quarter of the 10 a year. The second has not begun,
        // the third stood at one half and goes entirely.
        let contract = |rate, keep, cut| ContractMonth::<1> {
            rate: Lanes([rate]),
            keep: Lanes([keep]),
            cut: Lanes([cut]),
            ..ContractMonth::default()
        };
        let contracts = [contract(10.0, 0.8, 0.2), contract(0.0, 1.0, 0.2), contract(3.0, 0.5, 0.5)];
        for (count, expected) in [(1, 2.5), (2, 2.5), (3, 5.5)] {
            assert_close(released(&contracts[..count])[0], expected);
        }
    }

    /// The cloud with core assets of 5 and this barrier; a discount of one half a month, so that money doubles in one.
    fn cloud(barrier: f64) -> World {
        let mut all = world(|p| {
            p.discount_rate = HALVES_IN_A_MONTH;
            let growth = Growth::new(1.0, 0.0, 0.0, p.slots.normal("assets.cloud"));
            p.entities[0].balance =
                Some(Balance { assets: 5.0, growth, burst_beta: 0.0, barrier, is_calibrated: false, stress: None });
        });
        all.block.entities[0].core_start = Lanes([5.0]);
        all
    }

    #[test]
    fn the_worth_of_an_entity_is_core_assets_its_account_contracts_and_stakes() {
        // The account: 10 doubled, less a debt of 4 doubled. Core assets of 5 that have doubled; a quarter of a share of
        // 8; 1.5 given this month.
        for (growth, stake, given, worth) in [(1.0, 0.0, 0.0, 17.0), (2.0, 0.25, 0.0, 24.0), (2.0, 0.25, 1.5, 22.5)] {
            let World { p, mut block, mut work, .. } = cloud(0.0);
            let state = &mut block.entities[0];
            (state.account, state.build_debt, state.growth) = (Lanes([10.0]), Lanes([4.0]), Lanes([growth]));
            block.labs[0].parties[0].stake = Lanes([stake]);
            work.labs[0].share_price = Lanes([8.0]);
            work.labs[0].parties[0].given = Lanes([given]);
            close(&p, &mut block, &mut work, 0);
            assert_close(block.entities[0].worth[0], worth);
            assert_close(block.entities[0].account[0], 12.0 - given);
            assert_close(block.entities[0].capital_repaid[0], 8.0);
            assert_close(block.entities[0].invested[0], given);
        }
    }

    #[test]
    fn an_entity_defaults_once_its_worth_is_below_its_barrier() {
        // A worth of 5 against barriers below, at and above it.
        for (barrier, alive, month) in [(4.0, 1.0, f64::INFINITY), (5.0, 1.0, f64::INFINITY), (6.0, 0.0, 3.0)] {
            let World { p, mut block, mut work, .. } = cloud(barrier);
            close(&p, &mut block, &mut work, 3);
            let state = &block.entities[0];
            assert_close(state.alive[0], alive);
            assert_eq!([state.default[0], state.default_alone[0]].map(f64::to_bits), [month; 2].map(f64::to_bits));
        }
    }

    #[test]
    fn losses_on_credit_and_on_stakes_are_booked() {
        // A credit loss of 3 leaves 12 - 3; at a default the stake's cost of 2 and the 4 given are gone.
        for (credit_loss, defaults, basis) in [(3.0, 0.0, 0.0), (3.0, 1.0, 6.0), (0.0, 1.0, 6.0)] {
            let World { mut p, mut block, mut work, .. } = cloud(0.0);
            p.labs[0].invested[0] = 2.0;
            block.entities[0].account = Lanes([6.0]);
            block.labs[0].parties[0].given = Lanes([4.0]);
            work.labs[0].parties[0].credit_loss = Lanes([credit_loss]);
            work.labs[0].default_flag = Lanes([defaults]);
            close(&p, &mut block, &mut work, 0);
            let state = &block.entities[0];
            assert_close(state.account[0], 12.0 - credit_loss);
            assert_close(state.loss[0], credit_loss);
            assert_close(state.basis_lost[0], basis);
        }
    }

    #[test]
    fn a_contract_s_month_enters_the_books_of_its_provider() {
        // A margin of 0.1 a month on 20 a year; debt of 5 before a cut and 4 after it; 9 of later margins.
        for (minimum, owed, left, worth) in [(20.0, 5.0, 5.0, 9.0), (20.0, 5.0, 4.0, 9.0), (0.0, 0.0, 0.0, 0.0)] {
            let mut state = cloud(0.0).block.entities.remove(0);
            enter(&mut state, 0.1, &Lanes([minimum]), (&Lanes([owed]), &Lanes([left])), &Lanes([worth]));
            assert_close(state.margin_received[0], 0.1 * minimum);
            assert_close(state.account[0], 0.1 * minimum + owed);
            assert_close(state.build_debt[0], left);
            assert_close(state.contracts_net[0], worth - left);
        }
    }
}
