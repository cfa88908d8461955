//! Questions with a precision, and how much must be simulated to answer them.
//!
//! - [`Question`]: what is asked, such as "default by 2030-12: 0.2pp"; [`Observed`]: what a run saw of it, by draw.
//! - `ladder`: the sizes at which a run may be looked at, stated before it.
//! - [`Reading`]: the answer of a look, with an interval that holds over all looks, and what more it would take.
//! - [`Need`]: the draws and paths that a question needs, from a pilot.

mod ladder;
mod need;
mod question;
mod reading;

pub use ladder::{MOST_LOOKS, RunSize, ladder};
pub use need::{Need, NeedRow, NeedSize, Pilot, need};
pub use question::{Observed, Question, Target, questions};
pub use reading::{Between, Reading, Standing};
