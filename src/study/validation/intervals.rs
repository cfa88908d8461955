//! Coverage of every kind of interval that the product reports, where it is hardest: few paths, few draws, rare events,
//! heavy tails.

use std::ops::Range;

use rand::RngExt;
use rand::rngs::Xoshiro256PlusPlus as Random;
use rand_distr::{Beta, Binomial, Distribution, Exp1, Normal, StandardNormal, StudentT};
use statrs::distribution::{Beta as BetaLaw, Continuous, ContinuousCDF, StudentsT};

use super::coverage::{Coverage, Trial};
use super::engine;
use super::step::Step;
use crate::model::metric::BURST;
use crate::random::{normal_cdf, normal_quantile};
use crate::scenario::Scenario;
use crate::stats::{
    AtRisk, Band, ChosenTail, Estimate, Hits, Moments, Pair, Paired, Sample, Sorted, band_of_hits, band_of_means, crps,
    exceedance_curve, lift, nested_mean, nested_proportion, over_clusters, tail_levels, weighted_mean, wilson,
};
use crate::study::conduct::Conduct;
use crate::study::error::StudyError;
use crate::study::estimates::{by_month, difference};

pub(super) fn steps() -> Vec<Step> {
    [
        probabilities(),
        nested(),
        means(),
        quantiles(),
        shortfalls(),
        contrasts(),
        rates(),
        bands(),
        fitted_tails(),
        others(),
    ]
    .into_iter()
    .flatten()
    .chain([engine_alone(), engine_nested()])
    .collect()
}

/// A trial of which a sample takes about so many microseconds; the short form leaves out what takes seconds.
fn step(
    kind: &'static str,
    regime: impl Into<String>,
    cost: u64,
    note: &'static str,
    holds: impl Fn(&mut Random) -> Option<bool> + Send + Sync + 'static,
) -> Step {
    /// Samples of a trial; of those that take long, fewer.
    const REPEATS: u32 = 2000;
    const FEWER: u32 = 400;
    let repeats = if cost > 10_000 { FEWER } else { REPEATS };
    let weight = 1 + u64::from(repeats) * cost / 1000;
    let trial = Trial { kind, regime: regime.into(), repeats, note, holds: Box::new(holds) };
    let step = Step::trial(trial, weight);
    if weight > 250 { step.only_in_full() } else { step }
}

fn holds(estimate: &Estimate, truth: f64) -> bool {
    estimate.low() <= truth && truth <= estimate.high()
}

/// Whether an interval holds the truth, where it is bounded.
fn bounded(estimate: Option<Estimate>, truth: f64) -> Option<bool> {
    estimate.filter(|estimate| estimate.low().is_finite() && estimate.high().is_finite()).map(|of| holds(&of, truth))
}

fn normals(random: &mut Random, count: usize) -> Vec<f64> {
    (0..count).map(|_| StandardNormal.sample(random)).collect()
}

/// Losses beyond 1 with tail index `1/shape`, less 1.
fn paretos(random: &mut Random, count: usize, shape: f64) -> Vec<f64> {
    (0..count).map(|_| pareto(random.random(), shape)).collect()
}

/// The loss that a share `beyond` exceeds.
fn pareto(beyond: f64, shape: f64) -> f64 {
    (beyond.powf(-shape) - 1.0) / shape
}

fn students(random: &mut Random, count: usize) -> Vec<f64> {
    StudentT::new(3.0).map(|law| (0..count).map(|_| law.sample(random)).collect()).unwrap_or_default()
}

fn hits(random: &mut Random, trials: u64, p: f64) -> Option<Hits> {
    Some(Hits { hits: Binomial::new(trials, p).ok()?.sample(random), trials })
}

/// The paths of draws of equal size.
fn equal(draws: usize, paths: usize) -> Vec<Range<usize>> {
    (0..draws).map(|draw| paths * draw..paths * (draw + 1)).collect()
}

