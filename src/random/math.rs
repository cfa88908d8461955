//! `exp`, `ln` and their helpers: the same bits on every machine, and simple enough to be vectorised.
//!
//! Never call `f64::exp`, `ln`, `sin` or `powf` in anything that reaches a result: they come from the platform and differ
//! between platforms. Only `+ - * /`, `mul_add`, comparisons and bit operations appear below. `mul_add` is written out
//! wherever it helps and nowhere left to the compiler: a fused multiply-add is correctly rounded by definition, so its
//! bits do not depend on whether the processor has the instruction.

#![expect(clippy::unreadable_literal, clippy::excessive_precision, reason = "coefficients as published or fitted")]

use std::f64::consts::{LN_2, LOG2_E};

/// 1.5 * 2^52: adding it to a number below 2^51 leaves the nearest integer in the low bits.
const ROUNDER: f64 = 6755399441055744.0;
/// ln 2 without its last 33 bits, so that a whole multiple up to 2^11 is exact (fdlibm).
const LN_2_HIGH: f64 = 6.93147180369123816490e-01;
/// What `LN_2_HIGH` lacks (fdlibm).
const LN_2_LOW: f64 = 1.90821492927058770002e-10;
/// Bits of 1.
const ONE: u64 = 0x3ff0_0000_0000_0000;
/// Upper half of the bits of sqrt(1/2), where `ln` cuts its octaves.
const SQRT_HALF: u64 = 0x3fe6_a09e_0000_0000;
const MANTISSA: u64 = 0x000f_ffff_ffff_ffff;
/// Bits of 2^52: an integer below 2^52 or-ed into it reads as 2^52 plus that integer.
pub(super) const TWO_52_BITS: u64 = 0x4330_0000_0000_0000;
pub(super) const TWO_52: f64 = 4503599627370496.0;
/// Where [`exp`] saturates.
const EXP_LIMIT: f64 = 700.0;

/// The smaller of two numbers, as a select: `b` if either is not a number or if they are equal.
///
/// Unlike `f64::min`, whose answer for zeros of opposite sign is left open, it has the same bits everywhere.
#[inline(always)]
pub fn min(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// The larger of two numbers, as a select: `b` if either is not a number or if they are equal.
#[inline(always)]
pub fn max(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// `c[0] + c[1] x + c[2] x^2 + ...` by Horner's rule.
#[inline(always)]
pub(super) fn horner<const N: usize>(x: f64, c: [f64; N]) -> f64 {
    let mut sum = c[N - 1];
    for k in (0..N - 1).rev() {
        sum = sum.mul_add(x, c[k]);
    }
    sum
}

/// `e^x`, within one unit in the last place; `exp(0)` is exactly 1.
///
/// Saturates: `x` is held within +-700, so that the answer is always a positive normal number (1e-304 to 1e304). A NaN
/// made by arithmetic stays NaN.
///
/// `x = n ln 2 + r`, `e^x = 2^n (1 + r + r^2 q(r))`, `q` a minimax polynomial of degree 9 on |r| < ln 2 / 2, its even and
/// odd terms in two chains.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    const C: [f64; 10] = [
        0.5000000000000001,
        0.16666666666666669,
        0.04166666666662413,
        0.008333333333330062,
        0.0013888888917213717,
        0.00019841269863053618,
        2.4801521295954376e-05,
        2.7557268459997064e-06,
        2.7620088445409746e-07,
        2.510038549551032e-08,
    ];
    let x = min(EXP_LIMIT, max(-EXP_LIMIT, x));
    let rounded = x.mul_add(LOG2_E, ROUNDER);
    let n = rounded - ROUNDER;
    let r = (-n).mul_add(LN_2_LOW, (-n).mul_add(LN_2_HIGH, x));
    let r2 = r * r;
    let even = horner(r2, [C[0], C[2], C[4], C[6], C[8]]);
    let odd = horner(r2, [C[1], C[3], C[5], C[7], C[9]]);
    let q = odd.mul_add(r, even);
    let power = 1.0 + r2.mul_add(q, r);
    f64::from_bits(power.to_bits().wrapping_add(rounded.to_bits() << 52))
}

