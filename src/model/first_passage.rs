//! First passage of assets through a barrier, watched at month-ends (Black and Cox 1976; docs/model.md, section 8.1).

use statrs::function::erf::erfc;

use super::parameters::DT;

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

/// Nodes of the quadrature over the log distance to the barrier.
const NODES: usize = 240;

/// Standard deviations of the whole span that the grid covers above the start.
const REACH: f64 = 7.0;

/// Probability of being below the barrier at one of the first `months` month-ends, by recursion over the density of the
/// survivors, gathered in cells.
pub fn probability(assets: &Assets, volatility: f64, months: usize) -> f64 {
    if assets.distance <= 0.0 {
        return 1.0;
    }
    let spread = volatility * DT.sqrt();
    let drift = (assets.growth - 0.5 * volatility * volatility) * DT;
    let span = spread * (months as f64).sqrt();
    let top = assets.distance + drift.abs() * months as f64 + REACH * span;
    let step = top / NODES as f64;
    let burst = 1.0 - (-assets.hazard * DT).exp();
    // Sheppard's correction: gathering a cell in its middle adds step^2/12 to the variance of every month.
    let spread = (spread * spread - step * step / 12.0).max(0.25 * spread * spread).sqrt();
    let cell = |from: f64, j: usize| transition(from, j as f64 * step, step, drift, spread, assets.jump, burst);
    let mut density: Vec<f64> = (0..NODES).map(|j| cell(assets.distance, j)).collect();
    // The kernel depends on the difference of cells only.
    let kernel: Vec<f64> = (0..2 * NODES)
        .map(|k| {
            let from = (NODES as f64 + 0.5) * step;
            transition(from, k as f64 * step, step, drift, spread, assets.jump, burst)
        })
        .collect();
    for _ in 1..months {
        density = (0..NODES)
            .map(|j| (0..NODES).map(|i| density[i] * kernel[j + NODES - i]).sum())
            .collect();
    }
    (1.0 - density.iter().sum::<f64>()).clamp(0.0, 1.0)
}

/// Probability of moving from `from` into the cell `[low, low + step)` in a month.
fn transition(from: f64, low: f64, step: f64, drift: f64, spread: f64, jump: f64, burst: f64) -> f64 {
    let normal = |x: f64| 0.5 * erfc(-x / std::f64::consts::SQRT_2);
    let within = |mean: f64| normal((low + step - mean) / spread) - normal((low - mean) / spread);
    let mean = from + drift;
    (1.0 - burst) * within(mean) + burst * within(mean - jump)
}

/// The volatility at which the probability over `months` is `wanted`, by bisection over 1 % to 300 %, or none.
pub fn implied_volatility(assets: &Assets, wanted: f64, months: usize) -> Option<f64> {
    let (mut low, mut high) = (0.01, 3.0);
    if probability(assets, low, months) > wanted || probability(assets, high, months) < wanted {
        return None;
    }
    for _ in 0..30 {
        let middle = 0.5 * (low + high);
        if probability(assets, middle, months) < wanted { low = middle } else { high = middle }
    }
    Some(0.5 * (low + high))
}
