//! Hardware that ages: what its units rent for, and what released ones bring (docs/model.md, section 8.2).

use std::ops::Range;

use crate::random::math::{exp, max, min};
use crate::tier::{Kernel, Tier};

use super::constants::DT;

/// How the hardware of a contract ages and is let again (section 8.2). Times are in years, rates annual.
#[derive(Clone, Copy, Debug)]
pub struct Plant {
    /// `L`: years for which a unit earns rent.
    pub life: f64,
    /// `delta`: decline of its rent with age, beyond that of prices.
    pub ageing: f64,
    /// Mean time for which released capacity stands empty.
    pub vacancy: f64,
    /// The same where it is released in a frozen market.
    pub vacancy_frozen: f64,
    /// Decline of the price of its family.
    pub decline: f64,
    /// Decline of the contract's own price.
    pub own_decline: f64,
}

/// `A(k, H)`: the value of a dollar a year over `years` at the rate `k`, dollars.
#[inline(always)]
pub fn annuity(rate: f64, years: f64) -> f64 {
    // At a rate of nearly nothing the quotient would be rounding.
    if (rate * years).abs() < 1e-8 { years } else { (1.0 - exp(-rate * years)) / rate }
}

/// Value of the rent of a unit from this age (years) over `years` of its life, at a market price of a dollar a year for a
/// new unit; it stands empty at first for a time that is exponential with mean `vacancy`.
#[inline(always)]
pub fn rent_value(plant: &Plant, discount_rate: f64, age: f64, years: f64, vacancy: f64) -> f64 {
    let (falls, earns) = (discount_rate + plant.decline + plant.ageing, max(min(years, plant.life - age), 0.0));
    let empty = if vacancy > 0.0 { annuity(falls + 1.0 / vacancy, earns) } else { 0.0 };
    exp(-plant.ageing * age) * (annuity(falls, earns) - empty)
}

/// `rent` of a contract that is released at the end of month `i` of its term (negative: before it): what the market pays for
/// its units over what the contract pays for them, at equal prices today. `ages` are those of the months of the term.
#[inline(always)]
pub fn rent(plant: &Plant, discount_rate: f64, ages: &[f64], i: i32, vacancy: f64) -> f64 {
    let left = DT * f64::from(ages.len() as i32 - (i + 1).max(0));
    if left <= 0.0 {
        return 0.0;
    }
    let age = usize::try_from(i).map_or(0.0, |i| ages[i]);
    let wait = DT * f64::from((-1 - i).max(0));
    let paid = annuity(discount_rate + plant.own_decline, left);
    exp((plant.own_decline - plant.decline) * wait) * rent_value(plant, discount_rate, age, left, vacancy) / paid
}

/// [`rent`] of each of these months of the term.
pub fn rents(plant: &Plant, discount_rate: f64, ages: &[f64], months: Range<i32>, vacancy: f64) -> Vec<f64> {
    Tier::detect().run(Released { plant, discount_rate, ages, months, vacancy })
}

/// Capacity that is released in one of several months.
struct Released<'a> {
    plant: &'a Plant,
    discount_rate: f64,
    ages: &'a [f64],
    months: Range<i32>,
    vacancy: f64,
}

impl Kernel for Released<'_> {
    type Output = Vec<f64>;

    #[inline(always)]
    fn run(self) -> Vec<f64> {
        let mut rents = vec![0.0; self.months.len()];
        for (found, i) in rents.iter_mut().zip(self.months) {
            *found = rent(self.plant, self.discount_rate, self.ages, i, self.vacancy);
        }
        rents
    }
}

/// Rent of a unit of this age (years), over the price of a new one; none beyond its life.
pub fn rent_of_age(plant: &Plant, age: f64) -> f64 {
    // Ages are sums of months, so at the end of a life they miss it by rounding.
    if age < plant.life - 1e-9 { exp(-plant.ageing * age) } else { 0.0 }
}

