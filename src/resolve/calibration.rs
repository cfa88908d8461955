//! From a probability of default to the volatility of an entity's core assets (docs/model.md, section 8.1).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::base_rates::burst_rates;
use crate::language::Problem;
use crate::model::first_passage::{Assets, implied_volatility, is_implied};
use crate::random::math::{exp, ln};
use crate::random::normal_quantile;
use crate::scenario::{self, BARRIER_OVER_DEBT, Scenario};

/// Months over which `pd5` is a probability.
pub const FIVE_YEARS: usize = 60;

/// For each entity with a `pd5`, by name, the relation from its target to its volatility.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Calibration {
    laws: BTreeMap<String, Law>,
}

/// The default probability of an entity as a function of its annual volatility (or of a factor on it), both increasing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Law {
    /// Log volatility and the normal score of the probability.
    points: Vec<(f64, f64)>,
    /// Part of five years over which the probabilities were found.
    part: f64,
}

impl Law {
    /// From volatilities, ascending, and the probabilities of default found at them over `months` months on `paths` paths.
    /// No default counts as half a path.
    pub fn new(found: impl IntoIterator<Item = (f64, f64)>, paths: usize, months: usize) -> Self {
        let least = 0.5 / paths as f64;
        let point = |(volatility, probability): (f64, f64)| {
            (ln(volatility), normal_quantile(probability.clamp(least, 1.0 - least)))
        };
        Self { points: found.into_iter().map(point).collect(), part: months as f64 / FIVE_YEARS as f64 }
    }

    /// The same volatility at any target.
    pub(super) fn constant(volatility: f64) -> Self {
        Self { points: vec![(ln(volatility), 0.0)], part: 1.0 }
    }

    /// The same with `factor` times the volatilities.
    #[must_use]
    pub fn scaled(mut self, factor: f64) -> Self {
        for (log_volatility, _) in &mut self.points {
            *log_volatility += ln(factor);
        }
        self
    }

    /// The volatility at which the five-year probability is `target`, or the nearest one tabulated.
    pub fn at(&self, target: f64) -> f64 {
        let (lowest, highest) = (self.points[0], self.points[self.points.len() - 1]);
        let score = normal_quantile(shortened(target, self.part)).clamp(lowest.1, highest.1.max(lowest.1));
        let after = self.points.iter().position(|(_, known)| *known >= score).unwrap_or(0);
        let (high, above) = self.points[after];
        if after == 0 {
            return exp(high);
        }
        let (low, below) = self.points[after - 1];
        exp(low + (high - low) * (score - below) / (above - below))
    }

    /// Whether it can be read: points of finite numbers in ascending order.
    fn is_readable(&self) -> bool {
        let finite = self.points.iter().all(|(volatility, score)| volatility.is_finite() && score.is_finite());
        let ascending = self.points.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1);
        finite && ascending && !self.points.is_empty() && self.part > 0.0 && self.part <= 1.0
    }

    /// Whether some volatility of the law meets a target.
    fn reaches(&self, target: f64) -> bool {
        let score = normal_quantile(shortened(target, self.part));
        let found = || self.points.iter().map(|(_, known)| *known);
        found().any(|known| known <= score) && found().any(|known| known >= score)
    }
}

impl Calibration {
    /// Adds or replaces the law of an entity.
    pub fn insert(&mut self, entity: String, law: Law) {
        self.laws.insert(entity, law);
    }

    /// Multiplies the volatilities of an entity.
    pub fn scale(&mut self, entity: &str, factor: f64) {
        if let Some(law) = self.laws.remove(entity) {
            self.laws.insert(entity.to_owned(), law.scaled(factor));
        }
    }

    /// Whether each of its laws can be read.
    pub fn is_readable(&self) -> bool {
        self.laws.values().all(Law::is_readable)
    }

    /// Whether it has the law of an entity.
    pub fn knows(&self, entity: &str) -> bool {
        self.laws.contains_key(entity)
    }

    /// The laws of another, in place of its own.
    pub(super) fn extend(&mut self, other: Self) {
        self.laws.extend(other.laws);
    }

    /// The volatility of an entity at a target; none without a law.
    pub fn volatility(&self, entity: &str, target: f64) -> Option<f64> {
        Some(self.laws.get(entity)?.at(target))
    }

    /// Whether some volatility meets the target of an entity.
    pub fn reaches(&self, entity: &str, target: f64) -> bool {
        self.laws.get(entity).is_some_and(|law| law.reaches(target))
    }
}

/// The physical probability implied by a risk-neutral one: its hazard is divided by `coverage` (1: it is physical already).
pub fn physical(probability: f64, coverage: f64) -> f64 {
    shortened(probability, 1.0 / coverage)
}

/// The probability over a `part` of the time at the same hazard.
pub fn shortened(probability: f64, part: f64) -> f64 {
    1.0 - exp(part * ln(1.0 - probability))
}

