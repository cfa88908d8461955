//! The numbers and monthly tables of one parameter draw: all that a month needs, immutable.
//!
//! Money is in dollars, rates are annual, months count from the scenario's start. A table "by month" has one entry per
//! month; those that look ahead have them up to [`BEYOND`](super::constants::BEYOND) months past the horizon.

mod clearing;
mod entity;
mod event;
mod expansion;
mod funding;
mod lab;
mod market;
mod rivals;

use crate::calendar::Timeline;
use crate::engine::Slots;

use super::id::FamilyId;
use super::measure::Asked;

pub use clearing::{Clearing, DebtBetween};
pub use entity::{Balance, Entity, Stress, Treasury};
pub use event::{Event, EventKind};
pub use expansion::{Booms, Expansion, Reinvestment};
pub use funding::{Conditions, Facility, Investment, Ipo, Matching, Round, Tranche, Warrant};
pub use lab::{Austerity, Lab, OutlookTables, Punctual, Resolution, RevenueShare, ScaleBack};
pub use market::{Burst, Credit, Family, Market, MarketProcess, Regulation, Reopening, planned_price};
pub use rivals::Rivals;

/// Everything a path needs to know of the scenario, for one parameter draw.
#[derive(Clone, Debug)]
pub struct Parameters {
    /// The months simulated.
    pub timeline: Timeline,
    /// Rate at which contracts and exchanged debt are discounted and money is carried forward, a year.
    pub discount_rate: f64,
    /// The funding market (section 6).
    pub market: Market,
    /// Regulation, if any (section 5).
    pub regulation: Option<Regulation>,
    /// What joins the labs (sections 2, 8.2); none: the market alone.
    pub rivals: Option<Rivals>,
    /// Debts between entities that clear (section 8.1); none: nobody loses what an entity owes.
    pub clearing: Option<Clearing>,
    /// Dated events (section 6).
    pub events: Vec<Event>,
    /// Kinds of compute; the reference first asked for by `reference`.
    pub families: Vec<Family>,
    /// The family whose price defines the unit of compute.
    pub reference: FamilyId,
    /// Price of on-demand compute over the spot price, a share.
    pub on_demand_premium: f64,
    /// The labs, in file order.
    pub labs: Vec<Lab>,
    /// Every seller, investor and named entity, in file order.
    pub entities: Vec<Entity>,
    /// Months at whose ends the lab is recorded: year-ends, dates of benchmarks, the last month.
    pub dates: Vec<usize>,
    /// Months that end a calendar year.
    pub year_ends: Vec<usize>,
    /// Months at whose ends freeze endurance is taken, besides the start: the last, and those that somebody asks for.
    pub endurance_ends: Vec<usize>,
    /// Which optional measures are taken.
    pub asked: Asked,
    /// Number of metrics of a path.
    pub metrics: usize,
    /// The random quantities, by name.
    pub slots: Slots,
}

impl Parameters {
    /// The same world with freeze endurance at every year-end: one path is read year by year.
    #[must_use]
    pub fn with_yearly_endurance(mut self) -> Self {
        self.endurance_ends.extend(&self.year_ends);
        self.endurance_ends.sort_unstable();
        self.endurance_ends.dedup();
        self.counted()
    }

    /// Whether each lab is overvalued at the start.
    pub fn overvalued(&self) -> Vec<bool> {
        self.labs.iter().map(|lab| lab.log_premium(self.market.start) >= self.market.overvalued_log).collect()
    }
}
