//! First passage of assets through a barrier, monitored at month-ends (Black and Cox 1976; docs/model.md, section 8.1).

use crate::lanes::{Lanes, lanes};
use crate::random::math::exp;
use crate::random::normal_cdf;
use crate::tier::{Kernel, Tier};

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
    Tier::detect().run(Passage { assets, volatility, months })
}

/// The quadrature of [`probability`].
struct Passage<'a> {
    assets: &'a Assets,
    volatility: f64,
    months: usize,
}

impl Kernel for Passage<'_> {
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        quadrature(self.assets, self.volatility, self.months)
    }
}

#[inline(always)]
fn quadrature(assets: &Assets, volatility: f64, months: usize) -> f64 {
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
    #[inline(always)]
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
    #[inline(always)]
    fn steps(&self, nodes: &[(f64, f64)], to: f64) -> Vec<(usize, f64)> {
        let weigh = |(j, &(from, weight)): (usize, &(f64, f64))| (j, weight * self.density(from, to));
        nodes.iter().enumerate().map(weigh).filter(|&(_, step)| step > 0.0).collect()
    }
}

/// Gauss-Legendre nodes and weights on `(0, length)`: the zeros of the Legendre polynomial, by Newton's method.
///
/// The platform's cosine is only where Newton's method starts.
#[inline(always)]
fn gauss_legendre(count: usize, length: f64) -> Vec<(f64, f64)> {
    const B: usize = 16;
    const ROUNDS: usize = 6;
    let mut nodes = Vec::with_capacity(count + B);
    for first in (0..count).step_by(B) {
        let angle = |i: usize| std::f64::consts::PI * ((first + i) as f64 + 0.75) / (count as f64 + 0.5);
        let mut x = Lanes::<B>::default();
        x.set(|i| -angle(i).cos());
        let mut slope = Lanes::<B>::default();
        for _ in 0..ROUNDS {
            let value;
            (value, slope) = legendre(count, &x);
            x = lanes!(i => x[i] - value[i] / slope[i]);
        }
        let weight: Lanes<B> = lanes!(i => length / ((1.0 - x[i] * x[i]) * slope[i] * slope[i]));
        nodes.extend((0..B).map(|i| (0.5 * length * (1.0 + x[i]), weight[i])));
    }
    nodes.truncate(count);
    nodes
}

/// The Legendre polynomial of degree `n` at `x`, and its slope.
#[inline(always)]
fn legendre<const B: usize>(n: usize, x: &Lanes<B>) -> (Lanes<B>, Lanes<B>) {
    let (mut before, mut value) = (Lanes::splat(1.0), *x);
    for k in 2..=n {
        let k = k as f64;
        let next = lanes!(i => ((2.0 * k - 1.0) * x[i] * value[i] - (k - 1.0) * before[i]) / k);
        (before, value) = (value, next);
    }
    let slope = lanes!(i => n as f64 * (x[i] * value[i] - before[i]) / (x[i] * x[i] - 1.0));
    (value, slope)
}

/// Volatilities between which the implied one is looked for, and how often what is between them is halved.
const TRIED: (f64, f64) = (0.01, 3.0);
const HALVINGS: u32 = 30;

/// The annual volatility at which the probability over `months` is `wanted`, by bisection from 1 % to 300 %; none if it
/// lies outside.
pub fn implied_volatility(assets: &Assets, wanted: f64, months: usize) -> Option<f64> {
    let (mut low, mut high, halved) = bracket(assets, wanted, months)?;
    for _ in halved..HALVINGS {
        let middle = 0.5 * (low + high);
        if probability(assets, middle, months) < wanted { low = middle } else { high = middle }
    }
    Some(0.5 * (low + high))
}

/// Whether there is an [`implied_volatility`], which takes few of its steps.
pub fn is_implied(assets: &Assets, wanted: f64, months: usize) -> bool {
    bracket(assets, wanted, months).is_some()
}

/// The first steps of the bisection, down to a volatility that is too small: what is left, and how often it was halved.
fn bracket(assets: &Assets, wanted: f64, months: usize) -> Option<(f64, f64, u32)> {
    let (least, mut high) = TRIED;
    if probability(assets, high, months) < wanted {
        return None;
    }
    for halved in 1..=HALVINGS {
        let middle = 0.5 * (least + high);
        if probability(assets, middle, months) < wanted {
            return Some((middle, high, halved));
        }
        high = middle;
    }
    (probability(assets, least, months) <= wanted).then_some((least, high, HALVINGS))
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
    fn there_is_an_implied_volatility_where_one_is_found() {
        // From none, over the ends of what is tried, to none again.
        let mut found = Vec::new();
        for (distance, wanted) in [(0.001, 0.9), (0.001, 0.1), (0.3, 1e-6), (0.3, 0.2), (2.0, 0.5), (9.0, 0.9)] {
            let assets = without_drift(distance);
            let volatility = implied_volatility(&assets, wanted, 12);
            assert_eq!(is_implied(&assets, wanted, 12), volatility.is_some(), "{distance} {wanted}");
            found.push(volatility.is_some());
        }
        assert!(found.contains(&true) && found.contains(&false), "{found:?}");
    }

    #[test]
    fn legendre_polynomials_have_their_values() {
        // (3 x^2 - 1)/2, (5 x^3 - 3 x)/2, (35 x^4 - 30 x^2 + 3)/8 at one half.
        for (degree, value) in [(2, -0.125), (3, -0.4375), (4, -0.289_062_5)] {
            assert_close(legendre(degree, &Lanes([0.5])).0[0], value);
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

    #[test]
    fn a_month_s_step_is_normal_with_or_without_a_burst() {
        // The normal density over a spread of 0.1: 3.989423 at the mean, 2.419707 one deviation from it; half of each where a
        // fall of 0.1 has probability 1/2. It crosses with Phi(-1), Phi(0), and the mean of Phi(-2) and Phi(-1).
        let certain = Month { ways: [(0.0, 1.0), (0.0, 0.0)], spread: 0.1 };
        let even = Month { ways: [(0.0, 0.5), (-0.1, 0.5)], spread: 0.1 };
        for (month, to, density) in [(&certain, 1.0, 3.989_423), (&certain, 1.1, 2.419_707), (&even, 0.9, 3.204_565)] {
            assert_close(month.density(1.0, to), density);
        }
        for (month, from, crossing) in [(&certain, 0.1, 0.158_655), (&certain, 0.0, 0.5), (&even, 0.2, 0.090_703)] {
            assert_close(month.crossing(from), crossing);
        }
    }
}
