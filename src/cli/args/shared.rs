//! Command-line arguments that several commands share.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use crate::cli::parse;
use crate::cli::terminal::{self, Meter};
use crate::face::{Error, FigureFiles, Options, Table, csv, json};

/// Changes to the scenario from the command line.
#[derive(Debug, Clone, Args)]
pub(crate) struct Overrides {
    /// Set one value of the scenario, as if written in the file; may be repeated
    ///
    /// Entries are addressed by name or id, and quotes can be left out:
    /// `--set lab.openai.cash=60B --set contract.azure.take_or_pay=0.8`
    #[arg(long = "set", value_name = "KEY=VALUE", help_heading = "Scenario")]
    pub(crate) set: Vec<String>,
}

impl Overrides {
    /// The overrides of the command line.
    pub(crate) fn and(&self, size: &Size) -> Vec<String> {
        [self.set.clone(), size.overrides()].concat()
    }
}

/// How much to simulate.
#[derive(Debug, Clone, Args)]
pub(crate) struct Size {
    /// Paths of each run, over all draws, such as 20000, 2e4 or 20k [default: from the scenario]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = parse::positive, help_heading = "Simulation")]
    paths: Option<u64>,
    /// Parameter draws, among which the paths are divided [default: from the scenario]
    #[arg(long, value_name = "M", allow_negative_numbers = true, value_parser = parse::positive, help_heading = "Simulation")]
    draws: Option<u64>,
    /// Seed of all random numbers, below 2^63 [default: from the scenario]
    #[arg(long, value_name = "S", allow_negative_numbers = true, value_parser = parse::count, help_heading = "Simulation")]
    seed: Option<u64>,
    /// Number of threads; results do not depend on it [default: one per core]
    #[arg(long, value_name = "T", allow_negative_numbers = true, value_parser = parse::threads, help_heading = "Simulation")]
    threads: Option<usize>,
    /// Calibrate volatilities to default probabilities anew for every variant, in place of keeping those of the base
    #[arg(long, help_heading = "Simulation")]
    recalibrate: bool,
}

impl Size {
    /// The sizes as overrides: `--paths 1M` is `--set run.paths=1000000`.
    pub(crate) fn overrides(&self) -> Vec<String> {
        let counts = [("paths", self.paths), ("draws", self.draws), ("seed", self.seed)];
        counts.iter().filter_map(|(key, n)| n.map(|n| format!("run.{key}={n}"))).collect()
    }

    /// The seed, if one is asked for.
    pub(crate) fn seed(&self) -> Option<u64> {
        self.seed
    }

    /// Options with these sizes.
    pub(crate) fn sizes(&self, options: Options) -> Options {
        let &Self { paths, draws, seed, .. } = self;
        Options { paths, draws, seed, ..options }
    }

    /// The sizes without the number of paths.
    pub(crate) fn without_paths(&self) -> Self {
        Self { paths: None, ..self.clone() }
    }

    /// Paths of each run.
    pub(crate) fn paths(&self) -> Option<u64> {
        self.paths
    }

    /// Threads; 0: all of the machine.
    pub(crate) fn threads(&self) -> usize {
        self.threads.unwrap_or(0)
    }

    /// Whether volatilities are calibrated anew.
    pub(crate) fn recalibrate(&self) -> bool {
        self.recalibrate
    }
}

/// Output formats that other programs read.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Form {
    /// Print JSON instead
    #[arg(long, help_heading = "Output")]
    json: bool,
    /// Print comma-separated values instead
    #[arg(long, conflicts_with = "json", help_heading = "Output")]
    csv: bool,
}

impl Form {
    /// The requested writer; none for the page.
    pub(crate) fn chosen(self) -> Option<fn(&Table) -> io::Result<String>> {
        if self.json {
            return Some(json::text);
        }
        self.csv.then_some(csv::text)
    }
}

/// Which figures are drawn.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Drawn {
    /// File formats of the figures
    #[arg(long, value_name = "FILES", default_value = "both", help_heading = "Output")]
    figures: FigureChoice,
    /// Draw no figures, which is faster
    #[arg(long, conflicts_with = "figures", help_heading = "Output")]
    no_figures: bool,
}

/// Files of the figures.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum FigureChoice {
    Svg,
    Png,
    Both,
}

impl Drawn {
    /// What was asked for.
    pub(crate) fn files(self) -> FigureFiles {
        match self.figures {
            _ if self.no_figures => FigureFiles::None,
            FigureChoice::Svg => FigureFiles::Svg,
            FigureChoice::Png => FigureFiles::Png,
            FigureChoice::Both => FigureFiles::Both,
        }
    }
}

/// Where the result goes, and whether it is printed as JSON.
#[derive(Debug, Clone, Args)]
pub(crate) struct Output {
    /// Output folder; an older result in it is replaced, anything else in it is left alone
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
    /// Print JSON instead of tables
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
}

/// The output of a command that simulates many paths.
#[derive(Debug, Clone, Args)]
pub(crate) struct Shown {
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    drawn: Drawn,
    /// Show no progress
    #[arg(long, short, help_heading = "Output")]
    pub(crate) quiet: bool,
}

impl Shown {
    /// How to simulate on so many threads, with progress unless it is to be quiet; Ctrl-C ends it early.
    ///
    /// # Errors
    /// When the handler of Ctrl-C cannot be installed.
    pub(crate) fn options(&self, threads: usize) -> Result<Options, Error> {
        Ok(Options { figures: self.drawn.files(), ..options(threads, self.quiet || self.output.json)? })
    }
}

/// How to simulate on so many threads, with progress unless it is to be quiet; Ctrl-C ends it early.
///
/// # Errors
/// When the handler of Ctrl-C cannot be installed.
pub(crate) fn options(threads: usize, quiet: bool) -> Result<Options, Error> {
    let meter = Arc::new(Meter::new(quiet));
    Ok(Options {
        threads,
        interrupt: Some(terminal::interrupt()?),
        progress: Some(Arc::new(move |at| meter.show(at))),
        ..Options::default()
    })
}

/// How much to simulate, and how to show it, where several runs are made.
#[derive(Debug, Clone, Args)]
pub(crate) struct Runs {
    #[command(flatten)]
    pub(crate) size: Size,
    #[command(flatten)]
    pub(crate) shown: Shown,
}

impl Runs {
    /// How to simulate.
    ///
    /// # Errors
    /// When the handler of Ctrl-C cannot be installed.
    pub(crate) fn options(&self) -> Result<Options, Error> {
        Ok(Options { recalibrate: self.size.recalibrate(), ..self.shown.options(self.size.threads())? })
    }
}

/// A scenario that is changed and run.
#[derive(Debug, Clone, Args)]
pub(crate) struct OneFile {
    /// Scenario file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) overrides: Overrides,
    #[command(flatten)]
    pub(crate) runs: Runs,
}
