//! Floor 5: results become tables, tables become files.
//!
//! The writers know nothing of the model or the engine. Whatever is to be
//! written is first a [`Table`], a [`Manifest`] or a `figure::Figure`; a new
//! format is one more file here, and every table appears in it.
//!
//! Writers take a path inside an [`OutputDir`], which shows the finished
//! result in one rename or not at all.

pub mod benchmarks;
pub mod checksum;
pub mod comparison;
pub mod csv;
pub mod difference;
pub mod evidence;
#[cfg(feature = "plots")]
pub mod figure;
pub mod json;
pub mod language;
pub mod ledger;
mod manifest;
#[cfg(feature = "parquet")]
pub mod parquet;
mod store;
pub mod story;
pub mod summary;
pub mod sweep;
#[cfg(feature = "plots")]
pub mod sweep_figures;
mod table;
pub mod tails;
mod write_error;
pub mod years;

pub use manifest::{Build, FileRecord, Manifest, MeasureRecord, Provenance, ScenarioRecord, SourceRecord};
pub use store::OutputDir;
pub use table::{Column, Data, Table, TableError};
pub use write_error::WriteError;
