//! Draws a page.

use super::canvas::{Anchor, Canvas, Word, paint, width};
use super::chart::Figure;
use super::check::{FigureError, check};
use super::drawing::{Drawing, Mark, Point};
use super::layout::{Page, WIDTH, page};
use super::style::{Color, Dash, FAINT, GRID, Paint, RULE, SOFT, Stroke, WHITE};
use super::{exceedance, fan, heat, lines, relation, stacked, tornado};

/// The figure as the text of an SVG.
///
/// The same figure gives the same text, byte for byte.
///
/// # Errors
///
/// If the figure holds nothing, holds numbers that no axis can show, or its
/// lists do not fit together.
pub fn svg(figure: &Figure) -> Result<String, FigureError> {
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
    let description = format!("{}. {}", labels.subtitle, labels.note);
    paint((WIDTH, page.height), &labels.title, &description, |canvas| {
        background(canvas, &page);
        grid(canvas, &page, &drawing);
        data(canvas, &page, &drawing);
        furniture(canvas, &page);
    })
}

fn background(canvas: &mut Canvas<'_>, page: &Page) {
    let corners = vec![(0.0, 0.0), (WIDTH, 0.0), (WIDTH, page.height), (0.0, page.height)];
    canvas.polygon(corners, Paint { color: WHITE, opacity: 1.0 });
}

fn grid(canvas: &mut Canvas<'_>, page: &Page, drawing: &Drawing<'_>) {
    let across = |y: f64| [(0.0, drawing.y.place(y)), (1.0, drawing.y.place(y))];
    let upright = |x: f64| [(drawing.x.place(x), 0.0), (drawing.x.place(x), 1.0)];
    let mut rule = |ends: [Point; 2], color: Color| {
        let ends = ends.map(|end| page.panel.pixel(end)).map(|(x, y)| (x.round(), y.round()));
        canvas.line(&ends, Stroke { color, width: 1.0, dash: Dash::Solid });
    };
    drawing.x.faint.iter().for_each(|x| rule(upright(*x), FAINT));
    drawing.y.faint.iter().for_each(|y| rule(across(*y), FAINT));
    drawing.x.ticks.iter().for_each(|t| rule(upright(t.at), GRID));
    drawing.y.ticks.iter().for_each(|t| rule(across(t.at), GRID));
}

fn data(canvas: &mut Canvas<'_>, page: &Page, drawing: &Drawing<'_>) {
    let pixels = |points: &[Point]| -> Vec<Point> {
        let place = |p: &Point| (drawing.x.place(p.0), drawing.y.place(p.1));
        points.iter().map(|p| page.panel.pixel(place(p))).collect()
    };
    let foot = if drawing.y.crosses_zero() { drawing.y.place(0.0) } else { 0.0 };
    let rule = [(0.0, foot), (1.0, foot)].map(|end| page.panel.pixel(end));
    canvas.line(&rule, Stroke { color: RULE, width: 1.0, dash: Dash::Solid });
    for mark in &drawing.marks {
        match mark {
            Mark::Line { points, stroke } => canvas.line(&pixels(points), *stroke),
            Mark::Area { low, high, paint } => canvas.area(&pixels(low), &pixels(high), *paint),
        }
    }
    if drawing.marks.is_empty() {
        say_empty(canvas, page.panel.pixel((0.5, 0.5)), drawing.empty);
    }
}

fn say_empty(canvas: &mut Canvas<'_>, (x, baseline): Point, text: &str) {
    let size = 14.0;
    let half = width(text, size) / 2.0 + 8.0;
    let (left, right, top, foot) = (x - half, x + half, baseline - 18.0, baseline + 9.0);
    let behind = vec![(left, top), (right, top), (right, foot), (left, foot)];
    canvas.polygon(behind, Paint { color: WHITE, opacity: 1.0 });
    let text = text.to_owned();
    canvas.word(&Word { x, baseline, text, size, color: SOFT, anchor: Anchor::Middle });
}

fn furniture(canvas: &mut Canvas<'_>, page: &Page) {
    for (points, stroke) in &page.strokes {
        canvas.line(points, *stroke);
    }
    for (outline, paint) in &page.patches {
        canvas.polygon(outline.clone(), *paint);
    }
    for word in &page.words {
        canvas.word(word);
    }
}
