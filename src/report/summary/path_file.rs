//! `paths.parquet`, which grows as paths are finished.

use std::path::PathBuf;

use crate::calendar::Timeline;
use crate::engine::Chunk;
use crate::model::Metric;
use crate::report::format::About;
use crate::report::format::parquet::ParquetSink;
use crate::report::output::WriteError;

use super::paths::PathRows;

/// A file with one row per path.
pub struct PathFile {
    path: PathBuf,
    rows: PathRows,
    sink: ParquetSink,
}

impl std::fmt::Debug for PathFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PathFile").field("path", &self.path).finish_non_exhaustive()
    }
}

impl PathFile {
    /// The name of the file in a result.
    pub const NAME: &'static str = "paths.parquet";

    /// A new file for these metrics; `about` is written into it.
    ///
    /// # Errors
    /// If it cannot be created.
    pub fn create(path: PathBuf, catalogue: &[Metric], timeline: Timeline, about: &About) -> Result<Self, WriteError> {
        let rows = PathRows::new(catalogue, timeline);
        let sink = ParquetSink::create(&path, rows.columns(), about)?;
        Ok(Self { path, rows, sink })
    }

    /// Takes in finished paths.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn add(&mut self, chunk: &Chunk) -> Result<(), WriteError> {
        if self.rows.add(chunk) { self.sink.write_columns(self.rows.take()) } else { Ok(()) }
    }

    /// Writes what is waiting and the end of the file.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn finish(mut self) -> Result<(), WriteError> {
        self.sink.write_columns(self.rows.take())?;
        self.sink.finish()
    }
}
