//! A result held against its manifest and against a second run.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::time::Instant;

use super::error::Error;
use super::options::{MEANS, Options, RECALIBRATE};
use super::result::Page;
use super::study::Study;
use crate::language::assembly::references;
use crate::notation::thousands;
use crate::report::format::Table;
use crate::report::html;
use crate::report::output::{
    FigureFiles, FileRecord, Manifest, OutputDir, ScenarioRecord, files_below, sha256_of_file,
};
use crate::report::page;
use crate::report::verification::{FileState, Verification, VerifiedFile, verification_table};
use crate::scenario::Scenario;

/// Holds every file of a result against its manifest; then runs it again from the texts in the manifest, with the threads,
/// progress and interrupt of the options, and compares every file byte for byte. Without `again` only the former.
///
/// # Errors
/// [`Error::Refused`] where the folder has no manifest that can be read; those of [`Study::run`].
pub fn verify(folder: impl AsRef<Path>, again: bool, options: Options) -> Result<Verification, Error> {
    let folder = folder.as_ref();
    let manifest = Manifest::open(folder).map_err(Error::Refused)?;
    let mut files =
        manifest.files.iter().map(|file| against_manifest(folder, file)).collect::<Result<Vec<_>, Error>>()?;
    files.extend(unlisted(folder, &manifest)?);
    let asked = if again { Ok(()) } else { Err("only the checksums were asked for".to_owned()) };
    let second_run = match asked.and_then(|()| Command::of(&manifest)) {
        Err(why) => Err(why),
        Ok(command) => second_run(&manifest, command, &options, &mut files, folder)?,
    };
    Ok(Verification {
        folder: folder.display().to_string(),
        what: what(&manifest),
        made_by: manifest.build,
        files,
        second_run,
    })
}

impl Verification {
    /// The page for people.
    pub fn page(&self, width: usize) -> Page {
        page::verification(self, width)
    }

    /// One row per file.
    ///
    /// # Errors
    /// If a file is listed twice.
    pub fn table(&self) -> Result<Table, Error> {
        Ok(verification_table(self)?)
    }
}

/// Commands that can be run again from a manifest.
#[derive(Clone, Copy)]
enum Command {
    Run,
    Plan,
    Prior,
    Benchmark,
    Twins,
}

impl Command {
    /// The command that wrote a manifest, or why it cannot be run again.
    fn of(manifest: &Manifest) -> Result<Self, String> {
        match manifest.stop.as_str() {
            "plan" => Ok(Self::Plan),
            "prior" => Ok(Self::Prior),
            "benchmark" => Ok(Self::Benchmark),
            "twins" => Ok(Self::Twins),
            "interrupted" => {
                let text = "it was interrupted, and where depends on when; finish it before it is quoted";
                Err(text.to_owned())
            }
            other @ ("compare" | "replay" | "backtest") => Err(format!(
                "the manifest of `ouro {other}` does not hold everything that it depends on; the files are as they were written"
            )),
            _ => Ok(Self::Run),
        }
    }
}

/// What made the result, in a line.
fn what(manifest: &Manifest) -> String {
    let Manifest { scenario, seed, paths, draws, .. } = manifest;
    let command = match Command::of(manifest) {
        Ok(Command::Run) => "run",
        _ => manifest.stop.as_str(),
    };
    let size = format!("{} paths of {} draws, seed {seed}", thousands(*paths as f64), thousands(*draws as f64));
    format!("ouro {command} of {} (digest {}), {size}", scenario.file, scenario.digest)
}

fn against_manifest(folder: &Path, listed: &FileRecord) -> Result<VerifiedFile, Error> {
    let path = folder.join(&listed.name);
    let file = |state, found, detail: String| VerifiedFile {
        name: listed.name.clone(),
        state,
        listed: listed.sha256.clone(),
        found,
        detail,
    };
    if !path.is_file() {
        return Ok(file(FileState::Missing, String::new(), "listed in the manifest, but not there".to_owned()));
    }
    let (bytes, found) = sha256_of_file(&path).map_err(Error::io(format!("reading `{}`", path.display())))?;
    let detail = match bytes {
        _ if found == listed.sha256 => return Ok(file(FileState::Unaltered, found, String::new())),
        bytes if bytes == listed.bytes => "changed after it was written".to_owned(),
        bytes => format!("changed after it was written: {bytes} bytes instead of {}", listed.bytes),
    };
    Ok(file(FileState::Altered, found, detail))
}

