//! Survival functions: how likely it is to exceed an amount.

use super::axis::Axis;
use super::chart::{Band, Exceedance, ExceedanceChart, Format, Scale};
use super::drawing::{Drawing, Flag, Mark, Point, Side, Swatch, band_key, points, unbroken};
use super::style::{Paint, line};

pub(super) fn arrange(chart: &ExceedanceChart) -> Drawing<'_> {
    let curves = &chart.curves;
    let opacity = if curves.len() > 4 { 0.10 } else { 0.18 };
    let (mut marks, mut over) = (Vec::new(), Vec::new());
    for (i, curve) in curves.iter().enumerate() {
        let visible = |p: &Point| is_shown(chart.x_scale, p.0) && is_shown(chart.y_scale, p.1);
        let kept: Vec<Point> = points(&curve.x, &curve.p).into_iter().filter(visible).collect();
        if kept.is_empty() {
            continue;
        }
        marks.extend(bands(curve, chart, Paint { color: line(i).color, opacity }));
        over.push(Mark::Line { points: kept, stroke: line(i) });
    }
    marks.append(&mut over);
    let flags = chart.benchmarks.iter().filter(|b| is_shown(chart.x_scale, b.x));
    let xs = curves.iter().flat_map(|c| c.x.iter().copied());
    let xs = xs.chain(chart.benchmarks.iter().map(|b| b.x));
    let bands: Vec<Option<&Band>> = curves.iter().map(|c| c.band.as_ref()).collect();
    Drawing {
        labels: &chart.labels,
        x: Axis::scaled(xs, chart.x_format, chart.x_scale),
        y: Axis::scaled(heights(chart), Format::Share, chart.y_scale),
        marks,
        sides: sides(chart),
        flags: flags.map(|b| Flag { x: b.x, text: b.label.clone() }).collect(),
        keys: band_key(&bands, &chart.band_meaning),
        empty: "no amount above zero in any path",
    }
}

fn is_shown(scale: Scale, value: f64) -> bool {
    scale == Scale::Linear || value > 0.0
}

/// The interval where it is not withheld and has a height: on a logarithmic scale its lower end
/// may be zero, which is drawn at the foot of the panel.
fn bands(curve: &Exceedance, chart: &ExceedanceChart, paint: Paint) -> Vec<Mark> {
    let Some(Band { low, high }) = &curve.band else {
        return Vec::new();
    };
    let is_seen = |at: &usize| is_shown(chart.x_scale, curve.x[*at]) && is_shown(chart.y_scale, high[*at]);
    let seen = unbroken(high).into_iter().map(|part| part.filter(is_seen).collect::<Vec<usize>>());
    let points = |places: &[usize], y: &[f64]| places.iter().map(|&at| (curve.x[at], y[at])).collect::<Vec<Point>>();
    let area = |places: Vec<usize>| Mark::Area { low: points(&places, low), high: points(&places, high), paint };
    seen.filter(|places| !places.is_empty()).map(area).collect()
}

/// The chances that set the range of y. Intervals may leave it at the foot:
/// they would add empty decades.
fn heights(chart: &ExceedanceChart) -> impl Iterator<Item = f64> {
    let tops = chart.curves.iter().filter_map(|c| c.band.as_ref()).flat_map(|b| &b.high).filter(|p| !p.is_nan());
    chart.curves.iter().flat_map(|c| &c.p).chain(tops).copied()
}

/// A list, not labels at the ends: the curves end at the foot of the panel.
fn sides(chart: &ExceedanceChart) -> Vec<Side> {
    if chart.curves.len() == 1 {
        return Vec::new();
    }
    let nothing =
        |c: &Exceedance| !c.x.iter().zip(&c.p).any(|(x, p)| is_shown(chart.x_scale, *x) && is_shown(chart.y_scale, *p));
    let name = |c: &Exceedance| {
        if nothing(c) { format!("{} (none above zero)", c.name) } else { c.name.clone() }
    };
    let side = |(i, c)| Side { at: None, text: name(c), swatch: Swatch::Line(line(i)) };
    chart.curves.iter().enumerate().map(side).collect()
}
