//! The only file that uses plotters: strokes, areas and words in pixels.
//!
//! plotters places everything on whole pixels. The picture is therefore drawn
//! ten times as large and shown at a tenth, which keeps curves smooth.

use std::fmt::Display;
use std::sync::LazyLock;

use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{
    Color as _, FontDesc, FontFamily, FontStyle, IntoFont, RGBAColor, RGBColor, ShapeStyle, TextStyle, register_font,
};

use super::check::FigureError;
use super::drawing::Point;
use super::style::{Color, Paint, Stroke};

/// A subset of `DejaVu Sans`; its licence lies beside it.
pub(super) const FONT: &[u8] = include_bytes!("../font/DejaVuSans-subset.ttf");

/// Where the first is missing, the second has letters of the same width.
const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";

/// plotters' units in a pixel.
const FINE: f64 = 10.0;

/// plotters writes a font `FINE * 1.24` too small, and measures by the font's
/// height (ascent and descent in its `hhea` table) instead.
const SIZE: f64 = 1.24;
const HEIGHT: f64 = (1901.0 + 483.0) / 2048.0;

/// Points nearer than this, in pixels, are one.
const NEAR: f64 = 0.25;

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

pub(super) struct Canvas<'a> {
    backend: SVGBackend<'a>,
    trouble: Option<String>,
}

/// The SVG that `draw` draws, `size` wide and high, with words for those who
/// cannot see it.
pub(super) fn paint(
    size: Point,
    title: &str,
    description: &str,
    draw: impl FnOnce(&mut Canvas<'_>),
) -> Result<String, FigureError> {
    font().map_err(FigureError::Library)?;
    let mut text = String::new();
    let fine = (fine(size.0).unsigned_abs(), fine(size.1).unsigned_abs());
    let mut canvas = Canvas { backend: SVGBackend::with_string(&mut text, fine), trouble: None };
    draw(&mut canvas);
    let presented = canvas.backend.present();
    canvas.note(presented);
    let trouble = canvas.trouble.take();
    drop(canvas);
    match trouble {
        Some(trouble) => Err(FigureError::Library(trouble)),
        None => Ok(with_head(size, title, description, &text)),
    }
}

/// plotters' head, which says "ten times as large", replaced by ours.
fn with_head(size: Point, title: &str, description: &str, text: &str) -> String {
    let body = text.split_once('>').map_or("", |(_, body)| body);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" \
         viewBox=\"0 0 {fw} {fh}\" role=\"img\" stroke-linejoin=\"round\">\n\
         <title>{}</title>\n<desc>{}</desc>{body}",
        escape(title),
        escape(description),
        w = size.0,
        h = size.1,
        fw = fine(size.0),
        fh = fine(size.1),
    )
}

impl Canvas<'_> {
    /// A line through `points`; where they all are one, a dot.
    pub(super) fn line(&mut self, points: &[Point], stroke: Stroke) {
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

    /// Between two lines over the same x; where these all are one, a bar.
    pub(super) fn area(&mut self, low: &[Point], high: &[Point], paint: Paint) {
        let (low, high) = (thinned(low), thinned(high));
        let outline: Vec<Point> = match (&low[..], &high[..]) {
            ([a], [b]) | ([a, ..], [.., b]) if (a.0 - b.0).abs() < NEAR => {
                let (left, right) = (a.0 - 4.0, a.0 + 4.0);
                vec![(left, a.1), (right, a.1), (right, b.1), (left, b.1)]
            }
            _ => low.into_iter().chain(high.into_iter().rev()).collect(),
        };
        self.polygon(outline, paint);
    }

    pub(super) fn polygon(&mut self, outline: Vec<Point>, paint: Paint) {
        let style = ShapeStyle { color: mixed(paint.color, paint.opacity), filled: true, stroke_width: 0 };
        let drawn = self.backend.fill_polygon(outline.into_iter().map(fine_point), &style);
        self.note(drawn);
    }

    fn dot(&mut self, at: Point, radius: f64, color: Color) {
        let radius = fine(radius).unsigned_abs();
        let drawn = self.backend.draw_circle(fine_point(at), radius, &solid(color), true);
        self.note(drawn);
    }

    pub(super) fn word(&mut self, word: &Word) {
        let horizontal = match word.anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let color = solid(word.color);
        let style = TextStyle::from((FAMILY, word.size * FINE * SIZE).into_font())
            .color(&color)
            .pos(Pos::new(horizontal, VPos::Top));
        // plotters puts the baseline 0.76 of the size below the top.
        let top = (word.x, word.baseline - 0.76 * word.size);
        let drawn = self.backend.draw_text(&clean(&word.text), &style, fine_point(top));
        self.note(drawn);
    }

    fn note<E: Display>(&mut self, drawn: Result<(), E>) {
        if let Err(error) = drawn {
            self.trouble.get_or_insert(error.to_string());
        }
    }
}

