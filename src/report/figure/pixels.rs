//! plotters' shapes as smooth pixels.

use std::convert::Infallible;

use plotters_backend::text_anchor::HPos;
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind};
use tiny_skia::{Color, FillRule, LineJoin, Paint, Path, PathBuilder, Pixmap, Rect, Shader, Stroke, Transform};

use super::canvas::{BASELINE, SIZE};
use super::outline::outline;

/// A picture whose pixels are `1 / scale` of plotters' units wide.
pub(super) struct Pixels {
    pub(super) pixmap: Pixmap,
    scale: f32,
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl Pixels {
    pub(super) fn new(pixmap: Pixmap, scale: f32) -> Self {
        Self { pixmap, scale }
    }

    /// `None` is a path without length or area.
    fn fill(&mut self, path: Option<&Path>, placed: Transform, color: BackendColor) {
        if let Some(path) = path {
            let placed = placed.post_scale(self.scale, self.scale);
            self.pixmap.fill_path(path, &paint(color), FillRule::Winding, placed, None);
        }
    }

    fn stroke(&mut self, path: Option<&Path>, width: u32, color: BackendColor) {
        if let Some(path) = path {
            let stroke = Stroke { width: width as f32, line_join: LineJoin::Round, ..Stroke::default() };
            let placed = Transform::from_scale(self.scale, self.scale);
            self.pixmap.stroke_path(path, &paint(color), &stroke, placed, None);
        }
    }
}

impl DrawingBackend for Pixels {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        let units = |pixels: u32| (pixels as f32 / self.scale).round() as u32;
        (units(self.pixmap.width()), units(self.pixmap.height()))
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        let unit = Rect::from_xywh(x as f32, y as f32, 1.0, 1.0).map(PathBuilder::from_rect);
        self.fill(unit.as_ref(), Transform::identity(), color);
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, points: I, style: &S) -> Drawn {
        self.stroke(through(points).as_ref(), style.stroke_width(), style.color());
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, points: I, style: &S) -> Drawn {
        self.fill(through(points).as_ref(), Transform::identity(), style.color());
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(&mut self, (x, y): BackendCoord, radius: u32, style: &S, fill: bool) -> Drawn {
        let circle = PathBuilder::from_circle(x as f32, y as f32, radius as f32);
        if fill {
            self.fill(circle.as_ref(), Transform::identity(), style.color());
        } else {
            self.stroke(circle.as_ref(), style.stroke_width(), style.color());
        }
        Ok(())
    }

    /// A line of words from left to right, held at its top.
    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, (x, top): BackendCoord) -> Drawn {
        let word = outline(text).map_err(|error| DrawingErrorKind::FontError(Box::new(error)))?;
        let size = style.size() / SIZE;
        let zoom = size as f32 / word.per_size;
        let left = match style.anchor().h_pos {
            HPos::Left => 0.0,
            HPos::Center => zoom * word.width / 2.0,
            HPos::Right => zoom * word.width,
        };
        let baseline = f64::from(top) + BASELINE * size;
        let placed = Transform::from_row(zoom, 0.0, 0.0, -zoom, x as f32 - left, baseline as f32);
        self.fill(word.path.as_ref(), placed, style.color());
        Ok(())
    }
}

fn through(points: impl IntoIterator<Item = BackendCoord>) -> Option<Path> {
    let mut path = PathBuilder::new();
    for (x, y) in points {
        if path.is_empty() {
            path.move_to(x as f32, y as f32);
        } else {
            path.line_to(x as f32, y as f32);
        }
    }
    path.finish()
}

fn paint(BackendColor { alpha, rgb: (r, g, b) }: BackendColor) -> Paint<'static> {
    let mut color = Color::from_rgba8(r, g, b, 255);
    color.set_alpha(alpha as f32);
    Paint { shader: Shader::SolidColor(color), anti_alias: true, ..Paint::default() }
}

#[cfg(test)]
mod tests {
    use super::super::canvas::draw;
    use super::super::drawing::Point;
    use super::super::picture::{Anchor, Picture, Shape, Word};
    use super::super::style::{self, Dash};
    use super::*;

