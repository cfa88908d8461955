//! Command-line arguments: names and help only; what they mean is the commands' business.

mod args;
mod files;
mod shared;
mod studies;

pub(super) use args::{CheckArgs, Cli, Command, PlanArgs, ReplayArgs, RunArgs};
pub(super) use files::{DiffArgs, NewArgs, SchemaArgs, SourcesArgs};
pub(super) use shared::options;
pub(super) use studies::{BenchmarkArgs, CompareArgs, MergeArgs, SweepArgs, TwinsArgs};
