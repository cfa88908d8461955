//! A TOML document as a tree in the order of the file, every node with its place.
//!
//! Unlike the tree of the toml crate, it keeps the order of the keys and owns its text, so that files and overrides can
//! be merged into it.

use toml::de::{DeTable, DeValue};

use super::problem::{Place, Problem};

/// Keys of a number written as a table: exactly one of them must be present.
pub(crate) const NUMBER_FORMS: [&str; 4] = ["value", "dist", "quantiles", "same_as"];

/// A value of the document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) place: Place,
    pub(crate) content: Content,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Content {
    Table(Vec<Entry>),
    List(Vec<Node>),
    Text(String),
    Integer(i64),
    Float(f64),
    Flag(bool),
    Date(String),
}

/// A key of a table and its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) node: Node,
}

impl Node {
    /// The keys of a table; none of anything else.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.content {
            Content::Table(entries) => entries,
            _ => &[],
        }
    }

    /// The elements of a list; none of anything else.
    pub(crate) fn elements(&self) -> &[Node] {
        match &self.content {
            Content::List(elements) => elements,
            _ => &[],
        }
    }

    pub(crate) fn is_table(&self) -> bool {
        matches!(self.content, Content::Table(_))
    }

    pub(crate) fn is_list(&self) -> bool {
        matches!(self.content, Content::List(_))
    }

    /// Whether this is one number written as a table, rather than a table of numbers.
    pub(crate) fn is_number_table(&self) -> bool {
        NUMBER_FORMS.into_iter().any(|form| self.get(form).is_some())
    }

    /// The value of a key of a table.
    pub(crate) fn get(&self, name: &str) -> Option<&Node> {
        self.entries().iter().find(|entry| entry.name == name).map(|entry| &entry.node)
    }

    /// The value at a path of keys; elements of lists are addressed by their names.
    pub(crate) fn find(&self, path: &[String]) -> Option<&Node> {
        let Some((first, rest)) = path.split_first() else {
            return Some(self);
        };
        let next = match &self.content {
            Content::List(elements) => elements.iter().find(|element| element.own_name() == Some(first)),
            _ => self.get(first),
        };
        next?.find(rest)
    }

    /// The name of an element of a list: its `id`, else its `to`, else its `name`.
    pub(crate) fn own_name(&self) -> Option<&str> {
        ["id", "to", "name"].into_iter().find_map(|key| self.get(key)?.text())
    }

    /// The text of a string.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value in words, for a message.
    pub(crate) fn describe(&self) -> String {
        match &self.content {
            Content::Table(entries) if entries.is_empty() => "an empty table".to_owned(),
            Content::Table(entries) => {
                let keys: Vec<String> = entries.iter().take(4).map(|entry| format!("`{}`", entry.name)).collect();
                let more = if entries.len() > 4 { ", ..." } else { "" };
                format!("a table with {}{more}", keys.join(", "))
            }
            Content::List(elements) => format!("a list of {}", elements.len()),
            Content::Text(text) => format!("the text {}", shortened(text)),
            Content::Integer(number) => number.to_string(),
            Content::Float(number) => number.to_string(),
            Content::Flag(flag) => flag.to_string(),
            Content::Date(date) => format!("the date {date}, without quotes"),
        }
    }
}

/// A text in quotes, cut where it is long.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.chars().count() > LONGEST {
        let start: String = text.chars().take(LONGEST).collect();
        format!("{start:?}...")
    } else {
        format!("{text:?}")
    }
}

/// Reads a text whose problems and places lie in text number `text`, from byte `offset` on.
///
/// # Errors
/// Every violation of TOML's grammar.
pub(crate) fn parse(source: &str, text: usize) -> Result<Node, Vec<Problem>> {
    let (table, errors) = DeTable::parse_recoverable(source);
    if errors.is_empty() {
        let span = table.span();
        return Ok(Node { place: Place { text, span }, content: convert_table(table.get_ref(), text) });
    }
    Err(errors.iter().take(MOST_SYNTAX_ERRORS).map(|error| syntax_problem(error, source, text)).collect())
}

/// Later errors are mostly consequences of the first ones.
const MOST_SYNTAX_ERRORS: usize = 10;

fn syntax_problem(error: &toml::de::Error, source: &str, text: usize) -> Problem {
    let span = error.span().unwrap_or_default();
    let message = error.message();
    let help = if message.starts_with("string values must be quoted") {
        Some("put the value in quotes: \"38B USD\", \"15mo\", \"plan\"")
    } else if message.starts_with("invalid date") {
        Some("put the month in quotes: \"2027-06\"")
    } else if message == "duplicate key" && is_header(source, span.start) {
        Some("write a list of tables with two brackets, such as [[contract]], or keep one of the two")
    } else if message == "duplicate key" {
        Some("keep one of the two")
    } else {
        None
    };
    let found = source.get(span.clone()).filter(|found| !found.trim().is_empty());
    Problem {
        found: found.map(|found| format!("`{}`", found.lines().next().unwrap_or_default())),
        ..Problem::error("", format!("this is not TOML: {message}"))
    }
    .help_if(help.map(str::to_owned))
    .at(&Place { text, span })
}

/// Whether a byte lies in the header of a table, such as `[contract]`.
fn is_header(source: &str, at: usize) -> bool {
    let line = source.get(..at).and_then(|before| before.lines().next_back());
    line.is_some_and(|before| before.trim_start().starts_with('['))
}

fn convert_table(table: &DeTable<'_>, text: usize) -> Content {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            name: key.get_ref().to_string(),
            place: Place { text, span: key.span() },
            node: convert(value, text),
        })
        .collect();
    entries.sort_by_key(|entry| entry.place.span.start);
    Content::Table(entries)
}

fn convert(value: &toml::Spanned<DeValue<'_>>, text: usize) -> Node {
    let content = match value.get_ref() {
        DeValue::Table(table) => convert_table(table, text),
        DeValue::Array(array) => Content::List(array.iter().map(|element| convert(element, text)).collect()),
        DeValue::String(string) => Content::Text(string.to_string()),
        DeValue::Boolean(flag) => Content::Flag(*flag),
        DeValue::Datetime(date) => Content::Date(date.to_string()),
        DeValue::Float(float) => Content::Float(float.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) => Content::Integer(number),
            Err(_) => Content::Float(integer.as_str().parse().unwrap_or(f64::INFINITY)),
        },
    };
    Node { place: Place { text, span: value.span() }, content }
}
