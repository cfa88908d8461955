//! Constants of docs/model.md, section 1.

/// Months past the horizon for which curves are defined.
pub const BEYOND: usize = 240;

/// One month in years.
pub const DT: f64 = 1.0 / 12.0;

/// Amounts below one cent are not sold, not repaid and not counted.
pub const CENT: f64 = 0.01;

/// The month of an event that never happens.
pub(super) const NEVER: f64 = f64::INFINITY;
