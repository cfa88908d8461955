//! Right-tailed unit root tests over all windows of a series: ADF, SADF, BSADF and GSADF.
//!
//! Phillips, Wu and Yu, "Explosive behavior in the 1990s Nasdaq", International Economic Review 52 (2011); Phillips,
//! Shi and Yu, "Testing for multiple bubbles", International Economic Review 56 (2015).

/// Most lags of the differences in a regression.
pub const MOST_LAGS: usize = 6;

/// Fewest windows among which a largest statistic is worth looking for.
const FEWEST_WINDOWS: usize = 10;

/// A sum of squared residuals this small beside that of the differences is rounding: the regression fits without noise.
const ROUNDING: f64 = 1e-20;

/// The smallest window of Phillips, Shi and Yu for a series of so many observations: the share `0.01 + 1.8/sqrt(T)` of
/// them, in regression rows.
pub fn smallest_window(observations: usize) -> usize {
    let t = observations as f64;
    // The share of a square number of observations is whole but for rounding.
    (0.01 * t + 1.8 * t.sqrt() + 1e-9) as usize
}

/// Observations that a series with so many lags needs: every window has three degrees of freedom, and there are windows
/// to choose from.
pub fn fewest_observations(lags: usize) -> usize {
    let enough = |&t: &usize| {
        let (window, rows) = (smallest_window(t), t.saturating_sub(1 + lags));
        window >= lags + 2 + 3 && rows >= window + FEWEST_WINDOWS
    };
    (1..1000).find(enough).unwrap_or(usize::MAX)
}

/// The t statistics of the level in regressions of the differences of a series on a constant, its level and lagged
/// differences: each is large where the series grows faster than a random walk.
#[derive(Clone, Debug, PartialEq)]
pub struct Explosive {
    /// Over all of the series.
    pub adf: f64,
    /// The largest over the windows that begin with the series: SADF.
    pub sadf: f64,
    /// The largest over all windows: GSADF.
    pub gsadf: f64,
    /// BSADF: the largest over the windows that end with an observation, minus infinity where none of them has a
    /// statistic. The first is that of [`first_end`], the last that of the last observation.
    pub backward: Vec<f64>,
}

/// The observation, from 0, with which the first window of so many rows ends.
pub fn first_end(window: usize, lags: usize) -> usize {
    window + lags
}

/// The statistics of a series over all windows of at least `window` regression rows; None where no window has one,
/// since the series is constant or grows without noise.
///
/// A window without a statistic of its own counts in no maximum.
///
/// # Panics
/// If there are more than [`MOST_LAGS`] lags, or the series holds no window.
pub fn explosive(series: &[f64], window: usize, lags: usize) -> Option<Explosive> {
    match lags {
        0 => over_windows::<2>(series, window),
        1 => over_windows::<3>(series, window),
        2 => over_windows::<4>(series, window),
        3 => over_windows::<5>(series, window),
        4 => over_windows::<6>(series, window),
        5 => over_windows::<7>(series, window),
        6 => over_windows::<8>(series, window),
        _ => panic!("at most {MOST_LAGS} lags, not {lags}"),
    }
}

/// The statistics with `P - 2` lags.
fn over_windows<const P: usize>(series: &[f64], window: usize) -> Option<Explosive> {
    let rows = series.len() - (P - 1);
    assert!(window > P && window <= rows, "no window of {window} among {rows} rows");
    let none = f64::NEG_INFINITY;
    let mut backward = vec![none; rows - window + 1];
    let (mut adf, mut sadf) = (none, none);
    for start in 0..backward.len() {
        let mut regression = Regression::<P>::default();
        for row in start..rows {
            regression.add(regressors(series, row, start), series[row + P - 1] - series[row + P - 2]);
            if row + 1 >= start + window
                && let Some(t) = regression.last_t()
            {
                let best = &mut backward[row + 1 - window];
                *best = best.max(t);
                if start == 0 {
                    sadf = sadf.max(t);
                    adf = if row + 1 == rows { t } else { adf };
                }
            }
        }
    }
    let gsadf = backward.iter().copied().fold(none, f64::max);
    gsadf.is_finite().then_some(Explosive { adf, sadf, gsadf, backward })
}

