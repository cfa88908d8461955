//! Defaults: first passage, default at maturity, ruin, joint defaults, portfolios.

use std::fmt::Write as _;

use super::engine::{Case, Ran};
use super::finding::{Finding, Found};
use super::step::Step;
use crate::model::first_passage::{Assets, probability};
use crate::model::metric::ENTITY_DEFAULT;
use crate::random::normal_quantile;
use crate::study::estimates::{by_month, probability_alone};
use crate::study::joint_defaults::{Together, joint_defaults};

const TOPIC: &str = "Default and first passage";
const JOINT: &str = "Joint defaults";

pub(super) fn steps() -> Vec<Step> {
    vec![
        Case::new(TOPIC, "first-passage.toml", include_str!("problems/first-passage.toml")).step(10_000).only_in_full(),
        Case::new(TOPIC, "merton.toml", include_str!("problems/merton.toml")).step(500),
        Case::new(TOPIC, "ruin.toml", include_str!("problems/ruin.toml")).step(3_000),
        Step::findings("first passage by quadrature", 100, |_| Ok(quadrature())),
        Case::new(JOINT, "joint-defaults.toml", include_str!("problems/joint-defaults.toml")).with(pairs).step(3_000),
        Case::new(JOINT, "vasicek.toml", portfolio()).with(vasicek).step(6_000).only_in_full(),
    ]
}

/// The probabilities from which volatilities are calibrated, by the product's own recursion.
fn quadrature() -> Vec<Finding> {
    let source = "Black and Cox, Journal of Finance 31, 1976, watched monthly: an independent recursive quadrature";
    let passages = [
        (100.0, 80.0, 0.03, 0.25, 5, 0.639_278_775_5, 5e-9),
        (100.0, 60.0, 0.05, 0.30, 10, 0.537_203_100_0, 5e-9),
        (900.0, 150.0, 0.07, 0.28, 8, 0.009_537_808_9, 5e-10),
        (50.0, 24.0, 0.08, 0.70, 5, 0.746_133_779_5, 5e-9),
        (420.0, 190.0, 0.06, 0.40, 8, 0.496_126_01, 5e-8),
    ];
    let of = |(assets, barrier, growth, volatility, years, value, error): (f64, f64, f64, f64, usize, f64, f64)| {
        let of = Assets { distance: (assets / barrier).ln(), growth, jump: 0.0, hazard: 0.0 };
        let id = format!("quadrature-{assets:.0}-{barrier:.0}-{years}y");
        let what = format!(
            "probability that assets of {assets:.0}, growth {growth}, volatility {volatility}, fall below {barrier:.0} in \
             {years} years"
        );
        Finding::new(TOPIC, id, what, source).known(value, error).found(Found::exact(probability(
            &of,
            volatility,
            12 * years,
        )))
    };
    let mut found: Vec<Finding> = passages.map(of).into();
    let bursts = |distance| Assets { distance, growth: 0.0, jump: 1.2, hazard: 0.1 };
    let burst = 1.0 - (-0.1_f64 / 12.0).exp();
    let two = 1.0 - (1.0 - burst).powi(60) - 60.0 * burst * (1.0 - burst).powi(59);
    for (id, distance, value) in
        [("quadrature-one-burst", 1.0, 1.0 - (-0.5_f64).exp()), ("quadrature-two-bursts", 2.0, two)]
    {
        let what = format!("probability that falls of 1.2 at a hazard of 0.1 take a distance of {distance} in 5 years");
        let exact = Found::exact(probability(&bursts(distance), 0.01, 60));
        found.push(
            Finding::new(TOPIC, id, what, "Closed form: binomial tail over 60 months").known(value, 1e-9).found(exact),
        );
    }
    found
}

/// Pairs of firms, as `joint.csv` has them.
fn pairs(ran: &Ran<'_>) -> Vec<Finding> {
    let all = joint_defaults(ran.results);
    let last = ran.results.date(ran.results.horizon());
    let of = |(pair, value, error, what): (&str, f64, f64, &str)| {
        let is_it = |one: &str, other: &str| one == format!("{pair}-x") && other == format!("{pair}-y");
        let both = all.iter().find(|joint| joint.by == last && is_it(&joint.one, &joint.other));
        let found = both.and_then(|joint| Found::of_answer(joint.answer(Together::Both)?));
        Finding::new(JOINT, format!("joint-{pair}"), what, "Quadrature of the bivariate normal distribution")
            .known(value, error)
            .found(found)
    };
    [
        ("a", 0.032_401_52, 5e-9, "both default: PD 10 % and 10 %, correlation 0.5"),
        ("b", 0.039_280_26, 5e-9, "both default: PD 5 % and 20 %, correlation 0.7"),
        ("c", 0.004_644_73, 5e-9, "both default: PD 2 % and 2 %, correlation 0.6"),
        ("d", 1.0 / 3.0, 0.0, "both default: PD 50 % and 50 %, correlation 0.5 (Gaussian copula, quadrant)"),
        ("e", 1.293_924_4e-3, 5e-11, "both default: PD 1 % and 1 %, correlation 0.5 (Gaussian copula, tail)"),
    ]
    .map(of)
    .into()
}

const NAMES: usize = 100;

/// A hundred firms over one step, each with PD 2 % and a correlation of the square root of 0.2 with the market.
fn portfolio() -> String {
    let barrier = 100.0 * (0.5 * (1.0_f64 / 12.0).sqrt() * normal_quantile(0.02)).exp();
    let mut text = "[scenario]\nname = \"A portfolio of a hundred firms\"\nstart = \"2026-01\"\nhorizon = \"2mo\"\n\
                    [run]\npaths = 60_000\nseed = 125\n[lab.a]\ncash = \"100B USD\"\n\
                    revenue.target = { 2026 = \"10B USD\" }\n"
        .to_owned();
    for name in 0..NAMES {
        let _ = writeln!(
            text,
            "[entity.n{name}]\nassets = \"100B USD\"\nbarrier = \"{barrier:.12}B USD\"\nasset_growth = 0.125\n\
             asset_volatility = 0.5"
        );
    }
    text += "[correlation]\n";
    (0..NAMES).for_each(|name| {
        let _ = writeln!(text, "\"assets.n{name}\" = {{ market = {:?} }}", 0.2_f64.sqrt());
    });
    text
}

/// How many of a hundred firms default together.
fn vasicek(ran: &Ran<'_>) -> Vec<Finding> {
    let (results, last) = (ran.results, ran.results.horizon());
    let mut counts = vec![0_usize; results.paths()];
    for name in 0..NAMES {
        let first = results.event(ENTITY_DEFAULT, &format!("n{name}"));
        for (count, &first) in counts.iter_mut().zip(first.iter().flat_map(|first| first.iter())) {
            *count += usize::from(by_month(first, last));
        }
    }
    let source = "Vasicek, Loan portfolio value, Risk 15, 2002; a hundred names by quadrature over the common factor";
    let at_least = |(id, least, value, error): (&str, usize, f64, f64)| {
        let answer = probability_alone(&results.count(|path| counts[path] >= least));
        Finding::new(JOINT, id, format!("probability that {least} or more of 100 firms default"), source)
            .known(value, error)
            .found(answer.as_ref().and_then(Found::of_answer))
    };
    [("vasicek-10", 10, 0.030_746_9, 5e-8), ("vasicek-30", 30, 3.370_408e-4, 5e-11)].map(at_least).into()
}
