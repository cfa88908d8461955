//! Entities' books: contracts, stakes, losses, worth and default (docs/model.md, sections 8.1 and 8.2).

use crate::engine::Innovations;
use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::{exp, ln, max, min};

use super::constants::DT;
use super::contract::{Contract, Pricing};
use super::operations::keep;
use super::parameters::{Balance, Lab, Parameters, Stress, Treasury};
use super::state::{Block, ContractState, EntityState, LabState, is_first, note};
use super::treasury::{Test, settle};
use super::workspace::{ContractMonth, LabMonth, Workspace};

/// Month 0: core assets are total assets less stakes, loans and contracts, valued at the end of the month without a cut
/// (section 8.1).
#[inline(always)]
pub fn begin<const B: usize>(p: &Parameters, block: &mut Block<B>, work: &Workspace<B>) {
    for (e, entity) in p.entities.iter().enumerate() {
        let assets = entity.balance.map_or(0.0, |balance| balance.assets);
        block.entities[e].core_start = Lanes::splat(assets);
    }
    for ((lab, state), m) in p.labs.iter().zip(&block.labs).zip(&work.labs) {
        for (contract, standing) in lab.contracts.iter().zip(&state.contracts) {
            let (delay, binding) = (contract.shift(&standing.delay), &standing.in_force);
            let present = contract.tables.at(&contract.tables.present, 0, delay);
            let debt = contract.tables.at(&contract.tables.build_debt, 0, delay);
            let before = contract.tables.at(&contract.tables.build_debt, -1, delay);
            let provider = &mut block.entities[contract.provider];
            provider.core_start.add(|i| (debt[i] - present[i]) * binding[i]);
            provider.build_debt.add(|i| before[i] * binding[i]);
        }
        for facility in &lab.facilities {
            if let Some(lender) = facility.lender {
                block.entities[lender].core_start.add(|_| -facility.drawn);
            }
        }
        for (entity, stake) in block.entities.iter_mut().zip(&lab.stakes) {
            entity.core_start.add(|i| -stake * m.value[i]);
        }
    }
}

/// Start of a month: the share of its agreed funding that an investor under stress still provides (section 5.1).
#[inline(always)]
pub fn give<const B: usize>(p: &Parameters, entities: &mut [EntityState<B>], t: usize) {
    for (entity, state) in p.entities.iter().zip(entities) {
        if let Some(stress) = entity.balance.and_then(|balance| balance.stress) {
            let trend = exp(stress.trend * t as f64 * DT);
            let opening_debt = entity.treasury.as_ref().map_or(0.0, |treasury| treasury.debt);
            let borrowed = lanes!(i => state.funds.debt[i] - opening_debt);
            let core = lanes!(i => state.growth[i] * (1.0 - state.funds.sold[i]));
            state.gives.set(|i| given(&stress, core[i] / trend, borrowed[i], state.worth[i]));
        }
    }
}

/// 5.1: that share, from core assets over their trend (`assets`), and from debt added since the start and worth (dollars).
#[inline(always)]
fn given(stress: &Stress, assets: f64, borrowed: f64, worth: f64) -> f64 {
    let affordable = flag(stress.debt + borrowed <= stress.max_ltv * (worth + borrowed));
    affordable * exp(stress.elasticity * min(ln(assets), 0.0))
}

/// The regime and prices of a month.
#[derive(Clone, Copy, Debug)]
pub(super) struct Month<'a, const B: usize> {
    pub(super) spot: &'a [Lanes<B>],
    pub(super) open: &'a Lanes<B>,
    pub(super) t: usize,
}