/// Constant, lagged differences, level. The level is counted from the beginning of the window, which changes nothing
/// but makes a constant stretch exactly zero.
#[inline(always)]
fn regressors<const P: usize>(series: &[f64], row: usize, start: usize) -> [f64; P] {
    let now = row + P - 2;
    let mut x = [1.0; P];
    for lag in 1..P - 1 {
        x[lag] = series[now + 1 - lag] - series[now - lag];
    }
    x[P - 1] = series[now] - series[start];
    x
}

/// Least squares with `P` regressors by planar rotations without square roots, a row at a time. It does not cancel, as
/// sums of squares do.
///
/// Gentleman, Algorithm AS 75, Applied Statistics 23 (1974); Miller, Algorithm AS 274, Applied Statistics 41 (1992).
#[derive(Clone, Debug)]
struct Regression<const P: usize> {
    rows: f64,
    /// Squares of the diagonal of the triangular factor.
    scale: [f64; P],
    /// The factor above its diagonal of ones, by row.
    factor: [[f64; P]; P],
    /// The rotated responses.
    response: [f64; P],
    residual_squares: f64,
    response_squares: f64,
}

impl<const P: usize> Default for Regression<P> {
    fn default() -> Self {
        let none = [0.0; P];
        Self { rows: 0.0, scale: none, factor: [none; P], response: none, residual_squares: 0.0, response_squares: 0.0 }
    }
}

impl<const P: usize> Regression<P> {
    #[inline(always)]
    fn add(&mut self, mut x: [f64; P], mut y: f64) {
        self.rows += 1.0;
        self.response_squares += y * y;
        let mut weight = 1.0;
        for i in 0..P {
            let xi = x[i];
            let weighted = weight * xi;
            let scale = self.scale[i] + weighted * xi;
            if scale <= 0.0 {
                continue;
            }
            let per = 1.0 / scale;
            let (keep, take) = (self.scale[i] * per, weighted * per);
            weight *= keep;
            self.scale[i] = scale;
            for (x, factor) in x.iter_mut().zip(&mut self.factor[i]).skip(i + 1) {
                let old = *x;
                *x -= xi * *factor;
                *factor = keep * *factor + take * old;
            }
            let old = y;
            y -= xi * self.response[i];
            self.response[i] = keep * self.response[i] + take * old;
        }
        self.residual_squares += weight * y * y;
    }

