//! Command-line arguments and their help: the commands that make several runs.

use std::path::PathBuf;

use clap::Args;

use super::shared::{Drawn, OneFile, Runs, Shown};
use crate::cli::parse;
use crate::face::Shard;

/// `ouro benchmark`
#[derive(Debug, Args)]
#[command(
    long_about = "Compare published figures and later outcomes with the results of a run.\n\n\
        The figures are the [[benchmark]] entries of the scenario: estimates, plans, default probabilities implied by swaps, \
        betting odds, base rates. Each is shown with its percentile among the paths, its distance in standard deviations \
        of the paths, and how its definition, date and horizon differ. A dated scenario is scored against its [[outcome]] \
        entries: percentile (PIT), CRPS, Brier score, the worst misses first.\n\n\
        With a folder, every scenario in it has one firm and one [[outcome]] of its default. The probabilities of default \
        within 12, 24 and 36 months are scored together, beside the base rate and cash over burn (docs/backtest.md).",
    after_help = "\
Files (in outputs/<file>-<digest>-benchmark/, or --out):
  benchmark.csv, benchmark.json   one row per figure
  manifest.json                   scenario, seed, versions, checksums
  scores.csv, cases.csv           of a folder, in -backtest/: one row per score, one per firm and date

Examples:
  ouro benchmark scenarios/openai-2026-06.toml
  ouro benchmark scenarios/telecom
  ouro benchmark my.toml --paths 20k --json | jq '.records[] | {name, percentile, distance}'"
)]
pub(crate) struct BenchmarkArgs {
    #[command(flatten)]
    pub(crate) of: OneFile,
}

/// `ouro bubble`
#[derive(Debug, Args)]
#[command(
    long_about = "Test a series, or the market of a scenario, for explosive growth (GSADF).\n\n\
        FILE is a series (.csv: a first line such as `date,price`, then a date and a value in each line) or a scenario \
        (.toml). Of a series, the right-tailed unit root tests of Phillips, Shi and Yu (2015) over all windows are \
        printed with p-values and simulated critical values, each with its error, the dated episodes, and run-ups beside \
        published base rates of crashes. Of a scenario, the market's price over fundamental value is tested on every \
        path, and power and false alarms are measured against the bursts that the model knows (docs/bubble.md).",
    after_help = "\
Files (in outputs/<file>-<digest>-bubble/, or --out):
  bubble.csv, bubble.json   the statistics of a series, or the findings on the paths of a scenario
  bsadf.csv                 of a series: BSADF and its critical value at each date
  figures/bsadf.svg, .png   the same as a figure
  report.txt                the printed page
  manifest.json             the file, seed, versions, checksums

Examples:
  ouro bubble prices.csv
  # The price over earnings, in logs, with one lag
  ouro bubble index.csv --column pe --log --lags 1
  # Smaller errors of the critical values
  ouro bubble prices.csv --walks 100k
  # Power and false alarms on the paths of a scenario
  ouro bubble scenarios/openai-2026-06.toml"
)]
pub(crate) struct BubbleArgs {
    #[command(flatten)]
    pub(crate) of: OneFile,
    /// The column of values, where there are several
    #[arg(long, value_name = "NAME", help_heading = "Test")]
    pub(crate) column: Option<String>,
    /// Test the logarithms of the values
    #[arg(long, help_heading = "Test")]
    pub(crate) log: bool,
    /// Lagged changes in each regression, 0 to 6
    #[arg(long, value_name = "K", default_value = "0", help_heading = "Test")]
    pub(crate) lags: usize,
    /// Random walks behind the critical values [default: 10000]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = parse::positive, help_heading = "Test")]
    pub(crate) walks: Option<u64>,
}

/// `ouro prior`
#[derive(Debug, Args)]
#[command(
    long_about = "Check the results of a scenario against ranges written before the run.\n\n\
        The [[expectation]] entries of the scenario say, before any run, within what a measure must lie for the inputs to be \
        believed: growth beside base rates, crashes after a doubling, months of cash, default curves beside swaps, hoarded \
        cash. Each is shown with the estimate of the run, its 95 % interval, and a verdict. The exit code is 5 if one is missed.",
    after_help = "\
Files (in outputs/<file>-<digest>-prior/, or --out):
  prior.csv, prior.json   one row per expectation
  manifest.json           scenario, seed, versions, checksums

Examples:
  ouro prior scenarios/openai-2026-06.toml
  ouro prior my.toml --paths 20k --json | jq '.records[] | select(.verdict != \"within\")'"
)]
pub(crate) struct PriorArgs {
    #[command(flatten)]
    pub(crate) of: OneFile,
}

