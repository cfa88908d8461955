//! The ledger of one path, one row per month, as plan mode and replay print it (columns: docs/ledger.md).

use crate::lanes::Lanes;

use super::constants::DT;
use super::debts::cleared;
use super::id::EntityId;
use super::parameters::{Entity, Lab, Parameters};
use super::plant::rent_of_age;
use super::state::{Block, LabState, sum};
use super::workspace::{LabMonth, Workspace};

/// Dollars per unit of money of the ledger.
const BILLION: f64 = 1e9;

/// What the ledger shows for an infinite runway, months.
const INFINITE_RUNWAY: f64 = 1e6;

/// What kind of number a column of the ledger holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Billions of dollars.
    Billions,
    /// Billions of dollars a year.
    BillionsYear,
    /// Dollars per unit of compute.
    Price,
    /// Billions of units of compute a year.
    BillionUnits,
    /// Months.
    Months,
    /// Years.
    Years,
    /// A share or a logarithm.
    Ratio,
    /// 0 or 1.
    Flag,
}

/// One number of the ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Name of the column.
    pub column: String,
    /// Its unit.
    pub unit: Unit,
    /// The number, in that unit.
    pub value: f64,
}

impl Unit {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Billions => "USD bn",
            Self::BillionsYear => "USD bn/year",
            Self::Price => "USD/unit",
            Self::BillionUnits => "bn units/year",
            Self::Months => "months",
            Self::Years => "years",
            Self::Ratio => "1",
            Self::Flag => "0 or 1",
        }
    }

    fn scale(self) -> f64 {
        match self {
            Self::Billions | Self::BillionsYear | Self::BillionUnits => 1.0 / BILLION,
            _ => 1.0,
        }
    }
}

/// A row under construction.
#[derive(Debug, Default)]
struct Cells {
    prefix: String,
    cells: Vec<Cell>,
}

impl Cells {
    fn put(&mut self, unit: Unit, column: impl AsRef<str>, value: f64) {
        let column = format!("{}.{}", self.prefix, column.as_ref());
        self.cells.push(Cell { column, unit, value: value * unit.scale() });
    }

    fn all(&mut self, unit: Unit, columns: &[(&str, f64)]) {
        for (column, value) in columns {
            self.put(unit, column, *value);
        }
    }
}

/// The row of month `t`, from the state before the month, the state after it, and its flows.
pub fn row(p: &Parameters, before: &Block<1>, after: &Block<1>, work: &Workspace<1>, t: usize) -> Vec<Cell> {
    let mut out = Cells { prefix: "market".to_owned(), ..Cells::default() };
    out.put(Unit::Ratio, "y", before.market.overvaluation[0]);
    out.put(Unit::Ratio, "run_up", work.run_up[0]);
    out.put(Unit::Flag, "open", work.open[0]);
    if p.market.credit.is_some() {
        out.put(Unit::Flag, "credit_open", before.market.credit_open[0]);
    }
    for (family, spot) in p.families.iter().zip(&before.spot) {
        out.prefix = format!("price.{}", family.name);
        out.put(Unit::Price, "spot", spot[0]);
        out.put(Unit::Price, "plan", family.plan_price[t]);
    }
    for (l, lab) in p.labs.iter().enumerate() {
        out.prefix.clone_from(&lab.name);
        let spot = &before.spot;
        let (before, state, m) = (&before.labs[l], &after.labs[l], &work.labs[l]);
        start_of_month(before, m, &mut out);
        compute(p, lab, m, &mut out);
        hardware(lab, (before, state), spot, t, &mut out);
        income(p, lab, state, m, &mut out);
        funding(p, lab, state, m, &mut out);
        settlement(state, m, &mut out);
        balances(p, lab, state, m, &mut out);
        if p.rivals.as_ref().is_some_and(|rivals| rivals.inherit > 0.0) {
            out.put(Unit::Ratio, "customers_gained", m.customers[0]);
        }
    }
    "market".clone_into(&mut out.prefix);
    out.put(Unit::Ratio, "circular", work.circular[0]);
    if p.market.one_purse {
        out.put(Unit::Billions, "raised", sum(&after.rivals.raised)[0]);
    }
    for (e, entity) in p.entities.iter().enumerate() {
        out.prefix = format!("entity.{}", entity.name);
        books(entity, before, after, e, &mut out);
        if let Some(clearing) =
            p.clearing.as_ref().filter(|clearing| clearing.debts.iter().any(|debt| debt.borrower == e))
        {
            let (owed, paid) = cleared(clearing, e, &after.entities[e], t);
            out.all(Unit::Billions, &[("cleared_owed", owed), ("cleared_paid", paid)]);
        }
    }
    out.cells
}

fn start_of_month(before: &LabState<1>, m: &LabMonth<1>, out: &mut Cells) {
    out.put(Unit::Ratio, "X", before.attainment[0]);
    out.put(Unit::Ratio, "Z", before.intensity[0]);
    out.put(Unit::BillionsYear, "revenue_rate_before_lost_sales", m.revenue_rate[0]);
    out.put(Unit::Billions, "fundamental_value", m.fundamental[0]);
    out.put(Unit::Billions, "equity_value", m.value[0]);
    out.put(Unit::Ratio, "share_count", m.share_count[0]);
    out.put(Unit::Billions, "share_price", m.share_price[0]);
}

