//! Series over a number that was varied, with their intervals.

use super::axis::Axis;
use super::chart::{Band, RelationChart, Series};
use super::drawing::{Drawing, Mark, Paint, Side, Swatch, band_key, points};
use super::palette::line;

pub(super) fn arrange(chart: &RelationChart) -> Drawing<'_> {
    let RelationChart { labels, x_format, x_scale, x, y_format, series, band_meaning } = chart;
    let opacity = if series.len() > 4 { 0.10 } else { 0.18 };
    let (mut shown, mut marks, mut over): (Vec<f64>, _, _) = (Vec::new(), Vec::new(), Vec::new());
    for (i, s) in series.iter().enumerate() {
        shown.extend(&s.y);
        if let Some(band) = &s.band {
            shown.extend(band.low.iter().chain(&band.high));
            marks.push(Mark::band(x, &band.low, &band.high, Paint { color: line(i).color, opacity }));
        }
        over.push(Mark::Line { points: points(x, &s.y), stroke: line(i) });
    }
    marks.append(&mut over);
    let side = |(i, s): (usize, &Series)| Side {
        at: s.y.last().copied(),
        text: s.name.clone(),
        swatch: Swatch::Line(line(i)),
    };
    let bands: Vec<Option<&Band>> = series.iter().map(|s| s.band.as_ref()).collect();
    Drawing {
        labels,
        x: Axis::spanning(x, *x_format, *x_scale),
        y: Axis::linear(shown.into_iter(), *y_format),
        marks,
        sides: series.iter().enumerate().map(side).collect(),
        flags: vec![],
        keys: band_key(&bands, band_meaning),
        empty: "",
    }
}
