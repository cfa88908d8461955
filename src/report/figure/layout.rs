//! Where everything is, in pixels: nothing clipped, nothing over anything.
//!
//! From top to bottom: title, subtitle, y label, labels of vertical lines, the
//! panel with its labels at the right, x ticks, x label, keys, note. The page
//! grows downwards as far as the words need.

use super::axis::Axis;
use super::drawing::{Drawing, Flag, Key, Point, Side, Swatch};
use super::picture::{Anchor, Word};
use super::style::{Color, Dash, INK, Paint, RULE, SOFT, Stroke};
use super::text::{shortened, width, wrapped};

/// Of every page.
pub(super) const WIDTH: f64 = 960.0;
const MARGIN: f64 = 26.0;
/// Of a panel, unless its labels need more.
const PANEL: f64 = 360.0;
/// Sizes of letters.
const LARGE: f64 = 20.0;
const TEXT: f64 = 12.5;
const SMALL: f64 = 11.0;
/// Between two lines, as a multiple of the size of letters.
const LEADING: f64 = 1.3;
/// Of labels at the right.
const SIDE_ROOM: f64 = 190.0;
const SWATCH: f64 = 18.0;
/// Of the words at the right, from the panel.
const INDENT: f64 = 18.0 + SWATCH + 6.0;

/// The place of the data.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Panel {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
}

impl Panel {
    /// The pixel of a place on the axes, both from 0 to 1.
    pub(super) fn pixel(&self, (x, y): Point) -> Point {
        let right = self.left + x * (self.right - self.left);
        (right, self.bottom - y * (self.bottom - self.top))
    }
}

/// A page with everything but the data on it.
#[derive(Default)]
pub(super) struct Page {
    pub(super) height: f64,
    pub(super) panel: Panel,
    pub(super) words: Vec<Word>,
    pub(super) strokes: Vec<(Vec<Point>, Stroke)>,
    pub(super) patches: Vec<(Vec<Point>, Paint)>,
}

pub(super) fn page(drawing: &Drawing<'_>) -> Page {
    let mut page = Page::default();
    let labels = drawing.labels;
    let sides = SideLabels::of(&drawing.sides);
    page.panel.left = MARGIN + widest(&drawing.y) + 9.0;
    page.panel.right = WIDTH - MARGIN - sides.width().max(overhang(&drawing.x));
    let mut y = MARGIN - 4.0;
    y = page.paragraph(y, &labels.title, LARGE, INK, 2);
    y = page.paragraph(y + 3.0, &labels.subtitle, SMALL, SOFT, 2);
    y = page.paragraph(y + 14.0, &labels.y, TEXT, INK, 2);
    let rows = flag_rows(&drawing.flags, &drawing.x, page.panel);
    let flags_top = y + 4.0;
    y = flags_top + rows.iter().map(|r| r.row + 1).max().unwrap_or(0) as f64 * TEXT * LEADING;
    page.panel.top = (y + 8.0).round();
    page.panel.bottom = page.panel.top + PANEL.max(sides.height()).round();
    page.flags(&rows, flags_top, drawing);
    page.y_ticks(&drawing.y);
    y = page.x_ticks(&drawing.x);
    y = page.x_label(y, &labels.x);
    page.sides(&sides, drawing);
    y = page.keys(y, &drawing.keys);
    if !labels.note.is_empty() {
        y = page.paragraph(y + 10.0, &labels.note, SMALL, SOFT, 6);
    }
    page.height = (y + MARGIN - 8.0).ceil();
    page
}

fn widest(axis: &Axis) -> f64 {
    axis.ticks.iter().map(|t| width(&t.label, TEXT)).fold(0.0, f64::max)
}

/// How far the words of a tick at the right end reach beyond the panel.
fn overhang(axis: &Axis) -> f64 {
    let last = axis.ticks.last().filter(|tick| axis.place(tick.at) > 0.95);
    last.map_or(0.0, |tick| (width(&tick.label, TEXT) / 2.0 - MARGIN / 2.0).max(0.0))
}

