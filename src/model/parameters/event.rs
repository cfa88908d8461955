//! Dated events.

use crate::engine::OnceSlot;
use crate::model::id::EntityId;

/// An event that happens in a given month or not at all (section 6).
#[derive(Clone, Copy, Debug)]
pub struct Event {
    /// Month.
    pub month: usize,
    /// Probability that it happens.
    pub probability: f64,
    /// What happens.
    pub kind: EventKind,
    /// The one verdict of a path.
    pub verdict: OnceSlot,
}

/// What a dated event does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum EventKind {
    /// An open market bursts, by this fall of `y`; none: as at any burst.
    Burst(Option<f64>),
    /// `y` falls by this much, and nothing freezes.
    Fall(f64),
    /// The market freezes, without a fall.
    Freeze,
    /// Credit freezes.
    CreditFreeze,
    /// Strategic money is blocked for these months.
    Regulation(f64),
    /// The lab at this position wins customers of its rivals, as by a share shock of this size, a log.
    Win(usize, f64),
    /// The lab at this position goes into payment default.
    LabDefault(usize),
    /// The entity defaults.
    EntityDefault(EntityId),
}
