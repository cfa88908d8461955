//! Validation, as tables and as a page of documentation.

use std::fmt::Write as _;

use super::format::{Column, Data, Table, TableError};
use crate::notation::{counted, significant, thousands};
use crate::study::validation::{Coverage, Demand, Finding, Validated, Verdict};

/// One row per problem.
///
/// # Errors
/// If a number is not finite.
pub fn findings_table(findings: &[Finding]) -> Result<Table, TableError> {
    let text = |of: &dyn Fn(&Finding) -> String| Data::Text(findings.iter().map(of).collect());
    let number = |of: &dyn Fn(&Finding) -> Option<f64>| {
        Data::finite_or_absent(findings.iter().map(|row| of(row).unwrap_or(f64::NAN)))
    };
    let columns = [
        ("topic", "group of problems", text(&|row| row.topic.to_owned())),
        ("id", "id of the problem", text(&|row| row.id.clone())),
        ("what", "what is estimated", text(&|row| row.what.clone())),
        ("demand", "what the estimate must be: equals, rises or falls", text(&|row| demand(row).to_owned())),
        ("reference", "the known value; absent where only a direction is demanded", number(&known)),
        ("reference_error", "largest error of the known value", number(&known_error)),
        ("value", "estimate of the product", number(&|row| Some(row.found?.value))),
        ("low", "lower end of its claimed 95 % interval", number(&|row| Some(row.found?.low))),
        ("high", "upper end", number(&|row| Some(row.found?.high))),
        (
            "standard_error",
            "claimed standard error: distance to the end of the interval on the side of the reference, over 1.96; 0 where \
             nothing is left to chance",
            number(&claimed),
        ),
        ("z", "estimate less reference in claimed standard errors", number(&Finding::z)),
        ("verdict", "passes, fails, or not given", text(&|row| row.verdict().word().to_owned())),
        ("source", "who published the answer, or how it is computed", text(&|row| row.source.clone())),
        ("note", "what to know about it", text(&|row| row.note.clone())),
    ];
    table("validation", columns)
}

/// One row per kind of interval and regime.
///
/// # Errors
/// If a number is not finite.
pub fn coverage_table(coverage: &[Coverage]) -> Result<Table, TableError> {
    let text = |of: &dyn Fn(&Coverage) -> String| Data::Text(coverage.iter().map(of).collect());
    let count = |of: &dyn Fn(&Coverage) -> u64| Data::Integer(coverage.iter().map(|row| of(row) as i64).collect());
    let number = |of: &dyn Fn(&Coverage) -> Option<f64>| Data::Maybe(coverage.iter().map(of).collect());
    let columns = [
        ("interval", "kind of interval, nominally 95 %", text(&|row| row.kind.to_owned())),
        ("regime", "sizes and law", text(&|row| row.regime.clone())),
        ("repeats", "samples", count(&|row| row.repeats)),
        ("withheld", "samples for which the product gives no interval", count(&|row| row.withheld)),
        ("covered", "intervals that hold the truth", count(&|row| row.covered)),
        ("share", "their share of those given", number(&|row| Some(row.share()?.value()))),
        ("low", "lower end of its 95 % interval", number(&|row| Some(row.share()?.low()))),
        ("high", "upper end", number(&|row| Some(row.share()?.high()))),
        ("p_value", "probability of so few at 95 %, exact binomial", number(&|row| Some(row.p_value()))),
        ("verdict", "fails below a probability of 1e-4", text(&|row| row.verdict().word().to_owned())),
        ("note", "what to know about it", text(&|row| row.note.to_owned())),
    ];
    table("coverage", columns)
}

fn table<const N: usize>(name: &str, columns: [(&str, &str, Data); N]) -> Result<Table, TableError> {
    let column = |(name, meaning, data): (&str, &str, Data)| Column::new(name, "", meaning, data);
    Table::new(name, columns.map(column).into())
}

fn demand(finding: &Finding) -> &'static str {
    match finding.demand {
        Demand::Equals { .. } => "equals",
        Demand::Rises => "rises",
        Demand::Falls => "falls",
    }
}

fn known(finding: &Finding) -> Option<f64> {
    matches!(finding.demand, Demand::Equals { .. }).then(|| finding.reference())
}

fn known_error(finding: &Finding) -> Option<f64> {
    match finding.demand {
        Demand::Equals { error, .. } => Some(error),
        Demand::Rises | Demand::Falls => None,
    }
}

fn claimed(finding: &Finding) -> Option<f64> {
    Some(finding.found?.error_towards(finding.reference()))
}