/// Hits of draws whose probability has a beta distribution.
fn beta_binomial(random: &mut Random, [a, b]: [f64; 2], draws: usize, paths: u64) -> Option<Vec<Hits>> {
    let law = Beta::new(a, b).ok()?;
    (0..draws)
        .map(|_| {
            let p = law.sample(random);
            hits(random, paths, p)
        })
        .collect()
}

/// Standard normal paths of which half of the variance is common to a draw.
fn clustered(random: &mut Random, draws: usize, paths: usize) -> Vec<f64> {
    let part = 0.5_f64.sqrt();
    (0..draws)
        .flat_map(|_| {
            let common: f64 = StandardNormal.sample(random);
            normals(random, paths).into_iter().map(move |own| part * (common + own)).collect::<Vec<f64>>()
        })
        .collect()
}

// Probabilities.

const ALONE: &str = "probability, one draw (Wilson)";
const NESTED: &str = "probability over draws (Wilson at the effective number of paths)";

fn probabilities() -> Vec<Step> {
    const RARE: &str = "about one hit or none is expected: counts are so coarse that no interval with two ends holds every \
                        probability at its level, and one or two hits put the lower end of Wilson's above the truth (Brown, \
                        Cai and DasGupta 2001); means over rare probabilities do better";
    [
        ("10,000 paths, P = 10 %", 10_000, 0.1, ""),
        ("1,000 paths, P = 1 %", 1_000, 0.01, ""),
        ("1,000 paths, P = 0.1 %", 1_000, 0.001, RARE),
        ("100 paths, P = 50 %", 100, 0.5, ""),
        ("1,000 paths, P = 0.017 %", 1_000, 0.000_17, RARE),
    ]
    .map(|(regime, paths, p, note)| {
        step(ALONE, regime, 1, note, move |random| Some(holds(&wilson(hits(random, paths, p)?)?, p)))
    })
    .into()
}

fn nested() -> Vec<Step> {
    const FEW: &str =
        "few draws of a skewed probability often include none of the bad ones, and then their spread is too small";
    [
        ("200 draws of 50 paths, P = 20 % ± 12 %", [2.0, 8.0], 200, 50, ""),
        ("20 draws of 50 paths, P = 20 % ± 12 %", [2.0, 8.0], 20, 50, ""),
        ("5 draws of 200 paths, P = 20 % ± 12 %", [2.0, 8.0], 5, 200, FEW),
        ("200 draws of 500 paths, P = 1 % ± 1.4 %", [0.5, 49.5], 200, 500, ""),
        ("20 draws of 500 paths, P = 1 % ± 1.4 %", [0.5, 49.5], 20, 500, FEW),
        ("200 draws of 50 paths, P = 0.1 % ± 0.2 %", [0.2, 199.8], 200, 50, ""),
    ]
    .map(|(regime, law, draws, paths, note)| {
        let truth = law[0] / (law[0] + law[1]);
        step(NESTED, regime, draws as u64 / 2, note, move |random| {
            Some(holds(&nested_proportion(&beta_binomial(random, law, draws, paths)?)?.total, truth))
        })
    })
    .into()
}

// Means.

