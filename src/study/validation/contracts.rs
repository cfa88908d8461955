//! Contracts, warrants, freezes and resolution of a lab; the value of flat growth.

use super::engine::Case;
use super::finding::{Finding, Found};
use super::step::Step;
use crate::engine::Sampler;
use crate::resolve::Worlds;
use crate::scenario::Scenario;
use crate::simulate::simulate_one;
use crate::study::error::StudyError;

const TOPIC: &str = "Contracts, funding and resolution";

pub(super) fn steps() -> Vec<Step> {
    vec![
        Case::new(TOPIC, "contract.toml", include_str!("problems/contract.toml")).step(10),
        Case::new(TOPIC, "warrants.toml", include_str!("problems/warrants.toml")).step(1_000),
        Case::new(TOPIC, "freeze.toml", include_str!("problems/freeze.toml")).step(1_000),
        Case::new(TOPIC, "resolution.toml", include_str!("problems/resolution.toml")).step(500),
        Step::findings("value of flat growth", 1, |_| flat_growth()),
    ]
}

const FLAT: &str = r#"
    [scenario]
    name = "Flat growth"
    start = "2026-01"
    horizon = "1y"
    [economy]
    long_run_growth = 0.04
    [lab.a]
    cash = "1B USD"
    revenue.target = { 2020 = "10B USD" }
    fundamental = { cost_of_capital = 0.12, margin = 1.0 }
    "#;

/// What revenue that grows for ever is worth, in multiples of itself.
fn flat_growth() -> Result<Vec<Finding>, StudyError> {
    let scenario = Scenario::parse("flat growth", FLAT, &[])?;
    let world = Worlds::new(scenario.clone(), 1)
        .and_then(|worlds| worlds.resolve(0))
        .map_err(|problems| scenario.problems(problems))?;
    let mut first = None;
    simulate_one(&world, Sampler::Still, 0, 0, &mut |_, _, _, work| {
        let lab = &work.labs[0];
        first = first.or(Some(lab.fundamental[0] / lab.revenue_rate[0]));
    });
    let what = "fundamental value over revenue: growth 4 %, cost of capital 12 %, margin 1";
    let source =
        "Gordon and Shapiro, Management Science 3, 1956, with monthly flows: dt sum exp(-r (i + 1/2) dt + g i dt)";
    Ok(vec![
        Finding::new(TOPIC, "value-of-growth", what, source)
            .known(12.483_368_25, 5e-9)
            .found(first.map(Found::exact))
            .note("in the limit of short months 1/(r - g) = 12.5"),
    ])
}
