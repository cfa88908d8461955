//! Keys that are not uncertain: months, spans, counts, flags, names, choices; and what every key ends with, `required`,
//! `optional`, `or` a default.

use super::document::{Content, Node};
use super::effective::Effective;
use super::number::{PROVENANCE, found, read_provenance};
use super::problem::Problem;
use super::quantity::{Origin, Provenance};
use super::reader::{Citation, Mode, NAME_FORM, Reader, Slot, Table, why_no_name};
use super::suggest;
use crate::calendar::{Month, Span};
use crate::units::{Misread, read_span};

/// What may stand at a key.
pub(crate) trait Kind {
    /// What is read.
    type Value;
    /// How a default is written in the program.
    type Plain;

    /// What may be written, for messages and the glossary.
    fn form(&self) -> String;

    /// Reads what is written; notes problems, or the effective value.
    fn read(&self, slot: &Slot<'_>, node: &Node) -> Option<Self::Value>;

    /// What holds when nothing is written; notes the effective value.
    fn stand(&self, slot: &Slot<'_>, plain: Self::Plain, origin: Origin) -> Self::Value;

    /// How a default is shown in the glossary.
    fn show(&self, plain: &Self::Plain) -> String;

    /// Holds the place of what could not be read.
    fn placeholder(&self, slot: &Slot<'_>) -> Self::Value;
}

/// A key with its kind; one of its methods ends the sentence and reads it.
pub(crate) struct Field<'t, K> {
    pub(crate) slot: Slot<'t>,
    pub(crate) kind: K,
}

impl<K: Kind> Field<'_, K> {
    /// The scenario is refused without it.
    pub(crate) fn required(self) -> K::Value {
        self.slot.declare(self.kind.form(), "required".to_owned());
        if let Some(node) = self.slot.node() {
            return self.written(node);
        }
        if self.slot.mode() == Mode::Read {
            self.slot.refuse_missing(&self.kind.form());
        }
        self.kind.placeholder(&self.slot)
    }

    /// Without it there is none.
    pub(crate) fn optional(self) -> Option<K::Value> {
        self.slot.declare(self.kind.form(), "none".to_owned());
        self.slot.node().map(|node| self.written(node))
    }

    /// The default when nothing is written (docs/model.md, section 13).
    pub(crate) fn or(self, default: impl Into<K::Plain>) -> K::Value {
        let default = default.into();
        self.slot.declare(self.kind.form(), self.kind.show(&default));
        match self.slot.node() {
            Some(node) => self.written(node),
            None => self.kind.stand(&self.slot, default, Origin::Default),
        }
    }

    /// What it is when nothing is written follows from something else; the meaning of the key says from what.
    pub(crate) fn follows(self, derived: impl Into<K::Plain>) -> K::Value {
        self.slot.declare(self.kind.form(), "derived".to_owned());
        match self.slot.node() {
            Some(node) => self.written(node),
            None => self.kind.stand(&self.slot, derived.into(), Origin::Derived),
        }
    }

    /// As [`Field::follows`], where that from which it follows may be missing too.
    pub(crate) fn follows_if(self, derived: Option<K::Plain>) -> Option<K::Value> {
        match derived {
            Some(derived) if self.slot.node().is_none() => Some(self.follows(derived)),
            _ => {
                self.slot.declare(self.kind.form(), "derived".to_owned());
                self.slot.node().map(|node| self.written(node))
            }
        }
    }

    fn written(&self, node: &Node) -> K::Value {
        self.kind.read(&self.slot, node).unwrap_or_else(|| self.kind.placeholder(&self.slot))
    }
}

/// A value that is not a number of the model, written plainly or as `{ value = .., source = .. }`.
pub(crate) trait Plainly {
    type Value: Clone;

    fn form(&self) -> String;
    fn parse(&self, node: &Node) -> Result<Self::Value, String>;
    fn show(&self, value: &Self::Value) -> String;
    fn placeholder(&self, slot: &Slot<'_>) -> Self::Value;

    /// Whether it is a value that acts, and not a text for the reader.
    fn acts(&self) -> bool {
        true
    }

    /// The names that a misspelt one may have meant.
    fn names(&self) -> Vec<&'static str> {
        Vec::new()
    }
}

impl<P: Plainly> Kind for P {
    type Value = P::Value;
    type Plain = P::Value;

    fn form(&self) -> String {
        Plainly::form(self)
    }

    fn read(&self, slot: &Slot<'_>, node: &Node) -> Option<P::Value> {
        let key = slot.key();
        let mut problems = Vec::new();
        let provenance = if node.is_table() { read_provenance(&key, node, &mut problems) } else { Provenance::default() };
        let inner = if node.is_table() { node.get("value").unwrap_or(node) } else { node };
        let stray = node.entries().iter().find(|entry| entry.name != "value" && !PROVENANCE.contains(&&*entry.name));
        if let Some(entry) = stray.filter(|_| node.get("value").is_some()) {
            let problem = Problem::error(&key, format!("a value has no key `{}` here", entry.name));
            problems.push(problem.expected("`value`, with `source`, `prior`, `assumed` or `note`").at(&entry.place));
        }
        let parsed = self.parse(inner).map_err(|reason| {
            let help = inner.text().and_then(|text| suggest::did_you_mean(text, self.names()));
            problems.push(
                Problem::error(&key, reason).found(found(inner)).expected(Plainly::form(self)).help_if(help).at(&inner.place),
            );
        });
        note_problems(slot.reader(), problems);
        let value = parsed.ok()?;
        cite(slot.reader(), &key, node, &provenance);
        note_plain(self, slot, &value, Origin::Written, provenance);
        Some(value)
    }

    fn stand(&self, slot: &Slot<'_>, plain: P::Value, origin: Origin) -> P::Value {
        note_plain(self, slot, &plain, origin, Provenance::default());
        plain
    }

