//! From `pd5` to the asset volatility (8.1).

use std::sync::Mutex;

use super::input::Balance;
use super::text::density;
use super::{DT, monthly};

/// Month-ends looked at.
const MONTHS: usize = 60;
/// Grid points per standard deviation of a month.
const FINENESS: f64 = 12.0;
/// Standard deviations after which a normal is over.
const TAIL: f64 = 8.0;

/// What the volatility depends on, to the bit.
type Question = [u64; 5];

/// Answers found before: every path of a scenario asks the same.
static KNOWN: Mutex<Vec<(Question, f64)>> = Mutex::new(Vec::new());

/// The volatility at which `assets` are below the barrier at one of the first 60 month-ends with
/// probability `pd5`; in a month, with hazard `h1`, they also fall by `jump` in logs.
pub(crate) fn from_pd5(pd5: f64, balance: &Balance, jump: f64, h1: f64) -> f64 {
    let distance = (balance.assets / balance.barrier).ln();
    let question = [pd5, distance, balance.growth, jump, h1].map(f64::to_bits);
    let mut known = KNOWN.lock().expect("nobody panics while holding it");
    if let Some((_, answer)) = known.iter().find(|(asked, _)| asked == &question) {
        return *answer;
    }
    let answer = solve(pd5, distance, balance.growth, jump, monthly(h1));
    known.push((question, answer));
    answer
}

/// By bisection.
fn solve(pd5: f64, distance: f64, growth: f64, jump: f64, p: f64) -> f64 {
    let (mut low, mut high) = (0.01, 3.0);
    while high - low > 1e-9 {
        let middle = 0.5 * (low + high);
        if passage(distance, growth, middle, jump, p) < pd5 {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// Probability of a first passage below zero from `distance`, monitored monthly: the density of the
/// survivors on a grid from zero up, carried from month to month by Simpson's rule.
pub(crate) fn passage(distance: f64, growth: f64, sigma: f64, jump: f64, p: f64) -> f64 {
    let (drift, sd) = ((growth - sigma * sigma / 2.0) * DT, sigma * DT.sqrt());
    let step = sd / FINENESS;
    let top = distance + (growth.max(0.0) * DT * MONTHS as f64) + TAIL * sd * (MONTHS as f64).sqrt();
    let points = 2 * (top / step / 2.0).ceil() as usize + 1;
    let at = |i: usize| i as f64 * step;
    let normal = |x: f64| density(x / sd) / sd;
    let kernel = |x: f64| (1.0 - p) * normal(x - drift) + p * normal(x - drift + jump);
    let reach = ((TAIL * sd + drift.abs() + jump) / step).ceil() as i64;
    let kernels: Vec<f64> = (-reach..=reach).map(|i| kernel(i as f64 * step)).collect();
    let mut survivors: Vec<f64> = (0..points).map(|i| kernel(at(i) - distance)).collect();
    for _ in 1..MONTHS {
        let weighted: Vec<f64> = (0..points).map(|i| survivors[i] * simpson(i, points) * step).collect();
        survivors = (0..points as i64)
            .map(|i| {
                let from = (i - reach).max(0);
                let to = (i + reach).min(points as i64 - 1);
                (from..=to).map(|j| weighted[j as usize] * kernels[(i - j + reach) as usize]).sum()
            })
            .collect();
    }
    1.0 - (0..points).map(|i| survivors[i] * simpson(i, points) * step).sum::<f64>()
}

/// Weights of Simpson's rule on an odd number of points.
fn simpson(i: usize, points: usize) -> f64 {
    if i == 0 || i == points - 1 {
        1.0 / 3.0
    } else if i % 2 == 1 {
        4.0 / 3.0
    } else {
        2.0 / 3.0
    }
}
