//! Parts of a sum over time.

use super::axis::Axis;
use super::chart::StackedAreaChart;
use super::drawing::{Drawing, Mark, Side, Swatch, points};
use super::style::{Dash, Paint, Stroke, WHITE, fill, reference};

pub(super) fn arrange(chart: &StackedAreaChart) -> Drawing<'_> {
    let StackedAreaChart { labels, y_format, months, layers, references } = chart;
    let (mut marks, mut sides) = (Vec::new(), Vec::new());
    let mut low = vec![0.0; months.len()];
    for (i, layer) in layers.iter().enumerate() {
        let high: Vec<f64> = low.iter().zip(&layer.y).map(|(l, y)| l + y).collect();
        let paint = Paint { color: fill(i), opacity: 1.0 };
        marks.push(Mark::band(months, &low, &high, paint));
        if months.len() > 1 {
            let seam = Stroke { color: WHITE, width: 0.8, dash: Dash::Solid };
            marks.push(Mark::Line { points: points(months, &high), stroke: seam });
        }
        sides.push(Side {
            at: low.last().zip(high.last()).map(|(l, h)| l.midpoint(*h)),
            text: layer.name.clone(),
            swatch: Swatch::Fill(paint),
        });
        low = high;
    }
    // Labels are listed downwards.
    sides.reverse();
    for (i, curve) in references.iter().enumerate() {
        marks.push(Mark::Line { points: points(months, &curve.y), stroke: reference(i) });
        sides.push(Side { at: curve.y.last().copied(), text: curve.name.clone(), swatch: Swatch::Line(reference(i)) });
    }
    let shown = low.iter().chain(references.iter().flat_map(|r| &r.y));
    Drawing {
        labels,
        x: Axis::time(months),
        y: Axis::linear(shown.copied(), *y_format),
        marks,
        sides,
        flags: vec![],
        keys: vec![],
        empty: "",
    }
}