impl Page {
    /// Lines from the left margin downwards; the y below them.
    fn paragraph(&mut self, top: f64, text: &str, size: f64, color: Color, most: usize) -> f64 {
        let mut top = top;
        for text in wrapped(text, size, WIDTH - 2.0 * MARGIN, most) {
            self.word(MARGIN, top + size, &text, size, color, Anchor::Start);
            top += size * LEADING;
        }
        top
    }

    fn word(&mut self, x: f64, baseline: f64, text: &str, size: f64, color: Color, anchor: Anchor) {
        self.words.push(Word { x, baseline, text: text.to_owned(), size, color, anchor });
    }

    fn y_ticks(&mut self, axis: &Axis) {
        for tick in &axis.ticks {
            let (x, y) = self.panel.pixel((0.0, axis.place(tick.at)));
            self.word(x - 9.0, y + TEXT * 0.36, &tick.label, TEXT, SOFT, Anchor::End);
        }
    }

    /// Ticks below the panel, without those whose words would touch.
    fn x_ticks(&mut self, axis: &Axis) -> f64 {
        let bottom = self.panel.bottom;
        let mut free = f64::NEG_INFINITY;
        for tick in &axis.ticks {
            let (x, _) = self.panel.pixel((axis.place(tick.at), 0.0));
            self.stroke(vec![(x, bottom), (x, bottom + 5.0)], RULE);
            let half = width(&tick.label, TEXT) / 2.0;
            let middle = x.min(WIDTH - 4.0 - half);
            if middle - half >= free {
                self.word(middle, bottom + 20.0, &tick.label, TEXT, SOFT, Anchor::Middle);
                free = middle + half + 10.0;
            }
        }
        bottom + 24.0
    }

    fn x_label(&mut self, top: f64, text: &str) -> f64 {
        let middle = self.panel.left.midpoint(self.panel.right);
        let room = 2.0 * (middle - MARGIN).min(WIDTH - MARGIN - middle);
        let mut top = top + 4.0;
        for text in wrapped(text, TEXT, room, 2) {
            self.word(middle, top + TEXT, &text, TEXT, INK, Anchor::Middle);
            top += TEXT * LEADING;
        }
        top
    }

    fn stroke(&mut self, points: Vec<Point>, color: Color) {
        self.strokes.push((points, Stroke { color, width: 1.0, dash: Dash::Solid }));
    }

    /// A small picture of what is meant, left-aligned at `x`, centred at `y`.
    fn swatch(&mut self, x: f64, y: f64, swatch: Swatch) {
        match swatch {
            Swatch::Line(stroke) => self.strokes.push((vec![(x, y), (x + SWATCH, y)], stroke)),
            Swatch::Fill(paint) => {
                let (right, top, bottom) = (x + SWATCH, y - 5.0, y + 5.0);
                self.patches.push((vec![(x, top), (right, top), (right, bottom), (x, bottom)], paint));
            }
        }
    }

    /// The legend below, in as many rows as it needs.
    fn keys(&mut self, top: f64, keys: &[Key]) -> f64 {
        let (mut x, mut top) = (self.panel.left, top + 8.0);
        if keys.is_empty() {
            return top - 8.0;
        }
        for key in keys {
            let room = WIDTH - MARGIN - self.panel.left - SWATCH - 6.0;
            let text = shortened(&key.text, TEXT, room);
            let wide = SWATCH + 6.0 + width(&text, TEXT);
            if x > self.panel.left && x + wide > WIDTH - MARGIN {
                (x, top) = (self.panel.left, top + TEXT * LEADING);
            }
            self.swatch(x, top + TEXT * 0.64, key.swatch);
            self.word(x + SWATCH + 6.0, top + TEXT, &text, TEXT, INK, Anchor::Start);
            x += wide + 22.0;
        }
        top + TEXT * LEADING
    }

