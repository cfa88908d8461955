//! Command-line arguments and their help: the commands on one scenario.

use std::path::PathBuf;
use std::sync::LazyLock;

use clap::builder::Styles;
use clap::builder::styling::AnsiColor;
use clap::{Args, ColorChoice, Parser, Subcommand};

use super::files::{DiffArgs, NewArgs, ReportArgs, SchemaArgs, SourcesArgs};
use super::shared::{Form, Output, Overrides, Shown, Size};
use super::studies::{
    BenchmarkArgs, BubbleArgs, CalibrateArgs, CompareArgs, MergeArgs, PriorArgs, RareArgs, SweepArgs, TwinsArgs,
};
use super::validate::ValidateArgs;
use crate::cli::parse;
use crate::face::{Build, Months};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default())
    .error(AnsiColor::Red.on_default().bold())
    .invalid(AnsiColor::Yellow.on_default().bold());

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let build = Build::current();
    let commit = build.commit.unwrap_or_else(|| "no commit".to_owned());
    let (hash, dirty) = commit.split_once('-').unwrap_or((&commit, ""));
    let short: String = hash.chars().take(12).collect();
    let dash = if dirty.is_empty() { "" } else { "-" };
    let rustc = build.rustc.split(" (").next().unwrap_or_default();
    format!("{} ({short}{dash}{dirty}, {rustc}, {})", build.version, build.platform)
});

const EXAMPLES: &str = "\
Examples:
  # Is the file valid, and what does it contain?
  ouro check scenarios/openai-2026-06.toml
  # The plan as written, year by year, without chance
  ouro plan scenarios/openai-2026-06.toml
  # The risks: many paths, with tables and figures in outputs/
  ouro run scenarios/openai-2026-06.toml
  # One of these paths, told as dated events
  ouro replay scenarios/openai-2026-06.toml --path 17";

const EXIT_CODES: &str = "\
Exit codes:
    0  success
    1  the scenario or the request is invalid; every problem is printed
    2  invalid command line
    3  system error: a file, a disk, a thread
    4  the two scenarios of `ouro diff` differ, or the files of `ouro verify`
    5  an expectation (`ouro prior`) or a known answer (`ouro validate`) is missed, or a question stays open
  130  interrupted (Ctrl-C); a run writes the paths finished so far

Environment:
  NO_COLOR    if set, no colours (as --color never)
  COLUMNS     width of the output where the terminal does not report one";

static LONG_EXAMPLES: LazyLock<String> = LazyLock::new(|| format!("{EXAMPLES}\n\n{EXIT_CODES}"));

/// Monte Carlo simulator of circular AI financing risk
///
/// A scenario file (TOML) describes an AI lab: its cash, its plan, its contracts, and the funding it may receive. From it
/// ouro computes the funding gap and when it opens, the probability that the lab cannot pay, who bears the losses, and
/// how much of the money is circular: suppliers' money that comes back to them as revenue.
#[derive(Debug, Parser)]
#[command(
    name = "ouro",
    version = VERSION.as_str(),
    styles = STYLES,
    max_term_width = 100,
    arg_required_else_help = true,
    subcommand_required = true,
    after_help = EXAMPLES,
    after_long_help = LONG_EXAMPLES.as_str(),
)]
pub(crate) struct Cli {
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", display_order = 1000)]
    pub(crate) color: ColorChoice,
    /// The command.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check scenario files, and summarise them
    Check(CheckArgs),
    /// Print the source, prior or assumption behind every number
    Sources(SourcesArgs),
    /// Print the differences between two scenarios
    Diff(DiffArgs),
    /// Write a scenario to start from
    New(NewArgs),
    /// Write a JSON Schema of the language for editors, or its glossary
    Schema(SchemaArgs),
    /// Solve volatilities from default probabilities, and keep them for later runs
    Calibrate(CalibrateArgs),
    /// Compute the plan as written: one path, chance switched off
    Plan(PlanArgs),
    /// Simulate many paths, and report the risks with their errors
    Run(RunArgs),
    /// Tell how many paths and draws a question needs
    Paths(PathsArgs),
    /// Recompute one path of a run, and show it as dated events
    Replay(ReplayArgs),
    /// Run again what a result says it is, and compare every file
    Verify(VerifyArgs),
    /// Make report.html again from the files of a result, or tell what changed between two runs
    Report(ReportArgs),
    /// Compare scenarios on common random numbers, with paired errors
    Compare(CompareArgs),
    /// Measure the effect of circular money: the same scenario without ties, and without strategic money
    Twins(TwinsArgs),
    /// Run a scenario at many points on common random numbers
    Sweep(SweepArgs),
    /// Merge the shards of a sweep
    Merge(MergeArgs),
    /// Compare published figures and later outcomes with the results of a run
    Benchmark(BenchmarkArgs),
    /// Test a series, or the market of a scenario, for explosive growth (GSADF)
    Bubble(BubbleArgs),
    /// Check the results of a scenario against ranges written before the run
    Prior(PriorArgs),
    /// Validate the program on problems with known answers
    Validate(ValidateArgs),
    /// Estimate the probability of a rare event by two routes
    Rare(RareArgs),
}

