//! The volatilities of a scenario, solved from its default probabilities.

use std::fs;
use std::path::PathBuf;

use super::error::Error;
use super::result::Page;
use crate::report::calibrated::calibrated_table;
use crate::report::format::json;
use crate::report::output::WriteError;
use crate::report::page;
use crate::study::{self, Solved, calibration_file};

/// The volatilities that meet the default probabilities of the base of a scenario.
#[derive(Debug)]
pub struct Calibrated {
    found: study::Calibrated,
}

impl Calibrated {
    pub(super) fn new(found: study::Calibrated) -> Self {
        Self { found }
    }

    /// The entities, in the order of the file.
    pub fn solved(&self) -> &[Solved] {
        &self.found.solved
    }

    /// The page for people.
    pub fn page(&self, width: usize) -> Page {
        page::calibrated(&self.found.solved, width)
    }

    /// The table as JSON.
    ///
    /// # Errors
    /// If a number does not fit the table.
    pub fn json(&self) -> Result<String, Error> {
        json::text(&calibrated_table(&self.found.solved)?).map_err(Error::io("making the JSON"))
    }

    /// Keeps it in a file beside the base, which every later run of the base and of its variants reads in place of solving
    /// anew, with the same results to the bit.
    ///
    /// # Errors
    /// [`Error::Refused`] where the base is no file, [`Error::Write`] if the file cannot be written.
    pub fn keep(&self) -> Result<PathBuf, Error> {
        let no_file = || Error::Refused("the scenario is no file, so nothing can be kept beside it".to_owned());
        let place = calibration_file(&self.found.base).ok_or_else(no_file)?;
        fs::write(&place, &self.found.text).map_err(|source| WriteError::new(&place, "writing", source))?;
        Ok(place)
    }
}
