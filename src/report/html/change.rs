//! What changed between two runs: their inputs, and their headlines with errors.
//!
//! The two need not be of one scenario, nor begin in the same month: inputs are matched by their keys, estimates by
//! measure, subject, calendar month and statistic.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::report::format::{Column, Data, Table, TableError};
use crate::report::output::{Manifest, WriteError};
use crate::stats::{Estimate, Sample};

/// A run in its folder.
#[derive(Debug)]
pub struct Run {
    manifest: Manifest,
    estimates: Vec<Estimated>,
    inputs: BTreeMap<String, Input>,
    /// Estimates by draw, by name of their column; nothing where the folder has no such file.
    draws: BTreeMap<String, Vec<Option<f64>>>,
}

/// A row of the summary.
#[derive(Clone, Debug, Deserialize)]
struct Estimated {
    measure: String,
    subject: String,
    by: String,
    statistic: String,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    unit: String,
}

/// A row of the sources.
#[derive(Clone, Debug, Deserialize)]
struct Sourced {
    key: String,
    value: String,
    kind: String,
    title: String,
    reason: String,
}

/// A number of the scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Input {
    value: String,
    /// The kind of what is said for it, and what is said.
    basis: String,
}

/// An estimate in both runs, with its difference.
struct Headline {
    before: Estimated,
    after: Estimated,
    difference: f64,
    ends: Option<[f64; 2]>,
    method: &'static str,
}

/// How the error of a difference was made.
const PAIRED: &str = "paired by draw, Student";
const UNPAIRED: &str = "square-and-add of the two intervals, as of independent runs";
const NONE: &str = "no interval: one of the runs gives none";

/// Statistics that are compared.
const COMPARED: [&str; 6] = ["probability", "mean", "p50", "p95", "p99", "es95"];

/// Draws from which a paired error is made, and how many of them must differ: below, Student's interval of the differences is
/// too narrow, and of none it has no width.
const ENOUGH_DRAWS: usize = 20;
const ENOUGH_MOVED: usize = 10;

impl Run {
    /// The run of a folder.
    ///
    /// # Errors
    /// If one of its tables cannot be read.
    pub fn read(folder: &Path, manifest: Manifest) -> Result<Self, WriteError> {
        let draws = draws(folder)?;
        Ok(Self { estimates: rows(&folder.join("summary.csv"))?, inputs: inputs(folder)?, draws, manifest })
    }

    /// Its record.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }
}

/// The tables of what changed: `inputs` and `headlines`.
///
/// # Errors
/// If a number is not finite.
pub fn change(before: &Run, after: &Run) -> Result<Vec<Table>, TableError> {
    Ok(vec![inputs_table(before, after)?, headlines_table(&headlines(before, after))?])
}

fn rows<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, WriteError> {
    let file = File::open(path).map_err(WriteError::at(path, "reading"))?;
    let rows = ::csv::Reader::from_reader(file).into_deserialize().collect::<Result<Vec<T>, _>>();
    rows.map_err(WriteError::at(path, "reading"))
}

/// The numbers of a scenario; one with several sources has the titles of all.
fn inputs(folder: &Path) -> Result<BTreeMap<String, Input>, WriteError> {
    let mut inputs: BTreeMap<String, Input> = BTreeMap::new();
    for row in rows::<Sourced>(&folder.join("sources.csv"))? {
        let said = if row.title.is_empty() { &row.reason } else { &row.title };
        let input = inputs.entry(row.key).or_insert_with(|| Input { value: row.value, basis: row.kind.clone() });
        if !said.is_empty() {
            input.basis += if input.basis == row.kind { ": " } else { "; " };
            input.basis += said;
        }
    }
    Ok(inputs)
}

/// Estimates by draw, from whichever file there is.
fn draws(folder: &Path) -> Result<BTreeMap<String, Vec<Option<f64>>>, WriteError> {
    #[cfg(feature = "parquet")]
    {
        let path = folder.join("draws.parquet");
        if path.exists() {
            return crate::report::format::parquet::numbers(&path);
        }
    }
    let path = folder.join("draws.csv");
    if !path.exists() {
        return Ok(BTreeMap::new());
    }
    let mut columns: BTreeMap<String, Vec<Option<f64>>> = BTreeMap::new();
    for row in rows::<BTreeMap<String, String>>(&path)? {
        for (name, cell) in row {
            columns.entry(name).or_default().push(cell.parse().ok());
        }
    }
    Ok(columns)
}

