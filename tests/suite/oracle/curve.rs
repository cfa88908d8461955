//! Calendar and curves of section 1.

use super::DT;
use super::text::{Node, number};

/// The calendar: month 0 is the scenario's start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Calendar {
    /// Months since January of year 0 of the scenario's start.
    start: i64,
}

impl Calendar {
    /// The calendar that starts in the month written `2026-04`.
    pub(crate) fn starting(date: &str) -> Self {
        Calendar { start: absolute(date) }
    }

    /// The month of a date, counted from the start.
    pub(crate) fn month(self, date: &str) -> i64 {
        absolute(date) - self.start
    }

    /// The calendar year of month `t`.
    pub(crate) fn year(self, t: i64) -> i64 {
        (self.start + t).div_euclid(12)
    }

    /// January of a year, counted from the start.
    pub(crate) fn january(self, year: i64) -> i64 {
        year * 12 - self.start
    }

    /// Is month `t` a December?
    pub(crate) fn ends_year(self, t: i64) -> bool {
        (self.start + t).rem_euclid(12) == 11
    }

    /// The middle of month `t` in years.
    pub(crate) fn mid(self, t: i64) -> f64 {
        ((self.start + t) as f64 + 0.5) / 12.0
    }

    /// Month `t` as `2026-04`.
    pub(crate) fn name(self, t: i64) -> String {
        let month = (self.start + t).rem_euclid(12) + 1;
        format!("{:04}-{month:02}", self.year(t))
    }
}

/// Months since January of year 0.
fn absolute(date: &str) -> i64 {
    let (year, month) = date.split_once('-').unwrap_or_else(|| panic!("not a month: {date}"));
    let year: i64 = year.parse().expect("a year");
    let month: i64 = month.parse().expect("a month");
    year * 12 + month - 1
}

/// Numbers by calendar year, or one number for ever.
#[derive(Clone, Debug)]
pub(crate) enum Anchors {
    /// The same at every time.
    Constant(f64),
    /// By calendar year, ascending.
    Years(Vec<(i64, f64)>),
}

impl Anchors {
    /// Reads a table of years, or a single number.
    pub(crate) fn read(node: &Node, root: &Node) -> Self {
        if let Some(value) = node.get("value") {
            return Anchors::read(value, root);
        }
        let is_year = |name: &String| name.parse::<i64>().is_ok();
        let entries = node.entries();
        if entries.is_empty() || !entries.iter().all(|(name, _)| is_year(name)) {
            return Anchors::Constant(number(node, root));
        }
        let mut years: Vec<(i64, f64)> =
            entries.iter().map(|(name, value)| (name.parse().expect("a year"), number(value, root))).collect();
        years.sort_by_key(|(year, _)| *year);
        Anchors::Years(years)
    }

    /// First and last anchored year, if there are any.
    pub(crate) fn span(&self) -> Option<(i64, i64)> {
        match self {
            Anchors::Constant(_) => None,
            Anchors::Years(years) => Some((years.first()?.0, years.last()?.0)),
        }
    }

    /// A curve of shares at time `x` in years: linear between mid-years, constant outside.
    pub(crate) fn share(&self, x: f64) -> f64 {
        match self {
            Anchors::Constant(value) => *value,
            Anchors::Years(years) => linear(&mid_years(years), x),
        }
    }

    /// A curve of annual numbers, linear in the number of the year, constant outside.
    pub(crate) fn by_year(&self, year: f64) -> f64 {
        match self {
            Anchors::Constant(value) => *value,
            Anchors::Years(years) => {
                let points: Vec<(f64, f64)> = years.iter().map(|(y, v)| (*y as f64, *v)).collect();
                linear(&points, year)
            }
        }
    }
}

fn mid_years(years: &[(i64, f64)]) -> Vec<(f64, f64)> {
    years.iter().map(|(year, value)| (*year as f64 + 0.5, *value)).collect()
}

