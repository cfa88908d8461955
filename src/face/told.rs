//! The paths that a run tells: simulated again one by one, with the bits that they have in the run.

use super::error::Error;
use crate::engine::Sampler;
use crate::model::{Asked, Metric, Parameters, catalogue};
use crate::report::format::{PLAIN, Table};
use crate::report::output::Filed;
use crate::report::path::story::{Moment, events};
use crate::report::path::told::{Ring, Told, months_table, ring_table, stories_table};
use crate::simulate::simulate_one;
use crate::study::Prepared;
use crate::study::estimates::Results;
use crate::study::stories::{Chosen, stories};

/// What the path without chance is called.
const PLAN: &str = "the plan";

/// The kinds of cells that are kept.
const KINDS: [&str; 3] = ["pays", "owes", "owns"];

/// The tables of the paths that a run tells, and of its plan.
///
/// # Errors
/// If a draw cannot be resolved, or a number does not fit its table.
pub(super) fn tables(prepared: &Prepared, results: &Results<'_>, plan: &Parameters) -> Result<Vec<Filed>, Error> {
    let told =
        stories(results).into_iter().map(|chosen| tell(prepared, chosen)).collect::<Result<Vec<Told>, Error>>()?;
    let of_plan = asking(plan.clone());
    let of_plan: Ring = ring(&of_plan, simulate_one(&of_plan, Sampler::Still, 0, 0, &mut |_, _, _, _| ()));
    let rings: Vec<(&str, &Ring)> =
        [(PLAN, &of_plan)].into_iter().chain(told.iter().map(|one| (one.chosen.story, &one.ring))).collect();
    let filed = |table: Table| Filed::new(table.name().to_owned(), table, PLAIN);
    let timeline = results.timeline;
    Ok(vec![
        filed(stories_table(&told, timeline)?),
        filed(months_table(&told, &results.labs, timeline)?),
        filed(ring_table(&rings, timeline)?),
    ])
}

/// Simulates a path again.
fn tell(prepared: &Prepared, chosen: Chosen) -> Result<Told, Error> {
    let worlds = prepared.worlds();
    let scenario = worlds.scenario();
    let world = asking(worlds.resolve(chosen.draw).map_err(|found| scenario.problems(found))?.with_yearly_endurance());
    let (mut happened, mut cash) = (Vec::new(), Vec::new());
    let sampler = Sampler::PseudoRandom { seed: scenario.run.seed };
    let values = simulate_one(&world, sampler, chosen.draw, chosen.path, &mut |month, before, after, work| {
        happened.extend(events(&Moment { world: &world, month, before, after, work }));
        cash.push(after.labs.iter().map(|lab| lab.cash[0]).collect());
    });
    Ok(Told { chosen, events: happened, cash, ring: ring(&world, values) })
}

/// The world with its network measured too.
fn asking(world: Parameters) -> Parameters {
    let asked = Asked { network: true, ..world.asked };
    world.asking(asked)
}

/// The cells of a path that are not zero.
fn ring(world: &Parameters, values: Vec<f64>) -> Ring {
    let is_kept = |metric: &Metric| metric.measure.is_cell() && KINDS.contains(&metric.measure.name);
    let all = catalogue(world).into_iter().zip(values);
    all.filter(|(metric, value)| is_kept(metric) && *value != 0.0).collect()
}
