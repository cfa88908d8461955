//! The tables of a sweep.

use crate::model::{Kind, measure_named};
use crate::notation::{money, significant};
use crate::report::format::{Column, Data, Table, TableError};
use crate::scenario::Refine;
use crate::study::sweep::{Crossing, Identity, PointResult, Row};

/// The tidy table: one row per point and measure.
///
/// # Errors
/// If two columns have one name.
pub fn sweep_table(identity: &Identity, results: &[PointResult]) -> Result<Table, TableError> {
    let rows: Vec<(&PointResult, &Row)> =
        results.iter().flat_map(|point| point.rows.iter().map(move |row| (point, row))).collect();
    let text = |of: &dyn Fn(&PointResult, &Row) -> String| {
        Data::Text(rows.iter().map(|(point, row)| of(point, row)).collect())
    };
    let maybe = |of: &dyn Fn(&Row) -> Option<f64>| Data::Maybe(rows.iter().map(|(_, row)| of(row)).collect());
    let mut columns = vec![
        Column::new(
            "point",
            "",
            "number of the point",
            Data::Integer(rows.iter().map(|(point, _)| point.number as i64).collect()),
        ),
        Column::new(
            "policy",
            "",
            "policy, or name of a listed point; empty: none",
            text(&|point, _| point.policy.clone()),
        ),
    ];
    for (at, axis) in identity.axes.iter().enumerate() {
        let numeric =
            results.iter().all(|point| point.coordinates[at].number.is_some() || point.coordinates[at].text.is_empty());
        let data = if numeric {
            Data::Maybe(rows.iter().map(|(point, _)| point.coordinates[at].number).collect())
        } else {
            text(&|point, _| point.coordinates[at].text.trim_matches('"').to_owned())
        };
        columns.push(Column::new(&axis.key, &axis.unit, "value of the axis; absent: as the scenario is written", data));
    }
    let column = |name: &str, meaning: &str, data: Data| Column::new(name, "", meaning, data);
    columns.extend([
        column("measure", "what is measured", text(&|_, row| row.estimand.measure.name.to_owned())),
        column(
            "subject",
            "a lab, entity, contract or part of one; empty: the market",
            text(&|_, row| row.estimand.subject.clone()),
        ),
        column("by", "month at whose end it holds", text(&|_, row| row.estimand.by.to_string())),
        column(
            "statistic",
            "probability, mean, quantile, shortfall, or band over the draws",
            text(&|_, row| row.estimand.statistic.name()),
        ),
        column("value", "the estimate", maybe(&|row| row.value)),
        column("low", "lower end of its 95 % Monte Carlo interval", maybe(&|row| row.low)),
        column("high", "upper end", maybe(&|row| row.high)),
        column(
            "difference",
            "value less that of the scenario as written, on common random numbers",
            maybe(&|row| row.difference),
        ),
        column("difference_low", "lower end of its paired 95 % interval", maybe(&|row| row.difference_low)),
        column("difference_high", "upper end", maybe(&|row| row.difference_high)),
        column("unit", "unit of value, difference and their ends; 1: a pure number", text(&|_, row| row.unit.clone())),
        column("method", "how estimate and interval were made", text(&|_, row| row.method.clone())),
    ]);
    Table::new("sweep", columns)
}

/// Where the level is crossed: the other values, the place along the first axis, and its band.
///
/// # Errors
/// If two columns have one name.
pub fn contour_table(identity: &Identity, crossings: &[Crossing]) -> Result<Table, TableError> {
    let number = |of: &dyn Fn(&Crossing) -> Option<f64>| Data::Maybe(crossings.iter().map(of).collect());
    let first = &identity.axes[0];
    let mut columns =
        vec![Column::new("policy", "", "policy", Data::Text(crossings.iter().map(|c| c.policy.clone()).collect()))];
    for (at, axis) in identity.axes[1..].iter().enumerate() {
        let text = crossings.iter().map(|crossing| crossing.others[at].trim_matches('"').to_owned()).collect();
        columns.push(Column::new(&axis.key, &axis.unit, "value of the axis", Data::Text(text)));
    }
    columns.extend([
        Column::new(
            &first.key,
            &first.unit,
            "where the estimate is at the level",
            number(&|crossing| Some(crossing.at)),
        ),
        Column::new(
            "low",
            &first.unit,
            "lower end of the band: where an end of the interval is at the level",
            number(&|c| c.band.map(|band| band[0])),
        ),
        Column::new("high", &first.unit, "upper end of the band", number(&|c| c.band.map(|band| band[1]))),
    ]);
    Table::new("contour", columns)
}

/// A number with three significant digits, in its unit.
fn in_words(value: f64, unit: &str) -> String {
    match unit {
        "USD" | "USD/year" => money(significant(value, 3)),
        "" | "1" => significant(value, 3).to_string(),
        "share" => format!("{} %", significant(100.0 * value, 3)),
        "1/year" => format!("{} % a year", significant(100.0 * value, 3)),
        unit => format!("{} {unit}", significant(value, 3)),
    }
}

/// The unit of what is refined.
fn unit_of(refine: &Refine) -> &'static str {
    match measure_named(&refine.measure).map(|measure| measure.kind) {
        Some(Kind::FirstMonth | Kind::Flag | Kind::Probability) => "share",
        Some(kind) => kind.estimate_unit(),
        None => "1",
    }
}

/// Where the level is crossed, in words, a sentence for each place.
pub fn crossings_told(identity: &Identity, refine: &Refine, crossings: &[Crossing]) -> Vec<String> {
    let Some(first) = identity.axes.first() else { return Vec::new() };
    let of = refine.subject.as_ref().map(|subject| format!(" of {subject}")).unwrap_or_default();
    let by = refine.by.map(|by| format!(" by {by}")).unwrap_or_default();
    let what = format!("{} of {}{of}{by}", refine.statistic, refine.measure.replace('_', " "));
    let level = in_words(refine.level.at(&[]), unit_of(refine));
    let show = |value: f64| in_words(value, &first.unit);
    let told = |crossing: &Crossing| {
        let given = identity.axes[1..].iter().zip(crossing.others.iter().zip(&crossing.numbers));
        let given = given.map(|(axis, (text, number))| {
            let value = number.map_or_else(|| text.trim_matches('"').to_owned(), |number| in_words(number, &axis.unit));
            format!("{} = {value}", axis.key)
        });
        let policy = Some(crossing.policy.clone()).filter(|policy| !policy.is_empty());
        let given: Vec<String> = policy.into_iter().chain(given).collect();
        let given = if given.is_empty() { String::new() } else { format!(" ({})", given.join(", ")) };
        let band = match crossing.band {
            Some([low, high]) => format!("95 % interval {} to {}", show(low), show(high)),
            None => "its interval ends beyond the points".to_owned(),
        };
        format!("The {what} is {level} at {} = {} ({band}){given}.", first.key, show(crossing.at))
    };
    crossings.iter().map(told).collect()
}
