//! Merging a variant into the file that it extends.
//!
//! Tables merge key by key, lists of tables element by element, matched by name. Everything else is replaced: numbers in
//! any form, lists of plain values, and the entries of tables that the language replaces as a whole.

use super::address::joined;
use super::document::{Content, Entry, Node};
use super::provenance::{PROVENANCE, says_basis};

/// Merges `over` into `base`, where `over` wins; entries of the tables `whole` are replaced as a whole.
pub(crate) fn lay_over(base: &mut Node, over: Node, whole: &[&str]) {
    Merge { whole }.merge(base, over, "");
}

struct Merge<'w> {
    whole: &'w [&'w str],
}

impl Merge<'_> {
    fn merge(&self, base: &mut Node, over: Node, key: &str) {
        match (&mut base.content, over.content) {
            (Content::Table(base), Content::Table(over)) => {
                for entry in over {
                    self.merge_entry(base, entry, key);
                }
            }
            (Content::List(base), Content::List(over)) if are_tables(base) && are_tables(&over) => {
                self.merge_lists(base, over, key);
            }
            (_, content) => *base = Node { place: over.place, content },
        }
    }

    fn merge_entry(&self, base: &mut Vec<Entry>, mut entry: Entry, table: &str) {
        let Some(at) = base.iter().position(|known| known.name == entry.name) else {
            base.push(entry);
            return;
        };
        let known = &mut base[at].node;
        if self.whole.contains(&table) || known.is_number_table() || entry.node.is_number_table() {
            base[at] = entry;
            return;
        }
        hand_down(known);
        hand_down(&mut entry.node);
        self.merge(known, entry.node, &joined(table, &entry.name));
    }

    /// Each element is merged into the one of the same name; the others are appended.
    fn merge_lists(&self, base: &mut Vec<Node>, over: Vec<Node>, key: &str) {
        // A second element of a name in one file is a mistake, reported when the list is read.
        let mut open: Vec<Option<String>> = base.iter().map(|element| element.own_name().map(str::to_owned)).collect();
        for element in over {
            let known = element.own_name().and_then(|name| open.iter().position(|own| own.as_deref() == Some(name)));
            match known {
                Some(at) => {
                    open[at] = None;
                    self.merge(&mut base[at], element, key);
                }
                None => base.push(element),
            }
        }
    }
}

fn are_tables(elements: &[Node]) -> bool {
    !elements.is_empty() && elements.iter().all(Node::is_table)
}

/// Copies what a table of numbers says about the source of all of them to each, so that it does not apply to numbers that
/// are added later.
pub(crate) fn hand_down(node: &mut Node) {
    if node.is_number_table() {
        return;
    }
    let Content::Table(entries) = &mut node.content else { return };
    let is_word = |entry: &Entry| PROVENANCE.contains(&entry.name.as_str());
    let is_number = |entry: &Entry| !(entry.node.is_list() || entry.node.is_table() && !entry.node.is_number_table());
    let said = entries.iter().any(|entry| is_word(entry) && entry.name != "note");
    if !said || !entries.iter().all(|entry| is_word(entry) || is_number(entry)) {
        return;
    }
    let (words, members): (Vec<Entry>, Vec<Entry>) = std::mem::take(entries).into_iter().partition(is_word);
    *entries = members.into_iter().map(|member| Entry { node: told(member.node, &words), ..member }).collect();
}

/// A number with the words of its table, where it has none of its own.
fn told(node: Node, words: &[Entry]) -> Node {
    let place = node.place.clone();
    let mut entries = match node.content {
        Content::Table(entries) => entries,
        content => {
            vec![Entry { name: "value".to_owned(), place: place.clone(), node: Node { place: place.clone(), content } }]
        }
    };
    let says = |entries: &[Entry], name: &str| entries.iter().any(|entry| entry.name == name);
    let has_basis = says_basis(&entries);
    for word in words {
        let is_note = word.name == "note";
        if if is_note { !says(&entries, "note") } else { !has_basis } {
            entries.push(word.clone());
        }
    }
    Node { place, content: Content::Table(entries) }
}
