//! The frame of a page: what the numbers are conditional on, how to read them, and their limits.

use super::block::{Block, Line, Tone};
use super::context::Page;
use super::text::{Sheet, block, frequency};
use crate::engine::Stop;
use crate::notation::{counted, money, percent, thousands};
use crate::report::output::ProvenanceShares;
use crate::report::sources::{Meter, cited};
use crate::scenario::BenchmarkKind;
use crate::study::benchmarks::Comparison;
use crate::study::{Joint, Soundness};
use crate::units::Unit;

/// Paths per draw below which the page warns of its bands.
const ENOUGH_PATHS: usize = 100;

/// The sentence that says what every number is conditional on.
pub(super) fn given(page: &Page<'_>) -> Block {
    let scenario = page.scenario;
    let draws = page.results.draws.len();
    let paths = thousands(page.results.paths() as f64);
    let drawn = if page.has_draws() {
        format!(
            "{paths} paths in {draws} parameter draws of its {}",
            counted(scenario.uncertain.len(), "uncertain number")
        )
    } else {
        format!("{paths} paths of one set of parameters")
    };
    let but = if scenario.overridden().is_empty() { "" } else { ", with the overrides below" };
    let sentence = format!(
        "Scenario \"{}\" of {}{but} ({} to {}, identity {}, digest {}, seed {}): {drawn}.",
        scenario.about.name,
        scenario.file_name(),
        scenario.about.start,
        page.horizon(),
        scenario.identity_text(),
        scenario.digest_text(),
        scenario.run.seed,
    );
    let mut lines = page.plain(&sentence);
    lines.extend(page.overridden());
    if page.results.outcome.stop == Stop::Interrupted {
        let text = "INTERRUPTED: some paths or draws are missing; run it to the end before quoting it.";
        lines.extend(page.plain(text));
    }
    let per_draw = page.results.paths() / draws.max(1);
    if page.has_draws() && per_draw < ENOUGH_PATHS {
        lines.extend(page.plain(&format!(
            "Only {per_draw} paths per draw: bands of rare events are withheld or wide. With {ENOUGH_PATHS} or more, the draws can be told apart."
        )));
    }
    if let Some(verdict) = Joint::of(page.benchmarks).verdict() {
        let text = format!(
            "More than half of the published figures to which nothing was fitted lie beyond 95 % of ours on one side: this \
             scenario is {verdict} than published figures. Swaps and bets hold a risk premium, which is part of it."
        );
        lines.extend(page.plain(&text));
    }
    let known = scenario.about.as_of.as_ref().map(|date| format!("Information as of {date}. "));
    let inputs = inputs(Meter::of(scenario).shares());
    let sources = match cited(scenario).len() {
        0 => String::new(),
        1 => " The source is in sources.csv.".to_owned(),
        count => format!(" The {count} sources are in sources.csv."),
    };
    lines.extend(page.aside(&format!("{}{inputs}{sources}", known.unwrap_or_default())));
    Block { title: scenario.about.name.clone(), lines }
}

/// A page below what must be said of numbers that are not finite.
pub fn warned(page: Vec<Block>, soundness: &Soundness, width: usize) -> Vec<Block> {
    let lines = soundness.told().map(|told| Sheet { width }.paragraph(Tone::Warning, &told));
    let warning = lines.map(|lines| Block { title: String::new(), lines });
    warning.into_iter().chain(page).collect()
}

/// How much of the file is sourced, believed or assumed.
fn inputs(provenance: ProvenanceShares) -> String {
    let ProvenanceShares { sourced, prior, assumed, unsourced } = provenance;
    let told =
        [(sourced, "name a source"), (prior, "are priors"), (assumed, "are assumed"), (unsourced, "are unsourced")];
    let told = told.iter().filter(|(share, _)| *share > 0.0).map(|(share, how)| format!("{} {how}", percent(*share)));
    format!("Of the numbers in the file, {}.", told.collect::<Vec<_>>().join(", "))
}

/// Band, middle, error.
pub(super) fn how_to_read(page: &Page<'_>) -> Block {
    let text = if page.has_draws() {
        "First the band: it holds 9 in 10 parameter draws, with Monte Carlo noise removed (epistemic uncertainty). Then the \
         mean over all paths and its Monte Carlo error (±: half of the 95 % interval, with draws as replicates). The band \
         is the result; more paths shrink only the error. Trust differences between \
         two runs of such a model more than levels."
    } else {
        "No parameter is uncertain, so there is no band, and uncertainty is understated. ± is half of the 95 % Monte \
         Carlo interval. Trust differences between two runs of such a model more than levels."
    };
    Block { title: "How to read".to_owned(), lines: page.aside(text) }
}

/// Published figures beside ours.
pub(super) fn published(page: &Page<'_>) -> Block {
    let told = |comparison: &Comparison| {
        let value = match comparison.unit {
            Unit::Money => money(comparison.value),
            unit => unit.show(comparison.value),
        };
        let source = if comparison.source.is_empty() { String::new() } else { format!(" ({})", comparison.source) };
        page.plain(&format!("{}: {value}{source}. {}", comparison.name, verdict(comparison)))
    };
    let rows: Vec<Line> = page.benchmarks.iter().flat_map(told).collect();
    block("Published figures and this run".to_owned(), rows, Vec::new(), Vec::new())
}

fn verdict(comparison: &Comparison) -> String {
    let Comparison { measure, subject, by, .. } = comparison;
    let Some(ours) = &comparison.ours else {
        return format!("This run has no `{measure}` of {subject} by {by} to compare with it.");
    };
    let p = ours.value.unwrap_or(f64::NAN);
    let range = match ours.low.zip(ours.high) {
        Some((low, high)) => format!(" (95 % Monte Carlo interval {} to {})", frequency(low), frequency(high)),
        None => String::new(),
    };
    if comparison.kind == BenchmarkKind::BaseRate {
        format!("It holds given its condition. This run by {by}, over all paths: {} of 1,000{range}.", frequency(p))
    } else if comparison.is_event {
        format!("This run by {by}: {} of 1,000 paths{range}.", frequency(p))
    } else {
        let below = frequency(p);
        format!("Of 1,000 paths, {below} are below it by {by}{range} and {} above.", frequency(1.0 - p))
    }
}

/// What the model leaves out, and what the numbers are not.
pub(super) fn limits(page: &Page<'_>) -> Block {
    let text = "One market for shares and one for loans, monthly steps, policy rules in place of strategy, no macroeconomy, \
        no insolvency law beyond haircuts. Figures about named companies are outputs of this scenario: not forecasts, \
        ratings or advice, and no claim of wrongdoing; vendors' equity and services may be real on both legs.";
    let few = page.results.draws.len();
    let mut lines = page.aside(text);
    if page.has_draws() && few < 100 {
        lines.extend(page.plain(&format!("Only {few} draws: the bands are imprecise. 200 or more are usual.")));
    }
    Block { title: "Limits".to_owned(), lines }
}