    fn show(&self, plain: &P::Value) -> String {
        Plainly::show(self, plain)
    }

    fn placeholder(&self, slot: &Slot<'_>) -> P::Value {
        Plainly::placeholder(self, slot)
    }
}

fn note_plain<P: Plainly>(kind: &P, slot: &Slot<'_>, value: &P::Value, origin: Origin, provenance: Provenance) {
    if slot.mode() == Mode::Read && kind.acts() {
        let text = Plainly::show(kind, value);
        let row = Effective { key: slot.key(), exact: text.clone(), value: text, unit: "", origin, provenance };
        slot.reader().notes.borrow_mut().effective.push(row);
    }
}

/// Notes problems, and that what they concern is not to be used.
pub(crate) fn note_problems(reader: &Reader<'_>, problems: Vec<Problem>) {
    for problem in problems {
        reader.refuse(problem);
    }
}

/// Notes which sources a value names, to be looked up when all are read.
pub(crate) fn cite(reader: &Reader<'_>, key: &str, node: &Node, provenance: &Provenance) {
    if let super::quantity::Basis::Source(sources) = &provenance.basis {
        let place = node.get("source").map_or(&node.place, |node| &node.place);
        let citations = sources.iter().map(|source| Citation {
            key: key.to_owned(),
            source: source.clone(),
            place: place.clone(),
        });
        reader.notes.borrow_mut().citations.extend(citations);
    }
}

impl Table<'_> {
    /// A calendar month.
    pub(crate) fn month(&self, name: &'static str, meaning: &'static str) -> Field<'_, AMonth> {
        Field { slot: self.slot(name, meaning), kind: AMonth }
    }

    /// A length of whole months.
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

    /// A text for the reader.
    pub(crate) fn text(&self, name: &'static str, meaning: &'static str) -> Field<'_, AText> {
        Field { slot: self.slot(name, meaning), kind: AText { role: Role::Prose } }
    }

    /// A day, month or year of a publication.
    pub(crate) fn date(&self, name: &'static str, meaning: &'static str) -> Field<'_, AText> {
        Field { slot: self.slot(name, meaning), kind: AText { role: Role::Date } }
    }

    /// The name of something else.
    pub(crate) fn name(&self, name: &'static str, meaning: &'static str) -> Field<'_, AText> {
        Field { slot: self.slot(name, meaning), kind: AText { role: Role::Name } }
    }

    /// The name under which something is known.
    pub(crate) fn id(&self, name: &'static str, meaning: &'static str) -> Field<'_, AText> {
        Field { slot: self.slot(name, meaning), kind: AText { role: Role::Id } }
    }

    /// One of a few words.
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
    /// So many months before the start of the run.
    pub(crate) fn before_start(self, months: i32) -> Month {
        let derived = self.slot.reader().start.get().shifted(-months);
        self.follows(derived)
    }

    /// Reads the start of the run, which other months refer to.
    pub(crate) fn start(self) -> Month {
        let reader = self.slot.reader();
        let start = self.required();
        reader.start.set(start);
        start
    }
}

/// A length of whole months.
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
        let least = if self.least > 0 { format!(" of at least {}", Span::of_months(self.least)) } else { String::new() };
        format!("a length of whole months{least}, such as \"15mo\" or \"7y\"")
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
            months if months > LONGEST_SPAN => Err("this is longer than 1000 years".to_owned()),
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

    fn parse(&self, node: &Node) -> Result<u64, String> {
        let Content::Integer(number) = node.content else { return Err("this is not a whole number".to_owned()) };
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

    fn parse(&self, node: &Node) -> Result<bool, String> {
        match node.content {
            Content::Flag(flag) => Ok(flag),
            _ => Err("this is neither true nor false".to_owned()),
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
    Name,
    Id,
}

impl Field<'_, AText> {
    /// The reference family, when no family is named.
    pub(crate) fn reference_family(self) -> String {
        let family = self.slot.reader().reference_family.borrow().clone();
        self.follows(family)
    }
}

impl Plainly for AText {
    type Value = String;

    fn form(&self) -> String {
        match self.role {
            Role::Prose => "a text in quotes".to_owned(),
            Role::Date => "a date, such as \"2025-11-26\", \"2025-11\" or \"2025\"".to_owned(),
            Role::Name => "a name in quotes".to_owned(),
            Role::Id => format!("a name in quotes, of {NAME_FORM}"),
        }
    }

    fn parse(&self, node: &Node) -> Result<String, String> {
        let text = match &node.content {
            Content::Text(text) => text,
            Content::Date(date) if self.role == Role::Date => date,
            _ => return Err("this is not a text".to_owned()),
        };
        let wrong = match self.role {
            Role::Prose => None,
            Role::Date => (!is_date(text)).then(|| "this is not a date".to_owned()),
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

/// A closed set of words.
pub(crate) trait Choice: Copy + PartialEq + 'static {
    /// The words and what they stand for; the first holds the place of a wrong one.
    const WORDS: &'static [(&'static str, Self)];
}

/// One of a few words.
pub(crate) struct AChoice<C>(std::marker::PhantomData<C>);

impl<C: Choice> Plainly for AChoice<C> {
    type Value = C;

    fn form(&self) -> String {
        let words: Vec<String> = C::WORDS.iter().map(|(word, _)| format!("{word:?}")).collect();
        format!("one of {}", words.join(", "))
    }

    fn parse(&self, node: &Node) -> Result<C, String> {
        let word = node.text().ok_or("this is not a word in quotes")?;
        let choice = C::WORDS.iter().find(|(known, _)| *known == word).map(|(_, choice)| *choice);
        choice.ok_or_else(|| "this is none of the words that may stand here".to_owned())
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
