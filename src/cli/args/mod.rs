//! Command-line arguments: names and help only.

mod files;
mod scenario;
mod shared;
mod studies;
mod validate;

pub(super) use files::{DiffArgs, NewArgs, ReportArgs, SchemaArgs, SourcesArgs};
pub(super) use scenario::{CheckArgs, Cli, Command, PathsArgs, PlanArgs, ReplayArgs, RunArgs, VerifyArgs};
pub(super) use shared::{OneFile, options};
pub(super) use studies::{
    BenchmarkArgs, BubbleArgs, CalibrateArgs, CompareArgs, MergeArgs, PriorArgs, RareArgs, SweepArgs, TwinsArgs,
};
pub(super) use validate::ValidateArgs;
