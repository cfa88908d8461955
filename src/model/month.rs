//! The timetable of a month: the order of docs/model.md, section 1.

use crate::engine::Innovations;
use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::{exp, max};

use super::constants::DT;
use super::funding::{Setting, fund};
use super::parameters::{Lab, Parameters};
use super::settlement::{resolve, retrench, settle};
use super::state::{Block, LabState, MarketState, RING, is_first, sum};
use super::valuation::{FLOOR, equity_value, fundamental_value};
use super::workspace::{LabMonth, Workspace};
use super::{
    binding, conservation, debts, entity, events, expansion, market, network, operations, outlook, rivals, tally,
    tracing,
};

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
    entity::give(p, &mut block.entities, t); // 5.1
    for ((lab, state), m) in p.labs.iter().zip(&mut block.labs).zip(&mut work.labs) {
        value(p, lab, state, m, &block.market, t); // 6
    }
    for ((lab, state), m) in p.labs.iter().zip(&mut block.labs).zip(&mut work.labs) {
        binding::decide(p, lab, state, m, &block.market, t, draws); // 4
        expansion::expand(p, lab, state, m, expansion::Setting { market: &block.market, spot: &block.spot, t }); // 4
    }
    market::run_up(&p.market, &mut block.market, &mut work.run_up, t); // 6
    perceive(p, block, work); // 6
    if t == 0 {
        begin(p, block, work, &ratio); // 7.5
    }
    laps.lap("value");
    rivals::begin(&mut block.rivals, t); // 5.5
    for ((lab, state), m) in p.labs.iter().zip(&mut block.labs).zip(&mut work.labs) {
        let purse = rivals::purse(p, &block.rivals, &block.market, t); // 5.5
        let (market, entities) = (&block.market, &block.entities);
        let setting = Setting { market, entities, ratio: &ratio, purse: purse.as_ref(), t, draws };
        operations::operate(p, lab, state, m, &block.spot, t, draws); // 3
        laps.lap("operations");
        fund(p, lab, state, m, setting); // 5
        rivals::raise(&mut block.rivals, m, t); // 5.5
        laps.lap("funding");
        settle(lab, state, m, t); // 7.1
        resolve(p, lab, state, m, setting); // 7.2, 7.3
        retrench(lab, state, m, setting); // 7.4
        laps.lap("settlement");
        tracing::book(lab, state, m); // 8.3
        if p.asked.circularity {
            tracing::trace(p, lab, state, m); // 8.3
        }
        conservation::check(state, m, p.asked.circularity, &mut block.residual); // 8
        laps.lap("tracing");
    }
    rivals::settle(p, block, work, t); // 2, 8.2
    if t == 0 {
        entity::begin(p, block, work); // 8.1
    }
    entity::close(p, block, work, t); // 8.1, 8.2
    events::fail_entities(p, &mut block.entities, t, draws); // 6
    debts::clear(p, &mut block.entities, t); // 8.1
    entity::stop(p, block, t); // 8.1
    laps.lap("entities");
    tally::close(p, block, work, &ratio, t); // 8.4, 7.5, 11
    network::close(p, block, work, t); // 8.5
    laps.lap("measures");
    circulate(block, work, t); // 6
    fail_labs(work); // 6
    note_failures(p, block, work, t); // 6
    let fall = market::turn(&p.market, &mut block.market, work, t, draws); // 6
    rivals::stir(p, work, t, draws); // 2
    step(p, block, work, &fall, t, draws); // 2
    laps.lap("processes");
}

/// Section 6: `F`, `V` and the price of a share at the start of the month; `R0` of section 3.
#[inline(always)]
fn value<const B: usize>(
    p: &Parameters,
    lab: &Lab,
    state: &mut LabState<B>,
    m: &mut LabMonth<B>,
    market: &MarketState<B>,
    t: usize,
) {
    m.alive = state.alive;
    m.attained.set(|i| exp(state.attainment[i]));
    let target = lab.target[t];
    m.revenue_rate.set(|i| state.alive[i] * target * m.attained[i]);
    let debt = state.debt();
    m.opening_arrears = state.total_arrears();
    m.log_premium.set(|i| lab.log_premium(market.overvaluation[i]));
    let operations = if p.market.learns_at_once() {
        lab.fundamentals.at(t, &state.attainment, &m.attained)
    } else {
        m.belief_gap.set(|i| state.believed[i] - state.attainment[i]);
        lab.fundamentals.at(t, &state.believed, &lanes!(i => exp(state.believed[i])))
    };
    let discounted = lanes!(i => state.alive[i] * operations[i]);
    m.fundamental.set(|i| fundamental_value(discounted[i], m.revenue_rate[i]));
    state.tally.floor_hits.add(|i| flag(discounted[i] < FLOOR * m.revenue_rate[i]));
    m.value.set(|i| {
        let (cash, arrears) = (state.cash[i], m.opening_arrears[i]);
        state.alive[i] * equity_value(m.fundamental[i], m.log_premium[i], cash, debt[i], arrears)
    });
    m.share_count = state.shares;
    m.share_price.set(|i| m.value[i] / state.shares[i]);
}

