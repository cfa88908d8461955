//! A lab's plan by month, its fixed costs, margins and outlook (docs/model.md, sections 3.7, 5.3 and 6).

use std::ops::Range;

use crate::calendar::{Month, Timeline};
use crate::random::math::exp;

use super::constants::DT;
use super::curve::linear;
use super::parameters::OutlookTables;
use super::process::Reversion;

/// A lab's plan over months `first..first + len`; each table has one annual rate or share per month.
#[derive(Clone, Debug)]
pub struct LabPlan {
    /// First month of the tables; at or before 0.
    pub first: i32,
    /// Revenue, dollars a year.
    pub target: Vec<f64>,
    /// Inference dollars over revenue.
    pub inference_share: Vec<f64>,
    /// Training, dollars a year.
    pub training: Vec<f64>,
    /// Costs in proportion to revenue, a share.
    pub of_revenue: f64,
    /// Fixed costs, dollars a year.
    pub fixed: Vec<f64>,
    /// Each revenue share by month, 0 after its end, and its cap.
    pub shares: Vec<(Vec<f64>, f64)>,
}

impl LabPlan {
    /// The months of a calendar year, as positions in the tables.
    fn year(&self, timeline: &Timeline, year: i32) -> Range<usize> {
        let january = (timeline.index(Month::january(year)) - self.first).max(0) as usize;
        january..(january + 12).min(self.target.len())
    }

    /// 3.7: revenue shares on the plan, dollars of each month; caps count from month 0.
    fn planned_shares(&self) -> Vec<f64> {
        let mut paid = vec![0.0; self.target.len()];
        for (share, cap) in &self.shares {
            let mut left = *cap;
            for (i, paid) in paid.iter_mut().enumerate() {
                let due = share[i] * self.target[i] * DT;
                let counted = self.first + i as i32 >= 0;
                let payment = if counted { due.min(left) } else { due };
                left -= if counted { payment } else { 0.0 };
                *paid += payment;
            }
        }
        paid
    }

    /// 3.7: planned revenue of a calendar year less revenue shares, proportional costs and compute, dollars.
    fn contribution(&self, timeline: &Timeline, shares: &[f64], year: i32) -> f64 {
        let month = |i: usize| {
            let left = 1.0 - self.of_revenue - self.inference_share[i];
            DT * (self.target[i] * left - self.training[i]) - shares[i]
        };
        self.year(timeline, year).map(month).sum()
    }

    /// 3.7: fixed costs, dollars a year by month, from the planned outflow by calendar year: in an anchored year `burn`
    /// plus the contribution; linear by the year in between; growing at `growth` a year beyond.
    ///
    /// # Errors
    /// The first anchored year whose fixed cost would be negative, and that cost.
    pub fn fixed_from_burn(
        &self,
        burn: &[(i32, f64)],
        growth: f64,
        timeline: &Timeline,
    ) -> Result<Vec<f64>, (i32, f64)> {
        let shares = self.planned_shares();
        let anchors: Vec<(i32, f64)> =
            burn.iter().map(|&(year, burn)| (year, burn + self.contribution(timeline, &shares, year))).collect();
        if let Some(&negative) = anchors.iter().find(|(_, cost)| *cost < 0.0) {
            return Err(negative);
        }
        let last = anchors.last().map_or(0, |(year, _)| *year);
        let by_year = |year: i32| linear(&anchors, f64::from(year)) * exp(growth * f64::from((year - last).max(0)));
        Ok((0..self.target.len()).map(|i| by_year(timeline.month(self.first + i as i32).year())).collect())
    }

