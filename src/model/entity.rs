//! Entities' books: contracts, stakes, losses, worth and default (docs/model.md, sections 8.1 and 8.2).

use crate::engine::Innovations;
use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::exp;

use super::constants::DT;
use super::contract::Contract;
use super::operations::keep;
use super::parameters::{Lab, Parameters};
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
            relet(p, contract, provider, &lanes!(i => present[i] * c.cut[i]), &released, market);
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

/// 8.2: what a fall of `W` (dollars) costs the provider after reletting.
#[inline(always)]
fn relet<const B: usize>(
    p: &Parameters,
    contract: &Contract,
    provider: &mut EntityState<B>,
    fall: &Lanes<B>,
    released: &Lanes<B>,
    market: Month<'_, B>,
) {
    let plan_price = p.families[contract.family].plan_price[market.t];
    let price = &market.spot[contract.family];
    let relet = lanes!(i => contract.relet.kept(price[i], plan_price, released[i], market.open[i]));
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
    use super::super::by_hand::assert_close;
    use super::*;

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
}
