//! Command-line arguments: names and help only.

mod files;
mod scenario;
mod shared;
mod studies;

pub(super) use files::{DiffArgs, NewArgs, SchemaArgs, SourcesArgs};
pub(super) use scenario::{CheckArgs, Cli, Command, PlanArgs, ReplayArgs, RunArgs};
pub(super) use shared::OneFile;
pub(super) use studies::{BenchmarkArgs, CompareArgs, MergeArgs, PriorArgs, RareArgs, SweepArgs, TwinsArgs};
