//! A lab's outlook over twelve months, and freeze endurance (docs/model.md, sections 5.3 and 7.5).

use std::mem::take;

use crate::lanes::{Lanes, any, flag, lanes};
use crate::random::math::{exp, max, min};

use super::constants::{CENT, DT};
use super::contract::{Contract, Workload};
use super::operations::keep;
use super::parameters::{Facility, Lab, Parameters, RevenueShare};
use super::state::{ContractState, LabState};
use super::workspace::LabMonth;

/// Months that freeze endurance looks ahead, and the earnings of a lab in default.
pub const ENDURANCE: usize = 120;

/// 5.3: the outlook over months `t+1..t+12` on today's `X`, `Z` and prices. `ratio` is `P_ref/Pbar_ref`.
#[inline(always)]
pub fn look_ahead<const B: usize>(lab: &Lab, state: &LabState<B>, m: &mut LabMonth<B>, ratio: &Lanes<B>, t: usize) {
    let mut net = Lanes::<B>::splat(lab.outlook.revenue[t]);
    for ((line, ahead), paid) in lab.revenue_shares.iter().zip(&lab.outlook.shares).zip(&state.shared) {
        net.add(|i| -ahead[t] * flag(paid[i] < line.cap));
    }
    m.outlook.revenue.set(|i| m.attained[i] * net[i]);
    m.outlook.fixed = Lanes::splat(lab.outlook.fixed[t]);
    m.outlook.interest.set(|i| m.interest[i] / DT);
    minimum_payments(lab, state, m, t);
    let (inference, training) = (lab.outlook.inference[t], lab.outlook.training[t]);
    let leases = leases(lab, state, t);
    m.outlook.burn.set(|i| {
        let planned = m.attained[i] * m.intensity[i] * inference + m.training_growth[i] * training;
        let minimum = m.outlook.minimum_firm[i] + m.outlook.minimum_soft[i] * state.kept[i];
        let (revenue, fixed, interest) = (m.outlook.revenue[i], m.outlook.fixed[i], m.outlook.interest[i]);
        state.alive[i] * burn(revenue, minimum, ratio[i] * planned + leases[i], fixed, interest)
    });
    if lab.reinvestment.is_some() {
        m.outlook.costs.set(|i| {
            let planned = m.attained[i] * m.intensity[i] * inference + m.training_growth[i] * training;
            let minimum = m.outlook.minimum_firm[i] + m.outlook.minimum_soft[i] * state.kept[i];
            let (fixed, interest) = (m.outlook.fixed[i], m.outlook.interest[i]);
            costs(minimum, ratio[i] * planned + leases[i], fixed, interest)
        });
    }
    m.outlook.runway.set(|i| runway(m.outlook.cash_now[i], m.outlook.burn[i]));
}

/// 5.3: burn, dollars a month. The arguments are sums over the next twelve months, dollars.
#[inline(always)]
fn burn(revenue: f64, minimum: f64, compute: f64, fixed: f64, interest: f64) -> f64 {
    let earned = revenue - max(minimum, compute) - fixed - interest;
    max(-earned, 0.0) / 12.0
}

/// 3.1: what the next twelve months cost, dollars a month. The arguments are sums over them, dollars.
#[inline(always)]
fn costs(minimum: f64, compute: f64, fixed: f64, interest: f64) -> f64 {
    (max(minimum, compute) + fixed + interest) / 12.0
}

/// 5.3: months that `cash` (dollars) lasts at this `burn` (dollars a month); infinite without burn.
#[inline(always)]
pub fn runway(cash: f64, burn: f64) -> f64 {
    if burn > 0.0 { cash / burn } else { f64::INFINITY }
}

/// 5.3: `M12`, dollars, split into what cannot be dropped and what can; the second at `n = 1`.
#[inline(always)]
pub fn minimum_payments<const B: usize>(lab: &Lab, state: &LabState<B>, m: &mut LabMonth<B>, t: usize) {
    let (firm, soft) = (lab.punctual.firm_year[t], lab.punctual.soft_year[t]);
    m.outlook.minimum_firm.set(|i| state.restructured[i] * firm);
    m.outlook.minimum_soft.set(|i| state.restructured[i] * soft);
    for (contract, standing) in late(lab, state) {
        let year = contract.tables.at(&contract.tables.minimum_year, t as i32, contract.shift(&standing.delay));
        let binding = &standing.in_force;
        m.outlook.minimum_firm.add(|i| state.restructured[i] * contract.firm * year[i] * binding[i]);
        m.outlook.minimum_soft.add(|i| state.restructured[i] * (1.0 - contract.firm) * year[i] * binding[i]);
    }
}

