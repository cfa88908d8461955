//! Parsers of arguments: counts, shards and ranges of months.

use crate::face::{Month, Months, Shard};

/// Reads a count as people write it: `100000`, `1_000_000`, `1e6`, `2.5M`, `20k`.
///
/// # Errors
/// When the text is no whole number, or too large to be one.
pub(crate) fn count(text: &str) -> Result<u64, String> {
    let plain = text.trim().replace('_', "");
    if let Ok(number) = plain.parse() {
        return Ok(number);
    }
    let (digits, power) = match plain.char_indices().next_back() {
        Some((at, 'k' | 'K')) => (&plain[..at], 3),
        Some((at, 'm' | 'M')) => (&plain[..at], 6),
        Some((at, 'b' | 'B' | 'g' | 'G')) => (&plain[..at], 9),
        _ => (plain.as_str(), 0),
    };
    let wrong = || "a count is a whole number, such as 100000, 100_000, 1e5 or 100k".to_owned();
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let exponent: i32 = exponent.parse().map_err(|_| wrong())?;
    // Rounded once: 2.3M is 2300000 and not a little less.
    let scaled = format!("{mantissa}e{}", exponent.saturating_add(power));
    let number: f64 = scaled.parse().map_err(|_| wrong())?;
    let whole = number >= 0.0 && number.fract().abs() < f64::EPSILON;
    if !whole {
        Err(wrong())
    } else if number < LARGEST {
        Ok(number as u64)
    } else {
        Err("this number is too large".to_owned())
    }
}

/// The largest count that a float holds exactly.
const LARGEST: f64 = 9_007_199_254_740_992.0;

/// A count that is not zero.
///
/// # Errors
/// As [`count`], and for 0.
pub(crate) fn positive(text: &str) -> Result<u64, String> {
    match count(text)? {
        0 => Err("it must be at least 1".to_owned()),
        number => Ok(number),
    }
}

/// Largest number of threads.
const MOST_THREADS: u64 = 1024;

/// A number of threads.
///
/// # Errors
/// As [`positive`], and beyond [`MOST_THREADS`].
pub(crate) fn threads(text: &str) -> Result<usize, String> {
    match positive(text)? {
        number if number <= MOST_THREADS => Ok(number as usize),
        _ => Err(format!("at most {MOST_THREADS} threads; without --threads, one per core")),
    }
}

/// A time in seconds: `60s`, `5min` or `2h`.
///
/// # Errors
/// When it is not a number above 0 with one of these units.
pub(crate) fn seconds(text: &str) -> Result<f64, String> {
    let text = text.trim();
    let end = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let unit = match &text[end..] {
        "s" => Some(1.0),
        "min" | "m" => Some(60.0),
        "h" => Some(3600.0),
        _ => None,
    };
    let time = text[..end].trim().parse::<f64>().ok().zip(unit).map(|(count, unit)| count * unit);
    let is_time = |time: &f64| time.is_finite() && *time > 0.0;
    time.filter(is_time).ok_or_else(|| "a time is a number above 0 with its unit, such as 60s, 5min or 2h".to_owned())
}

/// A part of a sweep: `2/4`.
///
/// # Errors
/// When it is not two counts, the first between 1 and the second.
pub(crate) fn shard(text: &str) -> Result<Shard, String> {
    let wrong = || "a shard is I/N, such as 2/4: the second of four".to_owned();
    let (number, of) = text.split_once('/').ok_or_else(wrong)?;
    let (number, of) = (number.trim().parse().map_err(|_| wrong())?, of.trim().parse().map_err(|_| wrong())?);
    if (1..=of).contains(&number) { Ok(Shard { number, of }) } else { Err(wrong()) }
}

/// Reads `2027-01..2029-12`, `2027..2029`, `2027-01..`, `..2029-12`, `2029` or `2029-03`.
///
/// # Errors
/// When an end is neither a month nor a year, or the stretch is empty.
pub(crate) fn months(text: &str) -> Result<Months, String> {
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    let (from, to) = (end(from, 1)?, end(to.trim_start_matches('='), 12)?);
    match (from, to) {
        (Some(from), Some(to)) if from > to => Err(format!("{from} comes after {to}")),
        _ => Ok(Months { from, to }),
    }
}

/// A month, or that month of a year.
fn end(text: &str, month_of_year: u32) -> Result<Option<Month>, String> {
    let text = text.trim();
    let year = || text.parse().ok().and_then(|year| Month::new(year, month_of_year));
    match Month::parse(text).or_else(year) {
        None if text.is_empty() => Ok(None),
        None => Err(format!("`{text}` is neither a month, such as 2027-06, nor a year; a stretch is 2027-01..2029-12")),
        month => Ok(month),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_as_people_write_them() {
        for (text, number) in [
            ("7", 7),
            ("1_000_000", 1_000_000),
            ("1e6", 1_000_000),
            ("1E6", 1_000_000),
            ("2.5e3", 2_500),
            ("1M", 1_000_000),
            ("2.3M", 2_300_000),
            ("20k", 20_000),
            ("1b", 1_000_000_000),
            ("18446744073709551615", u64::MAX),
        ] {
            assert_eq!(count(text), Ok(number), "{text}");
        }
    }

    #[test]
    fn what_is_no_count_is_refused_with_the_forms() {
        for text in ["", "k", "-3", "1.5", "ten", "1e", "1,000", "1e6x", "NaN", "infk", "é"] {
            let error = count(text).unwrap_err();
            assert!(error.contains("100k"), "{text}: {error}");
        }
        assert!(count("1e30").unwrap_err().contains("too large"));
        assert!(positive("0").is_err());
    }

    #[test]
    fn no_machine_has_a_hundred_million_threads() {
        assert_eq!(threads("8"), Ok(8));
        assert!(threads("100M").unwrap_err().contains("1024"));
        assert!(threads("0").is_err());
    }

    #[test]
    fn a_time_has_a_unit() {
        for (text, time) in [("60s", 60.0), ("5min", 300.0), ("1.5h", 5400.0), (" 2 m", 120.0)] {
            assert_eq!(seconds(text), Ok(time), "{text}");
        }
        for text in ["", "60", "s", "-5s", "0s", "5 days", "infs", "1é"] {
            assert!(seconds(text).unwrap_err().contains("60s"), "{text}");
        }
    }

    #[test]
    fn a_stretch_of_months_may_be_open() {
        let month = |text| Month::parse(text).unwrap();
        let both = months("2027-01..2029-12").unwrap();
        let inside = ["2026-12", "2027-01", "2029-12", "2030-01"].map(|at| both.contains(month(at)));
        assert_eq!(inside, [false, true, true, false]);
        assert!(months("2028-01..").unwrap().contains(month("2099-01")));
        assert!(months("..2028-01").unwrap().contains(month("1999-01")));
        let one = months("2028-03").unwrap();
        assert!(one.contains(month("2028-03")) && !one.contains(month("2028-04")));
        let years = months("2029..2030").unwrap();
        let inside = ["2028-12", "2029-01", "2030-12", "2031-01"].map(|at| years.contains(month(at)));
        assert_eq!(inside, [false, true, true, false]);
        assert_eq!(months("2029"), months("2029-01..2029-12"));
        assert!(months("soon..2030").unwrap_err().contains("2027-06"));
        assert!(months("2029-02..2029-01").is_err());
    }
}
