//! What can be drawn, as plain data.
//!
//! Months are calendar years with a fraction: the middle of January 2026 is
//! `2026.0 + 0.5 / 12.0`. They rise strictly. Every number is finite. `figures.json` holds charts in this form.

use serde::Serialize;

use crate::notation::thousands;

/// A picture.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Figure {
    /// One quantity over time: its median and bands of paths.
    Fan(FanChart),
    /// Several quantities over time, each with its error.
    Lines(LineChart),
    /// How likely it is to exceed an amount; with several curves and
    /// logarithmic scales, the tails of losses.
    Exceedance(ExceedanceChart),
    /// Parts of a sum over time, against a line.
    StackedArea(StackedAreaChart),
    /// Quantities against a number that was varied.
    Relation(RelationChart),
    /// A quantity against two numbers that were varied.
    Heat(HeatMap),
    /// What one change after another does.
    Tornado(TornadoChart),
}

/// The words around a picture.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Labels {
    /// The title, in one line.
    pub title: String,
    /// The run it comes from; see [`origin`].
    pub subtitle: String,
    /// The x axis with its unit; may be empty for dates.
    pub x: String,
    /// The y axis with its unit.
    pub y: String,
    /// Definitions and warnings, below the picture; may be empty.
    pub note: String,
}

/// How numbers on an axis are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// US dollars: "$200 bn".
    Money,
    /// Shares and probabilities, 1 is "100 %".
    Share,
    /// Plain numbers; the axis label says of what.
    Number,
}

/// How an axis is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Equal steps are equal differences.
    Linear,
    /// Equal steps are equal ratios. What is not above zero is not drawn.
    Log,
}

/// A median with the bands of 50 % and 90 % of the paths, by month.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FanChart {
    /// Title, axis labels and note.
    pub labels: Labels,
    /// How y is written.
    pub y_format: Format,
    /// Months, as calendar years with a fraction.
    pub months: Vec<f64>,
    /// 5th percentile of the paths, by month.
    pub p05: Vec<f64>,
    /// 25th percentile.
    pub p25: Vec<f64>,
    /// Median.
    pub p50: Vec<f64>,
    /// 75th percentile.
    pub p75: Vec<f64>,
    /// 95th percentile.
    pub p95: Vec<f64>,
    /// What to compare with, such as the plan or a target; may be empty.
    pub references: Vec<Curve>,
}

/// A named line over the months of its chart.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curve {
    /// What it is, in a few words.
    pub name: String,
    /// One value per month.
    pub y: Vec<f64>,
}

/// Lower and upper ends, one pair per value of the line; both a [`GAP`] where they are withheld.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Band {
    /// Lower ends.
    pub low: Vec<f64>,
    /// Upper ends.
    pub high: Vec<f64>,
}

impl Band {
    /// A band of the ends that there are; none where there are none at all.
    pub fn of_ends(ends: &[Option<[f64; 2]>]) -> Option<Self> {
        let side = |side: usize| ends.iter().map(|ends| ends.map_or(GAP, |ends| ends[side])).collect();
        ends.iter().any(Option::is_some).then(|| Self { low: side(0), high: side(1) })
    }
}

/// A line with its error.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Series {
    /// What it is, in a few words.
    pub name: String,
    /// One value a month; over what was varied some may be a [`GAP`].
    pub y: Vec<f64>,
    /// Its interval, if it has one; a gap where the line has one.
    pub band: Option<Band>,
}

/// No value: a line over what was varied is broken there.
pub const GAP: f64 = f64::NAN;

/// Several series over the same months.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LineChart {
    /// Colours that are passed over, so that a line keeps the colour that it has in another figure.
    pub first_color: usize,
    /// Title, axis labels and note.
    pub labels: Labels,
    /// How y is written.
    pub y_format: Format,
    /// Months, as calendar years with a fraction.
    pub months: Vec<f64>,
    /// One to 21 series.
    pub series: Vec<Series>,
    /// What a band is, such as "95 % Monte Carlo interval".
    pub band_meaning: String,
}