    const RED: style::Color = (255, 0, 0);

    /// 40 by 20 pixels of the picture, each one of the file.
    fn drawn(shapes: Vec<Shape>) -> Pixmap {
        let page = Shape::Polygon(rectangle(0.0, 40.0, 0.0, 20.0), style::Paint { color: style::WHITE, opacity: 1.0 });
        let shapes = std::iter::once(page).chain(shapes).collect();
        let picture = Picture { size: (40.0, 20.0), title: String::new(), description: String::new(), shapes };
        draw(&picture, Pixels::new(Pixmap::new(40, 20).unwrap(), 0.1)).unwrap().pixmap
    }

    fn rectangle(left: f64, right: f64, top: f64, bottom: f64) -> Vec<Point> {
        vec![(left, top), (right, top), (right, bottom), (left, bottom)]
    }

    fn green(pixmap: &Pixmap, x: u32, y: u32) -> u8 {
        pixmap.pixel(x, y).unwrap().green()
    }

    /// Columns that are not white.
    fn inked(pixmap: &Pixmap) -> Vec<u32> {
        (0..40).filter(|x| (0..20).any(|y| green(pixmap, *x, y) < 250)).collect()
    }

    #[test]
    fn areas_cover_their_place_and_mix_by_opacity_and_share_of_a_pixel() {
        let half = Shape::Polygon(rectangle(10.0, 20.5, 5.0, 10.0), style::Paint { color: RED, opacity: 0.5 });
        let pixmap = drawn(vec![half]);
        assert_eq!(green(&pixmap, 9, 7), 255);
        assert!(green(&pixmap, 10, 7).abs_diff(128) <= 1 && green(&pixmap, 19, 9).abs_diff(128) <= 1);
        assert!(green(&pixmap, 20, 7).abs_diff(192) <= 2, "half of a pixel: {}", green(&pixmap, 20, 7));
        assert_eq!(green(&pixmap, 15, 10), 255);
    }

    #[test]
    fn lines_are_as_wide_as_their_stroke_and_dashed() {
        let stroke = style::Stroke { color: RED, width: 2.0, dash: Dash::Long };
        let pixmap = drawn(vec![Shape::Line(vec![(0.0, 10.0), (40.0, 10.0)], stroke)]);
        let column: Vec<u8> = (8..12).map(|y| green(&pixmap, 3, y)).collect();
        assert_eq!(column, [255, 0, 0, 255]);
        let skipped: Vec<u32> = (0..40).filter(|x| green(&pixmap, *x, 10) == 255).collect();
        assert_eq!(skipped, [7, 8, 9, 10, 18, 19, 20, 21, 29, 30, 31, 32]);
    }

    #[test]
    fn one_point_is_a_dot() {
        let stroke = style::Stroke { color: RED, width: 2.5, dash: Dash::Solid };
        let pixmap = drawn(vec![Shape::Line(vec![(20.0, 10.0); 3], stroke)]);
        assert_eq!(inked(&pixmap), (16..24).collect::<Vec<_>>());
    }

    #[test]
    fn words_stand_on_their_line_at_their_anchor() {
        // `H` is 1540 of 2048 wide, with 201 free at either side, and 1493 high.
        let word = |anchor| {
            let word = Word { x: 20.0, baseline: 15.0, text: "H".into(), size: 12.0, color: style::INK, anchor };
            drawn(vec![Shape::Word(word)])
        };
        let ends = |pixmap: &Pixmap| (inked(pixmap)[0], *inked(pixmap).last().unwrap());
        assert_eq!(ends(&word(Anchor::Start)), (21, 27));
        assert_eq!(ends(&word(Anchor::Middle)), (16, 23));
        assert_eq!(ends(&word(Anchor::End)), (12, 18));
        let pixmap = word(Anchor::Start);
        let rows: Vec<u32> = (0..20).filter(|y| (0..40).any(|x| green(&pixmap, x, *y) < 250)).collect();
        assert_eq!(rows, (6..15).collect::<Vec<_>>());
    }
}
