//! Consistency of contracts, investments and on-demand sellers (docs/model.md, sections 3, 4, 5).

use super::checker::Checker;
use crate::calendar::Span;
use crate::language::problem::Problem;
use crate::language::quantity::{Curve, Quantity};
use crate::model::contract::Workload;
use crate::scenario::deals::{Commits, Contract, Investment};

pub(super) fn check(checker: &mut Checker<'_>) {
    for contract in &checker.scenario.contracts {
        size(checker, contract);
        lease(checker, contract.workload, &contract.take_or_pay);
        let key = format!("contract.{}.pass_through", contract.id);
        checker.parts_of_one(&key, "shares passed on", &contract.pass_through);
    }
    for investment in &checker.scenario.investments {
        conditions(checker, investment);
        if let Some(commits) = &investment.commits {
            committed(checker, investment, commits);
        }
    }
    facilities(checker);
    on_demand(checker);
}

/// An amount, a schedule or a capacity, and only one of them.
fn size(checker: &mut Checker<'_>, contract: &Contract) {
    let key = format!("contract.{}", contract.id);
    let (amount, schedule, capacity) = (&contract.amount, &contract.schedule, &contract.capacity);
    let written = [amount.as_ref().map(|one| &one.key), schedule.as_ref().map(|one| &one.key)];
    let written = written.into_iter().chain([capacity.as_ref().map(|one| &one.key)]).flatten();
    match written.collect::<Vec<_>>().as_slice() {
        [] => {
            let problem = Problem::error(&key, "a contract needs an `amount`, a `schedule` or a `capacity`");
            checker.add(problem.expected(
                "amount = \"38B USD\", or schedule = { 2026 = \"5B USD\", 2027 = \"8B USD\" }, or capacity = \"2 GW\" \
                 with price_per_gw_year = \"12B USD\"",
            ));
        }
        [_] => {}
        [.., last] => {
            let message = "a contract has either an `amount` or a `schedule` or a `capacity`";
            checker.add(Problem::error(*last, message).help("keep one of them"));
        }
    }
    match (capacity, &contract.price_per_gw_year) {
        (Some(capacity), None) => {
            let problem = Problem::error(&capacity.key, "a `capacity` needs the annual price of one GW");
            checker.add(problem.found(capacity_found(checker, capacity)).expected("price_per_gw_year = \"12B USD\""));
        }
        (None, Some(price)) => {
            let problem = Problem::error(&price.key, "`price_per_gw_year` is the price of a `capacity`");
            checker.add(problem.help("add `capacity`, or drop this key"));
        }
        _ => {}
    }
    if let (None, Some(schedule), None) = (amount, schedule, capacity) {
        years(checker, contract, schedule);
    }
}

fn capacity_found(checker: &Checker<'_>, capacity: &Quantity) -> String {
    let (low, high) = checker.range(capacity);
    let show = |power| capacity.unit.show(power);
    if low < high { format!("{} to {}", show(low), show(high)) } else { show(low) }
}

/// A lease of space serves no workload, so all of it is paid in any case.
fn lease(checker: &mut Checker<'_>, workload: Workload, take_or_pay: &Quantity) {
    let least = checker.range(take_or_pay).0;
    if workload == Workload::None && least < 1.0 {
        let message = "with `workload = \"none\"` all of the contract is paid in any case";
        let problem = Problem::error(&take_or_pay.key, message).found(take_or_pay.unit.show(least));
        checker.add(problem.expected("100 %").help("drop `take_or_pay`, or let the contract serve a workload"));
    }
}

fn years(checker: &mut Checker<'_>, contract: &Contract, schedule: &Curve) {
    let key = |name: &str| format!("contract.{}.{name}", contract.id);
    if contract.ramp > Span::ZERO {
        let message = "a ramp needs an `amount` or a `capacity`, not a `schedule`";
        checker.add(Problem::error(key("ramp"), message).help("drop `ramp`"));
    }
    if !checker.sound(&[&key("start"), &key("term"), &schedule.key]) {
        return;
    }
    let last = (contract.start + contract.term).shifted(-1);
    let years = contract.start.year()..=last.year();
    let term = format!("{} to {last}", contract.start);
    let missing = years.clone().filter(|year| schedule.year(*year).is_none()).take(12);
    let missing: Vec<String> = missing.map(|year| year.to_string()).collect();
    if !missing.is_empty() {
        let message = format!("the schedule has no entry for {}", missing.join(", "));
        let expected = format!("an entry for every year of the term, {term}");
        checker.add(Problem::error(&schedule.key, message).expected(expected));
    }
    for (year, total) in schedule.points.iter().filter(|(year, _)| !years.contains(year)) {
        let message = format!("{year} lies outside the term, {term}");
        let help = "change `start` or `term`, or drop the year";
        checker.add(Problem::error(&total.key, message).help(help));
    }
}

/// Conditions must be able to hold, and a table must contain at least one.
fn conditions(checker: &mut Checker<'_>, investment: &Investment) {
    let lab = checker.scenario.labs.iter().find(|lab| lab.name == investment.lab);
    let private = lab.filter(|lab| lab.ipo.is_none());
    let all = investment.conditions();
    for (at, (key, conditions)) in all.iter().enumerate() {
        if let Some(lab) = private.filter(|_| conditions.after_ipo) {
            let message = match at {
                0 => format!("`{}` has no IPO, so this never closes", lab.name),
                _ => format!("`{}` has no IPO, so this never holds", lab.name),
            };
            let problem = Problem::error(format!("{key}.after_ipo"), message);
            checker.add(problem.help(format!("add [lab.{}.ipo], or drop `after_ipo`", lab.name)));
        }
        let below = format!("{key}.");
        let is_read = !checker.notes.problems.iter().any(|problem| problem.key.starts_with(&below));
        if at > 0 && conditions.is_empty() && is_read {
            let problem = Problem::error(key, "a table of conditions without a condition always holds");
            checker.add(problem.expected("such as { min_revenue_rate = \"30B USD\" }").help("drop the table"));
        }
    }
}

/// The contract that comes with an investment.
fn committed(checker: &mut Checker<'_>, investment: &Investment, commits: &Commits) {
    lease(checker, commits.workload, &commits.take_or_pay);
    let id = investment.contract_id();
    if checker.scenario.contracts.iter().any(|contract| contract.id == id) {
        let message = format!("`{id}` is the name of the contract that comes with investment `{}`", investment.id);
        checker.add(Problem::error(format!("contract.{id}.id"), message).expected("another id for this contract"));
    }
}

/// The opening balance of a facility must lie within its limit.
fn facilities(checker: &mut Checker<'_>) {
    for facility in &checker.scenario.facilities {
        let (most, least) = (checker.range(&facility.drawn).1, checker.range(&facility.limit).0);
        if most > least {
            let show = |money: f64| facility.drawn.unit.show(money);
            let problem = Problem::error(&facility.drawn.key, "more is drawn at the start than the limit");
            checker.add(problem.found(format!("{} against a limit of {}", show(most), show(least))));
        }
    }
}

fn on_demand(checker: &mut Checker<'_>) {
    for family in checker.scenario.families.iter().filter(|family| !family.on_demand.is_empty()) {
        let least: f64 = family.on_demand.iter().map(|(_, weight)| checker.range(weight).0).sum();
        if least <= 0.0 {
            let key = format!("family.{}.on_demand", family.name);
            checker.add(Problem::error(key, "at least one seller needs a share above zero"));
        }
    }
}
