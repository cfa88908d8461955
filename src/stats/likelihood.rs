//! The top of a log-likelihood of few parameters, all of the order of 1, and how sharp it is.

/// Step of the numerical derivatives: truncation and rounding both cost about 1e-8.
const STEP: f64 = 1e-4;

/// A vector of as many numbers as there are parameters.
pub(super) type Vector<const N: usize> = [f64; N];
/// A symmetric matrix.
pub(super) type Matrix<const N: usize> = [[f64; N]; N];

/// Climbs from `start` to the nearest maximum by Newton's method, damped after Levenberg and Marquardt; None if it gets
/// nowhere in 200 steps.
pub(super) fn climb<const N: usize>(height: impl Fn(Vector<N>) -> f64, start: Vector<N>) -> Option<Vector<N>> {
    let (mut at, mut damping) = (start, 1e-3);
    for _ in 0..200 {
        let slope = gradient(&height, at);
        let mut damped = information(&height, at);
        (0..N).for_each(|i| damped[i][i] += damping * (1.0 + damped[i][i].abs()));
        let step = inverse(damped).map(|inverse| product(&inverse, &slope));
        let next = step.map(|step| std::array::from_fn(|i| at[i] + step[i]));
        match next.filter(|&next| height(next) >= height(at)) {
            Some(next) => {
                let moved = (0..N).map(|i| (next[i] - at[i]).abs()).fold(0.0, f64::max);
                (at, damping) = (next, damping / 10.0);
                if moved < 1e-9 {
                    return Some(at);
                }
            }
            None if damping > 1e12 => return Some(at),
            None => damping *= 10.0,
        }
    }
    None
}

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
    fn the_top_of_a_hill_is_found_with_its_curvature() {
        let hill = |[x, y]: [f64; 2]| -(x - 1.0).powi(2) - 2.0 * (y + 0.5).powi(2) - (x - 1.0) * (y + 0.5) - x.powi(4);
        let top = climb(hill, [3.0, 3.0]).unwrap();
        assert!(gradient(hill, top).iter().all(|slope| slope.abs() < 1e-6), "{top:?}");
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
