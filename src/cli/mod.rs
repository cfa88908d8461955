//! Floor 6: words on a screen.
//!
//! - `args`, `file_args`, `study_args`: what may be typed, and the help for it; names only.
//! - `dispatch`: from the words to a command, from its end to an exit code.
//! - `check`, `sources`, `diff`, `plan`, `run`, `replay`, `compare`, `twins`, `sweep`, `merge`, `benchmark`: one
//!   command each;
//!   `paired`: what comparisons share.
//! - `language`: the commands `new` and `schema`.
//! - `terminal`: colour, width, progress, Ctrl-C.
//!
//! A command computes, writes its files, and prints last, so that a closed pipe
//! loses nothing. Results go to standard output, everything else to standard
//! error.

mod args;
mod benchmark;
mod check;
mod compare;
mod contents;
mod diff;
mod dispatch;
mod explain;
mod file_args;
mod language;
mod merge;
mod output;
mod paired;
mod parse;
mod plan;
pub mod problems;
mod replay;
mod run;
mod scenario;
mod sources;
mod study_args;
mod sweep;
mod terminal;
mod text;
mod twins;

pub use dispatch::main;
