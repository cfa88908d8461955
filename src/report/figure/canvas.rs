//! Shapes as plotters draws them, on any of its backends.
//!
//! plotters places everything on whole units. The picture is therefore drawn
//! ten times as large and shown at a tenth, which keeps curves smooth.

use std::fmt::Display;

use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color as _, IntoFont, RGBAColor, RGBColor, ShapeStyle, TextStyle};
use plotters_backend::DrawingBackend;

use super::check::FigureError;
use super::drawing::Point;
use super::picture::{Anchor, Picture, Shape, Word};
use super::style::{Color, Paint, Stroke};
use super::text::{FAMILY, clean, font};

/// plotters' units in a pixel.
pub(super) const FINE: f64 = 10.0;

/// plotters' backends draw letters of its size divided by this.
pub(super) const SIZE: f64 = 1.24;

/// The baseline of letters below the point at their top, as a share of their size.
pub(super) const BASELINE: f64 = 0.76;

/// Points nearer than this, in pixels, are one.
const NEAR: f64 = 0.25;

/// Draws `picture` on `backend`, which is [`FINE`] times as large.
pub(super) fn draw<B: DrawingBackend>(picture: &Picture, backend: B) -> Result<B, FigureError> {
    font().map_err(FigureError::Library)?;
    let mut canvas = Canvas { backend, trouble: None };
    picture.shapes.iter().for_each(|shape| canvas.shape(shape));
    let presented = canvas.backend.present();
    canvas.note(presented);
    match canvas.trouble {
        Some(trouble) => Err(FigureError::Library(trouble)),
        None => Ok(canvas.backend),
    }
}

struct Canvas<B> {
    backend: B,
    trouble: Option<String>,
}

impl<B: DrawingBackend> Canvas<B> {
    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Line(points, stroke) => self.line(points, *stroke),
            Shape::Area(low, high, paint) => self.polygon(&between(low, high), *paint),
            Shape::Polygon(outline, paint) => self.polygon(outline, *paint),
            Shape::Word(word) => self.word(word),
        }
    }

    fn line(&mut self, points: &[Point], stroke: Stroke) {
        let points = thinned(points);
        if let [alone] = points[..] {
            return self.dot(alone, stroke.width * 1.6, stroke.color);
        }
        let style =
            ShapeStyle { color: solid(stroke.color), filled: false, stroke_width: fine(stroke.width).unsigned_abs() };
        for piece in dashed(&points, stroke.dash.pattern()) {
            let drawn = self.backend.draw_path(piece.into_iter().map(fine_point), &style);
            self.note(drawn);
        }
    }

    fn polygon(&mut self, outline: &[Point], paint: Paint) {
        let style = ShapeStyle { color: mixed(paint.color, paint.opacity), filled: true, stroke_width: 0 };
        let drawn = self.backend.fill_polygon(outline.iter().copied().map(fine_point), &style);
        self.note(drawn);
    }

    fn dot(&mut self, at: Point, radius: f64, color: Color) {
        let radius = fine(radius).unsigned_abs();
        let drawn = self.backend.draw_circle(fine_point(at), radius, &solid(color), true);
        self.note(drawn);
    }

    fn word(&mut self, word: &Word) {
        let horizontal = match word.anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let color = solid(word.color);
        let style = TextStyle::from((FAMILY, word.size * FINE * SIZE).into_font())
            .color(&color)
            .pos(Pos::new(horizontal, VPos::Top));
        let top = (word.x, word.baseline - BASELINE * word.size);
        let drawn = self.backend.draw_text(&clean(&word.text), &style, fine_point(top));
        self.note(drawn);
    }

    fn note<E: Display>(&mut self, drawn: Result<(), E>) {
        if let Err(error) = drawn {
            self.trouble.get_or_insert(error.to_string());
        }
    }
}

/// The outline of the area between two lines.
fn between(low: &[Point], high: &[Point]) -> Vec<Point> {
    let (low, high) = (thinned(low), thinned(high));
    match (&low[..], &high[..]) {
        ([a], [b]) | ([a, ..], [.., b]) if (a.0 - b.0).abs() < NEAR => {
            let (left, right) = (a.0 - 4.0, a.0 + 4.0);
            vec![(left, a.1), (right, a.1), (right, b.1), (left, b.1)]
        }
        _ => low.into_iter().chain(high.into_iter().rev()).collect(),
    }
}

fn thinned(points: &[Point]) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::with_capacity(points.len().min(4096));
    let near = |a: Point, b: Point| (a.0 - b.0).abs() < NEAR && (a.1 - b.1).abs() < NEAR;
    for &point in points {
        if kept.last().is_none_or(|last| !near(*last, point)) {
            kept.push(point);
        }
    }
    kept
}

/// `points` cut into the drawn pieces of `pattern`.
fn dashed(points: &[Point], pattern: &[f64]) -> Vec<Vec<Point>> {
    if pattern.is_empty() {
        return vec![points.to_vec()];
    }
    let mut pieces = Vec::new();
    let mut piece: Vec<Point> = points.first().copied().into_iter().collect();
    let (mut turn, mut left) = (0, pattern[0]);
    for pair in points.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        let mut gone = 0.0;
        while gone + left < length {
            gone += left;
            let share = gone / length;
            let at = (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
            if turn % 2 == 0 {
                piece.push(at);
                pieces.push(std::mem::take(&mut piece));
            } else {
                piece = vec![at];
            }
            turn += 1;
            left = pattern[turn % pattern.len()];
        }
        left -= length - gone;
        if turn % 2 == 0 {
            piece.push(to);
        }
    }
    if piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}

pub(super) fn fine(pixels: f64) -> i32 {
    (pixels * FINE).round() as i32
}

fn fine_point(point: Point) -> (i32, i32) {
    (fine(point.0), fine(point.1))
}

fn solid(color: Color) -> RGBAColor {
    mixed(color, 1.0)
}

fn mixed((r, g, b): Color, opacity: f64) -> RGBAColor {
    RGBColor(r, g, b).mix(opacity)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_cover_their_share_of_a_line() {
        let corner = [(0.0, 0.0), (60.0, 0.0), (60.0, 50.0)];
        let pieces = dashed(&corner, &[7.0, 4.0]);
        let length: f64 =
            pieces.iter().flat_map(|p| p.windows(2)).map(|w| (w[1].0 - w[0].0).hypot(w[1].1 - w[0].1)).sum();
        assert!((length - 70.0).abs() < 1e-9, "{length}");
        assert_eq!(pieces.len(), 10);
    }

    #[test]
    fn points_that_look_the_same_are_drawn_once() {
        let many: Vec<Point> = (0..1_000_000).map(|i| (f64::from(i) * 1e-4, 0.0)).collect();
        assert!(thinned(&many).len() <= 401);
        assert_eq!(thinned(&[(1.0, 1.0); 5]).len(), 1);
    }
}
