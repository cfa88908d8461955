//! Tails: published fits, and closed forms of value at risk and expected shortfall.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal, StudentT};

use super::finding::{Finding, Found};
use super::step::Step;
use crate::stats::{Estimate, ParetoTail, Sample, tail_levels};

const TOPIC: &str = "Tails";

pub(super) fn steps() -> Vec<Step> {
    vec![
        Step::findings("Danish fires", 50, |_| Ok(danish_fires())),
        Step::findings("closed forms of tails", 500, |_| Ok(closed_forms())),
    ]
}

/// Losses of 1 million kroner or more, in millions; the file says where they come from.
fn losses() -> Vec<f64> {
    let lines = include_str!("../../../tests/data/danish-fire.csv").lines();
    lines.filter(|line| !line.starts_with('#')).skip(1).filter_map(|line| line.parse().ok()).collect()
}

fn danish_fires() -> Vec<Finding> {
    let losses = losses();
    let fit = |threshold| ParetoTail::fit(Sample::new(&losses, &[])?, threshold).ok();
    let evir = "McNeil, ASTIN Bulletin 27, 1997; digits of the R package evir 1.7";
    let of = |id: String, what: String, source: &str, (value, error): (f64, f64), found: Option<f64>| {
        Finding::new(TOPIC, id, what, source).known(value, error).found(found.map(Found::exact))
    };
    let above_ten = fit(10.0);
    let tail = above_ten.as_ref();
    let error = |of: Estimate| of.standard_error();
    let mut found: Vec<Finding> = [
        ("count", 109.0, 0.0, tail.map(|tail| tail.exceedances() as f64)),
        ("shape", 0.496_99, 5e-6, tail.map(|tail| tail.shape().value())),
        ("error-of-shape", 0.136, 5e-4, tail.and_then(|tail| error(tail.shape()))),
        ("scale", 6.9754, 5e-5, tail.map(|tail| tail.scale().value())),
        ("error-of-scale", 1.113, 5e-4, tail.and_then(|tail| error(tail.scale()))),
        ("log-likelihood", -374.893, 5e-4, tail.map(ParetoTail::log_likelihood)),
    ]
    .into_iter()
    .map(|(what, value, width, found)| {
        let told = format!("{} of the tail of Danish fires above 10 million", what.replace('-', " "));
        of(format!("danish-10-{what}"), told, evir, (value, width), found)
    })
    .collect();
    for (level, at_risk) in [(0.99, 27.290), (0.995, 40.173), (0.999, 94.340)] {
        let told = format!("value at risk of Danish fires at {} %", 100.0 * level);
        let ours = tail.and_then(|tail| tail.value_at_risk(level).ok()).map(|found| found.value());
        found.push(of(format!("danish-var-{level}"), told, evir, (at_risk, 5e-4), ours));
    }
    let scipy = "scipy's simplex to 1e-10; the published fits of evir stopped at a lower likelihood, by a few 1e-5";
    for (threshold, shape, scale, published) in [
        (5.0, 0.631_543_0, 3.809_127, "evir prints 0.6321 and 3.8075"),
        (4.0, 0.720_469_1, 2.631_624, "evir prints 0.7209 and 2.6291"),
        (3.0, 0.667_605_4, 2.189_207, "evir prints 0.6677 and 2.1887"),
    ] {
        let tail = fit(threshold);
        for (what, value, ours) in [
            ("shape", shape, tail.as_ref().map(|tail| tail.shape().value())),
            ("scale", scale, tail.as_ref().map(|tail| tail.scale().value())),
        ] {
            let told = format!("{what} of the tail of Danish fires above {threshold} million");
            let finding = of(format!("danish-{threshold}-{what}"), told, scipy, (value, 2e-6), ours);
            found.push(finding.note(published));
        }
    }
    found
}

/// Value at risk and shortfall of samples whose law is known.
fn closed_forms() -> Vec<Finding> {
    const SIZE: usize = 200_000;
    let mut random = Xoshiro256PlusPlus::seed_from_u64(126);
    let normal: Vec<f64> = (0..SIZE).map(|_| StandardNormal.sample(&mut random)).collect();
    let student: Vec<f64> =
        StudentT::new(3.0).map(|law| (0..SIZE).map(|_| law.sample(&mut random)).collect()).unwrap_or_default();
    let pareto: Vec<f64> = (0..SIZE).map(|_| random.random::<f64>().powf(-0.4)).collect();
    let mut found = Vec::new();
    for (name, sample, level, at_risk, shortfall) in [
        ("normal", &normal, 0.975, 1.959_964, 2.337_803),
        ("normal", &normal, 0.99, 2.326_348, 2.665_214),
        ("t3", &student, 0.99, 4.540_703, 7.003_082),
        ("t3", &student, 0.999, 10.214_532, 15.409_336),
        ("pareto-2.5", &pareto, 0.999, 15.848_932, 26.414_887),
    ] {
        let tail = Sample::new(sample, &[]).and_then(|sample| tail_levels(&sample, &[level])?.pop());
        let source =
            "Closed form: McNeil, Frey and Embrechts, Quantitative Risk Management, 2nd ed., 2015, section 2.2";
        let of = |what: &str, value: f64, found: Option<Found>| {
            let (id, told) = (format!("{name}-{what}-{level}"), format!("{what} at {} % of {name}", 100.0 * level));
            Finding::new(TOPIC, id, told, source).known(value, 5e-7).found(found)
        };
        found.push(of("value-at-risk", at_risk, tail.as_ref().map(|tail| Found::from(&tail.at_risk))));
        let shortfall_found = tail.as_ref().and_then(|tail| Some(Found::from(tail.shortfall.as_ref().ok()?)));
        found.push(of("shortfall", shortfall, shortfall_found));
    }
    found
}
