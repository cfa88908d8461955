//! The model as the engine sees it.

use crate::engine::{Dynamics, Innovations, Row, Slots};
use crate::lanes::{Lanes, select};
use crate::random::math::exp;

use super::metric::measure;
use super::month::month;
use super::parameters::{DT, Parameters};
use super::state::{Block, Workspace};

/// Monthly states of a lab, in the order of [`Parameters::observe`]: name and unit.
pub const LAB_STATES: [(&str, &str); 6] = [
    ("cash", "USD"),
    ("revenue", "USD/year"),
    ("value", "USD"),
    ("fundamental_value", "USD"),
    ("debt", "USD"),
    ("arrears", "USD"),
];

/// Monthly states of the market, after those of the labs.
pub const MARKET_STATES: [(&str, &str); 2] = [("log_overvaluation", "1"), ("open", "0 or 1")];

impl Dynamics for Parameters {
    type Block<const B: usize> = Block<B>;
    type Workspace<const B: usize> = Workspace<B>;

    fn months(&self) -> usize {
        self.timeline.months
    }

    fn slots(&self) -> &Slots {
        &self.slots
    }

    fn begin<const B: usize>(&self, draws: &Innovations<B>) -> (Block<B>, Workspace<B>) {
        let mut block = Block::new(self);
        for (lab, state) in self.labs.iter().zip(&mut block.labs) {
            for (k, contract) in lab.contracts.iter().enumerate() {
                let delay = contract.delay.map_or(Lanes::splat(0.0), |slot| draws.delay(slot));
                let family = &self.families[contract.family];
                state.delays[k].set(|i| select(delay[i] < contract.longest_delay(), delay[i], contract.longest_delay()));
                let delays = state.delays[k];
                state.locked[k].set(|i| {
                    let begin = f64::from(contract.begin) + delays[i];
                    family.price.start * exp(-family.decline * begin * DT)
                });
            }
        }
        (block, Workspace::new(self))
    }

    #[inline(always)]
    fn step<const B: usize>(&self, block: &mut Block<B>, work: &mut Workspace<B>, t: usize, draws: &Innovations<B>) {
        month(self, block, work, t, draws);
    }

    fn states(&self) -> usize {
        LAB_STATES.len() * self.labs.len() + MARKET_STATES.len()
    }

    fn observe<const B: usize>(&self, block: &Block<B>, work: &Workspace<B>, row: &mut Row<B>) {
        for (state, m) in block.labs.iter().zip(&work.labs) {
            for value in [state.cash, m.revenue, m.value, m.fundamental, state.debt(), state.total_arrears()] {
                row.push(value);
            }
        }
        row.push(block.market.overvaluation);
        row.push(block.market.open);
    }

    fn metrics(&self) -> usize {
        self.metrics
    }

    fn measure<const B: usize>(&self, block: &Block<B>, row: &mut Row<B>) {
        measure(self, block, &mut row.values);
    }

    fn residual<const B: usize>(&self, block: &Block<B>) -> Lanes<B> {
        block.residual
    }
}
