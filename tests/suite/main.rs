//! The test suite: one binary, one module a subject.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod cli;
mod conservation;
mod fixtures;
mod invariants;
mod language;
mod limits;
mod oracle;
mod streams;
mod twin;
mod worlds;
