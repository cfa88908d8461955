//! A figure in pixels: what is drawn, in its order.

use super::drawing::Point;
use super::style::{Color, Paint, Stroke};

/// A figure that is laid out, and can be drawn.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Wide and high.
    pub(super) size: Point,
    /// Words for those who cannot see it.
    pub(super) title: String,
    pub(super) description: String,
    /// What is drawn later lies on top.
    pub(super) shapes: Vec<Shape>,
}

#[derive(Debug, Clone)]
pub(super) enum Shape {
    /// Through the points; where they all are one, a dot.
    Line(Vec<Point>, Stroke),
    /// Between two lines over the same x; where these all are one, a bar.
    Area(Vec<Point>, Vec<Point>, Paint),
    Polygon(Vec<Point>, Paint),
    Word(Word),
}

/// A word on the picture.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) x: f64,
    /// The line the letters stand on.
    pub(super) baseline: f64,
    pub(super) text: String,
    /// Of the font, in pixels.
    pub(super) size: f64,
    pub(super) color: Color,
    pub(super) anchor: Anchor,
}

/// Which end of a word is at its `x`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}