/// A contract and its state.
type Standing<'a, const B: usize> = (&'a Contract, &'a ContractState<B>);

/// The contracts that may be late or are not yet binding.
fn late<'a, const B: usize>(lab: &'a Lab, state: &'a LabState<B>) -> impl Iterator<Item = Standing<'a, B>> {
    lab.contracts.iter().zip(&state.contracts).filter(|(contract, _)| !contract.is_punctual())
}

/// The leases of space.
fn rented<'a, const B: usize>(lab: &'a Lab, state: &'a LabState<B>) -> impl Iterator<Item = Standing<'a, B>> {
    lab.contracts.iter().zip(&state.contracts).filter(|(contract, _)| contract.workload == Workload::None)
}

/// 5.3: payments for leases in the next twelve months, dollars. Leases serve no need, so they add to the cost of compute.
#[inline(always)]
fn leases<const B: usize>(lab: &Lab, state: &LabState<B>, t: usize) -> Lanes<B> {
    let mut leases = Lanes::<B>::default();
    for (contract, standing) in rented(lab, state) {
        let year = contract.tables.at(&contract.tables.minimum_year, t as i32, contract.shift(&standing.delay));
        leases.add(|i| year[i] * standing.in_force[i] * keep(contract.firm, state.kept[i], state.restructured[i]));
    }
    leases
}

/// First month in which the terms of these contracts are over on every path.
#[inline(always)]
fn over<'a, const B: usize>(contracts: impl Iterator<Item = Standing<'a, B>>) -> i32 {
    let end = |(contract, standing): Standing<'a, B>| {
        let delays = contract.shift(&standing.delay).map_or(&[][..], |delay| &delay.0);
        contract.tables.end + delays.iter().fold(0.0, |longest, &delay| max(longest, delay)) as i32
    };
    contracts.map(end).max().unwrap_or(i32::MIN)
}

/// 7.5: months, at most [`ENDURANCE`], that end with cash not below zero if the market is closed from month `from` on.
#[inline(always)]
pub fn endurance<const B: usize>(
    p: &Parameters,
    lab: &Lab,
    state: &LabState<B>,
    m: &mut LabMonth<B>,
    ratio: &Lanes<B>,
    from: usize,
) -> Lanes<B> {
    let mut cash = state.cash;
    let mut balances = take(&mut m.frozen_balances);
    balances.clone_from_slice(&state.balances);
    let mut lasted = Lanes::<B>::default();
    let mut lasting = state.alive;
    let today = Today::new(p, lab, state, m, ratio);
    for u in from..from + ENDURANCE {
        today.frozen_month(&mut cash, u);
        firm_money(lab, state, &mut cash, u, u == from);
        service(lab, &mut balances, &mut cash, u);
        if any!(i => lasting[i] * max(-cash[i], 0.0)) {
            draw_committed(lab, state, m, (&mut balances, &mut cash), u);
        }
        for i in 0..B {
            lasting[i] *= flag(cash[i] >= -CENT);
            lasted[i] += lasting[i];
        }
        if !lasting.any() {
            break;
        }
    }
    m.frozen_balances = balances;
    lasted
}

/// 7.3: `G`, what a lab's operations would earn from month `t+1` on with its commitments, at today's `X`, `Z` and prices, on
/// the paths where it is `called`; present value in dollars.
#[inline(always)]
pub fn earnings<const B: usize>(
    p: &Parameters,
    lab: &Lab,
    state: &LabState<B>,
    m: &LabMonth<B>,
    (ratio, called): (&Lanes<B>, &Lanes<B>),
    t: usize,
) -> Lanes<B> {
    let today = Today::new(p, lab, state, m, ratio);
    let mut earnings = Lanes::<B>::default();
    for path in (0..B).filter(|&path| called[path] > 0.0) {
        earnings[path] = today.earnings(t + 1, path);
    }
    earnings
}

