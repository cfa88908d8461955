//! Dates of a series, and the distance between them.

use std::fmt;

/// A day, or a month, quarter or year by its first day, as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: i32,
    month: u32,
    day: u32,
    written: Written,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Written {
    Year,
    Quarter,
    Month,
    Day,
}

/// The usual distance between the dates of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spacing {
    /// So many calendar months.
    Months(i32),
    /// So many days on average, with weekends and holidays between.
    Days(f64),
}

/// Days in a year, on average.
const YEAR: f64 = 365.25;

impl Date {
    /// Reads `2024-03-29`, `2024-03`, `2024-Q1` or `2024`; anything else is None.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let year = digits(parts.next()?, 4)? as i32;
        let (month, day) = (parts.next(), parts.next());
        if parts.next().is_some() {
            return None;
        }
        let date = |month, day, written| Self { year, month, day, written };
        let date = match (month, day) {
            (None, _) => date(1, 1, Written::Year),
            (Some(month), None) => match month.strip_prefix('Q') {
                Some(quarter) => {
                    date(digits(quarter, 1).filter(|quarter| (1..=4).contains(quarter))? * 3 - 2, 1, Written::Quarter)
                }
                None => date(digits(month, 2)?, 1, Written::Month),
            },
            (Some(month), Some(day)) => date(digits(month, 2)?, digits(day, 2)?, Written::Day),
        };
        let exists = (1..=12).contains(&date.month) && (1..=date.days_in_month()).contains(&date.day);
        exists.then_some(date)
    }

    fn days_in_month(self) -> u32 {
        let is_leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        match self.month {
            2 => 28 + u32::from(is_leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    /// Months since year 0.
    fn months(self) -> i32 {
        self.year * 12 + self.month as i32 - 1
    }

    /// Days since a fixed day (Howard Hinnant, "chrono-compatible low-level date algorithms").
    fn days(self) -> i32 {
        let year = self.year - i32::from(self.month <= 2);
        let era = year.div_euclid(400);
        let of_era = year - era * 400;
        let of_year = (153 * ((self.month as i32 + 9) % 12) + 2) / 5 + self.day as i32 - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year
    }

    /// The date as a number of years, at the middle of what is written.
    pub fn in_years(self) -> f64 {
        let start = f64::from(self.months()) / 12.0;
        match self.written {
            Written::Year => start + 0.5,
            Written::Quarter => start + 0.125,
            Written::Month => start + 0.5 / 12.0,
            Written::Day => start + (f64::from(self.day) - 0.5) / f64::from(self.days_in_month()) / 12.0,
        }
    }
}

/// A number of so many digits.
fn digits(text: &str, count: usize) -> Option<u32> {
    let is_number = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, written } = self;
        match written {
            Written::Year => write!(f, "{year:04}"),
            Written::Quarter => write!(f, "{year:04}-Q{}", month.div_ceil(3)),
            Written::Month => write!(f, "{year:04}-{month:02}"),
            Written::Day => write!(f, "{year:04}-{month:02}-{day:02}"),
        }
    }
}

impl Spacing {
    /// Dates that are usually further apart than this are counted in calendar months.
    const MONTHLY: i32 = 28;

    /// The usual distance of these dates: their median, where they rise.
    pub fn of(dates: &[Date]) -> Self {
        let median = |of: fn(Date) -> i32| {
            let mut steps: Vec<i32> = dates.windows(2).map(|pair| of(pair[1]) - of(pair[0])).collect();
            steps.sort_unstable();
            steps.get(steps.len() / 2).copied().unwrap_or(0)
        };
        if median(Date::days) >= Self::MONTHLY {
            return Self::Months(median(Date::months));
        }
        let span = dates.first().zip(dates.last()).map_or(0, |(first, last)| last.days() - first.days());
        Self::Days(f64::from(span) / (dates.len().max(2) - 1) as f64)
    }

    /// Whether no observation is missing between two dates. Of days, a gap is more than ten (a long holiday), or three
    /// usual distances.
    pub fn allows(self, before: Date, after: Date) -> bool {
        match self {
            Self::Months(months) => after.months() - before.months() == months,
            Self::Days(days) => f64::from(after.days() - before.days()) <= (3.0 * days).max(10.0),
        }
    }

    /// Observations in two years.
    pub fn two_years(self) -> usize {
        let observations = match self {
            Self::Months(months) => 24.0 / f64::from(months.max(1)),
            Self::Days(days) => 2.0 * YEAR / days.max(1.0),
        };
        observations.round().max(1.0) as usize
    }
}

impl fmt::Display for Spacing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Months(1) => write!(f, "monthly"),
            Self::Months(3) => write!(f, "quarterly"),
            Self::Months(12) => write!(f, "yearly"),
            Self::Months(months) => write!(f, "{months} months apart"),
            Self::Days(days) => write!(f, "{days:.1} days apart on average"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn a_date_is_read_and_written_alike() {
        for text in ["2024-02-29", "1999-12", "2024-Q3", "1871"] {
            assert_eq!(date(text).to_string(), text);
        }
        for text in
            ["2023-02-29", "2024-13", "2024-Q5", "24-01", "29.3.2024", "2024/03/29", "2024-1", "2024-01-01-01", ""]
        {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn days_are_counted_across_months_and_leap_years() {
        let between = |a, b| date(b).days() - date(a).days();
        assert_eq!(between("2024-02-28", "2024-03-01"), 2);
        assert_eq!(between("2023-02-28", "2023-03-01"), 1);
        assert_eq!(between("1900-01-01", "2000-01-01"), 36_524);
        assert_eq!(between("2000-01-01", "2001-01-01"), 366);
    }

    #[test]
    fn the_spacing_is_found_and_gaps_with_it() {
        let of = |dates: &[&str]| Spacing::of(&dates.iter().map(|text| date(text)).collect::<Vec<_>>());
        let month_ends = of(&["2024-01-31", "2024-02-29", "2024-03-29", "2024-05-31"]);
        assert_eq!((month_ends, month_ends.two_years()), (Spacing::Months(1), 24));
        assert!(!month_ends.allows(date("2024-03-29"), date("2024-05-31")));
        assert_eq!(of(&["2024-Q1", "2024-Q2", "2024-Q3"]).two_years(), 8);
        assert_eq!(of(&["2001", "2002", "2003"]).two_years(), 2);
        let days = of(&["2024-03-25", "2024-03-26", "2024-03-27", "2024-03-28", "2024-04-02"]);
        assert_eq!(days, Spacing::Days(2.0));
        assert!(
            days.allows(date("2024-03-28"), date("2024-04-07")) && !days.allows(date("2024-03-28"), date("2024-04-08"))
        );
        assert_eq!(Spacing::Days(7.0).two_years(), 104);
    }
}
