//! The text of an SVG.

use plotters::backend::SVGBackend;

use super::canvas::{draw, fine};
use super::check::FigureError;
use super::picture::Picture;
use super::text::clean;

/// The picture as the text of an SVG.
///
/// The same picture gives the same text, byte for byte.
///
/// # Errors
///
/// If the drawing library fails.
pub fn svg(picture: &Picture) -> Result<String, FigureError> {
    let mut text = String::new();
    let size = (fine(picture.size.0).unsigned_abs(), fine(picture.size.1).unsigned_abs());
    draw(picture, SVGBackend::with_string(&mut text, size))?;
    Ok(with_head(picture, &text))
}

/// plotters' head, which says "ten times as large", replaced by ours.
fn with_head(picture: &Picture, text: &str) -> String {
    let body = text.split_once('>').map_or("", |(_, body)| body);
    let (w, h) = picture.size;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" \
         viewBox=\"0 0 {fw} {fh}\" role=\"img\" stroke-linejoin=\"round\">\n\
         <title>{}</title>\n<desc>{}</desc>{body}",
        escape(&picture.title),
        escape(&picture.description),
        fw = fine(w),
        fh = fine(h),
    )
}

fn escape(text: &str) -> String {
    clean(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
