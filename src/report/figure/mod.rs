//! Pictures: plain data in, an SVG text out, and a PNG of it.
//!
//! A chart is first checked (`check`), then arranged as marks in the units of
//! its data (`fan`, `exceedance`, `stacked`, `heat`, `tornado`; `lines` and
//! `relation`, which are `curves`), laid out in pixels (`layout`) and drawn (`render`). Only `canvas` knows of plotters.
//!
//! Plans, contracts and published figures are black and dashed; simulated
//! quantities are in colour. The colours of Okabe and Ito are distinguishable
//! under colour blindness.

mod axis;
mod canvas;
mod chart;
mod check;
mod curves;
mod drawing;
mod exceedance;
mod fan;
mod heat;
mod layout;
mod lines;
mod png;
mod relation;
mod render;
mod stacked;
mod style;
mod tornado;

pub use chart::{
    Band, Benchmark, Curve, Exceedance, ExceedanceChart, FanChart, Figure, Format, GAP, HeatMap, Labels, LineChart,
    RelationChart, Scale, Series, StackedAreaChart, TornadoBar, TornadoChart, origin,
};
pub use check::FigureError;
pub use png::png;
pub use render::svg;

#[cfg(test)]
mod gallery;
