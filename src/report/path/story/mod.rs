//! A path as a story: from the states of each month to dated events.
//!
//! Pure: a month in, its [`Event`]s out, in the order of the month
//! (`docs/model.md`, section 1). How they look on a terminal is the command
//! line's business.

mod contracts;
mod distress;
mod entities;
mod event;
mod funding;
mod market;
mod moment;
mod rivals;
mod table;
mod tell;

pub use event::{Event, Kind};
pub use moment::Moment;
pub use table::story_table;
pub use tell::events;

#[cfg(test)]
mod tests;
