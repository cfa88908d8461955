//! The one writer: whatever a command leaves is tables, figures and a record, written the same way.

use std::path::PathBuf;

use super::{Manifest, OutputDir, Replaced, WriteError};
#[cfg(feature = "plots")]
use crate::report::figure::{self, Figure};
#[cfg(feature = "plots")]
use crate::report::format::json;
use crate::report::format::{About, Format, Table};
use crate::report::html;

/// What a command leaves: tables, figures, and the record of where they came from.
#[derive(Debug)]
pub struct Deliverable {
    /// The tables.
    pub tables: Vec<Filed>,
    /// Texts for people, by the name of their file.
    pub pages: Vec<(&'static str, String)>,
    /// The figures, by the name of their file without its ending.
    #[cfg(feature = "plots")]
    pub figures: Vec<(String, Figure)>,
    /// The files in which figures are drawn.
    pub figure_files: FigureFiles,
    /// What every file with room for it says of itself.
    pub about: About,
    /// The record; its list of files is made when the folder is.
    pub manifest: Manifest,
}

/// The files in which figures are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FigureFiles {
    /// No files: no figure is drawn.
    None,
    /// As lines, for documents.
    Svg,
    /// As pixels.
    Png,
    /// Both.
    #[default]
    Both,
}

/// A table and the files that hold it.
#[derive(Clone, Debug)]
pub struct Filed {
    /// The table.
    pub table: Table,
    /// The name of its files without their endings.
    pub stem: String,
    /// The formats in which it is written.
    pub formats: &'static [Format],
}

/// What came of writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The folder.
    pub place: PathBuf,
    /// What was there before.
    pub replaced: Replaced,
    /// Figures that could not be drawn, and why.
    pub not_drawn: Vec<String>,
}

impl Filed {
    /// A table in files of this name.
    pub fn new(stem: impl Into<String>, table: Table, formats: &'static [Format]) -> Self {
        Self { table, stem: stem.into(), formats }
    }
}

impl Deliverable {
    /// Tables and one page, without figures.
    pub fn without_figures(tables: Vec<Filed>, page: (&'static str, String), about: About, manifest: Manifest) -> Self {
        Self {
            tables,
            pages: vec![page],
            #[cfg(feature = "plots")]
            figures: Vec::new(),
            figure_files: FigureFiles::None,
            about,
            manifest,
        }
    }

    /// Writes everything into an open folder, and shows the folder.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn write(self, folder: OutputDir) -> Result<Written, WriteError> {
        let not_drawn = self.write_files(&|name| folder.file(name))?;
        html::write(&folder.file(html::FILE)?, &self.manifest)?;
        let replaced = folder.replaces();
        let place = folder.commit(self.manifest)?;
        Ok(Written { place, replaced, not_drawn })
    }

    /// Writes the files but not the record; `place` says where each file goes.
    fn write_files(&self, place: &Place<'_>) -> Result<Vec<String>, WriteError> {
        self.pages.iter().try_for_each(|(name, text)| save(place, name, text.as_bytes()))?;
        write_all(
            &self.tables,
            #[cfg(feature = "plots")]
            (&self.figures, self.figure_files),
            &self.about,
            place,
        )
    }
}

/// Where the file of a name goes.
type Place<'a> = dyn Fn(&str) -> Result<PathBuf, WriteError> + 'a;

/// Writes tables and figures to where `place` says, and gives what could not be drawn.
///
/// # Errors
/// If a file cannot be written.
pub fn write_all(
    tables: &[Filed],
    #[cfg(feature = "plots")] figures: (&[(String, Figure)], FigureFiles),
    about: &About,
    place: &Place<'_>,
) -> Result<Vec<String>, WriteError> {
    for Filed { table, stem, formats } in tables {
        for format in *formats {
            (format.save)(table, &place(&format!("{stem}.{}", format.ending))?, about)?;
        }
    }
    #[cfg(feature = "plots")]
    return draw(figures, place);
    #[cfg(not(feature = "plots"))]
    Ok(Vec::new())
}

/// A figure with the name of its files.
#[cfg(feature = "plots")]
#[derive(serde::Serialize)]
struct Named<'a> {
    name: &'a str,
    #[serde(flatten)]
    figure: &'a Figure,
}

/// Draws all figures in parallel and writes them in their order, with the data of those that could be drawn.
#[cfg(feature = "plots")]
fn draw((figures, files): (&[(String, Figure)], FigureFiles), place: &Place<'_>) -> Result<Vec<String>, WriteError> {
    use rayon::prelude::*;

    if files == FigureFiles::None {
        return Ok(Vec::new());
    }
    let drawn = |(_, figure): &(String, Figure)| {
        let picture = figure::picture(figure)?;
        let svg = (files != FigureFiles::Png).then(|| figure::svg(&picture)).transpose()?;
        let png = (files != FigureFiles::Svg).then(|| figure::png(&picture)).transpose()?;
        Ok::<_, figure::FigureError>((svg, png))
    };
    let drawn: Vec<_> = figures.par_iter().map(drawn).collect();
    let (mut not_drawn, mut data) = (Vec::new(), Vec::new());
    for ((name, figure), drawn) in figures.iter().zip(drawn) {
        match drawn {
            Ok((svg, png)) => {
                data.push(Named { name, figure });
                let files = [("svg", svg.map(String::into_bytes)), ("png", png)];
                for (ending, bytes) in files.into_iter().filter_map(|(ending, bytes)| Some((ending, bytes?))) {
                    save(place, &format!("figures/{name}.{ending}"), &bytes)?;
                }
            }
            Err(error) => not_drawn.push(format!("{name}: {error}")),
        }
    }
    if !data.is_empty() {
        let path = place(html::FIGURES)?;
        let text = json::list("figures", &data).map_err(WriteError::at(&path, "writing"))?;
        save(place, html::FIGURES, text.as_bytes())?;
    }
    Ok(not_drawn)
}

fn save(place: &Place<'_>, name: &str, bytes: &[u8]) -> Result<(), WriteError> {
    let path = place(name)?;
    std::fs::write(&path, bytes).map_err(WriteError::at(&path, "writing"))
}
