//! A rare event, as tables.

use crate::stats::{Band, Estimate};
use crate::study::rare::{Rare, Tilted, relative};

use super::format::{Column, Data, Table, TableError};

/// A number of the table: route, statistic, unit, value, ends of its interval.
type Row = (&'static str, &'static str, &'static str, [Option<f64>; 3]);

/// One row per number: both routes with their intervals, and what says how far to trust them.
///
/// # Errors
/// If a number is not finite.
pub fn rare_table(rare: &Rare) -> Result<Table, TableError> {
    let rows = rows(rare);
    let text = |of: &dyn Fn(&Row) -> &str| Data::Text(rows.iter().map(|row| of(row).to_owned()).collect());
    let same = |text: String| Data::Text(vec![text; rows.len()]);
    let number = |at: usize| Data::Maybe(rows.iter().map(|row| row.3[at].filter(|value| value.is_finite())).collect());
    let columns = [
        ("event", "the event", same(rare.event.text())),
        ("by", "month at whose end", same(rare.event.by().to_string())),
        ("route", "importance_sampling, splitting, or both", text(&|row| row.0)),
        ("statistic", "what the number is", text(&|row| row.1)),
        ("value", "the number", number(0)),
        ("low", "lower end of its 95 % interval", number(1)),
        ("high", "upper end", number(2)),
        ("unit", "unit of all three", text(&|row| row.2)),
        ("verdict", "agree, disagree, weights, imprecise, one_route", same(rare.verdict().name().to_owned())),
    ];
    table("rare", columns)
}

/// One row per process and year whose random numbers were tilted, the strongest first: how the event happens.
///
/// # Errors
/// If a number is not finite.
pub fn drivers_table(rare: &Rare) -> Result<Table, TableError> {
    let drivers = &rare.importance.drivers;
    let number =
        |of: &dyn Fn(Tilted) -> Option<f64>| Data::Maybe(drivers.iter().map(|driver| of(driver.tilt)).collect());
    let shift = |tilt| if let Tilted::Shift(shift) = tilt { Some(shift) } else { None };
    let factor = |tilt| if let Tilted::Hazard(factor) = tilt { Some(factor) } else { None };
    let columns = [
        ("process", "the process", Data::Text(drivers.iter().map(|driver| driver.process.clone()).collect())),
        (
            "year",
            "calendar year in which its twelve months begin; none if drawn once per path",
            Data::Maybe(drivers.iter().map(|driver| driver.year.map(f64::from)).collect()),
        ),
        ("shift", "mean shift of its normals, standard deviations a month", number(&shift)),
        ("hazard_factor", "factor on the probability that its uniform is below 0.03", number(&factor)),
    ];
    table("rare-drivers", columns)
}

fn table<const N: usize>(name: &str, columns: [(&str, &str, Data); N]) -> Result<Table, TableError> {
    let column = |(name, meaning, data): (&str, &str, Data)| Column::new(name, "", meaning, data);
    Table::new(name, columns.map(column).into())
}

fn rows(rare: &Rare) -> Vec<Row> {
    const FIRST: &str = "importance_sampling";
    const SECOND: &str = "splitting";
    let of = |estimate: &Estimate| [Some(estimate.value()), Some(estimate.low()), Some(estimate.high())];
    let plain = |value: f64| [Some(value), None, None];
    let one = &rare.importance;
    let mut rows = vec![
        (FIRST, "probability", "1", of(&one.probability)),
        (FIRST, "probability_given_draws", "1", of(&one.of_paths)),
        (FIRST, "relative_error_given_draws", "1", plain(relative(&one.of_paths))),
    ];
    if let Some(Band::Told(ends)) = &one.band {
        let names = ["band_p05", "band_p50", "band_p95"];
        rows.extend(names.iter().zip(ends).map(|(&name, end)| (FIRST, name, "1", of(end))));
    }
    rows.extend([
        (FIRST, "largest_draw_share", "1", plain(one.largest_draw)),
        (FIRST, "paths", "paths", plain(one.paths as f64)),
        (FIRST, "hits", "paths", plain(one.hits as f64)),
        (FIRST, "effective_sample_size", "paths", plain(one.effective)),
        (FIRST, "largest_weight_share", "1", plain(one.largest)),
        (FIRST, "weight_tail_shape", "1", [one.shape.filter(|shape| shape.is_finite()), None, None]),
        (FIRST, "search_rounds", "", plain(one.rounds as f64)),
        (FIRST, "search_paths", "paths", plain(one.searched as f64)),
    ]);
    if let Some(other) = &rare.splitting {
        rows.extend([
            (SECOND, "probability_given_draws", "1", of(&other.probability)),
            (SECOND, "relative_error_given_draws", "1", plain(relative(&other.probability))),
            (SECOND, "replicates", "", plain(other.replicates as f64)),
            (SECOND, "replicates_without_event", "", plain(other.missed as f64)),
            (SECOND, "paths", "paths", plain(other.paths as f64)),
            (SECOND, "rounds", "", plain(other.rounds as f64)),
        ]);
    }
    let distance = rare.distance().map(|distance| ("both", "distance_in_standard_errors", "1", plain(distance)));
    rows.extend(distance);
    rows
}
