//! Reading a number: plain, as a table with its source, as a distribution, or tied to another number by `same_as`
//! (docs/model.md, section 10).

use super::distribution::{Distribution, Uncertain};
use super::document::{Content, Entry, NUMBER_FORMS, Node};
use super::effective::Effective;
use super::problem::{Place, Problem};
use super::provenance::{PROVENANCE, cite, describe_parameters, found, provenance_of};
use super::quantity::{Origin, Provenance, Quantity, Value};
use super::reader::Reader;
use super::requirement::Requirement;
use super::suggest;
use super::tie::{tied_to, times};
use crate::units::{self, Misread, Unit};

/// Reads a number in any of its forms, checks its range and notes it; `all` is what its table says about the source of
/// every number in it. None where something is wrong, which is noted.
pub(crate) fn read_quantity(
    reader: &Reader<'_>,
    key: String,
    node: &Node,
    requirement: &Requirement,
    all: &Provenance,
) -> Option<Quantity> {
    let mut number = NumberReader::new(reader, &key, requirement);
    let read = number.read(node);
    let NumberReader { problems, mut provenance, .. } = number;
    reader.refuse_all(problems);
    let (value, unit) = read?;
    provenance.inherit(all);
    let quantity = Quantity { value, unit, provenance, origin: Origin::Written, key };
    check_range(reader, &quantity, requirement, node)?;
    note_number(reader, &quantity);
    Some(quantity)
}

/// A number being read. Problems are collected, not reported: a number that another is tied to is read twice, and is
/// wrong only once.
struct NumberReader<'r> {
    reader: &'r Reader<'r>,
    key: &'r str,
    requirement: &'r Requirement,
    provenance: Provenance,
    problems: Vec<Problem>,
}

impl<'r> NumberReader<'r> {
    fn new(reader: &'r Reader<'_>, key: &'r str, requirement: &'r Requirement) -> Self {
        Self { reader, key, requirement, provenance: Provenance::default(), problems: Vec::new() }
    }

    /// Value, unit and cited sources; none where something is wrong.
    fn read(&mut self, node: &Node) -> Option<(Value, Unit)> {
        self.provenance = provenance_of(self.key, node, &mut self.problems);
        cite(self.reader, self.key, node, &self.provenance);
        let read = self.value(node);
        read.filter(|_| self.problems.is_empty())
    }

    fn value(&mut self, node: &Node) -> Option<(Value, Unit)> {
        let forms: Vec<&str> = NUMBER_FORMS.into_iter().filter(|form| node.get(form).is_some()).collect();
        match forms.as_slice() {
            _ if !node.is_table() => self.known(node),
            [form @ "value"] => {
                self.refuse_unknown(node, &[form]);
                self.known(node.get(form)?)
            }
            [form @ "same_as"] => {
                self.refuse_unknown(node, &[form, "times"]);
                self.same_as(node, node.get(form)?)
            }
            ["dist"] => self.distribution(node),
            ["quantiles"] => self.quantiles(node),
            [] => self.refuse_form(node, "a number written as a table needs a value"),
            several => {
                let several = suggest::listed(several.iter().copied());
                self.refuse_form(node, &format!("a number is given in one form, not by {several} at once"))
            }
        }
    }

    fn refuse_form<T>(&mut self, node: &Node, message: &str) -> Option<T> {
        let mut keys = node.entries().iter().map(|entry| entry.name.as_str());
        let help =
            keys.find_map(|key| suggest::did_you_mean(key, NUMBER_FORMS.into_iter().filter(|form| *form != key)));
        let problem = Problem::error(self.key, message)
            .found(node.describe())
            .expected("one of `value`, `dist`, `quantiles`, `same_as`")
            .help_if(help);
        self.refuse(problem, &node.place)
    }

    fn known(&mut self, node: &Node) -> Option<(Value, Unit)> {
        self.scalar(node).map(|(number, unit)| (Value::Known(number), unit))
    }