/// Mean age of a contract's hardware at the end of each month of its term, years: what capacity grows by is new.
pub fn ages(amounts: &[f64]) -> Vec<f64> {
    let (mut age, mut before) = (0.0, 0.0);
    amounts
        .iter()
        .map(|&amount| {
            age = DT + if amount > before { age * before / amount } else { age };
            before = amount;
            age
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::assert_close;
    use super::*;

    /// Falls of 8, 20 and 15 % a year over six years.
    const CHIPS: Plant =
        Plant { life: 6.0, ageing: 0.15, vacancy: 0.0, vacancy_frozen: 0.0, decline: 0.2, own_decline: 0.2 };

    #[test]
    fn a_dollar_a_year_is_worth_an_annuity() {
        assert_close(annuity(0.0, 3.0), 3.0);
        assert_close(annuity(0.1, f64::INFINITY), 10.0);
        assert_close(annuity(0.5, 2.0), 2.0 * (1.0 - 0.367_879_441));
    }

    #[test]
    fn plant_is_worth_what_it_earns_in_the_rest_of_its_life() {
        // (1 - e^(-0.43 * 6))/0.43; at four years e^-0.6 of the rent for two more; nothing once it has expired.
        let new = rent_value(&CHIPS, 0.08, 0.0, f64::INFINITY, 0.0);
        assert_close(new, (1.0 - (-2.58_f64).exp()) / 0.43);
        assert_close(
            rent_value(&CHIPS, 0.08, 4.0, f64::INFINITY, 0.0),
            0.548_811_636 * (1.0 - (-0.86_f64).exp()) / 0.43,
        );
        assert_close(rent_value(&CHIPS, 0.08, 6.0, f64::INFINITY, 0.0), 0.0);
    }

    #[test]
    fn resale_values_of_an_h100_are_those_of_a_life_of_six_years() {
        // GPU Lease Rate Index, January 2026: 60 to 65, 40 to 45, 25 to 35 and 15 to 20 % of the price after one to four
        // years, a weak source. Prices fall as well while a unit ages. The first year comes
        // out at 67 %, a little above its range.
        let value = |age: f64| (-0.2 * age).exp() * rent_value(&CHIPS, 0.08, age, f64::INFINITY, 0.0);
        for (age, low, high) in [(1.0, 0.60, 0.68), (2.0, 0.40, 0.45), (3.0, 0.25, 0.35), (4.0, 0.15, 0.20)] {
            let part = value(age) / value(0.0);
            assert!((low..high).contains(&part), "{part} after {age} years");
        }
    }

    #[test]
    fn capacity_that_stands_empty_earns_nothing_meanwhile() {
        // Simpson's rule over the rent times the probability of a tenant by then, 1 - e^(-2 u), in the two years left.
        let earned = |u: f64| (-0.43 * u).exp() * (1.0 - (-2.0 * u).exp());
        let steps = 2000;
        let h = 2.0 / f64::from(steps);
        let sum: f64 = (0..=steps)
            .map(|i| earned(h * f64::from(i)) * if i == 0 || i == steps { 1.0 } else { 2.0 + 2.0 * f64::from(i % 2) })
            .sum();
        assert_close(rent_value(&CHIPS, 0.08, 4.0, 5.0, 0.5), (-0.6_f64).exp() * sum * h / 3.0);
    }

    #[test]
    fn without_ageing_and_vacancy_a_contract_is_relet_at_the_market_price() {
        // A price that falls as the market's; before the term, in it, and nothing once it is over.
        let plant = Plant { ageing: 0.0, life: f64::INFINITY, ..CHIPS };
        let ages = ages(&[1.0; 24]);
        for (i, expected) in [(-7, 1.0), (-1, 1.0), (0, 1.0), (12, 1.0), (23, 0.0), (30, 0.0)] {
            assert_close(rent(&plant, 0.08, &ages, i, 0.0), expected);
        }
        // A fixed price of a contract that begins in a year: the market will have fallen by 20 % in logs by then, and
        // goes on to.
        let locked = Plant { own_decline: 0.0, ..plant };
        let at_begin = rent(&locked, 0.08, &ages, -1, 0.0);
        assert_close(at_begin, annuity(0.28, 2.0) / annuity(0.08, 2.0));
        assert_close(rent(&locked, 0.08, &ages, -13, 0.0), (-0.2_f64).exp() * at_begin);
    }

    #[test]
    fn a_unit_rents_for_less_as_it_ages_and_for_nothing_beyond_its_life() {
        for (age, rent) in [(0.0, 1.0), (4.0, 0.548_811_636), (6.0, 0.0)] {
            assert_close(rent_of_age(&CHIPS, age), rent); // e^(-0.15 * 4)
        }
    }

    #[test]
    fn hardware_that_is_added_is_new() {
        // Doubled in the third month: half of it is two months old at its start. What is taken away leaves the age.
        let found = ages(&[1.0, 1.0, 2.0, 1.0]);
        for (found, expected) in found.iter().zip([1.0, 2.0, 2.0, 3.0]) {
            assert_close(*found, expected * DT);
        }
        // Nothing yet, then all of it new.
        assert_close(ages(&[0.0, 3.0])[1], DT);
    }
}
