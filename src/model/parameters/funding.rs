//! Where a lab's money comes from: investments, vendor financing, debt, rounds, the IPO.

use crate::engine::{OnceSlot, UniformSlot};
use crate::model::id::{EntityId, FamilyId};
use crate::model::verdict::Odds;

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
    /// Whether it closes.
    pub odds: Odds,
    /// Conditions that all must hold.
    pub all: Conditions,
    /// Of these one must hold, if there are any.
    pub any: Vec<Conditions>,
    /// Of these none may hold.
    pub not: Vec<Conditions>,
    /// Compute credits in place of cash.
    pub credits: bool,
    /// It buys shares at the opening price.
    pub contracted: bool,
    /// The one verdict of a path.
    pub verdict: OnceSlot,
}

/// Conditions that hold as one (section 5.1).
#[derive(Clone, Debug, Default)]
pub struct Conditions {
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
}

impl Conditions {
    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        !self.market_open
            && !self.after_ipo
            && self.min_revenue_rate <= 0.0
            && self.min_valuation <= 0.0
            && self.min_family_share.is_empty()
            && self.min_group_spend <= 0.0
    }
}

impl Investment {
    /// In cash, certain and without a condition: money that planning may count on (section 5).
    pub fn is_firm(&self) -> bool {
        let unconditional = self.all.is_empty() && self.any.is_empty() && self.not.is_empty();
        !self.credits && self.odds.probability >= 1.0 && unconditional
    }

    /// Every table of conditions.
    pub fn conditions(&self) -> impl Iterator<Item = &Conditions> {
        std::iter::once(&self.all).chain(&self.any).chain(&self.not)
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
    /// Balance at the start, dollars.
    pub drawn: f64,
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
    /// Share of it that is raised: below 1 where a participant's part is missing (section 9).
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

/// Shares of a vendor that a lab earns and sells (section 5.2).
#[derive(Clone, Debug)]
pub struct Warrant {
    /// Its id in the file.
    pub id: String,
    /// Who gives them: the vendor (or an outsider in its place, section 9).
    pub giver: EntityId,
    /// Whose shares they are.
    pub stock: EntityId,
    /// Whose sales count: the vendor's group.
    pub sellers: Vec<EntityId>,
    /// `N`: shares.
    pub shares: f64,
    /// `S(0)`, dollars a share.
    pub price: f64,
    /// `K`, dollars a share.
    pub strike: f64,
    /// Its tranches.
    pub tranches: Vec<Tranche>,
}

/// A part of a warrant, and when it vests.
#[derive(Clone, Copy, Debug)]
pub struct Tranche {
    /// Part of the shares.
    pub part: f64,
    /// Least spend so far with the vendor's group, dollars.
    pub spend: f64,
    /// Least price of a share, dollars.
    pub price: f64,
}
