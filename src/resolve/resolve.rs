//! From one parameter draw of a scenario to the parameters of the model.

use super::calibration::Calibration;
use super::draw::{Chance, Depth, Draw};
use super::names::Names;
use super::{entities, events, expansions, labs, market, rivals};
use crate::calendar::Timeline;
use crate::engine::Slots;
use crate::language::Problem;
use crate::model::metric::FREEZE_ENDURANCE;
use crate::model::{Asked, Parameters};
use crate::scenario::Scenario;

/// The parameters of one draw. A start has the same problems as a run, and the same balance sheets and prices.
///
/// # Errors
/// Problems that appear only month by month: a negative fixed cost, core assets that are not positive, a zero target at the start,
/// a valuation below the cash.
pub(super) fn resolve(
    (scenario, names): (&Scenario, &Names),
    values: &[f64],
    (chance, depth): (Chance, Depth),
    calibration: &Calibration,
) -> Result<Parameters, Vec<Problem>> {
    let draw = Draw { scenario, values, chance, depth, timeline: scenario.timeline(), names, calibration };
    let mut slots = Slots::default();
    let families = market::families(&draw, &mut slots);
    let market = market::market(&draw, &mut slots);
    let regulation = market::regulation(&draw, &mut slots);
    let reference = scenario.families.iter().position(|family| family.reference).unwrap_or(0);
    let mut problems = Vec::new();
    let labs = labs::resolve(&draw, &mut slots, &mut problems);
    let entities = entities::resolve(&draw, &mut slots);
    let events = events::resolve(&draw, &mut slots);
    let rivals = rivals::resolve(&draw, &mut slots, &events);
    let clearing = entities::clearing(&draw);
    for correlation in &scenario.correlations {
        slots.correlate(&correlation.child, &correlation.parent, draw.at(&correlation.value));
    }
    let mut parameters = Parameters {
        timeline: draw.timeline,
        discount_rate: draw.at(&scenario.economy.discount_rate),
        market,
        regulation,
        rivals,
        clearing,
        events,
        families,
        reference,
        on_demand_premium: draw.at(&scenario.on_demand.premium),
        labs,
        entities,
        dates: dates(scenario),
        year_ends: year_ends(&draw.timeline),
        endurance_ends: endurance_ends(scenario),
        asked: Asked::EVERYTHING,
        metrics: 0,
        slots,
    };
    labs::price(&draw, &mut parameters, &mut problems);
    expansions::booms(&draw, &mut parameters);
    entities::check_core(&parameters, &mut problems);
    if let Some((a, b)) = parameters.slots.collision() {
        let message = format!("the stream ids of `{a}` and `{b}` collide");
        problems.push(Problem::error(a, message).help("rename one of them"));
    }
    let parameters = if depth == Depth::Run { parameters.counted() } else { parameters };
    if problems.is_empty() { Ok(parameters) } else { Err(problems) }
}

/// The months that end a calendar year.
fn year_ends(timeline: &Timeline) -> Vec<usize> {
    (0..timeline.months).filter(|&t| timeline.month(t as i32).month() == 12).collect()
}

/// Year-ends, dates of benchmarks, outcomes, expectations and references, and the last month, ascending.
fn dates(scenario: &Scenario) -> Vec<usize> {
    let named = evidence(scenario).map(|(_, by)| by);
    with_last(scenario.timeline(), year_ends(&scenario.timeline()).into_iter().chain(named))
}

/// Dates of benchmarks, outcomes, expectations and references of freeze endurance, and the last month, ascending.
fn endurance_ends(scenario: &Scenario) -> Vec<usize> {
    let named = evidence(scenario).filter(|(measure, _)| *measure == FREEZE_ENDURANCE.name);
    with_last(scenario.timeline(), named.map(|(_, by)| by))
}

/// The dated benchmarks, outcomes, expectations and references after the start: what is compared, and by which month.
fn evidence(scenario: &Scenario) -> impl Iterator<Item = (&str, usize)> {
    let timeline = scenario.timeline();
    let benchmarks = scenario.benchmarks.iter().map(|benchmark| (benchmark.metric.as_str(), benchmark.by));
    let outcomes = scenario.outcomes.iter().map(|outcome| (outcome.measure.as_str(), Some(outcome.by)));
    let expected = scenario.expectations.iter().map(|expected| (expected.measure.as_str(), expected.by));
    let known = scenario.references.iter().map(|known| (known.measure.as_str(), known.by));
    let all = benchmarks.chain(outcomes).chain(expected).chain(known);
    all.filter_map(move |(measure, by)| Some((measure, usize::try_from(timeline.index(by?)).ok()?)))
}

/// These months of the run and its last, ascending.
fn with_last(timeline: Timeline, months: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut months: Vec<usize> = months.chain([timeline.months - 1]).filter(|&t| t < timeline.months).collect();
    months.sort_unstable();
    months.dedup();
    months
}
