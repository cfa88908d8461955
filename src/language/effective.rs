//! The effective values of a file: every value with its origin and source, whether written or not.

use super::quantity::{Basis, Origin, Provenance};
use crate::hash::Fnv;

/// One effective value, for `ouro check --explain`.
#[derive(Debug, Clone, PartialEq)]
pub struct Effective {
    /// Its key.
    pub key: String,
    /// The value in words: "38 B USD", "beta with mean 60 % and sd 15 %".
    pub value: String,
    /// A short word for its unit; empty where there is none.
    pub unit: &'static str,
    /// Whether it is written, a default, or derived.
    pub origin: Origin,
    /// Its source.
    pub provenance: Provenance,
    /// Whether it is a number, rather than a month, a span of whole months, a name or a flag.
    pub is_number: bool,
    /// The value to the last bit, for the digest.
    pub(crate) exact: String,
}

impl Effective {
    /// The number, unless it is uncertain.
    pub(crate) fn known(&self) -> Option<f64> {
        u64::from_str_radix(&self.exact, 16)
            .ok()
            .filter(|_| self.is_number && self.exact.len() == 16)
            .map(f64::from_bits)
    }

    /// Whether it counts among the numbers that need a source: written numbers, except those of `[run]`, which do not
    /// describe the world; and months, names and flags that have a source.
    pub fn needs_basis(&self) -> bool {
        let is_number = self.is_number && !self.key.starts_with("run.");
        self.origin == Origin::Written && (is_number || self.provenance.basis != Basis::Unsaid)
    }
}

/// A hash of the effective values in their order: the same on every machine, and independent of comments, spaces and
/// sources.
pub(crate) fn digest<'a>(rows: impl IntoIterator<Item = &'a Effective>) -> u64 {
    let with =
        |hash: Fnv, row: &Effective| hash.with(row.key.as_bytes()).with(&[0]).with(row.exact.as_bytes()).with(b"\n");
    rows.into_iter().fold(Fnv::new(), with).value()
}
