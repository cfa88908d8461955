//! Every value in effect, with its source: `ouro check --explain`.

use std::fmt::Write;

use comfy_table::{Attribute, Cell, Color};
use serde_json::{Value, json as object};

use super::terminal::{BOLD, KEY};
use super::text::words;
use crate::face::{Basis, Effective, Origin, Provenance, Sheet, Tone};

/// Widths that keys and values do not exceed; longer ones are wrapped.
pub(crate) const KEYS: usize = 26;
const VALUES: usize = 40;
/// "written", "default", "derived".
const ORIGINS: usize = 7;

/// The values, a heading for each table of the file.
pub(super) fn table(rows: &[Effective], width: usize) -> String {
    let widths = [longest(rows, KEYS, |row| parts(&row.key).1), values(rows, width), ORIGINS];
    grouped(rows, |row| &row.key, &["key", "value", "is", "source or reason"], (&widths, width, LEAST_WORDS), cells)
}

/// Width of a column of values that leaves room for words.
pub(super) fn values(rows: &[Effective], width: usize) -> usize {
    longest(rows, VALUES.min(width.saturating_sub(50)), |row| &row.value).max(20)
}

/// Width of a column, at most `limit`.
pub(super) fn longest<R>(rows: &[R], limit: usize, text: impl Fn(&R) -> &str) -> usize {
    rows.iter().map(|row| text(row).chars().count()).max().unwrap_or(0).clamp(3, limit)
}

/// Rows about keys, a heading for each table of the file.
pub(super) fn grouped<R>(
    rows: &[R],
    key: impl Fn(&R) -> &str,
    head: &[&str],
    (widths, width, least): (&[usize], usize, usize),
    cells: impl Fn(&R) -> Vec<Cell>,
) -> String {
    // Two blanks beside each column.
    let taken: usize = widths.iter().map(|width| width + 2).sum();
    let narrow = width < taken + least;
    let head: Vec<Cell> = head.iter().map(|word| Cell::new(word).add_attribute(Attribute::Bold)).collect();
    let show = |rows: Vec<Vec<Cell>>| if narrow { stacked(width, &rows) } else { words(widths, width - 1, rows) };
    let mut text = if narrow { "\n".to_owned() } else { format!("\n{}", show(vec![head])) };
    let mut headings: Vec<&str> = Vec::new();
    for (heading, _) in rows.iter().map(|row| parts(key(row))) {
        if !headings.contains(&heading) {
            headings.push(heading);
        }
    }
    for heading in headings {
        let group = rows.iter().filter(|row| parts(key(row)).0 == heading);
        for line in (Sheet { width }).hanging(Tone::Heading, "", &format!("[{heading}]")) {
            let _ = writeln!(text, "{BOLD}{KEY}{}{KEY:#}{BOLD:#}", line.text);
        }
        text += &show(group.map(&cells).collect());
    }
    text
}

/// Columns below which words in the last column are torn apart.
pub(super) const LEAST_WORDS: usize = 24;

/// Where there is no room for columns: the cells of a row behind one another, and what the last says below them.
fn stacked(width: usize, rows: &[Vec<Cell>]) -> String {
    let sheet = Sheet { width };
    let row = |cells: &Vec<Cell>| {
        let mut parts: Vec<String> = cells.iter().map(Cell::content).collect();
        let last = parts.pop().unwrap_or_default();
        let above = sheet.hanging(Tone::Plain, " ", &parts.join(" \u{b7} "));
        let below = last.lines().flat_map(|text| sheet.hanging(Tone::Aside, "   ", text));
        let lines = above.into_iter().chain(below).filter(|line| !line.text.trim().is_empty());
        lines.map(|line| line.text + "\n").collect::<String>()
    };
    rows.iter().map(row).collect()
}

/// The table that a key belongs to, and its own name. Years and names are parts of their curve, not tables.
pub(super) fn parts(key: &str) -> (&str, &str) {
    key.rsplit_once('.').unwrap_or(("", key))
}

fn cells(row: &Effective) -> Vec<Cell> {
    let origin = Cell::new(row.origin.name());
    let origin = match row.origin {
        Origin::Written => origin,
        Origin::Default => origin.add_attribute(Attribute::Dim),
        Origin::Derived => origin.fg(Color::Yellow),
    };
    vec![Cell::new(parts(&row.key).1), Cell::new(&row.value), origin, Cell::new(said(&row.provenance))]
}

/// The source, prior or assumption behind a number, and its note.
pub(super) fn said(provenance: &Provenance) -> String {
    let basis = match &provenance.basis {
        Basis::Unsaid => None,
        Basis::Source(sources) => Some(format!("source: {}", sources.join(", "))),
        Basis::Prior(why) => Some(format!("prior: {why}")),
        Basis::Assumed(why) => Some(format!("assumed: {why}")),
    };
    let note = provenance.note.as_ref().map(|note| format!("({note})"));
    basis.into_iter().chain(note).collect::<Vec<_>>().join(" ")
}

/// A value as JSON.
pub(super) fn json(row: &Effective) -> Value {
    let (basis, says) = match &row.provenance.basis {
        Basis::Unsaid => (None, Value::Null),
        Basis::Source(sources) => (Some("source"), object!(sources)),
        Basis::Prior(why) => (Some("prior"), object!(why)),
        Basis::Assumed(why) => (Some("assumed"), object!(why)),
    };
    object!({
        "key": row.key,
        "value": row.value,
        "unit": row.unit,
        "origin": row.origin.name(),
        "basis": basis,
        "says": says,
        "note": row.provenance.note,
    })
}
