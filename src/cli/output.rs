//! Where results go, and the record of where they came from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::engine::Tier;
use crate::report::evidence::Meter;
use crate::report::summary::digest;
use crate::report::{Build, Manifest, MeasureRecord, OutputDir, ScenarioRecord, Table};
use crate::scenario::Scenario;

/// The folder of a result: as asked, else `outputs/<file>-<digest><suffix>`.
pub(crate) fn place(asked: Option<&Path>, file: &Path, scenario: &Scenario, suffix: &str) -> PathBuf {
    let by_default = || {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        Path::new("outputs").join(format!("{}-{}{suffix}", slug(&stem), &digest(scenario)[..8]))
    };
    asked.map_or_else(by_default, Path::to_owned)
}

/// A name that no file system and no shell minds.
fn slug(name: &str) -> String {
    let harmless = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    name.chars().map(|c| if harmless(c) { c } else { '-' }).collect()
}

/// Begins a result.
///
/// # Errors
/// When nothing can be written there.
pub(crate) fn begin(place: PathBuf) -> anyhow::Result<OutputDir> {
    OutputDir::create(place).context("cannot write the result")
}

/// What one path of plan mode or of a replay came from.
pub(crate) struct OnePath<'a> {
    pub(crate) file: &'a Path,
    pub(crate) scenario: &'a Scenario,
    pub(crate) overrides: &'a [String],
    /// Why it ended: `plan`, `replay`.
    pub(crate) stop: &'static str,
    pub(crate) seconds: f64,
    pub(crate) residual: f64,
}

/// The record of a result of one path; `described` are the tables whose columns it explains.
pub(crate) fn manifest(of: &OnePath<'_>, described: &[&Table]) -> Manifest {
    let columns = described.iter().flat_map(|table| table.columns());
    let explained = columns.filter(|column| !column.meaning.is_empty());
    let measure = |unit: &String, meaning: &String| MeasureRecord { unit: unit.clone(), meaning: meaning.clone() };
    Manifest {
        build: Build::current(),
        tier: Tier::Portable.name().to_owned(),
        threads: 1,
        scenario: ScenarioRecord::of(of.scenario, of.file, of.overrides),
        seed: of.scenario.run.seed,
        paths: 1,
        draws: 1,
        wall_seconds: of.seconds,
        stop: of.stop.to_owned(),
        residual: Some(of.residual),
        failures: BTreeMap::new(),
        provenance: Meter::of(of.scenario).shares(),
        measures: explained.map(|c| (c.name.clone(), measure(&c.unit, &c.meaning))).collect(),
        files: Vec::new(),
    }
}

/// Writes a figure as SVG and PNG where `place` puts their names; one that cannot be drawn is said.
///
/// # Errors
/// When a file cannot be written.
#[cfg(feature = "plots")]
pub(crate) fn draw(
    place: &dyn Fn(&str) -> anyhow::Result<PathBuf>,
    name: &str,
    figure: &crate::report::figure::Figure,
) -> anyhow::Result<()> {
    use crate::report::figure::{png, svg};
    match svg(figure).and_then(|svg| Ok((png(&svg)?, svg))) {
        Ok((png, svg)) => {
            let write = |ending: &str, bytes: &[u8]| -> anyhow::Result<()> {
                let path = place(&format!("{name}.{ending}"))?;
                std::fs::write(&path, bytes).with_context(|| format!("writing `{}`", path.display()))
            };
            write("svg", svg.as_bytes())?;
            write("png", &png)
        }
        Err(error) => {
            super::terminal::note(&format!("not drawn: {name}: {error}"));
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_says_which_file_and_which_values() {
        let text = "[scenario]\nname = \"S\"\nstart = \"2026-01\"\n[lab.a]\ncash = 1\nrevenue.target = { 2026 = 1 }\n";
        let scenario = Scenario::parse("s.toml", text, &[]).unwrap();
        let place = |asked: Option<&Path>| place(asked, Path::new("a dir/my case.toml"), &scenario, "-plan");
        let expected = format!("outputs/my-case-{}-plan", &digest(&scenario)[..8]);
        assert_eq!(place(None), Path::new(&expected));
        assert_eq!(place(Some(Path::new("x"))), Path::new("x"));
    }
}
