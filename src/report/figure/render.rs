//! Arranges a figure as a picture.

use super::chart::Figure;
use super::check::{FigureError, check};
use super::drawing::{Drawing, Mark, Point};
use super::layout::{Page, WIDTH, page};
use super::picture::{Anchor, Picture, Shape, Word};
use super::style::{Color, Dash, FAINT, GRID, Paint, RULE, SOFT, Stroke, WHITE};
use super::text::width;
use super::{exceedance, fan, heat, lines, relation, stacked, tornado};

/// The figure laid out, to be drawn as SVG or PNG.
///
/// # Errors
///
/// If the figure holds nothing, holds numbers that no axis can show, or its
/// lists do not fit together.
pub fn picture(figure: &Figure) -> Result<Picture, FigureError> {
    check(figure)?;
    let drawing = match figure {
        Figure::Fan(chart) => fan::arrange(chart),
        Figure::Lines(chart) => lines::arrange(chart),
        Figure::Exceedance(chart) => exceedance::arrange(chart),
        Figure::StackedArea(chart) => stacked::arrange(chart),
        Figure::Relation(chart) => relation::arrange(chart),
        Figure::Heat(chart) => heat::arrange(chart),
        Figure::Tornado(chart) => tornado::arrange(chart),
    };
    let page = page(&drawing);
    let labels = drawing.labels;
    let mut shapes = vec![background(&page)];
    shapes.extend(grid(&page, &drawing));
    shapes.extend(data(&page, &drawing));
    let size = (WIDTH, page.height);
    shapes.extend(furniture(page));
    Ok(Picture {
        size,
        title: labels.title.clone(),
        description: format!("{}. {}", labels.subtitle, labels.note),
        shapes,
    })
}

fn background(page: &Page) -> Shape {
    let corners = vec![(0.0, 0.0), (WIDTH, 0.0), (WIDTH, page.height), (0.0, page.height)];
    Shape::Polygon(corners, Paint { color: WHITE, opacity: 1.0 })
}

fn grid(page: &Page, drawing: &Drawing<'_>) -> Vec<Shape> {
    let across = |y: f64| [(0.0, drawing.y.place(y)), (1.0, drawing.y.place(y))];
    let upright = |x: f64| [(drawing.x.place(x), 0.0), (drawing.x.place(x), 1.0)];
    let rule = |ends: [Point; 2], color: Color| {
        let ends = ends.map(|end| page.panel.pixel(end)).map(|(x, y)| (x.round(), y.round()));
        Shape::Line(ends.to_vec(), Stroke { color, width: 1.0, dash: Dash::Solid })
    };
    let faint_upright = drawing.x.faint.iter().map(|x| rule(upright(*x), FAINT));
    let faint_across = drawing.y.faint.iter().map(|y| rule(across(*y), FAINT));
    let ticks_upright = drawing.x.ticks.iter().map(|t| rule(upright(t.at), GRID));
    let ticks_across = drawing.y.ticks.iter().map(|t| rule(across(t.at), GRID));
    faint_upright.chain(faint_across).chain(ticks_upright).chain(ticks_across).collect()
}

fn data(page: &Page, drawing: &Drawing<'_>) -> Vec<Shape> {
    let pixels = |points: &[Point]| -> Vec<Point> {
        let place = |p: &Point| (drawing.x.place(p.0), drawing.y.place(p.1));
        points.iter().map(|p| page.panel.pixel(place(p))).collect()
    };
    let foot = if drawing.y.crosses_zero() { drawing.y.place(0.0) } else { 0.0 };
    let rule = [(0.0, foot), (1.0, foot)].map(|end| page.panel.pixel(end));
    let mut shapes = vec![Shape::Line(rule.to_vec(), Stroke { color: RULE, width: 1.0, dash: Dash::Solid })];
    shapes.extend(drawing.marks.iter().map(|mark| match mark {
        Mark::Line { points, stroke } => Shape::Line(pixels(points), *stroke),
        Mark::Area { low, high, paint } => Shape::Area(pixels(low), pixels(high), *paint),
    }));
    if drawing.marks.is_empty() {
        shapes.extend(empty(page.panel.pixel((0.5, 0.5)), drawing.empty));
    }
    shapes
}

/// What an empty panel says, at `(x, baseline)`.
fn empty((x, baseline): Point, text: &str) -> [Shape; 2] {
    let size = 14.0;
    let half = width(text, size) / 2.0 + 8.0;
    let (left, right, top, foot) = (x - half, x + half, baseline - 18.0, baseline + 9.0);
    let behind = vec![(left, top), (right, top), (right, foot), (left, foot)];
    let text = text.to_owned();
    [
        Shape::Polygon(behind, Paint { color: WHITE, opacity: 1.0 }),
        Shape::Word(Word { x, baseline, text, size, color: SOFT, anchor: Anchor::Middle }),
    ]
}

fn furniture(page: Page) -> impl Iterator<Item = Shape> {
    let strokes = page.strokes.into_iter().map(|(points, stroke)| Shape::Line(points, stroke));
    let patches = page.patches.into_iter().map(|(outline, paint)| Shape::Polygon(outline, paint));
    strokes.chain(patches).chain(page.words.into_iter().map(Shape::Word))
}
