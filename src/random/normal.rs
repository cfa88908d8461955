//! Random words to uniforms and normals; the normal distribution function and its inverse.
//!
//! The random number of a month is element `month & 3` of block `month >> 2` of its address. The engine takes four
//! months at a time ([`normals4`], [`uniforms4`]); [`normal_at`] and [`uniform_at`] take one, with the same bits.

#![expect(clippy::unreadable_literal, clippy::excessive_precision, reason = "coefficients as published")]

use std::f64::consts::FRAC_PI_2;

use statrs::distribution::{ContinuousCDF, Normal};

use super::math::{TWO_52, TWO_52_BITS, exp, ln_fast, min, sin_cos_quarter};
use super::stream::{Address, Purpose, words};

const TWO_29: f64 = 536870912.0;
const TWO_30: f64 = 1073741824.0;
const TWO_32: f64 = 4294967296.0;

/// A word below 2^32 as a number in the open interval (0, 1): `(word + 1/2) / 2^32`, exactly.
#[inline(always)]
fn uniform(word: u64) -> f64 {
    (f64::from_bits(TWO_52_BITS | word) - (TWO_52 - 0.5)) * (1.0 / TWO_32)
}

/// Two independent standard normals from two words below 2^32 (Box and Muller, 1958).
///
/// The first word is the radius, the second the angle: 30 bits for a place on the quarter circle around the positive
/// axis, one bit to swap the axes, one for the sign. So sine and cosine need no argument reduction. The tails end at 6.76
/// standard deviations, beyond which lies a probability of 1.4e-11.
#[inline(always)]
fn normal_pair(radius: u64, angle: u64) -> [f64; 2] {
    const STEP: f64 = FRAC_PI_2 / TWO_30;
    let r = (-2.0 * ln_fast(uniform(radius))).sqrt();
    let r = f64::from_bits(r.to_bits() ^ ((angle & 2) << 62));
    let place = f64::from_bits(TWO_52_BITS | (angle >> 2)) - (TWO_52 + TWO_29);
    let (s, c) = sin_cos_quarter(place.mul_add(STEP, 0.5 * STEP));
    let (a, b) = if angle & 1 == 0 { (c, s) } else { (s, c) };
    [a * r, b * r]
}

/// Four independent standard normals from a block of words (below 2^32): those of four months in a row.
#[inline(always)]
pub fn normals4(words: [u64; 4]) -> [f64; 4] {
    let [a, b] = normal_pair(words[0], words[1]);
    let [c, d] = normal_pair(words[2], words[3]);
    [a, b, c, d]
}

/// Four independent uniforms in the open interval (0, 1) from a block of words (below 2^32): those of four months.
///
/// They are multiples of 2^-33: too coarse for events with a probability near 1e-9.
#[inline(always)]
pub fn uniforms4(words: [u64; 4]) -> [f64; 4] {
    [uniform(words[0]), uniform(words[1]), uniform(words[2]), uniform(words[3])]
}

/// The standard normal of an address in month `month` (below 2^32).
#[inline(always)]
pub fn normal_at(address: Address, month: u32) -> f64 {
    let block = words(address, Purpose::Normals, month >> 2);
    let first = (month & 2) as usize;
    normal_pair(block[first], block[first + 1])[(month & 1) as usize]
}

/// The uniform in (0, 1) of an address in month `month` (below 2^32).
#[inline(always)]
pub fn uniform_at(address: Address, month: u32) -> f64 {
    uniform(words(address, Purpose::Uniforms, month >> 2)[(month & 3) as usize])
}

/// The standard normal `z` with `P(Z < z) = p`, for `p` inside (0, 1).
///
/// # Panics
/// If `p` is outside [0, 1].
pub fn normal_quantile(p: f64) -> f64 {
    Normal::standard().inverse_cdf(p)
}

