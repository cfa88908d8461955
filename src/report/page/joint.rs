//! Defaults that come together.

use super::block::Block;
use super::context::Page;
use super::text::{block, cells, frequency_with_error, number};
use crate::notation::counted;
use crate::study::estimates::Answer;
use crate::study::joint_defaults::{JointDefault, Together};

/// Pairs on the page.
const MOST: usize = 8;

/// Level of the test, for all pairs together.
const LEVEL: f64 = 0.05;

/// The pairs that fail together more, or less, often than chance within a draw would have it.
pub(super) fn defaults(page: &Page<'_>) -> Block {
    let by = page.horizon();
    let pairs: Vec<&JointDefault> = page.joint.iter().filter(|pair| pair.by == by).collect();
    let value = |pair: &JointDefault, of| pair.answer(of)?.value;
    let found = |pair: &&JointDefault| value(pair, Together::PValue).is_some_and(|p| p <= LEVEL);
    let mut joined: Vec<&JointDefault> = pairs.iter().copied().filter(found).collect();
    let chance = |pair: &JointDefault| value(pair, Together::LiftWithin).unwrap_or(1.0).ln().abs();
    joined.sort_by(|a, b| chance(b).total_cmp(&chance(a)));
    let tested = pairs.iter().filter(|pair| value(pair, Together::PValue).is_some()).count();
    if tested == 0 {
        return Block::default();
    }
    let row = |pair: &&JointDefault| {
        let of = |of| pair.answer(of).map_or_else(|| "-".to_owned(), with_interval);
        let both = pair.answer(Together::Both).map_or_else(|| "-".to_owned(), frequency_with_error);
        let mut row = vec![format!("{} and {}", pair.one, pair.other), both, of(Together::LiftWithin)];
        if page.has_draws() {
            row.extend([of(Together::LiftBetween), of(Together::Lift)]);
        }
        row
    };
    let rows: Vec<Vec<String>> = joined.iter().take(MOST).map(row).collect();
    let mut heads = cells(["", "both default", "lift within draws", "lift of the draws", "lift in all"]);
    heads.truncate(if page.has_draws() { 5 } else { 3 });
    let told = if rows.is_empty() { Vec::new() } else { page.table(&[heads], &rows) };
    let count = page.plain(&counts(pairs.len(), tested, joined.len()));
    let words = "Lift: how much oftener both default than if the two were independent; 1 is independence. Within draws it is \
        what chance joins once the parameters are known: a common burst, the same labs, losses that are passed on. Of the \
        draws: in some of them both are likelier, which makes defaults dependent over all paths even where nothing joins \
        them. In brackets the 95 % interval. All pairs and dates are in joint.csv.";
    block(format!("9  Joint defaults by {by}, of 1,000 paths"), [told, count].concat(), page.aside(words), Vec::new())
}

/// How many of the pairs could be tested, and what was found.
fn counts(pairs: usize, tested: usize, joined: usize) -> String {
    let few = match pairs - tested {
        0 => String::new(),
        few => format!(" {} fewer than ten paths with both, or too few to tell.", has(few)),
    };
    format!(
        "Of {}, {joined} fail together more or less often than chance within a draw would have it (5 % for all {} tests \
         together).{few}",
        counted(pairs, "pair"),
        tested
    )
}

fn has(pairs: usize) -> String {
    format!("{} {}", counted(pairs, "pair"), if pairs == 1 { "has" } else { "have" })
}

/// "2.1 (1.8 to 2.5)".
fn with_interval(answer: &Answer) -> String {
    let shown = |value: f64| number(value, 2);
    match (answer.value, answer.low.zip(answer.high)) {
        (Some(value), Some((low, high))) => format!("{} ({} to {})", shown(value), shown(low), shown(high)),
        (Some(value), None) => shown(value),
        (None, _) => "-".to_owned(),
    }
}
