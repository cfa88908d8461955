//! Tails: published fits, and closed forms of value at risk and expected shortfall.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal, StudentT};

use super::finding::{Finding, Found};
use super::step::Step;
use crate::stats::{ParetoTail, Sample, tail_levels};

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

/// A number of the tail of these losses, which is known by a maximum of the likelihood found independently.
fn danish(id: &str, what: &str, (value, error): (f64, f64), found: Option<f64>) -> Finding {
    let source = "McNeil, ASTIN Bulletin 27, 1997; the maximum of the likelihood by scipy's simplex to 1e-11, from which the R \
                  package evir stops short by up to a few 1e-5";
    Finding::new(TOPIC, format!("danish-{id}"), format!("{what} of Danish fires"), source)
        .known(value, error)
        .found(found.map(Found::exact))
}

fn danish_fires() -> Vec<Finding> {
    let losses = losses();
    let fit = |threshold| ParetoTail::fit(Sample::new(&losses, &[])?, threshold).ok();
    let mut found = Vec::new();
    for (threshold, count, shape, scale, published) in [
        (10.0, 109.0, 0.496_985_8, 6.975_468, "evir prints 0.49699 and 6.9754"),
        (5.0, 254.0, 0.631_543_0, 3.809_127, "evir prints 0.6321 and 3.8075"),
        (4.0, 362.0, 0.720_469_1, 2.631_624, "evir prints 0.7209 and 2.6291"),
        (3.0, 532.0, 0.667_605_4, 2.189_207, "evir prints 0.6677 and 2.1887"),
    ] {
        let tail = fit(threshold);
        let of = |what: &str, known: (f64, f64), found: fn(&ParetoTail<'_>) -> f64| {
            let id = format!("{threshold}-{what}");
            danish(&id, &format!("{what} above {threshold} million"), known, tail.as_ref().map(found)).note(published)
        };
        found.push(of("losses", (count, 0.0), |tail| tail.exceedances() as f64));
        found.push(of("shape", (shape, 2e-6), |tail| tail.shape().value()));
        found.push(of("scale", (scale, 2e-6), |tail| tail.scale().value()));
    }
    found.extend(fit(10.0).as_ref().map(above_ten).unwrap_or_default());
    found
}

/// Errors, likelihood and quantiles of the fit above 10 million.
fn above_ten(tail: &ParetoTail<'_>) -> Vec<Finding> {
    let (shape, scale) = (tail.shape().standard_error(), tail.scale().standard_error());
    let mut found = vec![
        danish("error-of-shape", "standard error of the shape above 10 million", (0.136_284, 1e-6), shape),
        danish("error-of-scale", "standard error of the scale above 10 million", (1.113_49, 1e-5), scale),
        danish("likelihood", "log-likelihood above 10 million", (-374.892_990, 5e-7), Some(tail.log_likelihood())),
    ];
    for (level, at_risk, published) in
        [(0.99, 27.289_99, "27.290"), (0.995, 40.172_99, "40.173"), (0.999, 94.339_35, "94.340")]
    {
        let ours = tail.value_at_risk(level).ok().map(|found| found.value());
        let what = format!("value at risk at {} %", 100.0 * level);
        let finding = danish(&format!("var-{level}"), &what, (at_risk, 1e-5), ours);
        found.push(finding.note(format!("evir prints {published}")));
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
