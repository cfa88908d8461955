//! The folder of a sweep: a small file for each finished point, and the tables and figures made from all of them.
//!
//! A point's file appears whole or not at all, so whatever ends a sweep, what is finished stays. The tables are made from
//! the files in the order of the points, so they are the same bits however the points were shared among runs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::report::output::{Build, FileRecord, WriteError};
use crate::study::Soundness;
use crate::study::sweep::{Identity, PointResult, PointStore, Shard};

/// Why a folder cannot be used for a sweep, or folders cannot be merged.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// A file could not be written or read.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The folder, or one of several, has unexpected contents.
    #[error("{0}")]
    Refused(String),
}

/// What `sweep.json` holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SweepManifest {
    /// The program, with the compiler and commit that made it.
    #[serde(flatten)]
    pub build: Build,
    /// The sweep.
    pub sweep: Identity,
    /// Finished points; absent while it is not finished.
    pub finished: Option<u64>,
    /// The largest residual of the books on any path of any point, relative; absent while it is not finished, and where the
    /// books of a path are not finite numbers.
    #[serde(default)]
    pub residual: Option<f64>,
    /// How often each numerical trouble was met, by name.
    #[serde(default)]
    pub failures: BTreeMap<String, u64>,
    /// The tables and figures; absent while it is not finished.
    pub files: Vec<FileRecord>,
}

/// Why a folder is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// To begin a sweep.
    Begin,
    /// To begin a sweep, or to go on with it.
    Resume,
    /// To put shards together in it.
    Merge,
}

/// A folder in which a sweep is kept.
#[derive(Clone, Debug)]
pub struct SweepFolder {
    place: PathBuf,
    identity: Identity,
}

impl SweepFolder {
    /// The name of its manifest.
    pub const MANIFEST: &'static str = "sweep.json";

    /// Begins a sweep in a new or empty folder, or goes on with one.
    ///
    /// # Errors
    /// If the folder holds another sweep, or anything else, or cannot be written.
    pub fn open(place: &Path, identity: Identity, opening: Opening) -> Result<Self, FolderError> {
        let folder = Self { place: place.to_owned(), identity };
        match read_manifest(place)? {
            Some(found) if opening == Opening::Resume => folder.check(&found.sweep)?,
            Some(found) => {
                let go_on = if opening == Opening::Begin { "continue it with --resume, or " } else { "" };
                let text = format!(
                    "`{}` holds the sweep \"{}\"; {go_on}choose another folder with --out",
                    place.display(),
                    found.sweep.name
                );
                return Err(FolderError::Refused(text));
            }
            None if is_occupied(place) => {
                let text =
                    format!("`{}` holds files that no sweep wrote; choose another folder with --out", place.display());
                return Err(FolderError::Refused(text));
            }
            None => {
                let points = folder.points();
                fs::create_dir_all(&points).map_err(WriteError::at(&points, "creating the folder"))?;
                folder.write_manifest(&folder.begun())?;
            }
        }
        Ok(folder)
    }

    /// Refuses to go on with another sweep.
    fn check(&self, found: &Identity) -> Result<(), FolderError> {
        let place = self.place.display();
        let shard = |shard: Option<Shard>| {
            shard.map_or_else(|| "all of it".to_owned(), |s| format!("shard {}/{}", s.number, s.of))
        };
        let refused = if found.version != self.identity.version {
            format!("`{place}` was begun by version {}, and this is {}", found.version, self.identity.version)
        } else if found.scenario != self.identity.scenario {
            format!(
                "`{place}` was begun with another scenario: its digest was {}, and is now {}",
                found.scenario, self.identity.scenario
            )
        } else if found.digest != self.identity.digest {
            format!(
                "`{place}` was begun with other points: its digest was {}, and is now {}",
                found.digest, self.identity.digest
            )
        } else if found.shard != self.identity.shard {
            format!("`{place}` holds {}, and {} is asked for", shard(found.shard), shard(self.identity.shard))
        } else {
            return Ok(());
        };
        Err(FolderError::Refused(format!("{refused}; choose another folder with --out")))
    }

