//! The page of evidence of bubbles: the verdict, the statistics beside their critical values, episodes, base rates.

use super::block::{Block, Line, Tone, fitted};
use super::text::{Sheet, cells};
use crate::notation::{counted, percent, thousands};
use crate::scenario::Scenario;
use crate::stats::Estimate;
use crate::study::bubble::{
    BaseRate, CRASH, Episode, Finding, LEVELS, OnPaths, OnSeries, PUBLISHED, RunUp, Series, Subject, Test,
};

/// The page of a series.
pub fn bubble_in_series(series: &Series, found: &OnSeries, is_log: bool, width: usize) -> Vec<Block> {
    let sheet = Sheet { width };
    let heads = [&["", "value", "p-value (95 % interval)"][..], &LEVEL_HEADS]
        .concat()
        .iter()
        .map(ToString::to_string)
        .collect();
    let tests: Vec<Vec<String>> = found.tests.iter().map(test).collect();
    let what = if is_log { "the logarithm of " } else { "" };
    let (first, last) = (series.dates[0], series.dates[series.dates.len() - 1]);
    let of = format!(
        "{what}{} of {}, {first} to {last}: {}, {}; {}, windows of {} rows or more",
        series.column,
        series.file,
        counted(series.values.len(), "observation"),
        series.spacing,
        lags(found.shape.lags),
        found.shape.window
    );
    let blocks = vec![
        block("", [sheet.paragraph(Tone::Plain, &verdict(found)), sheet.aside(&format!("Tested: {of}."))].concat()),
        block("Tests against a random walk", sheet.table(&[heads], &tests)),
        block("Episodes, by BSADF above its critical value at 95 %", episodes(series, found, sheet)),
        block("Run-ups, and the crashes that are published after such", run_ups(series, found, sheet)),
        block("", sheet.aside(&legend(found))),
    ];
    shown(blocks, width)
}

const LEVEL_HEADS: [&str; 3] = ["critical 90 %", "95 %", "99 %"];

fn block(title: &str, lines: Vec<Line>) -> Block {
    Block { title: title.to_owned(), lines }
}

fn shown(mut blocks: Vec<Block>, width: usize) -> Vec<Block> {
    blocks.retain(|block| !block.lines.is_empty());
    fitted(blocks, width)
}

fn lags(lags: usize) -> String {
    if lags == 0 { "no lags".to_owned() } else { counted(lags, "lag") }
}

/// Whether the series grew explosively, in words.
fn verdict(found: &OnSeries) -> String {
    let Some(test) = found.gsadf() else { return String::new() };
    let value = decimals(test.value);
    let critical = with_interval(&test.critical[1], decimals);
    let p = &test.p_value;
    let chance = format!("p-value {}", with_interval(p, p_digits));
    if p.high() < 0.05 {
        format!("Explosive at some time: GSADF is {value}, beyond the critical value at 95 % of {critical}; {chance}.")
    } else if p.low() > 0.05 {
        format!(
            "Not explosive at any time, as far as the test can tell: GSADF is {value}, within the critical value at 95 \
                % of {critical}; {chance}."
        )
    } else {
        format!(
            "Undecided at 5 %: GSADF is {value}, the critical value at 95 % {critical}; {chance}. More --walks would \
                decide."
        )
    }
}

fn test(test: &Test) -> Vec<String> {
    let mut row = vec![test.kind.name().to_owned(), decimals(test.value), with_interval(&test.p_value, p_digits)];
    let critical = |place: usize| {
        let estimate = &test.critical[place];
        format!("{} ±{:.2}", decimals(estimate.value()), 0.5 * (estimate.high() - estimate.low()))
    };
    row.extend((0..LEVELS.len()).map(critical));
    row
}

fn with_interval(estimate: &Estimate, told: fn(f64) -> String) -> String {
    format!("{} ({} to {})", told(estimate.value()), told(estimate.low()), told(estimate.high()))
}

fn decimals(value: f64) -> String {
    format!("{value:.2}").replace('-', "−")
}

