//! The page of text, in the order of docs/model.md, section 11.
//!
//! First the band over the parameter draws (epistemic uncertainty), then the mean,
//! then the Monte Carlo error; at most two significant digits; frequencies in place of percentages; every event defined
//! once; no probability is "0 %".

mod amounts;
mod backtest;
mod benchmark;
mod block;
mod bubble;
mod calibrated;
mod circular;
mod comparison;
mod context;
mod ends;
mod events;
mod frame;
mod joint;
mod network;
mod order;
mod plan;
mod precision;
mod prior;
mod rare;
mod replay;
pub mod text;
mod validation;
mod verification;

pub use backtest::backtest;
pub use benchmark::benchmark;
pub use block::{Block, Line, Tone, WIDTH, plain_text};
pub use bubble::{bubble_in_series, bubble_on_paths};
pub use calibrated::calibrated;
pub use comparison::comparison;
pub use context::Page;
pub use frame::warned;
pub use order::headline;
pub use plan::{plan, warnings};
pub use precision::{needs, precision};
pub use prior::prior;
pub use rare::rare;
pub use replay::{PathPage, replay};
pub use validation::validation;
pub use verification::verification;
