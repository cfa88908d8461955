//! Curves: from totals or shares by calendar year to monthly values (docs/model.md, section 1).

use std::ops::Range;

use crate::calendar::{Month, Timeline};
use crate::random::math::{exp, ln};
use crate::tier::{Kernel, Tier};

use super::constants::DT;

/// A curve of totals by calendar year as an annual rate, one number per month `from..to` of the timeline.
///
/// Log-linear between mid-years, linear where a neighbour is zero. The months of an anchored year add up to its total.
/// Beyond the last anchor growth fades to `long_run_growth` (a year) with a half-life of a year. Totals are not
/// negative.
pub fn totals(points: &[(i32, f64)], long_run_growth: f64, timeline: &Timeline, from: i32, to: i32) -> Vec<f64> {
    let january = |year: i32| timeline.index(Month::january(year));
    let first = points.iter().map(|&(year, _)| january(year)).min().map_or(from, |first| first.min(from));
    let last = points.iter().map(|&(year, _)| january(year) + 12).max().map_or(to, |last| last.max(to));
    let raw = Tier::detect().run(Raw { points, long_run_growth, timeline, months: first..last });
    let raw = |months: Range<i32>| &raw[(months.start - first) as usize..(months.end - first) as usize];
    let scale = |year: i32, total: f64| scale(total, raw(january(year)..january(year) + 12));
    let scales: Vec<(i32, f64)> = points.iter().map(|&(year, total)| (year, scale(year, total))).collect();
    let of_year = |t: i32| linear(&scales, f64::from(timeline.month(t).year()));
    (from..to).zip(raw(from..to)).map(|(t, raw)| raw * of_year(t)).collect()
}

/// A curve before it is scaled, by month.
struct Raw<'a> {
    points: &'a [(i32, f64)],
    long_run_growth: f64,
    timeline: &'a Timeline,
    months: Range<i32>,
}

impl Kernel for Raw<'_> {
    type Output = Vec<f64>;

    #[inline(always)]
    fn run(self) -> Vec<f64> {
        let mut raw = vec![0.0; self.months.len()];
        for (found, t) in raw.iter_mut().zip(self.months) {
            *found = interpolated(self.points, self.long_run_growth, self.timeline.mid(t));
        }
        raw
    }
}

/// A curve of shares by calendar year, one number per month: linear between mid-years, constant beyond both ends.
pub fn shares(points: &[(i32, f64)], timeline: &Timeline, from: i32, to: i32) -> Vec<f64> {
    (from..to).map(|t| linear(points, timeline.mid(t) - 0.5)).collect()
}

/// The factor that makes the twelve months of a year add up to its total.
fn scale(total: f64, months: &[f64]) -> f64 {
    let sum: f64 = months.iter().map(|raw| raw * DT).sum();
    if sum == 0.0 { 1.0 } else { total / sum }
}

/// Linear interpolation between points, constant beyond them; 0 without points.
pub fn linear(points: &[(i32, f64)], at: f64) -> f64 {
    let after = points.partition_point(|&(x, _)| f64::from(x) <= at);
    match (after.checked_sub(1).map(|i| points[i]), points.get(after)) {
        (None, None) => 0.0,
        (Some((_, only)), None) | (None, Some(&(_, only))) => only,
        (Some((x0, y0)), Some(&(x1, y1))) => y0 + (y1 - y0) * (at - f64::from(x0)) / f64::from(x1 - x0),
    }
}

/// The annual rate at `time` (in calendar years) before it is scaled.
#[inline(always)]
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
#[inline(always)]
fn segment((year0, total0): (i32, f64), (year1, total1): (i32, f64), at: f64) -> f64 {
    let share = (at - f64::from(year0)) / f64::from(year1 - year0);
    if total0 > 0.0 && total1 > 0.0 {
        total0 * exp(ln(total1 / total0) * share)
    } else {
        total0 + (total1 - total0) * share
    }
}

/// Before the first anchor: the first segment's growth carried backwards, or constant.
#[inline(always)]
fn before(points: &[(i32, f64)], first: (i32, f64), at: f64) -> f64 {
    match points.get(1) {
        Some(&second) if first.1 > 0.0 && second.1 > 0.0 => segment(first, second, at),
        _ => first.1,
    }
}

/// `s` years after the last mid-year: growth fades from that of the last segment to the long run's.
#[inline(always)]
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

#[cfg(test)]
mod tests {
    use super::super::by_hand::assert_close;
    use super::*;

