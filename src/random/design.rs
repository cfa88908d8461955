//! Experimental designs: points in the unit cube, for sweeps and studies of parameters.
//!
//! A design is a pure function of its size and seed, with the same bits on every machine; adding a dimension leaves the
//! others as they are.

use super::stream::{Address, Layer, Purpose, StreamId, words};

/// Largest number of points of [`sobol`].
pub const SOBOL_POINTS: usize = 1 << 16;
/// Largest number of dimensions of [`sobol`].
pub const SOBOL_DIMENSIONS: usize = sobol_burley::NUM_DIMENSIONS as usize;

/// A Latin hypercube: `points` points in the open unit cube of `dimensions` dimensions. In every dimension each of
/// `points` equal slices holds one point, at a uniform place within the slice.
///
/// The slices are permuted by random keys, one per point and dimension, each with its own address.
///
/// `McKay`, Beckman and Conover, "A comparison of three methods for selecting values of input variables", Technometrics 21
/// (1979).
///
/// # Panics
///
/// If there are 2^32 points or more.
pub fn latin_hypercube(points: usize, dimensions: usize, seed: u64) -> Vec<Vec<f64>> {
    let count = u32::try_from(points).expect("a design has fewer than 2^32 points");
    let columns: Vec<Vec<f64>> = (0..dimensions).map(|dimension| latin_column(count, dimension, seed)).collect();
    (0..points).map(|point| columns.iter().map(|column| column[point]).collect()).collect()
}

/// One dimension of a Latin hypercube.
fn latin_column(points: u32, dimension: usize, seed: u64) -> Vec<f64> {
    const TWO_32: f64 = 4_294_967_296.0;
    let stream = StreamId::of(&format!("design.latin.{dimension}"));
    let key =
        |point| words(Address { seed, layer: Layer::Epistemic, draw: 0, path: point, stream }, Purpose::Sequence, 0);
    let mut keyed: Vec<_> = (0..points).map(|point| (key(point), point)).collect();
    keyed.sort_unstable();
    let mut column = vec![0.0; points as usize];
    for (slice, ([.., word], point)) in keyed.into_iter().enumerate() {
        let within = (word as f64 + 0.5) / TWO_32;
        column[point as usize] = (slice as f64 + within) / f64::from(points);
    }
    column
}

/// Points of Sobol's sequence in the open unit cube, scrambled after Owen; `None` beyond [`SOBOL_POINTS`] or
/// [`SOBOL_DIMENSIONS`].
///
/// Best with a power of two of points: then every dimension has one point in each of that many equal slices, as have the
/// equal boxes of most pairs of dimensions. Coordinates are odd multiples of 2^-24. Seeds give independent scrambles, of
/// which there are 2^32, so the spread of an average over seeds estimates its error.
///
/// Direction numbers of Joe and Kuo, "Constructing Sobol sequences with better two-dimensional projections", SIAM Journal
/// on Scientific Computing 30 (2008); scramble of Burley, "Practical hash-based Owen scrambling", Journal of Computer
/// Graphics Techniques 9 (2020).
pub fn sobol(points: usize, dimensions: usize, seed: u64) -> Option<Vec<Vec<f64>>> {
    const HALF_STEP: f64 = 1.0 / 16_777_216.0;
    let stream = StreamId::of("design.sobol");
    let scramble = words(Address { seed, layer: Layer::Epistemic, draw: 0, path: 0, stream }, Purpose::Sequence, 0)[0];
    let coordinate = |point: usize, dimension: usize| {
        f64::from(sobol_burley::sample(point as u32, dimension as u32, scramble as u32)) + HALF_STEP
    };
    let row = |point| (0..dimensions).map(|dimension| coordinate(point, dimension)).collect();
    (points <= SOBOL_POINTS && dimensions <= SOBOL_DIMENSIONS).then(|| (0..points).map(row).collect())
}

/// The full factorial design: every combination of `levels[d]` levels in dimension `d`, by number; the last dimension
/// varies fastest.
///
/// One point if there are no dimensions, no points if a dimension has no level, `None` if the number of points overflows.
pub fn grid(levels: &[usize]) -> Option<Vec<Vec<usize>>> {
    let points = levels.iter().try_fold(1usize, |product, &count| product.checked_mul(count))?;
    let row = |mut point: usize| {
        let mut row = vec![0; levels.len()];
        for (place, &count) in row.iter_mut().zip(levels).rev() {
            *place = point % count;
            point /= count;
        }
        row
    };
    Some((0..points).map(row).collect())
}

