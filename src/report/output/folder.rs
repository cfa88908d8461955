//! The output folder, which appears complete or not at all.
//!
//! A run writes into a hidden folder beside the final one, on the same file
//! system. [`OutputDir::commit`] puts it into place by renaming; until then,
//! an older result stays as it was. What a crash leaves behind is cleared, or
//! put back, by the next run to the same place.
//!
//! Only what a run wrote is ever replaced: a folder that holds anything else
//! is refused, at the start and again at the end.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use super::{FileRecord, Manifest, WriteError};

/// Locked by the run that fills a folder; without the lock that run has ended.
const LOCK: &str = ".running";

/// Its name until it is locked.
const LOCKING: &str = ".starting";

/// Folder of temporary files.
const SCRATCH: &str = ".scratch";

/// What a result replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaced {
    /// Nothing.
    Nothing,
    /// A result that was there when it was begun.
    Older,
    /// The result of another run, which ended in the meantime.
    Other,
}

/// A result being written. Dropped without [`commit`](Self::commit), it leaves
/// no trace.
#[derive(Debug)]
pub struct OutputDir {
    place: PathBuf,
    staging: PathBuf,
    /// The record of the older result that was there at the start.
    older: Option<Manifest>,
    /// `None` once the folder is no longer ours to remove.
    lock: Option<File>,
}

impl OutputDir {
    /// Prepares to write the result `place`, making its parent folders.
    ///
    /// # Errors
    ///
    /// If `place` is a file or holds something that no run wrote, or if the
    /// hidden folder beside it cannot be made.
    pub fn create(place: impl Into<PathBuf>) -> Result<Self, WriteError> {
        let place = followed(&place.into());
        let (parent, _) = split(&place)?;
        fs::create_dir_all(&parent).map_err(WriteError::at(&parent, "creating the folder"))?;
        restore(&place)?;
        check_replaceable(&place)?;
        remove_stale_staging(&place);
        let staging = sibling(&place, &format!("partial-{}", unique()))?;
        let creating = || WriteError::at(&staging, "creating the folder");
        fs::create_dir(&staging).map_err(creating())?;
        // Others take a file of this name without a lock for that of the dead, so it gets its name once it is locked.
        let unnamed = staging.join(LOCKING);
        let lock = File::create(&unnamed).map_err(creating())?;
        // Some network file systems have no locks; there, the dead stay.
        let _ = lock.try_lock();
        fs::rename(unnamed, staging.join(LOCK)).map_err(creating())?;
        Ok(Self { older: Manifest::read(&place), place, staging, lock: Some(lock) })
    }

    /// What the result will replace.
    pub fn replaces(&self) -> Replaced {
        match Manifest::read(&self.place) {
            None => Replaced::Nothing,
            now if now == self.older => Replaced::Older,
            Some(_) => Replaced::Other,
        }
    }

