//! Keys that are numbers of the model: quantities, curves by year, and numbers by name. They may be uncertain.

use super::distribution::Uncertain;
use super::document::{Content, Entry, Node};
use super::effective::Effective;
use super::entity::Correlation;
use super::field::{Field, Kind, cite, note_problems};
use super::file::ByName;
use super::number::{Found, NumberReader, PROVENANCE, Shape, found, is_number_table, read_provenance};
use super::problem::{Place, Problem};
use super::quantity::{Basis, Curve, Origin, Provenance, Quantity, Value};
use super::range::Range;
use super::reader::{Mode, Reader, Slot, Table, Tie, joined};
use super::suggest;
use crate::calendar::YEARS;
use crate::units::Unit;

/// What a number must be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measure {
    /// `None` takes whatever unit is written.
    unit: Option<Unit>,
    range: Range,
    /// What it is called, where that is not the name of the unit.
    noun: Option<&'static str>,
    /// How it is written, where that is not the form of the unit.
    form: Option<&'static str>,
}

impl Measure {
    const fn of(unit: Unit, range: Range) -> Self {
        Self { unit: Some(unit), range, noun: None, form: None }
    }

    fn unit(&self) -> Unit {
        self.unit.unwrap_or(Unit::Number)
    }

    fn noun(&self) -> &'static str {
        self.noun.unwrap_or_else(|| self.unit().name())
    }

    fn form(&self) -> &'static str {
        self.form.unwrap_or_else(|| self.unit().form())
    }

    /// Form and range.
    fn duty(&self) -> String {
        match self.range.duty(self.unit()) {
            Some(duty) => format!("{}; it must {duty}", self.form()),
            None => self.form().to_owned(),
        }
    }
}

/// A number.
pub(crate) struct ANumber(Measure);

/// A curve by year.
pub(crate) struct ACurve(Measure);

/// Numbers by name.
pub(crate) struct Members(Measure);

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
        self.number_of(name, meaning, Measure::of(Unit::Money, Range::NOT_NEGATIVE))
    }

    /// A part of a whole, between 0 and 1.
    pub(crate) fn share(&self, name: &'static str, meaning: &'static str) -> Field<'_, ANumber> {
        self.number_of(name, meaning, Measure::of(Unit::Share, Range::PART))
    }

    /// A probability.
    pub(crate) fn probability(&self, name: &'static str, meaning: &'static str) -> Field<'_, ANumber> {
        let measure = Measure { noun: Some("a probability"), ..Measure::of(Unit::Share, Range::PART) };
        self.number_of(name, meaning, measure)
    }

    /// A rate a year, of either sign.
    pub(crate) fn rate(&self, name: &'static str, meaning: &'static str) -> Field<'_, ANumber> {
        self.number_of(name, meaning, Measure::of(Unit::Rate, Range::ALL))
    }

    /// A volatility for the square root of a year: 0.25 or "25%".
    pub(crate) fn volatility(&self, name: &'static str, meaning: &'static str) -> Field<'_, ANumber> {
        let measure = Measure {
            noun: Some("a volatility"),
            form: Some("a volatility, such as 0.25 or \"25%\""),
            ..Measure::of(Unit::Share, Range::NOT_NEGATIVE)
        };
        self.number_of(name, meaning, measure)
    }

    /// A number without a unit, of either sign.
    pub(crate) fn number(&self, name: &'static str, meaning: &'static str) -> Field<'_, ANumber> {
        self.number_of(name, meaning, Measure::of(Unit::Number, Range::ALL))
    }

    /// A length of time that need not be of whole months.
    pub(crate) fn months(&self, name: &'static str, meaning: &'static str) -> Field<'_, ANumber> {
        self.number_of(name, meaning, Measure::of(Unit::Months, Range::NOT_NEGATIVE))
    }

    /// A number of whatever unit is written with it.
    pub(crate) fn figure(&self, name: &'static str, meaning: &'static str) -> Field<'_, ANumber> {
        self.number_of(name, meaning, Measure {
            unit: None,
            range: Range::ALL,
            noun: Some("a figure"),
            form: Some("a number with its unit, such as \"38B USD\", \"18%\" or 0.45"),
        })
    }

    fn number_of(&self, name: &'static str, meaning: &'static str, measure: Measure) -> Field<'_, ANumber> {
        Field { slot: self.slot(name, meaning), kind: ANumber(measure) }
    }

    /// Totals by calendar year, not negative.
    pub(crate) fn money_by_year(&self, name: &'static str, meaning: &'static str) -> Field<'_, ACurve> {
        Field { slot: self.slot(name, meaning), kind: ACurve(Measure::of(Unit::Money, Range::NOT_NEGATIVE)) }
    }

    /// Shares by calendar year, between 0 and 1; one share stands for all years.
    pub(crate) fn shares_by_year(&self, name: &'static str, meaning: &'static str) -> Field<'_, ACurve> {
        Field { slot: self.slot(name, meaning), kind: ACurve(Measure::of(Unit::Share, Range::PART)) }
    }

    /// Parts by name, not negative.
    pub(crate) fn weights(&self, name: &'static str, meaning: &'static str) -> Field<'_, Members> {
        Field { slot: self.slot(name, meaning), kind: Members(Measure::of(Unit::Share, Range::NOT_NEGATIVE)) }
    }

    /// Amounts of money by name, not negative.
    pub(crate) fn amounts(&self, name: &'static str, meaning: &'static str) -> Field<'_, Members> {
        Field { slot: self.slot(name, meaning), kind: Members(Measure::of(Unit::Money, Range::NOT_NEGATIVE)) }
    }
}

