//! The totals of a lab so far, from which metrics are taken (docs/model.md, sections 8.4 and 11).

use crate::lanes::{Lanes, rows};

use super::constants::NEVER;
use super::parameters::Parameters;

/// The totals of a lab so far, on `B` paths.
#[derive(Clone, Debug)]
pub struct LabTally<const B: usize> {
    /// `V(0)`.
    pub opening_value: Lanes<B>,
    /// Cumulative operating cash flow.
    pub operating: Lanes<B>,
    /// Cumulative investments, matching and warrants in cash.
    pub invested: Lanes<B>,
    /// Largest funding gap so far.
    pub funding_gap: Lanes<B>,
    /// Operating cash flow before interest, discounted at `r`.
    pub discounted: Lanes<B>,
    /// First month of each event.
    pub first: Events<B>,
    /// Largest ratio of what it owed an entity at its payment default to that entity's capital; NaN before one.
    pub claims_over_capital: Lanes<B>,
    /// Highest price of a share so far, dollars.
    pub peak: Lanes<B>,
    /// Largest fall from it so far, a share of it.
    pub drawdown: Lanes<B>,
    /// Months on end overvalued.
    pub overvalued_run: Lanes<B>,
    /// Cumulative debt drawn or taken in exchanges.
    pub lent: Lanes<B>,
    /// Cumulative equity of outsiders.
    pub outside: Lanes<B>,
    /// Cumulative on-demand invoices by family.
    pub on_demand_spend: Vec<Vec<Lanes<B>>>,
    /// Cash inflows of every kind so far.
    pub inflows: Lanes<B>,
    /// Signed in expansions, over the terms.
    pub signed: Lanes<B>,
    /// Cumulative revenue.
    pub revenue: Lanes<B>,
    /// Months in which `F` stood at its floor.
    pub floor_hits: Lanes<B>,
    /// The lab at the end of each recorded date.
    pub dated: Vec<Dated<B>>,
    /// Freeze endurance, months, at the start and at the ends at which it is taken.
    pub endurance: Vec<Lanes<B>>,
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
    /// Payment default of a lab that was worth less than it owed.
    pub insolvent: Lanes<B>,
    /// Payment default with claims that exceed the capital of an entity.
    pub claims_exceed: Lanes<B>,
    /// Overvalued for long enough.
    pub overvalued: Lanes<B>,
}

/// A lab at one of the recorded dates.
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
    /// Largest fall of the price of a share from its peak so far, a share of it.
    pub drawdown: Lanes<B>,
    /// Signed in expansions so far.
    pub signed: Lanes<B>,
    /// Price over the true value of operations.
    pub overvaluation: Lanes<B>,
}

impl<const B: usize> LabTally<B> {
    pub(super) fn new(p: &Parameters) -> Self {
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
                insolvent: never,
                claims_exceed: never,
                overvalued: never,
            },
            claims_over_capital: Lanes::splat(f64::NAN),
            peak: zero,
            drawdown: zero,
            overvalued_run: zero,
            lent: zero,
            outside: zero,
            on_demand_spend: p.families.iter().map(|family| rows(family.on_demand.len())).collect(),
            inflows: zero,
            signed: zero,
            revenue: zero,
            floor_hits: zero,
            dated: vec![Dated::default(); p.dates.len()],
            endurance: rows(p.endurance_ends.len() + 1),
        }
    }
}
