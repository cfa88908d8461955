//! Adaptive multilevel splitting: paths that come near to an event are continued several times, those that do not are ended.
//!
//! Cérou and Guyader, "Adaptive multilevel splitting for rare event analysis", Stochastic Analysis and Applications 25
//! (2007), in the form for discrete time of Bréhier, Gazeau, Goudenège, Lelièvre and Rousset, "Unbiasedness of some
//! generalized adaptive multilevel splitting algorithms", Annals of Applied Probability 26 (2016): all paths at or below the
//! level end, each is replaced by a path that follows a survivor until it first exceeds the level, and the estimate is
//! unbiased whatever the measure of distress. Here the level is the median, so that many paths are simulated together.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

/// Rounds after which a replicate ends without the event: a probability below 1e-30.
const ROUNDS: usize = 100;

/// A path to simulate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The independent replicate to which it belongs.
    pub replicate: usize,
    /// Its place among the paths of the replicate; the path that was there is ended.
    pub place: usize,
    /// The place of the path that it follows, and the first month in which it does not; none for a new path.
    pub from: Option<(usize, usize)>,
}

/// What came of splitting.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// The estimate of each replicate; 0 where no path reached the event.
    pub estimates: Vec<f64>,
    /// Paths that were simulated.
    pub paths: u64,
    /// The largest number of rounds of a replicate.
    pub rounds: usize,
}

/// One replicate on its way.
struct Replicate {
    /// Of each path the largest level so far, by month.
    levels: Vec<Vec<f64>>,
    /// The share of paths that went on, over all rounds so far.
    factor: f64,
    random: Xoshiro256PlusPlus,
    estimate: Option<f64>,
}

/// Splits this many replicates of this many paths. `simulate` gives, for each branch, the largest level so far by month,
/// infinite from the event on; `None` ends all.
pub fn split(
    (replicates, paths): (usize, usize),
    seed: u64,
    mut simulate: impl FnMut(&[Branch]) -> Option<Vec<Vec<f64>>>,
) -> Option<Split> {
    let new = |number: usize| Replicate {
        levels: vec![Vec::new(); paths],
        factor: 1.0,
        random: Xoshiro256PlusPlus::seed_from_u64(seed ^ (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        estimate: None,
    };
    let mut all: Vec<Replicate> = (0..replicates).map(new).collect();
    let first = |replicate: usize| (0..paths).map(move |place| Branch { replicate, place, from: None });
    let mut branches: Vec<Branch> = (0..replicates).flat_map(first).collect();
    let (mut simulated, mut rounds) = (0, 0);
    while !branches.is_empty() {
        simulated += branches.len() as u64;
        for (branch, levels) in branches.iter().zip(simulate(&branches)?) {
            all[branch.replicate].levels[branch.place] = levels;
        }
        rounds += 1;
        let next = |(number, replicate): (usize, &mut Replicate)| replicate.advance(number, rounds);
        branches = all.iter_mut().enumerate().flat_map(next).collect();
    }
    let estimates = all.iter().map(|replicate| replicate.estimate.unwrap_or(0.0)).collect();
    Some(Split { estimates, paths: simulated, rounds })
}

impl Replicate {
    /// Ends the paths at or below the median, and gives those that replace them; none once there is an estimate.
    fn advance(&mut self, number: usize, rounds: usize) -> Vec<Branch> {
        if self.estimate.is_some() {
            return Vec::new();
        }
        let paths = self.levels.len();
        let last = |levels: &Vec<f64>| levels.last().copied().unwrap_or(f64::NEG_INFINITY);
        let mut reached: Vec<f64> = self.levels.iter().map(last).collect();
        let level = *reached.clone().select_nth_unstable_by((paths - 1) / 2, f64::total_cmp).1;
        if level == f64::INFINITY {
            let hits = reached.iter().filter(|reached| **reached == f64::INFINITY).count();
            self.estimate = Some(self.factor * hits as f64 / paths as f64);
            return Vec::new();
        }
        let survivors: Vec<usize> = (0..paths).filter(|&place| reached[place] > level).collect();
        if survivors.is_empty() || rounds >= ROUNDS {
            self.estimate = Some(0.0);
            return Vec::new();
        }
        self.factor *= survivors.len() as f64 / paths as f64;
        reached
            .iter_mut()
            .enumerate()
            .filter(|(_, reached)| **reached <= level)
            .map(|(place, _)| {
                let parent = survivors[self.random.random_range(0..survivors.len())];
                let from = self.levels[parent].partition_point(|reached| *reached <= level) + 1;
                Branch { replicate: number, place, from: Some((parent, from)) }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Moments;

    const MONTHS: usize = 60;

    /// The probability that a walk of steps of 1 up or down, by halves, reaches `height` within the months: reflection.
    fn exact(height: i32) -> f64 {
        let binomial = statrs::distribution::Binomial::new(0.5, MONTHS as u64).unwrap();
        let at_least = |n: i32| -> f64 {
            use statrs::distribution::Discrete;
            (0..=MONTHS as u64).filter(|&ups| 2 * ups as i32 - MONTHS as i32 >= n).map(|ups| binomial.pmf(ups)).sum()
        };
        at_least(height) + at_least(height + 1)
    }

    /// The estimates of walks, whose steps are kept; with `sees` only every so manieth height is told.
    fn walks(height: i32, sees: i32, seed: u64) -> Split {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut steps = vec![vec![Vec::<i32>::new(); 100]; 100];
        split((100, 100), seed, |branches| {
            let mut one = |branch: &Branch| {
                let mut path: Vec<i32> = branch.from.map_or_else(Vec::new, |(parent, from)| {
                    steps[branch.replicate][parent][..from.min(MONTHS)].to_vec()
                });
                while path.len() < MONTHS {
                    path.push(if random.random::<bool>() { 1 } else { -1 });
                }
                let reached = path
                    .iter()
                    .scan((0, i32::MIN), |(at, most), step| {
                        *at += step;
                        *most = (*at).max(*most);
                        Some(if *most >= height { f64::INFINITY } else { f64::from(*most / sees) })
                    })
                    .collect();
                steps[branch.replicate][branch.place] = path;
                reached
            };
            Some(branches.iter().map(&mut one).collect())
        })
        .unwrap()
    }

    #[test]
    fn the_probability_that_a_walk_reaches_a_height_is_that_of_the_reflection_principle() {
        // 100 replicates of 100 walks; |z| < 4.4 with Student's 99 degrees of freedom: false alarm 3e-5 each, seeds fixed.
        // A level that tells only every third height gives the same probability with a larger error.
        for (height, sees, seed) in [(20, 1, 11), (28, 1, 12), (32, 1, 13), (28, 3, 14)] {
            let split = walks(height, sees, seed);
            let estimates: Moments = split.estimates.iter().copied().collect();
            let (mean, error) = (estimates.mean().unwrap(), estimates.standard_error().unwrap());
            assert!((mean - exact(height)).abs() < 4.4 * error, "{height}: {mean} {error} {}", exact(height));
            assert!(error < 0.25 * mean, "{height}: {mean} {error}");
        }
    }

    #[test]
    fn what_no_walk_reaches_has_the_estimate_zero() {
        assert!(walks(61, 1, 15).estimates.iter().all(|&estimate| estimate == 0.0));
    }
}
