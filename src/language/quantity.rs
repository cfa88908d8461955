//! Numbers as written: value, unit, source and key (docs/model.md, section 10).

use super::distribution::Uncertain;
use crate::units::Unit;

/// A number of the scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    /// The number, or its place among the uncertain numbers.
    pub value: Value,
    /// Its unit; the value is in the base of this unit (dollars, shares of one, per year, months).
    pub unit: Unit,
    /// Its source.
    pub provenance: Provenance,
    /// Whether it is written, a default or derived.
    pub origin: Origin,
    /// Its key: `contract.azure.take_or_pay`.
    pub key: String,
}

/// A known number, or an uncertain one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// The number itself.
    Known(f64),
    /// Index among the uncertain numbers; quantities tied by `same_as` share it.
    Uncertain(usize),
    /// A fixed multiple of an uncertain number, from which it is derived.
    Multiple {
        /// Index of the uncertain number.
        of: usize,
        /// The multiple.
        factor: f64,
    },
}

impl Value {
    /// The number in one parameter draw; `values` are the uncertain numbers by index.
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
            same if (factor - 1.0).abs() < f64::EPSILON => same,
            Self::Known(number) => Self::Known(factor * number),
            Self::Uncertain(of) => Self::Multiple { of, factor },
            Self::Multiple { of, factor: inner } => Self::Multiple { of, factor: inner * factor },
        }
    }

    /// The smallest and the largest possible value.
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
    /// The number in one parameter draw; `values` are the uncertain numbers by index.
    pub fn at(&self, values: &[f64]) -> f64 {
        self.value.at(values)
    }

    /// Whether it is uncertain.
    pub fn is_uncertain(&self) -> bool {
        !matches!(self.value, Value::Known(_))
    }

    /// Whether the file or an override sets it.
    pub fn is_written(&self) -> bool {
        self.origin == Origin::Written
    }

    /// The smallest and the largest possible value.
    pub fn range(&self, uncertain: &[Uncertain]) -> (f64, f64) {
        self.value.range(uncertain)
    }
}

/// The source of a number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Provenance {
    /// Source, prior or assumption.
    pub basis: Basis,
    /// A remark.
    pub note: Option<String>,
}

impl Provenance {
    /// Completes this from what is said of all numbers of a table, or of the number that this one is tied to.
    pub(crate) fn inherit(&mut self, other: &Self) {
        if self.basis == Basis::Unsaid {
            self.basis = other.basis.clone();
        }
        if self.note.is_none() {
            self.note.clone_from(&other.note);
        }
    }
}

/// The basis of a number.
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

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// The file or an override sets it.
    Written,
    /// Not written; the language's default (docs/model.md, section 13).
    Default,
    /// Not written; derived from other values.
    Derived,
}

impl Origin {
    /// Its name in files.
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
    /// Its key: `lab.openai.revenue.target`.
    pub key: String,
}

impl Curve {
    /// The anchored years and their numbers in one parameter draw.
    pub fn at(&self, values: &[f64]) -> Vec<(i32, f64)> {
        self.points.iter().map(|(year, quantity)| (*year, quantity.at(values))).collect()
    }

    /// The number written for one year.
    pub fn year(&self, year: i32) -> Option<&Quantity> {
        self.points.iter().find(|(anchored, _)| *anchored == year).map(|(_, quantity)| quantity)
    }
}
