//! Statistics: published intervals, order statistics, scores, paired contrasts, the normal distribution.

use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use rand_distr::{Distribution, StandardNormal};

use super::finding::{Finding, Found};
use super::step::Step;
use crate::random::{normal_cdf, normal_quantile};
use crate::stats::{Estimate, Hits, Paired, Sample, Sorted, crps, wilson};
use crate::study::estimates::difference;

const TOPIC: &str = "Intervals, scores and the normal distribution";

pub(super) fn steps() -> Vec<Step> {
    vec![
        Step::findings("published intervals", 1, |_| Ok([intervals(), ranks(), normal()].concat())),
        Step::findings("scores and contrasts", 500, |_| Ok([scores(), contrast()].concat())),
    ]
}

fn intervals() -> Vec<Finding> {
    let published = [
        (0, 100, 0.0, 0.036_993_5, 5e-8),
        (3, 1000, 0.001_020_78, 0.008_783_01, 5e-9),
        (27, 10_000, 0.001_856_33, 0.003_925_59, 5e-9),
    ];
    let of = |(hits, trials, low, high, error): (u64, u64, f64, f64, f64)| {
        let interval = wilson(Hits { hits, trials });
        let end = |what: &str, value: f64, found: Option<f64>| {
            let source = "Wilson, JASA 22, 1927; digits of the R package binom";
            Finding::new(
                TOPIC,
                format!("wilson-{hits}-{trials}-{what}"),
                format!("{what} end of Wilson's interval, {hits} of {trials}"),
                source,
            )
            .known(value, error)
            .found(found.map(Found::exact))
        };
        [
            end("lower", low, interval.as_ref().map(Estimate::low)),
            end("upper", high, interval.as_ref().map(Estimate::high)),
        ]
    };
    published.map(of).into_iter().flatten().collect()
}

/// The interval of a quantile has known ranks.
fn ranks() -> Vec<Finding> {
    let sorted = Sorted::new((1..=1000).map(f64::from).collect());
    let quantile = sorted.map(|sorted| sorted.quantile(0.99));
    let source = "David and Nagaraja, Order Statistics, 3rd ed., 2003, section 7.1: coverage 0.9761";
    let of = |(id, what, rank, found): (&str, &str, f64, Option<f64>)| {
        let what = format!("{what} of the 99 % quantile of 1,000 numbers, as a rank");
        Finding::new(TOPIC, id, what, source).known(rank, 0.0).found(found.map(Found::exact))
    };
    [
        ("rank-lower", "lower end", 983.0, quantile.as_ref().map(Estimate::low)),
        ("rank", "estimate", 990.0, quantile.as_ref().map(Estimate::value)),
        ("rank-upper", "upper end", 997.0, quantile.as_ref().map(Estimate::high)),
    ]
    .map(of)
    .into()
}

fn normal() -> Vec<Finding> {
    let source = "Abramowitz and Stegun, Handbook of Mathematical Functions, 1964, 26.2; further digits by quadrature";
    let of = |(x, value, error): (f64, f64, f64)| {
        Finding::new(TOPIC, format!("normal-{}", x.abs()), format!("normal distribution function at {x}"), source)
            .known(value, error)
            .found(Found::exact(normal_cdf(x)))
    };
    let mut found: Vec<Finding> = [
        (-3.0, 1.349_898e-3, 5e-10),
        (-4.0, 3.167_124e-5, 5e-12),
        (-5.0, 2.866_516e-7, 5e-14),
        (-6.0, 9.865_876e-10, 5e-17),
    ]
    .map(of)
    .into();
    let quantile = Finding::new(TOPIC, "normal-quantile", "normal quantile at 97.5 %", source);
    found.push(quantile.known(1.959_963_984_540_054, 5e-15).found(Found::exact(normal_quantile(0.975))));
    found
}

/// The continuous ranked probability score of a normal forecast.
fn scores() -> Vec<Finding> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(127);
    let forecast: Vec<f64> = (0..50_000).map(|_| StandardNormal.sample(&mut random)).collect();
    let of = |(outcome, value): (f64, f64)| {
        let score = Sample::new(&forecast, &[]).and_then(|sample| crps(&sample, outcome));
        let source = "Gneiting and Raftery, JASA 102, 2007, section 4.2";
        Finding::new(
            TOPIC,
            format!("crps-{outcome}"),
            format!("CRPS of a standard normal forecast at {outcome}"),
            source,
        )
        .known(value, 5e-8)
        .found(score.as_ref().map(Found::from))
    };
    [(0.0, 0.233_695_0), (1.0, 0.602_441_4)].map(of).into()
}

/// Two probabilities that share their shocks: below -1.9 and below -2 of the same normals.
fn contrast() -> Vec<Finding> {
    const PATHS: usize = 500_000;
    let mut random = Xoshiro256PlusPlus::seed_from_u64(128);
    let normals: Vec<f64> = (0..PATHS).map(|_| StandardNormal.sample(&mut random)).collect();
    let between = normals.iter().filter(|&&z| (-2.0..-1.9).contains(&z)).count() as u64;
    let trials = PATHS as u64;
    let paired = difference(&[Hits { hits: between, trials }], &[Hits { hits: 0, trials }]);
    let below = |level: f64| normals.iter().map(|&z| f64::from(u8::from(z < level))).collect::<Vec<f64>>();
    let (far, near) = (below(-2.0), below(-1.9));
    let of_paths = Sample::new(&near, &[]).zip(Sample::new(&far, &[])).and_then(|(near, far)| Paired::new(near, far));
    let source = "Closed form; Glasserman, Monte Carlo Methods in Financial Engineering, 2003, section 7.1, on common random \
                  numbers";
    let of = |id: &str, what: &str| Finding::new(TOPIC, id, what, source);
    vec![
        of("contrast", "P(Z < -1.9) less P(Z < -2) on the same normals")
            .known(0.005_966_428, 5e-10)
            .found(paired.as_ref().and_then(|banded| Found::of_answer(&banded.point))),
        of("contrast-saved", "share of the variance that pairing saves, 1 - (0.0770119/0.2238850)^2")
            .known(1.0 - (0.077_011_9_f64 / 0.223_885_0).powi(2), 1e-6)
            .found(of_paths.and_then(|paired| paired.variance_saved()).as_ref().map(Found::from)),
    ]
}
