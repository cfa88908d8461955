//! Dated events: what happens in their month on the paths whose verdict says so (docs/model.md, section 6).

use crate::engine::Innovations;
use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::max;

use super::parameters::{Event, EventKind, Parameters};
use super::state::EntityState;
use super::workspace::{Dated, Workspace};

/// The events of month `t`, and 1 where each happens.
fn happening<'a, const B: usize>(
    p: &'a Parameters,
    t: usize,
    draws: &'a Innovations<B>,
) -> impl Iterator<Item = (EventKind, Lanes<B>)> + 'a {
    p.events.iter().filter(move |event| event.month == t).map(move |event: &Event| {
        let verdict = draws.once(event.verdict);
        (event.kind, lanes!(i => flag(verdict[i] < event.probability)))
    })
}

/// Start of a month: what its events do to the market, and which labs they make default.
#[inline(always)]
pub fn begin<const B: usize>(p: &Parameters, work: &mut Workspace<B>, t: usize, draws: &Innovations<B>) {
    if p.events.is_empty() {
        return;
    }
    work.dated = Dated::default();
    for m in &mut work.labs {
        m.doomed = Lanes::default();
        m.won = Lanes::default();
    }
    for (kind, happens) in happening(p, t, draws) {
        let dated = &mut work.dated;
        match kind {
            EventKind::Burst(size) => {
                dated.burst.update(|i, other| max(other, happens[i]));
                if let Some(size) = size {
                    dated.is_sized.update(|i, other| max(other, happens[i]));
                    dated.size.update(|i, other| max(other, happens[i] * size));
                }
            }
            EventKind::Fall(size) => dated.fall.add(|i| happens[i] * size),
            EventKind::Freeze => dated.freeze.update(|i, other| max(other, happens[i])),
            EventKind::Regulation(months) => dated.blocked.update(|i, other| max(other, happens[i] * months)),
            EventKind::Win(lab, size) => work.labs[lab].won.add(|i| happens[i] * size),
            EventKind::LabDefault(lab) => work.labs[lab].doomed.update(|i, other| max(other, happens[i])),
            EventKind::EntityDefault(_) => {}
        }
    }
}

/// End of month `t`: the entities that its events make default, with their exposures and without.
#[inline(always)]
pub fn fail_entities<const B: usize>(
    p: &Parameters,
    entities: &mut [EntityState<B>],
    t: usize,
    draws: &Innovations<B>,
) {
    for (kind, happens) in happening(p, t, draws) {
        if let EventKind::EntityDefault(e) = kind {
            let state = &mut entities[e];
            state.alive.update(|i, alive| alive * (1.0 - happens[i]));
            for first in [&mut state.default, &mut state.default_alone] {
                first.update(|i, known| select(happens[i] > 0.0 && known > t as f64, t as f64, known));
            }
        }
    }
}
