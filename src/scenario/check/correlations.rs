//! Correlations join processes that exist, and form a tree (docs/model.md, section 2).

use std::collections::BTreeMap;

use super::checker::Checker;
use crate::scenario::entity::Correlation;
use crate::scenario::problem::Problem;
use crate::scenario::suggest;

pub(super) fn check(checker: &mut Checker<'_>) {
    let processes = processes(checker);
    for correlation in &checker.scenario.correlations {
        for name in [&correlation.child, &correlation.parent] {
            if !processes.contains(name) {
                unknown(checker, correlation, name, &processes);
            }
        }
    }
    cycles(checker);
}

/// The processes of a scenario, by name.
fn processes(checker: &Checker<'_>) -> Vec<String> {
    let scenario = checker.scenario;
    let of_labs = scenario.labs.iter().flat_map(|lab| {
        ["revenue", "intensity", "cash"].map(|process| format!("{process}.{}", lab.name))
    });
    let prices = scenario.families.iter().map(|family| format!("price.{}", family.name));
    let with_assets = scenario.entities.iter().filter(|entity| entity.assets.is_some());
    let assets = with_assets.map(|entity| format!("assets.{}", entity.name));
    std::iter::once("market".to_owned()).chain(of_labs).chain(prices).chain(assets).collect()
}

fn unknown(checker: &mut Checker<'_>, correlation: &Correlation, name: &str, processes: &[String]) {
    let names = || processes.iter().map(String::as_str);
    let problem = Problem::error(&correlation.value.key, format!("there is no process `{name}`"))
        .expected(format!("one of {}", suggest::listed(names())));
    let bare = name.strip_prefix("assets.");
    let entity = checker.scenario.entities.iter().find(|entity| Some(entity.name.as_str()) == bare);
    let without_assets = entity.map(|entity| format!("`{}` has no `assets`, so they have no process", entity.name));
    checker.add(problem.help_if(without_assets.or_else(|| suggest::did_you_mean(name, names()))));
}

/// Follows each child upwards; whoever comes back to itself is in a cycle, told once by its first child in the file.
fn cycles(checker: &mut Checker<'_>) {
    let correlations = &checker.scenario.correlations;
    let parents: BTreeMap<&str, &str> =
        correlations.iter().map(|entry| (entry.child.as_str(), entry.parent.as_str())).collect();
    let mut told: Vec<&str> = Vec::new();
    for correlation in correlations {
        let mut way = vec![correlation.child.as_str()];
        while let Some(parent) = parents.get(way[way.len() - 1]).filter(|parent| !way[1..].contains(parent)) {
            way.push(parent);
            if way[0] == *parent {
                break;
            }
        }
        let is_cycle = way.len() > 1 && way[0] == way[way.len() - 1];
        if is_cycle && !told.contains(&way[0]) {
            told.extend(&way);
            let problem = Problem::error(&correlation.value.key, "correlations form a cycle, and must form a tree");
            checker.add(problem.found(way.join(" -> ")));
        }
    }
}
