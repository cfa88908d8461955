//! Firms that sell to the labs or invest in them.

use crate::model::id::EntityId;
use crate::model::process::Growth;

/// A firm that sells to the labs or invests in them (section 8.1).
#[derive(Clone, Debug)]
pub struct Entity {
    /// Its name.
    pub name: String,
    /// Position of its group's first entity: entities of one group share it.
    pub group: EntityId,
    /// Its balance sheet; none: it never defaults.
    pub balance: Option<Balance>,
    /// Its cash; none: it defaults by its worth alone.
    pub treasury: Option<Treasury>,
    /// Cloud revenue without the labs, dollars a year by month.
    pub cloud_revenue: Option<Vec<f64>>,
}

impl Entity {
    /// Whether its volatility comes from a default probability.
    pub fn is_calibrated(&self) -> bool {
        self.balance.is_some_and(|balance| balance.is_calibrated)
    }
}

/// A balance sheet that can fail.
#[derive(Clone, Copy, Debug)]
pub struct Balance {
    /// Assets at the start, dollars.
    pub assets: f64,
    /// How core assets move; the start is 1 (they are scaled to `A(0)`).
    pub growth: Growth,
    /// Fall of log core assets for each unit of the market's fall.
    pub burst_beta: f64,
    /// Worth below which it defaults, dollars.
    pub barrier: f64,
    /// Whether its volatility comes from a default probability.
    pub is_calibrated: bool,
    /// How stress reduces its funding of labs; none: it pays as agreed until it defaults.
    pub stress: Option<Stress>,
}

/// How stress reduces an entity's funding of labs (section 5.1).
#[derive(Clone, Copy, Debug)]
pub struct Stress {
    /// `theta`: elasticity of its funding to a fall of its core assets below their trend.
    pub elasticity: f64,
    /// Trend of core assets, a year.
    pub trend: f64,
    /// Debt over worth above which it provides nothing; infinite: not tested.
    pub max_ltv: f64,
    /// Its debt, dollars.
    pub debt: f64,
}

/// What an entity's cash depends on besides the labs (section 8.1).
#[derive(Clone, Debug)]
pub struct Treasury {
    /// Cash at the start, dollars.
    pub cash: f64,
    /// Debt at the start, dollars.
    pub debt: f64,
    /// Present value of leases, dollars.
    pub leases: f64,
    /// What its other business earns by month, dollars a year.
    pub cash_flow: Vec<f64>,
    /// Capital expenditure by month, dollars a year.
    pub capex: Vec<f64>,
    /// Part of it that a month of frozen credit leaves.
    pub capex_kept: f64,
    /// Principal due by month, dollars.
    pub due: Vec<f64>,
    /// Interest by month on the debt that is due at a date, dollars of the month.
    pub interest: Vec<f64>,
    /// Cash that it restores while credit is open, dollars.
    pub min_cash: f64,
    /// Interest on what it has borrowed since the start, a year.
    pub rate: f64,
    /// Debt over debt and equity up to which it can borrow.
    pub debt_ceiling: f64,
    /// Part of what is due that it can refinance while credit is frozen.
    pub rolled: f64,
    /// Share of core assets that it can sell.
    pub saleable: f64,
    /// Discount at which it sells them.
    pub discount: f64,
}
