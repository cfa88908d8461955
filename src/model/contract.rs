//! Compute contracts: schedule, delay, firmness, price, present value and build debt (docs/model.md, sections 4, 8.1).

use std::ops::Range;
use std::sync::Arc;

use crate::engine::{DelaySlot, OnceSlot};
use crate::lanes::{Lanes, lanes};
use crate::random::math::exp;
use crate::tier::exps;

use super::constants::DT;
use super::id::{EntityId, FamilyId};
use super::plant::{Plant, ages, rents};
use super::verdict::Odds;

/// Longest delay, months; longer ones are cut to it.
pub const LONGEST_DELAY: usize = 240;

/// One number per month. Their count is a power of two, so that a masked position needs no bounds check and lanes are
/// gathered.
pub type Months = Arc<[f64]>;

/// A compute contract of a lab.
#[derive(Clone, Debug)]
pub struct Contract {
    /// Its id in the file.
    pub id: String,
    /// Who sells.
    pub provider: EntityId,
    /// The family of compute.
    pub family: FamilyId,
    /// First month of the term before any delay; negative where it began before the start.
    pub begin: i32,
    /// Share of the capacity that is paid whether used or not.
    pub take_or_pay: f64,
    /// Share that the lab cannot drop.
    pub firm: f64,
    /// How capacity is priced during the term.
    pub price: Pricing,
    /// Which workloads it may serve.
    pub workload: Workload,
    /// Shares of each payment that are passed on to other entities.
    pub pass_through: Vec<(EntityId, f64)>,
    /// What other entities lose on each dollar of its capital that a cut leaves unspent.
    pub orders: Vec<(EntityId, f64)>,
    /// Capital that is spent for the part that is paid in any case, dollars.
    pub capital: f64,
    /// Part of it that keeps running once its provider is in default.
    pub step_in: f64,
    /// Provider's cash margin before the cost of capital, a share.
    pub margin: f64,
    /// How released capacity is relet.
    pub relet: Relet,
    /// Its delay, drawn once per path; none where it cannot be late.
    pub delay: Option<DelaySlot>,
    /// What makes it binding; none where it is binding from the start.
    pub hinge: Option<Hinge>,
    /// Its monthly tables.
    pub tables: ContractTables,
}

/// What makes a contract binding.
#[derive(Clone, Copy, Debug)]
pub enum Hinge {
    /// A verdict in a month.
    Verdict {
        /// The month.
        month: usize,
        /// Its odds.
        odds: Odds,
        /// The one verdict of a path.
        slot: OnceSlot,
    },
    /// The closing of the lab's investment at this position.
    Investment(usize),
    /// What the lab's expansion at this position signs in a month.
    Window {
        /// The month.
        month: usize,
        /// The expansion.
        expansion: usize,
    },
    /// Nothing: it never becomes binding.
    Never,
}

impl Contract {
    /// Whether it is binding from the start, cannot be delayed and does not stop before its end.
    pub fn is_punctual(&self) -> bool {
        self.delay.is_none() && self.hinge.is_none() && self.step_in >= 1.0
    }

    /// Whether an investment brings it.
    pub fn comes_with_money(&self) -> bool {
        matches!(self.hinge, Some(Hinge::Investment(_)))
    }

    /// 8.2: capital that a cut leaves unspent, dollars, by the part that is cut and the part (by value) that had been built.
    #[inline(always)]
    pub fn unspent(&self, cut: f64, built: f64) -> f64 {
        self.capital * cut * (1.0 - built)
    }

    /// The shift of its tables on each path, months: the `delay` of its state; none where it cannot be delayed.
    #[inline(always)]
    pub fn shift<'s, const B: usize>(&self, delay: &'s Lanes<B>) -> Option<&'s Lanes<B>> {
        let is_shifted = self.delay.is_some() || self.comes_with_money();
        is_shifted.then_some(delay)
    }
}

/// How a contract's capacity is priced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pricing {
    /// At the expected price of the month.
    Plan,
    /// At the spot price of the month.
    Indexed,
    /// At the expected price of the month in which it began.
    Locked,
}

/// Which workloads a contract may serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workload {
    /// Both.
    Any,
    /// Inference only.
    Inference,
    /// Training only.
    Training,
    /// Neither: a lease of space.
    None,
}

/// How a provider relets capacity that a lab gives up (section 8.2).
#[derive(Clone, Copy, Debug)]
pub struct Relet {
    /// Share of the margin kept at the expected price.
    pub share: f64,
    /// Factor on it in a frozen market.
    pub frozen: f64,
    /// Dollars a year released at once at which the share falls to `1/e` of it; infinite for no effect.
    pub depth: f64,
}

