//! One path of a run alone.

use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};

use super::error::Error;
use super::plan::of_one_path;
use super::result::{Page, REPORT, result};
use crate::calendar::Month;
use crate::engine::Sampler;
use crate::model::{self, By, Metric, Parameters, catalogue, ledger};
use crate::notation::counted;
use crate::report::format::{PLAIN, TIDY};
use crate::report::output::{Deliverable, Filed};
use crate::report::page::{self, PathPage, WIDTH, plain_text};
use crate::report::path::ledger::Ledger;
use crate::report::path::story::{Event, Moment, events, story_table};
use crate::report::path::years::{self, LabYear};
use crate::report::summary::about;
use crate::resolve::Worlds;
use crate::scenario::Scenario;
use crate::simulate::simulate_one;
use crate::study::Soundness;

/// One path: its ledger, its years, its story, and what is measured on it.
#[derive(Debug)]
pub struct Replay {
    scenario: Scenario,
    draw: u32,
    path: u32,
    /// The uncertain numbers of the draw.
    values: Vec<f64>,
    world: Parameters,
    events: Vec<Event>,
    years: Vec<LabYear>,
    ledger: Ledger,
    /// The metrics of the path, as in paths.parquet.
    metrics: Vec<(Metric, f64)>,
    soundness: Soundness,
    seconds: f64,
    shown: Months,
}

/// A stretch of months, both ends in it; an end that is missing is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Months {
    /// The first; none: from the start.
    pub from: Option<Month>,
    /// The last; none: to the horizon.
    pub to: Option<Month>,
}

impl Months {
    /// Whether a month lies in it.
    pub fn contains(self, month: Month) -> bool {
        self.from.is_none_or(|from| from <= month) && self.to.is_none_or(|to| month <= to)
    }
}

result!(Replay);

impl Replay {
    pub(super) fn of(worlds: &Worlds, draw: u64, path: u64) -> Result<Self, Error> {
        let begun = Instant::now();
        let (draw, path) = addressed(worlds, draw, path)?;
        let scenario = worlds.scenario();
        let world = worlds.resolve(draw).map_err(|found| scenario.problems(found))?.with_yearly_endurance();
        let mut book = Ledger::new(world.timeline);
        let (mut happened, mut years, mut residual) = (Vec::new(), Vec::new(), 0.0);
        let sampler = Sampler::PseudoRandom { seed: scenario.run.seed };
        let values = simulate_one(&world, sampler, draw, path, &mut |month, before, after, work| {
            let moment = Moment { world: &world, month, before, after, work };
            book.push(ledger::row(&world, before, after, work, month));
            happened.extend(events(&moment));
            years::add(&mut years, &moment);
            residual = after.residual[0];
        });
        let metrics: Vec<(Metric, f64)> = catalogue(&world).into_iter().zip(values).collect();
        Ok(Self {
            scenario: scenario.clone(),
            draw,
            path,
            values: worlds.values(draw),
            events: happened,
            years,
            ledger: book,
            soundness: Soundness::of_path(residual, &metrics),
            metrics,
            world,
            seconds: begun.elapsed().as_secs_f64(),
            shown: Months::default(),
        })
    }

    /// The same path, of which only these months are shown and written.
    #[must_use]
    pub fn showing(self, months: Months) -> Self {
        Self { shown: months, ..self }
    }

    /// The scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The number of the parameter draw, and that of the path within it.
    pub fn address(&self) -> (u32, u32) {
        (self.draw, self.path)
    }

    /// What happens, in order.
    pub fn events(&self) -> Vec<&Event> {
        self.events.iter().filter(|event| self.shown.contains(self.month(event))).collect()
    }

    /// The years of which any month is shown.
    pub fn years(&self) -> Vec<&LabYear> {
        let timeline = self.world.timeline;
        let all = (0..timeline.months as i32).map(|t| timeline.month(t));
        let kept: Vec<i32> = all.filter(|month| self.shown.contains(*month)).map(Month::year).collect();
        self.years.iter().filter(|year| kept.contains(&year.year)).collect()
    }

