//! Debts between entities: they clear where one of the borrowers defaults (docs/model.md, section 8.1).

use crate::lanes::{Lanes, lanes};
use crate::random::math::max;

use super::clearing::{Cleared, Firm, Network};
use super::id::EntityId;
use super::parameters::{Clearing, DebtBetween, Parameters};
use super::state::{EntityState, is_first};

/// End of month `t`: the debts between entities clear where one of them has defaulted; who then is below its barrier
/// defaults too.
#[inline(always)]
pub fn clear<const B: usize>(p: &Parameters, entities: &mut [EntityState<B>], t: usize) {
    let Some(clearing) = &p.clearing else { return };
    let mut fails = Lanes::<B>::default();
    for debt in &clearing.debts {
        let first = is_first(&entities[debt.borrower].default, t);
        fails = lanes!(i => max(fails[i], first[i]));
    }
    for path in (0..B).filter(|&path| fails[path] > 0.0) {
        clear_path(p, clearing, entities, path, t);
    }
}

/// The same on one path of the block.
#[inline(never)]
fn clear_path<const B: usize>(
    p: &Parameters,
    clearing: &Clearing,
    entities: &mut [EntityState<B>],
    path: usize,
    t: usize,
) {
    let stands = |debt: &DebtBetween, entities: &[EntityState<B>]| {
        debt.maturity >= t as i32 && entities[debt.borrower].default[path] >= t as f64
    };
    let standing: Vec<&DebtBetween> = clearing.debts.iter().filter(|debt| stands(debt, entities)).collect();
    let Cleared { pays, fails, .. } = network(p, &standing, entities, path, t).clear(clearing.recovery);
    for debt in &standing {
        let loss = (1.0 - pays[debt.borrower]) * debt.amount;
        let lender = &mut entities[debt.lender];
        lender.account[path] -= loss;
        lender.paper[path] -= loss;
        lender.worth[path] -= loss;
        lender.loss[path] += loss;
    }
    for (e, share) in pays.into_iter().enumerate().filter(|(_, share)| *share < 1.0) {
        entities[e].pays[path] = share;
    }
    for (state, _) in entities.iter_mut().zip(fails).filter(|(state, fails)| *fails && state.alive[path] > 0.0) {
        state.alive[path] = 0.0;
        state.default[path] = t as f64;
        state.carried[path] = t as f64;
    }
}

/// What an entity owed other entities as they cleared in month `t`, and what it paid of it, dollars; 0 in other months.
pub fn cleared(clearing: &Clearing, borrower: EntityId, state: &EntityState<1>, t: usize) -> (f64, f64) {
    let all: f64 = owed_by(clearing, borrower, t).map(|debt| debt.amount).sum();
    let owed = is_first(&state.default, t)[0] * all;
    (owed, state.pays[0] * owed)
}

/// The debts of an entity that are not due before month `t`.
pub fn owed_by(clearing: &Clearing, borrower: EntityId, t: usize) -> impl Iterator<Item = &DebtBetween> {
    clearing.debts.iter().filter(move |debt| debt.borrower == borrower && debt.maturity >= t as i32)
}

