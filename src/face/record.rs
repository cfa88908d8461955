//! The record of a run of which only one table is reported.

use std::collections::BTreeMap;

use crate::engine::{Stop, Tier};
use crate::report::output::{Build, Manifest, ProvenanceShares, ScenarioRecord};
use crate::report::summary::{dictionary, manifest};
use crate::scenario::Scenario;
use crate::study::Soundness;
use crate::study::estimates::Results;

/// The scenario of a run, its record, and how it ended.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) scenario: Scenario,
    pub(super) manifest: Manifest,
    pub(super) soundness: Soundness,
    pub(super) interrupted: bool,
}

impl Record {
    /// Of a run of this scenario, made by this command with options that the manifest records.
    pub(super) fn of(results: &Results<'_>, scenario: &Scenario, (command, options): (&str, Vec<String>)) -> Self {
        let (outcome, soundness) = (results.outcome, Soundness::of(results));
        let manifest = Manifest {
            threads: outcome.threads,
            wall_seconds: outcome.seconds,
            residual: soundness.residual,
            failures: soundness.failures(),
            measures: dictionary(),
            options,
            ..manifest(scenario, command)
        };
        Self { scenario: scenario.clone(), manifest, soundness, interrupted: outcome.stop == Stop::Interrupted }
    }
}

/// The record of a result that is not of a scenario: `made_of` says of what. What is not known is zero or empty.
pub(super) fn without_scenario(made_of: ScenarioRecord, stop: &str) -> Manifest {
    Manifest {
        build: Build::current(),
        tier: Tier::detect().name().to_owned(),
        threads: 1,
        scenario: made_of,
        seed: 0,
        paths: 0,
        draws: 0,
        wall_seconds: 0.0,
        stop: stop.to_owned(),
        options: Vec::new(),
        residual: None,
        failures: BTreeMap::new(),
        provenance: ProvenanceShares { sourced: 0.0, prior: 0.0, assumed: 0.0, unsourced: 0.0 },
        measures: BTreeMap::new(),
        files: Vec::new(),
    }
}
