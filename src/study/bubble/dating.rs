//! When a series was explosive: stretches with BSADF above its critical values.

use crate::stats::{first_end, smallest_window};

/// Length of a series, and what its regressions need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Observations.
    pub observations: usize,
    /// Rows of the smallest window.
    pub window: usize,
    /// Lagged differences in each regression.
    pub lags: usize,
}

/// A stretch of observations with BSADF above its critical values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Episode {
    /// Its first observation, from 0.
    pub first: usize,
    /// Its last.
    pub last: usize,
    /// The observation with the largest BSADF.
    pub peak: usize,
    /// Whether the series rose over the smallest window that ends there; a fall that feeds itself is explosive too.
    pub rises: bool,
}

impl Shape {
    /// That of a series of so many observations, with the smallest window of Phillips, Shi and Yu.
    pub fn of(observations: usize, lags: usize) -> Self {
        Self { observations, window: smallest_window(observations), lags }
    }

    /// The first observation, from 0, that has a statistic.
    pub fn first_end(self) -> usize {
        first_end(self.window, self.lags)
    }

    /// Observations that an episode has at least: the logarithm of their number in the series, rounded (Phillips, Shi
    /// and Yu 2015, section 3.2, with a factor of 1).
    pub fn shortest_episode(self) -> usize {
        (self.observations as f64).ln().round() as usize
    }
}

impl Episode {
    /// Observations.
    pub fn length(self) -> usize {
        self.last + 1 - self.first
    }

    /// The observation at which it has lasted long enough to be called one, which is when it is known.
    pub fn known(self, shape: Shape) -> usize {
        self.first + shape.shortest_episode() - 1
    }
}

/// The episodes of a series of this shape, with its BSADF: stretches above the critical values that are long enough.
///
/// # Panics
/// If there are not as many critical values as statistics.
pub(super) fn episodes(series: &[f64], backward: &[f64], critical: &[f64], shape: Shape) -> Vec<Episode> {
    assert_eq!(backward.len(), critical.len(), "every statistic has its critical value");
    let is_above = |place: usize| backward[place] > critical[place];
    let mut found = Vec::new();
    let mut place = 0;
    while place < backward.len() {
        let length = (place..backward.len()).take_while(|&at| is_above(at)).count();
        if length >= shape.shortest_episode() {
            let end = place + length;
            let peak = (place..end).max_by(|&a, &b| backward[a].total_cmp(&backward[b])).unwrap_or(place);
            let [first, last, peak] = [place, end - 1, peak].map(|place| place + shape.first_end());
            found.push(Episode { first, last, peak, rises: series[peak] > series[peak - shape.window] });
        }
        place += length + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn episodes_are_stretches_that_last_long_enough() {
        // 40 observations: a window of 11 rows, the first statistic at observation 11; at least round(ln 40) = 4 of
        // them.
        let shape = Shape::of(40, 0);
        assert_eq!((shape.window, shape.first_end(), shape.shortest_episode()), (11, 11, 4));
        let mut backward = vec![0.0; 29];
        backward[2..5].fill(2.0);
        backward[10..14].copy_from_slice(&[2.0, 5.0, 3.0, 2.0]);
        backward[24..29].fill(1.5);
        // Up to observation 25, then down.
        let series: Vec<f64> = (0..40).map(|t| -f64::from(25 - t).abs()).collect();
        let found = episodes(&series, &backward, &[1.0; 29], shape);
        let episode = |first, last, peak, rises| Episode { first, last, peak, rises };
        assert_eq!(found, [episode(21, 24, 22, true), episode(35, 39, 39, false)]);
        assert_eq!((found[0].length(), found[0].known(shape)), (4, 24));
    }

    #[test]
    fn what_touches_its_critical_value_is_not_above_it() {
        let shape = Shape::of(40, 0);
        assert_eq!(episodes(&[0.0; 40], &[1.0; 29], &[1.0; 29], shape), []);
    }
}
