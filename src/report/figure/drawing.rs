//! A chart as marks in the units of its data, before anything has pixels.

use std::ops::Range;

use super::axis::Axis;
use super::chart::{Band, Labels};
use super::style::{BLUE, INK, Paint, Stroke};

/// A point in the units of the axes.
pub(super) type Point = (f64, f64);

/// Everything a picture consists of.
pub(super) struct Drawing<'a> {
    pub(super) labels: &'a Labels,
    pub(super) x: Axis,
    pub(super) y: Axis,
    /// In the order in which they are drawn.
    pub(super) marks: Vec<Mark>,
    /// Right of the panel.
    pub(super) sides: Vec<Side>,
    /// Vertical lines, labelled above the panel.
    pub(super) flags: Vec<Flag>,
    /// Below the axis.
    pub(super) keys: Vec<Key>,
    /// What an empty panel says.
    pub(super) empty: &'static str,
}

/// Something inside the panel.
pub(super) enum Mark {
    Line {
        points: Vec<Point>,
        stroke: Stroke,
    },
    /// Between two lines over the same x.
    Area {
        low: Vec<Point>,
        high: Vec<Point>,
        paint: Paint,
    },
}

/// A label right of the panel.
pub(super) struct Side {
    /// The y it belongs to; without one, labels stand in a list from the top.
    pub(super) at: Option<f64>,
    pub(super) text: String,
    pub(super) swatch: Swatch,
}

/// The small picture before a label.
#[derive(Clone, Copy)]
pub(super) enum Swatch {
    Line(Stroke),
    Fill(Paint),
}

/// A labelled vertical line.
pub(super) struct Flag {
    pub(super) x: f64,
    pub(super) text: String,
}

/// An entry of the legend below the axis.
pub(super) struct Key {
    pub(super) swatch: Swatch,
    pub(super) text: String,
}

/// Pairs of x and y.
pub(super) fn points(x: &[f64], y: &[f64]) -> Vec<Point> {
    x.iter().copied().zip(y.iter().copied()).collect()
}

impl Mark {
    pub(super) fn band(x: &[f64], low: &[f64], high: &[f64], paint: Paint) -> Self {
        Self::Area { low: points(x, low), high: points(x, high), paint }
    }

    /// The areas between the gaps of two lines.
    pub(super) fn bands(x: &[f64], low: &[f64], high: &[f64], paint: Paint) -> Vec<Self> {
        let area = |part: Range<usize>| Self::band(&x[part.clone()], &low[part.clone()], &high[part], paint);
        unbroken(low).into_iter().map(area).collect()
    }
}

/// The parts of a line between its gaps.
pub(super) fn unbroken(y: &[f64]) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    for (place, _) in y.iter().enumerate().filter(|(_, y)| !y.is_nan()) {
        match parts.last_mut().filter(|part| part.end == place) {
            Some(part) => part.end = place + 1,
            None => parts.push(place..place + 1),
        }
    }
    parts
}

/// The key of the intervals, if any of `bands` is there and has a meaning.
pub(super) fn band_key(bands: &[Option<&Band>], meaning: &str) -> Vec<Key> {
    if meaning.is_empty() || bands.iter().all(Option::is_none) {
        return Vec::new();
    }
    let color = if bands.len() == 1 { BLUE } else { INK };
    let swatch = Swatch::Fill(Paint { color, opacity: 0.18 });
    vec![Key { swatch, text: format!("shaded: {meaning}") }]
}

#[cfg(test)]
mod tests {
    use super::super::chart::GAP;
    use super::*;

    #[test]
    fn a_gap_breaks_a_line() {
        assert_eq!(unbroken(&[1.0, 2.0, GAP, GAP, 3.0]), [0..2, 4..5]);
        assert_eq!(unbroken(&[GAP]), []);
    }
}
