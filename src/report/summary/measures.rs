//! What each measure means: the dictionary of the manifest.

use std::collections::BTreeMap;

use crate::model::MEASURES;

use crate::report::output::MeasureRecord;

/// What each measure means, by its name in the tables.
pub fn dictionary() -> BTreeMap<String, MeasureRecord> {
    let record = |meaning: &str, unit: &str| MeasureRecord { unit: unit.to_owned(), meaning: meaning.to_owned() };
    MEASURES.iter().map(|of| (of.name.to_owned(), record(of.meaning, of.kind.unit()))).collect()
}
