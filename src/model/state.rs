//! The state of `B` paths from month to month.
//!
//! Flags are 0 or 1, money is in dollars, "never" is an infinite month.

use crate::lanes::{Lanes, flag, lanes, rows};

use super::constants::NEVER;
use super::contract::Contract;
use super::nodes::Network;
use super::parameters::{Entity, Lab, Parameters, Treasury};
use super::totals::LabTally;

/// Sources of a lab's cash that are not entities (section 8.3).
pub const OPENING: usize = 0;
/// Customers' money.
pub const CUSTOMERS: usize = 1;
/// Lenders' money.
pub const DEBT: usize = 2;
/// Outside investors' money.
pub const OUTSIDE: usize = 3;
/// Number of these sources.
pub const SOURCES: usize = 4;

/// Months of market history that the run-up needs.
pub const HISTORY: usize = 24;
/// Months over which strategic money is summed (section 6).
pub const RING: usize = 12;

/// The state of `B` paths.
#[derive(Clone, Debug)]
pub struct Block<const B: usize> {
    /// The funding market.
    pub market: MarketState<B>,
    /// Spot prices by family, dollars a unit.
    pub spot: Vec<Lanes<B>>,
    /// The labs, in file order.
    pub labs: Vec<LabState<B>>,
    /// The entities.
    pub entities: Vec<EntityState<B>>,
    /// What joins the labs.
    pub rivals: RivalState<B>,
    /// Who pays, owes and owns whom, if that is asked.
    pub network: Network<B>,
    /// Largest relative residual of any account so far (conservation).
    pub residual: Lanes<B>,
}

/// The funding market of `B` paths.
#[derive(Clone, Debug)]
pub struct MarketState<const B: usize> {
    /// `y`.
    pub overvaluation: Lanes<B>,
    /// Whether the month begins open.
    pub open: Lanes<B>,
    /// Months frozen so far, this freeze.
    pub frozen_months: Lanes<B>,
    /// Whether the month begins with open credit.
    pub credit_open: Lanes<B>,
    /// Months that credit is frozen so far, this freeze.
    pub credit_frozen_months: Lanes<B>,
    /// Last month in which a lab or an entity defaulted.
    pub last_failure: Lanes<B>,
    /// `y` of the last [`HISTORY`] months, by month modulo it.
    pub history: Vec<Lanes<B>>,
    /// Months from now, this one included, in which strategic money is blocked.
    pub blocked: Lanes<B>,
    /// Sum of the falls of `y` at bursts so far.
    pub fallen: Lanes<B>,
    /// First month with a burst.
    pub burst: Lanes<B>,
    /// First month with a run-up of 100 % in 24 months.
    pub ran_up: Lanes<B>,
    /// Last month with one.
    pub last_run_up: Lanes<B>,
    /// First burst within 24 months of a run-up.
    pub boom_and_bust: Lanes<B>,
}

/// What joins the labs of `B` paths.
#[derive(Clone, Debug)]
pub struct RivalState<const B: usize> {
    /// Raised by all labs under 5.4 and 5.5 in the last [`RING`] months, by month modulo it; empty without one purse.
    pub raised: Vec<Lanes<B>>,
    /// By lab, how far the customers of those that default lift `X` in all, by month of the default modulo [`RING`]; empty
    /// where nobody inherits.
    pub inherited: Vec<Vec<Lanes<B>>>,
}

