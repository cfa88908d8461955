//! Many runs, and what they say.
//!
//! - [`Prepared`]: a scenario of which every parameter draw can be resolved, and its run; [`estimates`]: from its outcome
//!   to rows with errors.
//! - [`common_shocks`](against_first): several scenarios on common random numbers; [`comparison`]: their differences.
//! - [`sweep`]: a scenario at many points; [`benchmarks`]: published figures beside ours.

pub mod attribution;
pub mod benchmarks;
mod common_shocks;
pub mod comparison;
mod conduct;
mod contrast;
mod contribution;
mod error;
pub mod estimates;
mod headline;
mod prepared;
mod profile;
pub mod sweep;
pub mod tails;

pub use common_shocks::against_first;
pub use conduct::Conduct;
pub use contrast::{Contrast, Flip, adjust, contrasts, flips};
pub use contribution::Contributions;
pub use error::StudyError;
pub use headline::{Condition, Headline, Statistic, headlines};
pub use prepared::{Effort, Prepared, Simulated, examine, planned, worlds};
pub use profile::{Profile, profiles};
