//! Deals between labs and others as written: contracts, investments, matching, facilities (docs/model.md, sections 4, 5).

use crate::calendar::{Month, Span};
use crate::language::kinds_plain::Choice;
use crate::language::quantity::{ByName, Curve, Quantity};
use crate::language::section::section;
use crate::model::contract::{Pricing, Workload};

/// Under what name the reader remembers the reference family.
pub(super) const REFERENCE_FAMILY: &str = "reference family";

/// `relet` of a contract that does not say it, of a family whose hardware does not age.
pub(crate) const RELET: f64 = 0.7;

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
    /// `[[contract]]`: commitment to buy compute.
    pub struct Contract {
        /// name of the contract
        pub id: String = id().required(),
        /// lab that buys
        pub lab: String = name().required(),
        /// entity that sells
        pub provider: String = name().required(),
        /// family of chips; default: the reference family
        pub family: String = name().remembered(REFERENCE_FAMILY),
        /// `definitive`, or `framework` for a letter of intent
        pub status: Status = choice().or(Status::Definitive),
        /// share that the lab cannot drop; default: 1 for definitive contracts, 0 for frameworks
        pub firm: Quantity = share().follows(status.firm()),
        /// total over the term, instead of a schedule
        pub amount: Option<Quantity> = money().optional(),
        /// payments by calendar year of the term, instead of an amount
        pub schedule: Option<Curve> = money_by_year().optional(),
        /// capacity, instead of an amount
        pub capacity: Option<Quantity> = power().above(0.0).optional(),
        /// annual price of one GW of that capacity
        pub price_per_gw_year: Option<Quantity> = money().optional(),
        /// first month
        pub start: Month = month().required(),
        /// length of the term
        pub term: Span = span().at_least(1).required(),
        /// months over which payments rise linearly to their full rate
        pub ramp: Span = span().or(Span::ZERO),
        /// delay of the first month
        pub delay: Option<Delay> = table_if_written(Delay::read),
        /// probability that it becomes binding
        pub probability: Quantity = probability().or(1.0),
        /// month in which that is decided
        pub decided: Month = month().before_start(0),
        /// rise of the log-odds of becoming binding per unit of log overvaluation
        pub close_beta: Quantity = number().or(0.0),
        /// fall of the log-odds of becoming binding in a freeze
        pub close_freeze: Quantity = number().or(0.0),
        /// share of the capacity that is paid whether used or not
        pub take_or_pay: Quantity = share().or(1.0),
        /// unit price: as in the `plan`, `indexed` to the price of the family, or `locked` in the first month
        pub price: Pricing = choice().or(Pricing::Plan),
        /// permitted use: `any`, `inference`, `training`, or `none` for a lease of space
        pub workload: Workload = choice().or(Workload::Any),
        /// shares of each payment passed on to other entities
        pub pass_through: ByName = weights().at_most(1.0).or(()),
        /// what other entities lose on each dollar of its capital that a cut leaves unspent
        pub orders: ByName = weights().at_most(1.0).or(()),
        /// cash margin of the provider before capital expenditure
        pub margin: Quantity = share().at_least(-1.0).or(0.0),
        /// capital expenditure of the provider, as a share of the amount
        pub capex: Quantity = share().at_most(f64::INFINITY).or(0.0),
        /// months before the first month over which capital is spent
        pub lead: Span = span().or(Span::of_months(12)),
        /// how released capacity is re-let
        pub reletting: Reletting = part(Reletting::keys),
        /// whether the capacity remains available after the term, without an obligation
        pub renew: bool = flag().or(true),
    }

    /// Keys of a contract, wherever it is written: how its provider re-lets what the lab gives up.
    pub struct Reletting {
        /// share of released capacity that the provider re-lets; default: 70 %, or all of it where the family has a `plant`
        pub relet: Option<Quantity> = share().optional(),
        /// factor on that share in a freeze
        pub relet_frozen: Quantity = share().or(1.0),
        /// annual value of released contracts at which re-letting falls by a factor of e; default: no effect
        pub relet_depth: Option<Quantity> = money().above(0.0).optional(),
    }

    /// `[contract.delay]`: gamma distribution of the delay, rounded to whole months.
    pub struct Delay {
        /// mean
        pub mean: Quantity = months().required(),
        /// coefficient of variation
        pub cv: Quantity = number().above(0.0).required(),
    }

    /// `[[investment]]`: dated equity investment, in cash or compute credits.
    pub struct Investment {
        /// name of the investment
        pub id: String = id().required(),
        /// entity that invests
        pub investor: String = name().required(),
        /// lab that receives it
        pub lab: String = name().required(),
        /// amount
        pub amount: Quantity = money().required(),
        /// first month in which it can close
        pub date: Month = month().required(),
        /// last month in which it can close; default: no end
        pub deadline: Option<Month> = month().optional(),
        /// probability that it closes
        pub probability: Quantity = probability().or(1.0),
        /// rise of the log-odds of closing per unit of log overvaluation
        pub close_beta: Quantity = number().or(0.0),
        /// fall of the log-odds of closing in a freeze
        pub close_freeze: Quantity = number().or(0.0),
        /// `cash`, or compute `credits`
        pub form: Form = choice().or(Form::Cash),
        /// price of the shares: of the `market`, or `contracted` at the opening value
        pub pricing: SharePrice = choice().or(SharePrice::Market),
        /// conditions of which all must hold
        pub all: Conditions = part(Conditions::keys),
        /// tables of conditions of which one must hold
        pub any: Vec<Conditions> = numbered(Conditions::read),
        /// tables of conditions of which none may hold
        pub not: Vec<Conditions> = numbered(Conditions::read),
        /// compute that the lab commits to buy in return
        pub commits: Option<Commits> = table_if_written(Commits::read),
    }

    /// `[investment.commits]`: contract that the lab signs when the investment closes.
    pub struct Commits {
        /// amount of the contract over the amount of the investment
        pub multiple: Quantity = number().at_least(0.0).required(),
        /// entity that sells; default: the investor
        pub provider: Option<String> = name().optional(),
        /// family of chips; default: the reference family
        pub family: String = name().remembered(REFERENCE_FAMILY),
        /// months from the closing to the first month, over which capital is spent
        pub lead: Span = span().at_least(1).or(Span::of_months(12)),
        /// length of the term
        pub term: Span = span().at_least(1).required(),
        /// months over which payments rise linearly to their full rate
        pub ramp: Span = span().or(Span::ZERO),
        /// share that the lab cannot drop
        pub firm: Quantity = share().or(1.0),
        /// share of the capacity that is paid whether used or not
        pub take_or_pay: Quantity = share().or(1.0),
        /// unit price: as in the `plan`, `indexed` to the price of the family, or `locked` in the first month
        pub price: Pricing = choice().or(Pricing::Plan),
        /// permitted use: `any`, `inference`, `training`, or `none` for a lease of space
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

    /// `[[investment.any]]`, `[[investment.not]]`: conditions of an investment, all of which hold or not as one.
    pub struct Conditions {
        /// whether it closes only while the market is open
        pub market_open: bool = flag().or(false),
        /// whether it closes only after the IPO
        pub after_ipo: bool = flag().or(false),
        /// minimum annualised revenue at closing
        pub min_revenue_rate: Option<Quantity> = money().optional(),
        /// minimum equity value at closing
        pub min_valuation: Option<Quantity> = money().optional(),
        /// minimum shares of families in the lab's compute spending at closing
        pub min_family_share: ByName = weights().at_most(1.0).or(()),
        /// minimum cumulative spending of the lab with the investor's group at closing
        pub min_group_spend: Option<Quantity> = money().optional(),
    }

    /// `[[matching]]`: vendor financing in proportion to invoices.
    pub struct Matching {
        /// name of the matching
        pub id: String = id().required(),
        /// entity that pays
        pub investor: String = name().required(),
        /// lab that receives it
        pub lab: String = name().required(),
        /// contract whose invoices are matched
        pub contract: String = name().required(),
        /// financing per dollar invoiced
        pub ratio: Quantity = share().at_most(f64::INFINITY).required(),
        /// cap on the total
        pub cap: Option<Quantity> = money().optional(),
    }

    /// `[[facility]]`: a line of credit.
    pub struct Facility {
        /// name of the facility
        pub id: String = id().required(),
        /// lab that borrows
        pub lab: String = name().required(),
        /// entity that lends
        pub lender: String = name().required(),
        /// maximum balance
        pub limit: Quantity = money().required(),
        /// balance at the start
        pub drawn: Quantity = money().or(0.0),
        /// interest rate
        pub rate: Quantity = rate().at_least(0.0).or(0.0),
        /// maximum of all debt over the lab's equity value
        pub ltv: Option<Quantity> = share().at_most(f64::INFINITY).optional(),
        /// whether it can be drawn in a freeze
        pub committed: bool = flag().or(false),
        /// month in which the balance is due; default: never
        pub maturity: Option<Month> = month().optional(),
    }
}

