//! Axes: their ranges, ticks and labels.

use super::chart::{Format, Scale};
use crate::notation::{sign, thousands};

/// Below this a range of values counts as flat.
const SMALLEST: f64 = 1e-100;

/// Kept free above the highest value, in steps: a line along the edge of the
/// panel is hard to see.
const AIR: f64 = 0.03;

/// A range of values on a side of the panel.
pub(super) struct Axis {
    scale: Scale,
    low: f64,
    high: f64,
    pub(super) ticks: Vec<Tick>,
    /// Lines without words.
    pub(super) faint: Vec<f64>,
}

/// A value with its words.
pub(super) struct Tick {
    pub(super) at: f64,
    pub(super) label: String,
}

impl Axis {
    /// Months as they are; years are named at their first of January.
    pub(super) fn time(months: &[f64]) -> Self {
        let (low, high) = range(months.iter().copied()).unwrap_or((0.0, 0.0));
        let alone = high - low < SMALLEST;
        let (low, high) = if alone { (low - 1.0 / 12.0, high + 1.0 / 12.0) } else { (low, high) };
        let ticks = if high - low < 2.0 { months_in(low, high) } else { years_in(low, high) };
        Self { scale: Scale::Linear, low, high, ticks, faint: vec![] }
    }

    /// Always with zero, so that heights can be compared.
    pub(super) fn linear(values: impl Iterator<Item = f64>, format: Format) -> Self {
        let (low, high) = range(values.chain([0.0])).unwrap_or((0.0, 0.0));
        let (high, air) = if high - low < SMALLEST { (least(format), 0.0) } else { (high, AIR) };
        let step = nice_step((high - low) / 5.0);
        let whole = format == Format::Share && high <= 1.0;
        let first = if low < 0.0 { (low / step - air).floor() } else { 0.0 };
        let last = if high > 0.0 { (high / step + air).ceil() } else { 0.0 };
        let last = if whole { last.min((1.0 / step).round()) } else { last };
        let count = (last - first).round() as usize;
        let at: Vec<f64> = (0..=count).map(|i| (first + i as f64) * step).collect();
        let largest = at.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        let tick = |at| Tick { at, label: words(at, step, largest, format) };
        Self {
            scale: Scale::Linear,
            low: first * step,
            high: last * step,
            ticks: at.into_iter().map(tick).collect(),
            faint: vec![],
        }
    }

    /// Of the values above zero.
    pub(super) fn log(values: impl Iterator<Item = f64>, format: Format) -> Self {
        let least = least(format);
        let (low, high) = range(values.filter(|v| *v > SMALLEST)).unwrap_or((least, 100.0 * least));
        let (low, high) = (snap(low, f64::floor), snap(high, f64::ceil));
        let low = if high / low < 1.5 { high / 10.0 } else { low };
        let decades = (high / low).log10();
        let stride = (decades / 7.0).ceil() as i32;
        let mantissas: &[f64] = if decades < 2.2 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        let minor: &[f64] = if decades < 4.5 { &[2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0] } else { &[1.0] };
        let inside = |v: &f64| *v > low * (1.0 - 1e-9) && *v < high * (1.0 + 1e-9);
        let grid = |mantissas: &[f64], stride: i32| -> Vec<f64> {
            let decades = (low.log10().floor() as i32)..=(high.log10().ceil() as i32);
            let each = decades.filter(|k| k.rem_euclid(stride) == 0).map(|k| 10_f64.powi(k));
            each.flat_map(|d| mantissas.iter().map(move |m| m * d)).filter(inside).collect()
        };
        let tick = |at: f64| Tick { at, label: words(at, at, at, format) };
        Self {
            scale: Scale::Log,
            low,
            high,
            ticks: grid(mantissas, stride).into_iter().map(tick).collect(),
            faint: grid(minor, 1),
        }
    }

    /// From the least to the largest of the values, with ticks at round numbers.
    pub(super) fn spanning(values: &[f64], format: Format, scale: Scale) -> Self {
        if scale == Scale::Log || values.len() < 2 {
            return Self::scaled(values.iter().copied(), format, scale);
        }
        let (low, high) = (values[0], values[values.len() - 1]);
        let step = nice_step((high - low) / 6.0);
        let largest = low.abs().max(high.abs());
        let tick = |at: f64| Tick { at, label: words(at, step, largest, format) };
        Self { scale, low, high, ticks: multiples(low, high, step).map(tick).collect(), faint: vec![] }
    }

