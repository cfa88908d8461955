//! Dated events: each happens in its month, on the paths on which its verdict is below its probability (docs/model.md,
//! section 6).

use crate::engine::Innovations;
use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::max;

use super::parameters::{Event, EventKind, Parameters};
use super::state::EntityState;
use super::workspace::{Dated, Workspace};

/// The events of month `t`, each with 1 on the paths on which it happens.
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

/// Start of a month: the effects of its events on the market, and the labs that they make default.
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
            EventKind::CreditFreeze => dated.credit_freeze.update(|i, other| max(other, happens[i])),
            EventKind::Regulation(months) => dated.blocked.update(|i, other| max(other, happens[i] * months)),
            EventKind::Win(lab, size) => work.labs[lab].won.add(|i| happens[i] * size),
            EventKind::LabDefault(lab) => work.labs[lab].doomed.update(|i, other| max(other, happens[i])),
            EventKind::EntityDefault(_) => {}
        }
    }
}

/// End of month `t`: defaults of entities by events, counted with their exposures and without.
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

#[cfg(test)]
mod tests {
    use super::super::by_hand::{World, assert_close, world};
    use super::*;

    /// The world after the events of month 5 have begun: each a month, a probability and what happens. The verdict of
    /// every event is 0.4.
    fn begun(events: &[(usize, f64, EventKind)]) -> World {
        let mut all = world(|p| {
            for (number, &(month, probability, kind)) in events.iter().enumerate() {
                let verdict = p.slots.once(format!("event.{number}"));
                p.events.push(Event { month, probability, kind, verdict });
            }
        });
        all.draws.once.fill(Lanes([0.4]));
        begin(&all.p, &mut all.work, 5, &all.draws);
        all
    }

    #[test]
    fn an_event_happens_in_its_month_if_its_verdict_is_below_its_probability() {
        for (month, probability, happens) in [(5, 0.5, 1.0), (5, 0.4, 0.0), (4, 1.0, 0.0), (5, 1.0, 1.0)] {
            let all = begun(&[(month, probability, EventKind::LabDefault(0))]);
            assert_close(all.work.labs[0].doomed[0], happens);
        }
    }

    #[test]
    fn of_two_bursts_the_larger_size_counts_and_falls_add_up() {
        use EventKind::{Burst, Fall, Freeze, Regulation};
        let dated = |events: &[EventKind]| {
            let events: Vec<_> = events.iter().map(|&kind| (5, 1.0, kind)).collect();
            begun(&events).work.dated
        };
        for (events, is_sized, size) in [
            (&[Burst(Some(0.3)), Burst(Some(0.5))][..], 1.0, 0.5),
            (&[Burst(None)], 0.0, 0.0),
            (&[Burst(None), Burst(Some(0.3))], 1.0, 0.3),
        ] {
            let dated = dated(events);
            assert_close(dated.burst[0], 1.0);
            assert_close(dated.is_sized[0], is_sized);
            assert_close(dated.size[0], size);
        }
        let others = dated(&[Fall(0.1), Fall(0.2), Regulation(6.0), Regulation(18.0), Freeze]);
        for (found, expected) in [(others.fall, 0.3), (others.blocked, 18.0), (others.freeze, 1.0), (others.burst, 0.0)]
        {
            assert_close(found[0], expected);
        }
    }

    #[test]
    fn an_entity_that_an_event_fails_keeps_the_month_of_an_earlier_default() {
        for (probability, before, alive, month) in
            [(0.5, f64::INFINITY, 0.0, 5.0), (0.5, 2.0, 0.0, 2.0), (0.4, f64::INFINITY, 1.0, f64::INFINITY)]
        {
            let World { p, mut block, draws, .. } = begun(&[(5, probability, EventKind::EntityDefault(0))]);
            block.entities[0].default = Lanes([before]);
            fail_entities(&p, &mut block.entities, 5, &draws);
            assert_close(block.entities[0].alive[0], alive);
            assert_eq!(block.entities[0].default[0].to_bits(), f64::to_bits(month));
        }
    }
}
