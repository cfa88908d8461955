//! Reads a document table by table and collects everything: problems, effective values, declared keys, places.
//!
//! It never stops at the first problem. Whoever reads a key says its kind, range, default and meaning; a key that is
//! in the file and that nobody declared is refused at the end of its table.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use super::distribution::Uncertain;
use super::document::{Node, quoted};
use super::effective::Effective;
use super::problem::{Place, Places, Problem};
use super::suggest;
use crate::calendar::Month;
use crate::units::Unit;

/// A key of the language, as declared where it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// The key, with `<name>` for names that a file chooses: `lab.<name>.cash`.
    pub key: String,
    /// What may be written there.
    pub form: String,
    /// What holds when nothing is written: a value, "required", "none", or what it follows.
    pub default: String,
    /// What it means.
    pub meaning: &'static str,
}

/// The reading of one document.
pub(crate) struct Reader<'a> {
    pub(crate) document: &'a Node,
    pub(crate) notes: RefCell<Notes>,
    /// First month of the run, once it is read.
    pub(crate) start: Cell<Month>,
    /// Family of contracts that name none, once the families are read.
    pub(crate) reference_family: RefCell<String>,
}

/// What is collected while reading.
#[derive(Default)]
pub(crate) struct Notes {
    pub(crate) problems: Vec<Problem>,
    /// Keys whose value could not be read; checks that rest on them are left out.
    pub(crate) broken: BTreeSet<String>,
    pub(crate) effective: Vec<Effective>,
    pub(crate) uncertain: Vec<Uncertain>,
    /// The index of each uncertain number, by its key.
    pub(crate) drawn: BTreeMap<String, usize>,
    /// Every number by its key.
    pub(crate) numbers: BTreeMap<String, Unit>,
    /// Numbers that are the same as others.
    pub(crate) ties: Vec<Tie>,
    /// Sources named by numbers.
    pub(crate) citations: Vec<Citation>,
    pub(crate) places: Places,
    pub(crate) declared: Vec<Declared>,
    unknown: Vec<Unknown>,
}

/// A number that is the same as another.
pub(crate) struct Tie {
    pub(crate) key: String,
    pub(crate) target: String,
    pub(crate) unit: Unit,
    pub(crate) place: Place,
}

/// A source named by a number.
pub(crate) struct Citation {
    pub(crate) key: String,
    pub(crate) source: String,
    pub(crate) place: Place,
}

/// A key that nobody declared.
struct Unknown {
    table: String,
    name: String,
    place: Place,
    known: Vec<&'static str>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(document: &'a Node) -> Self {
        Self {
            document,
            notes: RefCell::default(),
            start: Cell::new(Month::january(2000)),
            reference_family: RefCell::default(),
        }
    }

    /// The whole document as a table.
    pub(crate) fn root(&self) -> Table<'_> {
        Table {
            reader: self,
            node: Some(self.document),
            mode: Mode::Read,
            name: String::new(),
            key: String::new(),
            pattern: String::new(),
            known: RefCell::default(),
        }
    }

    /// Notes a problem, and that the value at its key is not to be used.
    pub(crate) fn refuse(&self, problem: Problem) {
        let mut notes = self.notes.borrow_mut();
        notes.broken.insert(problem.key.clone());
        notes.problems.push(problem);
    }

    /// Notes where a key is written; the first place counts.
    pub(crate) fn locate(&self, key: &str, place: &Place) {
        self.notes.borrow_mut().places.entry(key.to_owned()).or_insert_with(|| place.clone());
    }

    /// Adds the keys that nobody declared and the ties that lead nowhere to the problems.
    pub(crate) fn finish(self) -> Notes {
        let mut notes = self.notes.into_inner();
        let unknown: Vec<Problem> = notes.unknown.iter().map(|unknown| unknown.problem(&notes.declared)).collect();
        let loose: Vec<Problem> = notes.ties.iter().filter_map(|tie| tie.problem(&notes)).collect();
        notes.problems.extend(unknown);
        notes.problems.extend(loose);
        notes
    }
}

impl Unknown {
    fn problem(&self, declared: &[Declared]) -> Problem {
        let elsewhere = || {
            let ending = format!(".{}", self.name);
            declared.iter().find(|key| key.key.ends_with(&ending)).map(|key| format!("there is a key `{}`", key.key))
        };
        let near = suggest::did_you_mean(&self.name, self.known.iter().copied());
        let expected = near.is_none().then(|| format!("one of {}", suggest::listed(self.known.iter().copied())));
        let table = if self.table.is_empty() { "a scenario".to_owned() } else { format!("`{}`", self.table) };
        Problem::error(joined(&self.table, &self.name), format!("{table} has no key `{}`", self.name))
            .expected_if(expected)
            .help_if(near.or_else(elsewhere))
            .at(&self.place)
    }
}

