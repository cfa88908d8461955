//! Command-line arguments and their help: the commands that make several runs.

use std::path::PathBuf;

use clap::Args;

use super::shared::{Overrides, Runs};
use crate::cli::parse;
use crate::face::Shard;

/// `ouro benchmark`
#[derive(Debug, Args)]
#[command(
    long_about = "Set published figures, and what happened later, beside ours.\n\n\
        The figures are the [[benchmark]] entries of the scenario: estimates, plans, default probabilities implied by swaps, \
        odds of bets, base rates. Each is told with its percentile among our paths, its distance in our own standard \
        deviations, and what differs in definition, date and horizon. A dated scenario is scored against its [[outcome]] \
        entries: percentile (PIT), CRPS, Brier score, the worst misses first.",
    after_help = "\
Files (in outputs/<file>-<digest>-benchmark/, or --out):
  benchmark.csv, benchmark.json   one row per figure
  manifest.json                   scenario, seed, versions, checksums

Examples:
  ouro benchmark scenarios/openai-2026-06.toml
  ouro benchmark my.toml --paths 20k --json | jq '.records[] | {name, percentile, distance}'"
)]
pub(crate) struct BenchmarkArgs {
    /// Scenario file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) overrides: Overrides,
    #[command(flatten)]
    pub(crate) runs: Runs,
}

