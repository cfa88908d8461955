//! The flows of a month, for the stages that follow and for observers.
//!
//! Flags are 0 or 1. Money is in dollars of the month unless said otherwise.

use crate::lanes::{Lanes, rows};

use super::parameters::{Family, Lab, Parameters};

/// The flows of a month, on `B` paths.
#[derive(Clone, Debug)]
pub struct Workspace<const B: usize> {
    /// One per lab.
    pub labs: Vec<LabMonth<B>>,
    /// Run-up at the start of the month.
    pub run_up: Lanes<B>,
    /// `y*`: perceived overvaluation, a log.
    pub perceived: Lanes<B>,
    /// Strategic money of the last twelve months over value, after the month.
    pub circular: Lanes<B>,
    /// A lab went into payment default.
    pub lab_defaulted: Lanes<B>,
    /// A lab or an entity defaulted.
    pub failed: Lanes<B>,
    /// Whether the month begins with an open market, for observers.
    pub open: Lanes<B>,
    /// What dated events do to the market this month.
    pub dated: Dated<B>,
}

/// What dated events do to the market in a month.
#[derive(Clone, Debug, Default)]
pub struct Dated<const B: usize> {
    /// Flag: an open market bursts.
    pub burst: Lanes<B>,
    /// Flag: the fall of that burst is given.
    pub is_sized: Lanes<B>,
    /// That fall.
    pub size: Lanes<B>,
    /// Fall of `y` besides.
    pub fall: Lanes<B>,
    /// Flag: the market freezes.
    pub freeze: Lanes<B>,
    /// Flag: credit freezes.
    pub credit_freeze: Lanes<B>,
    /// Months for which strategic money is blocked, this one included.
    pub blocked: Lanes<B>,
}

/// A lab's month: all its flows, dollars of the month unless said otherwise.
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
    /// `Xhat - X`: error of the belief about attainment.
    pub belief_gap: Lanes<B>,
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
    /// Training run for spare cash, units a year.
    pub extra_training: Lanes<B>,
    /// Share of planned training not run.
    pub shortfall: Lanes<B>,
    /// The contracts.
    pub contracts: Vec<ContractMonth<B>>,
    /// The families on demand.
    pub families: Vec<FamilyMonth<B>>,
    /// Flows between it and each entity.
    pub parties: Vec<PartyMonth<B>>,
    /// Scratch space for offers, in file order.
    pub offers: Vec<Offer<B>>,
    /// `R`, dollars a year.
    pub revenue: Lanes<B>,
    /// All invoices.
    pub invoices: Lanes<B>,
    /// Paid by revenue share.
    pub revenue_share: Vec<Lanes<B>>,
    /// Fixed and proportional costs.
    pub opex: Lanes<B>,
    /// Interest.
    pub interest: Lanes<B>,
    /// Profit before tax.
    pub profit: Lanes<B>,
    /// Tax.
    pub tax: Lanes<B>,
    /// Cash noise.
    pub noise: Lanes<B>,
    /// All compute credits used.
    pub credits_used: Lanes<B>,
    /// Operating cash flow.
    pub ocf: Lanes<B>,
    /// Closed by investment, credits included.
    pub investment: Vec<Lanes<B>>,
    /// Paid by matching.
    pub matching: Vec<Lanes<B>>,
    /// Brought by warrant.
    pub warrant: Vec<Lanes<B>>,
    /// Raised in the IPO.
    pub ipo: Lanes<B>,
    /// Raised in the round.
    pub round: Lanes<B>,
    /// The part of the round by participant.
    pub round_by: Vec<Lanes<B>>,
    /// Drawn by facility.
    pub draw: Vec<Lanes<B>>,
    /// Principal due by facility.
    pub principal: Vec<Lanes<B>>,
    /// Scratch space for the balance of each facility in a frozen market.
    pub frozen_balances: Vec<Lanes<B>>,
    /// Fee of a renegotiation, due this month.
    pub fee: Lanes<B>,
    /// The next twelve months.
    pub outlook: OutlookLanes<B>,
    /// Invoices deferred.
    pub deferred: Lanes<B>,
    /// Shortfall beyond the invoices.
    pub beyond: Lanes<B>,
    /// Money of a rescue.
    pub rescue: Lanes<B>,
    /// Flag: rescued this month.
    pub rescued: Lanes<B>,
    /// Debt that an exchange creates.
    pub exchanged: Lanes<B>,
    /// Flag: distressed exchange this month.
    pub exchange_flag: Lanes<B>,
    /// Flag: a dated event makes it default this month.
    pub doomed: Lanes<B>,
    /// Flag: payment default this month.
    pub default_flag: Lanes<B>,
    /// Flag: in that default it is worth less than it owes.
    pub insolvent: Lanes<B>,
    /// Largest ratio of what it then owes an entity to that entity's capital.
    pub claims_over_capital: Lanes<B>,
    /// Flag: commitments dropped this month.
    pub dropped: Lanes<B>,
    /// Flag: renegotiated this month.
    pub renegotiated: Lanes<B>,
    /// Log rise of `X` in twelve months by the customers of labs that defaulted this month.
    pub inherited: Lanes<B>,
    /// Its own share shock by a dated event, a log.
    pub won: Lanes<B>,
    /// The part of such rises that the step to the next month brings.
    pub customers: Lanes<B>,
    /// `w`: its part of the planned revenue of the labs alive.
    pub weight: Lanes<B>,
    /// Its own shock to shares in that step, by chance and by dated events.
    pub own_share: Lanes<B>,
    /// What rivals add to `X` in that step.
    pub rivalry: Lanes<B>,
    /// Factor on `relet` for who is left.
    pub relet_factor: Lanes<B>,
    /// Cash left to the estate.
    pub estate: Lanes<B>,
    /// Shares issued this month.
    pub issued: Lanes<B>,
    /// Outside equity: its part of IPO and round, or a rescue without a sponsor.
    pub outside: Lanes<B>,
    /// Strategic money of this month.
    pub strategic: Lanes<B>,
    /// Cash at the start of the month.
    pub opening_cash: Lanes<B>,
    /// Arrears at the start of the month.
    pub opening_arrears: Lanes<B>,
}

