//! What `B` paths carry from month to month, and what a month leaves for whoever watches.
//!
//! Flags are 0 or 1, money is in dollars, "never" is an infinite month.

use crate::lanes::{Lanes, rows};

use super::parameters::{Lab, Parameters};

/// Sources of a lab's cash that are not entities (section 8.3).
pub const OPENING: usize = 0;
/// Customers' money.
pub const CUSTOMERS: usize = 1;
/// Lenders' money.
pub const DEBT: usize = 2;
/// Outside investors' money.
pub const OUTSIDE: usize = 3;
/// Sources before the first entity's.
pub const SOURCES: usize = 4;

/// Months of market history that the run-up needs.
pub const HISTORY: usize = 24;
/// Months of strategic money that the ring needs.
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
    /// `y` of the last [`HISTORY`] months, by month modulo it.
    pub history: Vec<Lanes<B>>,
    /// Months from now, this one included, in which strategic money is blocked.
    pub blocked: Lanes<B>,
    /// First month with a burst.
    pub burst: Lanes<B>,
    /// First month with a run-up of 100 % in 24 months.
    pub ran_up: Lanes<B>,
    /// Last month with one.
    pub last_run_up: Lanes<B>,
    /// First burst within 24 months of a run-up.
    pub boom_and_bust: Lanes<B>,
}

/// One lab on `B` paths.
#[derive(Clone, Debug)]
pub struct LabState<const B: usize> {
    /// Not in payment default.
    pub alive: Lanes<B>,
    /// `X`.
    pub attainment: Lanes<B>,
    /// `Z`.
    pub intensity: Lanes<B>,
    /// Cash.
    pub cash: Lanes<B>,
    /// Composition of the cash by source.
    pub pool: Vec<Lanes<B>>,
    /// Balance of each facility.
    pub balances: Vec<Lanes<B>>,
    /// Debt from exchanges.
    pub exchanged_debt: Lanes<B>,
    /// The same by entity that holds it.
    pub exchanged_by: Vec<Lanes<B>>,
    /// Arrears by entity.
    pub arrears: Vec<Lanes<B>>,
    /// Months on end closed with arrears.
    pub months_in_arrears: Lanes<B>,
    /// `n`: what is kept of what can be dropped.
    pub kept: Lanes<B>,
    /// `r`: what restructurings left.
    pub restructured: Lanes<B>,
    /// What exchanges left of planned training.
    pub training_kept: Lanes<B>,
    /// `N`: losses carried forward.
    pub carry_forward: Lanes<B>,
    /// Austerity this month.
    pub austerity: Lanes<B>,
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
    /// Still to come, by investment.
    pub pending: Vec<Lanes<B>>,
    /// Credits left, by investment.
    pub credits: Vec<Lanes<B>>,
    /// Given so far, by matching.
    pub matched: Vec<Lanes<B>>,
    /// Paid so far, by revenue share.
    pub shared: Vec<Lanes<B>>,
    /// Shares held, by entity.
    pub stakes: Vec<Lanes<B>>,
    /// Delay of each contract, months.
    pub delays: Vec<Lanes<B>>,
    /// Price at which a locked contract was closed, dollars a unit.
    pub locked: Vec<Lanes<B>>,
    /// Share of what a contract's build debt would be if nothing had been cut.
    pub build_kept: Vec<Lanes<B>>,
    /// Share of last month's invoices by family.
    pub family_share: Vec<Lanes<B>>,
    /// Invoices so far by entity.
    pub spent: Vec<Lanes<B>>,
    /// Strategic money of the last [`RING`] months, by month modulo it.
    pub strategic: Vec<Lanes<B>>,
    /// What it has done so far.
    pub tally: LabTally<B>,
}