    /// From `low` to `high`, with ticks where the values are.
    pub(super) fn marked(at: &[f64], (low, high): (f64, f64), format: Format) -> Self {
        let step = at.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
        let step = if step.is_finite() { step } else { at[0].abs().max(1.0) };
        let largest = at.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
        let stride = at.len().div_ceil(MOST_MARKS);
        let tick = |&at: &f64| Tick { at, label: words(at, nice_below(step), largest, format) };
        Self { scale: Scale::Linear, low, high, ticks: at.iter().step_by(stride).map(tick).collect(), faint: vec![] }
    }

    /// Rows counted from 0, without words.
    pub(super) fn rows(count: usize) -> Self {
        Self { scale: Scale::Linear, low: -0.5, high: count as f64 - 0.5, ticks: vec![], faint: vec![] }
    }

    /// The words for a value among others a `step` apart.
    pub(super) fn label(value: f64, step: f64, largest: f64, format: Format) -> String {
        words(value, step, largest, format)
    }

    pub(super) fn scaled(values: impl Iterator<Item = f64>, format: Format, scale: Scale) -> Self {
        match scale {
            Scale::Linear => Self::linear(values, format),
            Scale::Log => Self::log(values, format),
        }
    }

    /// Where `value` is, from 0 at the low end to 1 at the high end; beyond
    /// the ends, at the end.
    pub(super) fn place(&self, value: f64) -> f64 {
        let share = match self.scale {
            Scale::Linear => (value - self.low) / (self.high - self.low),
            Scale::Log if value <= 0.0 => 0.0,
            Scale::Log => (value / self.low).log10() / (self.high / self.low).log10(),
        };
        share.clamp(0.0, 1.0)
    }

    /// Whether values of both signs are shown.
    pub(super) fn crosses_zero(&self) -> bool {
        self.low < 0.0 && self.high > 0.0
    }
}

/// More ticks than this on an axis of given values cannot be read.
const MOST_MARKS: usize = 12;

/// A step of one digit not above this one, so that values between its multiples keep their digits.
fn nice_below(step: f64) -> f64 {
    if step > SMALLEST { 10_f64.powf(step.log10().floor() - 1.0) } else { step }
}

fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |range, v| {
        let (low, high) = range.unwrap_or((v, v));
        Some((v.min(low), v.max(high)))
    })
}

/// The top of an axis on which everything is zero.
fn least(format: Format) -> f64 {
    match format {
        Format::Money => 5e9,
        Format::Share => 0.01,
        Format::Number => 1.0,
    }
}

/// The next of 1, 2, 2.5, 5 times a power of ten.
fn nice_step(least: f64) -> f64 {
    let decade = 10_f64.powf(least.log10().floor());
    let fits = |m: &&f64| **m * decade >= least * (1.0 - 1e-9);
    [1.0, 2.0, 2.5, 5.0].iter().find(fits).map_or(10.0 * decade, |m| m * decade)
}

/// The neighbour of `value` among 1, 2, 5 times the powers of ten, downwards
/// or upwards as `toward` rounds.
fn snap(value: f64, toward: fn(f64) -> f64) -> f64 {
    let decade = 10_f64.powi(value.log10().floor() as i32);
    let mantissa = value / decade;
    let down = toward(0.5) < 0.5;
    let steps = [1.0, 2.0, 5.0, 10.0];
    let found = if down {
        steps.iter().rev().find(|s| **s <= mantissa * (1.0 + 1e-9))
    } else {
        steps.iter().find(|s| **s >= mantissa * (1.0 - 1e-9))
    };
    found.copied().unwrap_or(1.0) * decade
}

fn years_in(low: f64, high: f64) -> Vec<Tick> {
    let step = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0].into_iter().find(|s| (high - low) / s <= 12.0);
    let step = step.unwrap_or_else(|| nice_step((high - low) / 10.0));
    multiples(low, high, step).map(|at| Tick { at, label: format!("{at:.0}") }).collect()
}