/// The physical default probability of five years to which an entity's volatility is calibrated; none where its volatility
/// is written, or where it has no balance sheet.
pub fn target(entity: &scenario::Entity, values: &[f64]) -> Option<f64> {
    let is_calibrated = entity.asset_volatility.is_none() && entity.assets.is_some();
    let pd5 = entity.pd5.as_ref().filter(|_| is_calibrated)?;
    Some(physical(pd5.at(values), entity.coverage.at(values)))
}

/// Worth below which an entity defaults, dollars: its barrier and a part of its leases.
pub(super) fn barrier(entity: &scenario::Entity, values: &[f64]) -> f64 {
    let of_debt = entity.barrier.as_ref().map_or(0.0, |barrier| barrier.at(values));
    of_debt + BARRIER_OVER_DEBT * entity.leases.at(values)
}

/// An entity without exposures, whose assets fall at bursts of constant hazard `h1`, and its target default probability, at
/// the means of all uncertain numbers. The calibration starts from its volatility, and `check` tests that there is one.
pub(super) struct Alone<'a> {
    entity: &'a scenario::Entity,
    /// Assets over the barrier.
    ratio: f64,
    assets: Assets,
    target: f64,
}

/// The same of an entity; none where its volatility is not calibrated.
pub(super) fn alone<'a>(scenario: &Scenario, entity: &'a scenario::Entity) -> Option<Alone<'a>> {
    let values = scenario.means();
    let target = target(entity, &values)?;
    let barrier = barrier(entity, &values);
    let ratio = entity.assets.as_ref()?.at(&values) / barrier;
    let assets = Assets {
        distance: if barrier > 0.0 { ln(ratio) } else { f64::INFINITY },
        growth: entity.asset_growth.at(&values),
        jump: entity.burst_beta.at(&values) * scenario.market.burst.fall.at(&values),
        hazard: burst_rates(&scenario.market, &values).0,
    };
    Some(Alone { entity, ratio, assets, target })
}

impl Alone<'_> {
    /// The volatility at which they have it, if one does.
    pub(super) fn volatility(&self) -> Option<f64> {
        implied_volatility(&self.assets, self.target, FIVE_YEARS)
    }

    /// That none does.
    pub(super) fn problem(&self) -> Option<Problem> {
        if is_implied(&self.assets, self.target, FIVE_YEARS) {
            return None;
        }
        let message = "no volatility from 1 % to 300 % implies this probability of default".to_owned();
        let problem = Problem::error(format!("entity.{}.pd5", self.entity.name), message)
            .found(format!("assets of {:.3} times the barrier", self.ratio))
            .expected("assets above the barrier, and a probability above that of default by bursts alone");
        Some(problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::by_hand::assert_close;

    #[test]
    fn a_law_is_read_between_its_points() {
        // Normal scores of -2, -1 and 0 at volatilities of 10, 20 and 40 %: half way in both is 10 sqrt(2).
        let law = Law::new([(0.1, 0.022_750_132), (0.2, 0.158_655_254), (0.4, 0.5)], 1_000_000, FIVE_YEARS);
        assert_close(law.at(0.158_655_254), 0.2);
        assert_close(law.at(0.066_807_201), 0.141_421_4);
        assert_close(law.at(0.6), 0.4);
        assert_close(law.clone().scaled(3.0).at(0.066_807_201), 0.424_264_2);
        assert!(!law.reaches(0.6) && !law.reaches(0.01) && law.reaches(0.1));
    }

    /// The volatility of assets of twice their barrier under these keys of `[market.burst]`.
    fn volatility(burst: &str) -> f64 {
        let text = format!(
            "[scenario]\nname = \"S\"\nstart = \"2026-01\"\n[market]\nreversion = \"25%\"\nvolatility = 0.25\n\
             [market.burst]\nfall = 0.8\n{burst}\n[lab.a]\ncash = \"1B USD\"\n\
             revenue.target = {{ 2026 = \"1B USD\" }}\n[entity.cloud]\nassets = \"100B USD\"\nbarrier = \"50B USD\"\n\
             pd5 = \"10%\"\nburst_beta = 0.3\n"
        );
        let scenario = Scenario::parse("s.toml", &text, &[]).unwrap_or_else(|problems| panic!("{problems}"));
        alone(&scenario, &scenario.entities[0]).expect("a target").volatility().expect("a volatility")
    }

    #[test]
    fn a_calibration_begins_under_the_hazard_that_is_simulated() {
        // Without the level h1 is -ln(0.8)/2; bursts leave less to the volatility than none would.
        let fitted = volatility("fit_base_rates = true\nlevel_beta = 0.0");
        assert_close(fitted, volatility("hazard = 0.111571775657105"));
        assert!(fitted < volatility("hazard = 0.0") - 0.01, "{fitted}");
    }

    #[test]
    fn a_risk_neutral_probability_has_its_hazard_divided() {
        // 1 - 0.64^(1/2); itself; 1 - 0.9^(1/3).
        assert_close(physical(0.36, 2.0), 0.2);
        assert_close(physical(0.36, 1.0), 0.36);
        assert_close(physical(0.1, 3.0), 0.034_510_6);
        assert_close(shortened(0.36, 0.5), 0.2);
    }
}
