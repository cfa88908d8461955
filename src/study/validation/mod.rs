//! Validation: problems with known answers, run through the product, and the coverage of its intervals.
//!
//! - [`Finding`]: an estimate where the answer is known, and its verdict; [`Coverage`]: how often intervals of one kind held
//!   the truth.
//! - [`Step`]: a part that is run by itself; [`validate`]: all of them, in order.
//! - [`problems_of`]: the `[[reference]]`s of a scenario that a reader brings.
//! - One file for each group of problems, with a function `steps`. A new group is such a file and its line in `suite`.

mod contracts;
mod coverage;
mod defaults;
mod directions;
mod engine;
mod finding;
mod intervals;
mod invariance;
mod market;
mod networks;
mod processes;
mod statistics;
mod step;
mod suite;
mod tails;

pub use coverage::Coverage;
pub use engine::problems_of;
pub use finding::{Demand, Finding, Found, MOST_ERRORS, Verdict};
pub use step::{Step, Validated};
pub use suite::{Extent, steps, validate};
