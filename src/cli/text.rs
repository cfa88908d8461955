//! Tables of words, and paragraphs, for the terminal.

use comfy_table::{Cell, ColumnConstraint, ContentArrangement, Table, Width};

use super::terminal::{self, DIM};
use crate::face::Sheet;

/// Words in columns of given widths; the last takes what is left of `width` and is wrapped.
pub(crate) fn words(widths: &[usize], width: usize, rows: Vec<Vec<Cell>>) -> String {
    let mut table = bare();
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width as u16);
    for row in rows {
        table.add_row(row);
    }
    for (at, width) in widths.iter().enumerate() {
        if let Some(column) = table.column_mut(at) {
            // Two for the padding.
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(*width as u16 + 2)));
        }
    }
    lines(&table)
}

fn bare() -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    // Colours may be removed on output, so the space around words has none.
    table.enforce_styling();
    table.style_text_only();
    table
}

/// Indented by one, without padding at the ends of lines.
fn lines(table: &Table) -> String {
    let lines: Vec<String> = table.lines().map(|line| format!(" {}", line.trim_end())).collect();
    lines.join("\n") + "\n"
}

/// A paragraph that explains the table above it.
pub(super) fn legend(paragraph: &str) -> String {
    let lines = Sheet { width: terminal::width() }.aside(paragraph);
    let lines = lines.iter().map(|line| format!(" {DIM}{}{DIM:#}\n", line.text.trim_start()));
    lines.collect::<Vec<String>>().concat()
}
