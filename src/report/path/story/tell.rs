//! The events of a month, in the order in which they are checked.

use super::event::Event;
use super::moment::{Moment, Told};
use super::{contracts, distress, entities, funding, market, rivals};

/// What happened in a month, in its order.
pub fn events(moment: &Moment<'_>) -> Vec<Event> {
    let mut told = Told::of(moment.month);
    market::regulation(moment, &mut told);
    market::run_up(moment, &mut told);
    for at in moment.labs() {
        distress::opening(&at, &mut told);
        market::overvalued(&at, &mut told);
        contracts::tell(&at, &mut told);
        funding::tell(&at, &mut told);
        distress::tell(&at, &mut told);
    }
    rivals::tell(moment, &mut told);
    entities::tell(moment, &mut told);
    market::turn(moment, &mut told);
    market::credit(moment, &mut told);
    told.events()
}
