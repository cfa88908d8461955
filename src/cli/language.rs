//! `ouro schema` and `ouro new`: the language as files.

use std::env;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Component, Path, PathBuf};

use super::args::{NewArgs, SchemaArgs};
use super::exit::{Ended, done};
use super::terminal;
use crate::face::{Error, glossary, schema, template, variant};

/// Writes the schema of the language, or its glossary.
///
/// # Errors
/// When it cannot be written.
pub(super) fn describe(args: &SchemaArgs) -> Ended {
    let text = if args.glossary { glossary() } else { format!("{:#}\n", schema()) };
    written(args.out.as_deref(), &text, args.force)
}

/// Writes a scenario to begin with.
///
/// # Errors
/// When the scenario to extend is refused, or the file cannot be written.
pub(super) fn begin(args: &NewArgs) -> Ended {
    let text = match &args.from {
        None => template(),
        Some(base) => {
            let scenario = super::scenario::open(base, &[])?;
            let folder = args.out.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
            variant(&scenario, &seen_from(folder, base).map_err(Error::io("cannot find the way to the scenario"))?)
        }
    };
    written(args.out.as_deref(), &text, args.force)
}

/// Into a file, or onto standard output. A file that is there is left alone unless forced.
fn written(place: Option<&Path>, text: &str, force: bool) -> Ended {
    let Some(place) = place else {
        terminal::print(text)?;
        return Ok(done(false));
    };
    let opened = OpenOptions::new().write(true).truncate(force).create(force).create_new(!force).open(place);
    match opened {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let message = format!("`{}` is there already; --force replaces it", place.display());
            return Err(Error::Refused(message));
        }
        opened => opened
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(Error::io(format!("cannot write `{}`", place.display())))?,
    }
    terminal::note(&format!("written: {}", place.display()));
    Ok(done(false))
}

/// The path of a file as it is written in another of a folder.
fn seen_from(folder: &Path, file: &Path) -> std::io::Result<PathBuf> {
    let folder = env::current_dir()?.join(folder);
    let (folder, file) = (fs::canonicalize(folder)?, fs::canonicalize(file)?);
    let common = folder.components().zip(file.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(common).map(|_| Component::ParentDir);
    Ok(up.chain(file.components().skip(common)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_seen_from_another_folder() {
        let seen = |folder: &str| seen_from(Path::new(folder), Path::new("scenarios/minimal.toml")).unwrap();
        assert_eq!(seen("scenarios"), Path::new("minimal.toml"));
        assert_eq!(seen(""), Path::new("scenarios/minimal.toml"));
        assert_eq!(seen("tests/golden"), Path::new("../../scenarios/minimal.toml"));
    }
}
