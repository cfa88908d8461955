//! Compute contracts: schedule, delay, firmness, price, present value and build debt (docs/model.md, sections 4, 8.1).

use crate::engine::DelaySlot;
use crate::lanes::Lanes;
use crate::random::math::exp;

use super::parameters::{DT, EntityId, FamilyId};

/// Longest delay, months: far beyond any horizon; longer ones are cut to it.
pub const LONGEST_DELAY: usize = 600;

/// A compute contract of a lab.
#[derive(Clone, Debug)]
pub struct Contract {
    /// Its id in the file.
    pub id: String,
    /// Who sells.
    pub provider: EntityId,
    /// What kind of compute.
    pub family: FamilyId,
    /// First month of the term before any delay; negative: begun before the start.
    pub begin: i32,
    /// Share paid whether used or not.
    pub take_or_pay: f64,
    /// Share that the lab cannot drop.
    pub firm: f64,
    /// How capacity is priced during the term.
    pub price: Pricing,
    /// What it may run.
    pub workload: Workload,
    /// Shares of each payment that go on to others.
    pub pass_through: Vec<(EntityId, f64)>,
    /// Provider's cash margin before capital cost.
    pub margin: f64,
    /// What becomes of released capacity.
    pub relet: Relet,
    /// Delay of the begin, drawn once a path.
    pub delay: Option<DelaySlot>,
    /// Its monthly tables.
    pub tables: ContractTables,
}

impl Contract {
    /// The longest delay that its tables hold, months.
    pub fn longest_delay(&self) -> f64 {
        LONGEST_DELAY as f64
    }
}

/// How a contract's capacity is priced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pricing {
    /// At the expected price of the month.
    Plan,
    /// At the spot price of the month.
    Indexed,
    /// At the expected price of the month it began.
    Locked,
}

/// What a contract may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workload {
    /// Both.
    Any,
    /// Inference only.
    Inference,
    /// Training only.
    Training,
}

/// What becomes of capacity that a lab gives up (section 8.2).
#[derive(Clone, Copy, Debug)]
pub struct Relet {
    /// Share of the margin kept at the expected price.
    pub share: f64,
    /// Factor on it in a frozen market.
    pub frozen: f64,
    /// Dollars a year released at once that cut it by `1/e`; infinite: no effect.
    pub depth: f64,
}

impl Relet {
    /// Share of what the present value falls by that is kept: section 8.2. `released` in dollars a year.
    #[inline(always)]
    pub fn kept(&self, price: f64, plan_price: f64, released: f64, open: f64) -> f64 {
        let frozen = open + (1.0 - open) * self.frozen;
        let share = self.share * (price / plan_price) * exp(-released / self.depth) * frozen;
        share.clamp(0.0, 1.0)
    }
}

/// The monthly amounts of a contract as written, before it begins.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Dollars of each month of the term.
    pub amounts: Vec<f64>,
    /// First month of the term.
    pub begin: i32,
    /// Share paid whether used or not.
    pub take_or_pay: f64,
    /// Whether it goes on after its term.
    pub renew: bool,
    /// Provider's cash margin before capital cost.
    pub margin: f64,
    /// Capital spent over the amount.
    pub capex: f64,
    /// Months over which it is spent before the begin.
    pub lead: usize,
    /// Rate of present values, a year.
    pub discount_rate: f64,
}

/// Weights of a ramp of `ramp` months over `term` months, scaled to `amount` (section 4).
pub fn ramped(amount: f64, term: usize, ramp: usize) -> Vec<f64> {
    let weight = |i: usize| if ramp == 0 { 1.0 } else { ((i as f64 + 0.5) / ramp as f64).min(1.0) };
    let total: f64 = (0..term).map(weight).sum();
    (0..term).map(|i| amount * weight(i) / total).collect()
}

/// What a contract supplies, must be paid and is worth, by month of a calendar that its delay shifts.
#[derive(Clone, Debug)]
pub struct ContractTables {
    /// Months before the scenario's start that the tables reach back: they are asked at `t - delay`.
    offset: i32,
    /// Scheduled supply, dollars a year, renewals included.
    pub rate: Vec<f64>,
    /// 1 after the term, 0 before its end.
    pub ended: Vec<f64>,
    /// Minimum payment of the month, dollars; none on a renewal.
    pub minimum: Vec<f64>,
    /// Minimum payments of the next twelve months, dollars.
    pub minimum_year: Vec<f64>,
    /// `W`: present value of the margin on all later minimum payments, dollars.
    pub present: Vec<f64>,
    /// All later minimum payments, undiscounted, dollars.
    pub remaining: Vec<f64>,
    /// `D`: build debt if nothing is ever cut, dollars.
    pub build_debt: Vec<f64>,
    /// Share of the build that is spent.
    pub built: Vec<f64>,
}

