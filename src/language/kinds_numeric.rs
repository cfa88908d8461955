//! Keys that are numbers of the model: quantities, curves by year, and numbers by name. They may be uncertain.

use super::binding::{note_number, of_all, read_member, read_quantity, read_years};
use super::declared::Shape;
use super::document::Node;
use super::field::{Field, Kind};
use super::number::{found, is_number_table};
use super::problem::Problem;
use super::provenance::members;
use super::quantity::ByName;
use super::quantity::{Curve, Origin, Provenance, Quantity, Value};
use super::range::Range;
use super::requirement::Requirement;
use super::table::{Mode, Slot, Table};
use crate::units::Unit;

/// A number.
pub(crate) struct ANumber(Requirement);

/// A curve by year.
pub(crate) struct ACurve(Requirement);

/// Numbers by name.
pub(crate) struct Members(Requirement);

/// Kinds whose range can be narrowed or widened.
pub(crate) trait Ranged {
    fn range(&mut self) -> &mut Range;
}

macro_rules! ranged {
    ($($kind:ty),*) => { $( impl Ranged for $kind { fn range(&mut self) -> &mut Range { &mut self.0.range } } )* };
}
ranged!(ANumber, ACurve, Members);

impl<K: Ranged> Field<'_, K> {
    pub(crate) fn at_least(mut self, low: f64) -> Self {
        self.kind.range().low = low;
        self
    }

    pub(crate) fn at_most(mut self, high: f64) -> Self {
        self.kind.range().high = high;
        self
    }

    pub(crate) fn above(mut self, low: f64) -> Self {
        self.kind.range().low = low;
        self.kind.range().without_low = true;
        self
    }

    pub(crate) fn below(mut self, high: f64) -> Self {
        self.kind.range().high = high;
        self.kind.range().without_high = true;
        self
    }

    pub(crate) fn of_either_sign(mut self) -> Self {
        *self.kind.range() = Range::ALL;
        self
    }
}

impl Table<'_> {
    /// An amount of money, not negative.
    pub(crate) fn money(&self, name: &'static str, meaning: &'static str) -> Field<'_, ANumber> {
        self.number_of(name, meaning, Requirement::of(Unit::Money, Range::NOT_NEGATIVE))
    }

    /// A part of a whole, between 0 and 1.
    pub(crate) fn share(&self, name: &'static str, meaning: &'static str) -> Field<'_, ANumber> {
        self.number_of(name, meaning, Requirement::of(Unit::Share, Range::PART))
    }

    /// A probability.
    pub(crate) fn probability(&self, name: &'static str, meaning: &'static str) -> Field<'_, ANumber> {
        let requirement = Requirement { noun: Some("a probability"), ..Requirement::of(Unit::Share, Range::PART) };
        self.number_of(name, meaning, requirement)
    }

    /// A rate a year, of either sign.
    pub(crate) fn rate(&self, name: &'static str, meaning: &'static str) -> Field<'_, ANumber> {
        self.number_of(name, meaning, Requirement::of(Unit::Rate, Range::ALL))
    }

    /// A volatility for the square root of a year: 0.25 or "25%".
    pub(crate) fn volatility(&self, name: &'static str, meaning: &'static str) -> Field<'_, ANumber> {
        let requirement = Requirement {
            noun: Some("a volatility"),
            form: Some("a volatility, such as 0.25 or \"25%\""),
            ..Requirement::of(Unit::Share, Range::NOT_NEGATIVE)
        };
        self.number_of(name, meaning, requirement)
    }

    /// A number without a unit, of either sign.
    pub(crate) fn number(&self, name: &'static str, meaning: &'static str) -> Field<'_, ANumber> {
        self.number_of(name, meaning, Requirement::of(Unit::Number, Range::ALL))
    }

    /// A length of time that need not be of whole months.
    pub(crate) fn months(&self, name: &'static str, meaning: &'static str) -> Field<'_, ANumber> {
        self.number_of(name, meaning, Requirement::of(Unit::Months, Range::NOT_NEGATIVE))
    }

    /// A number of whatever unit is written with it.
    pub(crate) fn figure(&self, name: &'static str, meaning: &'static str) -> Field<'_, ANumber> {
        self.number_of(
            name,
            meaning,
            Requirement {
                unit: None,
                range: Range::ALL,
                noun: Some("a figure"),
                form: Some("a number with its unit, such as \"38B USD\", \"18%\" or 0.45"),
            },
        )
    }

    fn number_of(&self, name: &'static str, meaning: &'static str, requirement: Requirement) -> Field<'_, ANumber> {
        Field { slot: self.slot(name, meaning), kind: ANumber(requirement) }
    }

    /// Totals by calendar year, not negative.
    pub(crate) fn money_by_year(&self, name: &'static str, meaning: &'static str) -> Field<'_, ACurve> {
        Field { slot: self.slot(name, meaning), kind: ACurve(Requirement::of(Unit::Money, Range::NOT_NEGATIVE)) }
    }

    /// Shares by calendar year, between 0 and 1; one share stands for all years.
    pub(crate) fn shares_by_year(&self, name: &'static str, meaning: &'static str) -> Field<'_, ACurve> {
        Field { slot: self.slot(name, meaning), kind: ACurve(Requirement::of(Unit::Share, Range::PART)) }
    }

    /// Parts by name, not negative.
    pub(crate) fn weights(&self, name: &'static str, meaning: &'static str) -> Field<'_, Members> {
        Field { slot: self.slot(name, meaning), kind: Members(Requirement::of(Unit::Share, Range::NOT_NEGATIVE)) }
    }

    /// Amounts of money by name, not negative.
    pub(crate) fn amounts(&self, name: &'static str, meaning: &'static str) -> Field<'_, Members> {
        Field { slot: self.slot(name, meaning), kind: Members(Requirement::of(Unit::Money, Range::NOT_NEGATIVE)) }
    }
}

