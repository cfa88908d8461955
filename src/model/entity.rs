//! Who loses what: contracts, stakes, worth and default of the entities (docs/model.md, sections 8.1 and 8.2).

use crate::engine::Innovations;
use crate::lanes::{Lanes, flag, select};
use crate::random::math::exp;

use super::operations::keep;
use super::parameters::{DT, Lab, Parameters};
use super::state::{Block, EntityState, LabMonth, LabState, Workspace, note};

/// Before month 0: core assets are what is left when contracts, as they stand at the end of
/// month 0, and stakes are taken off (section 8.1).
#[inline(always)]
pub fn begin<const B: usize>(p: &Parameters, block: &mut Block<B>, work: &Workspace<B>) {
    for (e, entity) in p.entities.iter().enumerate() {
        let assets = entity.balance.map_or(0.0, |balance| balance.assets);
        block.entities[e].core_start = Lanes::splat(assets);
    }
    for ((lab, state), m) in p.labs.iter().zip(&block.labs).zip(&work.labs) {
        for (contract, delay) in lab.contracts.iter().zip(&state.delays) {
            let delay = contract.delay.map(|_| delay);
            let present = contract.tables.at(&contract.tables.present, 0, delay);
            let debt = contract.tables.at(&contract.tables.build_debt, 0, delay);
            let before = contract.tables.at(&contract.tables.build_debt, -1, delay);
            let provider = &mut block.entities[contract.provider];
            provider.core_start.add(|i| debt[i] - present[i]);
            provider.build_debt.add(|i| before[i]);
        }
        for (entity, stake) in block.entities.iter_mut().zip(&lab.stakes) {
            entity.core_start.add(|i| -stake * m.value[i]);
        }
    }
}

/// End of a month: margins, capital, losses, worth; who falls below the barrier defaults.
#[inline(always)]
pub fn close<const B: usize>(p: &Parameters, block: &mut Block<B>, work: &Workspace<B>, t: usize) {
    let carried = exp(p.discount_rate * DT);
    for entity in &mut block.entities {
        entity.account.update(|_, money| money * carried);
        let owed = Lanes::<B>::of(|i| entity.build_debt[i] * carried);
        entity.account.add(|i| -owed[i]);
        entity.capital_repaid.add(|i| owed[i]);
        entity.contracts_net = Lanes::splat(0.0);
        entity.stake_mark = Lanes::splat(0.0);
        entity.build_debt = Lanes::splat(0.0);
    }
    for ((lab, state), m) in p.labs.iter().zip(&mut block.labs).zip(&work.labs) {
        contracts(p, lab, state, m, &block.spot, &work.open, &mut block.entities, t);
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

/// A lab's contracts in its providers' books: margin, capital, what is cut and what of it is relet.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "the month's state is borrowed in parts")]
fn contracts<const B: usize>(
    p: &Parameters,
    lab: &Lab,
    state: &mut LabState<B>,
    m: &LabMonth<B>,
    spot: &[Lanes<B>],
    open: &Lanes<B>,
    entities: &mut [EntityState<B>],
    t: usize,
) {
    let mut released = Lanes::<B>::default();
    for k in 0..lab.contracts.len() {
        released.add(|i| m.rate[k][i] * cut(lab, state, m, k, i));
    }
    for (k, contract) in lab.contracts.iter().enumerate() {
        let tables = &contract.tables;
        let delay = contract.delay.map(|_| state.delays[k]);
        let present = tables.at(&tables.present, t as i32, delay.as_ref());
        let debt = tables.at(&tables.build_debt, t as i32, delay.as_ref());
        let built = tables.at(&tables.built, t as i32, delay.as_ref());
        let plan_price = p.families[contract.family].plan_price[t];
        let provider = &mut entities[contract.provider];
        for i in 0..B {
            let before = m.keep[k][i] * m.alive[i];
            let share_cut = before * cut(lab, state, m, k, i);
            let fall = present[i] * share_cut;
            let relet = contract.relet.kept(spot[contract.family][i], plan_price, released[i], open[i]);
            let margin = contract.margin * m.minimum[k][i] * DT;
            let owed = debt[i] * state.build_kept[k][i];
            state.build_kept[k][i] -= share_cut * (1.0 - built[i]);
            let left = debt[i] * state.build_kept[k][i];
            provider.account[i] += margin + owed + relet * fall;
            provider.build_debt[i] += left;
            provider.margin_received[i] += margin;
            provider.capital_repaid[i] -= owed;
            provider.contracts_net[i] += present[i] * (before - share_cut) - left;
            provider.loss[i] += (1.0 - relet) * fall;
        }
    }
}

/// Share of what a contract supplied at the start of the month that is gone at its end.
#[inline(always)]
fn cut<const B: usize>(lab: &Lab, state: &LabState<B>, m: &LabMonth<B>, k: usize, i: usize) -> f64 {
    let after = state.alive[i] * keep(lab.contracts[k].firm, state.kept[i], state.restructured[i]);
    select(m.keep[k][i] * m.alive[i] > 0.0, 1.0 - after / m.keep[k][i], 0.0)
}

/// Money given to a lab, credit lost, and the mark of the stakes in it.
#[inline(always)]
fn claims<const B: usize>(lab: &Lab, state: &LabState<B>, m: &LabMonth<B>, entities: &mut [EntityState<B>]) {
    for (e, entity) in entities.iter_mut().enumerate() {
        for i in 0..B {
            let given = m.from_entity[e][i] + m.credits_given[e][i];
            let basis = lab.invested[e] + state.tally.from_entity[e][i];
            entity.account[i] -= given + m.credit_loss[e][i];
            entity.invested[i] += given;
            entity.loss[i] += m.credit_loss[e][i];
            entity.basis_lost[i] += m.default_flag[i] * basis;
            entity.stake_mark[i] += state.alive[i] * state.stakes[e][i] * m.share_price[i];
        }
    }
}

/// After the market has moved: core assets grow, and fall at a burst by `burst_beta` times the market's fall.
#[inline(always)]
pub fn grow<const B: usize>(p: &Parameters, block: &mut Block<B>, fall: &Lanes<B>, draws: &Innovations<B>) {
    for (entity, state) in p.entities.iter().zip(&mut block.entities) {
        if let Some(balance) = &entity.balance {
            let z = draws.normal(balance.growth.shock);
            state.growth.update(|i, growth| balance.growth.step(growth, z[i]) * exp(-balance.burst_beta * fall[i]));
        }
    }
}
