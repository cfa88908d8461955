//! `ouro merge`: the shards of a sweep as one.

use std::process::ExitCode;

use anyhow::Result;

use super::study_args::MergeArgs;
use super::sweep::finish;
use crate::report::sweep::{SweepFolder, merged};
use crate::scenario::SweepFile;

/// Checks the shards, and writes the whole.
///
/// # Errors
/// When the shards do not make a whole, or it cannot be written or printed.
pub(crate) fn run(args: &MergeArgs) -> Result<ExitCode> {
    let (identity, points) = merged(&args.folders)?;
    let file = SweepFile::parse("sweep.json", &identity.text)?;
    let folder = SweepFolder::open(&args.out, identity.clone(), false)?;
    for point in &points {
        folder.save(point)?;
    }
    finish(&file, &identity, &folder, args.json)?;
    Ok(ExitCode::SUCCESS)
}
