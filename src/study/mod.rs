//! Floor 4: many runs, and what they say.
//!
//! - [`Study`]: a scenario made ready and run; [`estimates`]: from its outcome to rows with errors.
//! - [`benchmarks`]: published figures beside ours.

pub mod attribution;
pub mod benchmarks;
mod contrast;
mod influence_function;
pub mod estimates;
mod estimand;
mod event_profile;
mod ready;
pub mod sweep;
pub mod tails;
mod together;

pub use contrast::{Contrast, Flip, adjust, contrasts, flips};
pub use influence_function::Contributions;
pub use estimand::{Condition, Headline, Statistic, headlines};
pub use event_profile::{Profile, profiles};
pub use ready::{Effort, Run, Study};
pub use together::{Interrupted, against_first};
