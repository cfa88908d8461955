//! The language as data: every table and key, as declared where they are read.

use super::range::Range;
use crate::units::Unit;

/// A table of the language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its key, with `<name>` where the file chooses a name: `lab.<name>.revenue`; empty for the file itself.
    pub key: String,
    /// What it is about: "`[market]`: the market that funds the labs."
    pub about: &'static str,
    /// Whether it applies without being written, with every key at its default.
    pub always: bool,
}

impl Section {
    /// `lab` of the section `lab.<name>`, and none of other sections.
    pub(crate) fn named(&self) -> Option<&str> {
        let (table, name) = self.key.split_once('.')?;
        (name.starts_with('<') && !name.contains('.')).then_some(table)
    }
}

/// A key of the language.
#[derive(Debug, Clone, PartialEq)]
pub struct Declared {
    /// The key, with `<name>` where the file chooses a name: `lab.<name>.cash`.
    pub key: String,
    /// The accepted form, in words.
    pub form: String,
    /// The same as data.
    pub shape: Shape,
    /// The default: a value, "required", "none", or "derived".
    pub default: String,
    /// What it means.
    pub meaning: &'static str,
}

/// The accepted form of a key.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A number, which may be a distribution.
    Number(Bounds),
    /// Numbers by calendar year; a single share holds for all years.
    ByYear(Bounds),
    /// Numbers by name.
    ByName(Bounds),
    /// For each of several names its parent and a number.
    Parents,
    /// A calendar month.
    Month,
    /// Whole months, with the least number of them.
    Span(u32),
    /// A whole number, with the smallest one.
    Count(u64),
    /// True or false.
    Flag,
    /// One of several words.
    Word(Vec<&'static str>),
    /// A text for readers.
    Text,
    /// A day, month or year.
    Date,
    /// A day or month.
    AsOf,
    /// The name of something else.
    Name,
    /// A new name: letters, digits, `-` and `_`.
    Id,
    /// A list of keys.
    Keys,
    /// A list of values of any kind.
    Values,
}

/// Unit and range of a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Its unit; none where any is accepted.
    pub unit: Option<Unit>,
    pub(super) range: Range,
}

impl Bounds {
    /// The lower bound in the base of the unit, if there is one, and whether it is included.
    pub fn low(&self) -> Option<(f64, bool)> {
        self.range.low.is_finite().then_some((self.range.low, !self.range.without_low))
    }

    /// The upper bound in the base of the unit, if there is one, and whether it is included.
    pub fn high(&self) -> Option<(f64, bool)> {
        self.range.high.is_finite().then_some((self.range.high, !self.range.without_high))
    }
}
