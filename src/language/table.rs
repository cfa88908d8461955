//! The tables of a document being read, and their keys.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::address::joined;
use super::declared::{Declared, Section, Shape};
use super::document::{Entry, Node};
use super::problem::{Place, Problem};
use super::reader::{Reader, Unknown};
use super::suggest;

/// Whether a table is read, or only its keys are listed.
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
    /// Whether it applies without being written.
    always: bool,
    /// The table that holds it and others by name, where it is one of those.
    named_in: Option<&'r Node>,
    known: RefCell<Vec<&'static str>>,
}

impl<'r> Table<'r> {
    /// The whole document.
    pub(crate) fn root(reader: &'r Reader<'r>, mode: Mode) -> Self {
        Self {
            reader,
            node: Some(reader.document),
            mode,
            name: String::new(),
            key: String::new(),
            pattern: String::new(),
            always: true,
            named_in: None,
            known: RefCell::default(),
        }
    }

    /// A key of this table.
    pub(crate) fn slot(&self, name: &'static str, meaning: &'static str) -> Slot<'_> {
        self.known.borrow_mut().push(name);
        Slot { table: self, name, meaning: meaning.trim() }
    }

    /// Notes what the table is about, when all tables are listed.
    pub(crate) fn about(&self, about: &'static str) {
        if self.mode == Mode::Declare {
            let section = Section { key: self.pattern.clone(), about: about.trim(), always: self.always };
            self.reader.notes.borrow_mut().sections.push(section);
        }
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

    /// A table below this one that switches a mechanism on; none where it is not written.
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

    /// Tables below `name` with names that the file chooses, in file order.
    pub(crate) fn named_tables<T>(&self, name: &'static str, read: fn(&Table<'_>) -> T) -> Vec<T> {
        let slot = self.slot(name, "");
        let pattern = format!("{}.<name>", joined_pattern(&self.pattern, name));
        self.declare_below(&pattern, read);
        let mut tables = Vec::new();
        let Some(node) = slot.node() else {
            return tables;
        };
        if !node.is_table() {
            slot.refuse_form("named tables", &format!("[{}.<name>]", slot.key()), node);
        }
        for (number, entry) in node.entries().iter().enumerate() {
            let key = joined(&slot.key(), &entry.name);
            let before = node.entries()[..number].iter().map(|other| other.name.as_str());
            if let Some(other) = same_but_for_case(&entry.name, before) {
                self.refuse_case(&key, (name, &entry.name, other), &entry.place);
            } else if entry.node.is_table() {
                let below = self.below(key, &entry.name, pattern.clone(), Some(&entry.node), self.mode);
                tables.push(Table { named_in: Some(node), ..below }.read(read));
            } else {
                let problem = Problem::error(&key, format!("`{key}` is not a table"));
                self.reader
                    .refuse(problem.found(entry.node.describe()).expected(format!("[{key}]")).at(&entry.node.place));
            }
        }
        tables
    }

    /// Keys of this table that belong together.
    pub(crate) fn part<T>(&self, _name: &'static str, _meaning: &'static str, keys: fn(&Table<'_>) -> T) -> T {
        keys(self)
    }

    /// A list of tables without names, addressed by their number from 1.
    pub(crate) fn numbered<T>(&self, name: &'static str, _meaning: &'static str, read: fn(&Table<'_>) -> T) -> Vec<T> {
        let slot = self.slot(name, "");
        let pattern = format!("{}.<{NUMBER}>", joined_pattern(&self.pattern, name));
        self.declare_below(&pattern, read);
        let Some(node) = slot.node() else { return Vec::new() };
        if !node.is_list() || !node.elements().iter().all(Node::is_table) {
            slot.refuse_form("a list of tables", &format!("{} = [{{ .. }}, {{ .. }}]", slot.key()), node);
            return Vec::new();
        }
        let mut tables = Vec::new();
        for (number, element) in node.elements().iter().enumerate() {
            let key = joined(&slot.key(), &(number + 1).to_string());
            tables.push(self.below(key, "", pattern.clone(), Some(element), self.mode).read(read));
        }
        tables
    }

    /// A list of tables, addressed by their key `called`.
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
        let Some(node) = slot.node() else {
            return tables;
        };
        if !node.is_list() {
            let form = format!("[[{}]]", slot.key());
            let problem = Problem::error(slot.key(), format!("`{}` is a list of tables", slot.key()));
            let all_named = node.entries().iter().all(|entry| entry.node.is_table());
            let inner = node.entries().first().filter(|_| all_named);
            let help = match inner {
                Some(entry) => format!("write {form} with `{called} = {:?}`", entry.name),
                None => format!("write {form}, with two brackets, above each of them"),
            };
            self.reader.refuse(problem.found(node.describe()).expected(form).help(help).at(&node.place));
        }
        for (number, element) in node.elements().iter().enumerate() {
            if !element.is_table() {
                slot.refuse_form("a list of tables", &format!("[[{}]]", slot.key()), element);
                continue;
            }
            let id = element.get(called).and_then(Node::text);
            let key = joined(&slot.key(), id.unwrap_or(&(number + 1).to_string()));
            if let Some(id) = id {
                if let Some(other) = same_but_for_case(id, seen.iter().map(String::as_str)) {
                    let place = element.get(called).map_or(&element.place, |node| &node.place);
                    self.refuse_case(&key, (name, id, other), place);
                }
                if !seen.insert(id.to_owned()) {
                    self.refuse_second(&key, (name, called, id), element);
                }
            }
            tables.push(self.below(key, "", pattern.clone(), Some(element), self.mode).read(read));
        }
        tables
    }

    fn refuse_second(&self, key: &str, (list, called, id): (&str, &str, &str), element: &Node) {
        let place = element.get(called).map_or(&element.place, |node| &node.place);
        let problem =
            Problem::error(format!("{key}.{called}"), format!("there is already a {list} with {called} `{id}`"));
        self.reader.refuse(problem.help(format!("give each {list} its own `{called}`")).at(place));
    }

    /// Names appear in file names, and some file systems ignore case.
    fn refuse_case(&self, key: &str, (list, name, other): (&str, &str, &str), place: &Place) {
        let message = format!("there is already a {list} `{other}`, and `{name}` differs from it only by case");
        self.reader.refuse(Problem::error(key, message).help(format!("did you mean `{other}`?")).at(place));
    }

    /// The name that the file gives to this table.
    pub(crate) fn own_name(&self, _key: &'static str, _meaning: &'static str) -> String {
        if let (Some(reason), Some(node)) = (why_no_name(&self.name), self.node) {
            let message = format!("`{}` cannot be a name: {reason}", self.name);
            self.reader.refuse(Problem::error(&self.key, message).expected(NAME_FORM).at(&node.place));
        }
        self.name.clone()
    }

    /// A table that exists without being written.
    pub(crate) fn unwritten<T>(&self, key: &str, name: &str, read: fn(&Table<'_>) -> T) -> T {
        self.below(key.to_owned(), name, key.to_owned(), None, Mode::Read).read(read)
    }

    fn below<'t>(&'t self, key: String, name: &str, pattern: String, node: Option<&'t Node>, mode: Mode) -> Table<'t> {
        if let Some(node) = node {
            self.reader.locate(&key, &node.place);
        }
        let (name, known) = (name.to_owned(), RefCell::default());
        Table { reader: self.reader, node, mode, name, key, pattern, always: true, named_in: None, known }
    }

    /// The named table beside it whose name is nearest, where that is near.
    fn nearest_by_name(&self) -> Option<&'r Entry> {
        let others =
            || self.named_in.map(Node::entries).unwrap_or_default().iter().filter(|other| other.name != self.name);
        let near = suggest::nearest(&self.name, others().map(|other| other.name.as_str()))?;
        others().find(|other| other.name == near)
    }

    /// Reads this table and notes the keys that are not declared.
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

    /// Lists the keys of a table that may be written, when all keys are listed.
    fn declare_below<T>(&self, pattern: &str, read: fn(&Table<'_>) -> T) {
        if self.mode == Mode::Read {
            return;
        }
        let below = self.below(pattern.to_owned(), "", pattern.to_owned(), None, Mode::Declare);
        Table { always: false, ..below }.read(read);
    }
}

/// Placeholder in the keys of the language for the number of a table in a list without names.
pub(crate) const NUMBER: &str = "number";

/// One of several names that differs from this one only by case.
fn same_but_for_case<'n>(name: &str, mut others: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    others.find(|other| *other != name && other.eq_ignore_ascii_case(name))
}

