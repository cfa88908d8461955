//! The plan as written (docs/model.md, section 12).

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use serde_json::json;

use super::error::Error;
use super::result::{Page, REPORT, result};
use crate::engine::{Sampler, Tier};
use crate::model::{Parameters, catalogue, ledger};
use crate::report::format::{PLAIN, Table};
use crate::report::output::{Deliverable, Filed, Manifest, MeasureRecord};
use crate::report::page::{self, WIDTH, plain_text, warnings};
use crate::report::path::ledger::Ledger;
use crate::report::path::story::Moment;
use crate::report::path::years::{self, LabYear};
use crate::report::summary::{about, manifest};
use crate::scenario::Scenario;
use crate::simulate::simulate_one;
use crate::study::{Soundness, planned};

/// One path with chance switched off and uncertain numbers at their means.
#[derive(Debug)]
pub struct Plan {
    scenario: Scenario,
    ledger: Table,
    years: Vec<LabYear>,
    soundness: Soundness,
    seconds: f64,
}

result!(Plan);

impl Plan {
    pub(super) fn of(scenario: &Scenario) -> Result<Self, Error> {
        let begun = Instant::now();
        let world: Parameters = planned(scenario)?.with_yearly_endurance();
        let mut book = Ledger::new(world.timeline);
        let (mut years, mut residual) = (Vec::new(), 0.0);
        let values = simulate_one(&world, Sampler::Still, 0, 0, &mut |month, before, after, work| {
            book.push(ledger::row(&world, before, after, work, month));
            years::add(&mut years, &Moment { world: &world, month, before, after, work });
            residual = after.residual[0];
        });
        let seconds = begun.elapsed().as_secs_f64();
        let metrics: Vec<_> = catalogue(&world).into_iter().zip(values).collect();
        let soundness = Soundness::of_path(residual, &metrics);
        Ok(Self { scenario: scenario.clone(), ledger: book.table(|_| true)?, years, soundness, seconds })
    }

    /// The scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The ledger: one row per month, money in billions of dollars.
    pub fn ledger(&self) -> &Table {
        &self.ledger
    }

    /// The years of each lab, money in dollars.
    pub fn years(&self) -> &[LabYear] {
        &self.years
    }

    /// The page for people.
    pub fn page(&self, width: usize) -> Page {
        page::warned(page::plan(&self.scenario, &self.years, width), &self.soundness, width)
    }

    /// Whether every number of the path is finite that should be.
    pub fn is_sound(&self) -> bool {
        self.soundness.is_sound()
    }

    /// The years as JSON, money in dollars; `place` is the folder of the result, if there is one.
    pub fn json(&self, place: Option<&Path>) -> String {
        let plan = json!({
            "scenario": self.scenario.about.name,
            "digest": self.scenario.digest_text(),
            "overridden": self.scenario.overridden(),
            "money": "USD",
            "units": { "money": "USD", "shares": "1", "endurance": "months", "months": "months" },
            "years": self.years,
            "warnings": warnings(&self.years).into_iter().chain(self.soundness.told()).collect::<Vec<_>>(),
            "output": place.map(|place| place.display().to_string()),
        });
        format!("{plan:#}\n")
    }

    fn deliverable(&self) -> Result<Deliverable, Error> {
        let by_year = years::table(&self.years)?;
        let manifest = of_one_path(&self.scenario, "plan", self.seconds, &self.soundness, &[&by_year]);
        let tables = vec![Filed::new("plan", self.ledger.clone(), PLAIN), Filed::new("years", by_year, PLAIN)];
        let page = (REPORT, plain_text(&self.page(WIDTH)));
        Ok(Deliverable::without_figures(tables, page, about(&self.scenario), manifest))
    }
}

/// The record of a result of one path; `described` are the tables whose columns it explains.
pub(super) fn of_one_path(
    scenario: &Scenario,
    command: &str,
    seconds: f64,
    soundness: &Soundness,
    described: &[&Table],
) -> Manifest {
    let columns = described.iter().flat_map(|table| table.columns());
    let explained = columns.filter(|column| !column.meaning.is_empty());
    let measure = |unit: &String, meaning: &String| MeasureRecord { unit: unit.clone(), meaning: meaning.clone() };
    let measures: BTreeMap<String, MeasureRecord> =
        explained.map(|c| (c.name.clone(), measure(&c.unit, &c.meaning))).collect();
    Manifest {
        tier: Tier::Portable.name().to_owned(),
        paths: 1,
        draws: 1,
        wall_seconds: seconds,
        residual: soundness.residual,
        failures: soundness.failures(),
        measures,
        ..manifest(scenario, command)
    }
}