    /// Its place.
    pub fn place(&self) -> &Path {
        &self.place
    }

    fn points(&self) -> PathBuf {
        self.place.join("points")
    }

    /// Where the file `name` goes; `name` may contain a folder (`figures/contour.svg`), which is made.
    ///
    /// # Errors
    /// If its folder cannot be made.
    pub fn file(&self, name: &str) -> Result<PathBuf, WriteError> {
        let path = self.place.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(WriteError::at(folder, "creating the folder"))?;
        }
        Ok(path)
    }

    /// Lists all tables and figures in the manifest: the sweep is finished.
    ///
    /// # Errors
    /// If a file cannot be read or the manifest not be written.
    pub fn seal(&self, finished: u64, soundness: &Soundness) -> Result<(), WriteError> {
        let mut files = Vec::new();
        for name in names(&self.place, "")?.into_iter().chain(names(&self.place.join("figures"), "figures/")?) {
            if name != Self::MANIFEST {
                files.push(FileRecord::of(&self.place, &name)?);
            }
        }
        let (residual, failures) = (soundness.residual, soundness.failures());
        self.write_manifest(&SweepManifest { finished: Some(finished), residual, failures, files, ..self.begun() })
    }

    /// The manifest of a sweep that is not finished.
    fn begun(&self) -> SweepManifest {
        SweepManifest {
            build: Build::current(),
            sweep: self.identity.clone(),
            finished: None,
            residual: None,
            failures: BTreeMap::new(),
            files: Vec::new(),
        }
    }

    fn write_manifest(&self, manifest: &SweepManifest) -> Result<(), WriteError> {
        let path = self.place.join(Self::MANIFEST);
        let text =
            serde_json::to_string_pretty(manifest).map_err(|error| WriteError::new(&path, "writing", error.into()))?;
        fs::write(&path, text + "\n").map_err(WriteError::at(&path, "writing"))
    }
}

impl PointStore for SweepFolder {
    /// A file that cannot be read is as good as none.
    fn finished(&self) -> Vec<PointResult> {
        finished(&self.place)
    }

    fn save(&self, point: &PointResult) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let path = self.points().join(format!("{:06}.json", point.number));
        let partial = path.with_extension("partial");
        let text = serde_json::to_string(point)?;
        fs::write(&partial, text + "\n").map_err(WriteError::at(&partial, "writing"))?;
        fs::rename(&partial, &path).map_err(WriteError::at(&path, "writing"))?;
        Ok(())
    }
}

/// Files of a folder by name, in order; none where there is no folder.
fn names(folder: &Path, prefix: &str) -> Result<BTreeSet<String>, WriteError> {
    let mut names = BTreeSet::new();
    let Ok(entries) = fs::read_dir(folder) else { return Ok(names) };
    for entry in entries {
        let entry = entry.map_err(WriteError::at(folder, "listing"))?;
        if entry.path().is_file() {
            names.insert(format!("{prefix}{}", entry.file_name().to_string_lossy()));
        }
    }
    Ok(names)
}

fn is_occupied(place: &Path) -> bool {
    place.is_file() || fs::read_dir(place).is_ok_and(|mut entries| entries.next().is_some())
}

/// The manifest of a folder; none where there is none.
///
/// # Errors
/// If there is one that cannot be read.
fn read_manifest(place: &Path) -> Result<Option<SweepManifest>, FolderError> {
    let path = place.join(SweepFolder::MANIFEST);
    let Ok(text) = fs::read_to_string(&path) else { return Ok(None) };
    let unreadable = |error| FolderError::Refused(format!("`{}` cannot be understood: {error}", path.display()));
    serde_json::from_str(&text).map(Some).map_err(unreadable)
}

