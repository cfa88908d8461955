//! A lab's month of operations: need, supply, use, invoices, costs, cash flow (docs/model.md, section 3).

use crate::engine::Innovations;
use crate::lanes::{Lanes, flag, lanes, select};
use crate::random::math::{exp, max, min};

use super::beyond_plan::{boom, extra};
use super::constants::DT;
use super::contract::{Contract, Pricing, Workload};
use super::parameters::{Family, Lab, Parameters};
use super::state::{LabState, sum};
use super::workspace::{FamilyMonth, LabMonth, Offer};

/// Prices within this of each other are a tie, which file order decides (dollars per unit).
const TIE: f64 = 1e-12;

/// Operations of one lab in month `t`. `spot` has one price per family, dollars per unit.
#[inline(always)]
pub fn operate<const B: usize>(
    p: &Parameters,
    lab: &Lab,
    state: &mut LabState<B>,
    m: &mut LabMonth<B>,
    spot: &[Lanes<B>],
    t: usize,
    draws: &Innovations<B>,
) {
    need(p, lab, state, m, t);
    supply(p, lab, state, m, spot, t);
    allocate(p, lab, state, m, t);
    invoice(p, lab, m, t);
    account(p, lab, state, m, t, draws);
    take_credits(p, lab, state, m);
}

/// 3.1: need for inference and training, units a year.
#[inline(always)]
fn need<const B: usize>(p: &Parameters, lab: &Lab, state: &LabState<B>, m: &mut LabMonth<B>, t: usize) {
    let unit = p.families[p.reference].plan_price[t];
    let share = lab.inference_share[t] / unit;
    for i in 0..B {
        let intensity = exp(state.intensity[i]);
        m.intensity[i] = intensity;
        m.need_inference[i] = share * m.revenue_rate[i] * intensity;
    }
    let training = lab.training[t] / unit;
    let eta = lab.training_elasticity;
    let cut = lab.austerity.training_cut;
    for i in 0..B {
        let growth = state.training_kept[i] * exp(eta * state.attainment[i]);
        m.training_growth[i] = growth;
        m.planned_training[i] = state.alive[i] * training * growth;
    }
    if lab.booms.is_some() {
        let booms = boom(lab, m, t);
        m.planned_training.update(|i, planned| planned * booms[i]);
    }
    m.need_training.set(|i| m.planned_training[i] * (1.0 - cut * state.austerity[i]));
}

/// 3.2 and 3.3: rate, price and capacity of each contract; price and room of each family.
#[inline(always)]
fn supply<const B: usize>(
    p: &Parameters,
    lab: &Lab,
    state: &LabState<B>,
    m: &mut LabMonth<B>,
    spot: &[Lanes<B>],
    t: usize,
) {
    let (alive, kept, restructured) = (&state.alive, &state.kept, &state.restructured);
    for ((contract, c), standing) in lab.contracts.iter().zip(&mut m.contracts).zip(&state.contracts) {
        let delay = contract.shift(&standing.delay);
        let scheduled = contract.tables.at(&contract.tables.rate, t as i32, delay);
        let ended = contract.tables.at(&contract.tables.ended, t as i32, delay);
        let plan_price = p.families[contract.family].plan_price[t];
        let planned = Lanes::splat(plan_price);
        let agreed = match contract.price {
            Pricing::Plan => &planned,
            Pricing::Indexed => &spot[contract.family],
            Pricing::Locked => &standing.locked,
        };
        let serves = flag(contract.workload != Workload::None);
        for i in 0..B {
            let keep = keep(contract.firm, kept[i], restructured[i]) * standing.in_force[i];
            let rate = alive[i] * scheduled[i] * keep;
            let price = select(ended[i] > 0.0, plan_price, agreed[i]);
            let (paid, capacity) = (contract.take_or_pay * (1.0 - ended[i]), serves * rate / price);
            c.keep[i] = keep;
            c.rate[i] = rate;
            c.price[i] = price;
            c.capacity[i] = capacity;
            c.minimum[i] = paid * rate;
            c.paid[i] = paid * capacity;
            c.paid_left[i] = paid * capacity;
            c.rest_left[i] = capacity - paid * capacity;
        }
    }
    for ((family, f), spot) in p.families.iter().zip(&mut m.families).zip(spot) {
        if family.is_limited {
            let adopted = family.adoption[t];
            f.room.set(|i| adopted * (m.need_inference[i] + m.need_training[i]));
        }
        if !family.on_demand.is_empty() {
            f.price.set(|i| spot[i] * (1.0 + p.on_demand_premium));
            f.used = Lanes::default();
        }
    }
}

/// Section 4: share of a contract's schedule that stands, `r (firm + (1 - firm) n)`.
#[inline(always)]
pub fn keep(firm: f64, kept: f64, restructured: f64) -> f64 {
    restructured * (firm + (1.0 - firm) * kept)
}

