//! Events by date: the ladder from a liquidity event down, the market's burst, bubbles, defaults of entities.

use super::amounts::{depends, of_thousand, subjects};
use super::block::{Block, Line, Tone};
use super::context::Page;
use super::ends::end;
use super::text::{band, block, cells, error, frequency, frequency_error, frequency_with_error, number, table};
use crate::calendar::Month;
use crate::model::{By, Measure, metric};
use crate::notation::{percent, thousands};
use crate::study::estimates::Answer;
use crate::study::{Residual, Statistic};

/// Label, measure and subject of a row.
type Row<'a> = (&'a str, Measure, &'a str);

/// From a liquidity event to default.
pub(super) fn ladder(page: &Page<'_>, lab: &str) -> Block {
    let rows = [
        ("liquidity event", metric::LIQUIDITY_EVENT, lab),
        ("scale-back", metric::SCALE_BACK, lab),
        ("renegotiation", metric::RENEGOTIATION, lab),
        ("rescue", metric::RESCUE, lab),
        ("distressed exchange", metric::DISTRESSED_EXCHANGE, lab),
        ("payment default", metric::PAYMENT_DEFAULT, lab),
        ("default: exchange or payment", metric::DEFAULT, lab),
    ];
    let words = "Liquidity event: cash below zero after all funding. Scale-back: commitments that are not firm are \
        dropped; renegotiation: firm ones are cut against a fee. Neither is a default. Rescue: the sponsor pays what is \
        due. Distressed exchange: creditors take less than they are owed. Payment default: payments end and the lab is \
        gone. The last two are defaults.";
    let title = format!("3  Liquidity of {lab} and what follows, of 1,000 paths");
    let (told, remarks) = by_date(page, &rows);
    let after = [remarks, depends(page, metric::LIQUIDITY_EVENT, lab, By::Path, (frequency, frequency_error))].concat();
    block(title, told, page.aside(words), after)
}

/// The market, and default with and without its burst: both factors, not only their product.
pub(super) fn burst(page: &Page<'_>, lab: &str) -> Block {
    let rows = [
        ("the market bursts", metric::BURST, ""),
        ("default, given a burst", metric::DEFAULT_GIVEN_BURST, lab),
        ("default, given none", metric::DEFAULT_GIVEN_NO_BURST, lab),
        ("default, given a liq. event", metric::DEFAULT_GIVEN_LIQUIDITY_EVENT, lab),
    ];
    let words = "Burst: the overvaluation of the funding market collapses and the market freezes; a fall of 50 % alone is \
        none. Given a burst: of 1,000 paths in which it burst by that date and before any default; given none: of 1,000 \
        others. A late burst has had less time to do harm.";
    let title = format!("4  Burst of the market and default of {lab}, of 1,000 paths");
    let (told, remarks) = by_date(page, &rows);
    let after = [hazards(page, lab), remarks, depends(page, metric::BURST, "", By::Path, (frequency, frequency_error))]
        .concat();
    block(title, told, page.aside(words), after)
}

/// The hazard of a default after a burst against before, which does not depend on how late the burst may have come.
fn hazards(page: &Page<'_>, lab: &str) -> Vec<Line> {
    let find = |measure, statistic| page.summary.find(measure, lab, page.horizon(), statistic);
    let a_year = |measure| find(measure, Statistic::Hazard)?.value.map(percent);
    let told = || {
        let (after, before) = (a_year(metric::DEFAULT_GIVEN_BURST)?, a_year(metric::DEFAULT_GIVEN_NO_BURST)?);
        let times = find(metric::DEFAULT_GIVEN_BURST, Statistic::HazardRatio)?;
        let [ratio, low, high] = [times.value?, times.low?, times.high?].map(|times| number(times, 2));
        Some(format!(
            "Hazard of a default: {after} a year after a burst, {before} before: {ratio} times ({low} to {high})."
        ))
    };
    told().map(|text| page.aside(&text)).unwrap_or_default()
}