/// A p-value: three decimals, four where it is small.
fn p_digits(p: f64) -> String {
    if p > 0.0 && p < 0.01 { format!("{p:.4}") } else { format!("{p:.3}") }
}

fn episodes(series: &Series, found: &OnSeries, sheet: Sheet) -> Vec<Line> {
    let row = |episode: &Episode| {
        let date = |at: usize| series.dates[at].to_string();
        let is_open = episode.last + 1 == series.dates.len();
        let until = date(episode.last) + if is_open { ", goes on" } else { "" };
        let largest = decimals(found.backward[episode.peak - found.shape.first_end()]);
        let way = if episode.rises { "rises" } else { "falls" };
        vec![date(episode.first), until, way.to_owned(), episode.length().to_string(), largest, date(episode.peak)]
    };
    let rows: Vec<Vec<String>> = found.episodes.iter().map(row).collect();
    if rows.is_empty() {
        return sheet.plain("None.");
    }
    sheet.table(&[cells(["from", "to", "", "observations", "largest BSADF", "at"])], &rows)
}

fn run_ups(series: &Series, found: &OnSeries, sheet: Sheet) -> Vec<Line> {
    let Some(run_ups) = &found.run_ups else {
        return sheet.aside("Some values are not positive: run-ups are of prices.");
    };
    let heads = cells(["rise within two years", "first here", "largest fall within two years", "crashes, published"]);
    let two_years = series.spacing.two_years();
    let row = |(run_up, published): (&Option<RunUp>, BaseRate)| {
        let at = run_up.map_or_else(|| "-".to_owned(), |run_up| series.dates[run_up.at].to_string());
        let so_far = |run_up: RunUp| if run_up.followed < two_years { " so far" } else { "" };
        let fall = run_up.map_or_else(|| "-".to_owned(), |run_up| percent(run_up.fall) + so_far(run_up));
        let count = published.count.map(|[hits, of]| format!(" ({hits} of {of})")).unwrap_or_default();
        vec![format!("{:.0} %", 100.0 * published.rise), at, fall, percent(published.crashed) + &count]
    };
    let rows: Vec<Vec<String>> = run_ups.iter().zip(PUBLISHED).map(row).collect();
    [
        sheet.table(&[heads], &rows),
        sheet.aside(&base_rates("the values as they are, the published ones net of the market")),
    ]
    .concat()
}

fn base_rates(ours: &str) -> String {
    format!(
        "Crash: a fall of {:.0} % or more. Published: US industries 1926-2014, Greenwood, Shleifer and You (2019). \
        Run-ups here are of {ours}.",
        100.0 * CRASH
    )
}

fn legend(found: &OnSeries) -> String {
    let alarms =
        found.false_alarms.as_ref().map_or_else(|| "unknown".to_owned(), |share| with_interval(share, percent));
    format!(
        "Each statistic is the t value of the level in regressions of the changes (Phillips, Shi and Yu 2015); \
        p-values and critical values are those of {} random walks of the same length, with the intervals of that \
        simulation. The critical value of BSADF is exceeded by 5 % of random walks at each observation, and an episode \
        lasts at least {} observations; still {alarms} of random walks have one somewhere, so episodes count only \
        where GSADF rejects. A fall that feeds itself is explosive too: an episode rises or falls by the smallest \
        window that ends with its largest BSADF. Explosive growth is not mispricing, for fundamentals may grow so \
        too.",
        thousands(found.walks as f64),
        found.shape.shortest_episode()
    )
}

