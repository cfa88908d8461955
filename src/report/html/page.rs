//! The page: the program of `web/`, with a document in it.

use std::fs;
use std::path::Path;

use super::document::Document;
use crate::report::output::{Manifest, WriteError};

/// The name of the page in a folder.
pub const FILE: &str = "report.html";

/// The program, built from `web/` and committed, so that Rust alone builds all.
const TEMPLATE: &str = include_str!("page.html");

/// Where the document stands in it.
const PLACE: &str = "<!--document-->";

/// Where its title stands.
const TITLE: &str = "<!--title-->";

/// Writes the page `path` of the folder in which it lies, with this record.
///
/// # Errors
/// If a file of the folder cannot be read, or the page cannot be written.
pub fn write(path: &Path, manifest: &Manifest) -> Result<(), WriteError> {
    let document = Document::of(path.parent().unwrap_or(Path::new("")), manifest)?;
    let text = page(&document).map_err(WriteError::at(path, "writing"))?;
    fs::write(path, text).map_err(WriteError::at(path, "writing"))
}

/// The page with a document.
///
/// # Errors
/// If the document cannot be JSON.
pub fn page(document: &Document) -> serde_json::Result<String> {
    let (before, after) = TEMPLATE.split_once(PLACE).unwrap_or((TEMPLATE, ""));
    let before = before.replacen(TITLE, &as_text(&document.record.name), 1);
    let data = in_script(&serde_json::to_string(document)?);
    Ok(format!("{before}{data}{after}"))
}

/// JSON that no parser of HTML mistakes for the end of its script or for a comment.
fn in_script(json: &str) -> String {
    json.replace('<', "\\u003c")
}

/// Text that no parser of HTML mistakes for markup.
fn as_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_has_one_place_for_the_document_and_one_for_its_title() {
        assert_eq!(TEMPLATE.matches(PLACE).count(), 1);
        assert_eq!(TEMPLATE.matches(TITLE).count(), 1);
    }

    #[test]
    fn what_would_end_the_script_is_escaped_and_reads_back_the_same() {
        let wicked = "</script><script>alert(1)</script><!-- & >";
        let json = serde_json::to_string(wicked).unwrap();
        let escaped = in_script(&json);
        assert!(!escaped.contains('<'));
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), wicked);
        assert_eq!(as_text("a < b & c"), "a &lt; b &amp; c");
    }
}
