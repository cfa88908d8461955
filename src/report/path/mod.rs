//! One path: its ledger, its years, its story; and the paths that a run tells.

pub mod ledger;
pub mod story;
pub mod told;
pub mod years;
