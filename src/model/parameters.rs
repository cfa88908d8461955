//! The numbers and monthly tables of one draw of what is not known: all that a month needs, immutable.
//!
//! Money is in dollars, rates are annual, months count from the scenario's start. A table "by month" has one entry
//! a month; those that look ahead have them up to [`BEYOND`] months past the horizon.

use crate::calendar::Timeline;
use crate::engine::{NormalSlot, OnceSlot, Slots, UniformSlot};

use super::contract::Contract;
use super::metric::{Asked, catalogue};
use super::process::{Growth, Reversion};
use super::valuation::Fundamentals;

/// Months past the horizon for which curves are defined (docs/model.md, section 1).
pub const BEYOND: usize = 240;

/// One month in years.
pub const DT: f64 = 1.0 / 12.0;

/// What is not sold, not repaid and not counted: one cent.
pub const CENT: f64 = 0.01;

/// Position of an entity in [`Parameters::entities`].
pub type EntityId = usize;
/// Position of a compute family in [`Parameters::families`].
pub type FamilyId = usize;

/// Everything a path needs to know of the scenario, for one draw of its uncertain numbers.
#[derive(Clone, Debug)]
pub struct Parameters {
    /// The months simulated.
    pub timeline: Timeline,
    /// Rate at which contracts and exchanged debt are discounted and money is carried forward, a year.
    pub discount_rate: f64,
    /// The funding market (section 6).
    pub market: Market,
    /// Regulation, if any (section 5).
    pub regulation: Option<Regulation>,
    /// Kinds of compute; the reference first asked for by `reference`.
    pub families: Vec<Family>,
    /// The family whose price defines the unit of compute.
    pub reference: FamilyId,
    /// Price of on-demand compute over the spot price, a share.
    pub on_demand_premium: f64,
    /// The labs, in file order.
    pub labs: Vec<Lab>,
    /// Whoever sells, invests or is named, in file order.
    pub entities: Vec<Entity>,
    /// Months at whose ends the lab is recorded: year-ends, dates of benchmarks, the last month.
    pub dates: Vec<usize>,
    /// Months at whose ends freeze endurance is taken: the year-ends.
    pub year_ends: Vec<usize>,
    /// What is measured on a path, of what costs time.
    pub asked: Asked,
    /// Number of metrics of a path.
    pub metrics: usize,
    /// The random quantities, by name.
    pub slots: Slots,
}

/// The market that funds the labs (section 6).
#[derive(Clone, Debug)]
pub struct Market {
    /// `y(0)`, log overvaluation at the start.
    pub start: f64,
    /// How `y` moves while nothing bursts.
    pub process: MarketProcess,
    /// Growth of the sector's fundamentals, net of the broad market, a year.
    pub growth: f64,
    /// Log rise over the 24 months before the start, net of the broad market.
    pub run_up: f64,
    /// Bursts.
    pub burst: Burst,
    /// How a frozen market reopens.
    pub reopening: Reopening,
    /// Dollars a year that the market supplies to one lab, by month; none: unlimited.
    pub supply: Option<Vec<f64>>,
    /// Elasticity of supply to overvaluation.
    pub supply_beta: f64,
    /// Share of supply left in a frozen market.
    pub frozen_supply: f64,
    /// Log overvaluation from which a month counts as overvalued.
    pub overvalued_log: f64,
    /// Months on end above it that make a path overvalued.
    pub overvalued_months: usize,
    /// The market's innovation.
    pub shock: NormalSlot,
    /// Whether a burst happens.
    pub burst_slot: UniformSlot,
    /// Whether a frozen market reopens.
    pub reopen_slot: UniformSlot,
}

/// How overvaluation moves while nothing bursts.
#[derive(Clone, Copy, Debug)]
pub enum MarketProcess {
    /// Mean reverting, with the ring's feedback.
    Mispricing {
        /// `ybar`.
        mean: f64,
        /// `kappa`, a year.
        reversion: f64,
        /// `sigma`, per square root of a year.
        volatility: f64,
        /// Rise of `y` a year for each unit of strategic money over value.
        feedback: f64,
    },
    /// A rational bubble, for comparison: `B` grows at `growth` = `r + h` while it lives.
    Rational {
        /// `r + h`, a year.
        growth: f64,
    },
}

/// When and how hard the market bursts.
#[derive(Clone, Copy, Debug)]
pub struct Burst {
    /// `h1`, a year, at a run-up of 50 %; 0: only a lab's payment default bursts it.
    pub hazard: f64,
    /// `h_beta`.
    pub run_up_beta: f64,
    /// `h_max`, a year.
    pub hazard_max: f64,
    /// Mean fall of `y`.
    pub fall: f64,
    /// Its standard deviation.
    pub fall_sd: f64,
}

