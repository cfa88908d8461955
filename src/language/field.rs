//! What every key ends with, `required`, `optional`, `or` a default; and how values that are not numbers of the model
//! are read.

use super::declared::Shape;
use super::document::Node;
use super::effective::Effective;
use super::number::{found, is_number_table};
use super::problem::Problem;
use super::provenance::{members, read_provenance};
use super::quantity::{Origin, Provenance};
use super::reader::{Citation, Reader};
use super::suggest;
use super::table::{Mode, Slot};

/// What may stand at a key.
pub(crate) trait Kind {
    /// What is read.
    type Value;
    /// How a default is written in the program.
    type Plain;

    /// What may be written, for messages.
    fn form(&self) -> String;

    /// The same as data.
    fn shape(&self) -> Shape;

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
        self.slot.declare(|| (self.kind.form(), self.kind.shape()), || "required".to_owned());
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
        self.slot.declare(|| (self.kind.form(), self.kind.shape()), || "none".to_owned());
        self.slot.node().map(|node| self.written(node))
    }

    /// The default when nothing is written (docs/model.md, section 13).
    pub(crate) fn or(self, default: impl Into<K::Plain>) -> K::Value {
        let default = default.into();
        self.slot.declare(|| (self.kind.form(), self.kind.shape()), || self.kind.show(&default));
        match self.slot.node() {
            Some(node) => self.written(node),
            None => self.kind.stand(&self.slot, default, Origin::Default),
        }
    }

    /// What it is when nothing is written follows from something else; the meaning of the key says from what.
    pub(crate) fn follows(self, derived: impl Into<K::Plain>) -> K::Value {
        self.slot.declare(|| (self.kind.form(), self.kind.shape()), || "derived".to_owned());
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
                self.slot.declare(|| (self.kind.form(), self.kind.shape()), || "derived".to_owned());
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
    fn shape(&self) -> Shape;
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

    fn shape(&self) -> Shape {
        Plainly::shape(self)
    }

    fn read(&self, slot: &Slot<'_>, node: &Node) -> Option<P::Value> {
        let key = slot.key();
        let mut problems = Vec::new();
        let wrapped = node.get("value").filter(|_| node.is_table());
        let provenance = match wrapped {
            Some(_) => read_wrapping(&key, node, &mut problems),
            None => Provenance::default(),
        };
        let inner = wrapped.unwrap_or(node);
        let parsed = self.parse(inner).map_err(|reason| {
            let uncertain = wrapped.is_none() && is_number_table(node);
            let reason = if uncertain { CERTAIN.to_owned() } else { reason };
            let help = inner.text().and_then(|text| suggest::did_you_mean(text, self.names()));
            let problem = Problem::error(&key, reason).found(found(inner)).expected(Plainly::form(self));
            problems.push(problem.help_if(help).at(&inner.place));
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

/// Why months, spans, counts and names have no distribution (docs/model.md, section 10).
const CERTAIN: &str = "dates, terms, counts and names cannot be uncertain";

/// Reads where a value comes from, and refuses what else stands beside it.
fn read_wrapping(key: &str, node: &Node, problems: &mut Vec<Problem>) -> Provenance {
    for entry in members(node).filter(|entry| entry.name != "value") {
        let problem = Problem::error(key, format!("a value has no key `{}` here", entry.name));
        let expected = "`value`, with `source`, `prior`, `assumed` or `note`";
        problems.push(problem.expected(expected).at(&entry.place));
    }
    read_provenance(key, node, problems)
}

fn note_plain<P: Plainly>(kind: &P, slot: &Slot<'_>, value: &P::Value, origin: Origin, provenance: Provenance) {
    if slot.mode() == Mode::Read && kind.acts() {
        let text = Plainly::show(kind, value);
        let (exact, is_number) = (text.clone(), matches!(Plainly::shape(kind), Shape::Count(_)));
        let row = Effective { key: slot.key(), exact, value: text, unit: "", origin, provenance, is_number };
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
        let citations =
            sources.iter().map(|source| Citation { key: key.to_owned(), source: source.clone(), place: place.clone() });
        reader.notes.borrow_mut().citations.extend(citations);
    }
}