/// Pays the facilities' interest and the principal due in month `u`.
#[inline(always)]
fn service<const B: usize>(lab: &Lab, balances: &mut [Lanes<B>], cash: &mut Lanes<B>, u: usize) {
    for (facility, balance) in lab.facilities.iter().zip(balances) {
        if !balance.any() {
            continue;
        }
        cash.add(|i| -facility.rate * DT * balance[i]);
        if facility.maturity.is_some_and(|maturity| u as i32 >= maturity) {
            cash.add(|i| -balance[i]);
            *balance = Lanes::default();
        }
    }
}

/// Draws on the committed facilities, in file order, as far as cash is negative.
#[inline(always)]
fn draw_committed<const B: usize>(
    lab: &Lab,
    state: &LabState<B>,
    m: &LabMonth<B>,
    (balances, cash): (&mut [Lanes<B>], &mut Lanes<B>),
    u: usize,
) {
    for (f, facility) in lab.facilities.iter().enumerate().filter(|(_, facility)| facility.committed) {
        let room = facility_room(facility, f, balances, &state.exchanged_debt, &m.value, u);
        let drawn = lanes!(i => min(room[i], max(-cash[i], 0.0)));
        balances[f].add(|i| drawn[i]);
        cash.add(|i| drawn[i]);
    }
}

/// A lab while the market is frozen and `X`, `Z` and prices are held: factors on its plan that stay constant.
struct Today<'a, const B: usize> {
    lab: &'a Lab,
    state: &'a LabState<B>,
    /// `exp(X)`.
    attained: &'a Lanes<B>,
    /// Factor on planned inference: `exp(X + Z) P_ref/Pbar_ref`.
    inference: Lanes<B>,
    /// Factor on planned training: `exp(eta X) P_ref/Pbar_ref` times the share left by exchanges.
    training: Lanes<B>,
    /// Share of minimum payments that stands: of the firm ones, and of the others.
    kept: [Lanes<B>; 2],
    /// A month's interest on debt from exchanges, dollars.
    interest: Lanes<B>,
    /// First month in which the terms of all contracts that may be late, and of all leases, are over on every path.
    over: [i32; 2],
}

/// What the plan says of a month, dollars.
struct Planned {
    revenue: f64,
    /// Revenue less the costs that follow it.
    net: f64,
    inference: f64,
    training: f64,
    fixed: f64,
    /// Minimum payments of the contracts that are neither late nor undecided: firm ones, and the others.
    firm: f64,
    soft: f64,
}

impl Planned {
    #[inline(always)]
    fn new(lab: &Lab, u: usize) -> Self {
        let revenue = lab.target[u] * DT;
        Self {
            revenue,
            net: revenue * (1.0 - lab.of_revenue),
            inference: lab.inference_share[u] * revenue,
            training: lab.training[u] * DT,
            fixed: lab.fixed[u] * DT,
            firm: lab.punctual.firm[u],
            soft: lab.punctual.soft[u],
        }
    }
}

impl<'a, const B: usize> Today<'a, B> {
    #[inline(always)]
    fn new(p: &Parameters, lab: &'a Lab, state: &'a LabState<B>, m: &'a LabMonth<B>, ratio: &Lanes<B>) -> Self {
        Self {
            lab,
            state,
            attained: &m.attained,
            inference: lanes!(i => ratio[i] * m.attained[i] * m.intensity[i]),
            training: lanes!(i => ratio[i] * m.training_growth[i]),
            kept: [state.restructured, lanes!(i => state.restructured[i] * state.kept[i])],
            interest: lanes!(i => p.discount_rate * state.exchanged_debt[i] * DT),
            over: [over(late(lab, state)), over(rented(lab, state))],
        }
    }

    /// Share of the minimum payments of a contract that stands on `path`.
    #[inline(always)]
    fn kept(&self, contract: &Contract, standing: &ContractState<B>, path: usize) -> f64 {
        let [firm, soft] = [self.kept[0][path], self.kept[1][path]];
        (contract.firm * firm + (1.0 - contract.firm) * soft) * standing.in_force[path]
    }

    /// 7.3: `G` on a `path` from month `from` on, dollars.
    fn earnings(&self, from: usize, path: usize) -> f64 {
        let fundamentals = &self.lab.fundamentals;
        let factor = exp(-fundamentals.cost_of_capital * DT);
        let mut discount = exp(0.5 * fundamentals.cost_of_capital * DT);
        let mut earnings = 0.0;
        for u in from..from + ENDURANCE {
            discount *= factor;
            earnings += discount * self.earned(u, path);
        }
        let end = exp(-fundamentals.cost_of_capital * ENDURANCE as f64 * DT) * fundamentals.beyond;
        earnings + end * self.attained[path] * self.lab.target[from + ENDURANCE]
    }