/// End of a month: margins, capital, losses and worth; an entity below its barrier defaults.
#[inline(always)]
pub fn close<const B: usize>(p: &Parameters, block: &mut Block<B>, work: &mut Workspace<B>, t: usize) {
    let carried = exp(p.discount_rate * DT);
    for (entity, known) in block.entities.iter_mut().zip(&p.entities) {
        if known.treasury.is_some() {
            entity.opening_account.set(|i| entity.account[i] * carried);
            entity.paper = Lanes::splat(0.0);
        }
        for i in 0..B {
            let owed = entity.build_debt[i] * carried;
            entity.account[i] = entity.account[i] * carried - owed;
            entity.capital_repaid[i] += owed;
        }
        entity.contracts_net = Lanes::splat(0.0);
        entity.stake_mark = Lanes::splat(0.0);
        entity.build_debt = Lanes::splat(0.0);
    }
    let market = Month { spot: &block.spot, open: &work.open, t };
    for ((lab, state), m) in p.labs.iter().zip(&mut block.labs).zip(&mut work.labs) {
        contracts(p, lab, state, m, market, &mut block.entities);
        claims(lab, state, m, &mut block.entities);
    }
    let credit = (&block.market.credit_open, carried);
    for (entity, state) in p.entities.iter().zip(&mut block.entities) {
        if let Some(balance) = &entity.balance {
            test(balance, entity.treasury.as_ref(), state, credit, t);
        }
    }
}

/// 8.1: the worth of an entity and, with a treasury, its cash; it defaults for want of either.
#[inline(always)]
fn test<const B: usize>(
    balance: &Balance,
    treasury: Option<&Treasury>,
    state: &mut EntityState<B>,
    credit: (&Lanes<B>, f64),
    t: usize,
) {
    let Some(treasury) = treasury else {
        state.worth.set(|i| {
            let core = state.core_start[i] * state.growth[i];
            core + state.account[i] + state.contracts_net[i] + state.stake_mark[i]
        });
        state.alive.update(|i, alive| alive * flag(state.worth[i] >= balance.barrier));
        note(&mut state.default, t, |i| state.worth[i] < balance.barrier);
        note(&mut state.default_alone, t, |i| balance.assets * state.growth[i] < balance.barrier);
        return;
    };
    let Test { short, alone } = settle(treasury, balance, state, credit, t);
    let fails = lanes!(i => max(short[i], flag(state.worth[i] < balance.barrier)));
    state.alive.update(|i, alive| alive * (1.0 - fails[i]));
    note(&mut state.illiquid, t, |i| short[i] > 0.0);
    note(&mut state.default, t, |i| fails[i] > 0.0);
    note(&mut state.default_alone, t, |i| alone.short[i] > 0.0 || alone.worth[i] < balance.barrier);
}

/// The contracts of a provider that has defaulted in month `t` run on only in part (section 8.1); what is not yet built of
/// the rest is never spent.
#[inline(always)]
pub fn stop<const B: usize>(p: &Parameters, block: &mut Block<B>, t: usize) {
    for (lab, state) in p.labs.iter().zip(&mut block.labs) {
        let (alive, kept, restructured) = (&state.alive, &state.kept, &state.restructured);
        let stopping = lab.contracts.iter().zip(&mut state.contracts).filter(|(contract, _)| contract.step_in < 1.0);
        for (contract, standing) in stopping {
            let provider = &mut block.entities[contract.provider];
            let fails = is_first(&provider.default, t);
            if !fails.any() {
                continue;
            }
            let delay = contract.shift(&standing.delay).copied();
            let built = contract.tables.at(&contract.tables.built, t as i32, delay.as_ref());
            let debt = contract.tables.at(&contract.tables.build_debt, t as i32, delay.as_ref());
            let stops = lanes!(i => fails[i] * (1.0 - contract.step_in) * standing.in_force[i]);
            let unbuilt = lanes!(i => {
                alive[i] * keep(contract.firm, kept[i], restructured[i]) * stops[i] * (1.0 - built[i])
            });
            standing.in_force.add(|i| -stops[i]);
            standing.build_kept.add(|i| -unbuilt[i]);
            provider.build_debt.add(|i| -debt[i] * unbuilt[i]);
        }
    }
}

