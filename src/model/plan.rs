//! The plan of a lab by month: what its fixed costs and margins follow from (docs/model.md, sections 3.7, 5.3 and 6).

use std::ops::Range;

use crate::calendar::{Month, Timeline};
use crate::random::math::exp;

use super::constants::DT;
use super::curve::linear;
use super::parameters::OutlookTables;
use super::process::Reversion;

/// A lab's plan over months `first..first + len`, annual rates by month.
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

    /// Dollars of revenue shares of each month on the plan: caps count from month 0.
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

    /// Revenue net of shares, proportional costs and compute of a calendar year on the plan, dollars.
    fn contribution(&self, timeline: &Timeline, shares: &[f64], year: i32) -> f64 {
        let month = |i: usize| {
            let left = 1.0 - self.of_revenue - self.inference_share[i];
            DT * (self.target[i] * left - self.training[i]) - shares[i]
        };
        self.year(timeline, year).map(month).sum()
    }

    /// 3.7: fixed costs from the planned outflow by calendar year: in an anchored year `burn` plus the contribution, in
    /// between linear by the year, beyond growing at `growth`.
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

    /// Section 6: the cash margin of the calendar year of each month from 0, at the median attainment: planned through
    /// `last_year`, then fading to `long_run` with this half-life in years.
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

    /// 5.3: sums over months `t+1..t+12` for `t` from 0 to `months`.
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