    /// Section 6: `m(u)`, the cash margin of the calendar year of each month from 0, at the median attainment. It is
    /// the plan's through `last_year`, then fades to `long_run` with this half-life in years.
    pub fn margins(
        &self,
        timeline: &Timeline,
        attainment: &Reversion,
        elasticity: f64,
        last_year: i32,
        (long_run, half_life): (f64, f64),
    ) -> Vec<f64> {
        let shares = self.planned_shares();
        let median: Vec<f64> =
            (0..self.target.len()).map(|i| attainment.median(f64::from((self.first + i as i32).max(0)) * DT)).collect();
        let year_margin = |year: i32| {
            let (mut earned, mut revenue) = (0.0, 0.0);
            for i in self.year(timeline, year) {
                let q = exp(median[i]);
                let left = 1.0 - self.of_revenue - self.inference_share[i];
                let compute = exp(elasticity * median[i]) * self.training[i];
                earned += q * (DT * self.target[i] * left - shares[i]) - DT * (compute + self.fixed[i]);
                revenue += q * DT * self.target[i];
            }
            if revenue > 0.0 { earned / revenue } else { long_run }
        };
        let last = year_margin(last_year);
        let mut known: Option<(i32, f64)> = None;
        (0..self.target.len() as i32 + self.first)
            .map(|t| {
                let year = timeline.month(t).year();
                if year > last_year {
                    let years = timeline.mid(t) - (f64::from(last_year) + 0.5);
                    return long_run + (last - long_run) * exp(-std::f64::consts::LN_2 * years / half_life);
                }
                match known {
                    Some((of, margin)) if of == year => margin,
                    _ => known.insert((year, year_margin(year))).1,
                }
            })
            .collect()
    }

    /// 5.3: sums over months `t+1..t+12`, dollars, one per month `t = 0..=months`.
    pub fn outlook(&self, months: usize) -> OutlookTables {
        let origin = -self.first as usize;
        let ahead = |of: &dyn Fn(usize) -> f64| -> Vec<f64> {
            (origin..=origin + months).map(|i| (i + 1..=i + 12).map(of).sum::<f64>() * DT).collect()
        };
        OutlookTables {
            revenue: ahead(&|i| self.target[i] * (1.0 - self.of_revenue)),
            shares: self.shares.iter().map(|(share, _)| ahead(&|i| share[i] * self.target[i])).collect(),
            inference: ahead(&|i| self.inference_share[i] * self.target[i]),
            training: ahead(&|i| self.training[i]),
            fixed: ahead(&|i| self.fixed[i]),
        }
    }

