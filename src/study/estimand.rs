//! What is estimated: a statistic of a measure of a subject, at the end of a month.

use serde::{Deserialize, Serialize};

use crate::calendar::Month;
use crate::model::{Measure, measure_named};

/// The quantity that is estimated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "Names", try_from = "Names")]
pub struct Estimand {
    /// What is measured on each path.
    pub measure: Measure,
    /// A lab, entity, contract or part of one; empty for the market.
    pub subject: String,
    /// The month at whose end: an event has happened by then, a measure of the whole path has the last month, and what
    /// holds at the start has the month before it.
    pub by: Month,
    /// The statistic of its distribution over the paths.
    pub statistic: Statistic,
}

/// A number of a distribution over paths. Levels lie between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Statistic {
    /// Share of paths with an event, or on which something holds.
    Probability,
    /// Mean over the paths.
    Mean,
    /// Quantile at this level.
    Quantile(f64),
    /// Expected shortfall: mean of what lies beyond the quantile at this level.
    Shortfall(f64),
    /// Quantile over the parameter draws, of their probabilities or means, Monte Carlo noise removed.
    Band(f64),
    /// Events a year at risk: of an event given a burst the hazard after one, given none the hazard before.
    Hazard,
    /// The hazard after a burst over that before.
    HazardRatio,
    /// Value at risk: the quantile at this level of a loss.
    ValueAtRisk(f64),
    /// Shape of the generalised Pareto tail.
    TailShape,
    /// Scale of that tail.
    TailScale,
    /// Return level: the amount that one in this many paths exceeds, by that tail.
    ReturnLevel(f64),
}

impl Statistic {
    /// Its name in tables: `probability`, `mean`, `p05`, `es95`, `band_p05`, `hazard`, `var99.9`, `tail_shape`, `return_1000`.
    pub fn name(self) -> String {
        match self {
            Self::Probability => "probability".to_owned(),
            Self::Mean => "mean".to_owned(),
            Self::Quantile(level) => format!("p{:02.0}", 100.0 * level),
            Self::Shortfall(level) => format!("es{}", percent(level)),
            Self::Band(level) => format!("band_p{:02.0}", 100.0 * level),
            Self::ValueAtRisk(level) => format!("var{}", percent(level)),
            Self::Hazard => "hazard".to_owned(),
            Self::HazardRatio => "hazard_ratio".to_owned(),
            Self::TailShape => "tail_shape".to_owned(),
            Self::TailScale => "tail_scale".to_owned(),
            Self::ReturnLevel(period) => format!("return_{period:.0}"),
        }
    }

    /// The statistic of this name; none if there is no such.
    pub fn parse(name: &str) -> Option<Self> {
        let after = |prefix: &str| name.strip_prefix(prefix);
        let level = |prefix: &str| {
            let digits = after(prefix)?.replace('.', "");
            let is_level = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
            is_level.then(|| format!("0.{digits}").parse().ok()).flatten()
        };
        let found = match name {
            "probability" => Some(Self::Probability),
            "mean" => Some(Self::Mean),
            "hazard" => Some(Self::Hazard),
            "hazard_ratio" => Some(Self::HazardRatio),
            "tail_shape" => Some(Self::TailShape),
            "tail_scale" => Some(Self::TailScale),
            _ => (level("p").map(Self::Quantile))
                .or_else(|| level("es").map(Self::Shortfall))
                .or_else(|| level("band_p").map(Self::Band))
                .or_else(|| level("var").map(Self::ValueAtRisk))
                .or_else(|| after("return_")?.parse().ok().map(Self::ReturnLevel)),
        };
        found.filter(|statistic| statistic.name() == name)
    }
}

/// A level in percent: `95`, `99.9`.
fn percent(level: f64) -> String {
    format!("{}", (1000.0 * level).round() / 10.0)
}

impl Estimand {
    /// The unit of its estimates; `1` for probabilities and other pure numbers.
    pub fn unit(&self) -> &'static str {
        match self.statistic {
            Statistic::TailShape | Statistic::HazardRatio => "1",
            Statistic::Hazard => "1/year",
            _ => self.measure.kind.estimate_unit(),
        }
    }

    /// Whether it is of the same number of a path, perhaps another statistic.
    pub(super) fn is_of_the_number_of(&self, other: &Self) -> bool {
        (self.measure, &self.subject, self.by) == (other.measure, &other.subject, other.by)
    }
}

/// An estimand as it stands in files.
#[derive(Serialize, Deserialize)]
struct Names {
    measure: String,
    subject: String,
    by: String,
    statistic: String,
}

impl From<Estimand> for Names {
    fn from(estimand: Estimand) -> Self {
        Self {
            measure: estimand.measure.name.to_owned(),
            subject: estimand.subject,
            by: estimand.by.to_string(),
            statistic: estimand.statistic.name(),
        }
    }
}

impl TryFrom<Names> for Estimand {
    type Error = String;

    fn try_from(names: Names) -> Result<Self, String> {
        let Names { measure, subject, by, statistic } = names;
        Ok(Self {
            measure: measure_named(&measure).ok_or_else(|| format!("there is no measure `{measure}`"))?,
            subject,
            by: Month::parse(&by).ok_or_else(|| format!("`{by}` is not a month"))?,
            statistic: Statistic::parse(&statistic).ok_or_else(|| format!("there is no statistic `{statistic}`"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_are_parsed_from_their_names() {
        let all = [
            (Statistic::Probability, "probability"),
            (Statistic::Mean, "mean"),
            (Statistic::Quantile(0.05), "p05"),
            (Statistic::Quantile(0.5), "p50"),
            (Statistic::Shortfall(0.95), "es95"),
            (Statistic::Shortfall(0.999), "es99.9"),
            (Statistic::Band(0.95), "band_p95"),
            (Statistic::ValueAtRisk(0.99), "var99"),
            (Statistic::Hazard, "hazard"),
            (Statistic::HazardRatio, "hazard_ratio"),
            (Statistic::TailShape, "tail_shape"),
            (Statistic::TailScale, "tail_scale"),
            (Statistic::ReturnLevel(1000.0), "return_1000"),
        ];
        for (statistic, name) in all {
            assert_eq!(statistic.name(), name);
            assert_eq!(Statistic::parse(name), Some(statistic));
        }
        for wrong in ["", "p", "p5", "p500x", "es", "median", "band_", "return_", "p99.95"] {
            assert_eq!(Statistic::parse(wrong), None, "{wrong}");
        }
    }
}