    /// Where the result will be.
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// A folder for temporary files, gone when the result is shown.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub fn scratch(&self) -> Result<PathBuf, WriteError> {
        let folder = self.staging.join(SCRATCH);
        fs::create_dir_all(&folder).map_err(WriteError::at(&folder, "creating the folder"))?;
        Ok(folder)
    }

    /// Where to write the file `name` of the result; `name` may contain
    /// folders (`figures/cash.svg`), which are made.
    ///
    /// # Errors
    ///
    /// If `name` leads out of the folder, or its folders cannot be made.
    pub fn file(&self, name: &str) -> Result<PathBuf, WriteError> {
        let inside = |part| matches!(part, Component::Normal(_));
        if name.is_empty() || name.ends_with('/') || !Path::new(name).components().all(inside) {
            return Err(WriteError::Outside { name: name.to_owned() });
        }
        let path = self.staging.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(WriteError::at(folder, "creating the folder"))?;
        }
        Ok(path)
    }

    /// Lists the files in `manifest`, writes it beside them, makes sure that
    /// all is on the disk, and puts the result into its place, instead of an
    /// older one if there is one.
    ///
    /// # Errors
    ///
    /// If something cannot be written or renamed. The older result is then in
    /// its place, untouched.
    pub fn commit(mut self, mut manifest: Manifest) -> Result<PathBuf, WriteError> {
        // A file in it that is still open loses only its name.
        let _ = fs::remove_dir_all(self.staging.join(SCRATCH));
        manifest.files = files_below(&self.staging)?
            .iter()
            .filter(|name| ![LOCK, Manifest::FILE].contains(&name.as_str()))
            .map(|name| FileRecord::of(&self.staging, name))
            .collect::<Result<_, _>>()?;
        manifest.save(&self.staging)?;
        for name in files_below(&self.staging)? {
            flush(&self.staging.join(name))?;
        }
        check_replaceable(&self.place)?;
        let lock = self.staging.join(LOCK);
        let removed = fs::remove_file(&lock).map_err(WriteError::at(&lock, "removing"));
        self.lock = None;
        let swapped = removed.and_then(|()| swap(&self.staging, &self.place));
        if swapped.is_err() {
            let _ = fs::remove_dir_all(&self.staging);
        }
        swapped.map(|()| self.place.clone())
    }
}

impl Drop for OutputDir {
    fn drop(&mut self) {
        if self.lock.take().is_some() {
            // An error cannot be reported from here; the next run removes what remains.
            let _ = fs::remove_dir_all(&self.staging);
        }
    }
}

/// Renames the old result aside, the new one into place, and removes the old.
fn swap(new: &Path, place: &Path) -> Result<(), WriteError> {
    let renaming = || {
        |error: io::Error| match error.kind() {
            // Only another run to the same place moves these folders.
            ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists | ErrorKind::NotFound if new.exists() => {
                WriteError::Shared { path: place.to_owned() }
            }
            _ => WriteError::new(place, "replacing the older result in", error),
        }
    };
    let aside = sibling(place, "previous")?;
    let replaces = place.exists();
    if replaces {
        fs::rename(place, &aside).map_err(renaming())?;
    }
    if let Err(error) = fs::rename(new, place) {
        if replaces {
            fs::rename(&aside, place).map_err(renaming())?;
        }
        return Err(renaming()(error));
    }
    // The result stands; an older one that cannot go is cleared by the next run.
    let _ = fs::remove_dir_all(&aside);
    Ok(())
}

/// Puts back an older result if a crash came between the two renames.
fn restore(place: &Path) -> Result<(), WriteError> {
    let aside = sibling(place, "previous")?;
    if place.exists() {
        let _ = fs::remove_dir_all(&aside);
        return Ok(());
    }
    match fs::rename(&aside, place) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(WriteError::new(place, "putting back the older result in", error))
        }
        _ => Ok(()),
    }
}

/// Removes what runs to the same place left behind when they were killed.
fn remove_stale_staging(place: &Path) {
    let Ok((parent, name)) = split(place) else {
        return;
    };
    let prefix = hidden(&name, "partial-");
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        let ours = path.file_name().is_some_and(|n| n.as_encoded_bytes().starts_with(prefix.as_encoded_bytes()));
        // A folder without its lock is just being made or just being finished.
        let dead = |path: &Path| File::open(path.join(LOCK)).is_ok_and(|f| f.try_lock().is_ok());
        if ours && dead(&path) {
            let _ = fs::remove_dir_all(&path);
        }
    }
}

/// Free, an empty folder, or a folder of which every file is listed in its
/// manifest.
fn check_replaceable(place: &Path) -> Result<(), WriteError> {
    match fs::symlink_metadata(place) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(WriteError::new(place, "looking at", error)),
        Ok(about) if !about.is_dir() => {
            return Err(WriteError::ExistsAsFile { path: place.to_owned() });
        }
        Ok(_) => {}
    }
    let manifest = Manifest::read(place);
    let mut ours: BTreeSet<String> = manifest.iter().flat_map(|m| &m.files).map(|file| file.name.clone()).collect();
    if manifest.is_some() {
        ours.insert(Manifest::FILE.to_owned());
    }
    match files_below(place)?.into_iter().find(|name| !ours.contains(name)) {
        None => Ok(()),
        Some(stranger) => Err(WriteError::Foreign { path: place.to_owned(), stranger }),
    }
}

