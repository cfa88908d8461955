//! What the page is given: the record, the printed page, tables and figures of a folder.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use super::columns::Columns;
use crate::report::format::{Table, csv};
use crate::report::output::{Manifest, MeasureRecord, ProvenanceShares, SourceRecord, WriteError};

/// The version of the contract with the page.
const CONTRACT: u32 = 1;

/// The file with the data of all figures.
pub const FIGURES: &str = "figures.json";

/// The file of the printed page.
const PRINTED: &str = "report.txt";

/// The tables that the page shows, the most important first.
const TABLES: &[&str] = &[
    "summary",
    "compare",
    "twins",
    "benchmark",
    "prior",
    "scores",
    "cases",
    "years",
    "story",
    "sources",
    "tails",
    "joint",
    "calibration",
    "attribution",
    "stories",
    "story_months",
    "ring",
    "flows",
    "flips",
];

/// The room for tables: with figures and program the page stays below 2 MB.
const ROOM: usize = 1_100_000;

/// One result, in the form of `web/contract/document.schema.json`.
#[derive(Clone, Debug, Serialize)]
pub struct Document {
    contract: u32,
    kind: String,
    /// Which run of which scenario it is.
    pub record: Record,
    /// Of two runs, the earlier one.
    before: Option<Record>,
    measures: BTreeMap<String, MeasureRecord>,
    sources: BTreeMap<String, SourceRecord>,
    page: String,
    tables: BTreeMap<String, Value>,
    figures: Vec<Value>,
    left_out: Vec<String>,
}

/// Which run of which scenario it is; nothing in it depends on clock, machine or threads.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Record {
    /// The title of the scenario.
    pub name: String,
    /// Its first month; empty in results of earlier versions.
    pub start: String,
    /// The name of its file.
    pub file: String,
    /// Its digest without seed, paths and draws.
    pub identity: String,
    /// The digest of what was run.
    pub digest: String,
    /// The seed, as text: the page's numbers are exact to 2^53 only.
    pub seed: String,
    /// Finished paths.
    pub paths: u64,
    /// Parameter draws.
    pub draws: u64,
    as_of: Option<String>,
    overridden: Vec<String>,
    stop: String,
    residual: Option<f64>,
    failures: BTreeMap<String, u64>,
    provenance: ProvenanceShares,
    version: String,
}

impl Document {
    /// What changed between two runs: the record of each, and tables.
    ///
    /// # Errors
    /// If a table cannot be read back.
    pub fn of_change(before: &Manifest, after: &Manifest, tables: &[Table]) -> io::Result<Self> {
        let read = |table: &Table| Ok((table.name().to_owned(), value(&csv::text(table)?)?));
        Ok(Self {
            contract: CONTRACT,
            kind: "change".to_owned(),
            record: Record::of(after),
            before: Some(Record::of(before)),
            measures: after.measures.clone(),
            sources: after.scenario.sources.clone(),
            page: String::new(),
            tables: tables.iter().map(read).collect::<io::Result<_>>()?,
            figures: Vec::new(),
            left_out: Vec::new(),
        })
    }

    /// Whether a file of a folder goes into its document.
    pub fn reads(name: &str) -> bool {
        let is_table = |stem: &&str| name.strip_suffix(".csv") == Some(*stem);
        name == PRINTED || name == FIGURES || TABLES.iter().any(is_table)
    }

    /// The document of a folder with this record.
    ///
    /// # Errors
    /// If one of its files cannot be read.
    pub fn of(folder: &Path, manifest: &Manifest) -> Result<Self, WriteError> {
        let (tables, left_out) = tables(folder)?;
        Ok(Self {
            contract: CONTRACT,
            kind: kind(&manifest.stop).to_owned(),
            record: Record::of(manifest),
            before: None,
            measures: manifest.measures.clone(),
            sources: manifest.scenario.sources.clone(),
            page: read(folder, PRINTED)?.unwrap_or_default(),
            tables,
            figures: figures(folder)?,
            left_out,
        })
    }
}

impl Record {
    fn of(manifest: &Manifest) -> Self {
        let scenario = &manifest.scenario;
        let named = Some(&scenario.name).filter(|name| !name.is_empty());
        Self {
            name: named.unwrap_or(&scenario.file).clone(),
            start: scenario.start.clone(),
            file: scenario.file.clone(),
            identity: scenario.identity.clone(),
            digest: scenario.digest.clone(),
            seed: manifest.seed.to_string(),
            paths: manifest.paths,
            draws: manifest.draws,
            as_of: scenario.as_of.clone(),
            overridden: scenario.overridden.clone(),
            stop: manifest.stop.clone(),
            residual: manifest.residual,
            failures: manifest.failures.clone(),
            provenance: manifest.provenance,
            version: manifest.build.version.clone(),
        }
    }
}

/// The command that made a result: a run says why it ended, the others say their names.
fn kind(stop: &str) -> &str {
    if ["paths", "interrupted"].contains(&stop) { "run" } else { stop }
}

/// The tables that there are, and the files of those for which there is no room.
fn tables(folder: &Path) -> Result<(BTreeMap<String, Value>, Vec<String>), WriteError> {
    let (mut tables, mut left_out, mut room) = (BTreeMap::new(), Vec::new(), ROOM);
    for name in TABLES {
        let file = format!("{name}.csv");
        let Some(text) = read(folder, &file)? else { continue };
        let table = value(&text).map_err(WriteError::at(&folder.join(&file), "reading"))?;
        let size = table.to_string().len();
        if size > room {
            left_out.push(file);
        } else {
            room -= size;
            tables.insert((*name).to_owned(), table);
        }
    }
    Ok((tables, left_out))
}

/// A table in the form of the document.
fn value(text: &str) -> io::Result<Value> {
    Ok(serde_json::to_value(Columns::read(text)?)?)
}

/// The figures that there are.
fn figures(folder: &Path) -> Result<Vec<Value>, WriteError> {
    let Some(text) = read(folder, FIGURES)? else { return Ok(Vec::new()) };
    let path = folder.join(FIGURES);
    let mut read: Value = serde_json::from_str(&text).map_err(WriteError::at(&path, "reading"))?;
    match read["figures"].take() {
        Value::Array(figures) => Ok(figures),
        _ => Err(WriteError::new(path, "reading", io::Error::other("it has no list `figures`"))),
    }
}

/// A file of the folder; none if there is no such file.
fn read(folder: &Path, name: &str) -> Result<Option<String>, WriteError> {
    let path = folder.join(name);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(WriteError::new(path, "reading", error)),
    }
}