/// A number with up to eight significant digits.
pub fn shown(value: f64) -> String {
    let text = match value.abs() {
        0.0 => "0".to_owned(),
        size if (1e-4..1e6).contains(&size) => significant(value, 8).to_string(),
        _ => {
            let text = format!("{value:.7e}");
            let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
            format!("{}e{power}", digits.trim_end_matches('0').trim_end_matches('.'))
        }
    };
    text.replace('-', "−")
}

/// Heads of the columns of [`cells`].
pub const HEADS: [&str; 5] = ["known", "estimate", "claimed error", "z", "verdict"];

/// What is known, the estimate, its claimed error, its distance and the verdict.
pub fn cells(finding: &Finding) -> [String; 5] {
    let reference = match finding.demand {
        Demand::Equals { value, .. } => shown(value),
        Demand::Rises => "above 0".to_owned(),
        Demand::Falls => "below 0".to_owned(),
    };
    let error = match claimed(finding) {
        Some(0.0) => "none".to_owned(),
        Some(error) if error.is_finite() => shown(significant(error, 2)),
        _ => "?".to_owned(),
    };
    let z = finding.z().map_or_else(String::new, |z| format!("{z:+.1}").replace('-', "−"));
    let value = finding.found.map_or_else(|| "-".to_owned(), |found| shown(found.value));
    [reference, value, error, z, finding.verdict().word().to_owned()]
}

/// Heads of the columns of [`coverage_cells`].
pub const COVERAGE_HEADS: [&str; 4] = ["samples", "withheld", "hold the truth", "verdict"];

/// Samples, those without an interval, the share that holds the truth, and the verdict.
pub fn coverage_cells(coverage: &Coverage) -> [String; 4] {
    let share = coverage.share().map_or_else(|| "-".to_owned(), |share| format!("{:.1} %", 100.0 * share.value()));
    [
        thousands(coverage.repeats as f64),
        thousands(coverage.withheld as f64),
        share,
        coverage.verdict().word().to_owned(),
    ]
}

/// In one sentence: how many there are of each verdict.
pub fn in_short(validated: &Validated) -> String {
    let fails = |count: usize| if count == 0 { "none fails".to_owned() } else { format!("{count} fail") };
    let problems = validated.findings.iter().filter(|finding| finding.verdict() != Verdict::Passes).count();
    let intervals = validated.coverage.iter().filter(|coverage| coverage.verdict() == Verdict::Fails).count();
    let regimes = counted(validated.coverage.len(), "regime");
    let first = format!("{}, {}", counted(validated.findings.len(), "problem"), fails(problems));
    let second = format!("intervals in {regimes}, {}", fails(intervals));
    if validated.coverage.is_empty() { format!("{first}.") } else { format!("{first}; {second}.") }
}

/// Why something fails, in words.
pub fn reason(note: &str) -> &str {
    if note.is_empty() { "no reason is known" } else { note }
}

/// How a verdict is reached.
pub const RULES: &str = "The claimed error is the product's own: the distance from the estimate to the end of its 95 % \
    interval on the side of the known value, over 1.96. An estimate passes within four claimed errors and the error of the \
    known value itself; a right one with a right error is refused once in 16,000 problems. An estimate without a claimed \
    error is not left to chance, and must agree to the digits that are known. A direction must be as certain. Seeds are \
    fixed, so the page is the same on any machine, up to the last digits that the platform's own functions give.";

/// How coverage is judged.
pub const COVERAGE_RULES: &str = "Every interval is nominally one of 95 %. Each is made for many samples of a law whose truth \
    is known. A kind of interval fails in a regime where so few hold the truth that a 95 % interval would do so once in \
    10,000 validations (exact binomial test); one that holds it more often is wide, which is no failure. Withheld are samples \
    for which the product says that it cannot give an interval.";

/// The groups of problems, in order.
pub fn topics(findings: &[Finding]) -> Vec<&'static str> {
    let mut topics: Vec<&'static str> = Vec::new();
    for finding in findings {
        if !topics.contains(&finding.topic) {
            topics.push(finding.topic);
        }
    }
    topics
}

const INTRODUCTION: &str = "\
# Validation

`ouro validate` makes this page, with `validation.csv`, `coverage.csv` and their JSON: problems with known answers run
through the product, with the errors that it claims itself, and how often its intervals hold the truth where that is
hardest. Failures stand first. [validate.md](validate.md) says how to run it, how to add a problem of your own, and what
is not covered.
";

