//! `ouro merge`: the shards of a sweep as one.

use super::args::MergeArgs;
use super::exit::Ended;
use super::sweep::show;
use crate::face::merge;

/// Checks the shards, and writes the whole.
///
/// # Errors
/// When the shards do not make a whole, or it cannot be written or printed.
pub(super) fn run(args: &MergeArgs) -> Ended {
    show(&merge(&args.folders, &args.out, args.drawn.files())?, args.json)
}
