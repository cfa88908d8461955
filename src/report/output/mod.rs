//! What a command leaves on disk: a folder with tables, figures, and the record of where they came from.

mod checksum;
mod deliverable;
mod folder;
mod manifest;
mod write_error;

pub use checksum::sha256_of_file;
pub use deliverable::{Deliverable, FigureFiles, Filed, Written, write_all};
pub use folder::{OutputDir, Replaced, files_below};
pub use manifest::{Build, FileRecord, Manifest, MeasureRecord, ProvenanceShares, ScenarioRecord, SourceRecord};
pub use write_error::WriteError;

#[cfg(test)]
pub(crate) use folder::scratch;
