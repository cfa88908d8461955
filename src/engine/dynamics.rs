//! What is simulated, as the engine sees it.

use crate::lanes::Lanes;

use super::slots::{Innovations, Slots};

/// A stochastic model in monthly steps, `B` paths at a time.
///
/// Every lane is a function of its own random numbers only, so any `B` gives the same bits. Implementations mark what is
/// called every month `#[inline(always)]`: it becomes part of the tier's wrapper and is vectorised with its features.
pub trait Dynamics: Sync {
    /// The state of `B` paths.
    type Block<const B: usize>: Clone + Send;
    /// The flows of a month, for observers.
    type Workspace<const B: usize>: Send;
    /// Number of months of a path.
    fn months(&self) -> usize;
    /// The random numbers it asks for.
    fn slots(&self) -> &Slots;
    /// The state before month 0; `draws` holds what is drawn once per path.
    fn begin<const B: usize>(&self, draws: &Innovations<B>) -> (Self::Block<B>, Self::Workspace<B>);
    /// Advances month `t`.
    fn step<const B: usize>(
        &self,
        block: &mut Self::Block<B>,
        work: &mut Self::Workspace<B>,
        t: usize,
        draws: &Innovations<B>,
    );
    /// Number of monthly states that [`Dynamics::observe`] adds.
    fn states(&self) -> usize;
    /// Adds the monthly states after a step.
    fn observe<const B: usize>(&self, block: &Self::Block<B>, work: &Self::Workspace<B>, row: &mut Row<B>);
    /// Number of metrics of a path.
    fn metrics(&self) -> usize;
    /// Adds the metrics of finished paths.
    fn measure<const B: usize>(&self, block: &Self::Block<B>, row: &mut Row<B>);
    /// Largest relative residual of any account so far.
    fn residual<const B: usize>(&self, block: &Self::Block<B>) -> Lanes<B>;
}

/// Metrics or monthly states of `B` paths, in the order of the model's list.
#[derive(Clone, Debug, Default)]
pub struct Row<const B: usize> {
    /// One entry per metric or state.
    pub values: Vec<Lanes<B>>,
}

impl<const B: usize> Row<B> {
    /// Adds the next value.
    #[inline(always)]
    pub fn push(&mut self, value: Lanes<B>) {
        self.values.push(value);
    }
}
