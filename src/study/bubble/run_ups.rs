//! Run-ups and what follows: the base rates beside a test.

use crate::stats::{Estimate, Hits, wilson};

/// A published share of run-ups that crashed within two years.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BaseRate {
    /// A run-up rises by at least this share within two years.
    pub rise: f64,
    /// The share that crashed.
    pub crashed: f64,
    /// Crashes and run-ups behind it, where these are published.
    pub count: Option<[u64; 2]>,
}

impl BaseRate {
    /// Its 95 % interval, by its count.
    pub fn interval(self) -> Option<Estimate> {
        let [hits, trials] = self.count?;
        wilson(Hits { hits, trials })
    }
}

/// Crashes of US industries from 1926 to 2014, run-ups net of the market.
///
/// Greenwood, Shleifer and You, "Bubbles for Fama", Journal of Financial Economics 131 (2019).
pub const PUBLISHED: [BaseRate; 3] = [
    BaseRate { rise: 0.5, crashed: 0.20, count: None },
    BaseRate { rise: 1.0, crashed: 0.53, count: Some([21, 40]) },
    BaseRate { rise: 1.5, crashed: 0.80, count: None },
];

/// The fall that is a crash.
pub const CRASH: f64 = 0.40;

/// The first run-up of a series, and what follows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RunUp {
    /// The first observation whose price is that much above the one of two years before.
    pub at: usize,
    /// Observations that follow within two years; fewer where the series ends before.
    pub followed: usize,
    /// The largest fall from a peak within the observations that follow, from 0 to 1.
    pub fall: f64,
}

impl RunUp {
    /// The first run-up by the share `rise` within `two_years` observations; None if there is none.
    pub fn first(prices: &[f64], two_years: usize, rise: f64) -> Option<Self> {
        let at = (two_years..prices.len()).find(|&t| prices[t] >= (1.0 + rise) * prices[t - two_years])?;
        let after = &prices[at..(at + two_years + 1).min(prices.len())];
        Some(Self { at, followed: after.len() - 1, fall: largest_fall(after) })
    }

    /// Whether it crashed.
    pub fn crashed(self) -> bool {
        self.fall >= CRASH
    }
}

/// The largest fall from the peak so far, from 0 to 1.
fn largest_fall(prices: &[f64]) -> f64 {
    let mut peak = f64::MIN_POSITIVE;
    let fall = |&price: &f64| {
        peak = peak.max(price);
        1.0 - price / peak
    };
    prices.iter().map(fall).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_up_is_found_where_it_is_complete_and_its_crash_from_the_peak_after() {
        // Doubled from 1 at the fourth observation; a peak of 3, then 1.5: a fall of a half. Two years are three
        // observations.
        let prices = [1.0, 1.2, 1.5, 2.0, 3.0, 1.5, 1.4, 0.1];
        let found = RunUp::first(&prices, 3, 1.0).unwrap();
        assert_eq!((found.at, found.followed, found.crashed()), (3, 3, true));
        assert!((found.fall - (1.0 - 1.4 / 3.0)).abs() < 1e-12);
        assert_eq!(RunUp::first(&prices, 3, 2.0), None);
    }

    #[test]
    fn a_series_that_ends_early_is_followed_no_further() {
        let found = RunUp::first(&[1.0, 1.5, 2.0, 1.9], 2, 1.0).unwrap();
        assert_eq!((found.at, found.followed, found.crashed()), (2, 1, false));
    }
}
