//! Published figures and outcomes beside ours, as a table.

use crate::notation::money_in_full;
use crate::study::benchmarks::{Comparison, Score};
use crate::study::estimates::{Answer, Banded};
use crate::units::Unit;

use super::format::{Column, Data, Table, TableError};

/// A figure as it was published: not rounded to the digits that ours deserve.
pub fn published(value: f64, unit: Unit) -> String {
    if unit == Unit::Money { money_in_full(value) } else { unit.show(value) }
}

/// A row of the table.
struct Row {
    kind: &'static str,
    name: String,
    measure: String,
    subject: String,
    by: String,
    published: f64,
    level: Option<Banded>,
    paths: Option<[f64; 2]>,
    is_event: bool,
    unit: &'static str,
    percentile: Option<Answer>,
    distance: Option<f64>,
    score: [Option<f64>; 3],
    words: [String; 4],
}

impl Row {
    fn of_comparison(of: &Comparison) -> Self {
        Self {
            kind: of.kind.name(),
            name: of.name.clone(),
            measure: of.measure.clone(),
            subject: of.subject.clone(),
            by: of.by.to_string(),
            published: of.value,
            level: of.level.clone(),
            paths: of.paths,
            is_event: of.is_event,
            unit: of.unit.label(),
            percentile: of.ours.clone().filter(|_| !of.is_event),
            distance: of.distance,
            score: [None; 3],
            words: [String::new(), of.source.clone(), of.note.clone(), of.kind.caveat().to_owned()],
        }
    }

    fn of_score(of: &Score) -> Self {
        Self {
            kind: "outcome",
            name: of.id.clone(),
            measure: of.measure.clone(),
            subject: of.subject.clone(),
            by: of.by.to_string(),
            published: of.value,
            level: of.level.clone(),
            paths: of.paths,
            is_event: of.is_event,
            unit: of.unit.label(),
            percentile: None,
            distance: None,
            score: [of.pit, of.crps.as_ref().and_then(|crps| crps.value), of.brier],
            words: [of.known.clone(), String::new(), of.note.clone(), String::new()],
        }
    }

    fn point(&self) -> Option<&Answer> {
        self.level.as_ref().map(|level| &level.point)
    }

    fn band(&self, place: usize) -> Option<f64> {
        self.level.as_ref()?.band.as_ref()?[place].value
    }
}

/// One row per figure: ours with the fields of the summary, the published one, and their distance.
///
/// # Errors
/// Never: all columns have one entry per row.
pub fn benchmark_table(comparisons: &[Comparison], scores: &[Score]) -> Result<Table, TableError> {
    let rows: Vec<Row> = scores.iter().map(Row::of_score).chain(comparisons.iter().map(Row::of_comparison)).collect();
    let text = |of: &dyn Fn(&Row) -> String| Data::Text(rows.iter().map(of).collect());
    let number = |of: &dyn Fn(&Row) -> Option<f64>| Data::Maybe(rows.iter().map(of).collect());
    let of_percentile = |of: fn(&Answer) -> Option<f64>| number(&move |row| row.percentile.as_ref().and_then(of));
    let columns = [
        ("kind", "estimate, plan, swap, odds, base_rate, or outcome", text(&|row| row.kind.to_owned())),
        ("name", "title of the figure, or id of the outcome", text(&|row| row.name.clone())),
        ("measure", "the measure with which it is compared", text(&|row| row.measure.clone())),
        ("subject", "whose", text(&|row| row.subject.clone())),
        ("by", "month to which it applies", text(&|row| row.by.clone())),
        (
            "published",
            "the published figure; for an outcome what happened, 1 or 0 for an event",
            number(&|row| Some(row.published)),
        ),
        ("value", "of this run: mean of an amount, probability of an event", number(&|row| row.point()?.value)),
        ("low", "lower end of its 95 % interval", number(&|row| row.point()?.low)),
        ("high", "upper end", number(&|row| row.point()?.high)),
        (
            "paths_p05",
            "of an amount: 5 % of the paths lie below; a single future is held against these",
            number(&|row| Some(row.paths?[0])),
        ),
        ("paths_p95", "95 % of the paths lie below", number(&|row| Some(row.paths?[1]))),
        (
            "band_of",
            "what varies over the parameter draws in the next two columns: the mean of an amount, or the probability",
            text(&|row| if row.is_event { "probability" } else { "mean" }.to_owned()),
        ),
        ("band_p05", "5 % of the draws have theirs below, Monte Carlo noise removed", number(&|row| row.band(0))),
        ("band_p95", "95 % of the draws have theirs below", number(&|row| row.band(2))),
        ("percentile", "share of the paths at or below the figure; absent for an event", of_percentile(|a| a.value)),
        ("percentile_low", "lower end of its 95 % interval", of_percentile(|a| a.low)),
        ("percentile_high", "upper end", of_percentile(|a| a.high)),
        (
            "distance",
            "figure less `value`, in standard deviations of the paths (over the draws for an event); absent for a base rate, which holds \
             given its condition while this is over all paths",
            number(&|row| row.distance),
        ),
        (
            "pit",
            "probability integral transform: where the outcome falls among the paths, from 0 to 1",
            number(&|row| row.score[0]),
        ),
        ("crps", "continuous ranked probability score, in the unit; smaller is better", number(&|row| row.score[1])),
        ("brier", "Brier score of an event, from 0 to 1; smaller is better", number(&|row| row.score[2])),
        ("unit", "unit of published and value", text(&|row| row.unit.to_owned())),
        ("known", "when the outcome became known", text(&|row| row.words[0].clone())),
        ("source", "where the figure was published", text(&|row| row.words[1].clone())),
        ("note", "how definition, date and horizon differ", text(&|row| row.words[2].clone())),
        ("caveat", "what must be said of this kind of figure", text(&|row| row.words[3].clone())),
        (
            "method",
            "how `value` was estimated",
            text(&|row| row.point().map(|point| point.method.clone()).unwrap_or_default()),
        ),
    ];
    let column = |(name, meaning, data): (&str, &str, Data)| Column::new(name, "", meaning, data);
    Table::new("benchmark", columns.map(column).into())
}
