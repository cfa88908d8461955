//! A result held against its manifest and against a second run, as a table.

use super::format::{Column, Data, Table, TableError};
use super::output::Build;

/// A result held against its manifest and, where that could be, against a second run.
#[derive(Clone, Debug)]
pub struct Verification {
    /// The folder, as it was given.
    pub folder: String,
    /// What made the result: the command, its scenario and its size.
    pub what: String,
    /// The program that made it.
    pub made_by: Build,
    /// Every file that the manifest lists, and those beside them.
    pub files: Vec<VerifiedFile>,
    /// Seconds of the second run, or why there was none.
    pub second_run: Result<f64, String>,
}

/// A file of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedFile {
    /// Its name below the folder.
    pub name: String,
    /// What became of it.
    pub state: FileState,
    /// Its checksum in the manifest; empty where it is not listed.
    pub listed: String,
    /// Its checksum now; empty where it is missing.
    pub found: String,
    /// Where it differs, or why it was not compared.
    pub detail: String,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    /// As the second run makes it.
    Same,
    /// As the manifest says; there is nothing to compare it with.
    Unaltered,
    /// The second run makes another.
    Differs,
    /// Not as the manifest says: changed after it was written.
    Altered,
    /// Not there.
    Missing,
    /// Not listed: no part of the result.
    Unlisted,
}

impl FileState {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Unaltered => "unaltered",
            Self::Differs => "differs",
            Self::Altered => "altered",
            Self::Missing => "missing",
            Self::Unlisted => "unlisted",
        }
    }

    /// Whether the file is not the one that was written, or not the one that the program writes.
    pub fn is_wrong(self) -> bool {
        matches!(self, Self::Differs | Self::Altered | Self::Missing)
    }
}

impl Verification {
    /// Whether no file is wrong.
    pub fn is_sound(&self) -> bool {
        !self.files.iter().any(|file| file.state.is_wrong())
    }

    /// How many files are in a state.
    pub fn count(&self, state: FileState) -> usize {
        self.files.iter().filter(|file| file.state == state).count()
    }

    /// How the program that made the result differs from this one; none where it does not.
    pub fn other_build(&self) -> Option<String> {
        let (made, this) = (&self.made_by, Build::current());
        let of = |build: &Build| {
            let commit =
                build.commit.as_deref().map(|commit| format!(" of commit {}", &commit[..commit.len().min(12)]));
            format!("version {}{} for {}", build.version, commit.unwrap_or_default(), build.platform)
        };
        let is_same = (&made.version, &made.commit, &made.platform) == (&this.version, &this.commit, &this.platform);
        (!is_same).then(|| format!("it was made by {}, and this is {}", of(made), of(&this)))
    }
}

/// One row per file.
///
/// # Errors
/// If a name is used twice, which is a fault of the program.
pub fn verification_table(of: &Verification) -> Result<Table, TableError> {
    let text = |tell: fn(&VerifiedFile) -> String| Data::Text(of.files.iter().map(tell).collect());
    let columns = [
        ("file", "name below the folder", text(|file| file.name.clone())),
        ("state", "same, unaltered, differs, altered, missing or unlisted", text(|file| file.state.word().to_owned())),
        ("listed_sha256", "checksum in the manifest", text(|file| file.listed.clone())),
        ("found_sha256", "checksum now", text(|file| file.found.clone())),
        ("detail", "where it differs, or why it was not compared", text(|file| file.detail.clone())),
    ];
    let column = |(name, meaning, data): (&str, &str, Data)| Column::new(name, "", meaning, data);
    Table::new("verification", columns.map(column).into())
}