impl Relet {
    /// The same with a share of so much of it.
    #[inline(always)]
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self { share: factor * self.share, ..self }
    }

    /// `relet` of section 8.2: the share, from 0 to 1, of a fall of the present value that is recovered, where the market
    /// offers so much for what so much was paid for. `released` in dollars a year, `open` 1 or 0.
    #[inline(always)]
    pub fn kept(&self, offered: f64, paid: f64, released: f64, open: f64) -> f64 {
        let frozen = open + (1.0 - open) * self.frozen;
        let share = self.share * (offered / paid) * exp(-released / self.depth) * frozen;
        share.clamp(0.0, 1.0)
    }
}

/// The monthly amounts of a contract as written, before it begins.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Dollars, one number per month of the term.
    pub amounts: Vec<f64>,
    /// First month of the term.
    pub begin: i32,
    /// Share of the capacity that is paid whether used or not.
    pub take_or_pay: f64,
    /// Whether it is renewed after its term.
    pub renew: bool,
    /// Provider's cash margin before the cost of capital, a share.
    pub margin: f64,
    /// Capital spent, as a share of the amount.
    pub capex: f64,
    /// Months before the contract begins over which it is spent; at least one.
    pub lead: usize,
    /// Discount rate, a year.
    pub discount_rate: f64,
    /// How its hardware ages; none: it does not.
    pub plant: Option<Plant>,
}

impl Terms {
    /// Capital that is spent for the part that is paid in any case, dollars.
    pub fn capital(&self) -> f64 {
        self.take_or_pay * self.capex * self.amounts.iter().sum::<f64>()
    }
}

/// Dollars per month of a term of `term` months that ramps up over `ramp` months; they add up to `amount` (section 4).
pub fn ramped(amount: f64, term: usize, ramp: usize) -> Vec<f64> {
    let total: f64 = (0..term).map(|i| weight(i, ramp)).sum();
    (0..term).map(|i| amount * weight(i, ramp) / total).collect()
}

/// Dollars per month of a capacity that costs `a_year` dollars a year at its full rate: weights as of [`ramped`], but not
/// scaled (section 4).
pub fn at_capacity(a_year: f64, term: usize, ramp: usize) -> Vec<f64> {
    (0..term).map(|i| DT * a_year * weight(i, ramp)).collect()
}

/// Weight of month `i` of a ramp of `ramp` months: its middle over the ramp, then 1.
fn weight(i: usize, ramp: usize) -> f64 {
    if ramp == 0 { 1.0 } else { ((i as f64 + 0.5) / ramp as f64).min(1.0) }
}

/// A contract's supply, minimum payments and values by month, before its delay shifts them.
#[derive(Clone, Debug)]
pub struct ContractTables {
    /// Position of month 0 without a delay.
    start: i32,
    /// First month after the term, without a delay.
    pub end: i32,
    /// Scheduled supply, dollars a year, renewals included.
    pub rate: Months,
    /// 1 after the term, 0 before its end.
    pub ended: Months,
    /// Minimum payment of the month, dollars; 0 on a renewal.
    pub minimum: Months,
    /// Minimum payments of the next twelve months, dollars.
    pub minimum_year: Months,
    /// `W`: present value of the margin on all later minimum payments, dollars.
    pub present: Months,
    /// `D`: capital debt if nothing is ever cut, dollars.
    pub build_debt: Months,
    /// Share of the capital, by value, that has been spent.
    pub built: Months,
    /// What the market pays for its units; none where they do not age.
    pub rents: Option<Rents>,
}

/// `rent` of section 8.2 of capacity that is released at the end of a month.
#[derive(Clone, Debug)]
pub struct Rents {
    /// How the hardware ages.
    pub plant: Plant,
    /// Its mean age at the end of each month of the term, years.
    pub ages: Arc<[f64]>,
    /// In an open market.
    pub open: Months,
    /// In a frozen one.
    pub frozen: Months,
}

