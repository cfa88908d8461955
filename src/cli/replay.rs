//! `ouro replay`: one path of a run alone, told as a story.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use comfy_table::{Attribute, Cell, Color};
use serde_json::{Value, json};

use super::args::ReplayArgs;
use super::dispatch::Wrong;
use super::output::{self, OnePath};
use super::parse::Months;
use super::terminal::{self, BOLD, DIM};
use super::text::{billions, counted, legend, numbers, pairs, words};
use super::{plan, scenario};
use crate::calendar::Month;
use crate::engine::{Pseudo, replay};
use crate::human::significant;
use crate::model::outlook::ENDURANCE;
use crate::model::{self, By, Metric, Parameters, catalogue, ledger};
use crate::report::ledger::{DECIMALS, Ledger};
use crate::report::story::{Event, Kind, Moment, events};
use crate::report::summary::digest;
use crate::report::years::{self, LabYear};
use crate::report::{Column, Data, Table, csv};
use crate::resolve::Worlds;
use crate::scenario::Scenario;

/// One path, told.
struct Story {
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
    residual: f64,
}

/// Recomputes, writes if asked to, and prints one path.
///
/// # Errors
/// When the scenario is refused, there is no such path, or the result cannot be written or printed.
pub(crate) fn run(args: &ReplayArgs) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    let overrides = args.overrides();
    let scenario = scenario::open(&args.file, &overrides)?;
    let worlds = scenario::worlds(&scenario, args.means)?;
    let story = told(&worlds, args)?;
    let origin = OnePath {
        file: &args.file,
        scenario: &scenario,
        overrides: &overrides,
        stop: "replay",
        seconds: begun.elapsed().as_secs_f64(),
        residual: story.residual,
    };
    let months = args.months.unwrap_or_default();
    let wanted = args.ledger || args.out.is_some();
    let place = wanted.then(|| written(args.out.as_deref(), &story, months, &origin)).transpose()?;
    let text = if args.json {
        as_json(&scenario, &story, months, place.as_deref())
    } else {
        as_text(&scenario, &story, months, place.as_deref())
    };
    terminal::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn told(worlds: &Worlds, args: &ReplayArgs) -> anyhow::Result<Story> {
    let (draw, path) = addressed(worlds, args)?;
    let scenario = worlds.scenario();
    let world = worlds.resolve(draw).map_err(|found| scenario.problems(found))?;
    let mut book = Ledger::new(world.timeline);
    let (mut happened, mut years, mut residual) = (Vec::new(), Vec::new(), 0.0);
    let sampler = Pseudo { seed: scenario.run.seed };
    let row = replay(&world, &sampler, draw, path, |month, before, after, work| {
        let moment = Moment { world: &world, month, before, after, work };
        book.push(ledger::row(&world, before, after, work, month));
        happened.extend(events(&moment));
        years::add(&mut years, &moment);
        residual = after.residual[0];
    });
    let metrics = catalogue(&world).into_iter().zip(row.values.iter().map(|lanes| lanes[0])).collect();
    let values = worlds.values(draw);
    Ok(Story { draw, path, values, events: happened, years, ledger: book, metrics, residual, world })
}

/// The draw and the path, if a run has them.
fn addressed(worlds: &Worlds, args: &ReplayArgs) -> Result<(u32, u32), Wrong> {
    let run = &worlds.scenario().run;
    let draws = u64::from(worlds.draws());
    if args.draw >= draws {
        let last = draws - 1;
        return Err(Wrong(format!(
            "there is no draw {}: this run has {} (0 to {last}); `--set run.draws=N` makes more",
            args.draw,
            counted(draws as usize, "draw")
        )));
    }
    let paths = run.paths.div_ceil(draws);
    if args.path >= paths {
        let last = paths - 1;
        return Err(Wrong(format!(
            "there is no path {}: this run has {} in each of its {} (0 to {last}); choose another with --draw, or make \
             more with `--set run.paths=N`",
            args.path,
            counted(paths as usize, "path"),
            counted(draws as usize, "draw")
        )));
    }
    Ok((args.draw as u32, args.path as u32))
}