/// Where a link to a folder leads; any other place as it is, without a slash at its end.
fn followed(place: &Path) -> PathBuf {
    let plain: PathBuf = place.components().collect();
    let is_link = fs::symlink_metadata(&plain).is_ok_and(|about| about.is_symlink());
    if is_link && plain.is_dir() { fs::canonicalize(&plain).unwrap_or(plain) } else { plain }
}

/// The names of all files below `dir`, with `/` between folders, in order.
/// Links are files, whatever they lead to.
///
/// # Errors
///
/// If a folder cannot be listed.
pub fn files_below(dir: &Path) -> Result<BTreeSet<String>, WriteError> {
    let mut names = BTreeSet::new();
    let mut folders = vec![(dir.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        let listing = || WriteError::at(&folder, "listing");
        for entry in fs::read_dir(&folder).map_err(listing())? {
            let entry = entry.map_err(listing())?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type().map_err(listing())?.is_dir() {
                folders.push((entry.path(), format!("{name}/")));
            } else {
                names.insert(name);
            }
        }
    }
    Ok(names)
}

/// Some file systems notice only here that the disk is full.
fn flush(path: &Path) -> Result<(), WriteError> {
    let file = fs::OpenOptions::new().append(true).open(path);
    file.and_then(|file| file.sync_all()).map_err(WriteError::at(path, "flushing"))
}

/// The folder that holds `place`, and its name there.
fn split(place: &Path) -> Result<(PathBuf, OsString), WriteError> {
    let whole = std::path::absolute(place).map_err(WriteError::at(place, "finding"))?;
    match (whole.parent(), whole.file_name()) {
        (Some(parent), Some(name)) => Ok((parent.to_owned(), name.to_owned())),
        _ => Err(WriteError::new(place, "replacing", io::Error::other("it has no folder around it, or ends in `..`"))),
    }
}

fn sibling(place: &Path, kind: &str) -> Result<PathBuf, WriteError> {
    let (parent, name) = split(place)?;
    Ok(parent.join(hidden(&name, kind)))
}

fn hidden(name: &OsString, kind: &str) -> OsString {
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(".");
    hidden.push(kind);
    hidden
}

/// Differs between processes and between folders of one process.
fn unique() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{}-{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// A fresh, empty folder for a test, gone with it.
#[cfg(test)]
pub(crate) struct Scratch(PathBuf);

#[cfg(test)]
pub(crate) fn scratch(name: &str) -> Scratch {
    let dir = std::env::temp_dir().join(format!("ouroborisk-{}-{name}", process::id()));
    fs::create_dir_all(&dir).expect("the test's folder can be made");
    Scratch(dir)
}

#[cfg(test)]
impl std::ops::Deref for Scratch {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

#[cfg(test)]
impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::super::manifest::sample;
    use super::*;

    fn write_result(place: &Path, text: &str) -> PathBuf {
        let output = OutputDir::create(place).unwrap();
        fs::write(output.file("summary.csv").unwrap(), text).unwrap();
        fs::write(output.file("figures/cash.svg").unwrap(), "<svg/>").unwrap();
        output.commit(sample()).unwrap()
    }

    fn summary(place: &Path) -> String {
        fs::read_to_string(place.join("summary.csv")).unwrap()
    }

    #[test]
    fn a_result_knows_whether_it_replaces_an_older_one_or_that_of_another_run() {
        let dir = scratch("replaced");
        let place = dir.join("run");
        let (first, second) = (OutputDir::create(&place).unwrap(), OutputDir::create(&place).unwrap());
        assert_eq!(first.replaces(), Replaced::Nothing);
        first.commit(sample()).unwrap();
        assert_eq!(second.replaces(), Replaced::Other);
        second.commit(sample()).unwrap();
        assert_eq!(OutputDir::create(&place).unwrap().replaces(), Replaced::Older);
    }

    fn entries(dir: &Path) -> Vec<String> {
        let names = fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name());
        let mut names: Vec<_> = names.map(|n| n.into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_result_appears_whole_with_its_files_listed() {
        let dir = scratch("store-whole");
        let place = dir.join("deep/run");
        assert_eq!(write_result(&place, "a"), place);
        assert_eq!(entries(&place), ["figures", "manifest.json", "summary.csv"]);
        assert_eq!(entries(&dir.join("deep")), ["run"]);
        let manifest = Manifest::read(&place).unwrap();
        let names: Vec<_> = manifest.files.iter().map(|f| (f.name.as_str(), f.bytes)).collect();
        assert_eq!(names, [("figures/cash.svg", 6), ("summary.csv", 1)]);
        assert_eq!(manifest.files[1].sha256, super::super::checksum::sha256(b"a"));
    }

    #[test]
    fn nothing_is_seen_before_commit_and_nothing_stays_without_it() {
        let dir = scratch("store-drop");
        let place = dir.join("run");
        write_result(&place, "old");
        let output = OutputDir::create(&place).unwrap();
        fs::write(output.file("summary.csv").unwrap(), "half").unwrap();
        assert_eq!(summary(&place), "old");
        drop(output);
        assert_eq!(summary(&place), "old");
        assert_eq!(entries(&dir), ["run"]);
    }

    #[test]
    fn a_new_result_replaces_the_older_one() {
        let dir = scratch("store-replace");
        let place = dir.join("run");
        write_result(&place, "old");
        write_result(&place, "new");
        assert_eq!(summary(&place), "new");
        assert_eq!(entries(&dir), ["run"]);
    }

    #[test]
    fn a_failed_commit_leaves_the_older_result() {
        let dir = scratch("store-failed");
        let place = dir.join("run");
        write_result(&place, "old");
        let output = OutputDir::create(&place).unwrap();
        fs::write(output.file("summary.csv").unwrap(), "new").unwrap();
        fs::remove_dir_all(&output.staging).unwrap();
        output.commit(sample()).unwrap_err();
        assert_eq!(summary(&place), "old");
        assert_eq!(entries(&dir), ["run"]);
    }

    #[test]
    fn a_failed_rename_puts_the_older_result_back() {
        let dir = scratch("store-rename");
        let place = dir.join("run");
        write_result(&place, "old");
        swap(&dir.join("nothing there"), &place).unwrap_err();
        assert_eq!(summary(&place), "old");
        assert_eq!(entries(&dir), ["run"]);
    }

    #[test]
    fn runs_that_share_a_folder_are_told_so() {
        let dir = scratch("store-shared");
        let place = dir.join("run");
        write_result(&place, "mine");
        let output = OutputDir::create(&place).unwrap();
        // Another run has moved the older result aside, and has not removed it yet.
        fs::create_dir(dir.join(".run.previous")).unwrap();
        fs::write(dir.join(".run.previous/summary.csv"), "older").unwrap();
        let error = output.commit(sample()).unwrap_err();
        assert!(error.to_string().contains("another run"), "{error}");
        assert_eq!(summary(&place), "mine");
    }

    #[test]
    fn a_crash_between_the_renames_is_healed() {
        let dir = scratch("store-heal");
        let place = dir.join("run");
        write_result(&place, "old");
        fs::rename(&place, sibling(&place, "previous").unwrap()).unwrap();
        let output = OutputDir::create(&place).unwrap();
        assert_eq!(summary(&place), "old");
        drop(output);
        assert_eq!(entries(&dir), ["run"]);
    }

    #[test]
    fn what_a_killed_run_left_is_cleared_but_not_what_a_running_one_writes() {
        let dir = scratch("store-dead");
        let place = dir.join("run");
        let dead = dir.join(".run.partial-1-1");
        fs::create_dir(&dead).unwrap();
        fs::write(dead.join(LOCK), "").unwrap();
        fs::write(dead.join("paths.parquet"), "half").unwrap();
        let running = OutputDir::create(&place).unwrap();
        assert!(!dead.exists());
        let another = OutputDir::create(&place).unwrap();
        assert!(running.staging.exists() && another.staging.exists());
    }

    #[test]
    fn a_file_in_the_way_is_named() {
        let dir = scratch("store-file");
        let place = dir.join("run");
        fs::write(&place, "mine").unwrap();
        let error = OutputDir::create(&place).unwrap_err();
        assert!(matches!(error, WriteError::ExistsAsFile { .. }), "{error}");
        let error = OutputDir::create(place.join("below")).unwrap_err();
        assert!(error.to_string().contains("run"), "{error}");
        assert_eq!(fs::read_to_string(&place).unwrap(), "mine");
    }

    #[test]
    fn a_folder_with_anything_not_ours_is_never_replaced() {
        let dir = scratch("store-foreign");
        let place = dir.join("home");
        fs::create_dir(&place).unwrap();
        fs::write(place.join("thesis.tex"), "mine").unwrap();
        let error = OutputDir::create(&place).unwrap_err();
        assert!(error.to_string().contains("`thesis.tex`, which no run wrote"), "{error}");
        let place = dir.join("run");
        write_result(&place, "old");
        let output = OutputDir::create(&place).unwrap();
        fs::write(place.join("notes.txt"), "written meanwhile").unwrap();
        let error = output.commit(sample()).unwrap_err();
        assert!(error.to_string().contains("`notes.txt`"), "{error}");
        assert_eq!(summary(&place), "old");
        assert_eq!(entries(&dir), ["home", "run"]);
    }

    #[test]
    fn an_empty_folder_may_be_filled() {
        let dir = scratch("store-empty");
        let place = dir.join("run");
        fs::create_dir(&place).unwrap();
        write_result(&place, "first");
        assert_eq!(summary(&place), "first");
    }

    #[test]
    #[cfg(unix)]
    fn a_link_to_a_folder_leads_to_it() {
        let dir = scratch("store-link");
        fs::create_dir(dir.join("disk")).unwrap();
        std::os::unix::fs::symlink(dir.join("disk"), dir.join("results")).unwrap();
        for (given, text) in [("results", "first"), ("results/", "second")] {
            write_result(&dir.join(given), text);
            assert_eq!(summary(&dir.join("disk")), text);
        }
        assert_eq!(entries(&dir), ["disk", "results"]);
        fs::write(dir.join("file"), "mine").unwrap();
        std::os::unix::fs::symlink(dir.join("file"), dir.join("to-file")).unwrap();
        let error = OutputDir::create(dir.join("to-file")).unwrap_err();
        assert!(matches!(error, WriteError::ExistsAsFile { .. }), "{error}");
    }

    #[test]
    fn names_stay_inside_the_folder() {
        let dir = scratch("store-names");
        let output = OutputDir::create(dir.join("run")).unwrap();
        for name in ["", "..", "../x", "/etc/passwd", "a/../../b", "figures/"] {
            let error = output.file(name).unwrap_err();
            assert!(matches!(error, WriteError::Outside { .. }), "{name}: {error}");
        }
        assert!(output.file("figures/a.svg").is_ok());
    }

    #[test]
    #[cfg(unix)]
    fn a_read_only_folder_is_a_clear_error() {
        use std::os::unix::fs::PermissionsExt;
        let dir = scratch("store-read-only");
        fs::set_permissions(&*dir, fs::Permissions::from_mode(0o555)).unwrap();
        let outcome = OutputDir::create(dir.join("run"));
        let may_write_anyway = fs::write(dir.join("probe"), "").is_ok();
        fs::set_permissions(&*dir, fs::Permissions::from_mode(0o755)).unwrap();
        if !may_write_anyway {
            let error = outcome.unwrap_err();
            assert!(matches!(error, WriteError::NotWritable { .. }), "{error}");
        }
    }
}
