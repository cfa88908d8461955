//! The page of a replay: one path as a dated story, and its years.

use super::block::{Block, Line, Tone, fitted};
use super::plan::label;
use super::text::{Sheet, billions, pairs};
use crate::calendar::Timeline;
use crate::model::outlook::ENDURANCE;
use crate::notation::significant;
use crate::report::path::story::{Event, Kind};
use crate::report::path::years::LabYear;
use crate::scenario::Scenario;

const LEGEND: &str = "ocf: operating cash flow; raised: equity and debt; cash, debt and arrears at the end of the year; \
    value of the equity before its last month; endures: how long cash would last without a market, at the end of the year";

/// What the page of a path is made from.
#[derive(Clone, Copy, Debug)]
pub struct PathPage<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The number of the draw, and its uncertain numbers.
    pub draw: (u32, &'a [f64]),
    /// The number of the path within the draw.
    pub path: u32,
    /// The months of the run.
    pub timeline: Timeline,
    /// What happens in the months that are shown.
    pub events: &'a [&'a Event],
    /// The years of which any month is shown.
    pub years: &'a [&'a LabYear],
}

/// The page of a path.
pub fn replay(of: &PathPage<'_>, width: usize) -> Vec<Block> {
    let sheet = Sheet { width };
    let mut blocks = vec![title(of, sheet)];
    if !of.scenario.uncertain.is_empty() {
        blocks.push(drawn(of));
    }
    blocks.push(events(of, sheet));
    blocks.extend(of.scenario.labs.iter().map(|lab| years(&lab.name, of.years, sheet)));
    fitted(blocks, width)
}

fn title(of: &PathPage<'_>, sheet: Sheet) -> Block {
    let scenario = of.scenario;
    let of_draw = if scenario.uncertain.is_empty() { String::new() } else { format!(" of draw {}", of.draw.0) };
    let text = format!("seed {}, digest {}", scenario.run.seed, scenario.digest_text());
    Block {
        title: format!("{}: path {}{of_draw}", scenario.about.name, of.path),
        lines: [vec![Line::new(Tone::Aside, text)], sheet.overridden(scenario)].concat(),
    }
}

fn drawn(of: &PathPage<'_>) -> Block {
    let values = of.scenario.uncertain.iter().zip(of.draw.1);
    let values: Vec<(String, String)> =
        values.map(|(number, value)| (number.key.clone(), number.unit.show(significant(*value, 4)))).collect();
    Block { title: "The uncertain numbers of this draw".to_owned(), lines: pairs(&values) }
}

fn events(of: &PathPage<'_>, sheet: Sheet) -> Block {
    let widest = of.events.iter().map(|event| event.subject.chars().count()).max().unwrap_or(0);
    let mut last = None;
    let told = of.events.iter().flat_map(|event| {
        let month = of.timeline.month(event.month as i32);
        let date = if last.replace(month) == Some(month) { String::new() } else { month.to_string() };
        sheet.hanging(tone(event.kind), &format!(" {date:7}  {:widest$}  ", event.subject), &event.what)
    });
    let mut lines: Vec<Line> = told.collect();
    if lines.is_empty() {
        lines.push(Line::new(Tone::Plain, " nothing in these months"));
    }
    Block { title: "What happens".to_owned(), lines }
}

fn tone(kind: Kind) -> Tone {
    match kind {
        Kind::Market | Kind::Regulation => Tone::Market,
        Kind::Contract | Kind::Endurance => Tone::Plain,
        Kind::Funding => Tone::Funding,
        Kind::Distress => Tone::Distress,
        Kind::Resolution | Kind::EntityDefault | Kind::Loss => Tone::Loss,
    }
}

/// "20 mo"; where counting ends, "120+ mo".
fn endurance_word(months: f64) -> String {
    let more = if months >= ENDURANCE as f64 { "+" } else { "" };
    format!("{months:.0}{more} mo")
}

fn years(lab: &str, years: &[&LabYear], sheet: Sheet) -> Block {
    let heads = ["year", "revenue", "ocf", "raised", "cash", "debt", "arrears", "value", "endures"];
    let row = |year: &&&LabYear| {
        let money = [year.revenue, year.ocf, year.raised(), year.cash, year.debt, year.arrears, year.value];
        let endures = year.endurance.map_or_else(|| "–".to_owned(), endurance_word);
        std::iter::once(label(year)).chain(money.map(billions)).chain([endures]).collect::<Vec<String>>()
    };
    let rows: Vec<Vec<String>> =
        years.iter().filter(|year| year.lab == lab).collect::<Vec<_>>().iter().map(row).collect();
    let mut lines = sheet.table(&[heads.map(str::to_owned).to_vec()], &rows);
    lines.extend(sheet.aside(LEGEND));
    Block { title: format!("{lab} by year, USD billions"), lines }
}
