//! Output folders, and messages about them.

use std::path::{Path, PathBuf};

use super::terminal;
use crate::face::{Error, Replaced, Scenario, Written};

/// The folder of a result: as asked, else `outputs/<file>-<digest><suffix>`.
pub(super) fn place(asked: Option<&Path>, scenario: &Scenario, suffix: &str) -> PathBuf {
    place_of(asked, Path::new(scenario.file()), &scenario.digest_text(), suffix)
}

/// The folder of a result of what has this file and digest.
pub(super) fn place_of(asked: Option<&Path>, file: &Path, digest: &str, suffix: &str) -> PathBuf {
    let by_default = || {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Path::new("outputs").join(format!("{}-{}{suffix}", slug(&stem), &digest[..8]))
    };
    asked.map_or_else(by_default, Path::to_owned)
}

/// A name that is safe in every file system and shell.
fn slug(name: &str) -> String {
    let harmless = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    name.chars().map(|c| if harmless(c) { c } else { '-' }).collect()
}

/// Prints a result that has been written, and says where it is.
///
/// # Errors
/// When standard output cannot be written.
pub(super) fn show(text: &str, written: &Written) -> Result<(), Error> {
    terminal::print(text)?;
    written.not_drawn.iter().for_each(|why| terminal::note(&format!("not drawn: {why}")));
    let before = match written.replaced {
        Replaced::Nothing => "",
        Replaced::Older => ", in place of an older result",
        Replaced::Other => {
            ", in place of the result of another run that ended meanwhile; give each run its own folder with --out"
        }
    };
    terminal::note(&format!("results in {}{before}", written.place.display()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_says_which_file_and_which_values() {
        let text = "[scenario]\nname = \"S\"\nstart = \"2026-01\"\n[lab.a]\ncash = 1\nrevenue.target = { 2026 = 1 }\n";
        let scenario = Scenario::parse("a dir/my case.toml", text, &[]).unwrap();
        let expected = format!("outputs/my-case-{}-plan", &scenario.digest_text()[..8]);
        assert_eq!(place(None, &scenario, "-plan"), Path::new(&expected));
        assert_eq!(place(Some(Path::new("x")), &scenario, "-plan"), Path::new("x"));
    }
}
