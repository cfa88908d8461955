//! From a file and its overrides to a [`Scenario`], or to everything that is wrong with them.

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use super::check;
use super::contract::{Contract, Facility, Investment, Matching};
use super::document::{self, Content, Node};
use super::effective::{self, Effective};
use super::entity::{Benchmark, Entity, Outcome, Source};
use super::file::{About, Economy, Family, Market, OnDemand, Regulation, Run, Scenario};
use super::lab::Lab;
use super::overrides;
use super::problem::{Place, Problem, Problems, Text};
use super::quantity::Origin;
use super::reader::{Declared, Notes, Reader};
use super::table::{Mode, Table};

/// The largest scenario file, in bytes.
const LARGEST: u64 = 10_000_000;

/// Reads a scenario file, with overrides such as `contract.azure.take_or_pay=0.8`.
///
/// # Errors
/// Everything that is wrong with the file and the overrides, in their order.
pub fn load(path: &Path, overrides: &[String]) -> Result<Scenario, Problems> {
    let name = path.display().to_string();
    match read_text(path) {
        Ok(text) => Scenario::parse(&name, &text, overrides),
        Err(problem) => Err(unread(&name, *problem)),
    }
}

/// Every key of the language, in its order: form, default and meaning as they are said where it is read.
pub fn keys() -> Vec<Declared> {
    let nothing = Node { place: Place { text: 0, span: 0..0 }, content: Content::Table(Vec::new()) };
    let reader = Reader::new(&nothing);
    reader.root(Mode::Declare).read(Scenario::read);
    reader.notes.into_inner().declared
}

impl Scenario {
    /// Reads a scenario from a text; `name` is what messages call it.
    ///
    /// # Errors
    /// Everything that is wrong with the text and the overrides, in their order.
    pub fn parse(name: &str, text: &str, overrides: &[String]) -> Result<Self, Problems> {
        let texts = texts(name, text, overrides);
        let parsed = if text.trim().is_empty() { Err(vec![empty()]) } else { document::parse(text, 0) };
        let (document, wrong_overrides) = match parsed {
            Ok(document) => overrides::apply(document, overrides),
            Err(syntax) => return Err(collected(texts, Notes::default(), syntax)),
        };
        let reader = Reader::new(&document);
        let mut scenario = reader.root(Mode::Read).read(Self::read);
        let mut notes = reader.finish(&keys());
        scenario.take(&mut notes);
        let mut found = check::check(&scenario, &notes);
        found.extend(wrong_overrides);
        found.append(&mut notes.problems);
        let problems = collected(texts, notes, found);
        if problems.refuse() {
            return Err(problems);
        }
        scenario.problems = problems;
        Ok(scenario)
    }

    /// Reads the tables of a file, in the order of the language.
    fn read(root: &Table<'_>) -> Self {
        let about = root.table("scenario", "", About::read);
        let run = root.table("run", "", Run::read);
        let economy = root.table("economy", "", Economy::read);
        let market = root.table("market", "", Market::read);
        let regulation = root.table("regulation", "", Regulation::read);
        let families = read_families(root);
        Self {
            about,
            run,
            economy,
            market,
            regulation,
            families,
            on_demand: root.table("on_demand", "", OnDemand::read),
            labs: root.named_tables("lab", Lab::read),
            entities: root.named_tables("entity", Entity::read),
            contracts: root.list("contract", "", "id", Contract::read),
            investments: root.list("investment", "", "id", Investment::read),
            matchings: root.list("matching", "", "id", Matching::read),
            facilities: root.list("facility", "", "id", Facility::read),
            correlations: root.correlations("correlation", "process = { parent = correlation }"),
            benchmarks: root.list("benchmark", "", "name", Benchmark::read),
            outcomes: root.list("outcome", "", "id", Outcome::read),
            sources: root.named_tables("sources", Source::read),
            uncertain: Vec::new(),
            digest: 0,
            effective: Vec::new(),
            problems: Problems::default(),
        }
    }

    /// Takes over what was collected while reading, and what follows from all of it.
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
    }
}

/// The families; one called `compute` where none is written.
fn read_families(root: &Table<'_>) -> Vec<Family> {
    let mut families = root.named_tables("family", Family::read);
    if families.is_empty() {
        families.push(root.unwritten("family.compute", "compute", Family::read));
    }
    let flagged = families.iter().find(|family| family.reference).unwrap_or(&families[0]);
    flagged.name.clone_into(&mut root.reader.reference_family.borrow_mut());
    families
}

fn texts(name: &str, text: &str, overrides: &[String]) -> Vec<Text> {
    let file = Text { name: name.to_owned(), text: text.to_owned(), has_lines: true };
    let overrides =
        overrides.iter().map(|given| Text { name: format!("--set {given}"), text: given.clone(), has_lines: false });
    std::iter::once(file).chain(overrides).collect()
}

fn collected(texts: Vec<Text>, notes: Notes, found: Vec<Problem>) -> Problems {
    let mut problems = Problems::new(texts, Arc::new(notes.places));
    problems.add(found);
    problems
}

fn empty() -> Problem {
    Problem::error("", "the file is empty").help("`[scenario]` and one `[lab.<name>]` are the least a scenario has")
}

fn unread(name: &str, problem: Problem) -> Problems {
    let text = Text { name: name.to_owned(), text: String::new(), has_lines: true };
    collected(vec![text], Notes::default(), vec![problem])
}

/// Reads at most a little more than the largest file that is accepted.
pub(crate) fn read_text(path: &Path) -> Result<String, Box<Problem>> {
    if path.is_dir() {
        return Err(Box::new(Problem::error("", "this is a directory").expected("a scenario file")));
    }
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
    read.map_err(|error| Box::new(unreadable(&error)))?;
    if bytes.len() as u64 > LARGEST {
        let problem = Problem::error("", "the file is larger than 10 MB");
        return Err(Box::new(problem.help("a scenario is written by hand; is this the right file?")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..valid].split(|byte| *byte == b'\n').count();
        let problem = Problem::error("", format!("the file is not UTF-8: line {line} has bytes that are no text"));
        Box::new(problem.help("save it as UTF-8"))
    })
}

fn unreadable(error: &io::Error) -> Problem {
    match error.kind() {
        io::ErrorKind::NotFound => Problem::error("", "there is no such file"),
        io::ErrorKind::PermissionDenied => Problem::error("", "the file may not be read"),
        _ => Problem::error("", format!("the file cannot be read: {error}")),
    }
}
