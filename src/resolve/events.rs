//! Dated events.

use crate::engine::Slots;
use crate::model::parameters::{Event, EventKind};
use crate::scenario;

use super::draw::Draw;

/// The events of the run, in file order.
pub(super) fn resolve(draw: &Draw<'_>, slots: &mut Slots) -> Vec<Event> {
    let of = |event: &scenario::Event| {
        let verdict = slots.once(format!("event.{}", event.id));
        let month = usize::try_from(draw.timeline.index(event.date)).ok()?;
        Some(Event { month, probability: draw.at(&event.probability), kind: kind(draw, event)?, verdict })
    };
    draw.scenario.events.iter().filter_map(of).collect()
}

fn kind(draw: &Draw<'_>, event: &scenario::Event) -> Option<EventKind> {
    let size = event.size.as_ref().map(|size| draw.at(size));
    Some(match event.kind {
        scenario::EventKind::Burst => EventKind::Burst(size),
        scenario::EventKind::Fall => EventKind::Fall(size?),
        scenario::EventKind::Freeze => EventKind::Freeze,
        scenario::EventKind::CreditFreeze => EventKind::CreditFreeze,
        scenario::EventKind::Regulation => EventKind::Regulation(f64::from(draw.scenario.regulation.duration.months())),
        scenario::EventKind::Win => EventKind::Win(lab(draw, event)?, size?),
        scenario::EventKind::Default => {
            let name = event.subject.as_deref()?;
            lab(draw, event)
                .map(EventKind::LabDefault)
                .or_else(|| draw.names.find_entity(name).map(EventKind::EntityDefault))?
        }
    })
}

/// The lab that an event is about.
fn lab(draw: &Draw<'_>, event: &scenario::Event) -> Option<usize> {
    draw.scenario.labs.iter().position(|lab| Some(&lab.name) == event.subject.as_ref())
}