impl Story {
    fn month(&self, event: &Event) -> Month {
        self.world.timeline.month(event.month as i32)
    }

    fn events_in(&self, months: Months) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(move |event| months.contains(self.month(event)))
    }

    /// The years of which `months` holds any.
    fn years_in(&self, months: Months) -> impl Iterator<Item = &LabYear> {
        let timeline = self.world.timeline;
        let all = (0..timeline.months as i32).map(move |t| timeline.month(t));
        let kept: Vec<i32> = all.filter(|month| months.contains(*month)).map(Month::year).collect();
        self.years.iter().filter(move |year| kept.contains(&year.year))
    }
}

fn as_text(scenario: &Scenario, story: &Story, months: Months, place: Option<&Path>) -> String {
    let parts = [title(scenario, story), draw_text(scenario, story), event_text(story, months)];
    let labs = scenario.labs.iter().map(|lab| lab_text(&lab.name, story, months));
    let tail = match place {
        Some(place) => {
            format!("\n{DIM}The ledger, in USD billions:{DIM:#} {}\n", place.join("ledger.csv").display())
        }
        None => format!("\n{DIM}With --ledger, every account of every month is written to a file.{DIM:#}\n"),
    };
    parts.into_iter().chain(labs).chain([tail]).collect()
}

fn title(scenario: &Scenario, story: &Story) -> String {
    let Story { path, draw, .. } = story;
    let of_draw = if scenario.uncertain.is_empty() { String::new() } else { format!(" of draw {draw}") };
    let (name, seed, digest) = (&scenario.about.name, scenario.run.seed, digest(scenario));
    format!("{BOLD}{name}: path {path}{of_draw}{BOLD:#}\n{DIM}seed {seed}, digest {digest}{DIM:#}\n")
}

fn draw_text(scenario: &Scenario, story: &Story) -> String {
    if scenario.uncertain.is_empty() {
        return String::new();
    }
    let values = scenario.uncertain.iter().zip(&story.values);
    let values: Vec<(String, String)> =
        values.map(|(number, value)| (number.key.clone(), number.unit.show(significant(*value, 4)))).collect();
    format!("\n{BOLD}What is not known, as this draw has it{BOLD:#}\n{}", pairs(&values))
}

const LEGEND: &str = "ocf: operating cash flow; raised: equity and debt; cash, debt and arrears at the end of the year; \
    value of the equity before its last month; endures: how long cash would last without a market, at the end of the year";

fn lab_text(lab: &str, story: &Story, months: Months) -> String {
    let years: Vec<&LabYear> = story.years_in(months).filter(|year| year.lab == lab).collect();
    format!("\n{BOLD}{lab} by year{BOLD:#}  USD billions\n{}{}", year_table(&years), legend(LEGEND))
}

fn event_text(story: &Story, months: Months) -> String {
    let events: Vec<&Event> = story.events_in(months).collect();
    let head = format!("\n{BOLD}What happens{BOLD:#}\n");
    if events.is_empty() {
        return head + " nothing in these months\n";
    }
    let widest = events.iter().map(|event| event.subject.chars().count()).max().unwrap_or(0);
    let mut last = None;
    let rows = events.iter().map(|event| {
        let month = story.month(event);
        let date = if last.replace(month) == Some(month) { String::new() } else { month.to_string() };
        let what = coloured(event.kind, Cell::new(&event.what));
        vec![Cell::new(date), Cell::new(&event.subject), what]
    });
    head + &words(&[7, widest], terminal::width() - 1, rows.collect())
}

fn coloured(kind: Kind, cell: Cell) -> Cell {
    match kind {
        Kind::Market | Kind::Regulation => cell.fg(Color::Magenta),
        Kind::Contract | Kind::Endurance => cell,
        Kind::Funding => cell.fg(Color::Green),
        Kind::Distress => cell.fg(Color::Yellow),
        Kind::Resolution | Kind::EntityDefault => cell.fg(Color::Red).add_attribute(Attribute::Bold),
        Kind::Loss => cell.fg(Color::Red),
    }
}

/// "20 mo"; where counting ends, "120+ mo".
fn endurance_word(months: f64) -> String {
    let more = if months >= ENDURANCE as f64 { "+" } else { "" };
    format!("{months:.0}{more} mo")
}

