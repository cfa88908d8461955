//! The page of a validation: failures first, then every problem and every kind of interval.

use super::block::{Block, Line, Tone, fitted};
use super::text::{Sheet, cells as words};
use crate::report::validation::{
    COVERAGE_HEADS, COVERAGE_RULES, HEADS, RULES, cells, coverage_cells, in_short, reason, topics,
};
use crate::study::validation::{Coverage, Finding, Validated, Verdict};

/// The page; `missing` says what an interrupted validation has left out.
pub fn validation(validated: &Validated, missing: Option<&str>, width: usize) -> Vec<Block> {
    let sheet = Sheet { width };
    let block = |title: &str, lines: Vec<Line>| Block { title: title.to_owned(), lines };
    let warning = missing.map(|missing| sheet.paragraph(Tone::Warning, missing)).unwrap_or_default();
    let mut blocks = vec![
        block("", warning),
        block("Validation", sheet.plain(&in_short(validated))),
        block("What fails", failures(validated, sheet)),
    ];
    for topic in topics(&validated.findings) {
        blocks.push(block(topic, problems(topic, &validated.findings, sheet)));
    }
    blocks.push(block("", sheet.aside(RULES)));
    if !validated.coverage.is_empty() {
        blocks.push(block("Coverage of intervals", coverage(&validated.coverage, sheet)));
        blocks.push(block("", sheet.aside(COVERAGE_RULES)));
    }
    blocks.retain(|block| !block.lines.is_empty());
    fitted(blocks, width)
}

fn failures(validated: &Validated, sheet: Sheet) -> Vec<Line> {
    let problems = validated.findings.iter().filter(|finding| finding.verdict() != Verdict::Passes).map(|finding| {
        let [known, estimate, error, z, verdict] = cells(finding);
        let of =
            format!("{}: {verdict}. Known {known}, estimate {estimate}, claimed error {error}, z {z}.", finding.what);
        (finding.id.clone(), of, finding.note.clone())
    });
    let intervals = validated.coverage.iter().filter(|of| of.verdict() == Verdict::Fails).map(|of| {
        let [samples, _, share, _] = coverage_cells(of);
        (of.kind.to_owned(), format!("{}: {share} of {samples} hold the truth.", of.regime), of.note.to_owned())
    });
    let told = |(head, text, note): (String, String, String)| {
        [
            sheet.paragraph(Tone::Heading, &head),
            sheet.paragraph(Tone::Warning, &text),
            sheet.aside(&format!("Why: {}.", reason(&note))),
        ]
        .concat()
    };
    problems.chain(intervals).flat_map(told).collect()
}

fn problems(topic: &str, findings: &[Finding], sheet: Sheet) -> Vec<Line> {
    let of_topic = findings.iter().filter(|finding| finding.topic == topic);
    let row = |finding: &Finding| std::iter::once(finding.what.clone()).chain(cells(finding)).collect();
    let heads = std::iter::once("").chain(HEADS).map(str::to_owned).collect();
    sheet.table(&[heads], &of_topic.map(row).collect::<Vec<_>>())
}

fn coverage(coverage: &[Coverage], sheet: Sheet) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut kinds: Vec<&str> = coverage.iter().map(|of| of.kind).collect();
    kinds.dedup();
    for kind in kinds {
        let row = |of: &Coverage| std::iter::once(of.regime.clone()).chain(coverage_cells(of)).collect();
        let rows: Vec<Vec<String>> = coverage.iter().filter(|of| of.kind == kind).map(row).collect();
        lines.extend(sheet.paragraph(Tone::Heading, kind));
        let [samples, withheld, hold, verdict] = COVERAGE_HEADS;
        lines.extend(sheet.table(&[words(["", samples, withheld, hold, verdict])], &rows));
    }
    lines
}
