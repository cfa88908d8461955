//! Series over a number that was varied, with their intervals.

use super::axis::Axis;
use super::chart::RelationChart;
use super::curves;
use super::drawing::Drawing;

pub(super) fn arrange(chart: &RelationChart) -> Drawing<'_> {
    let RelationChart { labels, x_format, x_scale, x, y_format, series, band_meaning } = chart;
    curves::arrange(labels, (Axis::spanning(x, *x_format, *x_scale), x), *y_format, (series, 0), band_meaning)
}