/// Enters a lab's contracts in its providers' books: margin, capital, cuts and reletting.
#[inline(always)]
fn contracts<const B: usize>(
    p: &Parameters,
    lab: &Lab,
    state: &mut LabState<B>,
    m: &mut LabMonth<B>,
    market: Month<'_, B>,
    entities: &mut [EntityState<B>],
) {
    let (alive, kept, restructured) = (&state.alive, &state.kept, &state.restructured);
    for ((contract, c), standing) in lab.contracts.iter().zip(&mut m.contracts).zip(&state.contracts) {
        let binding = &standing.in_force;
        c.cut.set(|i| {
            m.alive[i] * (c.keep[i] - alive[i] * (keep(contract.firm, kept[i], restructured[i]) * binding[i]))
        });
    }
    let released = released(&m.contracts);
    let t = market.t as i32;
    for ((contract, c), standing) in lab.contracts.iter().zip(&m.contracts).zip(&mut state.contracts) {
        let tables = &contract.tables;
        let delay = contract.shift(&standing.delay);
        let present = tables.at(&tables.present, t, delay);
        let debt = tables.at(&tables.build_debt, t, delay);
        let provider = &mut entities[contract.provider];
        let kept = &mut standing.build_kept;
        let mut owed = lanes!(i => debt[i] * kept[i]);
        let mut unspent = None;
        if p.entities[contract.provider].treasury.is_some() && standing.relet.any() {
            // Its value entered the account at the cut; the cash comes now.
            let minimum = tables.at(&tables.minimum, t, delay);
            provider.paper.add(|i| -contract.margin * minimum[i] * standing.relet[i]);
        }
        if c.cut.any() {
            let built = tables.at(&tables.built, t, delay);
            kept.update(|i, kept| kept - c.cut[i] * (1.0 - built[i]));
            let fall = lanes!(i => present[i] * c.cut[i]);
            let relet = relet(p, contract, standing, (&m.relet_factor, &released), market);
            book_relet(provider, &fall, &relet);
            standing.relet.add(|i| relet[i] * c.cut[i]);
            unspent = Some(lanes!(i => contract.unspent(c.cut[i], built[i])));
        }
        let left = lanes!(i => debt[i] * standing.build_kept[i]);
        let worth = lanes!(i => present[i] * (c.keep[i] * m.alive[i] - c.cut[i]));
        if t > 0 && contract.hinge.is_some() {
            owed.update(|i, owed| owed * (1.0 - c.signed[i]));
        }
        enter(provider, contract.margin * DT, &c.minimum, (&owed, &left), &worth);
        if let Some(unspent) = unspent {
            lose_orders(contract, &unspent, entities);
        }
    }
}

/// 8.2: what others lose on the capital of a contract that stays unspent (dollars).
#[inline(always)]
fn lose_orders<const B: usize>(contract: &Contract, unspent: &Lanes<B>, entities: &mut [EntityState<B>]) {
    for &(supplier, margin) in &contract.orders {
        let entity = &mut entities[supplier];
        entity.account.add(|i| -margin * unspent[i]);
        entity.paper.add(|i| -margin * unspent[i]);
        entity.loss.add(|i| margin * unspent[i]);
    }
}

/// Enters a contract's month in its provider's books: `margin` for each dollar a year of the minimum payment, the capital
/// debt before a cut (`owed`; 0 for a contract signed this month) and after it (`left`), and the present value of later
/// margins (`worth`), dollars.
#[inline(always)]
fn enter<const B: usize>(
    provider: &mut EntityState<B>,
    margin: f64,
    minimum: &Lanes<B>,
    (owed, left): (&Lanes<B>, &Lanes<B>),
    worth: &Lanes<B>,
) {
    for i in 0..B {
        let received = margin * minimum[i];
        provider.account[i] += received + owed[i];
        provider.margin_received[i] += received;
        provider.capital_repaid[i] -= owed[i];
        provider.build_debt[i] += left[i];
        provider.contracts_net[i] += worth[i] - left[i];
    }
}

/// 8.2: contract rates released by this month's cuts, dollars a year.
#[inline(always)]
fn released<const B: usize>(contracts: &[ContractMonth<B>]) -> Lanes<B> {
    let mut released = Lanes::<B>::default();
    for c in contracts {
        if c.cut.any() {
            released.add(|i| released_rate(c.rate[i], c.keep[i], c.cut[i]));
        }
    }
    released
}

