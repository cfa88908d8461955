//! A key with its kind and what holds when it is not written: `required`, `optional`, or a default.

use super::declared::Shape;
use super::document::Node;
use super::effective::Effective;
use super::problem::Problem;
use super::provenance::{found, members, read_provenance};
use super::quantity::{Origin, Provenance};
use super::reader::Reader;
use super::suggest;
use super::table::{Mode, Slot};

/// What may be written at a key.
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

    /// The value when nothing is written; notes it as effective.
    fn stand(&self, slot: &Slot<'_>, plain: Self::Plain, origin: Origin) -> Self::Value;

    /// How a default is shown in the glossary.
    fn show(&self, plain: &Self::Plain) -> String;

    /// Stands in for a value that could not be read.
    fn placeholder(&self, slot: &Slot<'_>) -> Self::Value;
}

/// A key with its kind, to be read by one of its methods.
pub(crate) struct Field<'t, K> {
    pub(crate) slot: Slot<'t>,
    pub(crate) kind: K,
}

impl<K: Kind> Field<'_, K> {
    /// The file is refused without it.
    pub(crate) fn required(self) -> K::Value {
        self.declare(|| "required".to_owned());
        if let Some(node) = self.slot.node() {
            return self.written(node);
        }
        if self.slot.mode() == Mode::Read {
            self.slot.refuse_missing(&self.kind.form());
        }
        self.kind.placeholder(&self.slot)
    }

    /// None where it is not written.
    pub(crate) fn optional(self) -> Option<K::Value> {
        self.declare(|| "none".to_owned());
        self.slot.node().map(|node| self.written(node))
    }

    /// The default where it is not written (docs/model.md, section 13).
    pub(crate) fn or(self, default: impl Into<K::Plain>) -> K::Value {
        let default = default.into();
        self.declare(|| self.kind.show(&default));
        match self.slot.node() {
            Some(node) => self.written(node),
            None => self.kind.stand(&self.slot, default, Origin::Default),
        }
    }

    /// Derived from other values where it is not written; the meaning of the key says how.
    pub(crate) fn follows(self, derived: impl Into<K::Plain>) -> K::Value {
        self.declare(|| "derived".to_owned());
        match self.slot.node() {
            Some(node) => self.written(node),
            None => self.kind.stand(&self.slot, derived.into(), Origin::Derived),
        }
    }

    /// As [`Field::follows`], where the values it is derived from may be missing too.
    pub(crate) fn follows_if(self, derived: Option<K::Plain>) -> Option<K::Value> {
        self.declare(|| "derived".to_owned());
        match (self.slot.node(), derived) {
            (Some(node), _) => Some(self.written(node)),
            (None, Some(derived)) => Some(self.kind.stand(&self.slot, derived, Origin::Derived)),
            (None, None) => None,
        }
    }

    fn declare(&self, default: impl FnOnce() -> String) {
        self.slot.declare(|| (self.kind.form(), self.kind.shape()), default);
    }

    fn written(&self, node: &Node) -> K::Value {
        self.kind.read(&self.slot, node).unwrap_or_else(|| self.kind.placeholder(&self.slot))
    }
}

/// A kind whose values are not numbers of the model, written plainly or as `{ value = .., source = .. }`.
pub(crate) trait Plainly {
    type Value: Clone;

    fn form(&self) -> String;
    fn shape(&self) -> Shape;
    fn parse(&self, node: &Node) -> Result<Self::Value, String>;
    fn show(&self, value: &Self::Value) -> String;
    fn placeholder(&self, slot: &Slot<'_>) -> Self::Value;

    /// Whether it has an effect, and is not a text for readers.
    fn acts(&self) -> bool {
        true
    }

    /// The words among which a misspelt one is looked for.
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
        let (reader, key) = (slot.reader(), slot.key());
        let wrapped = node.get("value");
        let provenance = wrapped.map(|_| read_wrapping(reader, &key, node)).unwrap_or_default();
        let inner = wrapped.unwrap_or(node);
        match self.parse(inner) {
            Ok(value) => {
                note_plain(self, slot, &value, Origin::Written, provenance);
                Some(value)
            }
            Err(reason) => {
                let uncertain = wrapped.is_none() && node.is_number_table();
                let reason = if uncertain { CERTAIN.to_owned() } else { reason };
                let help = inner.text().and_then(|text| suggest::did_you_mean(text, self.names()));
                let problem = Problem::error(&key, reason).found(found(inner)).expected(Plainly::form(self));
                reader.refuse(problem.help_if(help).at(&inner.place));
                None
            }
        }
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

/// Reads the source of a value, and refuses whatever else is beside it.
fn read_wrapping(reader: &Reader<'_>, key: &str, node: &Node) -> Provenance {
    for entry in members(node).filter(|entry| entry.name != "value") {
        let problem = Problem::error(key, format!("a value has no key `{}` here", entry.name));
        let expected = "`value`, with `source`, `prior`, `assumed` or `note`";
        reader.refuse(problem.expected(expected).at(&entry.place));
    }
    read_provenance(reader, key, node)
}

fn note_plain<P: Plainly>(kind: &P, slot: &Slot<'_>, value: &P::Value, origin: Origin, provenance: Provenance) {
    if slot.mode() == Mode::Read && kind.acts() {
        let text = Plainly::show(kind, value);
        let (exact, is_number) = (text.clone(), matches!(Plainly::shape(kind), Shape::Count(_)));
        let row = Effective { key: slot.key(), exact, value: text, unit: "", origin, provenance, is_number };
        slot.reader().notes.borrow_mut().effective.push(row);
    }
}
