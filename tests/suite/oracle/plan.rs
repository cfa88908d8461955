//! A lab's plan by month: planned tables, fixed cost from `burn` (3.7), margins and value (6).

use super::DT;
use super::curve::{Anchors, Calendar};
use super::input::{Lab, Process, RevenueShare};

/// The months a formula asks for beyond the horizon (section 1).
const BEYOND: i64 = 400;
/// The months discounted one by one (section 6).
const VALUED: i64 = 240;

/// Numbers by month from a first month on, which may be negative.
pub(crate) struct Series {
    first: i64,
    values: Vec<f64>,
}

impl Series {
    fn tabulate(months: std::ops::Range<i64>, f: impl FnMut(i64) -> f64) -> Self {
        Series { first: months.start, values: months.map(f).collect() }
    }

    /// The number of month `t`.
    pub(crate) fn at(&self, t: i64) -> f64 {
        self.values[(t - self.first) as usize]
    }
}

/// Annual rates of the plan, by month.
pub(crate) struct Plan {
    pub(crate) target: Series,
    pub(crate) inference_share: Series,
    pub(crate) training: Series,
    pub(crate) fixed: Series,
    /// Cash margin `m(u)` of the calendar year of `u`.
    pub(crate) margin: Series,
}

impl Plan {
    /// The plan of a lab.
    pub(crate) fn of(lab: &Lab, calendar: Calendar, horizon: i64, long_run_growth: f64) -> Self {
        assert!(lab.cost_of_capital > long_run_growth, "the cost of capital must exceed long-run growth");
        let months = range(lab, calendar, horizon);
        let zero = || Series::tabulate(months.clone(), |_| 0.0);
        let mut plan = Plan {
            target: Series::tabulate(months.clone(), |t| lab.target.at(t)),
            inference_share: Series::tabulate(months.clone(), |t| lab.inference_share.share(calendar.mid(t))),
            training: Series::tabulate(months.clone(), |t| lab.training.as_ref().map_or(0.0, |curve| curve.at(t))),
            fixed: zero(),
            margin: zero(),
        };
        plan.fixed = match (&lab.burn, &lab.fixed) {
            (Some(burn), _) => plan.fixed_from_burn(lab, burn, calendar, &months, long_run_growth),
            (None, Some(fixed)) => Series::tabulate(months.clone(), |t| fixed.at(t)),
            (None, None) => zero(),
        };
        plan.margin = plan.margins(lab, calendar, &months);
        plan
    }

    /// A share of the plan's revenue of a month before any cap, dollars of the month.
    fn share_of_month(&self, share: &RevenueShare, calendar: Calendar, t: i64) -> f64 {
        if t > share.until {
            return 0.0;
        }
        share.share.share(calendar.mid(t)) * self.target.at(t) * DT
    }

    /// All shares on the plan, dollars by month; caps count from month 0.
    fn shares(&self, lab: &Lab, calendar: Calendar, months: &std::ops::Range<i64>) -> Series {
        let mut paid = vec![0.0; lab.shares.len()];
        Series::tabulate(months.clone(), |t| {
            let mut sum = 0.0;
            for (share, paid) in lab.shares.iter().zip(&mut paid) {
                let mut due = self.share_of_month(share, calendar, t);
                if t >= 0 {
                    due = due.min(share.cap - *paid);
                    *paid += due;
                }
                sum += due;
            }
            sum
        })
    }

    /// Fixed cost of a year is its `burn` plus what the plan earns in it (3.7).
    fn fixed_from_burn(
        &self,
        lab: &Lab,
        burn: &Anchors,
        calendar: Calendar,
        months: &std::ops::Range<i64>,
        long_run_growth: f64,
    ) -> Series {
        let Anchors::Years(years) = burn else { panic!("burn is a table of years") };
        let shares = self.shares(lab, calendar, months);
        let earned = |t: i64| {
            let target = self.target.at(t);
            let costs = lab.of_revenue * target + self.inference_share.at(t) * target + self.training.at(t);
            (target - costs) * DT - shares.at(t)
        };
        let fixed: Vec<(i64, f64)> = years
            .iter()
            .map(|(year, burn)| {
                let january = calendar.january(*year);
                let fixed = burn + (january..january + 12).map(earned).sum::<f64>();
                assert!(fixed >= 0.0, "the fixed cost of {year} is negative: {fixed}");
                (*year, fixed)
            })
            .collect();
        let (last, at_last) = fixed[fixed.len() - 1];
        let fixed = Anchors::Years(fixed);
        Series::tabulate(months.clone(), |t| {
            let year = calendar.year(t);
            if year > last {
                at_last * (long_run_growth * (year - last) as f64).exp()
            } else {
                fixed.by_year(year as f64)
            }
        })
    }

