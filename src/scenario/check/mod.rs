//! Checks across keys.

mod all;
mod checker;
mod correlations;
mod dates;
mod deals;
mod defence;
mod entities;
mod events;
mod evidence;
mod expansions;
mod labs;
mod magnitudes;
mod market;
mod names;
mod rivals;
mod warrants;

pub(crate) use all::check;
pub(crate) use defence::defend;
