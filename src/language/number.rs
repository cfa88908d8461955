//! How a number may be written: plainly, as a table with its origin, as a distribution, or as the same as another
//! (docs/model.md, section 10). From a node to a [`Found`]; who reads it gives it a place in the scenario.

use super::distribution::Distribution;
use super::document::{Content, Entry, Node};
use super::problem::{Place, Problem};
use super::provenance::{PROVENANCE, read_provenance};
use super::quantity::Provenance;
use super::requirement::Requirement;
use super::suggest;
use crate::units::{self, Misread, Unit};

/// A number as found in the file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    pub(crate) shape: Shape,
    pub(crate) unit: Unit,
    pub(crate) provenance: Provenance,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    Known(f64),
    Drawn { distribution: Distribution, min: Option<f64>, max: Option<f64> },
    SameAs { target: String, place: Place },
}

/// Keys of which a number written as a table has exactly one.
const FORMS: [&str; 4] = ["value", "dist", "quantiles", "same_as"];

/// Whether a table is a number, not a table of numbers.
pub(crate) fn is_number_table(node: &Node) -> bool {
    FORMS.into_iter().any(|form| node.get(form).is_some())
}

/// Reads numbers of a unit at a key; `None` takes whatever unit is written.
pub(crate) struct NumberReader<'p> {
    key: &'p str,
    unit: Option<Unit>,
    /// What such a number is called, and how it is written.
    noun: &'static str,
    form: &'static str,
    problems: &'p mut Vec<Problem>,
}

impl<'p> NumberReader<'p> {
    /// Reads what a measure asks for.
    pub(crate) fn of(requirement: &Requirement, key: &'p str, problems: &'p mut Vec<Problem>) -> Self {
        let (unit, noun, form) = (requirement.unit, requirement.noun(), requirement.form());
        Self { key, unit, noun, form, problems }
    }

    /// Reads whatever unit is written.
    pub(crate) fn of_any_unit(key: &'p str, problems: &'p mut Vec<Problem>) -> Self {
        Self { key, unit: None, noun: "a number", form: "a number", problems }
    }

    /// Reads a number in any of its forms; `None` when there are problems.
    pub(crate) fn read(&mut self, node: &Node) -> Option<Found> {
        if !node.is_table() {
            let (value, unit) = self.scalar(node)?;
            return Some(Found { shape: Shape::Known(value), unit, provenance: Provenance::default() });
        }
        let before = self.problems.len();
        let provenance = read_provenance(self.key, node, self.problems);
        let found = self.form(node).map(|(shape, unit)| Found { shape, unit, provenance });
        found.filter(|_| self.problems.len() == before)
    }

    fn form(&mut self, node: &Node) -> Option<(Shape, Unit)> {
        let forms: Vec<&str> = FORMS.into_iter().filter(|form| node.get(form).is_some()).collect();
        match forms.as_slice() {
            ["value"] => {
                self.refuse_unknown(node, &["value"]);
                let (value, unit) = self.scalar(node.get("value")?)?;
                Some((Shape::Known(value), unit))
            }
            ["same_as"] => {
                self.refuse_unknown(node, &["same_as"]);
                self.same_as(node.get("same_as")?)
            }
            ["dist"] => self.distribution(node),
            ["quantiles"] => self.quantiles(node),
            [] => self.refuse_form(node, "a number written as a table says what it is"),
            several => {
                let several = suggest::listed(several.iter().copied());
                self.refuse_form(node, &format!("a number is written in one way, not with {several} at once"))
            }
        }
    }

    fn refuse_form<T>(&mut self, node: &Node, message: &str) -> Option<T> {
        let mut keys = node.entries().iter().map(|entry| entry.name.as_str());
        let help = keys.find_map(|key| suggest::did_you_mean(key, FORMS));
        let problem = Problem::error(self.key, message)
            .found(node.describe())
            .expected("one of `value`, `dist`, `quantiles`, `same_as`")
            .help_if(help);
        self.refuse(problem, &node.place)
    }

    fn same_as(&mut self, node: &Node) -> Option<(Shape, Unit)> {
        let Some(target) = node.text() else {
            let problem = Problem::error(self.key, "`same_as` names a key").found(node.describe());
            return self.refuse(problem.expected("a key in quotes, such as \"family.gpu.price_decline\""), &node.place);
        };
        let shape = Shape::SameAs { target: target.to_owned(), place: node.place.clone() };
        Some((shape, self.unit.unwrap_or(Unit::Number)))
    }

    fn distribution(&mut self, node: &Node) -> Option<(Shape, Unit)> {
        let dist = node.get("dist")?;
        let Some((name, parameters)) = dist.text().and_then(|name| KINDS.into_iter().find(|kind| kind.0 == name))
        else {
            let names = KINDS.map(|(name, _)| name);
            let problem = Problem::error(self.key, "there is no such distribution")
                .found(found(dist))
                .among(dist.text().unwrap_or_default(), names);
            return self.refuse(problem, &dist.place);
        };
        let mut known = vec!["dist", "min", "max"];
        known.extend(parameters);
        self.refuse_unknown(node, &known);
        let numbers: Vec<Option<(f64, Unit)>> =
            parameters.iter().map(|parameter| self.parameter(node, name, parameter)).collect();
        let numbers = numbers.into_iter().collect::<Option<Vec<_>>>()?;
        let unit = numbers.first()?.1;
        let numbers: Vec<f64> = numbers.into_iter().map(|(number, _)| number).collect();
        self.drawn(node, &dist.place, built(name, &numbers)?, unit)
    }