/// 3.3 and 3.4: inference, then training, then training for spare cash, each from paid capacity, from the rest of it, and on
/// demand.
#[inline(always)]
fn allocate<const B: usize>(p: &Parameters, lab: &Lab, state: &LabState<B>, m: &mut LabMonth<B>, t: usize) {
    let unit = p.families[p.reference].plan_price[t];
    let capacity = lab.on_demand_capacity[t] / unit;
    let (inference, training) = (capacity * lab.inference_share[t] * lab.target[t], capacity * lab.training[t]);
    let mut on_demand_left = lanes!(i => inference + training * state.training_kept[i]);
    let buys_training = lanes!(i => 1.0 - state.spares_demand[i]);
    let turns = if lab.reinvestment.is_some() { 3 } else { 2 };
    for turn in 0..turns {
        let workload = if turn == 0 { Workload::Inference } else { Workload::Training };
        let mut unmet = match turn {
            0 => m.need_inference,
            1 => m.need_training,
            _ => extra(p, lab, state, m, t),
        };
        if turn == 2 {
            m.extra_training = unmet;
            // On a path that has nothing to spare this turn must take nothing: not even a rounding error.
            on_demand_left.update(|_, left| max(left, 0.0));
        }
        use_paid(p, lab, m, &mut unmet, workload);
        if unmet.any() {
            use_rest(p, lab, m, &mut unmet, workload);
        }
        if capacity > 0.0 && unmet.any() {
            let asked = if workload == Workload::Training { &buys_training } else { &Lanes::splat(1.0) };
            use_on_demand(p, lab, m, asked, (&mut unmet, &mut on_demand_left), t);
        }
        match turn {
            0 => m.unmet_inference = unmet,
            1 => m.unmet_training = unmet,
            _ => m.extra_training.update(|i, spare| spare - unmet[i]),
        }
    }
}

fn serves(contract: &Contract, workload: Workload) -> bool {
    contract.workload == Workload::Any || contract.workload == workload
}

/// 3.3, first: capacity paid in any case, contracts in file order. Only a family with a limit of adoption has a `room`.
#[inline(always)]
fn use_paid<const B: usize>(p: &Parameters, lab: &Lab, m: &mut LabMonth<B>, unmet: &mut Lanes<B>, workload: Workload) {
    for (contract, c) in lab.contracts.iter().zip(&mut m.contracts) {
        if serves(contract, workload) {
            if p.families[contract.family].is_limited {
                let room = &mut m.families[contract.family].room;
                let taken = lanes!(i => min(min(c.paid_left[i], room[i]), unmet[i]));
                room.add(|i| -taken[i]);
                take(&mut c.paid_left, unmet, &taken);
            } else {
                let taken = lanes!(i => min(c.paid_left[i], unmet[i]));
                take(&mut c.paid_left, unmet, &taken);
            }
        }
    }
}

/// Subtracts what is taken from what is left and from what is unmet.
#[inline(always)]
fn take<const B: usize>(left: &mut Lanes<B>, unmet: &mut Lanes<B>, taken: &Lanes<B>) {
    left.add(|i| -taken[i]);
    unmet.add(|i| -taken[i]);
}

/// 3.3, second: the rest of the committed capacity, lowest price first.
#[inline(always)]
fn use_rest<const B: usize>(p: &Parameters, lab: &Lab, m: &mut LabMonth<B>, unmet: &mut Lanes<B>, workload: Workload) {
    let mut count = 0;
    for (k, (contract, c)) in lab.contracts.iter().zip(&m.contracts).enumerate() {
        if serves(contract, workload) && c.rest_left.any() {
            let offer = &mut m.offers[count];
            offer.of = k;
            offer.price = c.price;
            offer.offered = c.rest_left;
            count += 1;
        }
    }
    let offers = &mut m.offers[..count];
    for (j, f) in m.families.iter().enumerate().filter(|&(j, _)| p.families[j].is_limited) {
        limit(offers, |offer| lab.contracts[offer.of].family == j, &f.room);
    }
    take_cheapest(offers, unmet);
    for offer in offers {
        let family = lab.contracts[offer.of].family;
        if p.families[family].is_limited {
            m.families[family].room.add(|i| -offer.taken[i]);
        }
        take(&mut m.contracts[offer.of].rest_left, unmet, &offer.taken);
    }
    unmet.update(|_, left| max(left, 0.0));
}

/// Limits the offers of a family's `own` contracts to its `room`, units a year, cheapest first.
#[inline(always)]
fn limit<const B: usize>(offers: &mut [Offer<B>], own: impl Fn(&Offer<B>) -> bool, room: &Lanes<B>) {
    take_of_many(offers, &own, room);
    for offer in offers.iter_mut().filter(|offer| own(offer)) {
        offer.offered = offer.taken;
    }
}

