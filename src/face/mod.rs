//! The library as its users see it: a scenario, a study of it, and results that own what they say.
//!
//! Everything else in the crate serves this room; the command line uses nothing else.

#![allow(clippy::needless_pass_by_value, reason = "options are written where they are used")]

mod backtest;
mod benchmark;
mod comparison;
mod error;
mod options;
mod paths;
mod plan;
mod prior;
mod rare;
mod record;
mod replay;
mod result;
mod run;
mod study;
mod sweep;

pub use backtest::{Backtest, backtest};
pub use benchmark::Benchmark;
pub use comparison::{Comparison, compare};
pub use error::Error;
pub use options::{Options, Watcher};
pub use plan::Plan;
pub use prior::Prior;
pub use rare::RareEvent;
pub use replay::{Months, Replay};
pub use result::Page;
pub use run::Run;
pub use study::Study;
pub use sweep::{Sweep, SweepRun, merge};

pub use crate::calendar::Month;
pub use crate::engine::{Interrupt, Progress};
pub use crate::language::{Basis, Effective, Origin, Place, Problem, Problems, Provenance, Severity, Text};
pub use crate::model::{By, Kind, Measure};
pub use crate::report::difference::difference_table;
pub use crate::report::format::{Column, Data, Table, csv, json};
pub use crate::report::language::{glossary, schema, template, variant};
pub use crate::report::output::{Build, FigureFiles, OutputDir, ProvenanceShares, Replaced, Written};
pub use crate::report::page::text::Sheet;
pub use crate::report::page::{Block, Line, Tone, WIDTH, plain_text};
pub use crate::report::path::story::Event;
pub use crate::report::path::years::LabYear;
pub use crate::report::sources::{Meter, kind, says, sources_table};
pub use crate::scenario::{Change, Difference, Scenario, Source, differences, load_sources, load_strict};
pub use crate::study::backtest::{Case, Fate, Forecaster, Scored};
pub use crate::study::benchmarks::{Comparison as PublishedFigure, Score};
pub use crate::study::comparison::{Compared, Explained, Variant};
pub use crate::study::estimates::{Answer, Banded, Entry};
pub use crate::study::expectations::{Checked, Verdict};
pub use crate::study::sweep::{Crossing, Identity, PointResult, Shard};
pub use crate::study::{Contrast, Estimand, Flip, Profile, Statistic};

/// How the command line writes numbers.
#[cfg(feature = "cli")]
pub(crate) use crate::notation::{counted, percent, significant, thousands};
