//! Fundamental value of operations and the value of equity (docs/model.md, section 6).

use crate::lanes::{Lanes, lanes};
use crate::random::math::exp;
use crate::tier::{Kernel, Tier};

use super::constants::{BEYOND, DT};
use super::process::Reversion;

/// The fundamental value of a lab's operations, tabulated: `F(t, X)`, dollars.
#[derive(Clone, Debug)]
pub struct Fundamentals {
    /// `r`, a year.
    pub cost_of_capital: f64,
    /// `m_inf/(r - gL)`: value at the long-run margin for each dollar a year of revenue.
    pub beyond: f64,
    value: ValueTable,
}

/// The discounted plan by month.
#[derive(Clone, Debug)]
enum ValueTable {
    /// Without reversion `F = exp(X) coefficient(t)`, one coefficient per month, dollars.
    Proportional(Vec<f64>),
    /// With reversion `F` is a sum over the months ahead of `flow exp(elasticity X + gain)`.
    Reverting {
        /// `e^(-k s)` by months ahead.
        elasticity: Vec<f64>,
        /// `theta (1 - e^(-k s)) + sigma^2 (1 - e^(-2 k s))/(4 k)` by months ahead.
        gain: Vec<f64>,
        /// Discounted planned cash flow by months ahead, dollars: one row per month.
        flow: Vec<Vec<f64>>,
    },
}

/// What [`Fundamentals`] are computed from.
#[derive(Clone, Copy, Debug)]
pub struct Prospects<'a> {
    /// Planned revenue, dollars a year, by month from 0.
    pub target: &'a [f64],
    /// Cash margin of the calendar year of each month from 0.
    pub margin: &'a [f64],
    /// Long-run margin `m_inf`.
    pub long_run_margin: f64,
    /// `r`, a year.
    pub cost_of_capital: f64,
    /// `gL`, a year.
    pub long_run_growth: f64,
    /// Attainment.
    pub attainment: &'a Reversion,
    /// Months of the run.
    pub months: usize,
}

impl Fundamentals {
    /// Tabulates `F` for every month of the run and one more.
    pub fn new(p: &Prospects<'_>) -> Self {
        let value = Tier::detect().run(Discounted(p));
        let beyond = p.long_run_margin / (p.cost_of_capital - p.long_run_growth);
        Self { cost_of_capital: p.cost_of_capital, beyond, value }
    }

    /// `F` at month `t` and attainments `x`, before its floor, dollars. `attained` is `exp(x)`.
    #[inline(always)]
    pub fn at<const B: usize>(&self, t: usize, x: &Lanes<B>, attained: &Lanes<B>) -> Lanes<B> {
        match &self.value {
            ValueTable::Proportional(coefficient) => {
                let coefficient = coefficient[t];
                lanes!(i => attained[i] * coefficient)
            }
            ValueTable::Reverting { elasticity, gain, flow } => {
                let mut sum = Lanes::<B>::default();
                for ((dollars, elasticity), gain) in flow[t].iter().zip(elasticity).zip(gain) {
                    sum.add(|i| dollars * exp(elasticity * x[i] + gain));
                }
                sum
            }
        }
    }

    /// `F` with its floor at month `t` and attainment `x`, where the plan is `target` dollars a year.
    #[inline(always)]
    pub fn value(&self, t: usize, x: f64, target: f64) -> f64 {
        let attained = exp(x);
        let [discounted] = self.at(t, &Lanes([x]), &Lanes([attained])).0;
        fundamental_value(discounted, target * attained)
    }

    /// The attainment `exp(X)` in month 0 at which `F` is `wanted` dollars: the smallest between `e^-8` and `e^8`.
    pub fn implied_attainment(&self, target: f64, wanted: f64) -> Option<f64> {
        Tier::detect().run(Implied { fundamentals: self, target, wanted })
    }
}

/// The table of the value that a plan has by month.
struct Discounted<'a>(&'a Prospects<'a>);

