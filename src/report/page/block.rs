//! What a page of text is made of.

/// One part of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// Its title, in one line; may be empty.
    pub title: String,
    /// Its lines, none wider than the page.
    pub lines: Vec<Line>,
}

/// A line of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// How it is shown.
    pub tone: Tone,
    /// Its text, without a line break or trailing blanks.
    pub text: String,
}

/// How a line is shown where there are colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Heads of columns.
    Heads,
    /// Numbers, or what matters as much.
    Plain,
    /// Explanations.
    Aside,
    /// The heading of a paragraph within a block.
    Heading,
    /// What deserves a second look.
    Warning,
    /// The market turns, a regulator acts.
    Market,
    /// Money comes in.
    Funding,
    /// Trouble.
    Distress,
    /// A default or a loss.
    Loss,
}

/// Columns of a page where nothing else is asked for.
pub const WIDTH: usize = 100;

impl Line {
    /// A line in a tone.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into() }
    }
}

/// A page as plain text, a blank line before each block.
pub fn plain_text(page: &[Block]) -> String {
    let mut text = String::new();
    for block in page {
        let title = Some(block.title.as_str()).filter(|title| !title.is_empty());
        for line in [""].into_iter().chain(title).chain(block.lines.iter().map(|line| line.text.as_str())) {
            text += line;
            text.push('\n');
        }
    }
    text
}
