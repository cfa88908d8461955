//! Consistency of the market and of those who sell on demand (docs/model.md, sections 3.3 and 6).

use super::checker::Checker;
use crate::language::problem::Problem;

pub(super) fn check(checker: &mut Checker<'_>) {
    base_rates(checker);
    limits(checker);
}

/// A hazard fitted to base rates needs a stationary market, and must not be written as well.
fn base_rates(checker: &mut Checker<'_>) {
    let market = &checker.scenario.market;
    if !market.burst.fit_base_rates {
        return;
    }
    if checker.range(&market.reversion).0 <= 0.0 {
        let message = "`fit_base_rates` averages over the stationary law of the overvaluation, which needs a reversion";
        checker.add(Problem::error(&market.reversion.key, message).expected("more than 0, such as \"25%\""));
    }
    for written in [&market.burst.hazard, &market.burst.run_up_beta] {
        if written.is_written() {
            let problem =
                Problem::error(&written.key, "`fit_base_rates` fits this number, so it cannot be written too");
            checker.add(problem.help("drop it, or `fit_base_rates`"));
        }
    }
}

/// Only an on-demand seller can have an on-demand limit.
fn limits(checker: &mut Checker<'_>) {
    let scenario = checker.scenario;
    for entity in &scenario.entities {
        let sells =
            scenario.families.iter().any(|family| family.on_demand.iter().any(|(name, _)| *name == entity.name));
        if let Some(limit) = entity.on_demand_limit.as_ref().filter(|_| !sells) {
            let message = format!("`{}` sells nothing on demand", entity.name);
            checker.add(Problem::warning(&limit.key, message).help("name it in [family.<name>.on_demand]"));
        }
    }
}
