//! Entities, and the evidence with which a scenario is compared, as written (docs/model.md, sections 8, 11).

use crate::calendar::Month;
use crate::language::kinds_plain::Choice;
use crate::language::quantity::{Curve, Quantity};
use crate::language::section::section;

/// The default barrier over debt that fits past defaults (docs/model.md, section 8.1).
pub(crate) const BARRIER_OVER_DEBT: f64 = 0.66;

section! {
    /// `[entity.<name>]`: a firm that sells to labs, invests in them or lends to them.
    pub struct Entity {
        /// name of the entity
        pub name: String = own_name(),
        /// group to which it belongs; default: its own name
        pub group: String = name().follows(name.clone()),
        /// assets at the start; default: no balance sheet
        pub assets: Option<Quantity> = money().above(0.0).optional(),
        /// annual drift of its core assets
        pub asset_growth: Quantity = rate().or(0.0),
        /// volatility of its core assets
        pub asset_volatility: Option<Quantity> = volatility().optional(),
        /// five-year default probability, from which the volatility is calibrated
        pub pd5: Option<Quantity> = probability().above(0.0).below(1.0).optional(),
        /// risk-neutral over physical hazard of `pd5`; default: `pd5` is physical
        pub coverage: Quantity = number().at_least(1.0).or(1.0),
        /// debt
        pub debt: Option<Quantity> = money().optional(),
        /// assets below which it defaults; default: 0.66 times its debt
        pub barrier: Option<Quantity> = money().follows_if(debt.as_ref().map(|debt| debt.value.times(BARRIER_OVER_DEBT))),
        /// present value of leases, 0.66 times which are added to the barrier
        pub leases: Quantity = money().or(0.0),
        /// elasticity of what it gives to labs to a fall of its core assets below their trend
        pub giving_elasticity: Quantity = number().at_least(0.0).or(0.0),
        /// debt over worth above which it gives nothing; default: not tested
        pub max_ltv: Option<Quantity> = share().at_most(f64::INFINITY).optional(),
        /// part of its contracts that keeps running once it is in default
        pub step_in: Quantity = share().or(1.0),
        /// cash that it may run out of; default: it defaults by its worth alone
        pub treasury: Option<Treasury> = table_if_written(Treasury::read),
        /// most compute that it sells on demand by year; default: no limit
        pub on_demand_limit: Option<Curve> = money_by_year().optional(),
        /// sensitivity of its log assets to the fall of the market at a burst
        pub burst_beta: Quantity = number().or(0.0),
        /// cloud revenue by year, excluding the labs of the scenario
        pub cloud_revenue: Option<Curve> = money_by_year().optional(),
    }

    /// `[entity.<name>.treasury]`: its cash, and what it earns, invests and can borrow.
    pub struct Treasury {
        /// liquid funds at the start, with committed lines that are not drawn
        pub cash: Quantity = money().required(),
        /// what its other business earns a year at the start, after interest and before capital expenditure; negative: an outflow
        pub cash_flow: Quantity = money().of_either_sign().or(0.0),
        /// capital expenditure by year, beyond what contracts of the labs need
        pub capex: Option<Curve> = money_by_year().optional(),
        /// months of frozen credit in which capital expenditure falls to 37 % (1/e)
        pub capex_cut: Quantity = months().above(0.0).or(6.0),
        /// cash that it restores by borrowing while credit is open
        pub min_cash: Quantity = money().follows(cash.value),
        /// annual interest on what it borrows after the start
        pub rate: Quantity = rate().at_least(0.0).or(0.0),
        /// debt over debt and equity up to which it can borrow
        pub debt_ceiling: Quantity = share().below(1.0).or(0.66),
        /// share of its core assets that it can sell when it is short of cash
        pub saleable: Quantity = share().or(0.0),
        /// discount at which it sells them
        pub discount: Quantity = share().below(1.0).or(0.2),
    }

    /// `[[debt]]`: debt of an entity with a date on which it is due.
    pub struct Debt {
        /// name of the debt
        pub id: String = id().required(),
        /// entity that owes it
        pub borrower: String = name().required(),
        /// principal, part of the `debt` of the borrower
        pub amount: Quantity = money().above(0.0).required(),
        /// month in which it is due
        pub maturity: Month = month().required(),
        /// entity to which it is owed; default: nobody in the scenario
        pub lender: Option<String> = name().optional(),
        /// annual interest that the borrower's `cash_flow` leaves out
        pub rate: Quantity = rate().at_least(0.0).or(0.0),
    }

    /// `[clearing]`: what an entity in default pays other entities that lent it money; default: they lose nothing.
    pub struct Clearing {
        /// part of its own assets that reaches its creditors
        pub own: Quantity = share().or(1.0),
        /// part of what other entities pay it that reaches them
        pub claims: Quantity = share().or(1.0),
    }

    /// `[[benchmark]]`: a published figure to compare with.
    pub struct Benchmark {
        /// title of the figure
        pub name: String = text().required(),
        /// kind of the figure, which decides the caveat: `estimate`, `plan`, `swap`, `odds` or `base_rate`
        pub kind: BenchmarkKind = choice().or(BenchmarkKind::Estimate),
        /// measure that it is compared with
        pub metric: String = name().required(),
        /// lab, entity or contract; default: the first lab
        pub subject: Option<String> = name().optional(),
        /// month; default: the last
        pub by: Option<Month> = month().optional(),
        /// the figure
        pub value: Quantity = figure().required(),
        /// whether it is also an input, so that agreeing says nothing
        pub is_input: bool = flag().or(false),
        /// id of its source in `[sources]`
        pub source: Option<String> = name().optional(),
        /// note
        pub note: Option<String> = text().optional(),
    }

    /// `[[expectation]]`: what a run must look like to be believed, written before it is made.
    pub struct Expectation {
        /// id
        pub id: String = id().required(),
        /// measure that is looked at
        pub measure: String = name().required(),
        /// lab, entity or contract; default: the first lab
        pub subject: Option<String> = name().optional(),
        /// month; default: the last
        pub by: Option<Month> = month().optional(),
        /// what is looked at: `mean`, `p05`, `p50` or `p95` over the paths; an event has its probability
        pub statistic: Look = choice().or(Look::Median),
        /// in place of a statistic: the share of paths above this amount
        pub above: Option<Quantity> = figure().optional(),
        /// event without which a path does not count
        pub given: Option<String> = name().optional(),
        /// least that is plausible
        pub low: Option<Quantity> = figure().optional(),
        /// most that is plausible
        pub high: Option<Quantity> = figure().optional(),
        /// note on why
        pub note: Option<String> = text().optional(),
    }

    /// `[[outcome]]`: what happened later, against which a dated scenario is scored.
    pub struct Outcome {
        /// id
        pub id: String = id().required(),
        /// measure that it is compared with
        pub measure: String = name().required(),
        /// lab, entity or contract; default: the first lab
        pub subject: Option<String> = name().optional(),
        /// month
        pub by: Month = month().required(),
        /// outcome: an amount, or for an event 1 if it had happened by then and 0 if not
        pub value: Quantity = figure().required(),
        /// date on which it became known: "2026-05-14", "2026-05" or "2026"
        pub known: String = date().required(),
        /// note on how the definition differs
        pub note: Option<String> = text().optional(),
    }

    /// `[sources.<id>]`: a published source of numbers.
    pub struct Source {
        /// id
        pub id: String = own_name(),
        /// title
        pub title: String = text().required(),
        /// publisher
        pub publisher: Option<String> = text().optional(),
        /// date of publication: "2025-11-26", "2025-11" or "2025"
        pub date: Option<String> = date().optional(),
        /// web address
        pub url: Option<String> = text().optional(),
        /// note
        pub note: Option<String> = text().optional(),
    }
}

