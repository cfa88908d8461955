//! Strokes, fills and colours; these after Okabe and Ito (2008), "Color universal design".

/// Red, green, blue.
pub(super) type Color = (u8, u8, u8);

pub(super) const INK: Color = (0x22, 0x22, 0x22);
pub(super) const SOFT: Color = (0x60, 0x60, 0x60);
pub(super) const RULE: Color = (0x8c, 0x8c, 0x8c);
pub(super) const GRID: Color = (0xe2, 0xe2, 0xe2);
pub(super) const FAINT: Color = (0xf1, 0xf1, 0xf1);
pub(super) const WHITE: Color = (0xff, 0xff, 0xff);

pub(super) const BLUE: Color = (0x00, 0x72, 0xb2);
pub(super) const VERMILLION: Color = (0xd5, 0x5e, 0x00);
const GREEN: Color = (0x00, 0x9e, 0x73);
const PURPLE: Color = (0xcc, 0x79, 0xa7);
const ORANGE: Color = (0xe6, 0x9f, 0x00);
const SKY: Color = (0x56, 0xb4, 0xe9);
const YELLOW: Color = (0xf0, 0xe4, 0x42);

/// Yellow is left out: a thin yellow line on white is invisible. Dashes
/// multiply the number of styles.
const LINES: [Color; 6] = [BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY];
const FILLS: [Color; 7] = [BLUE, ORANGE, GREEN, SKY, VERMILLION, YELLOW, PURPLE];

#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    pub(super) color: Color,
    /// From 0, not seen, to 1, solid.
    pub(super) opacity: f64,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Stroke {
    pub(super) color: Color,
    /// In pixels.
    pub(super) width: f64,
    pub(super) dash: Dash,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dash {
    Solid,
    Long,
    Dotted,
    Mixed,
}

impl Dash {
    /// Drawn and skipped lengths by turns, in pixels.
    pub(super) fn pattern(self) -> &'static [f64] {
        match self {
            Self::Solid => &[],
            Self::Long => &[7.0, 4.0],
            Self::Dotted => &[2.0, 3.0],
            Self::Mixed => &[9.0, 3.0, 2.0, 3.0],
        }
    }
}

/// The line of the `i`-th series.
pub(super) fn line(i: usize) -> Stroke {
    let dash = [Dash::Solid, Dash::Long, Dash::Dotted, Dash::Mixed][i / LINES.len() % 4];
    Stroke { color: LINES[i % LINES.len()], width: 2.0, dash }
}

/// The `i`-th of `count` colours from pale to dark blue.
pub(super) fn ramp(i: usize, count: usize) -> Color {
    const PALE: Color = (0xf0, 0xf4, 0xf8);
    const DARK: Color = (0x00, 0x33, 0x66);
    let share = i as f64 / (count.max(2) - 1) as f64;
    let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
    (mix(PALE.0, DARK.0), mix(PALE.1, DARK.1), mix(PALE.2, DARK.2))
}

/// The area of the `i`-th part; every round through the colours is paler.
pub(super) fn fill(i: usize) -> Color {
    let whiteness = [0.12, 0.55, 0.78][i / FILLS.len() % 3];
    let mix = |c: u8| (f64::from(c) + (255.0 - f64::from(c)) * whiteness).round() as u8;
    let (r, g, b) = FILLS[i % FILLS.len()];
    (mix(r), mix(g), mix(b))
}

/// The `i`-th of the lines that were written down elsewhere.
pub(super) fn reference(i: usize) -> Stroke {
    let dash = [Dash::Long, Dash::Dotted, Dash::Mixed][i % 3];
    Stroke { color: INK, width: 1.8, dash }
}
