//! Calibrations kept in a file beside their scenario, so that not every run solves them anew (docs/model.md, 8.1).
//!
//! Such a file changes no number: it holds what this version of the program finds for these values of the scenario, and is
//! read only where both are the same. No run writes it; `ouro calibrate` does.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::language::Problem;
use crate::resolve::Calibration;
use crate::scenario::Scenario;

/// The content of the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    /// What it is, for those who open it.
    about: String,
    /// Version of the program that solved it.
    version: String,
    /// Digest of the scenario's values.
    digest: String,
    calibration: Calibration,
}

const ABOUT: &str = "Volatilities that meet the default probabilities of the scenario beside this file, as `ouro calibrate` \
                     found them: points of log volatility and of the normal score of the default probability.";

/// The file of a scenario's calibration; none where the scenario is no file, or is the variant of another.
pub fn place(scenario: &Scenario) -> Option<PathBuf> {
    let is_base = scenario.from_file && !scenario.is_variant();
    is_base.then(|| Path::new(scenario.file()).with_extension("calibration.json"))
}

/// The calibration that is kept of a base, if it is of these values and of this version.
pub(super) fn kept(base: &Scenario) -> Option<Calibration> {
    let text = fs::read_to_string(place(base)?).ok()?;
    let kept: Kept = serde_json::from_str(&text).ok()?;
    let fits = kept.version == VERSION && kept.digest == base.digest_text() && kept.calibration.is_readable();
    fits.then_some(kept.calibration)
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// That the file beside a scenario is not used.
pub(super) fn unused(scenario: &Scenario) -> Option<Problem> {
    let place = place(scenario).filter(|place| place.exists())?;
    if kept(scenario).is_some() {
        return None;
    }
    let message = "calibration file not used: other values or version";
    let problem = Problem::warning("", message).found(place.display().to_string());
    Some(problem.help(format!("`ouro calibrate {}` replaces it", scenario.file())))
}

/// The content of the file that keeps the calibration of a base.
///
/// # Errors
/// None that can be expected: its numbers are finite.
pub(super) fn text(base: &Scenario, calibration: Calibration) -> Result<String, serde_json::Error> {
    let kept = Kept { about: ABOUT.to_owned(), version: VERSION.to_owned(), digest: base.digest_text(), calibration };
    Ok(serde_json::to_string_pretty(&kept)? + "\n")
}