/// Section 6: `y*`, overvaluation plus the mean error of beliefs about attainment, weighted by value.
#[inline(always)]
fn perceive<const B: usize>(p: &Parameters, block: &Block<B>, work: &mut Workspace<B>) {
    work.perceived = block.market.overvaluation;
    if p.market.learns_at_once() {
        return;
    }
    let (mut gap, mut value) = (Lanes::<B>::default(), Lanes::<B>::default());
    for m in &work.labs {
        gap.add(|i| m.value[i] * m.belief_gap[i]);
        value.add(|i| m.value[i]);
    }
    work.perceived.add(|i| select(value[i] > 0.0, gap[i] / value[i], 0.0));
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
fn circulate<const B: usize>(block: &mut Block<B>, work: &mut Workspace<B>, t: usize) {
    work.circular = Lanes::default();
    for (state, m) in block.labs.iter_mut().zip(&work.labs) {
        state.strategic[t % RING] = m.strategic;
        let money = sum(&state.strategic);
        work.circular.add(|i| select(m.value[i] > 0.0, state.alive[i] * money[i] / m.value[i], 0.0));
    }
}

/// Section 6: 1 where a lab went into payment default this month.
#[inline(always)]
fn fail_labs<const B: usize>(work: &mut Workspace<B>) {
    work.lab_defaulted = Lanes::default();
    for m in &work.labs {
        work.lab_defaulted.update(|i, any| max(any, m.default_flag[i]));
    }
}

/// Section 6: 1 where a lab or an entity defaulted this month, which matters where failures frighten the market.
#[inline(always)]
fn note_failures<const B: usize>(p: &Parameters, block: &Block<B>, work: &mut Workspace<B>, t: usize) {
    if p.market.burst.contagion == 0.0 {
        return;
    }
    work.failed = work.lab_defaulted;
    for m in &work.labs {
        work.failed.update(|i, any| max(any, m.exchange_flag[i]));
    }
    for entity in &block.entities {
        let defaults = is_first(&entity.default, t);
        work.failed.update(|i, any| max(any, defaults[i]));
    }
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
        lab.attainment.step(&mut state.attainment, t, x);
        state.attainment.add(|i| -drags[i] * DT);
        if p.rivals.is_some() {
            state.attainment.add(|i| m.rivalry[i]);
        }
        lab.intensity.step(&mut state.intensity, t, z);
        if !p.market.learns_at_once() {
            let learned = 1.0 - exp(-p.market.learning * DT);
            let truth = &state.attainment;
            state.believed.update(|i, believed| believed + learned * (truth[i] - believed));
        }
    }
    for (family, spot) in p.families.iter().zip(&mut block.spot) {
        let z = draws.normal(family.price.shock);
        spot.update(|i, price| family.price.step(price, z[i], 0.0));
    }
    block.market.fallen.add(|i| fall[i]);
    entity::grow(p, block, fall, draws);
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{HALVES_IN_A_MONTH, World, assert_close, by_month, world};
    use super::*;

    #[test]
    fn strategic_money_of_twelve_months_counts_against_value() {
        // 2 dollars a month over a value of 80: 2, 4, and after a year 24 and no more.
        let World { mut block, mut work, .. } = world(|_| ());
        (work.labs[0].value, work.labs[0].strategic) = (Lanes([80.0]), Lanes([2.0]));
        let months: Vec<f64> = (0..14)
            .map(|t| {
                circulate(&mut block, &mut work, t);
                work.circular[0]
            })
            .collect();
        for (t, expected) in [(0, 0.025), (1, 0.05), (11, 0.3), (13, 0.3)] {
            assert_close(months[t], expected);
        }
        work.labs[0].value = Lanes([0.0]);
        circulate(&mut block, &mut work, 14);
        assert_close(work.circular[0], 0.0);
        (work.labs[0].value, block.labs[0].alive) = (Lanes([80.0]), Lanes([0.0]));
        circulate(&mut block, &mut work, 15);
        assert_close(work.circular[0], 0.0);
    }

    #[test]
    fn drags_lower_attainment_by_a_twelfth_of_their_rate() {
        // 0.12 a year in a freeze; 0.24 at a full shortfall, and a half of that at half of it.
        for (open, shortfall, expected) in [(0.0, 0.0, -0.01), (1.0, 1.0, -0.02), (0.0, 0.5, -0.02)] {
            let World { p, mut block, mut work, draws } = world(|p| {
                p.labs[0].freeze_drag = 0.12;
                p.labs[0].training_drag = 0.24;
            });
            block.market.open = Lanes([open]);
            work.labs[0].shortfall = Lanes([shortfall]);
            step(&p, &mut block, &work, &Lanes([0.0]), 0, &draws);
            assert_close(block.labs[0].attainment[0], expected);
        }
    }

    #[test]
    fn a_share_is_worth_the_operations_at_the_market_s_price_and_cash_less_debt() {
        // 37.499858 of section 14, at its value, at twice it, and at half of it with attainment at twice the plan.
        let (ln_2, plan) = (std::f64::consts::LN_2, 37.499_858);
        for (x, y, cash, debt, value) in [
            (0.0, 0.0, 3.0, 1.0, plan + 2.0),
            (0.0, ln_2, 0.0, 5.0, 2.0 * plan - 5.0),
            (ln_2, -ln_2, 1.0, 0.0, plan + 1.0),
        ] {
            let World { p, mut block, mut work, .. } = world(|p| p.labs[0].target = by_month(30.0));
            block.market.overvaluation = Lanes([y]);
            let state = &mut block.labs[0];
            (state.attainment, state.cash, state.exchanged_debt) = (Lanes([x]), Lanes([cash]), Lanes([debt]));
            state.shares = Lanes([2.0]);
            super::value(&p, &p.labs[0], state, &mut work.labs[0], &block.market, 0);
            assert_close(work.labs[0].value[0], value);
            assert_close(work.labs[0].share_price[0], value / 2.0);
            assert_close(work.labs[0].revenue_rate[0], 30.0 * x.exp());
        }
    }

    #[test]
    fn the_market_perceives_what_labs_are_believed_to_attain_by_their_part_of_all_value() {
        // Gaps of 0.1 and 0.6 at values of 80 and 20: (8 + 12)/100 beyond y = 0.3; nothing where no lab has a value, or
        // where beliefs are the truth.
        for (learning, values, expected) in [
            (1.0, [80.0, 20.0], 0.5),
            (1.0, [0.0, 20.0], 0.9),
            (1.0, [0.0, 0.0], 0.3),
            (f64::INFINITY, [80.0, 20.0], 0.3),
        ] {
            let World { p, mut block, mut work, .. } = world(|p| {
                p.labs.push(p.labs[0].clone());
                p.market.learning = learning;
            });
            block.market.overvaluation = Lanes([0.3]);
            for ((m, value), gap) in work.labs.iter_mut().zip(values).zip([0.1, 0.6]) {
                (m.value, m.belief_gap) = (Lanes([value]), Lanes([gap]));
            }
            perceive(&p, &block, &mut work);
            assert_close(work.perceived[0], expected);
        }
    }

    #[test]
    fn beliefs_close_a_part_of_their_distance_to_the_truth_each_month() {
        // One half a month: 0 towards 0.4, 0.4 towards 0, and 0.4 stays.
        for (truth, believed, after) in [(0.4, 0.0, 0.2), (0.0, 0.4, 0.2), (0.4, 0.4, 0.4)] {
            let World { p, mut block, work, draws } = world(|p| p.market.learning = HALVES_IN_A_MONTH);
            let state = &mut block.labs[0];
            (state.attainment, state.believed) = (Lanes([truth]), Lanes([believed]));
            step(&p, &mut block, &work, &Lanes([0.0]), 0, &draws);
            assert_close(block.labs[0].believed[0], after);
            assert_close(block.labs[0].attainment[0], truth);
        }
    }

    #[test]
    fn a_share_is_priced_at_what_is_believed_and_revenue_is_the_truth() {
        // The plan of 37.499858 at a belief of 1, 2 and one half of it, whatever is attained.
        let ln_2 = std::f64::consts::LN_2;
        for (x, believed, factor) in [(0.0, 0.0, 1.0), (0.0, ln_2, 2.0), (ln_2, -ln_2, 0.5)] {
            let World { p, mut block, mut work, .. } = world(|p| {
                p.market.learning = 1.0;
                p.labs[0].target = by_month(30.0);
            });
            let state = &mut block.labs[0];
            (state.attainment, state.believed) = (Lanes([x]), Lanes([believed]));
            super::value(&p, &p.labs[0], state, &mut work.labs[0], &block.market, 0);
            assert_close(work.labs[0].value[0], 37.499_858 * factor);
            assert_close(work.labs[0].belief_gap[0], believed - x);
            assert_close(work.labs[0].revenue_rate[0], 30.0 * x.exp());
        }
    }
}
