//! The range in which a number must lie.

use super::distribution::Uncertain;
use super::quantity::Value;
use crate::units::Unit;

/// From `low` to `high`, both included unless excluded explicitly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Range {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) without_low: bool,
    pub(crate) without_high: bool,
}

impl Range {
    pub(crate) const ALL: Self = Self::between(f64::NEG_INFINITY, f64::INFINITY);
    pub(crate) const NOT_NEGATIVE: Self = Self::between(0.0, f64::INFINITY);
    pub(crate) const PART: Self = Self::between(0.0, 1.0);
    pub(crate) const CORRELATION: Self = Self { low: -1.0, high: 1.0, without_low: true, without_high: true };

    pub(crate) const fn between(low: f64, high: f64) -> Self {
        Self { low, high, without_low: false, without_high: false }
    }

    /// Whether every possible value lies in the range.
    ///
    /// The support of a distribution may touch an end that is excluded, since that value has probability zero, unless
    /// the distribution is clipped there.
    pub(crate) fn holds(&self, value: Value, uncertain: &[Uncertain]) -> bool {
        let (low, high) = value.range(uncertain);
        let clipped = match value {
            Value::Known(_) => (true, true),
            Value::Uncertain(index) | Value::Multiple { of: index, .. } => {
                uncertain.get(index).map_or((false, false), |number| (number.min.is_some(), number.max.is_some()))
            }
        };
        let above = if self.without_low && clipped.0 { low > self.low } else { low >= self.low };
        let below = if self.without_high && clipped.1 { high < self.high } else { high <= self.high };
        above && below
    }

    /// "not be negative", "lie between 0 % and 100 %": what a number of a unit must do.
    pub(crate) fn duty(&self, unit: Unit) -> Option<String> {
        let show = |value| unit.show(value);
        let not_negative = self.low == 0.0 && !self.without_low;
        match (self.low.is_finite(), self.high.is_finite()) {
            (false, false) => None,
            (true, false) if not_negative => Some("not be negative".to_owned()),
            (true, false) if self.without_low => Some(format!("be above {}", show(self.low))),
            (true, false) => Some(format!("be at least {}", show(self.low))),
            (false, true) => Some(format!("be at most {}", show(self.high))),
            (true, true) if self.without_low || self.without_high => {
                let (left, right) =
                    (if self.without_low { "(" } else { "[" }, if self.without_high { ")" } else { "]" });
                Some(format!("lie in {left}{}, {}{right}", show(self.low), show(self.high)))
            }
            (true, true) => Some(format!("lie between {} and {}", show(self.low), show(self.high))),
        }
    }

    /// The keys that keep a distribution within the range. Where an end is excluded, the bound is a small step inside.
    pub(crate) fn clip_help(&self, unit: Unit) -> String {
        let step = match unit {
            Unit::Money => 1e6,
            Unit::Months => 1.0,
            Unit::Power => 1e-3,
            Unit::Share | Unit::Rate | Unit::Number => 0.01,
        };
        let inside = |without: bool| if without { step } else { 0.0 };
        let low = self.low + inside(self.without_low);
        let high = self.high - inside(self.without_high);
        let low = low.is_finite().then(|| clip("min", unit, low));
        let high = high.is_finite().then(|| clip("max", unit, high));
        let bounds: Vec<String> = low.into_iter().chain(high).collect();
        format!("clip it with {}", bounds.join(" and "))
    }
}

/// A bound of a distribution as it is written.
pub(crate) fn clip(name: &str, unit: Unit, bound: f64) -> String {
    match unit {
        Unit::Money | Unit::Months | Unit::Power => format!("`{name} = {:?}`", unit.show(bound)),
        Unit::Share | Unit::Rate | Unit::Number => format!("`{name} = {bound}`"),
    }
}
