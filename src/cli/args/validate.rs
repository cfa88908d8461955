//! Command-line arguments and their help: `ouro validate`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::shared::Output;
use crate::cli::parse;
use crate::cli::terminal::{self, Meter};
use crate::face::{Error, Options};

/// `ouro validate`
#[derive(Debug, Args)]
#[command(
    long_about = "Validate the program on problems with known answers.\n\n\
        Closed forms and published problems are run through the product, and each estimate is set beside the known value \
        with the error that the product itself claims. Many samples of laws whose truth is known show how often its \
        intervals hold that truth, where it is hardest: few paths, few draws, rare events, heavy tails. Directions that \
        economics demands, conservation of money, and stability over seeds, paths, horizons and the order of a file are \
        checked too. Failures stand first; the exit code is 5 if there are any.\n\n\
        With --problem, only the [[reference]]s of your own scenario are checked: a problem that nothing in the program \
        was tuned on.",
    after_help = "\
Files (in outputs/validation-<digest>-validate/, or --out):
  validation.csv, .json   one row per problem: known value, estimate, claimed error, z, verdict, source
  coverage.csv, .json     one row per kind of interval and regime
  validation.md           the page docs/validation.md
  manifest.json           steps, versions, checksums

A problem of your own is a scenario with its known answers:
  [[reference]]
  id = \"ever-burst\"
  measure = \"burst\"
  by = \"2033-12\"
  statistic = \"probability\"
  value = { value = 0.617107, source = \"closed-form\" }
  error = 5e-7

Examples:
  ouro validate                                     # everything; some minutes
  ouro validate --short                             # what takes less than a minute
  ouro validate --problem my-problem.toml           # your own known answers
  ouro validate --problem my-problem.toml --paths 1M --seed 7
  ouro validate --short --json | jq '.records[] | select(.verdict != \"passes\")'"
)]
pub(crate) struct ValidateArgs {
    /// Leave out what takes long; what is left is as in the full form
    #[arg(long, conflicts_with = "problems", help_heading = "Simulation")]
    pub(crate) short: bool,
    /// Check the [[reference]]s of this scenario in place of the program's own problems; may be repeated
    #[arg(long = "problem", value_name = "FILE", help_heading = "Scenario")]
    pub(crate) problems: Vec<PathBuf>,
    /// Paths of each problem of your own, such as 20000, 2e4 or 20k [default: from the scenario]
    #[arg(long, value_name = "N", requires = "problems", allow_negative_numbers = true, value_parser = parse::positive, help_heading = "Simulation")]
    paths: Option<u64>,
    /// Seed of each problem of your own, below 2^63 [default: from the scenario]
    #[arg(long, value_name = "S", requires = "problems", allow_negative_numbers = true, value_parser = parse::count, help_heading = "Simulation")]
    seed: Option<u64>,
    /// Number of threads; results do not depend on it [default: one per core]
    #[arg(long, value_name = "T", allow_negative_numbers = true, value_parser = parse::threads, help_heading = "Simulation")]
    threads: Option<usize>,
    #[command(flatten)]
    pub(crate) output: Output,
    /// Show no progress
    #[arg(long, short, help_heading = "Output")]
    quiet: bool,
}

impl ValidateArgs {
    /// The overrides of the command line.
    pub(crate) fn overrides(&self) -> Vec<String> {
        let counts = [("paths", self.paths), ("seed", self.seed)];
        counts.iter().filter_map(|(key, n)| n.map(|n| format!("run.{key}={n}"))).collect()
    }

    /// How to run, with progress unless it is to be quiet; Ctrl-C ends it early.
    ///
    /// # Errors
    /// When the handler of Ctrl-C cannot be installed.
    pub(crate) fn options(&self) -> Result<Options, Error> {
        let meter = Arc::new(Meter::of_work(self.quiet || self.output.json));
        Ok(Options {
            threads: self.threads.unwrap_or(0),
            interrupt: Some(terminal::interrupt()?),
            progress: Some(Arc::new(move |at| meter.show(at))),
            ..Options::default()
        })
    }
}
