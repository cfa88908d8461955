//! The page of a comparison: what moved by the end, for each pair of runs.

use super::block::{Block, Line, Tone, fitted};
use super::text::{Sheet, cells, chance_finding, change, in_unit};
use crate::model::Prominence;
use crate::notation::{counted, significant, thousands};
use crate::scenario::{Scenario, in_short};
use crate::study::attribution::Part;
use crate::study::comparison::{Compared, Explained};
use crate::study::estimates::Answer;
use crate::study::{Contrast, Statistic};

/// The page of runs on common random numbers; `scenario` is the base.
///
/// `changes` says what variants have instead of the values of the base, by their names.
pub fn comparison(
    scenario: &Scenario,
    (all, changes): (&[Compared], &[(String, Vec<String>)]),
    explained: &[Explained],
    width: usize,
) -> Vec<Block> {
    let sheet = Sheet { width };
    let mut base = given(scenario, all, sheet);
    let told = changes.iter().filter_map(|(name, changes)| Some(format!("{name}: {}.", in_short(changes)?)));
    base.lines.extend(told.flat_map(|text| sheet.plain(&text)));
    let mut blocks = vec![base];
    blocks.extend(all.iter().map(|compared| moved(compared, sheet)));
    blocks.push(legend(sheet));
    blocks.extend(explained.iter().map(|of| explanation(of, sheet)));
    fitted(blocks, width)
}

fn given(scenario: &Scenario, all: &[Compared], sheet: Sheet) -> Block {
    let run = &scenario.run;
    let size = format!(
        "Scenario \"{}\" (identity {}, digest {}, seed {}), {} paths of each run, {}.",
        scenario.about.name,
        scenario.identity_text(),
        scenario.digest_text(),
        run.seed,
        thousands(run.paths as f64),
        if all.iter().all(|compared| compared.begin_together) {
            "all on common random numbers"
        } else {
            "some of which begin in another month: they are compared by date, and their shocks fall on other dates"
        },
    );
    Block { title: scenario.about.name.clone(), lines: [sheet.aside(&size), sheet.overridden(scenario)].concat() }
}

/// Rows of the page: probabilities, means and the worst case by the end; what is the same on all paths is counted.
fn moved(compared: &Compared, sheet: Sheet) -> Block {
    let last = compared.contrasts.iter().map(|contrast| contrast.estimand.by).max();
    let told = |contrast: &&Contrast| {
        let statistic = contrast.estimand.statistic;
        let shown = matches!(statistic, Statistic::Probability | Statistic::Mean | Statistic::Shortfall(_));
        shown && Some(contrast.estimand.by) == last && contrast.estimand.measure.prominence == Prominence::Main
    };
    let (same, differ): (Vec<&Contrast>, Vec<&Contrast>) =
        compared.contrasts.iter().filter(told).partition(|contrast| !contrast.differs);
    let rows: Vec<Vec<String>> = differ.iter().map(|contrast| row(contrast)).collect();
    let Compared { variant, against, .. } = compared;
    let [short_against, short_variant] = short_names(against, variant);
    let by = last.map(|by| format!("by {by}")).unwrap_or_default();
    let above = cells(["", "", "", "difference", "", "", "", "only in", "only in", ""]);
    let heads = [
        &by,
        short_against,
        short_variant,
        "(95 % interval)",
        "ratio",
        "r",
        "saved",
        short_variant,
        short_against,
        "p",
    ];
    let mut lines = if compared.shows.is_empty() { Vec::new() } else { sheet.aside(compared.shows) };
    if !rows.is_empty() {
        lines.extend(sheet.table(&[above, cells(heads)], &rows));
    }
    if !same.is_empty() {
        let are = if same.len() == 1 { "is" } else { "are" };
        let text = format!(" {} {are} the same on every path", counted(same.len(), "figure"));
        lines.push(Line::new(Tone::Aside, text));
    }
    let named = |name: &str, short: &str| if name == short { name.to_owned() } else { format!("{name} ({short})") };
    Block { title: format!("{} less {}", named(variant, short_variant), named(against, short_against)), lines }
}

/// The names of two runs as they stand above columns; letters where they are too long for that.
fn short_names<'a>(against: &'a str, variant: &'a str) -> [&'a str; 2] {
    const LONGEST: usize = 24;
    let fit = [against, variant].iter().all(|name| name.chars().count() <= LONGEST);
    if fit { [against, variant] } else { ["A", "B"] }
}

fn legend(sheet: Sheet) -> Block {
    let text = "Differences have paired 95 % intervals; pp: percentage points, of the paths where it is a probability. r: \
        correlation of the two estimates, due to common random numbers; \
        saved: how many times more paths independent runs would need. Only in: paths with the event in that run alone, \
        listed in flips.csv for `ouro replay`. p: p-value of the difference, adjusted for all figures of the table (Holm).";
    Block { title: String::new(), lines: sheet.aside(text) }
}

fn row(contrast: &Contrast) -> Vec<String> {
    let estimand = &contrast.estimand;
    let statistic = match estimand.statistic {
        Statistic::Probability => String::new(),
        statistic => format!(", {}", statistic.name()),
    };
    let show = |value: f64| in_unit(value, estimand.unit());
    let maybe = |value: Option<f64>| value.map_or_else(|| "?".to_owned(), |value| change(value, estimand.unit()));
    let [low, high] = [contrast.difference.low, contrast.difference.high].map(maybe);
    let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.2}"));
    let saved = contrast
        .saved
        .map_or_else(|| "-".to_owned(), |saved| format!("{}x", thousands(significant(saved, 2).max(1.0))));
    let flips =
        |side: usize| contrast.flipped.map_or_else(|| "-".to_owned(), |flipped| thousands(flipped[side] as f64));
    vec![
        format!("{} {}{statistic}", estimand.measure.words(), estimand.subject),
        show(contrast.base),
        show(contrast.variant),
        format!("{} ({low} to {high})", maybe(contrast.difference.value)),
        number(contrast.ratio.value),
        number(contrast.correlation),
        saved,
        flips(0),
        flips(1),
        contrast.p_holm.map_or_else(|| "-".to_owned(), chance_finding),
    ]
}

/// What each change is worth, for every headline that is taken apart.
fn explanation(of: &Explained, sheet: Sheet) -> Block {
    let row = |part: &Part| {
        let show =
            |value: Option<f64>| value.map_or_else(|| "?".to_owned(), |value| change(value, part.estimand.unit()));
        let whose = format!("{} {}", part.estimand.measure.words(), part.estimand.subject);
        let Answer { value, low, high, .. } = &part.part;
        vec![whose, part.key.clone(), show(*value), format!("{} to {}", show(*low), show(*high))]
    };
    let rows: Vec<Vec<String>> = of.parts.iter().map(row).collect();
    let lines = sheet.table(&[cells(["", "changed", "part", "95 % interval"])], &rows);
    Block { title: format!("What explains {}", of.variant), lines }
}
