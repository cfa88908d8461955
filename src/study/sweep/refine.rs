//! Where a measure crosses a level along the first axis: more points there, and the place of the crossing with its band.

use std::cmp::Ordering;

use crate::language::Raw;
use crate::model::{Measure, measure_named};
use crate::scenario::{Refine, SweepFile};
use crate::units::Unit;

use super::super::estimand::{Estimand, Statistic};
use super::design::SweepPoint;
use super::point::{PointResult, Row};

/// Where the level is crossed, for one set of the other values.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossing {
    /// The policy.
    pub policy: String,
    /// Values of the other axes, as TOML writes them.
    pub others: Vec<String>,
    /// The same as numbers.
    pub numbers: Vec<Option<f64>>,
    /// The first axis where the estimate is at the level.
    pub at: f64,
    /// The two places where the ends of the interval are at the level, ascending; none where an end is not within the points.
    pub band: Option<[f64; 2]>,
}

/// The points with the same policy and the same other values, along the first axis.
struct Line<'a> {
    first: &'a PointResult,
    points: Vec<(f64, &'a Row)>,
}

fn lines<'a>(refine: &Refine, results: &'a [PointResult]) -> Vec<Line<'a>> {
    let mut lines: Vec<Line<'a>> = Vec::new();
    for point in results {
        let Some(x) = point.coordinates.first().and_then(|first| first.number) else { continue };
        let Some(row) = row(refine, point).filter(|row| row.value.is_some()) else { continue };
        let same = |line: &&mut Line<'a>| {
            line.first.policy == point.policy && line.first.coordinates[1..] == point.coordinates[1..]
        };
        match lines.iter_mut().find(same) {
            Some(line) => line.points.push((x, row)),
            None => lines.push(Line { first: point, points: vec![(x, row)] }),
        }
    }
    for line in &mut lines {
        line.points.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    lines
}

/// Whether a sweep is refined by this estimand.
pub fn is_refined(refine: &Refine, estimand: &Estimand) -> bool {
    estimand.measure.name == refine.measure
        && Statistic::parse(&refine.statistic) == Some(estimand.statistic)
        && refine.subject.as_ref().is_none_or(|subject| estimand.subject == *subject)
        && refine.by.is_none_or(|by| estimand.by == by)
}

/// The row by which the sweep is refined.
fn row<'a>(refine: &Refine, point: &'a PointResult) -> Option<&'a Row> {
    // Without a date the last one counts.
    point.rows.iter().filter(|row| is_refined(refine, &row.estimand)).max_by_key(|row| row.estimand.by)
}

/// Where neighbours lie on different sides of the level.
fn crossed(points: &[(f64, f64)], level: f64) -> Vec<usize> {
    (1..points.len()).filter(|&at| (points[at - 1].1 - level) * (points[at].1 - level) < 0.0).collect()
}

/// Where a curve is at the level, ascending: between neighbours on different sides of it, and in the middle of points
/// that lie on it. A curve that lies on it everywhere crosses it nowhere.
fn met(points: &[(f64, f64)], level: f64) -> Vec<f64> {
    let between = |at: usize| interpolated(points[at - 1], points[at], level);
    let mut places: Vec<f64> = crossed(points, level).into_iter().map(between).collect();
    let side = |value: f64| value.partial_cmp(&level);
    for run in points.chunk_by(|a, b| side(a.1) == side(b.1)) {
        if let [first, ..] = run
            && side(first.1).is_some_and(Ordering::is_eq)
            && run.len() < points.len()
        {
            places.push(first.0.midpoint(run[run.len() - 1].0));
        }
    }
    places.sort_by(f64::total_cmp);
    places
}