/// A number that differs: its key, and what it is in both runs.
type Differing<'a> = (&'a String, Option<&'a Input>, Option<&'a Input>);

fn inputs_table(before: &Run, after: &Run) -> Result<Table, TableError> {
    let keys = before.inputs.keys().chain(after.inputs.keys().filter(|key| !before.inputs.contains_key(*key)));
    let both = keys.map(|key| (key, before.inputs.get(key), after.inputs.get(key)));
    let rows: Vec<Differing<'_>> = both.filter(|(_, one, other)| one != other).collect();
    let change = |row: &Differing<'_>| match row {
        (_, None, _) => "added",
        (_, _, None) => "removed",
        (_, Some(one), Some(other)) if one.value == other.value => "source",
        _ => "value",
    };
    let text = |of: &dyn Fn(&Differing<'_>) -> String| Data::Text(rows.iter().map(of).collect());
    let part = |input: Option<&Input>, of: fn(&Input) -> &String| input.map(of).cloned().unwrap_or_default();
    Table::new(
        "inputs",
        vec![
            Column::new("key", "", "key of the number", text(&|row| row.0.clone())),
            Column::new("change", "", "value, source, added or removed", text(&|row| change(row).to_owned())),
            Column::new("before", "", "its value in the first run", text(&|row| part(row.1, |input| &input.value))),
            Column::new("after", "", "its value in the second run", text(&|row| part(row.2, |input| &input.value))),
            Column::new("source_before", "", "what was said for it", text(&|row| part(row.1, |input| &input.basis))),
            Column::new("source_after", "", "what is said for it", text(&|row| part(row.2, |input| &input.basis))),
        ],
    )
}

/// Every estimate that both runs have.
fn headlines(before: &Run, after: &Run) -> Vec<Headline> {
    let key = |row: &Estimated| [&row.measure, &row.subject, &row.by, &row.statistic].map(Clone::clone);
    let first: BTreeMap<_, &Estimated> = before.estimates.iter().map(|row| (key(row), row)).collect();
    let is_compared = |row: &&Estimated| COMPARED.contains(&row.statistic.as_str());
    let pairs = after.estimates.iter().filter(is_compared).filter_map(|row| Some((*first.get(&key(row))?, row)));
    let of = |(one, other): (&Estimated, &Estimated)| {
        let difference = other.value? - one.value?;
        let paired = paired(before, after, one, difference);
        let (ends, method) = match (paired, unpaired(one, other, difference)) {
            (Some(ends), _) => (Some(ends), PAIRED),
            (None, Some(ends)) => (Some(ends), UNPAIRED),
            (None, None) => (None, NONE),
        };
        Some(Headline { before: one.clone(), after: other.clone(), difference, ends, method })
    };
    pairs.filter_map(of).collect()
}

/// The interval of a difference whose two sides have common random numbers: the draws are the replicates, each the
/// difference of its two estimates. None where the runs do not share seed and draws, too few draws differ, or the draws do
/// not carry the estimate with equal weights.
fn paired(before: &Run, after: &Run, of: &Estimated, difference: f64) -> Option<[f64; 2]> {
    let is_shared = before.manifest.seed == after.manifest.seed && before.manifest.draws == after.manifest.draws;
    let by_draw = ["probability", "mean"].contains(&of.statistic.as_str());
    let subject = if of.subject.is_empty() { String::new() } else { format!("[{}]", of.subject) };
    let name = format!("{}{subject}@{}", of.measure, of.by);
    let column = |run: &Run| run.draws.get(&name)?.iter().copied().collect::<Option<Vec<f64>>>();
    let (one, other) = (is_shared && by_draw).then(|| column(before).zip(column(after))).flatten()?;
    let moved: Vec<f64> = other.iter().zip(&one).map(|(after, before)| after - before).collect();
    let differing = moved.iter().filter(|difference| **difference != 0.0).count();
    if moved.len() < ENOUGH_DRAWS || differing < ENOUGH_MOVED || one.len() != other.len() {
        return None;
    }
    let whole = 0..moved.len();
    let mean: Estimate = Sample::new(&moved, std::slice::from_ref(&whole))?.mean()?;
    let scale = one.iter().chain(&other).fold(f64::MIN_POSITIVE, |most, value| most.max(value.abs()));
    let is_same = (mean.value() - difference).abs() <= SAME * scale;
    is_same.then(|| [difference + mean.low() - mean.value(), difference + mean.high() - mean.value()])
}

