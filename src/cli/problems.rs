//! Problems of a scenario as rustc shows them: the line itself, underlined.

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use crate::face::{Place, Problem, Problems, Severity, Text};

/// All problems in the order of the file, for a terminal with colours or without.
pub(super) fn render(problems: &Problems, coloured: bool) -> String {
    let renderer = if coloured { Renderer::styled() } else { Renderer::plain() };
    let reports = problems.list.iter().map(|problem| renderer.render(&[report(problems, problem)]));
    let more = (problems.more > 0).then(|| format!("... and {} more", problems.more));
    reports.chain(more).collect::<Vec<_>>().join("\n\n")
}

fn report<'p>(problems: &'p Problems, problem: &'p Problem) -> Group<'p> {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(problem.message.as_str());
    let title = if problem.key.is_empty() { title } else { title.id(problem.key.as_str()) };
    let mut notes: Vec<Element<'p>> = Vec::new();
    if let Some(expected) = &problem.expected {
        notes.push(Level::NOTE.with_name("expected").message(expected.as_str()).into());
    }
    if let Some(help) = &problem.help {
        notes.push(Level::HELP.message(help.as_str()).into());
    }
    title.element(shown(problems, problem)).elements(notes)
}

/// The lines it concerns; where nothing is written, the name of the file.
fn shown<'p>(problems: &'p Problems, problem: &'p Problem) -> Element<'p> {
    let placed = problem.place.as_ref().and_then(|place| Some((problems.texts.get(place.text)?, place)));
    let Some((text, place)) = placed else {
        let name = problems.texts.first().map_or("", |text| text.name.as_str());
        return Origin::path(name).into();
    };
    let name = if text.has_lines { text.name.as_str() } else { "--set" };
    let span = within(text, place);
    let written = text.text.get(span.clone()).unwrap_or_default();
    let found = problem.found.as_deref().filter(|found| found.trim_matches('`') != written);
    let underlined = AnnotationKind::Primary.span(span).label(found);
    Snippet::source(text.text.as_str()).path(name).annotation(underlined).into()
}

/// The span, cut to whole characters of the text.
fn within(text: &Text, place: &Place) -> std::ops::Range<usize> {
    let floor = |at: usize| (0..=at.min(text.text.len())).rev().find(|at| text.text.is_char_boundary(*at)).unwrap_or(0);
    let start = floor(place.span.start);
    start..floor(place.span.end).max(start)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::face::Scenario;

    const BROKEN: &str = r#"[scenario]
name = "Ring"
start = "2026-01"

[lab.acme]
cash = "18%"
revenue.target = { 2026 = "8B USD" }
opex.of_revenu = "10%"
"#;

    fn rendered(text: &str, overrides: &[&str]) -> String {
        let overrides: Vec<String> = overrides.iter().map(|given| (*given).to_owned()).collect();
        render(&Scenario::parse("ring.toml", text, &overrides).unwrap_err(), false)
    }

    #[test]
    fn a_problem_shows_its_line() {
        assert_snapshot!(rendered(BROKEN, &[]), @r#"
        error[lab.acme.cash]: this is not an amount of money: it is a percentage
         --> ring.toml:6:8
          |
        6 | cash = "18%"
          |        ^^^^^
          |
          = expected: an amount of money, such as "38B USD" (k, M, B, T; a bare number is dollars)

        error[lab.acme.opex.of_revenu]: `lab.acme.opex` has no key `of_revenu`
         --> ring.toml:8:6
          |
        8 | opex.of_revenu = "10%"
          |      ^^^^^^^^^
          |
          = help: did you mean `of_revenue`?
        "#);
    }

    #[test]
    fn a_problem_of_an_override_shows_the_override() {
        assert_snapshot!(rendered(BROKEN, &["lab.acme.tax_rate=5B USD"]), @r#"
        error[lab.acme.cash]: this is not an amount of money: it is a percentage
         --> ring.toml:6:8
          |
        6 | cash = "18%"
          |        ^^^^^
          |
          = expected: an amount of money, such as "38B USD" (k, M, B, T; a bare number is dollars)

        error[lab.acme.opex.of_revenu]: `lab.acme.opex` has no key `of_revenu`
         --> ring.toml:8:6
          |
        8 | opex.of_revenu = "10%"
          |      ^^^^^^^^^
          |
          = help: did you mean `of_revenue`?

        error[lab.acme.tax_rate]: this is not a share: it is an amount of money
         --> --set:1:19
          |
        1 | lab.acme.tax_rate=5B USD
          |                   ^^^^^^ "5B USD"
          |
          = expected: a share, such as "18%" or 0.18
        "#);
    }

    #[test]
    fn a_problem_without_a_place_shows_the_file() {
        assert_snapshot!(rendered("", &[]), @r"
        error: the file is empty
        --> ring.toml
         = help: a scenario needs at least `[scenario]` and one `[lab.<name>]`
        ");
    }

    #[test]
    fn a_span_at_the_end_or_within_a_character_is_cut() {
        assert!(!rendered("[scenario]\nname = \"é", &[]).is_empty());
        assert!(!rendered(BROKEN, &["lab.acme.é", "é=é", "=", ""]).is_empty());
    }
}
