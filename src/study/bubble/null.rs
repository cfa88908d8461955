//! The null hypothesis: statistics of simulated random walks, the critical values and p-values that follow, each with
//! the error of the simulation.

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::dating::{Episode, Shape, episodes};
use crate::engine::Progress;
use crate::random::{Address, Layer, Purpose, StreamId, normals4, words};
use crate::stats::{Estimate, Explosive, Hits, Sorted, explosive, simulated_p_value, wilson};
use crate::study::{Conduct, StudyError};

/// Levels at which critical values are reported.
pub const LEVELS: [f64; 3] = [0.90, 0.95, 0.99];

/// The level at which episodes are dated and simulated paths are tested.
pub const LEVEL: f64 = 0.95;

/// The three statistics of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The t statistic over the whole series.
    Adf,
    /// The largest over windows that begin with the series.
    Sadf,
    /// The largest over all windows.
    Gsadf,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Adf, Self::Sadf, Self::Gsadf];

    /// Its name in the literature.
    pub fn name(self) -> &'static str {
        match self {
            Self::Adf => "ADF",
            Self::Sadf => "SADF",
            Self::Gsadf => "GSADF",
        }
    }

    /// That of a series.
    pub fn of(self, statistics: &Explosive) -> f64 {
        match self {
            Self::Adf => statistics.adf,
            Self::Sadf => statistics.sadf,
            Self::Gsadf => statistics.gsadf,
        }
    }
}

/// A statistic beside its distribution under the null hypothesis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Test {
    /// Which statistic.
    pub kind: Kind,
    /// Its value.
    pub value: f64,
    /// The probability that a random walk has one at least as large.
    pub p_value: Estimate,
    /// Critical values at [`LEVELS`].
    pub critical: [Estimate; 3],
}

/// The statistics of simulated random walks with standard normal steps.
#[derive(Clone, Debug)]
pub struct Null {
    /// The series that they resemble.
    pub shape: Shape,
    /// Whether the simulation was ended early.
    pub interrupted: bool,
    seed: u64,
    /// The statistics of each walk, with its number.
    walks: Vec<(u32, Explosive)>,
}

impl Null {
    /// Simulates `count` random walks of a shape. A walk depends on the seed and its own number only, so the result has
    /// the same bits on any number of threads.
    ///
    /// # Errors
    /// [`StudyError::Interrupted`] if it is ended before a hundred are finished.
    pub fn simulate(shape: Shape, seed: u64, count: u64, conduct: Conduct<'_>) -> Result<Self, StudyError> {
        let done = AtomicU64::new(0);
        let of = |number: u64| {
            if conduct.interrupt.is_raised() {
                return None;
            }
            let found = explosive(&random_walk(seed, number as u32, shape.observations), shape.window, shape.lags);
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            if done.is_multiple_of(TOLD) {
                (conduct.progress)(Progress { done, paths: count });
            }
            Some((number as u32, found?))
        };
        let walks: Vec<(u32, Explosive)> = (0..count).into_par_iter().filter_map(of).collect();
        let finished = walks.len() as u64;
        if finished < FEWEST {
            return Err(StudyError::Interrupted);
        }
        Ok(Self { shape, interrupted: finished < count, seed, walks })
    }

    /// How many random walks there are.
    pub fn walks(&self) -> usize {
        self.walks.len()
    }

    /// A number of each walk, in order.
    fn sorted(&self, of: impl Fn(&Explosive) -> f64) -> Option<Sorted> {
        Sorted::new(self.walks.iter().map(|(_, walk)| of(walk)).collect())
    }

    /// A statistic beside those of the random walks.
    pub fn test(&self, kind: Kind, value: f64) -> Option<Test> {
        let all = self.sorted(|walk| kind.of(walk))?;
        let below = all.as_slice().partition_point(|&walk| walk < value);
        let hits = Hits { hits: (self.walks.len() - below) as u64, trials: self.walks.len() as u64 };
        let critical = LEVELS.map(|level| all.quantile(level));
        Some(Test { kind, value, p_value: simulated_p_value(hits)?, critical })
    }

    /// The critical value of a statistic at [`LEVEL`].
    pub fn critical(&self, kind: Kind) -> Option<Estimate> {
        Some(self.sorted(|walk| kind.of(walk))?.quantile(LEVEL))
    }

    /// The critical values at [`LEVEL`] of BSADF, one for each of its observations: the quantiles of BSADF of a random
    /// walk at that observation.
    pub fn critical_backward(&self) -> Vec<Estimate> {
        let count = self.walks.first().map_or(0, |(_, walk)| walk.backward.len());
        let at = |place: usize| Some(self.sorted(|walk| walk.backward[place])?.quantile(LEVEL));
        (0..count).into_par_iter().filter_map(at).collect()
    }

