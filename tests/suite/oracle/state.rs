//! What is carried from month to month, and what happened in a month.

use std::collections::{BTreeMap, BTreeSet};

use super::credit::Credit;
use super::input::{Lab, Scenario};
use super::plan::Plan;
use super::pool::Pool;
use super::treasury::Treasury;

/// The market and the prices (sections 2 and 6).
pub(crate) struct World {
    /// Log overvaluation, from 24 months before month 0 on: `y(t)` is at `t + 24`.
    pub(crate) y: Vec<f64>,
    pub(crate) open: bool,
    /// Frozen months so far in this freeze, this month included once it is over.
    pub(crate) frozen_months: i64,
    /// None where credit is open when the market is.
    pub(crate) credit: Option<Credit>,
    /// What all labs raised in IPOs and rounds, by month.
    pub(crate) raised: Vec<f64>,
    /// Months in which a lab or an entity defaulted.
    pub(crate) defaults: Vec<i64>,
    /// Spot prices by family.
    pub(crate) prices: Vec<f64>,
    /// Last month in which regulation blocks strategic investors.
    pub(crate) blocked_until: i64,
    pub(crate) circular: f64,
}

impl World {
    /// `y` at the start of month `t`.
    pub(crate) fn y(&self, t: i64) -> f64 {
        self.y[(t + 24) as usize]
    }

    /// Rise of `y` over 24 months, gross of the sector's growth (section 6).
    pub(crate) fn run_up(&self, t: i64, growth: f64) -> f64 {
        self.y(t) - self.y(t - 24) + 2.0 * growth
    }

    /// Is credit open in this month?
    pub(crate) fn credit_open(&self) -> bool {
        self.credit.as_ref().map_or(self.open, |credit| credit.open)
    }

    /// Notes month `t` if a lab (7.3) or an entity defaulted in it.
    pub(crate) fn note_defaults(&mut self, t: i64, months: &[LabMonth], entities: &[EntityState]) {
        let lab = months.iter().any(|month| month.exchanged || month.payment_default);
        if lab || entities.iter().any(|entity| entity.default_month == Some(t)) {
            self.defaults.push(t);
        }
    }

    /// Was there a default in the twelve months before month `t`?
    pub(crate) fn is_contagious(&self, t: i64) -> bool {
        self.defaults.iter().any(|month| (month + 1..=month + 12).contains(&t))
    }

    /// Is the market frozen in this month?
    pub(crate) fn frozen(&self) -> bool {
        !self.open
    }
}

/// What became of an investment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Waiting,
    Closed,
    Refused,
}

/// A lab on its path.
#[allow(clippy::struct_excessive_bools, reason = "the page has that many flags")]
pub(crate) struct LabState {
    pub(crate) plan: Plan,
    /// `c` of the value (section 6).
    pub(crate) c: f64,
    pub(crate) alive: bool,
    pub(crate) x: f64,
    /// `Xhat`, what the market believes `x` to be.
    pub(crate) believed: f64,
    pub(crate) z: f64,
    pub(crate) cash: f64,
    /// Balance of each of the scenario's facilities (zero of other labs').
    pub(crate) drawn: Vec<f64>,
    /// Debt from exchanges, by the provider it is owed to (7.2).
    pub(crate) exchanged: BTreeMap<String, f64>,
    /// Arrears by payee (7.1).
    pub(crate) arrears: BTreeMap<String, f64>,
    pub(crate) months_in_arrears: f64,
    pub(crate) loss_carry_forward: f64,
    pub(crate) share_count: f64,
    /// Shares held by entity.
    pub(crate) holdings: BTreeMap<String, f64>,
    /// Cost basis by entity, what was invested before included.
    pub(crate) basis: BTreeMap<String, f64>,
    pub(crate) pool: Pool,
    /// Unused credits of each of the scenario's investments.
    pub(crate) credits: Vec<f64>,
    /// Price of the one share of the start.
    pub(crate) opening_price: f64,
    pub(crate) ipo_done: bool,
    pub(crate) last_sale: i64,
    pub(crate) last_sale_price: f64,
    /// Received of each matching.
    pub(crate) matched: Vec<f64>,
    /// Tranches of warrants that have vested.
    pub(crate) vested: BTreeSet<(usize, usize)>,
    /// Paid of each revenue share since month 0.
    pub(crate) shares_paid: Vec<f64>,
    /// `n`, `r` and what exchanges left of planned training.
    pub(crate) n: f64,
    pub(crate) r: f64,
    pub(crate) training_kept: f64,
    pub(crate) austerity: bool,
    /// No training is bought on demand this month.
    pub(crate) saves_on_demand: bool,
    pub(crate) rescued: bool,
    pub(crate) exchanges: f64,
    pub(crate) fee_due: f64,
    pub(crate) cumulative_ocf: f64,
    /// `ocf` before interest so far, discounted (section 11).
    pub(crate) discounted: f64,
    pub(crate) cumulative_invested: f64,
    pub(crate) funding_gap: f64,
    /// Invoices of last month by family (5.1).
    pub(crate) last_spend: Vec<f64>,
    /// Invoices so far by group (5.1).
    pub(crate) group_spend: BTreeMap<String, f64>,
    /// Strategic money by month (section 6).
    pub(crate) strategic: Vec<f64>,
    /// Runway, and costs of a month ahead, as seen last month, and the training that idle cash ran then.
    pub(crate) last_runway: f64,
    pub(crate) last_costs: Option<f64>,
    pub(crate) extra: f64,
    /// Customers of labs that are gone: last step and rise of `X` a step.
    pub(crate) inherited: Vec<(i64, f64)>,
}

