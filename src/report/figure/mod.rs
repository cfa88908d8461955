//! Pictures: plain data in, an SVG text and a PNG out.
//!
//! A chart is first checked (`check`), then arranged as marks in the units of
//! its data (`fan`, `exceedance`, `stacked`, `heat`, `tornado`; `lines` and
//! `relation`, which are `curves`), laid out in pixels (`layout`) and listed
//! as the shapes of a picture (`render`). plotters draws these (`canvas`) on
//! its own backend for `svg`, and on ours (`pixels`) for `png`, both in
//! vectors and with the same font.
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
mod outline;
mod picture;
mod pixels;
mod png;
mod relation;
mod render;
mod stacked;
mod style;
mod svg;
mod text;
mod tornado;

pub use chart::{
    Band, Benchmark, Curve, Exceedance, ExceedanceChart, FanChart, Figure, Format, GAP, HeatMap, Labels, LineChart,
    RelationChart, Scale, Series, StackedAreaChart, TornadoBar, TornadoChart, origin,
};
pub use check::FigureError;
pub use picture::Picture;
pub use png::png;
pub use render::picture;
pub use svg::svg;

#[cfg(test)]
mod gallery;
