//! The next twelve months as a lab sees them, and how long it lasts without a market (docs/model.md, sections 5.3, 7.5).

use crate::lanes::{Lanes, any, flag, lanes};
use crate::random::math::{max, min};

use super::constants::DT;
use super::contract::Contract;
use super::parameters::{Facility, Lab, Parameters};
use super::state::LabState;
use super::workspace::LabMonth;

/// Months that freeze endurance looks ahead.
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
    m.outlook.burn.set(|i| {
        let planned = m.attained[i] * m.intensity[i] * inference + m.training_growth[i] * training;
        let minimum = m.outlook.minimum_firm[i] + m.outlook.minimum_soft[i] * state.kept[i];
        let earned =
            m.outlook.revenue[i] - max(minimum, ratio[i] * planned) - m.outlook.fixed[i] - m.outlook.interest[i];
        state.alive[i] * max(-earned, 0.0) / 12.0
    });
    m.outlook.runway.set(|i| runway(m.outlook.cash_now[i], m.outlook.burn[i]));
}

/// Months that cash lasts at this burn; infinite without burn.
#[inline(always)]
pub fn runway(cash: f64, burn: f64) -> f64 {
    if burn > 0.0 { cash / burn } else { f64::INFINITY }
}

/// `M12`, split into what cannot be dropped and what can: minimum payments as the contracts stand on this path.
#[inline(always)]
pub fn minimum_payments<const B: usize>(lab: &Lab, state: &LabState<B>, m: &mut LabMonth<B>, t: usize) {
    let (firm, soft) = (lab.punctual.firm_year[t], lab.punctual.soft_year[t]);
    m.outlook.minimum_firm.set(|i| state.restructured[i] * firm);
    m.outlook.minimum_soft.set(|i| state.restructured[i] * soft);
    for (contract, delay) in late(lab, state) {
        let year = contract.tables.at(&contract.tables.minimum_year, t as i32, Some(delay));
        m.outlook.minimum_firm.add(|i| state.restructured[i] * contract.firm * year[i]);
        m.outlook.minimum_soft.add(|i| state.restructured[i] * (1.0 - contract.firm) * year[i]);
    }
}

/// The contracts that may be late, with their delays.
fn late<'a, const B: usize>(
    lab: &'a Lab,
    state: &'a LabState<B>,
) -> impl Iterator<Item = (&'a Contract, &'a Lanes<B>)> {
    lab.contracts
        .iter()
        .zip(&state.contracts)
        .filter(|(contract, _)| contract.delay.is_some())
        .map(|(contract, standing)| (contract, &standing.delay))
}

/// The longest of these delays, months.
#[inline(always)]
fn longest<const B: usize>(delay: &Lanes<B>) -> i32 {
    delay.0.iter().fold(0.0, |longest, &delay| max(longest, delay)) as i32
}

/// 7.5: months, at most [`ENDURANCE`], that end with cash not below zero were the market closed from month `from` on.
#[inline(always)]
pub fn endurance<const B: usize>(
    p: &Parameters,
    lab: &Lab,
    state: &LabState<B>,
    m: &LabMonth<B>,
    ratio: &Lanes<B>,
    from: usize,
) -> Lanes<B> {
    let mut cash = state.cash;
    let mut balances = state.balances.clone();
    let mut lasted = Lanes::<B>::default();
    let mut lasting = state.alive;
    let today = Today::new(p, lab, state, m, ratio);
    for u in from..from + ENDURANCE {
        today.frozen_month(lab, &mut cash, u);
        firm_money(lab, state, &mut cash, u, u == from);
        service(lab, &mut balances, &mut cash, u);
        if any!(i => lasting[i] * max(-cash[i], 0.0)) {
            draw_committed(lab, state, m, (&mut balances, &mut cash), u);
        }
        for i in 0..B {
            lasting[i] *= flag(cash[i] >= 0.0);
            lasted[i] += lasting[i];
        }
        if !lasting.any() {
            break;
        }
    }
    lasted
}

/// Interest and what falls due of the facilities in month `u`.
#[inline(always)]
fn service<const B: usize>(lab: &Lab, balances: &mut [Lanes<B>], cash: &mut Lanes<B>, u: usize) {
    for (facility, balance) in lab.facilities.iter().zip(balances).filter(|(_, balance)| balance.any()) {
        cash.add(|i| -facility.rate * DT * balance[i]);
        if facility.maturity.is_some_and(|maturity| u as i32 >= maturity) {
            cash.add(|i| -balance[i]);
            *balance = Lanes::default();
        }
    }
}