/// `ouro check`
///
/// Prints all problems of all files, each with file, line, column, what was found and what is expected. Then it checks the
/// values of every parameter draw, because some contradictions appear only there. Nothing is simulated or written.
#[derive(Debug, Args)]
#[command(
    long_about = "Check scenario files, and summarise them.\n\n\
        Prints all problems of all files, each with its line and column, what was found and what is expected. Then the \
        values of every parameter draw are checked, because some contradictions appear only there. Nothing is \
        simulated or written.",
    after_help = "\
Examples:
  # A summary of each file, or its problems
  ouro check scenarios/*.toml
  # Every value in effect, defaults included, with its source
  ouro check my.toml --explain | less
  # Has every number a source or a reason?
  ouro check my.toml --strict
  # Is this override valid?
  ouro check my.toml --set market.burst.hazard=20%"
)]
pub(crate) struct CheckArgs {
    /// Scenario files
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) overrides: Overrides,
    /// Refuse also unsourced numbers, sources that are never cited or later than `as_of`, and every warning
    #[arg(long, help_heading = "Scenario")]
    pub(crate) strict: bool,
    /// Show every value in effect, whether it is written, a default or derived, and its source
    #[arg(long, help_heading = "Output")]
    pub(crate) explain: bool,
    /// Print JSON instead
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
}

/// `ouro plan`
#[derive(Debug, Args)]
#[command(
    long_about = "Compute the plan as written: one path, chance switched off.\n\n\
        Uncertain numbers are at their means, and nothing is random. Prints each lab's plan by year and whether it can be \
        carried out: compute that is missing, capacity that is paid for but not used, the distance from the \
        revenue target. Writes the monthly ledger of every account.",
    after_help = "\
Files (in outputs/<file>-<digest>-plan/, or --out):
  plan.csv        the ledger, one row per month; money in USD billions
  years.csv       the printed tables, with more columns
  manifest.json   scenario, versions, checksums

Examples:
  ouro plan scenarios/openai-2026-06.toml
  ouro plan my.toml --set lab.acme.cash=20B --json | jq '.years[].cash'"
)]
pub(crate) struct PlanArgs {
    /// Scenario file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) overrides: Overrides,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// `ouro run`
#[derive(Debug, Args)]
#[command(
    long_about = "Simulate many paths, and report the risks with their errors.\n\n\
        Every probability comes with its Monte Carlo interval and with its band over the parameter draws. The same \
        scenario, seed and number of paths give the same bits on any number of threads. Ctrl-C ends the run, reports \
        the paths that are finished and marks the result as interrupted; a second Ctrl-C stops at once.",
    after_help = "\
Files (in outputs/<file>-<digest>/, or --out):
  summary.csv, summary.json      every measure, with its errors
  headlines.csv                  the same for a spreadsheet: one row per measure, columns by date
  report.html                    the report to read and pass on: one file, opens in any browser
  report.txt                     the printed report
  monthly.csv                    quantiles of the main states by month
  paths.parquet, draws.parquet   every metric of every path and of every draw
  joint.csv                      who defaults, or loses most, together beyond chance
  flows.csv                      with --network: who pays, owes and owns whom, by year
  stories.csv, story_months.csv  three paths, told: a typical one, a near miss, a typical default
  ring.csv                       who pays, owes, owns whom by year: on the plan and these paths
  figures/*.svg, *.png           figures, and figures.json: their data; --diagnostics: tail fits
  manifest.json                  scenario, seed, versions, checksums

Examples:
  ouro run scenarios/openai-2026-06.toml
  ouro run my.toml --paths 1M --threads 8 --out results/base
  ouro run my.toml --set contract.azure.firm=1.0 --set market.burst.hazard=20%
  # Fastest: no figures, no paths
  ouro run my.toml --no-figures --no-paths
  # Uncertain numbers at their means: aleatory uncertainty alone
  ouro run my.toml --means
  # As many paths and draws as an answer needs: a half-width, a share of the estimate, or a decision
  ouro run my.toml --precision 'default by 2030-12: 0.2pp' --paths 2M
  ouro run my.toml --precision 'funding_gap by 2030-12: 5%'
  ouro run my.toml --precision 'burst by 2030-12: above 40%'
  # What a minute allows
  ouro run my.toml --time 60s",
    mut_arg("paths", |paths| paths.help(
        "Total number of paths, over all draws, such as 1000000, 1e6 or 1M; with --precision or --time the most \
         [default: from the scenario; with --precision 16 times that, with --time alone 256 times]"
    )),
    mut_arg("json", |json| json.help("Print the summary as JSON")),
    mut_arg("quiet", |quiet| quiet.help("Show no progress; print only the output folder"))
)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct RunArgs {
    /// Scenario file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) overrides: Overrides,
    #[command(flatten)]
    pub(crate) size: Size,
    /// Hold every uncertain number at its mean: aleatory uncertainty alone
    #[arg(long, conflicts_with = "draws", help_heading = "Simulation")]
    pub(crate) means: bool,
    /// Simulate until a question is answered: 'MEASURE [SUBJECT] by YYYY-MM: TARGET'; may be repeated
    ///
    /// TARGET is a half-width (0.2pp, $2B, 2mo), a share of the estimate (5%), or a decision (above 5%). Draws are added, with
    /// as many paths each as in the scenario, in steps that are stated beforehand; the intervals hold at all of them together.
    /// The exit code is 5 where a question stays open.
    #[arg(long, value_name = "QUESTION", help_heading = "Simulation")]
    pub(crate) precision: Vec<String>,
    /// Simulate as much as fits into this time: 60s, 5min or 2h
    #[arg(long, value_name = "TIME", value_parser = parse::seconds, help_heading = "Simulation")]
    pub(crate) time: Option<f64>,
    #[command(flatten)]
    pub(crate) shown: Shown,
    /// Also draw the diagnostics of the fitted tails: threshold stability and mean excess
    #[arg(long, help_heading = "Output")]
    pub(crate) diagnostics: bool,
    /// Also measure who pays, owes and owns whom, and what a default would cost the others (DebtRank)
    #[arg(long, help_heading = "Output")]
    pub(crate) network: bool,
    /// Do not write paths.parquet, the largest file
    #[arg(long, help_heading = "Output")]
    pub(crate) no_paths: bool,
}

/// `ouro paths`
#[derive(Debug, Args)]
#[command(
    long_about = "Tell how many paths and draws a question needs.\n\n\
        A pilot shows how much the draws differ and how much the paths of a draw, and what a draw and a path cost. From \
        these follow the draws and the paths per draw that answer the question soonest, for the probability or mean and \
        for the ends of its band, each with the uncertainty of the pilot. More paths of the same draws alone never get \
        below a floor, which is printed. Nothing is written. The exit code is 5 where no budget answers a question.",
    after_help = "\
A question is 'MEASURE [SUBJECT] by YYYY-MM: TARGET'. TARGET is a half-width of the 95 % interval
(0.2pp, $2B, 2mo), a share of the estimate (5%), or a decision (above 5%).

Examples:
  ouro paths scenarios/openai-2026-06.toml --for 'default by 2030-12: 0.2pp'
  ouro paths my.toml --for 'funding_gap acme by 2030-12: 2%' --for 'burst by 2030-12: above 40%'
  # A larger pilot, where the event is rare
  ouro paths my.toml --for 'payment_default by 2028-12: 10%' --paths 100k --draws 200",
    mut_arg("paths", |paths| paths.help("Paths of the pilot, over all draws [default: 25600]")),
    mut_arg("draws", |draws| draws.help("Parameter draws of the pilot [default: 200]"))
)]
pub(crate) struct PathsArgs {
    /// Scenario file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) overrides: Overrides,
    /// A question with its precision; may be repeated
    #[arg(long = "for", value_name = "QUESTION", required = true)]
    pub(crate) questions: Vec<String>,
    #[command(flatten)]
    pub(crate) size: Size,
    #[command(flatten)]
    pub(crate) form: Form,
    /// Show no progress
    #[arg(long, short, help_heading = "Output")]
    pub(crate) quiet: bool,
}

/// `ouro verify`
#[derive(Debug, Args)]
#[command(
    long_about = "Run again what a result says it is, and compare every file.\n\n\
        The manifest of a result has the texts of its scenario, the overrides, the seed, the sizes and the checksums of its \
        files. The files are held against their checksums; then the command is run again, into a temporary folder, and \
        every file is compared byte for byte. No other file is needed, so a result can be checked by whoever it was sent \
        to. Another version of ouro, or another platform, may differ in last digits, and is named.",
    after_help = "\
Exit codes:
  0  every file is the same
  4  a file differs, is missing or was altered
  1  the folder has no manifest, or one that cannot be run again

Examples:
  ouro verify outputs/openai-2026-06-1f3a9c20
  # Checksums alone, without a run
  ouro verify outputs/openai-2026-06-1f3a9c20 --checksums
  ouro verify results/base --json | jq '.records[] | select(.state != \"same\")'"
)]
pub(crate) struct VerifyArgs {
    /// Folder of a result
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// Compare the files with their checksums only, without a run
    #[arg(long, help_heading = "Simulation")]
    pub(crate) checksums: bool,
    /// Number of threads; results do not depend on it [default: one per core]
    #[arg(long, value_name = "T", allow_negative_numbers = true, value_parser = parse::threads, help_heading = "Simulation")]
    pub(crate) threads: Option<usize>,
    #[command(flatten)]
    pub(crate) form: Form,
    /// Show no progress
    #[arg(long, short, help_heading = "Output")]
    pub(crate) quiet: bool,
}

/// `ouro replay`
#[derive(Debug, Args)]
#[command(
    long_about = "Recompute one path of a run, and show it as dated events.\n\n\
        The path has the same bits as in the run with the same scenario, seed and --set. Its number and its draw are \
        the columns `path` and `draw` of paths.parquet; both count from 0, paths within their draw.",
    after_help = "\
Files (with --ledger in outputs/<file>-<digest>-path-<draw>-<path>/, or in --out):
  ledger.csv      every account of the path, one row per month; money in USD billions
  story.csv       the printed events, with their amounts; also story.json
  report.txt      the printed page
  years.csv       the printed years, with more columns
  manifest.json   scenario, seed, versions, checksums

Examples:
  ouro replay scenarios/openai-2026-06.toml --path 17
  ouro replay my.toml --path 4 --draw 31 --months 2028-01..2029-12
  ouro replay my.toml --path 4 --draw 31 --out story",
    mut_arg("out", |out| out.help(
        "Output folder for the ledger and the story; an older result in it is replaced, anything else in it is left alone"
    ))
)]
pub(crate) struct ReplayArgs {
    /// Scenario file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) overrides: Overrides,
    /// Number of the path within its draw, from 0
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = parse::count, help_heading = "Simulation")]
    pub(crate) path: u64,
    /// Parameter draw, from 0
    #[arg(long, value_name = "M", allow_negative_numbers = true, value_parser = parse::count, default_value = "0", help_heading = "Simulation")]
    pub(crate) draw: u64,
    /// Seed of all random numbers, below 2^63 [default: from the scenario]
    #[arg(long, value_name = "S", allow_negative_numbers = true, value_parser = parse::count, help_heading = "Simulation")]
    pub(crate) seed: Option<u64>,
    /// The path of a run with --means
    #[arg(long, conflicts_with = "draw", help_heading = "Simulation")]
    pub(crate) means: bool,
    /// Only these months: 2027-01..2029-12, 2027.., ..2029-06, 2029 or 2029-03
    #[arg(long, value_name = "A..B", value_parser = parse::months, help_heading = "Output")]
    pub(crate) months: Option<Months>,
    /// Write the ledger and the story
    #[arg(long, help_heading = "Output")]
    pub(crate) ledger: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

impl ReplayArgs {
    /// The overrides of the command line.
    pub(crate) fn overrides(&self) -> Vec<String> {
        let seed = self.seed.map(|seed| format!("run.seed={seed}"));
        self.overrides.set.iter().cloned().chain(seed).collect()
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn counts_on_the_command_line_are_overrides_of_the_scenario() {
        let words = ["ouro", "run", "x.toml", "--paths", "1M", "--seed", "7", "--set", "lab.a.cash=1B"];
        let Command::Run(args) = Cli::parse_from(words).command else { panic!("a run") };
        assert_eq!(args.overrides.and(&args.size), ["lab.a.cash=1B", "run.paths=1000000", "run.seed=7"]);
    }
}