/// 3.3, third: on demand, cheapest family first, up to what is `left` over all of them, units a year; nothing where the
/// lab does not ask for it (`asked` is 1 or 0).
#[inline(always)]
fn use_on_demand<const B: usize>(
    p: &Parameters,
    lab: &Lab,
    m: &mut LabMonth<B>,
    asked: &Lanes<B>,
    (unmet, left): (&mut Lanes<B>, &mut Lanes<B>),
    t: usize,
) {
    let wanted = lanes!(i => asked[i] * min(unmet[i], left[i]));
    let mut count = 0;
    for (j, (family, f)) in p.families.iter().zip(&m.families).enumerate() {
        if !family.on_demand.is_empty() {
            let offer = &mut m.offers[count];
            offer.of = j;
            offer.price = f.price;
            offer.offered = wanted;
            if family.is_limited {
                offer.offered.set(|i| max(f.room[i], 0.0));
            }
            if !family.on_demand_limits.is_empty() {
                let most = family.on_demand_most(lab.part_of_demand[t], t);
                offer.offered.update(|i, offered| min(offered, max(most / f.price[i] - f.used[i], 0.0)));
            }
            count += 1;
        }
    }
    let offers = &mut m.offers[..count];
    take_cheapest(offers, &wanted);
    for offer in offers {
        let f = &mut m.families[offer.of];
        f.used.add(|i| offer.taken[i]);
        if p.families[offer.of].is_limited {
            f.room.add(|i| -offer.taken[i]);
        }
        take(left, unmet, &offer.taken);
    }
    unmet.update(|_, short| max(short, 0.0));
}

/// Takes `wanted` (units a year) in order of price: each offer supplies what is still wanted after all cheaper ones are
/// exhausted.
///
/// Up to six offers are compared in one pass: their prices on one path fit into registers.
#[inline(always)]
fn take_cheapest<const B: usize>(offers: &mut [Offer<B>], wanted: &Lanes<B>) {
    match offers {
        [] => (),
        [a] => a.taken.set(|i| taken(a.offered[i], wanted[i], 0.0)),
        [a, b] => take_in_order(&mut [a, b], wanted),
        [a, b, c] => take_in_order(&mut [a, b, c], wanted),
        [a, b, c, d] => take_in_order(&mut [a, b, c, d], wanted),
        [a, b, c, d, e] => take_in_order(&mut [a, b, c, d, e], wanted),
        [a, b, c, d, e, f] => take_in_order(&mut [a, b, c, d, e, f], wanted),
        many => take_of_many(many, |_| true, wanted),
    }
}

/// What an offer supplies of the `wanted` amount after all `cheaper` offers, units a year.
#[inline(always)]
fn taken(offered: f64, wanted: f64, cheaper: f64) -> f64 {
    min(offered, max(wanted - cheaper, 0.0))
}

/// Whether an offer at price `pa` is taken before one at `pb` that is later in the file. A tie goes to the first.
#[inline(always)]
fn is_first(pa: f64, pb: f64) -> bool {
    pa <= pb + TIE
}

#[inline(always)]
fn take_in_order<const N: usize, const B: usize>(offers: &mut [&mut Offer<B>; N], wanted: &Lanes<B>) {
    for i in 0..B {
        let mut cheaper = [0.0; N];
        for b in 1..N {
            for a in 0..b {
                let before = is_first(offers[a].price[i], offers[b].price[i]);
                cheaper[b] += select(before, offers[a].offered[i], 0.0);
                cheaper[a] += select(before, 0.0, offers[b].offered[i]);
            }
        }
        for k in 0..N {
            offers[k].taken[i] = taken(offers[k].offered[i], wanted[i], cheaper[k]);
        }
    }
}

/// Any number of offers, of which only some are `meant`.
#[inline(always)]
fn take_of_many<const B: usize>(offers: &mut [Offer<B>], meant: impl Fn(&Offer<B>) -> bool, wanted: &Lanes<B>) {
    for k in 0..offers.len() {
        let (before, others) = offers.split_at_mut(k);
        let Some((offer, after)) = others.split_first_mut().filter(|(offer, _)| meant(offer)) else { continue };
        let mut cheaper = Lanes::<B>::default();
        let price = &offer.price;
        for a in before.iter().filter(|a| meant(a)) {
            cheaper.add(|i| select(is_first(a.price[i], price[i]), a.offered[i], 0.0));
        }
        for b in after.iter().filter(|b| meant(b)) {
            cheaper.add(|i| select(is_first(price[i], b.price[i]), 0.0, b.offered[i]));
        }
        offer.taken.set(|i| taken(offer.offered[i], wanted[i], cheaper[i]));
    }
}

