//! First passage of assets through a barrier, monitored at month-ends (Black and Cox 1976; docs/model.md, section 8.1).

use crate::random::math::exp;
use crate::random::normal_cdf;

use super::constants::DT;

/// Assets that follow a jump diffusion: growth, volatility, and a fall at each burst.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assets {
    /// Log distance to the barrier at the start: `ln(assets/barrier)`.
    pub distance: f64,
    /// Growth of the mean, a year.
    pub growth: f64,
    /// Log fall at a burst.
    pub jump: f64,
    /// Bursts a year.
    pub hazard: f64,
}

/// Reach of the nodes above the start, in standard deviations of the whole span; and of a month's step, in its own.
const REACH: f64 = 8.5;

/// Nodes per standard deviation of a month, enough for a quadrature error below rounding.
const NODES_A_DEVIATION: f64 = 2.0;

/// Most nodes. A smaller volatility than they resolve is raised to the smallest that they do.
const MOST_NODES: f64 = 2048.0;

/// Probability of being below the barrier at one of the first `months` month-ends.
///
/// `volatility` is annual. The density of the survivors is carried from month-end to month-end on Gauss-Legendre nodes,
/// and what crosses is added up, so small probabilities have the same relative accuracy as large ones.
pub fn probability(assets: &Assets, volatility: f64, months: usize) -> f64 {
    if assets.distance <= 0.0 {
        return 1.0;
    }
    if months == 0 || assets.distance.is_infinite() {
        return 0.0;
    }
    let drift = (assets.growth - 0.5 * volatility * volatility) * DT;
    let risen = assets.distance + drift.max(0.0) * months as f64;
    let deviations = REACH * (months as f64).sqrt();
    let spread = (volatility * DT.sqrt()).max(risen / (MOST_NODES / NODES_A_DEVIATION - deviations));
    let top = risen + deviations * spread;
    let nodes = gauss_legendre((NODES_A_DEVIATION * top / spread).ceil().max(32.0) as usize, top);
    let burst = 1.0 - exp(-assets.hazard * DT);
    let month = Month { ways: [(drift, 1.0 - burst), (drift - assets.jump, burst)], spread };
    let steps: Vec<Vec<(usize, f64)>> = nodes.iter().map(|&(to, _)| month.steps(&nodes, to)).collect();
    let crossings: Vec<f64> = nodes.iter().map(|&(from, weight)| weight * month.crossing(from)).collect();
    let mut density: Vec<f64> = nodes.iter().map(|&(to, _)| month.density(assets.distance, to)).collect();
    let mut crossed = month.crossing(assets.distance);
    for past in 1..months {
        crossed += density.iter().zip(&crossings).map(|(survivors, crossing)| survivors * crossing).sum::<f64>();
        if past + 1 < months {
            density = steps.iter().map(|from| from.iter().map(|&(j, step)| step * density[j]).sum()).collect();
        }
    }
    crossed.min(1.0)
}

/// A month's step of the log distance: a mixture of two normals of the same spread, each a shift and its probability.
struct Month {
    ways: [(f64, f64); 2],
    spread: f64,
}

impl Month {
    /// Density of a step from `from` to `to`.
    fn density(&self, from: f64, to: f64) -> f64 {
        const PER_ROOT_TAU: f64 = 0.398_942_280_401_432_7;
        let way = |&(shift, probability): &(f64, f64)| {
            let z = (to - from - shift) / self.spread;
            if z.abs() > REACH { 0.0 } else { probability * PER_ROOT_TAU / self.spread * exp(-0.5 * z * z) }
        };
        self.ways.iter().map(way).sum()
    }

    /// Probability that a step from `from` ends below the barrier.
    fn crossing(&self, from: f64) -> f64 {
        self.ways.iter().map(|&(shift, probability)| probability * normal_cdf(-(from + shift) / self.spread)).sum()
    }

    /// Positions of the nodes from which `to` is reached in a month, with weights times densities.
    fn steps(&self, nodes: &[(f64, f64)], to: f64) -> Vec<(usize, f64)> {
        let weigh = |(j, &(from, weight)): (usize, &(f64, f64))| (j, weight * self.density(from, to));
        nodes.iter().enumerate().map(weigh).filter(|&(_, step)| step > 0.0).collect()
    }
}

