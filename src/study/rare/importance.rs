//! The first route: importance sampling.

use std::ops::Range;

use rayon::prelude::*;

use super::event::Sight;
use super::found::{Driver, Importance, Tilted};
use super::paths::{Paths, Task};
use crate::engine::{Of, Sampler, Slots, Tilting};
use crate::simulate::simulate_some;
use crate::stats::rare::{BLOCK, Found, Mixture, Round, Stuck, Tilt, Trace, Weights, search};
use crate::stats::{Moments, Nested, band_of_means, nested_mean, on_log_scale};
use crate::study::error::StudyError;

/// Paths of a round of the search, at least.
const SEARCHED: usize = 12_800;
/// Rounds of the search that progress expects.
const ROUNDS: u64 = 6;
/// Parts in which the paths are taken, each of all draws, so that what is finished can be kept.
const PARTS: u64 = 8;
/// Tilts beside none.
const TILTS: usize = 2;
/// Share of plain paths with the event from which it is not rare.
const COMMON: f64 = 0.1;

/// A round of the search.
struct Searched<'a> {
    sights: Vec<Sight>,
    /// Where the random numbers of each path are.
    of: Vec<Of>,
    slots: &'a Slots,
    months: usize,
}

impl Round for Searched<'_> {
    fn levels(&self) -> Vec<f64> {
        self.sights.iter().map(|sight| sight.level).collect()
    }

    fn traces(&self, mixture: &Mixture, places: &[usize]) -> Vec<Trace> {
        let tilting = Tilting::new(self.slots, mixture, self.months);
        let trace = |&at: &usize| tilting.trace(self.of[at], self.sights[at].stop, true);
        places.par_iter().map(trace).collect()
    }
}

