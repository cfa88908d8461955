//! The cross-entropy method: from samples that come near to the event to a mixture under which it is not rare.
//!
//! Rubinstein and Kroese, "The Cross-Entropy Method" (2004), chapter 3: in each round the tilt is fitted by maximum
//! likelihood to the samples beyond a level that only one in ten reaches, weighted so that they stand for the distribution
//! as it is; the level rises until it is the event. Several parts are fitted by expectation and maximisation (Kurtz and
//! Song, "Cross-entropy-based adaptive importance sampling using Gaussian mixture", Structural Safety 42, 2013). A group
//! is tilted only where the samples show it beyond their noise: else hundreds of groups would add theirs to the weights.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

use super::tilt::{INTERVALS, Mixture, Tilt, Trace};

/// Share of the samples of a round that are beyond its level.
const SHARE: f64 = 0.1;
/// Share of the samples with the event from which it is not rare.
const ENOUGH: f64 = 0.03;
/// Samples that are enough to fit a tilt to, where there are no more.
const FEWEST: usize = 20;
/// Rounds after which the search ends.
const ROUNDS: usize = 40;
/// Rounds in which the level may fail to rise.
const PATIENCE: usize = 8;
/// Further rounds once the event is not rare.
const POLISH: usize = 2;
/// Standard errors beyond which a group is tilted.
const SIGNIFICANT: f64 = 3.0;
/// A smaller shift gains less than it costs to follow it.
const SMALLEST: f64 = 0.04;
/// The 99.9 % quantile of chi-squared with one degree of freedom less than intervals.
const SIGNIFICANT_INTERVALS: f64 = 26.12;
/// Samples that the distribution as it is counts for in the share of each interval, so that none is empty.
const PRIOR: f64 = 8.0;
/// Steps of expectation and maximisation.
const STEPS: usize = 30;

/// Why there is no mixture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stuck {
    /// The level stopped rising: no tilt brings the samples nearer.
    Level {
        /// The level that one in ten samples reaches.
        level: f64,
        /// Rounds that were made.
        rounds: usize,
    },
    /// The sampler was interrupted.
    Interrupted,
}

/// What the search found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The mixture.
    pub mixture: Mixture,
    /// Rounds that were made.
    pub rounds: usize,
    /// Samples that were drawn.
    pub samples: usize,
}

/// The samples of a round.
pub trait Round {
    /// How near each comes to the event: infinite where it happened, else finite and larger the nearer.
    fn levels(&self) -> Vec<f64>;
    /// What some of them, by their place, used of their random numbers, which were drawn from the mixture.
    fn traces(&self, mixture: &Mixture, places: &[usize]) -> Vec<Trace>;
}

/// Searches a mixture of at most `parts` tilts, from samples that `draw` makes of a mixture and the number of a round.
///
/// # Errors
/// If the level does not rise to the event, or `draw` returns no samples.
pub fn search<R: Round>(
    start: Mixture,
    parts: usize,
    seed: u64,
    mut draw: impl FnMut(&Mixture, usize) -> Option<R>,
) -> Result<Found, Stuck> {
    let (mut mixture, mut samples) = (start, 0);
    // Mixtures and traces of the rounds in which the event was common.
    let mut kept: Vec<(Mixture, Vec<Trace>)> = Vec::new();
    let (mut best, mut most, mut since) = (f64::NEG_INFINITY, 0, 0);
    for round in 0..ROUNDS {
        let drawn = draw(&mixture, round).ok_or(Stuck::Interrupted)?;
        let levels = drawn.levels();
        samples += levels.len();
        let hits = levels.iter().filter(|level| **level == f64::INFINITY).count();
        let is_common = hits as f64 >= ENOUGH * levels.len() as f64;
        let level = if is_common { f64::INFINITY } else { level_of(&levels, best) };
        since = if level > best || hits > most { 0 } else { since + 1 };
        (best, most) = (best.max(level), most.max(hits));
        if !is_common {
            kept.clear();
        }
        let near: Vec<usize> = (0..levels.len()).filter(|&at| levels[at] >= level).collect();
        let traces = drawn.traces(&mixture, &near);
        kept.push((mixture, traces));
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed ^ round as u64);
        mixture = fit(&kept, parts, &mut random);
        if is_common && kept.len() > POLISH {
            return Ok(Found { mixture, rounds: round + 1, samples });
        }
        if since >= PATIENCE && !is_common {
            return Err(Stuck::Level { level: best, rounds: round + 1 });
        }
        if !is_common {
            kept.clear();
        }
    }
    Err(Stuck::Level { level: best, rounds: ROUNDS })
}

/// The level that one sample in ten reaches. Where that does not rise above `best`, the next that enough samples reach: what
/// gives little warning before it happens can only be learned from the few that had it.
fn level_of(levels: &[f64], best: f64) -> f64 {
    let mut levels = levels.to_vec();
    levels.sort_by(|a, b| b.total_cmp(a));
    let level = levels[(SHARE * levels.len() as f64) as usize];
    if level > best {
        return level;
    }
    let reached = levels.partition_point(|level| *level > best || *level == f64::INFINITY);
    if reached >= FEWEST { levels[reached - 1] } else { level }
}

/// A weighted trace.
type Weighted<'a> = (f64, &'a Trace);

