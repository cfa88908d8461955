//! Numbers, tables and paragraphs of the page.

use super::block::{Block, Line, Tone};
use crate::notation::{money, sign, significant, thousands};
use crate::scenario::Scenario;
use crate::study::estimates::Answer;

/// A number with as many significant digits as are asked for, and no more decimals than they need.
pub fn number(value: f64, digits: u32) -> String {
    let rounded = significant(value, digits);
    if rounded == 0.0 {
        return "0".to_owned();
    }
    let decimals = (f64::from(digits) - 1.0 - rounded.abs().log10().floor()).max(0.0) as usize;
    if decimals == 0 || rounded.abs() >= 10.0 { thousands(rounded) } else { format!("{rounded:.decimals$}") }
}

/// Of 1,000 paths, two significant digits; of what nearly all have, those of the others.
pub fn frequency(p: f64) -> String {
    match p {
        _ if p <= 0.0 => "none".to_owned(),
        _ if p >= 1.0 => "all".to_owned(),
        _ if p > 0.995 => format!("all but {}", number(1000.0 * (1.0 - p), 1)),
        _ if p > 0.9 => number(1000.0 * p, 3),
        _ => number(1000.0 * p, 2),
    }
}

/// Dollars with two significant digits.
pub fn dollars(amount: f64) -> String {
    money(significant(amount, 2))
}

/// The error of a number, half of an interval, as every page says it: one significant digit (two where it is at least 10 and
/// begins with a 1), and never finer than a tenth of the last of the number's own two digits, below which it is only said to
/// be less.
pub fn plus_minus(value: f64, half: f64, told: impl Fn(f64, u32) -> String) -> String {
    let place = |number: f64| 10_f64.powf(number.abs().log10().floor());
    let finest = if value == 0.0 { 0.0 } else { place(value) / 100.0 };
    let digits = if half >= 10.0 && half < 2.0 * place(half) { 2 } else { 1 };
    match half {
        _ if half == 0.0 => "±0".to_owned(),
        _ if half < finest => format!("±<{}", told(finest, 1)),
        _ => format!("±{}", told(significant(half, digits), digits)),
    }
}

/// The error of an amount of money, in words: "±$2 bn".
pub fn dollars_error(value: f64, half: f64) -> String {
    plus_minus(value, half, |dollars, _| money(dollars).replace(".0 ", " "))
}

/// The error of a probability, of 1,000 paths.
pub fn frequency_error(value: f64, half: f64) -> String {
    plus_minus(1000.0 * value, 1000.0 * half, number)
}

/// The error of an answer, times `scale`.
pub fn error(answer: &Answer, scale: f64) -> String {
    error_in(answer, |value, half| plus_minus(scale * value, scale * half, number))
}

/// The error of an answer in dollars.
pub fn money_error(answer: &Answer) -> String {
    error_in(answer, dollars_error)
}

fn error_in(answer: &Answer, told: impl Fn(f64, f64) -> String) -> String {
    let half = answer.low.zip(answer.high).map(|(low, high)| (high - low) / 2.0);
    half.map_or_else(|| "?".to_owned(), |half| told(answer.value.unwrap_or(0.0), half))
}

/// A frequency and its error; the interval itself where it is as wide as the number, and an upper bound for what was not
/// seen.
pub fn frequency_with_error(answer: &Answer) -> String {
    let Some(((value, low), high)) = answer.value.zip(answer.low).zip(answer.high) else { return "?".to_owned() };
    if value <= 0.0 {
        return format!("none (<{})", frequency(high));
    }
    if (high - low) / 2.0 > 0.5 * value.min(1.0 - value) {
        return format!("{} ({}-{})", frequency(value), frequency(low), frequency(high));
    }
    format!("{} {:>4}", frequency(value), error(answer, 1000.0))
}

/// Two ends of a band; one where they look alike, and a dash where it is withheld.
pub fn band(low: &str, high: &str) -> String {
    if low == "?" && high == "?" {
        "-".to_owned()
    } else if low == high {
        low.to_owned()
    } else {
        format!("{low} to {high}")
    }
}

/// Rows in columns: the first to the left, the others to the right, two blanks between them.
pub fn table(heads: &[Vec<String>], rows: &[Vec<String>]) -> Vec<Line> {
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
    let heads = heads.iter().map(|row| Line::new(Tone::Heads, line(row)));
    heads.chain(rows.iter().map(|row| Line::new(Tone::Plain, line(row)))).collect()
}