impl Paths<'_> {
    /// The mixture under which the event is common; `paths` more are expected after the search.
    ///
    /// # Errors
    /// If the event is not rare, or never reached, or the search is interrupted.
    pub(super) fn search(&self, paths: u64) -> Result<Found, StudyError> {
        let draws = self.worlds.len();
        let (normals, uniforms) = Tilting::groups(&self.worlds[0].slots, self.months());
        let per_draw = SEARCHED.div_ceil(draws).next_multiple_of(BLOCK) as u64;
        let expected = ROUNDS * per_draw * draws as u64 + paths;
        let mut common = None;
        let found = search(Mixture::none(normals, uniforms), TILTS, self.seed("search", 0), |mixture, round| {
            let seed = self.seed("search", 1 + round);
            let tasks = self.of_all_draws(&(0..per_draw));
            let sights = self.take(tasks.clone(), expected, |draw, range| self.sights(mixture, seed, draw, range))?;
            let hits = sights.iter().flatten().filter(|sight| sight.level == f64::INFINITY).count();
            let paths = (per_draw * draws as u64) as usize;
            if round == 0 && hits as f64 > COMMON * paths as f64 {
                common = Some((hits, paths));
                return None;
            }
            let of_task = |(draw, range): Task| range.map(move |path| (seed, draw, path as u32));
            Some(Searched {
                sights: sights.concat(),
                of: tasks.into_iter().flat_map(of_task).collect(),
                slots: &self.worlds[0].slots,
                months: self.months(),
            })
        });
        if let Some((hits, paths)) = common {
            return Err(StudyError::Refused(self.event.is_common(hits, paths)));
        }
        found.map_err(|stuck| match stuck {
            Stuck::Interrupted => StudyError::Interrupted,
            Stuck::Level { rounds, .. } => self.never_reached(rounds),
        })
    }

    fn never_reached(&self, rounds: usize) -> StudyError {
        StudyError::Refused(self.event.is_never_reached(rounds, self.done()))
    }

    fn months(&self) -> usize {
        self.worlds[0].timeline.months
    }

    /// Paths under a mixture, as the search sees them.
    fn sights(&self, mixture: &Mixture, seed: u64, draw: u32, range: Range<u64>) -> Vec<Sight> {
        let world = &self.worlds[draw as usize];
        let tilting = Tilting::new(&world.slots, mixture, self.months());
        let paths = (range.end - range.start) as usize;
        let chunk = simulate_some(world, Sampler::Tilted { tilting, seed }, draw, range);
        (0..paths).map(|at| self.event.see(&chunk, at)).collect()
    }

    /// The estimate from about this many paths under the mixture that was found.
    ///
    /// # Errors
    /// If it is interrupted before a part is finished, or no path has the event.
    pub(super) fn importance(&self, found: &Found, paths: u64) -> Result<Importance, StudyError> {
        let draws = self.worlds.len();
        let block = (draws * BLOCK) as u64;
        let per_draw = paths.div_ceil(block).max(2);
        let expected = self.done() + per_draw * block;
        let part = per_draw.div_ceil(PARTS).max(2);
        let (seed, mixture) = (self.seed("importance", 0), &found.mixture);
        let take = |draw, range| (draw, self.weights(mixture, seed, draw, range));
        let mut of_draws = vec![Weights::default(); draws];
        let mut made = 0;
        while made < per_draw {
            let next = if per_draw - made < 2 * part { per_draw } else { made + part };
            let tasks = self.of_all_draws(&(made * BLOCK as u64..next * BLOCK as u64));
            let Some(taken) = self.take(tasks, expected, take) else { break };
            for (draw, weights) in &taken {
                of_draws[*draw as usize].merge(weights);
            }
            made = next;
        }
        let moments: Vec<Moments> = of_draws.iter().map(|weights| *weights.blocks()).collect();
        let nested = nested_mean(&moments).filter(|_| made > 0).ok_or(StudyError::Interrupted)?;
        let mut all = Weights::default();
        for weights in &of_draws {
            all.merge(weights);
        }
        if all.hits() == 0 {
            return Err(self.never_reached(found.rounds));
        }
        Ok(self.told(found, (&nested, &moments), &all, made * block))
    }

    fn told(&self, found: &Found, (nested, moments): (&Nested, &[Moments]), all: &Weights, paths: u64) -> Importance {
        let means = || moments.iter().filter_map(Moments::mean);
        Importance {
            probability: on_log_scale(nested.total, 0.0),
            of_paths: on_log_scale(nested.monte_carlo, 0.0),
            band: (moments.len() > 1).then(|| band_of_means(moments, nested, true)).flatten(),
            paths,
            hits: all.hits() as u64,
            effective: all.effective(),
            largest: all.largest_share(),
            largest_draw: means().fold(0.0, f64::max) / means().sum::<f64>(),
            shape: all.shape(),
            rounds: found.rounds,
            searched: found.samples as u64,
            drivers: self.drivers(&found.mixture),
        }
    }

    /// The weights of some blocks of paths of a draw.
    fn weights(&self, mixture: &Mixture, seed: u64, draw: u32, range: Range<u64>) -> Weights {
        let world = &self.worlds[draw as usize];
        let tilting = Tilting::new(&world.slots, mixture, self.months());
        let chunk = simulate_some(world, Sampler::Tilted { tilting, seed }, draw, range.clone());
        let weight = |(at, path): (usize, u64)| {
            let stop = self.event.happened(&chunk, at)?;
            Some(mixture.weight(&tilting.trace((seed, draw, path as u32), stop, false)))
        };
        let of_paths: Vec<Option<f64>> = range.enumerate().map(weight).collect();
        let mut weights = Weights::default();
        of_paths.chunks(BLOCK).for_each(|block| weights.add(&block.iter().copied().flatten().collect::<Vec<f64>>()));
        weights
    }

    /// What a mixture tilts, averaged over its tilts; the strongest first.
    fn drivers(&self, mixture: &Mixture) -> Vec<Driver> {
        /// Months over which the tilts of an event and of a process are compared.
        const MONTHS: f64 = 12.0;
        let (world, months) = (&self.worlds[0], self.months());
        let (normals, uniforms) = Tilting::groups(&world.slots, months);
        let year = |years: usize| world.timeline.month(12 * years as i32).year();
        let tilted: f64 = mixture.parts().skip(1).map(|(share, _)| share).sum();
        let mean = |of: &dyn Fn(&Tilt) -> f64| {
            mixture.parts().skip(1).map(|(share, tilt)| share * of(tilt)).sum::<f64>() / tilted
        };
        let shifted = (0..normals).filter(|&group| mixture.shifts(group)).map(|group| {
            let (process, at) = Tilting::normal_group(&world.slots, months, group);
            let shift = mean(&|tilt| tilt.shifts[group]);
            (shift.abs(), process, Some(year(at)), Tilted::Shift(shift))
        });
        let bent = (0..uniforms).filter(|&group| mixture.bends(group)).map(|group| {
            let (process, at) = Tilting::uniform_group(&world.slots, months, group);
            let factor = mean(&|tilt| tilt.hazard_factor(group));
            (factor.ln().abs() / MONTHS, process, at.map(year), Tilted::Hazard(factor))
        });
        let mut all: Vec<_> = shifted.chain(bent).collect();
        all.sort_by(|a, b| b.0.total_cmp(&a.0));
        all.into_iter().map(|(_, process, year, tilt)| Driver { process: process.to_owned(), year, tilt }).collect()
    }
}
