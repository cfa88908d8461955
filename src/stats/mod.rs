//! Estimates with their errors.
//!
//! The functions make no assumption about the origin of their numbers, but every observation must be an independent
//! replicate (a path, a mirrored pair, one randomised sequence, one parameter draw): errors over dependent paths would be
//! wrong.
//!
//! - `estimate`: a value, its interval, its method and its caveat.
//! - `proportion`: probabilities, with and without hits.
//! - `moments`: means and variances that can be merged.
//! - `quantile`: order statistics between others.
//! - `nested`: epistemic against aleatory uncertainty; `band`: quantiles over draws, by a `mixture` fitted to them.
//! - `sample`: one number per path, and the independent replicates.
//! - `paired`: two runs on common random numbers.
//! - `lift`: two events on the same paths, within draws and over all.
//! - [`rare`]: probabilities of rare events by importance sampling and by subset simulation.
//! - `rate`: events over the time at risk.
//! - `multiple`: multiple tests.
//! - `tail`: value at risk, expected shortfall and exceedance curve over draws.
//! - `pareto`: the tail as a generalised Pareto distribution; `likelihood` gives the errors of its fit, `goodness` tests it,
//!   `threshold` chooses where it begins.
//! - `score`: forecasts against outcomes; `clustered`: statistics of few cases that belong together.
//! - `shapley`: attribution of a difference to changes.

mod band;
mod binomial;
mod clustered;
mod estimate;
mod goodness;
mod lift;
mod likelihood;
mod mixture;
mod moments;
mod multiple;
mod nested;
mod paired;
mod pareto;
mod proportion;
mod quantile;
pub mod rare;
mod rate;
mod sample;
mod score;
mod shapley;
mod tail;
mod threshold;

pub(crate) use band::resampled;
pub use band::{Band, band_of_hits, band_of_means, ends_of_hits};
pub use clustered::{over_clusters, weighted_mean};
pub(crate) use estimate::FEW;
pub use estimate::{Caveat, Estimate, LEVEL, Method};
pub use lift::{Lift, Pair, lift};
pub use moments::Moments;
pub use multiple::holm;
pub use nested::{Nested, Spread, bound_within, nested_mean, nested_proportion, never_beyond};
pub use paired::{Paired, paired_proportions};
pub(crate) use pareto::on_log_scale;
pub use pareto::{MOST_EXCEEDANCES, ParetoTail, Refusal, mean_excess, threshold_stability};
pub use proportion::{Hits, wilson};
pub use quantile::Sorted;
pub use rate::AtRisk;
pub use sample::{Sample, numbers_alone};
pub use score::{brier, crps, distance, log_score, percentile, pit, roc_area, spread_over};
pub use shapley::shapley;
pub use tail::{Exceedance, TailLevel, exceedance_curve, expected_shortfall, quantiles, tail_levels};
pub use threshold::ChosenTail;
