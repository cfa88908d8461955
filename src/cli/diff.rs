//! `ouro diff`: the differences between two scenarios.

use std::path::Path;
use std::process::ExitCode;

use comfy_table::{Cell, Color};

use super::args::DiffArgs;
use super::exit::{DIFFERENT, Ended, done};
use super::explain::{self, KEYS, grouped, longest, parts};
use super::terminal::{self, BOLD, DIM};
use super::text;
use crate::face::{Change, Difference, Effective, Error, Origin, Scenario, counted, difference_table, differences};

/// Prints the differences.
///
/// # Errors
/// When one of the scenarios is refused, or the result cannot be printed.
pub(super) fn run(args: &DiffArgs) -> Ended {
    let first = super::scenario::open(&args.first, &[])?;
    let second = super::scenario::open(&args.second, &args.overrides.set)?;
    let found = differences(&first, &second);
    match args.form.chosen() {
        Some(write) => terminal::print(&write(&difference_table(&found)?).map_err(Error::io("cannot print"))?)?,
        None => terminal::print(&as_text(args, (&first, &second), &found))?,
    }
    Ok(if found.is_empty() { done(false) } else { ExitCode::from(DIFFERENT) })
}

fn as_text(args: &DiffArgs, (first, second): (&Scenario, &Scenario), found: &[Difference]) -> String {
    let mut page = said("a", &args.first, first) + &said("b", &args.second, second);
    if found.is_empty() {
        return page + "no difference: the values and their sources are the same\n";
    }
    let width = terminal::width();
    let keys = longest(found, KEYS, |row| parts(&row.key).1);
    let widths = [keys, 7, (width - keys - 16) / 2];
    page += &grouped(
        found,
        |row| &row.key,
        &["key", "differs", "in a", "in b"],
        (&widths, width, explain::LEAST_WORDS),
        cells,
    );
    page + &format!("\n{}\n", counted(found.len(), "difference"))
}

fn said(side: &str, file: &Path, scenario: &Scenario) -> String {
    let known = scenario.about.as_of.as_ref().map(|date| format!(", as of {date}")).unwrap_or_default();
    let text = format!("{}{known}, digest {}", scenario.about.name, scenario.digest_text());
    format!("{BOLD}{side}  {}{BOLD:#}\n{DIM}{}{DIM:#}", file.display(), text::legend(&text))
}

fn cells(row: &Difference) -> Vec<Cell> {
    let change = Cell::new(row.change.name());
    let change = match row.change {
        Change::Value => change.fg(Color::Yellow),
        Change::Basis => change,
        Change::Added => change.fg(Color::Green),
        Change::Removed => change.fg(Color::Red),
    };
    let side = |side: &Option<Effective>| Cell::new(side.as_ref().map(value).unwrap_or_default());
    vec![Cell::new(parts(&row.key).1), change, side(&row.first), side(&row.second)]
}

/// A value with its source.
fn value(row: &Effective) -> String {
    let origin = if row.origin == Origin::Written { String::new() } else { format!(" ({})", row.origin.name()) };
    let basis = explain::said(&row.provenance);
    let stop = if basis.is_empty() { "" } else { "; " };
    format!("{}{origin}{stop}{basis}", row.value)
}
