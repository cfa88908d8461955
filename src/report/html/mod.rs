//! `report.html`: one file with text, charts and tables, for people who were not there.
//!
//! The page is made from the files of a folder alone, so that `ouro report` rebuilds it to the byte. Its program is
//! TypeScript (`web/`, built into `page.html`); what Rust hands to it is a [`document`](Document) of a fixed form,
//! `web/contract/document.schema.json`.

mod change;
mod columns;
mod document;
mod page;

pub use change::{Run, change};
pub use document::{Document, FIGURES, Record};
pub use page::{FILE, page, write};
