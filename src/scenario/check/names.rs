//! References to names that must exist (docs/model.md, section 8).

use std::collections::{BTreeMap, BTreeSet};

use super::checker::{Checker, sibling};
use crate::language::problem::Problem;
use crate::language::suggest;

/// Names of results for sources of a lab's cash other than entities.
const SOURCES_OF_CASH: [&str; 4] = ["opening", "customers", "debt", "outside"];

pub(super) fn check(checker: &mut Checker<'_>) {
    labs_of_deals(checker);
    families(checker);
    contracts_of_matchings(checker);
    borrowers(checker);
    sources(checker);
    entities(checker);
    groups(checker);
}

fn labs_of_deals(checker: &mut Checker<'_>) {
    let scenario = checker.scenario;
    let labs: Vec<&str> = scenario.labs.iter().map(|lab| lab.name.as_str()).collect();
    if labs.is_empty() {
        let help = "add [lab.<name>] with `cash` and `revenue.target`";
        return checker.add(Problem::error("lab", "a scenario needs at least one lab").help(help));
    }
    for deal in scenario.deals() {
        checker.look_up(&format!("{}.{}.lab", deal.list, deal.id), "lab", deal.lab, &labs);
    }
}

fn families(checker: &mut Checker<'_>) {
    let scenario = checker.scenario;
    let families: Vec<&str> = scenario.families.iter().map(|family| family.name.as_str()).collect();
    for contract in &scenario.contracts {
        checker.look_up(&format!("contract.{}.family", contract.id), "family", &contract.family, &families);
    }
    for investment in &scenario.investments {
        for (family, share) in investment.conditions().iter().flat_map(|(_, conditions)| &conditions.min_family_share) {
            checker.look_up(&share.key, "family", family, &families);
        }
        if let Some(commits) = &investment.commits {
            let key = format!("investment.{}.commits.family", investment.id);
            checker.look_up(&key, "family", &commits.family, &families);
        }
    }
    let flagged: Vec<&str> =
        scenario.families.iter().filter(|family| family.reference).map(|family| family.name.as_str()).collect();
    if let [first, .., last] = flagged.as_slice() {
        let message = format!("there is already a reference family, `{first}`");
        checker.add(
            Problem::error(format!("family.{last}.reference"), message).expected("one family with `reference = true`"),
        );
    }
}

fn contracts_of_matchings(checker: &mut Checker<'_>) {
    let scenario = checker.scenario;
    let contracts: Vec<&str> = scenario.contracts.iter().map(|contract| contract.id.as_str()).collect();
    for matching in &scenario.matchings {
        let key = format!("matching.{}.contract", matching.id);
        checker.look_up(&key, "contract", &matching.contract, &contracts);
        let contract = scenario.contracts.iter().find(|contract| contract.id == matching.contract);
        if let Some(contract) = contract.filter(|contract| contract.lab != matching.lab && !contract.lab.is_empty()) {
            let message =
                format!("contract `{}` belongs to `{}`, not to `{}`", contract.id, contract.lab, matching.lab);
            checker.add(Problem::error(key, message).expected("a contract of the lab that receives the money"));
        }
    }
}

/// A debt is one of an entity with a treasury, which pays it.
fn borrowers(checker: &mut Checker<'_>) {
    let scenario = checker.scenario;
    let entities: Vec<&str> = scenario.entities.iter().map(|entity| entity.name.as_str()).collect();
    for debt in &scenario.debts {
        let key = format!("debt.{}.borrower", debt.id);
        checker.look_up(&key, "entity", &debt.borrower, &entities);
        let borrower = scenario.entities.iter().find(|entity| entity.name == debt.borrower);
        if borrower.is_some_and(|entity| entity.treasury.is_none()) {
            let message = format!("`{}` has no treasury from which it could be paid", debt.borrower);
            let help = format!("add [entity.{}.treasury] with its `cash`", debt.borrower);
            checker.add(Problem::error(key, message).help(help));
        }
        if let Some(lender) = &debt.lender {
            let key = format!("debt.{}.lender", debt.id);
            checker.look_up(&key, "entity", lender, &entities);
            if *lender == debt.borrower {
                let message = format!("`{lender}` would owe this to itself");
                checker.add(Problem::error(key, message).expected("another entity"));
            }
        }
    }
}

fn sources(checker: &mut Checker<'_>) {
    let sources: Vec<&str> = checker.scenario.sources.iter().map(|source| source.id.as_str()).collect();
    for citation in &checker.notes.citations {
        let source = citation.source.as_str();
        if !sources.contains(&source) {
            let problem = Problem::error(&citation.key, format!("there is no source `{source}`"));
            checker.add(unknown_source(problem, source, &sources).at(&citation.place));
        }
    }
    for benchmark in &checker.scenario.benchmarks {
        if let Some(source) =
            benchmark.source.as_deref().filter(|source| !source.is_empty() && !sources.contains(source))
        {
            let key = sibling(&benchmark.value.key, "source");
            let problem = Problem::error(key, format!("there is no source `{source}`"));
            checker.add(unknown_source(problem, source, &sources));
        }
    }
}