/// `x = 2^k (1 + f)` with `1 + f` between sqrt(1/2) and sqrt(2), for positive normal `x`; `k = 0` around 1.
#[inline(always)]
fn octave(x: f64) -> (f64, f64) {
    let bits = x.to_bits().wrapping_add(ONE - SQRT_HALF);
    let k = f64::from_bits((bits >> 52) | TWO_52_BITS) - (TWO_52 + 1023.0);
    let m = f64::from_bits((bits & MANTISSA).wrapping_add(SQRT_HALF));
    (k, m - 1.0)
}

/// Natural logarithm, within one unit in the last place; `ln(1)` is exactly 0.
///
/// For positive normal numbers only (2.3e-308 to 1.8e308). Zero, negative, subnormal and infinite arguments and NaN give
/// some finite number without meaning: a lane that may hold one must discard the answer by a select.
///
/// fdlibm's `log`: with `s = f / (2 + f)`, `ln(1 + f) = 2 s + s^3 (...)`; coefficients from there.
#[inline(always)]
pub fn ln(x: f64) -> f64 {
    let (k, f) = octave(x);
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even = w * horner(w, [3.999999999940941908e-01, 2.222219843214978396e-01, 1.531383769920937332e-01]);
    let odd = z * horner(
        w,
        [6.666666666666735130e-01, 2.857142874366239149e-01, 1.818357216161805012e-01, 1.479819860511658591e-01],
    );
    let half_square = 0.5 * f * f;
    k * LN_2_HIGH - ((half_square - s.mul_add(half_square + (even + odd), k * LN_2_LOW)) - f)
}

/// Natural logarithm without a division, to a relative error of 2e-11: enough for the radius of a normal, and a quarter
/// faster. Same domain as [`ln`].
#[inline(always)]
pub(super) fn ln_fast(x: f64) -> f64 {
    const C: [f64; 13] = [
        0.9999999999874651,
        -0.5000000003595171,
        0.3333333424920659,
        -0.24999992728449305,
        0.19999888139973632,
        -0.16667024572009081,
        0.1429081173942899,
        -0.12495435324992145,
        0.11006038270379548,
        -0.09945996186719662,
        0.1004720511888933,
        -0.09804420067786203,
        0.05235888516923783,
    ];
    let (k, f) = octave(x);
    let f2 = f * f;
    let even = horner(f2, [C[0], C[2], C[4], C[6], C[8], C[10], C[12]]);
    let odd = horner(f2, [C[1], C[3], C[5], C[7], C[9], C[11]]);
    k.mul_add(LN_2, f * odd.mul_add(f, even))
}

