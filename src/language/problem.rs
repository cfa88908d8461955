//! Problems of a file: where, what was found, what was expected, how to fix it. All are reported at once.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::suggest;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The file is refused.
    Error,
    /// The file is accepted, though this is probably a mistake.
    Warning,
}

impl Severity {
    /// Its name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A text that was read: the file, or one override.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Its name in messages: the path, or the override as given.
    pub name: String,
    /// The text itself.
    pub text: String,
    /// Whether messages give line and column.
    pub has_lines: bool,
}

impl Text {
    /// Line and column, from 1, of a byte of the text; columns count characters.
    pub fn line_and_column(&self, byte: usize) -> (usize, usize) {
        let before: String = self.text.char_indices().take_while(|(at, _)| *at < byte).map(|(_, c)| c).collect();
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        (line, column)
    }
}

/// A stretch of one of the texts that were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Index in [`Problems::texts`].
    pub text: usize,
    /// Bytes of that text.
    pub span: Range<usize>,
}

/// Where each key is written.
pub(crate) type Places = BTreeMap<String, Place>;

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// The key it concerns: `contract.azure.take_or_pay`; empty for the whole file.
    pub key: String,
    /// The violated condition, as a sentence.
    pub message: String,
    /// What was found there.
    pub found: Option<String>,
    /// What was expected.
    pub expected: Option<String>,
    /// How to fix it.
    pub help: Option<String>,
    /// Where it is written, if it is.
    pub place: Option<Place>,
}

impl Problem {
    /// An error at a key.
    pub fn error(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            key: key.into(),
            message: message.into(),
            found: None,
            expected: None,
            help: None,
            place: None,
        }
    }

    /// A warning at a key.
    pub fn warning(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(key, message) }
    }

    /// Adds what was found.
    #[must_use]
    pub fn found(mut self, found: impl Into<String>) -> Self {
        self.found = Some(found.into());
        self
    }

    /// Adds what was expected.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// Adds how to fix it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds what was expected, if known.
    #[must_use]
    pub(crate) fn expected_if(mut self, expected: Option<String>) -> Self {
        self.expected = expected;
        self
    }

    /// Adds how to fix it, if known.
    #[must_use]
    pub(crate) fn help_if(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    /// Adds the valid names, and the one that was probably meant.
    #[must_use]
    pub(crate) fn among<'n>(mut self, wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Self {
        let names: Vec<&str> = names.into_iter().collect();
        self.expected = (!names.is_empty()).then(|| format!("one of {}", suggest::listed(names.iter().copied())));
        self.help = suggest::did_you_mean(wrong, names);
        self
    }

    /// Adds where it is written.
    #[must_use]
    pub(crate) fn at(mut self, place: &Place) -> Self {
        self.place = Some(place.clone());
        self
    }
}

/// All problems of a file, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems {
    /// The texts that were read: first the file, then the overrides.
    pub texts: Vec<Text>,
    /// The problems in the order of the texts, at most 200.
    pub list: Vec<Problem>,
    /// How many more there are.
    pub more: usize,
    places: Arc<Places>,
}

impl Problems {
    /// No problems yet in these texts.
    pub(crate) fn new(texts: Vec<Text>, places: Arc<Places>) -> Self {
        Self { texts, places, ..Self::default() }
    }

    /// Where a key is written, else where the innermost table around it is.
    pub fn locate(&self, key: &str) -> Option<Place> {
        let mut around = key;
        loop {
            if let Some(place) = self.places.get(around) {
                return Some(place.clone());
            }
            around = &around[..around.rfind('.')?];
        }
    }

    /// The text of the value at a key.
    pub fn written(&self, key: &str) -> Option<&str> {
        let place = self.places.get(key)?;
        self.texts.get(place.text)?.text.get(place.span.clone())
    }

    /// Adds problems, each at the place of its key unless it has one, and keeps all in the order of the texts.
    pub fn add(&mut self, found: impl IntoIterator<Item = Problem>) {
        for mut problem in found {
            problem.place = problem.place.or_else(|| self.locate(&problem.key));
            self.list.push(problem);
        }
        self.list.sort_by_key(|problem| (problem.severity, order(problem)));
        self.more += self.list.len().saturating_sub(MOST);
        self.list.truncate(MOST);
        self.list.sort_by_key(order);
    }

    /// Whether any problem is an error.
    pub fn refuse(&self) -> bool {
        self.list.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// `name:line:column` of a problem, or the name alone where the line is unknown.
    pub fn position(&self, problem: &Problem) -> String {
        let place = problem.place.as_ref().and_then(|place| Some((self.texts.get(place.text)?, place)));
        match place {
            Some((text, place)) if text.has_lines => {
                let (line, column) = text.line_and_column(place.span.start);
                format!("{}:{line}:{column}", text.name)
            }
            Some((text, _)) => text.name.clone(),
            None => self.texts.first().map(|text| text.name.clone()).unwrap_or_default(),
        }
    }
}

/// Further problems are only counted; errors take precedence over warnings.
const MOST: usize = 200;

/// Problems of the whole file, which have no place, come first.
fn order(problem: &Problem) -> Option<(usize, usize)> {
    problem.place.as_ref().map(|place| (place.text, place.span.start))
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.list.iter().enumerate() {
            if number > 0 {
                writeln!(f)?;
            }
            write!(f, "{}: {}", self.position(problem), problem.severity.name())?;
            if !problem.key.is_empty() {
                write!(f, "[{}]", problem.key)?;
            }
            write!(f, ": {}", problem.message)?;
            let details = [("found", &problem.found), ("expected", &problem.expected), ("help", &problem.help)];
            for (label, detail) in details {
                if let Some(detail) = detail {
                    write!(f, "\n  {label}: {detail}")?;
                }
            }
        }
        if self.more > 0 { write!(f, "\n... and {} more", self.more) } else { Ok(()) }
    }
}

impl std::error::Error for Problems {}
