//! The binomial distribution function, also for a hundred million trials.
//!
//! Own, because the continued fraction in `statrs` 0.19 stops after 140 terms. Near the mean it needs about as many as the
//! square root of the number of trials, and gives 0.365 in place of 0.500 for the median of ten million.

use statrs::function::gamma::ln_gamma;

/// `P(K <= k)` for `K` hits in `n` trials of probability `p` inside (0, 1).
pub(crate) fn at_most(k: u64, n: u64, p: f64) -> f64 {
    if k >= n { 1.0 } else { incomplete_beta((n - k) as f64, k as f64 + 1.0, 1.0 - p, p) }
}

/// `P(K >= k)` for `K` hits in `n` trials of probability `p` inside (0, 1).
pub(super) fn at_least(k: u64, n: u64, p: f64) -> f64 {
    match k {
        0 => 1.0,
        k if k > n => 0.0,
        k => incomplete_beta(k as f64, (n - k) as f64 + 1.0, p, 1.0 - p),
    }
}

/// Regularised incomplete beta function `I_x(a, b)` with `y = 1 - x`.
///
/// NIST Handbook of Mathematical Functions (2010), 8.17.22, on the side of the mean where the fraction converges.
fn incomplete_beta(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let ln_factor = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * y.ln();
    if x < (a + 1.0) / (a + b + 2.0) {
        ln_factor.exp() / (a * fraction(a, b, x))
    } else {
        1.0 - ln_factor.exp() / (b * fraction(b, a, y))
    }
}

/// The continued fraction `1 + d1 / (1 + d2 / (1 + ...))` of the incomplete beta function, by Lentz's method.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    /// More than the 30,000 terms that 1e9 trials take.
    const MOST_TERMS: u32 = 1_000_000;
    let (mut value, mut c, mut d) = (1.0, 1.0, 0.0);
    for m in (0..MOST_TERMS).map(f64::from) {
        let (next, place) = (m + 1.0, a + 2.0 * m);
        let odd = -(a + m) * (a + b + m) * x / (place * (place + 1.0));
        let even = next * (b - next) * x / ((place + 1.0) * (place + 2.0));
        let mut step = 1.0;
        for term in [odd, even] {
            d = 1.0 / (1.0 + term * d);
            c = 1.0 + term / c;
            step *= c * d;
        }
        value *= step;
        if (step - 1.0).abs() < 1e-15 {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_close(value: f64, reference: f64, relative: f64) {
        assert!((value / reference - 1.0).abs() < relative, "{value:e} should be {reference:e}");
    }

    #[test]
    fn small_cases_agree_with_the_sum_of_their_terms() {
        let (n, p) = (10, 0.3f64);
        let mut sum = 0.0;
        let mut ways = 1.0;
        for k in 0..=n {
            let term = ways * p.powi(k) * (1.0 - p).powi(n - k);
            assert!((at_least(k as u64, 10, p) - (1.0 - sum)).abs() < 1e-12);
            sum += term;
            assert_close(at_most(k as u64, 10, p), sum, 1e-12);
            ways *= f64::from(n - k) / f64::from(k + 1);
        }
        assert_close(1.0 + at_least(11, 10, p), 1.0, 1e-15);
    }

    #[test]
    fn large_cases_agree_with_scipy() {
        // scipy.stats.binom: k, n, p, P(K <= k), P(K >= k).
        for (k, n, p, below, above) in [
            (982, 1_000, 0.99, 1.383_258_173e-2, 9.930_950_052e-1),
            (499_020, 1_000_000, 0.5, 2.505_636_626e-2, 9.750_605_156e-1),
            (500_000, 1_000_000, 0.5, 5.003_989_421e-1, 5.003_989_421e-1),
            (49_573, 1_000_000, 0.05, 2.506_388_544e-2, 9.752_043_702e-1),
            (49_990_200, 100_000_000, 0.5, 2.500_373_954e-2, 9.750_079_486e-1),
            (99_381, 100_000_000, 0.001, 2.509_500_779e-2, 9.750_903_007e-1),
            (3, 10_000_000, 1e-6, 1.033_602_419e-2, 9.972_306_133e-1),
        ] {
            assert_close(at_most(k, n, p), below, 1e-5);
            assert_close(at_least(k, n, p), above, 1e-5);
        }
    }
}
