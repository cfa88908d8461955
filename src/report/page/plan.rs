//! The page of a plan: the years of each lab, and whether they can be carried out.

use super::block::{Block, Line, Tone, fitted};
use super::text::{Sheet, billions, tenths_of_percent};
use crate::report::path::years::{LabYear, MUCH_UNMET};
use crate::scenario::Scenario;

/// What a column is, where its name does not say it.
const MEANINGS: [(&str, &str); 7] = [
    ("compute", "compute: invoices"),
    ("other", "other: revenue shares, interest and tax, less credits used"),
    ("ocf", "ocf: operating cash flow"),
    ("raised", "raised: equity and debt"),
    ("repaid", "repaid: principal and fees"),
    ("cash", "cash, debt and arrears at the end of the year"),
    ("value", "value of the equity before its last month"),
];

const FEASIBILITY: &str = "need unmet: of the compute needed; paid and idle: capacity paid for and not used, USD billions, \
    and as a share of what compute costs; off target: revenue against the plan's";

/// The page of a plan.
pub fn plan(scenario: &Scenario, years: &[LabYear], width: usize) -> Vec<Block> {
    let timeline = scenario.timeline();
    let head = format!("{} to {}; uncertain numbers at their means", timeline.start, timeline.last());
    let mut blocks = vec![Block {
        title: format!("{}: the plan, chance switched off", scenario.about.name),
        lines: [vec![Line::new(Tone::Plain, head)], Sheet { width }.overridden(scenario)].concat(),
    }];
    for lab in &scenario.labs {
        let of_lab: Vec<&LabYear> = years.iter().filter(|year| year.lab == lab.name).collect();
        blocks.extend(of(&lab.name, &of_lab, Sheet { width }));
    }
    let warned =
        warnings(years).into_iter().map(|text| Sheet { width }.paragraph(Tone::Warning, &format!("warning: {text}")));
    blocks.extend(warned.map(|lines| Block { title: String::new(), lines }));
    let silent = scenario.cannot_answer();
    if !silent.is_empty() {
        let lines = Sheet { width }.aside(&format!("This scenario cannot answer {}.", silent.join("; nor ")));
        blocks.push(Block { title: String::new(), lines });
    }
    fitted(blocks, width)
}

fn of(lab: &str, years: &[&LabYear], sheet: Sheet) -> [Block; 2] {
    let block = |title: String, mut lines: Vec<Line>, legend: &str| {
        lines.extend(sheet.aside(legend));
        Block { title, lines }
    };
    [
        block(format!("{lab}, USD billions"), money(years, sheet), &meanings(years)),
        block(format!("{lab}: can it be carried out?"), feasibility(years, sheet), FEASIBILITY),
    ]
}

/// A column of a table of years.
type Shown = (&'static str, fn(&LabYear) -> f64);

/// The columns in money; what is nothing in every year is left out.
fn shown(years: &[&LabYear]) -> Vec<Shown> {
    const ALWAYS: usize = 8;
    let columns: [Shown; 11] = [
        ("revenue", |y| y.revenue),
        ("compute", |y| y.compute),
        ("opex", |y| y.opex),
        ("ocf", |y| y.ocf),
        ("raised", LabYear::raised),
        ("cash", |y| y.cash),
        ("debt", |y| y.debt),
        ("value", |y| y.value),
        ("other", |y| y.other),
        ("repaid", |y| y.repaid),
        ("arrears", |y| y.arrears),
    ];
    let order = [0, 1, 2, 8, 3, 4, 9, 5, 6, 10, 7];
    let matters = |at: usize| at < ALWAYS || years.iter().any(|year| columns[at].1(year).abs() >= 5e7);
    order.into_iter().filter(|at| matters(*at)).map(|at| columns[at]).collect()
}

/// What the columns that are shown mean.
fn meanings(years: &[&LabYear]) -> String {
    let shown = shown(years);
    let is_shown = |name: &str| shown.iter().any(|(column, _)| *column == name);
    let told = MEANINGS.iter().filter(|(name, _)| is_shown(name)).map(|(name, meaning)| match *name {
        "cash" if !is_shown("arrears") => "cash and debt at the end of the year",
        _ => meaning,
    });
    told.collect::<Vec<_>>().join("; ")
}

/// The years in money.
fn money(years: &[&LabYear], sheet: Sheet) -> Vec<Line> {
    let shown = shown(years);
    let heads = std::iter::once("year").chain(shown.iter().map(|(name, _)| *name)).map(str::to_owned).collect();
    let row = |year: &&LabYear| {
        let figures = shown.iter().map(|(_, figure)| billions(figure(year)));
        std::iter::once(label(year)).chain(figures).collect()
    };
    sheet.table(&[heads], &years.iter().map(row).collect::<Vec<_>>())
}

/// A year, and its months where the run does not hold all of them.
pub(super) fn label(year: &LabYear) -> String {
    if year.months < 12 { format!("{} ({} mo)", year.year, year.months) } else { year.year.to_string() }
}

fn feasibility(years: &[&LabYear], sheet: Sheet) -> Vec<Line> {
    let heads = ["year", "need unmet", "paid and idle", "of compute", "off target"].map(str::to_owned).to_vec();
    let row = |year: &&LabYear| {
        vec![
            label(year),
            tenths_of_percent(year.unmet_share()),
            billions(year.idle),
            tenths_of_percent(year.idle_share()),
            tenths_of_percent(year.off_target()),
        ]
    };
    sheet.table(&[heads], &years.iter().map(row).collect::<Vec<_>>())
}

/// One for each lab whose plan lacks much compute, with the years.
pub fn warnings(years: &[LabYear]) -> Vec<String> {
    let much: Vec<&LabYear> = years.iter().filter(|year| year.unmet_share() > MUCH_UNMET).collect();
    let say = |of_lab: &[&LabYear]| {
        let years = of_lab.iter().map(|y| format!("{} in {}", tenths_of_percent(y.unmet_share()), y.year));
        let years: Vec<String> = years.collect();
        format!(
            "{} cannot have all the compute it needs: {} unmet. Sign more, allow more on demand, or plan for less",
            of_lab[0].lab,
            years.join(", ")
        )
    };
    much.chunk_by(|a, b| a.lab == b.lab).map(say).collect()
}