/// The chance that an amount is exceeded.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Exceedance {
    /// Whose amount it is; not shown if there is one curve.
    pub name: String,
    /// Amounts, not falling.
    pub x: Vec<f64>,
    /// Chance of more than each, from 0 to 1.
    pub p: Vec<f64>,
    /// Its interval, if it has one.
    pub band: Option<Band>,
}

/// A published figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Benchmark {
    /// Publisher, amount and percentile: "HSBC: $207 bn, exceeded in 1 of 3".
    pub label: String,
    /// Where it is on the x axis.
    pub x: f64,
}

/// Survival functions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExceedanceChart {
    /// Title, axis labels and note.
    pub labels: Labels,
    /// How x is written.
    pub x_format: Format,
    /// How x is divided.
    pub x_scale: Scale,
    /// How the chance is divided.
    pub y_scale: Scale,
    /// One to 21 curves.
    pub curves: Vec<Exceedance>,
    /// Published figures, marked by vertical lines; may be empty.
    pub benchmarks: Vec<Benchmark>,
    /// What a band is, such as "95 % Monte Carlo interval".
    pub band_meaning: String,
}

/// Parts that add up, from the bottom upwards.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StackedAreaChart {
    /// Title, axis labels and note.
    pub labels: Labels,
    /// How y is written.
    pub y_format: Format,
    /// Months, as calendar years with a fraction.
    pub months: Vec<f64>,
    /// One to 21 parts, none of them below zero.
    pub layers: Vec<Curve>,
    /// Lines for comparison with the sum, such as the commitments; may be empty.
    pub references: Vec<Curve>,
}

/// Several series over the values of a number that was varied.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RelationChart {
    /// Title, axis labels and note.
    pub labels: Labels,
    /// How x is written.
    pub x_format: Format,
    /// How x is divided.
    pub x_scale: Scale,
    /// The values, rising strictly.
    pub x: Vec<f64>,
    /// How y is written.
    pub y_format: Format,
    /// One to 21 series.
    pub series: Vec<Series>,
    /// What a band is.
    pub band_meaning: String,
}

/// A quantity over a grid of two numbers that were varied.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeatMap {
    /// Title, axis labels and note.
    pub labels: Labels,
    /// How x is written.
    pub x_format: Format,
    /// The values of x, rising strictly.
    pub x: Vec<f64>,
    /// How y is written.
    pub y_format: Format,
    /// The values of y, rising strictly.
    pub y: Vec<f64>,
    /// How the quantity is written.
    pub z_format: Format,
    /// The quantity, one row per value of y.
    pub z: Vec<Vec<f64>>,
    /// Where it is at a level: lines of points.
    pub contour: Vec<Vec<(f64, f64)>>,
    /// Edges of the band of these lines.
    pub edges: Vec<Vec<(f64, f64)>>,
    /// What the line is; not shown without one.
    pub contour_meaning: String,
}

/// The range of a quantity for one change after another, widest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TornadoChart {
    /// Title, axis labels and note.
    pub labels: Labels,
    /// How the quantity is written.
    pub x_format: Format,
    /// The quantity of the unchanged scenario.
    pub base: f64,
    /// What was changed, and the quantity at its least and largest value.
    pub bars: Vec<TornadoBar>,
}

/// What one change does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TornadoBar {
    /// What is changed, with its two values.
    pub name: String,
    /// The quantity at the least value.
    pub at_least: f64,
    /// The quantity at the largest value.
    pub at_most: f64,
}

/// The subtitle of every picture of a run: scenario, seed, size, version.
pub fn origin(scenario: &str, seed: u64, paths: u64) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let paths = thousands(paths as f64);
    format!("{scenario} · seed {seed} · N = {paths} paths · ouroborisk {version}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_names_all_that_repeats_a_run() {
        assert_eq!(
            origin("minimal", 42, 100_000),
            format!("minimal · seed 42 · N = 100,000 paths · ouroborisk {}", env!("CARGO_PKG_VERSION"))
        );
    }
}
