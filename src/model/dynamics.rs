//! The model as the engine sees it.

use std::hint::black_box;

use crate::engine::{Dynamics, Innovations, Row, Slots};
use crate::lanes::{Lanes, lanes};
use crate::random::math::{exp, min};

use super::constants::DT;
use super::contract::LONGEST_DELAY;
use super::id::{EntityId, FamilyId};
use super::metric::measure;
use super::month::month;
use super::parameters::{Lab, Parameters, planned_price};
use super::state::Block;
use super::workspace::{LabMonth, Workspace};

/// A constant in the machine code of every copy of the month, by which a test counts the copies in a program.
pub const MARK: u64 = 0x4f75_726f_626f_7269;

/// Monthly states of a lab, in the order of [`Parameters::observe`]: name and unit.
pub const LAB_STATES: [(&str, &str); 7] = [
    ("cash", "USD"),
    ("revenue", "USD/year"),
    ("value", "USD"),
    ("fundamental_value", "USD"),
    ("operations_value", "USD"),
    ("debt", "USD"),
    ("arrears", "USD"),
];

/// Monthly states of the market, after those of the labs.
pub const MARKET_STATES: [(&str, &str); 2] = [("log_overvaluation", "1"), ("open", "0 or 1")];

/// Unit of what a lab is invoiced in a month, after the states of the market: a rate, as revenue is.
const SPEND: (&str, &str) = ("spend", "USD/year");

/// A monthly state that [`Parameters::observe`] shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Its name.
    pub name: &'static str,
    /// Its subject: a lab, a provider and family (`amazon/trainium`), or empty for the market.
    pub subject: String,
    /// Its unit.
    pub unit: &'static str,
}

/// The monthly states, in the order of [`Parameters::observe`].
pub fn states(p: &Parameters) -> Vec<State> {
    let of_lab = |lab: &Lab| LAB_STATES.map(|(name, unit)| State { name, subject: lab.name.clone(), unit });
    let mut states: Vec<State> = p.labs.iter().flat_map(of_lab).collect();
    states.extend(MARKET_STATES.map(|(name, unit)| State { name, subject: String::new(), unit }));
    for lab in &p.labs {
        states.extend(sellers(p, lab).map(|seller| {
            let subject = supply(p, lab, &p.entities[seller.provider].name, &p.families[seller.family].name);
            State { name: SPEND.0, subject, unit: SPEND.1 }
        }));
    }
    states
}

/// A provider of a family of compute to a lab, by contract or on demand.
struct Seller {
    provider: EntityId,
    family: FamilyId,
    /// Its position among the on-demand sellers of the family.
    on_demand: Option<usize>,
}

impl Seller {
    /// Its invoices of the month, dollars a year.
    #[inline(always)]
    fn spend<const B: usize>(&self, lab: &Lab, m: &LabMonth<B>) -> Lanes<B> {
        let mut spend = Lanes::<B>::default();
        if let Some(seller) = self.on_demand {
            let billed = &m.families[self.family].billed[seller];
            spend.set(|i| billed[i] / DT);
        }
        for (contract, c) in lab.contracts.iter().zip(&m.contracts) {
            if contract.provider == self.provider && contract.family == self.family {
                spend.add(|i| c.invoice[i] / DT);
            }
        }
        spend
    }
}

/// The sellers of a lab, in the order of the metric `spend`.
fn sellers<'a>(p: &'a Parameters, lab: &'a Lab) -> impl Iterator<Item = Seller> + 'a {
    let of_family = move |provider, family: FamilyId| {
        let on_demand =
            p.families[family].on_demand.iter().position(|(seller, share)| *seller == provider && *share > 0.0);
        let has_contract = lab.contracts.iter().any(|c| c.provider == provider && c.family == family);
        (on_demand.is_some() || has_contract).then_some(Seller { provider, family, on_demand })
    };
    (0..p.entities.len()).flat_map(move |e| (0..p.families.len()).filter_map(move |j| of_family(e, j)))
}

/// The subject `amazon/trainium`, preceded by the name of the lab where there are several.
fn supply(p: &Parameters, lab: &Lab, provider: &str, family: &str) -> String {
    if p.labs.len() > 1 { format!("{}/{provider}/{family}", lab.name) } else { format!("{provider}/{family}") }
}

/// Numbers of an entity that a calibration needs.
pub const BOOKS: usize = 4;

/// Numbers of the market that it needs.
pub const SURROUNDINGS: usize = 2;

/// Numbers of the market, of a lab and of an entity that say how near it is to an event.
const NEARNESS: [usize; 3] = [1, 2, 2];

/// The place of what [`Distress`] names among the monthly states, where these are asked for.
pub fn distress_of(p: &Parameters, of: Distress) -> Option<usize> {
    let [market, lab, entity] = NEARNESS;
    let of_lab = |name: &str| p.labs.iter().position(|known| known.name == name).map(|at| market + lab * at);
    let of_entity = |name: &str| {
        let at = p.entities.iter().position(|known| known.name == name)?;
        Some(market + lab * p.labs.len() + entity * at)
    };
    match of {
        Distress::Market => Some(0),
        Distress::Shortage(name) => of_lab(name),
        Distress::Gap(name) => of_lab(name).map(|at| at + 1),
        Distress::Weakness(name) => of_entity(name),
        Distress::Loss(name) => of_entity(name).map(|at| at + 1),
    }
}

