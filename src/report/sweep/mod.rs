//! A sweep on disk: its folder, its tables, its figures.

#[cfg(feature = "plots")]
mod figures;
mod folder;
mod tables;

#[cfg(feature = "plots")]
pub use figures::pictures;
pub use folder::{FolderError, Opening, SweepFolder, SweepManifest, merged};
pub use tables::{contour_table, crossings_told, sweep_table};