/// The mixture that fits the traces of some rounds, as if all came from the mean of their mixtures.
fn fit(rounds: &[(Mixture, Vec<Trace>)], parts: usize, random: &mut Xoshiro256PlusPlus) -> Mixture {
    let weight = |trace: &Trace| {
        let densities = rounds.iter().map(|(mixture, _)| 1.0 / mixture.weight(trace));
        rounds.len() as f64 / densities.sum::<f64>()
    };
    let near: Vec<Weighted<'_>> =
        rounds.iter().flat_map(|(_, traces)| traces).map(|trace| (weight(trace), trace)).collect();
    let (normals, uniforms) = near.first().map_or((0, 0), |(_, trace)| (trace.normals.len(), trace.uniforms.len()));
    let mut tilts = begin(&near, parts, random);
    for _ in 0..if tilts.len() == 1 { 1 } else { STEPS } {
        let shares = responsibilities(&near, &tilts);
        tilts = (0..tilts.len()).map(|part| maximise(&near, &shares, part)).collect();
    }
    Mixture::of(tilts, normals, uniforms)
}

/// First tilts: shifts to samples far from each other (k-means++, Arthur and Vassilvitskii 2007).
fn begin(near: &[Weighted<'_>], parts: usize, random: &mut Xoshiro256PlusPlus) -> Vec<(f64, Tilt)> {
    let mut centres: Vec<(f64, Tilt)> = Vec::new();
    let mut far = vec![1.0; near.len()];
    while centres.len() < parts {
        let sums: Vec<f64> = near
            .iter()
            .zip(&far)
            .scan(0.0, |sum, ((w, _), far)| {
                *sum += w * far;
                Some(*sum)
            })
            .collect();
        let Some(&total) = sums.last().filter(|total| **total > 0.0) else { break };
        let place = sums.partition_point(|sum| *sum < random.random::<f64>() * total).min(near.len() - 1);
        let centre = of_trace(near[place].1);
        for ((_, trace), far) in near.iter().zip(&mut far) {
            let distance = distance(trace, &centre);
            *far = if centres.is_empty() { distance } else { far.min(distance) };
        }
        centres.push((1.0, centre));
    }
    centres
}

/// The tilt whose shifts are the means of a trace.
fn of_trace(trace: &Trace) -> Tilt {
    let mut tilt = Tilt::none(trace.normals.len(), trace.uniforms.len());
    for (shift, (sum, count)) in tilt.shifts.iter_mut().zip(&trace.normals) {
        *shift = if *count > 0.0 { sum / count } else { 0.0 };
    }
    tilt
}

/// Squared distance of a trace from a tilt, in standard deviations of the sums.
fn distance(trace: &Trace, tilt: &Tilt) -> f64 {
    let used = trace.normals.iter().zip(&tilt.shifts).filter(|((_, count), _)| *count > 0.0);
    used.map(|((sum, count), shift)| (sum - shift * count).powi(2) / count).sum()
}

/// The weight of each sample for each part: its weight times the probability that it comes from the part.
fn responsibilities(near: &[Weighted<'_>], tilts: &[(f64, Tilt)]) -> Vec<Vec<f64>> {
    let of_one = |(weight, trace): &Weighted<'_>| -> Vec<f64> {
        if tilts.len() == 1 {
            return vec![*weight];
        }
        let logs: Vec<f64> = tilts.iter().map(|(share, tilt)| share.ln() + tilt.log_ratio(trace)).collect();
        let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = logs.iter().map(|log| (log - top).exp()).sum();
        logs.iter().map(|log| weight * (log - top).exp() / sum).collect()
    };
    near.iter().map(of_one).collect()
}

/// The share and the tilt of a part by maximum likelihood.
fn maximise(near: &[Weighted<'_>], shares: &[Vec<f64>], part: usize) -> (f64, Tilt) {
    let first = near[0].1;
    let mut sums = vec![(0.0, 0.0); first.normals.len()];
    let mut intervals = vec![[0.0; INTERVALS]; first.uniforms.len()];
    let (mut total, mut squares) = (0.0, 0.0);
    for ((_, trace), shares) in near.iter().zip(shares) {
        let share = shares[part];
        total += share;
        squares += share * share;
        for (sum, one) in sums.iter_mut().zip(&trace.normals) {
            sum.0 += share * one.0;
            sum.1 += share * one.1;
        }
        for (sum, one) in intervals.iter_mut().zip(&trace.uniforms) {
            (0..INTERVALS).for_each(|k| sum[k] += share * one[k]);
        }
    }
    if total <= 0.0 {
        return (f64::MIN_POSITIVE, Tilt::none(sums.len(), intervals.len()));
    }
    // Numbers per unit of weight: the sample is worth as many as equally weighted ones with its variance.
    let worth = total / squares;
    let shifts = sums.iter().map(|&(sum, count)| shift(sum, count, worth)).collect();
    let intervals = intervals.iter().map(|counts| probabilities(counts, worth)).collect();
    (total, Tilt { shifts, intervals })
}

/// The shift of a group, 0 if it is not significant; rounded, so that the last bit of a sum decides nothing.
fn shift(sum: f64, count: f64, worth: f64) -> f64 {
    if count <= 0.0 {
        return 0.0;
    }
    let shift = sum / count;
    let is_seen = shift * shift * count * worth > SIGNIFICANT * SIGNIFICANT;
    if is_seen && shift.abs() >= SMALLEST { (1024.0 * shift).round() / 1024.0 } else { 0.0 }
}

/// The probabilities of the intervals of a group, as they are if they do not differ significantly.
fn probabilities(counts: &[f64; INTERVALS], worth: f64) -> [f64; INTERVALS] {
    let plain = Tilt::none(0, 1).intervals[0];
    let total: f64 = worth * counts.iter().sum::<f64>();
    let chi_squared: f64 =
        (0..INTERVALS).map(|k| (worth * counts[k] - total * plain[k]).powi(2) / (total * plain[k])).sum();
    if total <= 0.0 || chi_squared <= SIGNIFICANT_INTERVALS {
        return plain;
    }
    std::array::from_fn(|k| (worth * counts[k] + PRIOR * plain[k]) / (total + PRIOR))
}
