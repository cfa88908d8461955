//! `ouro compare`: scenarios on common random numbers.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::args::CompareArgs;
use super::exit::{Ended, UNMET, sound};
use super::{output, scenario, terminal};
use crate::face::{Aim, Comparison, Error, Variant, compare, compare_until};

/// Runs all scenarios and tells the differences.
///
/// # Errors
/// When a scenario is refused or cannot be compared, a run fails, or the result cannot be written or printed.
pub(super) fn run(args: &CompareArgs) -> Ended {
    let options = args.runs.options()?;
    let found = match &args.precision[..] {
        [] => compare(&variants(args)?, !args.no_attribution, options)?,
        questions => {
            let aim = Aim { questions: questions.to_vec(), seconds: None, paths: args.runs.size.paths() };
            compare_until(&variants(args)?, &aim, !args.no_attribution, options)?
        }
    };
    found.notes().iter().for_each(|note| terminal::note(note));
    let place = output::place(args.runs.shown.output.out.as_deref(), found.scenario(), "-compare");
    show(&found, &place, args.runs.shown.output.json)
}

/// Writes and prints a comparison.
///
/// # Errors
/// When it cannot be written or printed.
pub(super) fn show(found: &Comparison, place: &Path, as_json: bool) -> Ended {
    let written = found.write(place)?;
    let width = terminal::width();
    let page = || terminal::page(&[found.page(width), found.answers(width)].concat());
    let text = if as_json { found.json()? } else { page() };
    output::show(&text, &written)?;
    if found.is_sound() && found.precision().is_some_and(|of| !of.is_answered()) {
        return Ok(ExitCode::from(UNMET));
    }
    Ok(sound(found.is_sound(), false))
}

/// What is compared, the base first.
fn variants(args: &CompareArgs) -> Result<Vec<Variant>, Error> {
    // With a question the paths are the most, and the scenarios keep their own.
    let size = &args.runs.size;
    let sizes = if args.precision.is_empty() { size.overrides() } else { size.without_paths().overrides() };
    let common = [args.with.clone(), sizes].concat();
    let variant = |name: &str, file: &Path, own: &[String]| {
        let overrides: Vec<String> = common.iter().chain(own).cloned().collect();
        Ok::<_, Error>(Variant { name: name.to_owned(), scenario: scenario::open(file, &overrides)? })
    };
    let mut all: Vec<Variant> = match args.files.as_slice() {
        [file] => {
            let variants = args.set.iter().map(|given| {
                let (name, own) = named(given);
                variant(name, file, &own)
            });
            std::iter::once(variant("base", file, &[])).chain(variants).collect::<Result<_, _>>()?
        }
        files if args.set.is_empty() => {
            let named = files.iter().zip(names(files));
            named.map(|(file, name)| variant(&name, file, &[])).collect::<Result<_, _>>()?
        }
        _ => {
            let text = "--set makes variants of one file; with several, use --with to change all of them";
            return Err(Error::Refused(text.to_owned()));
        }
    };
    if let Some(name) = &args.against {
        let at = all.iter().position(|variant| variant.name == *name).ok_or_else(|| {
            let names: Vec<String> = all.iter().map(|variant| format!("`{}`", variant.name)).collect();
            Error::Refused(format!("no scenario is called `{name}`; there are {}", names.join(", ")))
        })?;
        all[..=at].rotate_right(1);
    }
    Ok(all)
}

/// A variant of the command line, `KEY=VALUE; KEY=VALUE` or `NAME: KEY=VALUE; ..`: its name, by default all of it, and its
/// overrides.
fn named(given: &str) -> (&str, Vec<String>) {
    let (name, set) = match given.split_once(": ") {
        Some((name, set)) if !name.contains('=') => (name.trim(), set),
        _ => (given, given),
    };
    let mut quoted = false;
    let parts = set.split(|c: char| {
        quoted ^= c == '"';
        c == ';' && !quoted
    });
    (name, parts.map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect())
}

/// Names of files without their endings; where two are the same, with the folders by which they differ.
fn names(files: &[PathBuf]) -> Vec<String> {
    let deepest = files.iter().map(|file| file.components().count()).max().unwrap_or(1);
    let name = |file: &PathBuf, depth: usize| {
        let parts: Vec<_> = file.with_extension("").components().map(|part| part.as_os_str().to_owned()).collect();
        let last: Vec<_> =
            parts[parts.len().saturating_sub(depth)..].iter().map(|part| part.to_string_lossy()).collect();
        last.join("/")
    };
    let is_own =
        |file: &PathBuf, depth: usize| files.iter().filter(|other| name(other, depth) == name(file, depth)).count() < 2;
    let own = |file: &PathBuf| (1..=deepest).find(|&depth| is_own(file, depth)).unwrap_or(1);
    files.iter().map(|file| name(file, own(file))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_has_one_key_or_several_and_perhaps_a_name() {
        let set = |given| named(given).1;
        assert_eq!(named("a.x=1"), ("a.x=1", vec!["a.x=1".to_owned()]));
        assert_eq!(set("a=1; b=\"x; y\";"), ["a=1", "b=\"x; y\""]);
        assert_eq!(named("low: a=1; b=2"), ("low", vec!["a=1".to_owned(), "b=2".to_owned()]));
        assert_eq!(named("a={ note = \"x: y\" }").0, "a={ note = \"x: y\" }");
    }

    #[test]
    fn files_with_one_name_are_told_apart_by_their_folders() {
        let of = |files: &[&str]| names(&files.iter().map(PathBuf::from).collect::<Vec<_>>());
        assert_eq!(of(&["a/x.toml", "b/x.toml", "b/y.toml"]), ["a/x", "b/x", "y"]);
        assert_eq!(of(&["x.toml", "b/x.toml"]), ["x", "b/x"]);
        assert_eq!(of(&["a/c/x.toml", "b/c/x.toml"]), ["a/c/x", "b/c/x"]);
        assert_eq!(of(&["x.toml", "x.toml"]), ["x", "x"]);
    }
}