fn months_in(low: f64, high: f64) -> Vec<Tick> {
    const NAMES: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (low, high) = (low * 12.0, high * 12.0);
    let step = if high - low <= 8.0 { 1.0 } else { 3.0 };
    let tick = |month: f64| {
        let (year, name) = ((month / 12.0).floor(), NAMES[month.rem_euclid(12.0) as usize]);
        Tick { at: month / 12.0, label: format!("{name} {year:.0}") }
    };
    multiples(low, high, step).map(tick).collect()
}

fn multiples(low: f64, high: f64, step: f64) -> impl Iterator<Item = f64> {
    let (first, last) = ((low / step - 1e-9).ceil(), (high / step + 1e-9).floor());
    let count = (last - first + 1.0).max(0.0) as usize;
    (0..count).map(move |i| (first + i as f64) * step)
}

/// `value` with as many decimals as tell it from a neighbour `step` away, in
/// the unit that suits `largest`.
fn words(value: f64, step: f64, largest: f64, format: Format) -> String {
    match format {
        Format::Share => format!("{} %", digits(value * 100.0, step * 100.0)),
        Format::Money => with_unit(value, step, largest, "$"),
        Format::Number => with_unit(value, step, largest, ""),
    }
}

fn with_unit(value: f64, step: f64, largest: f64, before: &str) -> String {
    const UNITS: [(f64, &str); 4] = [(1e12, " tn"), (1e9, " bn"), (1e6, " m"), (1e3, " k")];
    // A unit comes up when an axis reaches twice of it, or ticks are as large.
    let fits = |&&(scale, _): &&(f64, &str)| largest >= 2.0 * scale || step >= scale * (1.0 - 1e-9);
    let (scale, unit) = UNITS.iter().find(fits).copied().unwrap_or((1.0, ""));
    let text = digits(value.abs() / scale, step / scale);
    if text == "0" { format!("{before}0") } else { format!("{}{before}{text}{unit}", sign(value)) }
}

fn digits(value: f64, step: f64) -> String {
    let whole = |d: &u8| {
        let scaled = step * 10_f64.powi(i32::from(*d));
        scaled >= 0.99 && (scaled - scaled.round()).abs() < 1e-6 * scaled.max(1.0)
    };
    let decimals = (0..=6).find(whole).map(usize::from);
    match decimals {
        _ if value.abs() < step * 1e-6 => "0".to_owned(),
        Some(decimals) if value.abs() < 1e7 => {
            let text = format!("{:.decimals$}", value.abs());
            let fraction = text.find('.').map_or("", |dot| &text[dot..]);
            let whole = text[..text.len() - fraction.len()].parse().unwrap_or(0.0);
            format!("{}{}{fraction}", sign(value), thousands(whole))
        }
        _ => scientific(value),
    }
}

