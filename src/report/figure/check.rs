//! Conditions that a chart must meet before it is drawn.

use super::chart::{
    Band, Curve, ExceedanceChart, FanChart, Figure, HeatMap, LineChart, RelationChart, Series, StackedAreaChart,
    TornadoChart,
};

/// More colours and dashes cannot be told apart.
pub(super) const MOST_SERIES: usize = 21;

/// Beyond this no axis can be labelled.
const LARGEST: f64 = 1e100;

/// Why a figure cannot be drawn.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FigureError {
    /// There is no series, or no point.
    #[error("there is nothing to draw: no {what}")]
    Empty {
        /// What is missing.
        what: &'static str,
    },
    /// Two lists that belong together differ in length.
    #[error("`{series}` has {length} values where {expected} belong")]
    UnequalLengths {
        /// The series.
        series: String,
        /// Its values.
        length: usize,
        /// The values it should have.
        expected: usize,
    },
    /// A value is NaN, infinite or beyond 1e100.
    #[error("`{series}` is {value} at place {place} (counted from 0), which no axis can show")]
    NotFinite {
        /// The series.
        series: String,
        /// The place of the value.
        place: usize,
        /// The value.
        value: f64,
    },
    /// Months that do not rise, or amounts that fall.
    #[error("`{series}` is out of order at place {place} (counted from 0)")]
    OutOfOrder {
        /// The series.
        series: String,
        /// The first place that is out of order.
        place: usize,
    },
    /// A part of a sum is below zero.
    #[error("`{series}` is {value} at place {place} (counted from 0); parts of a sum cannot be below zero")]
    Negative {
        /// The series.
        series: String,
        /// The place of the value.
        place: usize,
        /// The value.
        value: f64,
    },
    /// More series than can be told apart.
    #[error("{found} series are more than the {MOST_SERIES} that can be told apart")]
    TooManySeries {
        /// How many there are.
        found: usize,
    },
    /// The drawing library failed.
    #[error("the drawing library failed: {0}")]
    Library(String),
}

pub(super) fn check(figure: &Figure) -> Result<(), FigureError> {
    match figure {
        Figure::Fan(chart) => fan(chart),
        Figure::Lines(chart) => lines(chart),
        Figure::Exceedance(chart) => exceedance(chart),
        Figure::StackedArea(chart) => stacked(chart),
        Figure::Relation(chart) => relation(chart),
        Figure::Heat(chart) => heat(chart),
        Figure::Tornado(chart) => tornado(chart),
    }
}

fn fan(chart: &FanChart) -> Result<(), FigureError> {
    months(&chart.months)?;
    let n = chart.months.len();
    values("5th percentile", &chart.p05, n)?;
    values("25th percentile", &chart.p25, n)?;
    values("median", &chart.p50, n)?;
    values("75th percentile", &chart.p75, n)?;
    values("95th percentile", &chart.p95, n)?;
    curves(&chart.references, n)
}

fn lines(chart: &LineChart) -> Result<(), FigureError> {
    months(&chart.months)?;
    series(&chart.series, chart.months.len())
}

fn series(all: &[Series], n: usize) -> Result<(), FigureError> {
    count(all.len())?;
    all.iter().try_for_each(|s| {
        values(&s.name, &s.y, n)?;
        band(&s.name, s.band.as_ref(), n)
    })
}

fn relation(chart: &RelationChart) -> Result<(), FigureError> {
    varied("x", &chart.x)?;
    let gapless = |s: &Series| Series {
        y: without_gaps(&s.y, &s.y),
        band: s
            .band
            .as_ref()
            .map(|band| Band { low: without_gaps(&band.low, &s.y), high: without_gaps(&band.high, &s.y) }),
        ..s.clone()
    };
    series(&chart.series.iter().map(gapless).collect::<Vec<_>>(), chart.x.len())
}

/// Zeros where a line has a gap, so that the rest is checked as any other.
fn without_gaps(values: &[f64], line: &[f64]) -> Vec<f64> {
    let at = |(place, &value): (usize, &f64)| if line.get(place).is_some_and(|y| y.is_nan()) { 0.0 } else { value };
    values.iter().enumerate().map(at).collect()
}