fn means() -> Vec<Step> {
    const KIND: &str = "mean, one draw (Student)";
    const OVER: &str = "mean over draws (ratio, Student)";
    const SKEWED: &str =
        "few paths of a skewed law: where large losses are missing from the mean they are missing from its error";
    let alone = |regime: &'static str, paths: usize, note, truth: f64, law: fn(&mut Random) -> f64| {
        step(KIND, regime, paths as u64 / 80, note, move |random| {
            let moments: Moments = (0..paths).map(|_| law(random)).collect();
            Some(holds(&moments.estimate()?, truth))
        })
    };
    let lognormal: fn(&mut Random) -> f64 = |random| StandardNormal.sample(random);
    let over = |regime: &'static str, draws: usize, paths: usize, cost| {
        step(OVER, regime, cost, "", move |random| {
            let values = clustered(random, draws, paths);
            let moments: Vec<Moments> = values.chunks(paths).map(|draw| draw.iter().copied().collect()).collect();
            Some(holds(&nested_mean(&moments)?.total, 0.0))
        })
    };
    vec![
        alone("30 paths, normal", 30, "", 0.0, lognormal),
        alone(
            "1,000 paths, lognormal with a deviation of 1 of its logarithm",
            1_000,
            SKEWED,
            0.5_f64.exp(),
            |random| {
                let z: f64 = StandardNormal.sample(random);
                z.exp()
            },
        ),
        alone("1,000 paths, a loss on one in a hundred", 1_000, SKEWED, 0.01, rare_loss),
        alone("10,000 paths, a loss on one in a hundred", 10_000, SKEWED, 0.01, rare_loss),
        over("200 draws of 50 paths, half of the variance between draws", 200, 50, 120),
        over("20 draws of 50 paths, half of the variance between draws", 20, 50, 12),
    ]
}

/// An exponential loss of 1 on average, on one path in a hundred.
fn rare_loss(random: &mut Random) -> f64 {
    let size: f64 = Exp1.sample(random);
    if random.random::<f64>() < 0.01 { size } else { 0.0 }
}

// Quantiles.

fn quantiles() -> Vec<Step> {
    const KIND: &str = "quantile, one draw (order statistics)";
    const OVER: &str = "quantile over draws (ranks at the effective number of paths)";
    let alone = |(level, paths): (f64, usize)| {
        let regime = format!("{paths} paths, Pareto with shape 0.5, level {level}");
        step(KIND, regime, paths as u64 / 30, "", move |random| {
            let sorted = Sorted::new(paretos(random, paths, 0.5))?;
            bounded(Some(sorted.quantile(level)), pareto(1.0 - level, 0.5))
        })
    };
    let over = |(level, draws, paths): (f64, usize, usize)| {
        let regime = format!("{draws} draws of {paths} paths, half of the variance between draws, level {level}");
        step(OVER, regime, (draws * paths) as u64 / 15, "", move |random| {
            let (values, ranges) = (clustered(random, draws, paths), equal(draws, paths));
            let sample = Sample::new(&values, &ranges)?;
            let of_level = tail_levels(&sample, &[level])?.pop()?;
            bounded(Some(of_level.at_risk), normal_quantile(level))
        })
    };
    let first = [(0.05, 1000), (0.5, 1000), (0.95, 1000), (0.99, 1000), (0.99, 400)].map(alone);
    let second = [(0.5, 20, 50), (0.95, 20, 50), (0.95, 200, 50), (0.99, 200, 50)].map(over);
    first.into_iter().chain(second).collect()
}

// Expected shortfall.

/// Expected shortfall of a standard normal.
fn normal_shortfall(level: f64) -> f64 {
    let q = normal_quantile(level);
    (-0.5 * q * q).exp() / (std::f64::consts::TAU.sqrt() * (1.0 - level))
}

/// Expected shortfall of Student's t with three degrees of freedom.
fn student_shortfall(level: f64) -> f64 {
    StudentsT::new(0.0, 1.0, 3.0).map_or(f64::NAN, |law| {
        let q = law.inverse_cdf(level);
        law.pdf(q) / (1.0 - level) * (3.0 + q * q) / 2.0
    })
}

fn shortfall_holds(values: &[f64], ranges: &[Range<usize>], level: f64, truth: f64) -> Option<bool> {
    let sample = Sample::new(values, ranges)?;
    let of_level = tail_levels(&sample, &[level])?.pop()?;
    bounded(of_level.shortfall.ok(), truth)
}