/// Sine and cosine of an angle within +-pi/4, within one unit in the last place (fdlibm's kernels).
#[inline(always)]
pub(super) fn sin_cos_quarter(x: f64) -> (f64, f64) {
    let z = x * x;
    let s = horner(
        z,
        [
            -1.66666666666666324348e-01,
            8.33333333332248946124e-03,
            -1.98412698298579493134e-04,
            2.75573137070700676789e-06,
            -2.50507602534068634195e-08,
            1.58969099521155010221e-10,
        ],
    );
    let c = horner(
        z,
        [
            4.16666666666666019037e-02,
            -1.38888888888741095749e-03,
            2.48015872894767294178e-05,
            -2.75573143513906633035e-07,
            2.08757232129817482790e-09,
            -1.13596475577881948265e-11,
        ],
    );
    ((x * z).mul_add(s, x), (z * z).mul_add(c, 0.5f64.mul_add(-z, 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Distance in units in the last place of `reference`.
    fn ulps(value: f64, reference: f64) -> f64 {
        (value - reference).abs() / (f64::from_bits(reference.abs().to_bits() + 1) - reference.abs())
    }

    /// Largest distance to the standard library over `count` points, which is itself within 0.52 ulp with glibc.
    fn worst(count: u32, point: impl Fn(f64) -> f64, ours: fn(f64) -> f64, std: fn(f64) -> f64) -> f64 {
        (0..count)
            .map(|i| point((f64::from(i) + 0.37) / f64::from(count)))
            .map(|x| ulps(ours(x), std(x)))
            .fold(0.0, f64::max)
    }

    #[test]
    fn exp_stays_within_one_ulp_over_its_range() {
        assert!(worst(400_000, |u| 1400.0 * u - 700.0, exp, f64::exp) <= 1.0);
        assert!(worst(400_000, |u| 2.0 * u - 1.0, exp, f64::exp) <= 1.0);
    }

    #[test]
    fn exp_agrees_with_high_precision_values() {
        // mpmath, 40 digits.
        for (x, reference) in [
            (-700.0, 9.8596765437597708567e-305),
            (-650.5, 3.100555587834667778e-283),
            (-37.3, 6.3214371590960939824e-17),
            (-1.0, 0.3678794411714423216),
            (-0.3465, 0.70715881928727133929),
            (0.1, 1.1051709180756476309),
            (2.5, 12.182493960703473438),
            (100.25, 3.4516107331259239871e+43),
            (699.75, 7.8988471844374147571e+303),
        ] {
            assert!(ulps(exp(x), reference) <= 1.0, "exp({x}) = {}", exp(x));
        }
    }

    #[test]
    fn exp_saturates_and_keeps_nan_and_is_exact_at_zero() {
        assert_eq!(exp(0.0).to_bits(), ONE);
        assert_eq!(exp(-0.0).to_bits(), ONE);
        for (beyond, limit) in [(1e9, 700.0), (f64::INFINITY, 700.0), (-1e9, -700.0), (f64::NEG_INFINITY, -700.0)] {
            assert_eq!(exp(beyond).to_bits(), exp(limit).to_bits());
            assert!(exp(beyond).is_normal());
        }
        assert!(exp(f64::NAN).is_nan());
    }

    #[test]
    fn ln_stays_within_one_ulp_over_its_range() {
        assert!(worst(400_000, |u| 10f64.powf(600.0 * u - 300.0), ln, f64::ln) <= 1.0);
        assert!(worst(400_000, |u| 0.5 + u, ln, f64::ln) <= 1.0);
        assert!(worst(400_000, |u| 1.0 + 1e-5 * (u - 0.5), ln, f64::ln) <= 1.0);
    }

    #[test]
    fn ln_agrees_with_high_precision_values() {
        // mpmath, 40 digits.
        for (x, reference) in [
            (f64::MIN_POSITIVE, -708.39641853226410622),
            (1e-300, -690.77552789821370518),
            (0.1, -2.3025850929940456285),
            (0.71, -0.34249030894677599674),
            (0.99, -0.010050335853501450155),
            (0.999999999, -9.9999997221806850863e-10),
            (1.0000001, 9.9999995058387045178e-8),
            (1.41, 0.34358970439007685349),
            (1.4143, 0.34663470904431701146),
            (3.0, 1.0986122886681096914),
            (1e300, 690.77552789821370526),
        ] {
            assert!(ulps(ln(x), reference) <= 1.0, "ln({x}) = {}", ln(x));
        }
        assert_eq!(ln(1.0).to_bits(), 0);
    }

    #[test]
    fn the_fast_logarithm_is_good_to_two_parts_in_1e11() {
        for i in 0..400_000u32 {
            let x = (f64::from(i) + 0.5) / 400_000.0;
            for x in [x, 1e-9 * x, 1.0 - 1e-6 * x] {
                assert!((ln_fast(x) / x.ln() - 1.0).abs() < 2e-11, "ln_fast({x})");
            }
        }
    }

    #[test]
    fn sine_and_cosine_stay_within_one_ulp_on_the_quarter() {
        let angle = |u: f64| (u - 0.5) * std::f64::consts::FRAC_PI_2;
        assert!(worst(400_000, angle, |x| sin_cos_quarter(x).0, f64::sin) <= 1.0);
        assert!(worst(400_000, angle, |x| sin_cos_quarter(x).1, f64::cos) <= 1.0);
    }

    #[test]
    fn selects_return_the_second_argument_when_in_doubt() {
        assert!(min(1.0, f64::NAN).is_nan() && max(1.0, f64::NAN).is_nan());
        assert_eq!(min(f64::NAN, 1.0).to_bits(), ONE);
        assert_eq!(min(0.0, -0.0).to_bits(), (-0.0f64).to_bits());
        assert_eq!(max(-0.0, 0.0).to_bits(), 0);
    }
}