    /// Vertical lines from the foot of the panel up to their words.
    fn flags(&mut self, rows: &[FlagRow], top: f64, drawing: &Drawing<'_>) {
        let lowest = rows.iter().map(|r| r.row).max().unwrap_or(0);
        for (row, flag) in rows.iter().zip(&drawing.flags) {
            let line_top = top + (lowest - row.row) as f64 * TEXT * LEADING;
            let (x, _) = self.panel.pixel((drawing.x.place(flag.x), 0.0));
            let stroke = Stroke { color: INK, width: 1.4, dash: Dash::Long };
            self.strokes.push((vec![(x, line_top + 2.0), (x, self.panel.bottom)], stroke));
            self.word(row.left, line_top + TEXT, &row.text, TEXT, INK, Anchor::Start);
        }
    }

    /// Labels at the right, each joined to its height by a thin line.
    fn sides(&mut self, labels: &SideLabels, drawing: &Drawing<'_>) {
        let panel = self.panel;
        let wanted: Vec<f64> = labels.wanted(panel, &drawing.y);
        let placed = spread(&wanted, &labels.heights(), panel.top, panel.bottom);
        for (i, side) in drawing.sides.iter().enumerate() {
            let middle = placed[i];
            if side.at.is_some() {
                self.stroke(vec![(panel.right + 4.0, wanted[i]), (panel.right + 14.0, middle)], RULE);
            }
            self.swatch(panel.right + 18.0, middle, side.swatch);
            let lines = &labels.lines[i];
            let first = middle - (lines.len() as f64 - 1.0) / 2.0 * TEXT * LEADING;
            for (k, text) in lines.iter().enumerate() {
                let baseline = first + TEXT * (0.36 + k as f64 * LEADING);
                self.word(panel.right + INDENT, baseline, text, TEXT, INK, Anchor::Start);
            }
        }
    }
}

/// The labels at the right as lines of text.
struct SideLabels {
    at: Vec<Option<f64>>,
    lines: Vec<Vec<String>>,
}

impl SideLabels {
    fn of(sides: &[Side]) -> Self {
        Self {
            at: sides.iter().map(|s| s.at).collect(),
            lines: sides.iter().map(|s| wrapped(&s.text, TEXT, SIDE_ROOM, 3)).collect(),
        }
    }

    fn width(&self) -> f64 {
        let widest = self.lines.iter().flatten().map(|l| width(l, TEXT)).fold(0.0, f64::max);
        if self.lines.is_empty() { 0.0 } else { INDENT + widest }
    }

    fn heights(&self) -> Vec<f64> {
        self.lines.iter().map(|lines| lines.len().max(1) as f64 * TEXT * LEADING + 2.0).collect()
    }

    fn height(&self) -> f64 {
        self.heights().iter().sum()
    }

    /// The middle each label would have if it were alone.
    fn wanted(&self, panel: Panel, axis: &Axis) -> Vec<f64> {
        let mut listed = panel.top;
        let middle = |(at, height): (&Option<f64>, f64)| {
            listed += height;
            at.map_or(listed - height / 2.0, |at| panel.pixel((0.0, axis.place(at))).1)
        };
        self.at.iter().zip(self.heights()).map(middle).collect()
    }
}

/// Middles as near as can be to the wanted ones, in squares, that keep the
/// labels apart and inside.
///
/// Labels that would touch move as one block to the mean of where they would
/// be (pooling of adjacent violators). Those that want the same height keep
/// their order.
fn spread(wanted: &[f64], heights: &[f64], top: f64, bottom: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]));
    // (sum of wanted tops of a stack without gaps, number of labels)
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    let mut offset = 0.0;
    for &i in &order {
        let mut block = (wanted[i] - heights[i] / 2.0 - offset, 1);
        offset += heights[i];
        while let Some(before) = blocks.pop_if(|b| b.0 / b.1 as f64 >= block.0 / block.1 as f64) {
            block = (before.0 + block.0, before.1 + block.1);
        }
        blocks.push(block);
    }
    let tops = blocks.iter().flat_map(|(sum, n)| std::iter::repeat_n(sum / *n as f64, *n));
    let mut placed = vec![0.0; wanted.len()];
    let mut above = 0.0;
    for (&i, start) in order.iter().zip(tops) {
        placed[i] = start.min(bottom - offset).max(top) + above + heights[i] / 2.0;
        above += heights[i];
    }
    placed
}

