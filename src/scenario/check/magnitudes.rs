//! Numbers whose size suggests a slip of the unit: `6` for "6B USD", 30 for "30%", "4M" for "4B", 2300 for 2030.

use std::collections::BTreeMap;

use super::checker::Checker;
use crate::calendar::Month;
use crate::language::effective::Effective;
use crate::language::problem::Problem;
use crate::language::quantity::Origin;
use crate::units::Unit;

/// Amounts of money below this are probably meant in another unit.
const LEAST_MONEY: f64 = 1e6;

/// Shares and rates above this are probably percentages without their sign.
const LARGEST_SHARE: f64 = 2.0;

/// Neighbours of a curve further apart than this are probably in different units.
const JUMP: f64 = 100.0;

/// Years of a curve further than this from the run are probably mistyped.
const FAR: i32 = 30;

/// Tables whose numbers say nothing about what is simulated.
const ASIDE: [&str; 3] = ["run.", "benchmark.", "outcome."];

pub(super) fn check(checker: &mut Checker<'_>) {
    let written = |row: &&Effective| row.is_number && row.origin == Origin::Written;
    let rows = checker.scenario.effective.iter().filter(written);
    let rows: Vec<&Effective> = rows.filter(|row| !ASIDE.iter().any(|table| row.key.starts_with(table))).collect();
    let known = rows.iter().filter_map(|row| Some((row.key.as_str(), unit_of(row)?, row.known()?)));
    let means = checker.scenario.uncertain.iter().map(|number| (number.key.as_str(), number.unit, number.mean()));
    let all: Vec<(&str, Unit, f64)> = known.chain(means).collect();
    let mut found: Vec<Problem> = all
        .iter()
        .filter_map(|(key, unit, value)| slip(key, *unit, *value, checker.notes.bare.contains(*key)))
        .collect();
    found.extend(jumps(&all));
    if checker.sound(&["scenario.start", "scenario.horizon"]) {
        found.extend(far(checker, &all));
        found.extend(ended(checker));
    }
    // One doubt for each number.
    let mut doubted: Vec<String> = Vec::new();
    for problem in found {
        if !doubted.contains(&problem.key) {
            doubted.push(problem.key.clone());
            checker.add(problem);
        }
    }
}

fn unit_of(row: &Effective) -> Option<Unit> {
    [Unit::Money, Unit::Share, Unit::Rate, Unit::Months, Unit::Power].into_iter().find(|unit| unit.label() == row.unit)
}

/// A number that is too small for dollars, or too large for a share or a rate that says nothing of its unit.
fn slip(key: &str, unit: Unit, value: f64, is_bare: bool) -> Option<Problem> {
    let size = value.abs();
    match unit {
        Unit::Money if size > 0.0 && size < LEAST_MONEY => {
            let meant = format!("{value}B USD");
            let problem = Problem::warning(key, format!("this is less than a million dollars: {}", unit.show(value)));
            Some(if size < 1e4 { problem.help(format!("write {meant:?} if billions are meant")) } else { problem })
        }
        Unit::Share | Unit::Rate if size > LARGEST_SHARE && is_bare => {
            let percent = value * 100.0;
            let problem = Problem::warning(
                key,
                format!("this is {percent:.0} %{}", if unit == Unit::Rate { " a year" } else { "" }),
            );
            Some(problem.help(if unit == Unit::Rate {
                format!("write \"{value}%\" if {value} percent is meant, else \"{value} a year\"")
            } else {
                format!("write \"{value}%\" if {value} percent is meant, else \"{percent}%\"")
            }))
        }
        _ => None,
    }
}

/// The numbers of curves by the key of the curve and by year.
fn curves<'k>(all: &[(&'k str, Unit, f64)]) -> BTreeMap<&'k str, Vec<(i32, Unit, f64)>> {
    let mut curves: BTreeMap<&str, Vec<(i32, Unit, f64)>> = BTreeMap::new();
    for (key, unit, value) in all {
        let year = key.rsplit_once('.').filter(|(_, year)| year.len() == 4);
        if let Some((curve, year)) = year.and_then(|(curve, year)| Some((curve, year.parse().ok()?))) {
            curves.entry(curve).or_default().push((year, *unit, *value));
        }
    }
    for years in curves.values_mut() {
        years.sort_by_key(|(year, ..)| *year);
    }
    curves
}

/// Totals that are a hundred times those beside them.
fn jumps(all: &[(&str, Unit, f64)]) -> Vec<Problem> {
    let mut found = Vec::new();
    for (curve, years) in curves(all) {
        for pair in years.windows(2) {
            let ((before, unit, first), (year, _, second)) = (pair[0], pair[1]);
            let ratio = (second / first).abs();
            let apart = ratio.is_finite() && ratio > 0.0 && !(1.0 / JUMP..=JUMP).contains(&ratio);
            if unit == Unit::Money && apart {
                let message = format!("{} in {year} stands beside {} in {before}", unit.show(second), unit.show(first));
                let problem = Problem::warning(format!("{curve}.{year}"), message);
                found.push(problem.help("is the letter of the unit right: k, M, B or T?"));
            }
        }
    }
    found
}

/// Years of curves that have nothing to do with the run.
fn far(checker: &Checker<'_>, all: &[(&str, Unit, f64)]) -> Vec<Problem> {
    let timeline = checker.scenario.timeline();
    let (first, last) = (timeline.start.year(), timeline.last().year());
    let mut found = Vec::new();
    for (curve, years) in curves(all) {
        for (year, ..) in years.iter().filter(|(year, ..)| *year < first - FAR || *year > last + FAR) {
            let message = format!("{year} is more than {FAR} years from the run, {first} to {last}");
            found.push(Problem::warning(format!("{curve}.{year}"), message).help("is the year mistyped?"));
        }
    }
    found
}

/// Contracts that were over before the run begins.
fn ended(checker: &Checker<'_>) -> Vec<Problem> {
    let start = checker.scenario.about.start;
    let ends = |start: Month, months: u32| start.shifted(months as i32);
    let over = checker.scenario.contracts.iter().filter(|contract| {
        let keys = ["start", "term"].map(|name| format!("contract.{}.{name}", contract.id));
        checker.sound(&[&keys[0], &keys[1]]) && ends(contract.start, contract.term.months()) <= start
    });
    over.map(|contract| {
        let message = format!("the contract ended before the start of the run, {start}");
        Problem::warning(format!("contract.{}.start", contract.id), message)
            .help("is the year of `start` mistyped? Else drop the contract")
    })
    .collect()
}
