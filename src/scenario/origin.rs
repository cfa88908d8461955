//! The origin of a scenario: its file, overrides and digest, and the same file with further overrides.

use std::path::Path;

use super::load::load;
use super::world::Scenario;
use crate::language::Problems;
use crate::language::effective::digest;

impl Scenario {
    /// Reads a scenario file; its values may be changed with [`Scenario::set`].
    ///
    /// # Errors
    /// All problems of the file, in its order.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, Problems> {
        load(path.as_ref(), &[])
    }

    /// Reads a scenario file with overrides such as `contract.azure.take_or_pay=0.8`.
    ///
    /// # Errors
    /// All problems of the file and the overrides, in their order.
    pub fn load_with(path: impl AsRef<Path>, overrides: &[String]) -> Result<Self, Problems> {
        load(path.as_ref(), overrides)
    }

    /// The same scenario with further overrides, each `key=value` as on the command line; its file is read again.
    ///
    /// # Errors
    /// All problems of the changed scenario.
    pub fn set(&self, overrides: impl IntoIterator<Item = impl Into<String>>) -> Result<Self, Problems> {
        let all: Vec<String> = self.overrides().into_iter().chain(overrides.into_iter().map(Into::into)).collect();
        if self.from_file {
            load(Path::new(self.file()), &all)
        } else {
            let text = self.problems.texts.first().map_or("", |text| text.text.as_str());
            Self::parse(self.file(), text, &all)
        }
    }

    /// The scenario at the end of `extends`, without overrides: the base of its variants.
    ///
    /// # Errors
    /// All problems of that file, for instance where it is complete only together with its variant.
    pub fn base(&self) -> Result<Self, Problems> {
        match &self.root {
            Some(root) => load(root, &[]),
            None if self.overrides().is_empty() => Ok(self.clone()),
            None if self.from_file => load(Path::new(self.file()), &[]),
            None => Self::parse(self.file(), self.problems.texts.first().map_or("", |text| text.text.as_str()), &[]),
        }
    }

    /// Whether it extends another file or has overrides, so that its base is another scenario.
    pub fn is_variant(&self) -> bool {
        self.root.is_some() || !self.overridden().is_empty()
    }

    /// The path of its file as it was given, or the name under which it was parsed.
    pub fn file(&self) -> &str {
        self.problems.texts.first().map_or("", |text| text.name.as_str())
    }

    /// The name of its file without folders.
    pub fn file_name(&self) -> String {
        Path::new(self.file()).file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Overrides in the order given, each `key=value`.
    pub fn overrides(&self) -> Vec<String> {
        let given = self.problems.texts.iter().filter(|text| !text.has_lines);
        given.map(|text| text.text.clone()).collect()
    }

    /// The digest of its effective values but for seed, paths and draws: the same for every run of one scenario.
    pub fn identity_text(&self) -> String {
        const SIZES: [&str; 3] = ["run.seed", "run.paths", "run.draws"];
        let rows = self.effective.iter().filter(|row| !SIZES.contains(&row.key.as_str()));
        format!("{:016x}", digest(rows))
    }

    /// The digest of its effective values as 16 hexadecimal digits.
    pub fn digest_text(&self) -> String {
        format!("{:016x}", self.digest)
    }
}
