//! Series over whatever stands on the axis of x, with their intervals.

use std::ops::Range;

use super::axis::Axis;
use super::chart::{Band, Format, Labels, Series};
use super::drawing::{Drawing, Mark, Side, Swatch, band_key, points};
use super::style::{Paint, line};

/// Lines over their bands, each named at its end; `x` is the axis and the places of the values on it.
pub(super) fn arrange<'a>(
    labels: &'a Labels,
    (axis, x): (Axis, &[f64]),
    y_format: Format,
    (series, first_color): (&[Series], usize),
    band_meaning: &str,
) -> Drawing<'a> {
    let opacity = if series.len() > 4 { 0.10 } else { 0.18 };
    let (mut shown, mut marks, mut over): (Vec<f64>, _, _) = (Vec::new(), Vec::new(), Vec::new());
    for (i, s) in series.iter().enumerate() {
        shown.extend(&s.y);
        shown.extend(s.band.iter().flat_map(|band| band.low.iter().chain(&band.high)));
        for part in unbroken(&s.y) {
            if let Some(Band { low, high }) = &s.band {
                let paint = Paint { color: line(first_color + i).color, opacity };
                marks.push(Mark::band(&x[part.clone()], &low[part.clone()], &high[part.clone()], paint));
            }
            over.push(Mark::Line { points: points(&x[part.clone()], &s.y[part]), stroke: line(first_color + i) });
        }
    }
    marks.append(&mut over);
    let side = |(i, s): (usize, &Series)| Side {
        at: s.y.iter().rfind(|y| !y.is_nan()).copied(),
        text: s.name.clone(),
        swatch: Swatch::Line(line(first_color + i)),
    };
    let bands: Vec<Option<&Band>> = series.iter().map(|s| s.band.as_ref()).collect();
    Drawing {
        labels,
        x: axis,
        y: Axis::linear(shown.into_iter().filter(|y| !y.is_nan()), y_format),
        marks,
        sides: series.iter().enumerate().map(side).collect(),
        flags: vec![],
        keys: band_key(&bands, band_meaning),
        empty: "",
    }
}

/// The parts of a line between its gaps.
fn unbroken(y: &[f64]) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    for (place, _) in y.iter().enumerate().filter(|(_, y)| !y.is_nan()) {
        match parts.last_mut().filter(|part| part.end == place) {
            Some(part) => part.end = place + 1,
            None => parts.push(place..place + 1),
        }
    }
    parts
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
