//! Questions about a scenario in words: `MEASURE [SUBJECT] by YYYY-MM`, such as `default openai by 2028-12`.
//!
//! [`Question::read`] reads these words and returns what follows the date, which belongs to the caller (`above 200B USD`,
//! `: 0.2pp`). The subject may be left out where there is only one. Everything that is wrong is told in words: what was
//! found, and what would be right.

use crate::calendar::{Month, Timeline};
use crate::language::suggest::{did_you_mean, listed};
use crate::model::{By, Kind, MEASURES, Measure, Metric, measure_named};

const FORM: &str = "write MEASURE [SUBJECT] by YYYY-MM, such as `default openai by 2028-12`";

/// A measure of a subject by the end of a month, of which a run has a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// What is measured.
    pub measure: Measure,
    /// A lab, an entity or a part of one; empty for the market.
    pub subject: String,
    /// The month at whose end.
    pub by: Month,
    /// Its row among the metrics of a path.
    pub row: usize,
    /// That month, from 0.
    pub month: usize,
}

impl Question {
    /// Reads a question about what is measured on a path, and what is written after its date.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn read<'t>(text: &'t str, catalogue: &[Metric], timeline: &Timeline) -> Result<(Self, &'t str), String> {
        let (what, when) = split_at_word(text, "by").ok_or_else(|| no_date(text))?;
        let mut words = what.split_whitespace();
        let name = words.next().ok_or_else(|| format!("`{}` names no measure; {FORM}", text.trim()))?;
        let measure = measure_named(name).ok_or_else(|| unknown_measure(name))?;
        let subject = words.next();
        if let Some(more) = words.next() {
            return Err(format!("`{more}` is one word too many before `by`; {FORM}"));
        }
        let subject = subject_of(measure, subject, catalogue)?;
        let (by, rest) = month_of(when)?;
        let (row, month) = row_of(measure, &subject, by, catalogue, timeline)?;
        Ok((Self { measure, subject, by, row, month }, rest))
    }

    /// Whether it asks for the first month of an event.
    pub fn is_event(&self) -> bool {
        self.measure.kind == Kind::FirstMonth
    }

    /// It in words: `default openai by 2028-12`.
    pub fn text(&self) -> String {
        let subject = if self.subject.is_empty() { String::new() } else { format!(" {}", self.subject) };
        format!("{}{subject} by {}", self.measure.name, self.by)
    }
}

/// The month that a question asks for, from 0, whatever it asks about.
///
/// # Errors
/// If there is no month of the run.
pub(super) fn month_asked(text: &str, timeline: &Timeline) -> Result<usize, String> {
    let (_, when) = split_at_word(text, "by").ok_or_else(|| no_date(text))?;
    within(month_of(when)?.0, timeline)
}

fn no_date(text: &str) -> String {
    format!("`{}` has no `by` and no date; {FORM}", text.trim())
}

/// The month at the start of a text, and what follows it.
fn month_of(when: &str) -> Result<(Month, &str), String> {
    let when = when.trim_start();
    let end = when.find(|c: char| !(c.is_ascii_digit() || c == '-')).unwrap_or(when.len());
    let by = Month::parse(&when[..end]).ok_or_else(|| {
        let found = when.split_whitespace().next().unwrap_or("nothing");
        format!("after `by` there must be a month such as 2028-12, not `{found}`")
    })?;
    Ok((by, when[end..].trim_start()))
}

/// A month of the run, from 0.
fn within(by: Month, timeline: &Timeline) -> Result<usize, String> {
    let (first, last) = (timeline.month(0), timeline.last());
    let outside = || format!("{by} is outside the run, which has the months {first} to {last}");
    let month = usize::try_from(timeline.index(by)).map_err(|_| outside())?;
    if month >= timeline.months {
        return Err(format!("{}; a longer one needs --set scenario.horizon", outside()));
    }
    Ok(month)
}

/// What stands before and after a word that stands alone.
pub(super) fn split_at_word<'t>(text: &'t str, word: &str) -> Option<(&'t str, &'t str)> {
    let is_alone = |&(at, _): &(usize, &str)| {
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        let is_blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
        is_blank(before.chars().next_back()) && is_blank(after.chars().next())
    };
    let (at, _) = text.match_indices(word).find(is_alone)?;
    Some((&text[..at], &text[at + word.len()..]))
}

fn unknown_measure(name: &str) -> String {
    let names = || MEASURES.iter().filter(|measure| !measure.is_cell()).map(|measure| measure.name);
    let help = did_you_mean(name, names()).unwrap_or_else(|| "docs/results.md has the list".to_owned());
    format!("there is no measure `{name}`; {help}")
}