/// How a frozen market reopens.
#[derive(Clone, Copy, Debug)]
pub enum Reopening {
    /// With this hazard a year.
    Hazard(f64),
    /// At the end of this month of the freeze (chance switched off).
    After(f64),
}

/// Strategic money may be blocked for a while (section 5).
#[derive(Clone, Copy, Debug)]
pub struct Regulation {
    /// Events a year.
    pub hazard: f64,
    /// Months that one event lasts.
    pub duration: usize,
    /// Whether one happens.
    pub slot: UniformSlot,
}

/// A kind of compute.
#[derive(Clone, Debug)]
pub struct Family {
    /// Its name.
    pub name: String,
    /// Expected fall of its price, a year.
    pub decline: f64,
    /// How its price moves; the start is dollars a unit.
    pub price: Growth,
    /// `Pbar`, expected price by month, dollars a unit.
    pub plan_price: Vec<f64>,
    /// Largest share of use that can run on it, by month.
    pub adoption: Vec<f64>,
    /// Whether that is ever below all of it.
    pub is_limited: bool,
    /// Who sells it on demand, and their shares of it; none: nothing is sold on demand.
    pub on_demand: Vec<(EntityId, f64)>,
}

/// A lab: what it has, plans and owes.
#[derive(Clone, Debug)]
pub struct Lab {
    /// Its name.
    pub name: String,
    /// Opening cash.
    pub cash: f64,
    /// Cash below which facilities are drawn and above which arrears are repaid.
    pub min_cash: f64,
    /// Standard deviation of cash noise, dollars per square root of a year.
    pub cash_volatility: f64,
    /// Tax on profit beyond the losses carried forward.
    pub tax_rate: f64,
    /// Losses carried forward at the start.
    pub loss_carry_forward: f64,
    /// Planned revenue, dollars a year by month.
    pub target: Vec<f64>,
    /// Attainment `X`.
    pub attainment: Reversion,
    /// Fall of `X` a year in a frozen market.
    pub freeze_drag: f64,
    /// Fall of `X` a year at a full shortfall of training.
    pub training_drag: f64,
    /// Compute intensity `Z`.
    pub intensity: Reversion,
    /// Planned inference dollars over planned revenue, by month.
    pub inference_share: Vec<f64>,
    /// Planned training, dollars a year by month.
    pub training: Vec<f64>,
    /// `eta`.
    pub training_elasticity: f64,
    /// Fixed costs, dollars a year by month.
    pub fixed: Vec<f64>,
    /// Costs in proportion to revenue, a share.
    pub of_revenue: f64,
    /// Shares of revenue owed to others.
    pub revenue_shares: Vec<RevenueShare>,
    /// On-demand compute that can be had over the plan's need, a share by month.
    pub on_demand_capacity: Vec<f64>,
    /// Contracts in file order.
    pub contracts: Vec<Contract>,
    /// Minimum payments of the contracts that cannot be late.
    pub punctual: Punctual,
    /// Dated investments in file order.
    pub investments: Vec<Investment>,
    /// Vendor financing in file order.
    pub matchings: Vec<Matching>,
    /// Debt in file order.
    pub facilities: Vec<Facility>,
    /// Rounds, if it holds any.
    pub round: Option<Round>,
    /// Runway that a round or a rescue restores, months.
    pub target_runway: f64,
    /// The IPO, if it plans one.
    pub ipo: Option<Ipo>,
    /// Austerity.
    pub austerity: Austerity,
    /// Scale-back and renegotiation.
    pub scale_back: ScaleBack,
    /// Resolution.
    pub resolution: Resolution,
    /// What its operations are worth.
    pub fundamentals: Fundamentals,
    /// Attainment in month 0 at which `F` is what was paid for its operations; infinite where there is none.
    pub implied_requirement: f64,
    /// `b`: how its price follows the market's overvaluation.
    pub market_beta: f64,
    /// `c`: its own log premium.
    pub premium: f64,
    /// Shares held at the start by entity, of one share in all.
    pub stakes: Vec<f64>,
    /// Cost of those stakes by entity, dollars.
    pub invested: Vec<f64>,
    /// Whether an entity is strategic for it: its group sells to it or receives its pass-through.
    pub strategic: Vec<bool>,
    /// Whether an entity may give it money: it invests, matches, takes part in rounds or sponsors.
    pub gives: Vec<bool>,
    /// Twelve-month sums of the plan (section 5.3).
    pub outlook: OutlookTables,
    /// Month in which equity was last sold before the start (negative).
    pub last_round: f64,
    /// Its noise.
    pub cash_shock: NormalSlot,
}

