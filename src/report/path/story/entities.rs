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
            let what = format!(
                "defaults: its worth, {}, is below its barrier, {}",
                money(after.worth[0]),
                money(balance.barrier)
            );
            told.tell(Kind::EntityDefault, &entity.name, what);
        }
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
