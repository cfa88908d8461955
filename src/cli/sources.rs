//! `ouro sources`: the source, prior or assumption behind every number.

use comfy_table::{Cell, Color};

use super::args::SourcesArgs;
use super::contents;
use super::exit::{Ended, done};
use super::explain::{KEYS, grouped, longest, parts, values};
use super::terminal;
use super::text::legend;
use crate::face::{Basis, Effective, Error, Meter, Scenario, Source, kind, says, sources_table};

/// Prints the numbers.
///
/// # Errors
/// When the scenario is refused, or the result cannot be printed.
pub(super) fn run(args: &SourcesArgs) -> Ended {
    let scenario = super::scenario::open(&args.file, &args.overrides.set)?;
    match args.form.chosen() {
        Some(write) => terminal::print(&write(&sources_table(&scenario)?).map_err(Error::io("cannot print"))?)?,
        None => terminal::print(&as_text(&scenario))?,
    }
    Ok(done(false))
}

/// A source in full fills many lines in a narrower column.
const ROOM: usize = 40;

fn as_text(scenario: &Scenario) -> String {
    let rows: Vec<Effective> = scenario.effective().iter().filter(|row| row.needs_basis()).cloned().collect();
    let width = terminal::width();
    let widths = [longest(&rows, KEYS, |row| parts(&row.key).1), values(&rows, width), 7];
    let cells = |row: &Effective| {
        let basis = &row.provenance.basis;
        let kind = Cell::new(kind(basis));
        let kind = if *basis == Basis::Unsaid { kind.fg(Color::Red) } else { kind };
        vec![Cell::new(parts(&row.key).1), Cell::new(&row.value), kind, Cell::new(told(row, scenario))]
    };
    let table =
        grouped(&rows, |row| &row.key, &["key", "value", "kind", "source or reason"], (&widths, width, ROOM), cells);
    format!("{table}\n{}", legend(&contents::told(Meter::of(scenario))))
}

/// The sources in full, or the reason; and the note.
fn told(row: &Effective, scenario: &Scenario) -> String {
    let note = row.provenance.note.as_ref().map(|note| format!("({note})"));
    let Basis::Source(ids) = &row.provenance.basis else {
        let reason = Some(says(&row.provenance.basis)).filter(|reason| !reason.is_empty());
        return reason.into_iter().chain(note).collect::<Vec<_>>().join(" ");
    };
    let source = |id: &String| match scenario.sources.iter().find(|source| source.id == *id) {
        Some(source) => format!("{id}: {}", cited(source)),
        None => id.clone(),
    };
    ids.iter().map(source).chain(note).collect::<Vec<_>>().join("\n")
}

/// Title, publisher, date, link.
fn cited(source: &Source) -> String {
    let parts = [Some(&source.title), source.publisher.as_ref(), source.date.as_ref(), source.url.as_ref()];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ")
}