/// Minimum payments of the contracts without a delay, added up by month, dollars: one table in place of many.
#[derive(Clone, Debug, Default)]
pub struct Punctual {
    /// Of the month: what cannot be dropped.
    pub firm: Vec<f64>,
    /// Of the month: what can.
    pub soft: Vec<f64>,
    /// Of the next twelve months: what cannot be dropped.
    pub firm_year: Vec<f64>,
    /// Of the next twelve months: what can.
    pub soft_year: Vec<f64>,
}

impl Punctual {
    /// Adds up the tables of contracts over `months` months.
    pub fn new(contracts: &[Contract], months: usize) -> Self {
        let sum = |table: &dyn Fn(&Contract, i32) -> f64| -> Vec<f64> {
            let punctual = || contracts.iter().filter(|contract| contract.delay.is_none());
            (0..months as i32).map(|t| punctual().map(|contract| table(contract, t)).sum()).collect()
        };
        Self {
            firm: sum(&|contract, t| contract.firm * contract.tables.minimum_of(t)),
            soft: sum(&|contract, t| (1.0 - contract.firm) * contract.tables.minimum_of(t)),
            firm_year: sum(&|contract, t| contract.firm * contract.tables.minimum_year_of(t)),
            soft_year: sum(&|contract, t| (1.0 - contract.firm) * contract.tables.minimum_year_of(t)),
        }
    }
}

/// Sums of the plan over months `t+1..t+12`, by month `t`, dollars.
#[derive(Clone, Debug)]
pub struct OutlookTables {
    /// Revenue net of costs in proportion to it; revenue shares are apart.
    pub revenue: Vec<f64>,
    /// Each revenue share, through its `until`, without its cap.
    pub shares: Vec<Vec<f64>>,
    /// Inference.
    pub inference: Vec<f64>,
    /// Training.
    pub training: Vec<f64>,
    /// Fixed costs.
    pub fixed: Vec<f64>,
}

/// A share of revenue owed to an entity.
#[derive(Clone, Debug)]
pub struct RevenueShare {
    /// To whom.
    pub to: EntityId,
    /// The share by month; 0 after its end.
    pub share: Vec<f64>,
    /// The most that is paid in all, dollars.
    pub cap: f64,
}

/// A dated investment and its conditions (section 5.1).
#[derive(Clone, Debug)]
pub struct Investment {
    /// Its id in the file.
    pub id: String,
    /// Who invests.
    pub investor: EntityId,
    /// Group whose sales its conditions count and whose invoices its credits pay: the investor's (an outsider in its
    /// place keeps them, section 9).
    pub group: EntityId,
    /// Dollars.
    pub amount: f64,
    /// First month in which it may close.
    pub date: i32,
    /// Last month in which it may.
    pub deadline: i32,
    /// Probability that it closes.
    pub probability: f64,
    /// Log-odds per unit of `y - y(0)`.
    pub close_beta: f64,
    /// Log-odds lost in a frozen market.
    pub close_freeze: f64,
    /// Only in an open market.
    pub market_open: bool,
    /// Only after the IPO.
    pub after_ipo: bool,
    /// Least revenue rate, dollars a year.
    pub min_revenue_rate: f64,
    /// Least equity value, dollars.
    pub min_valuation: f64,
    /// Least share of last month's compute spend by family.
    pub min_family_share: Vec<(FamilyId, f64)>,
    /// Least spend so far with the investor's group, dollars.
    pub min_group_spend: f64,
    /// Compute credits in place of cash.
    pub credits: bool,
    /// The one verdict of a path.
    pub verdict: OnceSlot,
}

impl Investment {
    /// In cash, certain and without a condition: money that planning may count on (section 5).
    pub fn is_firm(&self) -> bool {
        !self.credits
            && self.probability >= 1.0
            && !self.market_open
            && !self.after_ipo
            && self.min_revenue_rate <= 0.0
            && self.min_valuation <= 0.0
            && self.min_family_share.is_empty()
            && self.min_group_spend <= 0.0
    }
}

/// Vendor financing: money for each dollar invoiced (section 5.2).
#[derive(Clone, Debug)]
pub struct Matching {
    /// Its id in the file.
    pub id: String,
    /// Who gives it.
    pub investor: EntityId,
    /// Position of the contract among the lab's.
    pub contract: usize,
    /// Dollars given for a dollar invoiced.
    pub ratio: f64,
    /// The most in all, dollars.
    pub cap: f64,
}

/// A line of debt (section 5.6).
#[derive(Clone, Debug)]
pub struct Facility {
    /// Its id in the file.
    pub id: String,
    /// The lender, if it is an entity.
    pub lender: Option<EntityId>,
    /// Dollars.
    pub limit: f64,
    /// Interest a year.
    pub rate: f64,
    /// Largest debt over value; infinite: not tested.
    pub ltv: f64,
    /// Open in a frozen market too.
    pub committed: bool,
    /// Month in which the balance is due; none: never.
    pub maturity: Option<i32>,
}