fn shortfalls() -> Vec<Step> {
    const KIND: &str = "expected shortfall, one draw";
    const OVER: &str = "expected shortfall over draws";
    const HEAVY: &str = "a heavy tail: the variance of what lies beyond the quantile is itself hardly estimated";
    let alone = |regime: &'static str, level: f64, paths: usize, note, is_normal: bool| {
        let truth = if is_normal { normal_shortfall(level) } else { student_shortfall(level) };
        step(KIND, regime, paths as u64 / if is_normal { 20 } else { 10 }, note, move |random| {
            let values = if is_normal { normals(random, paths) } else { students(random, paths) };
            shortfall_holds(&values, &[], level, truth)
        })
    };
    let over = |regime: &'static str, level: f64, draws: usize, paths: usize| {
        let truth = normal_shortfall(level);
        step(
            OVER,
            regime,
            (draws * paths) as u64 / 12,
            "few draws have most of what lies beyond the quantile; an estimate is given where by chance it is spread over more of them, \
             and then its error is too small",
            move |random| shortfall_holds(&clustered(random, draws, paths), &equal(draws, paths), level, truth),
        )
    };
    vec![
        alone("1,000 paths, normal, level 0.95", 0.95, 1_000, "", true),
        alone("1,000 paths, Student's t with 3 degrees of freedom, level 0.95", 0.95, 1_000, HEAVY, false),
        alone("1,000 paths, Student's t with 3 degrees of freedom, level 0.99", 0.99, 1_000, HEAVY, false),
        alone("10,000 paths, Student's t with 3 degrees of freedom, level 0.99", 0.99, 10_000, HEAVY, false),
        over("200 draws of 50 paths, half of the variance between draws, level 0.95", 0.95, 200, 50),
        over("50 draws of 100 paths, half of the variance between draws, level 0.95", 0.95, 50, 100),
    ]
}

// Contrasts on common random numbers.

/// Pairs of normals with a correlation of 0.8, shifted to means of 5 and 4.
fn pairs(random: &mut Random, count: usize) -> [Vec<f64>; 2] {
    let (common, own) = (normals(random, count), normals(random, count));
    let near = common.iter().zip(&own).map(|(z, y)| 4.0 + 0.8 * z + 0.6 * y).collect();
    [common.iter().map(|z| 5.0 + z).collect(), near]
}

fn contrasts() -> Vec<Step> {
    const KIND: &str = "paired difference of probabilities";
    let rare = |regime: &'static str, draws: usize, paths: u64, only: [f64; 2]| {
        step(KIND, regime, draws as u64, "", move |random| {
            let of =
                |random: &mut Random, p: f64| (0..draws).map(|_| hits(random, paths, p)).collect::<Option<Vec<_>>>();
            let (a, b) = (of(random, only[0])?, of(random, only[1])?);
            let point = difference(&a, &b)?.point;
            let truth = only[0] - only[1];
            Some(point.low? <= truth && truth <= point.high?)
        })
    };
    let paired = |kind: &'static str, truth: f64, of: fn(&[f64], &[f64]) -> Option<Estimate>| {
        step(kind, "300 pairs of normals, correlation 0.8", 40, "", move |random| {
            let [a, b] = pairs(random, 300);
            bounded(of(&a, &b), truth)
        })
    };
    vec![
        rare("10,000 paths, events on 2 % and 1 % alone", 1, 10_000, [0.02, 0.01]),
        rare("1,000 paths, events on 0.2 % and 0.1 % alone", 1, 1_000, [0.002, 0.001]),
        rare("20 draws of 500 paths, events on 2 % and 1 % alone", 20, 500, [0.02, 0.01]),
        paired("paired difference of means", 1.0, |a, b| {
            Paired::new(Sample::new(a, &[])?, Sample::new(b, &[])?)?.difference()
        }),
        paired("paired ratio of means (Fieller)", 1.25, |a, b| {
            Paired::new(Sample::new(a, &[])?, Sample::new(b, &[])?)?.ratio()
        }),
        paired("correlation of two runs", 0.8, |a, b| {
            Paired::new(Sample::new(a, &[])?, Sample::new(b, &[])?)?.correlation()
        }),
        paired("paired shift of the 90 % quantile (linearised)", 1.0, |a, b| {
            let of = |values: &[f64]| Sorted::new(values.to_vec())?.contribution_to_quantile(0.9);
            shifted(a, b, of(a)?, of(b)?)
        }),
        paired("paired shift of the 90 % shortfall (linearised)", 1.0, |a, b| {
            let of = |values: &[f64]| Some(Sorted::new(values.to_vec())?.contribution_to_shortfall(0.9));
            shifted(a, b, of(a)?, of(b)?)
        }),
    ]
}

