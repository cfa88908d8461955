//! Numbers and dates that suggest a slip: `6` for "6B USD", 30 for "30%", "4M" for "4B", 2300 for 2030.

use std::collections::BTreeMap;

use super::checker::Checker;
use crate::calendar::{Month, Timeline};
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

/// Amounts of a lab below this are probably in another unit where the lab itself is worth [`BILLIONS`].
const LEAST_OF_LARGE: f64 = 1e8;
const BILLIONS: f64 = 1e9;

/// Dates further outside the run than the run is long, and than this many months, are probably mistyped.
const FAR_MONTHS: i32 = 60;

/// Loans may be due long after the run, but not after this many months.
const LONGEST_LOAN: i32 = 600;

/// Tables whose numbers do not affect the simulation.
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
    found.extend(small_for_the_lab(checker, &all));
    found.extend(apart_from_siblings(&all));
    if checker.sound(&["scenario.start", "scenario.horizon"]) {
        found.extend(far(checker, &all));
        found.extend(far_dates(checker));
        found.extend(ended(checker));
    }
    // One warning per number.
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
                found.push(problem.help(LETTER));
            }
        }
    }
    found
}

/// Advice where an amount is out of scale with others.
const LETTER: &str = "is the letter of the unit right: k, M, B or T?";

/// Cash, deals and valuations of under a hundred million where the lab's cash, valuation or revenue is in billions.
fn small_for_the_lab(checker: &Checker<'_>, all: &[(&str, Unit, f64)]) -> Vec<Problem> {
    let amount = |key: &str| all.iter().find(|(other, ..)| *other == key).map(|(.., value)| *value);
    let mut found = Vec::new();
    let mut doubt = |key: &str, value: f64, whole: &str, size: f64| {
        let show = |value: f64| Unit::Money.show(value);
        let message = format!("{} stands beside a {whole} of {}", show(value), show(size));
        found.push(Problem::warning(key, message).help(LETTER));
    };
    let is_small = |value: &f64| *value > 0.0 && *value < LEAST_OF_LARGE;
    for lab in &checker.scenario.labs {
        let own = ["cash", "valuation"].map(|name| format!("lab.{}.{name}", lab.name));
        let target = format!("lab.{}.revenue.target.", lab.name);
        // The first year: a plan may grow to billions from whatever there is.
        let first_year = all.iter().filter(|(key, ..)| key.starts_with(&target)).min_by_key(|(key, ..)| *key);
        let revenue = first_year.map(|(.., value)| *value);
        let sizes = [("cash", amount(&own[0])), ("valuation", amount(&own[1])), ("revenue", revenue)];
        let largest = sizes.into_iter().filter_map(|(name, size)| Some((name, size?)));
        let Some((whole, size)) = largest.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, size)| *size >= BILLIONS)
        else {
            continue;
        };
        let deals = checker.scenario.deals().filter(|deal| deal.lab == lab.name);
        let amounts =
            deals.flat_map(|deal| ["amount", "cap", "limit"].map(|name| format!("{}.{}.{name}", deal.list, deal.id)));
        for key in amounts.chain(own) {
            if let Some(value) = amount(&key).filter(is_small) {
                doubt(&key, value, whole, size);
            }
        }
    }
    found
}

/// Amounts a hundredfold off every other of their kind, such as one investment among several.
fn apart_from_siblings(all: &[(&str, Unit, f64)]) -> Vec<Problem> {
    let mut kinds: BTreeMap<(&str, &str), Vec<(&str, f64)>> = BTreeMap::new();
    for (key, _, value) in all.iter().filter(|(_, unit, value)| *unit == Unit::Money && *value > 0.0) {
        if let [list, _, name] = key.split('.').collect::<Vec<_>>().as_slice() {
            kinds.entry((list, name)).or_default().push((key, *value));
        }
    }
    let mut found = Vec::new();
    for siblings in kinds.into_values().filter(|siblings| siblings.len() > 2) {
        for (at, (key, value)) in siblings.iter().enumerate() {
            let others = || siblings.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, (_, other))| *other);
            if others().all(|other| !(1.0 / JUMP..=JUMP).contains(&(value / other))) {
                let nearest = others().min_by(|a, b| (a / value).ln().abs().total_cmp(&(b / value).ln().abs()));
                let show = |value: f64| Unit::Money.show(value);
                let message = format!(
                    "{} stands beside {}, the nearest of its kind",
                    show(*value),
                    show(nearest.unwrap_or(*value))
                );
                found.push(Problem::warning(*key, message).help(LETTER));
            }
        }
    }
    found
}

/// Whether a date lies further outside the run than the run is long.
pub(super) fn is_far(timeline: Timeline, date: Month) -> bool {
    let (t, months) = (timeline.index(date), timeline.months as i32);
    let reach = months.max(FAR_MONTHS);
    t < -reach || t >= months + reach
}

/// Dates far outside the run. A contract may begin long before it, and a loan may be due long after it.
fn far_dates(checker: &Checker<'_>) -> Vec<Problem> {
    let timeline = checker.scenario.timeline();
    let is_date = |row: &&Effective| {
        let table = ASIDE.iter().chain(&["scenario.", "sources."]).any(|table| row.key.starts_with(table));
        !row.is_number && row.origin == Origin::Written && !table
    };
    let doubt = |row: &Effective| {
        let date = Month::parse(&row.value)?;
        let (t, last) = (timeline.index(date), timeline.last());
        let name = row.key.rsplit('.').next();
        let is_usual = name == Some("start") && t < 0 || name == Some("maturity") && t < LONGEST_LOAN;
        let message = format!("{date} is far outside the run, {} to {last}", timeline.start);
        (is_far(timeline, date) && !is_usual).then(|| Problem::warning(&row.key, message).help("is the year mistyped?"))
    };
    checker.scenario.effective.iter().filter(is_date).filter_map(doubt).collect()
}

/// Years of curves far outside the run.
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
