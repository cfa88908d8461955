//! What joins the labs: demand and shares, a leaver's customers, one purse, who is left to relet to (docs/model.md,
//! sections 2, 5.5 and 8.2).

use crate::engine::Innovations;
use crate::lanes::{Lanes, lanes, select};
use crate::random::math::{ln, max};

use super::constants::DT;
use super::funding::supply;
use super::parameters::{Parameters, Rivals};
use super::state::{Block, MarketState, RING, RivalState, sum};
use super::workspace::{LabMonth, Workspace};

/// A year, months: what one purse supplies is that of a year.
const YEAR: f64 = 12.0;

/// Start of a month: what was raised twelve months ago is raised no longer.
#[inline(always)]
pub fn begin<const B: usize>(rivals: &mut RivalState<B>, t: usize) {
    if let Some(raised) = rivals.raised.get_mut(t % RING) {
        *raised = Lanes::default();
    }
}

/// 5.5: what is left for the next lab in the purse of all, dollars; none where each lab has a supply of its own.
#[inline(always)]
pub fn purse<const B: usize>(
    p: &Parameters,
    rivals: &RivalState<B>,
    market: &MarketState<B>,
    t: usize,
) -> Option<Lanes<B>> {
    if !p.market.one_purse {
        return None;
    }
    let year = supply(&p.market, market, &Lanes::splat(YEAR), t);
    let raised = sum(&rivals.raised);
    Some(lanes!(i => left(year[i], raised[i])))
}

/// 5.5: what is left of the supply of a year after what was `raised` in twelve months, dollars.
#[inline(always)]
fn left(supply: f64, raised: f64) -> f64 {
    max(supply - raised, 0.0)
}

/// Takes out of the purse what a lab has raised this month.
#[inline(always)]
pub fn raise<const B: usize>(rivals: &mut RivalState<B>, m: &LabMonth<B>, t: usize) {
    if let Some(raised) = rivals.raised.get_mut(t % RING) {
        raised.add(|i| m.ipo[i] + m.round[i]);
    }
}

/// After all labs have settled: who gains the customers of those that default, and to whom capacity can be relet.
#[inline(always)]
pub fn settle<const B: usize>(p: &Parameters, block: &mut Block<B>, work: &mut Workspace<B>, t: usize) {
    let Some(rivals) = &p.rivals else { return };
    if rivals.inherit > 0.0 {
        inherit(rivals.inherit, block, work, t);
    }
    if rivals.relet_alone < 1.0 {
        find_tenants(p, rivals.relet_alone, block, work, t);
    }
}

/// Section 2: the customers of the labs that default this month, and those that come next month.
#[inline(always)]
fn inherit<const B: usize>(part: f64, block: &mut Block<B>, work: &mut Workspace<B>, t: usize) {
    let (mut lost, mut stays) = (Lanes::<B>::default(), Lanes::<B>::default());
    for (state, m) in block.labs.iter().zip(&work.labs) {
        lost.add(|i| m.default_flag[i] * m.revenue_rate[i]);
        stays.add(|i| state.alive[i] * m.revenue_rate[i]);
    }
    let gain = if lost.any() { lanes!(i => gain(part, lost[i], stays[i])) } else { Lanes::default() };
    for ((state, m), inherited) in block.labs.iter().zip(&mut work.labs).zip(&mut block.rivals.inherited) {
        m.inherited.set(|i| state.alive[i] * gain[i]);
        inherited[t % RING] = m.inherited;
        let all = sum(&*inherited);
        m.customers.set(|i| all[i] / YEAR);
    }
}

/// Section 2: the log by which revenue rises where a `part` of what is `lost` goes to those with revenue of `stays`,
/// dollars a year.
#[inline(always)]
fn gain(part: f64, lost: f64, stays: f64) -> f64 {
    select(stays > 0.0, ln(1.0 + part * lost / stays), 0.0)
}

