//! Circular money and cloud revenue.

use super::amounts::subjects;
use super::block::Block;
use super::context::Page;
use super::text::{band, block, cells, error, number};
use crate::model::Measure;
use crate::model::metric::{
    CIRCULAR_RETURNED, CIRCULAR_RETURNED_LOWER, CIRCULAR_RETURNED_UPPER, CIRCULAR_SHARE, CIRCULAR_SHARE_LOWER,
    CIRCULAR_SHARE_UPPER, CLOUD_GROWTH, CLOUD_GROWTH_WITHOUT_CIRCULAR, CLOUD_GROWTH_WITHOUT_LABS, CLOUD_SHARE,
    CLOUD_SHARE_WITHOUT_CIRCULAR, CLOUD_SHARE_WITHOUT_LABS, FINN_INDEX,
};
use crate::notation::{percent, significant};
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
    let entities = subjects(page, CIRCULAR_SHARE);
    let rows: Vec<Vec<String>> = entities.iter().filter_map(row).collect();
    let heads = [
        cells(["", "part of what the labs paid it", "", "part of what it gave the labs", ""]),
        cells(["", "any rule", "pro rata", "any rule", "pro rata"]),
    ];
    let finn = page.summary.find(FINN_INDEX, "", by, Statistic::Mean).and_then(|index| {
        Some(format!(" Finn's cycling index of all flows: {} {}.", number(index.value?, 2), error(index, 1.0)))
    });
    let words = format!(
        "Means over all paths. Money that came from the entity's own group and went back to it. Which dollar is which is \
         a convention: the first column holds for any rule, the second traces pro rata.{}{}",
        most_error(page, &SHARES, &entities),
        finn.unwrap_or_default()
    );
    let rows = if rows.is_empty() { Vec::new() } else { page.table(&heads, &rows) };
    block(format!("6  Circular money by {by}"), rows, page.aside(&words), Vec::new())
}

/// What is told of circular money.
const SHARES: [Measure; 6] = [
    CIRCULAR_SHARE_LOWER,
    CIRCULAR_SHARE,
    CIRCULAR_SHARE_UPPER,
    CIRCULAR_RETURNED_LOWER,
    CIRCULAR_RETURNED,
    CIRCULAR_RETURNED_UPPER,
];

/// How far off the shares of a table may be, and where their bands are.
fn most_error(page: &Page<'_>, measures: &[Measure], subjects: &[String]) -> String {
    let by = page.horizon();
    let half = |measure: Measure, subject: &str| {
        let mean = page.summary.find(measure, subject, by, Statistic::Mean)?;
        Some(0.5 * (mean.high? - mean.low?))
    };
    let all = subjects.iter().flat_map(|subject| measures.iter().filter_map(|measure| half(*measure, subject)));
    let Some(most) = all.reduce(f64::max).map(|most| significant(100.0 * most, 1)) else { return String::new() };
    let bands = if page.has_draws() { "; bands over the draws are in the summary" } else { "" };
    format!(" Monte Carlo errors (half of the 95 % interval) are at most {most} percentage points{bands}.")
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
    let clouds = subjects(page, CLOUD_GROWTH);
    let rows: Vec<Vec<String>> = clouds.iter().map(row).collect();
    let heads =
        [cells(["", "growth a year", "less circular", "less labs", "market share", "less circular", "less labs"])];
    let rows = if rows.is_empty() { Vec::new() } else { page.table(&heads, &rows) };
    let words = format!(
        "Means over all paths: with what the labs pay, without its circular part (pro rata), without the labs. \
         Growth is from the first to the last twelve months; the share is in the last, among the entities listed.{}",
        most_error(page, &VIEWS, &clouds)
    );
    block(format!("   Cloud revenue by {by}"), rows, page.aside(&words), Vec::new())
}
