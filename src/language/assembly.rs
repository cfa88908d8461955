//! A file with the files it refers to, as one document: the file that it extends, and a file of shared sources.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::address::{split_key, take_out};
use super::document::{self, Content, Node, shortened};
use super::merge::lay_over;
use super::problem::{Place, Problem, Text};
use super::reader::Reader;
use super::section::section;
use super::suggest;
use super::table::{Mode, Table};

section! {
    /// Keys above all tables of a file, which refer to other files.
    pub(crate) struct Above {
        /// file that this one extends, relative to this file; only differences are then written here
        pub extends: Option<String> = text().optional(),
        /// keys to remove from the file that is extended
        pub remove: Option<Vec<String>> = list_of_keys().optional(),
        /// file of `[sources]` shared by several scenarios, relative to this file
        pub sources_from: Option<String> = text().optional(),
    }
}

/// The keys of [`Above`].
pub(crate) const ABOVE: [&str; 3] = ["extends", "remove", "sources_from"];

/// The largest file, in bytes.
const LARGEST: u64 = 10_000_000;

/// The longest chain of files that extend one another.
const DEEPEST: usize = 8;

/// Properties of a language on which the assembly of files depends.
#[derive(Clone, Copy)]
pub(crate) struct Dialect {
    /// Tables whose entries a variant replaces as a whole.
    pub(crate) whole: &'static [&'static str],
    /// The smallest valid content of a file.
    pub(crate) least: &'static str,
}

/// How a file is read.
pub(crate) type ReadFile = fn(&Path) -> Result<String, Box<Problem>>;

/// Files being assembled.
pub(crate) struct Files {
    dialect: Dialect,
    read: ReadFile,
    /// The texts that were read, the file itself first.
    pub(crate) texts: Vec<Text>,
    pub(crate) problems: Vec<Problem>,
    /// The file at the end of `extends`; none where nothing is extended.
    pub(crate) root: Option<PathBuf>,
    /// The chain of files from the first to the one being read.
    way: Vec<PathBuf>,
}

impl Files {
    /// No files yet.
    pub(crate) fn new(dialect: Dialect, read: ReadFile) -> Self {
        Self { dialect, read, texts: Vec::new(), problems: Vec::new(), root: None, way: Vec::new() }
    }

    /// The document of a file and the files it refers to; none where one of them cannot be read.
    pub(crate) fn assemble(&mut self, path: &Path, text: String) -> Option<Node> {
        let mut own = self.parsed(path, text)?;
        let above = self.take_above(&mut own)?;
        let mut document = Node { place: own.place.clone(), content: Content::Table(Vec::new()) };
        if let Some(extends) = &above.extends {
            document = self.extended(path, extends)?;
        }
        if let Some(sources) = &above.sources_from {
            let shared = self.shared(path, sources)?;
            lay_over(&mut document, shared, self.dialect.whole);
        }
        self.remove(&mut document, &above);
        lay_over(&mut document, own, self.dialect.whole);
        Some(document)
    }

    fn parsed(&mut self, path: &Path, text: String) -> Option<Node> {
        let number = self.texts.len();
        let parsed =
            if text.trim().is_empty() { Err(vec![self.empty(number)]) } else { document::parse(&text, number) };
        self.texts.push(Text { name: path.display().to_string(), text, has_lines: true });
        parsed.map_err(|problems| self.problems.extend(problems)).ok()
    }

    /// Takes the keys above all tables out of a document; none where they cannot be read.
    fn take_above(&mut self, own: &mut Node) -> Option<References> {
        let reader = Reader::new(own);
        let above = Above::read(&Table::root(&reader, Mode::Read));
        let problems = reader.notes.into_inner().problems;
        let understood = problems.is_empty();
        self.problems.extend(problems);
        let place = |name: &str| own.get(name).map_or(own.place.clone(), |node| node.place.clone());
        let references = References {
            extends: above.extends.map(|name| (name, place("extends"))),
            remove: above.remove.map(|keys| (keys, place("remove"))),
            sources_from: above.sources_from.map(|name| (name, place("sources_from"))),
        };
        if let Content::Table(entries) = &mut own.content {
            entries.retain(|entry| !ABOVE.contains(&entry.name.as_str()));
        }
        understood.then_some(references)
    }

    fn empty(&self, text: usize) -> Problem {
        let problem = Problem::error("", "the file is empty").help(self.dialect.least);
        // Problems of the first file need no place.
        if text == 0 { problem } else { problem.at(&Place { text, span: 0..0 }) }
    }

