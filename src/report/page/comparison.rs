//! The page of a comparison: what moved by the end, for each pair of runs.

use super::block::{Block, Line, Tone};
use super::text::{Sheet, cells, chance_finding, in_unit, table};
use crate::model::Prominence;
use crate::notation::{counted, significant, thousands};
use crate::scenario::Scenario;
use crate::study::attribution::Part;
use crate::study::comparison::{Compared, Explained};
use crate::study::estimates::Answer;
use crate::study::{Contrast, Statistic};

/// The page of runs on common random numbers; `scenario` is the base.
pub fn comparison(scenario: &Scenario, all: &[Compared], explained: &[Explained], width: usize) -> Vec<Block> {
    let sheet = Sheet { width };
    let mut blocks = vec![given(scenario, all, sheet)];
    blocks.extend(all.iter().map(moved));
    blocks.push(legend(sheet));
    blocks.extend(explained.iter().map(explanation));
    blocks
}

fn given(scenario: &Scenario, all: &[Compared], sheet: Sheet) -> Block {
    let run = &scenario.run;
    let size = format!(
        "Given scenario \"{}\" (digest {}, seed {}), {} paths of each run, {}.",
        scenario.about.name,
        scenario.digest_text(),
        run.seed,
        thousands(run.paths as f64),
        if all.iter().all(|compared| compared.begin_together) {
            "all with the same shocks"
        } else {
            "some of which begin in another month: compared by date, with shocks that fall on other dates"
        },
    );
    Block { title: scenario.about.name.clone(), lines: sheet.aside(&size) }
}

/// Rows of the page: probabilities, means and the worst case by the end; what is the same on all paths is counted.
fn moved(compared: &Compared) -> Block {
    let last = compared.contrasts.iter().map(|contrast| contrast.estimand.by).max();
    let told = |contrast: &&Contrast| {
        let statistic = contrast.estimand.statistic;
        let shown = matches!(statistic, Statistic::Probability | Statistic::Mean | Statistic::Shortfall(_));
        shown && Some(contrast.estimand.by) == last && contrast.estimand.measure.prominence == Prominence::Main
    };
    let (same, differ): (Vec<&Contrast>, Vec<&Contrast>) =
        compared.contrasts.iter().filter(told).partition(|contrast| !contrast.differs);
    let rows: Vec<Vec<String>> = differ.iter().map(|contrast| row(contrast)).collect();
    let heads = ["", "base", "variant", "difference", "95 % interval", "ratio", "r", "saved", "flips", "p"];
    let mut lines = if rows.is_empty() { Vec::new() } else { table(&[cells(heads)], &rows) };
    if !same.is_empty() {
        let text = format!(" {} are the same on every path", counted(same.len(), "figure"));
        lines.push(Line::new(Tone::Aside, text));
    }
    Block { title: format!("{} less {}", compared.variant, compared.against), lines }
}

fn legend(sheet: Sheet) -> Block {
    let text = "Differences have paired 95 % intervals. r: correlation of the two estimates that the common shocks brought; \
        saved: how many times the paths independent runs would need. Flips: paths with the event in the first alone and in \
        the second alone, listed in flips.csv for `ouro replay`. p: chance of so large a difference, adjusted for all figures \
        of the table (Holm).";
    Block { title: String::new(), lines: sheet.aside(text) }
}

fn row(contrast: &Contrast) -> Vec<String> {
    let estimand = &contrast.estimand;
    let statistic = match estimand.statistic {
        Statistic::Probability => String::new(),
        statistic => format!(", {}", statistic.name()),
    };
    let show = |value: f64| in_unit(value, estimand.unit());
    let maybe = |value: Option<f64>| value.map_or_else(|| "?".to_owned(), show);
    let [low, high] = [contrast.difference.low, contrast.difference.high].map(maybe);
    let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.2}"));
    let saved = contrast
        .saved
        .map_or_else(|| "-".to_owned(), |saved| format!("{}x", thousands(significant(saved, 2).max(1.0))));
    let flips = contrast.flipped.map_or_else(|| "-".to_owned(), |[only, other]| format!("+{only} -{other}"));
    vec![
        format!("{} {}{statistic}", estimand.measure.words(), estimand.subject),
        show(contrast.base),
        show(contrast.variant),
        maybe(contrast.difference.value),
        format!("{low} to {high}"),
        number(contrast.ratio.value),
        number(contrast.correlation),
        saved,
        flips,
        contrast.p_holm.map_or_else(|| "-".to_owned(), chance_finding),
    ]
}

/// What each change is worth, for every headline that is taken apart.
fn explanation(of: &Explained) -> Block {
    let row = |part: &Part| {
        let show =
            |value: Option<f64>| value.map_or_else(|| "?".to_owned(), |value| in_unit(value, part.estimand.unit()));
        let whose = format!("{} {}", part.estimand.measure.words(), part.estimand.subject);
        let Answer { value, low, high, .. } = &part.part;
        vec![whose, part.key.clone(), show(*value), format!("{} to {}", show(*low), show(*high))]
    };
    let rows: Vec<Vec<String>> = of.parts.iter().map(row).collect();
    let lines = table(&[cells(["", "changed", "part", "95 % interval"])], &rows);
    Block { title: format!("What explains {}", of.variant), lines }
}
