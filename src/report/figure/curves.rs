//! Series over whatever stands on the axis of x, with their intervals.

use super::axis::Axis;
use super::chart::{Band, Format, Labels, Series};
use super::drawing::{Drawing, Mark, Side, Swatch, band_key, points, unbroken};
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
                marks.extend(Mark::bands(&x[part.clone()], &low[part.clone()], &high[part.clone()], paint));
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
