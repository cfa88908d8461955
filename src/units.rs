//! The units of the scenario language: how numbers are written and how they are shown.
//!
//! Internally a number is an `f64` in the base of its unit: dollars, a share of one, a rate per year, months.

use std::fmt;

use crate::calendar::Span;

/// The unit of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Dollars: "38B USD".
    Money,
    /// A part of a whole: "18%" or 0.18.
    Share,
    /// An annual rate, continuously compounded: "8%" or 0.08.
    Rate,
    /// A number without a unit: 0.45.
    Number,
    /// A length of time, in months: "15mo" or "7y".
    Months,
    /// An electrical power, in gigawatts: "2 GW" or "500 MW".
    Power,
}

impl Unit {
    /// Its name in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Money => "an amount of money",
            Self::Share => "a share",
            Self::Rate => "an annual rate",
            Self::Number => "a plain number",
            Self::Months => "a length of time",
            Self::Power => "a power",
        }
    }

    /// How it is written.
    pub fn form(self) -> &'static str {
        match self {
            Self::Money => "an amount of money, such as \"38B USD\" (k, M, B, T; a bare number is dollars)",
            Self::Share => "a share, such as \"18%\" or 0.18",
            Self::Rate => "an annual rate, such as \"8%\" or 0.08",
            Self::Number => "a plain number, such as 0.45",
            Self::Months => "a length of time, such as \"15mo\" or \"7y\"",
            Self::Power => "a power, such as \"2 GW\" or \"500 MW\"",
        }
    }

    /// Its short name in tables; empty for a plain number.
    pub fn label(self) -> &'static str {
        match self {
            Self::Money => "USD",
            Self::Share => "share",
            Self::Rate => "1/year",
            Self::Number => "",
            Self::Months => "months",
            Self::Power => "GW",
        }
    }

    /// Whether numbers of the two units can be tied by `same_as`: shares, rates and plain numbers can.
    pub fn agrees_with(self, other: Self) -> bool {
        let plain = |unit| matches!(unit, Self::Share | Self::Rate | Self::Number);
        self == other || plain(self) && plain(other)
    }

    /// Reads a number written as text.
    ///
    /// # Errors
    /// When the text is not a number of this unit.
    pub fn read(self, text: &str) -> Result<f64, Misread> {
        let written = Written::split(text)?;
        let scale = match (self, written.suffix) {
            (Self::Money, Suffix::Money(power)) | (Self::Power, Suffix::Watts(power)) => power,
            (Self::Money | Self::Share | Self::Rate, Suffix::Bare)
            | (Self::Rate, Suffix::PerYear)
            | (Self::Months, Suffix::Months) => 0,
            (Self::Share, Suffix::Percent) | (Self::Rate, Suffix::Percent | Suffix::PercentPerYear) => -2,
            (Self::Months, Suffix::Years) => return Ok(written.scaled(0)? * 12.0),
            (Self::Number, Suffix::Bare) => return Err(Misread::Quoted(written.digits.to_owned())),
            (_, other) => return Err(Misread::Unit(other.describe())),
        };
        written.scaled(scale)
    }

    /// Reads a number written without quotes.
    ///
    /// # Errors
    /// When it is not finite, or the unit must be written.
    pub fn read_bare(self, number: f64) -> Result<f64, Misread> {
        if number.is_nan() {
            Err(Misread::NotANumber)
        } else if number.is_infinite() {
            Err(Misread::Infinite)
        } else if self == Self::Months {
            Err(Misread::Unit("a number without a unit of time"))
        } else if self == Self::Power {
            Err(Misread::Unit("a number without a unit of power"))
        } else {
            within_bounds(number)
        }
    }

    /// Formats a value of this unit: "38 B USD", "18 %", "15 mo".
    pub fn show(self, value: f64) -> String {
        match self {
            Self::Money => show_money(value),
            Self::Share => format!("{} %", rounded(value * 100.0)),
            Self::Rate if value.abs() <= 1.0 => format!("{} % a year", rounded(value * 100.0)),
            Self::Rate => format!("{} a year", rounded(value)),
            Self::Number => rounded(value),
            Self::Months => show_months(value),
            Self::Power if value != 0.0 && value.abs() < 1.0 => format!("{} MW", rounded(value * 1e3)),
            Self::Power => format!("{} GW", rounded(value)),
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Reads a number of any unit.
///
/// # Errors
/// When the text is not a number, or has no known unit.
pub fn read_any(text: &str) -> Result<(f64, Unit), Misread> {
    let unit = match Written::split(text)?.suffix {
        Suffix::Money(_) => Unit::Money,
        Suffix::Percent => Unit::Share,
        Suffix::PercentPerYear | Suffix::PerYear => Unit::Rate,
        Suffix::Months | Suffix::Years => Unit::Months,
        Suffix::Watts(_) => Unit::Power,
        // Where any unit will do, quotes around a plain number do no harm.
        Suffix::Bare => return Ok((Written::split(text)?.scaled(0)?, Unit::Number)),
    };
    Ok((unit.read(text)?, unit))
}

/// Reads a span of whole months: "15mo", "7y".
///
/// # Errors
/// When the text is not a length of time, negative, or not in whole months.
pub fn read_span(text: &str) -> Result<Span, Misread> {
    let months = Unit::Months.read(text)?;
    let whole = (months - months.round()).abs() < 1e-9;
    if months < 0.0 {
        Err(Misread::Negative)
    } else if whole && months <= f64::from(u32::MAX) {
        Ok(Span::of_months(months.round() as u32))
    } else {
        Err(Misread::NotWhole)
    }
}

/// Why a text is not a number of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misread {
    /// It does not begin with a number.
    Unreadable,
    /// It has another unit, described here.
    Unit(&'static str),
    /// It is in another currency.
    Currency(String),
    /// It has an unknown unit.
    UnknownUnit(String),
    /// A plain number in quotes.
    Quoted(String),
    /// A number with a comma, and how it is written without.
    Comma(String),
    /// NaN.
    NotANumber,
    /// Infinite.
    Infinite,
    /// Above 1e30 in absolute value.
    TooLarge,
    /// A negative length of time.
    Negative,
    /// A length of time that is not in whole months.
    NotWhole,
}

impl fmt::Display for Misread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable => f.write_str("it is not a number"),
            Self::Unit(what) => write!(f, "it is {what}"),
            Self::Currency(name) => write!(f, "it is in {name}; all amounts are in USD"),
            Self::UnknownUnit(unit) => write!(f, "`{unit}` is not a known unit"),
            Self::Quoted(digits) => write!(f, "it is in quotes; write {digits}"),
            Self::Comma(without) => write!(f, "it has a comma; the decimal sign is a point: write \"{without}\""),
            Self::NotANumber => f.write_str("it is not a number (NaN)"),
            Self::Infinite => f.write_str("it is not finite"),
            Self::TooLarge => f.write_str("it exceeds 1e30 in absolute value"),
            Self::Negative => f.write_str("it is negative"),
            Self::NotWhole => f.write_str("it is not a whole number of months"),
        }
    }
}

