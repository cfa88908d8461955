//! Amounts: the funding gap, freeze endurance, losses.

use super::block::{Block, Line};
use super::context::Page;
use super::text::{band, block, cells, dollars, dollars_error, error, frequency, frequency_with_error, money_error};
use crate::calendar::Month;
use crate::model::{By, Kind, Measure, metric};
use crate::report::sources::{basis, kind};
use crate::stats::Estimate;
use crate::study::Statistic;
use crate::study::estimates::{Answer, Influence, influences};
use crate::study::regimes::{Regime, regimes};

/// Place of the median among [`WITHIN`](crate::study::regimes::WITHIN).
const MEDIAN: usize = 1;

/// What operations take beyond opening cash and the investments.
pub(super) fn funding_gap(page: &Page<'_>, lab: &str) -> Block {
    let row = |&by: &Month| {
        let find = |statistic| page.summary.find(metric::FUNDING_GAP, lab, by, statistic);
        let mean = find(Statistic::Mean)?;
        let value = |statistic| find(statistic).and_then(|answer| answer.value).map_or_else(|| "?".to_owned(), dollars);
        let mut row = vec![format!("by {by}")];
        if page.has_draws() {
            row.push(band(&value(Statistic::Band(0.05)), &value(Statistic::Band(0.95))));
        }
        row.extend([
            value(Statistic::Mean),
            money_error(mean),
            value(Statistic::Quantile(0.5)),
            value(Statistic::Quantile(0.95)),
            value(Statistic::Shortfall(0.95)),
        ]);
        Some(row)
    };
    let rows: Vec<Vec<String>> = page.dates.iter().filter_map(row).collect();
    if rows.is_empty() {
        return Block::default();
    }
    let mut heads = cells(["", "band of the mean", "mean", "error", "1 in 2 above", "1 in 20 above", "mean above it"]);
    if !page.has_draws() {
        heads.remove(1);
    }
    let meaning = "Operating outflow so far beyond opening cash and the investments, matching and warrants received, at its \
        largest; what rounds, an IPO and debt would have to bring.";
    let depends = last_date(page)
        .map(|by| depends(page, metric::FUNDING_GAP, lab, By::Month(by), (dollars, dollars_error)))
        .unwrap_or_default();
    let after = [too_few(page, &rows), depends].concat();
    block(format!("1  Funding gap of {lab}"), page.table(&[heads], &rows), page.aside(meaning), after)
}

/// What a question mark in the last column says, the mean beyond a quantile.
fn too_few(page: &Page<'_>, rows: &[Vec<String>]) -> Vec<Line> {
    if rows.iter().any(|row| row.last().is_some_and(|cell| cell == "?")) {
        page.aside("?: too few paths or draws lie beyond for a mean with an error; more paths would give one.")
    } else {
        Vec::new()
    }
}

/// Months that cash lasts were the market closed.
pub(super) fn endurance(page: &Page<'_>, lab: &str) -> Block {
    let dates = [page.before()].into_iter().chain(page.dates.iter().copied());
    let row = |by: Month| {
        let find = |statistic| page.summary.find(metric::FREEZE_ENDURANCE, lab, by, statistic);
        let mean = find(Statistic::Mean)?;
        let months = |statistic| {
            let value = find(statistic).and_then(|answer| answer.value);
            value.map_or_else(|| "?".to_owned(), whole_months)
        };
        let when = if by == page.before() { "at the start".to_owned() } else { format!("after {by}") };
        let mut row = vec![when];
        row.extend([0.5, 0.25, 0.05].map(|level| months(Statistic::Quantile(level))));
        if page.has_draws() {
            row.push(band(&months(Statistic::Band(0.05)), &months(Statistic::Band(0.95))));
        }
        row.extend([months(Statistic::Mean), error(mean, 1.0)]);
        Some(row)
    };
    let rows: Vec<Vec<String>> = dates.filter_map(row).collect();
    if rows.is_empty() {
        return Block::default();
    }
    let mut heads =
        cells(["months", "1 in 2 below", "1 in 4 below", "1 in 20 below", "band of the mean", "mean", "error"]);
    if !page.has_draws() {
        heads.remove(4);
    }
    let meaning = "Months, at most 120, in which cash stays at or above zero were the market closed from then on and business as \
        it is; a lab in payment default has none. The mean counts 120 for whatever is longer, and is the weaker number for it.";
    let quarter = quarter(page, lab);
    block(format!("2  Freeze endurance of {lab}"), page.table(&[heads], &rows), page.aside(meaning), quarter)
}