/// 8.2: what a cut releases of a contract's rate, dollars a year, by the parts that were kept and that are cut.
#[inline(always)]
pub(super) fn released_rate(rate: f64, keep: f64, cut: f64) -> f64 {
    select(keep > 0.0, rate * cut / keep, 0.0)
}

/// 8.2: what the market offers for the units of a contract and what that pays for them: prices in dollars a unit, where
/// hardware ages their values over the rest of the term.
#[inline(always)]
fn prices<const B: usize>(
    p: &Parameters,
    contract: &Contract,
    standing: &ContractState<B>,
    market: Month<'_, B>,
) -> (Lanes<B>, Lanes<B>) {
    let spot = market.spot[contract.family];
    let planned = Lanes::splat(p.families[contract.family].plan_price[market.t]);
    let Some(rents) = &contract.tables.rents else { return (spot, planned) };
    let delay = contract.shift(&standing.delay);
    let [open, frozen] = [&rents.open, &rents.frozen].map(|rent| contract.tables.at(rent, market.t as i32, delay));
    let paid = match contract.price {
        Pricing::Plan => planned,
        Pricing::Indexed => spot,
        Pricing::Locked => standing.locked,
    };
    (lanes!(i => spot[i] * select(market.open[i] > 0.0, open[i], frozen[i])), paid)
}

/// 8.2: the share of a contract's released units that is relet. `tenants` is the factor for who is left, and `released` are
/// the contract rates released at once, dollars a year.
#[inline(always)]
pub(super) fn relet<const B: usize>(
    p: &Parameters,
    contract: &Contract,
    standing: &ContractState<B>,
    (tenants, released): (&Lanes<B>, &Lanes<B>),
    market: Month<'_, B>,
) -> Lanes<B> {
    let (offered, paid) = prices(p, contract, standing, market);
    lanes!(i => contract.relet.times(tenants[i]).kept(offered[i], paid[i], released[i], market.open[i]))
}

/// 8.2: books a fall of `W` (dollars): the share that is relet to the account, the rest as a loss.
#[inline(always)]
fn book_relet<const B: usize>(provider: &mut EntityState<B>, fall: &Lanes<B>, relet: &Lanes<B>) {
    provider.account.add(|i| relet[i] * fall[i]);
    provider.paper.add(|i| relet[i] * fall[i]);
    provider.loss.add(|i| (1.0 - relet[i]) * fall[i]);
}

/// Enters the money given to a lab, credit losses, and the value of the stakes in it.
#[inline(always)]
fn claims<const B: usize>(lab: &Lab, state: &LabState<B>, m: &LabMonth<B>, entities: &mut [EntityState<B>]) {
    loans(lab, state, m, entities);
    let defaults = m.default_flag.any();
    for (e, ((entity, party), flows)) in entities.iter_mut().zip(&state.parties).zip(&m.parties).enumerate() {
        if lab.gives[e] {
            let given = lanes!(i => flows.given[i] + flows.credits_given[i]);
            entity.account.add(|i| -given[i]);
            entity.invested.add(|i| given[i]);
        }
        if party.stake.any() {
            entity.stake_mark.add(|i| state.alive[i] * party.stake[i] * m.share_price[i]);
        }
        if flows.credit_loss.any() {
            entity.account.add(|i| -flows.credit_loss[i]);
            entity.loss.add(|i| flows.credit_loss[i]);
        }
        if defaults {
            entity.basis_lost.add(|i| m.default_flag[i] * (lab.invested[e] + party.given[i] - party.rebated[i]));
        }
    }
    for (warrant, brought) in lab.warrants.iter().zip(&m.warrant) {
        // New shares of the vendor: its owners pay, and the firm as a whole is worth what it was.
        entities[warrant.giver].account.add(|i| brought[i]);
    }
}

