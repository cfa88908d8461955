//! What must not change a result: the seed, the number of paths, the horizon, the order of a file, ties that nobody has.

use super::directions::RING;
use super::engine::{prepared, run};
use super::finding::{Finding, Found};
use super::step::Step;
use crate::model::{Twin, metric};
use crate::notation::thousands;
use crate::resolve::Worlds;
use crate::scenario::Scenario;
use crate::stats::{Hits, Moments, wilson};
use crate::study::conduct::{Conduct, of_all};
use crate::study::error::StudyError;
use crate::study::estimates::by_month;
use crate::study::prepared::Prepared;

const TOPIC: &str = "Stability";

pub(super) fn steps() -> Vec<Step> {
    vec![
        Step::findings("stability over seeds", 6_000, seeds).only_in_full(),
        Step::findings("stability over paths", 6_000, paths).only_in_full(),
        Step::findings("stability over horizons and order", 2_000, rewritten),
        Step::findings("twins without ties", 500, twins),
    ]
}

/// Defaults of the lab of the ring by a month, path by path.
fn defaults(text: &str, set: &[&str], by: usize, conduct: Conduct<'_>) -> Result<Vec<bool>, StudyError> {
    let overrides: Vec<String> = set.iter().map(|&one| one.to_owned()).collect();
    let scenario = Scenario::parse("ring.toml", text, &overrides)?;
    events(&prepared(&scenario, conduct)?.asking(&[metric::DEFAULT]), "acme", by, conduct)
}

/// Paths with a default of a lab by the end of a month.
fn events(prepared: &Prepared, lab: &str, by: usize, conduct: Conduct<'_>) -> Result<Vec<bool>, StudyError> {
    let simulated = run(prepared, false, conduct)?;
    let results = prepared.results(&simulated);
    let first = results.event(metric::DEFAULT, lab).unwrap_or_default();
    Ok(first.iter().map(|&month| by_month(month, by)).collect())
}

fn count(defaults: &[bool]) -> Hits {
    Hits { hits: defaults.iter().filter(|&&default| default).count() as u64, trials: defaults.len() as u64 }
}

fn share(defaults: &[bool]) -> f64 {
    let Hits { hits, trials } = count(defaults);
    hits as f64 / trials as f64
}

/// Twenty seeds scatter as their claimed errors say.
fn seeds(conduct: Conduct<'_>) -> Result<Vec<Finding>, StudyError> {
    const SEEDS: u64 = 20;
    let mut shares = Moments::default();
    let mut variance = 0.0;
    for seed in 0..SEEDS {
        let progress = |at| (conduct.progress)(of_all(at, seed, SEEDS));
        let size = ["run.paths=4000".to_owned(), format!("run.seed={}", 1000 + seed)];
        let size: Vec<&str> = size.iter().map(String::as_str).collect();
        let hits = count(&defaults(RING, &size, 59, Conduct { progress: &progress, ..conduct })?);
        let error = wilson(hits).and_then(|share| share.standard_error()).unwrap_or(f64::NAN);
        shares.add(hits.hits as f64 / hits.trials as f64);
        variance += error * error / SEEDS as f64;
    }
    // The logarithm of a variance of n normal numbers has a deviation of about sqrt(2/(n - 1)).
    let ratio = shares.variance().map(|found| (found / variance).ln());
    let deviation = (2.0 / (SEEDS as f64 - 1.0)).sqrt();
    let what = "logarithm of the variance of P(default) over 20 seeds over the variance that they claim";
    let source = "Chi-squared distribution with 19 degrees of freedom";
    let found = ratio.map(|ratio| Found::with_error(ratio, deviation));
    Ok(vec![Finding::new(TOPIC, "seeds", what, source).known(0.0, 0.0).found(found)])
}

