//! Checks that need more than one key; each has its own message.

mod checker;
mod correlations;
mod dates;
mod deals;
mod defence;
mod entities;
mod labs;
mod names;

pub(crate) use checker::check;
pub(crate) use defence::defend;