/// Bubble under several definitions fixed in advance.
pub(super) fn bubble(page: &Page<'_>, lab: &str) -> Block {
    let horizon = page.horizon();
    let overvalued = &page.scenario.market.overvalued;
    let threshold = number(overvalued.threshold.at(&page.scenario.means()), 2);
    let months = overvalued.months;
    let long = format!("price > {threshold} x fundamental, {months} months");
    let run_up = "run-up: the market doubles in 24 months";
    let rows = [
        ("overpaid: worth less than was paid", metric::OVERPAID, lab, horizon),
        (long.as_str(), metric::OVERVALUED, lab, horizon),
        (run_up, metric::RUN_UP, "", horizon),
        ("burst", metric::BURST, "", horizon),
        ("boom and bust: a run-up, then a burst", metric::BOOM_AND_BUST, "", horizon),
        ("boom and bust, given a run-up", metric::BOOM_AND_BUST_GIVEN_RUN_UP, "", horizon),
    ];
    let row = |(label, measure, subject, by): (&str, Measure, &str, Month)| {
        let mut row = vec![label.to_owned()];
        row.extend(probability(page, measure, subject, by)?);
        Some(row)
    };
    let told: Vec<Vec<String>> = rows.into_iter().filter_map(row).collect();
    let mut heads = cells(["", "band", "mean ±error"]);
    if !page.has_draws() {
        heads.remove(1);
    }
    let after = [at_start(page, lab, &threshold), requirement(page, lab)].concat();
    let words = "\"Bubble\" has no single definition; these were fixed before the run. Overpaid: the path's discounted cash flows \
        and final fundamental value are worth less than was paid for the operations at the start. Given a run-up: of 1,000 \
        paths with one by then; a late one has had less time to end in a burst.";
    let title = format!("5  Bubble, {lab}: of 1,000 paths, by {horizon}");
    block(title, page.table(&[heads], &told), page.aside(words), after)
}

/// Overvaluation at the start, which depends on the parameter draw alone.
fn at_start(page: &Page<'_>, lab: &str, threshold: &str) -> Vec<Line> {
    let Some(answer) = page.summary.find(metric::OVERVALUED, lab, page.before(), Statistic::Probability) else {
        return Vec::new();
    };
    let share = answer.value.unwrap_or(f64::NAN);
    let draws = page.results.draws.len();
    let sentence = if draws > 1 {
        let count = thousands((share * draws as f64).round());
        format!("At the start the price is over {threshold} x fundamental value in {count} of {draws} draws.")
    } else {
        let is = if share > 0.5 { "is" } else { "is not" };
        format!("At the start the price {is} over {threshold} x fundamental value.")
    };
    page.plain(&sentence)
}

/// What the valuation requires.
fn requirement(page: &Page<'_>, lab: &str) -> Vec<Line> {
    let find = |statistic| page.summary.find(metric::IMPLIED_REQUIREMENT, lab, page.before(), statistic);
    let share = |statistic| find(statistic).and_then(|answer| answer.value).map(percent);
    let Some(middle) = share(Statistic::Quantile(0.5)) else { return Vec::new() };
    let ends = share(Statistic::Quantile(0.05))
        .zip(share(Statistic::Quantile(0.95)))
        .filter(|(low, high)| low != high && page.has_draws());
    let range = ends.map(|(low, high)| format!("{low} to {high} over the draws, with median ")).unwrap_or_default();
    page.plain(&format!("The valuation requires {range}{middle} of the plan's revenue at the start."))
}

/// Defaults below this are told in the summary only.
const RARE: f64 = 0.001;