    fn parameter(&mut self, node: &Node, dist: &str, parameter: &str) -> Option<(f64, Unit)> {
        if let Some(found) = node.get(parameter) {
            return self.scalar(found);
        }
        let message = format!("a {dist} distribution needs `{parameter}`");
        self.refuse(Problem::error(self.key, message).found(node.describe()), &node.place)
    }

    fn quantiles(&mut self, node: &Node) -> Option<(Shape, Unit)> {
        self.refuse_unknown(node, &["quantiles", "min", "max"]);
        let table = node.get("quantiles")?;
        let points: Vec<Option<(f64, f64, Unit)>> = table.entries().iter().map(|entry| self.point(entry)).collect();
        let mut points = points.into_iter().collect::<Option<Vec<_>>>()?;
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let unit = points.first().map_or(self.unit.unwrap_or(Unit::Number), |point| point.2);
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

    /// Clips a distribution and checks its parameters.
    fn drawn(&mut self, node: &Node, place: &Place, distribution: Distribution, unit: Unit) -> Option<(Shape, Unit)> {
        let bound = |reader: &mut Self, name: &str| match node.get(name) {
            Some(found) => reader.scalar(found).map(|(bound, _)| Some(bound)),
            None => Some(None),
        };
        let (min, max) = (bound(self, "min"), bound(self, "max"));
        let (min, max) = (min?, max?);
        let condition = distribution.check().err().or_else(|| condition_of_bounds(&distribution, min, max));
        if let Some(condition) = condition {
            let problem = Problem::error(self.key, format!("this is no distribution: {condition}"));
            return self.refuse(problem.found(describe_parameters(node)), place);
        }
        if matches!(distribution, Distribution::Beta { .. }) && matches!(unit, Unit::Money | Unit::Months) {
            let problem = Problem::error(self.key, format!("a beta distribution lies on [0, 1] and cannot be {unit}"));
            return self.refuse(problem.help("use a pert or triangular distribution"), place);
        }
        Some((Shape::Drawn { distribution, min, max }, unit))
    }

    /// Reads a number that is not a table.
    fn scalar(&mut self, node: &Node) -> Option<(f64, Unit)> {
        let read = match (&node.content, self.unit) {
            (Content::Integer(number), unit) => bare(*number as f64, unit),
            (Content::Float(number), unit) => bare(*number, unit),
            (Content::Text(text), Some(unit)) => unit.read(text).map(|number| (number, unit)),
            (Content::Text(text), None) => units::read_any(text),
            _ => Err(Misread::Unreadable),
        };
        match read {
            Ok(number) => Some(number),
            Err(misread) => {
                let problem = Problem::error(self.key, format!("this is not {}: {misread}", self.noun));
                self.refuse(problem.found(found(node)).expected(self.form), &node.place)
            }
        }
    }

    fn refuse_unknown(&mut self, node: &Node, known: &[&str]) {
        for entry in node.entries() {
            let name = entry.name.as_str();
            if !known.contains(&name) && !PROVENANCE.contains(&name) {
                let names = || known.iter().copied().chain(PROVENANCE);
                let problem =
                    Problem::error(self.key, format!("a number has no key `{name}` here")).among(name, names());
                self.refuse::<()>(problem, &entry.place);
            }
        }
    }

    fn refuse<T>(&mut self, problem: Problem, place: &Place) -> Option<T> {
        self.problems.push(problem.at(place));
        None
    }
}

/// The distributions and their parameters.
const KINDS: [(&str, &[&str]); 6] = [
    ("triangular", &["low", "mode", "high"]),
    ("normal", &["mean", "sd"]),
    ("lognormal", &["mean", "sd"]),
    ("uniform", &["low", "high"]),
    ("pert", &["low", "mode", "high"]),
    ("beta", &["mean", "sd"]),
];

fn built(name: &str, numbers: &[f64]) -> Option<Distribution> {
    Some(match (name, numbers) {
        ("triangular", &[low, mode, high]) => Distribution::Triangular { low, mode, high },
        ("normal", &[mean, sd]) => Distribution::Normal { mean, sd },
        ("lognormal", &[mean, sd]) => Distribution::Lognormal { mean, sd },
        ("uniform", &[low, high]) => Distribution::Uniform { low, high },
        ("pert", &[low, mode, high]) => Distribution::Pert { low, mode, high },
        ("beta", &[mean, sd]) => Distribution::Beta { mean, sd },
        _ => return None,
    })
}

fn bare(number: f64, unit: Option<Unit>) -> Result<(f64, Unit), Misread> {
    let unit = unit.unwrap_or(Unit::Number);
    unit.read_bare(number).map(|number| (number, unit))
}

/// Clipping must leave something of the distribution.
fn condition_of_bounds(distribution: &Distribution, min: Option<f64>, max: Option<f64>) -> Option<String> {
    let (low, high) = distribution.support();
    if let (Some(min), Some(max)) = (min, max)
        && min >= max
    {
        return Some("`min` must be below `max`".to_owned());
    }
    if min.is_some_and(|min| min >= high) {
        return Some("`min` leaves nothing of it".to_owned());
    }
    max.is_some_and(|max| max <= low).then(|| "`max` leaves nothing of it".to_owned())
}

fn describe_parameters(node: &Node) -> String {
    let parts = node.entries().iter().filter(|entry| !PROVENANCE.contains(&entry.name.as_str()));
    let parts: Vec<String> = parts.map(|entry| format!("{} = {}", entry.name, found(&entry.node))).collect();
    parts.join(", ")
}

/// A value as it is written.
pub(crate) fn found(node: &Node) -> String {
    match &node.content {
        Content::Text(text) => super::document::shortened(text),
        Content::Table(_) if node.entries().iter().all(|entry| entry.name.starts_with('p')) => {
            format!("{{ {} }}", describe_parameters(node))
        }
        _ => node.describe(),
    }
}
