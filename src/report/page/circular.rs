//! Whose money it was.

use super::amounts::subjects;
use super::block::{Block};
use super::context::Page;
use super::text::{band, block, cells, number, table};
use crate::notation::percent;

/// The circular part of what each entity was paid, and how much of what it gave has come back.
pub(super) fn money(page: &Page<'_>) -> Block {
    let by = page.horizon();
    let mean =
        |measure: &str, subject: &str| page.summary.find(measure, subject, by, "mean").and_then(|mean| mean.value);
    let row = |subject: &String| {
        let share = |measure: &str| mean(measure, subject).map(percent);
        let upper = mean("circular_share_upper", subject)?;
        if upper <= 0.0 {
            return None;
        }
        let of = |measure: &str| share(measure).unwrap_or_else(|| "-".to_owned());
        let bounds = |measure: &str| band(&of(&format!("{measure}_lower")), &of(&format!("{measure}_upper")));
        let mut row = vec![subject.clone(), bounds("circular_share"), of("circular_share")];
        row.extend([bounds("circular_returned"), of("circular_returned")]);
        Some(row)
    };
    let rows: Vec<Vec<String>> = subjects(page, "circular_share").iter().filter_map(row).collect();
    let heads = [
        cells(["", "part of what the labs paid it", "", "part of what it gave the labs", ""]),
        cells(["", "any rule", "pro rata", "any rule", "pro rata"]),
    ];
    let finn = mean("finn_index", "").map(|index| format!(" Finn's cycling index of all flows: {}.", number(index, 2)));
    let words = format!(
        "Means over all futures. Money that came from the entity's own group and went back to it. Which dollar is which is \
         a convention: the first column holds for any rule, the second traces pro rata.{}",
        finn.unwrap_or_default()
    );
    let rows = if rows.is_empty() { Vec::new() } else { table(&heads, &rows) };
    block(format!("6  Circular money by {by}"), rows, page.aside(&words), Vec::new())
}

/// Growth and market share of clouds with the labs, without the circular part, without the labs.
pub(super) fn growth(page: &Page<'_>) -> Block {
    let by = page.horizon();
    let row = |subject: &String| {
        let of = |measure: &str| page.summary.find(measure, subject, by, "mean")?.value.map(percent);
        let mut row = vec![subject.clone()];
        for measure in ["cloud_growth", "cloud_share"] {
            for view in ["", "_without_circular", "_without_labs"] {
                row.push(of(&format!("{measure}{view}")).unwrap_or_else(|| "-".to_owned()));
            }
        }
        row
    };
    let rows: Vec<Vec<String>> = subjects(page, "cloud_growth").iter().map(row).collect();
    let heads =
        [cells(["", "growth a year", "less circular", "less labs", "market share", "less circular", "less labs"])];
    let rows = if rows.is_empty() { Vec::new() } else { table(&heads, &rows) };
    let words = "Means over all futures: with what the labs pay, without its circular part (pro rata), without the labs. \
        Growth is from the first to the last twelve months; the share is in the last, among the entities listed.";
    block(format!("   Cloud revenue by {by}"), rows, page.aside(words), Vec::new())
}