fn finished(place: &Path) -> Vec<PointResult> {
    let Ok(names) = names(&place.join("points"), "") else { return Vec::new() };
    let read = |name: &String| serde_json::from_str(&fs::read_to_string(place.join("points").join(name)).ok()?).ok();
    let mut points: Vec<PointResult> = names
        .iter()
        .filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "json"))
        .filter_map(read)
        .collect();
    points.sort_by_key(|point| point.number);
    points
}

/// The points of all shards of a sweep, from their folders in any order.
///
/// # Errors
/// Naming the folder and the shard: where one is of another version, scenario or sweep, missing, there twice, or not
/// finished.
pub fn merged(folders: &[PathBuf]) -> Result<(Identity, Vec<PointResult>), FolderError> {
    let mut wrong: Vec<String> = Vec::new();
    let mut parts: Vec<(&PathBuf, Identity)> = Vec::new();
    for folder in folders {
        match read_manifest(folder)? {
            Some(manifest) => parts.push((folder, manifest.sweep)),
            None => wrong.push(format!("`{}` holds no sweep", folder.display())),
        }
    }
    if let Some((first_folder, first)) = parts.first() {
        for (folder, part) in &parts[1..] {
            wrong.extend(differs((first_folder, first), (folder, part)));
        }
        wrong.extend(holes(&parts));
    }
    let Some((_, first)) = parts.first().filter(|_| wrong.is_empty()) else {
        return Err(FolderError::Refused(wrong.join("\n")));
    };
    let mut points: Vec<PointResult> = folders.iter().flat_map(|folder| finished(folder)).collect();
    points.sort_by_key(|point| point.number);
    Ok((Identity { shard: None, ..first.clone() }, points))
}

fn differs((a, first): (&Path, &Identity), (b, part): (&Path, &Identity)) -> Option<String> {
    let (a, b) = (a.display(), b.display());
    if part.version != first.version {
        Some(format!("`{b}` was run by version {}, `{a}` by {}", part.version, first.version))
    } else if part.scenario != first.scenario {
        Some(format!("`{b}` was run with another scenario than `{a}`: digest {} and {}", part.scenario, first.scenario))
    } else if part.digest != first.digest {
        Some(format!("`{b}` is part of another sweep than `{a}`: digest {} and {}", part.digest, first.digest))
    } else {
        None
    }
}

/// Shards that are missing, there twice, cut otherwise, or not finished.
fn holes(parts: &[(&PathBuf, Identity)]) -> Vec<String> {
    let mut wrong = Vec::new();
    let whole = Shard { number: 1, of: 1 };
    let shard = |identity: &Identity| identity.shard.unwrap_or(whole);
    let of = shard(&parts[0].1).of;
    for (at, (folder, identity)) in parts.iter().enumerate() {
        let own = shard(identity);
        let name = format!("shard {}/{}", own.number, own.of);
        if own.of != of {
            wrong.push(format!("`{}` is {name}, and `{}` is one of {of}", folder.display(), parts[0].0.display()));
        }
        if let Some((other, _)) = parts[..at].iter().find(|(_, other)| shard(other) == own) {
            wrong.push(format!("{name} is there twice: `{}` and `{}`", other.display(), folder.display()));
        }
        let done: BTreeSet<u64> = finished(folder).iter().map(|point| point.number).collect();
        let missing = (0..identity.points).filter(|point| own.holds(*point) && !done.contains(point)).count();
        if missing > 0 {
            wrong.push(format!(
                "`{}`: {missing} points of {name} are missing; finish it with `ouro sweep --resume`",
                folder.display()
            ));
        }
    }
    let there: BTreeSet<u64> = parts.iter().map(|(_, identity)| shard(identity).number).collect();
    wrong.extend(
        (1..=of).filter(|number| !there.contains(number)).map(|number| format!("shard {number}/{of} is missing")),
    );
    wrong
}