/// Gauss-Legendre nodes and weights on `(0, length)`: the zeros of the Legendre polynomial, by Newton's method.
///
/// The platform's cosine is only where Newton's method starts.
fn gauss_legendre(count: usize, length: f64) -> Vec<(f64, f64)> {
    let node = |i: usize| {
        let (mut x, mut slope) = (-(std::f64::consts::PI * (i as f64 + 0.75) / (count as f64 + 0.5)).cos(), 0.0);
        for _ in 0..6 {
            let value;
            (value, slope) = legendre(count, x);
            x -= value / slope;
        }
        (0.5 * length * (1.0 + x), length / ((1.0 - x * x) * slope * slope))
    };
    (0..count).map(node).collect()
}

/// The Legendre polynomial of degree `n` at `x`, and its slope.
fn legendre(n: usize, x: f64) -> (f64, f64) {
    let (mut before, mut value) = (1.0, x);
    for k in 2..=n {
        let k = k as f64;
        (before, value) = (value, ((2.0 * k - 1.0) * x * value - (k - 1.0) * before) / k);
    }
    (value, n as f64 * (x * value - before) / (x * x - 1.0))
}

/// The annual volatility at which the probability over `months` is `wanted`, by bisection from 1 % to 300 %; none if it
/// lies outside.
pub fn implied_volatility(assets: &Assets, wanted: f64, months: usize) -> Option<f64> {
    const LEAST: f64 = 0.01;
    let (mut low, mut high) = (LEAST, 3.0);
    if probability(assets, high, months) < wanted {
        return None;
    }
    for _ in 0..30 {
        let middle = 0.5 * (low + high);
        if probability(assets, middle, months) < wanted { low = middle } else { high = middle }
    }
    let found = low > LEAST || probability(assets, LEAST, months) <= wanted;
    found.then_some(0.5 * (low + high))
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::assert_close;
    use super::*;

    /// Volatility a year that spreads log assets by 0.1 a month.
    const TENTH_A_MONTH: f64 = 0.346_410_161_5;

    /// Assets at this log distance from the barrier whose log does not drift at [`TENTH_A_MONTH`].
    fn without_drift(distance: f64) -> Assets {
        Assets { distance, growth: 0.06, jump: 0.0, hazard: 0.0 }
    }

    #[test]
    fn a_month_crosses_with_the_normal_probability() {
        // Distances of one and two standard deviations: Phi(-1) and Phi(-2).
        assert_close(probability(&without_drift(0.1), TENTH_A_MONTH, 1), 0.158_655);
        assert_close(probability(&without_drift(0.2), TENTH_A_MONTH, 1), 0.022_750);
        assert_close(probability(&without_drift(0.0), TENTH_A_MONTH, 1), 1.0);
    }

    #[test]
    fn a_burst_shifts_the_month_with_its_probability() {
        // Bursts with probability 1/2 a month, from two standard deviations to one, to none, and to one below.
        let hazard = super::super::by_hand::HALVES_IN_A_MONTH;
        for (jump, crossed) in [(0.1, 0.158_655), (0.2, 0.5), (0.3, 0.841_345)] {
            let assets = Assets { jump, hazard, ..without_drift(0.2) };
            assert_close(probability(&assets, TENTH_A_MONTH, 1), 0.5 * (0.022_750 + crossed));
        }
    }

    #[test]
    fn the_implied_volatility_is_the_one_that_gives_the_probability() {
        for (distance, wanted) in [(0.1, 0.158_655_254), (0.2, 0.022_750_132), (0.3, 0.001_349_898)] {
            assert_close(implied_volatility(&without_drift(distance), wanted, 1).unwrap(), TENTH_A_MONTH);
        }
    }

    #[test]
    fn legendre_polynomials_have_their_values() {
        // (3 x^2 - 1)/2, (5 x^3 - 3 x)/2, (35 x^4 - 30 x^2 + 3)/8 at one half.
        for (degree, value) in [(2, -0.125), (3, -0.4375), (4, -0.289_062_5)] {
            assert_close(legendre(degree, 0.5).0, value);
        }
    }

    #[test]
    fn two_nodes_lie_at_one_over_root_three() {
        let nodes = gauss_legendre(2, 2.0);
        for ((node, weight), expected) in nodes.into_iter().zip([0.422_650, 1.577_350]) {
            assert_close(node, expected);
            assert_close(weight, 1.0);
        }
    }
}