/// What follows the digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Suffix {
    Bare,
    /// Dollars times ten to this power.
    Money(i32),
    Percent,
    PercentPerYear,
    PerYear,
    Months,
    Years,
    /// Gigawatts times ten to this power.
    Watts(i32),
}

impl Suffix {
    fn describe(self) -> &'static str {
        match self {
            Self::Bare => "a number without a unit",
            Self::Money(_) => "an amount of money",
            Self::Percent => "a percentage",
            Self::PercentPerYear => "a percentage per year",
            Self::PerYear => "a number per year",
            Self::Months | Self::Years => "a length of time",
            Self::Watts(_) => "a power",
        }
    }
}

/// A number as written, in its parts.
struct Written<'a> {
    digits: &'a str,
    suffix: Suffix,
}

impl<'a> Written<'a> {
    fn split(text: &'a str) -> Result<Self, Misread> {
        let text = text.trim();
        let (dollars, text) = match text.strip_prefix('$') {
            Some(rest) => (true, rest.trim_start()),
            None => (false, text),
        };
        let (digits, unit) = text.split_at(digits_end(text));
        if digits.parse::<f64>().is_err() {
            return Err(Misread::Unreadable);
        }
        if unit.starts_with(',') {
            return Err(without_commas(text).map_or(Misread::Unreadable, Misread::Comma));
        }
        let suffix = match read_suffix(unit.trim())? {
            Suffix::Bare if dollars => Suffix::Money(0),
            suffix => suffix,
        };
        Ok(Self { digits, suffix })
    }