/// What a lab has done so far on `B` paths.
#[derive(Clone, Debug)]
pub struct LabTally<const B: usize> {
    /// `V(0)`.
    pub opening_value: Lanes<B>,
    /// Cumulative operating cash flow.
    pub operating: Lanes<B>,
    /// Cumulative investments and matching in cash.
    pub invested: Lanes<B>,
    /// Largest funding gap so far.
    pub funding_gap: Lanes<B>,
    /// Operating cash flow before interest, discounted at `r`.
    pub discounted: Lanes<B>,
    /// First month of each event.
    pub first: Events<B>,
    /// Months on end overvalued.
    pub overvalued_run: Lanes<B>,
    /// Cumulative raised by source, credits included as they are used.
    pub raised: Vec<Lanes<B>>,
    /// Cumulative invoices by contract.
    pub contract_spend: Vec<Lanes<B>>,
    /// Cumulative on-demand invoices by family.
    pub on_demand_spend: Vec<Lanes<B>>,
    /// Cumulative payments by entity: invoices as paid, revenue shares, what is passed through.
    pub paid_to: Vec<Lanes<B>>,
    /// The part of it that came from the entity's own group, pro rata, credits included.
    pub circular: Vec<Lanes<B>>,
    /// `paid_to` and `circular` as they stood after the first twelve months.
    pub first_year: Standing<B>,
    /// The same twelve months before the horizon.
    pub before_last_year: Standing<B>,
    /// Passed on so far by contract and line of its pass-through.
    pub passed: Vec<Vec<Lanes<B>>>,
    /// Money from each entity so far: its investments, matching, rounds, rescue and credits used.
    pub from_entity: Vec<Lanes<B>>,
    /// Credits used so far, by investor.
    pub credits_used: Vec<Lanes<B>>,
    /// Cash inflows of every kind so far.
    pub inflows: Lanes<B>,
    /// Cumulative revenue.
    pub revenue: Lanes<B>,
    /// Months in which `F` stood at its floor.
    pub floor_hits: Lanes<B>,
    /// Arrears at the end of each of the dates asked for; likewise the others.
    pub dated: Vec<Dated<B>>,
    /// Freeze endurance, months, at the start and at the year-ends.
    pub endurance: Vec<Lanes<B>>,
}

/// Payments by entity so far, and the circular part of them.
#[derive(Clone, Debug)]
pub struct Standing<const B: usize> {
    /// Payments.
    pub paid: Vec<Lanes<B>>,
    /// The circular part.
    pub circular: Vec<Lanes<B>>,
}

impl<const B: usize> Standing<B> {
    fn new(entities: usize) -> Self {
        Self { paid: rows(entities), circular: rows(entities) }
    }
}

/// First months of the events of a lab.
#[derive(Clone, Debug)]
pub struct Events<const B: usize> {
    /// Cash below zero after funding.
    pub liquidity: Lanes<B>,
    /// Commitments dropped.
    pub scale_back: Lanes<B>,
    /// Rescued.
    pub rescue: Lanes<B>,
    /// Distressed exchange.
    pub exchange: Lanes<B>,
    /// Renegotiated.
    pub renegotiation: Lanes<B>,
    /// Payment default.
    pub payment_default: Lanes<B>,
    /// Overvalued for long enough.
    pub overvalued: Lanes<B>,
}