/// "2×10⁻⁷", and "10⁻⁷" for one of it.
fn scientific(value: f64) -> String {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let text = format!("{value:.1e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let raised = |c: char| c.to_digit(10).map_or('⁻', |d| RAISED[d as usize]);
    let power: String = exponent.chars().map(raised).collect();
    match mantissa.trim_end_matches('0').trim_end_matches('.') {
        "1" => format!("10{power}"),
        mantissa => format!("{mantissa}×10{power}").replace('-', "−"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|t| t.label.as_str()).collect()
    }

    fn money(values: &[f64]) -> Axis {
        Axis::linear(values.iter().copied(), Format::Money)
    }

    #[test]
    fn money_has_one_unit_along_an_axis() {
        assert_eq!(labels(&money(&[30e9, 190e9])), ["$0", "$50 bn", "$100 bn", "$150 bn", "$200 bn"]);
        assert_eq!(
            labels(&money(&[-30e9, 65e9])),
            ["−$40 bn", "−$20 bn", "$0", "$20 bn", "$40 bn", "$60 bn", "$80 bn"]
        );
        assert_eq!(labels(&money(&[2.1e12])), ["$0", "$0.5 tn", "$1.0 tn", "$1.5 tn", "$2.0 tn", "$2.5 tn"]);
        assert_eq!(labels(&money(&[1.2e12])), ["$0", "$250 bn", "$500 bn", "$750 bn", "$1,000 bn", "$1,250 bn"]);
    }

    #[test]
    fn shares_are_percent_and_stop_at_the_whole() {
        let share = |high| Axis::linear([high].into_iter(), Format::Share);
        assert_eq!(labels(&share(1.0)), ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]);
        assert_eq!(labels(&share(0.012)), ["0 %", "0.25 %", "0.50 %", "0.75 %", "1.00 %", "1.25 %"]);
    }

    #[test]
    fn a_line_never_runs_along_the_upper_edge() {
        assert_eq!(labels(&money(&[40e9])).last(), Some(&"$50 bn"));
        let below = money(&[-40e9]);
        assert_eq!((labels(&below)[0], labels(&below).last()), ("−$50 bn", Some(&"$0")));
    }

    #[test]
    fn an_axis_of_nothing_but_zeros_is_still_an_axis() {
        assert_eq!(labels(&money(&[0.0, 0.0])).last(), Some(&"$5 bn"));
        let share = Axis::linear([0.0].into_iter(), Format::Share);
        assert_eq!(labels(&share).last(), Some(&"1.0 %"));
        assert!((share.place(0.0)).abs() < 1e-12);
    }

    #[test]
    fn logarithmic_ticks_are_decades_each_in_its_own_unit() {
        let log = |values: &[f64], format| Axis::log(values.iter().copied(), format);
        assert_eq!(labels(&log(&[2e8, 5e11], Format::Money)), ["$1 bn", "$10 bn", "$100 bn"]);
        assert_eq!(labels(&log(&[0.0, 1e-4, 1.0], Format::Share)), ["0.01 %", "0.1 %", "1 %", "10 %", "100 %"]);
        assert_eq!(labels(&log(&[3.0, 30.0], Format::Number)), ["2", "5", "10", "20", "50"]);
        assert_eq!(labels(&log(&[1e-9, 1e-3], Format::Share)).first(), Some(&"10⁻⁷ %"));
        let wide = log(&[1e-3, 1e30], Format::Money);
        assert!((4..=8).contains(&wide.ticks.len()), "{:?}", labels(&wide));
    }

    #[test]
    fn one_value_on_a_logarithmic_axis_has_room_around_it() {
        let axis = Axis::log([1.0].into_iter(), Format::Share);
        assert_eq!(labels(&axis), ["10 %", "20 %", "50 %", "100 %"]);
        assert!((axis.place(1.0) - 1.0).abs() < 1e-12);
        assert!(axis.place(0.0).abs() < 1e-12 && axis.place(0.001).abs() < 1e-12);
    }

    #[test]
    fn time_is_named_in_years_or_in_months() {
        let mid = |m: u32| 2026.0 + (f64::from(m) + 0.5) / 12.0;
        let span = |months: u32| Axis::time(&(5..5 + months).map(mid).collect::<Vec<_>>());
        assert_eq!(labels(&span(60)), ["2027", "2028", "2029", "2030", "2031"]);
        assert_eq!(labels(&span(600)).first(), Some(&"2030"));
        assert_eq!(labels(&span(13)), ["Jul 2026", "Oct 2026", "Jan 2027", "Apr 2027"]);
        assert_eq!(labels(&span(1)), ["Jun 2026", "Jul 2026"]);
        let one = span(1);
        assert!((one.place(mid(5)) - 0.5).abs() < 1e-6);
    }

    #[test]
    fn extreme_ranges_have_few_and_finite_ticks() {
        for value in [1e-90, 1e-12, 1e3, 1e15, 1e25, 1e99] {
            for format in [Format::Money, Format::Share, Format::Number] {
                for axis in [
                    Axis::linear([value].into_iter(), format),
                    Axis::linear([-value, value].into_iter(), format),
                    Axis::log([value, 3.0 * value].into_iter(), format),
                ] {
                    assert!((2..=12).contains(&axis.ticks.len()), "{:?}", labels(&axis));
                    for tick in &axis.ticks {
                        assert!(tick.label.chars().count() < 16, "{}", tick.label);
                        assert!((0.0..=1.0).contains(&axis.place(tick.at)));
                    }
                }
            }
        }
    }
}
