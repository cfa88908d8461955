//! Ouroborisk: a Monte Carlo simulator of circular AI financing risk.
//!
//! A scenario file describes what AI labs have, plan, have signed and may be given. The library simulates many futures of
//! their cash against the vendors' compute, and estimates who runs short, who defaults and who loses, each number with its
//! Monte Carlo error and with the epistemic uncertainty of the inputs apart.
//!
//! ```
//! use ouroborisk::{Error, Options, Run, Scenario, Study};
//!
//! # fn main() -> Result<(), Error> {
//! let scenario = Scenario::load("scenarios/minimal.toml")?;
//! let run: Run = Study::of(scenario).run(Options { paths: Some(2000), ..Options::default() })?;
//! for row in run.metric("default", "acme") {
//!     println!("by {}: {} {:?}", row.estimand.by, row.estimand.statistic.name(), row.answer.value);
//! }
//! let folder = std::env::temp_dir().join("ouroborisk-example");
//! run.write(&folder)?;
//! # std::fs::remove_dir_all(&folder).ok();
//! # Ok(())
//! # }
//! ```
//!
//! Besides [`Study::run`] there are [`Study::plan`], [`Study::replay`], [`Study::twins`], [`Study::benchmark`],
//! [`Study::run_until`], [`Study::need`], [`compare`], [`Sweep`] and [`validate`]. Each result owns what it says, can be sent
//! to another thread, and has tables, a page of text and a folder
//! of files. [`Options`] carry sizes, threads, progress and interruption.
//!
//! What is not listed here is internal and may change at any time.

mod face;

pub use face::{
    Aim, Answer, Backtest, Banded, Basis, Benchmark, Between, Block, Bubble, BubbleTest, Build, By, Calibrated, Case,
    Change, Checked, Column, Compared, Comparison, Contrast, Coverage, Crossing, Data, Demand, Difference, Effective,
    Entry, Error, Estimand, Event, Explained, Extent, Fate, FigureFiles, FileState, Finding, Flip, Forecaster, Found,
    Identity, Interrupt, Kind, LabYear, Line, Measure, Meter, Month, Months, Need, NeedRow, NeedSize, Needs, Options,
    Origin, OutputDir, Page, Place, Plan, PointResult, Precision, Prior, Problem, Problems, Profile, Progress,
    Provenance, ProvenanceShares, PublishedFigure, Question, RareEvent, Reading, Replaced, Replay, Report, Run,
    RunSize, Scenario, Score, Scored, Severity, Shard, Sheet, Solved, Source, Standing, Statistic, Stopped, Study,
    Sweep, SweepRun, Table, Target, Text, Tone, Validation, ValidationVerdict, Variant, Verdict, Verification,
    VerifiedFile, WIDTH, Watcher, Written, backtest, bubble, compare, compare_until, csv, difference_table,
    differences, glossary, json, kind, load_sources, load_strict, merge, plain_text, says, schema, sources_table,
    template, validate, validate_problems, variant, verify,
};

#[doc(hidden)]
pub mod calendar;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod engine;
#[doc(hidden)]
pub mod hash;
#[doc(hidden)]
pub mod lanes;
#[doc(hidden)]
pub mod language;
#[doc(hidden)]
pub mod model;
#[doc(hidden)]
pub mod notation;
#[doc(hidden)]
pub mod random;
#[doc(hidden)]
pub mod report;
#[doc(hidden)]
pub mod resolve;
#[doc(hidden)]
pub mod scenario;
#[doc(hidden)]
pub mod simulate;
#[doc(hidden)]
pub mod stats;
#[doc(hidden)]
pub mod study;
#[doc(hidden)]
pub mod tier;
#[doc(hidden)]
pub mod units;
