//! Loading: from a file and its overrides to a [`Scenario`], or to all their problems.

use std::path::Path;
use std::sync::Arc;

use super::check;
use super::entity::{Benchmark, Source};
use super::world::Scenario;
use crate::language::assembly::{Dialect, Files, nothing_beside, read_text};
use crate::language::declared::{Declared, Section};
use crate::language::document::{self, Content, Node};
use crate::language::effective::{self, Effective};
use crate::language::overrides;
use crate::language::problem::{Place, Problem, Problems, Text};
use crate::language::quantity::{Basis, Origin};
use crate::language::reader::{Notes, Reader};
use crate::language::table::{Mode, Table};

/// What the assembly of scenario files depends on.
const DIALECT: Dialect = Dialect {
    whole: &["sources", "correlation"],
    least: "a scenario needs at least `[scenario]` and one `[lab.<name>]`",
};

/// Reads a scenario file, with overrides such as `contract.azure.take_or_pay=0.8`.
///
/// # Errors
/// All problems of the file and the overrides, in their order.
pub fn load(path: &Path, overrides: &[String]) -> Result<Scenario, Problems> {
    load_with(path, overrides, |_, _| Vec::new())
}

/// Reads a scenario file as [`load`] does, and requires that it is documented: a state of knowledge, a source for every
/// number, and no source that is later or never cited.
///
/// # Errors
/// All problems of the file and the overrides, and everything that is undocumented.
pub fn load_strict(path: &Path, overrides: &[String]) -> Result<Scenario, Problems> {
    load_with(path, overrides, check::defend)
}

fn load_with(path: &Path, overrides: &[String], more: Check) -> Result<Scenario, Problems> {
    let name = path.display().to_string();
    match read_text(path) {
        Ok(text) => {
            let scenario = Scenario::assembled(Files::new(DIALECT, read_text), (path, text), overrides, more)?;
            Ok(Scenario { from_file: true, ..scenario })
        }
        Err(problem) => Err(unread(&name, *problem)),
    }
}

/// Reads a file of shared sources; none if the file has other tables than `[sources]`.
///
/// # Errors
/// All problems of the file.
pub fn load_sources(path: &Path) -> Option<Result<Vec<Source>, Problems>> {
    let text = read_text(path).ok()?;
    let document = document::parse(&text, 0).ok()?;
    if !matches!(document.entries(), [only] if only.name == "sources") {
        return None;
    }
    let reader = Reader::new(&document);
    let sources = Table::root(&reader, Mode::Read).read(|root| root.named_tables("sources", Source::read));
    let mut notes = reader.finish(&keys());
    let found = std::mem::take(&mut notes.problems);
    let text = Text { name: path.display().to_string(), text, has_lines: true };
    let problems = collected(vec![text], notes, found);
    Some(if problems.refuse() { Err(problems) } else { Ok(sources) })
}

/// A check of a scenario that was read.
type Check = fn(&Scenario, &Notes) -> Vec<Problem>;

/// Every key of the language, in order, as declared where it is read.
pub fn keys() -> Vec<Declared> {
    declarations().declared
}

/// Every table of the language, in order.
pub fn sections() -> Vec<Section> {
    declarations().sections
}

fn declarations() -> Notes {
    let nothing = Node { place: Place { text: 0, span: 0..0 }, content: Content::Table(Vec::new()) };
    let reader = Reader::new(&nothing);
    Table::root(&reader, Mode::Declare).read(Scenario::read);
    reader.notes.into_inner()
}

impl Scenario {
    /// Reads a scenario from a text, which cannot refer to files; `name` is its name in messages.
    ///
    /// # Errors
    /// All problems of the text and the overrides, in their order.
    pub fn parse(name: &str, text: &str, overrides: &[String]) -> Result<Self, Problems> {
        let file = (Path::new(name), text.to_owned());
        Self::assembled(Files::new(DIALECT, nothing_beside), file, overrides, |_, _| Vec::new())
    }

    /// Reads a scenario from a text and the files it refers to.
    fn assembled(
        mut files: Files,
        (path, text): (&Path, String),
        overrides: &[String],
        more: Check,
    ) -> Result<Self, Problems> {
        let document = files.assemble(path, text);
        let Files { mut texts, problems: mut found, root, .. } = files;
        let Some(document) = document else {
            texts.extend(texts_of(overrides));
            return Err(collected(texts, Notes::default(), found));
        };
        let Notes { declared, sections, .. } = declarations();
        let (document, wrong_overrides) = overrides::apply(document, overrides, texts.len(), &sections);
        texts.extend(texts_of(overrides));
        found.extend(wrong_overrides);
        let reader = Reader::new(&document);
        let mut scenario = Table::root(&reader, Mode::Read).read(Self::read);
        let mut notes = reader.finish(&declared);
        scenario.take(&mut notes);
        found.extend(check::check(&scenario, &notes));
        let stricter = more(&scenario, &notes);
        found.retain(|problem| {
            !stricter.iter().any(|other| other.key == problem.key && other.message == problem.message)
        });
        found.extend(stricter);
        found.append(&mut notes.problems);
        let problems = collected(texts, notes, found);
        if problems.refuse() {
            return Err(problems);
        }
        scenario.problems = problems;
        scenario.root = root;
        Ok(scenario)
    }