    /// A table from month 0 on.
    pub fn from_start(&self, table: &[f64]) -> Vec<f64> {
        table[-self.first as usize..].to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::assert_close;
    use super::*;
    use crate::engine::Slots;

    /// Three years from January 2026 of the plan of section 14: 30 a year, 9 each of inference and training, 3 of costs
    /// in proportion, 4.5 of fixed costs; a third of revenue is shared, up to 1 in all.
    fn plan() -> (LabPlan, Timeline) {
        let plan = LabPlan {
            first: 0,
            target: vec![30.0; 36],
            inference_share: vec![0.3; 36],
            training: vec![9.0; 36],
            of_revenue: 0.1,
            fixed: vec![4.5; 36],
            shares: vec![(vec![1.0 / 3.0; 36], 1.0)],
        };
        (plan, Timeline { start: Month::january(2026), months: 24 })
    }

    fn on_plan() -> Reversion {
        Reversion::new(0.0, 0.0, 0.0, f64::INFINITY, 0, Slots::default().normal("test"))
    }

    #[test]
    fn a_share_is_paid_until_its_cap_which_counts_from_the_start() {
        // A third of 2.5 is 0.833333, and the cap leaves 0.166667 for the second month.
        let (plan, _) = plan();
        for (paid, expected) in plan.planned_shares().into_iter().zip([0.833_333, 0.166_667, 0.0]) {
            assert_close(paid, expected);
        }
        let early = LabPlan { first: -1, ..plan };
        for (paid, expected) in early.planned_shares().into_iter().zip([0.833_333, 0.833_333, 0.166_667]) {
            assert_close(paid, expected);
        }
    }

    #[test]
    fn fixed_costs_are_the_planned_outflow_and_what_the_plan_earns() {
        // 30 - 3 - 9 - 9 = 9 a year, 8 in 2026, which pays the share: 8 + 2, then (10 + 14)/2, then 9 + 5.
        let (plan, timeline) = plan();
        let fixed = plan.fixed_from_burn(&[(2026, 2.0), (2028, 5.0)], 0.0, &timeline).unwrap();
        for (month, expected) in [(0, 10.0), (12, 12.0), (35, 14.0)] {
            assert_close(fixed[month], expected);
        }
        // Beyond the last anchored year they grow: 10 e^0.04 and 10 e^0.08.
        let fixed = plan.fixed_from_burn(&[(2026, 2.0)], 0.04, &timeline).unwrap();
        for (month, expected) in [(0, 10.0), (12, 10.408_108), (24, 10.832_871)] {
            assert_close(fixed[month], expected);
        }
    }

    #[test]
    fn an_inflow_that_fixed_costs_would_have_to_bring_is_refused() {
        let (plan, timeline) = plan();
        let (year, cost) = plan.fixed_from_burn(&[(2026, 2.0), (2027, -10.0)], 0.0, &timeline).unwrap_err();
        assert_eq!(year, 2027);
        assert_close(cost, -1.0);
    }

    #[test]
    fn the_margin_is_that_of_the_year_and_fades_beyond_the_plan() {
        // (30 - 3 - 1 - 9 - 9 - 4.5)/30 = 3.5/30 in 2026, 4.5/30 in 2027. The middle of January 2028 is 6.5 months
        // after that of 2027: with this half-life half of the way from 15 % to 25 % is gone, and 2^(-12.5/6.5) is left
        // in July.
        let (plan, timeline) = plan();
        let margins = plan.margins(&timeline, &on_plan(), 0.5, 2027, (0.25, 6.5 / 12.0));
        for (month, expected) in [(0, 0.116_667), (12, 0.15), (24, 0.2), (30, 0.223_631)] {
            assert_close(margins[month], expected);
        }
    }

    #[test]
    fn the_margin_is_taken_at_the_median_attainment() {
        // At q = 1.2 throughout 2027, eta = 1 and no fixed costs the margin is 9/30; fixed costs take 4.5/36 of it.
        let (plan, timeline) = plan();
        let step = Reversion::new(12.0 * 1.2_f64.ln(), 0.0, 0.0, 1.0 / 12.0, 0, Slots::default().normal("test"));
        let margins = plan.margins(&timeline, &step, 1.0, 2027, (0.25, 3.0));
        assert_close(margins[12], 0.175);
    }

    #[test]
    fn the_outlook_adds_up_the_next_twelve_months() {
        let (plan, _) = plan();
        let training = (0..36).map(f64::from).collect();
        let outlook = LabPlan { training, ..plan }.outlook(23);
        assert_close(outlook.revenue[0], 27.0);
        assert_close(outlook.inference[0], 9.0);
        assert_close(outlook.shares[0][0], 10.0);
        assert_close(outlook.fixed[0], 4.5);
        // (1 + 2 + ... + 12)/12, and a month later 1 more.
        assert_close(outlook.training[0], 6.5);
        assert_close(outlook.training[1], 7.5);
    }

    #[test]
    fn a_year_contributes_revenue_less_shares_costs_in_proportion_and_compute() {
        // 30 - 3 - 9 - 9 = 9 a year, of which 2026 pays the share of 1; costs of a fifth take 3 more.
        let (plan, timeline) = plan();
        let of = |plan: &LabPlan, year| plan.contribution(&timeline, &plan.planned_shares(), year);
        assert_close(of(&plan, 2026), 8.0);
        assert_close(of(&plan, 2027), 9.0);
        assert_close(of(&LabPlan { of_revenue: 0.2, ..plan }, 2027), 6.0);
    }
}
