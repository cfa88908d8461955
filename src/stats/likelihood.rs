//! Errors of maximum likelihood: derivatives of a function of few parameters, all of the order of 1.

/// Step of the numerical derivatives: truncation and rounding both cost about 1e-8.
const STEP: f64 = 1e-4;

/// A vector of as many numbers as there are parameters.
pub(super) type Vector<const N: usize> = [f64; N];
/// A symmetric matrix.
pub(super) type Matrix<const N: usize> = [[f64; N]; N];

/// Covariance of the parameters at a maximum: the inverse of the observed information; None where it is not a maximum.
pub(super) fn covariance<const N: usize>(height: impl Fn(Vector<N>) -> f64, at: Vector<N>) -> Option<Matrix<N>> {
    inverse(information(height, at))
}

/// First derivatives, by central differences.
pub(super) fn gradient<const N: usize>(of: impl Fn(Vector<N>) -> f64, at: Vector<N>) -> Vector<N> {
    std::array::from_fn(|i| (of(moved(at, i, STEP)) - of(moved(at, i, -STEP))) / (2.0 * STEP))
}

/// Second derivatives with the sign changed, by central differences.
fn information<const N: usize>(of: impl Fn(Vector<N>) -> f64, at: Vector<N>) -> Matrix<N> {
    let middle = of(at);
    let corner = |i, j, x, y| of(moved(moved(at, i, x), j, y));
    let second = |i: usize| (of(moved(at, i, STEP)) - 2.0 * middle + of(moved(at, i, -STEP))) / (STEP * STEP);
    let mixed = |i, j| {
        let alike = corner(i, j, STEP, STEP) + corner(i, j, -STEP, -STEP);
        (alike - corner(i, j, STEP, -STEP) - corner(i, j, -STEP, STEP)) / (4.0 * STEP * STEP)
    };
    std::array::from_fn(|i| std::array::from_fn(|j| if i == j { -second(i) } else { -mixed(i, j) }))
}

fn moved<const N: usize>(mut at: Vector<N>, i: usize, by: f64) -> Vector<N> {
    at[i] += by;
    at
}

/// Inverse by Gauss and Jordan without exchange of rows; None unless positive definite.
fn inverse<const N: usize>(mut matrix: Matrix<N>) -> Option<Matrix<N>> {
    let mut inverse: Matrix<N> = std::array::from_fn(|i| std::array::from_fn(|j| f64::from(u8::from(i == j))));
    for i in 0..N {
        let pivot = matrix[i][i];
        if !(pivot > 0.0 && pivot.is_finite()) {
            return None;
        }
        matrix[i] = matrix[i].map(|x| x / pivot);
        inverse[i] = inverse[i].map(|x| x / pivot);
        let (row, image) = (matrix[i], inverse[i]);
        for k in (0..N).filter(|&k| k != i) {
            let factor = matrix[k][i];
            matrix[k] = std::array::from_fn(|j| matrix[k][j] - factor * row[j]);
            inverse[k] = std::array::from_fn(|j| inverse[k][j] - factor * image[j]);
        }
    }
    Some(inverse)
}

/// Matrix times vector.
fn product<const N: usize>(matrix: &Matrix<N>, vector: &Vector<N>) -> Vector<N> {
    std::array::from_fn(|i| dot(&matrix[i], vector))
}

/// Sum of the products.
pub(super) fn dot<const N: usize>(x: &Vector<N>, y: &Vector<N>) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

/// Standard error of what has the given slope in the parameters (delta method).
pub(super) fn delta_error<const N: usize>(covariance: &Matrix<N>, slope: &Vector<N>) -> f64 {
    dot(slope, &product(covariance, slope)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_covariance_is_the_inverse_of_the_curvature() {
        let quadratic = |[x, y]: [f64; 2]| -x * x - 2.0 * y * y - x * y;
        // Information [[2, 1], [1, 4]]: inverse [[4, -1], [-1, 2]] / 7.
        let covariance = covariance(quadratic, [0.0, 0.0]).unwrap();
        for (ours, exact) in covariance.as_flattened().iter().zip([4.0, -1.0, -1.0, 2.0]) {
            assert!((ours - exact / 7.0).abs() < 1e-7, "{covariance:?}");
        }
        assert!((delta_error(&covariance, &[1.0, 1.0]) - (4.0f64 / 7.0).sqrt()).abs() < 1e-7);
    }

    #[test]
    fn a_saddle_and_a_plain_are_no_maximum() {
        assert_eq!(covariance(|[x, y]: [f64; 2]| x * x - y * y, [0.0, 0.0]), None);
        assert_eq!(covariance(|[_, y]: [f64; 2]| -y * y, [0.0, 0.0]), None);
        assert_eq!(covariance(|[_]: [f64; 1]| f64::NAN, [0.0]), None);
    }
}