    /// The number times ten to `power`, rounded once: "34.6B" is the double nearest to 34.6e9.
    fn scaled(&self, power: i32) -> Result<f64, Misread> {
        let (mantissa, exponent) = match self.digits.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().unwrap_or(i32::MAX / 2)),
            None => (self.digits, 0),
        };
        let text = format!("{mantissa}e{}", exponent.saturating_add(power));
        let value: f64 = text.parse().map_err(|_| Misread::Unreadable)?;
        within_bounds(value)
    }
}

/// A number with one decimal comma written with a point, and one with several, which separate thousands, without them.
fn without_commas(text: &str) -> Option<String> {
    let written = if text.matches(',').count() == 1 { text.replace(',', ".") } else { text.replace(',', "") };
    let within_digits = text.split(',').skip(1).all(|part| part.starts_with(|c: char| c.is_ascii_digit()));
    (within_digits && Written::split(&written).is_ok()).then_some(written)
}

/// Keeps sums and squares of numbers within the range of a double.
const LARGEST: f64 = 1e30;

fn within_bounds(value: f64) -> Result<f64, Misread> {
    if value.abs() <= LARGEST { Ok(value) } else { Err(Misread::TooLarge) }
}

/// The length of the leading number of `text`: sign, digits, point, exponent.
fn digits_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = 0;
    while let Some(&byte) = bytes.get(end) {
        let in_number = match byte {
            b'0'..=b'9' | b'.' => true,
            b'+' | b'-' => end == 0,
            b'e' | b'E' => {
                let signed = matches!(bytes.get(end + 1), Some(b'+' | b'-'));
                let exponent = end > 0 && digit(end + 1 + usize::from(signed));
                if exponent && signed {
                    end += 1;
                }
                exponent
            }
            _ => false,
        };
        if !in_number {
            break;
        }
        end += 1;
    }
    end
}

fn read_suffix(unit: &str) -> Result<Suffix, Misread> {
    let lower = unit.to_ascii_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    Ok(match words.as_slice() {
        [] => Suffix::Bare,
        ["%"] => Suffix::Percent,
        ["%/y" | "%/year"] | ["%", "/y" | "/year" | "p.a."] | ["%", "a" | "per", "year"] => Suffix::PercentPerYear,
        ["/y" | "/year" | "p.a."] | ["a" | "per", "year"] => Suffix::PerYear,
        ["mo" | "month" | "months"] => Suffix::Months,
        ["y" | "yr" | "year" | "years"] => Suffix::Years,
        ["gw"] => Suffix::Watts(0),
        ["mw"] => Suffix::Watts(-3),
        ["usd"] => Suffix::Money(0),
        [scale] | [scale, "usd"] if power_of(scale).is_some() => Suffix::Money(power_of(scale).unwrap_or_default()),
        [scale, currency] if power_of(scale).is_some() => {
            return Err(Misread::Currency(currency.to_uppercase()));
        }
        [currency @ ("eur" | "gbp" | "jpy" | "cny")] => {
            return Err(Misread::Currency(currency.to_uppercase()));
        }
        _ => match lower.strip_suffix("usd").and_then(power_of) {
            Some(power) => Suffix::Money(power),
            None => return Err(Misread::UnknownUnit(unit.to_owned())),
        },
    })
}

fn power_of(scale: &str) -> Option<i32> {
    match scale {
        "k" => Some(3),
        "m" | "mn" | "million" => Some(6),
        "b" | "bn" | "billion" => Some(9),
        "t" | "tn" | "trillion" => Some(12),
        _ => None,
    }
}

fn show_money(value: f64) -> String {
    let scales = [(1e12, "T "), (1e9, "B "), (1e6, "M "), (1e3, "k ")];
    let (scale, letter) = scales.into_iter().find(|(scale, _)| value.abs() >= *scale).unwrap_or((1.0, ""));
    format!("{} {letter}USD", rounded(value / scale))
}

fn show_months(months: f64) -> String {
    let years = months / 12.0;
    if months > 0.0 && (years - years.round()).abs() < 1e-9 {
        format!("{} y", rounded(years))
    } else {
        format!("{} mo", rounded(months))
    }
}