fn compute(p: &Parameters, lab: &Lab, m: &LabMonth<1>, out: &mut Cells) {
    out.all(
        Unit::BillionUnits,
        &[
            ("need_inference_units", m.need_inference[0]),
            ("need_training_units", m.need_training[0]),
            ("planned_training_units", m.planned_training[0]),
            ("unmet_inference_units", m.unmet_inference[0]),
            ("unmet_training_units", m.unmet_training[0]),
        ],
    );
    if lab.reinvestment.is_some() {
        out.put(Unit::BillionUnits, "extra_training_units", m.extra_training[0]);
    }
    out.put(Unit::Ratio, "training_shortfall", m.shortfall[0]);
    for (contract, c) in lab.contracts.iter().zip(&m.contracts) {
        let column = |what: &str| format!("contract.{}.{what}", contract.id);
        out.put(Unit::BillionsYear, column("rate"), c.rate[0]);
        out.put(Unit::Price, column("price"), m.alive[0] * c.price[0]);
        out.put(Unit::BillionUnits, column("used_units"), c.used[0]);
        out.put(Unit::Billions, column("idle"), c.paid_left[0] * c.price[0] * DT);
    }
    for (family, f) in p.families.iter().zip(&m.families) {
        out.put(Unit::BillionUnits, format!("on_demand.{}.used_units", family.name), f.used[0]);
    }
}

/// Of contracts whose hardware ages: its age, the rent of a unit of that age, and the value relet of what was cut this month.
fn hardware(lab: &Lab, (before, after): (&LabState<1>, &LabState<1>), spot: &[Lanes<1>], t: usize, out: &mut Cells) {
    for (k, contract) in lab.contracts.iter().enumerate() {
        let Some(rents) = &contract.tables.rents else { continue };
        let standing = &after.contracts[k];
        let delay = contract.shift(&standing.delay);
        let i = t as i32 - contract.begin - delay.map_or(0.0, |delay| delay[0]) as i32;
        let stands = standing.in_force[0] > 0.0 && !contract.tables.is_empty();
        let age = usize::try_from(i).ok().and_then(|i| rents.ages.get(i)).filter(|_| stands);
        let rent = age.map_or(0.0, |&age| spot[contract.family][0] * rent_of_age(&rents.plant, age));
        let present = contract.tables.at(&contract.tables.present, t as i32, delay)[0];
        let column = |what: &str| format!("contract.{}.{what}", contract.id);
        out.put(Unit::Years, column("hardware_age"), age.copied().unwrap_or(0.0));
        out.put(Unit::Price, column("rent"), rent);
        out.put(Unit::Billions, column("relet"), present * (standing.relet[0] - before.contracts[k].relet[0]));
    }
}

fn income(p: &Parameters, lab: &Lab, state: &LabState<1>, m: &LabMonth<1>, out: &mut Cells) {
    out.put(Unit::Billions, "revenue", m.revenue[0] * DT);
    for (contract, c) in lab.contracts.iter().zip(&m.contracts) {
        out.put(Unit::Billions, format!("invoice.{}", contract.id), c.invoice[0]);
    }
    for (family, f) in p.families.iter().zip(&m.families) {
        for ((provider, _), billed) in family.on_demand.iter().zip(&f.billed) {
            let column = format!("invoice.on-demand.{}.{}", family.name, p.entities[*provider].name);
            out.put(Unit::Billions, column, billed[0]);
        }
    }
    for (line, paid) in lab.revenue_shares.iter().zip(&m.revenue_share) {
        out.put(Unit::Billions, format!("revenue_share.{}", p.entities[line.to].name), paid[0]);
    }
    out.all(
        Unit::Billions,
        &[
            ("opex", m.opex[0]),
            ("interest", m.interest[0]),
            ("profit", m.profit[0]),
            ("tax", m.tax[0]),
            ("loss_carry_forward", state.carry_forward[0]),
            ("cash_noise", m.noise[0]),
            ("credits_used", m.credits_used[0]),
            ("ocf", m.ocf[0]),
        ],
    );
}

fn funding(p: &Parameters, lab: &Lab, state: &LabState<1>, m: &LabMonth<1>, out: &mut Cells) {
    for (investment, amount) in lab.investments.iter().zip(&m.investment) {
        out.put(Unit::Billions, format!("investment.{}", investment.id), amount[0]);
    }
    for (matching, amount) in lab.matchings.iter().zip(&m.matching) {
        out.put(Unit::Billions, format!("matching.{}", matching.id), amount[0]);
    }
    for (warrant, amount) in lab.warrants.iter().zip(&m.warrant) {
        out.put(Unit::Billions, format!("warrant.{}", warrant.id), amount[0]);
    }
    out.put(Unit::Billions, "principal_due", sum(&m.principal)[0]);
    out.put(Unit::Billions, "restructuring_fee", m.fee[0]);
    out.put(Unit::Billions, "outlook_burn", m.outlook.burn[0]);
    out.put(Unit::Months, "runway_months", m.outlook.runway[0].min(INFINITE_RUNWAY));
    for ((participant, _), part) in lab.round.iter().flat_map(|round| &round.participants).zip(&m.round_by) {
        out.put(Unit::Billions, format!("round.{}", p.entities[*participant].name), part[0]);
    }
    out.put(Unit::Billions, "round", m.round[0]);
    for (facility, drawn) in lab.facilities.iter().zip(&m.draw) {
        out.put(Unit::Billions, format!("draw.{}", facility.id), drawn[0]);
    }
    out.put(Unit::Billions, "ipo", m.ipo[0]);
    out.put(Unit::Billions, "outside_equity", m.ipo[0] + m.round[0] - sum(&m.round_by)[0]);
    out.put(Unit::Billions, "funding_gap", state.tally.funding_gap[0]);
}

