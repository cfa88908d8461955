//! Series over time with their intervals.

use super::axis::Axis;
use super::chart::{Band, LineChart, Series};
use super::drawing::{Drawing, Mark, Paint, Side, Swatch, band_key, points};
use super::palette::line;

pub(super) fn arrange(chart: &LineChart) -> Drawing<'_> {
    let LineChart { labels, y_format, months, series, band_meaning } = chart;
    let opacity = if series.len() > 4 { 0.10 } else { 0.18 };
    let mut shown: Vec<f64> = Vec::new();
    let (mut marks, mut over) = (Vec::new(), Vec::new());
    for (i, s) in series.iter().enumerate() {
        shown.extend(&s.y);
        if let Some(band) = &s.band {
            shown.extend(band.low.iter().chain(&band.high));
            let paint = Paint { color: line(i).color, opacity };
            marks.push(Mark::band(months, &band.low, &band.high, paint));
        }
        over.push(Mark::Line { points: points(months, &s.y), stroke: line(i) });
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
        x: Axis::time(months),
        y: Axis::linear(shown.into_iter(), *y_format),
        marks,
        sides: series.iter().enumerate().map(side).collect(),
        flags: vec![],
        keys: band_key(&bands, band_meaning),
        empty: "",
    }
}
