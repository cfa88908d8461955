//! First passage of assets through a barrier, watched at month-ends (Black and Cox 1976; docs/model.md, section 8.1).

use crate::random::math::exp;
use crate::random::normal_cdf;

use super::constants::DT;

/// Assets that grow, wander, and fall at bursts.
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

/// Standard deviations of the whole span that the nodes cover above the start, and of a month beyond which nothing moves.
const REACH: f64 = 8.5;

/// Nodes for each standard deviation of a month: the error of the quadrature is then below that of the arithmetic.
const NODES_A_DEVIATION: f64 = 2.0;

/// Most nodes. A volatility too small for them is taken as the smallest that they resolve.
const MOST_NODES: f64 = 2048.0;

/// Probability of being below the barrier at one of the first `months` month-ends.
///
/// The density of the survivors is carried from month-end to month-end on the nodes of Gauss and Legendre, and what
/// crosses is added up: small probabilities are as exact, relatively, as large ones.
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

/// How the log distance moves in a month: the ways it may go, each a shift and its probability, about which it spreads.
struct Month {
    ways: [(f64, f64); 2],
    spread: f64,
}

impl Month {
    /// Density of arriving at `to`.
    fn density(&self, from: f64, to: f64) -> f64 {
        const PER_ROOT_TAU: f64 = 0.398_942_280_401_432_7;
        let way = |&(shift, probability): &(f64, f64)| {
            let z = (to - from - shift) / self.spread;
            if z.abs() > REACH { 0.0 } else { probability * PER_ROOT_TAU / self.spread * exp(-0.5 * z * z) }
        };
        self.ways.iter().map(way).sum()
    }

    /// Probability of ending below the barrier.
    fn crossing(&self, from: f64) -> f64 {
        self.ways.iter().map(|&(shift, probability)| probability * normal_cdf(-(from + shift) / self.spread)).sum()
    }

    /// Nodes from which `to` is reached in a month, and their weights.
    fn steps(&self, nodes: &[(f64, f64)], to: f64) -> Vec<(usize, f64)> {
        let weigh = |(j, &(from, weight)): (usize, &(f64, f64))| (j, weight * self.density(from, to));
        nodes.iter().enumerate().map(weigh).filter(|&(_, step)| step > 0.0).collect()
    }
}

/// Nodes and weights of Gauss and Legendre on `(0, length)`: the zeros of the Legendre polynomial, by Newton's method.
///
/// The cosine is the platform's, but only where Newton's method starts.
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

/// The volatility at which the probability over `months` is `wanted`, by bisection over 1 % to 300 %, or none.
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