/// How near a lab or entity is to an event: larger is nearer. Rare events are found by it; no estimate depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distress<'a> {
    /// Log of the overvaluation of the market.
    Market,
    /// Of a lab: arrears less cash, in months of what it spends.
    Shortage(&'a str),
    /// Of a lab: its funding gap so far, dollars.
    Gap(&'a str),
    /// Of an entity: what its worth lacks to twice its barrier, in barriers.
    Weakness(&'a str),
    /// Of an entity: its loss so far, dollars.
    Loss(&'a str),
}

/// The monthly states that [`distress_of`] places.
#[inline(always)]
fn observe_distress<const B: usize>(p: &Parameters, block: &Block<B>, work: &Workspace<B>, row: &mut Row<B>) {
    row.push(block.market.overvaluation);
    for (state, m) in block.labs.iter().zip(&work.labs) {
        let owed = state.total_arrears();
        row.push(lanes!(i => (owed[i] - state.cash[i]) / (m.invoices[i] + m.opex[i] + m.interest[i] + 1.0)));
        row.push(state.tally.funding_gap);
    }
    for (entity, state) in p.entities.iter().zip(&block.entities) {
        let barrier = entity.balance.map_or(1.0, |balance| balance.barrier);
        row.push(lanes!(i => 2.0 - state.worth[i] / barrier));
        row.push(state.loss);
    }
}

/// What a calibration needs (section 8.1): the cumulative fall of the market, and whether credit is open; and for each entity
/// its core assets relative to the start, and, in dollars, its worth without core assets (had none been sold), its core
/// assets at the start, and the month's cash from its exposures. Fall, credit and relative core assets are those with which
/// the next month begins.
#[inline(always)]
fn observe_books<const B: usize>(p: &Parameters, block: &Block<B>, row: &mut Row<B>) {
    row.push(block.market.fallen);
    row.push(block.market.credit_open);
    for (_, state) in p.entities.iter().zip(&block.entities).filter(|(entity, _)| entity.is_calibrated()) {
        row.push(state.growth);
        row.push(lanes!(i => state.account[i] + state.contracts_net[i] + state.stake_mark[i]));
        row.push(state.core_start);
        row.push(state.cash_of_exposures());
    }
}

impl Dynamics for Parameters {
    type Block<const B: usize> = Block<B>;
    type Workspace<const B: usize> = Workspace<B>;

    fn months(&self) -> usize {
        self.timeline.months
    }

    fn slots(&self) -> &Slots {
        &self.slots
    }

    #[inline(always)]
    fn begin<const B: usize>(&self, draws: &Innovations<B>) -> (Block<B>, Workspace<B>) {
        let mut block = Block::new(self);
        for (lab, state) in self.labs.iter().zip(&mut block.labs) {
            for (contract, standing) in lab.contracts.iter().zip(&mut state.contracts) {
                let delay = contract.delay.map_or(Lanes::splat(0.0), |slot| *draws.delay(slot));
                standing.delay.set(|i| min(delay[i], LONGEST_DELAY as f64));
                let family = &self.families[contract.family];
                standing.locked.set(|i| {
                    let begin = f64::from(contract.begin) + standing.delay[i];
                    planned_price(family.price.start, family.plan_decline, begin)
                });
            }
        }
        (block, Workspace::new(self))
    }

    #[inline(always)]
    fn step<const B: usize>(&self, block: &mut Block<B>, work: &mut Workspace<B>, t: usize, draws: &Innovations<B>) {
        black_box(MARK);
        month(self, block, work, t, draws, &mut ());
    }

    fn states(&self) -> usize {
        if self.asked.books {
            return SURROUNDINGS + BOOKS * self.entities.iter().filter(|entity| entity.is_calibrated()).count();
        }
        if self.asked.distress {
            let [market, lab, entity] = NEARNESS;
            return market + lab * self.labs.len() + entity * self.entities.len();
        }
        let spend: usize = self.labs.iter().map(|lab| sellers(self, lab).count()).sum();
        LAB_STATES.len() * self.labs.len() + MARKET_STATES.len() + spend
    }

    #[inline(always)]
    fn observe<const B: usize>(&self, block: &Block<B>, work: &Workspace<B>, row: &mut Row<B>) {
        if self.asked.books {
            return observe_books(self, block, row);
        }
        if self.asked.distress {
            return observe_distress(self, block, work, row);
        }
        for (state, m) in block.labs.iter().zip(&work.labs) {
            let operations: Lanes<B> = lanes!(i => m.fundamental[i] * exp(m.log_premium[i]));
            let worth = [m.value, m.fundamental, operations];
            let owed = [state.debt(), state.total_arrears()];
            [state.cash, m.revenue].into_iter().chain(worth).chain(owed).for_each(|value| row.push(value));
        }
        row.push(block.market.overvaluation);
        row.push(block.market.open);
        for (lab, m) in self.labs.iter().zip(&work.labs) {
            sellers(self, lab).for_each(|seller| row.push(seller.spend(lab, m)));
        }
    }

    fn metrics(&self) -> usize {
        self.metrics
    }

    #[inline(always)]
    fn measure<const B: usize>(&self, block: &Block<B>, row: &mut Row<B>) {
        measure(self, block, &mut row.values);
    }

    #[inline(always)]
    fn residual<const B: usize>(&self, block: &Block<B>) -> Lanes<B> {
        block.residual
    }
}
