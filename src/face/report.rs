//! Reports made from the folders of results, without simulating.

use std::path::{Path, PathBuf};

use super::error::Error;
use crate::report::format::{Table, json};
use crate::report::html::{self, Document, Run};
use crate::report::output::{FileRecord, Manifest, WriteError};

/// A page for people, made from the files of one folder or of two.
#[derive(Debug)]
pub struct Report {
    text: String,
    /// Where it goes if nobody says otherwise.
    place: PathBuf,
    /// The folder that lists it among its files, and the record of that folder.
    listed: Option<(PathBuf, Manifest)>,
    tables: Vec<Table>,
}

impl Report {
    /// The report of a result: the bytes that the command wrote which made it, if it was this version.
    ///
    /// # Errors
    /// [`Error::Refused`] if the folder holds no result, or a file of it is not as it was written.
    pub fn of(folder: impl AsRef<Path>) -> Result<Self, Error> {
        let folder = folder.as_ref();
        let manifest = opened(folder)?;
        let text = page(&Document::of(folder, &manifest)?)?;
        let listed = Some((folder.to_owned(), manifest));
        Ok(Self { text, place: folder.join(html::FILE), listed, tables: Vec::new() })
    }

    /// What changed between two runs: inputs with their sources, headlines with the error of their differences. The runs
    /// may be of scenarios with different first months, or with one name.
    ///
    /// # Errors
    /// As [`Report::of`]; [`Error::Refused`] if a folder holds something else than a run.
    pub fn of_change(before: impl AsRef<Path>, after: impl AsRef<Path>) -> Result<Self, Error> {
        let (before, after) = (before.as_ref(), after.as_ref());
        let (first, second) = (run(before)?, run(after)?);
        let tables = html::change(&first, &second)?;
        let document = Document::of_change(first.manifest(), second.manifest(), &tables);
        let text = page(&document.map_err(Error::io("making the report"))?)?;
        let name = |folder: &Path| {
            let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
            whole.file_name().unwrap_or_default().to_string_lossy().into_owned()
        };
        let file = format!("{}-against-{}.html", name(after), name(before));
        let place = after.parent().unwrap_or(Path::new("")).join(file);
        Ok(Self { text, place, listed: None, tables })
    }

    /// The page.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Of two runs, the tables of what changed: `inputs` and `headlines`.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The headlines of two runs as JSON.
    ///
    /// # Errors
    /// If they cannot be JSON.
    pub fn json(&self) -> Result<String, Error> {
        let texts = self.tables.iter().map(json::text).collect::<Result<Vec<String>, _>>();
        let texts = texts.map_err(Error::io("making the JSON"))?;
        Ok(format!("[{}]\n", texts.join(",\n").trim_end()))
    }

    /// Writes the page to `file`, or where it belongs: into the folder of the result, which then lists it; that of two runs
    /// beside the folder of the second. Gives its place.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, file: Option<&Path>) -> Result<PathBuf, Error> {
        let place = file.unwrap_or(&self.place);
        let partial = place.with_extension("html.partial");
        std::fs::write(&partial, &self.text).map_err(WriteError::at(&partial, "writing"))?;
        std::fs::rename(&partial, place).map_err(WriteError::at(place, "writing"))?;
        if let Some((folder, manifest)) = self.listed.as_ref().filter(|_| file.is_none()) {
            let now = manifest.clone().with_file(folder, html::FILE)?;
            if now != *manifest {
                now.save(folder)?;
            }
        }
        Ok(place.to_owned())
    }
}

/// The record of a folder whose files are as they were written, as far as a report reads them.
fn opened(folder: &Path) -> Result<Manifest, Error> {
    let shown = folder.display();
    let missing = || {
        Error::Refused(format!(
            "`{shown}` holds no result: it has no manifest.json of ouro; name the folder that `ouro run` or another command \
             has written"
        ))
    };
    let manifest = Manifest::read(folder).ok_or_else(missing)?;
    let read = manifest.files.iter().filter(|file| Document::reads(&file.name));
    let altered = |file: &&FileRecord| FileRecord::of(folder, &file.name).map_or(true, |now| now != **file);
    let altered: Vec<String> = read.filter(altered).map(|file| format!("`{}`", file.name)).collect();
    if altered.is_empty() {
        return Ok(manifest);
    }
    Err(Error::Refused(format!(
        "{} in `{shown}` missing or not as written (SHA-256 in manifest.json): a report would say what no run found; \
         restore or run again",
        altered.join(", ")
    )))
}

/// A run in its folder.
fn run(folder: &Path) -> Result<Run, Error> {
    let manifest = opened(folder)?;
    if !manifest.files.iter().any(|file| file.name == "summary.csv") {
        let shown = folder.display();
        return Err(Error::Refused(format!(
            "`{shown}` holds no run: two results are compared by their summary.csv; for one of another command, name it alone"
        )));
    }
    Ok(Run::read(folder, manifest)?)
}

fn page(document: &Document) -> Result<String, Error> {
    html::page(document).map_err(|error| Error::io("making the report")(error.into()))
}
