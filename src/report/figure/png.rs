//! Pixels of an SVG.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};

use super::canvas::FONT;
use super::check::FigureError;

/// Pixels per pixel of the SVG: sharp in print and on dense screens.
const ZOOM: f32 = 2.0;

/// The PNG of a picture that [`svg`](super::svg) has drawn, at twice its size.
///
/// # Errors
///
/// If `svg` is not an SVG, or too large for memory.
pub fn png(svg: &str) -> Result<Vec<u8>, FigureError> {
    let tree = parse(svg)?;
    let size = tree.size().to_int_size().scale_by(ZOOM);
    let mut pixels = size
        .and_then(|size| Pixmap::new(size.width(), size.height()))
        .ok_or_else(|| FigureError::Library("the picture has no size".to_owned()))?;
    resvg::render(&tree, Transform::from_scale(ZOOM, ZOOM), &mut pixels.as_mut());
    encoded(&pixels).map_err(|error| FigureError::Library(error.to_string()))
}

/// Red, green and blue alone, since a figure lies on white; compressed fast, since a run waits for it.
fn encoded(pixels: &Pixmap) -> Result<Vec<u8>, png::EncodingError> {
    let colors: Vec<u8> = pixels.data().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, pixels.width(), pixels.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&colors)?;
    writer.finish()?;
    Ok(file)
}

pub(super) fn parse(svg: &str) -> Result<Tree, FigureError> {
    static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
        let mut fonts = Database::new();
        fonts.load_font_data(FONT.to_vec());
        fonts.set_sans_serif_family("DejaVu Sans");
        Arc::new(fonts)
    });
    let options = Options { fontdb: Arc::clone(&FONTS), ..Options::default() };
    Tree::from_str(svg, &options).map_err(|error| FigureError::Library(error.to_string()))
}
