//! The command line. It uses nothing but the public interface of the library.
//!
//! - `args`: command-line arguments and their help.
//! - `dispatch`: from arguments to a command; `exit`: exit codes; `failure`: error messages.
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
mod rare;
mod replay;
mod run;
mod scenario;
mod sources;
mod sweep;
mod terminal;
mod text;
mod twins;

pub use dispatch::main;
