//! Correlations are between existing processes and form a tree (docs/model.md, section 2).

use std::collections::{BTreeMap, BTreeSet};

use super::checker::Checker;
use crate::language::problem::Problem;
use crate::scenario::correlation::Correlation;
use crate::scenario::process;

pub(super) fn check(checker: &mut Checker<'_>) {
    let processes = process::all(checker.scenario);
    let known: BTreeSet<&String> = processes.iter().collect();
    for correlation in &checker.scenario.correlations {
        for name in [&correlation.child, &correlation.parent] {
            if !known.contains(name) {
                unknown(checker, correlation, name, &processes);
            }
        }
    }
    cycles(checker);
}

fn unknown(checker: &mut Checker<'_>, correlation: &Correlation, name: &str, processes: &[String]) {
    let message = format!("there is no process `{name}`");
    let problem = Problem::error(&correlation.value.key, message).among(name, processes.iter().map(String::as_str));
    let entity = checker.scenario.entities.iter().find(|entity| process::assets(&entity.name) == name);
    let without_assets = entity.map(|entity| format!("add `assets` to [entity.{}]", entity.name));
    let help = without_assets.or_else(|| without_rivals(checker, name)).or_else(|| problem.help.clone());
    checker.add(problem.help_if(help));
}

/// What makes a process of `[rivals]`, where it is named and missing.
fn without_rivals(checker: &Checker<'_>, name: &str) -> Option<String> {
    let labs = &checker.scenario.labs;
    let key = if name == process::DEMAND {
        "demand_volatility"
    } else if labs.iter().any(|lab| process::share(&lab.name) == name) {
        "share_volatility"
    } else {
        return None;
    };
    Some(format!("add `{key}` to [rivals]"))
}

/// Follows each child to its ancestors, up to one that was visited before; if that was on the same way, there is a cycle.
fn cycles(checker: &mut Checker<'_>) {
    let correlations = &checker.scenario.correlations;
    let parents: BTreeMap<&str, &str> =
        correlations.iter().map(|entry| (entry.child.as_str(), entry.parent.as_str())).collect();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for correlation in correlations {
        let mut way: Vec<&str> = Vec::new();
        let mut process = correlation.child.as_str();
        while seen.insert(process) {
            way.push(process);
            match parents.get(process) {
                Some(parent) => process = parent,
                None => break,
            }
        }
        let turn = way.iter().position(|passed| *passed == process).filter(|_| parents.contains_key(process));
        if let Some(turn) = turn {
            let cycle: Vec<&str> = way[turn..].iter().copied().chain([process]).collect();
            let problem = Problem::error(&correlation.value.key, "correlations must form a tree, without cycles");
            checker.add(problem.found(cycle.join(" -> ")));
        }
    }
}