/// Files in the folder that the manifest does not list.
fn unlisted(folder: &Path, manifest: &Manifest) -> Result<Vec<VerifiedFile>, Error> {
    let is_listed = |name: &String| name == Manifest::FILE || manifest.files.iter().any(|file| file.name == *name);
    let file = |name| VerifiedFile {
        name,
        state: FileState::Unlisted,
        listed: String::new(),
        found: String::new(),
        detail: "not in the manifest, so no part of the result".to_owned(),
    };
    Ok(files_below(folder)?.into_iter().filter(|name| !is_listed(name)).map(file).collect())
}

/// Runs the command again and compares the files; the seconds that it took, or why it cannot be.
fn second_run(
    manifest: &Manifest,
    command: Command,
    options: &Options,
    files: &mut [VerifiedFile],
    folder: &Path,
) -> Result<Result<f64, String>, Error> {
    let begun = Instant::now();
    let room = tempfile::tempdir().map_err(Error::io("making a temporary folder"))?;
    let scenario = match laid_out(&manifest.scenario, room.path())? {
        Ok(path) => Scenario::load_with(path, &manifest.scenario.overrides),
        Err(why) => return Ok(Err(why)),
    };
    let scenario = match scenario {
        Ok(scenario) => scenario,
        Err(problems) => return Ok(Err(format!("this version does not accept its scenario:\n{problems}"))),
    };
    if scenario.digest_text() != manifest.scenario.digest {
        let found = scenario.digest_text();
        return Ok(Err(format!(
            "the texts in the manifest are those of digest {found} and not of {}: the manifest was altered, or this version \
             reads them otherwise",
            manifest.scenario.digest
        )));
    }
    let place = room.path().join("second");
    let study = Study::of(scenario);
    written(&study, command, as_recorded(manifest, options), &place)?;
    let made = Manifest::open(&place).map_err(Error::Refused)?;
    let is_sized = files.iter().any(|file| file.name.starts_with(HOW_LARGE));
    for file in files.iter_mut() {
        if is_sized && file.name == html::FILE && file.state == FileState::Unaltered {
            SIZED.clone_into(&mut file.detail);
            continue;
        }
        compare(file, made.files.iter().find(|made| made.name == file.name), (folder, &place))?;
    }
    Ok(Ok(begun.elapsed().as_secs_f64()))
}

/// Writes the result of a command into a folder.
fn written(study: &Study, command: Command, options: Options, place: &Path) -> Result<(), Error> {
    let whole = |is_interrupted: bool| if is_interrupted { Err(Error::Interrupted) } else { Ok(()) };
    match command {
        Command::Plan => study.plan()?.write(place)?,
        Command::Prior => {
            let found = study.prior(options)?;
            whole(found.is_interrupted())?;
            found.write(place)?
        }
        Command::Benchmark => {
            let found = study.benchmark(options)?;
            whole(found.is_interrupted())?;
            found.write(place)?
        }
        Command::Twins => study.twins(options)?.write(place)?,
        Command::Run => {
            let folder = OutputDir::create(place)?;
            let run = study.run(Options { scratch: Some(folder.scratch()?), ..options })?;
            whole(run.is_interrupted())?;
            run.write_into(folder)?
        }
    };
    Ok(())
}

/// The options of a run, from its manifest and from the files that it left.
fn as_recorded(manifest: &Manifest, options: &Options) -> Options {
    let has = |is: &dyn Fn(&str) -> bool| manifest.files.iter().any(|file| is(&file.name));
    let is_set = |name: &str| manifest.options.iter().any(|option| option == name);
    let ends = |ending: &str| has(&|name| Path::new(name).extension().is_some_and(|found| found == ending));
    let figures = match (ends("svg"), ends("png")) {
        (true, true) => FigureFiles::Both,
        (true, false) => FigureFiles::Svg,
        (false, true) => FigureFiles::Png,
        (false, false) => FigureFiles::None,
    };
    Options {
        paths: None,
        draws: None,
        seed: None,
        at_means: is_set(MEANS),
        recalibrate: is_set(RECALIBRATE),
        keep_paths: has(&|name| name.starts_with("paths.")),
        network: has(&|name| name == "flows.csv"),
        diagnostics: has(&|name| name.contains("-shape.") || name.contains("-mean-excess.")),
        figures,
        ..options.clone()
    }
}

