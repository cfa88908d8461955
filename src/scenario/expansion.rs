//! Expansions as written: compute that a lab signs while money is easy (docs/model.md, section 4).

use super::deals::{REFERENCE_FAMILY, Reletting};
use crate::calendar::{Month, Span, Timeline};
use crate::language::quantity::Quantity;
use crate::language::section::section;
use crate::model::contract::Workload;

section! {
    /// `[[expansion]]`: compute that a lab signs while money is easy.
    pub struct Expansion {
        /// name of the expansion
        pub id: String = id().required(),
        /// lab that buys
        pub lab: String = name().required(),
        /// entity that sells
        pub provider: String = name().required(),
        /// family of chips; default: the reference family
        pub family: String = name().remembered(REFERENCE_FAMILY),
        /// first month in which it is tried; default: 12 months after the start
        pub first: Month = month().after_start(12),
        /// months from one try to the next
        pub every: Span = span().at_least(1).or(Span::of_months(12)),
        /// months from signing to the first month, over which capital is spent
        pub lead: Span = span().at_least(1).or(Span::of_months(12)),
        /// length of the term
        pub term: Span = span().at_least(1).or(Span::of_months(60)),
        /// months over which payments rise linearly to their full rate
        pub ramp: Span = span().or(Span::of_months(12)),
        /// capacity wanted beyond the need, as a share of the need
        pub headroom: Quantity = share().at_least(-1.0).at_most(f64::INFINITY).or(0.0),
        /// share of the missing capacity that is signed
        pub share: Quantity = share().or(1.0),
        /// runway below which nothing is signed
        pub min_runway: Quantity = months().or(12.0),
        /// share that the lab cannot drop
        pub firm: Quantity = share().or(1.0),
        /// share of the capacity that is paid whether used or not
        pub take_or_pay: Quantity = share().or(1.0),
        /// permitted use: `any`, `inference` or `training`
        pub workload: Workload = choice().or(Workload::Any),
        /// cash margin of the provider before capital expenditure
        pub margin: Quantity = share().at_least(-1.0).or(0.0),
        /// capital expenditure of the provider, as a share of the amount
        pub capex: Quantity = share().at_most(f64::INFINITY).or(0.0),
        /// how released capacity is re-let
        pub reletting: Reletting = part(Reletting::keys),
        /// whether the capacity remains available after the term, without an obligation
        pub renew: bool = flag().or(true),
    }
}

impl Expansion {
    /// The months of a run in which it is tried.
    pub(crate) fn tries(&self, timeline: &Timeline) -> impl Iterator<Item = usize> {
        let first = usize::try_from(timeline.index(self.first)).unwrap_or(timeline.months);
        (first..timeline.months).step_by(self.every.months().max(1) as usize)
    }

    /// The name of the contract that is signed in a month.
    pub(crate) fn contract_id(&self, month: Month) -> String {
        format!("{}-{month}", self.id)
    }
}