/// One lab on `B` paths.
#[derive(Clone, Debug)]
pub struct LabState<const B: usize> {
    /// Not in payment default.
    pub alive: Lanes<B>,
    /// `X`.
    pub attainment: Lanes<B>,
    /// `Xhat`: the market's belief about it.
    pub believed: Lanes<B>,
    /// `Z`.
    pub intensity: Lanes<B>,
    /// Cash.
    pub cash: Lanes<B>,
    /// The part of the cash that came from each source that is not an entity.
    pub pool: [Lanes<B>; SOURCES],
    /// Balance of each facility.
    pub balances: Vec<Lanes<B>>,
    /// Debt from exchanges.
    pub exchanged_debt: Lanes<B>,
    /// Months on end closed with arrears.
    pub months_in_arrears: Lanes<B>,
    /// `n`: the share that is kept of the commitments that can be dropped.
    pub kept: Lanes<B>,
    /// `r`: the share of all commitments left by restructurings.
    pub restructured: Lanes<B>,
    /// The share of planned training left by exchanges.
    pub training_kept: Lanes<B>,
    /// `N`: losses carried forward.
    pub carry_forward: Lanes<B>,
    /// Austerity this month.
    pub austerity: Lanes<B>,
    /// Too short of cash to buy training on demand this month.
    pub spares_demand: Lanes<B>,
    /// Fee due this month.
    pub fee_due: Lanes<B>,
    /// Exchanges so far.
    pub exchanges: Lanes<B>,
    /// Rescued before.
    pub rescued: Lanes<B>,
    /// Shares in all; one at the start.
    pub shares: Lanes<B>,
    /// Price of a share at the last sale under 5.4 or 5.5.
    pub last_price: Lanes<B>,
    /// Month of that sale.
    pub last_sale: Lanes<B>,
    /// Listed.
    pub listed: Lanes<B>,
    /// The investments.
    pub investments: Vec<InvestmentState<B>>,
    /// The contracts.
    pub contracts: Vec<ContractState<B>>,
    /// Its position with each entity.
    pub parties: Vec<PartyState<B>>,
    /// Given so far, by matching.
    pub matched: Vec<Lanes<B>>,
    /// Shares still to be earned, by warrant and tranche: 1 or 0.
    pub warrants: Vec<Vec<Lanes<B>>>,
    /// Paid so far, by revenue share.
    pub shared: Vec<Lanes<B>>,
    /// Share of last month's invoices by family.
    pub family_share: Vec<Lanes<B>>,
    /// Strategic money of the last [`RING`] months, by month modulo it.
    pub strategic: Vec<Lanes<B>>,
    /// Its totals so far.
    pub tally: LabTally<B>,
}

/// A dated investment on `B` paths.
#[derive(Clone, Debug)]
pub struct InvestmentState<const B: usize> {
    /// Still to come.
    pub pending: Lanes<B>,
    /// Credits left.
    pub credits: Lanes<B>,
}

/// A contract on `B` paths.
#[derive(Clone, Debug)]
pub struct ContractState<const B: usize> {
    /// Its delay, months.
    pub delay: Lanes<B>,
    /// Price at which it was closed if it is locked, dollars a unit.
    pub locked: Lanes<B>,
    /// Whether it is binding; of a contract of an expansion, the multiple that is.
    pub in_force: Lanes<B>,
    /// Share of what its build debt would be if nothing had been cut; 0 before it is binding.
    pub build_kept: Lanes<B>,
    /// Share of it, as signed, that its provider has relet after cuts.
    pub relet: Lanes<B>,
    /// Invoices so far.
    pub spend: Lanes<B>,
    /// Passed on so far by line of its pass-through.
    pub passed: Vec<Lanes<B>>,
}

/// The position between a lab and an entity on `B` paths.
#[derive(Clone, Debug, Default)]
pub struct PartyState<const B: usize> {
    /// The part of the lab's cash that came from it.
    pub pool: Lanes<B>,
    /// Shares held.
    pub stake: Lanes<B>,
    /// Arrears owed to it.
    pub arrears: Lanes<B>,
    /// Debt from exchanges that it holds.
    pub exchanged: Lanes<B>,
    /// Its invoices so far.
    pub invoiced: Lanes<B>,
    /// Payments to it so far: invoices as paid, revenue shares, what is passed through.
    pub paid: Lanes<B>,
    /// Lent by it so far.
    pub lent: Lanes<B>,
    /// The part of payments to it that came from its own group, pro rata, credits included.
    pub circular: Lanes<B>,
    /// Money from it so far: its investments, matching, warrants, rounds, rescue and credits used.
    pub given: Lanes<B>,
    /// The part of it for which it holds no shares: that of warrants.
    pub rebated: Lanes<B>,
    /// Credits used for its invoices so far.
    pub credits_used: Lanes<B>,
    /// Payments and their circular part as they stood after the first twelve months.
    pub first_year: Standing<B>,
    /// The same twelve months before the horizon.
    pub before_last_year: Standing<B>,
}