/// A lab at one of the dates asked for.
#[derive(Clone, Debug, Default)]
pub struct Dated<const B: usize> {
    /// Largest funding gap so far.
    pub funding_gap: Lanes<B>,
    /// Operating cash flow so far.
    pub operating: Lanes<B>,
    /// Revenue, dollars a year.
    pub revenue: Lanes<B>,
    /// Cash.
    pub cash: Lanes<B>,
    /// Value of the equity at the start of the month.
    pub value: Lanes<B>,
    /// `exp(b y + c)`.
    pub overvaluation: Lanes<B>,
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
    /// First month in default.
    pub default: Lanes<B>,
    /// First month in which it would have been in default without its exposures.
    pub default_alone: Lanes<B>,
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

/// What a month leaves: the flows of each lab.
#[derive(Clone, Debug)]
pub struct Workspace<const B: usize> {
    /// By lab.
    pub labs: Vec<LabMonth<B>>,
    /// Run-up at the start of the month.
    pub run_up: Lanes<B>,
    /// Strategic money of the last twelve months over value, after the month.
    pub circular: Lanes<B>,
    /// A lab went into payment default.
    pub lab_defaulted: Lanes<B>,
    /// Open as the month begins, kept for whoever watches.
    pub open: Lanes<B>,
}

/// A lab's month: every flow of it, dollars of the month unless said otherwise.
#[derive(Clone, Debug, Default)]
pub struct LabMonth<const B: usize> {
    /// Not in payment default as the month begins.
    pub alive: Lanes<B>,
    /// `exp(X)`.
    pub attained: Lanes<B>,
    /// `exp(Z)`.
    pub intensity: Lanes<B>,
    /// `exp(eta X)` times what exchanges left of planned training.
    pub training_growth: Lanes<B>,
    /// `R0`, dollars a year.
    pub revenue_rate: Lanes<B>,
    /// `F`.
    pub fundamental: Lanes<B>,
    /// `b y + c`.
    pub log_premium: Lanes<B>,
    /// `V`.
    pub value: Lanes<B>,
    /// `V/N`.
    pub share_price: Lanes<B>,
    /// `N` at the start of the month.
    pub share_count: Lanes<B>,
    /// `U_inf`, units a year.
    pub need_inference: Lanes<B>,
    /// `U_trn`, units a year.
    pub need_training: Lanes<B>,
    /// `U_plan`, units a year.
    pub planned_training: Lanes<B>,
    /// Inference unmet, units a year.
    pub unmet_inference: Lanes<B>,
    /// Training unmet, units a year.
    pub unmet_training: Lanes<B>,
    /// Share of planned training not run.
    pub shortfall: Lanes<B>,
    /// `c_k` by contract, dollars a year.
    pub rate: Vec<Lanes<B>>,
    /// What is paid in any case by contract, dollars a year.
    pub minimum: Vec<Lanes<B>>,
    /// `p_k` by contract, dollars a unit.
    pub price: Vec<Lanes<B>>,
    /// Capacity paid in any case and not yet used, units a year, by contract.
    pub paid_left: Vec<Lanes<B>>,
    /// The rest of the capacity not yet used, units a year, by contract.
    pub rest_left: Vec<Lanes<B>>,
    /// Use by contract, units a year.
    pub used: Vec<Lanes<B>>,
    /// Room left by family, units a year.
    pub room: Vec<Lanes<B>>,
    /// Price on demand by family.
    pub on_demand_price: Vec<Lanes<B>>,
    /// Scratch: what each offer can give, units a year.
    pub offered: Vec<Lanes<B>>,
    /// Scratch: what is taken of it.
    pub taken: Vec<Lanes<B>>,
    /// On-demand use by family, units a year.
    pub on_demand_used: Vec<Lanes<B>>,
    /// `R`, dollars a year.
    pub revenue: Lanes<B>,
    /// Invoice by contract.
    pub invoice: Vec<Lanes<B>>,
    /// On-demand invoice by family.
    pub on_demand_invoice: Vec<Lanes<B>>,
    /// Invoices by entity.
    pub invoiced_by: Vec<Lanes<B>>,
    /// Invoices in all.
    pub invoices: Lanes<B>,
    /// Revenue share by line.
    pub revenue_share: Vec<Lanes<B>>,
    /// Fixed and proportional costs.
    pub opex: Lanes<B>,
    /// Interest.
    pub interest: Lanes<B>,
    /// Profit before tax.
    pub profit: Lanes<B>,
    /// Tax.
    pub tax: Lanes<B>,
    /// Noise.
    pub noise: Lanes<B>,
    /// Credits used by entity that takes them.
    pub credits_taken: Vec<Lanes<B>>,
    /// Credits used by entity that gave them.
    pub credits_given: Vec<Lanes<B>>,
    /// Credits used in all.
    pub credits_used: Lanes<B>,
    /// Operating cash flow.
    pub ocf: Lanes<B>,
    /// Investment closed, by investment, credits included.
    pub investment: Vec<Lanes<B>>,
    /// Matching by line.
    pub matching: Vec<Lanes<B>>,
    /// IPO.
    pub ipo: Lanes<B>,
    /// Round.
    pub round: Lanes<B>,
    /// Round by participant.
    pub round_by: Vec<Lanes<B>>,
    /// Draw by facility.
    pub draw: Vec<Lanes<B>>,
    /// Principal due by facility.
    pub principal: Vec<Lanes<B>>,
    /// Fee of a renegotiation, due this month.
    pub fee: Lanes<B>,
    /// The next twelve months.
    pub outlook: OutlookLanes<B>,
    /// Deferred.
    pub deferred: Lanes<B>,
    /// Arrears repaid by entity.
    pub repaid: Vec<Lanes<B>>,
    /// Invoices deferred by entity.
    pub deferred_by: Vec<Lanes<B>>,
    /// Shortfall beyond the invoices.
    pub beyond: Lanes<B>,
    /// Rescue.
    pub rescue: Lanes<B>,
    /// Rescued this month.
    pub rescued: Lanes<B>,
    /// Debt made by an exchange.
    pub exchanged: Lanes<B>,
    /// An exchange happened.
    pub exchange_flag: Lanes<B>,
    /// A payment default happened.
    pub default_flag: Lanes<B>,
    /// Commitments dropped this month.
    pub dropped: Lanes<B>,
    /// Renegotiated this month.
    pub renegotiated: Lanes<B>,
    /// Lost on arrears and debt, by entity.
    pub credit_loss: Vec<Lanes<B>>,
    /// Cash left to the estate.
    pub estate: Lanes<B>,
    /// `keep` of each contract at the start of the month: `r (firm + (1 - firm) n)`.
    pub keep: Vec<Lanes<B>>,
    /// What of each contract was cut this month, a share of what it was without any cut.
    pub cut: Vec<Lanes<B>>,
    /// Cash in from each entity this month (investments, matching, round, rescue).
    pub from_entity: Vec<Lanes<B>>,
    /// Shares sold this month.
    pub issued: Lanes<B>,
    /// Outsiders' equity: their part of IPO and round, or a rescue without a sponsor.
    pub outside: Lanes<B>,
    /// Strategic money of this month.
    pub strategic: Lanes<B>,
    /// Cash at the start of the month.
    pub opening_cash: Lanes<B>,
    /// Arrears at the start of the month.
    pub opening_arrears: Lanes<B>,
}

/// The next twelve months of a lab (section 5.3), dollars unless said otherwise.
#[derive(Clone, Debug, Default)]
pub struct OutlookLanes<const B: usize> {
    /// Revenue net of shares and proportional costs, at today's attainment.
    pub revenue: Lanes<B>,
    /// Minimum payments that cannot be dropped.
    pub minimum_firm: Lanes<B>,
    /// Minimum payments that can, at `n = 1`.
    pub minimum_soft: Lanes<B>,
    /// Fixed costs.
    pub fixed: Lanes<B>,
    /// Interest.
    pub interest: Lanes<B>,
    /// Burn, dollars a month.
    pub burn: Lanes<B>,
    /// Cash before funding over burn, months.
    pub runway: Lanes<B>,
    /// Cash before funding.
    pub cash_now: Lanes<B>,
}

const NEVER: f64 = f64::INFINITY;

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
                history: (0..HISTORY).map(|i| Lanes::splat(p.market.before(HISTORY - i))).collect(),
                blocked: zero,
                burst: never,
                ran_up: never,
                last_run_up: Lanes::splat(-NEVER),
                boom_and_bust: never,
            },
            spot: p.families.iter().map(|f| Lanes::splat(f.price.start)).collect(),
            labs: p.labs.iter().map(|lab| LabState::new(p, lab)).collect(),
            entities: p.entities.iter().map(|_| EntityState::new()).collect(),
            residual: zero,
        }
    }
}

