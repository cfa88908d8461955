//! What joins the labs joins something (docs/model.md, sections 2, 5.5, 8.2).

use super::checker::Checker;
use crate::language::problem::Problem;

pub(super) fn check(checker: &mut Checker<'_>) {
    one_lab(checker);
    purse(checker);
}

/// One lab has no rivals; only the demand for what it sells moves it.
fn one_lab(checker: &mut Checker<'_>) {
    let scenario = checker.scenario;
    if scenario.labs.len() != 1 {
        return;
    }
    let rivals = &scenario.rivals;
    let at_work = [
        (&rivals.share_volatility, checker.range(&rivals.share_volatility).1 > 0.0),
        (&rivals.inherit, checker.range(&rivals.inherit).1 > 0.0),
        (&rivals.relet_alone, checker.range(&rivals.relet_alone).0 < 1.0),
    ];
    for (quantity, _) in at_work.into_iter().filter(|(_, is_at_work)| *is_at_work) {
        let message = "this does nothing in a scenario of one lab, which has no rivals";
        checker.add(Problem::warning(&quantity.key, message).help("drop this key, or add a lab"));
    }
}

/// A purse without a bottom is no purse.
fn purse(checker: &mut Checker<'_>) {
    let market = &checker.scenario.market;
    if market.one_purse && market.supply.is_none() {
        let message = "this does nothing while the supply is unlimited";
        checker.add(Problem::warning("market.one_purse", message).help("add `supply` to [market], or drop this key"));
    }
}