    /// `m(u)`: the margin of the year at the median attainment, later fading to `m_inf`. The shares are
    /// those of the plan, caps included, in proportion to `q`.
    fn margins(&self, lab: &Lab, calendar: Calendar, months: &std::ops::Range<i64>) -> Series {
        let q = |t: i64| {
            if t < 0 { 1.0 } else { lab.attainment.median(0.0, t as f64 * DT).exp() }
        };
        let shares = self.shares(lab, calendar, months);
        let last = lab.target.anchors().span().map_or(i64::MAX, |(_, last)| last);
        let margin_of = |year: i64| {
            let january = calendar.january(year);
            let (mut revenue, mut cash) = (0.0, 0.0);
            for t in january..january + 12 {
                let target = q(t) * self.target.at(t);
                revenue += target * DT;
                cash += (target * (1.0 - lab.of_revenue - self.inference_share.at(t))
                    - q(t).powf(lab.training_elasticity) * self.training.at(t)
                    - self.fixed.at(t))
                    * DT
                    - q(t) * shares.at(t);
            }
            cash / revenue
        };
        let m_last = if last == i64::MAX { lab.margin } else { margin_of(last) };
        Series::tabulate(months.clone(), |t| {
            let year = calendar.year(t);
            if last == i64::MAX {
                return lab.margin;
            }
            if year <= last {
                return margin_of(year);
            }
            let years = calendar.mid(t) - (last as f64 + 0.5);
            lab.margin + (m_last - lab.margin) * 2f64.powf(-years / lab.margin_half_life)
        })
    }

    /// `F`: the discounted plan given the attainment `x` that is believed at the start of month `t`, and
    /// the `truth` of which `R0` is (section 6).
    pub(crate) fn fundamental_value(&self, lab: &Lab, t: i64, x: f64, truth: f64, long_run_growth: f64) -> f64 {
        let r = lab.cost_of_capital;
        let revenue = |i: i64| self.target.at(t + i) * lab.attainment.expected_factor(x, t as f64 * DT, i as f64 * DT);
        let years: f64 =
            (0..VALUED).map(|i| (-r * (i as f64 + 0.5) * DT).exp() * self.margin.at(t + i) * revenue(i)).sum::<f64>()
                * DT;
        let end = (-r * VALUED as f64 * DT).exp() * lab.margin * revenue(VALUED) / (r - long_run_growth);
        let floor = 0.1 * self.target.at(t) * truth.exp();
        (years + end).max(floor)
    }
}

/// From the first January that any formula asks for.
fn range(lab: &Lab, calendar: Calendar, horizon: i64) -> std::ops::Range<i64> {
    let mut year = calendar.year(0);
    if let Some((first, _)) = lab.burn.as_ref().and_then(Anchors::span) {
        year = year.min(first);
    }
    if let Some((_, last)) = lab.target.anchors().span() {
        year = year.min(last);
    }
    let end = calendar.january(calendar.year(horizon + BEYOND) + 1);
    let years_end = |anchors: Option<(i64, i64)>| anchors.map_or(end, |(_, last)| calendar.january(last + 1));
    let end = end.max(years_end(lab.burn.as_ref().and_then(Anchors::span))).max(years_end(lab.target.anchors().span()));
    calendar.january(year)..end
}

impl Process {
    /// How much of the `s` years after `from` the drift acts.
    fn acting(&self, from: f64, s: f64) -> f64 {
        (self.until.min(from + s) - from).max(0.0)
    }

    /// The state `s` years after `from` without noise.
    pub(crate) fn median(&self, from: f64, s: f64) -> f64 {
        self.expected(0.0, from, s)
    }

    /// Expected state `s` years after `from`, where it was `x`.
    pub(crate) fn expected(&self, x: f64, from: f64, s: f64) -> f64 {
        let k = self.reversion;
        if k == 0.0 {
            return x + self.drift * self.acting(from, s);
        }
        let a = (-k * s).exp();
        a * x + self.drift / k * (1.0 - a)
    }

    /// Variance of the state `s` years later.
    pub(crate) fn variance(&self, s: f64) -> f64 {
        let k = self.reversion;
        let time = if k == 0.0 { s } else { (1.0 - (-2.0 * k * s).exp()) / (2.0 * k) };
        self.volatility.powi(2) * time
    }

    /// `E[exp(X)]` `s` years after `from`.
    fn expected_factor(&self, x: f64, from: f64, s: f64) -> f64 {
        (self.expected(x, from, s) + self.variance(s) / 2.0).exp()
    }
}
