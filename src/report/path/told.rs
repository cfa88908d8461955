//! Paths of a run that are told in its folder: what happens on them, the labs' cash, and who pays, owes and owns whom.

use crate::calendar::{Month, Timeline};
use crate::model::{By, Metric};
use crate::study::stories::Chosen;

use super::story::Event;
use crate::report::format::{Column, Data, Table, TableError};

/// A path that is told.
#[derive(Clone, Debug)]
pub struct Told {
    /// Which it is, and why.
    pub chosen: Chosen,
    /// What happens, in order.
    pub events: Vec<Event>,
    /// The cash of each lab at the end of each month: one row per month.
    pub cash: Vec<Vec<f64>>,
    /// The cells of its network.
    pub ring: Ring,
}

/// The cells of a network that are not zero, each with its date.
pub type Ring = Vec<(Metric, f64)>;

/// What happens on the paths: one row per event. A path on which nothing happens has one row without an event.
///
/// # Errors
/// If a number is not finite.
pub fn stories_table(told: &[Told], timeline: Timeline) -> Result<Table, TableError> {
    let rows: Vec<(&Chosen, Option<&Event>)> = told.iter().flat_map(rows).collect();
    let of_path = |of: &dyn Fn(&Chosen) -> String| Data::Text(rows.iter().map(|(chosen, _)| of(chosen)).collect());
    let of_event = |of: &dyn Fn(&Event) -> String| {
        Data::Text(rows.iter().map(|(_, event)| event.map(of).unwrap_or_default()).collect())
    };
    let number = |of: fn(&Chosen) -> u32| Data::Integer(rows.iter().map(|(chosen, _)| i64::from(of(chosen))).collect());
    let amount = rows.iter().map(|(_, event)| event.and_then(|event| event.amount).filter(|amount| amount.is_finite()));
    let amount = Data::Maybe(amount.collect());
    Table::new(
        "stories",
        vec![
            Column::new("story", "", "which path it is", of_path(&|chosen| chosen.story.to_owned())),
            Column::new("chosen", "", "by what rule it was chosen", of_path(&|chosen| chosen.why.clone())),
            Column::new("draw", "", "parameter draw, for `ouro replay --draw`", number(|chosen| chosen.draw)),
            Column::new("path", "", "number of the path, for `ouro replay --path`", number(|chosen| chosen.path)),
            Column::new(
                "month",
                "",
                "calendar month",
                of_event(&|event| timeline.month(event.month as i32).to_string()),
            ),
            Column::new("kind", "", "what kind of event", of_event(&|event| event.kind.name().to_owned())),
            Column::new("subject", "", "whom it concerns", of_event(&|event| event.subject.clone())),
            Column::new("amount", "USD", "the amount that it is about; empty: none", amount),
            Column::new("what", "", "what happened; empty: nothing on the whole path", of_event(&|e| e.what.clone())),
        ],
    )
}

fn rows(told: &Told) -> Vec<(&Chosen, Option<&Event>)> {
    let events = told.events.iter().map(Some);
    let none = told.events.is_empty().then_some(None);
    events.chain(none).map(|event| (&told.chosen, event)).collect()
}

/// The cash of a lab in a month of a story: story, month, lab, dollars.
type LabMonth = (&'static str, usize, usize, f64);

/// The labs' cash on the paths, month by month.
///
/// # Errors
/// If a number is not finite.
pub fn months_table(told: &[Told], labs: &[String], timeline: Timeline) -> Result<Table, TableError> {
    let of_path = |one: &'_ Told| {
        let story = one.chosen.story;
        let cash = one.cash.clone();
        cash.into_iter()
            .enumerate()
            .flat_map(move |(month, row)| row.into_iter().enumerate().map(move |(lab, cash)| (story, month, lab, cash)))
    };
    let rows: Vec<LabMonth> = told.iter().flat_map(of_path).collect();
    let text = |of: &dyn Fn(&LabMonth) -> String| Data::Text(rows.iter().map(of).collect());
    Table::new(
        "story_months",
        vec![
            Column::new("story", "", "which path it is", text(&|row| row.0.to_owned())),
            Column::new("month", "", "calendar month", text(&|row| timeline.month(row.1 as i32).to_string())),
            Column::new("lab", "", "whose", text(&|row| labs[row.2].clone())),
            Column::new(
                "cash",
                "USD",
                "cash at the end of the month; 0 after a payment default",
                Data::finite_or_absent(rows.iter().map(|row| row.3)),
            ),
        ],
    )
}

/// Who pays, owes and owns whom on these paths, by year.
///
/// # Errors
/// If a number is not finite.
pub fn ring_table(rings: &[(&str, &Ring)], timeline: Timeline) -> Result<Table, TableError> {
    let rows: Vec<(&str, &Metric, f64)> = rings
        .iter()
        .flat_map(|(story, ring)| ring.iter().map(move |(metric, value)| (*story, metric, *value)))
        .collect();
    let text = |of: &dyn Fn(&(&str, &Metric, f64)) -> String| Data::Text(rows.iter().map(of).collect());
    let ends = |metric: &Metric| {
        let (from, to) = metric.subject.split_once('/').unwrap_or((&metric.subject, ""));
        [from.to_owned(), to.to_owned()]
    };
    Table::new(
        "ring",
        vec![
            Column::new(
                "story",
                "",
                "which path it is; the plan has chance switched off",
                text(&|row| row.0.to_owned()),
            ),
            Column::new("from", "", "who pays, owes or owns", text(&|row| ends(row.1)[0].clone())),
            Column::new("to", "", "to or of whom", text(&|row| ends(row.1)[1].clone())),
            Column::new("kind", "", "pays, owes or owns", text(&|row| row.1.measure.name.to_owned())),
            Column::new(
                "by",
                "",
                "month at whose end, or with which the year ends",
                text(&|row| month(row.1.by, timeline).to_string()),
            ),
            Column::new("value", "USD", "dollars", Data::finite_or_absent(rows.iter().map(|row| row.2))),
        ],
    )
}

fn month(by: By, timeline: Timeline) -> Month {
    match by {
        By::Start => timeline.month(-1),
        By::Month(t) => timeline.month(t as i32),
        By::Path => timeline.last(),
    }
}
