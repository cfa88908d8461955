//! Floor 1: a TOML grammar that knows no finance. Every value has a place in its text, every number a unit, a range and
//! a source; all problems are reported at once.
//!
//! Tables are declared by `section!`, each key with its kind, range, default and meaning (`section`, `field`, `kinds_*`).
//! A `Reader` collects problems, effective values and places while the tables are read.
//!
//! A number takes six stops from the file to the month: `document` (text to tree), a `section!` of `scenario` (its key),
//! `field` (written or not), `number` (value, unit, source, range), `resolve` (its value in a parameter draw), `model`.

pub(crate) mod address;
pub(crate) mod assembly;
pub(crate) mod declared;
pub(crate) mod distribution;
pub(crate) mod document;
pub(crate) mod effective;
pub(crate) mod field;
pub(crate) mod kinds_numeric;
pub(crate) mod kinds_plain;
pub(crate) mod literal;
pub(crate) mod merge;
pub(crate) mod number;
pub(crate) mod overrides;
pub(crate) mod problem;
pub(crate) mod provenance;
pub(crate) mod quantity;
pub(crate) mod range;
pub(crate) mod reader;
pub(crate) mod requirement;
pub(crate) mod section;
pub(crate) mod suggest;
pub(crate) mod table;
pub(crate) mod tie;

pub(crate) use table::NUMBER;

pub use declared::{Bounds, Declared, Section, Shape};
pub use distribution::{Distribution, Uncertain};
pub use effective::Effective;
pub use literal::Raw;
pub use problem::{Place, Problem, Problems, Severity, Text};
pub use quantity::{Basis, ByName, Curve, Origin, Provenance, Quantity, Value};
