//! Comparison of an equation with a number worked by hand.

/// Fails unless `found` is `expected` to six digits (six decimals below 1).
#[track_caller]
pub(crate) fn assert_close(found: f64, expected: f64) {
    let tolerance = 1e-6 * expected.abs().max(1.0);
    assert!((found - expected).abs() <= tolerance, "{found} should be {expected}");
}

/// The hazard, reversion or rate a year whose factor `exp(-rate dt)` of a month is one half.
pub(crate) const HALVES_IN_A_MONTH: f64 = 12.0 * std::f64::consts::LN_2;
