//! The page of a benchmark: what happened later, misses first; then published figures beside ours.

use super::block::{Block, Line, Tone, fitted};
use super::text::Sheet;
use crate::notation::{chance, money, percent, significant};
use crate::scenario::Scenario;
use crate::study::Joint;
use crate::study::benchmarks::{Comparison, Score};
use crate::study::estimates::Banded;
use crate::units::Unit;

/// The page of published figures and outcomes.
pub fn benchmark(scenario: &Scenario, figures: &[Comparison], outcomes: &[Score], width: usize) -> Vec<Block> {
    let sheet = Sheet { width };
    let block = |title: &str, lines: Vec<Line>| Block { title: title.to_owned(), lines };
    let legend = "Percentile: share of the paths at or below the figure. sd: distance from the mean of the run in standard \
        deviations of our paths, for an event in those of its probability over the draws. A scenario is no forecast; that \
        two numbers agree does not make either right.";
    let mut blocks = vec![
        block("", sheet.overridden(scenario)),
        block("Later outcomes, the worst misses first", outcomes.iter().flat_map(|of| outcome(of, sheet)).collect()),
        block("Published figures and this run", figures.iter().flat_map(|of| figure(of, sheet)).collect()),
        block("", joint(figures, sheet)),
        block("", sheet.aside(legend)),
    ];
    blocks.retain(|block| !block.lines.is_empty());
    fitted(blocks, width)
}

/// The figures read together.
fn joint(figures: &[Comparison], sheet: Sheet) -> Vec<Line> {
    let joint = Joint::of(figures);
    if joint.figures == 0 {
        return Vec::new();
    }
    let text = format!(
        "Together: of {} figures to which nothing was fitted, worse than 95 % of ours {}, better {}.{}",
        joint.figures,
        joint.worse,
        joint.better,
        joint
            .verdict()
            .map_or_else(String::new, |verdict| format!(" This scenario is {verdict} than published figures."))
    );
    sheet.plain(&text)
}

fn outcome(score: &Score, sheet: Sheet) -> Vec<Line> {
    let Score { id, measure, subject, by, known, .. } = score;
    let head = format!("{id}: {} of {subject} by {by} (known {known})", measure.replace('_', " "));
    let verdict = match (&score.level, score.is_event) {
        (None, _) => "This run has no such measure at that date.".to_owned(),
        (Some(level), true) => {
            let happened = if score.value > 0.5 { "It happened" } else { "It did not happen" };
            let brier = score.brier.map_or_else(String::new, |brier| format!("; Brier {brier:.3}"));
            format!("{happened}; this run gave it {}{brier}.", banded(level, chance))
        }
        (Some(level), false) => {
            let show = |value| shown(value, score.unit);
            let pit = score.pit.map_or_else(|| "?".to_owned(), percent);
            let crps = score.crps.as_ref().and_then(|crps| crps.value).map_or_else(|| "?".to_owned(), show);
            let ours = of_paths(score.paths, level, show);
            format!(
                "It was {}; this run has {ours}: percentile {pit}, CRPS {crps}.",
                published(score.value, score.unit)
            )
        }
    };
    paragraphs(sheet, &head, &[&verdict, &score.note])
}

fn figure(comparison: &Comparison, sheet: Sheet) -> Vec<Line> {
    let Comparison { name, measure, subject, by, unit, value, .. } = comparison;
    let show = |value| shown(value, *unit);
    let head = format!("{name}: {}", published(*value, *unit));
    let distance = comparison.distance.map_or_else(String::new, |sd| {
        format!(", {} sd from this run", significant(sd, 2).to_string().replace('-', "−"))
    });
    let verdict = match (&comparison.level, &comparison.ours) {
        (Some(level), Some(_)) if comparison.is_event => {
            format!("This run by {by}, {} of {subject}: {}{distance}.", measure.replace('_', " "), banded(level, show))
        }
        (Some(level), Some(ours)) => {
            let percentile = ours.value.map_or_else(|| "?".to_owned(), percent);
            let paths = of_paths(comparison.paths, level, show);
            format!(
                "This run by {by}, {} of {subject}: {paths}; percentile {percentile}{distance}.",
                measure.replace('_', " ")
            )
        }
        _ => format!("This run has no `{measure}` of {subject} by {by}."),
    };
    let note = if comparison.note.is_empty() { String::new() } else { format!("What differs: {}.", comparison.note) };
    let premium = comparison.physical.map_or_else(String::new, |[low, high]| {
        format!("In the real world it is between {} and {}, at the coverage of the scenario.", show(low), show(high))
    });
    paragraphs(sheet, &head, &[&verdict, &note, comparison.kind.caveat(), &premium, &comparison.source])
}

/// The band first, then the middle.
fn banded(level: &Banded, show: impl Fn(f64) -> String) -> String {
    let middle = level.point.value.map_or_else(|| "?".to_owned(), &show);
    let ends = level.band.as_ref().and_then(|[low, _, high]| low.value.zip(high.value));
    ends.map_or_else(
        || middle.clone(),
        |(low, high)| format!("between {} and {}, {middle} over all", show(low), show(high)),
    )
}

/// Between what 9 in 10 paths lie, then the mean, then how that mean varies over the draws.
fn of_paths(paths: Option<[f64; 2]>, level: &Banded, show: impl Fn(f64) -> String) -> String {
    let mean = level.point.value.map_or_else(|| "?".to_owned(), &show);
    let paths = paths
        .map_or_else(String::new, |[low, high]| format!("9 in 10 paths between {} and {}, ", show(low), show(high)));
    let ends = level.band.as_ref().and_then(|[low, _, high]| low.value.zip(high.value));
    let band = ends.map_or_else(String::new, |(low, high)| {
        format!(" (the mean of 9 in 10 draws: {} to {})", show(low), show(high))
    });
    format!("{paths}mean {mean}{band}")
}

/// A figure as it was published: not rounded to the digits that ours deserve.
fn published(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Money => money(value),
        Unit::Share => percent(value),
        unit => unit.show(value),
    }
}

fn paragraphs(sheet: Sheet, head: &str, texts: &[&str]) -> Vec<Line> {
    let mut lines = vec![Line::new(Tone::Aside, "")];
    lines.extend(sheet.paragraph(Tone::Heading, head));
    lines.extend(texts.iter().filter(|text| !text.is_empty()).flat_map(|text| sheet.aside(text)));
    lines
}

fn shown(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Money => money(significant(value, 2)),
        Unit::Share => percent(value),
        unit => unit.show(significant(value, 3)),
    }
}
