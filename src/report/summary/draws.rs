//! One row per draw: the uncertain numbers and the estimates from the paths of the draw.

use rayon::prelude::*;

use crate::language::Uncertain;
use crate::model::{Kind, Metric};
use crate::scenario::Scenario;
use crate::units::Unit;

use crate::report::format::{Column, Data, Table, TableError};
use crate::report::sources::{basis, kind, says};
use crate::study::estimates::{Draw, Results, by_month};

/// One row per draw: its number, its paths, every uncertain number by key, and every metric as estimated from the paths of
/// the draw: a probability where it is an event (by every date) or a flag, else a mean.
///
/// # Errors
/// If two columns have one name.
pub fn draws_table(results: &Results<'_>, scenario: &Scenario) -> Result<Table, TableError> {
    let draws = results.draws;
    let numbers = draws.iter().map(|draw| i64::from(draw.number)).collect();
    let paths = results.ranges().iter().map(|columns| columns.len() as i64).collect();
    let mut columns = vec![
        Column::new("draw", "", "number of the draw", Data::Integer(numbers)),
        Column::new("paths", "", "paths of the draw", Data::Integer(paths)),
    ];
    for (place, number) in scenario.uncertain.iter().enumerate() {
        let value = |draw: &Draw| draw.values.get(place).copied().unwrap_or(f64::NAN);
        let data = Data::finite_or_absent(draws.iter().map(value));
        columns.push(Column::new(&number.key, unit(number.unit), meaning(scenario, number), data));
    }
    let metrics = results.catalogue.par_iter().enumerate();
    columns.par_extend(metrics.flat_map_iter(|(row, metric)| estimates(results, row, metric)));
    Table::new("draws", columns)
}

/// Its distribution, and the source of it.
fn meaning(scenario: &Scenario, number: &Uncertain) -> String {
    let basis = basis(scenario, &number.key);
    let said = says(basis);
    let colon = if said.is_empty() { "" } else { ": " };
    format!("{}; {}{colon}{said}", number.describe(), kind(basis))
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Money => "USD",
        Unit::Rate => "1/year",
        Unit::Months => "months",
        Unit::Power => "GW",
        Unit::Share | Unit::Number => "1",
    }
}

fn estimates(results: &Results<'_>, row: usize, metric: &Metric) -> Vec<Column> {
    let values = results.row(row);
    let share = |by: String, meaning: &str, holds: &dyn Fn(usize) -> bool| {
        let shares = results.count(holds).into_iter().map(|count| count.hits as f64 / count.trials as f64);
        Column::new(name(metric, &by), "1", meaning, Data::finite_or_absent(shares))
    };
    match metric.measure.kind {
        Kind::FirstMonth => {
            let by = |&date: &usize| {
                share(results.date(date).to_string(), "share of the paths with it by then", &|i| {
                    by_month(values[i], date)
                })
            };
            results.dates.iter().map(by).collect()
        }
        Kind::Flag => {
            vec![share(results.by(metric.by).to_string(), "share of the paths with it", &|i| values[i] > 0.5)]
        }
        _ => {
            let mean = |columns: &std::ops::Range<usize>| {
                let defined = || values[columns.clone()].iter().filter(|value| !value.is_nan());
                defined().map(|&value| f64::from(value)).sum::<f64>() / defined().count() as f64
            };
            let means = Data::finite_or_absent(results.ranges().iter().map(mean));
            let name = name(metric, &results.by(metric.by).to_string());
            vec![Column::new(name, metric.measure.kind.unit(), "mean over the paths of the draw", means)]
        }
    }
}

/// `liquidity_event[openai]@2030-12`; without brackets for the market.
pub(super) fn name(metric: &Metric, by: &str) -> String {
    let Metric { measure, subject, .. } = metric;
    if subject.is_empty() { format!("{measure}@{by}") } else { format!("{measure}[{subject}]@{by}") }
}
