//! Which paths of a run are told as stories: a typical one, a near miss, and a typical default.
//!
//! Typical is the path whose amounts have ranks nearest to the middle: the sum, over the amounts, of the squared distance of
//! its rank among the paths in question from one half is the least. Ranks, since amounts have long tails; ties share their
//! mean rank, and of equal paths the first is taken.

use crate::model::{By, Measure, metric};
use crate::notation::thousands;
use crate::stats::mean_ranks;

use super::estimates::Results;

/// A path that is told, and why it was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// What it is called.
    pub story: &'static str,
    /// By what rule it was chosen, of how many paths.
    pub why: String,
    /// The draw and the number of the path within it, as `ouro replay` takes them.
    pub draw: u32,
    /// The number of the path within its draw.
    pub path: u32,
}

/// The amounts by which paths are compared, at the horizon.
const AMOUNTS: [Measure; 5] =
    [metric::FUNDING_GAP, metric::REVENUE, metric::CASH, metric::VALUE, metric::OPERATING_CASH_FLOW];

/// What the amounts are called.
const TOLD: &str = "the funding gap, revenue, cash, value and operating cash flow by the end";

/// The paths that are told: those kinds of which there is any.
pub fn stories(results: &Results<'_>) -> Vec<Chosen> {
    let first = |measure: Measure| earliest(results, measure);
    let (failed, short) = (first(metric::DEFAULT), first(metric::LIQUIDITY_EVENT));
    let columns = |holds: &dyn Fn(usize) -> bool| (0..failed.len()).filter(|&path| holds(path)).collect::<Vec<usize>>();
    let amounts = amounts(results);
    let of = |kept: &[usize], values: &[Vec<f32>]| Some(kept[most_typical(kept, values)?]);
    let all = columns(&|_| true);
    let missed = columns(&|path| short[path].is_finite() && failed[path].is_infinite());
    let lost = columns(&|path| failed[path].is_finite());
    let dated: Vec<Vec<f32>> = amounts.iter().cloned().chain([failed.clone()]).collect();
    let count = |kept: &[usize]| thousands(kept.len() as f64);
    let told = [
        (
            "a typical path",
            of(&all, &amounts),
            format!("Of all {} paths, the one that is nearest to the middle in {TOLD}.", count(&all)),
        ),
        (
            "a near miss",
            of(&missed, &amounts),
            format!(
                "Of the {} paths with a liquidity event and no default, the one nearest to their middle in {TOLD}.",
                count(&missed)
            ),
        ),
        (
            "a typical default",
            of(&lost, &dated),
            format!(
                "Of the {} paths with a default, the one nearest to their middle in its month and in {TOLD}.",
                count(&lost)
            ),
        ),
    ];
    let chosen = |(story, column, why): (&'static str, Option<usize>, String)| {
        let column = column?;
        let draw = results.ranges().iter().position(|columns| columns.contains(&column))?;
        let path = (column - results.ranges()[draw].start) as u32;
        Some(Chosen { story, why, draw: results.draws[draw].number, path })
    };
    told.into_iter().filter_map(chosen).collect()
}

/// The first month in which an event befell any lab, on each path; infinite where it never did.
fn earliest(results: &Results<'_>, measure: Measure) -> Vec<f32> {
    let never = vec![f32::INFINITY; results.paths()];
    let rows = results.labs.iter().filter_map(|lab| results.event(measure, lab));
    rows.fold(never, |all, row| all.iter().zip(row.iter()).map(|(a, b)| a.min(*b)).collect())
}

/// The amounts of all labs, one row per amount.
fn amounts(results: &Results<'_>) -> Vec<Vec<f32>> {
    let by = By::Month(results.horizon());
    let rows = results.labs.iter().flat_map(|lab| AMOUNTS.map(|measure| results.find(measure, lab, by)));
    rows.flatten().map(|row| results.row(row).into_owned()).collect()
}

/// The place, among the columns that are kept, of the one whose ranks are nearest to the middle; none if none is kept.
fn most_typical(kept: &[usize], rows: &[Vec<f32>]) -> Option<usize> {
    let mut distance = vec![0.0; kept.len()];
    for row in rows {
        let values: Vec<f64> = kept.iter().map(|&column| f64::from(row[column])).collect();
        for (sum, rank) in distance.iter_mut().zip(relative_ranks(&values)) {
            *sum += (rank - 0.5) * (rank - 0.5);
        }
    }
    (0..kept.len()).min_by(|&a, &b| f64::total_cmp(&distance[a], &distance[b]))
}

/// Ranks within 0 and 1, of equal values their mean.
fn relative_ranks(values: &[f64]) -> Vec<f64> {
    mean_ranks(values).into_iter().map(|rank| (rank + 0.5) / values.len() as f64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_their_mean_rank() {
        assert_eq!(relative_ranks(&[3.0, 1.0, 3.0, 9.0]), [0.5, 0.125, 0.5, 0.875]);
        assert_eq!(relative_ranks(&[2.0]), [0.5]);
    }

    #[test]
    fn the_typical_path_is_in_the_middle_of_every_amount_and_not_of_one() {
        // Path 2 is the median of the first amount and the largest of the second; path 3 is near the middle of both.
        let rows = [vec![1.0, 2.0, 3.0, 4.0, 50.0], vec![10.0, 40.0, 90.0, 30.0, 20.0]];
        assert_eq!(most_typical(&[0, 1, 2, 3, 4], &rows), Some(3));
        assert_eq!(most_typical(&[2, 4], &rows), Some(0), "of equal distances the first");
        assert_eq!(most_typical(&[], &rows), None);
    }
}