impl LabState {
    /// Lab `i` at the start.
    pub(crate) fn opening(i: usize, lab: &Lab, plan: Plan, scenario: &Scenario) -> Self {
        let drawn = scenario.facilities.iter().map(|line| if line.lab == i { line.drawn } else { 0.0 });
        LabState {
            plan,
            c: 0.0,
            alive: true,
            x: 0.0,
            believed: 0.0,
            z: 0.0,
            cash: lab.cash,
            drawn: drawn.collect(),
            exchanged: BTreeMap::new(),
            arrears: BTreeMap::new(),
            months_in_arrears: 0.0,
            loss_carry_forward: lab.loss_carry_forward,
            share_count: 1.0,
            holdings: lab.stakes.iter().cloned().collect(),
            basis: lab.invested.iter().cloned().collect(),
            pool: Pool::opening(lab.cash),
            credits: vec![0.0; scenario.investments.len()],
            opening_price: 0.0,
            ipo_done: false,
            last_sale: lab.last_round,
            last_sale_price: 0.0,
            matched: vec![0.0; scenario.matchings.len()],
            vested: BTreeSet::new(),
            shares_paid: vec![0.0; lab.shares.len()],
            n: 1.0,
            r: 1.0,
            training_kept: 1.0,
            austerity: false,
            saves_on_demand: false,
            rescued: false,
            exchanges: 0.0,
            fee_due: 0.0,
            cumulative_ocf: 0.0,
            discounted: 0.0,
            cumulative_invested: 0.0,
            funding_gap: 0.0,
            last_spend: vec![0.0; scenario.families.len()],
            group_spend: BTreeMap::new(),
            strategic: Vec::new(),
            last_runway: f64::INFINITY,
            last_costs: None,
            extra: 0.0,
            inherited: Vec::new(),
        }
    }

    /// All debt: facilities and exchanged.
    pub(crate) fn debt(&self) -> f64 {
        self.drawn.iter().sum::<f64>() + self.exchanged.values().sum::<f64>()
    }

    /// All arrears.
    pub(crate) fn arrears(&self) -> f64 {
        self.arrears.values().sum()
    }
}

/// Value of a lab at the start of a month (section 6).
#[derive(Clone, Copy, Default)]
pub(crate) struct Valuation {
    pub(crate) revenue_rate: f64,
    pub(crate) fundamental: f64,
    pub(crate) equity: f64,
    pub(crate) share_count: f64,
    pub(crate) share_price: f64,
}

/// An invoice of a month.
#[derive(Clone)]
pub(crate) struct Invoice {
    /// Contract id, or `on-demand.<family>.<provider>`.
    pub(crate) line: String,
    pub(crate) payee: String,
    pub(crate) family: usize,
    pub(crate) amount: f64,
    pub(crate) credits: f64,
}

/// What a contract supplied in a month.
#[derive(Clone, Copy, Default)]
pub(crate) struct Supply {
    pub(crate) rate: f64,
    pub(crate) price: f64,
    pub(crate) used: f64,
    pub(crate) idle: f64,
}

/// The numbers of the outlook (5.3), dollars a year.
#[derive(Clone, Copy, Default)]
pub(crate) struct Outlook {
    /// `exp(X) S12`.
    pub(crate) sales: f64,
    pub(crate) fixed: f64,
    pub(crate) interest: f64,
    /// Compute, fixed costs and interest.
    pub(crate) costs: f64,
    pub(crate) burn: f64,
    pub(crate) cash_now: f64,
}

impl Outlook {
    /// `cash / burn` in months, infinite without burn.
    pub(crate) fn runway(&self, cash: f64) -> f64 {
        if self.burn > 0.0 { cash / self.burn } else { f64::INFINITY }
    }
}