/// `ouro calibrate`
#[derive(Debug, Args)]
#[command(
    long_about = "Solve volatilities from default probabilities, and keep them for later runs.\n\n\
        An entity with `pd5` has the volatility at which it defaults with that probability, with its exposures and under the \
        simulated market. That takes 45,000 paths, which every run simulates first. This command writes what they \
        find into a file beside the scenario. Later runs of the scenario and its variants read it and have the same results \
        to the bit. A file of other values, or of another version of ouro, is not used; `ouro check` warns of it.",
    after_help = "\
Files:
  <scenario>.calibration.json   beside the scenario, or beside the file that it extends

Examples:
  ouro calibrate my.toml
  ouro calibrate my.toml --json | jq '.records[] | {entity, volatility}'"
)]
pub(crate) struct CalibrateArgs {
    /// Scenario file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Number of threads; results do not depend on it [default: one per core]
    #[arg(long, value_name = "T", allow_negative_numbers = true, value_parser = parse::threads, help_heading = "Simulation")]
    pub(crate) threads: Option<usize>,
    /// Print JSON instead of the table
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
    /// Show no progress
    #[arg(long, short, help_heading = "Output")]
    pub(crate) quiet: bool,
}

/// `ouro rare`
#[derive(Debug, Args)]
#[command(
    long_about = "Estimate the probability of a rare event, far below what a run can see.\n\n\
        Two independent routes on the same parameter draws: importance sampling, which tilts the random numbers so that the \
        event is common and undoes it by weights, and splitting, which continues the paths that come near to the event several \
        times. Each has its own error; a disagreement is an alarm. The event is MEASURE [SUBJECT] by YYYY-MM, for an amount \
        with `above AMOUNT`, and several joined by `and` happen all on the same path. --paths are those of importance sampling \
        after its search. The exit code is 5 if the number cannot be relied on.",
    after_help = "\
Files (in outputs/<file>-<digest>-rare/, or --out):
  rare.csv, rare.json     both estimates, their intervals, and what says how far to trust them
  rare-drivers.csv        what differs on the paths with the event, by process and year
  manifest.json           scenario, seed, versions, checksums

Examples:
  ouro rare my.toml --event 'default acme by 2027-12'
  ouro rare my.toml --event 'entity_default nimbus by 2028-12 and entity_default silica by 2028-12'
  ouro rare my.toml --event 'provider_loss oracle by 2030-12 above 200B USD' --paths 200k
  ouro rare my.toml --event 'default acme by 2027-12' --json | jq '.records[] | select(.statistic == \"probability\")'"
)]
pub(crate) struct RareArgs {
    /// The event: 'MEASURE [SUBJECT] by YYYY-MM [above AMOUNT] [and ...]'
    #[arg(long, value_name = "EVENT", required = true)]
    pub(crate) event: String,
    #[command(flatten)]
    pub(crate) of: OneFile,
}

/// `ouro sweep`
#[derive(Debug, Args)]
#[command(
    long_about = "Run a scenario at many points on common random numbers.\n\n\
        The sweep file names a scenario, the keys that vary, and the measures to keep. Each finished point is saved in its \
        own small file, so Ctrl-C and crashes lose at most the point being run; --resume continues and gives the same bits. \
        --shard divides a sweep among machines, and `ouro merge` joins the parts, again with the same bits.",
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
  ouro sweep my-sweep.toml --shard 2/4 --out part-2",
    mut_arg("out", |out| out.help("Output folder")),
    mut_arg("json", |json| json.help("Print the table as JSON"))
)]
pub(crate) struct SweepArgs {
    /// Sweep file
    #[arg(value_name = "STUDY")]
    pub(crate) file: PathBuf,
    /// Continue an interrupted sweep
    #[arg(long, help_heading = "Simulation")]
    pub(crate) resume: bool,
    /// Run only the I-th of N parts of the points
    #[arg(long, value_name = "I/N", value_parser = parse::shard, help_heading = "Simulation")]
    pub(crate) shard: Option<Shard>,
    /// Number of threads; results do not depend on it [default: one per core]
    #[arg(long, value_name = "T", allow_negative_numbers = true, value_parser = parse::threads, help_heading = "Simulation")]
    pub(crate) threads: Option<usize>,
    /// Only check the file and count its points
    #[arg(long, help_heading = "Simulation")]
    pub(crate) check: bool,
    #[command(flatten)]
    pub(crate) shown: Shown,
}