/// 3.6: invoices by contract, of use on demand by family, and by entity, dollars.
#[inline(always)]
fn invoice<const B: usize>(p: &Parameters, lab: &Lab, m: &mut LabMonth<B>, t: usize) {
    for party in &mut m.parties {
        party.invoiced = Lanes::default();
    }
    for (contract, c) in lab.contracts.iter().zip(&mut m.contracts) {
        let provider = &mut m.parties[contract.provider].invoiced;
        for i in 0..B {
            let used = c.capacity[i] - c.paid_left[i] - c.rest_left[i];
            let invoice = invoiced(c.minimum[i], c.paid[i], used, c.price[i]);
            c.used[i] = used;
            c.invoice[i] = invoice;
            provider[i] += invoice;
        }
    }
    for (family, f) in p.families.iter().zip(&mut m.families).filter(|(family, _)| !family.on_demand.is_empty()) {
        f.invoice.set(|i| DT * f.used[i] * f.price[i]);
        bill(family, f, lab.part_of_demand[t], t);
        for (&(provider, _), billed) in family.on_demand.iter().zip(&f.billed) {
            m.parties[provider].invoiced.add(|i| billed[i]);
        }
    }
    m.invoices = sum(m.parties.iter().map(|party| &party.invoiced));
}

/// 3.3: the invoice of use on demand, divided among its sellers. `part` is the lab's part of their limits.
#[inline(always)]
fn bill<const B: usize>(family: &Family, f: &mut FamilyMonth<B>, part: f64, t: usize) {
    if family.on_demand_limits.is_empty() {
        for ((_, share), billed) in family.on_demand.iter().zip(&mut f.billed) {
            billed.set(|i| share * f.invoice[i]);
        }
        return;
    }
    let mut left = f.invoice;
    f.billed.fill(Lanes::default());
    // Each pass exhausts a seller or bills all that is left.
    for _ in &family.on_demand {
        let mut weight = Lanes::<B>::default();
        for (seller, (_, share)) in family.on_demand.iter().enumerate() {
            let most = DT * family.seller_limit(seller, part, t);
            weight.add(|i| select(f.billed[seller][i] < most, *share, 0.0));
        }
        let rest = left;
        for (seller, (_, share)) in family.on_demand.iter().enumerate() {
            let most = DT * family.seller_limit(seller, part, t);
            let billed = &mut f.billed[seller];
            for i in 0..B {
                let taken = taken_in_part(rest[i], *share, weight[i], most - billed[i]);
                billed[i] += taken;
                left[i] -= taken;
            }
        }
    }
    f.invoice = sum(&f.billed);
}

/// 3.3: the part of the `rest` (dollars) that a seller with this `share` bills, within its `room` (dollars). `weight` is the
/// sum of the shares of all sellers with room, its own included.
#[inline(always)]
fn taken_in_part(rest: f64, share: f64, weight: f64, room: f64) -> f64 {
    select(weight > 0.0, min(rest * share / weight, max(room, 0.0)), 0.0)
}

/// 3.6: a contract's invoice of a month, dollars. `minimum` in dollars a year, `paid` (in any case) and `used` in units
/// a year, `price` in dollars a unit.
#[inline(always)]
fn invoiced(minimum: f64, paid: f64, used: f64, price: f64) -> f64 {
    DT * (minimum + max(used - paid, 0.0) * price)
}

/// 3.5: `R`, dollars a year, of the `rate` before lost sales. `need` and `unmet` are inference, units a year.
#[inline(always)]
fn earned(rate: f64, need: f64, unmet: f64) -> f64 {
    let lost = select(need > 0.0, unmet / need, 0.0);
    rate * (1.0 - lost)
}

/// 3.5: share of planned training that is not run. All four in units a year; what austerity cuts is not `wanted`, and what
/// is `extra` counts as run.
#[inline(always)]
fn shortfall(planned: f64, wanted: f64, unmet: f64, extra: f64) -> f64 {
    let run = wanted - unmet + extra;
    select(planned > 0.0, max(1.0 - run / planned, 0.0), 0.0)
}

/// 3.8: tax on the profit of a month beyond the losses carried forward, dollars.
#[inline(always)]
fn tax(rate: f64, profit: f64, losses: f64) -> f64 {
    rate * max(profit - losses, 0.0)
}

/// 3.8: losses carried forward after a month, dollars.
#[inline(always)]
fn losses_left(profit: f64, losses: f64) -> f64 {
    max(losses - profit, 0.0)
}

