//! Kinds of keys that cannot be uncertain: months, spans, counts, flags, names and choices.

use super::address::split_key;
use super::declared::Shape;
use super::document::{Content, Node};
use super::field::{Field, Plainly};
use super::table::{NAME_FORM, Slot, Table, why_no_name};
use crate::calendar::{Month, Span};
use crate::units::{Misread, read_span};

impl Table<'_> {
    /// A calendar month.
    pub(crate) fn month(&self, name: &'static str, meaning: &'static str) -> Field<'_, AMonth> {
        Field { slot: self.slot(name, meaning), kind: AMonth }
    }

    /// A span of whole months.
    pub(crate) fn span(&self, name: &'static str, meaning: &'static str) -> Field<'_, ASpan> {
        Field { slot: self.slot(name, meaning), kind: ASpan { least: 0 } }
    }

    /// A whole number.
    pub(crate) fn count(&self, name: &'static str, meaning: &'static str) -> Field<'_, ACount> {
        Field { slot: self.slot(name, meaning), kind: ACount { least: 0 } }
    }

    /// True or false.
    pub(crate) fn flag(&self, name: &'static str, meaning: &'static str) -> Field<'_, AFlag> {
        Field { slot: self.slot(name, meaning), kind: AFlag }
    }

    /// A text for readers.
    pub(crate) fn text(&self, name: &'static str, meaning: &'static str) -> Field<'_, AText> {
        Field { slot: self.slot(name, meaning), kind: AText { role: Role::Prose } }
    }

    /// A date: day, month or year.
    pub(crate) fn date(&self, name: &'static str, meaning: &'static str) -> Field<'_, AText> {
        Field { slot: self.slot(name, meaning), kind: AText { role: Role::Date } }
    }

    /// A date: day or month.
    pub(crate) fn as_of(&self, name: &'static str, meaning: &'static str) -> Field<'_, AText> {
        Field { slot: self.slot(name, meaning), kind: AText { role: Role::AsOf } }
    }

    /// The name of something else.
    pub(crate) fn name(&self, name: &'static str, meaning: &'static str) -> Field<'_, AText> {
        Field { slot: self.slot(name, meaning), kind: AText { role: Role::Name } }
    }

    /// A new name.
    pub(crate) fn id(&self, name: &'static str, meaning: &'static str) -> Field<'_, AText> {
        Field { slot: self.slot(name, meaning), kind: AText { role: Role::Id } }
    }

    /// A list of keys.
    pub(crate) fn list_of_keys(&self, name: &'static str, meaning: &'static str) -> Field<'_, AListOfKeys> {
        Field { slot: self.slot(name, meaning), kind: AListOfKeys }
    }

    /// One of several words.
    pub(crate) fn choice<C: Choice>(&self, name: &'static str, meaning: &'static str) -> Field<'_, AChoice<C>> {
        Field { slot: self.slot(name, meaning), kind: AChoice(std::marker::PhantomData) }
    }
}

/// A calendar month.
pub(crate) struct AMonth;

impl Plainly for AMonth {
    type Value = Month;

    fn form(&self) -> String {
        "a month, such as \"2027-06\"".to_owned()
    }

    fn shape(&self) -> Shape {
        Shape::Month
    }

    fn parse(&self, node: &Node) -> Result<Month, String> {
        node.text().and_then(Month::parse).ok_or_else(|| "this is not a month".to_owned())
    }

    fn show(&self, value: &Month) -> String {
        value.to_string()
    }

    fn placeholder(&self, slot: &Slot<'_>) -> Month {
        slot.reader().start.get()
    }
}

impl Field<'_, AMonth> {
    /// A number of months before the start.
    pub(crate) fn before_start(self, months: i32) -> Month {
        let derived = self.slot.reader().start.get().shifted(-months);
        self.follows(derived)
    }

    /// Required; other months refer to it as the start.
    pub(crate) fn start(self) -> Month {
        let reader = self.slot.reader();
        let start = self.required();
        reader.start.set(start);
        start
    }
}

/// A span of whole months.
pub(crate) struct ASpan {
    least: u32,
}

/// The longest span that can be written.
const LONGEST_SPAN: u32 = 12_000;

impl Field<'_, ASpan> {
    pub(crate) fn at_least(mut self, months: u32) -> Self {
        self.kind.least = months;
        self
    }
}

impl Plainly for ASpan {
    type Value = Span;

    fn form(&self) -> String {
        let least =
            if self.least > 0 { format!(" of at least {}", Span::of_months(self.least)) } else { String::new() };
        format!("a length of whole months{least}, such as \"15mo\" or \"7y\"")
    }

    fn shape(&self) -> Shape {
        Shape::Span(self.least)
    }

    fn parse(&self, node: &Node) -> Result<Span, String> {
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
        match span.months() {
            months if months < self.least => Err(format!("this must last at least {}", Span::of_months(self.least))),
            months if months > LONGEST_SPAN => Err("this must not be longer than 1000 years".to_owned()),
            _ => Ok(span),
        }
    }

    fn show(&self, value: &Span) -> String {
        value.to_string()
    }

    fn placeholder(&self, _slot: &Slot<'_>) -> Span {
        Span::of_months(self.least)
    }
}

/// A whole number.
pub(crate) struct ACount {
    least: u64,
}

impl Field<'_, ACount> {
    pub(crate) fn at_least(mut self, least: u64) -> Self {
        self.kind.least = least;
        self
    }
}

impl Plainly for ACount {
    type Value = u64;

    fn form(&self) -> String {
        format!("a whole number, at least {}", self.least)
    }

    fn shape(&self) -> Shape {
        Shape::Count(self.least)
    }