impl<const B: usize> LabState<B> {
    fn new(p: &Parameters, lab: &Lab) -> Self {
        let entities = p.entities.len();
        let zero = Lanes::default();
        let one = Lanes::splat(1.0);
        let cash = Lanes::splat(lab.cash);
        let mut pool = rows(SOURCES + entities);
        pool[OPENING] = cash;
        Self {
            alive: one,
            attainment: zero,
            intensity: zero,
            cash,
            pool,
            balances: rows(lab.facilities.len()),
            exchanged_debt: zero,
            exchanged_by: rows(entities),
            arrears: rows(entities),
            months_in_arrears: zero,
            kept: one,
            restructured: one,
            training_kept: one,
            carry_forward: Lanes::splat(lab.loss_carry_forward),
            austerity: zero,
            fee_due: zero,
            exchanges: zero,
            rescued: zero,
            shares: one,
            last_price: zero,
            last_sale: Lanes::splat(lab.last_round),
            listed: zero,
            pending: vec![one; lab.investments.len()],
            credits: rows(lab.investments.len()),
            matched: rows(lab.matchings.len()),
            shared: rows(lab.revenue_shares.len()),
            stakes: lab.stakes.iter().map(|&share| Lanes::splat(share)).collect(),
            delays: rows(lab.contracts.len()),
            locked: rows(lab.contracts.len()),
            build_kept: vec![one; lab.contracts.len()],
            family_share: rows(p.families.len()),
            spent: rows(entities),
            strategic: rows(RING),
            tally: LabTally::new(p, lab),
        }
    }

    /// Arrears in all.
    #[inline(always)]
    pub fn total_arrears(&self) -> Lanes<B> {
        sum(&self.arrears)
    }

