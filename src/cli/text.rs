//! Tables and paragraphs of fixed width.

use comfy_table::{Attribute, Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table, Width};

use super::terminal::{self, DIM};
use crate::human::thousands;

/// A table without lines: bold heads, the first column to the left, numbers to the right.
pub(crate) fn numbers(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut table = bare();
    let bold = |(at, text): (usize, &&str)| aligned(at, text).add_attribute(Attribute::Bold);
    table.set_header(head.iter().enumerate().map(bold).collect::<Vec<_>>());
    for row in rows {
        let cells = row.iter().enumerate().map(|(at, text)| aligned(at, text));
        table.add_row(cells.collect::<Vec<_>>());
    }
    lines(&table)
}

fn aligned(at: usize, text: impl ToString) -> Cell {
    let alignment = if at == 0 { CellAlignment::Left } else { CellAlignment::Right };
    Cell::new(text).set_alignment(alignment)
}

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
    // Colours are taken out on the way to whoever does not want them; the space around words has none.
    table.enforce_styling();
    table.style_text_only();
    table
}

/// Indented by one, without padding at the ends of lines.
fn lines(table: &Table) -> String {
    let lines: Vec<String> = table.lines().map(|line| format!(" {}", line.trim_end())).collect();
    lines.join("\n") + "\n"
}

/// Pairs as lines, the second of each under one another: " cash:  38 B USD".
pub(crate) fn pairs(pairs: &[(String, String)]) -> String {
    let widest = pairs.iter().map(|(key, _)| key.chars().count()).max().unwrap_or(0) + 2;
    let line = |(key, value): &(String, String)| format!(" {:widest$}{value}", format!("{key}:"));
    pairs.iter().map(line).collect::<Vec<_>>().join("\n") + "\n"
}

/// A paragraph that explains what stands above it.
pub(crate) fn legend(paragraph: &str) -> String {
    let width = terminal::width() - 1;
    let mut lines = vec![String::new()];
    for word in paragraph.split_whitespace() {
        let last = lines.last().map_or(0, |line| line.chars().count());
        if last + 1 + word.chars().count() > width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            *line += " ";
            *line += word;
        }
    }
    let lines: Vec<String> = lines.iter().map(|line| format!(" {DIM}{}{DIM:#}", line.trim_start())).collect();
    lines.join("\n") + "\n"
}

/// Billions with one decimal: "1,234.5", "−0.3"; what rounds to nothing is "0".
pub(crate) fn billions(dollars: f64) -> String {
    let tenths = (dollars / 1e8).round();
    if tenths == 0.0 {
        return "0".to_owned();
    }
    let whole = thousands((tenths.abs() / 10.0).floor());
    let sign = if tenths < 0.0 { "−" } else { "" };
    format!("{sign}{whole}.{:.0}", tenths.abs() % 10.0)
}

/// A share in percent with one decimal: "5.1 %"; what rounds to nothing is "0 %".
pub(crate) fn tenths_of_percent(share: f64) -> String {
    let tenths = (share * 1e3).round();
    if tenths == 0.0 {
        return "0 %".to_owned();
    }
    let sign = if tenths < 0.0 { "−" } else { "" };
    format!("{sign}{:.1} %", tenths.abs() / 10.0)
}

/// "1 lab", "6 contracts".
pub(crate) fn counted(count: usize, noun: &str) -> String {
    let plural = match noun.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{noun}s"),
    };
    format!("{} {}", thousands(count as f64), if count == 1 { noun } else { &plural })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn billions_have_one_decimal_and_a_true_minus() {
        let shown = [0.0, 4e7, -3e8, 1_234.56e9, -99.96e9].map(billions);
        assert_eq!(shown, ["0", "0", "−0.3", "1,234.6", "−100.0"]);
    }

    #[test]
    fn nothing_is_said_to_be_less_than_nothing() {
        let shown = [0.0, -0.0001, 0.0514, -0.3].map(tenths_of_percent);
        assert_eq!(shown, ["0 %", "0 %", "5.1 %", "−30.0 %"]);
    }

    #[test]
    fn nouns_have_their_plurals() {
        let shown = [(1, "lab"), (6, "contract"), (2, "entity"), (1, "entity")].map(|(n, noun)| counted(n, noun));
        assert_eq!(shown, ["1 lab", "6 contracts", "2 entities", "1 entity"]);
    }
}