/// Loans are assets at par. Draws leave the lender's account; interest, principal and the balance at a default enter it (the
/// loss of that balance is a credit loss).
#[inline(always)]
fn loans<const B: usize>(lab: &Lab, state: &LabState<B>, m: &LabMonth<B>, entities: &mut [EntityState<B>]) {
    for (f, facility) in lab.facilities.iter().enumerate() {
        let Some(lender) = facility.lender else { continue };
        let (entity, flows) = (&mut entities[lender], &m.parties[lender]);
        // Flows are by lender: with its first facility all are booked.
        if lab.facilities[..f].iter().all(|other| other.lender != Some(lender)) {
            entity.account.add(|i| flows.served[i] + flows.ended[i] - flows.lent[i]);
        }
        entity.contracts_net.add(|i| state.balances[f][i]);
    }
}

/// Steps core assets after the market has moved; at a burst they fall by `burst_beta` times its fall, in logs.
#[inline(always)]
pub fn grow<const B: usize>(p: &Parameters, block: &mut Block<B>, fall: &Lanes<B>, draws: &Innovations<B>) {
    for (entity, state) in p.entities.iter().zip(&mut block.entities) {
        if let Some(balance) = &entity.balance {
            let z = draws.normal(balance.growth.shock);
            state.growth.update(|i, growth| balance.growth.step(growth, z[i], balance.burst_beta * fall[i]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{
        HALVES_IN_A_MONTH, World, assert_close, balance, contract, dollar_a_month, line_of_credit, world,
    };
    use super::super::contract::{Hinge, Relet, Rents, Terms};
    use super::super::parameters::Facility;
    use super::super::plant::Plant;
    use super::*;

    #[test]
    fn a_giver_gives_less_when_its_assets_fall_and_nothing_beyond_its_ceiling() {
        // A quarter less at elasticity 2: 0.75^2; assets above their trend do not add; 35 of debt on 100 is the ceiling.
        let stress = Stress { elasticity: 2.0, trend: 0.0, max_ltv: 0.35, debt: 35.0 };
        assert_close(given(&stress, 0.75, 0.0, 100.0), 0.5625);
        assert_close(given(&stress, 1.5, 0.0, 100.0), 1.0);
        assert_close(given(&stress, 1.5, 0.0, 99.0), 0.0);
        // 10 more on both sides: 45 of 110.
        assert_close(given(&stress, 1.5, 10.0, 100.0), 0.0);
        assert_close(given(&Stress { elasticity: 0.0, max_ltv: f64::INFINITY, ..stress }, 0.1, 0.0, 1.0), 1.0);
    }

    #[test]
    fn what_a_cut_releases_is_its_part_of_this_month_s_rate() {
        // A fifth of the whole is cut where four fifths stood: a quarter of the 10 a year. The second has not begun,
        // the third stood at one half and goes entirely.
        let contract = |rate, keep, cut| ContractMonth::<1> {
            rate: Lanes([rate]),
            keep: Lanes([keep]),
            cut: Lanes([cut]),
            ..ContractMonth::default()
        };
        let contracts = [contract(10.0, 0.8, 0.2), contract(0.0, 1.0, 0.2), contract(3.0, 0.5, 0.5)];
        for (count, expected) in [(1, 2.5), (2, 2.5), (3, 5.5)] {
            assert_close(released(&contracts[..count])[0], expected);
        }
        for (rate, keep, cut, expected) in [(10.0, 0.8, 0.2, 2.5), (3.0, 0.5, 0.5, 3.0), (10.0, 0.0, 0.2, 0.0)] {
            assert_close(released_rate(rate, keep, cut), expected);
        }
    }

    #[test]
    fn the_market_offers_its_price_and_where_hardware_ages_the_value_of_its_rent() {
        // Spot 3, plan 2. A unit's rent is worth half of a new one's, in a freeze a quarter, against what the contract pays.
        let ageless =
            Plant { life: 5.0, ageing: 0.0, vacancy: 0.0, vacancy_frozen: 0.0, decline: 0.0, own_decline: 0.0 };
        for (ages, price, open, offered, paid) in [
            (false, Pricing::Locked, 1.0, 3.0, 2.0),
            (true, Pricing::Locked, 1.0, 1.5, 4.0),
            (true, Pricing::Plan, 0.0, 0.75, 2.0),
            (true, Pricing::Indexed, 1.0, 1.5, 3.0),
        ] {
            let World { p, mut block, .. } = world(|p| {
                p.families[0].plan_price.fill(2.0);
                let mut contract = Contract { price, ..contract(&dollar_a_month()) };
                let all = |rent: f64| vec![rent; contract.tables.rate.len()].into();
                let rents = Rents { plant: ageless, ages: Vec::new().into(), open: all(0.5), frozen: all(0.25) };
                contract.tables.rents = ages.then_some(rents);
                p.labs[0].contracts = vec![contract];
            });
            let standing = &mut block.labs[0].contracts[0];
            standing.locked = Lanes([4.0]);
            let market = Month { spot: &[Lanes([3.0])], open: &Lanes([open]), t: 5 };
            let found = prices(&p, &p.labs[0].contracts[0], standing, market);
            assert_close(found.0[0], offered);
            assert_close(found.1[0], paid);
        }
    }

    /// The cloud with core assets of 5 and this barrier; a discount of one half a month, so that money doubles in one.
    fn cloud(barrier: f64) -> World {
        let mut all = world(|p| {
            p.discount_rate = HALVES_IN_A_MONTH;
            p.entities[0].balance = Some(balance(&mut p.slots, 5.0, barrier));
        });
        all.block.entities[0].core_start = Lanes([5.0]);
        all
    }

    #[test]
    fn the_worth_of_an_entity_is_core_assets_its_account_contracts_and_stakes() {
        // The account: 10 doubled, less a debt of 4 doubled. Core assets of 5 that have doubled; a quarter of a share of
        // 8; 1.5 given this month.
        for (growth, stake, given, worth) in [(1.0, 0.0, 0.0, 17.0), (2.0, 0.25, 0.0, 24.0), (2.0, 0.25, 1.5, 22.5)] {
            let World { p, mut block, mut work, .. } = cloud(0.0);
            let state = &mut block.entities[0];
            (state.account, state.build_debt, state.growth) = (Lanes([10.0]), Lanes([4.0]), Lanes([growth]));
            block.labs[0].parties[0].stake = Lanes([stake]);
            work.labs[0].share_price = Lanes([8.0]);
            work.labs[0].parties[0].given = Lanes([given]);
            close(&p, &mut block, &mut work, 0);
            assert_close(block.entities[0].worth[0], worth);
            assert_close(block.entities[0].account[0], 12.0 - given);
            assert_close(block.entities[0].capital_repaid[0], 8.0);
            assert_close(block.entities[0].invested[0], given);
        }
    }

    #[test]
    fn an_entity_defaults_once_its_worth_is_below_its_barrier() {
        // A worth of 5 against barriers below, at and above it.
        for (barrier, alive, month) in [(4.0, 1.0, f64::INFINITY), (5.0, 1.0, f64::INFINITY), (6.0, 0.0, 3.0)] {
            let World { p, mut block, mut work, .. } = cloud(barrier);
            close(&p, &mut block, &mut work, 3);
            let state = &block.entities[0];
            assert_close(state.alive[0], alive);
            assert_eq!([state.default[0], state.default_alone[0]].map(f64::to_bits), [month; 2].map(f64::to_bits));
        }
    }

    #[test]
    fn losses_on_credit_and_on_stakes_are_booked() {
        // A credit loss of 3 leaves 12 - 3; at a default the stake's cost of 2 and the 4 given are gone.
        for (credit_loss, defaults, basis) in [(3.0, 0.0, 0.0), (3.0, 1.0, 6.0), (0.0, 1.0, 6.0)] {
            let World { mut p, mut block, mut work, .. } = cloud(0.0);
            p.labs[0].invested[0] = 2.0;
            block.entities[0].account = Lanes([6.0]);
            block.labs[0].parties[0].given = Lanes([4.0]);
            work.labs[0].parties[0].credit_loss = Lanes([credit_loss]);
            work.labs[0].default_flag = Lanes([defaults]);
            close(&p, &mut block, &mut work, 0);
            let state = &block.entities[0];
            assert_close(state.account[0], 12.0 - credit_loss);
            assert_close(state.loss[0], credit_loss);
            assert_close(state.basis_lost[0], basis);
        }
    }

    #[test]
    fn a_contract_s_month_enters_the_books_of_its_provider() {
        // A margin of 0.1 a month on 20 a year; debt of 5 before a cut and 4 after it; 9 of later margins.
        for (minimum, owed, left, worth) in [(20.0, 5.0, 5.0, 9.0), (20.0, 5.0, 4.0, 9.0), (0.0, 0.0, 0.0, 0.0)] {
            let mut state = cloud(0.0).block.entities.remove(0);
            enter(&mut state, 0.1, &Lanes([minimum]), (&Lanes([owed]), &Lanes([left])), &Lanes([worth]));
            assert_close(state.margin_received[0], 0.1 * minimum);
            assert_close(state.account[0], 0.1 * minimum + owed);
            assert_close(state.build_debt[0], left);
            assert_close(state.contracts_net[0], worth - left);
        }
    }

    #[test]
    fn core_assets_are_all_assets_but_contracts_stakes_and_loans() {
        // 100 less 11.5, one half of the 23 dollars to come; plus 5.75, what is left of 6 of build debt; less a tenth of a
        // value of 80 and a loan of 5. A contract that is not binding counts nothing.
        for (capex, hinge, stake, drawn, core, debt) in [
            (0.0, None, 0.0, 0.0, 88.5, 0.0),
            (0.25, None, 0.0, 0.0, 94.25, 6.0),
            (0.25, None, 0.1, 5.0, 81.25, 6.0),
            (0.25, Some(Hinge::Never), 0.0, 0.0, 100.0, 0.0),
        ] {
            let World { p, mut block, mut work, .. } = world(|p| {
                p.entities[0].balance = Some(balance(&mut p.slots, 100.0, 0.0));
                let lab = &mut p.labs[0];
                lab.contracts = vec![Contract { hinge, ..contract(&Terms { capex, ..dollar_a_month() }) }];
                lab.facilities = vec![Facility { lender: Some(0), drawn, ..line_of_credit(10.0) }];
                lab.stakes[0] = stake;
            });
            work.labs[0].value = Lanes([80.0]);
            begin(&p, &mut block, &work);
            assert_close(block.entities[0].core_start[0], core);
            assert_close(block.entities[0].build_debt[0], debt);
        }
    }

    #[test]
    fn a_giver_is_measured_against_the_trend_of_its_assets() {
        // The trend doubles in a month: assets of 1.5 are three quarters of it after one month; of 1, a quarter after two.
        // A debt of 35 is more than 35 % of a worth of 99.
        for (growth, t, worth, gives) in [(1.5, 1, 100.0, 0.5625), (1.0, 2, 100.0, 0.0625), (1.5, 1, 99.0, 0.0)] {
            let World { p, mut block, .. } = world(|p| {
                let stress = Some(Stress { elasticity: 2.0, trend: HALVES_IN_A_MONTH, max_ltv: 0.35, debt: 35.0 });
                p.entities[0].balance = Some(Balance { stress, ..balance(&mut p.slots, 100.0, 0.0) });
            });
            (block.entities[0].growth, block.entities[0].worth) = (Lanes([growth]), Lanes([worth]));
            give(&p, &mut block.entities, t);
            assert_close(block.entities[0].gives[0], gives);
            assert_close(block.entities[1].gives[0], 1.0);
        }
    }

    /// The cloud after month 0 with a contract on these terms, of whose whole the lab keeps a part; 60 % is relet, half as
    /// much in a frozen market.
    fn after_a_cut(terms: &Terms, kept: f64, price: f64, open: f64) -> EntityState<1> {
        let World { p, mut block, mut work, .. } = world(|p| {
            let relet = Relet { share: 0.6, frozen: 0.5, depth: f64::INFINITY };
            p.labs[0].contracts = vec![Contract { relet, ..contract(terms) }];
        });
        let (state, m) = (&mut block.labs[0], &mut work.labs[0]);
        (state.alive, state.restructured, m.alive) = (Lanes([flag(kept > 0.0)]), Lanes([kept]), Lanes([1.0]));
        let c = &mut m.contracts[0];
        (c.keep, c.rate, c.minimum) = (Lanes([1.0]), Lanes([12.0]), Lanes([12.0]));
        let (spot, open) = ([Lanes([price])], Lanes([open]));
        contracts(&p, &p.labs[0], state, m, Month { spot: &spot, open: &open, t: 0 }, &mut block.entities);
        block.entities.remove(0)
    }

    #[test]
    fn a_provider_relets_a_part_of_what_a_cut_takes_from_later_margins() {
        // Later margins are worth 11.5, and 5.75 of build debt is left. Half is cut: 60 % of 5.75 is relet, 30 % in a
        // freeze; nothing is cut; the lab is gone, and at half the price 30 % of 11.5 is relet. Besides, the account has
        // the month's margin of 0.5 and the 5.75.
        let terms = Terms { capex: 0.25, ..dollar_a_month() };
        for (kept, price, open, account, loss, net) in [
            (0.5, 1.0, 1.0, 3.45 + 6.25, 2.3, 0.0),
            (0.5, 1.0, 0.0, 1.725 + 6.25, 4.025, 0.0),
            (1.0, 1.0, 1.0, 6.25, 0.0, 5.75),
            (0.0, 0.5, 1.0, 3.45 + 6.25, 8.05, -5.75),
        ] {
            let cloud = after_a_cut(&terms, kept, price, open);
            assert_close(cloud.account[0], account);
            assert_close(cloud.loss[0], loss);
            assert_close(cloud.contracts_net[0], net);
        }
    }

    #[test]
    fn the_debt_of_what_is_cut_stays_as_far_as_it_had_been_built() {
        // 6 of capital over the two months before the term: half is cut when all, one half and nothing of it is built.
        for (begin, debt) in [(1, 6.0), (2, 4.5), (3, 3.0)] {
            let terms = Terms { capex: 0.25, lead: 2, begin, ..dollar_a_month() };
            assert_close(after_a_cut(&terms, 0.5, 1.0, 1.0).build_debt[0], debt);
        }
    }

    #[test]
    fn a_loan_leaves_the_account_of_its_lender_and_comes_back_with_interest() {
        // 4 drawn, 1.5 of interest and principal, a balance of 10; a default ends that balance. A second line of the same
        // lender adds its balance of 3 and books no flow twice.
        for (second, ended, account, assets) in
            [(None, 0.0, -2.5, 10.0), (None, 10.0, 7.5, 0.0), (Some(3.0), 0.0, -2.5, 13.0)]
        {
            let line = || Facility { lender: Some(1), ..line_of_credit(20.0) };
            let World { p, mut block, mut work, .. } = world(|p| {
                p.labs[0].facilities = vec![line()];
                p.labs[0].facilities.extend(second.map(|_| line()));
            });
            let (state, flows) = (&mut block.labs[0], &mut work.labs[0].parties[1]);
            state.balances[0] = Lanes([10.0 - ended]);
            if let Some(second) = second {
                state.balances[1] = Lanes([second]);
            }
            (flows.lent, flows.served, flows.ended) = (Lanes([4.0]), Lanes([1.5]), Lanes([ended]));
            loans(&p.labs[0], state, &work.labs[0], &mut block.entities);
            assert_close(block.entities[1].account[0], account);
            assert_close(block.entities[1].contracts_net[0], assets);
        }
    }

    #[test]
    fn core_assets_fall_with_the_market_by_their_beta() {
        // By a half at a beta of one half and a fall of 2 ln 2, by nothing at no beta, and by a quarter of a fall of 4 ln 2.
        let ln_2 = std::f64::consts::LN_2;
        for (burst_beta, fall, left) in [(0.5, 2.0 * ln_2, 0.5), (0.0, 2.0 * ln_2, 1.0), (0.25, 4.0 * ln_2, 0.5)] {
            let World { p, mut block, draws, .. } = world(|p| {
                p.entities[0].balance = Some(Balance { burst_beta, ..balance(&mut p.slots, 5.0, 0.0) });
            });
            grow(&p, &mut block, &Lanes([fall]), &draws);
            assert_close(block.entities[0].growth[0], left);
        }
    }
}