/// 8.2: the factor on `relet` for who is left among each lab's rivals.
#[inline(always)]
fn find_tenants<const B: usize>(p: &Parameters, alone: f64, block: &Block<B>, work: &mut Workspace<B>, t: usize) {
    for (l, m) in work.labs.iter_mut().enumerate() {
        let (mut here, mut all) = (Lanes::<B>::default(), 0.0);
        for (lab, state) in p.labs.iter().zip(&block.labs).enumerate().filter(|(k, _)| *k != l).map(|(_, rival)| rival)
        {
            here.add(|i| state.alive[i] * lab.part_of_demand[t]);
            all += lab.part_of_demand[t];
        }
        m.relet_factor.set(|i| relet_factor(alone, here[i], all));
    }
}

/// 8.2: what is left of `relet` where `here` of `all` the planned compute of the rivals is left; all of it where they
/// plan none.
#[inline(always)]
fn relet_factor(alone: f64, here: f64, all: f64) -> f64 {
    select(all > 0.0, alone + (1.0 - alone) * here / all, 1.0)
}

/// Section 2: what demand, shares and customers add to each `X` in the step from month `t`.
#[inline(always)]
pub fn stir<const B: usize>(p: &Parameters, work: &mut Workspace<B>, t: usize, draws: &Innovations<B>) {
    let Some(rivals) = &p.rivals else { return };
    let mut common = Lanes::<B>::default();
    if let Some((sigma, shock)) = rivals.demand {
        let z = draws.normal(shock);
        common.set(|i| sigma * DT.sqrt() * z[i] - convexity(sigma, 1.0));
    }
    for m in &mut work.labs {
        m.rivalry.set(|i| common[i] + m.customers[i]);
    }
    if rivals.share_volatility > 0.0 || rivals.has_wins {
        compete(p, rivals, work, t, draws);
    }
}

/// Section 2: what labs win from one another, by chance and by dated events.
#[inline(always)]
fn compete<const B: usize>(p: &Parameters, rivals: &Rivals, work: &mut Workspace<B>, t: usize, draws: &Innovations<B>) {
    let sigma = rivals.share_volatility;
    let mut planned = Lanes::<B>::default();
    for (lab, m) in p.labs.iter().zip(&work.labs) {
        planned.add(|i| m.alive[i] * lab.target[t]);
    }
    let (mut mean, mut squares) = (Lanes::<B>::default(), Lanes::<B>::default());
    for (l, (lab, m)) in p.labs.iter().zip(&mut work.labs).enumerate() {
        m.weight.set(|i| part(m.alive[i] * lab.target[t], planned[i]));
        m.own_share.set(|i| m.won[i]);
        if let Some(shock) = rivals.shares.get(l) {
            let z = draws.normal(*shock);
            m.own_share.add(|i| sigma * DT.sqrt() * z[i]);
        }
        for i in 0..B {
            mean[i] += m.weight[i] * m.own_share[i];
            squares[i] += m.weight[i] * m.weight[i];
        }
    }
    for m in &mut work.labs {
        m.rivalry.add(|i| {
            let variance = 1.0 - 2.0 * m.weight[i] + squares[i];
            m.own_share[i] - mean[i] - convexity(sigma, variance)
        });
    }
}

/// What part of `all` this is; 0 of nothing.
#[inline(always)]
fn part(of: f64, all: f64) -> f64 {
    select(all > 0.0, of / all, 0.0)
}

