//! The page of a backtest: the verdict, the scores, the firms with the worst misses first.

use super::block::{Block, Tone, fitted};
use super::text::{Sheet, cells};
use crate::notation::percent;
use crate::study::backtest::{Case, Fate, Forecaster, Scored, Scores, WITHIN};

/// The page of a backtest.
pub fn backtest(found: &Scores, width: usize) -> Vec<Block> {
    let sheet = Sheet { width };
    let block = |title: &str, lines| Block { title: title.to_owned(), lines };
    let firms: Vec<Vec<String>> = found.cases.iter().map(firm).collect();
    let heads = cells(["", "fate", "12 months", "24 months", "36 months", "cash/burn", "log score", "PIT"]);
    let legend = "Within: probability of default within so many months of the start, with half its 95 % Monte Carlo interval. \
        Cash/burn: months for which cash lasts. Brier and log score: smaller is better; one standard error of a bootstrap \
        over firms, whose dates stay together; an error of zero says only that no sample of these \
        firms differs. PIT: levels of the predicted months of default at which the fate lies.";
    let mut blocks = vec![
        block("", sheet.paragraph(Tone::Plain, &verdict(found))),
        block("Firms, the worst misses first", sheet.table(&[heads], &firms)),
        block("Scores, with one standard error", scores(&found.scores, sheet)),
        block("", sheet.aside(legend)),
    ];
    blocks.retain(|block| !block.lines.is_empty());
    fitted(blocks, width)
}

/// Whether the model passes, in words.
fn verdict(found: &Scores) -> String {
    let rule = "the rule is a log score better than that of cash over burn by more than one standard error";
    let difference =
        found.scores.last().and_then(|row| Some(format!("{:+.3} ± {:.3}", row.value.as_ref()?.value?, row.error?)));
    let difference = difference.unwrap_or_else(|| "unknown".to_owned()).replace('-', "−");
    let word = match found.passes {
        Some(true) => "passes",
        Some(false) => "does not pass",
        None => "cannot be judged",
    };
    format!("The model {word}: {rule}, and the difference is {difference} (negative is better).")
}

fn firm(case: &Case) -> Vec<String> {
    let fate = match case.fate {
        Fate::Defaulted(_) => format!("default {}", case.when),
        Fate::Paid(_) => format!("paid to {}", case.when),
    };
    let chance = |place: usize| {
        let answer = &case.ours[place];
        let half = answer.low.zip(answer.high).map(|(low, high)| format!(" ±{:.1}", 50.0 * (high - low)));
        answer.value.map_or_else(|| "?".to_owned(), percent) + &half.unwrap_or_default()
    };
    let lasts = case.cash_over_burn.map_or_else(|| "for ever".to_owned(), |months| format!("{months:.0} mo"));
    let [low, high] = case.pit.map(|level| format!("{level:.2}"));
    let mut row = vec![case.name.clone(), fate];
    row.extend((0..WITHIN.len()).map(chance));
    row.extend([lasts, format!("{:.2}", case.log_score(Forecaster::Ours)), format!("{low}-{high}")]);
    row
}

/// A row for each forecaster and score, a column for each horizon.
fn scores(scores: &[Scored], sheet: Sheet) -> Vec<super::block::Line> {
    let mut names: Vec<(&str, &str)> = Vec::new();
    for row in scores {
        let name = (row.score.as_str(), row.forecaster.as_str());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let cell = |name: (&str, &str), within: Option<usize>| {
        let is_it = |row: &&Scored| (row.score.as_str(), row.forecaster.as_str()) == name && row.within == within;
        let row = scores.iter().find(is_it);
        let value = row.and_then(|row| Some(format!("{:.3} ± {:.3}", row.value.as_ref()?.value?, row.error?)));
        value.unwrap_or_else(|| "-".to_owned()).replace('-', "−")
    };
    let places = || WITHIN.into_iter().map(Some).chain([None]);
    let rows: Vec<Vec<String>> = names
        .iter()
        .map(|&(score, of)| {
            std::iter::once(format!("{score}, {of}")).chain(places().map(|within| cell((score, of), within))).collect()
        })
        .collect();
    sheet.table(&[cells(["", "12 months", "24 months", "36 months", "together"])], &rows)
}