    fn extended(&mut self, path: &Path, (name, place): &(String, Place)) -> Option<Node> {
        self.way.push(canonical(path));
        let base = beside(path, name);
        let found = self.way.iter().position(|known| *known == canonical(&base));
        let refused = match found {
            Some(_) if self.way.len() == 1 => Some(Problem::error("extends", "a file cannot extend itself")),
            Some(first) => Some(self.circle(first)),
            None if self.way.len() >= DEEPEST => {
                let message = format!("more than {DEEPEST} files extend one another");
                Some(Problem::error("extends", message).help("merge some of them"))
            }
            None => None,
        };
        if let Some(problem) = refused {
            self.problems.push(problem.at(place));
            return None;
        }
        let text = self.text("extends", &base, name, place)?;
        self.root = Some(base.clone());
        let document = self.assemble(&base, text);
        self.way.pop();
        document
    }

    fn circle(&self, first: usize) -> Problem {
        let name = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let way: Vec<String> = self.way[first..].iter().chain([&self.way[first]]).map(name).collect();
        Problem::error("extends", "`extends` is circular").found(way.join(" -> "))
    }

    /// A file that holds `[sources]` and nothing else.
    fn shared(&mut self, path: &Path, (name, place): &(String, Place)) -> Option<Node> {
        let path = beside(path, name);
        let text = self.text("sources_from", &path, name, place)?;
        let document = self.parsed(&path, text)?;
        for entry in document.entries().iter().filter(|entry| entry.name != "sources") {
            let problem = Problem::error(&entry.name, format!("a file of sources has no `{}`", entry.name));
            self.problems.push(problem.expected("[sources.<id>] and nothing else").at(&entry.place));
        }
        Some(document)
    }

    /// The text of a file that is named in another.
    fn text(&mut self, key: &str, path: &Path, name: &str, place: &Place) -> Option<String> {
        match (self.read)(path) {
            Ok(text) => Some(text),
            Err(problem) => {
                let help = problem.help.clone().or_else(|| neighbour(path));
                let problem = Problem { key: key.to_owned(), ..*problem };
                let problem = problem.expected("the path of a TOML file, relative to this file");
                self.problems.push(problem.found(shortened(name)).help_if(help).at(place));
                None
            }
        }
    }

    fn remove(&mut self, document: &mut Node, above: &References) {
        let Some((keys, place)) = &above.remove else { return };
        if above.extends.is_none() {
            let problem = Problem::error("remove", "`remove` needs `extends`");
            self.problems.push(problem.help("add `extends`, or drop `remove`").at(place));
            return;
        }
        for key in keys {
            let path = split_key(key).unwrap_or_default();
            if let Err(stop) = take_out(document, &path) {
                let problem = stop.problem("remove", &path).found(shortened(key));
                self.problems.push(problem.at(place));
            }
        }
    }
}

/// The files that a text extends or takes sources from, as they are written in it; none where it cannot be read.
pub(crate) fn references(text: &str) -> Vec<String> {
    let Ok(document) = document::parse(text, 0) else { return Vec::new() };
    let name = |key: &str| match &document.get(key)?.content {
        Content::Text(name) => Some(name.clone()),
        _ => None,
    };
    ["extends", "sources_from"].into_iter().filter_map(name).collect()
}

/// The keys of [`Above`] with their places.
struct References {
    extends: Option<(String, Place)>,
    remove: Option<(Vec<String>, Place)>,
    sources_from: Option<(String, Place)>,
}

/// A path relative to a file.
fn beside(file: &Path, name: &str) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).join(name)
}

fn canonical(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// A suggestion from the files of the same folder.
fn neighbour(path: &Path) -> Option<String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let files = fs::read_dir(folder).ok()?.filter_map(|entry| Some(PathBuf::from(entry.ok()?.file_name())));
    let files = files.filter(|file| file.extension().is_some_and(|extension| extension == "toml"));
    let mut names: Vec<String> = files.map(|file| file.to_string_lossy().into_owned()).collect();
    names.sort();
    suggest::did_you_mean(&path.file_name()?.to_string_lossy(), names.iter().map(String::as_str))
}

/// Refuses to read another file for a text that is not a file itself.
pub(crate) fn nothing_beside(_: &Path) -> Result<String, Box<Problem>> {
    Err(Box::new(Problem::error("", "a text that was not read from a file cannot refer to one")))
}

/// Reads a file of at most 10 MB of UTF-8.
pub(crate) fn read_text(path: &Path) -> Result<String, Box<Problem>> {
    if path.is_dir() {
        return Err(Box::new(Problem::error("", "this is a directory").expected("a TOML file")));
    }
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
    read.map_err(|error| Box::new(unreadable(&error)))?;
    if bytes.len() as u64 > LARGEST {
        let problem = Problem::error("", "the file is larger than 10 MB");
        return Err(Box::new(problem.help("is this the right file?")));
    }
    // Columns are counted without a byte-order mark.
    if bytes.starts_with("\u{feff}".as_bytes()) {
        bytes.drain(.."\u{feff}".len());
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..valid].split(|byte| *byte == b'\n').count();
        let problem = Problem::error("", format!("invalid UTF-8 in line {line}"));
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