/// The median and the worst quarter at the last date before the horizon at which they are known, else at the horizon, in
/// words.
fn quarter(page: &Page<'_>, lab: &str) -> Vec<Line> {
    let horizon = page.horizon();
    let of = |by, level| page.summary.find(metric::FREEZE_ENDURANCE, lab, by, Statistic::Quantile(level))?.value;
    let mut before = page.dates.iter().rev().copied().filter(|date| *date < horizon);
    let by = before.find(|date| of(*date, 0.5).is_some()).unwrap_or(horizon);
    let at = |level| of(by, level);
    let Some((middle, quarter)) = at(0.5).zip(at(0.25)) else { return Vec::new() };
    let lasts = match [middle, quarter].map(|months| months < MOST_MONTHS) {
        [true, _] => {
            format!("{middle:.0} months or less on half of the paths, and {quarter:.0} or less on a quarter of them")
        }
        [_, true] => {
            format!("{quarter:.0} months or less on a quarter of the paths, and {MOST_MONTHS} or more on half of them")
        }
        _ => format!("{MOST_MONTHS} months or more on three quarters of the paths"),
    };
    page.plain(&format!("Were the market closed after {by}, cash would last {lasts}."))
}

/// Months of endurance that are counted.
const MOST_MONTHS: f64 = 120.0;

/// Whole months, up to what is counted.
fn whole_months(months: f64) -> String {
    if months < MOST_MONTHS { format!("{months:.0}") } else { format!("{MOST_MONTHS}+") }
}

/// Losses of each provider on contracts, arrears and debt.
pub(super) fn losses(page: &Page<'_>) -> Block {
    let by = page.horizon();
    let subjects = subjects(page, metric::PROVIDER_LOSS);
    let row = |subject: &String| {
        let find = |statistic| page.summary.find(metric::PROVIDER_LOSS, subject, by, statistic);
        let mean = find(Statistic::Mean)?;
        if find(Statistic::Quantile(0.99)).and_then(|p| p.value).is_none_or(|worst| worst <= 0.0)
            && mean.value == Some(0.0)
        {
            return None;
        }
        let value = |statistic| find(statistic).and_then(|answer| answer.value).map_or_else(|| "?".to_owned(), dollars);
        let mut row = vec![subject.clone()];
        if page.has_draws() {
            row.push(band(&value(Statistic::Band(0.05)), &value(Statistic::Band(0.95))));
        }
        row.extend([
            value(Statistic::Mean),
            money_error(mean),
            value(Statistic::Quantile(0.95)),
            value(Statistic::Quantile(0.99)),
            value(Statistic::Shortfall(0.99)),
        ]);
        Some(row)
    };
    let rows: Vec<Vec<String>> = subjects.iter().filter_map(row).collect();
    if rows.is_empty() {
        return Block::default();
    }
    let mut heads =
        cells(["", "band of the mean", "mean", "error", "1 in 20 above", "1 in 100 above", "mean above it"]);
    if !page.has_draws() {
        heads.remove(1);
    }
    let meaning = "Lost on contracts (capacity that cannot be re-let), arrears and debt. Stakes lost come on top: measure \
        basis_lost in the summary.";
    let after = [too_few(page, &rows), by_regime(page, &subjects), claims(page)].concat();
    block(format!("7  Losses of providers by {by}"), page.table(&[heads], &rows), page.aside(meaning), after)
}

/// How likely each kind of loss is, and its median.
fn by_regime(page: &Page<'_>, subjects: &[String]) -> Vec<Line> {
    let row = |subject: &String| {
        let metric = page.results.find(metric::PROVIDER_LOSS, subject, By::Path)?;
        let values: Vec<f64> = page.results.row(metric).iter().map(|&value| f64::from(value)).collect();
        let regimes = regimes(page.results, metric::PROVIDER_LOSS, subject, &values)?;
        if regimes.iter().any(|of| of.regime == Regime::Nothing && of.paths == values.len()) {
            return None;
        }
        let mut row = vec![subject.clone()];
        for of in &regimes {
            row.push(frequency_with_error(&Answer::with_method(&of.probability, "")));
            if of.regime != Regime::Nothing {
                row.push(
                    of.quantiles.as_ref().map_or_else(|| "-".to_owned(), |levels| dollars(levels[MEDIAN].value())),
                );
            }
        }
        Some(row)
    };
    let rows: Vec<Vec<String>> = subjects.iter().filter_map(row).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let heads = [
        "of 1,000",
        "lose nothing",
        "cuts only",
        "median",
        "exchange",
        "median",
        "illiquid",
        "median",
        "insolvent",
        "median",
    ];
    let meaning = "By the worst that befell the labs behind a loss, with the error of each share; the median is that of the \
        paths of the regime, and missing below ten paths. Cuts are scale-backs and renegotiations. A lab in payment default is \
        insolvent if its operations, with its commitments at today's attainment, and cash are worth less than its debt \
        and arrears, else illiquid (or failed by decree of an event). Quantiles with their \
        intervals are in tails.csv.";
    [page.table(&[cells(heads)], &rows), page.aside(meaning)].concat()
}