/// A page so many columns wide.
#[derive(Clone, Copy, Debug)]
pub struct Sheet {
    /// Columns.
    pub width: usize,
}

/// Paragraphs with longer lines are hard to read.
const LONGEST: usize = 120;

impl Sheet {
    /// A table; where it is too wide, its columns stand in several tables one below another, each with the first column,
    /// which is broken at words where even one column beside it does not fit.
    pub fn table(self, heads: &[Vec<String>], rows: &[Vec<String>]) -> Vec<Line> {
        let room = self.room_of_first(heads, rows);
        let narrow = |rows: &[Vec<String>]| rows.iter().flat_map(|row| first_broken(row, room)).collect::<Vec<_>>();
        self.stacked(&narrow(heads), &narrow(rows))
    }

    /// Columns that are left for the first column beside the widest of the others.
    fn room_of_first(self, heads: &[Vec<String>], rows: &[Vec<String>]) -> usize {
        let others = heads.iter().chain(rows).flat_map(|row| row.iter().skip(1));
        let widest = others.map(|cell| cell.chars().count()).max().unwrap_or(0);
        self.width.saturating_sub(widest + 3).max(LEAST)
    }

    fn stacked(self, heads: &[Vec<String>], rows: &[Vec<String>]) -> Vec<Line> {
        let all = || heads.iter().chain(rows);
        let count = all().map(Vec::len).max().unwrap_or(0);
        let of = |row: &Vec<String>, columns: &[usize]| -> Vec<String> {
            [0].iter().chain(columns).filter_map(|&at| row.get(at).cloned()).collect()
        };
        let part = |columns: &[usize]| {
            let pick = |rows: &[Vec<String>]| rows.iter().map(|row| of(row, columns)).collect::<Vec<_>>();
            let mut heads = pick(heads);
            heads.retain(|row| row.iter().any(|cell| !cell.is_empty()));
            table(&heads, &pick(rows))
        };
        let fits = |columns: &[usize]| part(columns).iter().all(|line| line.text.chars().count() <= self.width);
        let mut parts: Vec<Vec<usize>> = Vec::new();
        for column in 1..count.max(1) {
            let longer = parts.last().map(|part| [part.as_slice(), &[column]].concat()).filter(|longer| fits(longer));
            match (longer, parts.last_mut()) {
                (Some(longer), Some(last)) => *last = longer,
                _ => parts.push(vec![column]),
            }
        }
        if parts.is_empty() {
            return table(heads, rows);
        }
        parts.iter().map(|columns| part(columns)).collect::<Vec<_>>().join(&Line::new(Tone::Aside, ""))
    }

    /// A paragraph of explanation.
    pub fn aside(self, text: &str) -> Vec<Line> {
        self.paragraph(Tone::Aside, text)
    }

    /// A paragraph of results.
    pub fn plain(self, text: &str) -> Vec<Line> {
        self.paragraph(Tone::Plain, text)
    }

    /// A paragraph in a tone, broken at words and indented by one; a word that is longer than a line, such as a link, is
    /// broken too.
    pub fn paragraph(self, tone: Tone, text: &str) -> Vec<Line> {
        let width = self.width.min(LONGEST);
        let mut lines = vec![String::new()];
        for word in text.split_whitespace().flat_map(|word| pieces(word, width.saturating_sub(1).max(1))) {
            let last = lines.last().map_or(0, |line| line.chars().count());
            if last > 0 && last + 1 + word.chars().count() > width {
                lines.push(String::new());
            }
            if let Some(line) = lines.last_mut() {
                line.push(' ');
                line.push_str(&word);
            }
        }
        lines.into_iter().map(|line| Line::new(tone, line)).collect()
    }
}

impl Sheet {
    /// What was overridden, with the values of the file; nothing where nothing was.
    pub fn overridden(self, scenario: &Scenario) -> Vec<Line> {
        let told = scenario.overridden();
        if told.is_empty() {
            return Vec::new();
        }
        self.paragraph(Tone::Warning, &format!("Overridden: {}.", told.join("; ")))
    }
}

/// A word in parts of at most `room` characters, broken behind a sign of punctuation where there is one.
fn pieces(word: &str, room: usize) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut parts = Vec::new();
    let mut from = 0;
    while letters.len() - from > room {
        let line = &letters[from..from + room];
        let sign = line.iter().rposition(char::is_ascii_punctuation).filter(|at| *at >= room / 2);
        let end = from + sign.map_or(room, |at| at + 1);
        parts.push(letters[from..end].iter().collect());
        from = end;
    }
    parts.push(letters[from..].iter().collect());
    parts
}

