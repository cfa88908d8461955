//! Importance sampling: an estimate from the weights of the samples with the event, and whether the weights can be trusted.

use super::super::moments::Moments;
use super::super::pareto::{ParetoTail, Refusal};
use super::super::sample::Sample;
use super::tilt::BLOCK;

/// The weights of an estimate by importance sampling.
#[derive(Clone, Debug, Default)]
pub struct Weights {
    /// Sums of the weights of the samples with the event, by block.
    blocks: Moments,
    /// Weights of the samples with the event.
    hits: Vec<f64>,
}

impl Weights {
    /// Adds a block: the weights of its samples with the event.
    pub fn add(&mut self, hits: &[f64]) {
        self.blocks.add(hits.iter().sum::<f64>() / BLOCK as f64);
        self.hits.extend(hits);
    }

    /// The means of the blocks, which are independent: each estimates the probability.
    pub fn blocks(&self) -> &Moments {
        &self.blocks
    }

    /// Number of samples with the event.
    pub fn hits(&self) -> usize {
        self.hits.len()
    }

    /// Effective sample size: how many equal weights would give the same relative error, `(sum w)^2 / sum w^2`.
    pub fn effective(&self) -> f64 {
        let (sum, squares) = self.hits.iter().fold((0.0, 0.0), |(sum, squares), w| (sum + w, squares + w * w));
        if squares > 0.0 { sum * sum / squares } else { 0.0 }
    }

    /// Share of the largest weight in their sum.
    pub fn largest_share(&self) -> f64 {
        let sum: f64 = self.hits.iter().sum();
        if sum > 0.0 { self.hits.iter().copied().fold(0.0, f64::max) / sum } else { 1.0 }
    }

    /// Shape of the tail of the weights of samples with the event: above 0.7 the mean of so many cannot be trusted (Vehtari,
    /// Simpson, Gelman, Yao and Gabry, "Pareto smoothed importance sampling", JMLR 25, 2024). Minus infinity where the tail
    /// ends abruptly, as at a bound; none with too few weights.
    pub fn shape(&self) -> Option<f64> {
        let mut sorted = self.hits.clone();
        sorted.sort_by(f64::total_cmp);
        let beyond = (0.2 * sorted.len() as f64).min(3.0 * (sorted.len() as f64).sqrt()) as usize;
        let threshold = *sorted.get(sorted.len().checked_sub(beyond + 1)?)?;
        match ParetoTail::fit(Sample::new(&sorted, &[])?, threshold) {
            Ok(tail) => Some(tail.shape().value()),
            Err(Refusal::NoMaximum | Refusal::NoSpread) => Some(f64::NEG_INFINITY),
            Err(_) => None,
        }
    }

    /// Adds the weights of others, as if they had come after its own.
    pub fn merge(&mut self, later: &Self) {
        self.blocks.merge(&later.blocks);
        self.hits.extend(&later.hits);
    }
}
