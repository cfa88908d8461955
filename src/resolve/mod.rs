//! Floor 4: from a scenario and one parameter draw to the [`Parameters`](crate::model::Parameters) of the model:
//! names become indices, curves become monthly tables. No later stage refuses a scenario.

mod base_rates;
mod calibration;
mod contracts;
mod draw;
mod entities;
mod events;
mod expansions;
mod labs;
mod market;
mod names;
#[expect(clippy::module_inception, reason = "resolves a draw as a whole")]
mod resolve;
mod rivals;
mod worlds;

pub use calibration::{Calibration, FIVE_YEARS, Law, physical, shortened, target};
pub use worlds::Worlds;