/// The statistic of an expectation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// The mean over the paths.
    Mean,
    /// The 5 % quantile.
    Low,
    /// The median.
    Median,
    /// The 95 % quantile.
    High,
}

impl Choice for Look {
    const WORDS: &'static [(&'static str, Self)] =
        &[("mean", Self::Mean), ("p05", Self::Low), ("p50", Self::Median), ("p95", Self::High)];
}

impl Look {
    /// Its name in the language.
    pub fn name(self) -> &'static str {
        self.word()
    }
}

/// The kind of a published figure, which decides its caveat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BenchmarkKind {
    /// An analyst's estimate.
    Estimate,
    /// A plan of the company.
    Plan,
    /// A probability implied by a credit default swap.
    Swap,
    /// The price of a bet.
    Odds,
    /// A historical frequency.
    BaseRate,
}

impl Choice for BenchmarkKind {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("estimate", Self::Estimate),
        ("plan", Self::Plan),
        ("swap", Self::Swap),
        ("odds", Self::Odds),
        ("base_rate", Self::BaseRate),
    ];
}

impl BenchmarkKind {
    /// Its name in the language.
    pub fn name(self) -> &'static str {
        self.word()
    }

    /// The caveat to print beside it.
    pub fn caveat(self) -> &'static str {
        match self {
            Self::Estimate => "An estimate under its author's own definitions, as of its date.",
            Self::Plan => "A plan of the company, not a forecast.",
            Self::Swap => {
                "Risk-neutral, at an assumed recovery: the price contains a risk premium, so the real-world probability is \
                 lower."
            }
            Self::Odds => {
                "The price of a bet under its own rules: it contains fees, interest on the stake and a risk premium."
            }
            Self::BaseRate => {
                "A historical frequency given its condition; ours is over all paths, whether the condition holds on them or not."
            }
        }
    }
}