/// `P(Z < x)` of a standard normal, to a relative error of 4e-15 down to -37.4, below which it is 0. NaN gives NaN.
///
/// About the middle Marsaglia's series ("Evaluating the normal distribution", Journal of Statistical Software 11(4),
/// 2004), in the tails Laplace's continued fraction. It takes some hundred nanoseconds: not for inner loops.
pub fn normal_cdf(x: f64) -> f64 {
    const MIDDLE: f64 = 1.75;
    const END: f64 = 37.4;
    if x.is_nan() {
        x
    } else if x < -END {
        0.0
    } else if x < -MIDDLE {
        upper_tail(-x)
    } else if x <= MIDDLE {
        0.5 + area_from_zero(x)
    } else {
        1.0 - upper_tail(min(x, END))
    }
}

/// Standard normal density. The rounding error of the square is put back, or it would be magnified 700 times.
fn density(x: f64) -> f64 {
    const PER_ROOT_TAU: f64 = 0.39894228040143267794;
    let square = x * x;
    let lost = x.mul_add(x, -square);
    PER_ROOT_TAU * exp(-0.5 * square) * 0.5f64.mul_add(-lost, 1.0)
}

/// `P(0 < Z < x)` for |x| <= 1.75: density times `x + x^3/3 + x^5/(3*5) + ...`, cut after 24 terms.
fn area_from_zero(x: f64) -> f64 {
    let square = x * x;
    let mut sum = 1.0;
    for k in (1..=24).rev() {
        sum = (sum * square / f64::from(2 * k + 1)) + 1.0;
    }
    density(x) * x * sum
}

/// `P(Z > x)` for x >= 1.75: density over `x + 1/(x + 2/(x + 3/(x + ...)))`, cut after 120 terms.
fn upper_tail(x: f64) -> f64 {
    let mut fraction = x;
    for k in (1..=120).rev() {
        fraction = x + f64::from(k) / fraction;
    }
    density(x) / fraction
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "exact values are promised")]
mod tests {
    use super::super::stream::{Layer, StreamId};
    use super::*;
    use statrs::distribution::ChiSquared;

    const HOME: Address =
        Address { seed: 2026, layer: Layer::Aleatory, draw: 3, path: 0, stream: StreamId::of("market") };
    const PATHS: u32 = 20_000;
    const MONTHS: u32 = 96;
    /// Two-sided: false alarm 1e-5 for each statistic below, about 1e-3 for all of them; seeds are fixed.
    const SIGMAS: f64 = 4.42;

    fn address(path: u32) -> Address {
        Address { path, ..HOME }
    }

    fn close(value: f64, reference: f64, relative: f64) {
        assert!((value / reference - 1.0).abs() <= relative, "{value:e} should be {reference:e}");
    }

    /// All normals of one process: `[path][month]`.
    fn normals(home: Address) -> Vec<[f64; MONTHS as usize]> {
        (0..PATHS)
            .map(|path| {
                let mut row = [0.0; MONTHS as usize];
                for (block, four) in row.as_chunks_mut::<4>().0.iter_mut().enumerate() {
                    *four = normals4(words(Address { path, ..home }, Purpose::Normals, block as u32));
                }
                row
            })
            .collect()
    }

    /// Means of products that should be 0 with standard deviation `1 / sqrt(count)`.
    fn assert_uncorrelated(what: &str, products: impl Iterator<Item = f64>) {
        let (count, sum) = products.fold((0.0, 0.0), |(n, s), x| (n + 1.0, s + x));
        assert!((sum / f64::sqrt(count)).abs() < SIGMAS, "{what}: {} sigmas", sum / f64::sqrt(count));
    }

    #[test]
    fn one_month_has_the_same_bits_as_four() {
        for path in 0..50 {
            for month in 0..MONTHS {
                let [block, place] = [month >> 2, month & 3];
                let four = normals4(words(address(path), Purpose::Normals, block));
                assert_eq!(normal_at(address(path), month).to_bits(), four[place as usize].to_bits());
                let four = uniforms4(words(address(path), Purpose::Uniforms, block));
                assert_eq!(uniform_at(address(path), month).to_bits(), four[place as usize].to_bits());
            }
        }
    }

    #[test]
    fn normals_and_uniforms_keep_their_values_for_ever() {
        let seed_1 = Address { seed: 1, draw: 0, ..HOME };
        let normals = [1.1208185919459113, 0.28243140155237756, -1.0727992509974298, 0.3918271994201401];
        assert_eq!([0, 1, 2, 95].map(|month| normal_at(seed_1, month)), normals);
        let uniforms = [0.6891285629244521, 0.22137898311484605, 0.027416454977355897, 0.48154781211633235];
        assert_eq!([0, 1, 2, 95].map(|month| uniform_at(seed_1, month)), uniforms);
    }

