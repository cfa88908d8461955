//! Rates: events over the time at risk, and the ratio of two of them on the same paths.

use super::estimate::{Caveat, Estimate, FEW};
use super::pareto::on_log_scale;
use super::sample::linearised;
use std::ops::Range;

/// For each path, whether the event happened while it was at risk (1 or 0), and its time at risk.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AtRisk {
    /// 1 or 0.
    pub events: Vec<f64>,
    /// In any unit of time.
    pub time: Vec<f64>,
}

impl AtRisk {
    /// Adds a path.
    pub fn add(&mut self, happened: bool, time: f64) {
        self.events.push(f64::from(u8::from(happened)));
        self.time.push(time);
    }

    /// How many events were seen.
    pub fn seen(&self) -> f64 {
        self.events.iter().sum()
    }

    /// Time at risk in all.
    pub fn exposure(&self) -> f64 {
        self.time.iter().sum()
    }

    /// Events per unit of time: their ratio, with paths or draws as clusters, its interval symmetric in the logarithm. None
    /// without events.
    ///
    /// The maximum of the likelihood of a constant hazard (Kalbfleisch and Prentice, "The Statistical Analysis of Failure Time
    /// Data", 2nd ed., 2002, section 3.2); the error does not rest on that.
    pub fn rate(&self, draws: &[Range<usize>]) -> Option<Estimate> {
        let rate = self.seen() / self.exposure();
        let influence: Vec<f64> = self.relative().map(|part| rate * part).collect();
        let estimate = linearised(rate, &influence, draws).filter(|_| rate > 0.0)?;
        Some(on_log_scale(self.with_caveat(estimate), 0.0))
    }

    /// This rate over that of `other` on the same paths; None where either has no event.
    pub fn ratio_to(&self, other: &Self, draws: &[Range<usize>]) -> Option<Estimate> {
        let ratio = self.seen() / self.exposure() / (other.seen() / other.exposure());
        let influence: Vec<f64> = self.relative().zip(other.relative()).map(|(a, b)| ratio * (a - b)).collect();
        let known = ratio.is_finite() && ratio > 0.0;
        let estimate = linearised(ratio, &influence, draws).filter(|_| known)?;
        Some(on_log_scale(self.with_caveat(other.with_caveat(estimate)), 0.0))
    }

    /// By how much each path moves the logarithm of the rate, times the number of paths.
    fn relative(&self) -> impl Iterator<Item = f64> {
        let (paths, seen, exposure) = (self.events.len() as f64, self.seen(), self.exposure());
        self.events.iter().zip(&self.time).map(move |(event, time)| paths * (event / seen - time / exposure))
    }

    fn with_caveat(&self, estimate: Estimate) -> Estimate {
        let hits = self.seen() as u64;
        Estimate { caveat: estimate.caveat.or((hits < FEW).then_some(Caveat::FewHits { hits })), ..estimate }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::Xoshiro256PlusPlus;
    use rand_distr::{Distribution, Exp1, StandardNormal};

    #[test]
    fn four_paths_by_hand() {
        // Two events in ten years; influences 4 (e/2 - t/10) of 0.8, 1.2, -0.8, -1.2: the variance of their mean is
        // (0.64 + 1.44) 2 / 3 / 4 = 0.34667, so that the error of the rate is 0.2 sqrt(0.34667).
        let mut paths = AtRisk::default();
        for (happened, time) in [(true, 3.0), (true, 2.0), (false, 2.0), (false, 3.0)] {
            paths.add(happened, time);
        }
        let rate = paths.rate(&[]).unwrap();
        assert!((rate.value() - 0.2).abs() < 1e-12);
        assert!((rate.standard_error().unwrap() - 0.2 * (4.16_f64 / 12.0).sqrt()).abs() < 1e-12, "{rate:?}");
        assert_eq!(rate.caveat(), Some(Caveat::FewReplicates { replicates: 4 }));
        let mut none = AtRisk::default();
        (0..4).for_each(|_| none.add(false, 1.0));
        assert_eq!((none.rate(&[]), paths.ratio_to(&none, &[]), none.ratio_to(&paths, &[])), (None, None, None));
    }

    #[test]
    fn rates_and_their_ratio_cover_for_paths_and_for_draws() {
        // 1000 repeats of 40 draws by 50 paths that are at risk for a year at 0.1, then for two at 0.3, both times the
        // exponential of the normal of the draw: means exp(0.08) 0.1 and 0.3. A path leaves at its event, so that draws with
        // high rates are at risk for less. As paths: no normal. 0.92 is claimed; 4 sigmas 0.034, false alarm 6e-5, seed fixed.
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(17);
        let draws: Vec<Range<usize>> = (0..40).map(|draw| 50 * draw..50 * (draw + 1)).collect();
        let mut covered = [[0_u32; 3]; 2];
        for _ in 0..1000 {
            for (which, (spread, draws)) in [(0.0, &[][..]), (0.4, &draws[..])].into_iter().enumerate() {
                let (mut early, mut late) = (AtRisk::default(), AtRisk::default());
                for _ in 0..40 {
                    let z: f64 = StandardNormal.sample(&mut rng);
                    for _ in 0..50 {
                        let mut hazard = |rate: f64, most: f64| -> (bool, f64) {
                            let wait: f64 = Exp1.sample(&mut rng);
                            let at = wait / (rate * (spread * z).exp());
                            (at < most, at.min(most))
                        };
                        let first = hazard(0.1, 1.0);
                        early.add(first.0, first.1);
                        let second = if first.0 { (false, 0.0) } else { hazard(0.3, 2.0) };
                        late.add(second.0, second.1);
                    }
                }
                // Of draws the truth is that of a run without end, here by a fine sum over the normal.
                let truth = truth(spread);
                let found = [early.rate(draws), late.rate(draws), late.ratio_to(&early, draws)];
                for ((count, estimate), truth) in covered[which].iter_mut().zip(found).zip(truth) {
                    let estimate = estimate.unwrap();
                    *count += u32::from(estimate.low() <= truth && truth <= estimate.high());
                }
            }
        }
        assert!(covered.iter().flatten().all(|&count| (886..=990).contains(&count)), "{covered:?}");
    }

    /// Early and late rate and their ratio in a run without end.
    fn truth(spread: f64) -> [f64; 3] {
        let mut sums = [0.0; 4];
        for step in -600..=600 {
            let z = f64::from(step) / 100.0;
            let weight = (-0.5 * z * z).exp();
            let [a, b] = [0.1, 0.3].map(|rate| rate * (spread * z).exp());
            let left = (-a).exp();
            sums[0] += weight * (1.0 - left);
            sums[1] += weight * (1.0 - left) / a;
            sums[2] += weight * left * (1.0 - (-2.0 * b).exp());
            sums[3] += weight * left * (1.0 - (-2.0 * b).exp()) / b;
        }
        let (early, late) = (sums[0] / sums[1], sums[2] / sums[3]);
        [early, late, late / early]
    }
}
