//! One row per path, collected until there are enough for a row group.

use crate::calendar::Timeline;
use crate::engine::Chunk;
use crate::model::{By, Kind, Metric};

use super::draws::name;
use crate::report::format::{Column, Data, Table, TableError};

/// Rows of a group: enough to compress well, some tens of megabytes in memory.
const GROUP: usize = 16_384;

/// Collects finished paths into tables of some thousand rows.
#[derive(Clone, Debug)]
pub struct PathRows {
    columns: Vec<Column>,
}

impl PathRows {
    /// Rows with the metrics of this catalogue.
    pub fn new(catalogue: &[Metric], timeline: Timeline) -> Self {
        let mut columns = vec![
            Column::new("draw", "", "draw of the uncertain numbers", Data::Integer(Vec::new())),
            Column::new("path", "", "number of the path within its draw; replay takes both", Data::Integer(Vec::new())),
        ];
        columns.extend(catalogue.iter().map(|metric| column(metric, timeline)));
        Self { columns }
    }

    /// The columns, with whatever rows are waiting.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Takes in finished paths; gives a table once enough rows are waiting.
    ///
    /// # Errors
    /// Never, as long as all columns grow alike.
    pub fn add(&mut self, chunk: &Chunk) -> Result<Option<Table>, TableError> {
        let rows = chunk.metrics.ncols();
        let numbers: [Box<dyn Iterator<Item = i64>>; 2] = [
            Box::new(std::iter::repeat_n(i64::from(chunk.draw), rows)),
            Box::new((0..rows).map(|row| (chunk.first + row as u64) as i64)),
        ];
        for (column, numbers) in self.columns.iter_mut().zip(numbers) {
            if let Data::Integer(data) = &mut column.data {
                data.extend(numbers);
            }
        }
        for (column, values) in self.columns[2..].iter_mut().zip(chunk.metrics.rows()) {
            extend(&mut column.data, values.iter().copied());
        }
        if self.columns[0].data.len() >= GROUP { self.take().map(Some) } else { Ok(None) }
    }

    /// The rows that are waiting.
    ///
    /// # Errors
    /// Never, as long as all columns grow alike.
    pub fn take(&mut self) -> Result<Table, TableError> {
        let columns = self.columns.iter_mut().map(|column| {
            let data = std::mem::replace(&mut column.data, Data::Flag(Vec::new()));
            column.data = emptied(&data);
            Column::new(&column.name, &column.unit, &column.meaning, data)
        });
        Table::new("paths", columns.collect())
    }
}

fn emptied(data: &Data) -> Data {
    match data {
        Data::Integer(_) => Data::Integer(Vec::new()),
        Data::MaybeInteger(_) => Data::MaybeInteger(Vec::new()),
        Data::Flag(_) => Data::Flag(Vec::new()),
        _ => Data::Maybe(Vec::new()),
    }
}

fn extend(data: &mut Data, values: impl Iterator<Item = f64>) {
    let finite = |value: f64| value.is_finite().then_some(value);
    match data {
        Data::MaybeInteger(data) => data.extend(values.map(|value| finite(value).map(|month| month as i64))),
        Data::Flag(data) => data.extend(values.map(|value| value > 0.5)),
        Data::Maybe(data) => data.extend(values.map(finite)),
        Data::Number(_) | Data::Integer(_) | Data::Text(_) => {}
    }
}

fn column(metric: &Metric, timeline: Timeline) -> Column {
    let last = timeline.last();
    let by = match metric.by {
        By::Start => timeline.month(-1),
        By::Month(t) => timeline.month(t as i32),
        By::Path => last,
    };
    let start = timeline.start;
    let (data, unit, meaning) = match metric.measure.kind {
        Kind::FirstMonth => {
            let meaning = format!("first month of the event, counted from 0 = {start}; absent if not by {last}");
            (Data::MaybeInteger(Vec::new()), "month", meaning)
        }
        Kind::Flag => (Data::Flag(Vec::new()), "", format!("whether it holds, by {last}")),
        kind => (Data::Maybe(Vec::new()), kind.unit(), "at the end of that month; absent if not finite".to_owned()),
    };
    Column::new(name(metric, &by.to_string()), unit, meaning, data)
}