impl Kind for ANumber {
    type Value = Quantity;
    type Plain = Value;

    fn form(&self) -> String {
        self.0.duty()
    }

    fn read(&self, slot: &Slot<'_>, node: &Node) -> Option<Quantity> {
        read_quantity(slot.reader(), slot.key(), node, &self.0, &Provenance::default())
    }

    fn stand(&self, slot: &Slot<'_>, plain: Value, origin: Origin) -> Quantity {
        let quantity = Quantity {
            value: plain,
            unit: self.0.unit(),
            provenance: Provenance::default(),
            origin,
            key: slot.key(),
        };
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

    fn read(&self, slot: &Slot<'_>, node: &Node) -> Option<ByName> {
        let (reader, key) = (slot.reader(), slot.key());
        if !node.is_table() {
            let problem = Problem::error(&key, "this is not a table of numbers by name");
            reader.refuse(problem.found(found(node)).expected(self.form()).at(&node.place));
            return None;
        }
        let all = of_all(reader, &key, node);
        let members = node.entries().iter().filter(|entry| !PROVENANCE.contains(&entry.name.as_str()));
        Some(members.filter_map(|entry| Some((entry.name.clone(), read_member(reader, &key, entry, &self.0, &all)?))).collect())
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

impl Table<'_> {
    /// Processes, each with the one it follows and the correlation of the two.
    pub(crate) fn correlations(&self, name: &'static str, meaning: &'static str) -> Vec<Correlation> {
        let slot = self.slot(name, meaning);
        let measure = Measure { noun: Some("a correlation"), ..Measure::of(Unit::Number, Range::CORRELATION) };
        slot.declare("{ parent = correlation } for each process".to_owned(), "none".to_owned());
        let Some(node) = slot.node() else { return Vec::new() };
        let key = slot.key();
        node.entries().iter().filter_map(|entry| read_parent(self.reader, &key, entry, &measure)).collect()
    }
}

fn read_parent(reader: &Reader<'_>, key: &str, entry: &Entry, measure: &Measure) -> Option<Correlation> {
    let child = joined(key, &entry.name);
    reader.locate(&child, &entry.node.place);
    let all = of_all(reader, &child, &entry.node);
    let parents: Vec<&Entry> =
        entry.node.entries().iter().filter(|entry| !PROVENANCE.contains(&entry.name.as_str())).collect();
    let expected = "one parent, such as { market = 0.6 }";
    match parents.as_slice() {
        [parent] => {
            let value = read_member(reader, &child, parent, measure, &all)?;
            Some(Correlation { child: entry.name.clone(), parent: parent.name.clone(), value })
        }
        [] => {
            let problem = Problem::error(&child, format!("`{}` has no parent", entry.name));
            reader.refuse(problem.found(entry.node.describe()).expected(expected).at(&entry.node.place));
            None
        }
        several => {
            let names = suggest::listed(several.iter().map(|parent| parent.name.as_str()));
            let problem = Problem::error(&child, format!("`{}` has several parents", entry.name));
            let help = "correlations form a tree: let one of the parents follow the other";
            reader.refuse(problem.found(names).expected(expected).help(help).at(&entry.node.place));
            None
        }
    }
}

/// What a table of numbers says about the origin of all of them.
fn of_all(reader: &Reader<'_>, key: &str, node: &Node) -> Provenance {
    let mut problems = Vec::new();
    let provenance = read_provenance(key, node, &mut problems);
    note_problems(reader, problems);
    cite(reader, key, node, &provenance);
    provenance
}

fn read_member(reader: &Reader<'_>, key: &str, entry: &Entry, measure: &Measure, all: &Provenance) -> Option<Quantity> {
    let member = joined(key, &entry.name);
    reader.locate(&member, &entry.node.place);
    let quantity = read_quantity(reader, member, &entry.node, measure, all);
    if quantity.is_none() {
        reader.notes.borrow_mut().broken.insert(key.to_owned());
    }
    quantity
}

/// Reads the years of a curve; one without a year that can be read has a place held for it.
fn read_years(reader: &Reader<'_>, key: &str, node: &Node, measure: &Measure, all: &Provenance) -> Vec<(i32, Quantity)> {
    let mut points = Vec::new();
    for entry in node.entries().iter().filter(|entry| !PROVENANCE.contains(&entry.name.as_str())) {
        let year = entry.name.parse::<i32>().ok().filter(|year| YEARS.contains(year) && entry.name.len() == 4);
        if let Some(year) = year {
            points.extend(read_member(reader, key, entry, measure, all).map(|quantity| (year, quantity)));
            continue;
        }
        let problem = Problem::error(joined(key, &entry.name), format!("`{}` is not a calendar year", entry.name));
        let problem = problem.expected(format!("a year between {} and {}", YEARS.start(), YEARS.end()));
        reader.refuse(problem.help_if(suggest::did_you_mean(&entry.name, PROVENANCE)).at(&entry.place));
        reader.notes.borrow_mut().broken.insert(key.to_owned());
    }
    let empty = points.is_empty() && !reader.notes.borrow().broken.contains(key);
    if empty {
        reader.refuse(Problem::error(key, "no year is given").found(node.describe()).at(&node.place));
    }
    points.sort_by_key(|(year, _)| *year);
    points
}

/// Reads a number in any of its forms, checks its range, and notes it.
fn read_quantity(reader: &Reader<'_>, key: String, node: &Node, measure: &Measure, all: &Provenance) -> Option<Quantity> {
    let mut problems = Vec::new();
    let found = NumberReader {
        key: &key,
        unit: measure.unit,
        noun: measure.noun(),
        form: measure.form(),
        problems: &mut problems,
    }
    .read(node);
    note_problems(reader, problems);
    let found = found?;
    cite(reader, &key, node, &found.provenance);
    let unit = measure.unit.unwrap_or(found.unit);
    let mut provenance = found.provenance.clone();
    let value = settle(reader, &key, unit, found, &mut provenance)?;
    inherit(&mut provenance, all);
    let quantity = Quantity { value, unit, provenance, origin: Origin::Written, key };
    check_range(reader, &quantity, measure, node)?;
    note_number(reader, &quantity);
    Some(quantity)
}

/// What is said of all numbers of a table holds for those of which nothing is said.
fn inherit(own: &mut Provenance, all: &Provenance) {
    if own.basis == Basis::Unsaid {
        own.basis = all.basis.clone();
    }
    if own.note.is_none() {
        own.note.clone_from(&all.note);
    }
}

/// Gives a number that was found its place among the uncertain ones.
fn settle(reader: &Reader<'_>, key: &str, unit: Unit, found: Found, provenance: &mut Provenance) -> Option<Value> {
    match found.shape {
        Shape::Known(number) => Some(Value::Known(number)),
        Shape::Drawn { distribution, min, max } => {
            let number = Uncertain { key: key.to_owned(), distribution, min, max, unit };
            Some(Value::Uncertain(enlist(reader, number)))
        }
        Shape::SameAs { target, place } => tie(reader, key, unit, &target, &place, provenance),
    }
}

/// The index of an uncertain number, which may have been asked for before it was read.
fn enlist(reader: &Reader<'_>, number: Uncertain) -> usize {
    let mut notes = reader.notes.borrow_mut();
    let next = notes.uncertain.len();
    let index = *notes.drawn.entry(number.key.clone()).or_insert(next);
    if index == next {
        notes.uncertain.push(number);
    } else {
        notes.uncertain[index] = number;
    }
    index
}

/// Follows `same_as` to the number that is meant, through others that are the same as it.
fn tie(
    reader: &Reader<'_>,
    key: &str,
    unit: Unit,
    target: &str,
    place: &Place,
    provenance: &mut Provenance,
) -> Option<Value> {
    let mut way = vec![key.to_owned()];
    let mut target = target.to_owned();
    loop {
        if way.contains(&target) {
            way.push(target);
            let problem = Problem::error(key, "`same_as` leads back to where it came from");
            reader.refuse(problem.found(way.join(" -> ")).at(place));
            return None;
        }
        let Some(node) = split_key(&target).and_then(|path| reader.document.find(&path)) else {
            refuse_target(reader, key, &target, place);
            return None;
        };
        way.push(target.clone());
        if let Some(next) = node.get("same_as").and_then(Node::text) {
            next.clone_into(&mut target);
            continue;
        }
        reader.notes.borrow_mut().ties.push(Tie { key: key.to_owned(), target: target.clone(), unit, place: place.clone() });
        let found = NumberReader { key: &target, unit: None, noun: "", form: "", problems: &mut Vec::new() }.read(node);
        let Some(found) = found else {
            reader.notes.borrow_mut().broken.insert(key.to_owned());
            return None;
        };
        if !found.unit.agrees_with(unit) {
            reader.notes.borrow_mut().broken.insert(key.to_owned());
            return None;
        }
        inherit(provenance, &found.provenance);
        return settle(reader, &target, found.unit, found, &mut Provenance::default());
    }
}

fn refuse_target(reader: &Reader<'_>, key: &str, target: &str, place: &Place) {
    let mut keys = Vec::new();
    number_keys(reader.document, "", &mut keys);
    let problem = Problem::error(key, format!("`same_as` names `{target}`, which is not written in this file"))
        .expected("the key of a number that is written, such as \"family.gpu.price_decline\"")
        .help_if(suggest::did_you_mean(target, keys.iter().map(String::as_str)));
    reader.refuse(problem.at(place));
}

/// The keys of everything in the document that looks like a number.
fn number_keys(node: &Node, key: &str, into: &mut Vec<String>) {
    match &node.content {
        Content::Table(entries) if !is_number_table(node) => {
            for entry in entries {
                number_keys(&entry.node, &joined(key, &entry.name), into);
            }
        }
        Content::List(elements) => {
            for element in elements.iter().filter(|element| element.is_table()) {
                number_keys(element, &joined(key, element.own_name().unwrap_or_default()), into);
            }
        }
        _ => into.push(key.to_owned()),
    }
}

/// A key taken apart: `correlation."revenue.openai".market`.
pub(crate) fn split_key(key: &str) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    let mut rest = key;
    loop {
        let (part, after) = if let Some(inner) = rest.strip_prefix('"') {
            inner.split_once('"')?
        } else {
            rest.split_at(rest.find('.').unwrap_or(rest.len()))
        };
        if part.is_empty() {
            return None;
        }
        parts.push(part.to_owned());
        match after.strip_prefix('.') {
            Some(next) => rest = next,
            None if after.is_empty() => return Some(parts),
            None => return None,
        }
    }
}

fn check_range(reader: &Reader<'_>, quantity: &Quantity, measure: &Measure, node: &Node) -> Option<()> {
    let notes = reader.notes.borrow();
    if measure.range.holds(quantity.value, &notes.uncertain) {
        return Some(());
    }
    let range = quantity.range(&notes.uncertain);
    drop(notes);
    let duty = measure.range.duty(quantity.unit)?;
    let problem = Problem::error(&quantity.key, format!("{} must {duty}", measure.noun()));
    let written = node.get("value").unwrap_or(node);
    let problem = match node.get("same_as").and_then(Node::text) {
        Some(target) => problem.found(format!("{} of `{target}`", describe_range(quantity.unit, range))),
        None if quantity.is_uncertain() => {
            problem.found(describe_range(quantity.unit, range)).help(measure.range.clip_help())
        }
        None => problem.found(found(written)).help_if(percent_help(quantity.unit, range.0)),
    };
    reader.refuse(problem.at(&written.place));
    None
}

/// Whoever writes 75 for a share probably means 75 per cent.
fn percent_help(unit: Unit, number: f64) -> Option<String> {
    let meant = matches!(unit, Unit::Share | Unit::Rate) && (2.0..=100.0).contains(&number);
    meant.then(|| format!("write \"{number}%\" if {number} per cent is meant"))
}

fn describe_range(unit: Unit, (low, high): (f64, f64)) -> String {
    match (low.is_finite(), high.is_finite()) {
        (true, true) if high > low => format!("a distribution from {} to {}", unit.show(low), unit.show(high)),
        (true, true) => unit.show(low),
        (true, false) => format!("a distribution from {} on", unit.show(low)),
        (false, true) => format!("a distribution up to {}", unit.show(high)),
        (false, false) => "a distribution without bounds".to_owned(),
    }
}

/// Notes a number for `--explain`, for the digest and for those that are tied to it.
fn note_number(reader: &Reader<'_>, quantity: &Quantity) {
    let mut notes = reader.notes.borrow_mut();
    let (value, exact) = match quantity.value {
        Value::Known(number) => (quantity.unit.show(number), format!("{:016x}", number.to_bits())),
        Value::Uncertain(index) => tied_or_drawn(&notes.uncertain[index], &quantity.key, 1.0),
        Value::Multiple { of, factor } => tied_or_drawn(&notes.uncertain[of], &quantity.key, factor),
    };
    notes.numbers.insert(quantity.key.clone(), quantity.unit);
    notes.effective.push(Effective {
        key: quantity.key.clone(),
        value,
        unit: quantity.unit.label(),
        origin: quantity.origin,
        provenance: quantity.provenance.clone(),
        exact,
    });
}

fn tied_or_drawn(number: &Uncertain, key: &str, factor: f64) -> (String, String) {
    if number.key == key {
        return (number.describe(), format!("{:?} {:?} {:?}", number.distribution, number.min, number.max));
    }
    let times = if (factor - 1.0).abs() < f64::EPSILON { String::new() } else { format!("{factor} times ") };
    let words = if times.is_empty() { "the same as " } else { &times };
    (format!("{words}{}", number.key), format!("{factor:?} {}", number.key))
}
