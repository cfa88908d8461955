//! What a lab buys beyond its plan: new contracts, training that follows values, and training for spare cash.

/// A lab signs more compute while money is easy (section 4). Each month in which it may is a contract of its own, whose
/// rate at full capacity is [`UNIT`](crate::model::expansion::UNIT).
#[derive(Clone, Debug)]
pub struct Expansion {
    /// Share of the gap that is signed.
    pub share: f64,
    /// Capacity wanted beyond the need, a share of it.
    pub headroom: f64,
    /// Runway below which nothing is signed, months.
    pub min_runway: f64,
    /// Months from signing to full capacity.
    pub ahead: usize,
    /// Dollars of a contract of [`UNIT`](crate::model::expansion::UNIT) over its term.
    pub amount: f64,
}

impl Expansion {
    /// Whether it can ever sign anything.
    pub fn signs(&self) -> bool {
        self.share * (1.0 + self.headroom) > 0.0
    }
}

/// How planned training follows the lab's value (section 3.1).
#[derive(Clone, Debug)]
pub struct Booms {
    /// `eta_V`.
    pub elasticity: f64,
    /// `b E[y] + c` by month: the log premium that was expected.
    pub expected: Vec<f64>,
}

/// How a lab spends cash that it does not need (section 3.1).
#[derive(Clone, Copy, Debug)]
pub struct Reinvestment {
    /// Share of the spare cash that is spent, a year.
    pub rate: f64,
    /// Months of costs that are kept.
    pub keep: f64,
}