/// A contract's month.
#[derive(Clone, Debug, Default)]
pub struct ContractMonth<const B: usize> {
    /// `keep` at the start of the month, `r (firm + (1 - firm) n)`; 0 while it is not binding.
    pub keep: Lanes<B>,
    /// `c_k`, dollars a year.
    pub rate: Lanes<B>,
    /// What is paid in any case, dollars a year.
    pub minimum: Lanes<B>,
    /// `p_k`, dollars per unit.
    pub price: Lanes<B>,
    /// Capacity, units a year.
    pub capacity: Lanes<B>,
    /// Capacity paid in any case, units a year.
    pub paid: Lanes<B>,
    /// The part of it not yet used, units a year.
    pub paid_left: Lanes<B>,
    /// The rest of the capacity not yet used, units a year.
    pub rest_left: Lanes<B>,
    /// Use, units a year.
    pub used: Lanes<B>,
    /// Invoice.
    pub invoice: Lanes<B>,
    /// Flag: it became binding this month, in whole or in some multiple.
    pub signed: Lanes<B>,
    /// Cut this month, as a share of the contract as signed.
    pub cut: Lanes<B>,
}

/// A family of compute on demand in a month.
#[derive(Clone, Debug, Default)]
pub struct FamilyMonth<const B: usize> {
    /// Room left under its limit of adoption, if it has one, units a year.
    pub room: Lanes<B>,
    /// Price on demand, dollars per unit.
    pub price: Lanes<B>,
    /// Use on demand, units a year.
    pub used: Lanes<B>,
    /// Invoices for it.
    pub invoice: Lanes<B>,
    /// The part of them that each seller bills.
    pub billed: Vec<Lanes<B>>,
}

/// Flows between a lab and an entity in a month.
#[derive(Clone, Debug, Default)]
pub struct PartyMonth<const B: usize> {
    /// Its invoices.
    pub invoiced: Lanes<B>,
    /// Credits used for them.
    pub credits_taken: Lanes<B>,
    /// Credits used of those that it has given.
    pub credits_given: Lanes<B>,
    /// The part of its invoices that is deferred.
    pub deferred: Lanes<B>,
    /// Arrears repaid to it.
    pub repaid: Lanes<B>,
    /// What it loses on arrears and debt.
    pub credit_loss: Lanes<B>,
    /// Cash from it: investments, matching, warrants, round, rescue.
    pub given: Lanes<B>,
    /// Drawn on its facilities.
    pub lent: Lanes<B>,
    /// Interest and principal paid to it.
    pub served: Lanes<B>,
    /// Balance of its facilities that a payment default ends.
    pub ended: Lanes<B>,
    /// Cash paid to it for compute: invoices less credits and deferral, arrears repaid.
    pub compute: Lanes<B>,
    /// All cash that reaches it: for compute, as revenue shares, passed on by others.
    pub paid: Lanes<B>,
}

/// Capacity that a contract or a family offers, its price, and what is taken of it.
#[derive(Clone, Debug, Default)]
pub struct Offer<const B: usize> {
    /// Position of the contract or family.
    pub of: usize,
    /// Dollars per unit.
    pub price: Lanes<B>,
    /// Offered, units a year.
    pub offered: Lanes<B>,
    /// Taken, units a year.
    pub taken: Lanes<B>,
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
    /// What they cost, dollars a month; taken only of a lab that spends spare cash.
    pub costs: Lanes<B>,
    /// Burn, dollars a month.
    pub burn: Lanes<B>,
    /// `cash_now` over burn, months.
    pub runway: Lanes<B>,
    /// `cash_now`: cash before IPO, round and facilities.
    pub cash_now: Lanes<B>,
}

impl<const B: usize> Workspace<B> {
    /// Room for the flows of a month.
    pub fn new(p: &Parameters) -> Self {
        let zero = Lanes::default();
        Self {
            labs: p.labs.iter().map(|lab| LabMonth::new(p, lab)).collect(),
            run_up: zero,
            perceived: zero,
            circular: zero,
            lab_defaulted: zero,
            failed: zero,
            open: zero,
            dated: Dated::default(),
        }
    }
}

impl<const B: usize> FamilyMonth<B> {
    fn new(family: &Family) -> Self {
        Self { billed: rows(family.on_demand.len()), ..Self::default() }
    }
}

impl<const B: usize> LabMonth<B> {
    fn new(p: &Parameters, lab: &Lab) -> Self {
        let (contracts, families, entities) = (lab.contracts.len(), p.families.len(), p.entities.len());
        Self {
            contracts: vec![ContractMonth::default(); contracts],
            families: p.families.iter().map(FamilyMonth::new).collect(),
            parties: vec![PartyMonth::default(); entities],
            offers: vec![Offer::default(); contracts.max(families)],
            revenue_share: rows(lab.revenue_shares.len()),
            investment: rows(lab.investments.len()),
            matching: rows(lab.matchings.len()),
            warrant: rows(lab.warrants.len()),
            round_by: lab.round.as_ref().map_or_else(Vec::new, |round| rows(round.participants.len())),
            draw: rows(lab.facilities.len()),
            principal: rows(lab.facilities.len()),
            frozen_balances: rows(lab.facilities.len()),
            relet_factor: Lanes::splat(1.0),
            ..Self::default()
        }
    }
}
