//! The summary of an outcome that is small enough to be checked by hand.

use ndarray::{Array2, Array3};

use super::*;
use crate::calendar::{Month, Timeline};
use crate::engine::{Outcome, PathMetrics, Stop};
use crate::model::metric::*;
use crate::model::{By, Measure, Metric};
use crate::study::Statistic;

const NEVER: f32 = f32::INFINITY;

fn metric(measure: Measure, subject: &str, by: By) -> Metric {
    Metric { measure, subject: subject.to_owned(), by }
}

pub(crate) fn catalogue() -> Vec<Metric> {
    vec![
        metric(BURST, "", By::Path),
        metric(LIQUIDITY_EVENT, "acme", By::Path),
        metric(DEFAULT, "acme", By::Path),
        metric(OVERPAID, "acme", By::Path),
        metric(IMPLIED_REQUIREMENT, "acme", By::Start),
        metric(FUNDING_GAP, "acme", By::Month(11)),
        metric(ENTITY_DEFAULT, "bank", By::Path),
        metric(ENTITY_DEFAULT_ALONE, "bank", By::Path),
    ]
}

/// Two draws of four paths, a year from January 2027.
pub(crate) fn outcome() -> Outcome {
    let rows = [
        // The second path's burst is that of its default; the third's is before it, the seventh's too late.
        [2.0, 5.0, 3.0, NEVER, NEVER, NEVER, 11.0, 4.0],
        [3.0, 4.0, 4.0, NEVER, NEVER, NEVER, 7.0, 5.0],
        [NEVER, 5.0, 6.0, NEVER, NEVER, NEVER, 8.0, NEVER],
        [1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0],
        [0.5, 0.5, 0.5, 0.5, 1.5, 1.5, 1.5, 1.5],
        [0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0],
        [2.0, 2.0, NEVER, NEVER, 2.0, NEVER, NEVER, NEVER],
        [2.0, NEVER, NEVER, NEVER, 3.0, 4.0, NEVER, NEVER],
    ];
    Outcome {
        sample: PathMetrics::of_rows(Array2::from_shape_fn((rows.len(), 8), |(row, path)| rows[row][path])),
        draws: vec![0..4, 4..8],
        states: Array3::zeros((0, 12, 0)),
        residual: 0.0,
        stop: Stop::Paths,
        seconds: 1.0,
        threads: 1,
    }
}

fn draws() -> Vec<Draw> {
    let draw = |number, overvalued| Draw { number, values: vec![f64::from(number)], overvalued: vec![overvalued] };
    vec![draw(0, true), draw(1, false)]
}

