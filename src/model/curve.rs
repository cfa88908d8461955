//! Curves: totals by calendar year made into monthly rates (docs/model.md, section 1).

use crate::calendar::{Month, Timeline};
use crate::random::math::{exp, ln};

use super::constants::DT;

/// Annual totals as monthly rates a year, for months `from..to` of the timeline.
///
/// Log-linear between mid-years, linear where a neighbour is zero; the months of an anchored year add up to its total;
/// beyond the last anchor growth fades to `long_run_growth` with a half-life of a year. Totals are not negative.
pub fn totals(points: &[(i32, f64)], long_run_growth: f64, timeline: &Timeline, from: i32, to: i32) -> Vec<f64> {
    let raw = |t: i32| interpolated(points, long_run_growth, timeline.mid(t));
    let scales: Vec<(i32, f64)> =
        points.iter().map(|&(year, total)| (year, scale(timeline, year, total, raw))).collect();
    (from..to).map(|t| raw(t) * linear(&scales, f64::from(timeline.month(t).year()))).collect()
}

/// Shares by calendar year: linear between mid-years, constant at both ends.
pub fn shares(points: &[(i32, f64)], timeline: &Timeline, from: i32, to: i32) -> Vec<f64> {
    (from..to).map(|t| linear(points, timeline.mid(t) - 0.5)).collect()
}

/// What the twelve months of a year must be multiplied by to add up to its total.
fn scale(timeline: &Timeline, year: i32, total: f64, raw: impl Fn(i32) -> f64) -> f64 {
    let january = timeline.index(Month::january(year));
    let sum: f64 = (january..january + 12).map(|t| raw(t) * DT).sum();
    if sum == 0.0 { 1.0 } else { total / sum }
}

/// Linear interpolation between points, constant beyond them.
pub fn linear(points: &[(i32, f64)], at: f64) -> f64 {
    let after = points.partition_point(|&(x, _)| f64::from(x) <= at);
    match (after.checked_sub(1).map(|i| points[i]), points.get(after)) {
        (None, None) => 0.0,
        (Some((_, only)), None) | (None, Some(&(_, only))) => only,
        (Some((x0, y0)), Some(&(x1, y1))) => y0 + (y1 - y0) * (at - f64::from(x0)) / f64::from(x1 - x0),
    }
}

/// The unscaled annual rate at `time` (calendar years).
fn interpolated(points: &[(i32, f64)], long_run_growth: f64, time: f64) -> f64 {
    let at = time - 0.5;
    let (Some(&first), Some(&last)) = (points.first(), points.last()) else { return 0.0 };
    if at >= f64::from(last.0) {
        return beyond(points, long_run_growth, at - f64::from(last.0));
    }
    if at < f64::from(first.0) {
        return before(points, first, at);
    }
    let after = points.partition_point(|&(year, _)| f64::from(year) <= at);
    segment(points[after - 1], points[after], at)
}

/// Log-linear between two anchors, linear where one is zero.
fn segment((year0, total0): (i32, f64), (year1, total1): (i32, f64), at: f64) -> f64 {
    let share = (at - f64::from(year0)) / f64::from(year1 - year0);
    if total0 > 0.0 && total1 > 0.0 {
        total0 * exp(ln(total1 / total0) * share)
    } else {
        total0 + (total1 - total0) * share
    }
}

/// The first segment's growth carried backwards.
fn before(points: &[(i32, f64)], first: (i32, f64), at: f64) -> f64 {
    match points.get(1) {
        Some(&second) if first.1 > 0.0 && second.1 > 0.0 => segment(first, second, at),
        _ => first.1,
    }
}

/// `s` years after the last mid-year: growth fades from the last segment's to the long run's.
fn beyond(points: &[(i32, f64)], long_run_growth: f64, s: f64) -> f64 {
    let (year, last) = points[points.len() - 1];
    let before = points.len().checked_sub(2).map(|i| points[i]);
    if last == 0.0 {
        return 0.0;
    }
    let growth = match before {
        Some((earlier, total)) if total > 0.0 => ln(last / total) / f64::from(year - earlier),
        _ => long_run_growth,
    };
    let ln2 = std::f64::consts::LN_2;
    last * exp(long_run_growth * s + (growth - long_run_growth) * (1.0 - exp(-s * ln2)) / ln2)
}