fn year_table(years: &[&LabYear]) -> String {
    let head = ["year", "revenue", "ocf", "raised", "cash", "debt", "arrears", "value", "endures"];
    let row = |year: &&LabYear| {
        let money = [year.revenue, year.ocf, year.raised(), year.cash, year.debt, year.arrears, year.value];
        let endures = year.endurance.map_or_else(|| "–".to_owned(), endurance_word);
        std::iter::once(plan::label(year)).chain(money.map(billions)).chain([endures]).collect()
    };
    numbers(&head, &years.iter().map(row).collect::<Vec<_>>())
}

fn written(asked: Option<&Path>, story: &Story, months: Months, origin: &OnePath<'_>) -> anyhow::Result<PathBuf> {
    let suffix = format!("-path-{}-{}", story.draw, story.path);
    let folder = output::begin(output::place(asked, origin.file, origin.scenario, &suffix))?;
    let timeline = story.world.timeline;
    let ledger = story.ledger.table(|t| months.contains(timeline.month(t as i32))).context("no finite ledger")?;
    let by_year = years::table(&story.years_in(months).cloned().collect::<Vec<_>>())?;
    let write = || {
        csv::save_fixed(&ledger, &folder.file("ledger.csv")?, DECIMALS)?;
        csv::save(&by_year, &folder.file("years.csv")?)
    };
    write().context("cannot write the replay")?;
    let told = story_table(story, months)?;
    csv::save(&told, &folder.file("story.csv")?).context("cannot write the replay")?;
    folder.commit(output::manifest(origin, &[&by_year, &told])).context("cannot write the replay")
}

fn story_table(story: &Story, months: Months) -> anyhow::Result<Table> {
    let events: Vec<&Event> = story.events_in(months).collect();
    let text = |of: &dyn Fn(&Event) -> String| Data::Text(events.iter().map(|event| of(event)).collect());
    let columns = vec![
        Column::new("month", "", "calendar month", text(&|event| story.month(event).to_string())),
        Column::new("kind", "", "what kind of event", text(&|event| event.kind.name().to_owned())),
        Column::new("subject", "", "whom it concerns", text(&|event| event.subject.clone())),
        Column::new("what", "", "what happened", text(&|event| event.what.clone())),
    ];
    Ok(Table::new("story", columns)?)
}

fn as_json(scenario: &Scenario, story: &Story, months: Months, place: Option<&Path>) -> String {
    let uncertain = scenario
        .uncertain
        .iter()
        .zip(&story.values)
        .map(|(number, value)| json!({ "key": number.key, "value": value, "unit": number.unit.label() }));
    let told = story.events_in(months).map(|event| {
        let month = story.month(event).to_string();
        json!({ "month": month, "kind": event.kind, "subject": event.subject, "what": event.what })
    });
    let value = json!({
        "scenario": scenario.about.name,
        "digest": digest(scenario),
        "seed": scenario.run.seed,
        "draw": story.draw,
        "path": story.path,
        "money": "USD",
        "uncertain": uncertain.collect::<Vec<_>>(),
        "events": told.collect::<Vec<_>>(),
        "years": story.years_in(months).collect::<Vec<_>>(),
        "metrics": story.metrics.iter().map(|metric| metric_json(story, metric)).collect::<Vec<_>>(),
        "output": place.map(|place| place.display().to_string()),
    });
    format!("{value:#}\n")
}

/// A metric of the path; an event that never happens has no value, one that does has its date too.
fn metric_json(story: &Story, (metric, value): &(Metric, f64)) -> Value {
    let month = |t: usize| story.world.timeline.month(t as i32).to_string();
    let by = match metric.by {
        By::Start => Some("start".to_owned()),
        By::Month(t) => Some(month(t)),
        By::Path => None,
    };
    let value = Some(*value).filter(|value| value.is_finite());
    let date = value.filter(|_| metric.kind == model::Kind::FirstMonth).map(|t| month(t as usize));
    let unit = metric.kind.unit();
    json!({
        "measure": metric.measure, "subject": metric.subject, "by": by, "value": value, "unit": unit, "date": date,
    })
}
