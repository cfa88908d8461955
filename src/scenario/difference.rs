//! Differences between the effective values of two scenarios.

use super::world::Scenario;
use crate::language::effective::Effective;
use crate::language::quantity::Origin;

/// One key in which two scenarios differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The key.
    pub key: String,
    /// How they differ in it.
    pub change: Change,
    /// The value in the first, if it has the key.
    pub first: Option<Effective>,
    /// The value in the second, if it has the key.
    pub second: Option<Effective>,
}

/// How two scenarios differ in a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The values differ.
    Value,
    /// The values are the same, their sources differ.
    Basis,
    /// Only the second has it.
    Added,
    /// Only the first has it.
    Removed,
}

impl Change {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Basis => "basis",
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }
}

/// The differences, in the order of the first scenario, then the keys that only the second has. Of added and removed keys
/// only those that are written, since defaults come and go with their table.
pub fn differences(first: &Scenario, second: &Scenario) -> Vec<Difference> {
    let (ours, theirs) = (first.effective(), second.effective());
    let find = |rows: &[Effective], key: &str| rows.iter().find(|row| row.key == key).cloned();
    let mut found: Vec<Difference> = ours.iter().filter_map(|row| of_key(row, find(theirs, &row.key))).collect();
    let added = theirs.iter().filter(|row| is_written(row) && find(ours, &row.key).is_none());
    found.extend(added.map(|row| Difference {
        key: row.key.clone(),
        change: Change::Added,
        first: None,
        second: Some(row.clone()),
    }));
    found
}

fn of_key(row: &Effective, other: Option<Effective>) -> Option<Difference> {
    let change = match &other {
        None => is_written(row).then_some(Change::Removed),
        Some(other) if other.exact != row.exact => Some(Change::Value),
        Some(other) => (other.provenance != row.provenance).then_some(Change::Basis),
    };
    change.map(|change| Difference { key: row.key.clone(), change, first: Some(row.clone()), second: other })
}

fn is_written(row: &Effective) -> bool {
    row.origin == Origin::Written
}
