//! The page of text: what a tired reader must not misread, in the order of docs/model.md, section 11.
//!
//! First the band over what is not known, then the middle, then the Monte Carlo error; at most two significant digits;
//! frequencies in place of percentages; every event word explained once; nothing is ever "0 %".

mod amounts;
mod circular;
mod events;
mod frame;
mod page;
mod text;

pub use page::{Block, Line, WIDTH, headline};