/// `ouro sweep`
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Debug, Args)]
#[command(
    long_about = "Run a scenario at many points on the same shocks.\n\n\
        The file of the sweep names a scenario, the keys that vary, and what is kept. Each finished point is a small file of \
        its own, so Ctrl-C and crashes lose at most the point that runs; --resume goes on and gives the same bits. A sweep can \
        be shared among machines with --shard and put together with `ouro merge`, again with the same bits.",
    after_help = "\
Files (in outputs/<file>-<digest>/, or --out):
  sweep.csv, sweep.parquet   one row per point and measure: axes, estimate, interval, paired difference
  contour.csv                where the level of [refine] is crossed, with its band
  points/*.json              the finished points
  figures/*.svg, *.png       lines for one axis, heat maps for two, tornado for one at a time
  sweep.json                 the sweep, versions, checksums

Examples:
  ouro sweep scenarios/sweeps/amazon-money.toml
  ouro sweep my-sweep.toml --resume
  ouro sweep my-sweep.toml --shard 2/4 --out part-2"
)]
pub(crate) struct SweepArgs {
    /// File of the sweep
    #[arg(value_name = "STUDY")]
    pub(crate) file: PathBuf,
    /// Go on with a sweep that was ended early
    #[arg(long, help_heading = "Simulation")]
    pub(crate) resume: bool,
    /// Only a part of the points: the I-th of N
    #[arg(long, value_name = "I/N", value_parser = parse::shard, help_heading = "Simulation")]
    pub(crate) shard: Option<Shard>,
    /// Threads; the numbers do not depend on them [default: all of the machine]
    #[arg(long, value_name = "T", allow_negative_numbers = true, value_parser = parse::threads, help_heading = "Simulation")]
    pub(crate) threads: Option<usize>,
    /// Only check the file and count its points
    #[arg(long, help_heading = "Simulation")]
    pub(crate) check: bool,
    /// Folder for the files
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
    /// Print the table as JSON
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
    /// No progress
    #[arg(long, short, help_heading = "Output")]
    pub(crate) quiet: bool,
}

/// `ouro merge`
#[derive(Debug, Args)]
#[command(
    long_about = "Put the shards of a sweep together.\n\n\
        The result is, to the bit, that of one run, in whatever order the folders are named. Shards that are missing, there \
        twice, not finished, of another version or of a changed scenario are refused by name.",
    after_help = "\
Examples:
  ouro merge part-1 part-2 part-3 part-4 --out whole"
)]
pub(crate) struct MergeArgs {
    /// Folders of the shards
    #[arg(required = true, value_name = "DIR")]
    pub(crate) folders: Vec<PathBuf>,
    /// Folder for the whole
    #[arg(long, value_name = "DIR", required = true, help_heading = "Output")]
    pub(crate) out: PathBuf,
    /// Print the table as JSON
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
}

/// `ouro compare`
#[derive(Debug, Args)]
#[command(
    long_about = "Compare scenarios on the same shocks, with paired errors.\n\n\
        Every path has the same random numbers in every scenario, and so has every parameter draw; what \
        differs is what was changed. Each headline is told with difference, ratio and quantile shift, their paired 95 % \
        intervals, and the paths that flip. Seed, paths and draws are those of the base. Probabilities of chance findings \
        are adjusted for the number of figures (Holm). With one file, every --set is a variant of it.",
    after_help = "\
Files (in outputs/<base>-<digest>-compare/, or --out):
  compare.csv, compare.json   every headline of every variant against the base
  flips.csv                   paths on which an event happens in one of the two only, as replay takes them
  attribution.csv             which changed value explains how much of the change
  figures/*.svg, *.png        overlaid probabilities, and their paired differences
  manifest.json               base scenario, seed, versions, checksums

Examples:
  ouro compare scenarios/openai-2026-06.toml my-variant.toml
  ouro compare my.toml --set market.freeze_mean=12mo --set market.freeze_mean=48mo
  # A variant of two keys, with a name
  ouro compare my.toml --set 'tight: market.freeze_mean=48mo; lab.acme.cash=5B'
  ouro compare a.toml b.toml c.toml --against b --with run.paths=20000"
)]
pub(crate) struct CompareArgs {
    /// Scenario files; the first is the base
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// A variant of the one file, of one key or several: 'a=1', 'a=1; b=2' or 'NAME: a=1; b=2'
    ///
    /// Every --set is a variant of its own, unlike those of other commands, which are set together.
    #[arg(long = "set", value_name = "KEY=VALUE", help_heading = "Scenario")]
    pub(crate) set: Vec<String>,
    /// Set one value in every scenario that is compared; may be repeated
    #[arg(long = "with", value_name = "KEY=VALUE", help_heading = "Scenario")]
    pub(crate) with: Vec<String>,
    /// The base, by the name of its file without ending, or `base` for the file without a --set
    #[arg(long, value_name = "NAME", help_heading = "Scenario")]
    pub(crate) against: Option<String>,
    /// Do not run the changes one by one to tell what each explains
    #[arg(long, help_heading = "Simulation")]
    pub(crate) no_attribution: bool,
    #[command(flatten)]
    pub(crate) runs: Runs,
}

/// `ouro twins`
#[derive(Debug, Args)]
#[command(
    long_about = "What circular money does.\n\n\
        Three runs on the same shocks: as given; without ties, where outside givers with the same rules stand in for those \
        that sell to a lab, and their money brings no contract; and without strategic money, where these neither invest, \
        match, lend nor rescue, and their part of a round is not raised. As given less without strategic money is the \
        circularity effect. It is the sum of what the strings do, as given less without ties (contracts that come with the \
        money, feedback, regulation, givers that can fail), and of what the money alone does, without ties less without \
        strategic money.",
    after_help = "\
Files (in outputs/<file>-<digest>-twins/, or --out):
  twins.csv, twins.json   every headline: the effect, the strings, the money alone, with paired errors
  flips.csv               paths on which an event happens in one of two runs only, as replay takes them
  figures/*.svg, *.png    overlaid probabilities, and their paired differences
  manifest.json           scenario, seed, versions, checksums

Examples:
  ouro twins scenarios/openai-2026-06.toml
  ouro twins my.toml --paths 20k --json | jq '.records[] | select(.measure == \"default\")'"
)]
pub(crate) struct TwinsArgs {
    /// Scenario file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) overrides: Overrides,
    #[command(flatten)]
    pub(crate) runs: Runs,
}
