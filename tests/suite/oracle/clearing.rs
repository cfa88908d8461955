//! Debts between entities (8.1): what each pays, found by repetition from full payment down.

use super::input::{Reader, Scenario};
use super::state::EntityState;
use super::treasury::Debt;

/// The table `clearing`: `alpha` and `beta`.
pub(crate) struct Terms {
    own: f64,
    claims: f64,
}

impl Terms {
    /// Reads the table, if there is one.
    pub(crate) fn read(reader: &Reader<'_>) -> Option<Self> {
        reader.get("clearing")?;
        Some(Terms { own: reader.or("clearing.own", 1.0), claims: reader.or("clearing.claims", 1.0) })
    }
}

/// The debts that entities owe one another, the defaults of month `t` included.
fn standing<'a>(scenario: &'a Scenario, t: i64, entities: &[EntityState]) -> Vec<(&'a Debt, usize, usize)> {
    let parties = |debt: &'a Debt| {
        let lender = scenario.entity(debt.lender.as_ref()?).expect("a lender");
        Some((debt, scenario.entity(&debt.borrower).expect("a borrower"), lender))
    };
    let stands = |(debt, borrower, _): &(&Debt, usize, usize)| {
        debt.maturity >= t && entities[*borrower].default_month.is_none_or(|month| month == t)
    };
    scenario.debts.iter().filter_map(parties).filter(stands).collect()
}

/// Clears the debts of month `t`.
pub(crate) fn clear(scenario: &Scenario, t: i64, entities: &mut [EntityState]) {
    let Some(terms) = &scenario.clearing else { return };
    let debts = standing(scenario, t, entities);
    if !debts.iter().any(|(_, borrower, _)| entities[*borrower].default_month == Some(t)) {
        return;
    }
    let all = entities.len();
    let mut pays = vec![1.0; all];
    let lost = |pays: &[f64], e: usize| -> f64 {
        debts.iter().filter(|(.., lender)| *lender == e).map(|(debt, from, _)| (1.0 - pays[*from]) * debt.amount).sum()
    };
    let fails = |entities: &[EntityState], pays: &[f64], e: usize| {
        let below = |barrier: f64| entities[e].worth - lost(pays, e) < barrier;
        entities[e].defaulted || scenario.entities[e].balance.as_ref().is_some_and(|balance| below(balance.barrier))
    };
    for _ in 0..100_000 {
        let next: Vec<f64> = (0..all)
            .map(|e| {
                if !fails(entities, &pays, e) || !debts.iter().any(|(_, borrower, _)| *borrower == e) {
                    return 1.0;
                }
                let balance = scenario.entities[e].balance.as_ref().expect("a balance of a borrower");
                let debt = entities[e].treasury.as_ref().expect("a treasury of a borrower");
                let unpaid = debt.debt + debt.last.due;
                let claims: f64 = debts.iter().filter(|(.., lender)| *lender == e).map(|(debt, ..)| debt.amount).sum();
                let own = (entities[e].worth + unpaid - balance.debt - claims).max(0.0);
                let has = terms.own * own + terms.claims * (claims - lost(&pays, e));
                (has / (unpaid + balance.leases)).min(1.0)
            })
            .collect();
        let moved: f64 = next.iter().zip(&pays).map(|(next, now): (&f64, &f64)| (next - now).abs()).sum();
        pays = next;
        if moved < 1e-15 {
            break;
        }
    }
    let owes = |e: usize| -> f64 { debts.iter().filter(|(_, from, _)| *from == e).map(|(debt, ..)| debt.amount).sum() };
    let failing: Vec<bool> = (0..all).map(|e| fails(entities, &pays, e)).collect();
    for (e, entity) in entities.iter_mut().enumerate() {
        let lost = lost(&pays, e);
        entity.worth -= lost;
        entity.account -= lost;
        entity.loss += lost;
        entity.unpaid = lost;
        if failing[e] && !entity.defaulted {
            entity.defaulted = true;
            (entity.default_month, entity.carried) = (Some(t), Some(t));
        }
        if entity.defaulted {
            entity.cleared = (owes(e), pays[e] * owes(e));
        }
    }
}
