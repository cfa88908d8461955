//! The test suite: one binary, one module a subject.

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
