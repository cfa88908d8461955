//! The page of a result that was verified.

use super::block::{Block, Tone, fitted};
use super::text::Sheet;
use crate::notation::{counted, duration};
use crate::report::verification::{FileState, Verification, VerifiedFile};

/// Every file, those that are wrong first, and what to make of it.
pub fn verification(of: &Verification, width: usize) -> Vec<Block> {
    let sheet = Sheet { width };
    let mut files: Vec<&VerifiedFile> = of.files.iter().collect();
    files.sort_by_key(|file| !file.state.is_wrong());
    let rows: Vec<Vec<String>> =
        files.iter().map(|file| vec![file.name.clone(), file.state.word().to_owned()]).collect();
    let details = files.iter().filter(|file| !file.detail.is_empty()).flat_map(|file| {
        let tone = if file.state.is_wrong() { Tone::Warning } else { Tone::Aside };
        sheet.paragraph(tone, &format!("{}: {}.", file.name, file.detail))
    });
    let mut lines = sheet.table(&[], &rows);
    lines.extend(details);
    let told = |tone: Tone, text: &str| Block { title: String::new(), lines: sheet.paragraph(tone, text) };
    let mut blocks = vec![Block { title: of.what.clone(), lines }];
    if let Err(why) = &of.second_run {
        blocks.push(told(Tone::Warning, &format!("Not run again: {why}.")));
    }
    if let Some(other) = of.other_build() {
        let text = "The same bits are promised for the same version and platform only; a file that differs may do so for this \
            reason, and that version would tell.";
        blocks.push(told(Tone::Warning, &format!("Another program: {other}. {text}")));
    }
    let tone = if of.is_sound() { Tone::Plain } else { Tone::Warning };
    blocks.push(told(tone, &verdict(of)));
    fitted(blocks, width)
}

fn verdict(of: &Verification) -> String {
    let count = |state: FileState| of.count(state);
    let wrong = [FileState::Differs, FileState::Altered, FileState::Missing];
    let wrong: Vec<String> = wrong
        .into_iter()
        .filter(|&state| count(state) > 0)
        .map(|state| format!("{} {}", count(state), state.word()))
        .collect();
    let whole = match (&of.second_run, count(FileState::Same)) {
        (Ok(seconds), same) => {
            format!("{} byte for byte as a second run of {} makes them", counted(same, "file"), duration(*seconds))
        }
        (Err(_), _) => format!("{} as the manifest says", counted(count(FileState::Unaltered), "file")),
    };
    if wrong.is_empty() {
        format!("Verified: {whole}.")
    } else {
        format!("NOT VERIFIED: {}; {whole}.", wrong.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::super::plain_text;
    use super::*;
    use crate::report::output::Build;

    fn file(name: &str, state: FileState, detail: &str) -> VerifiedFile {
        let (listed, found) = (String::new(), String::new());
        VerifiedFile { name: name.to_owned(), state, listed, found, detail: detail.to_owned() }
    }

    #[test]
    fn what_is_wrong_comes_first_and_another_program_is_named() {
        let files = vec![
            file("report.txt", FileState::Same, ""),
            file("summary.csv", FileState::Differs, "from line 12 on"),
            file("notes.md", FileState::Unlisted, ""),
        ];
        let what = "A run of s.toml".to_owned();
        let made_by = Build { version: "0.0.7".to_owned(), ..Build::current() };
        let of = Verification { folder: "x".to_owned(), what, made_by, files, second_run: Ok(3.0) };
        let text = plain_text(&verification(&of, 100));
        assert!(text.find("summary.csv") < text.find("report.txt"), "{text}");
        for part in ["from line 12 on", "version 0.0.7", "NOT VERIFIED: 1 differs; 1 file byte for byte"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!of.is_sound());
    }
}
