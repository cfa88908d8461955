//! `ouro compare`: scenarios on common random numbers.

use std::path::Path;

use super::args::CompareArgs;
use super::exit::{Ended, done};
use super::{output, scenario, terminal};
use crate::face::{Comparison, Error, Variant, compare};

/// Runs all scenarios and tells the differences.
///
/// # Errors
/// When a scenario is refused or cannot be compared, a run fails, or the result cannot be written or printed.
pub(super) fn run(args: &CompareArgs) -> Ended {
    let found = compare(&variants(args)?, !args.no_attribution, args.runs.options()?)?;
    found.notes().iter().for_each(|note| terminal::note(note));
    let place = output::place(args.runs.out.as_deref(), found.scenario(), "-compare");
    show(&found, &place, args.runs.json)
}

/// Writes and prints a comparison.
///
/// # Errors
/// When it cannot be written or printed.
pub(super) fn show(found: &Comparison, place: &Path, as_json: bool) -> Ended {
    let written = found.write(place)?;
    let text = if as_json { found.json()? } else { terminal::page(&found.page(terminal::width())) };
    output::show(&text, &written)?;
    Ok(done(false))
}

/// What is compared, the base first.
fn variants(args: &CompareArgs) -> Result<Vec<Variant>, Error> {
    let common = [args.with.clone(), args.runs.size.overrides()].concat();
    let variant = |name: &str, file: &Path, own: Option<&String>| {
        let overrides: Vec<String> = common.iter().chain(own).cloned().collect();
        Ok::<_, Error>(Variant { name: name.to_owned(), scenario: scenario::open(file, &overrides)? })
    };
    let mut all: Vec<Variant> = match args.files.as_slice() {
        [file] => {
            let variants = args.set.iter().map(|own| variant(own, file, Some(own)));
            std::iter::once(variant("base", file, None)).chain(variants).collect::<Result<_, _>>()?
        }
        files if args.set.is_empty() => {
            let stem = |file: &Path| file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            files.iter().map(|file| variant(&stem(file), file, None)).collect::<Result<_, _>>()?
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
