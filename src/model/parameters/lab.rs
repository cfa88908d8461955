//! A lab: its assets, plan and obligations, and its behaviour when cash is short.

use crate::engine::{NormalSlot, UniformSlot};
use crate::model::contract::Contract;
use crate::model::id::EntityId;
use crate::model::process::Reversion;
use crate::model::valuation::Fundamentals;

use super::expansion::{Booms, Expansion, Reinvestment};
use super::funding::{Facility, Investment, Ipo, Matching, Round, Warrant};

/// A lab: its assets, plan and obligations.
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
    /// How planned training follows the lab's value, if it does.
    pub booms: Option<Booms>,
    /// How it spends cash that it does not need, if it does.
    pub reinvestment: Option<Reinvestment>,
    /// Fixed costs, dollars a year by month.
    pub fixed: Vec<f64>,
    /// Costs in proportion to revenue, a share.
    pub of_revenue: f64,
    /// Shares of revenue owed to others.
    pub revenue_shares: Vec<RevenueShare>,
    /// On-demand compute that can be had over the plan's need, a share by month.
    pub on_demand_capacity: Vec<f64>,
    /// Its part of the planned need of all labs, by month: what it can have of a seller's limit.
    pub part_of_demand: Vec<f64>,
    /// Contracts: those of the file in its order, those that come with investments, and those of expansions.
    pub contracts: Vec<Contract>,
    /// Expansions in file order.
    pub expansions: Vec<Expansion>,
    /// Minimum payments of the contracts that are binding and cannot be late.
    pub punctual: Punctual,
    /// Dated investments in file order.
    pub investments: Vec<Investment>,
    /// Vendor financing in file order.
    pub matchings: Vec<Matching>,
    /// Warrants.
    pub warrants: Vec<Warrant>,
    /// Debt in file order.
    pub facilities: Vec<Facility>,
    /// Rounds, if it holds any.
    pub round: Option<Round>,
    /// Runway that a round restores, months.
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
    /// Whether an entity may fund it: by investments, matching, warrants, rounds or a rescue.
    pub gives: Vec<bool>,
    /// Twelve-month sums of the plan (section 5.3).
    pub outlook: OutlookTables,
    /// Month in which equity was last sold before the start (negative).
    pub last_round: f64,
    /// Its noise.
    pub cash_shock: NormalSlot,
}

impl Lab {
    /// Log of price over fundamental value at this overvaluation of the market: `b y + c`.
    #[inline(always)]
    pub fn log_premium(&self, overvaluation: f64) -> f64 {
        self.market_beta * overvaluation + self.premium
    }

    /// Debt at the start, dollars.
    pub fn opening_debt(&self) -> f64 {
        self.facilities.iter().map(|facility| facility.drawn).sum()
    }
}

/// Minimum payments of the binding contracts without a delay, added up by month, dollars: one table in place of many.
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
            let punctual = || contracts.iter().filter(|contract| contract.is_punctual());
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

/// Training is cut while cash is short (section 7.4).
#[derive(Clone, Copy, Debug)]
pub struct Austerity {
    /// Cash over burn below which it begins, months; 0: never.
    pub runway: f64,
    /// Share of planned training cut.
    pub training_cut: f64,
    /// Cash over burn below which no training is bought on demand, months; 0: never.
    pub on_demand_runway: f64,
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
    /// The entity that may rescue; none: an outside sponsor.
    pub sponsor: Option<EntityId>,
    /// The most that a rescue may cost, dollars.
    pub capacity: f64,
    /// Runway that a rescue restores, months.
    pub rescue_runway: f64,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::by_hand::{assert_close, contract, dollar_a_month, line_of_credit, world};
    use crate::model::contract::Hinge;

    #[test]
    fn a_lab_s_log_premium_is_its_part_of_the_market_s_and_its_own() {
        let mut lab = world(|_| ()).p.labs.remove(0);
        (lab.market_beta, lab.premium) = (1.5, 0.2);
        for (overvaluation, premium) in [(0.4, 0.8), (0.0, 0.2), (-0.2, -0.1)] {
            assert_close(lab.log_premium(overvaluation), premium);
        }
    }

    #[test]
    fn the_opening_debt_is_what_facilities_have_drawn() {
        let mut lab = world(|_| ()).p.labs.remove(0);
        for (drawn, debt) in [(&[][..], 0.0), (&[2.0], 2.0), (&[2.0, 0.0, 3.0], 5.0)] {
            lab.facilities = drawn.iter().map(|&drawn| Facility { drawn, ..line_of_credit(9.0) }).collect();
            assert_close(lab.opening_debt(), debt);
        }
    }

    #[test]
    fn punctual_contracts_add_up_by_what_can_be_dropped() {
        // A dollar a month, a quarter of it firm, and one that is all firm; one that an investment brings is not punctual.
        let quarter = Contract { firm: 0.25, ..contract(&dollar_a_month()) };
        let late = Contract { hinge: Some(Hinge::Never), ..contract(&dollar_a_month()) };
        let contracts = [quarter, contract(&dollar_a_month()), late];
        for (count, firm, soft) in [(1, 0.25, 0.75), (2, 1.25, 0.75), (3, 1.25, 0.75)] {
            let punctual = Punctual::new(&contracts[..count], 24);
            assert_close(punctual.firm[3], firm);
            assert_close(punctual.soft[3], soft);
            assert_close(punctual.firm_year[3], 12.0 * firm);
            assert_close(punctual.soft_year[3], 12.0 * soft);
            // Of the twelve months after month 20 three are in the term.
            assert_close(punctual.soft_year[20], 3.0 * soft);
        }
    }
}
