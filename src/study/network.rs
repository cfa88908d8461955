//! The ring as a network: the mean and the spread of every cell of its matrices (docs/network.md).

use std::ops::Range;

use rayon::prelude::*;

use crate::calendar::Month;
use crate::model::{Measure, Metric};
use crate::stats::{Estimate, Sample, Sorted, numbers_alone, quantiles};

use super::estimates::{Results, more_left_out, with_caveat};

/// Levels of the quantiles over paths.
pub const LEVELS: [f64; 3] = [0.05, 0.5, 0.95];

/// A cell of a matrix: what there is between two nodes, at the end of a month or over a time that ends with it.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Who pays, owes, owns or could lose.
    pub from: String,
    /// Whom or what; empty where a node stands alone.
    pub to: String,
    /// What is measured.
    pub measure: Measure,
    /// The month.
    pub by: Month,
    /// Its mean over all paths, dollars; none if there is but one path.
    pub mean: Option<Estimate>,
    /// Its quantiles over all paths at [`LEVELS`].
    pub quantiles: Vec<Estimate>,
    /// How the mean was made, and its caveats.
    pub method: String,
}

/// All cells of which any is not zero on all paths at all dates; none where a run does not take them.
pub fn network(results: &Results<'_>) -> Vec<Cell> {
    let rows = results.catalogue.iter().enumerate().filter(|(_, metric)| metric.measure.is_cell());
    let mut rows: Vec<(usize, &Metric)> = rows.collect();
    let is_same = |(_, one): &(usize, &Metric), (_, other): &(usize, &Metric)| {
        (one.measure, &one.subject) == (other.measure, &other.subject)
    };
    rows.sort_by_key(|(row, metric)| (metric.subject.clone(), metric.measure.name, *row));
    let groups: Vec<&[(usize, &Metric)]> = rows.chunk_by(is_same).collect();
    let of_group = |group: &&[(usize, &Metric)]| {
        let cells = group.iter().filter_map(|(row, metric)| cell(results, *row, metric));
        let cells: Vec<(usize, Cell)> = group.iter().map(|(row, _)| *row).zip(cells).collect();
        let any = group.iter().any(|(row, _)| results.row(*row).iter().any(|&money| money != 0.0));
        if any { cells } else { Vec::new() }
    };
    let mut cells: Vec<(usize, Cell)> = groups.par_iter().flat_map_iter(of_group).collect();
    cells.sort_by_key(|(row, _)| *row);
    cells.into_iter().map(|(_, cell)| cell).collect()
}

fn cell(results: &Results<'_>, row: usize, metric: &Metric) -> Option<Cell> {
    let values: Vec<f64> = results.row(row).iter().map(|&value| f64::from(value)).collect();
    let (numbers, ranges, left_out) = numbers_alone(&values, results.ranges());
    let sample = Sample::new(&numbers, &ranges)?;
    let sorted = Sorted::new(numbers.clone())?;
    let (from, to) = metric.subject.split_once('/').unwrap_or((&metric.subject, ""));
    let mean = sample.mean();
    Some(Cell {
        from: from.to_owned(),
        to: to.to_owned(),
        measure: metric.measure,
        by: results.by(metric.by),
        quantiles: quantiles(&sample, &sorted, &LEVELS),
        method: method(mean.as_ref(), &ranges, left_out),
        mean,
    })
}

fn method(mean: Option<&Estimate>, draws: &[Range<usize>], left_out: usize) -> String {
    let name = if draws.len() > 1 { "ratio over draws, Student" } else { "Student" };
    let told = mean.map_or_else(|| "a single path".to_owned(), |mean| with_caveat(name, mean));
    told + &more_left_out(left_out as u64)
}
