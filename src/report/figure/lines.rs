//! Series over time with their intervals.

use super::axis::Axis;
use super::chart::LineChart;
use super::curves;
use super::drawing::Drawing;

pub(super) fn arrange(chart: &LineChart) -> Drawing<'_> {
    let LineChart { first_color, labels, y_format, months, series, band_meaning } = chart;
    curves::arrange(labels, (Axis::time(months), months), *y_format, (series, *first_color), band_meaning)
}
