//! Floor 4: many runs, and what they say.
//!
//! - [`Study`]: a scenario made ready and run; [`estimates`]: from its outcome to rows with errors.
//! - [`Estimand`]: what an estimate is of, in every table.
//! - [`benchmarks`]: published figures beside ours.

pub mod attribution;
pub mod benchmarks;
mod comparable;
mod contrast;
mod estimand;
pub mod estimates;
mod event_profile;
mod influence_function;
mod ready;
pub mod sweep;
pub mod tails;
mod together;

pub use comparable::comparable;
pub use contrast::{Contrast, Flip, adjust, contrasts, flips};
pub use estimand::{Estimand, Statistic};
pub use event_profile::{Profile, profiles};
pub use influence_function::Contributions;
pub use ready::{Effort, Run, Study};
pub use together::{Interrupted, against_first};
