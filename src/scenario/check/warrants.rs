//! Consistency of warrants (docs/model.md, section 5.2).

use super::checker::Checker;
use crate::language::problem::Problem;

/// Parts may miss one by so much for rounding.
const ROUNDING: f64 = 1e-9;

pub(super) fn check(checker: &mut Checker<'_>) {
    let scenario = checker.scenario;
    for warrant in &scenario.warrants {
        let key = |name: &str| format!("warrant.{}.{name}", warrant.id);
        if warrant.tranches.is_empty() && checker.sound(&[&key("tranches")]) {
            let problem = Problem::error(key("tranches"), "a warrant vests in tranches, and this one has none");
            checker.add(problem.expected("[[warrant.tranches]] with `part`, and `spend`, `price` or both"));
        }
        let parts: f64 = warrant.tranches.iter().map(|tranche| checker.range(&tranche.part).0).sum();
        if parts > 1.0 + ROUNDING {
            let problem = Problem::error(key("tranches"), "the tranches are more than the whole warrant");
            checker.add(problem.found(format!("parts of {parts} in all")).expected("1 or less"));
        }
        let vendor = scenario.entities.iter().find(|entity| entity.name == warrant.vendor);
        if vendor.is_none_or(|entity| entity.assets.is_none()) && checker.sound(&[&key("vendor")]) {
            let message = format!("the price of a share of `{}` follows its assets, and it has none", warrant.vendor);
            let problem = Problem::error(key("vendor"), message);
            checker.add(problem.help(format!("add [entity.{}] with `assets` and `asset_volatility`", warrant.vendor)));
        }
    }
}
