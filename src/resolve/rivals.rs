//! What joins the labs.

use super::draw::Draw;
use crate::engine::{NormalSlot, Slots};
use crate::model::parameters::{Event, EventKind, Rivals};
use crate::scenario::process;

/// Sections 2 and 8.2; none where nothing joins them.
pub(super) fn resolve(draw: &Draw<'_>, slots: &mut Slots, events: &[Event]) -> Option<Rivals> {
    let (labs, rivals) = (&draw.scenario.labs, &draw.scenario.rivals);
    let is_alone = labs.len() == 1;
    let of_demand = draw.risky(&rivals.demand_volatility);
    let of_shares = if is_alone { 0.0 } else { draw.risky(&rivals.share_volatility) };
    let demand = shock(draw, slots, process::DEMAND.to_owned(), of_demand).map(|slot| (of_demand, slot));
    let shares: Vec<NormalSlot> =
        labs.iter().filter_map(|lab| shock(draw, slots, process::share(&lab.name), of_shares)).collect();
    let resolved = Rivals {
        demand,
        share_volatility: of_shares,
        shares,
        has_wins: events.iter().any(|event| matches!(event.kind, EventKind::Win(..))),
        inherit: if is_alone { 0.0 } else { draw.at(&rivals.inherit) },
        relet_alone: if is_alone { 1.0 } else { draw.at(&rivals.relet_alone) },
    };
    let moves = resolved.demand.is_some() || of_shares > 0.0 || resolved.has_wins;
    (moves || resolved.inherit > 0.0 || resolved.relet_alone < 1.0).then_some(resolved)
}

/// The shock of a process that moves something. One that moves nothing is drawn only where a correlation names it.
fn shock(draw: &Draw<'_>, slots: &mut Slots, name: String, volatility: f64) -> Option<NormalSlot> {
    let is_named = draw.scenario.correlations.iter().any(|entry| entry.child == name || entry.parent == name);
    let slot = (volatility > 0.0 || is_named).then(|| slots.normal(name));
    slot.filter(|_| volatility > 0.0)
}