    #[test]
    fn uniforms_lie_inside_the_unit_interval() {
        assert_eq!(uniform(0), 0.5 / TWO_32);
        assert_eq!(uniform(0xffff_ffff), 1.0 - 0.5 / TWO_32);
    }

    #[test]
    fn the_extreme_words_give_finite_symmetric_normals() {
        let last = 0xffff_ffff_u64;
        for radius in [0, 1, 1 << 31, last - 1, last] {
            for place in [0, 1 << 28, (1 << 29) - 1, 1 << 29, (1 << 30) - 1] {
                for axes in 0..4 {
                    let [a, b] = normal_pair(radius, place << 2 | axes);
                    assert!(a.is_finite() && b.is_finite() && a != 0.0 && b != 0.0);
                    assert!(a.hypot(b) < 6.77);
                    let [mirrored_a, mirrored_b] = normal_pair(radius, ((1 << 30) - 1 - place) << 2 | axes);
                    let mirror = if axes & 1 == 0 { [a, -b] } else { [-a, b] };
                    assert_eq!([mirrored_a, mirrored_b], mirror);
                }
            }
        }
    }

    #[test]
    fn normals_fill_a_thousand_bins_evenly() {
        // 1.92 million normals, 999 degrees of freedom; two-sided false alarm 1e-4.
        let mut bins = [0u32; 1000];
        let edges: Vec<f64> = (1..1000).map(|k| normal_quantile(f64::from(k) / 1000.0)).collect();
        for z in normals(HOME).iter().flatten() {
            bins[edges.partition_point(|edge| edge < z)] += 1;
        }
        let expected = f64::from(PATHS * MONTHS) / 1000.0;
        let chi_square: f64 = bins.iter().map(|&n| (f64::from(n) - expected).powi(2) / expected).sum();
        let p = ChiSquared::new(999.0).unwrap().cdf(chi_square);
        assert!((0.5e-4..1.0 - 0.5e-4).contains(&p), "chi-square {chi_square}, p {p}");
    }

    #[test]
    fn normals_have_the_right_number_in_the_tails() {
        let sample = normals(HOME);
        let count = f64::from(PATHS * MONTHS);
        for threshold in [2.0, 2.5, 3.0, 3.5, 4.0] {
            for side in [1.0, -1.0] {
                let p = normal_cdf(-threshold);
                let beyond = sample.iter().flatten().filter(|&&z| side * z > threshold).count() as f64;
                let sigmas = (beyond - count * p) / (count * p * (1.0 - p)).sqrt();
                assert!(sigmas.abs() < SIGMAS, "beyond {side} * {threshold}: {beyond}, {sigmas} sigmas");
            }
        }
        // Beyond five on either side 1.1 are expected; 9 or more in one of 2 million samples.
        assert!(sample.iter().flatten().filter(|z| z.abs() > 5.0).count() < 9);
    }