    /// What its operations earn in month `u` on a `path`, before interest and tax, dollars.
    fn earned(&self, u: usize, path: usize) -> f64 {
        let (lab, state) = (self.lab, self.state);
        let plan = Planned::new(lab, u);
        let due = [self.owed(late(lab, state), u, path), self.owed(rented(lab, state), u, path)];
        let lines = lab.revenue_shares.iter().zip(&state.shared);
        let shares: f64 = lines.map(|(line, paid)| line.share[u] * self.shared(line, paid, path)).sum();
        self.before_shares(&plan, due, path) - plan.revenue * shares
    }

    /// The same before revenue shares, with these payments due for contracts that may be late and for leases.
    #[inline(always)]
    fn before_shares(&self, plan: &Planned, [due_late, leases]: [f64; 2], path: usize) -> f64 {
        let minimum = self.kept[0][path] * plan.firm + self.kept[1][path] * plan.soft + due_late;
        let need = plan.inference * self.inference[path] + plan.training * self.training[path];
        plan.net * self.attained[path] - max(minimum, need + leases) - plan.fixed
    }

    /// Revenue of which a part is still to be paid to a revenue share on a `path`, over the plan's.
    #[inline(always)]
    fn shared(&self, line: &RevenueShare, paid: &Lanes<B>, path: usize) -> f64 {
        self.attained[path] * flag(paid[path] < line.cap)
    }

    /// Minimum payments of these contracts in month `u` on a `path`, dollars.
    fn owed<'s>(&self, contracts: impl Iterator<Item = Standing<'s, B>>, u: usize, path: usize) -> f64 {
        let owed = |(contract, standing): Standing<'s, B>| {
            let kept = self.kept(contract, standing, path);
            let delay = contract.shift(&standing.delay).map_or(0.0, |delay| delay[path]) as i32;
            (kept > 0.0).then(|| kept * contract.tables.minimum_of(u as i32 - delay))
        };
        contracts.filter_map(owed).sum()
    }

    /// Adds to cash the revenue of month `u` less revenue shares, compute, fixed costs and interest, dollars.
    #[inline(always)]
    fn frozen_month(&self, cash: &mut Lanes<B>, u: usize) {
        let (lab, state) = (self.lab, self.state);
        let [over_late, over_rented] = self.over;
        let due_late = self.due(late(lab, state).filter(|_| (u as i32) < over_late), u);
        let leases = self.due(rented(lab, state).filter(|_| (u as i32) < over_rented), u);
        let plan = Planned::new(lab, u);
        cash.add(|i| self.before_shares(&plan, [due_late[i], leases[i]], i) - self.interest[i]);
        for (line, paid) in lab.revenue_shares.iter().zip(&state.shared) {
            let share = line.share[u] * plan.revenue;
            if share > 0.0 {
                cash.add(|i| -share * self.shared(line, paid, i));
            }
        }
    }

    /// Minimum payments of these contracts in month `u`, dollars.
    #[inline(always)]
    fn due<'s>(&self, contracts: impl Iterator<Item = Standing<'s, B>>, u: usize) -> Lanes<B> {
        let mut due = Lanes::<B>::default();
        for (contract, standing) in contracts {
            let month = contract.tables.at(&contract.tables.minimum, u as i32, contract.shift(&standing.delay));
            due.add(|i| month[i] * self.kept(contract, standing, i));
        }
        due
    }
}

/// Adds to cash the firm investments of month `u`, and the overdue ones if it is the `first`, dollars.
#[inline(always)]
fn firm_money<const B: usize>(lab: &Lab, state: &LabState<B>, cash: &mut Lanes<B>, u: usize, first: bool) {
    for (investment, standing) in lab.investments.iter().zip(&state.investments) {
        let due = u as i32 == investment.date || (first && investment.date < u as i32);
        if due && investment.is_firm() && investment.deadline >= u as i32 {
            cash.add(|i| standing.pending[i] * investment.amount);
        }
    }
}