/// Share of defaults with claims above a provider's capital from which on claims alone may carry a default on.
const MATTERS: f64 = 0.01;

/// Whether what a lab owes when it defaults could by itself take a provider with it.
fn claims(page: &Page<'_>) -> Vec<Line> {
    let by = page.horizon();
    let told = |lab: &String| {
        let share = page.summary.find(metric::CLAIMS_EXCEED_CAPITAL_GIVEN_DEFAULT, lab, by, Statistic::Probability)?;
        let [share, low, high] = [share.value?, share.low.unwrap_or(0.0), share.high?];
        let of = |share: f64| of_thousand(Some(share));
        let often = if share > 0.0 {
            format!("{} ({} to {})", of(share), of(low), of(high))
        } else {
            format!("fewer than {}", of(high))
        };
        let verdict = if page.scenario.clearing.is_some() {
            "Debts between entities clear."
        } else if low > MATTERS {
            "That is more than 10: debts between entities should clear ([clearing])."
        } else if high <= MATTERS {
            "That is at most 10: debts between entities need not clear."
        } else {
            "Above 10, debts between entities should clear ([clearing]); these paths do not tell whether it is."
        };
        Some(format!(
            "In {often} of 1,000 payment defaults of {lab} it owes a provider more than that provider's capital; with less, \
             claims alone carry no default on (Glasserman and Young 2015). {verdict}"
        ))
    };
    let labs = subjects(page, metric::CLAIMS_EXCEED_CAPITAL_GIVEN_DEFAULT);
    labs.iter().filter_map(told).flat_map(|told| page.plain(&told)).collect()
}

/// Subjects of a measure, in the order of the summary.
pub(super) fn subjects(page: &Page<'_>, measure: Measure) -> Vec<String> {
    let mut subjects: Vec<String> = Vec::new();
    for of in page.summary.entries.iter().map(|entry| &entry.estimand).filter(|of| of.measure == measure) {
        if !subjects.contains(&of.subject) {
            subjects.push(of.subject.clone());
        }
    }
    subjects
}

/// Of 1,000 paths.
pub(super) fn of_thousand(value: Option<f64>) -> String {
    value.map_or_else(|| "?".to_owned(), frequency)
}

/// The last date that is shown before the horizon, else the horizon, as an index.
fn last_date(page: &Page<'_>) -> Option<usize> {
    let horizon = page.horizon();
    let before = page.dates.iter().rev().find(|date| **date < horizon).unwrap_or(&horizon);
    usize::try_from(page.results.timeline.index(*before)).ok()
}

/// How a number is said, and its error beside it.
pub(super) type InWords = (fn(f64) -> String, fn(f64, f64) -> String);

/// The numbers with which the mean of an amount, or the probability of an event, moves most over the draws: the strongest
/// and, where that is one, the next; all that the draws cannot tell apart.
pub(super) fn depends(page: &Page<'_>, measure: Measure, subject: &str, by: By, (told, error): InWords) -> Vec<Line> {
    let results = page.results;
    let Some(row) = results.find(measure, subject, by) else { return Vec::new() };
    let values = match measure.kind {
        Kind::FirstMonth => {
            let counts = results.count_by(&results.row(row), results.horizon());
            counts.iter().map(|count| Some(count.hits as f64 / count.trials as f64)).collect()
        }
        _ => results.clusters(row).means(),
    };
    let Some(values) = values.into_iter().collect::<Option<Vec<f64>>>() else { return Vec::new() };
    let found = influences(results.draws, &page.scenario.uncertain, &values);
    let told = |influence: &Influence| {
        let Influence { key, at_low, at_high, .. } = influence;
        let kind = kind(basis(page.scenario, key));
        let error = |of: &Estimate| error(of.value(), 0.5 * (of.high() - of.low()));
        let at = |of: &Estimate| format!("{} {}", told(of.value()), error(of));
        format!("{key} ({kind}; {} at its 10th percentile, {} at its 90th)", at(at_low), at(at_high))
    };
    let place = |place: usize| -> Vec<String> { found.iter().filter(|of| of.place == place).map(told).collect() };
    let (first, second) = (place(0), place(1));
    let all = |names: &[String]| match names {
        [one] => one.clone(),
        _ => format!("{} (the draws do not tell which is stronger)", names.join(", ")),
    };
    let told = match (first.len(), second.len()) {
        (0, _) => return Vec::new(),
        (1, 1..) => format!("{}, then with {}", all(&first), all(&second)),
        _ => all(&first),
    };
    let when = match by {
        By::Month(t) => results.date(t),
        By::Path | By::Start => page.horizon(),
    };
    let measure = measure.words();
    page.plain(&format!("The {measure} by {when} moves most with {told}."))
}
