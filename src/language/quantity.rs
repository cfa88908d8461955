//! A number as written: its value or its place among the uncertain numbers, its unit, and where it comes from
//! (docs/model.md, section 10).

use super::distribution::Uncertain;
use crate::units::Unit;

/// A number of the scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    /// The number, or where it is drawn.
    pub value: Value,
    /// What it measures; the value is in the base of this unit (dollars, shares of one, a year, months).
    pub unit: Unit,
    /// Where it comes from.
    pub provenance: Provenance,
    /// Whether the file says it.
    pub origin: Origin,
    /// Its place in the language: `contract.azure.take_or_pay`.
    pub key: String,
}

/// A known number, or one that is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// The number itself.
    Known(f64),
    /// The index of an uncertain number in `Scenario::uncertain`; two quantities may share it (`same_as`).
    Uncertain(usize),
    /// A fixed multiple of an uncertain number: a default derived from it.
    Multiple {
        /// Index in `Scenario::uncertain`.
        of: usize,
        /// What it is multiplied by.
        factor: f64,
    },
}

impl Value {
    /// The number, at one draw of all uncertain numbers.
    pub fn at(self, values: &[f64]) -> f64 {
        match self {
            Self::Known(number) => number,
            Self::Uncertain(index) => values[index],
            Self::Multiple { of, factor } => factor * values[of],
        }
    }

    /// This value times a fixed factor.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        match self {
            Self::Known(number) => Self::Known(factor * number),
            Self::Uncertain(of) => Self::Multiple { of, factor },
            Self::Multiple { of, factor: inner } => Self::Multiple { of, factor: inner * factor },
        }
    }

    /// The smallest and the largest value it can take.
    pub fn range(self, uncertain: &[Uncertain]) -> (f64, f64) {
        let support = |index: usize| uncertain.get(index).map_or((f64::NAN, f64::NAN), Uncertain::support);
        match self {
            Self::Known(number) => (number, number),
            Self::Uncertain(index) => support(index),
            Self::Multiple { of, factor } => {
                let (low, high) = support(of);
                let (a, b) = (factor * low, factor * high);
                (a.min(b), a.max(b))
            }
        }
    }
}

impl Quantity {
    /// The number, at one draw of all uncertain numbers (`Scenario::means` in plan mode).
    pub fn at(&self, values: &[f64]) -> f64 {
        self.value.at(values)
    }

    /// Whether it is drawn.
    pub fn is_uncertain(&self) -> bool {
        !matches!(self.value, Value::Known(_))
    }

    /// Whether the file, or an override, says it.
    pub fn is_written(&self) -> bool {
        self.origin == Origin::Written
    }

    /// The smallest and the largest value it can take.
    pub fn range(&self, uncertain: &[Uncertain]) -> (f64, f64) {
        self.value.range(uncertain)
    }
}

/// Where a number comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Provenance {
    /// What it rests on.
    pub basis: Basis,
    /// A remark.
    pub note: Option<String>,
}

/// What a number rests on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Basis {
    /// Nothing is said.
    #[default]
    Unsaid,
    /// One or more entries of `[sources]`.
    Source(Vec<String>),
    /// A belief, and why it is held.
    Prior(String),
    /// An assumption, and why it is made.
    Assumed(String),
}

/// How a value came into the scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// The file, or an override, says it.
    Written,
    /// Nothing is said, and the language has a value for that (docs/model.md, section 13).
    Default,
    /// Nothing is said, and it follows from something else.
    Derived,
}

impl Origin {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Default => "default",
            Self::Derived => "derived",
        }
    }
}

/// A number for each of several names, in the order of the file.
pub type ByName = Vec<(String, Quantity)>;

/// Totals, or shares, by calendar year (docs/model.md, section 1).
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// The anchored years, ascending; at least one.
    pub points: Vec<(i32, Quantity)>,
    /// [`Unit::Money`] for totals, [`Unit::Share`] for shares.
    pub unit: Unit,
    /// Its place in the language: `lab.openai.revenue.target`.
    pub key: String,
}

impl Curve {
    /// The anchored years and their numbers, at one draw of all uncertain numbers.
    pub fn at(&self, values: &[f64]) -> Vec<(i32, f64)> {
        self.points.iter().map(|(year, quantity)| (*year, quantity.at(values))).collect()
    }

    /// What is written for one year.
    pub fn year(&self, year: i32) -> Option<&Quantity> {
        self.points.iter().find(|(anchored, _)| *anchored == year).map(|(_, quantity)| quantity)
    }
}
