//! The funding market, regulation and compute families.

use crate::engine::{NormalSlot, UniformSlot};
use crate::model::id::EntityId;
use crate::model::process::Growth;

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
    /// Dollars a year that the market supplies to one lab, by month; none: unlimited.
    pub supply: Option<Vec<f64>>,
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
    /// `h_max`, a year.
    pub hazard_max: f64,
    /// Mean fall of `y`.
    pub fall: f64,
    /// Its standard deviation.
    pub fall_sd: f64,
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
    /// Expected fall of its price, a year.
    pub decline: f64,
    /// How its price moves; the start is dollars a unit.
    pub price: Growth,
    /// `Pbar`, expected price by month, dollars a unit.
    pub plan_price: Vec<f64>,
    /// Largest share of use that can run on it, by month.
    pub adoption: Vec<f64>,
    /// Whether that is ever below all of it.
    pub is_limited: bool,
    /// Who sells it on demand, and their shares of it; none: nothing is sold on demand.
    pub on_demand: Vec<(EntityId, f64)>,
}