/// The mean difference of what the numbers contribute to a statistic.
fn shifted(a: &[f64], b: &[f64], of_a: impl Fn(f64) -> f64, of_b: impl Fn(f64) -> f64) -> Option<Estimate> {
    let (a, b): (Vec<f64>, Vec<f64>) = (a.iter().map(|&x| of_a(x)).collect(), b.iter().map(|&x| of_b(x)).collect());
    Paired::new(Sample::new(&a, &[])?, Sample::new(&b, &[])?)?.difference()
}

// Hazards, lift, scores.

fn rates() -> Vec<Step> {
    const KIND: &str = "hazard (events over time at risk)";
    let of = |regime: &'static str, paths: usize, hazard: f64| {
        step(KIND, regime, paths as u64 / 25, "", move |random| {
            let at_risk = exposed(random, paths, hazard);
            bounded(at_risk.rate(&[]), hazard)
        })
    };
    vec![
        of("1,000 paths of 8 years, hazard 0.12", 1_000, 0.12),
        of("200 paths of 8 years, hazard 0.01", 200, 0.01),
        step(
            "ratio of two hazards on the same paths",
            "500 paths of 8 years, hazards 0.12 and 0.06",
            40,
            "",
            |random| {
                let (high, low) = (exposed(random, 500, 0.12), exposed(random, 500, 0.06));
                bounded(high.ratio_to(&low, &[]), 2.0)
            },
        ),
    ]
}

/// Paths at risk of an event at a constant hazard for eight years.
fn exposed(random: &mut Random, paths: usize, hazard: f64) -> AtRisk {
    const YEARS: f64 = 8.0;
    let mut at_risk = AtRisk::default();
    for _ in 0..paths {
        let wait: f64 = Exp1.sample(random);
        at_risk.add(wait / hazard < YEARS, (wait / hazard).min(YEARS));
    }
    at_risk
}

fn others() -> Vec<Step> {
    let joint = |regime: &'static str, paths: usize| {
        step("lift of two defaults", regime, paths as u64 / 20, "", move |random| {
            let level = normal_quantile(0.1);
            let (first, own) = (normals(random, paths), normals(random, paths));
            let mut pair = Pair { paths: paths as u64, ..Pair::default() };
            for (z, y) in first.iter().zip(&own) {
                let (one, other) = (*z < level, 0.5 * z + 0.75_f64.sqrt() * y < level);
                pair.one += u64::from(one);
                pair.other += u64::from(other);
                pair.both += u64::from(one && other);
            }
            bounded(lift(&[pair]).overall, 3.240_152)
        })
    };
    let of_clusters = |regime: &'static str, clusters: usize| {
        const FEW: &str = "few clusters: the bootstrap's deviation is too small by the root of (n - 1)/n";
        step("mean over clusters (bootstrap)", regime, 400 + 60 * clusters as u64, FEW, move |random| {
            let values = clustered(random, clusters, 3);
            let numbers: Vec<usize> = (0..values.len()).map(|case| case / 3).collect();
            Some(holds(&over_clusters(&numbers, |weights| weighted_mean(&values, weights))?, 0.0))
        })
    };
    vec![
        joint("1,000 paths, PD 10 % and 10 %, correlation 0.5", 1_000),
        joint("200 paths, PD 10 % and 10 %, correlation 0.5", 200),
        step("CRPS", "200 paths, standard normal, outcome 1", 30, "", |random| {
            let values = normals(random, 200);
            bounded(crps(&Sample::new(&values, &[])?, 1.0), 0.602_441_4)
        }),
        step("exceedance curve, all points at once", "500 normal paths, 21 amounts", 150, "", |random| {
            let values = normals(random, 500);
            let amounts: Vec<f64> = (-10..=10).map(|k| f64::from(k) / 4.0).collect();
            let curve = exceedance_curve(&Sample::new(&values, &[])?, &amounts)?;
            let inside = |amount: f64, (low, high): (f64, f64)| (low..=high).contains(&normal_cdf(-amount));
            Some(curve.iter().all(|point| inside(point.value, point.band)))
        }),
        of_clusters("8 clusters of 3 cases", 8),
        of_clusters("30 clusters of 3 cases", 30),
    ]
}