/// Payments to an entity so far, and the circular part of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing<const B: usize> {
    /// Payments.
    pub paid: Lanes<B>,
    /// The circular part.
    pub circular: Lanes<B>,
}

/// One entity on `B` paths.
#[derive(Clone, Debug)]
pub struct EntityState<const B: usize> {
    /// Core assets as multiples of those at the start.
    pub growth: Lanes<B>,
    /// `A(0)`.
    pub core_start: Lanes<B>,
    /// Money received less paid, carried forward at the discount rate.
    pub account: Lanes<B>,
    /// Not in default.
    pub alive: Lanes<B>,
    /// Part of what it agreed to give that it gives this month.
    pub gives: Lanes<B>,
    /// First month in default.
    pub default: Lanes<B>,
    /// First month in which it would have been in default without its exposures.
    pub default_alone: Lanes<B>,
    /// Month in which it defaulted for what other entities in default did not pay it.
    pub carried: Lanes<B>,
    /// First month in which it could not pay what was due.
    pub illiquid: Lanes<B>,
    /// Share of its debts to other entities that was paid as they cleared in its default; 1 before that.
    pub pays: Lanes<B>,
    /// Its cash and debt.
    pub funds: Funds<B>,
    /// The same without its exposures.
    pub funds_alone: Funds<B>,
    /// Part of planned capital expenditure that it still spends.
    pub spending: Lanes<B>,
    /// The account as the month began, carried forward.
    pub opening_account: Lanes<B>,
    /// What entered the account this month and is no cash: the value of what is relet, lost orders and claims.
    pub paper: Lanes<B>,
    /// Cumulative margins received.
    pub margin_received: Lanes<B>,
    /// Cumulative capital repaid.
    pub capital_repaid: Lanes<B>,
    /// Cumulative money given to labs.
    pub invested: Lanes<B>,
    /// Cumulative loss on contracts, arrears and debt.
    pub loss: Lanes<B>,
    /// Cumulative cost basis of stakes lost.
    pub basis_lost: Lanes<B>,
    /// Sum of `W - D` at the month's end.
    pub contracts_net: Lanes<B>,
    /// Mark of its stakes at the month's end.
    pub stake_mark: Lanes<B>,
    /// Worth at the month's end.
    pub worth: Lanes<B>,
    /// Build debt of its contracts at the end of last month.
    pub build_debt: Lanes<B>,
}

/// The cash and debt of an entity on `B` paths.
#[derive(Clone, Debug, Default)]
pub struct Funds<const B: usize> {
    /// `C`: cash.
    pub cash: Lanes<B>,
    /// `L`: debt.
    pub debt: Lanes<B>,
    /// `N`: borrowed since the start.
    pub borrowed: Lanes<B>,
    /// Share of core assets that has been sold.
    pub sold: Lanes<B>,
    /// What these sales brought, carried forward at the discount rate.
    pub proceeds: Lanes<B>,
}

impl<const B: usize> Block<B> {
    /// The state at the start of month 0. The market's and the labs' values follow in the first month.
    pub fn new(p: &Parameters) -> Self {
        let zero = Lanes::default();
        let never = Lanes::splat(NEVER);
        Self {
            market: MarketState {
                overvaluation: Lanes::splat(p.market.start),
                open: Lanes::splat(1.0),
                frozen_months: zero,
                credit_open: Lanes::splat(1.0),
                credit_frozen_months: zero,
                last_failure: Lanes::splat(-NEVER),
                history: (0..HISTORY).map(|i| Lanes::splat(p.market.before(HISTORY - i))).collect(),
                blocked: zero,
                fallen: zero,
                burst: never,
                ran_up: never,
                last_run_up: Lanes::splat(-NEVER),
                boom_and_bust: never,
            },
            spot: p.families.iter().map(|f| Lanes::splat(f.price.start)).collect(),
            labs: p.labs.iter().map(|lab| LabState::new(p, lab)).collect(),
            entities: p.entities.iter().map(EntityState::new).collect(),
            rivals: RivalState::new(p),
            network: Network::new(p),
            residual: zero,
        }
    }
}

