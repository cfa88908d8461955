//! Blocks and lines of a page of text.

/// One part of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// Its title, broken where the page is narrow; may be empty.
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

/// The page with nothing wider than `width`: titles and lines that are too long are broken at words.
pub(super) fn fitted(page: Vec<Block>, width: usize) -> Vec<Block> {
    let is_wide = |text: &str| text.chars().count() > width;
    let fit = |Block { title, lines }: Block| {
        let title = if is_wide(&title) { broken(&title, width).join("\n") } else { title };
        let lines = lines.into_iter().flat_map(|Line { tone, text }| {
            let parts = if is_wide(&text) { broken(&text, width) } else { vec![text] };
            parts.into_iter().map(move |text| Line { tone, text })
        });
        Block { title, lines: lines.collect() }
    };
    page.into_iter().map(fit).collect()
}

/// A text broken at words; later lines stand two blanks further in than the first.
fn broken(text: &str, width: usize) -> Vec<String> {
    let indent = text.len() - text.trim_start().len();
    let mut lines = vec![" ".repeat(indent)];
    for word in text.split_whitespace() {
        let last = lines.last().map_or(0, |line| line.chars().count());
        let begun = lines.last().is_some_and(|line| !line.trim().is_empty());
        if begun && last + 1 + word.chars().count() > width {
            lines.push(" ".repeat(indent + 2));
        }
        if let Some(line) = lines.last_mut() {
            if !line.trim().is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_on_a_fitted_page_is_wider_than_it() {
        let line = Line::new(Tone::Plain, " a line that is far too long for so narrow a page");
        let page = vec![Block { title: "A title that is too long as well".to_owned(), lines: vec![line] }];
        let text = plain_text(&fitted(page.clone(), 20));
        assert!(text.lines().all(|line| line.chars().count() <= 20), "{text}");
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&text), words(&plain_text(&page)));
        assert_eq!(fitted(page.clone(), 60), page);
    }
}