/// Defaults of entities, and what their exposures add.
pub(super) fn entities(page: &Page<'_>) -> Block {
    let by = page.horizon();
    let row = |subject: &String| {
        let increment = page.summary.find(metric::ENTITY_DEFAULT_INCREMENT, subject, by, Statistic::Probability)?;
        let ends = [0.05, 0.95]
            .map(Statistic::Band)
            .map(|statistic| page.summary.find(metric::ENTITY_DEFAULT_INCREMENT, subject, by, statistic)?.value);
        let seen = |measure| page.summary.find(measure, subject, by, Statistic::Probability)?.value;
        if [metric::ENTITY_DEFAULT, metric::ENTITY_DEFAULT_ALONE].map(seen).into_iter().flatten().all(|p| p < RARE) {
            return None;
        }
        let of = |measure| {
            of_thousand(page.summary.find(measure, subject, by, Statistic::Probability).and_then(|p| p.value))
        };
        let mut row = vec![subject.clone(), of(metric::ENTITY_DEFAULT), of(metric::ENTITY_DEFAULT_ALONE)];
        if page.has_draws() {
            row.push(
                ends[0]
                    .zip(ends[1])
                    .filter(|(low, high)| low < high)
                    .map_or_else(|| "-".to_owned(), |(low, high)| band(&change(low), &change(high))),
            );
        }
        row.extend([increment.value.map_or_else(|| "?".to_owned(), change), error(increment, 1000.0)]);
        Some(row)
    };
    let rows: Vec<Vec<String>> = subjects(page, metric::ENTITY_DEFAULT_INCREMENT).iter().filter_map(row).collect();
    if rows.is_empty() {
        return Block::default();
    }
    let mut heads = cells(["", "default", "default alone", "band of what they add", "exposures add", "error"]);
    if !page.has_draws() {
        heads.remove(3);
    }
    let words = "Alone: on common random numbers, had the exposures to the labs been exchanged at the start for more of the \
        entity's other assets. The difference is paired, so it is better known than either level. Entities that default \
        in fewer than 1 in 1,000 paths either way are left out.";
    let title = format!("8  Defaults of entities by {by}, of 1,000 paths");
    let mut after = calibrated(page);
    let highest = |subject: &String| {
        page.summary.find(metric::ENTITY_DEFAULT_INCREMENT, subject, by, Statistic::Probability)?.high
    };
    if subjects(page, metric::ENTITY_DEFAULT_INCREMENT).iter().filter_map(highest).any(|high| high < 0.0) {
        after = [page.aside(RELIEF), after].concat();
    }
    block(title, page.table(&[heads], &rows), page.aside(words), after)
}

/// Why exposures may lower a probability of default.
const RELIEF: &str = "Negative: the exposures lower the probability of a default. Contracts earn a steady margin; without \
    them the entity would hold more of its other assets, which are volatile.";

/// The default probabilities to which volatilities are calibrated, beside those of the run.
fn calibrated(page: &Page<'_>) -> Vec<Line> {
    let [first, ..] = page.residuals else { return Vec::new() };
    let each = |told: &dyn Fn(&Residual) -> String| {
        page.residuals.iter().map(|of| format!("{} {}", of.entity, told(of))).collect::<Vec<_>>().join(", ")
    };
    let targets = each(&|of| number(1000.0 * of.target, 3));
    let found = each(&|of| {
        let error = frequency_error(of.found.value(), of.standard_error());
        format!("{} {error}", number(1000.0 * of.found.value(), 3))
    });
    let (place, here) = if page.scenario.is_variant() {
        ("in the base (with --recalibrate, here) ", "this variant")
    } else {
        ("", "this run")
    };
    page.aside(&format!(
        "Volatilities are calibrated so that {place}entities default by {} with these probabilities, exposures included, \
         of 1,000 paths: {targets}. In {here}: {found} (±: a standard error, of its paths and of the calibration's).",
        first.by
    ))
}

fn change(difference: f64) -> String {
    let sign = if difference > 0.0 {
        "+"
    } else if difference < 0.0 {
        "−"
    } else {
        ""
    };
    format!("{sign}{}", number(1000.0 * difference.abs(), 2))
}

/// Band, and mean with its error, of a probability, of 1,000.
fn probability(page: &Page<'_>, measure: Measure, subject: &str, by: Month) -> Option<Vec<String>> {
    let find = |statistic| page.summary.find(measure, subject, by, statistic);
    let point = find(Statistic::Probability)?;
    let mut row = Vec::new();
    if page.has_draws() {
        let end = |statistic| find(statistic).and_then(|answer: &Answer| answer.value);
        row.push(
            end(Statistic::Band(0.05))
                .zip(end(Statistic::Band(0.95)))
                .map_or_else(|| "-".to_owned(), |(low, high)| span(low, high)),
        );
    }
    row.push(frequency_with_error(point));
    Some(row)
}

