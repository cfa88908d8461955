//! A scenario file with all that it rests on, as one document: the file it extends, and a file of shared sources.

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
use super::table::Mode;

section! {
    /// What stands above all tables of a file, and puts files together.
    pub(crate) struct Above {
        /// file that this one extends, seen from here; this one then says only what differs
        pub extends: Option<String> = text().optional(),
        /// what is taken out of the file that is extended
        pub remove: Option<Vec<String>> = list_of_keys().optional(),
        /// file of `[sources]` shared by several scenarios, seen from here
        pub sources_from: Option<String> = text().optional(),
    }
}

/// The keys of [`Above`].
pub(crate) const ABOVE: [&str; 3] = ["extends", "remove", "sources_from"];

/// The largest file, in bytes.
const LARGEST: u64 = 10_000_000;

/// The most files that extend one another.
const DEEPEST: usize = 8;

/// How a file is read.
pub(crate) type ReadFile = fn(&Path) -> Result<String, Box<Problem>>;

/// Files being put together.
pub(crate) struct Files {
    read: ReadFile,
    /// What was read: the file itself first.
    pub(crate) texts: Vec<Text>,
    pub(crate) problems: Vec<Problem>,
    /// The files that are being extended, from the first on.
    way: Vec<PathBuf>,
}

impl Files {
    /// No files yet.
    pub(crate) fn new(read: ReadFile) -> Self {
        Self { read, texts: Vec::new(), problems: Vec::new(), way: Vec::new() }
    }

    /// The document of a file and of all that it rests on; none where a file cannot be read.
    pub(crate) fn assemble(&mut self, path: &Path, text: String) -> Option<Node> {
        let mut own = self.parsed(path, text)?;
        let above = self.take_above(&mut own)?;
        let mut document = Node { place: own.place.clone(), content: Content::Table(Vec::new()) };
        if let Some(extends) = &above.extends {
            document = self.extended(path, extends)?;
        }
        if let Some(sources) = &above.sources_from {
            let shared = self.shared(path, sources)?;
            lay_over(&mut document, shared);
        }
        self.remove(&mut document, &above);
        lay_over(&mut document, own);
        Some(document)
    }

    fn parsed(&mut self, path: &Path, text: String) -> Option<Node> {
        let number = self.texts.len();
        let parsed = if text.trim().is_empty() { Err(vec![empty(number)]) } else { document::parse(&text, number) };
        self.texts.push(Text { name: path.display().to_string(), text, has_lines: true });
        parsed.map_err(|problems| self.problems.extend(problems)).ok()
    }

    /// Takes the keys above all tables out of a document; none where they cannot be understood.
    fn take_above(&mut self, own: &mut Node) -> Option<Written> {
        let reader = Reader::new(own);
        let above = Above::read(&reader.root(Mode::Read));
        let problems = reader.notes.into_inner().problems;
        let understood = problems.is_empty();
        self.problems.extend(problems);
        let place = |name: &str| own.get(name).map_or(own.place.clone(), |node| node.place.clone());
        let written = Written {
            extends: above.extends.map(|name| (name, place("extends"))),
            remove: above.remove.map(|keys| (keys, place("remove"))),
            sources_from: above.sources_from.map(|name| (name, place("sources_from"))),
        };
        if let Content::Table(entries) = &mut own.content {
            entries.retain(|entry| !ABOVE.contains(&entry.name.as_str()));
        }
        understood.then_some(written)
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
                Some(Problem::error("extends", message).help("join some of them"))
            }
            None => None,
        };
        if let Some(problem) = refused {
            self.problems.push(problem.at(place));
            return None;
        }
        let text = self.text("extends", &base, name, place)?;
        let document = self.assemble(&base, text);
        self.way.pop();
        document
    }

    fn circle(&self, first: usize) -> Problem {
        let name = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let way: Vec<String> = self.way[first..].iter().chain([&self.way[first]]).map(name).collect();
        Problem::error("extends", "`extends` leads back to where it came from").found(way.join(" -> "))
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
                let problem = problem.expected("the path of a TOML file, seen from the folder of this one");
                self.problems.push(problem.found(shortened(name)).help_if(help).at(place));
                None
            }
        }
    }

    fn remove(&mut self, document: &mut Node, above: &Written) {
        let Some((keys, place)) = &above.remove else { return };
        if above.extends.is_none() {
            let problem = Problem::error("remove", "there is nothing to remove from");
            self.problems.push(problem.help("a file that removes something `extends` another").at(place));
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

/// The keys of [`Above`] with their places.
struct Written {
    extends: Option<(String, Place)>,
    remove: Option<(Vec<String>, Place)>,
    sources_from: Option<(String, Place)>,
}

/// A path as seen from a file.
fn beside(file: &Path, name: &str) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).join(name)
}

fn canonical(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// The file of the same folder that was probably meant.
fn neighbour(path: &Path) -> Option<String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let files = fs::read_dir(folder).ok()?.filter_map(|entry| Some(PathBuf::from(entry.ok()?.file_name())));
    let files = files.filter(|file| file.extension().is_some_and(|extension| extension == "toml"));
    let mut names: Vec<String> = files.map(|file| file.to_string_lossy().into_owned()).collect();
    names.sort();
    suggest::did_you_mean(&path.file_name()?.to_string_lossy(), names.iter().map(String::as_str))
}

fn empty(text: usize) -> Problem {
    let problem = Problem::error("", "the file is empty");
    let problem = problem.help("`[scenario]` and one `[lab.<name>]` are the least a scenario has");
    // The first file is known without a place.
    if text == 0 { problem } else { problem.at(&Place { text, span: 0..0 }) }
}

/// Refuses to read a file for a text that is not itself one.
pub(crate) fn nothing_beside(_: &Path) -> Result<String, Box<Problem>> {
    Err(Box::new(Problem::error("", "a text that was not read from a file cannot rest on one")))
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
