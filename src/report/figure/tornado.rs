//! What one change after another does, widest first.

use super::axis::Axis;
use super::chart::TornadoChart;
use super::drawing::{Drawing, Key, Mark, Side, Swatch};
use super::style::{BLUE, Dash, INK, Paint, Stroke, VERMILLION};

const AT_LEAST: Paint = Paint { color: BLUE, opacity: 0.85 };
const AT_MOST: Paint = Paint { color: VERMILLION, opacity: 0.85 };

pub(super) fn arrange(chart: &TornadoChart) -> Drawing<'_> {
    let TornadoChart { labels, x_format, base, bars } = chart;
    let count = bars.len();
    let (mut marks, mut sides) = (Vec::new(), Vec::new());
    for (place, bar) in bars.iter().enumerate() {
        let row = (count - 1 - place) as f64;
        for (end, paint) in [(bar.at_least, AT_LEAST), (bar.at_most, AT_MOST)] {
            let ends = [base.min(end), base.max(end)];
            marks.push(Mark::band(&ends, &[row - 0.32; 2], &[row + 0.32; 2], paint));
        }
        sides.push(Side {
            at: Some(row),
            text: bar.name.clone(),
            swatch: Swatch::Fill(Paint { color: INK, opacity: 0.0 }),
        });
    }
    let stroke = Stroke { color: INK, width: 1.4, dash: Dash::Solid };
    marks.push(Mark::Line { points: vec![(*base, -0.5), (*base, count as f64 - 0.5)], stroke });
    let shown = bars.iter().flat_map(|bar| [bar.at_least, bar.at_most]).chain([*base]);
    let key = |paint, text: &str| Key { swatch: Swatch::Fill(paint), text: text.to_owned() };
    Drawing {
        labels,
        x: Axis::linear(shown, *x_format),
        y: Axis::rows(count),
        marks,
        sides,
        flags: vec![],
        keys: vec![key(AT_LEAST, "at the first value"), key(AT_MOST, "at the last value")],
        empty: "",
    }
}
