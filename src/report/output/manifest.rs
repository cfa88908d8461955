//! `manifest.json`: the origin of a result and its files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};

use super::WriteError;
use super::checksum::sha256_of_file;

/// Everything needed to run a result again and to see whether it is whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The program, with the compiler and commit that made it.
    #[serde(flatten)]
    pub build: Build,
    /// Which instructions the engine chose on this processor, such as `avx2`.
    pub tier: String,
    /// Threads used; the numbers do not depend on them.
    pub threads: usize,
    /// What was simulated.
    pub scenario: ScenarioRecord,
    /// The seed of every random number.
    pub seed: u64,
    /// Paths finished, over all draws.
    pub paths: u64,
    /// Draws of the uncertain parameters.
    pub draws: u64,
    /// Wall time in seconds.
    pub wall_seconds: f64,
    /// Why the run ended, such as `paths`, `precision`, `interrupted`.
    pub stop: String,
    /// Options that change numbers and are not in the scenario: `means`, `recalibrate`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// The largest residual of the books on any path, relative; absent where
    /// the books of a path are not finite numbers.
    pub residual: Option<f64>,
    /// How often each numerical trouble was met, by name.
    pub failures: BTreeMap<String, u64>,
    /// How much of the scenario is sourced.
    pub provenance: ProvenanceShares,
    /// What each measure means, by its name in the tables.
    pub measures: BTreeMap<String, MeasureRecord>,
    /// The files of the result, without this one; filled by
    /// [`OutputDir::commit`](super::OutputDir::commit).
    pub files: Vec<FileRecord>,
}

/// The program as built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Build {
    /// Always `ouroborisk`.
    pub program: String,
    /// The version in `Cargo.toml`.
    pub version: String,
    /// The commit's hash, with `-dirty` if the sources differed from it;
    /// absent where it was built without git.
    pub commit: Option<String>,
    /// The compiler, as it names itself.
    pub rustc: String,
    /// The target triple.
    pub platform: String,
}

/// The scenario as it was run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioRecord {
    /// Its title; absent in results of earlier versions.
    #[serde(default)]
    pub name: String,
    /// Its first month; absent in results of earlier versions.
    #[serde(default)]
    pub start: String,
    /// The name of its file, without folders.
    pub file: String,
    /// The digest of the scenario without seed, paths and draws, overrides included.
    #[serde(default)]
    pub identity: String,
    /// The digest of what was run, overrides included.
    pub digest: String,
    /// Overrides in the order given, each `key.path=value`.
    pub overrides: Vec<String>,
    /// What they changed, each with the value of the file.
    #[serde(default)]
    pub overridden: Vec<String>,
    /// The date of information, if given.
    #[serde(default)]
    pub as_of: Option<String>,
    /// The full text as run.
    pub text: String,
    /// The texts of the files that it extends and shares, by name.
    #[serde(default)]
    pub rests_on: BTreeMap<String, String>,
    /// The sources on which its numbers rest, by id.
    #[serde(default)]
    pub sources: BTreeMap<String, SourceRecord>,
}

/// A source, as the scenario names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRecord {
    /// Its title.
    pub title: String,
    /// Who published it.
    pub publisher: Option<String>,
    /// When.
    pub date: Option<String>,
    /// Where to read it.
    pub url: Option<String>,
}

/// Shares of the scenario's inputs, from 0 to 1; they add up to 1 unless there
/// are no inputs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ProvenanceShares {
    /// With a source.
    pub sourced: f64,
    /// Distributions held before any data.
    pub prior: f64,
    /// Assumed.
    pub assumed: f64,
    /// Nothing is said.
    #[serde(default)]
    pub unsourced: f64,
}

/// One entry of the dictionary of measures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureRecord {
    /// The unit; empty for probabilities and pure numbers.
    pub unit: String,
    /// One sentence.
    pub meaning: String,
}

/// A file of the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Its name below the output folder, with `/` between folders.
    pub name: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// SHA-256, as `sha256sum` prints it.
    pub sha256: String,
}