/// `ouro merge`
#[derive(Debug, Args)]
#[command(
    long_about = "Merge the shards of a sweep.\n\n\
        The result has the same bits as a single run, whatever the order of the folders. Missing, repeated or unfinished \
        shards, and shards of another version or of a changed scenario, are refused by name.",
    after_help = "\
Examples:
  ouro merge part-1 part-2 part-3 part-4 --out whole"
)]
pub(crate) struct MergeArgs {
    /// Folders of the shards
    #[arg(required = true, value_name = "DIR")]
    pub(crate) folders: Vec<PathBuf>,
    /// Folder for the merged sweep
    #[arg(long, value_name = "DIR", required = true, help_heading = "Output")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) drawn: Drawn,
    /// Print the table as JSON
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
}

/// `ouro compare`
#[derive(Debug, Args)]
#[command(
    long_about = "Compare scenarios on common random numbers, with paired errors.\n\n\
        Every path and every parameter draw has the same random numbers in every scenario, so only the changed values \
        make a difference. Each headline is shown with its difference, ratio and quantile shift, their paired 95 % \
        intervals, and the paths that flip. Seed, paths and draws are those of the base. p-values are adjusted for the \
        number of figures (Holm). With one file, every --set is a variant of it.",
    after_help = "\
Files (in outputs/<base>-<digest>-compare/, or --out):
  compare.csv, compare.json   every headline of every variant against the base
  flips.csv                   paths on which an event happens in only one of the two, for `ouro replay`
  attribution.csv             how much of the difference each changed value explains
  figures/*.svg, *.png        overlaid probabilities, and their paired differences
  manifest.json               base scenario, seed, versions, checksums

Examples:
  ouro compare scenarios/openai-2026-06.toml my-variant.toml
  ouro compare my.toml --set market.freeze_mean=12mo --set market.freeze_mean=48mo
  # A variant of two keys, with a name
  ouro compare my.toml --set 'tight: market.freeze_mean=48mo; lab.acme.cash=5B'
  ouro compare a.toml b.toml c.toml --against b --with run.paths=20000
  # As many paths as it takes to say which is riskier
  ouro compare a.toml b.toml --precision 'default by 2030-12: ranking'"
)]
pub(crate) struct CompareArgs {
    /// Scenario files; the first is the base
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// A variant of the file, of one key or several: 'a=1', 'a=1; b=2' or 'NAME: a=1; b=2'
    ///
    /// Each --set is a separate variant; in other commands all --set apply together.
    #[arg(long = "set", value_name = "KEY=VALUE", help_heading = "Scenario")]
    pub(crate) set: Vec<String>,
    /// Set one value in every scenario that is compared; may be repeated
    #[arg(long = "with", value_name = "KEY=VALUE", help_heading = "Scenario")]
    pub(crate) with: Vec<String>,
    /// Name of the base: a file without its ending, or `base` for the file without a --set
    #[arg(long, value_name = "NAME", help_heading = "Scenario")]
    pub(crate) against: Option<String>,
    /// Simulate until every variant is ranked against the base: 'MEASURE [SUBJECT] by YYYY-MM: ranking'; may be repeated
    ///
    /// As `ouro run --precision`, of the paired difference; --paths is then the most. The exit code is 5 where a ranking stays
    /// open.
    #[arg(long, value_name = "QUESTION", help_heading = "Simulation")]
    pub(crate) precision: Vec<String>,
    /// Skip the extra runs that attribute the difference to single changes
    #[arg(long, help_heading = "Simulation")]
    pub(crate) no_attribution: bool,
    #[command(flatten)]
    pub(crate) runs: Runs,
}

/// `ouro twins`
#[derive(Debug, Args)]
#[command(
    long_about = "Measure the effect of circular money.\n\n\
        Three runs on common random numbers: as given; without ties, where outside givers with the same rules stand in for those \
        that sell to a lab, and their money brings no contract; and without strategic money, where these neither invest, \
        match, lend nor rescue, and their part of a round is not raised. As given less without strategic money is the \
        circularity effect. It is the sum of what the strings do, as given less without ties (contracts that come with the \
        money, feedback, regulation, givers that can fail), and of what the money alone does, without ties less without \
        strategic money.",
    after_help = "\
Files (in outputs/<file>-<digest>-twins/, or --out):
  twins.csv, twins.json   every headline: the effect, the strings, the money alone, with paired errors
  flips.csv               paths on which an event happens in one of two runs only, for `ouro replay`
  figures/*.svg, *.png    overlaid probabilities, and their paired differences
  manifest.json           scenario, seed, versions, checksums

Examples:
  ouro twins scenarios/openai-2026-06.toml
  ouro twins my.toml --paths 20k --json | jq '.records[] | select(.measure == \"default\")'"
)]
pub(crate) struct TwinsArgs {
    #[command(flatten)]
    pub(crate) of: OneFile,
}