// Bands over draws.

fn bands() -> Vec<Step> {
    const HITS: &str = "end of the band of a probability";
    const MEANS: &str = "end of the band of a mean";
    const EDGE: &str = "a quantile over draws rests on the few near it, and a bootstrap over draws understates its error; 200 \
                        bootstrap samples in place of 50 do not change that";
    let of_hits = |regime: &'static str, end: usize, [a, b]: [f64; 2], draws: usize, paths: u64| {
        let truth = BetaLaw::new(a, b).map_or(f64::NAN, |law| law.inverse_cdf([0.05, 0.5, 0.95][end]));
        step(HITS, regime, 2_500, EDGE, move |random| {
            let counts = beta_binomial(random, [a, b], draws, paths)?;
            match band_of_hits(&counts, &nested_proportion(&counts)?)? {
                Band::Told(ends) => Some(holds(&ends[end], truth)),
                Band::Withheld { .. } => None,
            }
        })
    };
    let of_means = |regime: &'static str, end: usize, draws: usize, paths: usize| {
        step(MEANS, regime, 4_500, EDGE, move |random| {
            let law = Normal::new(0.0, 3.0).ok()?;
            let moments: Vec<Moments> = (0..draws)
                .map(|_| {
                    let centre: f64 = StandardNormal.sample(random);
                    (0..paths).map(|_| centre + law.sample(random)).collect()
                })
                .collect();
            match band_of_means(&moments, &nested_mean(&moments)?, false)? {
                Band::Told(ends) => Some(holds(&ends[end], normal_quantile([0.05, 0.5, 0.95][end]))),
                Band::Withheld { .. } => None,
            }
        })
    };
    vec![
        of_hits("lower, 200 draws of 500 paths, P = 20 % ± 12 %", 0, [2.0, 8.0], 200, 500),
        of_hits("upper, 200 draws of 500 paths, P = 20 % ± 12 %", 2, [2.0, 8.0], 200, 500),
        of_hits("upper, 50 draws of 200 paths, P = 20 % ± 12 %", 2, [2.0, 8.0], 50, 200),
        of_hits("upper, 200 draws of 500 paths, P = 1 % ± 1.4 %", 2, [0.5, 49.5], 200, 500),
        of_means("upper, 200 draws of 50 paths, noise of 0.42 against 1", 2, 200, 50),
        of_means("middle, 50 draws of 50 paths, noise of 0.42 against 1", 1, 50, 50),
    ]
}

// Fitted tails.

