//! Two runs on the same luck: what differs between them, path by path.
//!
//! Common random numbers make the paths of two runs move together, so that the difference is known far better than either
//! level. All errors here are taken from the pairs, never from the two runs apart.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::binomial::at_most;
use super::estimate::{Caveat, Estimate, Method, student};
use super::moments::Moments;
use super::proportion::{Hits, clopper_pearson};
use super::quantile::{Sorted, sparsity};
use super::sample::{Sample, deviations, linearised};

/// Two samples of the same paths in the same order, `a` and `b`, all numbers finite.
#[derive(Clone, Copy, Debug)]
pub struct Paired<'a> {
    a: Sample<'a>,
    b: Sample<'a>,
}

impl<'a> Paired<'a> {
    /// Pairs path with path; None if the two differ in paths or draws, have a single replicate, or hold an infinity.
    pub fn new(a: Sample<'a>, b: Sample<'a>) -> Option<Self> {
        let alike = a.values().len() == b.values().len() && a.draws() == b.draws() && a.replicates() > 1;
        let finite = |sample: &Sample| sample.values().iter().all(|value| value.is_finite());
        (alike && finite(&a) && finite(&b)).then_some(Self { a, b })
    }

    /// Mean of `a` less that of `b`, with Student's interval over the replicates of the difference.
    pub fn difference(&self) -> Option<Estimate> {
        Sample::new(&self.pairs(|a, b| a - b), self.a.draws())?.mean()
    }

    /// Probability of a mean difference at least as far from 0 if there were none: Student's test, two-sided.
    ///
    /// 1 if no pair differs, and 0 if all differ by the same. Assumes a nearly normal mean difference.
    pub fn p_value(&self) -> Option<f64> {
        let estimate = self.difference()?;
        let error = estimate.standard_error()?;
        if error == 0.0 {
            return Some(if estimate.value() == 0.0 { 1.0 } else { 0.0 });
        }
        let student = StudentsT::new(0.0, 1.0, self.a.replicates() as f64 - 1.0).ok()?;
        Some(2.0 * student.sf((estimate.value() / error).abs()))
    }

    /// Mean of `a` over that of `b`; None if that of `b` is 0.
    ///
    /// Fieller's interval: the ratios `r` at which `a - r b` is not distinguishable from 0. Where `b` itself is not, no
    /// interval bounds the ratio and both ends are infinite ([`Caveat::OpenInterval`]). The standard error is that of the
    /// delta method.
    ///
    /// Fieller, "Some problems in interval estimation", JRSS B 16 (1954).
    pub fn ratio(&self) -> Option<Estimate> {
        let [mean_a, mean_b] = [self.a.mean()?.value(), self.b.mean()?.value()];
        let value = mean_a / mean_b;
        let [u, v] = self.both_deviations();
        let count = u.len() as f64;
        let covariance = |x: &[f64], y: &[f64]| {
            x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>() / (count * (count - 1.0)) / (mean_b * mean_b)
        };
        let (aa, ab, bb) = (covariance(&u, &u), covariance(&u, &v), covariance(&v, &v));
        let t2 = student(count - 1.0).powi(2);
        // r solves (value - r)^2 = t^2 (aa - 2 r ab + r^2 bb), all variances in units of the mean of b.
        let (lead, middle) = (1.0 - t2 * bb, value - t2 * ab);
        let root = (middle * middle - lead * (value * value - t2 * aa)).max(0.0).sqrt();
        let bounded = lead > 0.0;
        let end = |sign: f64| if bounded { (middle + sign * root) / lead } else { sign * f64::INFINITY };
        let variance = aa - 2.0 * value * ab + value * value * bb;
        value.is_finite().then(|| Estimate {
            value,
            low: end(-1.0),
            high: end(1.0),
            standard_error: Some(variance.max(0.0).sqrt()),
            method: Method::Fieller,
            caveat: if bounded { None } else { Some(Caveat::OpenInterval) },
        })
    }

    /// Quantile of `a` at `q` in (0, 1) less that of `b`.
    ///
    /// A path moves a quantile by `(q - [x <= v]) / f(v)` (Bahadur); what it moves the two by is subtracted path by path,
    /// so that the interval knows of the common luck. The density at the quantile is taken from the spacing of the order
    /// statistics (Siddiqui; bandwidth of Hall and Sheather, JRSS B 50, 1988). Where the sample does not reach far
    /// enough beyond the quantile for that, both ends are infinite ([`Caveat::OpenInterval`]). Misleads at an atom, where
    /// the interval shrinks to a point.
    ///
    /// Bahadur, "A note on quantiles in large samples", Annals of Mathematical Statistics 37 (1966).
    ///
    /// # Panics
    ///
    /// If `q` is not inside (0, 1).
    pub fn quantile_shift(&self, q: f64) -> Option<Estimate> {
        let [a, b] = self.both_sorted()?;
        let [at_a, at_b] = [a.quantile(q).value(), b.quantile(q).value()];
        let value = at_a - at_b;
        let Some((per_a, per_b)) = sparsity(&a, q).zip(sparsity(&b, q)) else {
            return Some(Estimate {
                value,
                low: f64::NEG_INFINITY,
                high: f64::INFINITY,
                standard_error: None,
                method: Method::Linearised,
                caveat: Some(Caveat::OpenInterval),
            });
        };
        let moved = |x: f64, at: f64, per: f64| if x <= at { -per } else { 0.0 };
        let influence = self.pairs(|x, y| moved(x, at_a, per_a) - moved(y, at_b, per_b));
        linearised(value, &influence, self.a.draws())
    }

