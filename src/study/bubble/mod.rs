//! Evidence of bubbles: right-tailed unit root tests over all windows (GSADF), on a series that the user brings and on
//! the market of simulated paths, whose truth is known; base rates of run-ups and crashes beside them (docs/bubble.md).

mod date;
mod dating;
mod null;
mod paths;
mod reading;
mod run_ups;
mod series;
mod settings;

pub use date::{Date, Spacing};
pub use dating::{Episode, Shape};
pub use null::{Kind, LEVEL, LEVELS, Null, Test};
pub use paths::{Finding, OnPaths, Subject};
pub use reading::Series;
pub use run_ups::{BaseRate, CRASH, PUBLISHED, RunUp};
pub use series::OnSeries;
pub use settings::BubbleTest;