    fn parse(&self, node: &Node) -> Result<u64, String> {
        let Content::Integer(number) = node.content else {
            return Err("this is not a whole number".to_owned());
        };
        let number = u64::try_from(number).ok().filter(|number| *number >= self.least);
        number.ok_or_else(|| format!("this must be at least {}", self.least))
    }

    fn show(&self, value: &u64) -> String {
        value.to_string()
    }

    fn placeholder(&self, _slot: &Slot<'_>) -> u64 {
        self.least
    }
}

/// True or false.
pub(crate) struct AFlag;

impl Plainly for AFlag {
    type Value = bool;

    fn form(&self) -> String {
        "true or false".to_owned()
    }

    fn shape(&self) -> Shape {
        Shape::Flag
    }

    fn parse(&self, node: &Node) -> Result<bool, String> {
        match node.content {
            Content::Flag(flag) => Ok(flag),
            _ => Err("this must be true or false".to_owned()),
        }
    }

    fn show(&self, value: &bool) -> String {
        value.to_string()
    }

    fn placeholder(&self, _slot: &Slot<'_>) -> bool {
        false
    }
}

/// A text in one of its roles.
pub(crate) struct AText {
    role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Prose,
    Date,
    AsOf,
    Name,
    Id,
}

impl Field<'_, AText> {
    /// The name remembered as `what`, unless another is written.
    pub(crate) fn remembered(self, what: &'static str) -> String {
        let name = self.slot.reader().remembered(what);
        self.follows(name)
    }
}

impl Plainly for AText {
    type Value = String;

    fn form(&self) -> String {
        match self.role {
            Role::Prose => "a text in quotes".to_owned(),
            Role::Date => "a date, such as \"2025-11-26\", \"2025-11\" or \"2025\"".to_owned(),
            Role::AsOf => "a day or a month, such as \"2026-06-30\" or \"2026-06\"".to_owned(),
            Role::Name => "a name in quotes".to_owned(),
            Role::Id => format!("a name in quotes, of {NAME_FORM}"),
        }
    }

    fn shape(&self) -> Shape {
        match self.role {
            Role::Prose => Shape::Text,
            Role::Date => Shape::Date,
            Role::AsOf => Shape::AsOf,
            Role::Name => Shape::Name,
            Role::Id => Shape::Id,
        }
    }

    fn parse(&self, node: &Node) -> Result<String, String> {
        let text = match &node.content {
            Content::Text(text) => text,
            Content::Date(date) if matches!(self.role, Role::Date | Role::AsOf) => date,
            _ => return Err("this is not a text".to_owned()),
        };
        let wrong = match self.role {
            Role::Prose => None,
            Role::Date => (!is_date(text)).then(|| "this is not a date".to_owned()),
            Role::AsOf => (!is_date(text) || text.len() == 4).then(|| "this is not a day or a month".to_owned()),
            Role::Name => text.trim().is_empty().then(|| "a name must not be empty".to_owned()),
            Role::Id => why_no_name(text).map(|reason| format!("this cannot be a name: {reason}")),
        };
        wrong.map_or_else(|| Ok(text.clone()), Err)
    }

    fn show(&self, value: &String) -> String {
        value.clone()
    }

    fn placeholder(&self, _slot: &Slot<'_>) -> String {
        String::new()
    }

    fn acts(&self) -> bool {
        matches!(self.role, Role::Name | Role::Id)
    }
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

/// A list of keys.
pub(crate) struct AListOfKeys;

impl Plainly for AListOfKeys {
    type Value = Vec<String>;

    fn form(&self) -> String {
        "a list of keys, such as [\"contract.azure\", \"lab.openai.ipo\"]".to_owned()
    }

    fn shape(&self) -> Shape {
        Shape::Keys
    }

    fn parse(&self, node: &Node) -> Result<Vec<String>, String> {
        let keys: Option<Vec<String>> =
            node.elements().iter().map(|element| element.text().map(str::to_owned)).collect();
        let keys = keys.filter(|keys| node.is_list() && keys.iter().all(|key| split_key(key).is_some()));
        keys.ok_or_else(|| "this is not a list of keys".to_owned())
    }

    fn show(&self, value: &Vec<String>) -> String {
        value.join(", ")
    }

    fn placeholder(&self, _slot: &Slot<'_>) -> Vec<String> {
        Vec::new()
    }

    fn acts(&self) -> bool {
        false
    }
}

/// A closed set of words.
pub(crate) trait Choice: Copy + PartialEq + 'static {
    /// The words and their meanings; the first stands in for a wrong word.
    const WORDS: &'static [(&'static str, Self)];
}

/// One of several words.
pub(crate) struct AChoice<C>(std::marker::PhantomData<C>);

impl<C: Choice> Plainly for AChoice<C> {
    type Value = C;

    fn form(&self) -> String {
        let words: Vec<String> = C::WORDS.iter().map(|(word, _)| format!("{word:?}")).collect();
        format!("one of {}", words.join(", "))
    }

    fn shape(&self) -> Shape {
        Shape::Word(self.names())
    }

    fn parse(&self, node: &Node) -> Result<C, String> {
        let word = node.text().ok_or("this is not a word in quotes")?;
        let choice = C::WORDS.iter().find(|(known, _)| *known == word).map(|(_, choice)| *choice);
        choice.ok_or_else(|| "this is not one of the accepted words".to_owned())
    }

    fn show(&self, value: &C) -> String {
        let word = C::WORDS.iter().find(|(_, choice)| choice == value);
        word.map(|(word, _)| (*word).to_owned()).unwrap_or_default()
    }

    fn placeholder(&self, _slot: &Slot<'_>) -> C {
        C::WORDS[0].1
    }

    fn names(&self) -> Vec<&'static str> {
        C::WORDS.iter().map(|(word, _)| *word).collect()
    }
}