    #[test]
    fn normals_have_the_right_moments() {
        let sample = normals(HOME);
        let root = f64::from(PATHS * MONTHS).sqrt();
        for (power, moment, variance) in [(1, 0.0, 1.0f64), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)] {
            let mean = sample.iter().flatten().map(|z| z.powi(power)).sum::<f64>() / (root * root);
            let sigmas = (mean - moment) * root / variance.sqrt();
            assert!(sigmas.abs() < SIGMAS, "moment {power}: {mean}, {sigmas} sigmas");
        }
    }

    #[test]
    fn normals_of_different_months_are_independent() {
        let sample = normals(HOME);
        for lag in [1, 2, 3, 4, 8, 12, 48] {
            let pairs = || sample.iter().flat_map(|row| (lag..row.len()).map(|t| (row[t], row[t - lag])));
            assert_uncorrelated(&format!("lag {lag}"), pairs().map(|(a, b)| a * b));
            assert_uncorrelated(
                &format!("lag {lag}, squares"),
                pairs().map(|(a, b)| (a * a - 1.0) * (b * b - 1.0) / 2.0),
            );
        }
    }

    #[test]
    fn normals_of_neighbouring_addresses_are_independent() {
        let sample = normals(HOME);
        let neighbours = [
            ("next seed", Address { seed: 2027, ..HOME }),
            ("next draw", Address { draw: 4, ..HOME }),
            ("other layer", Address { layer: Layer::Epistemic, ..HOME }),
            ("other process", Address { stream: StreamId::of("market.burst"), ..HOME }),
        ];
        for (what, home) in neighbours {
            let other = normals(home);
            let pairs = || sample.iter().flatten().zip(other.iter().flatten());
            assert_uncorrelated(what, pairs().map(|(a, b)| a * b));
            assert_uncorrelated(what, pairs().map(|(a, b)| (a * a - 1.0) * (b * b - 1.0) / 2.0));
        }
        let paths = sample.windows(2).flat_map(|pair| pair[0].iter().zip(&pair[1]));
        assert_uncorrelated("next path", paths.map(|(a, b)| a * b));
    }

    #[test]
    fn uniforms_fill_a_thousand_bins_evenly_and_ignore_the_normals() {
        let mut bins = [0u32; 1000];
        let mut products = Vec::new();
        for path in 0..PATHS {
            for month in 0..MONTHS / 4 {
                let u = uniform_at(address(path), month);
                bins[(1000.0 * u) as usize] += 1;
                products.push((u - 0.5) * 12f64.sqrt() * normal_at(address(path), month));
            }
        }
        let expected = f64::from(PATHS * MONTHS / 4) / 1000.0;
        let chi_square: f64 = bins.iter().map(|&n| (f64::from(n) - expected).powi(2) / expected).sum();
        let p = ChiSquared::new(999.0).unwrap().cdf(chi_square);
        assert!((0.5e-4..1.0 - 0.5e-4).contains(&p), "chi-square {chi_square}, p {p}");
        assert_uncorrelated("normal and uniform of a name", products.into_iter());
    }

    #[test]
    fn the_distribution_function_agrees_with_high_precision_values() {
        // mpmath, 40 digits.
        for (x, reference) in [
            (-37.25, 5.2978887799272688403e-304),
            (-30.0, 4.9067139271481870595e-198),
            (-20.0, 2.7536241186062336951e-89),
            (-8.0, 6.2209605742717841235e-16),
            (-5.25, 7.6049605164887142511e-8),
            (-2.5, 0.006209665325776135167),
            (-1.8125, 0.034954486968234739425),
            (-1.75, 0.040059156863817090419),
            (-1.0, 0.15865525393145705141),
            (0.1, 0.53982783727702898367),
            (0.75, 0.77337264762313180067),
            (2.5, 0.99379033467422386483),
        ] {
            close(normal_cdf(x), reference, 4e-15);
        }
        assert_eq!([f64::NEG_INFINITY, -40.0, 40.0, f64::INFINITY].map(normal_cdf), [0.0, 0.0, 1.0, 1.0]);
        assert!(normal_cdf(f64::NAN).is_nan());
    }

    #[test]
    fn the_quantile_agrees_with_high_precision_values() {
        // mpmath, 40 digits.
        for (p, reference) in [
            (1e-20, -9.2623400897984075796),
            (1e-9, -5.9978070150076868614),
            (0.001, -3.0902323061678135354),
            (0.025, -1.9599639845400542118),
            (0.1, -1.2815515655446004353),
            (0.25, -0.6744897501960817432),
            (0.6, 0.25334710313579974132),
            (0.99, 2.3263478740408407676),
            (0.999999, 4.7534243088170877657),
        ] {
            close(normal_quantile(p), reference, 1e-12);
        }
        assert_eq!(normal_quantile(0.5), 0.0);
    }

    #[test]
    fn quantile_and_distribution_function_are_inverse_and_increasing() {
        let mut last = f64::NEG_INFINITY;
        for k in 1..20_000 {
            let p = f64::from(k) / 20_000.0;
            let z = normal_quantile(p);
            assert!(z > last);
            close(normal_cdf(z), p, 1e-12);
            last = z;
        }
    }
}