    /// The value of the number that `same_as` names, or `times` it; what is wrong with that number is reported where it is
    /// written.
    fn same_as(&mut self, tie: &Node, node: &Node) -> Option<(Value, Unit)> {
        let Some(target) = node.text() else {
            let problem = Problem::error(self.key, "`same_as` names a key").found(node.describe());
            return self.refuse(problem.expected("a key in quotes, such as \"family.gpu.price_decline\""), &node.place);
        };
        let unit = self.requirement.unit();
        let (target, written, others) = match tied_to(self.reader, (self.key, unit), target, &node.place) {
            Ok(tied) => tied,
            Err(problem) => return self.refuse(*problem, &node.place),
        };
        let own = match times(self.key, tie) {
            Ok(own) => own,
            Err(problem) => {
                self.problems.push(*problem);
                return None;
            }
        };
        let mut other = NumberReader::new(self.reader, &target, &Requirement::ANY);
        other.provenance = provenance_of(&target, written, &mut other.problems);
        let value = other.value(written).filter(|(_, found)| other.problems.is_empty() && found.agrees_with(unit));
        let Some((value, _)) = value else {
            self.reader.mark_broken(self.key);
            return None;
        };
        // A multiple of a sourced number is not itself sourced.
        if tie.get("times").is_none() {
            self.provenance.inherit(&other.provenance);
        }
        Some((value.times(own * others), unit))
    }

    fn distribution(&mut self, node: &Node) -> Option<(Value, Unit)> {
        let dist = node.get("dist")?;
        let name = dist.text().unwrap_or_default();
        let Some((_, parameters)) = Distribution::FAMILIES.into_iter().find(|family| family.0 == name) else {
            let names = Distribution::FAMILIES.map(|(name, _)| name);
            let problem = Problem::error(self.key, "there is no such distribution").found(found(dist));
            return self.refuse(problem.among(name, names), &dist.place);
        };
        self.refuse_unknown(node, &[&["dist", "min", "max"], parameters].concat());
        let numbers: Vec<_> = parameters.iter().map(|parameter| self.parameter(node, name, parameter)).collect();
        let numbers = numbers.into_iter().collect::<Option<Vec<_>>>()?;
        let unit = numbers.first()?.1;
        let numbers: Vec<f64> = numbers.into_iter().map(|(number, _)| number).collect();
        self.drawn(node, &dist.place, Distribution::of_family(name, &numbers)?, unit)
    }

    fn parameter(&mut self, node: &Node, dist: &str, parameter: &str) -> Option<(f64, Unit)> {
        if let Some(found) = node.get(parameter) {
            return self.scalar(found);
        }
        let message = format!("a {dist} distribution needs `{parameter}`");
        self.refuse(Problem::error(self.key, message).found(node.describe()), &node.place)
    }

    fn quantiles(&mut self, node: &Node) -> Option<(Value, Unit)> {
        self.refuse_unknown(node, &["quantiles", "min", "max"]);
        let table = node.get("quantiles")?;
        let points: Vec<_> = table.entries().iter().map(|entry| self.point(entry)).collect();
        let mut points = points.into_iter().collect::<Option<Vec<_>>>()?;
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let unit = points.first().map_or(self.requirement.unit(), |point| point.2);
        let points = points.into_iter().map(|(level, value, _)| (level, value)).collect();
        self.drawn(node, &table.place, Distribution::Quantiles(points), unit)
    }

    fn point(&mut self, entry: &Entry) -> Option<(f64, f64, Unit)> {
        let level = entry.name.strip_prefix('p').and_then(|digits| digits.parse::<f64>().ok());
        let Some(level) = level.filter(|level| 0.0 < *level && *level < 100.0) else {
            let problem = Problem::error(self.key, format!("`{}` is not a quantile", entry.name));
            return self
                .refuse(problem.expected("`p10`, `p50`, `p90` and the like, above p0 and below p100"), &entry.place);
        };
        let (value, unit) = self.scalar(&entry.node)?;
        Some((level / 100.0, value, unit))
    }

    /// Checks a distribution and its bounds, and gives it a place among the uncertain numbers.
    fn drawn(&mut self, node: &Node, place: &Place, distribution: Distribution, unit: Unit) -> Option<(Value, Unit)> {
        let mut bound = |name: &str| node.get(name).map(|found| self.scalar(found).map(|(bound, _)| bound));
        let (min, max) = (bound("min"), bound("max"));
        let (min, max) = (min.map_or(Some(None), |min| min.map(Some))?, max.map_or(Some(None), |max| max.map(Some))?);
        let number = Uncertain { key: self.key.to_owned(), distribution, min, max, unit };
        if let Err(condition) = number.check() {
            let problem = Problem::error(self.key, format!("invalid distribution: {condition}"));
            return self.refuse(problem.found(describe_parameters(node)), place);
        }
        let is_beta = matches!(number.distribution, Distribution::Beta { .. });
        if is_beta && matches!(unit, Unit::Money | Unit::Months | Unit::Power) {
            let problem = Problem::error(self.key, format!("a beta distribution lies on [0, 1] and cannot be {unit}"));
            return self.refuse(problem.help("use a pert or triangular distribution"), place);
        }
        Some((Value::Uncertain(self.enlist(number)), unit))
    }