/// Rounds of equity (section 5.5).
#[derive(Clone, Debug)]
pub struct Round {
    /// Runway below which one is tried, months.
    pub trigger: f64,
    /// Least months between two sales.
    pub gap: f64,
    /// Largest share of the value sold.
    pub max_share: f64,
    /// Part of it that is raised: 1 but where somebody's part is missing (section 9).
    pub raised: f64,
    /// Hazard a year that a down round succeeds; infinite with chance switched off.
    pub down_round: f64,
    /// Who takes which part; the rest is outside money.
    pub participants: Vec<(EntityId, f64)>,
    /// Whether a down round succeeds.
    pub slot: UniformSlot,
}

/// The initial public offering (section 5.4).
#[derive(Clone, Copy, Debug)]
pub struct Ipo {
    /// First month.
    pub earliest: i32,
    /// Hazard a year.
    pub rate: f64,
    /// Share of the value sold.
    pub float: f64,
    /// Least revenue rate, dollars a year.
    pub min_revenue_rate: f64,
    /// Least value, dollars.
    pub min_valuation: f64,
    /// Whether it happens.
    pub slot: UniformSlot,
}

/// Training is cut while cash is short (section 7.4).
#[derive(Clone, Copy, Debug)]
pub struct Austerity {
    /// Cash over burn below which it begins, months; 0: never.
    pub runway: f64,
    /// Share of planned training cut.
    pub training_cut: f64,
}

/// What a lab does about commitments it cannot meet (section 7.4).
#[derive(Clone, Copy, Debug)]
pub struct ScaleBack {
    /// Hazard a year of a renegotiation.
    pub renegotiate: f64,
    /// Share of the commitments that it cuts.
    pub cut: f64,
    /// Fee, a share of what is cut from a year's minimum payments.
    pub fee: f64,
    /// Whether it succeeds.
    pub slot: UniformSlot,
}

/// What happens when a lab does not pay (section 7.2).
#[derive(Clone, Copy, Debug)]
pub struct Resolution {
    /// Months in arrears allowed.
    pub grace: f64,
    /// Who may rescue; none: an outside giver.
    pub sponsor: Option<EntityId>,
    /// The most that a rescue may cost, dollars.
    pub capacity: f64,
    /// Probability of a rescue in an open market.
    pub rescue: f64,
    /// Factor on it in a frozen one.
    pub rescue_frozen: f64,
    /// Probability of a distressed exchange.
    pub exchange: f64,
    /// Most exchanges on a path.
    pub max_exchanges: f64,
    /// Share lost in an exchange.
    pub haircut: f64,
    /// Loss given default of arrears and debt.
    pub lgd: f64,
    /// Whether a rescue comes.
    pub rescue_slot: UniformSlot,
    /// Whether an exchange succeeds.
    pub exchange_slot: UniformSlot,
}

/// A firm that sells to the labs or invests in them (section 8.1).
#[derive(Clone, Debug)]
pub struct Entity {
    /// Its name.
    pub name: String,
    /// Position of its group's first entity: entities of one group share it.
    pub group: EntityId,
    /// Its balance sheet; none: it never defaults.
    pub balance: Option<Balance>,
    /// Cloud revenue without the labs, dollars a year by month.
    pub cloud_revenue: Option<Vec<f64>>,
}

/// A balance sheet that can fail.
#[derive(Clone, Copy, Debug)]
pub struct Balance {
    /// Assets at the start, dollars.
    pub assets: f64,
    /// How core assets move; the start is 1 (they are scaled to `A(0)`).
    pub growth: Growth,
    /// Fall of log core assets for each unit of the market's fall.
    pub burst_beta: f64,
    /// Worth below which it defaults, dollars.
    pub barrier: f64,
}

impl Parameters {
    /// The same world, of which only this is asked.
    #[must_use]
    pub fn asking(self, asked: Asked) -> Self {
        if asked == self.asked { self } else { Self { asked, ..self }.counted() }
    }

    /// The same world with its metrics counted, after a change to what they are of.
    #[must_use]
    pub(crate) fn counted(mut self) -> Self {
        self.metrics = catalogue(&self).len();
        self
    }

    /// Whether each lab is overvalued at the start.
    pub fn overvalued(&self) -> Vec<bool> {
        let log_premium = |lab: &Lab| lab.market_beta * self.market.start + lab.premium;
        self.labs.iter().map(|lab| log_premium(lab) >= self.market.overvalued_log).collect()
    }
}
