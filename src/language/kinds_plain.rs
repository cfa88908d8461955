//! Kinds of keys that cannot be uncertain: months, spans, counts, flags, names, choices and lists.

use super::address::split_key;
use super::declared::Shape;
use super::document::{Content, Node};
use super::effective::Effective;
use super::field::{Field, Kind};
use super::literal::Raw;
use super::problem::Problem;
use super::provenance::{found, members, read_provenance};
use super::quantity::{Origin, Provenance};
use super::reader::Reader;
use super::suggest;
use super::table::{Mode, NAME_FORM, Slot, Table, why_no_name};
use crate::calendar::{Month, Span};
use crate::units::{Misread, read_span};

/// A value written plainly or as `{ value = .., source = .. }`.
pub(crate) struct Plain<T> {
    shape: Shape,
    parse: fn(&Shape, &Node) -> Result<T, String>,
    show: fn(&T) -> String,
    /// Stands in for a value that could not be read.
    placeholder: T,
}

impl Table<'_> {
    /// A calendar month.
    pub(crate) fn month(&self, name: &'static str, meaning: &'static str) -> Field<'_, Plain<Month>> {
        self.plain(name, meaning, Shape::Month, parse_month, self.reader.start.get())
    }

    /// A span of whole months.
    pub(crate) fn span(&self, name: &'static str, meaning: &'static str) -> Field<'_, Plain<Span>> {
        self.plain(name, meaning, Shape::Span(0), parse_span, Span::ZERO)
    }

    /// A whole number.
    pub(crate) fn count(&self, name: &'static str, meaning: &'static str) -> Field<'_, Plain<u64>> {
        self.plain(name, meaning, Shape::Count(0), parse_count, 0)
    }

    /// True or false.
    pub(crate) fn flag(&self, name: &'static str, meaning: &'static str) -> Field<'_, Plain<bool>> {
        self.plain(name, meaning, Shape::Flag, parse_flag, false)
    }

    /// A text for readers.
    pub(crate) fn text(&self, name: &'static str, meaning: &'static str) -> Field<'_, Plain<String>> {
        self.plain(name, meaning, Shape::Text, parse_text, String::new())
    }

    /// A date: day, month or year.
    pub(crate) fn date(&self, name: &'static str, meaning: &'static str) -> Field<'_, Plain<String>> {
        self.plain(name, meaning, Shape::Date, parse_text, String::new())
    }

    /// A date: day or month.
    pub(crate) fn as_of(&self, name: &'static str, meaning: &'static str) -> Field<'_, Plain<String>> {
        self.plain(name, meaning, Shape::AsOf, parse_text, String::new())
    }

    /// The name of something else.
    pub(crate) fn name(&self, name: &'static str, meaning: &'static str) -> Field<'_, Plain<String>> {
        self.plain(name, meaning, Shape::Name, parse_text, String::new())
    }

    /// A new name.
    pub(crate) fn id(&self, name: &'static str, meaning: &'static str) -> Field<'_, Plain<String>> {
        self.plain(name, meaning, Shape::Id, parse_text, String::new())
    }

    /// One of several words.
    pub(crate) fn choice<C: Choice>(&self, name: &'static str, meaning: &'static str) -> Field<'_, Plain<C>> {
        let words = C::WORDS.iter().map(|(word, _)| *word).collect();
        let kind = Plain {
            shape: Shape::Word(words),
            parse: parse_choice,
            show: |choice: &C| choice.word().to_owned(),
            placeholder: C::WORDS[0].1,
        };
        Field { slot: self.slot(name, meaning), kind }
    }

    /// A list of keys.
    pub(crate) fn list_of_keys(&self, name: &'static str, meaning: &'static str) -> Field<'_, Plain<Vec<String>>> {
        let show = |keys: &Vec<String>| keys.join(", ");
        let kind = Plain { shape: Shape::Keys, parse: parse_keys, show, placeholder: Vec::new() };
        Field { slot: self.slot(name, meaning), kind }
    }

    /// A list of values of any kind.
    pub(crate) fn values(&self, name: &'static str, meaning: &'static str) -> Field<'_, Plain<Vec<Raw>>> {
        let show = |values: &Vec<Raw>| {
            let shown: Vec<&str> = values.iter().map(|raw| raw.toml.as_str()).collect();
            format!("[{}]", shown.join(", "))
        };
        let kind = Plain { shape: Shape::Values, parse: parse_values, show, placeholder: Vec::new() };
        Field { slot: self.slot(name, meaning), kind }
    }

    fn plain<T: ToString>(
        &self,
        name: &'static str,
        meaning: &'static str,
        shape: Shape,
        parse: fn(&Shape, &Node) -> Result<T, String>,
        placeholder: T,
    ) -> Field<'_, Plain<T>> {
        Field { slot: self.slot(name, meaning), kind: Plain { shape, parse, show: T::to_string, placeholder } }
    }
}

