//! `ouro plan`: the plan as written, by year, with its ledger (docs/model.md, section 12).

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use serde_json::json;

use super::args::PlanArgs;
use super::output::{self, OnePath};
use super::scenario;
use super::terminal::{self, BOLD, DIM, WARN};
use super::text::{self, billions, counted, tenths_of_percent};
use crate::engine::Sampler;
use crate::model::{Parameters, ledger};
use crate::report::ledger::{DECIMALS, Ledger};
use crate::report::story::Moment;
use crate::report::summary::digest;
use crate::report::years::{self, LabYear, MUCH_UNMET};
use crate::report::{Table, csv};
use crate::scenario::Scenario;
use crate::simulate::simulate_one;

/// A plan, computed.
struct Plan {
    ledger: Table,
    years: Vec<LabYear>,
    residual: f64,
}

/// Computes, writes and prints a plan.
///
/// # Errors
/// When the scenario is refused, or the result cannot be written or printed.
pub(crate) fn run(args: &PlanArgs) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    let scenario = scenario::open(&args.file, &args.overrides.set)?;
    let plan = computed(&scenario::planned(&scenario)?)?;
    let origin = OnePath {
        file: &args.file,
        scenario: &scenario,
        overrides: &args.overrides.set,
        stop: "plan",
        seconds: begun.elapsed().as_secs_f64(),
        residual: plan.residual,
    };
    let place = written(args.out.as_deref(), &plan, &origin)?;
    let text = if args.json { as_json(&scenario, &plan, &place) } else { as_text(&scenario, &plan, &place) };
    terminal::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn computed(world: &Parameters) -> anyhow::Result<Plan> {
    let mut book = Ledger::new(world.timeline);
    let (mut years, mut residual) = (Vec::new(), 0.0);
    simulate_one(world, Sampler::Still, 0, 0, &mut |month, before, after, work| {
        book.push(ledger::row(world, before, after, work, month));
        years::add(&mut years, &Moment { world, month, before, after, work });
        residual = after.residual[0];
    });
    let ledger = book.table(|_| true).context("the plan has no finite ledger")?;
    Ok(Plan { ledger, years, residual })
}

fn written(asked: Option<&Path>, plan: &Plan, origin: &OnePath<'_>) -> anyhow::Result<std::path::PathBuf> {
    let place = output::place(asked, origin.file, origin.scenario, "-plan");
    let folder = output::begin(place)?;
    let by_year = years::table(&plan.years)?;
    let write = || {
        csv::save_fixed(&plan.ledger, &folder.file("plan.csv")?, DECIMALS)?;
        csv::save(&by_year, &folder.file("years.csv")?)
    };
    write().context("cannot write the plan")?;
    folder.commit(output::manifest(origin, &[&by_year])).context("cannot write the plan")
}

fn as_json(scenario: &Scenario, plan: &Plan, place: &Path) -> String {
    let plan = json!({
        "scenario": scenario.about.name,
        "digest": digest(scenario),
        "money": "USD",
        "years": plan.years,
        "warnings": warnings(&plan.years),
        "output": place.display().to_string(),
    });
    format!("{plan:#}\n")
}

fn as_text(scenario: &Scenario, plan: &Plan, place: &Path) -> String {
    let timeline = scenario.timeline();
    let head = format!(
        "{BOLD}{}: the plan, chance switched off{BOLD:#}\n{} to {}; uncertain numbers at their means\n",
        scenario.about.name,
        timeline.start,
        timeline.last()
    );
    let labs = scenario.labs.iter().map(|lab| lab_text(&lab.name, &plan.years));
    let warnings = warnings(&plan.years).into_iter().map(|warning| format!("\n{WARN}warning:{WARN:#} {warning}\n"));
    let months = counted(plan.ledger.rows(), "month");
    let accounts = counted(plan.ledger.columns().len() - 1, "account");
    let ledger = place.join("plan.csv");
    let tail = format!("\n{DIM}The ledger, {months} of {accounts} in USD billions:{DIM:#} {}\n", ledger.display());
    std::iter::once(head).chain(labs).chain(warnings).chain([tail]).collect()
}

fn lab_text(lab: &str, years: &[LabYear]) -> String {
    let years: Vec<&LabYear> = years.iter().filter(|year| year.lab == lab).collect();
    let (money, feasibility) = (money_table(&years), feasibility_table(&years));
    format!(
        "\n{BOLD}{lab}{BOLD:#}  USD billions\n{money}{}\n{BOLD}{lab}: can it be carried out?{BOLD:#}\n{feasibility}{}",
        text::legend(
            "compute: invoices; other: revenue shares, interest and tax, less credits used; ocf: operating cash flow; \
             raised: equity and debt; cash and debt at the end of the year; value of the equity before its last month"
        ),
        text::legend(
            "need unmet: of the compute needed; paid and idle: capacity paid for and not used, USD billions, and as a \
             share of what compute costs; off target: revenue against the plan's"
        )
    )
}

/// A column of a table of years.
type Shown = (&'static str, fn(&LabYear) -> f64);

/// The years in money; what is nothing in every year is left out.
pub(super) fn money_table(years: &[&LabYear]) -> String {
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
    let shown: Vec<Shown> = order.into_iter().filter(|at| matters(*at)).map(|at| columns[at]).collect();
    let head: Vec<&str> = std::iter::once("year").chain(shown.iter().map(|(name, _)| *name)).collect();
    let row = |year: &&LabYear| {
        let figures = shown.iter().map(|(_, figure)| billions(figure(year)));
        std::iter::once(label(year)).chain(figures).collect()
    };
    text::numbers(&head, &years.iter().map(row).collect::<Vec<_>>())
}

/// A year, and its months where the run does not hold all of them.
pub(super) fn label(year: &LabYear) -> String {
    if year.months < 12 { format!("{} ({} mo)", year.year, year.months) } else { year.year.to_string() }
}

fn feasibility_table(years: &[&LabYear]) -> String {
    let head = ["year", "need unmet", "paid and idle", "of compute", "off target"];
    let row = |year: &&LabYear| {
        vec![
            label(year),
            tenths_of_percent(year.unmet_share()),
            billions(year.idle),
            tenths_of_percent(year.idle_share()),
            tenths_of_percent(year.off_target()),
        ]
    };
    text::numbers(&head, &years.iter().map(row).collect::<Vec<_>>())
}

/// One for each lab whose plan lacks much compute, with the years.
fn warnings(years: &[LabYear]) -> Vec<String> {
    let much: Vec<&LabYear> = years.iter().filter(|year| year.unmet_share() > MUCH_UNMET).collect();
    let say = |of_lab: &[&LabYear]| {
        let years = of_lab.iter().map(|y| format!("{} in {}", tenths_of_percent(y.unmet_share()), y.year));
        let years: Vec<String> = years.collect();
        format!(
            "{} cannot have all the compute it needs; missing are {}. Sign more, allow more on demand, or plan for less",
            of_lab[0].lab,
            years.join(", ")
        )
    };
    much.chunk_by(|a, b| a.lab == b.lab).map(say).collect()
}
