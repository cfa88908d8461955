//! Circular money and cloud revenue.

use super::amounts::subjects;
use super::block::Block;
use super::context::Page;
use super::text::{band, block, cells, number};
use crate::model::Measure;
use crate::model::metric::{
    CIRCULAR_RETURNED, CIRCULAR_RETURNED_LOWER, CIRCULAR_RETURNED_UPPER, CIRCULAR_SHARE, CIRCULAR_SHARE_LOWER,
    CIRCULAR_SHARE_UPPER, CLOUD_GROWTH, CLOUD_GROWTH_WITHOUT_CIRCULAR, CLOUD_GROWTH_WITHOUT_LABS, CLOUD_SHARE,
    CLOUD_SHARE_WITHOUT_CIRCULAR, CLOUD_SHARE_WITHOUT_LABS, FINN_INDEX,
};
use crate::notation::percent;
use crate::study::Statistic;

/// The circular part of what each entity was paid, and how much of what it gave has come back.
pub(super) fn money(page: &Page<'_>) -> Block {
    let by = page.horizon();
    let mean = |measure: Measure, subject: &str| {
        page.summary.find(measure, subject, by, Statistic::Mean).and_then(|mean| mean.value)
    };
    let row = |subject: &String| {
        let upper = mean(CIRCULAR_SHARE_UPPER, subject)?;
        if upper <= 0.0 {
            return None;
        }
        let of = |measure: Measure| mean(measure, subject).map_or_else(|| "-".to_owned(), percent);
        Some(vec![
            subject.clone(),
            band(&of(CIRCULAR_SHARE_LOWER), &of(CIRCULAR_SHARE_UPPER)),
            of(CIRCULAR_SHARE),
            band(&of(CIRCULAR_RETURNED_LOWER), &of(CIRCULAR_RETURNED_UPPER)),
            of(CIRCULAR_RETURNED),
        ])
    };
    let rows: Vec<Vec<String>> = subjects(page, CIRCULAR_SHARE).iter().filter_map(row).collect();
    let heads = [
        cells(["", "part of what the labs paid it", "", "part of what it gave the labs", ""]),
        cells(["", "any rule", "pro rata", "any rule", "pro rata"]),
    ];
    let finn = mean(FINN_INDEX, "").map(|index| format!(" Finn's cycling index of all flows: {}.", number(index, 2)));
    let words = format!(
        "Means over all paths. Money that came from the entity's own group and went back to it. Which dollar is which is \
         a convention: the first column holds for any rule, the second traces pro rata.{}",
        finn.unwrap_or_default()
    );
    let rows = if rows.is_empty() { Vec::new() } else { page.table(&heads, &rows) };
    block(format!("6  Circular money by {by}"), rows, page.aside(&words), Vec::new())
}

/// What is told of a cloud.
const VIEWS: [Measure; 6] = [
    CLOUD_GROWTH,
    CLOUD_GROWTH_WITHOUT_CIRCULAR,
    CLOUD_GROWTH_WITHOUT_LABS,
    CLOUD_SHARE,
    CLOUD_SHARE_WITHOUT_CIRCULAR,
    CLOUD_SHARE_WITHOUT_LABS,
];

/// Growth and market share of clouds with the labs, without the circular part, without the labs.
pub(super) fn growth(page: &Page<'_>) -> Block {
    let by = page.horizon();
    let row = |subject: &String| {
        let of = |measure: Measure| page.summary.find(measure, subject, by, Statistic::Mean)?.value.map(percent);
        let told = VIEWS.map(|measure| of(measure).unwrap_or_else(|| "-".to_owned()));
        std::iter::once(subject.clone()).chain(told).collect()
    };
    let rows: Vec<Vec<String>> = subjects(page, CLOUD_GROWTH).iter().map(row).collect();
    let heads =
        [cells(["", "growth a year", "less circular", "less labs", "market share", "less circular", "less labs"])];
    let rows = if rows.is_empty() { Vec::new() } else { page.table(&heads, &rows) };
    let words = "Means over all paths: with what the labs pay, without its circular part (pro rata), without the labs. \
        Growth is from the first to the last twelve months; the share is in the last, among the entities listed.";
    block(format!("   Cloud revenue by {by}"), rows, page.aside(words), Vec::new())
}
