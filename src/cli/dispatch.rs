//! From the words to a command, from its end to an exit code.

use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::process::ExitCode;

use anyhow::Error;
use clap::{ColorChoice, CommandFactory, FromArgMatches};

use super::args::{Cli, Command};
use super::terminal::{self, BAD};
use super::{benchmark, check, compare, diff, language, merge, plan, replay, run, sources, sweep, twins};
use crate::engine::RunError;
use crate::language::Problems;
use crate::report::sweep::FolderError;

/// The scenario, or what is asked of it, is wrong.
pub(super) const WRONG: u8 = 1;
/// The machine did not do it.
const MACHINE: u8 = 3;
/// Two scenarios differ.
pub(super) const DIFFERENT: u8 = 4;
/// Interrupted.
pub(super) const INTERRUPTED: u8 = 130;

/// What is asked of a scenario cannot be answered.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Wrong(pub(super) String);

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let command = Cli::command().color(colour_asked_for(std::env::args_os()));
    let cli = match Cli::from_arg_matches(&command.get_matches()) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    terminal::use_colour(cli.color);
    limit(cli.command.threads()).and_then(|()| done(&cli.command)).unwrap_or_else(|error| failed(&error))
}

/// Lets what follows a run use no more threads than the run.
fn limit(threads: usize) -> Result<(), Error> {
    if threads > 0 {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
        pool.map_err(|source| RunError::Threads { threads, source })?;
    }
    Ok(())
}

fn done(command: &Command) -> Result<ExitCode, Error> {
    match command {
        Command::Check(args) => check::run(args),
        Command::Sources(args) => sources::run(args),
        Command::Diff(args) => diff::run(args),
        Command::New(args) => language::begin(args),
        Command::Schema(args) => language::describe(args),
        Command::Plan(args) => plan::run(args),
        Command::Run(args) => run::run(args),
        Command::Replay(args) => replay::run(args),
        Command::Compare(args) => compare::run(args),
        Command::Twins(args) => twins::run(args),
        Command::Sweep(args) => sweep::run(args),
        Command::Merge(args) => merge::run(args),
        Command::Benchmark(args) => benchmark::run(args),
    }
}

/// `--color` as help and usage errors must know it, before anything is parsed.
fn colour_asked_for(words: impl Iterator<Item = OsString>) -> ColorChoice {
    let words: Vec<String> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    let inline = words.iter().find_map(|word| word.strip_prefix("--color="));
    let apart = words.windows(2).find(|pair| pair[0] == "--color").map(|pair| pair[1].as_str());
    inline.or(apart).and_then(|when| when.parse().ok()).unwrap_or(ColorChoice::Auto)
}

/// Says what went wrong, and how the process ends for it.
fn failed(error: &Error) -> ExitCode {
    if is_closed_pipe(error) {
        return ExitCode::SUCCESS;
    }
    if let Some(problems) = error.downcast_ref::<Problems>() {
        terminal::note(&terminal::problems(problems));
    } else {
        terminal::note(&format!("{BAD}error:{BAD:#} {}", told(error)));
    }
    ExitCode::from(exit_code(error))
}

/// The error and its causes, but for those that it has in its own words already.
fn told(error: &Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |told, cause| match told.as_str() {
        "" => cause,
        said if said.ends_with(&cause) => told,
        said => format!("{said}: {cause}"),
    })
}

/// Whoever reads the output has seen enough, as `head` does.
fn is_closed_pipe(error: &Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == ErrorKind::BrokenPipe)
}

fn exit_code(error: &Error) -> u8 {
    let refused = matches!(error.downcast_ref::<FolderError>(), Some(FolderError::Refused(_)));
    if refused || error.is::<Problems>() || error.is::<Wrong>() {
        return WRONG;
    }
    match error.downcast_ref::<RunError>() {
        Some(RunError::Nothing) => INTERRUPTED,
        Some(RunError::Sink(cause)) if cause.is::<crate::study::Interrupted>() => INTERRUPTED,
        _ => MACHINE,
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;
    use crate::report::WriteError;

    #[test]
    fn the_exit_code_says_whose_fault_it_is() {
        let full = WriteError::new("plan.csv", "writing", ErrorKind::StorageFull.into());
        assert_eq!(exit_code(&Error::from(full).context("the plan was not written")), MACHINE);
        assert_eq!(exit_code(&Problems::default().into()), WRONG);
        assert_eq!(exit_code(&Wrong("there is no draw 7".into()).into()), WRONG);
        assert_eq!(exit_code(&RunError::Nothing.into()), INTERRUPTED);
    }

    #[test]
    fn no_cause_is_told_twice() {
        let odd = WriteError::new("plan.csv", "writing", io::Error::other("the tape broke"));
        let error = Error::from(odd).context("cannot write the plan");
        assert_eq!(told(&error), "cannot write the plan: writing `plan.csv` failed: the tape broke");
    }

    #[test]
    fn a_closed_pipe_is_nobodys_fault() {
        let closed: io::Result<()> = Err(ErrorKind::BrokenPipe.into());
        assert!(is_closed_pipe(&closed.context("printing").unwrap_err()));
    }

    #[test]
    fn colour_is_known_before_the_rest_is_understood() {
        let asked = |words: &[&str]| colour_asked_for(words.iter().map(OsString::from));
        assert_eq!(asked(&["ouro", "--color=never", "--oops"]), ColorChoice::Never);
        assert_eq!(asked(&["ouro", "--color", "always"]), ColorChoice::Always);
        assert_eq!(asked(&["ouro", "--color", "blue"]), ColorChoice::Auto);
    }
}