impl Kernel for Discounted<'_> {
    type Output = ValueTable;

    #[inline(always)]
    fn run(self) -> ValueTable {
        if self.0.attainment.reversion > 0.0 { reverting(self.0) } else { proportional(self.0) }
    }
}

/// The attainment at which a plan has a value.
struct Implied<'a> {
    fundamentals: &'a Fundamentals,
    target: f64,
    wanted: f64,
}

impl Implied<'_> {
    #[inline(always)]
    fn is_reached(&self, x: f64) -> bool {
        self.fundamentals.value(0, x, self.target) >= self.wanted
    }
}

impl Kernel for Implied<'_> {
    type Output = Option<f64>;

    #[inline(always)]
    fn run(self) -> Option<f64> {
        const STEP: f64 = 1.0 / 64.0;
        const FARTHEST: f64 = 8.0;
        let mut high = -FARTHEST;
        if self.is_reached(high) {
            return None;
        }
        while !self.is_reached(high) {
            high += STEP;
            if high > FARTHEST {
                return None;
            }
        }
        let mut low = high - STEP;
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if self.is_reached(middle) { high = middle } else { low = middle }
        }
        Some(exp(0.5 * (low + high)))
    }
}

/// Planned cash flow of each month ahead of `t`, discounted, dollars; the last entry is the value beyond twenty years.
#[inline(always)]
fn flows(p: &Prospects<'_>, discount: &[f64], t: usize) -> Vec<f64> {
    let within = (0..BEYOND).map(|i| DT * discount[i] * p.margin[t + i] * p.target[t + i]);
    let beyond = discount[BEYOND] * p.long_run_margin * p.target[t + BEYOND];
    within.chain([beyond / (p.cost_of_capital - p.long_run_growth)]).collect()
}

/// Discount factors of the middles of the months ahead; the last entry is that of twenty years.
#[inline(always)]
fn discounts(p: &Prospects<'_>) -> Vec<f64> {
    let at = |months: f64| exp(-p.cost_of_capital * months * DT);
    (0..BEYOND).map(|i| at(i as f64 + 0.5)).chain([at(BEYOND as f64)]).collect()
}

/// Without reversion one coefficient per month contains drift and convexity of the months ahead: the drift from `t` on is
/// the ratio of two medians.
#[inline(always)]
fn proportional(p: &Prospects<'_>) -> ValueTable {
    let years = |i: usize| i as f64 * DT;
    let median: Vec<f64> = (0..=p.months + BEYOND).map(|u| exp(p.attainment.median(years(u)))).collect();
    let gain: Vec<f64> = (0..=BEYOND).map(|i| exp(p.attainment.convexity(years(i)))).collect();
    let discount = discounts(p);
    let coefficient = |t: usize| {
        let grown = |(i, flow): (usize, f64)| flow * gain[i] * median[t + i];
        flows(p, &discount, t).into_iter().enumerate().map(grown).sum::<f64>() / median[t]
    };
    ValueTable::Proportional((0..=p.months).map(coefficient).collect())
}

#[inline(always)]
fn reverting(p: &Prospects<'_>) -> ValueTable {
    let span = |i: usize| i as f64 * DT;
    let discount = discounts(p);
    ValueTable::Reverting {
        elasticity: (0..=BEYOND).map(|i| exp(-p.attainment.reversion * span(i))).collect(),
        gain: (0..=BEYOND).map(|i| p.attainment.drift_over(0.0, span(i)) + p.attainment.convexity(span(i))).collect(),
        flow: (0..=p.months).map(|t| flows(p, &discount, t)).collect(),
    }
}

/// Least fundamental value per dollar of annual revenue.
pub const FLOOR: f64 = 0.1;

/// `F` with its floor of [`FLOOR`] times the revenue rate, dollars.
#[inline(always)]
pub fn fundamental_value(discounted: f64, revenue_rate: f64) -> f64 {
    if discounted > FLOOR * revenue_rate { discounted } else { FLOOR * revenue_rate }
}