impl ContractTables {
    /// Tables of a term that may begin as late as in month `latest`, for months from -1 up to `last`.
    pub fn new(terms: &Terms, latest: i32, last: usize) -> Self {
        let first = -1 - latest;
        let term = terms.amounts.len() as i32;
        let months = first..last as i32 - terms.begin;
        let amount = |i: i32| if (0..term).contains(&i) { terms.amounts[i as usize] } else { 0.0 };
        let tail = &terms.amounts[terms.amounts.len().saturating_sub(12)..];
        let renewed = if terms.renew { tail.iter().sum::<f64>() / tail.len() as f64 } else { 0.0 };
        let table = |of: &dyn Fn(i32) -> f64| tabulate(months.clone().map(of).collect());
        let year = |i: i32| (1..=12).map(|ahead| terms.take_or_pay * amount(i + ahead)).sum();
        let carried = Carried::new(terms, first);
        let (start_debt, unspent) = (debt_at_begin(terms, &carried), unspent(terms, &carried));
        let rents = terms.plant.map(|plant| {
            let ages = ages(&terms.amounts);
            let of = |vacancy: f64| tabulate(rents(&plant, terms.discount_rate, &ages, months.clone(), vacancy));
            let (open, frozen) = (of(plant.vacancy), of(plant.vacancy_frozen));
            Rents { plant, ages: ages.into(), open, frozen }
        });
        Self {
            start: -first - terms.begin,
            end: terms.begin + term,
            rate: table(&|i| 12.0 * if i >= term { renewed } else { amount(i) }),
            ended: table(&|i| f64::from(u8::from(i >= term))),
            minimum: table(&|i| terms.take_or_pay * amount(i)),
            minimum_year: table(&|i| if (-12..term).contains(&i) { year(i) } else { 0.0 }),
            present: tabulate(later_sums(terms, months.clone()).iter().map(|sum| terms.margin * sum).collect()),
            build_debt: table(&|i| start_debt * if i < 0 { carried.at(i + 1) } else { left(terms, i) }),
            built: table(&|i| 1.0 - unspent[usize::try_from(-i - 1).unwrap_or(0).min(terms.lead)]),
            rents,
        }
    }

    /// The tables of the same term, `months` later.
    #[must_use]
    pub fn later(&self, months: i32) -> Self {
        Self { start: self.start - months, end: self.end + months, ..self.clone() }
    }

    /// Whether it never supplies anything.
    pub fn is_empty(&self) -> bool {
        self.rate.iter().all(|&rate| rate <= 0.0)
    }

    /// Minimum payment of month `t` without a delay, dollars.
    pub fn minimum_of(&self, t: i32) -> f64 {
        entry(&self.minimum, t + self.start)
    }

    /// Minimum payments of the twelve months after `t` without a delay, dollars.
    pub fn minimum_year_of(&self, t: i32) -> f64 {
        entry(&self.minimum_year, t + self.start)
    }

    /// Entries of `table` for month `t`, one per path, each shifted by the path's delay.
    #[inline(always)]
    pub fn at<const B: usize>(&self, table: &[f64], t: i32, delay: Option<&Lanes<B>>) -> Lanes<B> {
        let position = t + self.start;
        match delay {
            None => Lanes::splat(entry(table, position)),
            Some(delay) => {
                let (position, mask) = (position as u64, table.len() - 1);
                lanes!(i => table[position.wrapping_sub(whole(delay[i])) as usize & mask])
            }
        }
    }
}

/// Entry of a table at a position.
#[inline(always)]
fn entry(table: &[f64], position: i32) -> f64 {
    table[position as usize & (table.len() - 1)]
}

/// The low bits of a whole number of months. Adding 2^52 puts them at the end of the mantissa; a cast to an integer would
/// have to check every lane for NaN and saturation.
#[inline(always)]
fn whole(months: f64) -> u64 {
    (months + 4_503_599_627_370_496.0).to_bits()
}

/// A table of these numbers, the last of them repeated.
fn tabulate(mut numbers: Vec<f64>) -> Months {
    let last = numbers.last().copied().unwrap_or(0.0);
    numbers.resize(numbers.len().next_power_of_two(), last);
    numbers.into()
}

/// Sums of the minimum payments after each of these months of the term, each discounted to the end of that month.
fn later_sums(terms: &Terms, months: Range<i32>) -> Vec<f64> {
    let factor = exp(-terms.discount_rate * DT);
    let end = (terms.amounts.len() as i32).max(months.end);
    let mut sums = vec![0.0; months.len()];
    let mut sum = 0.0;
    for i in (months.start..end).rev() {
        if let Some(slot) = sums.get_mut((i - months.start) as usize) {
            *slot = sum;
        }
        let paid = usize::try_from(i).ok().and_then(|i| terms.amounts.get(i)).copied().unwrap_or(0.0);
        sum = factor * (sum + terms.take_or_pay * paid);
    }
    sums
}

/// The value of a dollar carried forward over months at the discount rate (backward where negative).
struct Carried {
    first: i32,
    values: Vec<f64>,
}

