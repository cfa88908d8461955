//! From command-line arguments to a command.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};
use clap::{ColorChoice, CommandFactory, FromArgMatches};

use super::args::{Cli, Command};
use super::exit::Ended;
use super::failure::failed;
use super::{
    benchmark, bubble, calibrate, check, compare, diff, language, merge, paths, plan, prior, rare, replay, report, run,
    sources, sweep, terminal, twins, validate, verify,
};

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let command = Cli::command().color(colour_asked_for(std::env::args_os()));
    let matches = command.try_get_matches().unwrap_or_else(|error| without_dashes(error).exit());
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    terminal::use_colour(cli.color);
    run_command(&cli.command).unwrap_or_else(|error| failed(&error))
}

/// Without the tip to put `--` before a word that begins with a dash: nobody means a file of that name, and where all files
/// are given it is refused again.
fn without_dashes(mut error: clap::Error) -> clap::Error {
    if let Some(ContextValue::StyledStrs(mut tips)) = error.remove(ContextKind::Suggested) {
        tips.retain(|tip| !tip.to_string().contains("'-- "));
        if !tips.is_empty() {
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
        }
    }
    error
}

fn run_command(command: &Command) -> Ended {
    match command {
        Command::Check(args) => check::run(args),
        Command::Sources(args) => sources::run(args),
        Command::Diff(args) => diff::run(args),
        Command::New(args) => language::begin(args),
        Command::Schema(args) => language::describe(args),
        Command::Calibrate(args) => calibrate::run(args),
        Command::Plan(args) => plan::run(args),
        Command::Run(args) => run::run(args),
        Command::Paths(args) => paths::run(args),
        Command::Replay(args) => replay::run(args),
        Command::Verify(args) => verify::run(args),
        Command::Report(args) => report::run(args),
        Command::Compare(args) => compare::run(args),
        Command::Twins(args) => twins::run(args),
        Command::Sweep(args) => sweep::run(args),
        Command::Merge(args) => merge::run(args),
        Command::Benchmark(args) => benchmark::run(args),
        Command::Bubble(args) => bubble::run(args),
        Command::Prior(args) => prior::run(args),
        Command::Validate(args) => validate::run(args),
        Command::Rare(args) => rare::run(args),
    }
}

/// `--color` as help and usage errors must know it, before anything is parsed.
fn colour_asked_for(words: impl Iterator<Item = OsString>) -> ColorChoice {
    let words: Vec<String> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    let inline = words.iter().find_map(|word| word.strip_prefix("--color="));
    let apart = words.windows(2).find(|pair| pair[0] == "--color").map(|pair| pair[1].as_str());
    inline.or(apart).and_then(|when| when.parse().ok()).unwrap_or(ColorChoice::Auto)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_tip_is_given_that_fails() {
        let told = |words: &[&str]| {
            let error = Cli::command().try_get_matches_from(words).unwrap_err();
            without_dashes(error).to_string()
        };
        for words in [&["ouro", "run", "a.toml", "-1"][..], &["ouro", "run", "a.toml", "--set", "a=1", "-2B"]] {
            let told = told(words);
            assert!(told.contains("unexpected argument") && !told.contains("tip:"), "{told}");
        }
        let told = told(&["ouro", "run", "a.toml", "--path", "7"]);
        assert!(told.contains("'--paths'"), "{told}");
    }

    #[test]
    fn colour_is_known_before_the_rest_is_understood() {
        let asked = |words: &[&str]| colour_asked_for(words.iter().map(OsString::from));
        assert_eq!(asked(&["ouro", "--color=never", "--oops"]), ColorChoice::Never);
        assert_eq!(asked(&["ouro", "--color", "always"]), ColorChoice::Always);
        assert_eq!(asked(&["ouro", "--color", "blue"]), ColorChoice::Auto);
    }
}
