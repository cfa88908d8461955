//! From a number that was found to a [`Quantity`] in its place: ties followed, ranges checked, everything noted.

use super::address::split_key;
use super::distribution::Uncertain;
use super::document::{Content, Entry, Node};
use super::effective::Effective;
use super::field::{cite, note_problems};
use super::number::{Found, NumberReader, Shape, found, is_number_table};
use super::problem::{Place, Problem};
use super::provenance::{PROVENANCE, members, read_provenance};
use super::quantity::{Basis, Origin, Provenance, Quantity, Value};
use super::reader::{Reader, Tie, joined};
use super::requirement::Requirement;
use super::suggest;
use crate::calendar::YEARS;
use crate::units::Unit;

/// What a table of numbers says about the origin of all of them.
pub(crate) fn of_all(reader: &Reader<'_>, key: &str, node: &Node) -> Provenance {
    let mut problems = Vec::new();
    let provenance = read_provenance(key, node, &mut problems);
    note_problems(reader, problems);
    cite(reader, key, node, &provenance);
    provenance
}

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
        reader.notes.borrow_mut().broken.insert(key.to_owned());
    }
    quantity
}

/// Reads the years of a curve, ascending; those that cannot be read are left out.
pub(crate) fn read_years(
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
    reader.notes.borrow_mut().broken.insert(key.to_owned());
}

/// Reads a number in any of its forms, checks its range, and notes it.
pub(crate) fn read_quantity(
    reader: &Reader<'_>,
    key: String,
    node: &Node,
    requirement: &Requirement,
    all: &Provenance,
) -> Option<Quantity> {
    let mut problems = Vec::new();
    let found = NumberReader::of(requirement, &key, &mut problems).read(node);
    note_problems(reader, problems);
    let found = found?;
    cite(reader, &key, node, &found.provenance);
    let unit = requirement.unit.unwrap_or(found.unit);
    let mut provenance = found.provenance.clone();
    let value = settle(reader, &key, unit, found, &mut provenance)?;
    inherit(&mut provenance, all);
    let quantity = Quantity { value, unit, provenance, origin: Origin::Written, key };
    check_range(reader, &quantity, requirement, node)?;
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
        Shape::SameAs { target, place } => tie(reader, key, unit, (&target, &place), provenance),
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

/// Takes the value of the number that `same_as` means; what is wrong with that number is told where it is written.
fn tie(
    reader: &Reader<'_>,
    key: &str,
    unit: Unit,
    (target, place): (&str, &Place),
    provenance: &mut Provenance,
) -> Option<Value> {
    let (target, node) = follow(reader, key, target, place)?;
    reader.notes.borrow_mut().ties.push(Tie {
        key: key.to_owned(),
        target: target.clone(),
        unit,
        place: place.clone(),
    });
    let found = NumberReader::of_any_unit(&target, &mut Vec::new()).read(node);
    let Some(found) = found.filter(|found| found.unit.agrees_with(unit)) else {
        reader.notes.borrow_mut().broken.insert(key.to_owned());
        return None;
    };
    inherit(provenance, &found.provenance);
    settle(reader, &target, found.unit, found, &mut Provenance::default())
}

/// Follows `same_as` to the number that is meant, through others that are the same as it.
fn follow<'r>(reader: &Reader<'r>, key: &str, target: &str, place: &Place) -> Option<(String, &'r Node)> {
    let mut way = vec![key.to_owned()];
    let mut target = target.to_owned();
    while !way.contains(&target) {
        let Some(node) = split_key(&target).and_then(|path| reader.document.find(&path)) else {
            refuse_target(reader, key, &target, place);
            return None;
        };
        match node.get("same_as").and_then(Node::text) {
            None => return Some((target, node)),
            Some(next) => way.push(std::mem::replace(&mut target, next.to_owned())),
        }
    }
    way.push(target);
    let problem = Problem::error(key, "`same_as` leads back to where it came from");
    reader.refuse(problem.found(way.join(" -> ")).at(place));
    None
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

fn check_range(reader: &Reader<'_>, quantity: &Quantity, requirement: &Requirement, node: &Node) -> Option<()> {
    let notes = reader.notes.borrow();
    if requirement.range.holds(quantity.value, &notes.uncertain) {
        return Some(());
    }
    let range = quantity.range(&notes.uncertain);
    drop(notes);
    let duty = requirement.range.duty(quantity.unit)?;
    let problem = Problem::error(&quantity.key, format!("{} must {duty}", requirement.noun()));
    let written = node.get("value").unwrap_or(node);
    let problem = match node.get("same_as").and_then(Node::text) {
        Some(target) => problem.found(format!("{} of `{target}`", describe_range(quantity.unit, range))),
        None if quantity.is_uncertain() => {
            problem.found(describe_range(quantity.unit, range)).help(requirement.range.clip_help())
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
pub(crate) fn note_number(reader: &Reader<'_>, quantity: &Quantity) {
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
        is_number: true,
        exact,
    });
}

fn tied_or_drawn(number: &Uncertain, key: &str, factor: f64) -> (String, String) {
    if number.key == key {
        let exact = format!("{:?} {:?} {:?}", number.distribution, number.min, number.max);
        return (number.describe(), exact);
    }
    let same = (factor - 1.0).abs() < f64::EPSILON;
    let words = if same { "the same as".to_owned() } else { format!("{factor} times") };
    (format!("{words} {}", number.key), format!("{factor:?} {}", number.key))
}
