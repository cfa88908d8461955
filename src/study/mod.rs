//! Floor 4: many runs, and what they say.
//!
//! - [`Study`]: a scenario made ready and run; [`estimates`]: from its outcome to rows with errors.
//! - [`benchmarks`]: published figures beside ours.

pub mod benchmarks;
pub mod estimates;
mod ready;

pub use ready::{Effort, Run, Study};