/// The subject that is written, or the only one.
fn subject_of(measure: Measure, written: Option<&str>, catalogue: &[Metric]) -> Result<String, String> {
    let mut subjects: Vec<&str> =
        catalogue.iter().filter(|metric| metric.measure == measure).map(|metric| metric.subject.as_str()).collect();
    subjects.dedup();
    let name = measure.name;
    match (written, subjects.as_slice()) {
        (_, []) if measure.derived.is_some() => {
            Err(format!("`{name}` is a ratio of several events and no number of a path; ask for one of the events"))
        }
        (_, []) => Err(format!("`{name}` is not measured in this scenario; {}", measure.meaning)),
        (Some(subject), _) if subjects.contains(&subject) => Ok(subject.to_owned()),
        (Some(subject), [""]) => Err(format!("`{name}` is of the market and has no subject, but found `{subject}`")),
        (Some(subject), _) => {
            let near = did_you_mean(subject, subjects.iter().copied()).unwrap_or_default();
            Err(format!("`{name}` has no subject `{subject}`; {near} It has {}", listed(subjects)).replace(";  ", "; "))
        }
        (None, [only]) => Ok((*only).to_owned()),
        (None, _) => Err(format!("`{name}` has several subjects; add one of {}", listed(subjects))),
    }
}

/// The row of a measure of a subject at the end of a month, and that month.
fn row_of(
    measure: Measure,
    subject: &str,
    by: Month,
    catalogue: &[Metric],
    timeline: &Timeline,
) -> Result<(usize, usize), String> {
    let month = within(by, timeline)?;
    let rows: Vec<(usize, By)> = catalogue
        .iter()
        .enumerate()
        .filter(|(_, metric)| metric.measure == measure && metric.subject == subject)
        .map(|(row, metric)| (row, metric.by))
        .collect();
    let is_taken = |taken: &By| match taken {
        By::Month(t) => *t == month,
        By::Path => measure.kind == Kind::FirstMonth || month + 1 == timeline.months,
        By::Start => false,
    };
    let found = rows.iter().find(|(_, taken)| is_taken(taken)).map(|(row, _)| (*row, month));
    found.ok_or_else(|| {
        let known: Vec<String> = rows
            .iter()
            .filter_map(|(_, taken)| match taken {
                By::Month(t) => Some(timeline.month(*t as i32).to_string()),
                By::Path => Some(timeline.last().to_string()),
                By::Start => None,
            })
            .collect();
        let known = listed(known.iter().map(String::as_str));
        format!("`{}` is not taken at the end of {by}; it is by {known}", measure.name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue() -> Vec<Metric> {
        let metric = |name: &str, subject: &str, by| Metric {
            measure: measure_named(name).unwrap(),
            subject: subject.to_owned(),
            by,
        };
        vec![
            metric("burst", "", By::Path),
            metric("default", "acme", By::Path),
            metric("funding_gap", "acme", By::Month(11)),
            metric("funding_gap", "acme", By::Month(23)),
            metric("provider_loss", "cloud", By::Path),
            metric("provider_loss", "chips", By::Path),
        ]
    }

    fn read(text: &str) -> Result<(Question, &str), String> {
        let timeline = Timeline { start: Month::parse("2026-01").unwrap(), months: 36 };
        Question::read(text, &catalogue(), &timeline)
    }

    #[test]
    fn a_question_is_read_with_what_follows_it() {
        let (question, rest) = read(" default acme by 2027-06 : 0.2pp").unwrap();
        assert_eq!((question.row, question.month, question.text().as_str()), (1, 17, "default acme by 2027-06"));
        assert_eq!(rest, ": 0.2pp");
        assert_eq!(read("default by 2027-06: 5%").unwrap(), (question, ": 5%"));
        assert_eq!(read("burst by 2026-01").unwrap().0.subject, "");
        let (loss, rest) = read("provider_loss chips by 2028-12 above 200B USD").unwrap();
        assert_eq!((loss.row, rest), (5, "above 200B USD"));
        assert_eq!(read("funding_gap by 2027-12").unwrap().0.row, 3);
    }

    #[test]
    fn what_is_wrong_with_a_question_is_said_with_what_would_be_right() {
        for (text, told) in [
            ("", "has no `by`"),
            ("default acme 2027-06", "has no `by`"),
            ("by 2027-06", "names no measure"),
            ("defaut acme by 2027-06", "did you mean `default`?"),
            ("default acmee by 2027-06", "did you mean `acme`?"),
            ("default of acme by 2027-06", "`acme` is one word too many"),
            ("provider_loss by 2028-12", "add one of `cloud`, `chips`"),
            ("burst acme by 2027-06", "of the market and has no subject"),
            ("default_given_burst acme by 2027-06", "ratio of several events"),
            ("entity_default cloud by 2027-06", "not measured in this scenario"),
            ("default acme by soon", "not `soon`"),
            ("default acme by", "not `nothing`"),
            ("default acme by 2025-12", "months 2026-01 to 2028-12"),
            ("default acme by 2029-01", "scenario.horizon"),
            ("funding_gap acme by 2027-06", "it is by `2026-12`, `2027-12`"),
            ("provider_loss chips by 2027-12", "it is by `2028-12`"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(told), "{text}: {error}");
        }
    }
}