/// 5.6: what can still be drawn on facility `f` in month `u`, dollars: before its maturity, within its limit and its
/// loan-to-value over all debt.
#[inline(always)]
pub fn facility_room<const B: usize>(
    facility: &Facility,
    f: usize,
    balances: &[Lanes<B>],
    exchanged: &Lanes<B>,
    value: &Lanes<B>,
    u: usize,
) -> Lanes<B> {
    if facility.maturity.is_some_and(|maturity| u as i32 >= maturity) {
        return Lanes::splat(0.0);
    }
    let mut debt = *exchanged;
    for balance in balances {
        debt.add(|i| balance[i]);
    }
    lanes!(i => {
        let limit = facility.limit - balances[f][i];
        let covered = if facility.ltv.is_finite() { facility.ltv * value[i] - debt[i] } else { f64::INFINITY };
        max(min(limit, covered), 0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{
        HALVES_IN_A_MONTH, World, assert_close, by_month, contract, dollar_a_month, investment, line_of_credit, world,
    };
    use super::super::constants::BEYOND;
    use super::super::contract::{ContractTables, Hinge, Terms};
    use super::super::parameters::{Investment, Punctual, RevenueShare};
    use super::*;

    #[test]
    fn burn_is_a_twelfth_of_what_the_next_year_lacks() {
        // Section 14: 27 - max(25.5, 18) - 4.5 = -3. Then need above the minimum, and a year that earns.
        assert_close(burn(27.0, 25.5, 18.0, 4.5, 0.0), 0.25);
        assert_close(burn(27.0, 25.5, 30.0, 4.5, 1.5), 0.75);
        assert_close(burn(40.0, 25.5, 18.0, 4.5, 0.0), 0.0);
    }

    #[test]
    fn costs_are_a_twelfth_of_what_the_next_year_takes() {
        // max(25.5, 18) + 4.5, and max(25.5, 30) + 4.5 + 1.5.
        assert_close(costs(25.5, 18.0, 4.5, 0.0), 2.5);
        assert_close(costs(25.5, 30.0, 4.5, 1.5), 3.0);
    }

    #[test]
    fn runway_is_cash_over_burn() {
        assert_close(runway(3.435, 0.25), 13.74);
        assert_close(runway(-1.0, 0.5), -2.0);
        assert!(runway(1.0, 0.0).is_infinite());
    }

    #[test]
    fn a_facility_is_drawn_within_its_limit_and_its_loan_to_value() {
        let facility = Facility { rate: 0.08, ltv: 0.2, maturity: Some(12), ..line_of_credit(10.0) };
        // Balances of 4 and 3, and 1 of exchanged debt: at most 10 - 4, and at most 0.2 V - 8.
        let room = |value: f64, month| {
            let balances = [Lanes([4.0]), Lanes([3.0])];
            facility_room(&facility, 0, &balances, &Lanes([1.0]), &Lanes([value]), month)[0]
        };
        assert_close(room(100.0, 11), 6.0);
        assert_close(room(50.0, 11), 2.0);
        assert_close(room(30.0, 11), 0.0);
        assert_close(room(100.0, 12), 0.0);
    }

    #[test]
    fn a_lab_endures_as_long_as_cash_pays_its_costs() {
        // A dollar a month: two full months of 2.5, three of 3 to the cent, and two more with a line of 2.
        for (cash, limit, months) in [(2.5, 0.0, 2.0), (3.0, 0.0, 3.0), (3.0, 2.0, 5.0)] {
            let World { p, mut block, mut work, .. } = world(|p| {
                p.labs[0].fixed = by_month(12.0);
                p.labs[0].facilities.push(line_of_credit(limit));
            });
            block.labs[0].cash = Lanes([cash]);
            work.labs[0].attained = Lanes([1.0]);
            let lasted = endurance(&p, &p.labs[0], &block.labs[0], &mut work.labs[0], &Lanes([1.0]), 0);
            assert_close(lasted[0], months);
        }
    }

    #[test]
    fn a_facility_takes_its_interest_and_at_maturity_its_principal() {
        // 12 % a year of 10 is 0.1 a month; at maturity the 10 too; nothing where nothing is drawn.
        for (balance, month, left) in [(10.0, 0, 19.9), (10.0, 5, 9.9), (0.0, 5, 20.0)] {
            let World { p, .. } = world(|p| {
                p.labs[0].facilities.push(Facility { rate: 0.12, maturity: Some(5), ..line_of_credit(10.0) });
            });
            let (mut balances, mut cash) = (vec![Lanes([balance])], Lanes([20.0]));
            service(&p.labs[0], &mut balances, &mut cash, month);
            assert_close(cash[0], left);
        }
    }

    #[test]
    fn the_outlook_is_the_plan_at_today_s_attainment() {
        // 20 a year at attainments of 1 and 2, less a share of 5 until its cap is reached.
        for (attained, paid, revenue) in [(1.0, 0.0, 15.0), (2.0, 0.0, 30.0), (2.0, 4.0, 40.0)] {
            let World { p, mut block, mut work, .. } = world(|p| {
                let lab = &mut p.labs[0];
                lab.outlook.revenue = by_month(20.0);
                lab.outlook.shares = vec![by_month(5.0)];
                lab.revenue_shares = vec![RevenueShare { to: 0, share: by_month(0.25), cap: 4.0 }];
            });
            block.labs[0].shared[0] = Lanes([paid]);
            work.labs[0].attained = Lanes([attained]);
            look_ahead(&p.labs[0], &block.labs[0], &mut work.labs[0], &Lanes([1.0]), 0);
            assert_close(work.labs[0].outlook.revenue[0], revenue);
        }
    }

    #[test]
    fn minimum_payments_of_a_year_are_those_that_stand() {
        // Twelve dollars a year of a contract that is not binding from the start, a quarter firm: 3 and 9; half of each
        // after a restructuring; nothing before it is binding. Beside it a punctual contract of 12.
        for (binding, restructured, firm, soft) in [(1.0, 1.0, 15.0, 9.0), (1.0, 0.5, 7.5, 4.5), (0.0, 1.0, 12.0, 0.0)]
        {
            let World { p, mut block, mut work, .. } = world(|p| {
                let late = Contract { firm: 0.25, hinge: Some(Hinge::Never), ..contract(&dollar_a_month()) };
                let contracts = vec![contract(&dollar_a_month()), late];
                p.labs[0].punctual = Punctual::new(&contracts, 24);
                p.labs[0].contracts = contracts;
            });
            let state = &mut block.labs[0];
            (state.restructured, state.contracts[1].in_force) = (Lanes([restructured]), Lanes([binding]));
            minimum_payments(&p.labs[0], state, &mut work.labs[0], 0);
            assert_close(work.labs[0].outlook.minimum_firm[0], firm);
            assert_close(work.labs[0].outlook.minimum_soft[0], soft);
        }
    }

    #[test]
    fn operations_earn_what_revenue_leaves_of_compute_and_costs_and_a_margin_for_ever_after() {
        // 3 a month less a tenth, costs of 0.5, at no cost of capital over 120 months, of which a contract of 1 a month takes
        // 12: it serves need of 0, 0.5 and 2; a lease comes on top. At half the revenue costs and training stay. Nothing is
        // earned after that, or 2 for each dollar a year of 36.
        let lease = || Contract { workload: Workload::None, ..contract(&dollar_a_month()) };
        let served = || contract(&dollar_a_month());
        for (commitment, attained, training, beyond, expected) in [
            (served(), 1.0, 0.0, 0.0, 120.0 * 2.2 - 12.0),
            (served(), 1.0, 6.0, 0.0, 120.0 * 1.7 - 6.0),
            (served(), 1.0, 24.0, 0.0, 120.0 * 0.2),
            (lease(), 1.0, 24.0, 0.0, 120.0 * 0.2 - 12.0),
            (served(), 0.5, 12.0, 0.0, 120.0 * -0.15),
            (served(), 0.5, 12.0, 2.0, 120.0 * -0.15 + 36.0),
        ] {
            let World { p, block, mut work, .. } = world(|p| {
                let lab = &mut p.labs[0];
                (lab.target, lab.of_revenue, lab.training, lab.fixed) =
                    (by_month(36.0), 0.1, by_month(training), by_month(6.0));
                lab.punctual = Punctual::new(std::slice::from_ref(&commitment), 24 + BEYOND);
                lab.contracts = vec![commitment];
                (lab.fundamentals.cost_of_capital, lab.fundamentals.beyond) = (0.0, beyond);
            });
            let m = &mut work.labs[0];
            (m.attained, m.intensity, m.training_growth) = (Lanes([attained]), Lanes([1.0]), Lanes([1.0]));
            let one = Lanes([1.0]);
            assert_close(earnings(&p, &p.labs[0], &block.labs[0], m, (&one, &one), 11)[0], expected);
        }
    }

    #[test]
    fn earnings_are_discounted_from_the_middles_of_their_months() {
        // A dollar a month where the cost of capital halves it in a month: sqrt(2) (1/2 + 1/4 + ...).
        let World { p, block, mut work, .. } = world(|p| {
            let lab = &mut p.labs[0];
            lab.target = by_month(12.0);
            (lab.fundamentals.cost_of_capital, lab.fundamentals.beyond) = (HALVES_IN_A_MONTH, 5.0);
        });
        let (m, one) = (&mut work.labs[0], Lanes([1.0]));
        (m.attained, m.intensity, m.training_growth) = (one, one, one);
        let found = earnings(&p, &p.labs[0], &block.labs[0], m, (&one, &one), 11)[0];
        assert_close(found, std::f64::consts::SQRT_2);
    }

    #[test]
    fn leases_are_paid_as_far_as_they_stand() {
        // 12 a year, a third of it firm; half of the rest is kept; what is not a lease does not count.
        for (workload, kept, restructured, paid) in
            [(Workload::None, 1.0, 1.0, 12.0), (Workload::None, 0.5, 0.75, 6.0), (Workload::Any, 1.0, 1.0, 0.0)]
        {
            let World { p, mut block, .. } = world(|p| {
                p.labs[0].contracts = vec![Contract { workload, firm: 1.0 / 3.0, ..contract(&dollar_a_month()) }];
            });
            (block.labs[0].kept, block.labs[0].restructured) = (Lanes([kept]), Lanes([restructured]));
            assert_close(leases(&p.labs[0], &block.labs[0], 0)[0], paid);
        }
    }

    #[test]
    fn a_frozen_month_earns_revenue_less_compute_and_costs() {
        // A month of 36 a year, a tenth off: 2.7; inference of 0.9, training of 1, fixed costs of 0.5; twice the revenue
        // and inference; then minimum payments above the need, and a lease beside it.
        let lease = || Contract { workload: Workload::None, ..contract(&dollar_a_month()) };
        for (attained, contracts, earned) in [
            (1.0, vec![], 0.3),
            (2.0, vec![], 2.1),
            (1.0, vec![contract(&dollar_a_month()), contract(&dollar_a_month()), contract(&dollar_a_month())], -0.8),
            (1.0, vec![lease()], -0.7),
        ] {
            let World { p, mut block, mut work, .. } = world(|p| {
                let lab = &mut p.labs[0];
                (lab.target, lab.of_revenue, lab.inference_share) = (by_month(36.0), 0.1, by_month(0.3));
                (lab.training, lab.fixed) = (by_month(12.0), by_month(6.0));
                lab.punctual = Punctual::new(&contracts, 24);
                lab.contracts = contracts;
            });
            let m = &mut work.labs[0];
            (m.attained, m.intensity, m.training_growth) = (Lanes([attained]), Lanes([1.0]), Lanes([1.0]));
            let state = &mut block.labs[0];
            let mut cash = Lanes([0.0]);
            Today::new(&p, &p.labs[0], state, m, &Lanes([1.0])).frozen_month(&mut cash, 0);
            assert_close(cash[0], earned);
        }
    }

    #[test]
    fn payments_of_a_contract_are_due_until_its_term_is_over_on_every_path() {
        // Half of a dollar a month for 24 months from two months before the start; 3 months late.
        let World { p, mut block, work, .. } = world(|p| {
            let delay = Some(p.slots.delay("delay", 3.0, 1.0));
            let terms = Terms { begin: -2, ..dollar_a_month() };
            let tables = ContractTables::new(&terms, terms.begin + 3, 24);
            p.labs[0].contracts = vec![Contract { delay, tables, ..contract(&terms) }];
        });
        let state = &mut block.labs[0];
        (state.restructured, state.contracts[0].delay) = (Lanes([0.5]), Lanes([3.0]));
        let (lab, state) = (&p.labs[0], &block.labs[0]);
        let today = Today::new(&p, lab, state, &work.labs[0], &Lanes([1.0]));
        for (u, paid) in [(0, 0.0), (1, 0.5), (24, 0.5), (25, 0.0)] {
            assert_close(today.due(late(lab, state), u)[0], paid);
        }
        assert_eq!(today.over, [25, i32::MIN]);
    }

    #[test]
    fn firm_money_comes_on_its_date_or_at_once_if_overdue() {
        // 4 dollars of month 3: in that month, in the first of the freeze after it, not later, not after their deadline,
        // and not if they are uncertain.
        for (probability, u, first, deadline, money) in [
            (1.0, 3, false, 9, 4.0),
            (1.0, 5, true, 9, 4.0),
            (1.0, 5, false, 9, 0.0),
            (1.0, 5, true, 4, 0.0),
            (0.9, 3, true, 9, 0.0),
        ] {
            let World { p, block, .. } = world(|p| {
                let money = Investment { amount: 4.0, date: 3, deadline, ..investment(&mut p.slots, probability) };
                p.labs[0].investments.push(money);
            });
            let mut cash = Lanes([0.0]);
            firm_money(&p.labs[0], &block.labs[0], &mut cash, u, first);
            assert_close(cash[0], money);
        }
    }

    #[test]
    fn committed_lines_are_drawn_as_far_as_cash_is_negative() {
        // 3 short: 2 of a line of 2, 3 of a line of 5, nothing of one that is not committed; nothing without a shortfall.
        for (cash, limit, committed, left) in
            [(-3.0, 2.0, true, -1.0), (-3.0, 5.0, true, 0.0), (-3.0, 5.0, false, -3.0), (3.0, 5.0, true, 3.0)]
        {
            let World { p, block, work, .. } =
                world(|p| p.labs[0].facilities.push(Facility { committed, ..line_of_credit(limit) }));
            let (mut balances, mut cash, before) = (block.labs[0].balances.clone(), Lanes([cash]), cash);
            draw_committed(&p.labs[0], &block.labs[0], &work.labs[0], (&mut balances, &mut cash), 0);
            assert_close(cash[0], left);
            assert_close(balances[0][0], left - before);
        }
    }

    #[test]
    fn a_month_earns_revenue_less_need_or_minimum_payments_and_costs() {
        // 2.7 of revenue after costs in proportion, 0.5 of fixed costs; need of 0.9 + 1; minimum payments of 1 and a half of 1
        // that can be dropped. Then 1 more of minimum payments, and a lease of 0.8 beside the need.
        let World { p, mut block, mut work, .. } = world(|_| ());
        block.labs[0].kept = Lanes([0.5]);
        let (m, one) = (&mut work.labs[0], Lanes([1.0]));
        (m.attained, m.intensity, m.training_growth) = (one, one, one);
        let today = Today::new(&p, &p.labs[0], &block.labs[0], m, &one);
        let plan = Planned { revenue: 3.0, net: 2.7, inference: 0.9, training: 1.0, fixed: 0.5, firm: 1.0, soft: 1.0 };
        for (due, expected) in [([0.0, 0.0], 0.3), ([1.0, 0.0], -0.3), ([0.0, 0.8], -0.5)] {
            assert_close(today.before_shares(&plan, due, 0), expected);
        }
    }

    #[test]
    fn a_share_of_revenue_is_due_until_its_cap() {
        // At twice the plan's revenue, of a share with a cap of 4.
        let World { p, block, mut work, .. } = world(|_| ());
        work.labs[0].attained = Lanes([2.0]);
        let today = Today::new(&p, &p.labs[0], &block.labs[0], &work.labs[0], &Lanes([1.0]));
        let line = RevenueShare { to: 0, share: by_month(0.25), cap: 4.0 };
        for (paid, shared) in [(0.0, 2.0), (3.9, 2.0), (4.0, 0.0)] {
            assert_close(today.shared(&line, &Lanes([paid]), 0), shared);
        }
    }

    #[test]
    fn a_contract_s_minimum_payment_is_owed_as_far_as_it_stands() {
        // A dollar, a quarter of it firm and half of the rest kept: 0.25 + 0.375; half of it after a restructuring; nothing
        // after the term of 24 months.
        for (u, restructured, owed) in [(0, 1.0, 0.625), (0, 0.5, 0.3125), (24, 1.0, 0.0)] {
            let World { p, mut block, work, .. } =
                world(|p| p.labs[0].contracts = vec![Contract { firm: 0.25, ..contract(&dollar_a_month()) }]);
            (block.labs[0].kept, block.labs[0].restructured) = (Lanes([0.5]), Lanes([restructured]));
            let (lab, state) = (&p.labs[0], &block.labs[0]);
            let today = Today::new(&p, lab, state, &work.labs[0], &Lanes([1.0]));
            assert_close(today.owed(lab.contracts.iter().zip(&state.contracts), u, 0), owed);
        }
    }
}
