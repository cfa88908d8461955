//! Mean and variance in one pass, mergeable.

use super::estimate::{Caveat, Estimate, FEW_REPLICATES, Method, student};

/// Count, mean and variance of a stream of numbers.
///
/// The last bits depend on the order of the additions and merges: merge blocks in the order of their numbers, never in
/// the order in which threads finish.
///
/// Welford, "Note on a method for calculating corrected sums of squares and products", Technometrics 4 (1962); merging by
/// Chan, Golub and `LeVeque`, "Algorithms for computing the sample variance", American Statistician 37 (1983).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    count: u64,
    mean: f64,
    /// Sum of squared deviations from the mean.
    squares: f64,
}

impl Moments {
    /// Adds one number. After a NaN or an infinity no result is finite.
    pub fn add(&mut self, x: f64) {
        self.count += 1;
        let before = x - self.mean;
        self.mean += before / self.count as f64;
        self.squares += before * (x - self.mean);
    }

    /// Adds the numbers of another, as if they had come after its own.
    pub fn merge(&mut self, later: &Self) {
        if later.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = *later;
            return;
        }
        let (n, m) = (self.count as f64, later.count as f64);
        let difference = later.mean - self.mean;
        self.count += later.count;
        self.mean += difference * (m / (n + m));
        self.squares += later.squares + difference * difference * (n * m / (n + m));
    }

    /// The count of numbers.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their mean; None if there were none.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then_some(self.mean)
    }

    /// Unbiased variance (divisor `count - 1`), in squared units; None below two numbers.
    pub fn variance(&self) -> Option<f64> {
        (self.count > 1).then(|| self.squares / (self.count - 1) as f64)
    }

    /// Standard error of the mean; None below two numbers.
    pub fn standard_error(&self) -> Option<f64> {
        self.variance().map(|variance| (variance / self.count as f64).sqrt())
    }

    /// The mean with Student's interval; None below two numbers.
    ///
    /// Assumes independent numbers and a nearly normal mean. It is misleading for few numbers of a skewed distribution: a
    /// rare large loss that was not observed is missing from both value and error.
    pub fn estimate(&self) -> Option<Estimate> {
        let error = self.standard_error()?;
        let half = student((self.count - 1) as f64) * error;
        let few = self.count < FEW_REPLICATES;
        Some(Estimate {
            value: self.mean,
            low: self.mean - half,
            high: self.mean + half,
            standard_error: Some(error),
            method: Method::Student,
            caveat: few.then_some(Caveat::FewReplicates { replicates: self.count }),
        })
    }
}

impl Extend<f64> for Moments {
    fn extend<I: IntoIterator<Item = f64>>(&mut self, numbers: I) {
        numbers.into_iter().for_each(|x| self.add(x));
    }
}

impl FromIterator<f64> for Moments {
    fn from_iter<I: IntoIterator<Item = f64>>(numbers: I) -> Self {
        let mut moments = Self::default();
        moments.extend(numbers);
        moments
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::Xoshiro256PlusPlus;
    use rand_distr::{Distribution, Exp1, StandardNormal};

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-12 * b.abs()
    }

    #[test]
    fn a_large_offset_does_not_hurt_the_variance() {
        // The trap of NIST's NumAcc4: mean 1e7 + 0.2, variance 0.01 (1001 numbers).
        let alternating = (0..1000).map(|i| if i % 2 == 0 { 1e7 + 0.1 } else { 1e7 + 0.3 });
        let moments: Moments = std::iter::once(1e7 + 0.2).chain(alternating).collect();
        assert!(close(moments.mean().unwrap(), 1e7 + 0.2));
        assert!((moments.variance().unwrap() - 0.01).abs() < 1e-9);
    }

    #[test]
    fn merged_blocks_agree_with_one_pass() {
        let numbers: Vec<f64> = (0..1000).map(|i| f64::from(i * i % 677) - 100.0).collect();
        let whole: Moments = numbers.iter().copied().collect();
        for size in [1, 7, 64, 999] {
            let mut merged = Moments::default();
            for block in numbers.chunks(size) {
                merged.merge(&block.iter().copied().collect());
            }
            assert_eq!(merged.count(), whole.count());
            assert!(close(merged.mean().unwrap(), whole.mean().unwrap()));
            assert!(close(merged.variance().unwrap(), whole.variance().unwrap()));
        }
    }

    #[test]
    fn nothing_and_one_number_have_no_error() {
        let mut moments = Moments::default();
        assert_eq!((moments.mean(), moments.variance(), moments.estimate()), (None, None, None));
        moments.merge(&Moments::default());
        moments.add(3.0);
        assert_eq!((moments.mean(), moments.variance(), moments.estimate()), (Some(3.0), None, None));
    }

    #[test]
    fn the_interval_of_a_mean_covers_at_its_level() {
        // 4000 repeats; 4 sigmas: false alarm 6e-5 each, seed fixed. Normal numbers: exact even for five of them.
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(11);
        let mut covered = 0;
        for _ in 0..4000 {
            let five: Moments = (0..5).map(|_| StandardNormal.sample(&mut rng)).collect();
            let estimate = five.estimate().unwrap();
            assert_eq!(estimate.caveat(), Some(Caveat::FewReplicates { replicates: 5 }));
            covered += u32::from(estimate.low() <= 0.0 && 0.0 <= estimate.high());
        }
        assert!((f64::from(covered) / 4000.0 - 0.95).abs() < 0.014, "{covered}");
        let mut covered = 0;
        for _ in 0..4000 {
            let skewed: Moments = (0..200)
                .map(|_| {
                    let x: f64 = Exp1.sample(&mut rng);
                    x
                })
                .collect();
            let estimate = skewed.estimate().unwrap();
            covered += u32::from(estimate.low() <= 1.0 && 1.0 <= estimate.high());
        }
        assert!((f64::from(covered) / 4000.0 - 0.945).abs() < 0.016, "{covered}");
    }
}
