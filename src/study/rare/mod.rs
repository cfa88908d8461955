//! Rare events: a probability far below what plain paths can see, by two independent routes (docs/rare.md).
//!
//! - `event`: the event in words, and when and how nearly a path has it.
//! - `importance`: a search by cross-entropy tilts the random numbers so that the event is common, and weights undo it.
//! - `splitting`: paths that come near to the event are continued several times.
//! - `paths`: the worlds and the paths of both. They have the same parameter draws, so what the routes differ by is their
//!   own error.
//! - `found`: the results, and how far they can be relied on.

mod event;
mod found;
mod importance;
mod paths;
mod routes;
mod splitting;

pub use event::Event;
pub use found::{Driver, Importance, Rare, Splitting, Tilted, Verdict, relative};
pub use routes::rare;
