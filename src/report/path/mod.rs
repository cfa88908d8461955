//! One path: its ledger, its years, its story.

pub mod ledger;
pub mod story;
pub mod years;
