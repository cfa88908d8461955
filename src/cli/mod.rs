//! The command line. It uses nothing but the public interface of the library.
//!
//! - `args`: command-line arguments and their help.
//! - `dispatch`: from arguments to a command; `exit`: exit codes; `failure`: error messages.
//! - one file for each command; `language` has `new` and `schema`.
//! - `terminal`: colour, width, progress, Ctrl-C.
//!
//! A command computes, writes its files, and prints last, so that a closed pipe loses nothing. Results go to standard
//! output, everything else to standard error.

mod args;
mod benchmark;
mod bubble;
mod calibrate;
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
mod paths;
mod plan;
mod prior;
mod problems;
mod rare;
mod replay;
mod report;
mod run;
mod scenario;
mod sources;
mod sweep;
mod terminal;
mod text;
mod twins;
mod validate;
mod verify;

pub use dispatch::main;
