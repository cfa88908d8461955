//! The story of a path as a table.

use super::event::Event;
use crate::calendar::Timeline;
use crate::report::format::{Column, Data, Table, TableError};

/// One row per event.
///
/// # Errors
/// Never: the columns are of one length and hold words.
pub fn story_table(events: &[&Event], timeline: Timeline) -> Result<Table, TableError> {
    let text = |of: &dyn Fn(&Event) -> String| Data::Text(events.iter().map(|event| of(event)).collect());
    let month = |event: &Event| timeline.month(event.month as i32).to_string();
    let amounts = Data::Maybe(events.iter().map(|event| event.amount.filter(|amount| amount.is_finite())).collect());
    let columns = vec![
        Column::new("month", "", "calendar month", text(&month)),
        Column::new("kind", "", "what kind of event", text(&|event| event.kind.name().to_owned())),
        Column::new("subject", "", "whom it concerns", text(&|event| event.subject.clone())),
        Column::new("amount", "USD", "the amount that it is about; empty: none", amounts),
        Column::new("what", "", "what happened", text(&|event| event.what.clone())),
    ];
    Table::new("story", columns)
}