/// At most seven significant digits, without trailing zeros.
fn rounded(value: f64) -> String {
    let magnitude = if value == 0.0 { 0 } else { value.abs().log10().floor() as i32 };
    let decimals = usize::try_from(6 - magnitude).unwrap_or(0).min(12);
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_the_base_of_their_unit() {
        let cases = [
            (Unit::Money, "38B USD", 38e9),
            (Unit::Money, "34.6B USD", 34.6e9),
            (Unit::Money, "-39 bn", -39e9),
            (Unit::Money, "$1.5T", 1.5e12),
            (Unit::Money, "250k USD", 250e3),
            (Unit::Money, "12 million USD", 12e6),
            (Unit::Money, "38BUSD", 38e9),
            (Unit::Money, "7 USD", 7.0),
            (Unit::Money, "1e3M", 1e9),
            (Unit::Share, "18%", 0.18),
            (Unit::Share, "0.18", 0.18),
            (Unit::Share, "2.5 %", 0.025),
            (Unit::Rate, "8%", 0.08),
            (Unit::Rate, "8% a year", 0.08),
            (Unit::Rate, "2 a year", 2.0),
            (Unit::Months, "7y", 84.0),
            (Unit::Months, "15mo", 15.0),
            (Unit::Months, "1.5 years", 18.0),
            (Unit::Power, "2 GW", 2.0),
            (Unit::Power, "500MW", 0.5),
        ];
        for (unit, text, value) in cases {
            assert_eq!(unit.read(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn a_number_of_another_unit_is_described() {
        let cases = [
            (Unit::Money, "18%", "it is a percentage"),
            (Unit::Money, "38B EUR", "it is in EUR; all amounts are in USD"),
            (Unit::Money, "plenty", "it is not a number"),
            (Unit::Money, "38 apples", "`apples` is not a known unit"),
            (Unit::Share, "38B USD", "it is an amount of money"),
            (Unit::Share, "8% a year", "it is a percentage per year"),
            (Unit::Number, "0.45", "it is in quotes; write 0.45"),
            (Unit::Months, "12", "it is a number without a unit"),
            (Unit::Power, "2", "it is a number without a unit"),
            (Unit::Power, "2B USD", "it is an amount of money"),
            (Unit::Money, "2 GW", "it is a power"),
            (Unit::Power, "3 horses", "`horses` is not a known unit"),
            (Unit::Money, "6,5B", "it has a comma; the decimal sign is a point: write \"6.5B\""),
            (Unit::Money, "1,234,567 USD", "it has a comma; the decimal sign is a point: write \"1234567 USD\""),
            (Unit::Share, "2,5 %", "it has a comma; the decimal sign is a point: write \"2.5 %\""),
            (Unit::Money, "6,B,", "it is not a number"),
            (Unit::Money, "1e400 USD", "it exceeds 1e30 in absolute value"),
            (Unit::Money, "", "it is not a number"),
        ];
        for (unit, text, message) in cases {
            assert_eq!(unit.read(text).unwrap_err().to_string(), message, "{text}");
        }
    }

    #[test]
    fn a_bare_number_must_be_finite_and_no_length_of_time() {
        assert_eq!(Unit::Money.read_bare(7.0), Ok(7.0));
        assert_eq!(Unit::Money.read_bare(f64::NAN), Err(Misread::NotANumber));
        assert_eq!(Unit::Share.read_bare(f64::INFINITY), Err(Misread::Infinite));
        assert!(Unit::Months.read_bare(12.0).is_err());
    }

    #[test]
    fn what_is_shown_can_be_written() {
        let units = [Unit::Money, Unit::Share, Unit::Rate, Unit::Months];
        for (unit, value) in units.into_iter().flat_map(|unit| [0.0, 0.0025, 0.5, 2.0, 36.0].map(|value| (unit, value)))
        {
            assert_eq!(unit.read(&unit.show(value)), Ok(value), "{unit}: {}", unit.show(value));
        }
    }

    #[test]
    fn spans_are_of_whole_months() {
        assert_eq!(read_span("1.5y"), Ok(Span::of_months(18)));
        assert_eq!(read_span("0.7mo"), Err(Misread::NotWhole));
        assert_eq!(read_span("-3mo"), Err(Misread::Negative));
    }

    #[test]
    fn values_are_shown_as_they_are_said() {
        let shown = [
            Unit::Money.show(38e9),
            Unit::Money.show(-34.6e9),
            Unit::Money.show(0.0),
            Unit::Money.show(2.85e12),
            Unit::Share.show(0.18),
            Unit::Rate.show(0.08),
            Unit::Rate.show(2.0),
            Unit::Number.show(3.9),
            Unit::Months.show(15.0),
            Unit::Months.show(84.0),
        ];
        let expected =
            ["38 B USD", "-34.6 B USD", "0 USD", "2.85 T USD", "18 %", "8 % a year", "2 a year", "3.9", "15 mo", "7 y"];
        assert_eq!(shown, expected);
    }
}