/// Everything a lab did in a month; dollars.
#[allow(clippy::struct_excessive_bools, reason = "the page has that many flags")]
#[derive(Default)]
pub(crate) struct LabMonth {
    pub(crate) valuation: Valuation,
    pub(crate) x: f64,
    pub(crate) z: f64,
    pub(crate) need_inference: f64,
    pub(crate) need_training: f64,
    pub(crate) planned_training: f64,
    /// `U_extra`, and what of it was run.
    pub(crate) need_extra: f64,
    pub(crate) extra_run: f64,
    pub(crate) unmet_inference: f64,
    pub(crate) unmet_training: f64,
    pub(crate) training_shortfall: f64,
    /// By contract of the scenario.
    pub(crate) supplies: Vec<Supply>,
    /// Units on demand by family.
    pub(crate) on_demand: Vec<f64>,
    pub(crate) revenue: f64,
    pub(crate) invoices: Vec<Invoice>,
    pub(crate) shares: Vec<f64>,
    pub(crate) opex: f64,
    pub(crate) interest: f64,
    /// Interest and principal by facility of the scenario.
    pub(crate) interest_of: Vec<f64>,
    pub(crate) principal_of: Vec<f64>,
    pub(crate) profit: f64,
    pub(crate) tax: f64,
    pub(crate) noise: f64,
    pub(crate) credits_used: f64,
    pub(crate) ocf: f64,
    /// By investment, matching, facility of the scenario.
    pub(crate) investments: Vec<f64>,
    pub(crate) matchings: Vec<f64>,
    pub(crate) warrants: Vec<f64>,
    pub(crate) draws: Vec<f64>,
    pub(crate) principal: f64,
    pub(crate) fee: f64,
    pub(crate) outlook: Outlook,
    pub(crate) ipo: f64,
    /// What each participant paid, in file order.
    pub(crate) participants: Vec<f64>,
    pub(crate) round: f64,
    pub(crate) outside_equity: f64,
    pub(crate) deferred: f64,
    pub(crate) arrears_repaid: f64,
    pub(crate) shortfall_beyond: f64,
    pub(crate) rescue_money: f64,
    pub(crate) exchanged_debt: f64,
    pub(crate) rescued: bool,
    pub(crate) exchanged: bool,
    pub(crate) payment_default: bool,
    /// A lab in payment default was worth less than it owed (7.3).
    pub(crate) insolvent: bool,
    /// The largest of its claims over the capital of those to whom they were owed (8.2).
    pub(crate) claims_over_capital: f64,
    pub(crate) dropped: bool,
    pub(crate) renegotiated: bool,
    pub(crate) estate: f64,
    /// The labs' one purse had less than the lab would have raised.
    pub(crate) purse_bound: bool,
    /// Cash that entities paid to the lab for shares, rescue and matching included.
    pub(crate) from_entities: BTreeMap<String, f64>,
    /// The part of it that came as its own shares.
    pub(crate) in_shares: BTreeMap<String, f64>,
    /// Credits used, by the entity that gave them.
    pub(crate) credits_from: BTreeMap<String, f64>,
    /// Arrears cut in an exchange or lost in a payment default, dollars lost by payee.
    pub(crate) credit_losses: BTreeMap<String, f64>,
    /// `n` and `r` at the start of the month.
    pub(crate) kept_before: (f64, f64),
}

impl LabMonth {
    /// Invoices less credits used.
    pub(crate) fn cash_invoices(&self) -> f64 {
        self.invoices.iter().map(|invoice| invoice.amount - invoice.credits).sum()
    }
}

/// An entity on its path (8.1).
pub(crate) struct EntityState {
    /// `A`, had nothing been sold.
    pub(crate) core_assets: f64,
    /// `A(0)`.
    pub(crate) opening_assets: f64,
    /// Money received and paid, carried forward.
    pub(crate) account: f64,
    pub(crate) worth: f64,
    pub(crate) contracts_net: f64,
    pub(crate) stake_mark: f64,
    pub(crate) defaulted: bool,
    pub(crate) default_month: Option<i64>,
    /// Has it run out of cash so far?
    pub(crate) illiquid: bool,
    /// Worth is below the barrier this month.
    pub(crate) insolvent: bool,
    /// Lost this month of what other entities owe.
    pub(crate) unpaid: f64,
    /// Owed to other entities in the month of its default, and paid of it.
    pub(crate) cleared: (f64, f64),
    /// `w`: the part that it gives this month.
    pub(crate) gives: f64,
    /// When it defaulted for that only.
    pub(crate) carried: Option<i64>,
    /// When it would have defaulted without exposures.
    pub(crate) default_alone: Option<i64>,
    /// Its treasury, and the same without exposures.
    pub(crate) treasury: Option<Treasury>,
    pub(crate) alone: Option<Treasury>,
    /// Cash with the labs this month.
    pub(crate) exposures: f64,
    pub(crate) lost_orders: f64,
    pub(crate) margin_received: f64,
    pub(crate) capital_repaid: f64,
    pub(crate) invested: f64,
    pub(crate) loss: f64,
    pub(crate) basis_lost: f64,
}

impl EntityState {
    /// `A/A(0)`, had nothing been sold.
    pub(crate) fn growth(&self) -> f64 {
        self.core_assets / self.opening_assets
    }

    /// It has run out of cash.
    pub(crate) fn is_illiquid(&self) -> bool {
        self.treasury.as_ref().is_some_and(Treasury::is_illiquid)
    }
}

/// The capital debt of a contract (8.1).
#[derive(Default)]
pub(crate) struct CapitalDebt {
    /// Spending so far, by month before the begin, as built.
    pub(crate) built: Vec<(i64, f64)>,
    pub(crate) debt: f64,
    /// The part of the contract that has been let again so far (8.2).
    pub(crate) relet: f64,
    /// What this month's part of it is worth, dollars.
    pub(crate) relet_now: f64,
    /// Has it counted yet?
    pub(crate) counted: bool,
}