    /// The page for people.
    pub fn page(&self, width: usize) -> Page {
        let of = PathPage {
            scenario: &self.scenario,
            draw: (self.draw, &self.values),
            path: self.path,
            timeline: self.world.timeline,
            events: &self.events(),
            years: &self.years(),
        };
        page::warned(page::replay(&of, width), &self.soundness, width)
    }

    /// Whether every number of the path is finite that should be.
    pub fn is_sound(&self) -> bool {
        self.soundness.is_sound()
    }

    /// Everything as JSON, money in dollars; `place` is the folder of the result, if there is one.
    pub fn json(&self, place: Option<&Path>) -> String {
        let scenario = &self.scenario;
        let uncertain = scenario
            .uncertain
            .iter()
            .zip(&self.values)
            .map(|(number, value)| json!({ "key": number.key, "value": value, "unit": number.unit.label() }));
        let told = self.events().into_iter().map(|event| {
            let month = self.month(event).to_string();
            json!({ "month": month, "kind": event.kind, "subject": event.subject, "amount": event.amount, "what": event.what })
        });
        let value = json!({
            "scenario": scenario.about.name,
            "digest": scenario.digest_text(),
            "overridden": scenario.overridden(),
            "seed": scenario.run.seed,
            "draw": self.draw,
            "path": self.path,
            "money": "USD",
            "uncertain": uncertain.collect::<Vec<_>>(),
            "events": told.collect::<Vec<_>>(),
            "years": self.years(),
            "metrics": self.metrics.iter().map(|metric| self.metric(metric)).collect::<Vec<_>>(),
            "warnings": self.soundness.told().into_iter().collect::<Vec<_>>(),
            "output": place.map(|place| place.display().to_string()),
        });
        format!("{value:#}\n")
    }

    fn deliverable(&self) -> Result<Deliverable, Error> {
        let timeline = self.world.timeline;
        let ledger = self.ledger.table(|t| self.shown.contains(timeline.month(t as i32)))?;
        let by_year = years::table(&self.years().into_iter().cloned().collect::<Vec<_>>())?;
        let story = story_table(&self.events(), timeline, &self.scenario.overridden().join("; "))?;
        let manifest = of_one_path(&self.scenario, "replay", self.seconds, &self.soundness, &[&by_year, &story]);
        let tables = vec![
            Filed::new("ledger", ledger, PLAIN),
            Filed::new("years", by_year, PLAIN),
            Filed::new("story", story, TIDY),
        ];
        let page = (REPORT, plain_text(&self.page(WIDTH)));
        Ok(Deliverable::without_figures(tables, page, about(&self.scenario), manifest))
    }

    fn month(&self, event: &Event) -> Month {
        self.world.timeline.month(event.month as i32)
    }

    /// A metric of the path; an event that never happens has no value, one that does has its date too.
    fn metric(&self, (metric, value): &(Metric, f64)) -> Value {
        let month = |t: usize| self.world.timeline.month(t as i32).to_string();
        let by = match metric.by {
            By::Start => Some("start".to_owned()),
            By::Month(t) => Some(month(t)),
            By::Path => None,
        };
        let value = Some(*value).filter(|value| value.is_finite());
        let date = value.filter(|_| metric.measure.kind == model::Kind::FirstMonth).map(|t| month(t as usize));
        let unit = metric.measure.kind.unit();
        json!({
            "measure": metric.measure.name, "subject": metric.subject, "by": by, "value": value, "unit": unit, "date": date,
        })
    }
}

/// The draw and the path, if a run has them.
fn addressed(worlds: &Worlds, draw: u64, path: u64) -> Result<(u32, u32), Error> {
    let run = &worlds.scenario().run;
    let draws = u64::from(worlds.draws());
    if draw >= draws {
        let last = draws - 1;
        return Err(Error::Refused(format!(
            "there is no draw {draw}: this run has {} (0 to {last}); `--set run.draws=N` makes more",
            counted(draws as usize, "draw")
        )));
    }
    let paths = run.paths.div_ceil(draws);
    if path >= paths {
        let last = paths - 1;
        return Err(Error::Refused(format!(
            "there is no path {path}: this run has {} in each of its {} (0 to {last}); choose another with --draw, or make \
             more with `--set run.paths=N`",
            counted(paths as usize, "path"),
            counted(draws as usize, "draw")
        )));
    }
    Ok((draw as u32, path as u32))
}
