//! The test suite: one binary, one module a subject.

mod conservation;
mod fixtures;
mod invariants;
mod limits;
mod streams;
mod worlds;