/// The width of `text` in pixels, in a font of `size` pixels.
pub(super) fn width(text: &str, size: f64) -> f64 {
    // Measured large, since plotters answers in whole units.
    const LARGE: f64 = 1000.0;
    if font().is_err() {
        return 0.0;
    }
    let font = FontDesc::new(FontFamily::Name(FAMILY), LARGE, FontStyle::Normal);
    let measured = font.box_size(&clean(text)).map_or(0, |(width, _)| width);
    f64::from(measured) / LARGE * HEIGHT * size
}

/// `text` in lines no wider than `room`, at most `most` of them; what does not
/// fit ends in "…".
pub(super) fn wrapped(text: &str, size: f64, room: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let longer = lines.last().map(|line| format!("{line} {word}"));
        match longer.filter(|line| width(line, size) <= room) {
            Some(longer) => {
                lines.pop();
                lines.push(longer);
            }
            None if lines.len() == most => return ended(lines, size, room),
            None => lines.push(shortened(word, size, room)),
        }
    }
    lines
}

/// `text` on one line no wider than `room`, ending in "…" if it is cut.
pub(super) fn shortened(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut kept: String = text.to_owned();
    while !kept.is_empty() && width(&format!("{kept}…"), size) > room {
        kept.pop();
    }
    format!("{}…", kept.trim_end())
}

fn ended(mut lines: Vec<String>, size: f64, room: f64) -> Vec<String> {
    if let Some(last) = lines.pop() {
        // Wider than the room by the ellipsis, so that it is cut if need be.
        let marked = format!("{last}…");
        let fits = width(&marked, size) <= room;
        lines.push(if fits { marked } else { shortened(&format!("{last} …………"), size, room) });
    }
    lines
}

fn font() -> Result<(), String> {
    static REGISTERED: LazyLock<bool> = LazyLock::new(|| register_font(FAMILY, FontStyle::Normal, FONT).is_ok());
    if *REGISTERED { Ok(()) } else { Err("the bundled font is broken".to_owned()) }
}

/// Without the characters that may not stand in XML.
fn clean(text: &str) -> String {
    let allowed = |c: char| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}');
    text.chars().map(|c| if allowed(c) { c } else { ' ' }).collect()
}

fn escape(text: &str) -> String {
    clean(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
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

fn fine(pixels: f64) -> i32 {
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
    fn words_have_their_width_and_narrow_letters_are_narrower() {
        // From the font's own tables: "0" is 1303 of 2048 units wide.
        assert!((width("0000", 12.0) - 4.0 * 12.0 * 1303.0 / 2048.0).abs() < 0.1);
        assert!(width("iiii", 12.0) < width("MMMM", 12.0));
        assert!(width("", 12.0).abs() < 1e-12);
    }

    #[test]
    fn lines_break_at_spaces_and_end_in_an_ellipsis() {
        let room = width("one two", 12.0);
        assert_eq!(wrapped("one two three", 12.0, room, 3), ["one two", "three"]);
        let cut = wrapped("one two three four five six", 12.0, room, 2);
        assert_eq!(cut.len(), 2);
        assert!(cut[1].ends_with('…') && cut.iter().all(|l| width(l, 12.0) <= room), "{cut:?}");
        assert!(shortened("antidisestablishmentarianism", 12.0, 60.0).ends_with('…'));
        assert!(wrapped("", 12.0, room, 2).is_empty());
    }

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