impl Kind for ANumber {
    type Value = Quantity;
    type Plain = Value;

    fn form(&self) -> String {
        self.0.duty()
    }

    fn shape(&self) -> Shape {
        Shape::Number(self.0.bounds())
    }

    fn read(&self, slot: &Slot<'_>, node: &Node) -> Option<Quantity> {
        read_quantity(slot.reader(), slot.key(), node, &self.0, &Provenance::default())
    }

    fn stand(&self, slot: &Slot<'_>, plain: Value, origin: Origin) -> Quantity {
        let quantity =
            Quantity { value: plain, unit: self.0.unit(), provenance: Provenance::default(), origin, key: slot.key() };
        if slot.mode() == Mode::Read {
            note_number(slot.reader(), &quantity);
        }
        quantity
    }

    fn show(&self, plain: &Value) -> String {
        match plain {
            Value::Known(number) => self.0.unit().show(*number),
            Value::Uncertain(_) | Value::Multiple { .. } => "derived".to_owned(),
        }
    }

    fn placeholder(&self, slot: &Slot<'_>) -> Quantity {
        Quantity {
            value: Value::Known(f64::NAN),
            unit: self.0.unit(),
            provenance: Provenance::default(),
            origin: Origin::Written,
            key: slot.key(),
        }
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Known(number)
    }
}

impl Kind for ACurve {
    type Value = Curve;
    type Plain = f64;

    fn form(&self) -> String {
        match self.0.unit() {
            Unit::Money => "totals by calendar year, such as { 2026 = \"30B USD\", 2027 = \"62B USD\" }".to_owned(),
            _ => "a share for all years, such as \"18%\", or shares by year, such as { 2026 = \"58%\" }".to_owned(),
        }
    }

    fn shape(&self) -> Shape {
        Shape::ByYear(self.0.bounds())
    }

    fn read(&self, slot: &Slot<'_>, node: &Node) -> Option<Curve> {
        let reader = slot.reader();
        let key = slot.key();
        let points = if node.is_table() && !is_number_table(node) {
            let all = of_all(reader, &key, node);
            read_years(reader, &key, node, &self.0, &all)
        } else if self.0.unit() == Unit::Money {
            let problem = Problem::error(&key, "this is one amount, where totals by calendar year are wanted");
            reader.refuse(problem.found(found(node)).expected(self.form()).at(&node.place));
            return None;
        } else {
            let quantity = read_quantity(reader, key.clone(), node, &self.0, &Provenance::default())?;
            vec![(reader.start.get().year(), quantity)]
        };
        Some(Curve { points, unit: self.0.unit(), key })
    }

    fn stand(&self, slot: &Slot<'_>, plain: f64, origin: Origin) -> Curve {
        let quantity = ANumber(self.0).stand(slot, Value::Known(plain), origin);
        Curve { points: vec![(slot.reader().start.get().year(), quantity)], unit: self.0.unit(), key: slot.key() }
    }

    fn show(&self, plain: &f64) -> String {
        self.0.unit().show(*plain)
    }

    fn placeholder(&self, slot: &Slot<'_>) -> Curve {
        let quantity = ANumber(self.0).placeholder(slot);
        Curve { points: vec![(slot.reader().start.get().year(), quantity)], unit: self.0.unit(), key: slot.key() }
    }
}

impl Kind for Members {
    type Value = ByName;
    type Plain = ();

    fn form(&self) -> String {
        match self.0.unit() {
            Unit::Money => "amounts by name, such as { nvidia = \"10B USD\" }".to_owned(),
            _ => "parts by name, such as { nvidia = \"40%\" }".to_owned(),
        }
    }

    fn shape(&self) -> Shape {
        Shape::ByName(self.0.bounds())
    }

    fn read(&self, slot: &Slot<'_>, node: &Node) -> Option<ByName> {
        let (reader, key) = (slot.reader(), slot.key());
        if !node.is_table() {
            let problem = Problem::error(&key, "this is not a table of numbers by name");
            reader.refuse(problem.found(found(node)).expected(self.form()).at(&node.place));
            return None;
        }
        let all = of_all(reader, &key, node);
        Some(
            members(node)
                .filter_map(|entry| Some((entry.name.clone(), read_member(reader, &key, entry, &self.0, &all)?)))
                .collect(),
        )
    }

    fn stand(&self, _slot: &Slot<'_>, (): (), _origin: Origin) -> ByName {
        Vec::new()
    }

    fn show(&self, (): &()) -> String {
        "none".to_owned()
    }

    fn placeholder(&self, _slot: &Slot<'_>) -> ByName {
        Vec::new()
    }
}