/// One more point in the middle of every interval in which the level is crossed.
pub fn midpoints(file: &SweepFile, results: &[PointResult]) -> Vec<SweepPoint> {
    let Some(refine) = &file.refine else { return Vec::new() };
    let level = refine.level.at(&[]);
    let mut more = Vec::new();
    for line in lines(refine, results) {
        let values: Vec<(f64, f64)> = line.points.iter().filter_map(|(x, row)| Some((*x, row.value?))).collect();
        for at in crossed(&values, level) {
            more.push(between(file, line.first, values[at - 1].0.midpoint(values[at].0)));
        }
    }
    more
}

/// The point of a line at another place of the first axis.
fn between(file: &SweepFile, line: &PointResult, x: f64) -> SweepPoint {
    let axis = &file.axes[0];
    let number =
        axis.from.as_ref().map(|from| from.unit).or_else(|| axis.values.iter().find_map(|raw| raw.number)?.1.into());
    let first = Raw::number(x, number.unwrap_or(Unit::Number));
    let others = line.coordinates[1..].iter().map(|value| {
        let raw = Raw::number(value.number.unwrap_or(0.0), Unit::Number);
        (!value.text.is_empty()).then(|| Raw {
            toml: value.text.clone(),
            number: value.number.map(|n| (n, Unit::Number)),
            ..raw
        })
    });
    let point = super::design::at(&file.axes, &std::iter::once(Some(first)).chain(others).collect());
    let policies: Vec<_> = file.policies.iter().filter(|policy| policy.name == line.policy).cloned().collect();
    super::design::crossed(&point, &policies).swap_remove(0)
}

/// Every place where the level is crossed, with the band of the Monte Carlo interval.
pub fn contour(file: &SweepFile, results: &[PointResult]) -> Vec<Crossing> {
    let Some(refine) = &file.refine else { return Vec::new() };
    let level = refine.level.at(&[]);
    let mut crossings = Vec::new();
    for line in lines(refine, results) {
        let curve = |of: fn(&Row) -> Option<f64>| -> Vec<(f64, f64)> {
            line.points.iter().filter_map(|(x, row)| Some((*x, of(row)?))).collect()
        };
        let (values, low, high) = (curve(|row| row.value), curve(|row| row.low), curve(|row| row.high));
        for place in met(&values, level) {
            let nearest = |curve: &[(f64, f64)]| {
                met(curve, level).into_iter().min_by(|a, b| (a - place).abs().total_cmp(&(b - place).abs()))
            };
            let band = nearest(&low).zip(nearest(&high)).map(|(a, b)| [a.min(b), a.max(b)]);
            let others = &line.first.coordinates[1..];
            crossings.push(Crossing {
                policy: line.first.policy.clone(),
                others: others.iter().map(|value| value.text.clone()).collect(),
                numbers: others.iter().map(|value| value.number).collect(),
                at: place,
                band,
            });
        }
    }
    crossings
}

/// What is said where the level is nowhere met, or not for all values of the other axes.
pub fn unmet(file: &SweepFile, results: &[PointResult]) -> Option<String> {
    let refine = file.refine.as_ref()?;
    let level = refine.level.at(&[]);
    let lines = lines(refine, results);
    let is_met = |line: &&Line<'_>| {
        let values: Vec<(f64, f64)> = line.points.iter().filter_map(|(x, row)| Some((*x, row.value?))).collect();
        !met(&values, level).is_empty()
    };
    let (met, all) = (lines.iter().filter(is_met).count(), lines.len());
    let key = file.axes.first().map_or("", |axis| axis.key.as_str());
    let what = format!("`{}` crosses {} along {key}", refine.measure, level_in_words(refine));
    match (met, all) {
        (_, 0) => Some(format!("there is no estimate of `{}` to refine by", refine.measure)),
        (0, _) => Some(format!("nowhere {what}: there is no contour")),
        _ if met < all => Some(format!("only for {met} of {all} values of the other axes {what}")),
        _ => None,
    }
}