/// The form of a name that others refer to.
pub(crate) const NAME_FORM: &str = "letters, digits, `-` and `_`";

/// Why a text cannot be such a name.
pub(crate) fn why_no_name(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("it is empty")
    } else if name.len() > 100 {
        Some("it is longer than 100 characters")
    } else if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) {
        None
    } else {
        Some("it may contain only letters, digits, `-` and `_`")
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

    /// The value written there.
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

    /// Notes the declaration of the key, when all keys are listed.
    pub(crate) fn declare(&self, form: impl FnOnce() -> (String, Shape), default: impl FnOnce() -> String) {
        if self.mode() == Mode::Declare {
            let (form, shape) = form();
            self.reader().notes.borrow_mut().declared.push(Declared {
                key: joined_pattern(&self.table.pattern, self.name),
                form,
                shape,
                default: default(),
                meaning: self.meaning,
            });
        }
    }

    /// Reports that this required key is missing.
    pub(crate) fn refuse_missing(&self, form: &str) {
        let table = if self.table.key.is_empty() { "the file" } else { &self.table.key };
        let mut problem = Problem::error(self.key(), format!("`{table}` needs `{}`: {}", self.name, self.meaning));
        problem.place = self.table.node.map(|node| node.place.clone());
        let near = self.table.nearest_by_name().filter(|near| near.node.get(self.name).is_some());
        let help = near.map(|near| format!("did you mean `{}`?", near.name));
        self.reader().refuse(problem.expected(form).help_if(help));
    }

    fn refuse_form(&self, what: &str, form: &str, node: &Node) {
        let problem = Problem::error(self.key(), format!("`{}` is {what}", self.key()));
        self.reader().refuse(problem.found(node.describe()).expected(form).at(&node.place));
    }
}