impl<const B: usize> RivalState<B> {
    fn new(p: &Parameters) -> Self {
        let heirs = if p.rivals.as_ref().is_some_and(|rivals| rivals.inherit > 0.0) { p.labs.len() } else { 0 };
        Self { raised: rows(if p.market.one_purse { RING } else { 0 }), inherited: vec![rows(RING); heirs] }
    }
}

impl<const B: usize> LabState<B> {
    fn new(p: &Parameters, lab: &Lab) -> Self {
        let zero = Lanes::default();
        let one = Lanes::splat(1.0);
        let cash = Lanes::splat(lab.cash);
        let mut pool = [zero; SOURCES];
        pool[OPENING] = cash;
        Self {
            alive: one,
            attainment: zero,
            believed: zero,
            intensity: zero,
            cash,
            pool,
            balances: lab.facilities.iter().map(|facility| Lanes::splat(facility.drawn)).collect(),
            exchanged_debt: zero,
            months_in_arrears: zero,
            kept: one,
            restructured: one,
            training_kept: one,
            carry_forward: Lanes::splat(lab.loss_carry_forward),
            austerity: zero,
            spares_demand: zero,
            fee_due: zero,
            exchanges: zero,
            rescued: zero,
            shares: one,
            last_price: zero,
            last_sale: Lanes::splat(lab.last_round),
            listed: zero,
            investments: vec![InvestmentState { pending: one, credits: zero }; lab.investments.len()],
            contracts: lab.contracts.iter().map(ContractState::new).collect(),
            parties: lab.stakes.iter().map(|&share| PartyState::new(share)).collect(),
            matched: rows(lab.matchings.len()),
            warrants: lab.warrants.iter().map(|warrant| vec![one; warrant.tranches.len()]).collect(),
            shared: rows(lab.revenue_shares.len()),
            family_share: rows(p.families.len()),
            strategic: rows(RING),
            tally: LabTally::new(p),
        }
    }

    /// Arrears in all.
    #[inline(always)]
    pub fn total_arrears(&self) -> Lanes<B> {
        sum(self.parties.iter().map(|party| &party.arrears))
    }

    /// The lab's cash by source, entities last.
    #[inline(always)]
    pub fn sources(&self) -> impl Iterator<Item = &Lanes<B>> {
        self.pool.iter().chain(self.parties.iter().map(|party| &party.pool))
    }

    /// Debt in all.
    #[inline(always)]
    pub fn debt(&self) -> Lanes<B> {
        let mut debt = sum(&self.balances);
        debt.add(|i| self.exchanged_debt[i]);
        debt
    }
}

impl<const B: usize> ContractState<B> {
    fn new(contract: &Contract) -> Self {
        let binding = Lanes::splat(flag(contract.hinge.is_none()));
        let passed = rows(contract.pass_through.len());
        Self { in_force: binding, build_kept: binding, passed, ..Self::pending() }
    }

    /// One that is not binding.
    pub(super) fn pending() -> Self {
        let zero = Lanes::default();
        Self {
            delay: zero,
            locked: zero,
            in_force: zero,
            build_kept: zero,
            relet: zero,
            spend: zero,
            passed: Vec::new(),
        }
    }
}

impl<const B: usize> PartyState<B> {
    fn new(share: f64) -> Self {
        Self { stake: Lanes::splat(share), ..Self::default() }
    }
}

impl<const B: usize> EntityState<B> {
    /// What its exposures brought in cash this month, dollars.
    #[inline(always)]
    pub fn cash_of_exposures(&self) -> Lanes<B> {
        lanes!(i => self.account[i] - self.opening_account[i] - self.paper[i])
    }

