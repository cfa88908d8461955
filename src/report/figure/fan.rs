//! Fan charts.

use super::axis::Axis;
use super::chart::FanChart;
use super::drawing::{Drawing, Mark, Side, Swatch, points};
use super::style::{BLUE, Dash, Paint, Stroke, reference};

const MEDIAN: Stroke = Stroke { color: BLUE, width: 2.4, dash: Dash::Solid };
const OUTER: Paint = Paint { color: BLUE, opacity: 0.16 };
const INNER: Paint = Paint { color: BLUE, opacity: 0.30 };
/// The inner band lies upon the outer one.
const INNER_SEEN: Paint = Paint { color: BLUE, opacity: 0.41 };

pub(super) fn arrange(chart: &FanChart) -> Drawing<'_> {
    let references = chart.references.iter().map(|curve| &curve.y);
    let shown = [&chart.p05, &chart.p95].into_iter().chain(references);
    Drawing {
        labels: &chart.labels,
        x: Axis::time(&chart.months),
        y: Axis::linear(shown.flatten().copied(), chart.y_format),
        marks: marks(chart),
        sides: sides(chart),
        flags: vec![],
        keys: vec![],
        empty: "",
    }
}

fn marks(chart: &FanChart) -> Vec<Mark> {
    let line = |y: &[f64], stroke| Mark::Line { points: points(&chart.months, y), stroke };
    let references = chart.references.iter().enumerate();
    let mut marks = vec![
        Mark::band(&chart.months, &chart.p05, &chart.p95, OUTER),
        Mark::band(&chart.months, &chart.p25, &chart.p75, INNER),
        line(&chart.p50, MEDIAN),
    ];
    marks.extend(references.map(|(i, curve)| line(&curve.y, reference(i))));
    marks
}

fn sides(chart: &FanChart) -> Vec<Side> {
    let side = |y: &[f64], text: &str, swatch| Side { at: y.last().copied(), text: text.to_owned(), swatch };
    let references = chart.references.iter().enumerate();
    let mut sides = vec![
        side(&chart.p95, "95th percentile", Swatch::Fill(OUTER)),
        side(&chart.p75, "75th percentile", Swatch::Fill(INNER_SEEN)),
        side(&chart.p50, "median", Swatch::Line(MEDIAN)),
        side(&chart.p25, "25th percentile", Swatch::Fill(INNER_SEEN)),
        side(&chart.p05, "5th percentile", Swatch::Fill(OUTER)),
    ];
    sides.extend(references.map(|(i, c)| side(&c.y, &c.name, Swatch::Line(reference(i)))));
    sides
}
