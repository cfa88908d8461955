//! The command line: words on a screen, and nothing that the library does not offer.
//!
//! - `args`: command-line arguments and their help.
//! - `dispatch`: from the words to a command; `exit`: from its end to an exit code; `failure`: what is said of an error.
//! - `check`, `sources`, `diff`, `plan`, `run`, `replay`, `compare`, `twins`, `sweep`, `merge`, `benchmark`: one command
//!   each; `language`: the commands `new` and `schema`.
//! - `terminal`: colour, width, progress, Ctrl-C.
//!
//! A command computes, writes its files, and prints last, so that a closed pipe loses nothing. Results go to standard
//! output, everything else to standard error.

mod args;
mod benchmark;
mod check;
mod compare;
mod contents;
mod diff;
mod dispatch;
mod exit;
mod explain;
mod failure;
mod language;
mod merge;
mod output;
mod parse;
mod plan;
mod prior;
mod problems;
mod replay;
mod run;
mod scenario;
mod sources;
mod sweep;
mod terminal;
mod text;
mod twins;

pub use dispatch::main;
