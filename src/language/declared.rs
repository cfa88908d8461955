//! The language as data: every table and every key, as declared where they are read.

use super::range::Range;
use crate::units::Unit;

/// A table of the language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its key, with `<name>` for names that a file chooses: `lab.<name>.revenue`; empty for the file itself.
    pub key: String,
    /// What it is about: "`[market]`: the market that funds the labs."
    pub about: &'static str,
    /// Whether it holds without being written, each key at its default.
    pub always: bool,
}

/// A key of the language.
#[derive(Debug, Clone, PartialEq)]
pub struct Declared {
    /// The key, with `<name>` for names that a file chooses: `lab.<name>.cash`.
    pub key: String,
    /// What may be written there, in words.
    pub form: String,
    /// The same as data.
    pub shape: Shape,
    /// What holds when nothing is written: a value, "required", "none", or "derived".
    pub default: String,
    /// What it means.
    pub meaning: &'static str,
}

/// What may be written at a key.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A number, which may be a distribution.
    Number(Bounds),
    /// Numbers by calendar year; of shares, one for all years.
    ByYear(Bounds),
    /// Numbers by name.
    ByName(Bounds),
    /// A process and its parent, with their correlation.
    Parents,
    /// A calendar month.
    Month,
    /// Whole months, at least so many.
    Span(u32),
    /// A whole number, at least so large.
    Count(u64),
    /// True or false.
    Flag,
    /// One of a few words.
    Word(Vec<&'static str>),
    /// A text for the reader.
    Text,
    /// A day, month or year.
    Date,
    /// A day or month.
    AsOf,
    /// The name of something else.
    Name,
    /// A name by which something is known: letters, digits, `-` and `_`.
    Id,
    /// A list of keys.
    Keys,
    /// A list of values of any kind.
    Values,
}

/// Unit and range of a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Its unit; none where any is taken.
    pub unit: Option<Unit>,
    pub(super) range: Range,
}

impl Bounds {
    /// The smallest value in the base of the unit, if there is one, and whether it is allowed itself.
    pub fn low(&self) -> Option<(f64, bool)> {
        self.range.low.is_finite().then_some((self.range.low, !self.range.without_low))
    }

    /// The largest value in the base of the unit, if there is one, and whether it is allowed itself.
    pub fn high(&self) -> Option<(f64, bool)> {
        self.range.high.is_finite().then_some((self.range.high, !self.range.without_high))
    }
}
