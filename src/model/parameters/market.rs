//! The funding market, regulation and compute families.

use crate::engine::{NormalSlot, UniformSlot};
use crate::model::constants::DT;
use crate::model::id::EntityId;
use crate::model::process::Growth;
use crate::random::math::exp;

/// The market that funds the labs (section 6).
#[derive(Clone, Debug)]
pub struct Market {
    /// `y(0)`, log overvaluation at the start.
    pub start: f64,
    /// How `y` moves while nothing bursts.
    pub process: MarketProcess,
    /// Growth of the sector's fundamentals, net of the broad market, a year.
    pub growth: f64,
    /// Log rise over the 24 months before the start, net of the broad market.
    pub run_up: f64,
    /// Bursts.
    pub burst: Burst,
    /// How a frozen market reopens.
    pub reopening: Reopening,
    /// The market for loans, if it has a regime of its own.
    pub credit: Option<Credit>,
    /// `psi`: speed a year at which beliefs about attainment follow the truth; infinite: at once.
    pub learning: f64,
    /// Dollars a year that the market supplies to one lab, or to all, by month; none: unlimited.
    pub supply: Option<Vec<f64>>,
    /// Whether that is for all labs together.
    pub one_purse: bool,
    /// Elasticity of supply to overvaluation.
    pub supply_beta: f64,
    /// Share of supply left in a frozen market.
    pub frozen_supply: f64,
    /// Log overvaluation from which a month counts as overvalued.
    pub overvalued_log: f64,
    /// Months on end above it that make a path overvalued.
    pub overvalued_months: usize,
    /// The market's innovation.
    pub shock: NormalSlot,
    /// Whether a burst happens.
    pub burst_slot: UniformSlot,
    /// Whether a frozen market reopens.
    pub reopen_slot: UniformSlot,
}

/// How overvaluation moves while nothing bursts.
#[derive(Clone, Copy, Debug)]
pub enum MarketProcess {
    /// Mean reverting, with the ring's feedback.
    Mispricing {
        /// `ybar`.
        mean: f64,
        /// `kappa`, a year.
        reversion: f64,
        /// `sigma`, per square root of a year.
        volatility: f64,
        /// Rise of `y` a year for each unit of strategic money over value.
        feedback: f64,
    },
    /// A rational bubble, for comparison: `B` grows at `growth` = `r + h` while it lives.
    Rational {
        /// `r + h`, a year.
        growth: f64,
    },
}

/// When and how hard the market bursts.
#[derive(Clone, Copy, Debug)]
pub struct Burst {
    /// `h1`, a year, at a run-up of 50 %; 0: only a lab's payment default bursts it.
    pub hazard: f64,
    /// `h_beta`.
    pub run_up_beta: f64,
    /// `l_beta`: rise of the log hazard per unit of perceived overvaluation.
    pub level_beta: f64,
    /// `h_max`, a year.
    pub hazard_max: f64,
    /// Mean fall of `y`.
    pub fall: f64,
    /// Its standard deviation; a deeper fall comes with worse news of the month.
    pub fall_sd: f64,
    /// Part of the perceived overvaluation beyond its mean that a burst takes too.
    pub fall_level: f64,
    /// Rise of the log hazard in the twelve months after a default.
    pub contagion: f64,
}

/// The market for loans (section 6).
#[derive(Clone, Copy, Debug)]
pub struct Credit {
    /// Probability that it freezes with the market.
    pub joint: f64,
    /// Hazard of a freeze of its own, a year.
    pub hazard: f64,
    /// How it reopens.
    pub reopening: Reopening,
    /// Whether it freezes with the market.
    pub joint_slot: UniformSlot,
    /// Whether it freezes of itself.
    pub freeze_slot: UniformSlot,
}

/// How a frozen market reopens.
#[derive(Clone, Copy, Debug)]
pub enum Reopening {
    /// With this hazard a year.
    Hazard(f64),
    /// At the end of this month of the freeze (chance switched off).
    After(f64),
}

/// Strategic money may be blocked for a while (section 5).
#[derive(Clone, Copy, Debug)]
pub struct Regulation {
    /// Events a year.
    pub hazard: f64,
    /// Months that one event lasts.
    pub duration: usize,
    /// Whether one happens.
    pub slot: UniformSlot,
}

/// A kind of compute.
#[derive(Clone, Debug)]
pub struct Family {
    /// Its name.
    pub name: String,
    /// Fall of its price that the plan expects, a year.
    pub plan_decline: f64,
    /// How its price moves; the start is dollars a unit.
    pub price: Growth,
    /// `Pbar`, the price that the plan expects by month, dollars a unit.
    pub plan_price: Vec<f64>,
    /// Largest share of use that can run on it, by month.
    pub adoption: Vec<f64>,
    /// Whether that is ever below all of it.
    pub is_limited: bool,
    /// Its on-demand sellers with their shares; empty: nothing is sold on demand.
    pub on_demand: Vec<(EntityId, f64)>,
    /// Limit of each seller, dollars a year by month; none: no limit. Empty where no seller has one.
    pub on_demand_limits: Vec<Option<Vec<f64>>>,
}

/// `Pbar` of a month, which may be before the start or a fraction: `start` dollars a unit that fall at the plan's `decline`.
#[inline(always)]
pub fn planned_price(start: f64, decline: f64, month: f64) -> f64 {
    start * exp(-decline * month * DT)
}

impl Family {
    /// What one of its sellers on demand can sell to a lab with this `part` of the demand in month `t`, dollars a year.
    #[inline(always)]
    pub fn seller_limit(&self, seller: usize, part: f64, t: usize) -> f64 {
        self.on_demand_limits[seller].as_ref().map_or(f64::INFINITY, |limit| part * limit[t])
    }

    /// What all of them can sell to that lab, dollars a year; infinite where somebody has no limit.
    #[inline(always)]
    pub fn on_demand_most(&self, part: f64, t: usize) -> f64 {
        (0..self.on_demand_limits.len()).map(|seller| self.seller_limit(seller, part, t)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::by_hand::{HALVES_IN_A_MONTH, assert_close, by_month, world};

    #[test]
    fn the_planned_price_falls_from_the_start_and_was_higher_before_it() {
        for (month, price) in [(0.0, 2.0), (1.0, 1.0), (-1.0, 4.0), (0.25, 1.681_793)] {
            assert_close(planned_price(2.0, HALVES_IN_A_MONTH, month), price);
        }
    }

    #[test]
    fn sellers_can_sell_a_lab_its_part_of_their_limits() {
        // A quarter of 8 and of 12; without a limit of one of them there is none in all.
        let mut family = world(|_| ()).p.families.remove(0);
        family.on_demand_limits = vec![Some(by_month(8.0)), Some(by_month(12.0))];
        assert_close(family.seller_limit(0, 0.25, 0), 2.0);
        assert_close(family.seller_limit(1, 0.25, 0), 3.0);
        assert_close(family.on_demand_most(0.25, 0), 5.0);
        family.on_demand_limits[1] = None;
        assert!(family.on_demand_most(0.25, 0).is_infinite());
    }
}
