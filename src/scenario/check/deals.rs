//! Consistency of contracts, investments and on-demand sellers (docs/model.md, sections 3, 4, 5).

use super::checker::Checker;
use crate::calendar::Span;
use crate::language::problem::Problem;
use crate::language::quantity::Curve;
use crate::scenario::deals::Contract;

pub(super) fn check(checker: &mut Checker<'_>) {
    for contract in &checker.scenario.contracts {
        size(checker, contract);
        let key = format!("contract.{}.pass_through", contract.id);
        checker.parts_of_one(&key, "shares passed on", &contract.pass_through);
    }
    investments(checker);
    on_demand(checker);
}

/// Either an amount, with or without a ramp, or a schedule.
fn size(checker: &mut Checker<'_>, contract: &Contract) {
    let key = format!("contract.{}", contract.id);
    match (&contract.amount, &contract.schedule) {
        (Some(_), Some(schedule)) => {
            let problem = Problem::error(&schedule.key, "a contract has either an `amount` or a `schedule`");
            checker.add(problem.help("drop one of them"));
        }
        (None, None) => {
            let problem = Problem::error(key, "a contract needs an `amount` or a `schedule`");
            checker
                .add(problem.expected("amount = \"38B USD\", or schedule = { 2026 = \"5B USD\", 2027 = \"8B USD\" }"));
        }
        (None, Some(schedule)) => years(checker, contract, schedule),
        (Some(_), None) => {}
    }
}

fn years(checker: &mut Checker<'_>, contract: &Contract, schedule: &Curve) {
    let key = |name: &str| format!("contract.{}.{name}", contract.id);
    if contract.ramp > Span::ZERO {
        let message = "a ramp needs an `amount`, not a `schedule`";
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

fn investments(checker: &mut Checker<'_>) {
    for investment in checker.scenario.investments.iter().filter(|investment| investment.after_ipo) {
        let lab = checker.scenario.labs.iter().find(|lab| lab.name == investment.lab);
        if let Some(lab) = lab.filter(|lab| lab.ipo.is_none()) {
            let key = format!("investment.{}.after_ipo", investment.id);
            let problem = Problem::error(key, format!("`{}` has no IPO, so this never closes", lab.name));
            checker.add(problem.help(format!("add [lab.{}.ipo], or drop `after_ipo`", lab.name)));
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
