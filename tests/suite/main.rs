//! The test suite: one binary, one module a subject.

mod fixtures;
mod language;
mod oracle;
mod twin;
