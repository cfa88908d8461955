//! A key with its kind and what holds when it is not written: `required`, `optional`, or a default.

use super::declared::Shape;
use super::document::Node;
use super::quantity::Origin;
use super::table::{Mode, Slot};

/// The accepted form of a key.
pub(crate) trait Kind {
    /// What is read.
    type Value;
    /// How a default is written in the program.
    type Default;

    /// The accepted form, for messages.
    fn form(&self) -> String;

    /// The same as data.
    fn shape(&self) -> Shape;

    /// Reads what is written; notes problems, or the effective value.
    fn read(&self, slot: &Slot<'_>, node: &Node) -> Option<Self::Value>;

    /// The value when nothing is written; notes it as effective.
    fn unwritten(&self, slot: &Slot<'_>, default: Self::Default, origin: Origin) -> Self::Value;

    /// How a default is shown in the glossary.
    fn show(&self, default: &Self::Default) -> String;

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
    pub(crate) fn or(self, default: impl Into<K::Default>) -> K::Value {
        let default = default.into();
        self.declare(|| self.kind.show(&default));
        match self.slot.node() {
            Some(node) => self.written(node),
            None => self.kind.unwritten(&self.slot, default, Origin::Default),
        }
    }

    /// Derived from other values where it is not written; the meaning of the key says how.
    pub(crate) fn follows(self, derived: impl Into<K::Default>) -> K::Value {
        self.declare(|| "derived".to_owned());
        match self.slot.node() {
            Some(node) => self.written(node),
            None => self.kind.unwritten(&self.slot, derived.into(), Origin::Derived),
        }
    }

    /// As [`Field::follows`], where the values it is derived from may be missing too.
    pub(crate) fn follows_if(self, derived: Option<K::Default>) -> Option<K::Value> {
        self.declare(|| "derived".to_owned());
        match (self.slot.node(), derived) {
            (Some(node), _) => Some(self.written(node)),
            (None, Some(derived)) => Some(self.kind.unwritten(&self.slot, derived, Origin::Derived)),
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