    /// Two years from January 2026.
    fn timeline() -> Timeline {
        Timeline { start: Month::january(2026), months: 24 }
    }

    /// The sum of twelve months from month `t` on, dollars.
    fn year(points: &[(i32, f64)], t: i32) -> f64 {
        totals(points, 0.0, &timeline(), t, t + 12).iter().sum::<f64>() / 12.0
    }

    #[test]
    fn the_months_of_an_anchored_year_add_up_to_its_total() {
        let points = [(2025, 5.0), (2026, 12.0), (2027, 30.0)];
        assert_close(year(&points, -12), 5.0);
        assert_close(year(&points, 0), 12.0);
        assert_close(year(&points, 12), 30.0);
    }

    #[test]
    fn within_a_year_the_rate_grows_as_its_segment_does() {
        // Doubling in a year is a factor 2^(1/12) a month; the second half of 2026 lies in one segment.
        let rates = totals(&[(2026, 10.0), (2027, 20.0)], 0.0, &timeline(), 0, 12);
        for month in [6, 8, 10] {
            assert_close(rates[month + 1] / rates[month], 1.059_463);
        }
    }

    #[test]
    fn between_two_anchors_a_curve_is_log_linear_and_linear_from_or_to_zero() {
        assert_close(segment((2026, 10.0), (2028, 40.0), 2027.0), 20.0);
        assert_close(segment((2026, 10.0), (2027, 20.0), 2026.5), 14.142_136);
        assert_close(segment((2026, 0.0), (2028, 24.0), 2027.0), 12.0);
    }

    #[test]
    fn before_the_first_anchor_the_growth_of_the_first_segment_is_carried_backwards() {
        assert_close(before(&[(2026, 10.0), (2027, 20.0)], (2026, 10.0), 2025.0), 5.0);
        assert_close(before(&[(2026, 10.0), (2027, 0.0)], (2026, 10.0), 2025.0), 10.0);
        assert_close(before(&[(2026, 10.0)], (2026, 10.0), 2020.0), 10.0);
    }

    #[test]
    fn beyond_the_last_anchor_growth_fades_with_a_half_life_of_a_year() {
        // After a doubling, at no growth in the long run: ln 2 (1 - 1/2)/ln 2 = 1/2 after a year, 1 in the end.
        let doubled = [(2026, 10.0), (2027, 20.0)];
        assert_close(beyond(&doubled, 0.0, 1.0), 32.974_425); // 20 e^0.5
        assert_close(beyond(&doubled, 0.0, 60.0), 54.365_637); // 20 e
        assert_close(beyond(&[(2026, 10.0)], 0.04, 1.0), 10.408_108); // 10 e^0.04
        assert_close(beyond(&[(2026, 0.0), (2027, 10.0)], 0.04, 1.0), 10.408_108);
        assert_close(beyond(&[(2026, 10.0), (2027, 0.0)], 0.04, 1.0), 0.0);
    }

    #[test]
    fn a_share_is_linear_between_middles_of_years_and_constant_beyond() {
        // The middle of month 6 is half a month after the middle of 2026: 0.2 + 0.24/24.
        let rates = shares(&[(2026, 0.2), (2027, 0.44)], &timeline(), 0, 24);
        assert_close(rates[0], 0.2);
        assert_close(rates[6], 0.21);
        assert_close(rates[23], 0.44);
    }

    #[test]
    fn a_year_is_scaled_to_its_total() {
        // Twelve months at 24 a year are 24, and are to be 12; at 12 a year they are 12; nothing stays nothing.
        for (rate, factor) in [(24.0, 0.5), (12.0, 1.0), (0.0, 1.0)] {
            assert_close(scale(12.0, &[rate; 12]), factor);
        }
    }

    #[test]
    fn between_points_a_line_and_beyond_them_the_last() {
        for (at, value) in [(2025.0, 1.0), (2026.5, 1.5), (2027.0, 2.0), (2030.0, 3.0)] {
            assert_close(linear(&[(2026, 1.0), (2028, 3.0)], at), value);
        }
        assert_close(linear(&[], 2026.0), 0.0);
    }

    #[test]
    fn a_rate_has_its_totals_at_the_middles_of_their_years() {
        // Doubling each year from 10 at the middle of 2026 to 40 at that of 2028.
        for (time, rate) in [(2026.5, 10.0), (2027.5, 20.0), (2028.5, 40.0), (2024.5, 2.5)] {
            assert_close(interpolated(&[(2026, 10.0), (2028, 40.0)], 0.0, time), rate);
        }
    }
}