/// The two ends of a band.
fn span(low: f64, high: f64) -> String {
    format!("{}-{}", end(low), end(high))
}

/// Probabilities by the dates shown, and what explains their signs. Dates that do not fit beside one another stand below.
fn by_date(page: &Page<'_>, rows: &[Row<'_>]) -> (Vec<Line>, Vec<Line>) {
    let fits =
        |dates: &[Month]| by_dates(page, rows, dates).iter().all(|line| line.text.chars().count() <= page.width());
    let beside = (1..=page.dates.len()).rev().find(|&count| page.dates.chunks(count).all(fits)).unwrap_or(1);
    let parts: Vec<Vec<Line>> = page.dates.chunks(beside).map(|dates| by_dates(page, rows, dates)).collect();
    let parts: Vec<Vec<Line>> = parts.into_iter().filter(|lines| !lines.is_empty()).collect();
    (parts.join(&Line::new(Tone::Aside, "")), remarks(page, rows, &page.dates))
}

/// Band, and mean with its error, for each date.
fn by_dates(page: &Page<'_>, rows: &[Row<'_>], dates: &[Month]) -> Vec<Line> {
    let row = |(label, measure, subject): &Row<'_>| {
        let of_date = |&by: &Month| probability(page, *measure, subject, by);
        let told: Vec<Option<Vec<String>>> = dates.iter().map(of_date).collect();
        let any = told.iter().any(Option::is_some);
        let blank = || if page.has_draws() { cells(["-", "-"]) } else { cells(["-"]) };
        let told = told.into_iter().flat_map(|cells| cells.unwrap_or_else(blank));
        any.then(|| [(*label).to_owned()].into_iter().chain(told).collect::<Vec<_>>())
    };
    let told: Vec<Vec<String>> = rows.iter().filter_map(row).collect();
    if told.is_empty() {
        return Vec::new();
    }
    let (mut above, mut heads) = (cells([""]), cells(["of 1,000 paths"]));
    for date in dates {
        let date = format!("by {date}");
        above.extend(if page.has_draws() { vec![String::new(), date] } else { vec![date] });
        heads.extend(if page.has_draws() { cells(["band", "mean ±error"]) } else { cells(["mean ±error"]) });
    }
    let heads = [above, heads];
    if dates.len() == 1 { page.table(&heads, &told) } else { table(&heads, &told) }
}

/// Explains "none" and "-" where they stand in the rows.
fn remarks(page: &Page<'_>, rows: &[Row<'_>], dates: &[Month]) -> Vec<Line> {
    let find = |(_, measure, subject): &Row<'_>, by: &Month, statistic| {
        page.summary.find(*measure, subject, *by, statistic)?.value
    };
    let any = |holds: &dyn Fn(&Row<'_>, &Month) -> bool| rows.iter().any(|row| dates.iter().any(|by| holds(row, by)));
    let mut remarks = Vec::new();
    if any(&|row, by| find(row, by, Statistic::Probability).is_some_and(|p| p <= 0.0)) {
        let paths = thousands(page.results.paths() as f64);
        let bound = if page.has_draws() { ", draws as replicates" } else { "" };
        remarks.push(format!("none (<x): seen in none of {paths} paths; fewer than x of 1,000 at 95 %{bound}."));
    }
    let has_none = |row: &Row<'_>, by: &Month| {
        let known = find(row, by, Statistic::Probability).is_some();
        known && page.has_draws() && find(row, by, Statistic::Band(0.05)).is_none()
    };
    if any(&has_none) {
        remarks.push(
            "-: no band, since Monte Carlo noise is over half of the spread; more paths per draw would show it."
                .to_owned(),
        );
    }
    page.aside(&remarks.join(" ")).into_iter().filter(|line| !line.text.trim().is_empty()).collect()
}
