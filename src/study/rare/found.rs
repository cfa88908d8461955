//! What is found about a rare event, and how far it can be relied on.

use super::event::Event;
use crate::stats::{Band, Estimate};

/// The probability of a rare event by two routes.
#[derive(Clone, Debug)]
pub struct Rare {
    /// The event.
    pub event: Event,
    /// By importance sampling.
    pub importance: Importance,
    /// By splitting; none where the study was interrupted before.
    pub splitting: Option<Splitting>,
    /// Parameter draws.
    pub draws: u32,
    /// Whether it was interrupted; what is there is finished.
    pub interrupted: bool,
}

/// The probability by importance sampling.
#[derive(Clone, Debug)]
pub struct Importance {
    /// With the error of paths and draws, as in a run.
    pub probability: Estimate,
    /// The same with the error of the paths of these draws alone.
    pub of_paths: Estimate,
    /// Over the draws; none for a single one.
    pub band: Option<Band>,
    /// Paths.
    pub paths: u64,
    /// Paths with the event.
    pub hits: u64,
    /// Effective sample size of the weights: equal weights with the same relative error.
    pub effective: f64,
    /// Share of the largest weight in the estimate.
    pub largest: f64,
    /// Share of the draw with the highest probability in the estimate.
    pub largest_draw: f64,
    /// Shape of the tail of the weights; none with too few weights.
    pub shape: Option<f64>,
    /// Rounds of the search.
    pub rounds: usize,
    /// Paths of the search.
    pub searched: u64,
    /// What was tilted, the most first.
    pub drivers: Vec<Driver>,
}

/// A process in a year whose random numbers were tilted.
#[derive(Clone, Debug, PartialEq)]
pub struct Driver {
    /// The process.
    pub process: String,
    /// The calendar year in which its twelve months begin; none for what is drawn once per path.
    pub year: Option<i32>,
    /// How.
    pub tilt: Tilted,
}

/// How random numbers were tilted, on average over the tilts of a mixture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tilted {
    /// Normals were shifted by so many standard deviations a month.
    Shift(f64),
    /// Uniforms below 0.03 are so many times as likely: a small hazard is multiplied by about this.
    Hazard(f64),
}

/// The probability by splitting.
#[derive(Clone, Debug)]
pub struct Splitting {
    /// With the error over the replicates, all of the same draws.
    pub probability: Estimate,
    /// Independent replicates.
    pub replicates: usize,
    /// Replicates in which no path reached the event.
    pub missed: usize,
    /// Paths in all.
    pub paths: u64,
    /// Rounds.
    pub rounds: usize,
}

/// How far the probability can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Both routes agree, and neither has a warning.
    Agree,
    /// They differ by more than three standard errors.
    Disagree,
    /// A few paths dominate the weights.
    Weights,
    /// The standard error of a route is over half of its number.
    Imprecise,
    /// Only one route was finished.
    OneRoute,
}

impl Verdict {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Disagree => "disagree",
            Self::Weights => "weights",
            Self::Imprecise => "imprecise",
            Self::OneRoute => "one_route",
        }
    }
}

/// Standard error over value; infinite where there is none.
pub fn relative(estimate: &Estimate) -> f64 {
    let error = estimate.standard_error().filter(|_| estimate.value() > 0.0);
    error.map_or(f64::INFINITY, |error| error / estimate.value())
}

impl Importance {
    /// Whether the weights can be trusted: many count, and their tail is not heavy.
    pub fn is_trusted(&self) -> bool {
        self.effective >= 100.0 && self.shape.is_none_or(|shape| shape < 0.7)
    }
}

impl Rare {
    /// The second route less the first, in standard errors.
    pub fn distance(&self) -> Option<f64> {
        let (one, other) = (&self.importance.of_paths, &self.splitting.as_ref()?.probability);
        let variance = one.standard_error()?.powi(2) + other.standard_error()?.powi(2);
        Some((other.value() - one.value()) / variance.sqrt())
    }

    /// How far it can be relied on.
    pub fn verdict(&self) -> Verdict {
        let Some(splitting) = &self.splitting else { return Verdict::OneRoute };
        if self.distance().is_some_and(|distance| distance.abs() > 3.0) {
            Verdict::Disagree
        } else if !self.importance.is_trusted() {
            Verdict::Weights
        } else if relative(&self.importance.of_paths).max(relative(&splitting.probability)) > 0.5 {
            Verdict::Imprecise
        } else {
            Verdict::Agree
        }
    }
}
