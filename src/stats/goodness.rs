//! Goodness of fit of a generalised Pareto distribution: Anderson and Darling's test with estimated parameters.
//!
//! Choulakian and Stephens, "Goodness-of-fit tests for the generalized Pareto distribution", Technometrics 43 (2001).

/// Shapes of the table, ascending.
const SHAPES: [f64; 10] = [-0.5, -0.4, -0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.5, 0.9];
/// Levels of the table: the probability of a larger statistic.
const LEVELS: [f64; 8] = [0.5, 0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001];
/// Critical values of the statistic where both parameters are estimated (their table 2, whose `k` is minus the shape).
const CRITICAL: [[f64; 8]; 10] = [
    [0.496, 0.735, 1.061, 1.321, 1.590, 1.958, 2.243, 2.922],
    [0.468, 0.688, 0.985, 1.221, 1.465, 1.799, 2.058, 2.674],
    [0.445, 0.649, 0.924, 1.140, 1.365, 1.672, 1.909, 2.475],
    [0.426, 0.617, 0.873, 1.074, 1.283, 1.567, 1.788, 2.314],
    [0.410, 0.591, 0.831, 1.020, 1.215, 1.481, 1.687, 2.176],
    [0.397, 0.569, 0.796, 0.974, 1.158, 1.409, 1.603, 2.064],
    [0.386, 0.550, 0.766, 0.935, 1.110, 1.348, 1.532, 1.966],
    [0.376, 0.534, 0.741, 0.903, 1.069, 1.296, 1.471, 1.893],
    [0.356, 0.499, 0.685, 0.830, 0.978, 1.180, 1.336, 1.707],
    [0.339, 0.471, 0.641, 0.771, 0.905, 1.086, 1.226, 1.559],
];

/// The statistic, from the cumulative hazards `-ln(1 - F)` of the values under the fitted distribution, smallest first.
pub(super) fn anderson_darling(hazards: &[f64]) -> f64 {
    let count = hazards.len() as f64;
    let ln_below = |hazard: f64| (-(-hazard).exp_m1()).ln();
    let pairs = hazards.iter().zip(hazards.iter().rev()).enumerate();
    let sum: f64 = pairs.map(|(i, (&low, &high))| (2 * i + 1) as f64 * (ln_below(low) - high)).sum();
    -count - sum / count
}

/// Probability of a larger statistic if the distribution fits: linear between the shapes of the table, log-linear between
/// its levels and beyond the last.
pub(super) fn p_value(statistic: f64, shape: f64) -> f64 {
    let critical = critical_values(shape);
    if statistic <= critical[0] {
        return 1.0 - (1.0 - LEVELS[0]) * statistic.max(0.0) / critical[0];
    }
    let after = critical.partition_point(|&value| value < statistic).min(LEVELS.len() - 1);
    let (before, share) = (after - 1, (statistic - critical[after - 1]) / (critical[after] - critical[after - 1]));
    LEVELS[before] * (LEVELS[after] / LEVELS[before]).powf(share)
}

fn critical_values(shape: f64) -> [f64; 8] {
    let shape = shape.clamp(SHAPES[0], SHAPES[SHAPES.len() - 1]);
    let after = SHAPES.partition_point(|&known| known < shape).clamp(1, SHAPES.len() - 1);
    let share = (shape - SHAPES[after - 1]) / (SHAPES[after] - SHAPES[after - 1]);
    std::array::from_fn(|level| CRITICAL[after - 1][level] * (1.0 - share) + CRITICAL[after][level] * share)
}

/// How many of the tests, the first being at the lowest threshold, are rejected from there on: the largest `k` whose first
/// `k` tests have a mean of `-ln(1 - p)` of `level` at most, which holds the expected share of false rejections there.
///
/// `ForwardStop` of G'Sell, Wager, Chouldechova and Tibshirani, JRSS B 78 (2016), for thresholds as in Bader, Yan and Zhang,
/// "Automated threshold selection for extreme value analysis via ordered goodness-of-fit tests with adjustment for false
/// discovery rate", Annals of Applied Statistics 12 (2018).
pub(super) fn forward_stop(p_values: &[f64], level: f64) -> usize {
    let mut sum = 0.0;
    let mut rejected = 0;
    for (before, p) in p_values.iter().enumerate() {
        sum -= (-p).ln_1p();
        if sum <= level * (before + 1) as f64 {
            rejected = before + 1;
        }
    }
    rejected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statistic_agrees_with_its_definition() {
        // n = 2, F = 1/4 and 1/2: -2 - (ln 1/4 + ln 1/2 + 3 (ln 1/2 + ln 3/4)) / 2.
        let hazards = [0.25f64, 0.5].map(|f| -(1.0 - f).ln());
        let by_hand = -2.0 - 0.5 * (0.125f64.ln() + 3.0 * 0.375f64.ln());
        assert!((anderson_darling(&hazards) - by_hand).abs() < 1e-12);
    }

    #[test]
    fn p_values_are_those_of_the_table() {
        for (shape, statistic, p) in
            [(0.0, 0.974, 0.05), (0.2, 1.893, 0.001), (-0.5, 0.496, 0.5), (0.9, 0.771, 0.05), (2.0, 0.771, 0.05)]
        {
            assert!((p_value(statistic, shape) - p).abs() < 1e-12, "{shape} {statistic}");
        }
        assert!((p_value(0.8665, 0.35) - 0.05).abs() < 1e-12, "midway between two shapes");
        assert!(p_value(120.0, 0.3) < 1e-100 && p_value(0.0, 0.3) > 0.999);
    }

    #[test]
    fn the_stop_counts_rejections_from_the_lowest_threshold() {
        assert_eq!(forward_stop(&[0.0, 0.0, 0.6, 0.7], 0.05), 2);
        assert_eq!(forward_stop(&[0.6, 0.7], 0.05), 0);
        // A weak lowest test does not save what follows: (0.11 + 0 + 0) / 3 < 0.05.
        assert_eq!(forward_stop(&[0.1, 0.0, 0.0], 0.05), 3);
        assert_eq!(forward_stop(&[], 0.05), 0);
    }
}