/// 3.5, 3.7 and 3.8: revenue, costs, profit and tax; and the cash noise of 3.9.
#[inline(always)]
fn account<const B: usize>(
    p: &Parameters,
    lab: &Lab,
    state: &mut LabState<B>,
    m: &mut LabMonth<B>,
    t: usize,
    draws: &Innovations<B>,
) {
    m.revenue.set(|i| earned(m.revenue_rate[i], m.need_inference[i], m.unmet_inference[i]));
    m.shortfall.set(|i| shortfall(m.planned_training[i], m.need_training[i], m.unmet_training[i], m.extra_training[i]));
    let mut shares = Lanes::<B>::default();
    for ((line, shared), paid) in lab.revenue_shares.iter().zip(&mut state.shared).zip(&mut m.revenue_share) {
        let share = line.share[t] * DT;
        let revenue = &m.revenue;
        paid.set(|i| min(share * revenue[i], max(line.cap - shared[i], 0.0)));
        shared.add(|i| paid[i]);
        shares.add(|i| paid[i]);
    }
    m.interest.set(|i| p.discount_rate * state.exchanged_debt[i] * DT);
    for lender in lab.facilities.iter().filter_map(|facility| facility.lender) {
        m.parties[lender].served = Lanes::default();
        m.parties[lender].lent = Lanes::default();
    }
    for (facility, balance) in lab.facilities.iter().zip(&state.balances) {
        if !balance.any() {
            continue;
        }
        m.interest.add(|i| facility.rate * balance[i] * DT);
        if let Some(lender) = facility.lender {
            m.parties[lender].served.add(|i| facility.rate * balance[i] * DT);
        }
    }
    let (fixed, spread, noise) = (lab.fixed[t] * DT, lab.cash_volatility * DT.sqrt(), draws.normal(lab.cash_shock));
    for i in 0..B {
        let (revenue, losses) = (m.revenue[i] * DT, state.carry_forward[i]);
        let opex = state.alive[i] * fixed + lab.of_revenue * revenue;
        let profit = revenue - shares[i] - m.invoices[i] - opex - m.interest[i];
        m.opex[i] = opex;
        m.profit[i] = profit;
        m.tax[i] = tax(lab.tax_rate, profit, losses);
        state.carry_forward[i] = select(state.alive[i] > 0.0, losses_left(profit, losses), losses);
        m.noise[i] = state.alive[i] * spread * noise[i];
    }
}

