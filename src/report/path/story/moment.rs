//! One month of one path, and what is told of it.

use crate::model::Parameters;
use crate::model::parameters::Lab;
use crate::model::state::{Block, LabState};
use crate::model::workspace::{LabMonth, Workspace};

use super::event::{Event, Kind};

/// A month of a path: the state before it, the state after it, and what it left.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// The world.
    pub world: &'a Parameters,
    /// The month, counted from the scenario's start.
    pub month: usize,
    /// The state as it begins.
    pub before: &'a Block<1>,
    /// The state as it ends.
    pub after: &'a Block<1>,
    /// Its flows.
    pub work: &'a Workspace<1>,
}

/// One lab's part of a month.
#[derive(Clone, Copy)]
pub(super) struct LabMoment<'a> {
    pub(super) world: &'a Parameters,
    pub(super) month: usize,
    pub(super) lab: &'a Lab,
    pub(super) before: &'a LabState<1>,
    pub(super) after: &'a LabState<1>,
    pub(super) flows: &'a LabMonth<1>,
}

impl Moment<'_> {
    pub(super) fn labs(&self) -> impl Iterator<Item = LabMoment<'_>> {
        (0..self.world.labs.len()).map(|lab| LabMoment {
            world: self.world,
            month: self.month,
            lab: &self.world.labs[lab],
            before: &self.before.labs[lab],
            after: &self.after.labs[lab],
            flows: &self.work.labs[lab],
        })
    }
}

impl LabMoment<'_> {
    pub(super) fn name_of(&self, entity: usize) -> &str {
        &self.world.entities[entity].name
    }

    /// Whether an event whose first month is `first` happens now for the first time.
    pub(super) fn is_first(&self, first: f64) -> bool {
        happens_now(first, self.month)
    }
}

/// Whether a first month, infinite where there is none, is this one.
pub(super) fn happens_now(first: f64, month: usize) -> bool {
    (first - month as f64).abs() < 0.5
}

/// "1 month", "14 months".
pub(super) fn counted(months: f64) -> String {
    let plural = if (months - 1.0).abs() < 0.5 { "" } else { "s" };
    format!("{months:.0} month{plural}")
}

/// The events told so far of a month.
pub(super) struct Told {
    month: usize,
    events: Vec<Event>,
}

impl Told {
    /// Nothing yet of this month.
    pub(super) fn of(month: usize) -> Self {
        Self { month, events: Vec::new() }
    }

    /// What was told, in order.
    pub(super) fn events(self) -> Vec<Event> {
        self.events
    }

    pub(super) fn tell(&mut self, kind: Kind, subject: &str, what: impl Into<String>) {
        self.push(kind, subject, None, what.into());
    }

    /// The same of an amount in dollars.
    pub(super) fn tell_of(&mut self, kind: Kind, subject: &str, amount: f64, what: impl Into<String>) {
        self.push(kind, subject, Some(amount), what.into());
    }

    fn push(&mut self, kind: Kind, subject: &str, amount: Option<f64>, what: String) {
        self.events.push(Event { month: self.month, kind, subject: subject.to_owned(), amount, what });
    }
}
