//! The order of dates, and the size of the run.

use super::checker::{Checker, sibling};
use super::magnitudes::is_far;
use crate::calendar::{Month, Span};
use crate::language::problem::Problem;

/// The longest run.
const LONGEST: Span = Span::of_months(600);

/// The largest number of paths times months.
const MOST_PATH_MONTHS: f64 = 1e12;

pub(super) fn check(checker: &mut Checker<'_>) {
    size(checker);
    let runs = checker.scenario.about.horizon > Span::ZERO;
    if runs && checker.sound(&["scenario.start", "scenario.horizon"]) {
        labs(checker);
        deals(checker);
        benchmarks(checker);
    }
}

fn size(checker: &mut Checker<'_>) {
    let (about, run) = (&checker.scenario.about, &checker.scenario.run);
    if about.horizon == Span::ZERO {
        checker
            .add(Problem::error("scenario.horizon", "the horizon must be at least one month").expected("1mo to 50y"));
    } else if about.horizon > LONGEST {
        let problem = Problem::error("scenario.horizon", "the horizon must be at most 50 years");
        checker.add(problem.found(about.horizon.to_string()).expected("1mo to 50y"));
    }
    let path_months = run.paths as f64 * f64::from(about.horizon.months());
    if path_months > MOST_PATH_MONTHS {
        let message = format!("{} paths of {} exceed 1e12 months in total", run.paths, about.horizon);
        let most = MOST_PATH_MONTHS / f64::from(about.horizon.months());
        checker.add(Problem::error("run.paths", message).expected(format!("at most {:.0} paths", most.floor())));
    }
}

fn labs(checker: &mut Checker<'_>) {
    let start = checker.scenario.about.start;
    let last = checker.scenario.timeline().last();
    for lab in &checker.scenario.labs {
        let key = format!("lab.{}.last_round", lab.name);
        if lab.last_round >= start {
            let problem = Problem::error(key, format!("the last round must be before the start of the run, {start}"));
            checker.add(problem.found(lab.last_round.to_string()));
        }
        for share in &lab.revenue_share {
            let key = sibling(&share.share.key, "until");
            if let Some(until) = share.until.filter(|until| *until < start) {
                let problem = Problem::error(key, format!("this share ended before the start of the run, {start}"));
                checker.add(problem.found(until.to_string()));
            }
        }
        if let Some(ipo) = lab.ipo.as_ref().filter(|ipo| ipo.earliest > last) {
            never(checker, &format!("lab.{}.ipo.earliest", lab.name), ipo.earliest, last);
        }
    }
}

fn deals(checker: &mut Checker<'_>) {
    let scenario = checker.scenario;
    let (start, last) = (scenario.about.start, scenario.timeline().last());
    for investment in &scenario.investments {
        let key = |name: &str| format!("investment.{}.{name}", investment.id);
        let deadline = investment.deadline.filter(|_| checker.sound(&[&key("date"), &key("deadline")]));
        if let Some(deadline) = deadline.filter(|deadline| *deadline < investment.date) {
            let message = format!("the deadline is before the date, {}", investment.date);
            checker.add(Problem::error(key("deadline"), message).found(deadline.to_string()));
        } else if let Some(deadline) = deadline.filter(|deadline| *deadline < start) {
            let message = format!("the investment lapsed before the start of the run, {start}");
            checker.add(Problem::error(key("deadline"), message).found(deadline.to_string()));
        }
        if investment.date > last {
            never(checker, &key("date"), investment.date, last);
        }
    }
    for facility in &scenario.facilities {
        if let Some(maturity) = facility.maturity.filter(|maturity| *maturity <= start) {
            let key = format!("facility.{}.maturity", facility.id);
            let message = format!("the facility must be due after the start of the run, {start}");
            checker.add(Problem::error(key, message).found(maturity.to_string()));
        }
    }
    for debt in &scenario.debts {
        let key = format!("debt.{}.maturity", debt.id);
        not_past(checker, &key, "the debt was due", debt.maturity);
        if debt.maturity > last {
            never(checker, &key, debt.maturity, last);
        }
    }
    for contract in &scenario.contracts {
        let key = |name: &str| format!("contract.{}.{name}", contract.id);
        if contract.start > last {
            never(checker, &key("start"), contract.start, last);
        }
        not_past(checker, &key("decided"), "the contract was decided", contract.decided);
        if contract.decided > last {
            never(checker, &key("decided"), contract.decided, last);
        }
    }
    for event in &scenario.events {
        let key = format!("event.{}.date", event.id);
        not_past(checker, &key, "the event happened", event.date);
        if event.date > last {
            never(checker, &key, event.date, last);
        }
    }
}

fn not_past(checker: &mut Checker<'_>, key: &str, what: &str, date: Month) {
    let start = checker.scenario.about.start;
    if date < start {
        let problem = Problem::error(key, format!("{what} before the start of the run, {start}"));
        checker.add(problem.found(date.to_string()).expected(format!("{start} or later")));
    }
}

fn benchmarks(checker: &mut Checker<'_>) {
    let timeline = checker.scenario.timeline();
    for benchmark in &checker.scenario.benchmarks {
        let outside = |by: &Month| *by < timeline.start || *by > timeline.last();
        if let Some(by) = benchmark.by.filter(outside) {
            let message = format!("{by} is outside the run, {} to {}", timeline.start, timeline.last());
            checker.add(Problem::warning(sibling(&benchmark.value.key, "by"), message));
        }
    }
    for outcome in &checker.scenario.outcomes {
        if outcome.by < timeline.start || outcome.by > timeline.last() {
            let message = format!("{} is outside the run, {} to {}", outcome.by, timeline.start, timeline.last());
            checker.add(Problem::warning(sibling(&outcome.value.key, "by"), message));
        }
    }
}

/// Dates after the run; a date far from it has a warning of its own.
pub(super) fn never(checker: &mut Checker<'_>, key: &str, date: Month, last: Month) {
    if is_far(checker.scenario.timeline(), date) {
        return;
    }
    checker.add(Problem::warning(key, format!("{date} is after the last month of the run, {last}")));
}
