//! The architecture (ARCHITECTURE.md), read from the sources file by file: no import runs upwards, no two files import
//! each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use ouroborisk::model::MEASURES;

/// Rooms and their floors, lowest first.
const FLOORS: [(&str, u8); 18] = [
    ("hash", 0),
    ("calendar", 0),
    ("lanes", 0),
    ("notation", 0),
    ("random", 0),
    ("stats", 0),
    ("tier", 0),
    ("units", 0),
    ("engine", 1),
    ("language", 1),
    ("model", 2),
    ("scenario", 3),
    ("resolve", 4),
    ("simulate", 5),
    ("study", 6),
    ("report", 7),
    ("face", 8),
    ("cli", 9),
];

/// What the model may know of the engine: what it is asked for, and the numbers it is given.
const MODEL_MAY_SEE: [&str; 8] =
    ["DelaySlot", "Dynamics", "Innovations", "NormalSlot", "OnceSlot", "Row", "Slots", "UniformSlot"];

/// A module of the library, by its path: `language::table` is `["language", "table"]`.
type Module = Vec<String>;

/// The source files of the library.
struct Sources(BTreeMap<Module, Source>);

struct Source {
    path: PathBuf,
    /// The text without comments and without unit tests.
    text: String,
    /// Paths that it names, in `use` and elsewhere, each with the name under which it is known.
    names: Vec<(Vec<String>, String)>,
}

impl Sources {
    fn read() -> Self {
        let files = files(Path::new("src")).into_iter().filter(|path| !path.ends_with("tests.rs"));
        Self(files.map(|path| (module(&path), Source::read(path))).collect())
    }

    /// The modules that a module imports, through re-exports to the file that declares the name.
    fn imports(&self, module: &Module) -> BTreeSet<Module> {
        let names = self.0[module].names.iter();
        names.filter_map(|(path, _)| self.declaring(module, path)).filter(|other| other != module).collect()
    }

    /// The module that declares what a path names; none outside the library.
    fn declaring(&self, module: &Module, path: &[String]) -> Option<Module> {
        let (mut at, mut rest) = match path.first()?.as_str() {
            "crate" => (Vec::new(), &path[1..]),
            "super" => {
                let up = path.iter().take_while(|part| *part == "super").count();
                (module[..module.len().checked_sub(up)?].to_vec(), &path[up..])
            }
            "self" => (module.clone(), &path[1..]),
            child => (self.child(module, child).map(|_| module.clone())?, path),
        };
        while let Some(below) = rest.first().and_then(|part| self.child(&at, part)) {
            (at, rest) = (below, &rest[1..]);
        }
        let source = self.0.get(&at)?;
        let exported = rest.first().filter(|_| source.is_door()).and_then(|name| {
            let known = source.names.iter().find(|(path, known)| known == name && path.as_slice() != rest)?;
            self.declaring(&at, &known.0)
        });
        Some(exported.unwrap_or(at))
    }

    fn child(&self, module: &Module, name: &str) -> Option<Module> {
        let child = [module.as_slice(), &[name.to_owned()]].concat();
        self.0.contains_key(&child).then_some(child)
    }

    /// Each module with all that it reaches by imports; `mod.rs` files are transparent.
    fn reached(&self) -> BTreeMap<Module, BTreeSet<Module>> {
        let files = self.0.iter().filter(|(_, source)| !source.is_door());
        let edges: BTreeMap<Module, BTreeSet<Module>> =
            files.map(|(module, _)| (module.clone(), self.imports(module))).collect();
        let reach = |from: &Module| {
            let mut seen = BTreeSet::new();
            let mut open: Vec<&Module> = vec![from];
            while let Some(module) = open.pop() {
                let others = edges.get(module).into_iter().flatten();
                open.extend(others.filter(|other| seen.insert((*other).clone())));
            }
            seen
        };
        edges.keys().map(|module| (module.clone(), reach(module))).collect()
    }
}

impl Source {
    fn read(path: PathBuf) -> Self {
        let text = fs::read_to_string(&path).expect("a source file");
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
        let text = lines.collect::<Vec<_>>().join("\n");
        let names = named(&text);
        Self { path, text, names }
    }

    /// Whether it only re-exports.
    fn is_door(&self) -> bool {
        self.path.ends_with("mod.rs") || self.path.ends_with("lib.rs")
    }
}

/// Every source file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of sources").map(|entry| entry.expect("an entry").path());
    entries
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// The module of a file.
fn module(path: &Path) -> Module {
    let below = path.strip_prefix("src").expect("below src").with_extension("");
    let parts = below.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
    parts.filter(|part| part != "mod" && part != "lib").collect()
}