/// Draws what is short from the committed facilities, in file order.
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

/// What does not change in a frozen market that keeps today's `X`, `Z` and prices: factors on the plan of a month.
struct Today<'a, const B: usize> {
    /// `exp(X)`.
    attained: &'a Lanes<B>,
    /// Compute for inference as planned, at today's use and prices.
    inference: Lanes<B>,
    /// Compute for training as planned, likewise.
    training: Lanes<B>,
    /// Share of minimum payments that stands: of what is firm and what is not.
    kept: [Lanes<B>; 2],
    /// The contracts that may be late.
    late: Vec<Late<'a, B>>,
    /// Revenue shares that are still paid, by line.
    shares: Vec<Lanes<B>>,
    /// Interest of a month on debt from exchanges.
    interest: Lanes<B>,
}

/// A contract that may be late, in a frozen market.
struct Late<'a, const B: usize> {
    contract: &'a Contract,
    delay: &'a Lanes<B>,
    /// Share of its minimum payments that stands.
    kept: Lanes<B>,
    /// Month from which on it costs nothing on any path.
    over: i32,
}

impl<'a, const B: usize> Today<'a, B> {
    #[inline(always)]
    fn new(p: &Parameters, lab: &'a Lab, state: &'a LabState<B>, m: &'a LabMonth<B>, ratio: &Lanes<B>) -> Self {
        let lines = lab.revenue_shares.iter().zip(&state.shared);
        let [firm, soft] = [state.restructured, lanes!(i => state.restructured[i] * state.kept[i])];
        let late = late(lab, state).map(|(contract, delay)| Late {
            contract,
            delay,
            kept: lanes!(i => contract.firm * firm[i] + (1.0 - contract.firm) * soft[i]),
            over: contract.tables.end + longest(delay),
        });
        Self {
            attained: &m.attained,
            inference: lanes!(i => ratio[i] * m.attained[i] * m.intensity[i]),
            training: lanes!(i => ratio[i] * m.training_growth[i]),
            kept: [firm, soft],
            late: late.collect(),
            shares: lines.map(|(line, paid)| lanes!(i => m.attained[i] * flag(paid[i] < line.cap))).collect(),
            interest: lanes!(i => p.discount_rate * state.exchanged_debt[i] * DT),
        }
    }

    /// Adds revenue less compute, fixed costs and interest of month `u`, dollars.
    #[inline(always)]
    fn frozen_month(&self, lab: &Lab, cash: &mut Lanes<B>, u: usize) {
        let mut late = Lanes::<B>::default();
        for Late { contract, delay, kept, .. } in self.late.iter().filter(|late| (u as i32) < late.over) {
            let month = contract.tables.at(&contract.tables.minimum, u as i32, Some(delay));
            late.add(|i| month[i] * kept[i]);
        }
        let [firm, soft] = &self.kept;
        let (firm_plan, soft_plan) = (lab.punctual.firm[u], lab.punctual.soft[u]);
        let revenue = lab.target[u] * DT;
        let (inference, training, fixed) = (lab.inference_share[u] * revenue, lab.training[u] * DT, lab.fixed[u] * DT);
        let net = revenue * (1.0 - lab.of_revenue);
        cash.add(|i| {
            let minimum = firm[i] * firm_plan + soft[i] * soft_plan + late[i];
            let compute = max(minimum, inference * self.inference[i] + training * self.training[i]);
            net * self.attained[i] - compute - fixed - self.interest[i]
        });
        for (line, paid) in lab.revenue_shares.iter().zip(&self.shares) {
            let share = line.share[u] * revenue;
            if share > 0.0 {
                cash.add(|i| -share * paid[i]);
            }
        }
    }
}

/// Adds the firm investments that come in month `u`, with the overdue ones if it is the `first`, dollars.
#[inline(always)]
fn firm_money<const B: usize>(lab: &Lab, state: &LabState<B>, cash: &mut Lanes<B>, u: usize, first: bool) {
    for (investment, standing) in lab.investments.iter().zip(&state.investments) {
        let due = u as i32 == investment.date || (first && investment.date < u as i32);
        if due && investment.is_firm() && investment.deadline >= u as i32 {
            cash.add(|i| standing.pending[i] * investment.amount);
        }
    }
}

/// What can still be drawn of facility `f` in month `u`: within its limit and its loan-to-value over all debt, before
/// its maturity (section 5.6), dollars.
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
