//! The page of the prior: expectations beside what a run has.

use super::block::{Block, fitted};
use super::text::{Sheet, cells};
use crate::scenario::Scenario;
use crate::study::expectations::{Checked, Verdict};
use crate::units::Unit;

/// The page of expectations, those that are not met first.
pub fn prior(scenario: &Scenario, checked: &[Checked], width: usize) -> Vec<Block> {
    let sheet = Sheet { width };
    let rank = |verdict| match verdict {
        Verdict::Outside => 0,
        Verdict::Undecided => 1,
        Verdict::Unknown => 2,
        Verdict::Within => 3,
    };
    let mut order: Vec<&Checked> = checked.iter().collect();
    order.sort_by_key(|row| rank(row.verdict));
    let rows: Vec<Vec<String>> = order.iter().map(|row| cells_of(row)).collect();
    let heads = cells(["", "looked at", "this run", "plausible", "verdict"]);
    let notes = order.iter().filter(|row| row.verdict != Verdict::Within && !row.note.is_empty());
    let legend = "The ranges were written into the scenario before the run; they say what a sensible prior must allow and \
        forbid, not what will happen. Within and outside hold for the whole 95 % interval.";
    let block = |title: &str, lines| Block { title: title.to_owned(), lines };
    let mut blocks = vec![
        block("", sheet.overridden(scenario)),
        block("What the prior implies, beside what is plausible", sheet.table(&[heads], &rows)),
        block("", notes.flat_map(|row| sheet.aside(&format!("{}: {}.", row.id, row.note))).collect()),
        block("", sheet.aside(legend)),
    ];
    blocks.retain(|block| !block.lines.is_empty());
    fitted(blocks, width)
}

fn cells_of(row: &Checked) -> Vec<String> {
    let show = |value: f64| match row.unit {
        Unit::Money => crate::notation::money(crate::notation::significant(value, 3)),
        Unit::Share => crate::notation::percent(value),
        unit => unit.show(crate::notation::significant(value, 3)),
    };
    let found = row.found.as_ref().and_then(|found| {
        let interval = found.low.zip(found.high).map(|(low, high)| format!(" ({} to {})", show(low), show(high)));
        Some(show(found.value?) + &interval.unwrap_or_default())
    });
    let range = match row.range {
        [Some(low), Some(high)] => format!("{} to {}", show(low), show(high)),
        [Some(low), None] => format!("at least {}", show(low)),
        [None, Some(high)] => format!("at most {}", show(high)),
        [None, None] => "anything".to_owned(),
    };
    let looked = format!("{}, {} of {} by {}", row.what, row.measure.replace('_', " "), row.subject, row.by);
    vec![row.id.clone(), looked, found.unwrap_or_else(|| "-".to_owned()), range, row.verdict.word().to_owned()]
}
