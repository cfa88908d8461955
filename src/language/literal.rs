//! Values of any kind, kept as written: the points of a sweep.

use super::declared::Shape;
use super::document::{Content, Node};
use super::field::{Field, Plainly};
use super::problem::Place;
use super::table::{Slot, Table};
use crate::units::{Unit, read_any};

/// A value as written in TOML.
#[derive(Debug, Clone, PartialEq)]
pub struct Raw {
    /// As written after the `=` of an override.
    pub toml: String,
    /// The number in the base of its unit, if it is one.
    pub number: Option<(f64, Unit)>,
    pub(crate) place: Option<Place>,
}

impl Raw {
    /// The text without its quotes.
    pub fn text(&self) -> String {
        self.toml
            .parse::<toml::Value>()
            .ok()
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_else(|| self.toml.trim_matches('"').to_owned())
    }

    pub(crate) fn words(words: &[&str]) -> Vec<Self> {
        words.iter().map(|word| Self { toml: format!("{word:?}"), number: None, place: None }).collect()
    }

    fn of(node: &Node) -> Option<Self> {
        let (toml, number) = match &node.content {
            Content::Text(text) => (toml::Value::String(text.clone()).to_string(), read_any(text).ok()),
            Content::Integer(number) => (number.to_string(), Some((*number as f64, Unit::Number))),
            Content::Float(number) => (format!("{number:?}"), Some((*number, Unit::Number))),
            Content::Flag(flag) => (flag.to_string(), None),
            Content::Date(_) | Content::Table(_) | Content::List(_) => return None,
        };
        Some(Self { toml, number, place: Some(node.place.clone()) })
    }
}

/// A list of values.
pub(crate) struct Values;

impl Table<'_> {
    /// A list of values.
    pub(crate) fn values(&self, name: &'static str, meaning: &'static str) -> Field<'_, Values> {
        Field { slot: self.slot(name, meaning), kind: Values }
    }
}

impl Plainly for Values {
    type Value = Vec<Raw>;

    fn form(&self) -> String {
        "a list of values in brackets, such as [\"12mo\", \"24mo\"]".to_owned()
    }

    fn shape(&self) -> Shape {
        Shape::Values
    }

    fn parse(&self, node: &Node) -> Result<Vec<Raw>, String> {
        if !node.is_list() {
            return Err("this is not a list".to_owned());
        }
        let values = node.elements().iter().map(Raw::of).collect::<Option<Vec<Raw>>>();
        values.ok_or_else(|| "the elements of the list must be texts, numbers, true or false".to_owned())
    }

    fn show(&self, value: &Vec<Raw>) -> String {
        let shown: Vec<&str> = value.iter().map(|raw| raw.toml.as_str()).collect();
        format!("[{}]", shown.join(", "))
    }

    fn placeholder(&self, _slot: &Slot<'_>) -> Vec<Raw> {
        Vec::new()
    }
}

impl Raw {
    /// A number of a unit, exactly.
    pub fn number(number: f64, unit: Unit) -> Self {
        let toml = if unit == Unit::Months { format!("\"{number}mo\"") } else { format!("{number:?}") };
        Self { toml, number: Some((number, unit)), place: None }
    }
}
