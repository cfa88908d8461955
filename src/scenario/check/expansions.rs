//! Consistency of expansions (docs/model.md, section 4).

use super::checker::Checker;
use crate::calendar::Span;
use crate::language::problem::Problem;
use crate::model::contract::Workload;
use crate::scenario::expansion::Expansion;

/// The longest time from signing to full capacity.
const LONGEST: Span = Span::of_months(120);

pub(super) fn check(checker: &mut Checker<'_>) {
    let scenario = checker.scenario;
    let families: Vec<&str> = scenario.families.iter().map(|family| family.name.as_str()).collect();
    for expansion in &scenario.expansions {
        let key = |name: &str| format!("expansion.{}.{name}", expansion.id);
        checker.look_up(&key("family"), "family", &expansion.family, &families);
        if expansion.workload == Workload::None {
            let problem = Problem::error(key("workload"), "an expansion buys compute, which serves something");
            checker.add(problem.expected("`any`, `inference` or `training`"));
        }
        let ahead = expansion.lead.months() + expansion.ramp.months();
        if ahead > LONGEST.months() && checker.sound(&[&key("lead"), &key("ramp")]) {
            let problem = Problem::error(key("ramp"), "`lead` and `ramp` add up to more than 10 years");
            checker.add(problem.found(Span::of_months(ahead).to_string()).expected("10y or less"));
        }
        dates(checker, expansion);
    }
}

/// When it is tried, and what its contracts are called.
fn dates(checker: &mut Checker<'_>, expansion: &Expansion) {
    let scenario = checker.scenario;
    let runs = scenario.about.horizon > Span::ZERO;
    let key = format!("expansion.{}.first", expansion.id);
    if !runs || !checker.sound(&["scenario.start", "scenario.horizon", &key]) {
        return;
    }
    let timeline = scenario.timeline();
    if expansion.first <= timeline.start {
        let message = format!("an expansion is first tried after the start of the run, {}", timeline.start);
        let problem = Problem::error(&key, message).found(expansion.first.to_string());
        checker.add(problem.expected(format!("{} or later", timeline.month(1))));
    } else if expansion.first > timeline.last() {
        super::dates::never(checker, &key, expansion.first, timeline.last());
    }
    for t in expansion.tries(&timeline) {
        let id = expansion.contract_id(timeline.month(t as i32));
        if scenario.contracts.iter().any(|contract| contract.id == id) {
            let message = format!("`{id}` is the name of what expansion `{}` signs in that month", expansion.id);
            checker.add(Problem::error(format!("contract.{id}.id"), message).expected("another id for this contract"));
        }
    }
}