    /// The t statistic of the last coefficient; None where the rows do not determine it, or fit without noise.
    #[inline(always)]
    fn last_t(&self) -> Option<f64> {
        let last = self.scale[P - 1];
        let noisy = self.residual_squares > ROUNDING * self.response_squares;
        (noisy && last > 0.0)
            .then(|| self.response[P - 1] * (last * (self.rows - P as f64) / self.residual_squares).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::Xoshiro256PlusPlus;
    use rand_distr::{Distribution, StandardNormal};

    fn random_walk(observations: usize, seed: u64) -> Vec<f64> {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut level = 100.0;
        let step = |_| {
            let z: f64 = StandardNormal.sample(&mut rng);
            level += z;
            level
        };
        (0..observations).map(step).collect()
    }

    /// The t statistic of a window by the normal equations, solved by elimination: the level is the last regressor.
    fn by_normal_equations(series: &[f64], rows: std::ops::Range<usize>, lags: usize) -> f64 {
        let p = lags + 2;
        let row = |r: usize| {
            let now = r + lags;
            let lagged = (1..=lags).map(|lag| series[now + 1 - lag] - series[now - lag]);
            let x: Vec<f64> = std::iter::once(1.0).chain(lagged).chain([series[now] - series[0]]).collect();
            (x, series[now + 1] - series[now])
        };
        // Elimination on [X'X | X'y | I] gives the coefficients and the inverse.
        let mut matrix = vec![vec![0.0; 2 * p + 1]; p];
        for (x, y) in rows.clone().map(row) {
            for i in 0..p {
                (0..p).for_each(|k| matrix[i][k] += x[i] * x[k]);
                matrix[i][p] += x[i] * y;
            }
        }
        (0..p).for_each(|i| matrix[i][p + 1 + i] = 1.0);
        for i in 0..p {
            let pivot = matrix[i][i];
            matrix[i].iter_mut().for_each(|value| *value /= pivot);
            let of_pivot = matrix[i].clone();
            for (_, other) in matrix.iter_mut().enumerate().filter(|(k, _)| *k != i) {
                let factor = other[i];
                other.iter_mut().zip(&of_pivot).for_each(|(value, pivot)| *value -= factor * pivot);
            }
        }
        let residual = |(x, y): (Vec<f64>, f64)| y - x.iter().zip(&matrix).map(|(x, row)| x * row[p]).sum::<f64>();
        let squares: f64 = rows.clone().map(|r| residual(row(r)).powi(2)).sum();
        matrix[p - 1][p] / (squares / (rows.len() - p) as f64 * matrix[p - 1][2 * p]).sqrt()
    }

    #[test]
    fn every_window_has_the_statistic_of_the_normal_equations() {
        for lags in 0..=2 {
            let series = random_walk(40, 7 + lags as u64);
            let window = smallest_window(40);
            let found = explosive(&series, window, lags).unwrap();
            let rows = 40 - 1 - lags;
            for (place, backward) in found.backward.iter().enumerate() {
                let end = place + window;
                let of = |start: usize| by_normal_equations(&series, start..end, lags);
                let largest = (0..=end - window).map(of).fold(f64::MIN, f64::max);
                assert!((backward - largest).abs() < 1e-8, "{lags} lags, {place}: {backward} {largest}");
            }
            assert!((found.adf - by_normal_equations(&series, 0..rows, lags)).abs() < 1e-8);
            let forward = (window..=rows).map(|end| by_normal_equations(&series, 0..end, lags));
            assert!((found.sadf - forward.fold(f64::MIN, f64::max)).abs() < 1e-8);
            assert!(found.gsadf >= found.sadf && found.sadf >= found.adf);
        }
    }

    #[test]
    fn units_and_origin_change_nothing() {
        let series = random_walk(60, 3);
        let of = |series: &[f64]| explosive(series, smallest_window(60), 1).unwrap().gsadf;
        let moved: Vec<f64> = series.iter().map(|y| 1e9 * y - 4e10).collect();
        assert!((of(&series) / of(&moved) - 1.0).abs() < 1e-8);
    }

    #[test]
    fn series_without_noise_have_no_statistic() {
        let constant = [7.0; 50];
        let exponential: Vec<f64> = (0..50).map(|t| 1.05_f64.powi(t)).collect();
        let straight: Vec<f64> = (0..50).map(f64::from).collect();
        for series in [&constant[..], &exponential, &straight] {
            assert_eq!(explosive(series, smallest_window(50), 0), None);
        }
    }

    #[test]
    fn a_flat_stretch_counts_in_no_maximum() {
        // Twenty equal values, then a random walk: windows inside the flat stretch have no statistic.
        let series = [vec![100.0; 20], random_walk(40, 11)].concat();
        let found = explosive(&series, 14, 0).unwrap();
        assert!(found.backward[0].is_infinite() && found.gsadf.is_finite() && found.backward[10].is_finite());
    }

    #[test]
    fn the_smallest_window_is_that_of_the_paper() {
        // Phillips, Shi and Yu, table 1: r0 = 0.190, 0.137, 0.100, 0.074 and 0.055.
        let windows = [(100, 19), (200, 27), (400, 40), (800, 58), (1600, 88)];
        for (observations, window) in windows {
            assert_eq!(smallest_window(observations), window, "{observations}");
        }
    }

    #[test]
    fn series_as_short_as_allowed_have_statistics() {
        for lags in 0..=MOST_LAGS {
            let fewest = fewest_observations(lags);
            let found = explosive(&random_walk(fewest, 5), smallest_window(fewest), lags).unwrap();
            assert!(found.backward.len() > FEWEST_WINDOWS && found.gsadf.is_finite(), "{lags}");
        }
    }
}