fn unknown_source(problem: Problem, source: &str, sources: &[&str]) -> Problem {
    let help = suggest::did_you_mean(source, sources.iter().copied());
    problem.help(help.unwrap_or_else(|| format!("add [sources.{source}] with its `title`")))
}

/// An entity without a table has no balance sheet. That is fine where it sells, invests or lends; where it is only
/// mentioned, its name is probably misspelt.
fn entities(checker: &mut Checker<'_>) {
    let acting = acting(checker);
    let tables: BTreeSet<&str> = checker.scenario.entities.iter().map(|entity| entity.name.as_str()).collect();
    let actors: BTreeSet<&str> = acting.iter().map(|(_, actor)| actor.as_str()).collect();
    for (key, name) in mentions(checker) {
        if !name.is_empty() && !tables.contains(name.as_str()) && !actors.contains(name.as_str()) {
            let known = || tables.iter().chain(&actors).copied();
            let help = suggest::did_you_mean(&name, known());
            let problem = Problem::error(
                key,
                format!("there is no [entity.{name}], and `{name}` neither sells, invests nor lends"),
            );
            checker.add(problem.help(help.unwrap_or_else(|| format!("add [entity.{name}]; it may be empty"))));
        }
    }
    for (key, name) in acting.iter().filter(|(_, name)| SOURCES_OF_CASH.contains(&name.as_str())) {
        let message = format!("`{name}` is a reserved name");
        checker.add(Problem::error(key, message).expected("another name for the entity"));
    }
    for (key, name) in &acting {
        let near = suggest::nearest(name, tables.iter().copied()).filter(|_| !tables.contains(name.as_str()));
        if let Some(near) = near {
            let message = format!("there is no [entity.{name}], but there is [entity.{near}]");
            checker.add(Problem::warning(key, message).help(format!("did you mean `{near}`?")));
        }
    }
}

/// Keys that name an entity which sells, invests or lends.
fn acting(checker: &Checker<'_>) -> Vec<(String, String)> {
    let deals = checker.scenario.deals();
    let parties = deals.map(|deal| (format!("{}.{}.{}", deal.list, deal.id, deal.role), deal.party.to_owned()));
    let sellers = checker.scenario.investments.iter().filter_map(|investment| {
        let provider = investment.commits.as_ref()?.provider.clone()?;
        Some((format!("investment.{}.commits.provider", investment.id), provider))
    });
    let on_demand = checker.scenario.families.iter().flat_map(|family| family.on_demand.iter());
    parties.chain(sellers).chain(on_demand.map(|(name, weight)| (weight.key.clone(), name.clone()))).collect()
}

/// Keys that name an entity without making it a party to a deal.
fn mentions(checker: &Checker<'_>) -> Vec<(String, String)> {
    let scenario = checker.scenario;
    let mut mentions = Vec::new();
    for lab in &scenario.labs {
        let participants = lab.round.iter().flat_map(|round| &round.participants);
        for (name, part) in lab.stakes.iter().chain(&lab.invested).chain(participants) {
            mentions.push((part.key.clone(), name.clone()));
        }
        for share in &lab.revenue_share {
            mentions.push((sibling(&share.share.key, "to"), share.to.clone()));
        }
        if let Some(sponsor) = &lab.resolution.sponsor {
            mentions.push((format!("lab.{}.resolution.sponsor", lab.name), sponsor.clone()));
        }
    }
    let passed_on = scenario.contracts.iter().flat_map(|contract| contract.pass_through.iter().chain(&contract.orders));
    mentions.extend(passed_on.map(|(name, part)| (part.key.clone(), name.clone())));
    mentions
}

/// A group with a single member must have the name of an entity.
fn groups(checker: &mut Checker<'_>) {
    let scenario = checker.scenario;
    let acting = acting(checker);
    let actors = acting.iter().map(|(_, actor)| actor.as_str());
    let tables = scenario.entities.iter().map(|entity| entity.name.as_str());
    let known: BTreeSet<&str> = actors.chain(tables).collect();
    let mut members: BTreeMap<&str, usize> = BTreeMap::new();
    for entity in &scenario.entities {
        *members.entry(&entity.group).or_default() += 1;
    }
    for entity in &scenario.entities {
        let group = entity.group.as_str();
        if members[group] == 1 && !known.contains(group) && !group.is_empty() {
            let names = known.iter().chain(members.keys()).copied();
            let names = names.filter(|name| *name != group && *name != entity.name);
            let message = format!("group `{group}` has no other member and is not the name of an entity");
            let problem = Problem::error(format!("entity.{}.group", entity.name), message);
            checker.add(problem.help_if(suggest::did_you_mean(group, names)));
        }
    }
}