/// Linear interpolation, constant outside.
fn linear(points: &[(f64, f64)], x: f64) -> f64 {
    let (first, last) = (points[0], points[points.len() - 1]);
    if x <= first.0 {
        return first.1;
    }
    if x >= last.0 {
        return last.1;
    }
    let i = points.iter().rposition(|(at, _)| *at <= x).expect("after the first");
    let ((x0, v0), (x1, v1)) = (points[i], points[i + 1]);
    v0 + (v1 - v0) * (x - x0) / (x1 - x0)
}

/// A curve of dollars: totals by calendar year as an annual rate by month (section 1).
#[derive(Clone, Debug)]
pub(crate) struct Curve {
    anchors: Anchors,
    /// Scale of every anchored year.
    scales: Anchors,
    calendar: Calendar,
    long_run_growth: f64,
}

impl Curve {
    /// The curve through the anchors, scaled so that anchored years add up.
    pub(crate) fn new(anchors: Anchors, calendar: Calendar, long_run_growth: f64) -> Self {
        let mut curve = Curve { scales: Anchors::Constant(1.0), anchors, calendar, long_run_growth };
        if let Anchors::Years(years) = &curve.anchors {
            assert!(years.iter().all(|(_, total)| *total >= 0.0), "a negative total of a curve");
            let scales = years.iter().map(|(year, total)| (*year, curve.scale_of(*year, *total))).collect();
            curve.scales = Anchors::Years(scales);
        }
        curve
    }

    /// The anchors it was made of.
    pub(crate) fn anchors(&self) -> &Anchors {
        &self.anchors
    }

    /// Annual rate in month `t`.
    pub(crate) fn at(&self, t: i64) -> f64 {
        self.raw(self.calendar.mid(t)) * self.scales.by_year(self.calendar.year(t) as f64)
    }

    fn scale_of(&self, year: i64, total: f64) -> f64 {
        let january = self.calendar.january(year);
        let sum: f64 = (january..january + 12).map(|t| self.raw(self.calendar.mid(t)) * DT).sum();
        if sum == 0.0 { 1.0 } else { total / sum }
    }

    /// The unscaled curve at time `x` in years.
    fn raw(&self, x: f64) -> f64 {
        let points = match &self.anchors {
            Anchors::Constant(value) => return *value,
            Anchors::Years(years) => mid_years(years),
        };
        let last = points[points.len() - 1];
        if x < points[0].0 {
            before(&points, x)
        } else if x >= last.0 {
            self.beyond(&points, x - last.0)
        } else {
            between(&points, x)
        }
    }

    /// Beyond the last anchor growth fades to the long run with a half-life of a year.
    fn beyond(&self, points: &[(f64, f64)], s: f64) -> f64 {
        let end = points[points.len() - 1].1;
        let long = self.long_run_growth;
        let growth = last_growth(points).unwrap_or(long);
        let fading = (growth - long) * (1.0 - 2f64.powf(-s)) / std::f64::consts::LN_2;
        end * (long * s + fading).exp()
    }
}

/// Growth of the last segment, if it has one.
fn last_growth(points: &[(f64, f64)]) -> Option<f64> {
    let i = points.len().checked_sub(2)?;
    growth(points[i], points[i + 1])
}

fn growth((x0, v0): (f64, f64), (x1, v1): (f64, f64)) -> Option<f64> {
    (v0 > 0.0 && v1 > 0.0).then(|| (v1 / v0).ln() / (x1 - x0))
}

/// Before the first anchor: the first segment's growth, or constant.
fn before(points: &[(f64, f64)], x: f64) -> f64 {
    let (x0, v0) = points[0];
    match points.get(1).and_then(|second| growth(points[0], *second)) {
        Some(g) => v0 * (g * (x - x0)).exp(),
        None => v0,
    }
}

/// Between anchors: log-linear, linear where a neighbour is zero.
fn between(points: &[(f64, f64)], x: f64) -> f64 {
    let i = points.iter().rposition(|(at, _)| *at <= x).expect("not before the first");
    let ((x0, v0), (x1, v1)) = (points[i], points[i + 1]);
    match growth(points[i], points[i + 1]) {
        Some(g) => v0 * (g * (x - x0)).exp(),
        None => v0 + (v1 - v0) * (x - x0) / (x1 - x0),
    }
}