impl Build {
    /// This program.
    pub fn current() -> Self {
        let commit = env!("OUROBORISK_COMMIT");
        Self {
            program: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: (!commit.is_empty()).then(|| commit.to_owned()),
            rustc: env!("OUROBORISK_RUSTC").to_owned(),
            platform: env!("OUROBORISK_TARGET").to_owned(),
        }
    }
}

impl Manifest {
    /// The name of its file in the output folder.
    pub const FILE: &'static str = "manifest.json";

    /// Reads the manifest of the output folder `dir`; `None` if there is none
    /// that this program wrote.
    pub fn read(dir: &Path) -> Option<Self> {
        let text = fs::read(dir.join(Self::FILE)).ok()?;
        let manifest: Self = serde_json::from_slice(&text).ok()?;
        (manifest.build.program == env!("CARGO_PKG_NAME")).then_some(manifest)
    }

    /// Reads the manifest of the result in the folder `dir`.
    ///
    /// # Errors
    ///
    /// Why it cannot be used, in words.
    pub fn open(dir: &Path) -> Result<Self, String> {
        let path = dir.join(Self::FILE);
        let place = dir.display();
        if !dir.is_dir() {
            return Err(format!(
                "`{place}` is not a folder; name the folder of a result, which holds `{}`",
                Self::FILE
            ));
        }
        if !path.exists() {
            return Err(format!(
                "`{place}` has no `{}`: it is not the result of a command, or it is damaged",
                Self::FILE
            ));
        }
        let text = fs::read(&path).map_err(|error| format!("`{}` cannot be read: {error}", path.display()))?;
        let manifest: Self = serde_json::from_slice(&text)
            .map_err(|error| format!("`{}` is damaged, or no manifest of ouro: {error}", path.display()))?;
        if manifest.build.program != env!("CARGO_PKG_NAME") {
            let program = &manifest.build.program;
            return Err(format!("`{}` was written by `{program}`, not by {}", path.display(), env!("CARGO_PKG_NAME")));
        }
        let inside = |part| matches!(part, Component::Normal(_));
        match manifest.files.iter().find(|file| !Path::new(&file.name).components().all(inside)) {
            Some(outside) => {
                Err(format!("`{}` is damaged: it lists `{}`, outside of its folder", path.display(), outside.name))
            }
            None => Ok(manifest),
        }
    }

    /// Writes it into the folder `dir`.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn save(&self, dir: &Path) -> Result<(), WriteError> {
        let path = dir.join(Self::FILE);
        let mut text = serde_json::to_string_pretty(self).map_err(WriteError::at(&path, "writing"))?;
        text.push('\n');
        fs::write(&path, text).map_err(WriteError::at(&path, "writing"))
    }
}

impl Manifest {
    /// The record with the file `name` of its folder `dir` as it is now.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn with_file(mut self, dir: &Path, name: &str) -> Result<Self, WriteError> {
        let record = FileRecord::of(dir, name)?;
        self.files.retain(|file| file.name != name);
        let at = self.files.partition_point(|file| file.name.as_str() < name);
        self.files.insert(at, record);
        Ok(self)
    }
}

impl FileRecord {
    /// Length and digest of the file `name` below `dir`.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn of(dir: &Path, name: &str) -> Result<Self, WriteError> {
        let path = dir.join(name);
        let (bytes, sha256) = sha256_of_file(&path).map_err(WriteError::at(&path, "reading back"))?;
        Ok(Self { name: name.to_owned(), bytes, sha256 })
    }
}

