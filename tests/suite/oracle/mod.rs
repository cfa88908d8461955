//! The oracle: the model of `docs/model.md` once more, slow and plain.
//!
//! One path at a time, scalars only, no code shared with the crate. It reads the
//! scenario text itself, walks the months in the order of section 1 and prints the
//! ledger that `docs/ledger.md` describes. Where the page and the crate
//! differ, this twin shows which cell differs first.
//!
//! | file | section of the page |
//! |---|---|
//! | `text` | TOML in file order, quantities with units, means of uncertain numbers (10, 12) |
//! | `curve` | calendar and curves (1) |
//! | `input` | the scenario as the page names it, defaults (13) |
//! | `plan` | planned tables, fixed cost from `burn` (3.7), margin and value (6) |
//! | `contract` | schedules, prices, minimum payments, what is signed when (4) |
//! | `state` | what a lab, the market and an entity carry from month to month |
//! | `month` | the order of a month (1), processes (2) |
//! | `credit` | the market for loans (6) |
//! | `rivals` | demand and shares (2), a leaver's customers, one purse (5.5), who is left (8.2) |
//! | `expansion` | what is signed while money is easy (4), plans that follow values and idle cash (3.1) |
//! | `operations` | a lab's month (3) |
//! | `funding` | section 5 |
//! | `settlement` | section 7 |
//! | `entities` | worth, losses, default of entities (8.1, 8.2) |
//! | `clearing` | debts between entities (8.1) |
//! | `treasury` | cash and debt of entities (8.1) |
//! | `pool` | money tracing (8.3) |
//! | `volatility` | `pd5` to the asset volatility at which the assets alone would meet it (8.1) |
//! | `ledger` | the columns of the fixtures |
//! | `seen` | what happened on a path, for the tests that everything does on some |

mod clearing;
mod contract;
mod credit;
mod curve;
mod entities;
mod expansion;
mod funding;
mod input;
mod ledger;
mod month;
mod operations;
mod plan;
mod pool;
mod rivals;
mod seen;
mod settlement;
mod state;
mod text;
mod treasury;
mod volatility;

#[cfg(test)]
pub(crate) mod tests;

/// Length of a step in years (section 1).
pub(crate) const DT: f64 = 1.0 / 12.0;

/// One cent: nothing smaller is sold or counted as arrears (sections 5 and 7.1).
pub(crate) const CENT: f64 = 0.01;

/// Scripted chance: every random number of a path, by name and month.
pub(crate) trait Draws {
    /// The already correlated standard normal of a process of section 2.
    fn normal(&self, process: &str, month: usize) -> f64;
    /// A uniform; an event of probability `p` happens if it is below `p`.
    fn uniform(&self, name: &str, month: usize) -> f64;
    /// The delay of a contract in months.
    fn delay(&self, contract: &str) -> usize;
}

/// Whether there is chance on the path.
#[derive(Clone, Copy)]
pub(crate) enum Chance<'a> {
    /// Plan mode, section 12.
    Off,
    /// Chance as written down.
    Scripted(&'a dyn Draws),
}

impl Chance<'_> {
    /// Is this plan mode?
    pub(crate) fn is_off(&self) -> bool {
        matches!(self, Chance::Off)
    }

    /// The normal of a process, zero in plan mode.
    pub(crate) fn normal(&self, process: &str, month: i64) -> f64 {
        match self {
            Chance::Off => 0.0,
            Chance::Scripted(draws) => draws.normal(process, month as usize),
        }
    }

    /// Does an event of probability `p` happen? In plan mode it is `plan` that says so.
    pub(crate) fn happens(&self, name: &str, month: i64, p: f64, plan: bool) -> bool {
        match self {
            Chance::Off => plan,
            Chance::Scripted(draws) => draws.uniform(name, month as usize) < p,
        }
    }
}

/// The probability of an event of annual hazard `h` in a month (section 1).
pub(crate) fn monthly(h: f64) -> f64 {
    1.0 - (-h * DT).exp()
}

/// The ledger of one path: the columns of the fixtures without the month's name.
pub(crate) struct Ledger {
    /// Names of the columns, in the order of the fixtures.
    pub(crate) columns: Vec<String>,
    /// One row a month.
    pub(crate) rows: Vec<Vec<f64>>,
    /// The calendar months, as `2026-04`.
    pub(crate) months: Vec<String>,
    /// Freeze endurance (7.5): lab, `start` or the calendar month of a year-end, months.
    pub(crate) endurance: Vec<(String, String, f64)>,
    /// By lab: was it overpaid (11)?
    pub(crate) overpaid: Vec<bool>,
    /// By entity with a balance sheet: name, and the month of its default without exposures (8.1).
    pub(crate) alone: Vec<(String, Option<i64>)>,
    /// What happened on the path.
    pub(crate) seen: std::collections::BTreeSet<&'static str>,
}

impl Ledger {
    /// The column of that name, month by month.
    pub(crate) fn column(&self, name: &str) -> Vec<f64> {
        let at = self.columns.iter().position(|column| column == name).unwrap_or_else(|| panic!("no column {name}"));
        self.rows.iter().map(|row| row[at]).collect()
    }
}

/// Runs the scenario for one path.
pub(crate) fn run(toml_text: &str, chance: Chance<'_>) -> Ledger {
    let scenario = input::Scenario::read(toml_text, chance);
    month::walk(&scenario, chance)
}