    /// Expected shortfall of `a` at `q` in (0, 1) less that of `b`: the mean of the worst `1 - q`, large being bad.
    ///
    /// A path contributes `(x - v)+ / (1 - q)`, the error of the quantile `v` nothing in first order; contributions are
    /// subtracted path by path. Both ends are infinite where the sample cannot bound the quantile itself.
    ///
    /// # Panics
    ///
    /// If `q` is not inside (0, 1).
    pub fn shortfall_shift(&self, q: f64) -> Option<Estimate> {
        let [a, b] = self.both_sorted()?;
        let [at_a, at_b] = [a.quantile(q), b.quantile(q)];
        let beyond = |x: f64, at: f64| (x - at).max(0.0) / (1.0 - q);
        let influence = self.pairs(|x, y| beyond(x, at_a.value()) - beyond(y, at_b.value()));
        let mean = influence.iter().sum::<f64>() / influence.len() as f64;
        let estimate = linearised(at_a.value() - at_b.value() + mean, &influence, self.a.draws())?;
        let bounded = at_a.high().is_finite() && at_b.high().is_finite();
        let open =
            Estimate { low: f64::NEG_INFINITY, high: f64::INFINITY, caveat: Some(Caveat::OpenInterval), ..estimate };
        Some(if bounded { estimate } else { open })
    }

    /// Correlation of the two over the replicates: how far the common luck reaches. None if either does not vary.
    ///
    /// Its error is linearised; the interval is taken on Fisher's scale, so that it stays within -1 and 1.
    pub fn correlation(&self) -> Option<Estimate> {
        let [u, v] = self.both_deviations();
        let (aa, ab, bb) = products(&u, &v);
        let value = (ab / (aa * bb).sqrt()).clamp(-1.0, 1.0);
        let influence = |(u, v): (&f64, &f64)| u * v / (aa * bb).sqrt() - 0.5 * value * (u * u / aa + v * v / bb);
        let plain = linearised(value, &u.iter().zip(&v).map(influence).collect::<Vec<_>>(), &[])?;
        let half = 0.5 * (plain.high - plain.low) / (1.0 - value * value);
        let end = |half: f64| if value.abs() < 1.0 { (value.atanh() + half).tanh() } else { value };
        Some(Estimate { low: end(-half), high: end(half), caveat: self.few().or(plain.caveat), ..plain })
    }

    /// Share of the variance that pairing saved, `1 - Var(a - b) / (Var a + Var b)`: 1 is everything, 0 what two runs with
    /// luck of their own would give, below 0 worse. None if neither varies.
    pub fn variance_saved(&self) -> Option<Estimate> {
        let [u, v] = self.both_deviations();
        let (aa, ab, bb) = products(&u, &v);
        let value = 2.0 * ab / (aa + bb);
        let influence = |(u, v): (&f64, &f64)| (2.0 * u * v - value * (u * u + v * v)) / (aa + bb);
        let plain = linearised(value, &u.iter().zip(&v).map(influence).collect::<Vec<_>>(), &[])?;
        Some(Estimate { caveat: self.few().or(plain.caveat), ..plain })
    }

    fn pairs(&self, of: impl Fn(f64, f64) -> f64) -> Vec<f64> {
        self.a.values().iter().zip(self.b.values()).map(|(&a, &b)| of(a, b)).collect()
    }

    fn both_sorted(&self) -> Option<[Sorted; 2]> {
        Some([Sorted::new(self.a.values().to_vec())?, Sorted::new(self.b.values().to_vec())?])
    }

    fn both_deviations(&self) -> [Vec<f64>; 2] {
        [self.a, self.b].map(|sample| deviations(sample.values(), sample.draws()))
    }

    /// That there are few draws.
    fn few(&self) -> Option<Caveat> {
        self.difference()?.caveat()
    }
}

/// Mean products of two series that average to nothing.
fn products(u: &[f64], v: &[f64]) -> (f64, f64, f64) {
    let mean = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).collect::<Moments>().mean();
    let product = |x, y| mean(x, y).unwrap_or(f64::NAN);
    (product(u, u), product(u, v), product(v, v))
}

/// On how many paths an event happens in both runs, in one alone, in none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flips {
    /// In both.
    pub both: u64,
    /// In the first alone.
    pub only_a: u64,
    /// In the second alone.
    pub only_b: u64,
    /// In none.
    pub neither: u64,
}

impl Flips {
    /// Counts pairs of one path each: did it happen in `a`, did it happen in `b`?
    pub fn count(pairs: impl IntoIterator<Item = (bool, bool)>) -> Self {
        let mut flips = Self::default();
        for pair in pairs {
            *match pair {
                (true, true) => &mut flips.both,
                (true, false) => &mut flips.only_a,
                (false, true) => &mut flips.only_b,
                (false, false) => &mut flips.neither,
            } += 1;
        }
        flips
    }

    /// Of the paths that tell the two runs apart, the share on which it happens in the first alone; None if no path does.
    ///
    /// With the exact interval of Clopper and Pearson; 1/2 is no difference. For independent paths: with several draws the
    /// paths of one are not, and [`Paired`] on zeros and ones is the way.
    pub fn share(&self) -> Option<Estimate> {
        clopper_pearson(Hits { hits: self.only_a, trials: self.only_a + self.only_b })
    }

    /// Probability of counts at least as unequal if the event were as probable in both runs: `McNemar`'s test, exact and
    /// two-sided, for independent paths.
    ///
    /// `McNemar`, "Note on the sampling error of the difference between correlated proportions", Psychometrika 12 (1947).
    pub fn p_value(&self) -> f64 {
        let (fewer, apart) = (self.only_a.min(self.only_b), self.only_a + self.only_b);
        if apart == 0 { 1.0 } else { (2.0 * at_most(fewer, apart, 0.5)).min(1.0) }
    }
}