/// Section 2: half the variance of a month's step by a shock of this variance, which comes off it so that no mean moves.
/// `sigma` per square root of a year.
#[inline(always)]
fn convexity(sigma: f64, variance: f64) -> f64 {
    0.5 * sigma * sigma * DT * variance
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{World, assert_close, by_month, world};
    use super::*;

    /// A volatility of a tenth a month: `0.1 sqrt(12)` a year; half its variance is 0.005.
    const TENTH: f64 = 0.346_410_161_513_775_4;

    const OFF: Rivals = Rivals {
        demand: None,
        share_volatility: 0.0,
        shares: Vec::new(),
        has_wins: false,
        inherit: 0.0,
        relet_alone: 1.0,
    };

    /// Labs with these planned revenues, dollars a year.
    fn labs(targets: &[f64], change: impl FnOnce(&mut Parameters)) -> World {
        let mut all = world(|p| {
            let lab = p.labs[0].clone();
            let of_target = |target: &f64| {
                let mut lab = lab.clone();
                lab.target = by_month(*target);
                lab.part_of_demand = by_month(target / targets.iter().sum::<f64>());
                lab
            };
            p.labs = targets.iter().map(of_target).collect();
            change(p);
        });
        for m in &mut all.work.labs {
            m.alive = Lanes([1.0]);
        }
        all
    }

    #[test]
    fn a_purse_holds_what_was_not_raised_in_twelve_months() {
        assert_close(left(100.0, 30.0), 70.0);
        assert_close(left(100.0, 100.0), 0.0);
        assert_close(left(20.0, 30.0), 0.0);
    }

    #[test]
    fn what_any_lab_raises_is_gone_for_twelve_months() {
        // Of 120 a year two labs raise 40 and 10 in month 0 and 30 in month 1; month 0 is forgotten in month 12. In a
        // freeze a quarter is supplied, of which nothing is left.
        let World { p, mut block, mut work, .. } = labs(&[1.0, 1.0], |p| {
            p.market.supply = Some(by_month(120.0));
            (p.market.one_purse, p.market.frozen_supply) = (true, 0.25);
        });
        let purse_of = |block: &Block<1>, t| purse(&p, &block.rivals, &block.market, t).unwrap()[0];
        let sold = [(0, 0.0, 40.0, 80.0), (0, 0.0, 10.0, 70.0), (1, 30.0, 0.0, 40.0)];
        begin(&mut block.rivals, 0);
        assert_close(purse_of(&block, 0), 120.0);
        for (t, ipo, round, left) in sold {
            (work.labs[0].ipo, work.labs[0].round) = (Lanes([ipo]), Lanes([round]));
            raise(&mut block.rivals, &work.labs[0], t);
            assert_close(purse_of(&block, t), left);
        }
        block.market.open = Lanes([0.0]);
        assert_close(purse_of(&block, 2), 0.0);
        block.market.open = Lanes([1.0]);
        (2..=12).for_each(|t| begin(&mut block.rivals, t));
        assert_close(purse_of(&block, 12), 90.0);
    }

    #[test]
    fn customers_of_a_leaver_go_to_the_others_in_part() {
        // Half of 30 beside 60: revenue rises by a quarter; nobody is left to gain; all of 30 beside 30.
        assert_close(gain(0.5, 30.0, 60.0), 1.25_f64.ln());
        assert_close(gain(0.5, 30.0, 0.0), 0.0);
        assert_close(gain(1.0, 30.0, 30.0), 2.0_f64.ln());
    }

    #[test]
    fn inherited_customers_come_in_twelve_months() {
        // The first of three labs defaults in month 3: half of its 40 beside 50 and 30, ln 1.25 in twelve steps. The third
        // defaults in month 5, at 32: half of it beside the 50 of the second.
        let World { p, mut block, mut work, .. } =
            labs(&[40.0, 50.0, 30.0], |p| p.rivals = Some(Rivals { inherit: 0.5, ..OFF }));
        let mut total = [0.0; 3];
        for t in 0..24 {
            for (m, rate) in work.labs.iter_mut().zip([40.0, 50.0, if t == 5 { 32.0 } else { 30.0 }]) {
                (m.revenue_rate, m.default_flag) = (Lanes([rate]), Lanes([0.0]));
            }
            for (lab, month) in [(0, 3), (2, 5)] {
                if t == month {
                    work.labs[lab].default_flag = Lanes([1.0]);
                    block.labs[lab].alive = Lanes([0.0]);
                }
            }
            settle(&p, &mut block, &mut work, t);
            for (sum, m) in total.iter_mut().zip(&work.labs) {
                *sum += m.customers[0];
            }
            let (first, second) = (f64::ln(1.25) / 12.0, f64::ln(1.32) / 12.0);
            let expected = match t {
                3..5 => first,
                5..15 => first + second,
                15..17 => second,
                _ => 0.0,
            };
            assert_close(work.labs[1].customers[0], expected);
        }
        for (found, expected) in total.into_iter().zip([0.0, f64::ln(1.25) + f64::ln(1.32), f64::ln(1.25)]) {
            assert_close(found, expected);
        }
    }

    #[test]
    fn capacity_is_relet_to_the_rivals_that_are_left() {
        // A fifth of `relet` alone, all of it beside all rivals, in between in proportion.
        for (here, all, factor) in [(0.0, 0.6, 0.2), (0.6, 0.6, 1.0), (0.3, 0.6, 0.6), (0.0, 0.0, 1.0)] {
            assert_close(relet_factor(0.2, here, all), factor);
        }
        // Plans of 20, 30 and 50, the third gone: the first has 30 of 80 left, the third all of 50.
        let World { p, mut block, mut work, .. } =
            labs(&[20.0, 30.0, 50.0], |p| p.rivals = Some(Rivals { relet_alone: 0.2, ..OFF }));
        block.labs[2].alive = Lanes([0.0]);
        settle(&p, &mut block, &mut work, 0);
        for (m, factor) in work.labs.iter().zip([0.5, 0.2 + 0.8 * 2.0 / 7.0, 1.0]) {
            assert_close(m.relet_factor[0], factor);
        }
    }

    #[test]
    fn half_the_variance_of_a_month_comes_off() {
        assert_close(convexity(TENTH, 1.0), 0.005);
        assert_close(convexity(TENTH, 0.5), 0.0025);
        assert_close(convexity(TENTH, 0.0), 0.0);
    }

    #[test]
    fn demand_moves_all_labs_alike() {
        let World { p, mut work, mut draws, .. } = labs(&[1.0, 3.0], |p| {
            let shock = p.slots.normal("demand");
            p.rivals = Some(Rivals { demand: Some((TENTH, shock)), ..OFF });
        });
        draws.normals.last_mut().unwrap()[0] = 2.0;
        work.labs[1].customers = Lanes([0.01]);
        stir(&p, &mut work, 0, &draws);
        assert_close(work.labs[0].rivalry[0], 0.195);
        assert_close(work.labs[1].rivalry[0], 0.205);
    }

    #[test]
    fn what_one_lab_wins_the_others_lose() {
        // Weights 1/4 and 3/4, shocks 2 and -1: the mean is -1/4, the squares 10/16. To the first 0.1 * 2.25 less 0.005
        // times 1 - 1/2 + 5/8, to the second 0.1 * -0.75 less 0.005 times 1 - 3/2 + 5/8. Alone, nothing.
        for (alive, first, second) in [(1.0, 0.219_375, -0.075_625), (0.0, 0.29, 0.0)] {
            let World { p, mut work, mut draws, .. } = labs(&[1.0, 3.0], |p| {
                let shares = ["share.acme", "share.nova"].map(|name| p.slots.normal(name)).to_vec();
                p.rivals = Some(Rivals { share_volatility: TENTH, shares, ..OFF });
            });
            let drawn = draws.normals.len();
            (draws.normals[drawn - 2], draws.normals[drawn - 1]) = (Lanes([2.0]), Lanes([-1.0]));
            work.labs[0].alive = Lanes([alive]);
            stir(&p, &mut work, 0, &draws);
            assert_close(work.labs[0].rivalry[0], first);
            assert_close(work.labs[1].rivalry[0], second);
        }
    }
    #[test]
    fn a_dated_win_is_a_share_shock_without_chance() {
        // 0.2 of which the first, a quarter of the plans, keeps three quarters; the other loses a quarter of it.
        let World { p, mut work, draws, .. } = labs(&[1.0, 3.0], |p| p.rivals = Some(Rivals { has_wins: true, ..OFF }));
        work.labs[0].won = Lanes([0.2]);
        stir(&p, &mut work, 0, &draws);
        assert_close(work.labs[0].rivalry[0], 0.15);
        assert_close(work.labs[1].rivalry[0], -0.05);
    }

    #[test]
    fn a_part_is_that_of_all_and_of_nothing_none() {
        for (of, all, expected) in [(1.0, 4.0, 0.25), (3.0, 3.0, 1.0), (0.0, 0.0, 0.0)] {
            assert_close(part(of, all), expected);
        }
    }
}