impl Field<'_, Plain<Month>> {
    /// A number of months before the start.
    pub(crate) fn before_start(self, months: i32) -> Month {
        let derived = self.slot.reader().start.get().shifted(-months);
        self.follows(derived)
    }

    /// A number of months after the start.
    pub(crate) fn after_start(self, months: i32) -> Month {
        self.before_start(-months)
    }

    /// Required; other months refer to it as the start.
    pub(crate) fn start(self) -> Month {
        let reader = self.slot.reader();
        let start = self.required();
        reader.start.set(start);
        start
    }
}

impl Field<'_, Plain<Span>> {
    pub(crate) fn at_least(mut self, months: u32) -> Self {
        self.kind.shape = Shape::Span(months);
        self.kind.placeholder = Span::of_months(months);
        self
    }
}

impl Field<'_, Plain<u64>> {
    pub(crate) fn at_least(mut self, least: u64) -> Self {
        self.kind.shape = Shape::Count(least);
        self.kind.placeholder = least;
        self
    }
}

impl Field<'_, Plain<String>> {
    /// The name remembered as `what`, unless another is written.
    pub(crate) fn remembered(self, what: &'static str) -> String {
        let name = self.slot.reader().remembered(what);
        self.follows(name)
    }
}

impl<T: Clone> Kind for Plain<T> {
    type Value = T;
    type Default = T;

    fn form(&self) -> String {
        form(&self.shape)
    }

    fn shape(&self) -> Shape {
        self.shape.clone()
    }

    fn read(&self, slot: &Slot<'_>, node: &Node) -> Option<T> {
        let (reader, key) = (slot.reader(), slot.key());
        let wrapped = node.get("value");
        let provenance = wrapped.map(|_| read_wrapping(reader, &key, node)).unwrap_or_default();
        let inner = wrapped.unwrap_or(node);
        match (self.parse)(&self.shape, inner) {
            Ok(value) => {
                self.note(slot, &value, Origin::Written, provenance);
                Some(value)
            }
            Err(reason) => {
                let uncertain = wrapped.is_none() && node.is_number_table();
                let reason = if uncertain { CERTAIN.to_owned() } else { reason };
                let help = inner.text().and_then(|text| suggest::did_you_mean(text, self.words()));
                let problem = Problem::error(&key, reason).found(found(inner)).expected(self.form());
                reader.refuse(problem.help_if(help).at(&inner.place));
                None
            }
        }
    }

    fn unwritten(&self, slot: &Slot<'_>, plain: T, origin: Origin) -> T {
        self.note(slot, &plain, origin, Provenance::default());
        plain
    }

    fn show(&self, plain: &T) -> String {
        (self.show)(plain)
    }

    fn placeholder(&self, _slot: &Slot<'_>) -> T {
        self.placeholder.clone()
    }
}

impl<T> Plain<T> {
    /// The words among which a misspelt one is looked for.
    fn words(&self) -> Vec<&'static str> {
        match &self.shape {
            Shape::Word(words) => words.clone(),
            _ => Vec::new(),
        }
    }

    /// Notes an effective value, unless it is a text for readers.
    fn note(&self, slot: &Slot<'_>, value: &T, origin: Origin, provenance: Provenance) {
        let acts = !matches!(self.shape, Shape::Text | Shape::Date | Shape::AsOf | Shape::Keys);
        if slot.mode() == Mode::Read && acts {
            let text = (self.show)(value);
            let (exact, is_number) = (text.clone(), matches!(self.shape, Shape::Count(_)));
            let row = Effective { key: slot.key(), exact, value: text, unit: "", origin, provenance, is_number };
            slot.reader().notes.borrow_mut().effective.push(row);
        }
    }
}

/// Why months, spans, counts and names have no distribution (docs/model.md, section 10).
const CERTAIN: &str = "dates, terms, counts and names cannot be uncertain";

/// Reads the source of a value, and refuses whatever else is beside it.
fn read_wrapping(reader: &Reader<'_>, key: &str, node: &Node) -> Provenance {
    for entry in members(node).filter(|entry| entry.name != "value") {
        let problem = Problem::error(key, format!("a value has no key `{}` here", entry.name));
        let expected = "`value`, with `source`, `prior`, `assumed` or `note`";
        reader.refuse(problem.expected(expected).at(&entry.place));
    }
    read_provenance(reader, key, node)
}

fn form(shape: &Shape) -> String {
    match shape {
        Shape::Month => "a month, such as \"2027-06\"".to_owned(),
        Shape::Span(0) => "a length of whole months, such as \"15mo\" or \"7y\"".to_owned(),
        Shape::Span(least) => {
            format!("a length of whole months, at least {}, such as \"15mo\" or \"7y\"", Span::of_months(*least))
        }
        Shape::Count(least) => format!("a whole number, at least {least}"),
        Shape::Flag => "true or false".to_owned(),
        Shape::Word(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
            format!("one of {}", words.join(", "))
        }
        Shape::Date => "a date, such as \"2025-11-26\", \"2025-11\" or \"2025\"".to_owned(),
        Shape::AsOf => "a day or a month, such as \"2026-06-30\" or \"2026-06\"".to_owned(),
        Shape::Name => "a name in quotes".to_owned(),
        Shape::Id => format!("a name in quotes, of {NAME_FORM}"),
        Shape::Keys => "a list of keys, such as [\"contract.azure\", \"lab.openai.ipo\"]".to_owned(),
        Shape::Values => "a list of values in brackets, such as [\"12mo\", \"24mo\"]".to_owned(),
        _ => "a text in quotes".to_owned(),
    }
}

