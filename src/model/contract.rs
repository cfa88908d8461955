//! Compute contracts: schedule, delay, firmness, price, present value and build debt (docs/model.md, sections 4, 8.1).

use crate::engine::DelaySlot;
use crate::lanes::{Lanes, lanes};
use crate::random::math::exp;

use super::constants::DT;
use super::id::{EntityId, FamilyId};

/// Longest delay, months; longer ones are cut to it.
pub const LONGEST_DELAY: usize = 240;

/// Months that a table holds: the longest delay, the longest horizon (50 years), what endurance looks ahead, a year. A
/// power of two, so that a masked position needs no bounds check and lanes are gathered.
const TABLE: usize = 1024;

/// Numbers by month.
pub type Months = Box<[f64; TABLE]>;

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
    /// Months over which it is spent before the begin; at least one.
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
    /// First month after the term, without a delay.
    pub end: i32,
    /// Scheduled supply, dollars a year, renewals included.
    pub rate: Months,
    /// 1 after the term, 0 before its end.
    pub ended: Months,
    /// Minimum payment of the month, dollars; none on a renewal.
    pub minimum: Months,
    /// Minimum payments of the next twelve months, dollars.
    pub minimum_year: Months,
    /// `W`: present value of the margin on all later minimum payments, dollars.
    pub present: Months,
    /// `D`: build debt if nothing is ever cut, dollars.
    pub build_debt: Months,
    /// Share of the build that is spent.
    pub built: Months,
}

impl ContractTables {
    /// Tables for months up to `last`, which a delay may shift by up to [`LONGEST_DELAY`]; beyond it the last stands.
    pub fn new(terms: &Terms, delayed: bool, last: usize) -> Self {
        let offset = 1 + if delayed { LONGEST_DELAY } else { 0 };
        let count = (offset + last).min(TABLE);
        let first = -(offset as i32) - terms.begin;
        let term = terms.amounts.len() as i32;
        let amount = |i: i32| if (0..term).contains(&i) { terms.amounts[i as usize] } else { 0.0 };
        let tail = &terms.amounts[terms.amounts.len().saturating_sub(12)..];
        let renewed = if terms.renew { tail.iter().sum::<f64>() / tail.len() as f64 } else { 0.0 };
        let table = |of: &dyn Fn(i32) -> f64| tabulate(count, |position| of(first + position as i32));
        let year = |i: i32| (1..=12).map(|ahead| terms.take_or_pay * amount(i + ahead)).sum();
        let later = later_sums(terms, first, count);
        let (start_debt, unspent) = (debt_at_begin(terms), unspent(terms));
        Self {
            offset: offset as i32,
            end: terms.begin + term,
            rate: table(&|i| 12.0 * if i >= term { renewed } else { amount(i) }),
            ended: table(&|i| f64::from(u8::from(i >= term))),
            minimum: table(&|i| terms.take_or_pay * amount(i)),
            minimum_year: table(&year),
            present: tabulate(count, |position| terms.margin * later[position]),
            build_debt: table(&|i| start_debt * if i < 0 { carried(terms, i + 1) } else { left(terms, i) }),
            built: table(&|i| 1.0 - unspent[usize::try_from(-i - 1).unwrap_or(0).min(terms.lead)]),
        }
    }

    /// Minimum payment of month `t` without a delay, dollars.
    pub fn minimum_of(&self, t: i32) -> f64 {
        self.minimum[(t + self.offset) as usize & (TABLE - 1)]
    }

    /// Minimum payments of the twelve months after `t` without a delay, dollars.
    pub fn minimum_year_of(&self, t: i32) -> f64 {
        self.minimum_year[(t + self.offset) as usize & (TABLE - 1)]
    }

    /// Entries of `table` for month `t` of every lane, each shifted by its own delay.
    #[inline(always)]
    pub fn at<const B: usize>(&self, table: &[f64; TABLE], t: i32, delay: Option<&Lanes<B>>) -> Lanes<B> {
        let position = t + self.offset;
        match delay {
            None => Lanes::splat(table[position as usize & (TABLE - 1)]),
            Some(delay) => {
                let position = position as u64;
                lanes!(i => table[position.wrapping_sub(whole(delay[i])) as usize & (TABLE - 1)])
            }
        }
    }
}

/// The low bits of a whole number of months: 2^52 added, they stand at the end of the mantissa. A cast to an integer
/// would have to mind NaN and saturation, lane by lane.
#[inline(always)]
fn whole(months: f64) -> u64 {
    (months + 4_503_599_627_370_496.0).to_bits()
}

/// A table whose first `count` entries are `of` their position and whose others repeat the last.
fn tabulate(count: usize, of: impl Fn(usize) -> f64) -> Months {
    let mut table = Box::new([0.0; TABLE]);
    for position in 0..count {
        table[position] = of(position);
    }
    let last = table[count - 1];
    table[count..].fill(last);
    table
}

/// Sums of the minimum payments after each of `count` months from `first` (months of the term), each discounted to the
/// end of that month.
fn later_sums(terms: &Terms, first: i32, count: usize) -> Vec<f64> {
    let factor = exp(-terms.discount_rate * DT);
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

/// `D` at the end of the month before the term: the value of all that was spent (section 8.1).
fn debt_at_begin(terms: &Terms) -> f64 {
    let total: f64 = terms.amounts.iter().sum();
    let spent = terms.take_or_pay * terms.capex * total / terms.lead as f64;
    spent * (0..terms.lead).map(|j| carried(terms, j as i32)).sum::<f64>()
}

/// A dollar carried forward over `months` (backward, where negative) at the discount rate.
fn carried(terms: &Terms, months: i32) -> f64 {
    exp(terms.discount_rate * f64::from(months) * DT)
}

/// Share of `D` that is left at the end of month `i` of the term: it falls evenly.
fn left(terms: &Terms, i: i32) -> f64 {
    (1.0 - f64::from(i + 1) / terms.amounts.len() as f64).max(0.0)
}

/// Share of the build, by value, that is unspent when `k` months of the lead are left; the first entry is 0.
fn unspent(terms: &Terms) -> Vec<f64> {
    let mut value = vec![0.0];
    for j in 0..terms.lead {
        value.push(value[j] + carried(terms, j as i32));
    }
    let all = value[terms.lead];
    value.iter().map(|left| left / all).collect()
}