/// The first paths of a run say the same as all of them.
fn paths(conduct: Conduct<'_>) -> Result<Vec<Finding>, StudyError> {
    let all = defaults(RING, &["run.paths=64000"], 59, conduct)?;
    let of = |&first: &usize| {
        let (part, rest) = all.split_at(first);
        let p = share(&all);
        let error = (p * (1.0 - p) * (1.0 / first as f64 + 1.0 / rest.len() as f64)).sqrt();
        let what = format!("P(default) on the first {first} of 64,000 paths less that on the others");
        Finding::new(TOPIC, format!("paths-{first}"), what, "Independent paths: binomial errors of both")
            .known(0.0, 0.0)
            .found(Found::with_error(share(part) - share(rest), error))
    };
    Ok([1_000, 4_000, 16_000].iter().map(of).collect())
}

/// The tables of a file from the last to the first.
fn backwards(text: &str) -> String {
    let mut blocks: Vec<String> = Vec::new();
    for line in text.lines() {
        match blocks.last_mut() {
            Some(block) if !line.starts_with('[') => {
                block.push('\n');
                block.push_str(line);
            }
            _ => blocks.push(line.to_owned()),
        }
    }
    blocks.reverse();
    blocks.join("\n")
}

/// A longer horizon and another order of the file leave every path as it is.
fn rewritten(conduct: Conduct<'_>) -> Result<Vec<Finding>, StudyError> {
    const BY: usize = 35;
    let size = ["run.paths=4000"];
    let base = defaults(RING, &size, BY, conduct)?;
    let mut found = Vec::new();
    for (id, what, text, set) in [
        ("horizon-8-years", "with a horizon of 8 years in place of 5", RING.to_owned(), "scenario.horizon=96mo"),
        ("horizon-3-years", "with a horizon of 3 years in place of 5", RING.to_owned(), "scenario.horizon=36mo"),
        ("order", "with the tables of the file in the opposite order", backwards(RING), "scenario.horizon=60mo"),
    ] {
        let other = defaults(&text, &[size[0], set], BY, conduct)?;
        let differ = base.iter().zip(&other).filter(|(a, b)| a != b).count();
        let what = format!("paths of 4,000 whose default within 3 years changes {what}");
        let source = "Random numbers have addresses, not an order (docs/decisions.md, section 2)";
        let finding = Finding::new(TOPIC, id, what, source).known(0.0, 0.0);
        found.push(finding.found(Found::exact(differ as f64)).note(with_default(&base)));
    }
    Ok(found)
}

/// How many paths could have changed.
fn with_default(defaults: &[bool]) -> String {
    format!("{} of these paths have a default", thousands(count(defaults).hits as f64))
}

const NO_TIES: &str = r#"
    [scenario]
    name = "A lab without ties"
    start = "2026-01"
    horizon = "36mo"
    [run]
    paths = 4000
    seed = 129
    [market]
    burst = { hazard = 0.1 }
    [lab.a]
    cash = "8B USD"
    cash_volatility = "3B USD"
    revenue.target = { 2026 = "10B USD" }
    opex.fixed = { 2026 = "12B USD" }
    [[contract]]
    id = "cloud"
    lab = "a"
    provider = "nimbus"
    amount = "10B USD"
    start = "2026-01"
    term = "5y"
    [entity.nimbus]
    assets = "50B USD"
    barrier = "20B USD"
    asset_volatility = 0.3
    "#;

/// Without ties nothing is changed by taking them away.
fn twins(conduct: Conduct<'_>) -> Result<Vec<Finding>, StudyError> {
    let scenario = Scenario::parse("no-ties", NO_TIES, &[])?;
    let world = || Worlds::new(scenario.clone(), scenario.run.seed).map_err(|found| scenario.problems(found));
    let last = 35;
    let base = events(&Prepared::new(world()?), "a", last, conduct)?;
    let mut found = Vec::new();
    for (id, what, twin) in [
        ("twin-without-ties", "without ties", Twin::WithoutTies),
        ("twin-without-money", "without strategic money", Twin::WithoutStrategicMoney),
    ] {
        let other = events(&Prepared::of_twin(world()?, twin), "a", last, conduct)?;
        let differ = base.iter().zip(&other).filter(|(a, b)| a != b).count();
        let what = format!("paths of 4,000 whose default changes {what}, where there are none");
        let finding = Finding::new(TOPIC, id, what, "docs/model.md, section 9").known(0.0, 0.0);
        found.push(finding.found(Found::exact(differ as f64)).note(with_default(&base)));
    }
    Ok(found)
}