fn parse_month(_: &Shape, node: &Node) -> Result<Month, String> {
    node.text().and_then(Month::parse).ok_or_else(|| "this is not a month".to_owned())
}

/// The longest span that can be written.
const LONGEST_SPAN: u32 = 12_000;

fn parse_span(shape: &Shape, node: &Node) -> Result<Span, String> {
    let read = match &node.content {
        Content::Text(text) => read_span(text),
        Content::Integer(_) | Content::Float(_) => Err(Misread::Unit("a number without a unit of time")),
        _ => Err(Misread::Unreadable),
    };
    let span = read.map_err(|misread| match misread {
        Misread::Unreadable => "this is not a length of time".to_owned(),
        Misread::Negative => "a length of time must not be negative".to_owned(),
        misread => format!("this is not a length of whole months: {misread}"),
    })?;
    match (span.months(), shape) {
        (months, Shape::Span(least)) if months < *least => {
            Err(format!("this must be at least {}", Span::of_months(*least)))
        }
        (months, _) if months > LONGEST_SPAN => Err("this must not be longer than 1000 years".to_owned()),
        _ => Ok(span),
    }
}

/// 2^63.
const TOO_LARGE: f64 = 9_223_372_036_854_775_808.0;

fn parse_count(shape: &Shape, node: &Node) -> Result<u64, String> {
    let number = match node.content {
        Content::Integer(number) => number,
        // TOML's whole numbers have 64 bits with a sign; a larger one is read as a float.
        Content::Float(number) if number >= TOO_LARGE => return Err(format!("this must be at most {}", i64::MAX)),
        _ => return Err("this is not a whole number".to_owned()),
    };
    let least = if let Shape::Count(least) = shape { *least } else { 0 };
    let number = u64::try_from(number).ok().filter(|number| *number >= least);
    number.ok_or_else(|| format!("this must be at least {least}"))
}

fn parse_flag(_: &Shape, node: &Node) -> Result<bool, String> {
    match node.content {
        Content::Flag(flag) => Ok(flag),
        _ => Err("this must be true or false".to_owned()),
    }
}

fn parse_text(shape: &Shape, node: &Node) -> Result<String, String> {
    let text = match &node.content {
        Content::Text(text) => text,
        Content::Date(date) if matches!(shape, Shape::Date | Shape::AsOf) => date,
        _ => return Err("this is not a text".to_owned()),
    };
    let wrong = match shape {
        Shape::Date => (!is_date(text)).then(|| "this is not a date".to_owned()),
        Shape::AsOf => (!is_date(text) || text.len() == 4).then(|| "this is not a day or a month".to_owned()),
        Shape::Name => text.trim().is_empty().then(|| "a name must not be empty".to_owned()),
        Shape::Id => why_no_name(text).map(|reason| format!("this cannot be a name: {reason}")),
        _ => None,
    };
    wrong.map_or_else(|| Ok(text.clone()), Err)
}

/// Whether a text is "2025", "2025-11" or "2025-11-26".
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &str, length: usize| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    match parts.as_slice() {
        [year] => digits(year, 4),
        [year, month] => Month::parse(&format!("{year}-{month}")).is_some(),
        [year, month, day] => {
            let day_exists = digits(day, 2) && day.parse().is_ok_and(|day: u32| (1..=31).contains(&day));
            Month::parse(&format!("{year}-{month}")).is_some() && day_exists
        }
        _ => false,
    }
}

fn parse_keys(_: &Shape, node: &Node) -> Result<Vec<String>, String> {
    let keys: Option<Vec<String>> = node.elements().iter().map(|element| element.text().map(str::to_owned)).collect();
    let keys = keys.filter(|keys| node.is_list() && keys.iter().all(|key| split_key(key).is_some()));
    keys.ok_or_else(|| "this is not a list of keys".to_owned())
}

fn parse_values(_: &Shape, node: &Node) -> Result<Vec<Raw>, String> {
    if !node.is_list() {
        return Err("this is not a list".to_owned());
    }
    let values = node.elements().iter().map(Raw::of).collect::<Option<Vec<Raw>>>();
    values.ok_or_else(|| "the elements of the list must be texts, numbers, true or false".to_owned())
}

/// A closed set of words.
pub(crate) trait Choice: Copy + PartialEq + 'static {
    /// The words and their meanings; the first stands in for a wrong word.
    const WORDS: &'static [(&'static str, Self)];

    /// The word for it.
    fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, choice)| *choice == self).map_or("", |(word, _)| word)
    }
}

fn parse_choice<C: Choice>(_: &Shape, node: &Node) -> Result<C, String> {
    let word = node.text().ok_or("this is not a word in quotes")?;
    let choice = C::WORDS.iter().find(|(known, _)| *known == word).map(|(_, choice)| *choice);
    choice.ok_or_else(|| "this is not one of the accepted words".to_owned())
}
