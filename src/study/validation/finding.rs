//! An estimate where the answer is known.

use crate::stats::Estimate;
use crate::study::estimates::Answer;

/// Claimed standard errors within which an estimate must lie. A right estimate with a right error is refused once in 16,000
/// comparisons.
pub const MOST_ERRORS: f64 = 4.0;

/// Half the width of a 95 % interval, in standard errors.
const HALF_WIDTH: f64 = 1.959_964;

/// An estimate where the answer is known, with the error that the product itself claims.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The group of problems.
    pub topic: &'static str,
    /// Its id, unlike any other.
    pub id: String,
    /// What is estimated.
    pub what: String,
    /// Who published the answer, or how it is computed.
    pub source: String,
    /// What the estimate must be.
    pub demand: Demand,
    /// The estimate; none where the product gives none.
    pub found: Option<Found>,
    /// What to know about the problem, or why it fails.
    pub note: String,
}

/// What an estimate must be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Demand {
    /// This value, which is itself known to an error.
    Equals {
        /// The value.
        value: f64,
        /// Its largest error, by rounding or by how it was computed.
        error: f64,
    },
    /// Above 0, beyond what chance explains.
    Rises,
    /// Below 0, beyond what chance explains.
    Falls,
}

/// An estimate with its 95 % interval; an exact number where both ends are its value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// The estimate.
    pub value: f64,
    /// Lower end of the claimed interval; minus infinity where the sample bounds nothing.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Whether the product passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It does not.
    Fails,
    /// It gives no estimate, or one without an interval.
    NotGiven,
    /// It does.
    Passes,
}

impl Verdict {
    /// In a word or two.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fails => "fails",
            Self::NotGiven => "not given",
            Self::Passes => "passes",
        }
    }
}

impl Found {
    /// A number without chance.
    pub fn exact(value: f64) -> Self {
        Self { value, low: value, high: value }
    }

    /// An estimate with this standard error.
    pub fn with_error(value: f64, error: f64) -> Self {
        Self { value, low: value - HALF_WIDTH * error, high: value + HALF_WIDTH * error }
    }

    /// An answer as it is reported.
    pub fn of_answer(answer: &Answer) -> Option<Self> {
        let end = |end: Option<f64>, open: f64| end.unwrap_or(open);
        Some(Self {
            value: answer.value?,
            low: end(answer.low, f64::NEG_INFINITY),
            high: end(answer.high, f64::INFINITY),
        })
    }

    /// The claimed standard error on the side of `reference`: the distance to that end of the interval over 1.96.
    pub fn error_towards(&self, reference: f64) -> f64 {
        let end = if reference > self.value { self.high - self.value } else { self.value - self.low };
        end / HALF_WIDTH
    }
}

impl From<&Estimate> for Found {
    fn from(estimate: &Estimate) -> Self {
        Self { value: estimate.value(), low: estimate.low(), high: estimate.high() }
    }
}

impl Finding {
    /// An estimate that must have this value.
    pub fn new(topic: &'static str, id: impl Into<String>, what: impl Into<String>, source: impl Into<String>) -> Self {
        Self {
            topic,
            id: id.into(),
            what: what.into(),
            source: source.into(),
            demand: Demand::Equals { value: 0.0, error: 0.0 },
            found: None,
            note: String::new(),
        }
    }

    /// The same with its known value and the largest error of that.
    #[must_use]
    pub fn known(self, value: f64, error: f64) -> Self {
        Self { demand: Demand::Equals { value, error }, ..self }
    }

    /// The same with a demand.
    #[must_use]
    pub fn must(self, demand: Demand) -> Self {
        Self { demand, ..self }
    }

    /// The same with what was found.
    #[must_use]
    pub fn found(self, found: impl Into<Option<Found>>) -> Self {
        Self { found: found.into(), ..self }
    }

    /// The same with a note.
    #[must_use]
    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..self }
    }

    /// The value that is demanded, 0 where only a direction is.
    pub fn reference(&self) -> f64 {
        match self.demand {
            Demand::Equals { value, .. } => value,
            Demand::Rises | Demand::Falls => 0.0,
        }
    }

    /// How far the estimate lies above the reference, in claimed standard errors; none of an exact number.
    pub fn z(&self) -> Option<f64> {
        let found = self.found?;
        let error = found.error_towards(self.reference());
        (error > 0.0 && error.is_finite()).then(|| (found.value - self.reference()) / error)
    }

    /// The verdict.
    pub fn verdict(&self) -> Verdict {
        let Some(found) = self.found.filter(|found| !found.value.is_nan()) else { return Verdict::NotGiven };
        let claimed = found.error_towards(self.reference());
        if !claimed.is_finite() {
            return Verdict::NotGiven;
        }
        let passes = match self.demand {
            Demand::Equals { value, error } => (found.value - value).abs() <= MOST_ERRORS * claimed + error,
            Demand::Rises => found.value > MOST_ERRORS * claimed,
            Demand::Falls => found.value < -MOST_ERRORS * claimed,
        };
        if passes { Verdict::Passes } else { Verdict::Fails }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(found: Found) -> Finding {
        Finding::new("t", "id", "what", "source").known(0.5, 1e-6).found(found)
    }

    #[test]
    fn an_estimate_passes_within_four_claimed_errors_and_the_error_of_the_reference() {
        for (value, error, verdict) in [
            (0.5, 0.01, Verdict::Passes),
            (0.539, 0.01, Verdict::Passes),
            (0.541, 0.01, Verdict::Fails),
            (0.459, 0.01, Verdict::Fails),
            (0.500_000_9, 0.0, Verdict::Passes),
            (0.500_001_1, 0.0, Verdict::Fails),
            (f64::NAN, 0.01, Verdict::NotGiven),
        ] {
            assert_eq!(finding(Found::with_error(value, error)).verdict(), verdict, "{value} ± {error}");
        }
        assert_eq!(Finding { found: None, ..finding(Found::exact(0.5)) }.verdict(), Verdict::NotGiven);
    }

    #[test]
    fn the_error_is_that_of_the_side_on_which_the_reference_lies() {
        // An upper bound alone: no hit, at most 0.0098.
        let never = Found { value: 0.0, low: 0.0, high: 0.0098 };
        assert!((never.error_towards(0.001) - 0.005).abs() < 1e-6);
        let open = Found { value: 1.0, low: 0.5, high: f64::INFINITY };
        assert_eq!(finding(open).known(2.0, 0.0).verdict(), Verdict::NotGiven);
        assert_eq!(finding(open).known(0.9, 0.0).verdict(), Verdict::Passes);
    }

    #[test]
    fn a_direction_needs_more_than_chance() {
        for (value, demand, verdict) in [
            (0.05, Demand::Rises, Verdict::Passes),
            (0.03, Demand::Rises, Verdict::Fails),
            (-0.05, Demand::Rises, Verdict::Fails),
            (-0.05, Demand::Falls, Verdict::Passes),
            (0.0, Demand::Falls, Verdict::Fails),
        ] {
            assert_eq!(finding(Found::with_error(value, 0.01)).must(demand).verdict(), verdict, "{value} {demand:?}");
        }
        assert_eq!(finding(Found::exact(0.0)).must(Demand::Rises).verdict(), Verdict::Fails, "nothing moved");
    }
}
