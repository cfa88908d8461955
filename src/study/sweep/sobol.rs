//! Sobol' points with nested uniform scrambling.

use crate::random::{Address, Layer, StreamId, uniform_at};

/// Degree, coefficients and initial numbers of the primitive polynomials of dimensions 2 to 10: Joe and Kuo, "Constructing
/// Sobol sequences with better two-dimensional projections", SIAM J. Sci. Comput. 30 (2008), table new-joe-kuo-6.
const POLYNOMIALS: [(u32, u32, &[u32]); 9] = [
    (1, 0, &[1]),
    (2, 1, &[1, 3]),
    (3, 1, &[1, 3, 1]),
    (3, 2, &[1, 1, 1]),
    (4, 1, &[1, 1, 3, 3]),
    (4, 4, &[1, 3, 5, 13]),
    (5, 2, &[1, 1, 5, 5, 17]),
    (5, 4, &[1, 1, 5, 5, 5]),
    (5, 7, &[1, 1, 7, 11, 19]),
];

/// Axes that a design can have.
pub(super) const MOST_AXES: usize = POLYNOMIALS.len() + 1;

/// Dimension `axis` of the first `count` points, each coordinate in (0, 1); the scrambling hangs on seed and key.
///
/// # Panics
/// Beyond [`MOST_AXES`].
pub(super) fn column(axis: usize, key: &str, count: u64, seed: u64) -> Vec<f64> {
    let directions = directions(axis);
    let address =
        Address { seed, layer: Layer::Epistemic, draw: 0, path: 0, stream: StreamId::of(&format!("sweep.{key}")) };
    let scramble = (uniform_at(address, 2) * f64::from(u32::MAX)) as u32;
    let point = |number: u32| {
        let bits = (0..32).filter(|bit| number >> bit & 1 == 1).fold(0, |bits, bit| bits ^ directions[bit]);
        (f64::from(owen(bits, scramble)) + 0.5) / 4_294_967_296.0
    };
    (0..count as u32).map(point).collect()
}

fn directions(axis: usize) -> [u32; 32] {
    let mut v = [0_u32; 32];
    if axis == 0 {
        return std::array::from_fn(|bit| 1 << (31 - bit));
    }
    let (degree, coefficients, first) = POLYNOMIALS[axis - 1];
    let degree = degree as usize;
    for bit in 0..32 {
        v[bit] = if bit < degree {
            first[bit] << (31 - bit)
        } else {
            let carried =
                (1..degree).filter(|k| coefficients >> (degree - 1 - k) & 1 == 1).fold(0, |sum, k| sum ^ v[bit - k]);
            v[bit - degree] ^ (v[bit - degree] >> degree) ^ carried
        };
    }
    v
}

/// Nested uniform scrambling by a hash of the bits above each bit (Laine and Karras 2011, constants of Burley 2020).
fn owen(bits: u32, seed: u32) -> u32 {
    let mut x = bits.reverse_bits().wrapping_add(seed);
    x ^= x.wrapping_mul(0x6c50_b47c);
    x ^= x.wrapping_mul(0xb82f_1e52);
    x ^= x.wrapping_mul(0xc7af_e638);
    x ^= x.wrapping_mul(0x8d22_f6e6);
    x.reverse_bits()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_elementary_interval_of_every_axis_is_met_once() {
        for axis in 0..MOST_AXES {
            let mut parts: Vec<usize> = column(axis, "key", 64, 5).iter().map(|x| (x * 64.0) as usize).collect();
            parts.sort_unstable();
            assert!(parts.iter().enumerate().all(|(at, part)| at == *part), "axis {axis}");
        }
    }

    #[test]
    fn the_first_two_axes_are_a_net() {
        let (x, y) = (column(0, "a", 64, 5), column(1, "b", 64, 5));
        let mut boxes: Vec<usize> =
            x.iter().zip(&y).map(|(x, y)| (x * 8.0) as usize * 8 + (y * 8.0) as usize).collect();
        boxes.sort_unstable();
        boxes.dedup();
        assert_eq!(boxes.len(), 64);
    }
}
