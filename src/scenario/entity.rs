//! Entities, and the evidence a scenario is held against, as written (docs/model.md, sections 8, 11).

use crate::calendar::Month;
use crate::language::kinds_plain::Choice;
use crate::language::quantity::{Curve, Quantity};
use crate::language::section::section;

/// Where firms defaulted, as a part of their debt.
const BARRIER_OVER_DEBT: f64 = 0.66;

section! {
    /// `[entity.<name>]`: a firm that sells to labs, invests in them or lends to them.
    pub struct Entity {
        /// name of the entity
        pub name: String = own_name(),
        /// group to which it belongs; its own name if none is given
        pub group: String = name().follows(name.clone()),
        /// value of its assets at the start; without it the entity has no balance sheet
        pub assets: Option<Quantity> = money().above(0.0).optional(),
        /// drift of its core assets
        pub asset_growth: Quantity = rate().or(0.0),
        /// volatility of its core assets
        pub asset_volatility: Option<Quantity> = volatility().optional(),
        /// probability of default within five years, from which the volatility follows
        pub pd5: Option<Quantity> = probability().above(0.0).below(1.0).optional(),
        /// debt
        pub debt: Option<Quantity> = money().optional(),
        /// worth below which it defaults; 0.66 times its debt if none is given
        pub barrier: Option<Quantity> = money().follows_if(debt.as_ref().map(|debt| debt.value.times(BARRIER_OVER_DEBT))),
        /// response of its log assets to a fall of the market at a burst
        pub burst_beta: Quantity = number().or(0.0),
        /// cloud revenue by year, without the labs of the scenario
        pub cloud_revenue: Option<Curve> = money_by_year().optional(),
    }

    /// `[[benchmark]]`: a published figure, shown beside ours.
    pub struct Benchmark {
        /// title of the figure
        pub name: String = text().required(),
        /// what it is: `estimate`, `plan`, `swap`, `odds` or `base_rate`; each has its own caveat
        pub kind: BenchmarkKind = choice().or(BenchmarkKind::Estimate),
        /// measure to which it belongs, by its stable name
        pub metric: String = name().required(),
        /// lab, entity or contract of which it speaks; the first lab if none is named
        pub subject: Option<String> = name().optional(),
        /// month of which it speaks; without it the last
        pub by: Option<Month> = month().optional(),
        /// the figure
        pub value: Quantity = figure().required(),
        /// entry of `[sources]` in which it stands
        pub source: Option<String> = name().optional(),
        /// a remark
        pub note: Option<String> = text().optional(),
    }

    /// `[[outcome]]`: what happened later, against which a dated scenario is scored.
    pub struct Outcome {
        /// its id
        pub id: String = id().required(),
        /// measure to which it belongs, by its stable name
        pub measure: String = name().required(),
        /// lab, entity or contract of which it speaks; the first lab if none is named
        pub subject: Option<String> = name().optional(),
        /// month of which it speaks
        pub by: Month = month().required(),
        /// what happened: an amount, or for an event 1 if it had happened by then and 0 if not
        pub value: Quantity = figure().required(),
        /// when it became known: "2026-05-14", "2026-05" or "2026"
        pub known: String = date().required(),
        /// a remark: how the definition differs from ours
        pub note: Option<String> = text().optional(),
    }

    /// `[sources.<id>]`: where numbers come from.
    pub struct Source {
        /// its id
        pub id: String = own_name(),
        /// title
        pub title: String = text().required(),
        /// who published it
        pub publisher: Option<String> = text().optional(),
        /// when: "2025-11-26", "2025-11" or "2025"
        pub date: Option<String> = date().optional(),
        /// where to read it
        pub url: Option<String> = text().optional(),
        /// a remark
        pub note: Option<String> = text().optional(),
    }
}

/// What a published figure is, and so what must be said beside it.
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
    /// A frequency in the past.
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
        Self::WORDS.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }

    /// What must be said beside it.
    pub fn caveat(self) -> &'static str {
        match self {
            Self::Estimate => "An estimate under its author's own definitions and date.",
            Self::Plan => "A plan of the company, not a forecast of ours: it says what is hoped for.",
            Self::Swap => {
                "Risk-neutral and at an assumed recovery: the price holds a premium for bearing the risk, so the probability \
                 that is believed is lower."
            }
            Self::Odds => {
                "The price of a bet with rules of its own: it holds fees, the interest on the stake and what the bettors fear."
            }
            Self::BaseRate => "A frequency in the past, of cases that were alike in one respect.",
        }
    }
}