/// The level in the unit of the measure.
fn level_in_words(refine: &Refine) -> String {
    let is_money = |measure: Measure| measure.kind.estimate_unit().starts_with("USD");
    let unit = if measure_named(&refine.measure).is_some_and(is_money) { Unit::Money } else { refine.level.unit };
    unit.show(refine.level.at(&[]))
}

fn interpolated((x0, y0): (f64, f64), (x1, y1): (f64, f64), level: f64) -> f64 {
    x0 + (level - y0) / (y1 - y0) * (x1 - x0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Month;
    use crate::model::metric::DEFAULT;
    use crate::study::sweep::Coordinate;

    fn file() -> SweepFile {
        file_of("default", "0.1")
    }

    fn file_of(measure: &str, level: &str) -> SweepFile {
        let text = "[sweep]\nname = \"s\"\nscenario = \"s.toml\"\n[[axis]]\nkey = \"a\"\nvalues = [0, 10]\n";
        let text = format!("{text}[refine]\nmeasure = \"{measure}\"\nlevel = {level}\n");
        SweepFile::parse("sweep.toml", &text).unwrap_or_else(|problems| panic!("{problems}"))
    }

    fn point(x: f64, value: f64) -> PointResult {
        let row = Row {
            estimand: Estimand {
                measure: DEFAULT,
                subject: "acme".into(),
                by: Month::parse("2030-12").unwrap(),
                statistic: Statistic::Probability,
            },
            value: Some(value),
            low: Some(value - 0.01),
            high: Some(value + 0.01),
            difference: None,
            difference_low: None,
            difference_high: None,
            unit: "1".into(),
            method: String::new(),
        };
        let coordinates = vec![Coordinate { text: x.to_string(), number: Some(x) }];
        PointResult {
            number: 0,
            policy: String::new(),
            coordinates,
            digest: String::new(),
            soundness: crate::study::Soundness::default(),
            rows: vec![row],
        }
    }

    #[test]
    fn a_crossing_is_halved_and_placed_with_its_band() {
        let results = [point(0.0, 0.2), point(10.0, 0.0)];
        let more = midpoints(&file(), &results);
        assert_eq!(more.len(), 1);
        assert_eq!(more[0].overrides, ["a=5.0"]);
        let found = contour(&file(), &results);
        assert_eq!(found.len(), 1);
        assert!((found[0].at - 5.0).abs() < 1e-12);
        let [low, high] = found[0].band.unwrap();
        assert!((low - 4.5).abs() < 1e-9 && (high - 5.5).abs() < 1e-9, "{low} {high}");
    }

    #[test]
    fn a_level_that_is_not_crossed_has_no_contour_and_that_is_said() {
        let results = [point(0.0, 0.2), point(10.0, 0.15)];
        assert!(contour(&file(), &results).is_empty());
        assert_eq!(unmet(&file(), &results).unwrap(), "nowhere `default` crosses 0.1 along a: there is no contour");
        assert_eq!(unmet(&file(), &[point(0.0, 0.2), point(10.0, 0.0)]), None);
        let of_money = file_of("cash", "\"3B\"");
        assert_eq!(level_in_words(of_money.refine.as_ref().unwrap()), "3 B USD");
    }

    #[test]
    fn a_level_that_is_met_exactly_is_met_there() {
        let places = |points: &[(f64, f64)]| {
            let results: Vec<PointResult> = points.iter().map(|(x, y)| point(*x, *y)).collect();
            contour(&file(), &results).iter().map(|crossing| crossing.at).collect::<Vec<f64>>()
        };
        assert_eq!(places(&[(0.0, 0.2), (5.0, 0.1), (10.0, 0.0)]), [5.0]);
        assert_eq!(places(&[(0.0, 0.2), (4.0, 0.1), (6.0, 0.1), (10.0, 0.0)]), [5.0]);
        assert_eq!(places(&[(0.0, 0.2), (10.0, 0.1)]), [10.0]);
        assert!(places(&[(0.0, 0.1), (10.0, 0.1)]).is_empty());
    }
}