    /// Debt in all.
    #[inline(always)]
    pub fn debt(&self) -> Lanes<B> {
        let mut debt = sum(&self.balances);
        debt.add(|i| self.exchanged_debt[i]);
        debt
    }
}

impl<const B: usize> LabTally<B> {
    fn new(p: &Parameters, lab: &Lab) -> Self {
        let entities = p.entities.len();
        let zero = Lanes::default();
        let never = Lanes::splat(NEVER);
        Self {
            opening_value: zero,
            operating: zero,
            invested: zero,
            funding_gap: zero,
            discounted: zero,
            first: Events {
                liquidity: never,
                scale_back: never,
                rescue: never,
                exchange: never,
                renegotiation: never,
                payment_default: never,
                overvalued: never,
            },
            overvalued_run: zero,
            raised: rows(SOURCES + entities),
            contract_spend: rows(lab.contracts.len()),
            on_demand_spend: rows(p.families.len()),
            paid_to: rows(entities),
            circular: rows(entities),
            first_year: Standing::new(entities),
            before_last_year: Standing::new(entities),
            passed: lab.contracts.iter().map(|contract| rows(contract.pass_through.len())).collect(),
            from_entity: rows(entities),
            credits_used: rows(entities),
            inflows: zero,
            revenue: zero,
            floor_hits: zero,
            dated: vec![Dated::default(); p.dates.len()],
            endurance: rows(p.year_ends.len() + 1),
        }
    }
}

impl<const B: usize> EntityState<B> {
    fn new() -> Self {
        let zero = Lanes::default();
        Self {
            growth: Lanes::splat(1.0),
            core_start: zero,
            account: zero,
            alive: Lanes::splat(1.0),
            default: Lanes::splat(NEVER),
            default_alone: Lanes::splat(NEVER),
            margin_received: zero,
            capital_repaid: zero,
            invested: zero,
            loss: zero,
            basis_lost: zero,
            contracts_net: zero,
            stake_mark: zero,
            worth: zero,
            build_debt: zero,
        }
    }
}

impl<const B: usize> Workspace<B> {
    /// Room for the flows of a month.
    pub fn new(p: &Parameters) -> Self {
        let zero = Lanes::default();
        Self {
            labs: p.labs.iter().map(|lab| LabMonth::new(p, lab)).collect(),
            run_up: zero,
            circular: zero,
            lab_defaulted: zero,
            open: zero,
        }
    }
}

impl<const B: usize> LabMonth<B> {
    fn new(p: &Parameters, lab: &Lab) -> Self {
        let (contracts, families, entities) = (lab.contracts.len(), p.families.len(), p.entities.len());
        Self {
            rate: rows(contracts),
            price: rows(contracts),
            paid_left: rows(contracts),
            rest_left: rows(contracts),
            used: rows(contracts),
            room: rows(families),
            on_demand_price: rows(families),
            offered: rows(contracts.max(families)),
            taken: rows(contracts.max(families)),
            minimum: rows(contracts),
            on_demand_used: rows(families),
            invoice: rows(contracts),
            on_demand_invoice: rows(families),
            invoiced_by: rows(entities),
            revenue_share: rows(lab.revenue_shares.len()),
            credits_taken: rows(entities),
            credits_given: rows(entities),
            investment: rows(lab.investments.len()),
            matching: rows(lab.matchings.len()),
            round_by: lab.round.as_ref().map_or_else(Vec::new, |round| rows(round.participants.len())),
            draw: rows(lab.facilities.len()),
            principal: rows(lab.facilities.len()),
            repaid: rows(entities),
            deferred_by: rows(entities),
            credit_loss: rows(entities),
            keep: rows(contracts),
            cut: rows(contracts),
            from_entity: rows(entities),
            ..Self::default()
        }
    }
}

/// The sum of rows, lane by lane.
#[inline(always)]
pub fn sum<const B: usize>(rows: &[Lanes<B>]) -> Lanes<B> {
    let mut total = Lanes::<B>::default();
    for row in rows {
        total.add(|i| row[i]);
    }
    total
}

/// Keeps the first month in which a flag is up.
#[inline(always)]
pub fn note<const B: usize>(first: &mut Lanes<B>, month: usize, flag: impl Fn(usize) -> bool) {
    let month = month as f64;
    first.update(|i, known| if flag(i) && known > month { month } else { known });
}
