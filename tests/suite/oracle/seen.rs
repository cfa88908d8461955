//! What happened on a path: for the tests that everything does on some.

use std::collections::BTreeSet;

use super::contract::Contract;
use super::input::Scenario;
use super::state::{EntityState, LabMonth, LabState, World};

/// Notes what happened in month `t`, before the market steps.
pub(crate) fn note(
    seen: &mut BTreeSet<&'static str>,
    scenario: &Scenario,
    t: i64,
    world: &World,
    labs: &[LabState],
    months: &[LabMonth],
    entities: &[EntityState],
) {
    let mut when = |case: &'static str, happened: bool| {
        if happened {
            seen.insert(case);
        }
    };
    let credit = world.credit_open();
    when("credit is frozen and the market is not", !credit && world.open);
    when("the market is frozen and credit is not", credit && !world.open);
    when("both are frozen", !credit && !world.open);
    when("a default is within the year before", world.is_contagious(t) && world.open);
    for (lab, month) in labs.iter().zip(months) {
        when("the purse binds", month.purse_bound);
        when("the purse binds an IPO", month.purse_bound && month.ipo > 0.0);
        when("idle cash buys training", month.extra_run > 0.0);
        when("idle cash finds too little", month.need_extra > month.extra_run && month.extra_run > 0.0);
        when("more training than planned", month.extra_run > month.planned_training - month.need_training + 1.0);
        when("a leaver's customers come", lab.alive && lab.inherited.iter().any(|(last, _)| t <= *last));
        when("a contract is let again", month.payment_default || month.dropped || month.renegotiated);
        when("customers of two leavers come", lab.alive && lab.inherited.len() > 1);
    }
    for expansion in &scenario.expansions {
        let windows = || expansion.windows().filter(|(month, _)| *month == t);
        when("an expansion is signed", windows().any(|(_, k)| scenario.contracts[k].is_binding()));
        when("an expansion is not signed", windows().any(|(_, k)| !scenario.contracts[k].is_binding()));
    }
    for (entity, written) in entities.iter().zip(&scenario.entities) {
        when("orders are lost", entity.lost_orders > 0.0);
        let Some((own, alone)) = entity.treasury.as_ref().zip(entity.alone.as_ref()) else { continue };
        when("debt falls due", own.last.due > 0.0);
        when("it borrows in open credit", credit && own.last.borrowed > 0.0);
        when("it rolls in frozen credit", !credit && own.last.borrowed > 0.0);
        when("it can borrow no more in open credit", credit && own.last.refused);
        when("it can roll no more", !credit && own.last.refused && own.last.due > 0.0);
        when("it pays interest on what it borrowed", own.borrowed > 0.0);
        when("it sells assets and lives", own.last.sold > 0.0 && !entity.defaulted);
        let gives = written.balance.as_ref().is_some_and(|balance| balance.giving_elasticity > 0.0);
        let asked = written.name.as_str();
        let round = months.iter().any(|month| month.from_entities.contains_key(asked));
        when("a giver has sold assets", gives && own.sold > 0.0 && round);
        when("it would sell assets alone", alone.last.sold > 0.0);
        when("it cuts capital expenditure", !credit && own.last.capex > 0.0);
    }
    for (i, (entity, state)) in scenario.entities.iter().zip(entities).enumerate() {
        let new = state.default_month == Some(t);
        let built = |k: &Contract| k.begin() > t && k.is_binding() && scenario.entity(&k.provider) == Some(i);
        when("lenders keep a part of what is being built", new && scenario.contracts.iter().any(built));
        when("an entity loses on another", state.unpaid > 0.0);
        when("it loses and stands", state.unpaid > 0.0 && !state.defaulted);
        when("a default is carried on", state.carried == Some(t));
        when("an entity is illiquid", new && state.is_illiquid());
        when("an entity is illiquid and not insolvent", new && state.is_illiquid() && !state.insolvent);
        when("an entity is insolvent and not illiquid", new && state.insolvent && !state.is_illiquid());
        when("an entity goes with its exposures only", state.defaulted && state.default_alone.is_none());
        when("an entity goes without exposures only", !state.defaulted && state.default_alone.is_some());
        when("lenders keep a part running", new && entity.step_in < 1.0);
    }
}