/// The words of a vertical line: in which row, counted upwards, and where.
struct FlagRow {
    row: usize,
    left: f64,
    right: f64,
    /// The vertical line.
    x: f64,
    text: String,
}

impl FlagRow {
    fn touches(&self, other: &Self) -> bool {
        let near = |a: &Self, b: &Self| a.left < b.right + 12.0 && b.left < a.right + 12.0;
        let crosses =
            |line: &Self, words: &Self| line.row > words.row && words.left - 3.0 < line.x && line.x < words.right + 3.0;
        (self.row == other.row && near(self, other)) || crosses(self, other) || crosses(other, self)
    }
}

/// Puts the words of each line beside its upper end, in the lowest row where
/// no words touch and no line crosses words.
fn flag_rows(flags: &[Flag], axis: &Axis, panel: Panel) -> Vec<FlagRow> {
    let mut order: Vec<usize> = (0..flags.len()).collect();
    order.sort_by(|a, b| flags[*b].x.total_cmp(&flags[*a].x));
    let mut placed: Vec<(usize, FlagRow)> = Vec::new();
    for i in order {
        let (x, _) = panel.pixel((axis.place(flags[i].x), 0.0));
        let text = shortened(&flags[i].text, TEXT, WIDTH - 2.0 * MARGIN - 10.0);
        let rows = (0..=flags.len()).flat_map(|row| beside(x, row, &text));
        let mut rows = rows.collect::<Vec<_>>();
        let fit = rows.iter().position(|row| !placed.iter().any(|(_, p)| row.touches(p)));
        placed.push((i, rows.swap_remove(fit.unwrap_or(rows.len() - 1))));
    }
    placed.sort_by_key(|(i, _)| *i);
    placed.into_iter().map(|(_, row)| row).collect()
}

/// Right of the line, or left of it, or as far right as the page allows.
fn beside(x: f64, row: usize, text: &str) -> Vec<FlagRow> {
    let wide = width(text, TEXT);
    let at = |left| FlagRow { row, left, right: left + wide, x, text: text.to_owned() };
    let (right, left) = (x + 6.0, x - 6.0 - wide);
    let mut places = Vec::new();
    if right + wide <= WIDTH - MARGIN {
        places.push(at(right));
    }
    if left >= MARGIN {
        places.push(at(left));
    }
    if places.is_empty() {
        places.push(at((WIDTH - MARGIN - wide).max(MARGIN)));
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_spread_apart_and_stay_inside() {
        let placed = spread(&[50.0, 50.0, 50.0, 99.0], &[10.0; 4], 0.0, 100.0);
        let mut sorted = placed.clone();
        sorted.sort_by(f64::total_cmp);
        assert!(sorted.windows(2).all(|w| w[1] - w[0] >= 10.0 - 1e-9), "{placed:?}");
        assert!(sorted[0] >= 5.0 && sorted[3] <= 95.0, "{placed:?}");
        assert!((placed[1] - 50.0).abs() < 1e-9, "{placed:?}");
    }

    #[test]
    fn labels_with_room_stay_where_they_belong() {
        let wanted = [20.0, 60.0, 90.0];
        let moved: f64 = spread(&wanted, &[10.0; 3], 0.0, 100.0).iter().zip(wanted).map(|(a, b)| (a - b).abs()).sum();
        assert!(moved < 1e-9);
    }
}