/// All dimensions in step: point `i` has level `i` in each; `None` if the dimensions differ in their number of levels.
pub fn zip(levels: &[usize]) -> Option<Vec<Vec<usize>>> {
    let points = levels.first().copied().unwrap_or(0);
    levels.iter().all(|&count| count == points).then(|| (0..points).map(|point| vec![point; levels.len()]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every one of as many equal slices of a dimension holds a point.
    fn stratified(points: &[Vec<f64>], dimension: usize) -> bool {
        let mut seen = vec![0; points.len()];
        for point in points {
            seen[(point[dimension] * points.len() as f64) as usize] += 1;
        }
        seen.iter().all(|&count| count == 1)
    }

    #[test]
    fn a_latin_hypercube_has_one_point_in_each_slice() {
        for points in [1, 2, 7, 100] {
            let design = latin_hypercube(points, 12, 3);
            assert!((0..12).all(|dimension| stratified(&design, dimension)), "{points}");
        }
        assert!(latin_hypercube(0, 3, 1).is_empty());
    }

    #[test]
    fn a_further_dimension_moves_no_other() {
        let (few, many) = (latin_hypercube(50, 3, 9), latin_hypercube(50, 8, 9));
        assert!(few.iter().zip(&many).all(|(few, many)| few[..] == many[..3]));
        let (few, many) = (sobol(50, 3, 9).unwrap(), sobol(64, 40, 9).unwrap());
        assert!(few.iter().zip(&many).all(|(few, many)| few[..] == many[..3]));
    }

    #[test]
    fn the_columns_of_a_latin_hypercube_are_not_correlated() {
        // 66 pairs of 12 columns of 1000 points: |r| sqrt(1000) < 4.2, false alarm 2e-3, seed fixed.
        let design = latin_hypercube(1000, 12, 17);
        for i in 0..12 {
            for j in 0..i {
                let product: f64 = design.iter().map(|point| (point[i] - 0.5) * (point[j] - 0.5)).sum();
                assert!((12.0 * product / 1000.0).abs() < 4.2 / 1000f64.sqrt(), "{i} {j}");
            }
        }
    }

    #[test]
    fn sobol_points_are_stratified_in_forty_dimensions_and_in_boxes() {
        let design = sobol(1024, 40, 5).unwrap();
        assert!((0..40).all(|dimension| stratified(&design, dimension)));
        // The first two dimensions are a (0, m, 2)-net: a point in each box of 2^-k by 2^-(10-k), for every k.
        for k in 0..=10u32 {
            let (wide, high) = (f64::from(1 << k), f64::from(1 << (10 - k)));
            let mut seen = vec![false; 1024];
            for point in &design {
                seen[(point[0] * wide) as usize * (1 << (10 - k)) + (point[1] * high) as usize] = true;
            }
            assert!(seen.into_iter().all(|seen| seen), "{k}");
        }
        assert!(sobol(SOBOL_POINTS + 1, 1, 0).is_none() && sobol(1, SOBOL_DIMENSIONS + 1, 0).is_none());
    }

    #[test]
    fn designs_integrate_better_than_independent_points() {
        // Product of six factors 1 + (x - 1/2) with mean 1 and variance (13/12)^6 - 1 = 0.6165: over 50 seeds of 256
        // points the mean of the squares of the errors, in units of that of independent points. 0.06 for the hypercube
        // (additive part taken out) and 1e-3 for Sobol; the bounds leave a factor of 2 and more, false alarm < 1e-3.
        let error = |design: &[Vec<f64>]| {
            let value = |point: &Vec<f64>| point.iter().map(|x| x + 0.5).product::<f64>();
            (design.iter().map(value).sum::<f64>() / 256.0 - 1.0).powi(2) * 256.0 / 0.6165
        };
        let mean = |of: &dyn Fn(u64) -> f64| (0..50).map(of).sum::<f64>() / 50.0;
        let latin = mean(&|seed| error(&latin_hypercube(256, 6, seed)));
        let sobol = mean(&|seed| error(&sobol(256, 6, seed).unwrap()));
        assert!(latin < 0.4 && sobol < 0.02, "{latin} {sobol}");
    }

    #[test]
    fn designs_keep_their_bits_for_ever() {
        let steps = |point: &[f64]| point.iter().map(|x| (x * 16_777_216.0) as u32).collect::<Vec<_>>();
        let latin = latin_hypercube(10, 2, 1).swap_remove(3);
        assert_eq!(
            latin.iter().map(|x| x.to_bits()).collect::<Vec<_>>(),
            [4_598_534_630_284_879_462, 4_606_116_744_518_749_389]
        );
        assert_eq!(steps(&sobol(4, 3, 1).unwrap()[3]), [12_100_403, 2_331_617, 4_612_527]);
    }

    #[test]
    fn grids_hold_every_combination_and_zips_go_in_step() {
        let points = grid(&[2, 3]).unwrap();
        assert_eq!(points, [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]].map(Vec::from));
        assert_eq!((grid(&[2, 0]).unwrap().len(), grid(&[]).unwrap().len()), (0, 1));
        assert_eq!(grid(&[usize::MAX, 2]), None);
        assert_eq!(zip(&[2, 2]).unwrap(), [[0, 0], [1, 1]].map(Vec::from));
        assert_eq!(zip(&[2, 3]), None);
    }
}