fn fitted_tails() -> Vec<Step> {
    const SHAPE: &str = "shape of the fitted tail";
    const LEVEL: &str = "return level of the fitted tail, one in 1,000 paths";
    const NEAR: &str = "a tail that is Pareto's only in the limit has a bias that the interval does not know";
    const LIGHT: &str = "a fit with too light a tail claims too small an error; `ParetoTail` has the figures";
    let of = |kind,
              regime,
              paths: usize,
              note,
              truth: f64,
              law: fn(&mut Random, usize) -> Vec<f64>,
              of: fn(&ChosenTail<'_>) -> Option<Estimate>| {
        step(kind, regime, paths as u64 * 6 / 5, note, move |random| {
            let values = law(random, paths);
            let tail = ChosenTail::choose(Sample::new(&values, &[])?).ok()?;
            bounded(of(&tail), truth)
        })
    };
    let pareto_02: fn(&mut Random, usize) -> Vec<f64> = |random, count| paretos(random, count, 0.2);
    let level: fn(&ChosenTail<'_>) -> Option<Estimate> = |tail| tail.return_level(1000.0).ok();
    let student = StudentsT::new(0.0, 1.0, 3.0).map_or(f64::NAN, |law| law.inverse_cdf(0.999));
    vec![
        of(SHAPE, "5,000 paths, Pareto with shape 0.2", 5_000, LIGHT, 0.2, pareto_02, |tail| Some(tail.shape())),
        of(LEVEL, "30,000 paths, Pareto with shape 0.2", 30_000, "", pareto(0.001, 0.2), pareto_02, level),
        of(LEVEL, "30,000 paths, Student's t with 3 degrees of freedom", 30_000, NEAR, student, students, level),
    ]
}

// Runs of the engine.

/// The parts of a run, each as if it were a run of its own.
fn engine_alone() -> Step {
    const KIND: &str = "probability, one draw, parts of a run of the engine (Wilson)";
    Step::coverage("parts of a run", 2_000, |conduct| {
        let scenario = Scenario::parse("bursts.toml", include_str!("problems/bursts.toml"), &[])?;
        let truth = 1.0 - (-0.96_f64).exp();
        parts(&scenario, conduct, 200, |counts| Some(holds(&wilson(*counts.first()?)?, truth)))
            .map(|all| vec![Coverage::of((KIND, "200 parts of 250 paths, P = 62 %"), &all, "")])
    })
}

/// The same where a parameter is uncertain: every part has draws of its own.
fn engine_nested() -> Step {
    const KIND: &str = "probability over draws, parts of a run of the engine (Wilson)";
    Step::coverage("parts of a run with draws", 6_000, |conduct| {
        let sizes = ["run.paths=200000".to_owned(), "run.draws=4000".to_owned()];
        let scenario =
            Scenario::parse("uncertain-hazard.toml", include_str!("problems/uncertain-hazard.toml"), &sizes)?;
        let truth = 1.0 - ((-0.4_f64).exp() - (-1.6_f64).exp()) / 1.2;
        parts(&scenario, conduct, 200, |counts| Some(holds(&nested_proportion(counts)?.total, truth)))
            .map(|all| vec![Coverage::of((KIND, "200 parts of 20 draws of 50 paths, P = 61 % ± 14 %"), &all, "")])
    })
    .only_in_full()
}

/// Bursts within the run in each part of its draws, or of the paths of its only one.
fn parts(
    scenario: &Scenario,
    conduct: Conduct<'_>,
    count: usize,
    holds: impl Fn(&[Hits]) -> Option<bool>,
) -> Result<Vec<Option<bool>>, StudyError> {
    let prepared = engine::prepared(scenario, conduct)?.asking(&[BURST]);
    let simulated = engine::run(&prepared, false, conduct)?;
    let results = prepared.results(&simulated);
    let first = results.event(BURST, "").unwrap_or_default();
    let last = results.horizon();
    let count_in = |columns: Range<usize>| Hits {
        hits: first[columns.clone()].iter().filter(|&&month| by_month(month, last)).count() as u64,
        trials: columns.len() as u64,
    };
    let columns: Vec<Range<usize>> = match results.ranges() {
        [all] => equal(count, all.len() / count),
        draws => draws.to_vec(),
    };
    let hits: Vec<Hits> = columns.into_iter().map(count_in).collect();
    Ok(hits.chunks(hits.len() / count).map(holds).collect())
}
