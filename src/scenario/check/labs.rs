//! Consistency of the numbers of a lab (docs/model.md, sections 2, 3, 5, 6, 7).

use super::checker::Checker;
use crate::calendar::Month;
use crate::language::problem::Problem;
use crate::language::quantity::Curve;
use crate::language::range::clip;
use crate::scenario::lab::Lab;

pub(super) fn check(checker: &mut Checker<'_>) {
    first_lab(checker);
    for lab in &checker.scenario.labs {
        attainment(checker, lab);
        target(checker, lab);
        costs(checker, lab);
        cost_of_capital(checker, lab);
        equity(checker, lab);
        rescue(checker, lab);
    }
}

fn first_lab(checker: &mut Checker<'_>) {
    let Some(lab) = checker.scenario.labs.first() else {
        return;
    };
    let (low, high) = checker.range(&lab.market_beta);
    if low < 1.0 || high > 1.0 {
        let problem = Problem::error(
            &lab.market_beta.key,
            "`market_beta` of the first lab must be 1, since that lab defines the market",
        );
        checker.add(problem.help("drop this key, or put another lab first"));
    }
}

fn attainment(checker: &mut Checker<'_>, lab: &Lab) {
    let revenue = &lab.revenue;
    let Some(attainment) = &revenue.attainment else {
        return;
    };
    for twice in [&revenue.drift, &revenue.volatility].into_iter().filter(|number| number.is_written()) {
        let message = "drift and volatility are derived from `attainment`";
        checker.add(Problem::error(&twice.key, message).help("drop this key, or `attainment`"));
    }
    let (median, p90) = (checker.range(&attainment.median).1, checker.range(&attainment.p90).0);
    if p90 <= median {
        let problem = Problem::error(&attainment.p90.key, "the 90 % quantile must be above the median");
        let unit = attainment.p90.unit;
        checker.add(problem.found(format!("{} against a median of {}", unit.show(p90), unit.show(median))));
    }
}

/// Attainment is undefined where no revenue is planned in month 0.
fn target(checker: &mut Checker<'_>, lab: &Lab) {
    let start = checker.scenario.about.start;
    let target = &lab.revenue.target;
    if checker.sound(&["scenario.start", &target.key]) && starts_at_zero(checker, target, start) {
        let message = format!("the planned revenue is zero in the first month, {start}");
        checker.add(Problem::error(&target.key, message).help("start the run later, or plan revenue for that year"));
    }
}

/// Whether a curve is zero in the month `start`: the anchors around it are.
fn starts_at_zero(checker: &Checker<'_>, curve: &Curve, start: Month) -> bool {
    let before = curve.points.iter().rfind(|(year, _)| *year <= start.year());
    let after = curve.points.iter().find(|(year, _)| *year >= start.year());
    let beside: Vec<f64> = before.into_iter().chain(after).map(|(_, total)| checker.range(total).1).collect();
    !beside.is_empty() && beside.iter().all(|total| *total <= 0.0)
}

fn costs(checker: &mut Checker<'_>, lab: &Lab) {
    if let (Some(_), Some(burn)) = (&lab.opex.fixed, &lab.opex.burn) {
        let problem = Problem::error(&burn.key, "give either `fixed` or `burn`");
        checker.add(problem.help("drop one of them"));
    }
    let most = |curve: &Curve| curve.points.iter().map(|(_, share)| checker.range(share).1).fold(0.0, f64::max);
    let shares: f64 = lab.revenue_share.iter().map(|share| most(&share.share)).sum();
    if shares > 1.0 {
        let key = format!("lab.{}.revenue_share", lab.name);
        let problem = Problem::error(key, "revenue shares add up to more than 100 %");
        checker.add(problem.found(format!("{:.2} %", shares * 100.0)));
    }
}

/// The value of the plan is finite only if the discount rate exceeds growth.
fn cost_of_capital(checker: &mut Checker<'_>, lab: &Lab) {
    let (rate, growth) = (&lab.fundamental.cost_of_capital, &checker.scenario.economy.long_run_growth);
    let (lowest, highest) = (checker.range(rate).0, checker.range(growth).1);
    if lowest <= highest {
        let message = "the cost of capital must exceed the long-run growth";
        let show = |value: f64| {
            if value.is_finite() { rate.unit.show(value) } else { "no bound".to_owned() }
        };
        let at_worst = if rate.is_uncertain() || growth.is_uncertain() { ", at worst" } else { "" };
        let problem = Problem::error(&rate.key, message).found(format!(
            "{} against growth of {}{at_worst}",
            show(lowest),
            show(highest)
        ));
        // One percentage point above, rounded as people write it.
        let least = (highest * 1e4).round() / 1e4 + 0.01;
        let can_be_clipped = rate.is_uncertain() && highest.is_finite();
        let clip = can_be_clipped.then(|| format!("clip it with {}", clip("min", rate.unit, least)));
        checker.add(problem.help_if(clip));
    }
}

fn equity(checker: &mut Checker<'_>, lab: &Lab) {
    checker.parts_of_one(&format!("lab.{}.stakes", lab.name), "stakes", &lab.stakes);
    if let Some(round) = &lab.round {
        checker.parts_of_one(&format!("lab.{}.round.participants", lab.name), "participants", &round.participants);
    }
}

fn rescue(checker: &mut Checker<'_>, lab: &Lab) {
    let rescue = &lab.resolution.rescue;
    if lab.resolution.sponsor.is_none() && checker.range(rescue).1 > 0.0 {
        let problem = Problem::error(&rescue.key, "a rescue needs a sponsor");
        checker.add(problem.help(format!("add `sponsor` to [lab.{}.resolution]", lab.name)));
    }
}
