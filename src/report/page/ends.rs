//! The ends of the bands of the page with their intervals: a band without an error would be a number without one.

use super::block::Block;
use super::context::Page;
use super::text::{block, cells, dollars, frequency, number};
use crate::model::{Kind, Measure, metric};
use crate::study::Statistic;
use crate::study::estimates::{Answer, Entry};

/// Measures whose bands the page shows.
const SHOWN: [Measure; 15] = [
    metric::FUNDING_GAP,
    metric::FREEZE_ENDURANCE,
    metric::LIQUIDITY_EVENT,
    metric::SCALE_BACK,
    metric::RENEGOTIATION,
    metric::RESCUE,
    metric::DISTRESSED_EXCHANGE,
    metric::PAYMENT_DEFAULT,
    metric::DEFAULT,
    metric::BURST,
    metric::DEFAULT_GIVEN_BURST,
    metric::OVERPAID,
    metric::OVERVALUED,
    metric::RUN_UP,
    metric::PROVIDER_LOSS,
];

/// One row per band by the horizon: both ends, each with its 95 % interval.
pub(super) fn ends(page: &Page<'_>) -> Block {
    let by = page.horizon();
    let lower = |entry: &&Entry| entry.estimand.by == by && entry.estimand.statistic == Statistic::Band(0.05);
    let row = |entry: &Entry| {
        let of = &entry.estimand;
        let upper = page.summary.find(of.measure, &of.subject, by, Statistic::Band(0.95))?;
        let mut row = vec![format!("{} {}", of.measure.words(), of.subject).trim().to_owned()];
        for answer in [&entry.answer, upper] {
            row.push(with_interval(answer, of.measure.kind)?);
        }
        Some(row)
    };
    let of = |measure: Measure| {
        let entries = page.summary.entries.iter().filter(lower).filter(move |entry| entry.estimand.measure == measure);
        entries.filter_map(row)
    };
    let rows: Vec<Vec<String>> = SHOWN.into_iter().flat_map(of).collect();
    if rows.is_empty() {
        return Block::default();
    }
    let heads = cells(["", "1 in 20 draws below", "1 in 20 draws above"]);
    let words = "The ends of the bands above, with their 95 % intervals from a bootstrap over draws and their paths; of events \
        of 1,000 paths. Those by other dates are in the summary.";
    block(format!("Bands by {by}"), page.table(&[heads], &rows), page.aside(words), Vec::new())
}

/// An end and its interval.
fn with_interval(answer: &Answer, kind: Kind) -> Option<String> {
    let told = |value: f64| match kind {
        Kind::Money => dollars(value),
        Kind::Months => number(value, 2),
        _ => end(value),
    };
    let [value, low, high] = [answer.value?, answer.low?, answer.high?].map(told);
    Some(format!("{value} ({low} to {high})"))
}

/// An end of a band or of its interval, of 1,000 paths. What is fitted to be below one in a million is not told from nothing.
pub(super) fn end(p: f64) -> String {
    match p {
        _ if p <= 0.0 => "0".to_owned(),
        _ if p < 1e-6 => "<0.001".to_owned(),
        _ => frequency(p),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_have_their_intervals_and_no_digits_that_nobody_knows() {
        assert_eq!([0.0, 1.2e-12, 5e-6, 0.0183].map(end), ["0", "<0.001", "0.0050", "18"]);
        let answer = |value, low, high| Answer { value, low, high, method: String::new() };
        let gap = answer(Some(6.64e9), Some(5.81e9), Some(7.48e9));
        assert_eq!(with_interval(&gap, Kind::Money).as_deref(), Some("$6.6 bn ($5.8 bn to $7.5 bn)"));
        let rare = answer(Some(1.2e-12), Some(0.0), Some(1e-5));
        assert_eq!(with_interval(&rare, Kind::FirstMonth).as_deref(), Some("<0.001 (0 to 0.010)"));
        assert_eq!(
            with_interval(&answer(None, None, None), Kind::FirstMonth),
            None,
            "a band that is withheld has no row"
        );
    }
}
