//! The tables of the language and their keys.

use crate::language::{Declared, NUMBER, Section};
use crate::scenario::{keys, sections};

/// Every table and key of the language.
pub(super) struct Outline {
    pub(super) keys: Vec<Declared>,
    pub(super) sections: Vec<Section>,
}

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Once: `[market]`.
    Single,
    /// Once per name: `[lab.<name>]`.
    Named,
    /// As a list: `[[contract]]`.
    List,
    /// As a list without names: `any = [{ .. }]`.
    Numbered,
}

impl Outline {
    pub(super) fn new() -> Self {
        Self { keys: keys(), sections: sections() }
    }

    /// The keys of a table.
    pub(super) fn keys_of<'o>(&'o self, section: &'o str) -> impl Iterator<Item = &'o Declared> {
        self.keys.iter().filter(move |key| split(&key.key).0 == section)
    }

    /// The tables directly below a table.
    pub(super) fn below<'o>(&'o self, section: &'o str) -> impl Iterator<Item = &'o Section> {
        let is_below = move |other: &&Section| !other.key.is_empty() && split(stem(&other.key)).0 == section;
        self.sections.iter().filter(is_below)
    }

    /// How a table is written; each element of a list has its name as a key.
    pub(super) fn form(&self, section: &str) -> Form {
        let Some(called) = placeholder(section) else { return Form::Single };
        if called == NUMBER {
            return Form::Numbered;
        }
        let is_list = self.keys_of(section).any(|key| split(&key.key).1 == called);
        if is_list { Form::List } else { Form::Named }
    }
}

/// A key as its table and its own name.
pub(super) fn split(key: &str) -> (&str, &str) {
    key.rsplit_once('.').unwrap_or(("", key))
}

/// The key above all tables of a section: `lab` for `lab.<name>`.
pub(super) fn stem(section: &str) -> &str {
    match placeholder(section) {
        Some(_) => split(section).0,
        None => section,
    }
}

/// The name that the file chooses: `name` of `lab.<name>`.
fn placeholder(section: &str) -> Option<&str> {
    split(section).1.strip_prefix('<')?.strip_suffix('>')
}
