//! Results become tables, figures and pages; these become files.
//!
//! - [`format`]: what a table is, and one file for each format in which it is written.
//! - [`output`]: the folder of a result, its record, and the one writer.
//! - [`html`]: `report.html`, made from the files of a folder.
//! - [`page`]: pages of text for people, of any width.
//! - one module for each kind of result: what it says, as tables and figures.
//! - [`figure`]: charts as data, and their drawing.
//! - [`language`]: the schema, the glossary and the templates of the scenario language.
//!
//! Nothing here prints, reads a clock or simulates.

pub mod backtest;
pub mod benchmarks;
pub mod bubble;
pub mod calibrated;
pub mod comparison;
pub mod difference;
pub mod expectations;
#[cfg(feature = "plots")]
pub mod figure;
pub mod format;
pub mod html;
pub mod joint;
pub mod language;
pub mod network;
pub mod output;
pub mod page;
pub mod path;
pub mod precision;
pub mod rare;
pub mod sources;
pub mod summary;
pub mod sweep;
pub mod tails;
pub mod validation;
pub mod verification;