    /// The index of an uncertain number, which another may have asked for before it was read in its own unit.
    fn enlist(&self, number: Uncertain) -> usize {
        let mut notes = self.reader.notes.borrow_mut();
        let next = notes.uncertain.len();
        let index = *notes.drawn.entry(number.key.clone()).or_insert(next);
        if index == next {
            notes.uncertain.push(number);
        } else if self.requirement.unit.is_some() {
            notes.uncertain[index] = number;
        }
        index
    }

    /// Reads a number that is not a table.
    fn scalar(&mut self, node: &Node) -> Option<(f64, Unit)> {
        let is_bare = match &node.content {
            Content::Text(text) => units::read_any(text).is_ok_and(|(_, unit)| unit == Unit::Number),
            _ => true,
        };
        if is_bare {
            self.reader.notes.borrow_mut().bare.insert(self.key.to_owned());
        }
        let read = match (&node.content, self.requirement.unit) {
            (Content::Integer(number), unit) => bare(*number as f64, unit),
            (Content::Float(number), unit) => bare(*number, unit),
            (Content::Text(text), Some(unit)) => unit.read(text).map(|number| (number, unit)),
            (Content::Text(text), None) => units::read_any(text),
            _ => Err(Misread::Unreadable),
        };
        match read {
            Ok(number) => Some(number),
            Err(misread) => {
                let problem = Problem::error(self.key, format!("this is not {}: {misread}", self.requirement.noun()));
                self.refuse(problem.found(found(node)).expected(self.requirement.form()), &node.place)
            }
        }
    }

    fn refuse_unknown(&mut self, node: &Node, known: &[&str]) {
        for entry in node.entries() {
            let name = entry.name.as_str();
            if !known.contains(&name) && !PROVENANCE.contains(&name) {
                let names = known.iter().copied().chain(PROVENANCE);
                let problem = Problem::error(self.key, format!("a number has no key `{name}` here")).among(name, names);
                self.refuse::<()>(problem, &entry.place);
            }
        }
    }

    fn refuse<T>(&mut self, problem: Problem, place: &Place) -> Option<T> {
        self.problems.push(problem.at(place));
        None
    }
}

fn bare(number: f64, unit: Option<Unit>) -> Result<(f64, Unit), Misread> {
    let unit = unit.unwrap_or(Unit::Number);
    unit.read_bare(number).map(|number| (number, unit))
}

fn check_range(reader: &Reader<'_>, quantity: &Quantity, requirement: &Requirement, node: &Node) -> Option<()> {
    let (holds, range) = {
        let uncertain = &reader.notes.borrow().uncertain;
        (requirement.range.holds(quantity.value, uncertain), quantity.range(uncertain))
    };
    if holds {
        return Some(());
    }
    let duty = requirement.range.duty(quantity.unit)?;
    let problem = Problem::error(&quantity.key, format!("{} must {duty}", requirement.noun()));
    let written = node.get("value").unwrap_or(node);
    let problem = match node.get("same_as").and_then(Node::text) {
        Some(target) => problem.found(format!("{} of `{target}`", describe_range(quantity.unit, range))),
        None if quantity.is_uncertain() => {
            problem.found(describe_range(quantity.unit, range)).help(requirement.range.clip_help(quantity.unit))
        }
        None => problem.found(found(written)).help_if(percent_help(requirement, quantity.unit, range.0)),
    };
    reader.refuse(problem.at(&written.place));
    None
}

/// A share written as 75 probably means 75 percent.
fn percent_help(requirement: &Requirement, unit: Unit, number: f64) -> Option<String> {
    let allowed = requirement.range.holds(Value::Known(number / 100.0), &[]);
    let meant = matches!(unit, Unit::Share | Unit::Rate) && (2.0..=100.0).contains(&number) && allowed;
    meant.then(|| format!("write \"{number}%\" if {number} percent is meant"))
}

fn describe_range(unit: Unit, (low, high): (f64, f64)) -> String {
    match (low.is_finite(), high.is_finite()) {
        (true, true) if high > low => format!("a distribution from {} to {}", unit.show(low), unit.show(high)),
        (true, true) => unit.show(low),
        (true, false) => format!("a distribution from {} upwards", unit.show(low)),
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
