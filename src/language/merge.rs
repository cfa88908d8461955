//! What a variant says, put over what it extends.
//!
//! Tables merge key by key, lists of tables entry by entry as their entries are called; everything else is replaced:
//! numbers in any of their forms, lists of plain values, a source, the parent of a process.

use super::document::{Content, Entry, Node};
use super::number::is_number_table;
use super::provenance::{PROVENANCE, says_basis};
use super::reader::joined;

/// Tables whose entries are values, to be replaced as a whole.
const WHOLE: [&str; 2] = ["sources", "correlation"];

/// Puts one document over another.
pub(crate) fn lay_over(base: &mut Node, over: Node) {
    merge(base, over, "");
}

fn merge(base: &mut Node, over: Node, key: &str) {
    match (&mut base.content, over.content) {
        (Content::Table(base), Content::Table(over)) => {
            for entry in over {
                merge_entry(base, entry, key);
            }
        }
        (Content::List(base), Content::List(over)) if are_tables(base) && are_tables(&over) => {
            merge_lists(base, over, key);
        }
        (_, content) => *base = Node { place: over.place, content },
    }
}

fn are_tables(elements: &[Node]) -> bool {
    !elements.is_empty() && elements.iter().all(Node::is_table)
}

fn merge_entry(base: &mut Vec<Entry>, mut entry: Entry, table: &str) {
    let Some(at) = base.iter().position(|known| known.name == entry.name) else {
        base.push(entry);
        return;
    };
    let known = &mut base[at].node;
    if WHOLE.contains(&table) || is_number_table(known) || is_number_table(&entry.node) {
        base[at] = entry;
        return;
    }
    hand_down(known);
    hand_down(&mut entry.node);
    merge(known, entry.node, &joined(table, &entry.name));
}

/// Each entry is put over the one that is called so; the others are added.
fn merge_lists(base: &mut Vec<Node>, over: Vec<Node>, key: &str) {
    // A second entry of a name in one file is a mistake, to be found when the list is read.
    let mut open: Vec<Option<String>> = base.iter().map(|element| element.own_name().map(str::to_owned)).collect();
    for element in over {
        let known = element.own_name().and_then(|name| open.iter().position(|own| own.as_deref() == Some(name)));
        match known {
            Some(at) => {
                open[at] = None;
                merge(&mut base[at], element, key);
            }
            None => base.push(element),
        }
    }
}

/// Gives what a table of numbers says of the origin of all of them to each, so that it speaks of no number that is
/// later put among them.
pub(crate) fn hand_down(node: &mut Node) {
    if is_number_table(node) {
        return;
    }
    let Content::Table(entries) = &mut node.content else { return };
    let is_word = |entry: &Entry| PROVENANCE.contains(&entry.name.as_str());
    let is_number = |entry: &Entry| !(entry.node.is_list() || entry.node.is_table() && !is_number_table(&entry.node));
    let said = entries.iter().any(|entry| is_word(entry) && entry.name != "note");
    if !said || !entries.iter().all(|entry| is_word(entry) || is_number(entry)) {
        return;
    }
    let (words, members): (Vec<Entry>, Vec<Entry>) = std::mem::take(entries).into_iter().partition(is_word);
    *entries = members.into_iter().map(|member| Entry { node: told(member.node, &words), ..member }).collect();
}

/// A number with the words, where it has none of its own.
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