/// The entities and the debts between them that are `standing`. What falls due in the month of a default is not paid.
fn network<const B: usize>(
    p: &Parameters,
    standing: &[&DebtBetween],
    entities: &[EntityState<B>],
    path: usize,
    t: usize,
) -> Network {
    let mut debts = vec![vec![0.0; entities.len()]; entities.len()];
    for debt in standing {
        debts[debt.borrower][debt.lender] += debt.amount;
    }
    let firm = |e: usize| {
        let (known, state) = (&p.entities[e], &entities[e]);
        let claims: f64 = debts.iter().map(|row| row[e]).sum();
        let (financed, owed) = known.treasury.as_ref().map_or((0.0, 0.0), |treasury| {
            let debt = state.funds.debt[path] + treasury.due[t];
            (debt - treasury.debt, debt + treasury.leases)
        });
        let own = max(state.worth[path] + financed - claims, 0.0);
        let capital = known.balance.map_or(f64::INFINITY, |balance| state.worth[path] - balance.barrier);
        let stands = state.alive[path] > 0.0;
        Firm {
            own,
            outside: max(owed - debts[e].iter().sum::<f64>(), 0.0),
            least: if stands { own + claims - capital } else { f64::INFINITY },
        }
    };
    Network { firms: (0..entities.len()).map(firm).collect(), debts }
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{World, assert_close, balance, treasury, world};
    use super::super::clearing::Recovery;
    use super::super::constants::NEVER;
    use super::super::parameters::Treasury;
    use super::*;

    /// The cloud owes the bank 6 of a debt of 20 that month 3 ends; it has 30 against a barrier of 25. The bank has 9.
    fn indebted(bank: f64, recovery: Recovery) -> World {
        let mut all = world(|p| {
            let treasury = Treasury { debt: 20.0, leases: 4.0, ..treasury() };
            p.entities[0].balance = Some(balance(&mut p.slots, 30.0, 25.0));
            p.entities[0].treasury = Some(treasury);
            p.entities[1].balance = Some(balance(&mut p.slots, 9.0, bank));
            let debt = DebtBetween { borrower: 0, lender: 1, amount: 6.0, maturity: 3 };
            p.clearing = Some(Clearing { recovery, debts: vec![debt] });
        });
        let [cloud, lender] = &mut all.block.entities[..] else { panic!("two entities") };
        (cloud.worth, cloud.default, cloud.alive) = (Lanes([12.0]), Lanes([3.0]), Lanes([0.0]));
        lender.worth = Lanes([9.0]);
        all
    }

    #[test]
    fn a_lender_loses_its_part_of_what_a_borrower_in_default_does_not_pay() {
        // The cloud's 12 are a half of its debt of 20 and leases of 4: the bank loses 3 of 6. Three quarters of the 12 are
        // 3/8 of it, and 5/8 of 6 are 3.75; a quarter of the 12 is 1/8, and 7/8 of 6 are 5.25. It fails below a worth of 7.
        for (own, barrier, loss, fails) in
            [(1.0, 7.0, 3.0, true), (1.0, 5.0, 3.0, false), (0.75, 5.0, 3.75, false), (0.25, 3.0, 5.25, false)]
        {
            let World { p, mut block, .. } = indebted(barrier, Recovery { own, claims: 1.0 });
            clear(&p, &mut block.entities, 3);
            let bank = &block.entities[1];
            assert_close(bank.loss[0], loss);
            assert_close(bank.account[0], -loss);
            let (owed, paid) = cleared(p.clearing.as_ref().unwrap(), 0, &block.entities[0], 3);
            assert_close(owed, 6.0);
            assert_close(paid, 6.0 - loss);
            assert_close(bank.worth[0], 9.0 - loss);
            assert_close(bank.alive[0], f64::from(u8::from(!fails)));
            assert_eq!(bank.carried[0].to_bits(), f64::to_bits(if fails { 3.0 } else { NEVER }));
        }
    }

    #[test]
    fn what_was_paid_or_lost_before_is_not_lost_again() {
        // Month 4: the debt is paid; a default in month 2: its loss was that month's.
        for (t, default) in [(4, 4.0), (3, 2.0)] {
            let World { p, mut block, .. } = indebted(5.0, Recovery { own: 1.0, claims: 1.0 });
            block.entities[0].default = Lanes([default]);
            clear(&p, &mut block.entities, t);
            assert_close(block.entities[1].loss[0], 0.0);
            assert_eq!(cleared(p.clearing.as_ref().unwrap(), 0, &block.entities[0], t), (0.0, 0.0));
        }
    }

    #[test]
    fn an_entity_clears_with_its_own_assets_what_it_owes_and_its_barrier() {
        // The cloud: worth of 12 and what it borrowed since the start, against 20, that, and leases of 4, less the 6 that it
        // owes the bank. The bank: worth of 9 less its claim of 6, and it stands as long as it loses no more than the 9 have
        // beyond the barrier.
        for (borrowed, barrier, own, outside, least) in
            [(0.0, 5.0, 12.0, 18.0, 5.0), (6.0, 7.0, 18.0, 24.0, 7.0), (-2.0, 2.5, 10.0, 16.0, 2.5)]
        {
            let World { p, mut block, .. } = indebted(barrier, Recovery { own: 1.0, claims: 1.0 });
            block.entities[0].funds.debt = Lanes([20.0 + borrowed]);
            let debts: Vec<&DebtBetween> = p.clearing.iter().flat_map(|clearing| &clearing.debts).collect();
            let Network { firms, debts } = network(&p, &debts, &block.entities, 0, 3);
            assert_close(firms[0].own, own);
            assert_close(firms[0].outside, outside);
            assert_close(debts[0][1], 6.0);
            assert!(firms[0].least.is_infinite(), "it has defaulted");
            assert_close(firms[1].own, 3.0);
            assert_close(firms[1].outside, 0.0);
            assert_close(firms[1].least, least);
        }
    }
}
