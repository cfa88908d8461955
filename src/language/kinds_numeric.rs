//! Kinds of keys that are numbers of the model: quantities, curves by year, and numbers by name. They may be uncertain.

use super::address::joined;
use super::declared::Shape;
use super::document::{Entry, Node};
use super::field::{Field, Kind};
use super::number::{note_number, read_quantity};
use super::problem::Problem;
use super::provenance::{PROVENANCE, found, members, read_provenance};
use super::quantity::{ByName, Curve, Origin, Provenance, Quantity, Value};
use super::range::Range;
use super::reader::Reader;
use super::requirement::Requirement;
use super::suggest;
use super::table::{Mode, Slot, Table};
use crate::calendar::YEARS;
use crate::units::Unit;

/// A number.
pub(crate) struct ANumber(Requirement);

/// A curve by year.
pub(crate) struct ACurve(Requirement);

/// Numbers by name.
pub(crate) struct Members(Requirement);

/// Kinds with a range that can be changed.
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

    /// A share of a whole, between 0 and 1.
    pub(crate) fn share(&self, name: &'static str, meaning: &'static str) -> Field<'_, ANumber> {
        self.number_of(name, meaning, Requirement::of(Unit::Share, Range::PART))
    }

    /// A probability.
    pub(crate) fn probability(&self, name: &'static str, meaning: &'static str) -> Field<'_, ANumber> {
        self.number_of(name, meaning, Requirement::of(Unit::Share, Range::PART).called("a probability", None))
    }

    /// An annual rate of either sign.
    pub(crate) fn rate(&self, name: &'static str, meaning: &'static str) -> Field<'_, ANumber> {
        self.number_of(name, meaning, Requirement::of(Unit::Rate, Range::ALL))
    }

    /// An annualised volatility: 0.25 or "25%".
    pub(crate) fn volatility(&self, name: &'static str, meaning: &'static str) -> Field<'_, ANumber> {
        let form = "a volatility, such as 0.25 or \"25%\"";
        let requirement = Requirement::of(Unit::Share, Range::NOT_NEGATIVE).called("a volatility", Some(form));
        self.number_of(name, meaning, requirement)
    }

    /// A number without a unit, of either sign.
    pub(crate) fn number(&self, name: &'static str, meaning: &'static str) -> Field<'_, ANumber> {
        self.number_of(name, meaning, Requirement::of(Unit::Number, Range::ALL))
    }

    /// A length of time that need not be in whole months.
    pub(crate) fn months(&self, name: &'static str, meaning: &'static str) -> Field<'_, ANumber> {
        self.number_of(name, meaning, Requirement::of(Unit::Months, Range::NOT_NEGATIVE))
    }

    /// An electrical power, not negative.
    pub(crate) fn power(&self, name: &'static str, meaning: &'static str) -> Field<'_, ANumber> {
        self.number_of(name, meaning, Requirement::of(Unit::Power, Range::NOT_NEGATIVE))
    }

    /// A number of any unit.
    pub(crate) fn figure(&self, name: &'static str, meaning: &'static str) -> Field<'_, ANumber> {
        let form = "a number with its unit, such as \"38B USD\", \"18%\" or 0.45";
        self.number_of(name, meaning, Requirement::ANY.called("a figure", Some(form)))
    }

    fn number_of(&self, name: &'static str, meaning: &'static str, requirement: Requirement) -> Field<'_, ANumber> {
        Field { slot: self.slot(name, meaning), kind: ANumber(requirement) }
    }

    /// Totals by calendar year, not negative.
    pub(crate) fn money_by_year(&self, name: &'static str, meaning: &'static str) -> Field<'_, ACurve> {
        Field { slot: self.slot(name, meaning), kind: ACurve(Requirement::of(Unit::Money, Range::NOT_NEGATIVE)) }
    }

    /// Shares by calendar year, between 0 and 1; a single share holds for all years.
    pub(crate) fn shares_by_year(&self, name: &'static str, meaning: &'static str) -> Field<'_, ACurve> {
        Field { slot: self.slot(name, meaning), kind: ACurve(Requirement::of(Unit::Share, Range::PART)) }
    }

    /// Weights by name, not negative.
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
    type Default = Value;

    fn form(&self) -> String {
        self.0.duty()
    }

    fn shape(&self) -> Shape {
        Shape::Number(self.0.bounds())
    }

    fn read(&self, slot: &Slot<'_>, node: &Node) -> Option<Quantity> {
        read_quantity(slot.reader(), slot.key(), node, &self.0, &Provenance::default())
    }

    fn unwritten(&self, slot: &Slot<'_>, plain: Value, origin: Origin) -> Quantity {
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
    type Default = f64;

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
        let points = if node.is_table() && !node.is_number_table() {
            let all = read_provenance(reader, &key, node);
            read_years(reader, &key, node, &self.0, &all)
        } else if self.0.unit() == Unit::Money {
            let problem = Problem::error(&key, "this is a single amount, not totals by calendar year");
            reader.refuse(problem.found(found(node)).expected(self.form()).at(&node.place));
            return None;
        } else {
            let quantity = read_quantity(reader, key.clone(), node, &self.0, &Provenance::default())?;
            vec![(reader.start.get().year(), quantity)]
        };
        Some(Curve { points, unit: self.0.unit(), key })
    }

    fn unwritten(&self, slot: &Slot<'_>, plain: f64, origin: Origin) -> Curve {
        let quantity = ANumber(self.0).unwritten(slot, Value::Known(plain), origin);
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
    type Default = ();

    fn form(&self) -> String {
        match self.0.unit() {
            Unit::Money => "amounts by name, such as { nvidia = \"10B USD\" }".to_owned(),
            _ => "shares by name, such as { nvidia = \"40%\" }".to_owned(),
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
        let all = read_provenance(reader, &key, node);
        Some(
            members(node)
                .filter_map(|entry| Some((entry.name.clone(), read_member(reader, &key, entry, &self.0, &all)?)))
                .collect(),
        )
    }

    fn unwritten(&self, _slot: &Slot<'_>, (): (), _origin: Origin) -> ByName {
        Vec::new()
    }

    fn show(&self, (): &()) -> String {
        "none".to_owned()
    }

    fn placeholder(&self, _slot: &Slot<'_>) -> ByName {
        Vec::new()
    }
}

/// Reads one of several numbers below a key.
pub(crate) fn read_member(
    reader: &Reader<'_>,
    key: &str,
    entry: &Entry,
    requirement: &Requirement,
    all: &Provenance,
) -> Option<Quantity> {
    let member = joined(key, &entry.name);
    reader.locate(&member, &entry.node.place);
    let quantity = read_quantity(reader, member, &entry.node, requirement, all);
    if quantity.is_none() {
        reader.mark_broken(key);
    }
    quantity
}

/// Reads the years of a curve, ascending, without those that cannot be read.
fn read_years(
    reader: &Reader<'_>,
    key: &str,
    node: &Node,
    requirement: &Requirement,
    all: &Provenance,
) -> Vec<(i32, Quantity)> {
    let mut points = Vec::new();
    for entry in members(node) {
        match year_of(&entry.name) {
            Some(year) => {
                let quantity = read_member(reader, key, entry, requirement, all);
                points.extend(quantity.map(|quantity| (year, quantity)));
            }
            None => refuse_year(reader, key, entry),
        }
    }
    let broken = reader.notes.borrow().broken.contains(key);
    if points.is_empty() && !broken {
        let problem = Problem::error(key, "no year is given").found(node.describe());
        reader.refuse(problem.at(&node.place));
    }
    points.sort_by_key(|(year, _)| *year);
    points
}

fn year_of(name: &str) -> Option<i32> {
    let year = name.parse::<i32>().ok()?;
    (YEARS.contains(&year) && name.len() == 4).then_some(year)
}

fn refuse_year(reader: &Reader<'_>, key: &str, entry: &Entry) {
    let name = &entry.name;
    let problem = Problem::error(joined(key, name), format!("`{name}` is not a calendar year"))
        .expected(format!("a year between {} and {}", YEARS.start(), YEARS.end()))
        .help_if(suggest::did_you_mean(name, PROVENANCE));
    reader.refuse(problem.at(&entry.place));
    reader.mark_broken(key);
}
