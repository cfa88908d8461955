//! Processes: attainment of revenue, prices, rivals, correlations.

use super::engine::Case;
use super::finding::{Finding, Found};
use super::step::Step;
use crate::engine::{Sampler, Sampling, Slots};
use crate::resolve::Worlds;
use crate::scenario::Scenario;
use crate::simulate::simulate_one;
use crate::stats::{Hits, Moments, wilson};
use crate::study::error::StudyError;

const TOPIC: &str = "Processes";

pub(super) fn steps() -> Vec<Step> {
    vec![
        Case::new(TOPIC, "attainment.toml", include_str!("problems/attainment.toml")).step(8_000).only_in_full(),
        Case::new(TOPIC, "rivals.toml", include_str!("problems/rivals.toml")).step(4_000).only_in_full(),
        Step::findings("prices of compute", 2_000, |_| prices()),
        Step::findings("correlations of a star", 500, |_| Ok(star())),
    ]
}

const PRICES: &str = r#"
    [scenario]
    name = "Prices of compute"
    start = "2026-01"
    horizon = "60mo"
    [family.gpu]
    price_decline = 0.18
    volatility = 0.15
    [lab.a]
    cash = "100B USD"
    revenue.target = { 2026 = "10B USD" }
    "#;

/// A lognormal price keeps its mean.
fn prices() -> Result<Vec<Finding>, StudyError> {
    const PATHS: u32 = 20_000;
    let scenario = Scenario::parse("prices", PRICES, &[])?;
    let world = Worlds::new(scenario.clone(), 1)
        .and_then(|worlds| worlds.resolve(0))
        .map_err(|problems| scenario.problems(problems))?;
    let mut prices = Vec::with_capacity(PATHS as usize);
    for path in 0..PATHS {
        simulate_one(&world, Sampler::PseudoRandom { seed: 109 }, 0, path, &mut |t, _, block, _| {
            if t == 59 {
                prices.push(block.spot[0][0]);
            }
        });
    }
    let mean = (-0.9_f64).exp();
    let below = prices.iter().filter(|&&price| price < 0.8 * mean).count() as u64;
    let share = wilson(Hits { hits: below, trials: u64::from(PATHS) });
    let average = prices.into_iter().collect::<Moments>().estimate();
    let source = "Closed form: lognormal, decline 18 %, volatility 15 %, 60 months";
    Ok(vec![
        Finding::new(TOPIC, "price-mean", "mean price after 60 months, exp(-0.9)", source)
            .known(mean, 0.0)
            .found(average.as_ref().map(Found::from)),
        Finding::new(TOPIC, "price-below", "probability of a price below 0.8 of its mean", source)
            .known(0.309_390, 5e-7)
            .found(share.as_ref().map(Found::from)),
    ])
}

/// Correlations of a star multiply along the way.
fn star() -> Vec<Finding> {
    const LANES: usize = 64;
    let mut slots = Slots::default();
    slots.normal("market");
    for (name, rho) in [("a", 0.6), ("b", -0.5), ("c", 0.9)] {
        slots.normal(name);
        slots.correlate(name, "market", rho);
    }
    let pairs = [(0, 1, 0.6), (0, 2, -0.5), (0, 3, 0.9), (1, 2, -0.3), (1, 3, 0.54), (2, 3, -0.45)];
    let mut products = [Moments::default(); 6];
    for first in (0..200_000).step_by(LANES) {
        let mut sampling = Sampling::<LANES>::new(Sampler::PseudoRandom { seed: 110 }, &slots, 0, first);
        let draws = sampling.month(0);
        for (moments, (i, j, _)) in products.iter_mut().zip(pairs) {
            (0..LANES).for_each(|lane| moments.add(draws.normals[i].0[lane] * draws.normals[j].0[lane]));
        }
    }
    let of = |(moments, (i, j, rho)): (&Moments, (usize, usize, f64))| {
        let name = |at: usize| ["market", "a", "b", "c"][at];
        let what = format!("correlation of {} and {}", name(i), name(j));
        let source = "Closed form: leaves of a star have the product of their correlations with its centre";
        Finding::new(TOPIC, format!("star-{}-{}", name(i), name(j)), what, source)
            .known(rho, 0.0)
            .found(moments.estimate().as_ref().map(Found::from))
    };
    products.iter().zip(pairs).map(of).collect()
}
