//! The file of a PNG.

use tiny_skia::Pixmap;

use super::canvas::{FINE, draw};
use super::check::FigureError;
use super::picture::Picture;
use super::pixels::Pixels;

/// Pixels of the PNG in one of the picture: sharp in print and on dense screens.
const ZOOM: f64 = 2.0;

/// The PNG of a picture, at twice its size.
///
/// # Errors
///
/// If the picture is too large for memory.
pub fn png(picture: &Picture) -> Result<Vec<u8>, FigureError> {
    let (width, height) = picture.size;
    let pixels = |length: f64| (length * ZOOM).round() as u32;
    let pixmap = Pixmap::new(pixels(width), pixels(height))
        .ok_or_else(|| FigureError::Library("the picture has no size".to_owned()))?;
    let drawn = draw(picture, Pixels::new(pixmap, (ZOOM / FINE) as f32))?;
    encoded(&drawn.pixmap).map_err(|error| FigureError::Library(error.to_string()))
}

/// Red, green and blue alone, since a figure lies on white. Rows of one colour need no filter, and the fastest level of
/// deflate makes a file a quarter smaller than `Compression::Fast` in the same time, where the next takes four times as
/// long.
fn encoded(pixels: &Pixmap) -> Result<Vec<u8>, png::EncodingError> {
    let colors: Vec<u8> = pixels.data().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, pixels.width(), pixels.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_filter(png::Filter::NoFilter);
    encoder.set_deflate_compression(png::DeflateCompression::Level(1));
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&colors)?;
    writer.finish()?;
    Ok(file)
}
