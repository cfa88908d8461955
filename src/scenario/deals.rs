//! Deals between labs and others as written: contracts, investments, matching, facilities (docs/model.md, sections 4, 5).

use crate::calendar::{Month, Span};
use crate::language::kinds_plain::Choice;
use crate::language::quantity::{ByName, Curve, Quantity};
use crate::language::section::section;
use crate::model::contract::{Pricing, Workload};

/// Under what name the reader remembers the reference family.
pub(super) const REFERENCE_FAMILY: &str = "reference family";

/// What all deals have in common.
pub(crate) struct Deal<'a> {
    /// The list it is in: `contract`.
    pub(crate) list: &'static str,
    /// Its id.
    pub(crate) id: &'a str,
    /// Its lab.
    pub(crate) lab: &'a str,
    /// The key that names the other party: `provider`.
    pub(crate) role: &'static str,
    /// The other party.
    pub(crate) party: &'a str,
}

section! {
    /// `[[contract]]`: compute bought ahead.
    pub struct Contract {
        /// its name among the contracts
        pub id: String = id().required(),
        /// lab that buys
        pub lab: String = name().required(),
        /// entity that sells
        pub provider: String = name().required(),
        /// family of chips; the reference family if none is named
        pub family: String = name().remembered(REFERENCE_FAMILY),
        /// `definitive`, or `framework` for a letter of intent
        pub status: Status = choice().or(Status::Definitive),
        /// part that the lab cannot drop; 1 for definitive contracts, 0 for frameworks
        pub firm: Quantity = share().follows(status.firm()),
        /// total over the term; instead of a schedule
        pub amount: Option<Quantity> = money().optional(),
        /// payments by year of the term; instead of an amount
        pub schedule: Option<Curve> = money_by_year().optional(),
        /// first month
        pub start: Month = month().required(),
        /// length
        pub term: Span = span().at_least(1).required(),
        /// months until an amount flows in full
        pub ramp: Span = span().or(Span::ZERO),
        /// how late it may begin; without it on time
        pub delay: Option<Delay> = table_if_written(Delay::read),
        /// part of the capacity that is paid whether used or not
        pub take_or_pay: Quantity = share().or(1.0),
        /// `plan`, `indexed` to the price of the family, or `locked` at the first month
        pub price: Pricing = choice().or(Pricing::Plan),
        /// `any`, or only `inference` or `training`
        pub workload: Workload = choice().or(Workload::Any),
        /// parts of each payment that go on to other entities
        pub pass_through: ByName = weights().at_most(1.0).or(()),
        /// cash margin of the provider before capital cost
        pub margin: Quantity = share().at_least(-1.0).or(0.0),
        /// capital spent for it, as a share of its amount
        pub capex: Quantity = share().at_most(f64::INFINITY).or(0.0),
        /// months before it begins over which that capital is spent
        pub lead: Span = span().or(Span::of_months(12)),
        /// part of lost business that the provider lets to others
        pub relet: Quantity = share().or(0.7),
        /// factor on that part in a freeze
        pub relet_frozen: Quantity = share().or(1.0),
        /// rate of released contracts a year at which reletting falls by a factor of e; without it never
        pub relet_depth: Option<Quantity> = money().above(0.0).optional(),
        /// whether it goes on after its term as capacity without an obligation
        pub renew: bool = flag().or(true),
    }

    /// `[contract.delay]`: a gamma distribution of whole months.
    pub struct Delay {
        /// mean
        pub mean: Quantity = months().required(),
        /// standard deviation over the mean
        pub cv: Quantity = number().above(0.0).required(),
    }

    /// `[[investment]]`: dated money for equity, in cash or compute credits.
    pub struct Investment {
        /// its name among the investments
        pub id: String = id().required(),
        /// entity that invests
        pub investor: String = name().required(),
        /// lab that receives
        pub lab: String = name().required(),
        /// amount
        pub amount: Quantity = money().required(),
        /// first month in which it can close
        pub date: Month = month().required(),
        /// last month in which it can close; without it none
        pub deadline: Option<Month> = month().optional(),
        /// probability that it closes
        pub probability: Quantity = probability().or(1.0),
        /// rise of the log-odds of closing with the log overvaluation
        pub close_beta: Quantity = number().or(0.0),
        /// fall of the log-odds of closing in a freeze
        pub close_freeze: Quantity = number().or(0.0),
        /// `cash`, or compute `credits`
        pub form: Form = choice().or(Form::Cash),
        /// closes only while the market is open
        pub market_open: bool = flag().or(false),
        /// closes only after the IPO
        pub after_ipo: bool = flag().or(false),
        /// closes only at this revenue a year or more
        pub min_revenue_rate: Option<Quantity> = money().optional(),
        /// closes only at this value of the lab or more
        pub min_valuation: Option<Quantity> = money().optional(),
        /// closes only when families have these parts of the lab's spend or more
        pub min_family_share: ByName = weights().at_most(1.0).or(()),
        /// closes only when the lab has spent so much with the investor's group
        pub min_group_spend: Option<Quantity> = money().optional(),
    }

    /// `[[matching]]`: vendor financing in step with invoices.
    pub struct Matching {
        /// its name among the matchings
        pub id: String = id().required(),
        /// entity that pays
        pub investor: String = name().required(),
        /// lab that receives
        pub lab: String = name().required(),
        /// contract whose invoices are matched
        pub contract: String = name().required(),
        /// money for a dollar of invoices
        pub ratio: Quantity = share().at_most(f64::INFINITY).required(),
        /// most that is paid in all; without it no end
        pub cap: Option<Quantity> = money().optional(),
    }

    /// `[[facility]]`: a line of credit.
    pub struct Facility {
        /// its name among the facilities
        pub id: String = id().required(),
        /// lab that borrows
        pub lab: String = name().required(),
        /// entity that lends
        pub lender: String = name().required(),
        /// largest balance
        pub limit: Quantity = money().required(),
        /// interest
        pub rate: Quantity = rate().at_least(0.0).or(0.0),
        /// most that all debt may be, as a share of the lab's value; without it no test
        pub ltv: Option<Quantity> = share().at_most(f64::INFINITY).optional(),
        /// whether it can be drawn in a freeze
        pub committed: bool = flag().or(false),
        /// month in which the balance is due; without it never
        pub maturity: Option<Month> = month().optional(),
    }
}

/// How binding a contract is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Signed.
    Definitive,
    /// A letter of intent.
    Framework,
}

impl Status {
    /// The part that a lab cannot drop, unless the contract says another.
    fn firm(self) -> f64 {
        match self {
            Self::Definitive => 1.0,
            Self::Framework => 0.0,
        }
    }
}

impl Choice for Status {
    const WORDS: &'static [(&'static str, Self)] = &[("definitive", Self::Definitive), ("framework", Self::Framework)];
}

impl Choice for Pricing {
    const WORDS: &'static [(&'static str, Self)] =
        &[("plan", Self::Plan), ("indexed", Self::Indexed), ("locked", Self::Locked)];
}

impl Choice for Workload {
    const WORDS: &'static [(&'static str, Self)] =
        &[("any", Self::Any), ("inference", Self::Inference), ("training", Self::Training)];
}

/// What an investor gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Money.
    Cash,
    /// Compute, to be had from the investor's group.
    Credits,
}

impl Choice for Form {
    const WORDS: &'static [(&'static str, Self)] = &[("cash", Self::Cash), ("credits", Self::Credits)];
}
