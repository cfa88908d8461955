//! Runs and their estimates; studies of many runs.
//!
//! - [`Prepared`]: a scenario of which every parameter draw can be resolved, and its run; [`estimates`]: from its outcome
//!   to rows with errors.
//! - [`Estimand`]: what an estimate is of, in every table.
//! - [`common_shocks`](against_first): several scenarios on common random numbers; [`comparison`]: their differences.
//! - [`question`]: questions in words, such as `default openai by 2028-12`.
//! - [`precision`]: questions with a precision, and how much a run must simulate to answer them.
//! - [`sweep`]: a scenario at many points; [`benchmarks`]: published figures beside ours; [`backtest`]: firms against what
//!   became of them; [`expectations`]: prior-predictive checks; [`bubble`]: tests for explosive growth; [`stories`]: which
//!   paths are told; [`validation`]: problems with known answers.

pub mod attribution;
pub mod backtest;
pub mod benchmarks;
pub mod bubble;
mod calibrated;
mod calibration;
mod common_shocks;
mod comparable;
pub mod comparison;
mod conduct;
mod contrast;
mod error;
mod estimand;
pub mod estimates;
mod event_profile;
pub mod expectations;
mod influence_function;
mod joint;
pub mod joint_defaults;
pub mod joint_losses;
mod kept_calibration;
pub mod network;
pub mod precision;
mod prepared;
pub mod question;

pub mod rare;
pub mod regimes;
mod soundness;
pub mod stories;
pub mod sweep;
pub mod tails;
pub mod validation;

pub use calibrated::{Calibrated, Solved, calibrated};
pub use calibration::{Calibrator, Residual, residuals};
pub use common_shocks::{against_first, in_pairs};
pub use comparable::comparable;
pub use conduct::Conduct;
pub use contrast::{Contrast, Flip, adjust, contrasts, flips};
pub use error::StudyError;
pub use estimand::{Estimand, Statistic};
pub use event_profile::{Profile, profiles};
pub use influence_function::Contributions;
pub use joint::Joint;
pub use kept_calibration::place as calibration_file;
pub use prepared::{Effort, Prepared, Simulated, examine, planned, worlds};
pub use soundness::Soundness;