    /// The share of random walks on which an episode with this property is dated: the false alarms of dating without a
    /// test before it.
    pub fn false_alarms(&self, critical: &[f64], counts: impl Fn(&Episode) -> bool + Sync) -> Option<Estimate> {
        let is_dated = |(number, walk): &&(u32, Explosive)| {
            let series = random_walk(self.seed, *number, self.shape.observations);
            episodes(&series, &walk.backward, critical, self.shape).iter().any(&counts)
        };
        let hits = self.walks.par_iter().filter(is_dated).count() as u64;
        wilson(Hits { hits, trials: self.walks.len() as u64 })
    }
}

/// A simulation that was ended with fewer random walks tells nothing of the tail.
const FEWEST: u64 = 100;

/// Progress is told after so many walks.
const TOLD: u64 = 50;

/// The random walk of this number: sums of standard normals of an address of its own.
fn random_walk(seed: u64, number: u32, observations: usize) -> Vec<f64> {
    let stream = StreamId::of("bubble.random_walk");
    let address = Address { seed, layer: Layer::Aleatory, draw: 0, path: number, stream };
    let blocks = 0..observations.div_ceil(4) as u32;
    let steps = blocks.flat_map(|block| normals4(words(address, Purpose::Normals, block)));
    let walk = steps.scan(0.0, |level, step| {
        *level += step;
        Some(*level)
    });
    walk.take(observations).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Interrupt;

    fn simulated(observations: usize, lags: usize, count: u64) -> Null {
        let conduct = Conduct { threads: 0, interrupt: &Interrupt::new(), progress: &|_| {} };
        Null::simulate(Shape::of(observations, lags), 2026, count, conduct).unwrap()
    }

    #[test]
    fn critical_values_agree_with_long_simulations_and_with_the_shipped_ones() {
        // T = 100, window 19, no lags: 400,000 runs of an independent program (±0.005), and the 2,000 runs that exuber
        // 1.0 ships, whose intervals are sqrt(8) times as wide as ours of 16,000. The intervals of order statistics
        // hold 95 %: doubled about the value, a false alarm of 9e-5 each, and 1.7e-3 for the 18 of both together.
        let long = [[-0.4266, -0.0654, 0.6325], [0.9679, 1.2769, 1.8836], [1.6527, 1.9497, 2.5784]];
        let shipped = [[-0.4127, -0.0812, 0.6521], [0.9879, 1.2946, 1.9157], [1.7099, 1.9741, 2.5708]];
        let null = simulated(100, 0, 16_000);
        for ((kind, long), shipped) in Kind::ALL.into_iter().zip(long).zip(shipped) {
            let critical = null.test(kind, 0.0).unwrap().critical;
            for ((found, long), shipped) in critical.iter().zip(long).zip(shipped) {
                let half = 0.5 * (found.high() - found.low());
                let name = kind.name();
                assert!((found.value() - long).abs() < 2.0 * half.hypot(0.005), "{name} {found:?} {long}");
                assert!((found.value() - shipped).abs() < 2.0 * half * 3.0, "{name} {found:?} {shipped}");
            }
        }
    }

    #[test]
    fn the_test_errs_as_often_as_its_level_says() {
        // The 95 % critical value of 8,000 walks against 4,000 others: 5 % ± 4 standard errors of both, false alarm
        // 6e-5.
        for lags in [0, 1] {
            let (null, shape) = (simulated(60, lags, 8_000), Shape::of(60, lags));
            let critical = null.critical(Kind::Gsadf).unwrap().value();
            let rejected = (0..4_000).filter(|&number| {
                let found = explosive(&random_walk(1, number, 60), shape.window, lags).unwrap();
                found.gsadf > critical
            });
            let share = rejected.count() as f64 / 4_000.0;
            let error = (0.05 * 0.95 * (1.0 / 4_000.0 + 1.0 / 8_000.0_f64)).sqrt();
            assert!((share - 0.05).abs() < 4.0 * error, "{lags} lags: {share}");
        }
    }

    #[test]
    fn p_values_count_the_walks_that_are_as_large() {
        let null = simulated(40, 0, 500);
        let sorted = null.sorted(|walk| walk.gsadf).unwrap();
        let largest = *sorted.as_slice().last().unwrap();
        let p = |value| null.test(Kind::Gsadf, value).unwrap().p_value.value();
        assert!((p(largest) - 2.0 / 501.0).abs() < 1e-12 && (p(largest + 1.0) - 1.0 / 501.0).abs() < 1e-12);
        assert!((p(-1e9) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn threads_change_no_bit() {
        let of = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| simulated(40, 0, 600).walks)
        };
        assert_eq!(of(1), of(3));
    }

    #[test]
    fn what_is_ended_at_once_reports_nothing() {
        let interrupt = Interrupt::new();
        interrupt.raise();
        let conduct = Conduct { threads: 0, interrupt: &interrupt, progress: &|_| {} };
        let ended = Null::simulate(Shape::of(40, 0), 1, 1_000, conduct);
        assert!(matches!(ended, Err(StudyError::Interrupted)));
    }
}
