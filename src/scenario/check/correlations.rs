//! Correlations join processes that exist, and form a tree (docs/model.md, section 2).

use std::collections::{BTreeMap, BTreeSet};

use super::checker::Checker;
use crate::language::problem::Problem;
use crate::scenario::correlation::Correlation;

pub(super) fn check(checker: &mut Checker<'_>) {
    let processes = processes(checker);
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

/// The processes of a scenario, by name.
fn processes(checker: &Checker<'_>) -> Vec<String> {
    let scenario = checker.scenario;
    let of_labs = scenario
        .labs
        .iter()
        .flat_map(|lab| ["revenue", "intensity", "cash"].map(|process| format!("{process}.{}", lab.name)));
    let prices = scenario.families.iter().map(|family| format!("price.{}", family.name));
    let with_assets = scenario.entities.iter().filter(|entity| entity.assets.is_some());
    let assets = with_assets.map(|entity| format!("assets.{}", entity.name));
    std::iter::once("market".to_owned()).chain(of_labs).chain(prices).chain(assets).collect()
}

fn unknown(checker: &mut Checker<'_>, correlation: &Correlation, name: &str, processes: &[String]) {
    let message = format!("there is no process `{name}`");
    let problem = Problem::error(&correlation.value.key, message).among(name, processes.iter().map(String::as_str));
    let bare = name.strip_prefix("assets.");
    let entity = checker.scenario.entities.iter().find(|entity| Some(entity.name.as_str()) == bare);
    let without_assets = entity.map(|entity| format!("`{}` has no `assets`, so they have no process", entity.name));
    let help = without_assets.or_else(|| problem.help.clone());
    checker.add(problem.help_if(help));
}

/// Follows each child upwards to where somebody has been before; to come back to the same way is a cycle, told once.
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
            let problem = Problem::error(&correlation.value.key, "correlations form a cycle, and must form a tree");
            checker.add(problem.found(cycle.join(" -> ")));
        }
    }
}