/// 3.9: operating cash flow. Credits held with a provider's group pay its invoices first, in file order.
#[inline(always)]
fn take_credits<const B: usize>(p: &Parameters, lab: &Lab, state: &mut LabState<B>, m: &mut LabMonth<B>) {
    m.ocf.set(|i| m.profit[i] - m.tax[i] + m.noise[i]);
    if !lab.investments.iter().any(|investment| investment.credits) {
        return;
    }
    for party in &mut m.parties {
        party.credits_taken = Lanes::default();
        party.credits_given = Lanes::default();
    }
    m.credits_used = Lanes::default();
    for (investment, standing) in lab.investments.iter().zip(&mut state.investments).filter(|(i, _)| i.credits) {
        let credits = &mut standing.credits;
        if !credits.any() {
            continue;
        }
        for (e, _) in p.entities.iter().enumerate().filter(|(_, entity)| entity.group == investment.group) {
            let party = &mut m.parties[e];
            let used = lanes!(i => min(credits[i], party.invoiced[i] - party.credits_taken[i]));
            credits.add(|i| -used[i]);
            party.credits_taken.add(|i| used[i]);
            m.parties[investment.investor].credits_given.add(|i| used[i]);
            m.credits_used.add(|i| used[i]);
        }
    }
    m.ocf.add(|i| m.credits_used[i]);
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{World, assert_close, by_month, contract, dollar_a_month, investment, world};
    use super::super::contract::Terms;
    use super::super::parameters::{Investment, RevenueShare};
    use super::*;

    /// What is taken of offers of a price and a quantity each.
    fn taken_of(offers: &[(f64, f64)], wanted: f64) -> Vec<f64> {
        let offer = |&(price, offered): &(f64, f64)| Offer {
            price: Lanes([price]),
            offered: Lanes([offered]),
            ..Offer::default()
        };
        let mut offers: Vec<Offer<1>> = offers.iter().map(offer).collect();
        take_cheapest(&mut offers, &Lanes([wanted]));
        offers.iter().map(|offer| offer.taken[0]).collect()
    }

    fn assert_taken(offers: &[(f64, f64)], wanted: f64, expected: &[f64]) {
        let found = taken_of(offers, wanted);
        assert_eq!(found.len(), expected.len());
        found.into_iter().zip(expected).for_each(|(found, &expected)| assert_close(found, expected));
    }

    #[test]
    fn what_is_firm_stands_and_the_rest_is_kept_in_part() {
        assert_close(keep(0.4, 0.5, 1.0), 0.7);
        assert_close(keep(0.4, 0.5, 0.6), 0.42);
        assert_close(keep(0.0, 0.0, 1.0), 0.0);
    }

    #[test]
    fn the_cheapest_offers_are_taken_first() {
        assert_taken(&[(3.0, 5.0), (1.0, 5.0), (2.0, 5.0)], 7.0, &[0.0, 5.0, 2.0]);
        assert_taken(&[(3.0, 5.0), (1.0, 5.0), (2.0, 5.0)], 20.0, &[5.0, 5.0, 5.0]);
        assert_taken(&[(1.0, 5.0)], 2.0, &[2.0]);
    }

    #[test]
    fn among_equal_prices_the_order_of_the_file_decides() {
        assert_taken(&[(1.0, 5.0), (1.0, 5.0)], 6.0, &[5.0, 1.0]);
        assert_taken(&[(1.0 + 5e-13, 5.0), (1.0, 5.0)], 6.0, &[5.0, 1.0]);
        assert_taken(&[(1.0 + 5e-12, 5.0), (1.0, 5.0)], 6.0, &[1.0, 5.0]);
    }

    #[test]
    fn many_offers_are_taken_as_few_are() {
        let offers: Vec<(f64, f64)> = (0..8).map(|k| (f64::from((k * 3) % 8), 1.0)).collect();
        // Prices 0, 3, 6, 1, 4, 7, 2, 5.
        assert_taken(&offers, 3.5, &[1.0, 0.5, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0]);
    }

    #[test]
    fn a_family_gives_no_more_than_it_has_room_for() {
        let offer = |of| Offer { of, price: Lanes([2.0 - of as f64]), offered: Lanes([5.0]), taken: Lanes([0.0]) };
        let mut offers = [offer(0), offer(1), offer(2)];
        limit(&mut offers, |offer| offer.of < 2, &Lanes([6.0]));
        for (offer, expected) in offers.iter().zip([1.0, 5.0, 5.0]) {
            assert_close(offer.offered[0], expected);
        }
    }

    #[test]
    fn an_invoice_is_the_minimum_and_what_is_used_beyond_it() {
        // Section 14: (4.5 + 1.5 * 1)/12 and 21/12; then 1.5 units at a price of 2.
        assert_close(invoiced(4.5, 4.5, 6.0, 1.0), 0.5);
        assert_close(invoiced(21.0, 21.0, 9.0, 1.0), 1.75);
        assert_close(invoiced(9.0, 4.5, 6.0, 2.0), 1.0);
    }

    #[test]
    fn revenue_is_lost_in_proportion_to_unmet_inference() {
        assert_close(earned(30.0, 9.0, 0.0), 30.0);
        assert_close(earned(30.0, 9.0, 3.0), 20.0);
        assert_close(earned(30.0, 0.0, 0.0), 30.0);
    }

    #[test]
    fn the_shortfall_counts_what_austerity_cuts() {
        // Section 14: 1 - 6.9/9; with a cut of a third: 1 - 4/9; without a plan none.
        assert_close(shortfall(9.0, 9.0, 2.1, 0.0), 0.233_333);
        assert_close(shortfall(9.0, 6.0, 2.0, 0.0), 0.555_556);
        assert_close(shortfall(0.0, 0.0, 0.0, 0.0), 0.0);
    }

    #[test]
    fn training_for_spare_cash_makes_up_for_what_is_not_run() {
        // 1 - (6 - 2 + 3)/9, and no less than none.
        assert_close(shortfall(9.0, 6.0, 2.0, 3.0), 0.222_222);
        assert_close(shortfall(9.0, 9.0, 0.0, 3.0), 0.0);
        assert_close(shortfall(0.0, 0.0, 0.0, 3.0), 0.0);
    }

    #[test]
    fn profit_is_taxed_beyond_the_losses_carried_forward() {
        assert_close(tax(0.2, 100.0, 30.0), 14.0);
        assert_close(tax(0.2, 100.0, 130.0), 0.0);
        assert_close(tax(0.2, -50.0, 0.0), 0.0);
        for (profit, losses, left) in [(100.0, 30.0, 0.0), (100.0, 130.0, 30.0), (-50.0, 10.0, 60.0)] {
            assert_close(losses_left(profit, losses), left);
        }
    }

    #[test]
    fn the_need_for_inference_follows_revenue_and_that_for_training_the_plan() {
        // 30 % of 40 a year, twice as much at Z = ln 2; 9 of training, 18 at eta X = ln 2, two thirds of it in austerity.
        let ln_2 = std::f64::consts::LN_2;
        for (x, z, austerity, inference, training) in
            [(0.0, 0.0, 0.0, 12.0, 9.0), (0.0, ln_2, 1.0, 24.0, 6.0), (2.0 * ln_2, 0.0, 0.0, 12.0, 18.0)]
        {
            let World { p, mut block, mut work, .. } = world(|p| {
                let lab = &mut p.labs[0];
                (lab.inference_share, lab.training) = (by_month(0.3), by_month(9.0));
                (lab.training_elasticity, lab.austerity.training_cut) = (0.5, 1.0 / 3.0);
            });
            let (state, m) = (&mut block.labs[0], &mut work.labs[0]);
            (state.attainment, state.intensity, state.austerity) = (Lanes([x]), Lanes([z]), Lanes([austerity]));
            m.revenue_rate = Lanes([40.0]);
            need(&p, &p.labs[0], state, m, 0);
            assert_close(m.need_inference[0], inference);
            assert_close(m.need_training[0], training);
        }
    }

    #[test]
    fn profit_is_revenue_less_shares_invoices_costs_and_interest() {
        // A month of 36 a year is 3; a share of a third until 0.5 is paid; costs of 12/12 and a tenth of revenue; 12 % a
        // year of 10; invoices of 0.5.
        for (paid, shared, profit, taxed) in [(0.0, 0.5, 0.6, 0.12), (0.2, 0.3, 0.8, 0.16), (0.5, 0.0, 1.1, 0.22)] {
            let World { p, mut block, mut work, draws } = world(|p| {
                p.discount_rate = 0.12;
                let lab = &mut p.labs[0];
                (lab.fixed, lab.of_revenue, lab.tax_rate) = (by_month(12.0), 0.1, 0.2);
                lab.revenue_shares = vec![RevenueShare { to: 0, share: by_month(1.0 / 3.0), cap: 0.5 }];
            });
            let (state, m) = (&mut block.labs[0], &mut work.labs[0]);
            (state.shared[0], state.exchanged_debt) = (Lanes([paid]), Lanes([10.0]));
            (m.revenue_rate, m.invoices) = (Lanes([36.0]), Lanes([0.5]));
            account(&p, &p.labs[0], state, m, 0, &draws);
            assert_close(m.revenue_share[0][0], shared);
            assert_close(m.interest[0], 0.1);
            assert_close(m.opex[0], 1.3);
            assert_close(m.profit[0], profit);
            assert_close(m.tax[0], taxed);
        }
    }

    #[test]
    fn a_contract_has_the_capacity_that_its_rate_buys_at_its_price() {
        // 12 a year at the planned price of 1, at a spot price of 2 with half cut, at a locked price of 4; a lease of space
        // has none. A quarter is paid in any case.
        for (pricing, workload, kept, rate, price, capacity) in [
            (Pricing::Plan, Workload::Any, 1.0, 12.0, 1.0, 12.0),
            (Pricing::Indexed, Workload::Any, 0.5, 6.0, 2.0, 3.0),
            (Pricing::Locked, Workload::Training, 1.0, 12.0, 4.0, 3.0),
            (Pricing::Plan, Workload::None, 1.0, 12.0, 1.0, 0.0),
        ] {
            let World { p, mut block, mut work, .. } = world(|p| {
                let terms = Terms { take_or_pay: 0.25, ..dollar_a_month() };
                p.labs[0].contracts = vec![Contract { price: pricing, workload, ..contract(&terms) }];
            });
            let (state, m) = (&mut block.labs[0], &mut work.labs[0]);
            (state.restructured, state.contracts[0].locked) = (Lanes([kept]), Lanes([4.0]));
            supply(&p, &p.labs[0], state, m, &[Lanes([2.0])], 0);
            let c = &m.contracts[0];
            for (found, expected) in [
                (c.rate, rate),
                (c.price, price),
                (c.capacity, capacity),
                (c.minimum, 0.25 * rate),
                (c.paid_left, 0.25 * capacity),
                (c.rest_left, 0.75 * capacity),
            ] {
                assert_close(found[0], expected);
            }
        }
    }

    #[test]
    fn needs_take_paid_capacity_then_the_rest_and_then_the_market() {
        // Paid: 4 of the first contract, 6 of the second, which serves inference only; the first has 2 more. Inference of 9
        // takes the 4 and 5 of the 6. Training of 9 takes the 2; of the 7 left the market supplies a quarter of the
        // planned 18, unless the lab spares it; a seller's limit leaves 3 of them.
        for (capacity, spares, limit, unmet) in
            [(0.0, 0.0, None, 7.0), (0.25, 0.0, None, 2.5), (0.25, 1.0, None, 7.0), (0.25, 0.0, Some(6.0), 4.0)]
        {
            let World { p, mut block, mut work, .. } = world(|p| {
                let family = &mut p.families[0];
                family.on_demand = vec![(0, 1.0)];
                family.on_demand_limits = limit.iter().map(|&limit| Some(by_month(limit))).collect();
                let lab = &mut p.labs[0];
                (lab.target, lab.inference_share, lab.training) = (by_month(30.0), by_month(0.3), by_month(9.0));
                (lab.on_demand_capacity, lab.part_of_demand) = (by_month(capacity), by_month(0.5));
                let of = |workload| Contract { workload, ..contract(&dollar_a_month()) };
                lab.contracts = vec![of(Workload::Any), of(Workload::Inference)];
            });
            let (state, m) = (&mut block.labs[0], &mut work.labs[0]);
            state.spares_demand = Lanes([spares]);
            (m.need_inference, m.need_training) = (Lanes([9.0]), Lanes([9.0]));
            m.families[0].price = Lanes([1.0]);
            for (c, (paid, rest)) in m.contracts.iter_mut().zip([(4.0, 2.0), (6.0, 0.0)]) {
                (c.paid_left, c.rest_left) = (Lanes([paid]), Lanes([rest]));
            }
            allocate(&p, &p.labs[0], state, m, 0);
            assert_close(m.unmet_inference[0], 0.0);
            assert_close(m.unmet_training[0], unmet);
            assert_close(m.contracts[1].paid_left[0], 1.0);
            assert_close(m.families[0].used[0], 7.0 - unmet);
        }
    }

    #[test]
    fn what_a_seller_cannot_take_is_billed_to_the_others() {
        // Half of 12 each; the first takes at most 4 a month; both are limited, and what neither can take is not billed.
        for (limits, first, second) in [
            (vec![], 6.0, 6.0),
            (vec![Some(by_month(96.0)), None], 4.0, 8.0),
            (vec![Some(by_month(96.0)), Some(by_month(120.0))], 4.0, 5.0),
        ] {
            let World { mut p, mut work, .. } = world(|p| p.families[0].on_demand = vec![(0, 0.5), (1, 0.5)]);
            p.families[0].on_demand_limits = limits;
            let f = &mut work.labs[0].families[0];
            f.invoice = Lanes([12.0]);
            bill(&p.families[0], f, 0.5, 0);
            assert_close(f.billed[0][0], first);
            assert_close(f.billed[1][0], second);
            assert_close(f.invoice[0], first + second);
        }
    }

    #[test]
    fn a_seller_takes_its_part_of_the_rest_within_its_room() {
        assert_close(taken_in_part(12.0, 0.25, 0.75, 5.0), 4.0);
        assert_close(taken_in_part(12.0, 0.25, 0.75, 3.0), 3.0);
        assert_close(taken_in_part(12.0, 0.25, 0.75, -1.0), 0.0);
        assert_close(taken_in_part(12.0, 0.25, 0.0, 5.0), 0.0);
    }

    #[test]
    fn an_entity_invoices_its_contracts_and_its_sales_on_demand() {
        // (6 + 2 beyond it at 3)/12 of the cloud; of 24 a year on demand at 2 the bank bills 4.
        for (used_on_demand, to_bank) in [(0.0, 0.0), (12.0, 2.0), (24.0, 4.0)] {
            let World { p, mut work, .. } = world(|p| {
                p.families[0].on_demand = vec![(1, 1.0)];
                p.labs[0].contracts = vec![contract(&dollar_a_month())];
            });
            let m = &mut work.labs[0];
            let c = &mut m.contracts[0];
            (c.minimum, c.paid, c.price) = (Lanes([6.0]), Lanes([6.0]), Lanes([3.0]));
            (c.capacity, c.rest_left) = (Lanes([12.0]), Lanes([4.0]));
            (m.families[0].used, m.families[0].price) = (Lanes([used_on_demand]), Lanes([2.0]));
            invoice(&p, &p.labs[0], m, 0);
            assert_close(m.parties[0].invoiced[0], 1.0);
            assert_close(m.parties[1].invoiced[0], to_bank);
            assert_close(m.invoices[0], 1.0 + to_bank);
        }
    }

    #[test]
    fn credits_pay_the_invoices_of_their_group() {
        // An invoice of 3 of the cloud: of credits of 5 it takes 3, of 2 all; those of the bank pay nothing of it.
        for (group, credits, used) in [(0, 5.0, 3.0), (0, 2.0, 2.0), (1, 5.0, 0.0)] {
            let World { p, mut block, mut work, .. } = world(|p| {
                let given = Investment { group, credits: true, ..investment(&mut p.slots, 1.0) };
                p.labs[0].investments.push(given);
            });
            let (state, m) = (&mut block.labs[0], &mut work.labs[0]);
            state.investments[0].credits = Lanes([credits]);
            m.parties[0].invoiced = Lanes([3.0]);
            (m.profit, m.tax, m.noise) = (Lanes([-3.0]), Lanes([0.5]), Lanes([0.25]));
            take_credits(&p, &p.labs[0], state, m);
            assert_close(m.ocf[0], -3.25 + used);
            assert_close(state.investments[0].credits[0], credits - used);
            assert_close(m.parties[0].credits_given[0], used);
        }
    }
}
