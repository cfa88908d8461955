//! The test suite: one binary, one module a subject.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::struct_field_names, reason = "the oracle names fields as the page does")]

mod allocations;
#[cfg(feature = "cli")]
mod bubble;
mod cli;
mod conservation;
mod deals;
#[cfg(feature = "cli")]
mod directions;
mod docs;
mod expansion;
mod face;
mod fixtures;
mod floors;
mod golden;
mod invariants;
mod judge;
mod kernels;
mod language;
mod ledgers;
mod limits;
mod network;
mod oracle;
mod peers;
mod precision;
mod rare;
mod report_html;
mod results;
mod sample;
mod schema;
mod streams;
mod study;
mod treasuries;
mod twin;
#[cfg(feature = "cli")]
mod validate;
mod verify;
mod worlds;
