//! The library as its users see it: a scenario, a study of it, and results that own what they say.
//!
//! Everything else in the crate serves this room; the command line uses nothing else.

#![allow(clippy::needless_pass_by_value, reason = "options are written where they are used")]

mod backtest;
mod benchmark;
mod bubble;
mod calibrated;
mod comparison;
mod error;
mod needs;
mod options;
mod paths;
mod plan;
mod precision;
mod prior;
mod rare;
mod record;
mod replay;
mod report;
mod result;
mod run;
mod study;
mod sweep;
mod told;
mod validation;
mod verify;

pub use backtest::{Backtest, backtest};
pub use benchmark::Benchmark;
pub use bubble::{Bubble, bubble};
pub use calibrated::Calibrated;
pub use comparison::{Comparison, compare, compare_until};
pub use error::Error;
pub use needs::Needs;
pub use options::{Options, Watcher};
pub use plan::Plan;
pub use precision::Aim;
pub use prior::Prior;
pub use rare::RareEvent;
pub use replay::{Months, Replay};
pub use report::Report;
pub use result::Page;
pub use run::Run;
pub use study::Study;
pub use sweep::{Sweep, SweepRun, merge};
pub use validation::{Validation, validate, validate_problems};
pub use verify::verify;

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
pub use crate::report::precision::{Precision, Stopped};
pub use crate::report::sources::{Meter, kind, says, sources_table};
pub use crate::report::verification::{FileState, Verification, VerifiedFile};
pub use crate::scenario::{Change, Difference, Scenario, Source, differences, load_sources, load_strict};
pub use crate::study::backtest::{Case, Fate, Forecaster, Scored};
pub use crate::study::benchmarks::{Comparison as PublishedFigure, Score};
pub use crate::study::bubble::BubbleTest;
pub use crate::study::comparison::{Compared, Explained, Variant};
pub use crate::study::estimates::{Answer, Banded, Entry};
pub use crate::study::expectations::{Checked, Verdict};
pub use crate::study::precision::{Between, Need, NeedRow, NeedSize, Question, Reading, RunSize, Standing, Target};
pub use crate::study::sweep::{Crossing, Identity, PointResult, Shard};
pub use crate::study::validation::{Coverage, Demand, Extent, Finding, Found, Verdict as ValidationVerdict};
pub use crate::study::{Contrast, Estimand, Flip, Profile, Solved, Statistic};

/// How the command line writes numbers.
#[cfg(feature = "cli")]
pub(crate) use crate::notation::{counted, percent, significant, thousands};
