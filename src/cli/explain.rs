//! Every value in effect, and what it rests on: `ouro check --explain`.

use std::fmt::Write;

use comfy_table::{Attribute, Cell, Color};
use serde_json::{Value, json as object};

use super::terminal::{BOLD, KEY};
use super::text::words;
use crate::scenario::{Basis, Effective, Origin, Provenance};

/// Widths that keys and values do not exceed; longer ones are wrapped.
const KEYS: usize = 26;
const VALUES: usize = 40;
/// "written", "default", "derived".
const ORIGINS: usize = 7;

/// The values, a heading for each table of the file.
pub(crate) fn table(rows: &[Effective], width: usize) -> String {
    let longest = |of: &dyn Fn(&Effective) -> usize, limit| rows.iter().map(of).max().unwrap_or(0).min(limit);
    let keys = longest(&|row| parts(&row.key).1.chars().count(), KEYS).max(3);
    let values = longest(&|row| row.value.chars().count(), VALUES.min(width.saturating_sub(50))).max(20);
    let widths = [keys, values, ORIGINS];
    let head = ["key", "value", "is", "rests on"].map(|word| Cell::new(word).add_attribute(Attribute::Bold));
    let mut text = format!("\n{}", words(&widths, width - 1, vec![head.to_vec()]));
    let mut headings: Vec<&str> = Vec::new();
    for (heading, _) in rows.iter().map(|row| parts(&row.key)) {
        if !headings.contains(&heading) {
            headings.push(heading);
        }
    }
    for heading in headings {
        let group = rows.iter().filter(|row| parts(&row.key).0 == heading);
        let _ = writeln!(text, "{BOLD}{KEY}[{heading}]{KEY:#}{BOLD:#}");
        text += &words(&widths, width - 1, group.map(cells).collect());
    }
    text
}

/// The table that a key belongs to, and its own name. Years and names are parts of their curve, not tables.
fn parts(key: &str) -> (&str, &str) {
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

/// What a number rests on, and its note, in words.
fn said(provenance: &Provenance) -> String {
    let basis = match &provenance.basis {
        Basis::Unsaid => None,
        Basis::Source(sources) => Some(format!("source: {}", sources.join(", "))),
        Basis::Prior(why) => Some(format!("prior: {why}")),
        Basis::Assumed(why) => Some(format!("assumed: {why}")),
    };
    let note = provenance.note.as_ref().map(|note| format!("({note})"));
    basis.into_iter().chain(note).collect::<Vec<_>>().join(" ")
}

/// A value for machines.
pub(crate) fn json(row: &Effective) -> Value {
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
