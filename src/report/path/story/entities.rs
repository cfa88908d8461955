//! Losses and defaults of entities (`docs/model.md`, section 8).

use crate::model::state::EntityState;
use crate::notation::money;

use super::event::Kind;
use super::moment::{Moment, Told};

/// Losses of a month below this are not told, dollars.
const TOLD: f64 = 1e8;

pub(super) fn tell(moment: &Moment<'_>, told: &mut Told) {
    let losses = rises(moment, |entity| entity.loss[0]);
    tell_losses(told, "providers", "lose on contracts and credit", losses);
    let basis = rises(moment, |entity| entity.basis_lost[0]);
    tell_losses(told, "investors", "lose what they paid for their stakes", basis);
    for (e, entity) in moment.world.entities.iter().enumerate() {
        let (before, after) = (&moment.before.entities[e], &moment.after.entities[e]);
        if let Some(balance) = entity.balance.filter(|_| before.alive[0] > 0.0 && after.alive[0] <= 0.0) {
            told.tell(Kind::EntityDefault, &entity.name, why(after, balance.barrier));
        }
    }
}

/// Why an entity defaults.
fn why(entity: &EntityState<1>, barrier: f64) -> String {
    let (worth, barrier) = (money(entity.worth[0]), money(barrier));
    if entity.illiquid[0].is_finite() {
        let missing = money(-entity.funds.cash[0]);
        format!("defaults: it lacks {missing} of what is due, with a worth of {worth} against a barrier of {barrier}")
    } else if entity.carried[0].is_finite() {
        format!("defaults: what others in default do not pay takes its worth, {worth}, below its barrier, {barrier}")
    } else {
        format!("defaults: its worth, {worth}, is below its barrier, {barrier}")
    }
}

/// How much a cumulative figure rose in the month, by entity, largest first.
fn rises<'a>(moment: &Moment<'a>, figure: impl Fn(&EntityState<1>) -> f64) -> Vec<(&'a str, f64)> {
    let pairs = moment.before.entities.iter().zip(&moment.after.entities);
    let names = moment.world.entities.iter();
    let mut rises: Vec<(&str, f64)> = names
        .zip(pairs)
        .map(|(entity, (before, after))| (entity.name.as_str(), figure(after) - figure(before)))
        .filter(|(_, rise)| *rise >= TOLD)
        .collect();
    rises.sort_by(|a, b| b.1.total_cmp(&a.1));
    rises
}

fn tell_losses(told: &mut Told, who: &str, deed: &str, losses: Vec<(&str, f64)>) {
    if losses.is_empty() {
        return;
    }
    let all = losses.iter().map(|(_, loss)| loss).sum();
    let parts: Vec<String> = losses.into_iter().map(|(name, loss)| format!("{name} {}", money(loss))).collect();
    told.tell_of(Kind::Loss, who, all, format!("{deed}: {}", parts.join(", ")));
}