/// Relative difference up to which the mean of the draws is the estimate of the summary: its rounding to single precision.
const SAME: f64 = 1e-6;

/// The interval of a difference of independent runs, from the interval of each (Newcombe 1998, "Interval estimation for the
/// difference between independent proportions", method 10; Zou and Donner 2008 for other estimates).
fn unpaired(before: &Estimated, after: &Estimated, difference: f64) -> Option<[f64; 2]> {
    let ends = |row: &Estimated| Some((row.value?, row.low?, row.high?));
    let ((v1, l1, u1), (v2, l2, u2)) = (ends(before)?, ends(after)?);
    Some([difference - (v2 - l2).hypot(u1 - v1), difference + (u2 - v2).hypot(v1 - l1)])
}

fn headlines_table(rows: &[Headline]) -> Result<Table, TableError> {
    let text = |of: &dyn Fn(&Headline) -> String| Data::Text(rows.iter().map(of).collect());
    let maybe = |of: &dyn Fn(&Headline) -> Option<f64>| Data::Maybe(rows.iter().map(of).collect());
    let word = |name: &str, meaning: &str, data| Column::new(name, "", meaning, data);
    Table::new(
        "headlines",
        vec![
            word("measure", "what is measured", text(&|row| row.after.measure.clone())),
            word("subject", "whose; empty: the market", text(&|row| row.after.subject.clone())),
            word("by", "month at whose end it holds, in both", text(&|row| row.after.by.clone())),
            word("statistic", "probability, mean, quantile or shortfall", text(&|row| row.after.statistic.clone())),
            word("before", "in the first run", maybe(&|row| row.before.value)),
            word("before_low", "lower end of its 95 % interval", maybe(&|row| row.before.low)),
            word("before_high", "upper end", maybe(&|row| row.before.high)),
            word("value", "in the second run", maybe(&|row| row.after.value)),
            word("value_low", "lower end of its 95 % interval", maybe(&|row| row.after.low)),
            word("value_high", "upper end", maybe(&|row| row.after.high)),
            word("difference", "second less first", maybe(&|row| Some(row.difference))),
            word("low", "lower end of the 95 % interval of the difference", maybe(&|row| row.ends.map(|ends| ends[0]))),
            word("high", "upper end of it", maybe(&|row| row.ends.map(|ends| ends[1]))),
            word("unit", "unit of all of these", text(&|row| row.after.unit.clone())),
            word("method", "how the interval of the difference was made", text(&|row| row.method.to_owned())),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimated(value: f64, low: f64, high: f64) -> Estimated {
        Estimated {
            measure: "default".into(),
            subject: "acme".into(),
            by: "2030-12".into(),
            statistic: "probability".into(),
            value: Some(value),
            low: Some(low),
            high: Some(high),
            unit: "1".into(),
        }
    }

    /// Newcombe (1998), table II, case (a): 56/70 and 48/80 have the interval 0.0524 to 0.3339 by method 10.
    #[test]
    fn the_published_interval_of_a_difference_is_found() {
        let wilson = |hits: f64, n: f64| {
            let (p, z) = (hits / n, 1.959_964);
            let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
            let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
            estimated(p, middle - half, middle + half)
        };
        let (before, after) = (wilson(48.0, 80.0), wilson(56.0, 70.0));
        let [low, high] = unpaired(&before, &after, 0.2).unwrap();
        assert!((low - 0.0524).abs() < 5e-5 && (high - 0.3339).abs() < 5e-5, "{low} to {high}");
    }
}