fn heat(chart: &HeatMap) -> Result<(), FigureError> {
    varied("x", &chart.x)?;
    varied("y", &chart.y)?;
    if chart.z.len() != chart.y.len() {
        let (length, expected) = (chart.z.len(), chart.y.len());
        return Err(FigureError::UnequalLengths { series: "rows".to_owned(), length, expected });
    }
    chart.z.iter().try_for_each(|row| values("row", row, chart.x.len()))
}

fn tornado(chart: &TornadoChart) -> Result<(), FigureError> {
    count(chart.bars.len())?;
    values("base", &[chart.base], 1)?;
    chart.bars.iter().try_for_each(|bar| values(&bar.name, &[bar.at_least, bar.at_most], 2))
}

/// The values of what was varied.
fn varied(name: &str, x: &[f64]) -> Result<(), FigureError> {
    if x.is_empty() {
        return Err(FigureError::Empty { what: "values" });
    }
    values(name, x, x.len())?;
    in_order(name, x, |before, after| before < after)
}

fn exceedance(chart: &ExceedanceChart) -> Result<(), FigureError> {
    count(chart.curves.len())?;
    for curve in &chart.curves {
        let n = curve.x.len();
        if n == 0 {
            return Err(FigureError::Empty { what: "points" });
        }
        values(&curve.name, &curve.x, n)?;
        values(&curve.name, &curve.p, n)?;
        band(&curve.name, curve.band.as_ref(), n)?;
        in_order(&curve.name, &curve.x, |before, after| before <= after)?;
    }
    chart.benchmarks.iter().try_for_each(|b| values(&b.label, &[b.x], 1))
}

fn stacked(chart: &StackedAreaChart) -> Result<(), FigureError> {
    months(&chart.months)?;
    count(chart.layers.len())?;
    let n = chart.months.len();
    curves(&chart.layers, n)?;
    curves(&chart.references, n)?;
    for layer in &chart.layers {
        if let Some((place, &value)) = layer.y.iter().enumerate().find(|(_, y)| **y < 0.0) {
            return Err(FigureError::Negative { series: layer.name.clone(), place, value });
        }
    }
    Ok(())
}

fn months(months: &[f64]) -> Result<(), FigureError> {
    if months.is_empty() {
        return Err(FigureError::Empty { what: "months" });
    }
    values("months", months, months.len())?;
    in_order("months", months, |before, after| before < after)
}

fn count(found: usize) -> Result<(), FigureError> {
    match found {
        0 => Err(FigureError::Empty { what: "series" }),
        1..=MOST_SERIES => Ok(()),
        _ => Err(FigureError::TooManySeries { found }),
    }
}

fn curves(curves: &[Curve], n: usize) -> Result<(), FigureError> {
    curves.iter().try_for_each(|curve| values(&curve.name, &curve.y, n))
}

fn band(name: &str, band: Option<&Band>, n: usize) -> Result<(), FigureError> {
    let Some(Band { low, high }) = band else {
        return Ok(());
    };
    // Withheld ends are gaps in both.
    values(name, &without_gaps(low, high), n)?;
    values(name, &without_gaps(high, low), n)
}

fn values(name: &str, values: &[f64], expected: usize) -> Result<(), FigureError> {
    let series = || name.to_owned();
    if values.len() != expected {
        let length = values.len();
        return Err(FigureError::UnequalLengths { series: series(), length, expected });
    }
    let fits = |v: &f64| v.abs() <= LARGEST;
    match values.iter().position(|v| !fits(v)) {
        None => Ok(()),
        Some(place) => Err(FigureError::NotFinite { series: series(), place, value: values[place] }),
    }
}

fn in_order(name: &str, x: &[f64], fits: fn(f64, f64) -> bool) -> Result<(), FigureError> {
    match x.windows(2).position(|pair| !fits(pair[0], pair[1])) {
        None => Ok(()),
        Some(before) => Err(FigureError::OutOfOrder { series: name.to_owned(), place: before + 1 }),
    }
}