impl ContractTables {
    /// Tables for months up to `last`, which a delay may shift by up to [`LONGEST_DELAY`].
    pub fn new(terms: &Terms, delayed: bool, last: usize) -> Self {
        let offset = 1 + if delayed { LONGEST_DELAY as i32 } else { 0 };
        let months = || (-offset..last as i32).map(|s| s - terms.begin);
        let term = terms.amounts.len() as i32;
        let amount = |i: i32| if (0..term).contains(&i) { terms.amounts[i as usize] } else { 0.0 };
        let tail = &terms.amounts[terms.amounts.len().saturating_sub(12)..];
        let renewed = if terms.renew { tail.iter().sum::<f64>() / tail.len() as f64 } else { 0.0 };
        let minimum: Vec<f64> = months().map(|i| terms.take_or_pay * amount(i)).collect();
        let (first, count) = (-offset - terms.begin, minimum.len());
        let later = |discount: f64| later_sums(terms, first, count, discount);
        let rate = months().map(|i| 12.0 * if i >= term { renewed } else { amount(i) }).collect();
        let minimum_year = months()
            .map(|i| (1..=12).map(|ahead| terms.take_or_pay * amount(i + ahead)).sum())
            .collect();
        Self {
            offset,
            rate,
            ended: months().map(|i| f64::from(u8::from(i >= term))).collect(),
            minimum,
            minimum_year,
            present: later(terms.discount_rate).into_iter().map(|v| terms.margin * v).collect(),
            remaining: later(0.0),
            build_debt: months().map(|i| build_debt(terms, i)).collect(),
            built: months().map(|i| built(terms, i)).collect(),
        }
    }

    /// Entries of `table` for month `t` of every lane, each shifted by its own delay.
    #[inline(always)]
    pub fn at<const B: usize>(&self, table: &[f64], t: i32, delay: Option<&Lanes<B>>) -> Lanes<B> {
        let last = table.len() as i32 - 1;
        match delay {
            None => Lanes::splat(table[(t + self.offset).clamp(0, last) as usize]),
            Some(delay) => Lanes::of(|i| table[(t - delay[i] as i32 + self.offset).clamp(0, last) as usize]),
        }
    }
}

/// Sums of the minimum payments after each of `count` months from `first` (months of the term), each discounted to the
/// end of that month at `discount` a year, continuously.
fn later_sums(terms: &Terms, first: i32, count: usize, discount: f64) -> Vec<f64> {
    let factor = (-discount * DT).exp();
    let end = (terms.amounts.len() as i32).max(first + count as i32);
    let mut sums = vec![0.0; count];
    let mut sum = 0.0;
    for i in (first..end).rev() {
        if let Some(slot) = sums.get_mut((i - first) as usize) {
            *slot = sum;
        }
        let paid = usize::try_from(i).ok().and_then(|i| terms.amounts.get(i)).copied().unwrap_or(0.0);
        sum = factor * (sum + terms.take_or_pay * paid);
    }
    sums
}

/// `D` at the end of month `i` of the term: the value of all spending until it begins, then falling evenly (section 8.1).
fn build_debt(terms: &Terms, i: i32) -> f64 {
    if terms.lead == 0 {
        return 0.0;
    }
    let total: f64 = terms.amounts.iter().sum();
    let spent = terms.take_or_pay * terms.capex * total / terms.lead as f64;
    let value_at = |i: i32| -> f64 {
        (1..=terms.lead as i32).map(|j| spent * (terms.discount_rate * f64::from(i + j) * DT).exp()).sum()
    };
    let left = 1.0 - f64::from(i + 1) / terms.amounts.len() as f64;
    if i < 0 { value_at(i) } else { value_at(-1) * left.max(0.0) }
}

/// Share of the build, by value, that is spent by the end of month `i` of the term.
fn built(terms: &Terms, i: i32) -> f64 {
    let lead = terms.lead as i32;
    let value = |from: i32| (from..=lead).map(|j| (terms.discount_rate * f64::from(j) * DT).exp()).sum::<f64>();
    let unspent = (-i).clamp(1, lead + 1);
    if lead == 0 { 1.0 } else { value(unspent) / value(1) }
}