impl Carried {
    /// From `first` months up to the lead.
    fn new(terms: &Terms, first: i32) -> Self {
        let first = first.min(0);
        let mut values: Vec<f64> =
            (first..=terms.lead as i32).map(|months| terms.discount_rate * f64::from(months) * DT).collect();
        exps(&mut values);
        Self { first, values }
    }

    fn at(&self, months: i32) -> f64 {
        self.values[(months - self.first) as usize]
    }
}

/// `D` at the end of the month before the term, dollars: the value of all that was spent (section 8.1).
fn debt_at_begin(terms: &Terms, carried: &Carried) -> f64 {
    let spent = terms.capital() / terms.lead as f64;
    spent * (0..terms.lead).map(|j| carried.at(j as i32)).sum::<f64>()
}

/// Share of `D` that is left at the end of month `i` of the term: the debt is repaid evenly.
fn left(terms: &Terms, i: i32) -> f64 {
    (1.0 - f64::from(i + 1) / terms.amounts.len() as f64).max(0.0)
}

/// Share of the capital, by value, that is unspent when `k` months of the lead are left, for `k = 0..=lead`.
fn unspent(terms: &Terms, carried: &Carried) -> Vec<f64> {
    let mut value = vec![0.0];
    for j in 0..terms.lead {
        value.push(value[j] + carried.at(j as i32));
    }
    let all = value[terms.lead];
    value.iter().map(|left| left / all).collect()
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{HALVES_IN_A_MONTH, assert_close, contract};
    use super::*;

    fn assert_all_close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        found.iter().zip(expected).for_each(|(&found, &expected)| assert_close(found, expected));
    }

    /// 1, 2 and 3 dollars in months 2 to 4, half of them take-or-pay, at a discount of one half a month.
    fn terms() -> Terms {
        Terms {
            amounts: vec![1.0, 2.0, 3.0],
            begin: 2,
            take_or_pay: 0.5,
            renew: true,
            margin: 0.4,
            capex: 0.6,
            lead: 2,
            discount_rate: HALVES_IN_A_MONTH,
            plant: None,
        }
    }

    fn tables(delayed: bool) -> ContractTables {
        let terms = terms();
        ContractTables::new(&terms, terms.begin + if delayed { LONGEST_DELAY as i32 } else { 0 }, 12)
    }

    /// Entries of a table of a punctual contract from month `from` on.
    fn assert_months(table: impl Fn(&ContractTables) -> &Months, from: i32, expected: &[f64]) {
        let tables = tables(false);
        let found: Vec<f64> =
            (from..).map(|t| tables.at::<1>(table(&tables), t, None)[0]).take(expected.len()).collect();
        assert_all_close(&found, expected);
    }

    #[test]
    fn a_ramp_weighs_the_middles_of_its_months() {
        // Weights 1/4, 3/4, 1, 1 of 12 in all; 1/8 and 3/8 of 6; even without a ramp.
        assert_all_close(&ramped(12.0, 4, 2), &[1.0, 3.0, 4.0, 4.0]);
        assert_all_close(&ramped(6.0, 2, 4), &[1.5, 4.5]);
        assert_all_close(&ramped(6.0, 3, 0), &[2.0, 2.0, 2.0]);
    }

    #[test]
    fn a_capacity_costs_its_price_for_each_month_that_it_stands() {
        // 2 GW at 12 a year each are 2 a month; the ramp takes 3/4 and 1/4 off the first two.
        assert_all_close(&at_capacity(24.0, 3, 2), &[0.5, 1.5, 2.0]);
        assert_all_close(&at_capacity(24.0, 2, 0), &[2.0, 2.0]);
        // Half a month, one and a half and then whole months of a ramp of three months.
        for (month, part) in [(0, 1.0 / 6.0), (1, 0.5), (3, 1.0)] {
            assert_close(weight(month, 3), part);
        }
    }

    #[test]
    fn a_contract_supplies_its_amounts_and_then_goes_on_at_their_mean() {
        assert_months(|tables| &tables.rate, 1, &[0.0, 12.0, 24.0, 36.0, 24.0, 24.0]);
        assert_months(|tables| &tables.ended, 1, &[0.0, 0.0, 0.0, 0.0, 1.0, 1.0]);
    }

    #[test]
    fn minimum_payments_are_those_of_the_term() {
        assert_months(|tables| &tables.minimum, 1, &[0.0, 0.5, 1.0, 1.5, 0.0]);
        assert_months(|tables| &tables.minimum_year, 1, &[3.0, 2.5, 1.5, 0.0]);
        // Half of 1, 2 and 3, and of what is left of them after each of these months.
        let tables = tables(true);
        for (t, month, year) in [(2, 0.5, 2.5), (3, 1.0, 1.5), (4, 1.5, 0.0), (5, 0.0, 0.0)] {
            assert_close(tables.minimum_of(t), month);
            assert_close(tables.minimum_year_of(t), year);
        }
    }

    #[test]
    fn a_contract_is_worth_the_margin_on_later_minimum_payments() {
        // At the end of month 2: 0.4 (1/2 + 1.5/4); a month earlier half of that and of 0.5.
        assert_months(|tables| &tables.present, 1, &[0.275, 0.35, 0.3, 0.0]);
        // Without the margin, from the last month before the term on.
        assert_all_close(&later_sums(&terms(), -1..3), &[0.687_5, 0.875, 0.75, 0.0]);
    }

    #[test]
    fn build_debt_is_the_value_of_all_spending_and_falls_evenly_over_the_term() {
        // 0.5 * 0.6 * 6 = 1.8, half in month 0 and half in month 1: 0.9 * 2 + 0.9 = 2.7 before the term.
        assert_months(|tables| &tables.build_debt, 0, &[1.35, 2.7, 1.8, 0.9, 0.0]);
        assert_months(|tables| &tables.built, -1, &[0.0, 2.0 / 3.0, 1.0, 1.0]);
    }

    #[test]
    fn capital_is_a_share_of_what_is_paid_in_any_case() {
        // 0.6 of half of 6; of all of it; of nothing that must be paid.
        for (take_or_pay, capital) in [(0.5, 1.8), (1.0, 3.6), (0.0, 0.0)] {
            assert_close(Terms { take_or_pay, ..terms() }.capital(), capital);
        }
    }

    #[test]
    fn what_a_cut_leaves_unspent_is_its_part_of_what_is_not_built() {
        let contract = Contract { capital: 12.0, ..contract(&terms()) };
        for (cut, built, unspent) in [(1.0, 0.5, 6.0), (0.25, 0.5, 1.5), (1.0, 1.0, 0.0)] {
            assert_close(contract.unspent(cut, built), unspent);
        }
    }

    #[test]
    fn capital_is_spent_evenly_grows_with_interest_and_is_repaid_evenly() {
        // Money doubles in a month. 0.9 two months before the term is 1.8 at its eve, and 0.9 a month later stays 0.9; all of
        // 1.8 in one month; 0.6 in each of three is 2.4 + 1.2 + 0.6.
        let carried = Carried::new(&terms(), -1);
        for (months, dollar) in [(0, 1.0), (2, 4.0), (-1, 0.5)] {
            assert_close(carried.at(months), dollar);
        }
        for (lead, debt) in [(2, 2.7), (1, 1.8), (3, 4.2)] {
            let terms = Terms { lead, ..terms() };
            assert_close(debt_at_begin(&terms, &Carried::new(&terms, 0)), debt);
        }
        for (month, part) in [(-1, 1.0), (0, 2.0 / 3.0), (2, 0.0), (9, 0.0)] {
            assert_close(left(&terms(), month), part);
        }
        // Of the value 2 + 1 the second month's is a third.
        assert_all_close(&unspent(&terms(), &carried), &[0.0, 1.0 / 3.0, 1.0]);
    }

    #[test]
    fn a_delay_shifts_every_table() {
        let tables = tables(true);
        let rates = tables.at(&tables.rate, 3, Some(&Lanes([0.0, 1.0, 2.0])));
        assert_all_close(&rates.0, &[24.0, 12.0, 0.0]);
    }

    #[test]
    fn released_capacity_is_relet_at_today_s_price() {
        let relet = Relet { share: 0.7, frozen: 0.5, depth: 10.0 };
        assert_close(relet.kept(1.0, 1.0, 0.0, 1.0), 0.7);
        assert_close(relet.kept(0.5, 1.0, 0.0, 0.0), 0.175); // 0.7 * 0.5 * 0.5
        assert_close(relet.kept(1.0, 1.0, 10.0, 1.0), 0.257_516); // 0.7/e
        assert_close(relet.kept(2.0, 1.0, 0.0, 1.0), 1.0);
        for (factor, share) in [(1.0, 0.7), (0.5, 0.35), (0.0, 0.0)] {
            assert_close(relet.times(factor).kept(1.0, 1.0, 0.0, 1.0), share);
        }
    }
}