impl Tie {
    fn problem(&self, notes: &Notes) -> Option<Problem> {
        let unit = notes.numbers.get(&self.target).copied();
        let message = match unit {
            None if notes.broken.contains(&self.target) => return None,
            None => format!("`{}` is not a number of the scenario", self.target),
            Some(unit) if self.unit.agrees_with(unit) => return None,
            Some(unit) => format!("`{}` is {unit}, but this is {}", self.target, self.unit),
        };
        Some(Problem::error(&self.key, message).expected(format!("the key of {}", self.unit)).at(&self.place))
    }
}

/// A key below a table.
pub(crate) fn joined(table: &str, name: &str) -> String {
    if table.is_empty() { quoted(name) } else { format!("{table}.{}", quoted(name)) }
}

/// Whether a table is read, or only its keys are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Read,
    Declare,
}

/// A table being read.
pub(crate) struct Table<'r> {
    pub(crate) reader: &'r Reader<'r>,
    node: Option<&'r Node>,
    mode: Mode,
    name: String,
    pub(crate) key: String,
    pattern: String,
    known: RefCell<Vec<&'static str>>,
}

impl Table<'_> {
    /// A key of this table.
    pub(crate) fn slot(&self, name: &'static str, meaning: &'static str) -> Slot<'_> {
        self.known.borrow_mut().push(name);
        Slot { table: self, name, meaning: meaning.trim() }
    }

    /// A table below this one, read whether it is written or not.
    pub(crate) fn table<T>(&self, name: &'static str, _meaning: &'static str, read: fn(&Table<'_>) -> T) -> T {
        let slot = self.slot(name, "");
        let pattern = joined_pattern(&self.pattern, name);
        match slot.node() {
            Some(node) if !node.is_table() => {
                slot.refuse_form("a table", &format!("[{}]", slot.key()), node);
                self.below(slot.key(), name, pattern, None, Mode::Declare).read(read)
            }
            node => self.below(slot.key(), name, pattern, node, self.mode).read(read),
        }
    }

    /// A table below this one that is a mechanism: without it there is none.
    pub(crate) fn table_if_written<T>(
        &self,
        name: &'static str,
        meaning: &'static str,
        read: fn(&Table<'_>) -> T,
    ) -> Option<T> {
        if self.node.and_then(|node| node.get(name)).is_some() {
            return Some(self.table(name, meaning, read));
        }
        self.known.borrow_mut().push(name);
        self.declare_below(&joined_pattern(&self.pattern, name), read);
        None
    }

    /// Tables below `name`, each with a name that the file chooses, in file order.
    pub(crate) fn named_tables<T>(&self, name: &'static str, read: fn(&Table<'_>) -> T) -> Vec<T> {
        let slot = self.slot(name, "");
        let pattern = format!("{}.<name>", joined_pattern(&self.pattern, name));
        self.declare_below(&pattern, read);
        let mut tables = Vec::new();
        let Some(node) = slot.node() else { return tables };
        if !node.is_table() {
            slot.refuse_form("named tables", &format!("[{}.<name>]", slot.key()), node);
        }
        for entry in node.entries() {
            let key = joined(&slot.key(), &entry.name);
            if entry.node.is_table() {
                tables.push(self.below(key, &entry.name, pattern.clone(), Some(&entry.node), self.mode).read(read));
            } else {
                let problem = Problem::error(&key, format!("`{key}` is not a table"));
                self.reader.refuse(problem.found(entry.node.describe()).expected(format!("[{key}]")).at(&entry.node.place));
            }
        }
        tables
    }

    /// A list of tables, each addressed by what its key `called` says.
    pub(crate) fn list<T>(
        &self,
        name: &'static str,
        _meaning: &'static str,
        called: &'static str,
        read: fn(&Table<'_>) -> T,
    ) -> Vec<T> {
        let slot = self.slot(name, "");
        let pattern = format!("{}.<{called}>", joined_pattern(&self.pattern, name));
        self.declare_below(&pattern, read);
        let mut seen = BTreeSet::new();
        let mut tables = Vec::new();
        let Some(node) = slot.node() else { return tables };
        if !node.is_list() {
            slot.refuse_form("a list of tables", &format!("[[{}]]", slot.key()), node);
        }
        for (number, element) in node.elements().iter().enumerate() {
            if !element.is_table() {
                slot.refuse_form("a list of tables", &format!("[[{}]]", slot.key()), element);
                continue;
            }
            let id = element.get(called).and_then(Node::text);
            let key = joined(&slot.key(), id.unwrap_or(&(number + 1).to_string()));
            if let Some(id) = id.filter(|id| !seen.insert((*id).to_owned())) {
                self.refuse_second(&key, (name, called, id), element);
            }
            tables.push(self.below(key, "", pattern.clone(), Some(element), self.mode).read(read));
        }
        tables
    }

    fn refuse_second(&self, key: &str, (list, called, id): (&str, &str, &str), element: &Node) {
        let place = element.get(called).map_or(&element.place, |node| &node.place);
        let problem = Problem::error(format!("{key}.{called}"), format!("there is already a {list} with {called} `{id}`"));
        self.reader.refuse(problem.help(format!("give each {list} its own `{called}`")).at(place));
    }

    /// The name by which the file calls this table.
    pub(crate) fn own_name(&self, _key: &'static str, _meaning: &'static str) -> String {
        if let (Some(reason), Some(node)) = (why_no_name(&self.name), self.node) {
            let message = format!("`{}` cannot be a name: {reason}", self.name);
            self.reader.refuse(Problem::error(&self.key, message).expected(NAME_FORM).at(&node.place));
        }
        self.name.clone()
    }

    /// A table that nobody wrote and that exists all the same.
    pub(crate) fn unwritten<T>(&self, key: &str, name: &str, read: fn(&Table<'_>) -> T) -> T {
        self.below(key.to_owned(), name, key.to_owned(), None, self.mode).read(read)
    }

    fn below<'t>(&'t self, key: String, name: &str, pattern: String, node: Option<&'t Node>, mode: Mode) -> Table<'t> {
        if let Some(node) = node {
            self.reader.locate(&key, &node.place);
        }
        Table { reader: self.reader, node, mode, name: name.to_owned(), key, pattern, known: RefCell::default() }
    }

    /// Reads this table and refuses what is left over.
    pub(crate) fn read<T>(self, read: fn(&Table<'_>) -> T) -> T {
        let value = read(&self);
        let known = self.known.into_inner();
        let left = self.node.map(Node::entries).unwrap_or_default();
        for entry in left.iter().filter(|entry| !known.contains(&entry.name.as_str())) {
            self.reader.notes.borrow_mut().unknown.push(Unknown {
                table: self.key.clone(),
                name: entry.name.clone(),
                place: entry.place.clone(),
                known: known.clone(),
            });
        }
        value
    }

    /// Asks for the keys of a table that is not written.
    fn declare_below<T>(&self, pattern: &str, read: fn(&Table<'_>) -> T) {
        self.below(pattern.to_owned(), "", pattern.to_owned(), None, Mode::Declare).read(read);
    }
}

/// What a name that others refer to looks like.
pub(crate) const NAME_FORM: &str = "letters, digits, `-` and `_`";

/// Why a text cannot name a lab, an entity, a family or a deal.
pub(crate) fn why_no_name(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("it is empty")
    } else if name.len() > 100 {
        Some("it is longer than 100 characters")
    } else if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) {
        None
    } else {
        Some("names become parts of keys and of column names")
    }
}

fn joined_pattern(table: &str, name: &str) -> String {
    if table.is_empty() { name.to_owned() } else { format!("{table}.{name}") }
}

/// A key of a table being read.
pub(crate) struct Slot<'t> {
    table: &'t Table<'t>,
    name: &'static str,
    pub(crate) meaning: &'static str,
}

impl<'t> Slot<'t> {
    pub(crate) fn key(&self) -> String {
        joined(&self.table.key, self.name)
    }

    /// What is written there.
    pub(crate) fn node(&self) -> Option<&'t Node> {
        let node = self.table.node?.get(self.name)?;
        self.reader().locate(&self.key(), &node.place);
        Some(node)
    }

    pub(crate) fn reader(&self) -> &'t Reader<'t> {
        self.table.reader
    }

    pub(crate) fn mode(&self) -> Mode {
        self.table.mode
    }

    /// Notes the key for the glossary.
    pub(crate) fn declare(&self, form: String, default: String) {
        let key = joined_pattern(&self.table.pattern, self.name);
        let mut notes = self.reader().notes.borrow_mut();
        if !notes.declared.iter().any(|declared| declared.key == key) {
            notes.declared.push(Declared { key, form, default, meaning: self.meaning });
        }
    }

    /// Refuses the table for want of this key.
    pub(crate) fn refuse_missing(&self, form: &str) {
        let table = if self.table.key.is_empty() { "the scenario" } else { &self.table.key };
        let mut problem = Problem::error(self.key(), format!("`{table}` needs `{}`: {}", self.name, self.meaning));
        problem.place = self.table.node.map(|node| node.place.clone());
        self.reader().refuse(problem.expected(form));
    }

    fn refuse_form(&self, what: &str, form: &str, node: &Node) {
        let problem = Problem::error(self.key(), format!("`{}` is {what}", self.key()));
        self.reader().refuse(problem.found(node.describe()).expected(form).at(&node.place));
    }
}
