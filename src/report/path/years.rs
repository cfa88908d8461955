//! A path by calendar year: what each lab earned, spent, raised and was left
//! with, and whether its plan can be carried out (`docs/model.md`, section 12).

use serde::Serialize;

use crate::model::constants::DT;
use crate::model::parameters::Lab;
use crate::model::state::{LabState, sum};
use crate::model::workspace::LabMonth;

use super::story::Moment;
use crate::report::format::{Column, Data, Table, TableError};

/// A year of a lab; money in dollars.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct LabYear {
    /// The lab.
    pub lab: String,
    /// The calendar year.
    pub year: i32,
    /// Its months within the run.
    pub months: u32,
    /// Revenue.
    pub revenue: f64,
    /// What revenue would be at an attainment of one.
    pub target: f64,
    /// Invoices for compute.
    pub compute: f64,
    /// Fixed and proportional costs.
    pub opex: f64,
    /// Revenue shares, interest and tax, less credits used and noise: what is
    /// left between the lines above and the operating cash flow.
    pub other: f64,
    /// Operating cash flow.
    pub ocf: f64,
    /// Equity sold for cash: investments, matching, IPO, rounds, rescue.
    pub equity: f64,
    /// Debt drawn.
    pub borrowed: f64,
    /// Principal and fees paid.
    pub repaid: f64,
    /// Cash at the end.
    pub cash: f64,
    /// Debt at the end.
    pub debt: f64,
    /// Arrears at the end.
    pub arrears: f64,
    /// Value of the equity, at the start of the last month.
    pub value: f64,
    /// Compute needed, units.
    pub need: f64,
    /// Compute needed and not had, units.
    pub unmet: f64,
    /// Capacity paid for in any case and not used.
    pub idle: f64,
    /// Months that cash would last without a market, at the end of the year;
    /// none where the year ends beyond the run.
    pub endurance: Option<f64>,
}

/// Share of need unmet from which a plan deserves a warning.
pub const MUCH_UNMET: f64 = 0.02;

impl LabYear {
    /// Equity and debt raised.
    pub fn raised(&self) -> f64 {
        self.equity + self.borrowed
    }

    /// Unmet need as a share of need.
    pub fn unmet_share(&self) -> f64 {
        ratio(self.unmet, self.need)
    }

    /// Capacity paid for and not used, as a share of what compute costs.
    pub fn idle_share(&self) -> f64 {
        ratio(self.idle, self.compute)
    }

    /// Revenue beyond the target, as a share of it; negative below.
    pub fn off_target(&self) -> f64 {
        ratio(self.revenue - self.target, self.target)
    }

    fn add(&mut self, lab: &Lab, state: &LabState<1>, m: &LabMonth<1>, month: usize) {
        self.months += 1;
        self.revenue += m.revenue[0] * DT;
        self.target += lab.target[month] * DT;
        self.compute += m.invoices[0];
        self.opex += m.opex[0];
        self.ocf += m.ocf[0];
        self.other = self.revenue - self.compute - self.opex - self.ocf;
        self.equity += sum(m.parties.iter().map(|flows| &flows.given))[0] + m.outside[0];
        self.borrowed += sum(&m.draw)[0];
        self.repaid += sum(&m.principal)[0] + m.fee[0];
        self.cash = state.cash[0];
        self.debt = state.debt()[0];
        self.arrears = state.total_arrears()[0];
        self.value = m.value[0];
        self.need += (m.need_inference[0] + m.need_training[0]) * DT;
        self.unmet += (m.unmet_inference[0] + m.unmet_training[0]) * DT;
        self.idle += m.contracts.iter().map(|c| c.paid_left[0] * c.price[0] * DT).sum::<f64>();
    }
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// Adds a month to the years so far; those of one lab follow one another.
pub fn add(years: &mut Vec<LabYear>, moment: &Moment<'_>) {
    let world = moment.world;
    let year = world.timeline.month(moment.month as i32).year();
    for (l, lab) in world.labs.iter().enumerate() {
        let (state, flows) = (&moment.after.labs[l], &moment.work.labs[l]);
        let known = years.iter().position(|y| y.lab == lab.name && y.year == year);
        let at = known.unwrap_or_else(|| begin(years, &lab.name, year));
        years[at].add(lab, state, flows, moment.month);
        if let Some(end) = world.endurance_ends.iter().position(|&t| t == moment.month) {
            years[at].endurance = Some(state.tally.endurance[end + 1][0]);
        }
    }
}

fn begin(years: &mut Vec<LabYear>, lab: &str, year: i32) -> usize {
    let last = years.iter().rposition(|y| y.lab == lab);
    let at = last.map_or(years.len(), |last| last + 1);
    let fresh = LabYear { lab: lab.to_owned(), year, ..LabYear::default() };
    years.insert(at, fresh);
    at
}

/// A column of money: name, meaning, figure.
type Figure = (&'static str, &'static str, fn(&LabYear) -> f64);

const MONEY: [Figure; 14] = [
    ("revenue", "revenue", |y| y.revenue),
    ("target", "revenue at an attainment of one", |y| y.target),
    ("compute", "invoices for compute", |y| y.compute),
    ("opex", "fixed and proportional costs", |y| y.opex),
    ("other", "revenue shares, interest, tax, less credits used and noise", |y| y.other),
    ("ocf", "operating cash flow", |y| y.ocf),
    ("equity", "equity sold for cash", |y| y.equity),
    ("borrowed", "debt drawn", |y| y.borrowed),
    ("repaid", "principal and fees paid", |y| y.repaid),
    ("cash", "cash at the end", |y| y.cash),
    ("debt", "debt at the end", |y| y.debt),
    ("arrears", "arrears at the end", |y| y.arrears),
    ("value", "value of the equity before the last month", |y| y.value),
    ("idle", "capacity paid for and not used", |y| y.idle),
];

const SHARES: [Figure; 2] = [
    ("unmet_share", "compute needed and not had", |y| y.unmet_share()),
    ("off_target", "revenue beyond the target", |y| y.off_target()),
];

/// The years as a table, one row per year and lab, money in billions; what is not finite is absent.
///
/// # Errors
///
/// If a number is not finite.
pub fn table(years: &[LabYear]) -> Result<Table, TableError> {
    let text = |figure: fn(&LabYear) -> String| Data::Text(years.iter().map(figure).collect());
    let whole = |figure: fn(&LabYear) -> i64| Data::Integer(years.iter().map(figure).collect());
    let year = whole(|y| i64::from(y.year));
    let months = whole(|y| i64::from(y.months));
    let mut columns = vec![
        Column::new("lab", "", "the lab", text(|y| y.lab.clone())),
        Column::new("year", "", "calendar year", year),
        Column::new("months", "months", "months of it within the run", months),
    ];
    for (name, meaning, figure) in MONEY {
        let billions = Data::finite_or_absent(years.iter().map(|y| figure(y) / 1e9));
        columns.push(Column::new(name, "USD bn", meaning, billions));
    }
    for (name, meaning, figure) in SHARES {
        let shares = Data::finite_or_absent(years.iter().map(figure));
        columns.push(Column::new(name, "1", meaning, shares));
    }
    let endurance = Data::Maybe(years.iter().map(|y| y.endurance.filter(|months| months.is_finite())).collect());
    columns.push(Column::new(
        "freeze_endurance",
        "months",
        "months, at most 120, that cash would last without a market",
        endurance,
    ));
    Table::new("years", columns)
}
