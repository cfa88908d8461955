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

    fn fill(&mut self, path: Option<Path>, placed: Transform, color: BackendColor) -> Drawn {
        if let Some(path) = path {
            let placed = placed.post_scale(self.scale, self.scale);
            self.pixmap.fill_path(&path, &paint(color), FillRule::Winding, placed, None);
        }
        Ok(())
    }

    fn stroke(&mut self, path: Option<Path>, width: u32, color: BackendColor) -> Drawn {
        if let Some(path) = path {
            let stroke = Stroke { width: width as f32, line_join: LineJoin::Round, ..Stroke::default() };
            let placed = Transform::from_scale(self.scale, self.scale);
            self.pixmap.stroke_path(&path, &paint(color), &stroke, placed, None);
        }
        Ok(())
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
        self.fill(unit, Transform::identity(), color)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, points: I, style: &S) -> Drawn {
        self.stroke(through(points).finish(), style.stroke_width(), style.color())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, points: I, style: &S) -> Drawn {
        self.fill(through(points).finish(), Transform::identity(), style.color())
    }

    fn draw_circle<S: BackendStyle>(&mut self, (x, y): BackendCoord, radius: u32, style: &S, fill: bool) -> Drawn {
        let circle = PathBuilder::from_circle(x as f32, y as f32, radius as f32);
        if fill {
            self.fill(circle, Transform::identity(), style.color())
        } else {
            self.stroke(circle, style.stroke_width(), style.color())
        }
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
        self.fill(word.path, placed, style.color())
    }
}

fn through(points: impl IntoIterator<Item = BackendCoord>) -> PathBuilder {
    let mut path = PathBuilder::new();
    for (x, y) in points {
        if path.is_empty() {
            path.move_to(x as f32, y as f32);
        } else {
            path.line_to(x as f32, y as f32);
        }
    }
    path
}

fn paint(BackendColor { alpha, rgb: (r, g, b) }: BackendColor) -> Paint<'static> {
    let mut color = Color::from_rgba8(r, g, b, 255);
    color.set_alpha(alpha as f32);
    Paint { shader: Shader::SolidColor(color), anti_alias: true, ..Paint::default() }
}
