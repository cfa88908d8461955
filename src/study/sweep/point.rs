//! The result of a point and the identity of a sweep, as stored in files.

use serde::{Deserialize, Serialize};

use super::super::estimand::Estimand;
use super::super::soundness::Soundness;

/// The identity of a sweep, by which its parts are distinguished from those of another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// Version of the program that ran it.
    pub version: String,
    /// Its title.
    pub name: String,
    /// Digest over all points: their scenarios with all values in effect, their sizes and seed, and what is kept of them.
    pub digest: String,
    /// Digest of the scenario as it is written.
    pub scenario: String,
    /// Points, before any refinement.
    pub points: u64,
    /// Keys that vary.
    pub axes: Vec<AxisRecord>,
    /// What its policies change.
    #[serde(default)]
    pub policies: Vec<PolicyRecord>,
    /// Seed of every point.
    pub seed: u64,
    /// Paths of every point.
    pub paths: u64,
    /// Draws of every point.
    pub draws: u64,
    /// Text of the sweep's file.
    pub text: String,
    /// Which part of it was run here; none: all of it.
    pub shard: Option<Shard>,
}

/// A key that varies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AxisRecord {
    /// The key.
    pub key: String,
    /// Unit of its numbers; empty for a plain number or a word.
    pub unit: String,
}

/// A policy of a sweep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRecord {
    /// Its name.
    pub name: String,
    /// What it changes, each with the value of the scenario as it is written.
    pub changes: Vec<String>,
}

/// A part of a sweep: every `of`-th point from the `number`-th, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Which part, from 1.
    pub number: u64,
    /// Of how many.
    pub of: u64,
}

impl Shard {
    /// Whether the point belongs to it.
    pub fn holds(self, point: u64) -> bool {
        point % self.of == self.number - 1
    }
}

/// The result of a point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointResult {
    /// Its number, from 0.
    pub number: u64,
    /// The policy, or the name of the point in a list; empty where there is none.
    pub policy: String,
    /// The values of the axes.
    pub coordinates: Vec<Coordinate>,
    /// Digest of the scenario of the point.
    pub digest: String,
    /// Whether the numbers of its run are numbers.
    #[serde(default)]
    pub soundness: Soundness,
    /// What was measured.
    pub rows: Vec<Row>,
}

/// The value of an axis at a point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coordinate {
    /// As TOML writes it.
    pub text: String,
    /// In the base of its unit, where it is a number.
    pub number: Option<f64>,
}

/// An estimate at a point, and its paired difference from the scenario as written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// What is estimated.
    #[serde(flatten)]
    pub estimand: Estimand,
    /// The estimate.
    pub value: Option<f64>,
    /// Lower end of its 95 % interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// The estimate less that of the scenario as written, on the same shocks.
    pub difference: Option<f64>,
    /// Lower end of its paired 95 % interval.
    pub difference_low: Option<f64>,
    /// Upper end.
    pub difference_high: Option<f64>,
    /// Unit.
    pub unit: String,
    /// How estimate and interval were made.
    pub method: String,
}

impl PointResult {
    /// The row of an estimand.
    pub fn find(&self, estimand: &Estimand) -> Option<&Row> {
        self.rows.iter().find(|row| row.estimand == *estimand)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_share_the_points_among_them() {
        let shards: Vec<Shard> = (1..=3).map(|number| Shard { number, of: 3 }).collect();
        for point in 0..20 {
            assert_eq!(shards.iter().filter(|shard| shard.holds(point)).count(), 1);
        }
    }
}
