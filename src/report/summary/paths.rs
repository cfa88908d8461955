//! One row per path, collected until there are enough for a row group.

use crate::calendar::Timeline;
use crate::engine::Chunk;
use crate::model::{By, Kind, Metric};

use super::draws::name;
use crate::report::format::{Column, Data};

/// Rows of a group: enough to compress well, some tens of megabytes in memory.
const GROUP: usize = 16_384;

/// Collects finished paths into groups of some thousand rows.
#[derive(Clone, Debug)]
pub struct PathRows {
    /// Without rows.
    columns: Vec<Column>,
    /// Draw and path of each row.
    numbers: [Vec<i64>; 2],
    /// The metrics of all rows.
    metrics: Vec<Vec<f64>>,
}

impl PathRows {
    /// Rows with the metrics of this catalogue.
    pub fn new(catalogue: &[Metric], timeline: Timeline) -> Self {
        let mut columns = vec![
            Column::new("draw", "", "draw of the uncertain numbers", Data::Integer(Vec::new())),
            Column::new("path", "", "number of the path within its draw; replay takes both", Data::Integer(Vec::new())),
        ];
        columns.extend(catalogue.iter().map(|metric| column(metric, timeline)));
        Self { columns, numbers: [const { Vec::new() }; 2], metrics: vec![Vec::new(); catalogue.len()] }
    }

    /// The columns, without rows.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Takes in finished paths; whether enough rows are waiting for a group.
    pub fn add(&mut self, chunk: &Chunk) -> bool {
        let [draws, paths] = &mut self.numbers;
        let rows = chunk.metrics.ncols();
        draws.extend(std::iter::repeat_n(i64::from(chunk.draw), rows));
        paths.extend((0..rows).map(|row| (chunk.first + row as u64) as i64));
        for (waiting, values) in self.metrics.iter_mut().zip(chunk.metrics.rows()) {
            waiting.extend(values);
        }
        draws.len() >= GROUP
    }

    /// The rows that are waiting, column by column.
    pub fn take(&mut self) -> impl Iterator<Item = Data> {
        let numbers = self.numbers.iter_mut().map(|numbers| Data::Integer(std::mem::take(numbers)));
        let metrics = self.columns[2..].iter().zip(&mut self.metrics);
        numbers.chain(metrics.map(|(column, values)| filled(&column.data, values.drain(..))))
    }
}

/// Values as data of the same kind.
fn filled(kind: &Data, values: impl Iterator<Item = f64>) -> Data {
    let finite = |value: f64| value.is_finite().then_some(value);
    match kind {
        Data::MaybeInteger(_) => {
            Data::MaybeInteger(values.map(|value| finite(value).map(|month| month as i64)).collect())
        }
        Data::Flag(_) => Data::Flag(values.map(|value| value > 0.5).collect()),
        _ => Data::Maybe(values.map(finite).collect()),
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