/// The first column is broken no further than this.
const LEAST: usize = 10;

/// A row whose first cell is broken at words to `room` columns: the others stand beside its last line.
fn first_broken(row: &[String], room: usize) -> Vec<Vec<String>> {
    let Some((first, others)) = row.split_first() else { return vec![row.to_vec()] };
    let mut lines: Vec<String> = Vec::new();
    for word in first.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= room => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) => lines.push(format!("  {word}")),
            None => lines.push(word.to_owned()),
        }
    }
    let last = lines.pop().unwrap_or_default();
    let above = lines.into_iter().map(|line| vec![line]);
    above.chain([std::iter::once(last).chain(others.iter().cloned()).collect()]).collect()
}

/// A block of these parts; none where there is no row.
pub fn block(title: String, rows: Vec<Line>, before: Vec<Line>, after: Vec<Line>) -> Block {
    if rows.is_empty() {
        return Block::default();
    }
    Block { title, lines: [before, rows, after].concat() }
}

/// Owned cells.
pub fn cells<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}

impl Sheet {
    /// A text behind a prefix, broken at words; what does not fit goes on below the text.
    pub fn hanging(self, tone: Tone, prefix: &str, text: &str) -> Vec<Line> {
        let indent = prefix.chars().count();
        let room = Self { width: self.width.saturating_sub(indent).max(20) + 1 };
        let lines = room.paragraph(tone, text).into_iter().enumerate();
        let line = |(at, line): (usize, Line)| {
            let before = if at == 0 { prefix.to_owned() } else { " ".repeat(indent) };
            Line::new(tone, format!("{before}{}", line.text.trim_start()))
        };
        lines.map(line).collect()
    }
}

/// Pairs as lines, the second of each under one another: " cash:  38 B USD".
pub fn pairs(pairs: &[(String, String)]) -> Vec<Line> {
    let widest = pairs.iter().map(|(key, _)| key.chars().count()).max().unwrap_or(0) + 2;
    let line = |(key, value): &(String, String)| format!(" {:widest$}{value}", format!("{key}:"));
    pairs.iter().map(|pair| Line::new(Tone::Plain, line(pair))).collect()
}

/// A value in its unit: money in words, shares in percent, months as they are. What is nothing is "none", and never looks
/// like what is only small.
pub fn in_unit(value: f64, unit: &str) -> String {
    match unit {
        "USD" | "USD/year" => money(significant(value, 3)),
        "months" => format!("{value:.1}"),
        _ if value == 0.0 => "none".to_owned(),
        _ => format!("{}{} %", sign(value), hundredths(100.0 * value.abs())),
    }
}

/// A difference of two values in their unit, with its sign; of shares in percentage points.
pub fn change(value: f64, unit: &str) -> String {
    let plus = if value > 0.0 { "+" } else { "" };
    match unit {
        "USD" | "USD/year" | "months" => format!("{plus}{}", in_unit(value, unit).replace('-', "−")),
        _ if value == 0.0 => "0 pp".to_owned(),
        _ => format!("{plus}{}{} pp", sign(value), hundredths(100.0 * value.abs())),
    }
}

/// Two decimals, or as many as show one digit that is not zero.
fn hundredths(value: f64) -> String {
    if value >= 0.005 {
        return format!("{value:.2}");
    }
    let decimals = (-value.log10().floor()).clamp(2.0, 12.0) as usize;
    format!("{value:.decimals$}")
}

/// The probability of a finding by chance.
pub fn chance_finding(p: f64) -> String {
    if p < 0.001 { "<0.001".to_owned() } else { format!("{p:.3}") }
}

/// Billions with one decimal: "1,234.5", "−0.3"; what rounds to nothing is "0".
pub fn billions(dollars: f64) -> String {
    let tenths = (dollars / 1e8).round();
    if tenths == 0.0 {
        return "0".to_owned();
    }
    let whole = thousands((tenths.abs() / 10.0).floor());
    let sign = if tenths < 0.0 { "−" } else { "" };
    format!("{sign}{whole}.{:.0}", tenths.abs() % 10.0)
}