/// A manifest of nothing in particular, for the tests of this floor.
#[cfg(test)]
pub(super) fn sample() -> Manifest {
    Manifest {
        build: Build {
            program: "ouroborisk".into(),
            version: "0.1.0".into(),
            commit: Some("0123456789abcdef".into()),
            rustc: "rustc 1.95.0".into(),
            platform: "x86_64-unknown-linux-gnu".into(),
        },
        tier: "avx2".into(),
        threads: 2,
        scenario: ScenarioRecord {
            name: "Minimal".into(),
            start: "2026-01".into(),
            file: "minimal.toml".into(),
            identity: "2e4b".into(),
            digest: "1f3a".into(),
            overrides: vec!["market.burst=0.1".into()],
            overridden: vec!["market.burst = 0.1 instead of 0.2".into()],
            as_of: Some("2026-06".into()),
            text: "[run]\nmonths = 12\n".into(),
            rests_on: BTreeMap::new(),
            sources: BTreeMap::new(),
        },
        seed: u64::MAX,
        paths: 1000,
        draws: 1,
        wall_seconds: 1.5,
        stop: "paths".into(),
        options: Vec::new(),
        residual: Some(3.2e-14),
        failures: BTreeMap::from([("not finite".into(), 0)]),
        provenance: ProvenanceShares { sourced: 0.75, prior: 0.25, assumed: 0.0, unsourced: 0.0 },
        measures: BTreeMap::from([(
            "shortfall".into(),
            MeasureRecord { unit: "USD bn".into(), meaning: "money that was not found".into() },
        )]),
        files: vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::super::scratch;
    use super::*;

    #[test]
    fn what_is_saved_reads_back_the_same() {
        let dir = scratch("manifest");
        sample().save(&dir).unwrap();
        assert_eq!(Manifest::read(&dir), Some(sample()));
    }

    #[test]
    fn the_file_reads_well() {
        let dir = scratch("manifest-text");
        sample().save(&dir).unwrap();
        let text = fs::read_to_string(dir.join(Manifest::FILE)).unwrap();
        insta::assert_snapshot!(text, @r#"
        {
          "program": "ouroborisk",
          "version": "0.1.0",
          "commit": "0123456789abcdef",
          "rustc": "rustc 1.95.0",
          "platform": "x86_64-unknown-linux-gnu",
          "tier": "avx2",
          "threads": 2,
          "scenario": {
            "name": "Minimal",
            "start": "2026-01",
            "file": "minimal.toml",
            "identity": "2e4b",
            "digest": "1f3a",
            "overrides": [
              "market.burst=0.1"
            ],
            "overridden": [
              "market.burst = 0.1 instead of 0.2"
            ],
            "as_of": "2026-06",
            "text": "[run]\nmonths = 12\n",
            "rests_on": {},
            "sources": {}
          },
          "seed": 18446744073709551615,
          "paths": 1000,
          "draws": 1,
          "wall_seconds": 1.5,
          "stop": "paths",
          "residual": 3.2e-14,
          "failures": {
            "not finite": 0
          },
          "provenance": {
            "sourced": 0.75,
            "prior": 0.25,
            "assumed": 0.0,
            "unsourced": 0.0
          },
          "measures": {
            "shortfall": {
              "unit": "USD bn",
              "meaning": "money that was not found"
            }
          },
          "files": []
        }
        "#);
    }

    #[test]
    fn another_programs_manifest_is_not_ours() {
        let dir = scratch("manifest-foreign");
        assert_eq!(Manifest::read(&dir), None);
        fs::write(dir.join(Manifest::FILE), "{\"name\": \"a web page\"}").unwrap();
        assert_eq!(Manifest::read(&dir), None);
        let mut other = sample();
        other.build.program = "something".into();
        other.save(&dir).unwrap();
        assert_eq!(Manifest::read(&dir), None);
    }

    #[test]
    fn the_build_knows_itself() {
        let build = Build::current();
        assert_eq!(build.program, "ouroborisk");
        assert!(build.rustc.starts_with("rustc "), "{}", build.rustc);
        assert!(build.platform.contains('-'), "{}", build.platform);
        if let Some(commit) = build.commit {
            let hash = commit.trim_end_matches("-dirty");
            assert!(hash.len() >= 40 && hash.chars().all(|c| c.is_ascii_hexdigit()), "{commit}");
        }
    }
}
