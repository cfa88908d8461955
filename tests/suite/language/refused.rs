//! What is refused, and with which message: the cases of `refused.txt`, and files that cannot be read.

use std::fmt::Write;
use std::fs;

use insta::assert_snapshot;

use super::*;

/// The table of cases: under each name the change to [`RING`] and the message.
pub(crate) const TABLE: &str = "tests/suite/language/refused.txt";

/// One case of the table.
pub(crate) struct Case<'t> {
    pub(crate) name: &'t str,
    /// Lines of the ring to remove, and the lines to put in their place.
    changes: Vec<(String, String)>,
    pub(crate) overrides: Vec<String>,
    /// The lines that give the change, as written.
    given: String,
    message: String,
}

impl<'t> Case<'t> {
    pub(crate) fn read(text: &'t str) -> Self {
        let (name, text) = text.split_once('\n').expect("a case has a change");
        let (mut changes, mut overrides, mut given) = (Vec::new(), Vec::new(), String::new());
        let (mut removed, mut added) = (String::new(), String::new());
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next_if(|line| ["- ", "+ ", "set "].iter().any(|mark| line.starts_with(mark))) {
            given.extend([line, "\n"]);
            if let Some(set) = line.strip_prefix("set ") {
                overrides.push(set.to_owned());
            } else if line.starts_with('-') {
                if !added.is_empty() {
                    changes.push((std::mem::take(&mut removed), std::mem::take(&mut added)));
                }
                removed.extend([&line[2..], "\n"]);
            } else {
                added.extend([&line[2..], "\n"]);
            }
        }
        changes.push((removed, added));
        let message = lines.collect::<Vec<_>>().join("\n").trim_end().to_owned();
        Self { name, changes, overrides, given, message }
    }

    /// The ring with the changes.
    pub(crate) fn text(&self) -> String {
        self.changes.iter().fold(RING.to_owned(), |text, (removed, added)| {
            assert!(text.contains(removed), "{}: the ring has no {removed:?}", self.name);
            if removed.is_empty() { text + added } else { text.replacen(removed, added, 1) }
        })
    }

    /// What is said about the ring with the changes and the overrides.
    fn found(&self) -> String {
        match Scenario::parse("ring.toml", &self.text(), &self.overrides) {
            Ok(_) => "accepted".to_owned(),
            Err(problems) => problems.to_string(),
        }
    }
}

#[test]
fn each_case_of_the_table_has_its_message() {
    let table = fs::read_to_string(TABLE).unwrap();
    let mut parts = table.split("\n## ");
    let mut written = parts.next().unwrap_or_default().to_owned();
    let (mut wrong, mut cases) = (String::new(), 0);
    for part in parts {
        let (text, section) = part.find("\n# ").map_or((part, ""), |at| part.split_at(at));
        let case = Case::read(text);
        let found = case.found();
        cases += 1;
        if found != case.message {
            write!(wrong, "\n{}\nexpected:\n{}\nfound:\n{found}\n", case.name, case.message).unwrap();
        }
        write!(written, "\n## {}\n{}{found}\n{section}", case.name, case.given).unwrap();
    }
    if std::env::var_os("OURO_BLESS").is_some() {
        fs::write(TABLE, written).unwrap();
    }
    assert!(cases > 100, "only {cases} cases are read");
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn no_lab() {
    let text = "[scenario]\nname = \"Nobody\"\nstart = \"2026-01\"\n";
    assert_snapshot!(Scenario::parse("ring.toml", text, &[]).unwrap_err(), @r"
    ring.toml: error[lab]: a scenario needs at least one lab
      help: add [lab.<name>] with `cash` and `revenue.target`
    ");
}

#[test]
fn a_file_that_is_not_there() {
    assert_snapshot!(load(Path::new("nowhere/ring.toml"), &[]).unwrap_err(), @"nowhere/ring.toml: error: there is no such file");
}

#[test]
fn a_directory() {
    assert_snapshot!(load(Path::new("src"), &[]).unwrap_err(), @r"
    src: error: this is a directory
      expected: a TOML file
    ");
}

#[test]
fn an_empty_file() {
    assert_snapshot!(refused_bytes("empty", b" \n"), @r"
    ring.toml: error: the file is empty
      help: a scenario needs at least `[scenario]` and one `[lab.<name>]`
    ");
}

#[test]
fn a_file_that_is_not_utf_8() {
    assert_snapshot!(refused_bytes("latin", b"[scenario]\nname = \"Th\xe9or\xe8me\"\n"), @r"
    ring.toml: error: invalid UTF-8 in line 2
      help: save it as UTF-8
    ");
}

#[test]
fn a_file_of_more_than_ten_megabytes() {
    assert_snapshot!(refused_bytes("large", &vec![b'#'; 10_000_001]), @r"
    ring.toml: error: the file is larger than 10 MB
      help: is this the right file?
    ");
}

/// The problems of a file with these bytes.
fn refused_bytes(name: &str, bytes: &[u8]) -> String {
    let path = std::env::temp_dir().join(format!("ouroborisk-{}-{name}.toml", std::process::id()));
    fs::write(&path, bytes).expect("a file in the temporary directory");
    let problems = load(&path, &[]).expect_err("the file is broken").to_string();
    fs::remove_file(&path).expect("the file that was written");
    problems.replace(&path.display().to_string(), "ring.toml")
}
