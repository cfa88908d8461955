//! Calendar months, spans of whole months, and the timeline of a run (docs/model.md, section 1).

use std::fmt;
use std::ops::{Add, Sub};

/// Months per year.
pub const MONTHS_PER_YEAR: i32 = 12;

/// The years a [`Month`] may lie in.
pub const YEARS: std::ops::RangeInclusive<i32> = 1900..=2300;

/// A calendar month, written "2027-06".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

impl Month {
    /// The month `month` (1 to 12) of `year`; `None` outside 1 to 12 or outside [`YEARS`].
    pub fn new(year: i32, month: u32) -> Option<Self> {
        let month = i32::try_from(month).ok()?;
        let exists = YEARS.contains(&year) && (1..=MONTHS_PER_YEAR).contains(&month);
        exists.then(|| Self(year * MONTHS_PER_YEAR + month - 1))
    }

    /// January of `year`.
    pub fn january(year: i32) -> Self {
        Self(year * MONTHS_PER_YEAR)
    }

    /// Reads "2027-06"; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.trim().split_once('-')?;
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let well_formed = year.len() == 4 && month.len() == 2 && digits(year) && digits(month);
        if !well_formed {
            return None;
        }
        Self::new(year.parse().ok()?, month.parse().ok()?)
    }

    /// Calendar year.
    pub fn year(self) -> i32 {
        self.0.div_euclid(MONTHS_PER_YEAR)
    }

    /// Month of the year, 1 to 12.
    pub fn month(self) -> u32 {
        self.0.rem_euclid(MONTHS_PER_YEAR).unsigned_abs() + 1
    }

    /// The middle of the month in years: the numeric value of a date.
    pub fn mid(self) -> f64 {
        (f64::from(self.0) + 0.5) / f64::from(MONTHS_PER_YEAR)
    }

    /// The month `months` later (earlier, where negative).
    #[must_use]
    pub fn shifted(self, months: i32) -> Self {
        Self(self.0.saturating_add(months))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

impl Add<Span> for Month {
    type Output = Self;

    fn add(self, span: Span) -> Self {
        self.shifted(i32::try_from(span.months()).unwrap_or(i32::MAX))
    }
}

impl Sub for Month {
    /// Months from the second to the first.
    type Output = i32;

    fn sub(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }
}

/// A span of whole months, written "15mo" or "7y".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span(u32);

impl Span {
    /// Zero months.
    pub const ZERO: Self = Self(0);

    /// A number of months.
    pub const fn of_months(months: u32) -> Self {
        Self(months)
    }

    /// Length in months.
    pub const fn months(self) -> u32 {
        self.0
    }

    /// Length in years.
    pub fn years(self) -> f64 {
        f64::from(self.0) / f64::from(MONTHS_PER_YEAR)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 > 0 && self.0.is_multiple_of(12) { write!(f, "{}y", self.0 / 12) } else { write!(f, "{}mo", self.0) }
    }
}

/// The months `t = 0..months` of a run; month `t` is the calendar month `start + t`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeline {
    /// Calendar month of `t = 0`.
    pub start: Month,
    /// Number of months of the run.
    pub months: usize,
}

impl Timeline {
    /// The calendar month of `t`; `t` may be negative, or beyond the horizon.
    pub fn month(&self, t: i32) -> Month {
        self.start.shifted(t)
    }

    /// The `t` of a calendar month: negative before the start, beyond `months` after the end.
    pub fn index(&self, month: Month) -> i32 {
        month - self.start
    }

    /// The middle of month `t` in years: `start_year + (start_month - 1 + t + 0.5)/12`.
    pub fn mid(&self, t: i32) -> f64 {
        self.month(t).mid()
    }

    /// The last month of the run; the start if the run has no months.
    pub fn last(&self) -> Month {
        self.month(i32::try_from(self.months).unwrap_or(i32::MAX).max(1) - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        Month::parse(text).unwrap()
    }

    #[test]
    fn a_month_is_read_and_written_alike() {
        for text in ["2026-01", "2027-06", "1999-12"] {
            assert_eq!(month(text).to_string(), text);
        }
    }

    #[test]
    fn other_texts_are_not_read() {
        for text in ["2026-13", "2026-00", "2026", "26-01", "2026-1", "2026-01-01", "+026-01", ""] {
            assert_eq!(Month::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_timeline_counts_from_its_start_both_ways() {
        let timeline = Timeline { start: month("2026-04"), months: 93 };
        assert_eq!(timeline.last(), month("2033-12"));
        assert_eq!(timeline.month(-4), month("2025-12"));
        for t in [-30, -1, 0, 5, 300] {
            assert_eq!(timeline.index(timeline.month(t)), t);
            let expected = 2026.0 + (4.0 - 1.0 + f64::from(t) + 0.5) / 12.0;
            assert!((timeline.mid(t) - expected).abs() < 1e-9);
        }
    }

    #[test]
    fn whole_years_are_shown_as_years() {
        let shown = [0, 6, 12, 15, 84].map(|months| Span::of_months(months).to_string());
        assert_eq!(shown, ["0mo", "6mo", "1y", "15mo", "7y"]);
    }
}