/// Value of the equity, dollars: `max(0, F exp(b y + c) + cash - debt - arrears)`.
#[inline(always)]
pub fn equity_value(fundamental: f64, log_premium: f64, cash: f64, debt: f64, arrears: f64) -> f64 {
    let value = fundamental * exp(log_premium) + cash - debt - arrears;
    if value > 0.0 { value } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{HALVES_IN_A_MONTH, assert_close};
    use super::*;
    use crate::engine::Slots;

    fn attainment(reversion: f64, volatility: f64) -> Reversion {
        Reversion::new(0.0, reversion, volatility, f64::INFINITY, 0, Slots::default().normal("test"))
    }

    /// `F` of month 0 of a plan of 30 a year at this margin by month, at 12 % without growth in the long run.
    fn fundamentals(margin: &[f64], long_run_margin: f64, attainment: &Reversion) -> Fundamentals {
        let (cost_of_capital, long_run_growth) = (0.12, 0.0);
        let target = &[30.0; BEYOND + 1];
        let p = Prospects { target, margin, long_run_margin, cost_of_capital, long_run_growth, attainment, months: 0 };
        Fundamentals::new(&p)
    }

    /// The plan of the worked month: a margin of 15 % for ever.
    fn worked(attainment: &Reversion) -> Fundamentals {
        fundamentals(&[0.15; BEYOND + 1], 0.15, attainment)
    }

    #[test]
    fn a_flat_plan_is_worth_the_annuity_of_the_worked_month() {
        // 30 * 0.15 * (7.577319 + 0.755983), section 14; it doubles and halves with attainment.
        let value = worked(&attainment(0.0, 0.0));
        assert_close(value.value(0, 0.0, 30.0), 37.499_858);
        assert_close(value.value(0, 2.0_f64.ln(), 30.0), 74.999_716);
        assert_close(value.value(0, 0.5_f64.ln(), 30.0), 18.749_929);
    }

    #[test]
    fn with_reversion_attainment_fades_by_the_month() {
        // Cash in one month only, 30/12 = 2.5 dollars: 2.5 e^(2 - 0.005), 2.5 e^(1 - 0.015), 2.5 e^(0.5 - 0.025).
        let reverting = attainment(HALVES_IN_A_MONTH, 0.0);
        for (month, expected) in [(0, 18.380_508), (1, 6.694_530), (2, 4.020_035)] {
            let mut margin = [0.0; BEYOND + 1];
            margin[month] = 1.0;
            let value = fundamentals(&margin, 0.0, &reverting).at(0, &Lanes([2.0]), &Lanes([0.0]))[0];
            assert_close(value, expected);
        }
    }

    #[test]
    fn uncertainty_adds_half_the_variance_of_each_month() {
        // sigma^2 = 0.12: a month ahead the mean gains e^0.005 on the median, which e^-0.015 discounts.
        let walk = attainment(0.0, 0.12_f64.sqrt());
        let mut margin = [0.0; BEYOND + 1];
        margin[1] = 1.0;
        let value = fundamentals(&margin, 0.0, &walk).at(0, &Lanes([0.0]), &Lanes([1.0]))[0];
        assert_close(value, 2.475_124); // 2.5 e^-0.01
        // Two months ahead e^(0.01 - 0.025); at an attainment of 2 twice that.
        let mut margin = [0.0; BEYOND + 1];
        margin[2] = 1.0;
        let walk = fundamentals(&margin, 0.0, &walk);
        assert_close(walk.at(0, &Lanes([0.0]), &Lanes([1.0]))[0], 2.462_780); // 2.5 e^-0.015
        assert_close(walk.at(0, &Lanes([2.0_f64.ln()]), &Lanes([2.0]))[0], 4.925_560);
    }

    #[test]
    fn the_implied_attainment_is_price_over_value() {
        let value = worked(&attainment(0.0, 0.0));
        assert_close(value.implied_attainment(30.0, 37.499_858).unwrap(), 1.0);
        assert_close(value.implied_attainment(30.0, 75.0).unwrap(), 2.000_008);
        assert_close(value.implied_attainment(30.0, 18.749_929).unwrap(), 0.5);
        assert!(value.implied_attainment(30.0, 37.5 * 3000.0).is_none(), "e^8 is 2981");
    }

    #[test]
    fn a_plan_is_worth_a_tenth_of_revenue_at_least() {
        assert_close(fundamental_value(37.5, 30.0), 37.5);
        assert_close(fundamental_value(2.0, 30.0), 3.0);
        assert_close(fundamental_value(-5.0, 30.0), 3.0);
    }

    #[test]
    fn equity_is_operations_at_the_market_s_price_and_cash_less_what_is_owed() {
        let twice = 2.0_f64.ln();
        assert_close(equity_value(37.5, twice, 3.0, 0.0, 0.0), 78.0);
        assert_close(equity_value(37.5, 0.0, 3.0, 10.0, 0.5), 30.0);
        assert_close(equity_value(3.0, -twice, 1.0, 4.0, 0.0), 0.0);
    }

    #[test]
    fn a_dollar_is_discounted_from_the_middle_of_its_month_and_from_twenty_years() {
        // Half of it a month: 1/sqrt(2), a quarter of sqrt(2); at 12 % e^-2.4 in twenty years.
        let walk = attainment(0.0, 0.0);
        let p = |cost_of_capital| Prospects {
            target: &[],
            margin: &[],
            long_run_margin: 0.0,
            cost_of_capital,
            long_run_growth: 0.0,
            attainment: &walk,
            months: 0,
        };
        for (rate, month, factor) in [
            (HALVES_IN_A_MONTH, 0, std::f64::consts::FRAC_1_SQRT_2),
            (HALVES_IN_A_MONTH, 1, 0.353_553),
            (0.12, BEYOND, 0.090_718),
        ] {
            assert_close(discounts(&p(rate))[month], factor);
        }
    }

    #[test]
    fn a_month_is_worth_its_discounted_margin_on_revenue_and_the_end_all_that_follows() {
        // 0.15 * 30/12 = 0.375, half of it at a factor of a half; a margin of 0.3 in month 2; 0.2 * 0.15 * 30/0.12 = 7.5.
        let walk = attainment(0.0, 0.0);
        let mut margin = [0.15; BEYOND + 2];
        margin[2] = 0.3;
        let p = Prospects {
            target: &[30.0; BEYOND + 2],
            margin: &margin,
            long_run_margin: 0.15,
            cost_of_capital: 0.12,
            long_run_growth: 0.0,
            attainment: &walk,
            months: 1,
        };
        let mut discount = [0.5; BEYOND + 1];
        (discount[0], discount[BEYOND]) = (1.0, 0.2);
        for (t, ahead, dollars) in [(0, 0, 0.375), (0, 1, 0.1875), (0, 2, 0.375), (1, 1, 0.375), (1, BEYOND, 7.5)] {
            assert_close(flows(&p, &discount, t)[ahead], dollars);
        }
    }

    #[test]
    fn without_reversion_drift_lifts_what_is_still_to_come() {
        // A drift of 0.12 until two months from now adds e^0.01 a month: 2.5 e^-0.015 of the next month becomes 2.5 e^-0.005,
        // 2.5 e^-0.025 of the second the same, and 2.5 e^-0.035 of the third 2.5 e^-0.015, for it drifts no further.
        let walk = Reversion::new(0.12, 0.0, 0.0, 2.0 / 12.0, 0, Slots::default().normal("test"));
        for (month, worth) in [(1, 2.487_531), (2, 2.487_531), (3, 2.462_780)] {
            let mut margin = [0.0; BEYOND + 1];
            margin[month] = 1.0;
            let p = Prospects {
                target: &[30.0; BEYOND + 1],
                margin: &margin,
                long_run_margin: 0.0,
                cost_of_capital: 0.12,
                long_run_growth: 0.0,
                attainment: &walk,
                months: 0,
            };
            let ValueTable::Proportional(coefficients) = proportional(&p) else { panic!("no reversion") };
            assert_close(coefficients[0], worth);
        }
    }
}
