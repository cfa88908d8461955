//! The timetable of a month: the order of docs/model.md, section 1.

use crate::engine::Innovations;
use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::{exp, max};

use super::constants::DT;
use super::funding::{Setting, fund};
use super::parameters::{Lab, Parameters};
use super::settlement::{resolve, retrench, settle};
use super::state::{Block, LabState, MarketState, RING};
use super::valuation::{FLOOR, equity_value, fundamental_value};
use super::workspace::{LabMonth, Workspace};
use super::{binding, conservation, entity, events, market, operations, outlook, tally, tracing};

/// Called after each part of a month: a benchmark's stopwatch. A run passes `()`, which costs nothing.
pub trait Laps {
    /// `part` has ended.
    fn lap(&mut self, part: &'static str);
}

impl Laps for () {
    #[inline(always)]
    fn lap(&mut self, _: &'static str) {}
}

/// Simulates month `t` of `B` paths.
#[inline(always)]
pub fn month<const B: usize>(
    p: &Parameters,
    block: &mut Block<B>,
    work: &mut Workspace<B>,
    t: usize,
    draws: &Innovations<B>,
    laps: &mut impl Laps,
) {
    work.open = block.market.open;
    let plan_price = p.families[p.reference].plan_price[t];
    let ratio = lanes!(i => block.spot[p.reference][i] / plan_price);

    events::begin(p, work, t, draws); // 6
    market::regulate(p.regulation.as_ref(), &mut block.market, &work.dated, draws); // 5.2
    for ((lab, state), m) in p.labs.iter().zip(&mut block.labs).zip(&mut work.labs) {
        value(lab, state, m, &block.market, t); // 6
    }
    for ((lab, state), m) in p.labs.iter().zip(&mut block.labs).zip(&mut work.labs) {
        binding::decide(p, lab, state, m, &block.market, t, draws); // 4
    }
    work.run_up = market::run_up(&p.market, &mut block.market, t); // 6
    if t == 0 {
        begin(p, block, work, &ratio); // 7.5
    }
    laps.lap("value");
    for ((lab, state), m) in p.labs.iter().zip(&mut block.labs).zip(&mut work.labs) {
        let setting = Setting { market: &block.market, entities: &block.entities, ratio: &ratio, t, draws };
        operations::operate(p, lab, state, m, &block.spot, t, draws); // 3
        laps.lap("operations");
        fund(p, lab, state, m, setting); // 5
        laps.lap("funding");
        settle(lab, state, m, t); // 7.1
        resolve(lab, state, m, setting); // 7.2
        retrench(lab, state, m, setting); // 7.4
        laps.lap("settlement");
        tracing::book(lab, state, m); // 8.3
        if p.asked.circularity {
            tracing::trace(p, lab, state, m); // 8.3
        }
        conservation::check(state, m, p.asked.circularity, &mut block.residual); // 8
        laps.lap("tracing");
    }
    if t == 0 {
        entity::begin(p, block, work); // 8.1
    }
    entity::close(p, block, work, t); // 8.1, 8.2
    events::fail_entities(p, &mut block.entities, t, draws); // 6
    laps.lap("entities");
    tally::close(p, block, work, &ratio, t); // 8.4, 7.5, 11
    laps.lap("measures");
    work.circular = circular(block, work, t); // 6
    work.lab_defaulted = lanes!(i => work.labs.iter().fold(0.0, |any, m| max(any, m.default_flag[i])));
    let fall = market::turn(&p.market, &mut block.market, work, t, draws); // 6
    step(p, block, work, &fall, t, draws); // 2
    laps.lap("processes");
}

/// Section 6: `F`, `V` and the price of a share at the start of the month; `R0` of section 3.
#[inline(always)]
fn value<const B: usize>(lab: &Lab, state: &mut LabState<B>, m: &mut LabMonth<B>, market: &MarketState<B>, t: usize) {
    m.alive = state.alive;
    m.attained.set(|i| exp(state.attainment[i]));
    let target = lab.target[t];
    m.revenue_rate.set(|i| state.alive[i] * target * m.attained[i]);
    let (debt, arrears) = (state.debt(), state.total_arrears());
    m.log_premium.set(|i| lab.market_beta * market.overvaluation[i] + lab.premium);
    let operations = lab.fundamentals.at(t, &state.attainment, &m.attained);
    let discounted = lanes!(i => state.alive[i] * operations[i]);
    m.fundamental.set(|i| fundamental_value(discounted[i], m.revenue_rate[i]));
    state.tally.floor_hits.add(|i| flag(discounted[i] < FLOOR * m.revenue_rate[i]));
    m.value
        .set(|i| state.alive[i] * equity_value(m.fundamental[i], m.log_premium[i], state.cash[i], debt[i], arrears[i]));
    m.share_count = state.shares;
    m.share_price.set(|i| m.value[i] / state.shares[i]);
}

/// Month 0: opening prices and freeze endurance (7.5).
#[inline(always)]
fn begin<const B: usize>(p: &Parameters, block: &mut Block<B>, work: &mut Workspace<B>, ratio: &Lanes<B>) {
    for ((lab, state), m) in p.labs.iter().zip(&mut block.labs).zip(&mut work.labs) {
        state.last_price = m.share_price;
        state.tally.opening_value = m.value;
        m.intensity = Lanes::splat(1.0);
        m.training_growth = Lanes::splat(1.0);
        state.tally.endurance[0] = outlook::endurance(p, lab, state, m, ratio, 0);
    }
}

/// Section 6: strategic money of the last twelve months over value, summed over labs.
#[inline(always)]
fn circular<const B: usize>(block: &mut Block<B>, work: &Workspace<B>, t: usize) -> Lanes<B> {
    let mut circular = Lanes::<B>::default();
    for (state, m) in block.labs.iter_mut().zip(&work.labs) {
        state.strategic[t % RING] = m.strategic;
        let money = super::state::sum(&state.strategic);
        circular.add(|i| select(m.value[i] > 0.0, state.alive[i] * money[i] / m.value[i], 0.0));
    }
    circular
}

/// Section 2: `X`, `Z`, `P` and `A` to the next month.
#[inline(always)]
fn step<const B: usize>(
    p: &Parameters,
    block: &mut Block<B>,
    work: &Workspace<B>,
    fall: &Lanes<B>,
    t: usize,
    draws: &Innovations<B>,
) {
    for ((lab, state), m) in p.labs.iter().zip(&mut block.labs).zip(&work.labs) {
        let (x, z) = (draws.normal(lab.attainment.shock), draws.normal(lab.intensity.shock));
        let open = &block.market.open;
        let drags = lanes!(i => lab.freeze_drag * (1.0 - open[i]) + lab.training_drag * m.shortfall[i]);
        state.attainment = lab.attainment.step(&state.attainment, t, x);
        state.attainment.add(|i| -drags[i] * DT);
        state.intensity = lab.intensity.step(&state.intensity, t, z);
    }
    for (family, spot) in p.families.iter().zip(&mut block.spot) {
        let z = draws.normal(family.price.shock);
        spot.update(|i, price| family.price.step(price, z[i], 0.0));
    }
    entity::grow(p, block, fall, draws);
}
