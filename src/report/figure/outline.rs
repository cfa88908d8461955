//! The outlines of words, set as programs that show an SVG set them.

use std::sync::LazyLock;

use tiny_skia::{Path, PathBuilder};
use ttf_parser::gpos::{PairAdjustment, PositioningSubtable};
use ttf_parser::{Face, FaceParsingError, GlyphId, OutlineBuilder};

use super::text::FONT;

/// A word in units of the font: its letters stand on y = 0 and begin at x = 0; y points upwards.
pub(super) struct Outline {
    /// Nothing where no letter has a line, such as a space.
    pub(super) path: Option<Path>,
    pub(super) width: f32,
    /// Of these units in the size of the font.
    pub(super) per_size: f32,
}

/// The outline of `text`, its letters kerned and spaces that follow each other taken for one.
pub(super) fn outline(text: &str) -> Result<Outline, FaceParsingError> {
    static FACE: LazyLock<Result<Face<'static>, FaceParsingError>> = LazyLock::new(|| Face::parse(FONT, 0));
    let face = FACE.as_ref().map_err(|error| *error)?;
    let mut pen = Pen { path: PathBuilder::new(), x: 0.0 };
    let mut before = None;
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    for letter in words.join(" ").chars() {
        // A letter that the font lacks is its empty box.
        let glyph = face.glyph_index(letter).unwrap_or_default();
        pen.x += before.map_or(0.0, |before| f32::from(kern(face, before, glyph)));
        face.outline_glyph(glyph, &mut pen);
        pen.x += f32::from(face.glyph_hor_advance(glyph).unwrap_or(0));
        before = Some(glyph);
    }
    Ok(Outline { path: pen.path.finish(), width: pen.x, per_size: f32::from(face.units_per_em()) })
}

/// How much nearer `second` stands to `first` than the width of `first` says:
/// the first subtable of each lookup that covers the pair, the lookups added.
fn kern(face: &Face<'_>, first: GlyphId, second: GlyphId) -> i16 {
    let Some(table) = face.tables().gpos else {
        return 0;
    };
    let lookups = table.lookups.into_iter();
    lookups.filter_map(|lookup| lookup.subtables.into_iter().find_map(|sub| shift(&sub, first, second))).sum()
}

fn shift(subtable: &PositioningSubtable<'_>, first: GlyphId, second: GlyphId) -> Option<i16> {
    let PositioningSubtable::Pair(pairs) = subtable else {
        return None;
    };
    let covered = pairs.coverage().get(first)?;
    let (moved, _) = match pairs {
        PairAdjustment::Format1 { sets, .. } => sets.get(covered)?.get(second)?,
        PairAdjustment::Format2 { classes, matrix, .. } => matrix.get((classes.0.get(first), classes.1.get(second)))?,
    };
    Some(moved.x_advance)
}

/// Draws letters one beside the other.
struct Pen {
    path: PathBuilder,
    x: f32,
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.path.move_to(self.x + x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.path.line_to(self.x + x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.path.quad_to(self.x + x1, y1, self.x + x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.path.cubic_to(self.x + x1, y1, self.x + x2, y2, self.x + x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In the font: `V` is 1401 of 2048 wide, `A` too, and the two stand 131 nearer.
    #[test]
    fn letters_stand_side_by_side_and_are_kerned() {
        let width = |text| outline(text).unwrap().width as i32;
        assert_eq!(width("00"), 2 * 1303);
        assert_eq!(width("AV"), 2 * 1401 - 131);
        assert_eq!(width("  0   0 "), width("0 0"));
        assert_eq!(width(""), 0);
        assert!(outline(" ").unwrap().path.is_none());
    }
}