    fn new(entity: &Entity) -> Self {
        let zero = Lanes::default();
        let assets = entity.balance.map_or(0.0, |balance| balance.assets);
        Self {
            growth: Lanes::splat(1.0),
            core_start: zero,
            account: zero,
            alive: Lanes::splat(1.0),
            gives: Lanes::splat(1.0),
            default: Lanes::splat(NEVER),
            default_alone: Lanes::splat(NEVER),
            carried: Lanes::splat(NEVER),
            illiquid: Lanes::splat(NEVER),
            pays: Lanes::splat(1.0),
            funds: Funds::new(entity.treasury.as_ref()),
            funds_alone: Funds::new(entity.treasury.as_ref()),
            spending: Lanes::splat(1.0),
            opening_account: zero,
            paper: zero,
            margin_received: zero,
            capital_repaid: zero,
            invested: zero,
            loss: zero,
            basis_lost: zero,
            contracts_net: zero,
            stake_mark: zero,
            worth: Lanes::splat(assets),
            build_debt: zero,
        }
    }
}

impl<const B: usize> Funds<B> {
    /// At the start.
    pub fn new(treasury: Option<&Treasury>) -> Self {
        let of = |amount: fn(&Treasury) -> f64| Lanes::splat(treasury.map_or(0.0, amount));
        Self { cash: of(|treasury| treasury.cash), debt: of(|treasury| treasury.debt), ..Self::default() }
    }
}

/// The sum of rows, lane by lane.
#[inline(always)]
pub fn sum<'a, const B: usize>(rows: impl IntoIterator<Item = &'a Lanes<B>>) -> Lanes<B> {
    let mut total = Lanes::<B>::default();
    for row in rows {
        total.add(|i| row[i]);
    }
    total
}

/// Records the first month in which a flag is set.
#[inline(always)]
pub fn note<const B: usize>(first: &mut Lanes<B>, month: usize, flag: impl Fn(usize) -> bool) {
    let month = month as f64;
    first.update(|i, known| if flag(i) && known > month { month } else { known });
}

/// 1 where this is the first month of an event, as [`note`] keeps it.
#[inline(always)]
pub fn is_first<const B: usize>(first: &Lanes<B>, month: usize) -> Lanes<B> {
    let month = month as f64;
    lanes!(i => flag((first[i] - month).abs() < 0.5))
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::{assert_close, line_of_credit, world};
    use super::*;

    #[test]
    fn what_a_lab_owes_adds_up() {
        // Arrears to the cloud and the bank; two lines of credit and what exchanges made debt.
        let mut block = world(|p| p.labs[0].facilities = vec![line_of_credit(9.0), line_of_credit(9.0)]).block;
        for (arrears, balances, exchanged) in
            [([2.0, 3.0], [4.0, 1.0], 0.5), ([0.0, 7.0], [0.0, 0.0], 2.0), ([0.0, 0.0], [6.0, 0.0], 0.0)]
        {
            let state = &mut block.labs[0];
            state.parties.iter_mut().zip(arrears).for_each(|(party, arrears)| party.arrears = Lanes([arrears]));
            (state.balances, state.exchanged_debt) =
                (balances.map(|dollars| Lanes([dollars])).to_vec(), Lanes([exchanged]));
            assert_close(state.total_arrears()[0], arrears[0] + arrears[1]);
            assert_close(state.debt()[0], balances[0] + balances[1] + exchanged);
        }
    }

    #[test]
    fn rows_are_added_lane_by_lane() {
        let rows = [Lanes([1.0, 10.0, 100.0]), Lanes([2.0, 20.0, 200.0]), Lanes([4.0, 0.0, -300.0])];
        assert_eq!(sum(&rows), Lanes([7.0, 30.0, 0.0]));
    }

    #[test]
    fn the_first_month_of_an_event_is_kept() {
        // Flags of months 2 and 5 on the first path, of month 5 on the second, of none on the third.
        let mut first = Lanes::splat(NEVER);
        for (month, flags) in [(2, [true, false, false]), (5, [true, true, false])] {
            note(&mut first, month, |i| flags[i]);
        }
        assert_eq!(first, Lanes([2.0, 5.0, NEVER]));
        assert_eq!(is_first(&first, 2), Lanes([1.0, 0.0, 0.0]));
        assert_eq!(is_first(&first, 5), Lanes([0.0, 1.0, 0.0]));
    }
}
