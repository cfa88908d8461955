//! Consistency of dated events (docs/model.md, section 6).

use super::checker::Checker;
use crate::language::problem::Problem;
use crate::scenario::world::{Event, EventKind, MarketProcess};

pub(super) fn check(checker: &mut Checker<'_>) {
    for event in &checker.scenario.events {
        if checker.sound(&[&format!("event.{}.kind", event.id)]) {
            subject(checker, event);
            credit(checker, event);
            size(checker, event);
        }
    }
}

/// A default has a lab or an entity with a balance sheet, a win a lab; nothing else has a subject.
fn subject(checker: &mut Checker<'_>, event: &Event) {
    let scenario = checker.scenario;
    let key = format!("event.{}.subject", event.id);
    let labs = || scenario.labs.iter().map(|lab| lab.name.as_str());
    let entities = || scenario.entities.iter().filter(|entity| entity.assets.is_some());
    let names: Vec<&str> = labs().chain(entities().map(|entity| entity.name.as_str())).collect();
    match (event.kind, event.subject.as_deref()) {
        (EventKind::Default, None) => {
            let problem = Problem::error(key, "a `default` needs the lab or entity that defaults");
            checker.add(problem.expected("`subject` with the name of a lab, or of an entity with `assets`"));
        }
        (EventKind::Default, Some(name)) => {
            if scenario.entities.iter().any(|entity| entity.name == name && entity.assets.is_none()) {
                let message = format!("entity `{name}` has no balance sheet and cannot default");
                checker.add(Problem::error(key, message).help(format!("add `assets` to [entity.{name}]")));
            } else {
                checker.look_up(&key, "lab, nor an entity with assets,", name, &names);
            }
        }
        (EventKind::Win, None) => {
            let problem = Problem::error(key, "a `win` needs the lab that wins");
            checker.add(problem.expected("`subject` with the name of a lab"));
        }
        (EventKind::Win, Some(name)) => {
            checker.look_up(&key, "lab", name, &labs().collect::<Vec<_>>());
            if labs().eq([name]) {
                let message = "there is no rival to win from";
                checker.add(Problem::warning(key, message).help("add a second lab"));
            }
        }
        (kind, Some(_)) => {
            let message = format!("a `{}` has no subject: it concerns the whole market", word(kind));
            checker.add(Problem::error(key, message).help("drop `subject`"));
        }
        (_, None) => {}
    }
}

/// Only credit with a regime of its own can freeze by itself.
fn credit(checker: &mut Checker<'_>, event: &Event) {
    if event.kind == EventKind::CreditFreeze && checker.scenario.market.credit.is_none() {
        let message = "credit has no regime of its own that could freeze".to_owned();
        let problem = Problem::error(format!("event.{}", event.id), message);
        checker.add(problem.help("add [market.credit], which may be empty, or use `freeze`"));
    }
}

/// A fall and a win have a size, a burst may have one, and nothing else has.
fn size(checker: &mut Checker<'_>, event: &Event) {
    let key = format!("event.{}.size", event.id);
    let (kind, is_rational) = (event.kind, checker.scenario.market.process == MarketProcess::Rational);
    match (kind, &event.size) {
        (EventKind::Fall, None) => {
            let problem = Problem::error(key, "a `fall` needs its size");
            checker.add(problem.expected("`size`, the fall of the log overvaluation, such as 0.3"));
        }
        (EventKind::Win, None) => {
            let problem = Problem::error(key, "a `win` needs its size");
            checker.add(
                problem.expected("`size`, the log that the lab would win of a market much larger than it, such as 0.3"),
            );
        }
        (EventKind::Fall | EventKind::Burst, Some(size)) if is_rational => {
            let message = "a rational bubble falls by all of it, and only at a burst";
            checker.add(Problem::error(&size.key, message).help("drop `size`, or `market.process`"));
        }
        (EventKind::Fall | EventKind::Burst | EventKind::Win, _) | (_, None) => {}
        (kind, Some(size)) => {
            let message = format!("a `{}` has no size", word(kind));
            checker.add(Problem::error(&size.key, message).help("drop `size`"));
        }
    }
}

fn word(kind: EventKind) -> &'static str {
    use crate::language::kinds_plain::Choice;
    kind.word()
}
