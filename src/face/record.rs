//! The record of a run of which only one table is reported.

use crate::engine::Stop;
use crate::report::output::Manifest;
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
