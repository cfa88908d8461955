//! Numbers, tables and paragraphs of the page.

use super::page::{Block, Line, WIDTH};
use crate::human::{money, significant, thousands};
use crate::study::estimates::Answer;

/// A number with as many significant digits as are asked for, and no more decimals than they need.
pub(super) fn number(value: f64, digits: u32) -> String {
    let rounded = significant(value, digits);
    if rounded == 0.0 {
        return "0".to_owned();
    }
    let decimals = (f64::from(digits) - 1.0 - rounded.abs().log10().floor()).max(0.0) as usize;
    if decimals == 0 || rounded.abs() >= 10.0 { thousands(rounded) } else { format!("{rounded:.decimals$}") }
}

/// Of 1,000 modelled futures, two significant digits.
pub(super) fn frequency(p: f64) -> String {
    match p {
        _ if p <= 0.0 => "none".to_owned(),
        _ if p >= 1.0 => "all".to_owned(),
        _ if p > 0.995 => format!("all but {}", number(1000.0 * (1.0 - p), 1)),
        _ => number(1000.0 * p, 2),
    }
}

/// Dollars with two significant digits.
pub(super) fn dollars(amount: f64) -> String {
    money(significant(amount, 2))
}

/// Half of an interval, one significant digit (two where it begins with a 1).
pub(super) fn error(answer: &Answer, scale: f64) -> String {
    match answer.low.zip(answer.high) {
        Some((low, high)) => format!("±{}", short(scale * (high - low) / 2.0)),
        None => "?".to_owned(),
    }
}

/// A frequency and its error; the interval itself where it is as wide as the number, and an upper bound for what was not
/// seen.
pub(super) fn frequency_with_error(answer: &Answer) -> String {
    let Some(((value, low), high)) = answer.value.zip(answer.low).zip(answer.high) else { return "?".to_owned() };
    if value <= 0.0 {
        return format!("none (<{})", frequency(high));
    }
    if (high - low) / 2.0 > 0.5 * value.min(1.0 - value) {
        return format!("{} ({}-{})", frequency(value), frequency(low), frequency(high));
    }
    format!("{} {:>4}", frequency(value), error(answer, 1000.0))
}

fn short(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let leading = value / 10f64.powf(value.log10().floor());
    number(value, if leading < 2.0 && value >= 10.0 { 2 } else { 1 })
}

/// The error of an amount of money, in words: "±$2 bn".
pub(super) fn money_error(answer: &Answer) -> String {
    match answer.low.zip(answer.high) {
        Some((low, high)) => format!("±{}", money(significant((high - low) / 2.0, 1)).replace(".0 ", " ")),
        None => "?".to_owned(),
    }
}

/// Two ends of a band; one where they look alike.
pub(super) fn band(low: &str, high: &str) -> String {
    if low == high { low.to_owned() } else { format!("{low} to {high}") }
}

/// Rows in columns: the first to the left, the others to the right, two blanks between them.
pub(super) fn table(heads: &[Vec<String>], rows: &[Vec<String>]) -> Vec<Line> {
    let all = || heads.iter().chain(rows);
    let count = all().map(Vec::len).max().unwrap_or(0);
    let width = |at: usize| all().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count).map(width).collect();
    let line = |row: &Vec<String>| {
        let mut line = String::from(" ");
        for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let room = " ".repeat(width - cell.chars().count());
            let parts = if at == 0 { ["", cell, &room] } else { ["  ", &room, cell] };
            line.extend(parts);
        }
        line.trim_end().to_owned()
    };
    let heads = heads.iter().map(|row| Line::Heads(line(row)));
    heads.chain(rows.iter().map(|row| Line::Plain(line(row)))).collect()
}

/// A paragraph, broken into lines; all but the first are indented by `indent`.
pub(super) fn paragraph(text: &str, indent: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::from(" ");
    for word in text.split_whitespace() {
        let blank = usize::from(!line.trim().is_empty());
        if line.chars().count() + blank + word.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut line, " ".repeat(indent + 1)));
        }
        if !line.trim().is_empty() {
            line.push(' ');
        }
        line += word;
    }
    lines.push(line);
    lines
}

/// A paragraph of explanation.
pub(super) fn aside(text: &str) -> Vec<Line> {
    paragraph(text, 0).into_iter().map(Line::Aside).collect()
}

/// A paragraph that matters.
pub(super) fn plain(text: &str) -> Vec<Line> {
    paragraph(text, 0).into_iter().map(Line::Plain).collect()
}

/// A block of these parts; none where there is no row.
pub(super) fn block(title: String, rows: Vec<Line>, before: Vec<Line>, after: Vec<Line>) -> Block {
    if rows.is_empty() {
        return Block::default();
    }
    Block { title, lines: [before, rows, after].concat() }
}

/// Owned cells.
pub(super) fn cells<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}