fn settlement(state: &LabState<1>, m: &LabMonth<1>, out: &mut Cells) {
    out.put(Unit::Billions, "deferred", m.deferred[0]);
    out.put(Unit::Billions, "arrears_repaid", sum(m.parties.iter().map(|flows| &flows.repaid))[0]);
    out.put(Unit::Billions, "arrears", state.total_arrears()[0]);
    out.put(Unit::Months, "months_in_arrears", state.months_in_arrears[0]);
    out.put(Unit::Billions, "shortfall_beyond_invoices", m.beyond[0]);
    out.put(Unit::Billions, "rescue_money", m.rescue[0]);
    out.put(Unit::Billions, "exchanged_debt", m.exchanged[0]);
    out.put(Unit::Flag, "rescued", m.rescued[0]);
    out.put(Unit::Flag, "exchanged", m.exchange_flag[0]);
    out.put(Unit::Flag, "payment_default", m.default_flag[0]);
    out.put(Unit::Flag, "insolvent", m.insolvent[0]);
    out.put(Unit::Ratio, "claims_over_capital", m.claims_over_capital[0]);
    out.put(Unit::Flag, "dropped", m.dropped[0]);
    out.put(Unit::Flag, "renegotiated", m.renegotiated[0]);
    out.put(Unit::Ratio, "kept_n", state.kept[0]);
    out.put(Unit::Ratio, "kept_r", state.restructured[0]);
    out.put(Unit::Ratio, "planned_training_kept", state.training_kept[0]);
    out.put(Unit::Flag, "austerity_next", state.austerity[0]);
}

fn balances(p: &Parameters, lab: &Lab, state: &LabState<1>, m: &LabMonth<1>, out: &mut Cells) {
    out.put(Unit::Billions, "cash", state.cash[0]);
    out.put(Unit::Billions, "debt", state.debt()[0]);
    out.put(Unit::Billions, "estate", m.estate[0]);
    let credits = lab.investments.iter().zip(&state.investments).filter(|(investment, _)| investment.credits);
    let mut groups: Vec<(EntityId, f64)> = Vec::new();
    for (investment, standing) in credits {
        let left = standing.credits[0];
        match groups.iter_mut().find(|(known, _)| *known == investment.group) {
            Some((_, sum)) => *sum += left,
            None => groups.push((investment.group, left)),
        }
    }
    for (group, left) in groups {
        out.put(Unit::Billions, format!("credits.{}", p.entities[group].name), left);
    }
    let names = ["opening", "customers", "debt", "outside"].map(str::to_owned);
    let sources = names.into_iter().chain(p.entities.iter().map(|entity| entity.name.clone()));
    for (name, money) in sources.zip(state.sources()) {
        out.put(Unit::Billions, format!("cash_from.{name}"), money[0]);
    }
}

fn books(entity: &Entity, before: &Block<1>, after: &Block<1>, e: EntityId, out: &mut Cells) {
    let state = &after.entities[e];
    if entity.balance.is_some() {
        out.put(Unit::Billions, "core_assets", state.core_start[0] * before.entities[e].growth[0]);
        out.put(Unit::Billions, "worth", state.worth[0]);
        out.put(Unit::Billions, "contracts_net", state.contracts_net[0]);
        out.put(Unit::Billions, "stake_mark", state.stake_mark[0]);
        out.put(Unit::Flag, "defaulted", 1.0 - state.alive[0]);
    }
    if entity.balance.is_some_and(|balance| balance.stress.is_some()) {
        out.put(Unit::Ratio, "gives", before.entities[e].alive[0] * state.gives[0]);
    }
    if entity.treasury.is_some() {
        let funds = &state.funds;
        out.all(Unit::Billions, &[("cash", funds.cash[0]), ("debt", funds.debt[0]), ("borrowed", funds.borrowed[0])]);
        out.put(Unit::Ratio, "sold", funds.sold[0]);
        out.put(Unit::Flag, "illiquid", f64::from(u8::from(state.illiquid[0].is_finite())));
    }
    out.all(
        Unit::Billions,
        &[
            ("margin_received", state.margin_received[0]),
            ("capital_repaid", state.capital_repaid[0]),
            ("invested", state.invested[0]),
            ("loss", state.loss[0]),
            ("basis_lost", state.basis_lost[0]),
        ],
    );
}
