//! Consistency of the numbers of an entity (docs/model.md, section 8).

use super::checker::{Checker, sibling};
use crate::language::problem::Problem;
use crate::scenario::entity::{BARRIER_OVER_DEBT, Entity};

pub(super) fn check(checker: &mut Checker<'_>) {
    for entity in &checker.scenario.entities {
        if entity.assets.is_some() {
            volatility(checker, entity);
            barrier(checker, entity);
            stress(checker, entity);
            due(checker, entity);
        } else {
            without_assets(checker, entity);
        }
    }
    clearing(checker);
}

fn volatility(checker: &mut Checker<'_>, entity: &Entity) {
    let key = format!("entity.{}", entity.name);
    match (&entity.asset_volatility, &entity.pd5) {
        (None, None) => {
            let problem =
                Problem::error(key, "assets need a volatility, or a default probability from which it is derived");
            checker.add(problem.expected("`asset_volatility` or `pd5`"));
        }
        (Some(_), Some(pd5)) => {
            let problem = Problem::error(&pd5.key, "give either `asset_volatility` or `pd5`");
            checker.add(problem.help("drop one of them"));
        }
        _ => {}
    }
}

fn barrier(checker: &mut Checker<'_>, entity: &Entity) {
    let (Some(barrier), Some(assets)) = (&entity.barrier, &entity.assets) else {
        let problem = Problem::error(format!("entity.{}", entity.name), "assets need a default barrier");
        return checker.add(problem.expected("`barrier`, or `debt`, from which it is derived"));
    };
    let (of_debt, lowest) = (checker.range(barrier).1, checker.range(assets).0);
    let highest = of_debt + BARRIER_OVER_DEBT * checker.range(&entity.leases).1;
    if highest >= lowest {
        let key = match barrier {
            _ if of_debt < lowest => entity.leases.key.clone(),
            barrier if barrier.is_written() => barrier.key.clone(),
            barrier => sibling(&barrier.key, "debt"),
        };
        let problem = Problem::error(key, "the entity is in default at the start: its barrier is not below its assets");
        let unit = assets.unit;
        checker.add(problem.found(format!("{} against assets of {}", unit.show(highest), unit.show(lowest))));
    }
}

/// Keys required by the rule for investors under stress, and by a default probability.
fn stress(checker: &mut Checker<'_>, entity: &Entity) {
    if let Some(ceiling) = entity.max_ltv.as_ref().filter(|_| entity.debt.is_none()) {
        let problem = Problem::error(&ceiling.key, "a ceiling of debt over worth needs the debt");
        checker.add(problem.expected(format!("`debt` in [entity.{}]", entity.name)));
    }
    if checker.range(&entity.coverage) != (1.0, 1.0) && entity.pd5.is_none() {
        let problem =
            Problem::error(&entity.coverage.key, "`coverage` turns a `pd5` into a physical one, and there is none");
        checker.add(problem.help("drop it, or give `pd5` in place of `asset_volatility`"));
    }
}

/// Debts between entities clear where it is said how, and there are some.
fn clearing(checker: &mut Checker<'_>) {
    let scenario = checker.scenario;
    let between = scenario.debts.iter().find(|debt| debt.lender.is_some());
    match (&scenario.clearing, between) {
        (Some(_), None) => {
            let message = "this does nothing while no entity owes another anything";
            let help = "add `lender` to a [[debt]], or drop this table";
            checker.add(Problem::warning("clearing", message).help(help));
        }
        (None, Some(debt)) => {
            let message = "this does nothing without [clearing]: what an entity owes is never lost";
            let key = format!("debt.{}.lender", debt.id);
            checker.add(Problem::warning(key, message).help("add [clearing], or drop this key"));
        }
        _ => {}
    }
}

/// What is due at a date is part of the debt.
fn due(checker: &mut Checker<'_>, entity: &Entity) {
    let owed: Vec<_> = checker.scenario.debts.iter().filter(|debt| debt.borrower == entity.name).collect();
    let Some(first) = owed.first() else { return };
    let most: f64 = owed.iter().map(|debt| checker.range(&debt.amount).1).sum();
    let least = entity.debt.as_ref().map_or(0.0, |debt| checker.range(debt).0);
    if most > least {
        let key = format!("entity.{}.debt", entity.name);
        let unit = first.amount.unit;
        let message = "the debt that is due at a date is more than all debt".to_owned();
        let found = format!("{} due in [[debt]], a `debt` of {}", unit.show(most), unit.show(least));
        checker.add(Problem::error(key, message).found(found).expected(format!("at least {}", unit.show(most))));
    }
}

fn without_assets(checker: &mut Checker<'_>, entity: &Entity) {
    let numbers = [&entity.asset_volatility, &entity.pd5, &entity.barrier, &entity.max_ltv];
    // Their neutral values have no effect.
    let others = [(&entity.coverage, 1.0), (&entity.leases, 0.0), (&entity.giving_elasticity, 0.0)];
    let changed = others.into_iter().filter(|(number, neutral)| checker.range(number) != (*neutral, *neutral));
    let changed: Vec<_> = changed.map(|(number, _)| number).collect();
    if entity.treasury.is_some() {
        let problem = Problem::error(format!("entity.{}.treasury", entity.name), "a treasury needs `assets`");
        checker.add(problem.help("add `assets` and `debt`, or drop the treasury"));
    }
    for number in numbers.into_iter().flatten().chain(changed).filter(|number| number.is_written()) {
        let problem = Problem::error(&number.key, "this key needs `assets`");
        checker.add(problem.help("add `assets`, or drop this key; an entity without assets never defaults"));
    }
}
