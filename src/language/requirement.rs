//! What a number must be: its unit, its range, and what it is called.

use super::declared::Bounds;
use super::range::Range;
use crate::units::Unit;

/// What a number must be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Requirement {
    /// `None` accepts any unit.
    pub(crate) unit: Option<Unit>,
    pub(crate) range: Range,
    /// What it is called, where that is not the name of the unit.
    pub(crate) noun: Option<&'static str>,
    /// How it is written, where that is not the form of the unit.
    pub(crate) form: Option<&'static str>,
}

impl Requirement {
    /// Any number of any unit.
    pub(crate) const ANY: Self = Self { unit: None, range: Range::ALL, noun: None, form: None };

    pub(crate) const fn of(unit: Unit, range: Range) -> Self {
        Self { unit: Some(unit), range, ..Self::ANY }
    }

    /// The same under another name and, if given, another form.
    pub(crate) const fn called(self, noun: &'static str, form: Option<&'static str>) -> Self {
        Self { noun: Some(noun), form, ..self }
    }

    pub(crate) fn bounds(&self) -> Bounds {
        Bounds { unit: self.unit, range: self.range }
    }

    pub(crate) fn unit(&self) -> Unit {
        self.unit.unwrap_or(Unit::Number)
    }

    pub(crate) fn noun(&self) -> &'static str {
        self.noun.unwrap_or_else(|| self.unit().name())
    }

    pub(crate) fn form(&self) -> &'static str {
        self.form.unwrap_or_else(|| self.unit().form())
    }

    /// Form and range.
    pub(crate) fn duty(&self) -> String {
        match self.range.duty(self.unit()) {
            Some(duty) => format!("{}; it must {duty}", self.form()),
            None => self.form().to_owned(),
        }
    }
}