/// The page of simulated paths.
pub fn bubble_on_paths(scenario: &Scenario, found: &OnPaths, is_log: bool, width: usize) -> Vec<Block> {
    let sheet = Sheet { width };
    let of = |wanted: &[Subject]| -> Vec<Vec<String>> {
        let is_wanted = |row: &&Finding| wanted.iter().any(|subject| subject.name() == row.subject.name());
        found.findings.iter().filter(is_wanted).map(finding).collect()
    };
    let heads = || cells(["", "of paths (95 % interval)", "paths"]);
    let base_heads = cells(["", "of paths (95 % interval)", "paths", "published"]);
    let blocks = vec![
        block("", sheet.overridden(scenario)),
        block("", sheet.plain(&told(found, is_log))),
        block(
            "GSADF over the whole path rejects a random walk at 5 %",
            sheet.table(&[heads()], &of(&[Subject::Rejects])),
        ),
        block(
            "Alarms in real time, by BSADF",
            sheet.table(&[heads()], &of(&[Subject::AlarmBeforeBurst, Subject::Alarm, Subject::BurstWithin])),
        ),
        block(
            "Months from the alarm to the burst",
            sheet.table(&[cells(["", "months (95 % interval)", "paths"])], &of(&[Subject::Lead(0.5)])),
        ),
        block(
            "Base rates: run-ups within two years, and crashes within the two years after",
            sheet.table(&[base_heads], &of(&[Subject::RunUp, Subject::Crash])),
        ),
        block("", sheet.aside(&path_legend(found))),
    ];
    shown(blocks, width)
}

/// The first sentence: how well the test tells paths that burst from others.
fn told(found: &OnPaths, is_log: bool) -> String {
    let share = |given: &str| {
        let row = found.findings.iter().find(|row| row.subject == Subject::Rejects && row.given == given);
        let value = row.and_then(|row| row.answer.as_ref()?.value);
        value.map_or_else(|| "unknown".to_owned(), percent)
    };
    let what = if is_log { "The logarithm of the market's" } else { "The market's" };
    format!(
        "{what} price over fundamental value, month by month on {}: GSADF rejects a random walk at 5 % on {} of the \
        paths with a burst (power) and on {} of those without one (false alarms).",
        counted(found.paths, "path"),
        share("a burst"),
        share("no burst")
    )
}

fn finding(row: &Finding) -> Vec<String> {
    let show = |value: f64| match row.subject {
        Subject::Lead(_) => format!("{value:.0}"),
        _ => percent(value),
    };
    let answer = row.answer.as_ref();
    let interval = |value: f64| {
        let ends = answer.and_then(|answer| answer.low.zip(answer.high));
        let ends = ends.map(|(low, high)| format!(" ({} to {})", show(low), show(high)));
        show(value) + &ends.unwrap_or_default()
    };
    let value = answer.and_then(|answer| answer.value).map_or_else(|| "-".to_owned(), interval);
    let published = row.published.map(|published| {
        let ends = published.interval().map(|of| format!(" ({} to {})", percent(of.low()), percent(of.high())));
        percent(published.crashed) + &ends.unwrap_or_default()
    });
    let what = match row.subject {
        Subject::Rejects => format!("rejected, given {}", row.given),
        Subject::AlarmBeforeBurst => format!("an alarm before it, given {}", row.given),
        Subject::Alarm => format!("an alarm, given {}", row.given),
        Subject::BurstWithin => format!("a burst within 24 months, given {}", row.given),
        Subject::Lead(level) => format!("{:.0} % quantile", 100.0 * level),
        Subject::Crash => format!("a crash, given {}", row.given),
        Subject::RunUp => row.given.clone(),
    };
    let mut cells = vec![what, value, thousands(row.paths as f64)];
    cells.extend(published);
    cells
}

fn path_legend(found: &OnPaths) -> String {
    let alarms =
        found.false_alarms.as_ref().map_or_else(|| "unknown".to_owned(), |share| with_interval(share, percent));
    let without = match found.without_test {
        0 => String::new(),
        paths => format!(" On {} the price does not move, and there is no test.", counted(paths, "more path")),
    };
    format!(
        "Critical value of GSADF {}, from {} random walks of {} months. An alarm: the price rises, and BSADF has been \
        above its critical value at 95 % for {} months, which comes with data up to that month only and is possible \
        from month {} on; {alarms} of random walks have one. Bursts and run-ups of the first table are those of the \
        model, run-ups of the last are seen on the path. {} Paths follow their scenario: power and false alarms hold \
        for this model of a market, not for markets.{without}",
        with_interval(&found.critical, decimals),
        thousands(found.walks as f64),
        found.shape.observations,
        found.shape.shortest_episode(),
        found.first_alarm + 1,
        base_rates("the price net of the market with the growth of the sector")
    )
}