/// The page of documentation, as Markdown; `missing` says what an interrupted validation has left out.
pub fn markdown(validated: &Validated, missing: Option<&str>) -> String {
    let mut page = INTRODUCTION.to_owned();
    if let Some(missing) = missing {
        let _ = writeln!(page, "\n**{missing}**");
    }
    let _ = write!(page, "\n**{}**\n\n{}\n", in_short(validated), failures(validated));
    let _ = write!(page, "## Problems with known answers\n\n{RULES}\n");
    for topic in topics(&validated.findings) {
        let of_topic = validated.findings.iter().filter(|finding| finding.topic == topic);
        let _ = write!(page, "\n### {topic}\n\n{}", head(&["problem"], &HEADS, &["source"]));
        of_topic.for_each(|finding| page += &finding_row(finding));
    }
    if !validated.coverage.is_empty() {
        let heads = head(&["interval", "regime"], &COVERAGE_HEADS, &[]);
        let _ = write!(page, "\n## Coverage of intervals\n\n{COVERAGE_RULES}\n\n{heads}");
        validated.coverage.iter().for_each(|coverage| page += &coverage_row(coverage));
    }
    page
}

fn failures(validated: &Validated) -> String {
    let problems = validated.findings.iter().filter(|finding| finding.verdict() != Verdict::Passes);
    let intervals = validated.coverage.iter().filter(|coverage| coverage.verdict() == Verdict::Fails);
    let problems = problems.map(|of| (of.what.clone(), cells(of)[1].clone(), cells(of)[0].clone(), of.note.clone()));
    let intervals = intervals.map(|of| {
        let what = format!("{}: {}", of.kind, of.regime);
        (what, coverage_cells(of)[2].clone(), "95 %".to_owned(), of.note.to_owned())
    });
    let rows: Vec<_> = problems.chain(intervals).collect();
    if rows.is_empty() {
        return "Nothing fails.\n".to_owned();
    }
    let mut text = "## What fails\n\n| what | found | must be | why |\n|---|---|---|---|\n".to_owned();
    for (what, found, wanted, note) in rows {
        let _ = writeln!(text, "| {} | {found} | {wanted} | {} |", safe(&what), safe(reason(&note)));
    }
    text
}

fn head(first: &[&str], heads: &[&str], last: &[&str]) -> String {
    let all = [first, heads, last].concat();
    let rule = first.iter().map(|_| "---").chain(heads.iter().map(|_| "--:")).chain(last.iter().map(|_| "---"));
    format!("| {} |\n|{}|\n", all.join(" | "), rule.collect::<Vec<_>>().join("|"))
}

fn finding_row(finding: &Finding) -> String {
    let note = if finding.note.is_empty() { String::new() } else { format!(" ({})", finding.note) };
    let what = format!("`{}`: {}{note}", finding.id, finding.what);
    format!("| {} | {} | {} |\n", safe(&what), cells(finding).join(" | "), safe(&finding.source))
}

fn coverage_row(coverage: &Coverage) -> String {
    format!("| {} | {} | {} |\n", safe(coverage.kind), safe(&coverage.regime), coverage_cells(coverage).join(" | "))
}

/// A text that ends no cell of a table.
fn safe(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::validation::Found;

    #[test]
    fn numbers_keep_eight_digits_and_no_more() {
        for (value, text) in [
            (0.0, "0"),
            (0.639_278_775_5, "0.63927878"),
            (-374.893, "−374.893"),
            (2.866_516e-7, "2.866516e−7"),
            (1e10, "1e10"),
            (12.483_368_25, "12.483368"),
            (1.4e7, "1.4e7"),
            (1.994_612_899_999e-16, "1.9946129e−16"),
        ] {
            assert_eq!(shown(value), text);
        }
    }

    #[test]
    fn failures_stand_first_with_their_reason() {
        let finding = |id: &str, value| {
            Finding::new("Topic", id, "a | b", "hand").known(1.0, 0.0).found(Found::with_error(value, 0.1))
        };
        let all = Validated { findings: vec![finding("good", 1.1), finding("bad", 2.0)], coverage: Vec::new() };
        let page = markdown(&all, None);
        assert!(page.contains("**2 problems, 1 fail.**"), "{page}");
        let [first, second] =
            ["| a \\| b | 2 | 1 | no reason is known |", "| `good`: a \\| b | 1 | 1.1 | 0.1 | +1.0 | passes | hand |"]
                .map(|line| page.find(line).unwrap_or_else(|| panic!("{line}\n{page}")));
        assert!(first < second);
    }
}