    /// Takes over what was collected while reading.
    fn take(&mut self, notes: &mut Notes) {
        self.uncertain = std::mem::take(&mut notes.uncertain);
        self.effective = std::mem::take(&mut notes.effective);
        if self.uncertain.is_empty() {
            self.run.draws = 1;
            let draws = self.effective.iter_mut().find(|row| row.key == "run.draws");
            if let Some(row) = draws {
                *row =
                    Effective { value: "1".to_owned(), exact: "1".to_owned(), origin: Origin::Derived, ..row.clone() };
            }
        }
        self.digest = effective::digest(&self.effective);
        for benchmark in &mut self.benchmarks {
            rest_on_own_source(benchmark, &mut self.effective);
        }
    }
}

/// A figure without a source of its own has that of its benchmark.
fn rest_on_own_source(benchmark: &mut Benchmark, effective: &mut [Effective]) {
    let provenance = &mut benchmark.value.provenance;
    if let (Some(source), Basis::Unsaid) = (&benchmark.source, &provenance.basis) {
        provenance.basis = Basis::Source(vec![source.clone()]);
        if let Some(row) = effective.iter_mut().find(|row| row.key == benchmark.value.key) {
            row.provenance.clone_from(provenance);
        }
    }
}

fn texts_of(overrides: &[String]) -> impl Iterator<Item = Text> {
    overrides.iter().map(|given| Text { name: format!("--set {given}"), text: given.clone(), has_lines: false })
}

fn collected(texts: Vec<Text>, notes: Notes, found: Vec<Problem>) -> Problems {
    let mut problems = Problems::new(texts, Arc::new(notes.places));
    problems.add(found);
    problems
}

fn unread(name: &str, problem: Problem) -> Problems {
    let text = Text { name: name.to_owned(), text: String::new(), has_lines: true };
    collected(vec![text], Notes::default(), vec![problem])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BASE: &str = r#"
        [scenario]
        name = "Base"
        start = "2026-01"
        [lab.acme]
        cash = { value = "10B USD", source = "a" }
        revenue.target = { 2026 = "8B USD", 2027 = { value = "9B USD", note = "n" }, assumed = "why" }
        [[contract]]
        id = "cloud"
        lab = "acme"
        provider = "nimbus"
        amount = "1B USD"
        start = "2026-01"
        term = "2y"
        [correlation]
        "revenue.acme" = { market = 0.4, prior = "why" }
        [sources.a]
        title = "A"
    "#;

    /// Keys of all kinds, and values that may or may not suit them.
    const KEYS: [&str; 12] = [
        "lab",
        "lab.acme",
        "lab.acme.cash",
        "lab.acme.cash.value",
        "lab.acme.revenue.target",
        "contract",
        "correlation",
        "lab.acme.revenue.target.2026",
        "lab.acme.revenue.target.note",
        "correlation.\"revenue.acme\"",
        "sources.a",
        "remove",
    ];
    const VALUES: [&str; 12] = [
        "1",
        "\"5B USD\"",
        "[]",
        "{}",
        "[1, 2]",
        "[{ id = \"cloud\", term = \"3y\" }, {}]",
        "true",
        "[\"contract.cloud\"]",
        "{ 2027 = 1, source = \"a\" }",
        "{ value = 2, prior = \"p\" }",
        "[\"lab.acme.cash\", \"x\"]",
        "nan",
    ];

    fn base(path: &Path) -> Result<String, Box<Problem>> {
        if path == Path::new("base.toml") { Ok(BASE.to_owned()) } else { nothing_beside(path) }
    }

    proptest! {
        #[test]
        fn no_variant_and_no_override_of_it_panics(
            key in prop::sample::select(&KEYS[..]),
            value in prop::sample::select(&VALUES[..]),
            other in prop::sample::select(&KEYS[..]),
            set in prop::sample::select(&VALUES[..]),
        ) {
            let text = format!("extends = \"base.toml\"\n{key} = {value}\n");
            let overrides = [format!("{other}={set}")];
            let file = (Path::new("variant.toml"), text);
            let read = Scenario::assembled(Files::new(DIALECT, base), file, &overrides, check::defend);
            if let Err(problems) = read {
                prop_assert!(problems.refuse() && !problems.to_string().is_empty());
            }
        }
    }
}
