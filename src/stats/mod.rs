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
//! - `multiple`: multiple tests; `looks`: a sample that is looked at while it grows; `allocation`: the draws and paths that an
//!   answer needs.
//! - `tail`: value at risk, expected shortfall and exceedance curve over draws.
//! - `pareto`: the tail as a generalised Pareto distribution; `likelihood` gives the errors of its fit, `goodness` tests it,
//!   `threshold` chooses where it begins.
//! - `explosive`: right-tailed unit root tests over all windows of a series.
//! - `score`: forecasts against outcomes; `clustered`: statistics of few cases that belong together.
//! - `shapley`: attribution of a difference to changes.

mod allocation;
mod band;
mod binomial;
mod clustered;
mod estimate;
mod explosive;
mod goodness;
mod lift;
mod likelihood;
mod looks;
mod mixture;
mod moments;
mod multiple;
mod nested;
mod paired;
mod pareto;
mod proportion;
mod quantile;
mod ranks;
pub mod rare;
mod rate;
mod sample;
mod score;
mod shapley;
mod tail;
mod threshold;

pub use allocation::{Components, Cost};
pub(crate) use band::resampled;
pub use band::{Band, band_of_hits, band_of_means, ends_of_hits};
pub(crate) use binomial::at_most;
pub use clustered::{over_clusters, weighted_mean};
pub(crate) use estimate::FEW;
pub use estimate::{Caveat, Estimate, LEVEL, Method};
pub use explosive::{Explosive, MOST_LAGS, explosive, fewest_observations, first_end, smallest_window};
pub use lift::{Lift, Pair, lift};
pub use moments::Moments;
pub use multiple::holm;
pub use nested::{Nested, Spread, bound_within, nested_mean, nested_proportion, never_beyond, share_between};
pub use paired::{Paired, paired_proportions};
pub(crate) use pareto::on_log_scale;
pub use pareto::{MOST_EXCEEDANCES, ParetoTail, Refusal, mean_excess, threshold_stability};
pub use proportion::{Hits, simulated_p_value, wilson};
pub use quantile::Sorted;
pub use ranks::mean_ranks;
pub use rate::AtRisk;
pub use sample::{Sample, numbers_alone};
pub use score::{brier, crps, distance, log_score, percentile, pit, roc_area, spread_over};
pub use shapley::shapley;
pub use tail::{Exceedance, TailLevel, exceedance_curve, expected_shortfall, quantiles, tail_levels};
pub use threshold::ChosenTail;
