//! Values of any kind, kept as written: the points of a sweep.

use super::document::{Content, Node};
use super::problem::Place;
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

    /// A number of a unit, exactly.
    pub fn number(number: f64, unit: Unit) -> Self {
        let toml = match unit {
            Unit::Months => format!("\"{number}mo\""),
            Unit::Power => format!("\"{number}GW\""),
            _ => format!("{number:?}"),
        };
        Self { toml, number: Some((number, unit)), place: None }
    }

    pub(crate) fn words(words: &[&str]) -> Vec<Self> {
        words.iter().map(|word| Self { toml: format!("{word:?}"), number: None, place: None }).collect()
    }

    pub(crate) fn of(node: &Node) -> Option<Self> {
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
