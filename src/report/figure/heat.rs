//! A quantity over a grid of two numbers, as colours.

use super::axis::Axis;
use super::chart::{Format, HeatMap};
use super::drawing::{Drawing, Key, Mark, Swatch};
use super::style::{Dash, INK, Paint, Stroke, ramp};

/// Colours that can be told apart in a map.
const CLASSES: usize = 7;

pub(super) fn arrange(chart: &HeatMap) -> Drawing<'_> {
    let HeatMap { labels, x_format, x, y_format, y, z_format, z, contour, edges: rims, contour_meaning } = chart;
    let (xs, ys) = (edges(x), edges(y));
    let classes = Classes::of(z.iter().flatten().copied(), *z_format);
    let mut marks = Vec::new();
    for (row, values) in z.iter().enumerate() {
        for (column, &value) in values.iter().enumerate() {
            let paint = Paint { color: ramp(classes.class(value), CLASSES), opacity: 1.0 };
            let ends = [xs[column], xs[column + 1]];
            marks.push(Mark::band(&ends, &[ys[row]; 2], &[ys[row + 1]; 2], paint));
        }
    }
    for (lines, width, dash) in [(contour, 2.2, Dash::Solid), (rims, 1.4, Dash::Dotted)] {
        let stroke = Stroke { color: INK, width, dash };
        marks.extend(lines.iter().map(|line| Mark::Line { points: line.clone(), stroke }));
    }
    let mut keys = classes.keys();
    if !contour.is_empty() {
        let stroke = Stroke { color: INK, width: 2.2, dash: Dash::Solid };
        keys.push(Key { swatch: Swatch::Line(stroke), text: contour_meaning.clone() });
    }
    Drawing {
        labels,
        x: Axis::marked(x, (xs[0], xs[xs.len() - 1]), *x_format),
        y: Axis::marked(y, (ys[0], ys[ys.len() - 1]), *y_format),
        marks,
        sides: vec![],
        flags: vec![],
        keys,
        empty: "",
    }
}

/// Half-way between neighbours, and as far beyond the ends.
fn edges(values: &[f64]) -> Vec<f64> {
    let n = values.len();
    let half = |a: f64, b: f64| (b - a) / 2.0;
    let (first, last) = if n > 1 {
        (half(values[0], values[1]), half(values[n - 2], values[n - 1]))
    } else {
        (values[0].abs().max(1.0) / 2.0, values[0].abs().max(1.0) / 2.0)
    };
    let inner = values.windows(2).map(|pair| pair[0].midpoint(pair[1]));
    std::iter::once(values[0] - first).chain(inner).chain([values[n - 1] + last]).collect()
}

/// Equal steps from the least to the largest value.
struct Classes {
    low: f64,
    step: f64,
    format: Format,
}

impl Classes {
    fn of(values: impl Iterator<Item = f64>, format: Format) -> Self {
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (v.min(low), v.max(high)));
        Self { low, step: ((high - low) / CLASSES as f64).max(f64::MIN_POSITIVE), format }
    }

    fn class(&self, value: f64) -> usize {
        (((value - self.low) / self.step).floor().max(0.0) as usize).min(CLASSES - 1)
    }

    fn keys(&self) -> Vec<Key> {
        let end = |class: usize| self.low + class as f64 * self.step;
        let digits = 10_f64.powf(self.step.log10().floor() - 1.0);
        let label = |value: f64| Axis::label(value, digits, end(CLASSES).abs().max(self.low.abs()), self.format);
        let key = |class: usize| Key {
            swatch: Swatch::Fill(Paint { color: ramp(class, CLASSES), opacity: 1.0 }),
            text: format!("{} to {}", label(end(class)), label(end(class + 1))),
        };
        (0..CLASSES).map(key).collect()
    }
}
