//! How wide words are, and where they break.

use std::sync::LazyLock;

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};

/// A subset of `DejaVu Sans`; its licence lies beside it.
pub(super) const FONT: &[u8] = include_bytes!("../font/DejaVuSans-subset.ttf");

/// Where the first is missing, the second has letters of the same width.
pub(super) const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";

/// plotters measures by the font's height: ascent and descent in its `hhea` table.
const HEIGHT: f64 = (1901.0 + 483.0) / 2048.0;

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

/// Makes plotters know the font.
pub(super) fn font() -> Result<(), String> {
    static REGISTERED: LazyLock<bool> = LazyLock::new(|| register_font(FAMILY, FontStyle::Normal, FONT).is_ok());
    if *REGISTERED { Ok(()) } else { Err("the bundled font is broken".to_owned()) }
}

/// Without the characters that may not stand in XML.
pub(super) fn clean(text: &str) -> String {
    let allowed = |c: char| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}');
    text.chars().map(|c| if allowed(c) { c } else { ' ' }).collect()
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
}