/// Legal status of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Signed.
    Definitive,
    /// A letter of intent.
    Framework,
}

impl Status {
    /// The share that a lab cannot drop, unless the contract sets another.
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
        &[("any", Self::Any), ("inference", Self::Inference), ("training", Self::Training), ("none", Self::None)];
}

/// The price of the shares that an investment buys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SharePrice {
    /// That of the month.
    Market,
    /// The opening price.
    Contracted,
}

impl Choice for SharePrice {
    const WORDS: &'static [(&'static str, Self)] = &[("market", Self::Market), ("contracted", Self::Contracted)];
}

impl Conditions {
    /// Whether nothing is asked.
    pub(super) fn is_empty(&self) -> bool {
        !self.market_open
            && !self.after_ipo
            && self.min_revenue_rate.is_none()
            && self.min_valuation.is_none()
            && self.min_family_share.is_empty()
            && self.min_group_spend.is_none()
    }
}

impl Investment {
    /// Every table of conditions with its key: its own, and those of `any` and `not`.
    pub(super) fn conditions(&self) -> Vec<(String, &Conditions)> {
        let own = format!("investment.{}", self.id);
        let listed = |name: &'static str, list| {
            let key = format!("{own}.{name}");
            Iterator::zip(1.., list)
                .map(move |(number, conditions): (u32, &Conditions)| (format!("{key}.{number}"), conditions))
        };
        std::iter::once((own.clone(), &self.all))
            .chain(listed("any", &self.any))
            .chain(listed("not", &self.not))
            .collect()
    }

    /// The name of the contract that comes with it.
    pub(crate) fn contract_id(&self) -> String {
        format!("{}-commits", self.id)
    }
}

impl Commits {
    /// Who sells: the investor, if no provider is written.
    pub(crate) fn provider<'a>(&'a self, investment: &'a Investment) -> &'a str {
        self.provider.as_deref().unwrap_or(&investment.investor)
    }
}

/// The form of an investment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Cash.
    Cash,
    /// Compute credits with the investor's group.
    Credits,
}

impl Choice for Form {
    const WORDS: &'static [(&'static str, Self)] = &[("cash", Self::Cash), ("credits", Self::Credits)];
}