/// Files of a run of chosen size that a run of that size does not have.
const HOW_LARGE: &str = "precision.";

/// Why such a file, or the report that shows it, is not compared.
const SIZED: &str = "tells how the size was chosen; not made again";

fn compare(file: &mut VerifiedFile, made: Option<&FileRecord>, (folder, second): (&Path, &Path)) -> Result<(), Error> {
    let Some(made) = made else {
        if file.state == FileState::Unaltered && file.name.starts_with(HOW_LARGE) {
            SIZED.clone_into(&mut file.detail);
        } else if file.state == FileState::Unaltered {
            file.state = FileState::Differs;
            "a second run does not make this file".clone_into(&mut file.detail);
        }
        return Ok(());
    };
    match file.state {
        FileState::Unaltered if made.sha256 == file.found => file.state = FileState::Same,
        FileState::Unaltered => {
            file.state = FileState::Differs;
            file.detail = difference(&folder.join(&file.name), &second.join(&file.name))?;
        }
        FileState::Altered if made.sha256 == file.listed => {
            let place = difference(&folder.join(&file.name), &second.join(&file.name))?;
            let _ = write!(file.detail, "; a second run makes it as it was listed; {place}");
        }
        _ => {}
    }
    Ok(())
}

/// Where two files begin to differ.
fn difference(one: &Path, other: &Path) -> Result<String, Error> {
    let read = |path: &Path| fs::read(path).map_err(Error::io(format!("reading `{}`", path.display())));
    let (one, other) = (read(one)?, read(other)?);
    let at = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let is_text = std::str::from_utf8(&one).is_ok() && std::str::from_utf8(&other).is_ok();
    let line = one[..at].split(|&byte| byte == b'\n').count();
    Ok(if is_text { format!("it differs from line {line} on") } else { format!("it differs from byte {at} on") })
}

/// Writes the texts of a scenario below a folder, where they find each other, and gives the place of the first; or why they
/// cannot be.
fn laid_out(record: &ScenarioRecord, room: &Path) -> Result<Result<PathBuf, String>, Error> {
    // Deep enough for every `..` of a chain of files.
    let home = (0..16).fold(room.join("scenario"), |path, level| path.join(level.to_string()));
    let name = Path::new(&record.file).file_name().unwrap_or("scenario.toml".as_ref()).to_owned();
    let first = home.join(name);
    let mut waiting = vec![(first.clone(), record.text.clone())];
    let mut written: BTreeMap<PathBuf, String> = BTreeMap::new();
    while let Some((path, text)) = waiting.pop() {
        for reference in references(&text) {
            let base = reference.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
            let Some(text) = record.rests_on.get(&base) else {
                return Ok(Err(format!("the manifest lacks the text of `{reference}`, on which the scenario rests")));
            };
            let place = path.parent().and_then(|folder| within(folder, &reference, room));
            let Some(place) = place else {
                return Ok(Err(format!("the scenario refers to `{reference}`, a place on another machine")));
            };
            if !written.contains_key(&place) && !waiting.iter().any(|(known, _)| *known == place) {
                waiting.push((place, text.clone()));
            }
        }
        written.insert(path, text);
    }
    for (path, text) in written {
        let doing = || format!("writing `{}`", path.display());
        path.parent().map_or(Ok(()), fs::create_dir_all).map_err(Error::io(doing()))?;
        fs::write(&path, text).map_err(Error::io(doing()))?;
    }
    Ok(Ok(first))
}

/// The place of a relative reference, if it lies within the room.
fn within(folder: &Path, reference: &str, room: &Path) -> Option<PathBuf> {
    let mut place = folder.to_owned();
    for part in Path::new(reference).components() {
        match part {
            Component::Normal(name) => place.push(name),
            Component::ParentDir => {
                place.pop();
            }
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    place.starts_with(room).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_never_leaves_the_room() {
        let (room, folder) = (Path::new("/room"), Path::new("/room/a/b"));
        assert_eq!(within(folder, "../base.toml", room), Some(PathBuf::from("/room/a/base.toml")));
        assert_eq!(within(folder, "./x/base.toml", room), Some(PathBuf::from("/room/a/b/x/base.toml")));
        for outside in ["../../../etc/passwd", "/etc/passwd"] {
            assert_eq!(within(folder, outside, room), None, "{outside}");
        }
    }
}
