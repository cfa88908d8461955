//! Directions that economics demands, on common random numbers: one number changes, and a result must move the right way.

use super::engine::{prepared, run};
use super::finding::{Demand, Finding, Found};
use super::step::Step;
use crate::model::{Measure, metric};
use crate::scenario::Scenario;
use crate::study::conduct::{Conduct, of_all};
use crate::study::contrast::{Contrast, contrasts};
use crate::study::error::StudyError;
use crate::study::estimand::Statistic;

const TOPIC: &str = "Directions";

pub(super) fn steps() -> Vec<Step> {
    vec![Step::findings("directions", 20_000, gates).only_in_full()]
}

/// A small ring of a lab that may fail, a provider with debt, a giver and a builder with a treasury.
pub(super) const RING: &str = include_str!("../../../tests/fixtures/ring.toml");

/// A change of the ring, a result, and where it must go.
struct Gate {
    why: &'static str,
    set: &'static [&'static str],
    of: (Measure, &'static str),
    demand: Demand,
}

const fn rises(why: &'static str, set: &'static [&'static str], of: (Measure, &'static str)) -> Gate {
    Gate { why, set, of, demand: Demand::Rises }
}

const DEFAULT: (Measure, &str) = (metric::DEFAULT, "acme");
const LOSS: (Measure, &str) = (metric::PROVIDER_LOSS, "nimbus");
const NIMBUS: (Measure, &str) = (metric::ENTITY_DEFAULT, "nimbus");

const GATES: [Gate; 11] = [
    rises("less opening cash", &["lab.acme.cash=14B"], DEFAULT),
    rises("higher fixed costs", &["lab.acme.opex.fixed.2027=12B", "lab.acme.opex.fixed.2028=16B"], DEFAULT),
    rises(
        "worse revenue",
        &["lab.acme.revenue.attainment.median=0.6", "lab.acme.revenue.attainment.p90=0.975"],
        DEFAULT,
    ),
    rises("a tranche that does not come", &["investment.money.probability=0"], DEFAULT),
    rises("more that is owed whether it is taken or not", &["contract.cloud.take_or_pay=1"], LOSS),
    rises("likelier bursts", &["market.run_up=0.9"], DEFAULT),
    rises("longer freezes", &["market.freeze_mean=48mo"], DEFAULT),
    rises("less grace", &["lab.acme.resolution.grace=0mo"], DEFAULT),
    rises("a larger loss given default", &["lab.acme.resolution.lgd=100%"], LOSS),
    rises("a higher barrier", &["entity.nimbus.debt=130B"], NIMBUS),
    Gate { why: "a sponsor that comes", set: &["lab.acme.resolution.rescue=90%"], of: DEFAULT, demand: Demand::Falls },
];

/// Runs the ring and every change of it on the same shocks.
fn gates(conduct: Conduct<'_>) -> Result<Vec<Finding>, StudyError> {
    let measures = [metric::DEFAULT, metric::ENTITY_DEFAULT, metric::PROVIDER_LOSS];
    let made = |set: &[&str]| {
        let overrides: Vec<String> = set.iter().map(|&one| one.to_owned()).collect();
        let scenario = Scenario::parse("ring.toml", RING, &overrides)?;
        Ok::<_, StudyError>(prepared(&scenario, conduct)?.asking(&measures))
    };
    let part = |prepared: &_, number: u64| {
        let progress = |at| (conduct.progress)(of_all(at, number, GATES.len() as u64 + 1));
        run(prepared, false, Conduct { progress: &progress, ..conduct })
    };
    let base = made(&[])?;
    let simulated = part(&base, 0)?;
    let base = base.results(&simulated);
    let mut found = Vec::new();
    for (number, gate) in GATES.iter().enumerate() {
        let variant = made(gate.set)?;
        let simulated = part(&variant, number as u64 + 1)?;
        found.push(finding(gate, &contrasts(&base, &variant.results(&simulated))));
    }
    Ok(found)
}

fn finding(gate: &Gate, contrasts: &[Contrast]) -> Finding {
    let (measure, subject) = gate.of;
    let is_it = |of: &&Contrast| {
        let statistic = matches!(of.estimand.statistic, Statistic::Probability | Statistic::Mean);
        of.estimand.measure == measure && of.estimand.subject == subject && statistic
    };
    let last = contrasts.iter().filter(is_it).max_by_key(|of| of.estimand.by);
    let way = if gate.demand == Demand::Falls { "falls" } else { "rises" };
    let what = format!("{} of {subject} {way} with {}", measure.words(), gate.why);
    Finding::new(TOPIC, format!("direction-{}", gate.why.replace(' ', "-")), what, gate.set.join("; "))
        .must(gate.demand)
        .found(last.and_then(|of| Found::of_answer(&of.difference)))
}
