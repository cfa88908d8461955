//! Positions of what has a name in the scenario.

/// Position of an entity in [`Parameters::entities`](super::Parameters::entities).
pub type EntityId = usize;
/// Position of a compute family in [`Parameters::families`](super::Parameters::families).
pub type FamilyId = usize;
