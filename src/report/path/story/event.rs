//! An event of a story: one dated sentence.

use serde::Serialize;

/// Something that happened on a path.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The month, counted from the scenario's start.
    pub month: usize,
    /// What kind of thing it is.
    pub kind: Kind,
    /// Whom it concerns: a lab, an entity, or `market`.
    pub subject: String,
    /// The amount that it is about, dollars, if there is one.
    pub amount: Option<f64>,
    /// What happened, with the amounts.
    pub what: String,
}

/// What kind of thing an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The funding market runs up, bursts, reopens.
    Market,
    /// Strategic money is blocked, or free again.
    Regulation,
    /// A contract begins, its term ends, or its sites stop.
    Contract,
    /// Money comes, or does not.
    Funding,
    /// How long cash would last without a market.
    Endurance,
    /// Cash is short: arrears, austerity, fewer commitments, sales of assets.
    Distress,
    /// A lab is rescued, exchanges its debt, or does not pay and leaves its customers to others.
    Resolution,
    /// A loss of money.
    Loss,
    /// An entity defaults.
    EntityDefault,
}

impl Kind {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Market => "market",
            Self::Regulation => "regulation",
            Self::Contract => "contract",
            Self::Funding => "funding",
            Self::Endurance => "endurance",
            Self::Distress => "distress",
            Self::Resolution => "resolution",
            Self::Loss => "loss",
            Self::EntityDefault => "entity_default",
        }
    }
}