/// Runs `check` on the results.
pub(crate) fn with_results(check: impl Fn(&Results<'_>, &Summary)) {
    let (outcome, catalogue, draws) = (outcome(), catalogue(), draws());
    let timeline = Timeline { start: Month::january(2027), months: 12 };
    let results = Results {
        outcome: &outcome,
        catalogue: &catalogue,
        timeline,
        dates: &[5, 11],
        labs: vec!["acme".to_owned()],
        exposures: Vec::new(),
        draws: &draws,
    };
    check(&results, &Summary::of(&results));
}

fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

fn value(summary: &Summary, measure: Measure, subject: &str, by: &str, statistic: &str) -> f64 {
    let answer = summary.find(measure, subject, month(by), Statistic::parse(statistic).unwrap());
    answer.unwrap_or_else(|| panic!("{measure} {subject} {by} {statistic}")).value.unwrap()
}

fn assert_close(value: f64, reference: f64) {
    assert!((value - reference).abs() < 1e-6, "{value} should be {reference}");
}

#[test]
fn an_event_counts_from_the_end_of_its_month() {
    with_results(|_, summary| {
        let p = |by| value(summary, LIQUIDITY_EVENT, "acme", by, "probability");
        assert_close(p("2027-06"), 4.0 / 8.0);
        assert_close(p("2027-12"), 5.0 / 8.0);
    });
}

#[test]
fn a_burst_that_a_default_brings_is_no_cause_of_it() {
    with_results(|_, summary| {
        let p = |measure| value(summary, measure, "acme", "2027-12", "probability");
        // Bursts before a default, or without one: paths 0, 2, 7. Path 1 bursts at month 5 as it defaults, path 6 later.
        assert_close(p(BURST_BEFORE_DEFAULT), 3.0 / 8.0);
        assert_close(p(DEFAULT_GIVEN_BURST), 1.0 / 3.0);
        assert_close(p(DEFAULT_GIVEN_NO_BURST), 2.0 / 5.0);
        let both = p(BURST_BEFORE_DEFAULT) * p(DEFAULT_GIVEN_BURST)
            + (1.0 - p(BURST_BEFORE_DEFAULT)) * p(DEFAULT_GIVEN_NO_BURST);
        assert_close(both, p(DEFAULT));
        assert_close(p(DEFAULT_GIVEN_LIQUIDITY_EVENT), 3.0 / 5.0);
    });
}

#[test]
fn hazards_count_the_months_at_risk_before_and_after_a_burst() {
    with_results(|results, summary| {
        // By the end of the year 63 months before a burst with two defaults (paths 1 and 6), 19 after one with one (path 2).
        let of = |measure, statistic| value(summary, measure, "acme", "2027-12", statistic);
        assert_close(of(DEFAULT_GIVEN_NO_BURST, "hazard"), 2.0 / 63.0 * 12.0);
        assert_close(of(DEFAULT_GIVEN_BURST, "hazard"), 1.0 / 19.0 * 12.0);
        assert_close(of(DEFAULT_GIVEN_BURST, "hazard_ratio"), 63.0 / 38.0);
        let estimand = |entry: &&Entry| entry.estimand.statistic == Statistic::Hazard;
        assert!(summary.entries.iter().filter(estimand).all(|entry| entry.estimand.unit() == "1/year"));
        // By June nobody had defaulted after a burst.
        let june = summary.find(DEFAULT_GIVEN_BURST, "acme", results.date(5), Statistic::Hazard).unwrap();
        assert!(june.value.is_none() && june.method.contains("0 events"), "{june:?}");
    });
}

#[test]
fn what_is_no_number_is_counted_and_said_wherever_it_is() {
    let mut outcome = outcome();
    let mut rows = Array2::from_shape_fn((8, 8), |(row, path)| outcome.sample.row(row)[path]);
    rows.column_mut(2).fill(f32::NAN);
    outcome.sample = PathMetrics::of_rows(rows);
    let (catalogue, draws) = (catalogue(), draws());
    let results = Results {
        outcome: &outcome,
        catalogue: &catalogue,
        timeline: Timeline { start: Month::january(2027), months: 12 },
        dates: &[5, 11],
        labs: vec!["acme".to_owned()],
        exposures: Vec::new(),
        draws: &draws,
    };
    let summary = Summary::of(&results);
    let by_the_paths = summary.entries.iter().filter(|entry| !entry.estimand.measure.is_per_draw);
    for entry in by_the_paths.filter(|entry| entry.estimand.measure != OVERVALUED) {
        assert!(entry.answer.method.contains("1 more without a value"), "{entry:?}");
    }
    // Of the seven that are left four have a liquidity event.
    assert_close(value(&summary, LIQUIDITY_EVENT, "acme", "2027-12", "probability"), 4.0 / 7.0);
    assert_close(value(&summary, FUNDING_GAP, "acme", "2027-12", "mean"), 260.0 / 7.0);
}

#[test]
fn flags_amounts_and_draws_have_their_rows() {
    with_results(|_, summary| {
        assert_close(value(summary, OVERPAID, "acme", "2027-12", "probability"), 0.5);
        assert_close(value(summary, FUNDING_GAP, "acme", "2027-12", "mean"), 35.0);
        assert_close(value(summary, FUNDING_GAP, "acme", "2027-12", "p50"), 30.0);
        let shortfall = Statistic::parse("es95").unwrap();
        let withheld = summary.find(FUNDING_GAP, "acme", month("2027-12"), shortfall).unwrap();
        assert!(withheld.value.is_none() && withheld.method.contains("only 0 paths lie beyond"), "{withheld:?}");
        // At the start: the draw, not the path, is the observation.
        assert_close(value(summary, OVERVALUED, "acme", "2026-12", "probability"), 0.5);
        assert_close(value(summary, IMPLIED_REQUIREMENT, "acme", "2026-12", "mean"), 1.0);
        assert_close(value(summary, IMPLIED_REQUIREMENT, "acme", "2026-12", "p95"), 1.5);
        let difference = value(summary, ENTITY_DEFAULT_INCREMENT, "bank", "2027-12", "probability");
        assert_close(difference, 3.0 / 8.0 - 3.0 / 8.0);
    });
}

#[test]
fn nothing_is_reported_without_an_interval_or_a_reason() {
    with_results(|_, summary| {
        for entry in &summary.entries {
            let answer = &entry.answer;
            assert!(!answer.method.is_empty(), "{entry:?}");
            if let Some(((value, low), high)) = answer.value.zip(answer.low).zip(answer.high) {
                assert!(low <= value + 1e-9 && value <= high + 1e-9, "{entry:?}");
            }
            let said = ["too few", "single", "infinite", "no values", "withheld", "needs at least"]
                .iter()
                .any(|why| answer.method.contains(why));
            assert!(answer.low.is_some() && answer.high.is_some() || said, "{entry:?}");
        }
    });
}