/// A share in percent with one decimal: "5.1 %"; what rounds to nothing is "0 %".
pub fn tenths_of_percent(share: f64) -> String {
    let tenths = (share * 1e3).round();
    if tenths == 0.0 {
        return "0 %".to_owned();
    }
    let sign = if tenths < 0.0 { "−" } else { "" };
    format!("{sign}{:.1} %", tenths.abs() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn billions_have_one_decimal_and_a_true_minus() {
        let shown = [0.0, 4e7, -3e8, 1_234.56e9, -99.96e9].map(billions);
        assert_eq!(shown, ["0", "0", "−0.3", "1,234.6", "−100.0"]);
    }

    #[test]
    fn nothing_is_said_to_be_less_than_nothing() {
        let shown = [0.0, -0.0001, 0.0514, -0.3].map(tenths_of_percent);
        assert_eq!(shown, ["0 %", "0 %", "5.1 %", "−30.0 %"]);
    }

    #[test]
    fn an_error_has_one_digit_and_none_beyond_its_number() {
        let shown = [(3.2, 0.0231), (140.0, 19.4), (95.0, 3.4), (0.17, 4e-7), (0.17, 0.0012), (5.0, 0.0), (0.0, 1e-9)]
            .map(|(value, half)| plus_minus(value, half, number));
        assert_eq!(shown, ["±0.02", "±19", "±3", "±<0.001", "±0.001", "±0", "±0.000000001"]);
        let shown = [(2.4e12, 1.23e10), (8.8e7, 3e6), (4.4e11, 9.0)].map(|(value, half)| dollars_error(value, half));
        assert_eq!(shown, ["±$12 bn", "±$3 m", "±<$1 bn"]);
        assert_eq!([(0.14, 0.0194), (0.5, 1e-9)].map(|(p, half)| frequency_error(p, half)), ["±19", "±<1"]);
    }

    #[test]
    fn both_sides_of_a_probability_have_the_digits_of_the_smaller() {
        let shown = [0.0, 0.0234, 0.9766, 0.99723, 0.5555, 1.0].map(frequency);
        assert_eq!(shown, ["none", "23", "977", "all but 3", "560", "all"]);
    }

    #[test]
    fn differences_of_shares_are_points_and_small_ones_are_not_nothing() {
        let levels = [0.0, 0.0886, 1e-5, -0.02].map(|share| in_unit(share, "1"));
        assert_eq!(levels, ["none", "8.86 %", "0.001 %", "−2.00 %"]);
        let changes = [0.0, 0.0502, -0.000_01].map(|share| change(share, "1"));
        assert_eq!(changes, ["0 pp", "+5.02 pp", "−0.001 pp"]);
        assert_eq!([2.1e10, -2.1e10].map(|dollars| change(dollars, "USD")), ["+$21 bn", "−$21 bn"]);
    }

    #[test]
    fn columns_that_do_not_fit_stand_below_with_the_first() {
        let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
        let (heads, rows) = ([row(["lab", "cash", "debt", "value"])], [row(["acme", "10", "20", "30"])]);
        let texts = |width| Sheet { width }.table(&heads, &rows).into_iter().map(|line| line.text).collect::<Vec<_>>();
        assert_eq!(texts(24), [" lab   cash  debt  value", " acme    10    20     30"]);
        assert_eq!(texts(18), [" lab   cash  debt", " acme    10    20", "", " lab   value", " acme     30"]);
        let (heads, rows) = ([row(["", "loss", "", ""])], [row(["expected loss of the cloud", "10", "", ""])]);
        let narrow = Sheet { width: 24 }.table(&heads[..], &rows[..]).into_iter().map(|line| line.text);
        assert_eq!(
            narrow.take(3).collect::<Vec<_>>(),
            ["                   loss", " expected loss of", "   the cloud         10"]
        );
    }

    #[test]
    fn a_paragraph_is_broken_at_words_and_hangs_below_its_prefix() {
        let texts = |lines: Vec<Line>| lines.into_iter().map(|line| line.text).collect::<Vec<_>>();
        assert_eq!(texts(Sheet { width: 12 }.plain("one two three four")), [" one two", " three four"]);
        assert_eq!(
            texts(Sheet { width: 12 }.plain("see https://a.org/long-link")),
            [" see", " https://a.", " org/long-", " link"]
        );
        assert_eq!(texts(Sheet { width: 6 }.plain("abcdefghijkl")), [" abcde", " fghij", " kl"]);
        let hanging = Sheet { width: 28 }.hanging(Tone::Plain, " 2027-01  ", "a burst of the market");
        assert_eq!(texts(hanging), [" 2027-01  a burst of the", "          market"]);
    }
}