/// The paths in a text, each with the name under which it is known: those of `use`, and those written out.
fn named(text: &str) -> Vec<(Vec<String>, String)> {
    let mut paths = Vec::new();
    let mut code = String::new();
    for (number, part) in text.split("use ").enumerate() {
        let (used, rest) = if number > 0 { part.split_once(';').unwrap_or(("", part)) } else { ("", part) };
        expand("", &used.split_whitespace().collect::<Vec<_>>().join(" "), &mut paths);
        code += rest;
    }
    let is_path = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let written = code.split(|c| !is_path(c)).filter(|word| word.starts_with("crate::") || word.starts_with("super::"));
    paths.extend(written.map(str::to_owned));
    paths.iter().map(|path| split(path)).collect()
}

/// The paths of a `use` with braces, one by one.
fn expand(before: &str, used: &str, into: &mut Vec<String>) {
    let Some((head, inner)) = used.split_once('{') else {
        into.push(format!("{before}{}", used.trim()));
        return;
    };
    let (mut depth, mut part) = (0, String::new());
    for c in inner.chars() {
        match c {
            ',' | '}' if depth == 0 => {
                expand(&format!("{before}{}", head.trim()), &std::mem::take(&mut part), into);
                continue;
            }
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        part.push(c);
    }
}

fn split(path: &str) -> (Vec<String>, String) {
    let (path, alias) = path.split_once(" as ").map_or((path, None), |(path, alias)| (path, Some(alias)));
    let mut parts: Vec<String> = path.split("::").map(|part| part.trim().to_owned()).collect();
    if parts.last().is_some_and(|part| part == "self" || part == "*") {
        parts.pop();
    }
    let known = alias.map_or_else(|| parts.last().cloned().unwrap_or_default(), str::to_owned);
    (parts, known)
}

fn floor(module: &Module) -> Option<u8> {
    let room = module.first()?;
    FLOORS.iter().find(|(name, _)| name == room).map(|(_, floor)| *floor)
}

#[test]
fn no_import_runs_upwards_or_sideways() {
    let sources = Sources::read();
    let mut seen = 0;
    for module in sources.0.keys() {
        let Some(own) = floor(module) else { continue };
        for other in sources.imports(module) {
            let Some(others) = floor(&other) else { continue };
            seen += 1;
            let (from, to) = (module.join("/"), other.join("/"));
            // Rooms of the ground floor may use each other: `random::normal` feeds intervals of `stats`.
            let allowed = others < own || other[0] == module[0] || own == 0 && others == 0;
            assert!(allowed, "{from} (floor {own}) imports {to} (floor {others})");
        }
    }
    assert!(seen > 500, "only {seen} imports are read");
}

#[test]
fn no_two_files_import_each_other() {
    let reached = Sources::read().reached();
    let mut circles: BTreeSet<Vec<String>> = BTreeSet::new();
    for (module, reach) in reached.iter().filter(|(module, reach)| reach.contains(*module)) {
        let back = |other: &&Module| reached.get(*other).is_some_and(|reach| reach.contains(module));
        circles.insert(reach.iter().filter(back).map(|other| other.join("/")).collect());
    }
    assert!(circles.is_empty(), "files import each other in a circle: {circles:#?}");
}

#[test]
fn the_model_knows_no_threads_seeds_estimators_or_files() {
    let sources = Sources::read();
    for (module, source) in sources.0.iter().filter(|(module, _)| module.first().is_some_and(|room| room == "model")) {
        let of_engine = |path: &&(Vec<String>, String)| path.0.len() > 2 && path.0[..2] == ["crate", "engine"];
        for (path, _) in source.names.iter().filter(of_engine) {
            assert!(MODEL_MAY_SEE.contains(&path[2].as_str()), "{} imports {}", module.join("/"), path.join("::"));
        }
        for banned in ["std::fs", "std::thread", "rayon", "Instant", "println"] {
            assert!(!source.text.contains(banned), "{} knows {banned}", module.join("/"));
        }
    }
}

#[test]
fn mod_files_only_re_export() {
    for source in Sources::read().0.values().filter(|source| source.path.ends_with("mod.rs")) {
        assert!(!source.text.contains("fn "), "{} has a function", source.path.display());
    }
}

/// Files with names that are also names of measures.
const OTHER_NAMES: [(&str, &str); 4] = [
    ("src/study/regimes.rs", "regimes of a loss"),
    ("src/model/ledger.rs", "columns of the ledger"),
    ("src/report/path/story/event.rs", "events of a story"),
    ("src/report/path/years.rs", "columns of the years"),
];

#[test]
fn the_table_of_measures_is_the_only_list_of_their_names() {
    // Single words have other uses; a list of measures has at least one name of several words.
    let names = || MEASURES.iter().map(|measure| measure.name).filter(|name| name.contains('_'));
    for source in Sources::read().0.values().filter(|source| !source.path.ends_with("model/metric.rs")) {
        if OTHER_NAMES.iter().any(|(other, _)| source.path.ends_with(other)) {
            continue;
        }
        for name in names() {
            let is_named = source.text.contains(&format!("\"{name}\""));
            assert!(!is_named, "{} names the measure {name}", source.path.display());
        }
    }
}
