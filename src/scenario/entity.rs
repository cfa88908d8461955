//! Entities, and the evidence a scenario is held against, as written (docs/model.md, sections 8, 11).

use super::quantity::{Curve, Quantity};
use super::section::section;
use crate::calendar::Month;

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
